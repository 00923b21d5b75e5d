//! What one record says about who it is of, whatever kind of record it is.

use super::persons::RecordIndex;
use crate::normalize::{Dataset, SchoolId};
use crate::record::{
    DateRange, Digits, Grade, IdNumber, LabelId, NumberState, Records, Register, SchoolYear, Sex,
    Table, Text,
};

/// The fields of a record that identity weighs; empty where the record says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub number: Option<IdNumber>,
    /// Whether the number may be somebody else's: then the birth date and sex inside it are not the record's.
    pub doubted: bool,
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
    /// The school year for which a list says the grade; of a payment that of its instalment.
    pub school_year: Option<SchoolYear>,
    pub class: LabelId,
    /// The register of an enrolment record; none for a payment.
    pub register: Option<Register>,
}

/// How the grades of two records agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GradeAgreement {
    /// One of them says none.
    Unsaid,
    Equal,
    /// Once one of them moves up with the school years between the lists.
    MovedUp,
    /// As they are written, though the lists speak of different school years.
    AsWritten,
    Different,
}

impl<'a> Evidence<'a> {
    /// Gathers what `record` says.
    pub fn of(data: &'a Dataset, record: RecordIndex) -> Evidence<'a> {
        if let Some(index) = record.as_enrollment() {
            let columns = &data.enrollments.columns;
            let text = |text| get(&data.enrollments, text);
            return Evidence {
                number: columns.number[index],
                doubted: false,
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
                school_year: Some(data.school_year_of(columns.sheet[index])),
                class: columns.class[index],
                register: Some(data.register_of(index)),
            };
        }
        let index = record.as_payment().unwrap_or_default();
        let columns = &data.payments.columns;
        let text = |text| get(&data.payments, text);
        Evidence {
            number: columns.number[index],
            doubted: false,
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
            school_year: columns.period[index].school_year,
            class: columns.class[index],
            register: None,
        }
    }

    /// How the grades of two records agree. A list of last spring may show the grade of then or of now: grades
    /// that agree in one of the two ways only say nothing.
    pub fn grades_agree(&self, other: &Evidence) -> GradeAgreement {
        if self.grade.year == 0 || other.grade.year == 0 {
            return GradeAgreement::Unsaid;
        }
        let as_written = self.grade.year == other.grade.year;
        let began =
            |one: &Evidence| Some(i32::from(one.school_year?.0) - i32::from(one.grade.year));
        let moved_up = match (began(self), began(other)) {
            (Some(a), Some(b)) => a == b,
            _ => as_written,
        };
        match (as_written, moved_up) {
            (true, true) => GradeAgreement::Equal,
            (false, false) => GradeAgreement::Different,
            (false, true) => GradeAgreement::MovedUp,
            (true, false) => GradeAgreement::AsWritten,
        }
    }

    /// The birth date that the column says, else the one inside the usable number.
    pub fn birth_date(&self) -> Option<DateRange> {
        self.birth.or_else(|| self.own_number()?.birth_date().map(DateRange::day))
    }

    fn own_number(&self) -> Option<IdNumber> {
        self.number.filter(|_| !self.doubted)
    }

    /// The sex that the column says, else the one inside the usable number.
    pub fn sex_said(&self) -> Sex {
        match (self.sex, self.own_number()) {
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
