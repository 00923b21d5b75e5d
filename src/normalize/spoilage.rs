//! Whether a spoiled cell can have been a given number.

use super::number_faults::{fault_between, says_nothing};
use crate::record::{IdNumber, NumberState};

/// Whether the number inside a record's own `G` student number may stand in for its spoiled cell.
///
/// In: the cell, its state, the number inside. Out: true where the cell says nothing, or where the
/// way it is spoiled leads from that number to it.
pub fn complete_from_student_number(cell: &str, state: NumberState, inside: IdNumber) -> bool {
    spoilage_explains(cell, state, inside)
}

/// Whether spoilage explains that a record of `number` carries this cell: nothing written, or a fault
/// that [`fault_between`] names.
pub fn spoilage_explains(cell: &str, state: NumberState, number: IdNumber) -> bool {
    says_nothing(state) || fault_between(cell, state, number).is_some()
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
