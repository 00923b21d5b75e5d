//! What a spoiled cell still shows of its number: digits in their places, and the birth date in them.

use chrono::{Datelike, NaiveDate};

use super::id_number::scientific_parts;
use super::number_cell::{HIDDEN, NumberCell};
use crate::record::{IdNumber, NumberState};

/// Excel keeps so many digits of a number.
const EXCEL_DIGITS: usize = 15;

/// The places of an 18-character number that a cell with a lost tail, in scientific form or with a
/// mask still shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDigits {
    /// The characters in their places, `*` where one is not known.
    shown: [u8; 18],
    /// Scientific form: the number of digits shown, of which the last may be rounded up.
    rounded: Option<usize>,
}

impl KnownDigits {
    /// Whether a number can stand behind the cell. Documents that are no 18-character number cannot.
    pub fn fits(&self, number: IdNumber) -> bool {
        let Some(text) = number.eighteen() else {
            return false;
        };
        let Some(digits) = self.rounded else {
            return self.shown.iter().zip(&text).all(|(&a, &b)| a == HIDDEN || a == b);
        };
        // A text with X never was a number to Excel.
        if text[17] == b'X' {
            return false;
        }
        let unit = 10u64.pow(18 - digits as u32);
        let shown = value_of(&self.shown[..digits]);
        let exact = value_of(&text);
        // Excel cuts behind 15 digits and rounds what it shows; other programs round what is left
        // after the number went through a binary fraction of 53 bits.
        let rounded = |value: u64| (value + unit / 2) / unit;
        shown == exact / unit || shown == rounded(exact) || shown == rounded(exact as f64 as u64)
    }

    /// The leading digits that are known for certain, as a number, and how many they are (1 to 17).
    /// `None` if not even the first is.
    pub fn prefix(&self) -> Option<(u64, u8)> {
        let certain = self.certain();
        (!certain.is_empty()).then(|| (value_of(certain), certain.len() as u8))
    }

    /// How many of the 18 characters are known.
    pub fn count(&self) -> u8 {
        match self.rounded {
            Some(_) => self.certain().len() as u8,
            None => self.shown.iter().filter(|&&b| b != HIDDEN).count() as u8,
        }
    }

    /// Whether one number can stand behind both.
    pub(super) fn agrees(&self, other: &KnownDigits) -> bool {
        if self.rounded.is_some() || other.rounded.is_some() {
            return self.certain().iter().zip(other.certain()).all(|(a, b)| a == b);
        }
        let mut pairs = self.shown.iter().zip(&other.shown);
        pairs.all(|(&a, &b)| a == HIDDEN || b == HIDDEN || a == b)
    }

    /// How many places both know.
    pub(super) fn shared(&self, other: &KnownDigits) -> usize {
        if self.rounded.is_some() || other.rounded.is_some() {
            return self.certain().len().min(other.certain().len());
        }
        let pairs = self.shown.iter().zip(&other.shown);
        pairs.filter(|&(&a, &b)| a != HIDDEN && b != HIDDEN).count()
    }

    /// The leading digits that are known, at most 17. A rounded last digit leaves those before it in
    /// doubt as far as it may have carried.
    pub(super) fn certain(&self) -> &[u8] {
        let known = self.shown[..17].iter().take_while(|&&b| b != HIDDEN).count();
        let shown = &self.shown[..known];
        match self.rounded {
            None => shown,
            Some(_) => match shown.iter().rposition(|&b| b != b'0') {
                Some(last) => &shown[..last],
                None => &[],
            },
        }
    }

    fn of_scientific(cell: &NumberCell) -> Option<KnownDigits> {
        let text = std::str::from_utf8(cell.bytes()).ok()?;
        let (digits, exponent) = scientific_parts(text)?;
        if exponent != 17 {
            return None;
        }
        let kept = digits.len().min(EXCEL_DIGITS);
        let mut shown = [HIDDEN; 18];
        shown[..kept].copy_from_slice(&digits.as_bytes()[..kept]);
        Some(KnownDigits { shown, rounded: Some(kept) })
    }

    fn of_lost_tail(cell: &NumberCell) -> Option<KnownDigits> {
        let kept = cell.bytes().get(..EXCEL_DIGITS)?;
        if !kept.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut shown = [HIDDEN; 18];
        shown[..EXCEL_DIGITS].copy_from_slice(kept);
        Some(KnownDigits { shown, rounded: None })
    }

    fn of_mask(cell: &NumberCell) -> Option<KnownDigits> {
        let shown: [u8; 18] = cell.bytes().try_into().ok()?;
        let number = |&b: &u8| b == HIDDEN || b.is_ascii_digit();
        let last = |b: u8| b == b'X' || number(&b);
        (shown[..17].iter().all(number) && last(shown[17]))
            .then_some(KnownDigits { shown, rounded: None })
    }
}

/// What a cell with a lost tail, in scientific form or with a mask of 18 characters still shows.
/// `None` for every other cell.
pub fn known_digits(cell: &str, state: NumberState) -> Option<KnownDigits> {
    known_digits_of(&NumberCell::read(cell)?, state)
}

pub(super) fn known_digits_of(cell: &NumberCell, state: NumberState) -> Option<KnownDigits> {
    match state {
        NumberState::SpoiledTail => KnownDigits::of_lost_tail(cell),
        NumberState::SpoiledScientific => KnownDigits::of_scientific(cell),
        NumberState::Masked => KnownDigits::of_mask(cell),
        _ => None,
    }
}

/// The birth date that a spoiled cell shows in the places of digits 7 to 14, if that is a real date of
/// 1900 to 2099.
///
/// Letters that look like digits are read as those. A cell of 17 or 19 characters is read from its
/// beginning, and if that is no date, from its end. Of 15 digits the year has two: up to 49 they are
/// 20xx. A cell that says nothing shows no date, and of a usable number the record knows it already.
pub fn birth_in_cell(cell: &str, state: NumberState) -> Option<NaiveDate> {
    match state {
        NumberState::SpoiledTail | NumberState::SpoiledScientific | NumberState::Masked => {
            let known = known_digits(cell, state)?;
            let digits = if known.rounded.is_some() { known.certain() } else { &known.shown[..] };
            date_of(digits.get(6..14)?)
        }
        NumberState::BadLength
        | NumberState::BadCharacter
        | NumberState::BadDate
        | NumberState::BadCheck => {
            let cell = NumberCell::read(cell)?.with_digits_for_letters();
            let bytes = cell.bytes();
            if bytes.len() == EXCEL_DIGITS {
                return date_without_century(bytes.get(6..12)?);
            }
            if !(17..=19).contains(&bytes.len()) {
                return None;
            }
            let from_end = || date_of(bytes.get(bytes.len() - 12..bytes.len() - 4)?);
            date_of(bytes.get(6..14)?).or_else(from_end)
        }
        _ => None,
    }
}

/// `20120305` as a date.
fn date_of(digits: &[u8]) -> Option<NaiveDate> {
    if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = value_of(digits) as u32;
    NaiveDate::from_ymd_opt((value / 10_000) as i32, value / 100 % 100, value % 100)
        .filter(|date| (1900..2100).contains(&date.year()))
}

/// `120305` as a date.
fn date_without_century(digits: &[u8]) -> Option<NaiveDate> {
    let mut full = *b"20000000";
    full.get_mut(2..)?.copy_from_slice(digits);
    if digits.first().is_some_and(|&digit| digit >= b'5') {
        full[..2].copy_from_slice(b"19");
    }
    date_of(&full)
}

/// At most 18 digits as a number.
fn value_of(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, &b| value * 10 + u64::from(b.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use NumberState::*;

    use super::*;

    #[test]
    fn what_is_left_of_a_number() {
        let number = IdNumber::from_17_digits(b"33012720120305101").unwrap(); // …1012
        let table = [
            ("330127201203051000", SpoiledTail, true, Some((330127201203051, 15)), 15),
            ("330127201203052000", SpoiledTail, false, Some((330127201203052, 15)), 15),
            ("3.30127E+17", SpoiledScientific, true, Some((33012, 5)), 5),
            ("3.3013E+17", SpoiledScientific, true, Some((3301, 4)), 4),
            ("3.30128E+17", SpoiledScientific, false, Some((33012, 5)), 5),
            ("3.30127201203051E+17", SpoiledScientific, true, Some((33012720120305, 14)), 14),
            ("330127********1012", Masked, true, Some((330127, 6)), 10),
            ("330127********1013", Masked, false, Some((330127, 6)), 10),
            ("●●●●●●20120305●●●●", Masked, true, None, 8),
        ];
        for (cell, state, fits, prefix, count) in table {
            let known = known_digits(cell, state).unwrap();
            assert_eq!(
                (known.fits(number), known.prefix(), known.count()),
                (fits, prefix, count),
                "{cell}"
            );
        }
        for (cell, state) in
            [("3301****1012", Masked), ("3.30127E+14", SpoiledScientific), ("330127", SpoiledTail)]
        {
            assert_eq!(known_digits(cell, state), None, "{cell}");
        }
    }

    #[test]
    fn the_date_in_a_spoiled_cell() {
        let table = [
            ("330127201203051013", BadCheck, "2012-03-05"),
            ("3301272O12O3O51012", BadCharacter, "2012-03-05"),
            ("330127201202301012", BadDate, ""),
            ("330127201203051000", SpoiledTail, "2012-03-05"),
            ("3.30127201203051E+17", SpoiledScientific, "2012-03-05"),
            ("3.30127E+17", SpoiledScientific, ""),
            ("330127********1012", Masked, ""),
            ("******20120305****", Masked, "2012-03-05"),
            ("33012720120305101", BadLength, "2012-03-05"),
            ("33017201203051012", BadLength, "2012-03-05"),
            ("3301127201203051012", BadLength, "2012-03-05"),
            ("330127760305101", BadLength, "1976-03-05"),
            ("13800138000", BadLength, ""),
            ("330127201203051012", Usable, ""),
            ("", Missing, ""),
        ];
        for (cell, state, date) in table {
            let shown = birth_in_cell(cell, state).map(|date| date.to_string());
            assert_eq!(shown.unwrap_or_default(), date, "{cell}");
        }
    }
}
