//! `run.json`: what was read, what became of it, and what was not checked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::cases::CaseRow;
use crate::cases::life::{Change, Changes};
use crate::identity::Likeness;
use crate::ingest::RowCounts;
use crate::record::Language;
use crate::rules::{CaseKind, Severity};

/// The name by which a report is known as ours.
pub const PROGRAM: &str = "aidcheck";
/// The manifest's file in a report.
pub const RUN_FILE: &str = "run.json";

/// The whole of `run.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Always [`PROGRAM`].
    pub program: String,
    pub version: String,
    /// By which the case store knows this report; empty without a store.
    pub run: String,
    /// The last hash of the store's log before this run; empty without a store.
    pub log_head: String,
    /// `2026-03-01`
    pub as_of: String,
    pub language: Language,
    /// The configuration file in use; empty for the shipped settings alone.
    pub config: String,
    pub config_sha256: String,
    pub policy_sha256: String,
    /// How likeness joined records that share no number.
    pub identity: Likeness,
    /// What of the configuration came to nothing.
    pub unused_configuration: Vec<String>,
    pub inputs: Vec<InputEntry>,
    pub not_checked: Vec<NotChecked>,
    /// By the kind's name; filled when the report is written.
    pub counts: BTreeMap<String, KindCounts>,
    /// What changed since the nights before; `None` without a store. `info` cases are left out.
    pub life: Option<LifeCounts>,
    /// Files of the run before that are missing tonight.
    pub missing_inputs: Vec<String>,
    /// Cases that are gone since the run before.
    pub resolved: Vec<ResolvedEntry>,
    /// Filled when the report is written.
    pub school_files: Vec<SchoolFileEntry>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, u64>,
    pub peak_memory_bytes: Option<u64>,
    pub started: String,
    pub finished: String,
}

/// One input file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InputEntry {
    pub file: String,
    pub size: u64,
    pub sha256: String,
    pub format: String,
    pub encoding: String,
    /// The file of the same content that was read in its place.
    pub same_as: Option<String>,
    /// Why the file could not be used.
    pub error: Option<String>,
    /// What else is to be said of it: what an archive holds that is no table.
    pub notes: Vec<String>,
    pub sheets: Vec<SheetEntry>,
}

/// One sheet of an input file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetEntry {
    pub sheet: String,
    pub kind: String,
    pub register: Option<String>,
    /// From 1, as Excel shows it.
    pub header_row: Option<u32>,
    pub document_date: Option<String>,
    pub rows_in: u64,
    pub checked: u64,
    pub rejected: u64,
    pub skipped: Skipped,
    /// The schools whose rows a later list replaces.
    pub superseded_for: Vec<String>,
    pub warnings: Vec<String>,
    /// What the sheet is, where it holds notes and no list: no reason to worry.
    pub passed_over: Option<String>,
}

/// Rows that are no records, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Skipped {
    pub blank: u64,
    pub title: u64,
    pub header: u64,
    pub subtotal: u64,
    pub signature: u64,
    pub note: u64,
    pub continuation: u64,
}

/// Rows that a rule could not judge.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotChecked {
    pub file: String,
    pub school: String,
    pub rule: String,
    pub reason: String,
    pub rows: u64,
}

/// Cases of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KindCounts {
    pub cases: u64,
    pub errors: u64,
    pub warnings: u64,
    pub infos: u64,
}

/// How many cases a night changed, and how many stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LifeCounts {
    pub new: u64,
    pub reopened: u64,
    /// Unanswered for so long that somebody above must ask.
    pub escalated: u64,
    /// Late, but not for so long yet.
    pub overdue: u64,
    /// Open, and none of the above.
    pub standing: u64,
    pub waived: u64,
    pub resolved: u64,
    pub unchecked: u64,
}

/// A case that is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResolvedEntry {
    pub case_number: String,
    pub case_id: String,
    pub kind: String,
    pub why: String,
}

/// A school's file as we wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchoolFileEntry {
    /// The name inside `schools/`.
    pub file: String,
    pub sha256: String,
}

impl SheetEntry {
    /// Takes over the counts of the sheet's rows.
    pub fn set_counts(&mut self, counts: &RowCounts) {
        self.rows_in = counts.rows_in;
        self.checked = counts.checked;
        self.rejected = counts.rejected;
        self.skipped = Skipped {
            blank: counts.blank,
            title: counts.title,
            header: counts.header,
            subtotal: counts.subtotal,
            signature: counts.signature,
            note: counts.note,
            continuation: counts.continuation,
        };
    }

    /// The counts of the sheet's rows.
    pub fn counts(&self) -> RowCounts {
        RowCounts {
            rows_in: self.rows_in,
            checked: self.checked,
            rejected: self.rejected,
            blank: self.skipped.blank,
            title: self.skipped.title,
            header: self.skipped.header,
            subtotal: self.skipped.subtotal,
            signature: self.skipped.signature,
            note: self.skipped.note,
            continuation: self.skipped.continuation,
        }
    }
}

/// A sheet as people name it.
pub(super) fn place(file: &str, sheet: &str) -> String {
    if sheet.is_empty() { file.to_string() } else { format!("{file} [{sheet}]") }
}

impl Manifest {
    /// Sheets of notes, as people name them, with what is said of them.
    pub fn passed_over(&self) -> impl Iterator<Item = (String, &str)> {
        self.inputs.iter().flat_map(|input| {
            input.sheets.iter().filter_map(|sheet| {
                Some((place(&input.file, &sheet.sheet), sheet.passed_over.as_deref()?))
            })
        })
    }

    /// Takes over what a night changed.
    pub fn set_changes(&mut self, changes: &Changes, language: Language) {
        let count = |list: &[Change]| list.len() as u64;
        self.life = Some(LifeCounts {
            new: count(&changes.new),
            reopened: count(&changes.reopened),
            escalated: count(&changes.escalated),
            overdue: count(&changes.overdue),
            standing: changes.standing(),
            waived: changes.waived,
            resolved: count(&changes.resolved),
            unchecked: changes.unchecked,
        });
        self.missing_inputs.clone_from(&changes.missing_inputs);
        let resolved = changes.resolved.iter().map(|case| ResolvedEntry {
            case_number: case.number.to_string(),
            case_id: case.id.clone(),
            kind: case.kind.name().into(),
            why: case.why.as_ref().map_or(String::new(), |why| why.get(language).to_string()),
        });
        self.resolved = resolved.collect();
    }

    /// The counts of all sheets together.
    pub fn row_counts(&self) -> RowCounts {
        let mut total = RowCounts::default();
        for sheet in self.inputs.iter().flat_map(|input| &input.sheets) {
            total.add(&sheet.counts());
        }
        total
    }

    /// Writes the file as indented JSON.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// How many cases of each kind the rows hold, in the order of reports; each case once.
pub fn count_cases(rows: &[CaseRow]) -> Vec<(CaseKind, KindCounts)> {
    let cases: BTreeSet<_> =
        rows.iter().map(|row| (row.kind, &row.case_id, row.severity)).collect();
    let count = |kind: CaseKind| {
        let mut counts = KindCounts::default();
        for (_, _, severity) in cases.iter().filter(|(of, _, _)| *of == kind) {
            counts.cases += 1;
            match severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Info => counts.infos += 1,
            }
        }
        (kind, counts)
    };
    CaseKind::ALL.into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;

    #[test]
    fn a_case_counts_once() {
        let counts =
            count_cases(&[row("DE-1", "A", ""), row("DE-1", "B", ""), row("DE-2", "A", "")]);
        assert_eq!(counts[0].1, KindCounts { cases: 2, errors: 2, warnings: 0, infos: 0 });
        assert_eq!(counts[1].1, KindCounts::default());
    }

    #[test]
    fn the_manifest_survives_its_file() {
        let mut manifest = Manifest { program: PROGRAM.into(), ..Manifest::default() };
        let mut sheet = SheetEntry::default();
        let counts =
            RowCounts { rows_in: 7, checked: 4, rejected: 1, title: 2, ..RowCounts::default() };
        sheet.set_counts(&counts);
        manifest.inputs.push(InputEntry { sheets: vec![sheet], ..InputEntry::default() });
        let mut out = Vec::new();
        manifest.write(&mut out).unwrap();
        let back: Manifest = serde_json::from_slice(&out).unwrap();
        assert_eq!(back, manifest);
        assert_eq!(back.row_counts(), counts);
        // A later version's run.json reads as well, and an earlier one's.
        assert!(serde_json::from_str::<Manifest>(r#"{"program":"aidcheck","new":1}"#).is_ok());
    }
}
