//! Every number from which one fault leads to a spoiled cell.

use chrono::NaiveDate;

use super::id_number::parse_clean;
use super::number_cell::NumberCell;
use crate::record::{IdNumber, NumberState};

/// The weights of ISO 7064 MOD 11-2, the check character's own included.
const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];

/// Collects the valid numbers (check character, calendar, not in the future) from which one fault leads
/// to the cell: a wrong digit, a swap, a lost or added character, look-alikes, a lost century.
///
/// `into` is emptied first, and holds the numbers ascending and each once: at most about 60. A cell with
/// a lost tail, in scientific form or with a mask has too many; see [`super::known_digits`].
pub fn possible_numbers(
    cell: &str,
    state: NumberState,
    as_of: NaiveDate,
    into: &mut Vec<IdNumber>,
) {
    into.clear();
    let spoiled = matches!(
        state,
        NumberState::BadLength
            | NumberState::BadCharacter
            | NumberState::BadDate
            | NumberState::BadCheck
    );
    let Some(cell) = NumberCell::read(cell).filter(|_| spoiled) else {
        return;
    };
    let mut found = Found { as_of, into };
    let folded = cell.with_digits_for_letters();
    let bytes = folded.bytes();
    if let Ok(eighteen) = <[u8; 18]>::try_from(bytes) {
        found.same_length(eighteen, cell.bytes());
    } else if let Ok(seventeen) = <[u8; 17]>::try_from(bytes) {
        found.lost_character(&seventeen);
    } else if let Ok(nineteen) = <[u8; 19]>::try_from(bytes) {
        found.extra_character(&nineteen);
    } else if let Ok(fifteen) = <[u8; 15]>::try_from(bytes) {
        found.lost_century(&fifteen);
    }
    into.sort_unstable();
    into.dedup();
}

/// The numbers that passed.
struct Found<'a> {
    as_of: NaiveDate,
    into: &'a mut Vec<IdNumber>,
}

impl Found<'_> {
    /// Keeps the text if the reader of cells would take it as a number.
    fn take(&mut self, text: &[u8; 18]) {
        self.into.extend(parse_clean(text, self.as_of).and_then(|parsed| parsed.number));
    }

    fn same_length(&mut self, text: [u8; 18], cell: &[u8]) {
        // Letters read as digits may be all that was wrong.
        if text != cell {
            self.take(&text);
        }
        let fits = |at: usize| text[at].is_ascii_digit() || (at == 17 && text[at] == b'X');
        let mut wrong = (0..18).filter(|&at| !fits(at));
        match (wrong.next(), wrong.next()) {
            (None, _) => (0..18).for_each(|at| self.one_digit(text, at)),
            (Some(at), None) => self.one_digit(text, at),
            _ => {}
        }
        for (first, second) in neighbours(18) {
            let mut swapped = text;
            swapped.swap(first, second);
            self.take(&swapped);
        }
    }

    /// The check character follows from the digits, so that one place takes at most one character.
    fn one_digit(&mut self, mut text: [u8; 18], at: usize) {
        if at == 17 {
            if let Some(check) = IdNumber::check_character(&text[..17]) {
                text[17] = check;
                self.take(&text);
            }
            return;
        }
        text[at] = b'0';
        let (rest, weight) = (weighted_sum(&text), WEIGHTS[at]);
        for digit in (0..10).filter(|digit| (rest + weight * digit) % 11 == 1) {
            text[at] = b'0' + digit as u8;
            self.take(&text);
        }
    }

    fn lost_character(&mut self, text: &[u8; 17]) {
        for at in 0..18 {
            let mut full = [b'0'; 18];
            full[..at].copy_from_slice(&text[..at]);
            full[at + 1..].copy_from_slice(&text[at..]);
            self.one_digit(full, at);
        }
    }

    fn extra_character(&mut self, text: &[u8; 19]) {
        for at in 0..19 {
            let mut rest = [b'0'; 18];
            rest[..at].copy_from_slice(&text[..at]);
            rest[at..].copy_from_slice(&text[at + 1..]);
            self.take(&rest);
        }
    }

    fn lost_century(&mut self, text: &[u8; 15]) {
        for century in [b"20", b"19"] {
            let mut full = [b'0'; 18];
            full[..6].copy_from_slice(&text[..6]);
            full[6..8].copy_from_slice(century);
            full[8..17].copy_from_slice(&text[6..]);
            self.one_digit(full, 17);
        }
    }
}

/// The weighted sum of all 18 characters: 1 modulo 11 for a valid number.
fn weighted_sum(text: &[u8; 18]) -> u32 {
    let value = |b: u8| if b == b'X' { 10 } else { u32::from(b.wrapping_sub(b'0')) };
    text.iter().zip(WEIGHTS).map(|(&b, weight)| value(b) * weight).sum()
}

/// Places that may have been swapped: neighbours, and those with one place between.
fn neighbours(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..length)
        .flat_map(|at| [Some((at - 1, at)), at.checked_sub(2).map(|two| (two, at))])
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(cell: &str, state: NumberState) -> Vec<String> {
        let mut found = Vec::new();
        possible_numbers(cell, state, NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(), &mut found);
        found.iter().map(IdNumber::to_string).collect()
    }

    #[test]
    fn a_wrong_digit_has_a_score_of_repairs() {
        // 330127201203051012 with its third digit wrong.
        let found = candidates("331127201203051012", NumberState::BadCheck);
        assert!(found.contains(&"330127201203051012".to_owned()), "{found:?}");
        assert!((5..60).contains(&found.len()), "{found:?}");
    }

    #[test]
    fn a_swap_of_the_date_leaves_few() {
        let found = candidates("330127202103051012", NumberState::BadCheck);
        assert!(found.contains(&"330127201203051012".to_owned()), "{found:?}");
    }

    #[test]
    fn many_look_alikes_leave_one() {
        let found = candidates("33OI272OI2O3O5IOIZ", NumberState::BadCharacter);
        assert!(found.contains(&"330127201203051012".to_owned()), "{found:?}");
        assert_eq!(candidates("33?12720120?051012", NumberState::BadCharacter), [""; 0]);
    }

    #[test]
    fn a_guardian_without_century() {
        assert_eq!(candidates("330127760305101", NumberState::BadLength), ["330127197603051012"]);
    }

    #[test]
    fn cells_that_could_be_anyone_have_none() {
        use NumberState::*;
        for (cell, state) in [
            ("330127201203051000", SpoiledTail),
            ("3.30127E+17", SpoiledScientific),
            ("330127********1012", Masked),
            ("330127201203051012", Usable),
            ("13800138000", BadLength),
            ("", Missing),
        ] {
            assert_eq!(candidates(cell, state), [""; 0], "{cell}");
        }
    }
}
