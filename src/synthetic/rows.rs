//! The rows of the county before they are written anywhere, and the truth about them.

use chrono::NaiveDate;

use super::household::Parent;
use super::person::{Person, card, phone};
use super::rng::Rng;
use crate::record::{Sex, Term};

/// One line of a register.
#[derive(Debug, Clone)]
pub(crate) struct EnrollmentRow {
    pub(crate) name: String,
    pub(crate) sex: Sex,
    /// Empty where the school left it out.
    pub(crate) birth: Option<NaiveDate>,
    pub(crate) number: String,
    pub(crate) student_number: String,
    /// Index of the school in the county.
    pub(crate) school: usize,
    pub(crate) grade: u8,
    pub(crate) class: u8,
    pub(crate) status: &'static str,
    pub(crate) entry: NaiveDate,
    pub(crate) exit: Option<NaiveDate>,
    /// Since when suspended; only some systems write it.
    pub(crate) suspended: Option<NaiveDate>,
    pub(crate) guardian: String,
    pub(crate) phone: String,
    /// The parent whom this record does not name.
    pub(crate) other_parent: Parent,
    pub(crate) card: String,
}

impl EnrollmentRow {
    /// Whether the pupil sits in the class now.
    pub(crate) fn is_active(&self) -> bool {
        matches!(self.status, "在读" | "复学")
    }

    /// What another office wrote down of the same child: the other parent, a new telephone, another
    /// card, nothing.
    pub(crate) fn tell_again(&mut self, rng: &mut Rng) {
        if rng.chance(120) {
            self.guardian.clone_from(&self.other_parent.name);
            if rng.chance(500) {
                self.phone.clone_from(&self.other_parent.phone);
            }
        }
        if rng.chance(120) {
            self.phone = phone(rng);
        }
        if rng.chance(300) {
            self.card = card(rng);
        }
        self.leave_empty(rng);
    }

    /// A few cells stay empty.
    pub(crate) fn leave_empty(&mut self, rng: &mut Rng) {
        match rng.below(1000) {
            0..20 => self.guardian.clear(),
            20..55 => self.phone.clear(),
            _ => {}
        }
    }

    /// The person's row with nothing wrong.
    pub(crate) fn of(
        person: &Person,
        school: usize,
        grade: u8,
        class: u8,
        entry: NaiveDate,
    ) -> EnrollmentRow {
        EnrollmentRow {
            name: person.name.clone(),
            sex: person.sex,
            birth: Some(person.birth),
            number: person.number.clone(),
            student_number: person.student_number(),
            school,
            grade,
            class,
            status: "在读",
            entry,
            exit: None,
            suspended: None,
            guardian: person.guardian.name.clone(),
            phone: person.guardian.phone.clone(),
            other_parent: person.other_parent.clone(),
            card: person.card.clone(),
        }
    }
}

/// One line of an aid list.
#[derive(Debug, Clone)]
pub(crate) struct PaymentRow {
    pub(crate) name: String,
    pub(crate) number: String,
    pub(crate) school: usize,
    pub(crate) grade: u8,
    pub(crate) class: u8,
    pub(crate) programme: &'static str,
    /// The calendar year in which the school year starts.
    pub(crate) school_year: i32,
    pub(crate) term: Term,
    pub(crate) month: Option<u32>,
    pub(crate) fen: i64,
    pub(crate) pay_date: NaiveDate,
    pub(crate) status: &'static str,
    pub(crate) phone: String,
    pub(crate) card: String,
    /// Paid as the programme is always paid; the lists of two months hold it in one line.
    pub(crate) regular: bool,
}

/// A row of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RowOf {
    Enrollment(usize),
    Payment(usize),
}

/// A planted discrepancy, or a trap (`trap`) that must not be taken for one.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: &'static str,
    pub(crate) trap: bool,
    pub(crate) detail: &'static str,
    pub(crate) rows: Vec<RowOf>,
}

/// A pupil with everybody who belongs to the same story.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    pub(crate) enrollments: Vec<EnrollmentRow>,
    pub(crate) payments: Vec<PaymentRow>,
    pub(crate) groups: Vec<Group>,
}

impl Unit {
    /// Adds a line of a register and says where.
    pub(crate) fn enroll(&mut self, row: EnrollmentRow) -> RowOf {
        self.enrollments.push(row);
        RowOf::Enrollment(self.enrollments.len() - 1)
    }

    /// Adds a payment and says where.
    pub(crate) fn pay(&mut self, row: PaymentRow) -> RowOf {
        self.payments.push(row);
        RowOf::Payment(self.payments.len() - 1)
    }

    /// Leaves the cards out: most registers hold none of pupils who draw nothing.
    pub(crate) fn without_cards(&mut self) {
        self.enrollments.iter_mut().for_each(|row| row.card.clear());
    }

    /// Records a discrepancy.
    pub(crate) fn finding(&mut self, kind: &'static str, detail: &'static str, rows: &[RowOf]) {
        self.groups.push(Group { kind, trap: false, detail, rows: rows.to_vec() });
    }

    /// Records what must not be taken for a discrepancy of that kind.
    pub(crate) fn trap(&mut self, kind: &'static str, detail: &'static str, rows: &[RowOf]) {
        self.groups.push(Group { kind, trap: true, detail, rows: rows.to_vec() });
    }
}
