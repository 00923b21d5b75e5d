//! What one record says about who it is of, whatever kind of record it is.

use super::persons::RecordIndex;
use crate::normalize::{Dataset, SchoolId};
use crate::record::{
    DateRange, Digits, Grade, IdNumber, LabelId, NumberState, Records, Register, Sex, Table, Text,
};

/// The fields of a record that identity weighs; empty where the record says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub number: Option<IdNumber>,
    pub state: NumberState,
    /// The cell as it stood, where it is not the canonical number.
    pub cell: &'a str,
    pub name: &'a str,
    pub former_name: &'a str,
    pub birth: Option<DateRange>,
    pub sex: Sex,
    /// Up to two names with `/` between.
    pub guardian: &'a str,
    pub phone: Digits,
    pub card: Digits,
    pub student_number: &'a str,
    pub school: SchoolId,
    pub grade: Grade,
    pub class: LabelId,
    /// The register of an enrolment record; none for a payment.
    pub register: Option<Register>,
}

impl<'a> Evidence<'a> {
    /// Gathers what `record` says.
    pub fn of(data: &'a Dataset, record: RecordIndex) -> Evidence<'a> {
        if let Some(index) = record.as_enrollment() {
            let columns = &data.enrollments.columns;
            let text = |text| get(&data.enrollments, text);
            return Evidence {
                number: columns.number[index],
                state: columns.number_state[index],
                cell: text(columns.number_cell[index]),
                name: text(columns.name[index]),
                former_name: text(columns.former_name[index]),
                birth: columns.birth[index],
                sex: columns.sex[index],
                guardian: text(columns.guardian[index]),
                phone: columns.phone[index],
                card: columns.card[index],
                student_number: text(columns.student_number[index]),
                school: data.school_of(index),
                grade: columns.grade[index],
                class: columns.class[index],
                register: Some(data.register_of(index)),
            };
        }
        let index = record.as_payment().unwrap_or_default();
        let columns = &data.payments.columns;
        let text = |text| get(&data.payments, text);
        Evidence {
            number: columns.number[index],
            state: columns.number_state[index],
            cell: text(columns.number_cell[index]),
            name: text(columns.name[index]),
            former_name: "",
            birth: None,
            sex: Sex::Unknown,
            guardian: "",
            phone: columns.phone[index],
            card: Digits::of(text(columns.card[index])),
            student_number: text(columns.student_number[index]),
            school: data.paying_school(index),
            grade: columns.grade[index],
            class: columns.class[index],
            register: None,
        }
    }

    /// The birth date that the column says, else the one inside the usable number.
    pub fn birth_date(&self) -> Option<DateRange> {
        self.birth.or_else(|| self.number?.birth_date().map(DateRange::day))
    }

    /// The sex that the column says, else the one inside the usable number.
    pub fn sex_said(&self) -> Sex {
        match (self.sex, self.number) {
            (Sex::Unknown, Some(number)) => number.sex(),
            (sex, _) => sex,
        }
    }
}

/// Whether a record's own birth date or sex contradicts the number that stands in it: somebody else's
/// number was typed in, or the other column is wrong.
pub fn contradicts(number: IdNumber, birth: Option<DateRange>, sex: Sex) -> bool {
    if !number.is_resident_form() {
        return false;
    }
    let born_otherwise = match (birth, number.birth_date()) {
        (Some(said), Some(inside)) => !said.may_equal(DateRange::day(inside)),
        _ => false,
    };
    born_otherwise || (sex != Sex::Unknown && sex != number.sex())
}

fn get<T: Table>(records: &Records<T>, text: Text) -> &str {
    records.text(text)
}
