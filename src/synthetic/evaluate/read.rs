//! Reads a truth and the cases of a report, as far as they are measured.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::EvaluateError;

/// Confidences are counted in millionths, the digits that `cases.csv` gives, so that sums are exact.
pub(super) const MILLION: u32 = 1_000_000;

#[derive(Deserialize)]
struct TruthRow {
    group: String,
    kind: String,
    trap: u8,
    detail: String,
    file: String,
    row: u32,
}

#[derive(Deserialize)]
struct CaseRow {
    case_id: String,
    kind: String,
    severity: String,
    confidence: f64,
    role: String,
    source_file: String,
    source_row: Option<u32>,
}

/// One discrepancy, or one trap.
#[derive(Debug)]
pub(super) struct TruthGroup {
    pub(super) kind: String,
    pub(super) trap: bool,
    pub(super) detail: String,
    /// Distinct rows.
    pub(super) rows: u32,
}

/// File and row.
pub(super) type Place = (String, u32);

/// The groups of a truth, and which of them a row belongs to.
#[derive(Debug, Default)]
pub(super) struct Truth {
    pub(super) groups: Vec<TruthGroup>,
    pub(super) places: FxHashMap<Place, Vec<usize>>,
}

/// A case of a report.
#[derive(Debug, Default)]
pub(super) struct Case {
    pub(super) kind: String,
    /// Not `info`, so that it counts as raised.
    pub(super) raised: bool,
    /// In millionths.
    pub(super) confidence: u32,
    /// The rows that count.
    pub(super) rows: FxHashSet<Place>,
}

/// Reads a `truth.csv`.
pub(super) fn truth(path: &Path) -> Result<Truth, EvaluateError> {
    let fail = |source| EvaluateError::Read { path: path.to_owned(), source };
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut truth = Truth::default();
    let groups = &mut truth.groups;
    for row in reader.deserialize() {
        let row: TruthRow = row.map_err(fail)?;
        let number = *numbers.entry(row.group).or_insert(groups.len());
        if number == groups.len() {
            groups.push(TruthGroup {
                kind: row.kind,
                trap: row.trap != 0,
                detail: row.detail,
                rows: 0,
            });
        }
        let members = truth.places.entry((row.file, row.row)).or_default();
        if !members.contains(&number) {
            members.push(number);
            groups[number].rows += 1;
        }
    }
    if groups.is_empty() {
        return Err(EvaluateError::NoTruth { path: path.to_owned() });
    }
    Ok(truth)
}

/// Reads a `cases.csv`: the cases by their id. All rows of a case bear its confidence.
pub(super) fn cases(path: &Path) -> Result<BTreeMap<String, Case>, EvaluateError> {
    let fail = |source| EvaluateError::Read { path: path.to_owned(), source };
    // The reader of the csv crate passes over a byte order mark.
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for row in reader.deserialize() {
        let row: CaseRow = row.map_err(fail)?;
        if !(0.0..=1.0).contains(&row.confidence) {
            let (path, case) = (path.to_owned(), row.case_id);
            return Err(EvaluateError::Confidence { path, case, confidence: row.confidence });
        }
        let case = cases.entry(row.case_id).or_default();
        case.kind = row.kind;
        case.raised |= row.severity != "info";
        case.confidence = (row.confidence * f64::from(MILLION)).round() as u32;
        if let ("witness" | "roster" | "consequence", _) | (_, None) = (&*row.role, row.source_row)
        {
            continue;
        }
        case.rows.extend(row.source_row.map(|number| (row.source_file, number)));
    }
    Ok(cases)
}
