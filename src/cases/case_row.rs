//! One row of `cases.csv`: a record of a case, with everything a reader needs.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::record::{AwardPeriod, DateRange, EnrollmentStatus, Fen, Message, Stage};
use crate::rules::{CaseKind, Role, Severity};

/// The state of a case's life. Without a store every case is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseStatus {
    New,
}

impl CaseStatus {
    /// The name in `cases.csv`.
    pub fn name(self) -> &'static str {
        match self {
            CaseStatus::New => "new",
        }
    }
}

/// Where a row stands in the inputs, as Excel shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Relative path with `/`.
    pub file: String,
    /// Empty for a text file.
    pub sheet: String,
    /// From 1, title rows included.
    pub row: u32,
}

/// A record of a case. Empty texts and `None` are empty cells.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    pub case_id: String,
    pub kind: CaseKind,
    pub severity: Severity,
    pub confidence: f64,
    pub status: CaseStatus,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    pub school_code: String,
    pub school_name: String,
    pub stage: Option<Stage>,
    pub grade: String,
    pub class: String,
    pub name: String,
    /// The normalized number; where none is usable, the cell as it stood.
    pub id_number: String,
    pub student_number: String,
    pub programme: String,
    pub period: AwardPeriod,
    pub amount: Option<Fen>,
    pub pay_date: Option<DateRange>,
    pub enrollment_status: Option<EnrollmentStatus>,
    pub valid_from: Option<DateRange>,
    pub valid_to: Option<DateRange>,
    pub role: Role,
    pub source: Option<Source>,
    /// Shared by the rows of a case.
    pub reason: Arc<Message>,
}
