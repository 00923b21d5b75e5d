//! The records of an XLS stream (BIFF5 and BIFF8), and the numbers in them.

/// One record, without those that continue it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'s> {
    pub kind: u16,
    pub body: &'s [u8],
}

/// Steps through records from a place of the stream; ends at its end or where a record is cut off.
#[derive(Debug, Clone)]
pub(super) struct Records<'s> {
    rest: &'s [u8],
}

const CONTINUE: u16 = 0x3C;

impl<'s> Records<'s> {
    pub(super) fn from(stream: &'s [u8], at: usize) -> Records<'s> {
        Records { rest: stream.get(at..).unwrap_or_default() }
    }

    /// The bodies of the records that continue the last one.
    pub(super) fn continued(&mut self) -> Vec<&'s [u8]> {
        let mut parts = Vec::new();
        while u16_at(self.rest, 0) == Some(CONTINUE) {
            match self.next() {
                Some(record) => parts.push(record.body),
                None => break,
            }
        }
        parts
    }

    /// Steps over a substream (an embedded chart), whose opening record was just read.
    pub(super) fn skip_substream(&mut self) {
        let mut depth = 1usize;
        while depth > 0
            && let Some(record) = self.next()
        {
            match record.kind {
                super::xls::BEGIN => depth += 1,
                super::xls::END => depth -= 1,
                _ => {}
            }
        }
    }
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let kind = u16_at(self.rest, 0)?;
        let length = usize::from(u16_at(self.rest, 2)?);
        let body = self.rest.get(4..4 + length)?;
        self.rest = self.rest.get(4 + length..)?;
        Some(Record { kind, body })
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// A number packed into 32 bits: an integer or the upper half of a double, perhaps in hundredths.
pub(super) fn packed_number(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from(packed as i32 >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { value / 100.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_where_one_is_cut_off() {
        let stream = b"\x01\0\x02\0ab\x3C\0\x01\0c\x3C\0\x00\0\x02\0\x09\0d";
        let mut records = Records::from(stream, 0);
        assert_eq!(records.next(), Some(Record { kind: 1, body: b"ab" }));
        assert_eq!(records.continued(), [&b"c"[..], b""]);
        assert_eq!(records.next(), None);
        assert_eq!(Records::from(stream, 99).next(), None);
    }

    #[test]
    fn packed_numbers_are_integers_doubles_and_hundredths() {
        assert_eq!(packed_number(5 << 2 | 2), 5.0);
        assert_eq!(packed_number((-5i32 << 2) as u32 | 2), -5.0);
        assert_eq!(packed_number(31250 << 2 | 3), 312.5);
        assert_eq!(packed_number((1.0f64.to_bits() >> 32) as u32), 1.0);
        assert_eq!(packed_number((100.0f64.to_bits() >> 32) as u32 | 1), 1.0);
    }
}
