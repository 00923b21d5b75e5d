//! Whether a spoiled cell can have been a given number.

use strsim::osa_distance;

use super::id_number::{clean_number, is_mask, scientific_parts};
use crate::record::{IdNumber, NumberState};

/// Whether the number inside a record's own `G` student number may stand in for its spoiled cell.
///
/// In: the cell, its state, the number inside. Out: true where the cell says nothing, or where the
/// way it is spoiled leads from that number to it.
pub fn complete_from_student_number(cell: &str, state: NumberState, inside: IdNumber) -> bool {
    spoilage_explains(cell, state, inside)
}

/// Whether spoilage explains that a record of `number` carries this cell: nothing written, Excel's
/// lost tail or scientific form, a mask, up to two typing slips, or a lost century and check character.
pub fn spoilage_explains(cell: &str, state: NumberState, number: IdNumber) -> bool {
    match state {
        NumberState::Missing | NumberState::Placeholder => true,
        NumberState::Usable
        | NumberState::CompletedByCentury
        | NumberState::CompletedByStudentNumber => false,
        NumberState::SpoiledTail => {
            let (cell, text) = (clean_number(cell), number.to_string());
            cell.len() >= 15 && cell.get(..15) == text.get(..15)
        }
        NumberState::SpoiledScientific => {
            scientific_agrees(&clean_number(cell), &number.to_string())
        }
        NumberState::Masked => mask_agrees(&clean_number(cell), &number.to_string()),
        NumberState::BadLength
        | NumberState::BadCharacter
        | NumberState::BadDate
        | NumberState::BadCheck => {
            let (cell, text) = (clean_number(cell), number.to_string());
            // A cell of another order of length cannot be two slips away.
            (cell.chars().count().abs_diff(text.len()) <= 2 && osa_distance(&cell, &text) <= 2)
                || century_lost(&cell, &text)
        }
    }
}

/// `330127` `09061891`…: the digits without century and check character.
fn century_lost(cell: &str, text: &str) -> bool {
    cell.len() == 15
        && text.len() == 18
        && cell.get(..6) == text.get(..6)
        && cell.get(6..) == text.get(8..17)
}

/// The mantissa is a prefix of the digits, its last digit rounded or cut.
fn scientific_agrees(cell: &str, text: &str) -> bool {
    let Some((digits, exponent)) = scientific_parts(cell) else {
        return false;
    };
    // A text with X never was a number to Excel; beyond 15 digits Excel shows nothing true.
    if text.len() != exponent as usize + 1 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let kept = digits.len().min(15);
    let (Some(shown), Some(prefix)) = (digits.get(..kept), text.get(..kept)) else {
        return false;
    };
    match (shown.parse::<u64>(), prefix.parse::<u64>()) {
        (Ok(shown), Ok(prefix)) => {
            let rounds_up = text.as_bytes().get(kept).is_some_and(|&digit| digit >= b'5');
            shown == prefix || (rounds_up && shown == prefix + 1)
        }
        _ => false,
    }
}

fn mask_agrees(cell: &str, text: &str) -> bool {
    cell.chars().count() == text.len()
        && cell
            .chars()
            .zip(text.chars())
            .all(|(shown, true_one)| is_mask(shown) || shown == true_one)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spoilage_leads_from_the_number_to_the_cell() {
        use NumberState::*;
        let number = IdNumber::from_17_digits(b"33012720120305101").unwrap(); // …1012
        let table = [
            ("", Missing, true),
            ("无", Placeholder, true),
            ("330127201203051000", SpoiledTail, true),
            ("330127201203052000", SpoiledTail, false),
            ("3.30127E+17", SpoiledScientific, true),
            ("3.30127201203051E+17", SpoiledScientific, true),
            ("3.30128E+17", SpoiledScientific, false),
            ("3.30127E+14", SpoiledScientific, false),
            ("330127********1012", Masked, true),
            ("330127********1013", Masked, false),
            ("3301****1012", Masked, false),
            ("33012720120305101", BadLength, true),
            ("330127210203051012", BadCheck, true),
            ("33O127201203051012", BadCharacter, true),
            ("330199201207051099", BadCheck, false),
            ("330127120305101", BadLength, true),
            ("13800138000", BadLength, false),
            ("330127201203051012", Usable, false),
        ];
        for (cell, state, expected) in table {
            assert_eq!(spoilage_explains(cell, state, number), expected, "{cell}");
        }
    }

    #[test]
    fn the_last_shown_digit_may_be_rounded() {
        let number = IdNumber::from_17_digits(b"33012770120305101").unwrap();
        let text = number.to_string();
        if !text.ends_with('X') {
            for (cell, expected) in
                [("3.30127E+17", true), ("3.30128E+17", true), ("3.30126E+17", false)]
            {
                assert_eq!(
                    spoilage_explains(cell, NumberState::SpoiledScientific, number),
                    expected
                );
            }
        }
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*", digits in "[0-9.E+*X]{0,20}") {
            let number = IdNumber::from_17_digits(b"33012720120305101").unwrap();
            for text in [&cell, &digits] {
                for state in [NumberState::SpoiledTail, NumberState::SpoiledScientific,
                    NumberState::Masked, NumberState::BadLength, NumberState::BadCheck] {
                    let _ = complete_from_student_number(text, state, number);
                }
            }
        }
    }
}
