//! Planted: money paid twice, the second payment under a spoiled or empty number; name and card, or
//! name, school and class, say whose it is. And pairs that they must not join.

use super::aid::{MONTHLY_FEN, VOCATIONAL_GRANT};
use super::household::Household;
use super::people::{in_one_school, two};
use super::person::Person;
use super::rows::{EnrollmentRow, PaymentRow, Unit};
use super::spoilage::NumberFault::{self, *};
use super::world::Draft;
use crate::record::Stage;

const REPEAT: &str = "repeat-payment";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];
const ANY: [NumberFault; 6] = [Digit, Swap, ExcelTail, Scientific, LostDigit, LookAlikes];

/// The stories that are told in turn.
pub(crate) const STORIES: [fn(&mut Draft) -> Unit; 6] =
    [spoiled_card, empty_card, class_alone, class_changed, school_changed, across_schools];

fn again(draft: &Draft, first: &PaymentRow) -> PaymentRow {
    PaymentRow {
        pay_date: (first.pay_date + chrono::Days::new(4)).min(draft.calendar().as_of),
        regular: false,
        ..first.clone()
    }
}

/// Paid twice at one school; `change` says how the second payment was written.
fn twice(
    draft: &mut Draft,
    detail: &'static str,
    change: fn(&mut PaymentRow, &mut Draft) -> Option<&'static str>,
) -> Unit {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let row = draft.enrollment(&person, stage, grade);
    let mut unit = Unit::default();
    let paid = draft.pay_regular(&mut unit, &row);
    let mut second = again(draft, &unit.payments[0]);
    let invalid = change(&mut second, draft);
    unit.enroll(row);
    let second = unit.pay(second);
    unit.finding(REPEAT, detail, &[paid[0], second]);
    if let Some(invalid) = invalid {
        unit.finding("invalid-id", invalid, &[second]);
    }
    unit
}

fn spoil(payment: &mut PaymentRow, draft: &mut Draft) -> Option<&'static str> {
    let fault = loop {
        let fault = draft.rng.pick(&ANY);
        if !(fault.wants_digits() && payment.number.ends_with('X')) {
            break fault;
        }
    };
    payment.number = fault.spoil(&payment.number, &mut draft.rng);
    fault.invalid()
}

fn spoiled_card(draft: &mut Draft) -> Unit {
    twice(draft, "number-spoiled", spoil)
}

fn empty_card(draft: &mut Draft) -> Unit {
    twice(draft, "number-empty-card", |payment, _| {
        payment.number.clear();
        None
    })
}

/// Name, school and class alone; there is one child of that name in the class.
fn class_alone(draft: &mut Draft) -> Unit {
    twice(draft, "number-empty-class", |payment, _| {
        payment.number.clear();
        payment.card.clear();
        None
    })
}

/// The second list holds the class of another year's list: the card decides.
fn class_changed(draft: &mut Draft) -> Unit {
    twice(draft, "number-empty-class-changed", |payment, draft| {
        payment.number.clear();
        let classes = draft.world.county.schools[payment.school].classes;
        payment.class = payment.class % classes + 1;
        None
    })
}

/// The second list is that of a school where he never was: the card decides.
fn school_changed(draft: &mut Draft) -> Unit {
    twice(draft, "number-empty-school-changed", |payment, draft| {
        payment.number.clear();
        let stage = draft.world.county.schools[payment.school].stage;
        payment.school = draft.other_school(stage, payment.school);
        payment.class = draft.class(payment.school);
        None
    })
}

/// In the month of a transfer, at both schools, on one card.
fn across_schools(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&[Stage::Vocational]);
    let person = draft.person(stage, grade);
    let mut first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(&person, school, grade);
    first.status = "转出";
    first.exit = Some(draft.calendar().day(0, 9, 20));
    second.entry = draft.calendar().day(0, 9, 21);
    let mut unit = Unit::default();
    let [one, mut other] = [&first, &second].map(|row| september(draft, row));
    other.number.clear();
    let paid = [unit.pay(one), unit.pay(other)];
    unit.finding(REPEAT, "number-empty-across-schools", &paid);
    let rows = [unit.enroll(first), unit.enroll(second)];
    unit.trap("dual-enrollment", "proper-transfer", &rows);
    unit
}

fn september(draft: &Draft, row: &EnrollmentRow) -> PaymentRow {
    PaymentRow { regular: false, ..draft.payment(row, VOCATIONAL_GRANT, Some(9), MONTHLY_FEN) }
}

/// Two pupils of one programme, the second's payment without a number: two people.
fn two_paid(rows: [EnrollmentRow; 2], detail: &'static str, draft: &mut Draft) -> Unit {
    let mut unit = Unit::default();
    let first = draft.pay_regular(&mut unit, &rows[0])[0];
    let second = PaymentRow {
        name: rows[1].name.clone(),
        number: String::new(),
        school: rows[1].school,
        grade: rows[1].grade,
        class: rows[1].class,
        card: rows[1].card.clone(),
        phone: rows[1].phone.clone(),
        regular: false,
        ..unit.payments[0].clone()
    };
    let second = unit.pay(second);
    unit.trap(REPEAT, detail, &[first, second]);
    unit.enrollments.extend(rows);
    unit
}

/// Two pupils of one name in one class, each with a card.
pub(crate) fn one_name_two_cards(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::namesake);
    in_one_school(draft, &mut rows);
    rows[1].class = rows[0].class;
    two_paid(rows, "one-name-two-cards", draft)
}

/// Brothers and sisters on a parent's card.
pub(crate) fn siblings_one_card(draft: &mut Draft) -> Unit {
    let home = Household::new(&draft.world.names, &mut draft.rng);
    let (stage, grade) = draft.later_grade(&[Stage::Primary, Stage::Junior]);
    let older = draft.child(&home, stage, grade);
    let younger = loop {
        let younger = draft.child(&home, stage, grade - 1);
        if younger.name != older.name {
            break younger;
        }
    };
    let first = draft.enrollment(&older, stage, grade);
    let mut second = draft.enrollment_at(&younger, first.school, grade - 1);
    second.card.clone_from(&first.card);
    two_paid([first, second], "siblings-one-card", draft)
}
