//! A case as the store knew it before tonight.

use chrono::NaiveDate;

use crate::cases::{CaseNumber, CaseStatus};
use crate::rules::{CaseKind, Severity};

/// What must be known of every case; the rest is read where it is needed.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCase {
    /// Its row in the store.
    pub no: i64,
    pub number: CaseNumber,
    pub id: String,
    pub kind: CaseKind,
    pub severity: Severity,
    pub confidence: f64,
    pub status: CaseStatus,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    /// Whether a report has said its status.
    pub told: bool,
    /// Hash of all that is kept of it as last seen.
    pub sight: String,
    /// Who closed it by hand.
    pub closed_by: Option<String>,
    /// When an answer of the schools is due.
    pub due_on: Option<NaiveDate>,
    /// The waiver that holds.
    pub waiver: Option<Waiver>,
}

/// Somebody looked at a case and allowed it until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its row in the store.
    pub key: i64,
    pub reason: String,
    pub user: String,
    pub since: NaiveDate,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// The facts it rests on.
    pub facts: Vec<String>,
}
