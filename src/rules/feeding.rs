//! Which rules a sheet feeds: what each rule needs of it (design, section 3: a rule runs as far as its data
//! reach), for `aidcheck inspect`.

use super::CaseKind;
use crate::record::{Field, Message, RecordKind};

/// Whether a sheet feeds a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feeds {
    /// With what stays open, if anything does.
    Yes(Option<Message>),
    /// What the sheet lacks.
    No(Message),
    /// The rule reads another kind of sheet.
    OtherKind,
}

/// What every rule gets from a sheet of a kind. `has` tells whether a column, a title or a name holds a field.
pub fn feeds(kind: RecordKind, has: impl Fn(Field) -> bool) -> Vec<(CaseKind, Feeds)> {
    CaseKind::ALL.into_iter().map(|case| (case, feeds_one(case, kind, &has))).collect()
}

fn feeds_one(case: CaseKind, kind: RecordKind, has: &impl Fn(Field) -> bool) -> Feeds {
    use Field::*;
    let numbered = has(IdNumber) || has(StudentNumber);
    let schooled = has(SchoolCode) || has(SchoolName);
    let no_person = || {
        Feeds::No(Message::new("没有姓名、证件号或学籍号", "no name, ID number or student number"))
    };
    let no_school = || Feeds::No(Message::new("没有学校", "no school"));
    let by_name = Message::new(
        "没有证件号，只能在本校内按姓名、年级、班级对照",
        "without numbers pupils are paired by name, grade and class inside the school only",
    );
    match (case, kind) {
        (
            CaseKind::InvalidId | CaseKind::IdConflict,
            RecordKind::Enrollment | RecordKind::Payment,
        ) => {
            if has(IdNumber) {
                Feeds::Yes(None)
            } else {
                Feeds::No(Message::new("没有证件号", "no ID number"))
            }
        }
        (CaseKind::DualEnrollment, RecordKind::Enrollment) => match (numbered, schooled) {
            (_, false) => no_school(),
            (false, _) => Feeds::No(Message::new(
                "没有证件号或学籍号，不能与别校对照",
                "no ID number or student number to compare schools by",
            )),
            _ => Feeds::Yes(in_doubt_without(has(EntryDate), has(EnrollmentStatus))),
        },
        (
            CaseKind::DuplicateRecord | CaseKind::RegisterMismatch | CaseKind::PaidNotEnrolled,
            RecordKind::Enrollment,
        ) => match (numbered || has(Name), schooled) {
            (false, _) => no_person(),
            (_, false) => no_school(),
            _ => Feeds::Yes((!numbered).then_some(by_name)),
        },
        (CaseKind::HeadcountMismatch, RecordKind::Enrollment) => {
            if schooled {
                Feeds::Yes(None)
            } else {
                no_school()
            }
        }
        (CaseKind::RepeatPayment, RecordKind::Payment) => {
            let period = has(SchoolYear) || has(Term) || has(Month) || has(PayDate);
            match (numbered || has(Name), has(Programme), period) {
                (false, ..) => no_person(),
                (_, false, _) => Feeds::No(Message::new("没有资助项目", "no programme")),
                (.., false) => Feeds::No(Message::new(
                    "没有学年、学期、月份，也没有发放日期",
                    "no school year, term, month or pay date",
                )),
                _ => Feeds::Yes((!numbered).then_some(by_name)),
            }
        }
        (CaseKind::PaidNotEnrolled, RecordKind::Payment) => {
            match (numbered || has(Name), has(Programme), schooled) {
                (false, ..) => no_person(),
                (_, false, _) => Feeds::No(Message::new("没有资助项目", "no programme")),
                (.., false) => no_school(),
                _ => Feeds::Yes((!numbered).then_some(by_name)),
            }
        }
        (CaseKind::HeadcountMismatch, RecordKind::Headcount) => {
            if schooled {
                Feeds::Yes(None)
            } else {
                no_school()
            }
        }
        _ => Feeds::OtherKind,
    }
}

/// What keeps a double enrolment from being settled.
fn in_doubt_without(entry_date: bool, status: bool) -> Option<Message> {
    let (zh, en) = match (entry_date, status) {
        (true, true) => return None,
        (false, true) => ("没有入学日期", "without entry date"),
        (true, false) => ("没有学籍状态", "without status"),
        (false, false) => ("没有入学日期和学籍状态", "without entry date and status"),
    };
    Some(Message::new(
        format!("{zh}，发现的问题只作待核实"),
        format!("{en} a finding is a warning"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeding(kind: RecordKind, fields: &[Field]) -> Vec<CaseKind> {
        feeds(kind, |field| fields.contains(&field))
            .into_iter()
            .filter(|(_, feeds)| matches!(feeds, Feeds::Yes(_)))
            .map(|(case, _)| case)
            .collect()
    }

    #[test]
    fn a_sheet_feeds_what_its_columns_reach() {
        use Field::*;
        let roster = [Name, SchoolName];
        assert_eq!(
            feeding(RecordKind::Enrollment, &roster),
            [
                CaseKind::PaidNotEnrolled,
                CaseKind::HeadcountMismatch,
                CaseKind::RegisterMismatch,
                CaseKind::DuplicateRecord
            ]
        );
        assert_eq!(feeding(RecordKind::Enrollment, &[Name]), []);
        let payments = [IdNumber, Programme, Month];
        assert_eq!(
            feeding(RecordKind::Payment, &payments),
            [CaseKind::RepeatPayment, CaseKind::IdConflict, CaseKind::InvalidId]
        );
        assert_eq!(feeding(RecordKind::Headcount, &[SchoolCode]), [CaseKind::HeadcountMismatch]);
        assert_eq!(feeding(RecordKind::Recognition, &payments), []);
    }
    #[test]
    fn a_rule_that_runs_in_part_says_which_column_is_missing() {
        use Field::*;
        let says = |fields: &[Field]| {
            let fed = feeds(RecordKind::Enrollment, |field| {
                matches!(field, IdNumber | SchoolCode) || fields.contains(&field)
            });
            match &fed[0] {
                (CaseKind::DualEnrollment, Feeds::Yes(why)) => {
                    why.as_ref().map_or(String::new(), |why| why.zh.to_string())
                }
                other => format!("{other:?}"),
            }
        };
        assert_eq!(says(&[EnrollmentStatus]), "没有入学日期，发现的问题只作待核实");
        assert_eq!(says(&[EntryDate]), "没有学籍状态，发现的问题只作待核实");
        assert_eq!(says(&[]), "没有入学日期和学籍状态，发现的问题只作待核实");
        assert_eq!(says(&[EntryDate, EnrollmentStatus]), "");
    }
}
