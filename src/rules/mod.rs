//! Persons and schools → findings: one file a rule, one table ([`RULES`]) that lists them.
//!
//! A rule reads the records, the persons and the policy, and returns findings and what it could not
//! check. It prints nothing, and it knows no other rule: what explains what is settled in `settle`.

mod context;
mod dual_enrollment;
mod duplicate_record;
mod feeding;
mod finding;
mod headcount_mismatch;
mod id_conflict;
mod invalid_id;
mod likeness;
mod paid_not_enrolled;
mod payments;
mod register_mismatch;
mod repeat_payment;
mod settle;
mod stays;

pub use context::{ExpectedLine, NotChecked, Outcome, RuleContext};
pub use feeding::{Feeds, feeds};
pub use finding::{CaseKind, Finding, RecordRef, Role, Severity, listed};
pub use likeness::weigh;
pub use payments::PaidInstalments;
pub use settle::settle;

/// One line of the table of rules.
pub struct Rule {
    pub kind: CaseKind,
    /// What holds when it flags, for `aidcheck rules`: Chinese, English.
    pub about: (&'static str, &'static str),
    pub check: fn(&RuleContext) -> Outcome,
}

/// Every rule, in the order in which they run and are settled.
pub const RULES: [Rule; 8] = [
    Rule {
        kind: CaseKind::DualEnrollment,
        about: dual_enrollment::ABOUT,
        check: dual_enrollment::check,
    },
    Rule {
        kind: CaseKind::RepeatPayment,
        about: repeat_payment::ABOUT,
        check: repeat_payment::check,
    },
    Rule { kind: CaseKind::IdConflict, about: id_conflict::ABOUT, check: id_conflict::check },
    Rule { kind: CaseKind::InvalidId, about: invalid_id::ABOUT, check: invalid_id::check },
    Rule {
        kind: CaseKind::PaidNotEnrolled,
        about: paid_not_enrolled::ABOUT,
        check: paid_not_enrolled::check,
    },
    Rule {
        kind: CaseKind::HeadcountMismatch,
        about: headcount_mismatch::ABOUT,
        check: headcount_mismatch::check,
    },
    Rule {
        kind: CaseKind::RegisterMismatch,
        about: register_mismatch::ABOUT,
        check: register_mismatch::check,
    },
    Rule {
        kind: CaseKind::DuplicateRecord,
        about: duplicate_record::ABOUT,
        check: duplicate_record::check,
    },
];
