//! Planted: numbers that fail, in rows where nothing completes them.

use super::rows::Unit;
use super::spoilage::NumberFault;
use super::world::Draft;
use crate::record::Stage;

const KIND: &str = "invalid-id";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

fn spoiled(draft: &mut Draft, fault: NumberFault) -> Unit {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let mut row = draft.enrollment(&person, stage, grade);
    row.number = fault.spoil(&person.number, &mut draft.rng);
    row.student_number = if stage != Stage::Preschool && draft.rng.chance(500) {
        person.temporary_number(&mut draft.rng)
    } else {
        String::new()
    };
    let mut unit = Unit::default();
    let place = unit.enroll(row);
    if let Some(detail) = fault.invalid() {
        unit.finding(KIND, detail, &[place]);
    }
    unit
}

/// One wrong digit in the first 17.
pub(crate) fn one_digit(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::Digit)
}

/// Two neighbours of the first 17 changed places.
pub(crate) fn swap(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::Swap)
}

/// A spreadsheet kept 15 digits.
pub(crate) fn excel_tail(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::ExcelTail)
}

/// `3.30182E+17`
pub(crate) fn scientific(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::Scientific)
}

/// A digit that is not the last fell out.
pub(crate) fn seventeen_digits(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::LostDigit)
}

/// Letters that were taken for digits.
pub(crate) fn look_alikes(draft: &mut Draft) -> Unit {
    spoiled(draft, NumberFault::LookAlikes)
}
