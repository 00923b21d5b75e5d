//! Findings become cases: a stable id, a status, rows in the order of the report.

mod case_id;
mod case_row;
mod casework;

pub use case_id::{CaseKey, Secret, SecretError};
pub use case_row::{CaseRow, CaseStatus, Source};
pub use casework::open_cases;
