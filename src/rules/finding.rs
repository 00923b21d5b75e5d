//! What a rule says: a finding, with its kind, its evidence and the rows it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::RecordIndex;
use crate::record::{Fen, Language, Message};

/// The kinds of case. Names, codes and Chinese terms are fixed by the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    DualEnrollment,
    DuplicateRecord,
    RegisterMismatch,
    IdConflict,
    InvalidId,
    RepeatPayment,
    HeadcountMismatch,
    PaidNotEnrolled,
}

impl CaseKind {
    /// All kinds, in the order in which reports show them.
    pub const ALL: [CaseKind; 8] = [
        CaseKind::DualEnrollment,
        CaseKind::RepeatPayment,
        CaseKind::PaidNotEnrolled,
        CaseKind::HeadcountMismatch,
        CaseKind::IdConflict,
        CaseKind::RegisterMismatch,
        CaseKind::DuplicateRecord,
        CaseKind::InvalidId,
    ];

    /// The name in `cases.csv` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            CaseKind::DualEnrollment => "dual-enrollment",
            CaseKind::DuplicateRecord => "duplicate-record",
            CaseKind::RegisterMismatch => "register-mismatch",
            CaseKind::IdConflict => "id-conflict",
            CaseKind::InvalidId => "invalid-id",
            CaseKind::RepeatPayment => "repeat-payment",
            CaseKind::HeadcountMismatch => "headcount-mismatch",
            CaseKind::PaidNotEnrolled => "paid-not-enrolled",
        }
    }

    /// The two letters that open a case id.
    pub fn code(self) -> &'static str {
        match self {
            CaseKind::DualEnrollment => "DE",
            CaseKind::DuplicateRecord => "DR",
            CaseKind::RegisterMismatch => "RM",
            CaseKind::IdConflict => "IC",
            CaseKind::InvalidId => "IN",
            CaseKind::RepeatPayment => "RP",
            CaseKind::HeadcountMismatch => "HM",
            CaseKind::PaidNotEnrolled => "PE",
        }
    }

    /// The term in Chinese reports.
    pub fn chinese(self) -> &'static str {
        match self {
            CaseKind::DualEnrollment => "双重学籍",
            CaseKind::DuplicateRecord => "校内重复登记",
            CaseKind::RegisterMismatch => "学籍与名册不符",
            CaseKind::IdConflict => "一号多人",
            CaseKind::InvalidId => "证件号无效",
            CaseKind::RepeatPayment => "重复发放",
            CaseKind::HeadcountMismatch => "人数不符",
            CaseKind::PaidNotEnrolled => "非在籍发放",
        }
    }

    /// The kind of that name.
    pub fn by_name(name: &str) -> Option<CaseKind> {
        CaseKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for CaseKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How far the evidence reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The evidence settles it.
    Error,
    /// Likely; a person must look.
    Warning,
    /// For the record; never sent to schools, never counted as open.
    Info,
}

impl Severity {
    /// The name in `cases.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }

    /// The word in Chinese reports.
    pub fn chinese(self) -> &'static str {
        match self {
            Severity::Error => "错误",
            Severity::Warning => "待核实",
            Severity::Info => "提示",
        }
    }
}

/// The part a record plays in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Subject,
    Counterpart,
    Original,
    Repeat,
    Count,
    Witness,
    Roster,
    Consequence,
}

impl Role {
    /// The name in `cases.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Subject => "subject",
            Role::Counterpart => "counterpart",
            Role::Original => "original",
            Role::Repeat => "repeat",
            Role::Count => "count",
            Role::Witness => "witness",
            Role::Roster => "roster",
            Role::Consequence => "consequence",
        }
    }

    /// The word in a school's file (本校角色).
    pub fn chinese(self) -> &'static str {
        match self {
            Role::Subject => "本校记录",
            Role::Counterpart => "本校记录",
            Role::Original => "首次发放",
            Role::Repeat => "再次发放",
            Role::Count => "清点",
            Role::Witness => "佐证",
            Role::Roster => "在册记录",
            Role::Consequence => "连带",
        }
    }
}

/// A record by its table and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordRef {
    Enrollment(u32),
    Payment(u32),
    Headcount(u32),
}

impl RecordRef {
    /// The record as identity knows it; none for the line of a count sheet.
    pub fn of_a_person(self) -> Option<RecordIndex> {
        match self {
            RecordRef::Enrollment(index) => Some(RecordIndex::enrollment(index as usize)),
            RecordRef::Payment(index) => Some(RecordIndex::payment(index as usize)),
            RecordRef::Headcount(_) => None,
        }
    }
}

/// A list for a sentence: the first few, and how many more; a person on a thousand rows must not make a
/// sentence of a thousand places.
pub fn listed(items: &[String], separator: &str, language: Language) -> String {
    const SHOWN: usize = 8;
    let mut text = items[..items.len().min(SHOWN)].join(separator);
    if items.len() > SHOWN {
        let more = items.len() - SHOWN;
        text += &match language {
            Language::Zh => format!("{separator}另有{more}处"),
            Language::En => format!("{separator}{more} more"),
        };
    }
    text
}

/// One discrepancy, before it becomes a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub kind: CaseKind,
    pub severity: Severity,
    /// Probability that the finding is true, 0 to 1, rounded to 1e-6.
    pub confidence: f64,
    /// What the case is about, part by part (design: `case_id`); its id is an HMAC over these.
    pub about: Vec<String>,
    /// Each row once, with the part it plays.
    pub rows: Vec<(RecordRef, Role)>,
    /// A sentence a school clerk understands, naming the evidence.
    pub reason: Message,
    /// Money at stake, where there is any.
    pub money: Fen,
}
