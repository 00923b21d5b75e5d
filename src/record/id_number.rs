//! Identity numbers in canonical, packed form, and what became of a cell that should hold one.

use std::fmt;
use std::num::NonZeroU64;

use chrono::NaiveDate;

use super::Sex;

/// A usable identity number, packed into 64 bits so that it sorts and compares as an integer.
///
/// * 18-character numbers (GB 11643-1999; residence permits of HK/Macau/Taiwan people `81…/82…/83…`;
///   foreigners' permanent residence cards of 2023 `9…`): the first 17 digits as a number. The check
///   character (ISO 7064 MOD 11-2) follows from them and is not stored.
/// * other documents (passports, travel permits, the 15-character card of 2017): flagged and packed
///   letter by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(NonZeroU64);

const DOCUMENT: u64 = 1 << 63;
const RESIDENCE_CARD_2017: u64 = 1 << 62;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

impl IdNumber {
    /// The number whose first 17 digits are `digits` (ASCII). `None` if they are not 17 digits or are
    /// all zero. The caller has checked the calendar and the check character.
    pub fn from_17_digits(digits: &[u8]) -> Option<IdNumber> {
        if digits.len() != 17 {
            return None;
        }
        let mut value = 0u64;
        for &digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u64::from(digit - b'0');
        }
        NonZeroU64::new(value).map(IdNumber)
    }

    /// A document number of 4 to 11 characters `0-9A-Z`, or the card of 2017 (3 letters, 12 digits).
    pub fn from_document(text: &str) -> Option<IdNumber> {
        let bytes = text.as_bytes();
        if bytes.len() == 15
            && bytes[..3].iter().all(u8::is_ascii_uppercase)
            && bytes[3..].iter().all(u8::is_ascii_digit)
        {
            let letters = bytes[..3].iter().fold(0, |value, &b| value * 26 + u64::from(b - b'A'));
            let digits = bytes[3..].iter().fold(0, |value, &b| value * 10 + u64::from(b - b'0'));
            return NonZeroU64::new(
                DOCUMENT | RESIDENCE_CARD_2017 | (letters * 1_000_000_000_000 + digits),
            )
            .map(IdNumber);
        }
        if !(4..=11).contains(&bytes.len()) {
            return None;
        }
        let mut value = 0u64;
        for &byte in bytes {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => return None,
            };
            value = value * 37 + u64::from(digit) + 1;
        }
        NonZeroU64::new(DOCUMENT | value).map(IdNumber)
    }

    /// The packed form, for sorting and partitioning.
    pub fn packed(self) -> u64 {
        self.0.get()
    }

    /// Whether this is an 18-character number with birth date, sex and check character in it.
    pub fn is_resident_form(self) -> bool {
        self.packed() & DOCUMENT == 0
    }

    /// The 18 characters of a number that has a check character; `None` for other documents.
    pub fn eighteen(self) -> Option<[u8; 18]> {
        if !self.is_resident_form() {
            return None;
        }
        let mut characters = [b'0'; 18];
        let mut rest = self.packed();
        for place in characters[..17].iter_mut().rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        characters[17] = IdNumber::check_character(&characters[..17])?;
        Some(characters)
    }

    /// The six-digit division code (GB/T 2260) of an 18-character number.
    pub fn region(self) -> Option<u32> {
        self.is_resident_form().then(|| (self.packed() / 100_000_000_000) as u32)
    }

    /// The birth date written in an 18-character number.
    pub fn birth_date(self) -> Option<NaiveDate> {
        if !self.is_resident_form() {
            return None;
        }
        let date = (self.packed() / 1_000 % 100_000_000) as u32;
        NaiveDate::from_ymd_opt((date / 10_000) as i32, date / 100 % 100, date % 100)
    }

    /// The sex written in an 18-character number: an odd 17th digit is male.
    pub fn sex(self) -> Sex {
        if !self.is_resident_form() {
            Sex::Unknown
        } else if self.packed() % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// The check character that ISO 7064 MOD 11-2 gives for 17 ASCII digits.
    pub fn check_character(digits: &[u8]) -> Option<u8> {
        if digits.len() != 17 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let sum: u32 =
            digits.iter().zip(WEIGHTS).map(|(&b, weight)| u32::from(b - b'0') * weight).sum();
        Some(CHECK[(sum % 11) as usize])
    }
}

impl fmt::Display for IdNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packed = self.packed();
        if self.is_resident_form() {
            let digits = format!("{packed:017}");
            let check = IdNumber::check_character(digits.as_bytes()).unwrap_or(b'?');
            return write!(formatter, "{digits}{}", check as char);
        }
        if packed & RESIDENCE_CARD_2017 != 0 {
            let value = packed & !(DOCUMENT | RESIDENCE_CARD_2017);
            let (letters, digits) = (value / 1_000_000_000_000, value % 1_000_000_000_000);
            let letter = |value: u64| (b'A' + (value % 26) as u8) as char;
            return write!(
                formatter,
                "{}{}{}{digits:012}",
                letter(letters / 676),
                letter(letters / 26),
                letter(letters)
            );
        }
        let mut value = packed & !DOCUMENT;
        let mut characters = Vec::with_capacity(11);
        while value > 0 {
            let digit = (value % 37) as u8;
            value /= 37;
            characters.push(match digit.wrapping_sub(1) {
                digit @ 0..=9 => b'0' + digit,
                digit => b'A' + (digit - 10).min(25),
            });
        }
        characters.reverse();
        formatter.write_str(&String::from_utf8_lossy(&characters))
    }
}

/// What became of the cell that should hold a record's identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NumberState {
    /// No cell, or a blank one.
    #[default]
    Missing,
    /// `无`, `不详`, `000000…`, `123456789012345678`: counts as missing.
    Placeholder,
    /// The canonical number, or one that repairs without loss made canonical (width, case, blanks,
    /// apostrophe, `="…"`, `×` for X).
    Usable,
    /// 15 characters completed by the century that fits the age, and the check character.
    CompletedByCentury,
    /// The cell is bad or empty; the number stands in the record's own `G` student number.
    CompletedByStudentNumber,
    /// A sound number of somebody too old to be a pupil of the stage: a guardian's, most likely. It tells
    /// nothing of the pupil, and counts as missing.
    OfAdult,
    /// Asterisks hide part of it.
    Masked,
    /// Excel's 15 significant digits: 18 digits ending in `000`, or a numeric cell.
    SpoiledTail,
    /// `3.30127E+17`: scientific notation.
    SpoiledScientific,
    /// Neither 18 characters nor a known other document.
    BadLength,
    /// A character that no repair without loss explains.
    BadCharacter,
    /// Digits 7 to 14 are no calendar date, or one in the future.
    BadDate,
    /// The check character does not follow from the digits.
    BadCheck,
}

impl NumberState {
    /// Whether the record's `number` may stand for a person.
    pub fn is_usable(self) -> bool {
        matches!(
            self,
            NumberState::Usable
                | NumberState::CompletedByCentury
                | NumberState::CompletedByStudentNumber
        )
    }

    /// Whether the cell held something that fails as a number (neither missing, masked nor somebody else's).
    pub fn is_invalid(self) -> bool {
        matches!(
            self,
            NumberState::SpoiledTail
                | NumberState::SpoiledScientific
                | NumberState::BadLength
                | NumberState::BadCharacter
                | NumberState::BadDate
                | NumberState::BadCheck
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_keeps_every_form() {
        // The standard's own specimen, and documents of each sort.
        let resident = IdNumber::from_17_digits(b"11010519491231002").unwrap();
        assert_eq!(resident.to_string(), "11010519491231002X");
        assert_eq!(resident.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31));
        assert_eq!(resident.sex(), Sex::Female);
        assert_eq!(resident.region(), Some(110105));
        assert_eq!(resident.eighteen().as_ref(), Some(b"11010519491231002X"));
        for text in ["E12345678", "H0012345", "ZZZZZZZZZZZ", "0000", "CHN110000000001"] {
            let document = IdNumber::from_document(text).unwrap();
            assert_eq!(document.to_string(), text);
            assert!(!document.is_resident_form());
        }
        assert_eq!(IdNumber::from_document("E1"), None);
        assert_eq!(IdNumber::from_document("E1234567890123"), None);
    }
}
