//! Strings of an XLS stream: bytes in a code page (BIFF5), or UTF-16 in one or two bytes a unit (BIFF8).

use encoding_rs::{Encoding, GB18030, UTF_16LE};

use super::biff_records::u16_at;

/// How strings are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StringFormat {
    pub biff8: bool,
    /// Of BIFF5.
    pub code_page: &'static Encoding,
}

/// The encoding of a code page; GB18030 where it is none that a text can be in.
pub(super) fn code_page(number: u16) -> &'static Encoding {
    match number {
        // GBK decodes as its superset; the Macintosh's simplified Chinese likewise.
        936 | 10_008 | 1200 => GB18030,
        0x8001 => encoding_rs::WINDOWS_1252,
        0x8000 => encoding_rs::MACINTOSH,
        other => codepage::to_encoding(other).unwrap_or(GB18030),
    }
}

impl StringFormat {
    /// A string at `at` whose length is a number of `width` bytes (1 or 2).
    pub(super) fn string(self, body: &[u8], at: usize, width: usize) -> Option<String> {
        let mut text = String::new();
        self.push_string(&mut text, body, at, width, &[])?;
        Some(text)
    }

    /// Appends a string at `at`, which may go on in the records `further`.
    pub(super) fn push_string(
        self,
        text: &mut String,
        body: &[u8],
        at: usize,
        width: usize,
        further: &[&[u8]],
    ) -> Option<()> {
        let length = match width {
            1 => usize::from(*body.get(at)?),
            _ => usize::from(u16_at(body, at)?),
        };
        let at = at + width;
        if !self.biff8 {
            let end = at.checked_add(length)?.min(body.len());
            let (decoded, _) = self.code_page.decode_without_bom_handling(body.get(at..end)?);
            text.push_str(&decoded);
            return Some(());
        }
        if length == 0 {
            return Some(());
        }
        let mut parts = Parts { part: body.get(at..)?, further };
        let wide = parts.byte()? & 1 != 0;
        parts.push_units(text, length, wide)
    }
}

/// All shared strings in one text.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    /// Reads the table from its record and those that continue it, as far as it goes; the count before
    /// the strings is not to be trusted.
    pub(super) fn read(body: &[u8], further: &[&[u8]]) -> SharedStrings {
        let mut strings = SharedStrings::default();
        let mut parts = Parts { part: body.get(8..).unwrap_or_default(), further };
        while parts.push_rich(&mut strings.text).is_some() {
            // A file of 128 MiB holds no 4 GiB of text.
            strings.ends.push(u32::try_from(strings.text.len()).unwrap_or(u32::MAX));
        }
        strings
    }

    pub(super) fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start as usize..end as usize)
    }
}

/// A run of bytes over several records.
struct Parts<'s, 'f> {
    part: &'s [u8],
    further: &'f [&'s [u8]],
}

impl<'s> Parts<'s, '_> {
    /// Goes on in the next record.
    fn turn(&mut self) -> Option<()> {
        let (first, rest) = self.further.split_first()?;
        (self.part, self.further) = (first, rest);
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.part.is_empty() {
            self.turn()?;
        }
        let (first, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*first)
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes)
            .try_fold(0, |number, place| Some(number | u32::from(self.byte()?) << (8 * place)))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > self.part.len() {
            bytes -= self.part.len();
            self.turn()?;
        }
        self.part = self.part.get(bytes..)?;
        Some(())
    }

    /// Appends `units` of UTF-16. Where a string goes on in another record, that begins with a byte
    /// which says anew how wide the units are.
    fn push_units(&mut self, text: &mut String, mut units: usize, mut wide: bool) -> Option<()> {
        // Half of a pair of units may end a record.
        let mut pending: Vec<u8> = Vec::new();
        while units > 0 {
            let width = if wide { 2 } else { 1 };
            let here = units.min(self.part.len() / width);
            let (bytes, rest) = self.part.split_at_checked(here * width)?;
            if wide {
                pending.extend_from_slice(bytes);
            } else {
                pending.extend(bytes.iter().flat_map(|byte| [*byte, 0]));
            }
            self.part = rest;
            units -= here;
            if units > 0 {
                if self.turn().is_none() {
                    break;
                }
                wide = self.byte()? & 1 != 0;
            }
        }
        let (decoded, _) = UTF_16LE.decode_without_bom_handling(&pending);
        text.push_str(&decoded);
        (units == 0).then_some(())
    }

    /// Appends a string of the shared table and steps over its runs of formats and phonetic marks.
    fn push_rich(&mut self, text: &mut String) -> Option<()> {
        let length = self.number(2)? as usize;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? as usize } else { 0 };
        let marks = if flags & 4 != 0 { self.number(4)? as usize } else { 0 };
        self.push_units(text, length, flags & 1 != 0)?;
        // The last string stands even where what follows it is cut off.
        let _ = self.skip(runs * 4 + marks);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIFF8: StringFormat = StringFormat { biff8: true, code_page: GB18030 };

    #[test]
    fn strings_go_on_in_further_records_with_units_of_another_width() {
        let mut first = vec![0; 8];
        first.extend(b"\x05\0\0ab");
        let second = b"\x01c\0\x0E\x66d\0\x01\0\x08\x02\0e12345678";
        let third = b"\x01\0\0f";
        let strings = SharedStrings::read(&first, &[&second[..], third]);
        assert_eq!(
            [strings.get(0), strings.get(1), strings.get(2)],
            [Some("abc明d"), Some("e"), Some("f")]
        );
        assert_eq!(strings.get(3), None);
    }

    #[test]
    fn a_table_that_is_cut_off_keeps_what_came_before() {
        let mut body = vec![0xFF; 8];
        body.extend(b"\x01\0\0a\xFF\xFF\x01");
        let strings = SharedStrings::read(&body, &[]);
        assert_eq!((strings.get(0), strings.get(1)), (Some("a"), None));
    }

    #[test]
    fn older_strings_are_in_their_code_page() {
        let gbk = StringFormat { biff8: false, code_page: code_page(936) };
        assert_eq!(gbk.string(b"\x04\xCD\xF5\xC3\xF7", 0, 1).as_deref(), Some("王明"));
        let big5 = StringFormat { biff8: false, code_page: code_page(950) };
        assert_eq!(big5.string(b"\x02\0\xA4\xFD", 0, 2).as_deref(), Some("王"));
        assert_eq!(BIFF8.string(b"\x01\0\x01\x8B\x73", 0, 2).as_deref(), Some("王"));
        assert_eq!(BIFF8.string(b"\x02\0\0a\0", 0, 2).as_deref(), Some("a\0"));
        assert_eq!(BIFF8.string(b"\x09", 0, 2), None);
    }
}
