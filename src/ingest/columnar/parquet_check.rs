//! What a Parquet file says of itself, checked before the reader underneath believes it: that one reserves
//! the room that a file asks for and follows its schema by recursion, and neither an abort for want of memory
//! nor an overflow of the stack can be caught.

use std::ops::Range;

use super::parquet_shape::{step_over_foot, step_over_page_header};

/// A page larger than this, unpacked, is none of a list; writers aim at 1 MiB.
const MOST_PAGE: u64 = 256 << 20;
const MOST_DEPTH: usize = 64;
/// Encodings of texts whose count stands inside of packed pages, where it cannot be checked.
const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
const DELTA_BYTE_ARRAY: i64 = 7;

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    Damaged(&'static str),
    TooLarge(&'static str),
    /// The encoding of texts is not supported.
    Delta,
}

/// Checks the foot of a file: its length, and a schema that is neither deep nor wider than it says.
pub(super) fn check_footer(bytes: &[u8]) -> Result<(), Doubt> {
    let damaged = Doubt::Damaged("the foot of the file is cut off or damaged");
    let tail = bytes.len().checked_sub(8).ok_or(damaged)?;
    let length: [u8; 4] =
        bytes.get(tail..tail + 4).and_then(|length| length.try_into().ok()).ok_or(damaged)?;
    let start = tail.checked_sub(u32::from_le_bytes(length) as usize).ok_or(damaged)?;
    let foot = bytes.get(start..tail).unwrap_or(&[]);
    step_over_foot(&mut Thrift { rest: foot }).ok_or(damaged)?;
    let mut thrift = Thrift { rest: foot };
    let mut children = Vec::new();
    thrift
        .fields(&mut |thrift, field, kind| {
            if (field, kind) != (2, LIST) {
                return thrift.skip(kind, 0);
            }
            let (count, kind) = thrift.list()?;
            for _ in 0..count {
                if kind != STRUCT {
                    return None;
                }
                let mut below = 0;
                thrift.fields(&mut |thrift, field, kind| match (field, kind) {
                    (5, I32) => {
                        below = thrift.number()?;
                        Some(())
                    }
                    _ => thrift.skip(kind, 0),
                })?;
                children.push(below);
            }
            Some(())
        })
        .ok_or(damaged)?;
    let total = children.len();
    // How many nodes are still to come at each level.
    let mut open: Vec<i64> = Vec::new();
    for below in children {
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if !(0..total as i64).contains(&below) {
            return Err(damaged);
        }
        if below > 0 {
            open.push(below);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > MOST_DEPTH {
            return Err(Doubt::TooLarge("a schema of more than 64 levels"));
        }
    }
    Ok(())
}

/// Checks the pages of one column within a row group: they end where the column ends. Gives the size of the
/// largest, unpacked.
pub(super) fn check_pages(bytes: &[u8], column: Range<u64>) -> Result<u64, Doubt> {
    let damaged = Doubt::Damaged("the pages of a column do not fit the file");
    let start = usize::try_from(column.start).map_err(|_| damaged)?;
    let end = usize::try_from(column.end).map_err(|_| damaged)?;
    let mut thrift = Thrift { rest: bytes.get(start..end).ok_or(damaged)? };
    let mut largest = 0;
    while !thrift.rest.is_empty() {
        step_over_page_header(&mut Thrift { rest: thrift.rest }).ok_or(damaged)?;
        let (mut unpacked, mut packed, mut encoding) = (0, -1, 0);
        thrift
            .fields(&mut |thrift, field, kind| match (field, kind) {
                (2, I32) => {
                    unpacked = thrift.number()?;
                    Some(())
                }
                (3, I32) => {
                    packed = thrift.number()?;
                    Some(())
                }
                // The headers of pages with data, of both versions.
                (5 | 8, STRUCT) => {
                    let at = if field == 5 { 2 } else { 4 };
                    thrift.fields(&mut |thrift, field, kind| {
                        if (field, kind) == (at, I32) {
                            encoding = thrift.number()?;
                            return Some(());
                        }
                        thrift.skip(kind, 0)
                    })
                }
                _ => thrift.skip(kind, 0),
            })
            .ok_or(damaged)?;
        let size = u64::try_from(unpacked).map_err(|_| damaged)?;
        if size > MOST_PAGE {
            return Err(Doubt::TooLarge("a page of more than 256 MiB"));
        }
        if matches!(encoding, DELTA_LENGTH_BYTE_ARRAY | DELTA_BYTE_ARRAY) {
            return Err(Doubt::Delta);
        }
        largest = largest.max(size);
        let packed = usize::try_from(packed).map_err(|_| damaged)?;
        thrift.rest = thrift.rest.get(packed..).ok_or(damaged)?;
    }
    Ok(largest)
}

pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const BYTE: u8 = 3;
pub(super) const I16: u8 = 4;
pub(super) const I32: u8 = 5;
pub(super) const I64: u8 = 6;
pub(super) const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCT: u8 = 12;

/// Thrift's compact protocol, as far as skipping needs it.
pub(super) struct Thrift<'a> {
    rest: &'a [u8],
}

/// Reads or skips one field: its number and kind.
pub(super) type EachField<'f, 'a> = dyn FnMut(&mut Thrift<'a>, i64, u8) -> Option<()> + 'f;

impl<'a> Thrift<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    /// How many elements follow, and of which kind. Each takes a byte at least.
    pub(super) fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
        (count <= self.rest.len() as u64).then_some((count, head & 15))
    }

    pub(super) fn fields(&mut self, each: &mut EachField<'_, 'a>) -> Option<()> {
        let mut last = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let step = i64::from(head >> 4);
            last = if step == 0 { self.number()? } else { last.checked_add(step)? };
            i16::try_from(last).ok()?;
            each(self, last, head & 15)?;
        }
    }

    /// Steps over a value. Lists and maps of booleans are in no file's foot; readers differ on their bytes.
    pub(super) fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        match kind {
            TRUE | FALSE => Some(()),
            3 => self.pass(1),
            4..=6 => self.unsigned().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            LIST | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    match kind {
                        TRUE | FALSE => return None,
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
                Some(())
            }
            11 => {
                let count = self.unsigned()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                for _ in 0..count {
                    for kind in [kinds >> 4, kinds & 15] {
                        match kind {
                            TRUE | FALSE => return None,
                            kind => self.skip(kind, depth + 1)?,
                        }
                    }
                }
                Some(())
            }
            STRUCT => self.fields(&mut |thrift, _, kind| thrift.skip(kind, depth + 1)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A foot with a schema of nodes that say how many children they have.
    fn footer(children: &[u8]) -> Vec<u8> {
        let mut thrift = vec![0x15, 2, 0x19, 0xFC];
        let mut count = children.len();
        while count >= 128 {
            thrift.push((count % 128) as u8 | 128);
            count /= 128;
        }
        thrift.push(count as u8);
        for below in children {
            thrift.extend([0x55, below * 2, 0]);
        }
        thrift.push(0);
        let length = thrift.len() as u32;
        thrift.extend(length.to_le_bytes());
        thrift.extend(b"PAR1");
        thrift
    }

    #[test]
    fn a_schema_is_as_wide_as_it_says_and_not_deep() {
        assert_eq!(check_footer(&footer(&[2, 0, 1, 0])), Ok(()));
        assert!(matches!(check_footer(&footer(&[60, 0])), Err(Doubt::Damaged(_))));
        let deep = vec![1; 100_000];
        assert_eq!(
            check_footer(&footer(&deep)),
            Err(Doubt::TooLarge("a schema of more than 64 levels"))
        );
        assert!(check_footer(b"PAR1").is_err());
        assert!(check_footer(b"\xFF\xFF\xFF\x7FPAR1").is_err());
    }

    #[test]
    fn pages_stay_within_their_column() {
        // Unpacked 10, packed 2, version 1, one value, encoding 0 or 7.
        let page = |encoding: u8| {
            vec![0x15, 0, 0x15, 20, 0x15, 4, 0x2C, 0x15, 2, 0x15, encoding * 2, 0, 0, 1, 2]
        };
        assert_eq!(check_pages(&page(0), 0..15), Ok(10));
        assert_eq!(check_pages(&page(7), 0..15), Err(Doubt::Delta));
        assert!(matches!(check_pages(&page(0), 0..14), Err(Doubt::Damaged(_))));
        assert!(matches!(check_pages(&page(0), 0..16), Err(Doubt::Damaged(_))));
        let large = [0x15, 0, 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x15, 0, 0];
        assert!(matches!(check_pages(&large, 0..11), Err(Doubt::TooLarge(_))));
    }

    #[test]
    fn a_field_is_of_its_type_or_the_file_is_not_read() {
        // The version as a text; the reader underneath takes it for a number, and what stands in the text
        // for seven maps of a thousand million elements that take no bytes.
        let lie = [0x18, 8, 0x0A, 0x18, 0x7B, 0xB2, 0xF0, 0xD8, 0x94, 4, 0x11, 0x11, 0];
        let foot = [&lie[..], &13u32.to_le_bytes(), b"PAR1"].concat();
        assert!(matches!(check_footer(&foot), Err(Doubt::Damaged(_))));
        // The same in a column's statistics: a count of what is no number, as a text.
        let statistics = [0x98, 8, 0x0A, 0x18, 0x7B, 0xB2, 0xF0, 0xD8, 0x94, 4, 0x11, 0x11, 0];
        let lie = [&[0x49, 0x1C, 0x19, 0x1C, 0x3C, 0xCC][..], &statistics, &[0; 4]].concat();
        let foot = [&lie[..], &(lie.len() as u32).to_le_bytes(), b"PAR1"].concat();
        assert!(matches!(check_footer(&foot), Err(Doubt::Damaged(_))));
        // A page whose size is a text.
        assert!(matches!(
            check_pages(&[0x15, 0, 0x18, 1, 20, 0x15, 0, 0], 0..8),
            Err(Doubt::Damaged(_))
        ));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_checked(bytes: Vec<u8>) {
            let _ = check_pages(&bytes, 0..bytes.len() as u64);
            let length = (bytes.len() as u32).to_le_bytes();
            let _ = check_footer(&[&bytes[..], &length, b"PAR1"].concat());
        }
    }
}
