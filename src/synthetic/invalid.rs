//! Planted: numbers that fail, in rows where nothing completes them.

use super::rows::Unit;
use super::world::Draft;
use crate::record::Stage;

const KIND: &str = "invalid-id";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

fn spoiled(
    draft: &mut Draft,
    detail: &'static str,
    spoil: impl Fn(&str, &mut Draft) -> String,
) -> Unit {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let mut row = draft.enrollment(&person, stage, grade);
    row.number = spoil(&person.number, draft);
    row.student_number = if stage != Stage::Preschool && draft.rng.chance(500) {
        person.temporary_number(&mut draft.rng)
    } else {
        String::new()
    };
    let mut unit = Unit::default();
    let place = unit.enroll(row);
    unit.finding(KIND, detail, &[place]);
    unit
}

/// One wrong digit in the first 17.
pub(crate) fn one_digit(draft: &mut Draft) -> Unit {
    spoiled(draft, "one-digit", |number, draft| {
        let mut bytes = number.as_bytes().to_vec();
        let place = 6 + draft.rng.index(11);
        bytes[place] = b'0' + (bytes[place] - b'0' + 1 + draft.rng.below(9) as u8) % 10;
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Two neighbours of the first 17 changed places.
pub(crate) fn swap(draft: &mut Draft) -> Unit {
    spoiled(draft, "swap", |number, draft| {
        let mut bytes = number.as_bytes().to_vec();
        let start = 6 + draft.rng.index(10);
        // From the start backwards, the first pair that differs: 330127 holds one in any case.
        if let Some(place) = (0..=start).rev().find(|&place| bytes[place] != bytes[place + 1]) {
            bytes.swap(place, place + 1);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// A spreadsheet kept 15 digits.
pub(crate) fn excel_tail(draft: &mut Draft) -> Unit {
    spoiled(draft, "excel-tail", |number, _| without_tail(number))
}

/// `3.30182E+17`
pub(crate) fn scientific(draft: &mut Draft) -> Unit {
    spoiled(draft, "scientific", |number, _| format!("{}.{}E+17", &number[..1], &number[1..6]))
}

/// The last digit but the check character fell out.
pub(crate) fn seventeen_digits(draft: &mut Draft) -> Unit {
    spoiled(draft, "seventeen-digits", |number, _| {
        // Without the last character the number could be completed: X would be a plausible one.
        format!("{}{}", &number[..10], &number[11..])
    })
}

/// What Excel makes of 18 digits.
pub(crate) fn without_tail(number: &str) -> String {
    format!("{}000", &number[..15])
}
