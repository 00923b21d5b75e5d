//! A case → the lists that it rests on.

use super::coverage::Coverage;
use super::ground::Basis;
use crate::normalize::Dataset;
use crate::rules::{CaseKind, RecordRef};

/// The lists behind a case's records, each once; behind one that says that something is on no list,
/// every register of the schools in question as well.
pub(super) fn basis_of(
    data: &Dataset,
    coverage: &Coverage,
    kind: CaseKind,
    records: &[RecordRef],
) -> Vec<Basis> {
    let mut basis: Vec<Basis> = records
        .iter()
        .map(|&record| match record {
            RecordRef::Enrollment(index) => Coverage::ground_of_enrollment(data, index as usize),
            RecordRef::Payment(index) => coverage.ground_of_payment(data, index as usize),
            RecordRef::Headcount(index) => Coverage::ground_of_count(data, index as usize),
        })
        .collect();
    let absence = match kind {
        CaseKind::RegisterMismatch | CaseKind::PaidNotEnrolled | CaseKind::HeadcountMismatch => {
            true
        }
        CaseKind::DualEnrollment
        | CaseKind::DuplicateRecord
        | CaseKind::IdConflict
        | CaseKind::InvalidId
        | CaseKind::RepeatPayment => false,
    };
    if absence {
        let mut schools: Vec<String> =
            basis.iter().map(|basis| basis.ground.school().to_string()).collect();
        schools.sort_unstable();
        schools.dedup();
        let grades: Vec<String> = records.iter().map(|&record| grade_of(data, record)).collect();
        let any = grades.iter().any(String::is_empty);
        for school in &schools {
            basis.extend(
                coverage.registers_of(school, |grade| any || grades.iter().any(|own| own == grade)),
            );
        }
    }
    // Of equal lists the newest export counts.
    basis.sort_unstable_by(|a, b| {
        let date = |basis: &Basis| std::cmp::Reverse((basis.export.said, basis.export.modified));
        (&a.ground, date(a)).cmp(&(&b.ground, date(b)))
    });
    basis.dedup_by(|a, b| a.ground == b.ground);
    basis
}

/// The grade of a record as grounds name it; empty where it says none.
fn grade_of(data: &Dataset, record: RecordRef) -> String {
    let (stage, grade, label) = match record {
        RecordRef::Enrollment(index) => {
            let record = data.enrollments.get(index as usize);
            (record.stage, record.grade, record.grade_label)
        }
        RecordRef::Payment(index) => {
            let record = data.payments.get(index as usize);
            (None, record.grade, record.grade_label)
        }
        RecordRef::Headcount(index) => {
            let line = &data.headcounts[index as usize];
            (line.stage, line.grade, line.grade_label)
        }
    };
    Coverage::grade_of(data, stage, grade, label)
}
