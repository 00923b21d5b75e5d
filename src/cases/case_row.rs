//! One row of `cases.csv`: a record of a case, with everything a reader needs.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{CaseNumber, CaseStatus};
use crate::record::{AwardPeriod, DateRange, EnrollmentStatus, Fen, Message, Register, Stage};
use crate::rules::{CaseKind, Role, Severity};

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
    /// The short number of the case; `None` without a store.
    pub number: Option<CaseNumber>,
    /// The register of an enrolment.
    pub register: Option<Register>,
}

impl CaseRow {
    /// How the row's school is named in keys: its code, else its name.
    pub fn school_key(&self) -> &str {
        if self.school_code.is_empty() { &self.school_name } else { &self.school_code }
    }

    /// Whether the row only stands beside what the case is about.
    pub fn stands_beside(&self) -> bool {
        matches!(self.role, Role::Witness | Role::Roster | Role::Consequence)
    }
}
