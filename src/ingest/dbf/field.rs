//! The columns of a dBASE table and what their bytes say.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use encoding_rs::Encoding;

use crate::ingest::cell_text::{push_number, push_number_text};

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Vec<u8>,
    pub(super) kind: u8,
    /// Where its bytes stand in a record, the mark of deletion included.
    pub(super) start: usize,
    pub(super) length: usize,
    /// Which bit of `_NullFlags` says that the text does not fill the field.
    short_bit: Option<usize>,
    /// Which bit of `_NullFlags` says that there is no value.
    null_bit: Option<usize>,
    /// Kept by the database for itself.
    pub(super) is_system: bool,
}

/// Where a record of Visual FoxPro keeps which of its values are missing or short.
#[derive(Debug, Clone, Copy)]
pub(super) struct NullFlags {
    start: usize,
    length: usize,
}

impl NullFlags {
    fn has(self, record: &[u8], bit: usize) -> bool {
        let byte = if bit / 8 < self.length { record.get(self.start + bit / 8) } else { None };
        byte.is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
    }
}

impl Field {
    /// Reads a descriptor; counts the bits that its column has in `_NullFlags`.
    pub(super) fn read(descriptor: &[u8], start: usize, bit: &mut usize) -> Option<Field> {
        let name = descriptor.get(..11)?;
        let name = name.split(|&byte| byte == 0).next()?.to_vec();
        let kind = *descriptor.get(11)?;
        let mut length = usize::from(*descriptor.get(16)?);
        if kind == b'C' {
            // Clipper and FoxPro keep the length of long texts in two bytes.
            length += usize::from(*descriptor.get(17)?) << 8;
        }
        let options = *descriptor.get(18)?;
        let mut take_bit = |wanted: bool| {
            *bit += usize::from(wanted);
            wanted.then(|| *bit - 1)
        };
        let short_bit = take_bit(matches!(kind, b'V' | b'Q'));
        let null_bit = take_bit(options & 2 != 0 && kind != b'0');
        let is_field = !name.is_empty() && length > 0;
        let is_kind = kind.is_ascii_uppercase() || matches!(kind, b'0' | b'@' | b'+');
        (is_field && is_kind).then_some(Field {
            name,
            kind,
            start,
            length,
            short_bit,
            null_bit,
            is_system: kind == b'0',
        })
    }

    pub(super) fn bytes<'r>(&self, record: &'r [u8]) -> &'r [u8] {
        record.get(self.start..self.start + self.length).unwrap_or(&[])
    }

    pub(super) fn is_memo(&self) -> bool {
        matches!(self.kind, b'M' | b'G' | b'P' | b'W') || (self.kind == b'B' && self.length != 8)
    }

    pub(super) fn null_flags(&self) -> NullFlags {
        NullFlags { start: self.start, length: self.length }
    }

    /// Writes a cell; `true` if characters could not be decoded.
    pub(super) fn push_cell(
        &self,
        text: &mut String,
        record: &[u8],
        flags: Option<NullFlags>,
        encoding: &'static Encoding,
    ) -> bool {
        let flag = |bit| flags.is_some_and(|flags| flags.has(record, bit));
        if self.null_bit.is_some_and(flag) {
            return false;
        }
        let bytes = self.bytes(record);
        match self.kind {
            b'N' | b'F' => push_number_text(text, String::from_utf8_lossy(trimmed(bytes)).trim()),
            b'D' => push_day(text, &String::from_utf8_lossy(trimmed(bytes))),
            b'L' => text.push_str(match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y') => "是",
                Some(b'F' | b'f' | b'N' | b'n') => "否",
                _ => "",
            }),
            b'I' => {
                if let Ok(bytes) = bytes.try_into() {
                    let _ = write!(text, "{}", i32::from_le_bytes(bytes));
                }
            }
            b'Y' => {
                if let Ok(bytes) = bytes.try_into() {
                    push_currency(text, i64::from_le_bytes(bytes));
                }
            }
            b'B' if self.length == 8 => {
                if let Ok(bytes) = bytes.try_into() {
                    push_number(text, f64::from_le_bytes(bytes));
                }
            }
            b'T' | b'@' => push_julian(text, bytes),
            b'C' | b'V' => {
                let mut bytes = bytes;
                if self.short_bit.is_some_and(flag) {
                    let length = bytes.last().map_or(0, |&length| usize::from(length));
                    bytes = bytes.get(..length).unwrap_or(bytes);
                }
                let (decoded, damaged) = decode(trimmed(bytes), encoding);
                text.push_str(decoded.trim());
                return damaged;
            }
            _ => {}
        }
        false
    }
}

/// Without the blanks and zeros that fill the field.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    let filled =
        bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    bytes.get(..filled).unwrap_or(bytes)
}

/// The text, and whether some of it could not be decoded. A character that the field's end cuts is left out.
pub(super) fn decode<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> (Cow<'b, str>, bool) {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if !damaged {
        return (text, false);
    }
    for cut in 1..=3 {
        let Some(shorter) = bytes.len().checked_sub(cut).and_then(|end| bytes.get(..end)) else {
            break;
        };
        let (shorter, damaged) = encoding.decode_without_bom_handling(shorter);
        if !damaged {
            return (shorter, false);
        }
    }
    (text, true)
}

fn push_day(text: &mut String, digits: &str) {
    let digits = digits.trim();
    match (digits.get(..4), digits.get(4..6), digits.get(6..8)) {
        (Some(year), Some(month), Some(day))
            if digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            let _ = write!(text, "{year}-{month}-{day}");
        }
        _ => text.push_str(digits),
    }
}

/// Ten-thousandths of a yuan.
fn push_currency(text: &mut String, value: i64) {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let _ = write!(text, "{sign}{whole}");
    if rest > 0 {
        let rest = format!("{rest:04}");
        let _ = write!(text, ".{}", rest.trim_end_matches('0'));
    }
}

/// A day by its Julian number (the time of day is left out).
fn push_julian(text: &mut String, bytes: &[u8]) {
    const JULIAN_1970: u64 = 2_440_588;
    let Some(Ok(number)) = bytes.get(..4).map(<[u8; 4]>::try_from) else { return };
    let number = u64::from(u32::from_le_bytes(number));
    let first = NaiveDate::from_ymd_opt(1970, 1, 1);
    let day = first.and_then(|first| match number.checked_sub(JULIAN_1970) {
        Some(later) => first.checked_add_days(Days::new(later)),
        None if number > 0 => first.checked_sub_days(Days::new(JULIAN_1970 - number)),
        None => None,
    });
    if let Some(day) = day {
        let _ = write!(text, "{day}");
    }
}
