//! What a night changed, for people: what is new, open again, overdue, gone; and how many stand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::night::{LivedCase, Night};
use crate::cases::{CaseNumber, CaseRow, CaseStatus};
use crate::record::Message;
use crate::rules::{CaseKind, Severity};

/// A case whose state changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub number: CaseNumber,
    pub id: String,
    pub kind: CaseKind,
    pub severity: Severity,
    pub status: CaseStatus,
    /// Names with 、 between.
    pub schools: String,
    pub people: String,
    pub why: Option<Message>,
}

/// What a night changed. `info` cases are left out throughout.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Whether no case was known before.
    pub first_night: bool,
    pub new: Vec<Change>,
    pub reopened: Vec<Change>,
    /// Sent so long ago, and not answered, that somebody above must ask.
    pub escalated: Vec<Change>,
    /// Of these, so late since the run before.
    pub newly_escalated: usize,
    /// Sent, and the answer is late, but not for so long yet.
    pub overdue: Vec<Change>,
    /// Of these, late since the run before.
    pub newly_overdue: usize,
    pub resolved: Vec<Change>,
    /// Open cases that are none of the above, by kind.
    pub standing: BTreeMap<CaseKind, u64>,
    pub waived: u64,
    /// Open cases that could not be checked again.
    pub unchecked: u64,
    /// Files of the run before that are missing tonight.
    pub missing_inputs: Vec<String>,
}

impl Changes {
    /// Sums up a night. `rows`: those of its report; `before`: the day of the run before;
    /// `escalation_days`: after which an unanswered case goes to somebody above.
    pub fn of(
        night: &Night,
        rows: &[CaseRow],
        as_of: NaiveDate,
        before: Option<NaiveDate>,
        escalation_days: i64,
        missing_inputs: Vec<String>,
    ) -> Changes {
        let mut rows_of: FxHashMap<&str, Vec<&CaseRow>> = FxHashMap::default();
        let told = |case: &LivedCase| {
            matches!(case.status, CaseStatus::New | CaseStatus::Reopened)
                || case.is_overdue(as_of)
                || case.must_escalate(as_of, escalation_days)
        };
        let wanted = night.cases.iter().filter(|case| told(case));
        rows_of.extend(wanted.map(|case| (case.id.as_str(), Vec::new())));
        for row in rows {
            if let Some(rows) = rows_of.get_mut(row.case_id.as_str()) {
                rows.push(row);
            }
        }
        let change = |case: &LivedCase| {
            let rows = rows_of.get(case.id.as_str()).map_or(&[][..], Vec::as_slice);
            let (schools, people) =
                case.last_rows.clone().unwrap_or_else(|| schools_and_people(rows));
            Change {
                number: case.number,
                id: case.id.clone(),
                kind: case.kind,
                severity: case.severity,
                status: case.status,
                schools,
                people,
                why: case.why.clone(),
            }
        };
        let mut changes = Changes {
            first_night: night.cases.iter().all(|case| case.known.is_none()),
            missing_inputs,
            ..Changes::default()
        };
        for case in night.cases.iter().filter(|case| case.severity != Severity::Info) {
            let list = match case.status {
                CaseStatus::New => &mut changes.new,
                CaseStatus::Reopened => &mut changes.reopened,
                CaseStatus::Resolved if case.changed() => &mut changes.resolved,
                CaseStatus::Resolved => continue,
                CaseStatus::Waived => {
                    changes.waived += 1;
                    continue;
                }
                _ if case.must_escalate(as_of, escalation_days) => {
                    let late_before =
                        before.is_some_and(|before| case.must_escalate(before, escalation_days));
                    changes.newly_escalated += usize::from(!late_before);
                    &mut changes.escalated
                }
                _ if case.is_overdue(as_of) => {
                    let due = case.known.as_ref().and_then(|known| known.due_on);
                    let late_before = before.zip(due).is_some_and(|(before, due)| due < before);
                    changes.newly_overdue += usize::from(!late_before);
                    &mut changes.overdue
                }
                _ => {
                    *changes.standing.entry(case.kind).or_default() += 1;
                    changes.unchecked += u64::from(case.unchecked.is_some());
                    continue;
                }
            };
            changes.unchecked += u64::from(case.unchecked.is_some());
            list.push(change(case));
        }
        changes
    }

    /// How many cases stand open that are neither new, reopened, escalated nor overdue.
    pub fn standing(&self) -> u64 {
        self.standing.values().sum()
    }

    /// Whether nothing changed since the run before.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
            && self.reopened.is_empty()
            && self.newly_escalated == 0
            && self.newly_overdue == 0
            && self.resolved.is_empty()
            && self.missing_inputs.is_empty()
    }
}

/// The schools and the people of a case's rows, each once, with 、 between.
pub fn schools_and_people(rows: &[&CaseRow]) -> (String, String) {
    let distinct = |of: fn(&CaseRow) -> &str| {
        let mut texts: Vec<&str> = Vec::new();
        for text in rows.iter().map(|row| of(row)).filter(|text| !text.is_empty()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join("、")
    };
    let schools = distinct(|row| match row.school_name.as_str() {
        "" => &row.school_code,
        name => name,
    });
    (schools, distinct(|row| &row.name))
}
