//! Findings become cases with a life: a stable id, a short number, a status, and a store that keeps them.
//!
//! [`open_cases`] makes tonight's cases of findings, [`life`] joins them to those of the nights before,
//! and [`store`] keeps both with an append-only log.

mod answer;
mod case_id;
mod case_row;
mod case_status;
mod casework;
mod coverage;
mod facts;
mod ground;
pub mod life;
mod lock;
mod private;
mod reply_file;
mod reply_school;
mod rests_on;
mod same_case;
#[cfg(test)]
pub(crate) mod sample;
pub mod store;

pub use answer::Answer;
pub use case_id::{CaseKey, Secret, SecretError};
pub use case_row::{CaseRow, Source};
pub use case_status::{CaseNumber, CaseStatus};
pub use casework::{OpenedCase, open_cases};
pub use coverage::Coverage;
pub use ground::{Basis, ExportDate, Ground};
pub use lock::{Holder, Lock, LockError};
pub use private::{append_private, create_private, private_file, private_folder};
pub use reply_file::{FilledRow, ReplyFile, read_reply_file};
pub use reply_school::{SchoolName, key_of, school_by_file_name, school_by_rows};
