//! Planted: money paid twice, and money paid to children who are not there.

use super::aid::{MONTHLY_FEN, VOCATIONAL_GRANT};
use super::rows::{PaymentRow, Unit};
use super::world::Draft;
use crate::record::Stage;

const REPEAT: &str = "repeat-payment";
const NOT_ENROLLED: &str = "paid-not-enrolled";
const BY_TERM: [Stage; 4] = [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior];
const UPPER: [Stage; 2] = [Stage::Senior, Stage::Vocational];

/// A month of the vocational grant paid twice at one school.
pub(crate) fn monthly_twice(draft: &mut Draft) -> Unit {
    twice(draft, &[Stage::Vocational], "monthly")
}

/// A term's grant paid twice at one school.
pub(crate) fn term_twice(draft: &mut Draft) -> Unit {
    twice(draft, &BY_TERM, "term")
}

fn twice(draft: &mut Draft, stages: &[Stage], detail: &'static str) -> Unit {
    let (stage, grade) = draft.later_grade(stages);
    let person = draft.person(stage, grade);
    let row = draft.enrollment(&person, stage, grade);
    let mut unit = Unit::default();
    unit.enroll(row.clone());
    let paid = draft.pay_regular(&mut unit, &row);
    let first = unit.payments[0].clone();
    let again = PaymentRow {
        pay_date: (first.pay_date + chrono::Days::new(4)).min(draft.calendar().as_of),
        regular: false,
        ..first
    };
    let again = unit.pay(again);
    unit.finding(REPEAT, detail, &[paid[0], again]);
    unit
}

/// Paid at two schools: on both books, or in the month of a proper transfer.
pub(crate) fn across_schools(draft: &mut Draft) -> Unit {
    let (stage, grade) =
        draft.later_grade(&[Stage::Vocational, Stage::Vocational, Stage::Senior, Stage::Junior]);
    let person = draft.person(stage, grade);
    let mut first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(&person, school, grade);
    let mut unit = Unit::default();
    if stage == Stage::Vocational {
        first.status = "转出";
        first.exit = Some(draft.calendar().day(0, 9, 20));
        second.entry = draft.calendar().day(0, 9, 21);
        let rows = [&first, &second]
            .map(|row| draft.payment(row, VOCATIONAL_GRANT, Some(9), MONTHLY_FEN))
            .map(|payment| unit.pay(PaymentRow { regular: false, ..payment }));
        unit.finding(REPEAT, "across-schools", &rows);
        let rows = [unit.enroll(first), unit.enroll(second)];
        unit.trap("dual-enrollment", "proper-transfer", &rows);
    } else {
        second.entry = draft.calendar().day(0, 3, 1);
        let paid = draft.pay_regular(&mut unit, &first);
        let original = unit.payments[0].clone();
        let again = unit.pay(PaymentRow {
            school: second.school,
            class: second.class,
            regular: false,
            ..original
        });
        unit.finding(REPEAT, "across-schools", &[paid[0], again]);
        let rows = [unit.enroll(first), unit.enroll(second)];
        unit.finding("dual-enrollment", "exact", &rows);
    }
    unit
}

/// Left in spring, paid in autumn.
pub(crate) fn left(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&UPPER);
    let person = draft.person(stage, grade);
    let mut row = draft.enrollment(&person, stage, grade);
    row.status = "退学";
    row.exit = Some(draft.calendar().day(0, 4, 20));
    let mut unit = Unit::default();
    let paid = draft.pay_regular(&mut unit, &row);
    unit.enroll(row);
    unit.finding(NOT_ENROLLED, "left", &paid);
    unit
}

/// Paid to somebody whom no register knows.
pub(crate) fn never_enrolled(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&UPPER);
    let person = draft.person(stage, grade);
    let row = draft.enrollment(&person, stage, grade);
    let mut unit = Unit::default();
    let paid = draft.pay_regular(&mut unit, &row);
    unit.finding(NOT_ENROLLED, "never-enrolled", &paid);
    unit
}

/// Suspended since spring, paid in autumn.
pub(crate) fn suspended(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&UPPER);
    let person = draft.person(stage, grade);
    let mut row = draft.enrollment(&person, stage, grade);
    row.status = "休学";
    row.suspended = Some(draft.calendar().day(0, 3, 10));
    let mut unit = Unit::default();
    let paid = draft.pay_regular(&mut unit, &row);
    unit.enroll(row);
    unit.finding(NOT_ENROLLED, "suspended", &paid);
    unit
}
