//! Rows for tests.

use chrono::NaiveDate;

use super::{CaseRow, CaseStatus, Source};
use crate::record::{
    AwardPeriod, DateRange, EnrollmentStatus, Fen, Message, SchoolYear, Stage, Term,
};
use crate::rules::{CaseKind, Role, Severity};

/// A row with every cell full but `valid_to`.
pub fn row(case_id: &str, school_code: &str, school_name: &str) -> CaseRow {
    let seen = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    CaseRow {
        case_id: case_id.into(),
        kind: CaseKind::DualEnrollment,
        severity: Severity::Error,
        confidence: 0.95,
        status: CaseStatus::New,
        first_seen: seen,
        last_seen: seen,
        school_code: school_code.into(),
        school_name: school_name.into(),
        stage: Some(Stage::Senior),
        grade: "高一".into(),
        class: "3".into(),
        name: "张三".into(),
        id_number: "330127201005031012".into(),
        student_number: "G330127201005031012".into(),
        programme: "=国家助学金".into(),
        period: AwardPeriod {
            school_year: Some(SchoolYear(2025)),
            term: Some(Term::Autumn),
            months: AwardPeriod::month_bit(9) | AwardPeriod::month_bit(10),
        },
        amount: Some(Fen(115_000)),
        pay_date: DateRange::month(2025, 11),
        enrollment_status: Some(EnrollmentStatus::TransferredOut),
        valid_from: NaiveDate::from_ymd_opt(2025, 9, 1).map(DateRange::day),
        valid_to: None,
        role: Role::Subject,
        source: Some(Source { file: "a/b.csv".into(), sheet: String::new(), row: 7 }),
        reason: Message::new("原因330127201005031012", "why 330127201005031012").into(),
        number: None,
        register: None,
    }
}
