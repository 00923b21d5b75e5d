//! Planted traps: two stays of one child that are in order.

use super::rows::{EnrollmentRow, Unit};
use super::world::Draft;
use crate::record::Stage;

const DUAL: &str = "dual-enrollment";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

fn pair(draft: &mut Draft) -> (EnrollmentRow, EnrollmentRow) {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let second = draft.enrollment_at(&person, school, grade);
    (first, second)
}

fn told(detail: &'static str, first: EnrollmentRow, second: EnrollmentRow) -> Unit {
    let mut unit = Unit::default();
    let rows = [unit.enroll(first), unit.enroll(second)];
    unit.trap(DUAL, detail, &rows);
    unit
}

/// Out on one day, in on the next.
pub(crate) fn proper_transfer(draft: &mut Draft) -> Unit {
    let (mut first, mut second) = pair(draft);
    first.status = "转出";
    first.exit = Some(draft.calendar().day(0, 3, 3));
    second.entry = draft.calendar().day(0, 3, 4);
    told("proper-transfer", first, second)
}

/// In at the new school before the old one let go.
pub(crate) fn transfer_overlap(draft: &mut Draft) -> Unit {
    let (mut first, mut second) = pair(draft);
    first.status = "转出";
    first.exit = Some(draft.calendar().day(0, 9, 8 + draft.rng.below(12)));
    second.entry = draft.calendar().day(0, 9, 1);
    told("transfer-overlap", first, second)
}

/// Graduated from one stage, active in the next.
pub(crate) fn graduate(draft: &mut Draft) -> Unit {
    let (from, last, to) = draft.rng.pick(&[
        (Stage::Preschool, 3, Stage::Primary),
        (Stage::Primary, 6, Stage::Junior),
        (Stage::Junior, 3, Stage::Senior),
        (Stage::Junior, 3, Stage::Vocational),
    ]);
    let person = draft.person(to, 1);
    let mut first = draft.enrollment(&person, from, last);
    first.entry = draft.calendar().day(-i32::from(last), 9, 1);
    first.status = "毕业";
    first.exit = Some(draft.calendar().day(0, 7, 1));
    let second = draft.enrollment(&person, to, 1);
    told("graduate", first, second)
}

/// Registered and gone on the same day, active elsewhere.
pub(crate) fn no_show(draft: &mut Draft) -> Unit {
    let (mut first, second) = pair(draft);
    first.status = "退学";
    first.entry = draft.calendar().day(0, 9, 1);
    first.exit = Some(first.entry);
    told("no-show", first, second)
}

/// Transferred out on a day that nobody wrote down, active elsewhere.
pub(crate) fn exit_undated(draft: &mut Draft) -> Unit {
    let (mut first, mut second) = pair(draft);
    first.status = "转出";
    second.entry = draft.calendar().day(0, 3, 1);
    told("exit-undated", first, second)
}

/// Back from suspension, and paid.
pub(crate) fn resumed(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&[Stage::Senior, Stage::Vocational]);
    let person = draft.person(stage, grade);
    let mut row = draft.enrollment(&person, stage, grade);
    row.status = "复学";
    let mut unit = Unit::default();
    let paid = draft.pay_regular(&mut unit, &row);
    unit.enroll(row);
    unit.trap("paid-not-enrolled", "resumed", &paid);
    unit
}
