//! Planted traps: several payments that are not one paid twice.

use chrono::Days;

use super::aid::{MONTHLY_FEN, VOCATIONAL_GRANT};
use super::rows::{EnrollmentRow, PaymentRow, Unit};
use super::world::Draft;
use crate::record::{Stage, Term};

const REPEAT: &str = "repeat-payment";

fn pupil(draft: &mut Draft) -> (Unit, EnrollmentRow) {
    let (stage, grade) = draft.later_grade(&[Stage::Vocational]);
    let person = draft.person(stage, grade);
    let row = draft.enrollment(&person, stage, grade);
    let mut unit = Unit::default();
    unit.enroll(row.clone());
    (unit, row)
}

fn september(draft: &Draft, row: &EnrollmentRow) -> PaymentRow {
    PaymentRow { regular: false, ..draft.payment(row, VOCATIONAL_GRANT, Some(9), MONTHLY_FEN) }
}

fn told(mut unit: Unit, detail: &'static str, payments: Vec<PaymentRow>) -> Unit {
    let rows: Vec<_> = payments.into_iter().map(|payment| unit.pay(payment)).collect();
    unit.trap(REPEAT, detail, &rows);
    unit
}

/// The bank refused, the centre sent it again.
pub(crate) fn failed_then_sent(draft: &mut Draft) -> Unit {
    let (unit, row) = pupil(draft);
    let sent = september(draft, &row);
    let failed = PaymentRow { status: draft.rng.pick(&["发放失败", "退回"]), ..sent.clone() };
    let sent = PaymentRow { pay_date: sent.pay_date + Days::new(6), ..sent };
    told(unit, "failed-resent", vec![failed, sent])
}

/// Paid, reversed with a negative amount, paid again.
pub(crate) fn reversed(draft: &mut Draft) -> Unit {
    let (unit, row) = pupil(draft);
    let paid = september(draft, &row);
    let reversal = PaymentRow {
        status: "冲正",
        fen: -paid.fen,
        pay_date: paid.pay_date + Days::new(3),
        ..paid.clone()
    };
    let again = PaymentRow { pay_date: paid.pay_date + Days::new(7), ..paid.clone() };
    told(unit, "reversed", vec![paid, reversal, again])
}

/// March pays November and January with its own month.
pub(crate) fn back_payment(draft: &mut Draft) -> Unit {
    let (unit, row) = pupil(draft);
    let month = |term, month, fen| PaymentRow {
        school_year: draft.calendar().year - 1,
        term,
        month: Some(month),
        fen,
        pay_date: draft.calendar().day(0, 3, 20),
        ..september(draft, &row)
    };
    let payments = vec![
        month(Term::Autumn, 11, 20_000),
        month(Term::Spring, 3, MONTHLY_FEN),
        month(Term::Autumn, 1, 20_000),
    ];
    told(unit, "back-payment", payments)
}

/// One instalment in two transfers.
pub(crate) fn split_transfer(draft: &mut Draft) -> Unit {
    let (unit, row) = pupil(draft);
    let whole = september(draft, &row);
    let second =
        PaymentRow { fen: 13_000, pay_date: whole.pay_date + Days::new(1), ..whole.clone() };
    let first = PaymentRow { fen: 10_000, ..whole };
    told(unit, "split-transfer", vec![first, second])
}

/// The grant and the waiver, as programmes that go together.
pub(crate) fn combined_programmes(draft: &mut Draft) -> Unit {
    let (mut unit, row) = pupil(draft);
    let mut rows = draft.pay_regular(&mut unit, &row);
    let waiver = draft.waiver(&row);
    rows.push(unit.pay(waiver));
    unit.trap(REPEAT, "combined-programmes", &rows);
    unit.trap("exclusive-aid", "combined-programmes", &rows);
    unit
}

/// Paid for September, gone in October.
pub(crate) fn paid_before_leaving(draft: &mut Draft) -> Unit {
    let (mut unit, row) = pupil(draft);
    let paid = september(draft, &row);
    unit.enrollments[0].status = "退学";
    unit.enrollments[0].exit = Some(draft.calendar().day(0, 10, 8));
    let paid = unit.pay(paid);
    unit.trap("paid-not-enrolled", "paid-before-leaving", &[paid]);
    unit
}
