//! Recall and precision of a report (`cases.csv`) against the truth of a generated county.
//!
//! A group of the truth is found when one case of its kind that is not `info` holds two of its rows
//! (one, if it has one) and they are at least half of that case's rows; rows that only stand beside a
//! finding (`witness`, `roster`, `consequence`) are left out. A second case on one group is false.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a report could not be measured.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// A file is no table with the columns needed.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: csv::Error,
    },
    /// The truth holds nothing to measure by.
    #[error("{} holds no rows of a truth; give the DIR.truth.csv that `aidcheck generate` wrote", .path.display())]
    NoTruth {
        /// The file.
        path: PathBuf,
    },
}

/// How well one kind of case was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KindScore {
    /// Discrepancies in the truth.
    pub groups: usize,
    /// Of these, found.
    pub found: usize,
    /// Cases raised, `info` left out.
    pub raised: usize,
    /// Of these, the first case of a discrepancy that was found.
    pub right: usize,
    /// Traps in the truth.
    pub traps: usize,
    /// Of these, taken for a discrepancy.
    pub flagged: usize,
}

/// How many discrepancies of one detail were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DetailScore {
    /// Whether these are traps; `found` then counts those flagged.
    pub trap: bool,
    /// Groups in the truth.
    pub groups: usize,
    /// Of these, found.
    pub found: usize,
}

/// A report measured against a truth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// By kind.
    pub kinds: BTreeMap<String, KindScore>,
    /// By kind and detail.
    pub details: BTreeMap<(String, String), DetailScore>,
}

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
    role: String,
    source_file: String,
    source_row: Option<u32>,
}

#[derive(Default)]
struct TruthGroup {
    kind: String,
    trap: bool,
    detail: String,
    rows: u32,
}

/// File and row.
type Place = (String, u32);

/// The groups that a row belongs to.
type Members = FxHashMap<Place, Vec<usize>>;

#[derive(Default)]
struct Case {
    kind: String,
    rows: FxHashSet<Place>,
}

/// Measures the cases of a report against a truth.
pub fn evaluate(cases: &Path, truth: &Path) -> Result<Evaluation, EvaluateError> {
    let (groups, places) = read_truth(truth)?;
    if groups.is_empty() {
        return Err(EvaluateError::NoTruth { path: truth.to_path_buf() });
    }
    let cases = read_cases(cases)?;
    let mut evaluation = Evaluation::default();
    let mut found = vec![false; groups.len()];
    for case in cases.values() {
        let mut shared: FxHashMap<usize, u32> = FxHashMap::default();
        for place in &case.rows {
            for &group in places.get(place).into_iter().flatten() {
                if groups[group].kind == case.kind {
                    *shared.entry(group).or_default() += 1;
                }
            }
        }
        let mut matches: Vec<usize> = shared
            .into_iter()
            .filter(|&(group, count)| {
                let truth = &groups[group];
                count >= truth.rows.min(2) && (truth.trap || 2 * count as usize >= case.rows.len())
            })
            .map(|(group, _)| group)
            .collect();
        matches.sort_unstable();
        let score = evaluation.kinds.entry(case.kind.clone()).or_default();
        score.raised += 1;
        let fresh = matches.iter().any(|&group| !groups[group].trap && !found[group]);
        score.right += usize::from(fresh);
        matches.into_iter().for_each(|group| found[group] = true);
    }
    for (group, &found) in groups.iter().zip(&found) {
        let score = evaluation.kinds.entry(group.kind.clone()).or_default();
        if group.trap {
            score.traps += 1;
            score.flagged += usize::from(found);
        } else {
            score.groups += 1;
            score.found += usize::from(found);
        }
        let prefix = if group.trap { "trap: " } else { "" };
        let key = (group.kind.clone(), format!("{prefix}{}", group.detail));
        let detail = evaluation.details.entry(key).or_default();
        detail.trap = group.trap;
        detail.groups += 1;
        detail.found += usize::from(found);
    }
    Ok(evaluation)
}

/// The groups of a truth, and which of them a row belongs to.
fn read_truth(path: &Path) -> Result<(Vec<TruthGroup>, Members), EvaluateError> {
    let fail = |source| EvaluateError::Read { path: path.to_owned(), source };
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let mut groups: Vec<TruthGroup> = Vec::new();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut places = Members::default();
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
        let members = places.entry((row.file, row.row)).or_default();
        if !members.contains(&number) {
            members.push(number);
            groups[number].rows += 1;
        }
    }
    Ok((groups, places))
}

/// The cases that are not `info`, by their id, with the rows that count.
fn read_cases(path: &Path) -> Result<BTreeMap<String, Case>, EvaluateError> {
    let fail = |source| EvaluateError::Read { path: path.to_owned(), source };
    // The reader of the csv crate passes over a byte order mark.
    let mut reader = csv::Reader::from_path(path).map_err(fail)?;
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for row in reader.deserialize() {
        let row: CaseRow = row.map_err(fail)?;
        if row.severity == "info" {
            continue;
        }
        let case = cases.entry(row.case_id).or_default();
        case.kind = row.kind;
        if let ("witness" | "roster" | "consequence", _) | (_, None) = (&*row.role, row.source_row)
        {
            continue;
        }
        case.rows.extend(row.source_row.map(|number| (row.source_file, number)));
    }
    Ok(cases)
}

/// A share in thousandths, `-` where there is nothing to share.
fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.3}", part as f64 / whole as f64) }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<20} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {:>8}",
            "kind", "groups", "found", "recall", "cases", "true", "precision", "traps", "flagged"
        )?;
        for (kind, score) in &self.kinds {
            writeln!(
                formatter,
                "{kind:<20} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>7} {:>8}",
                score.groups,
                score.found,
                share(score.found, score.groups),
                score.raised,
                score.right,
                share(score.right, score.raised),
                score.traps,
                score.flagged,
            )?;
        }
        writeln!(
            formatter,
            "\n{:<20} {:<28} {:>7} {:>7} {:>7}",
            "kind", "detail", "groups", "found", "share"
        )?;
        for ((kind, detail), score) in &self.details {
            writeln!(
                formatter,
                "{kind:<20} {detail:<28} {:>7} {:>7} {:>7}",
                score.groups,
                score.found,
                share(score.found, score.groups)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, cases: &str, truth: &str) -> Evaluation {
        let path = |part: &str| {
            std::env::temp_dir().join(format!("aidcheck-{}-{name}-{part}", std::process::id()))
        };
        let (cases_path, truth_path) = (path("cases.csv"), path("truth.csv"));
        let header = "\u{FEFF}case_id,kind,severity,role,source_file,source_sheet,source_row\n";
        std::fs::write(&cases_path, format!("{header}{cases}")).unwrap();
        std::fs::write(&truth_path, format!("group,kind,trap,detail,file,row\n{truth}")).unwrap();
        let evaluation = evaluate(&cases_path, &truth_path).unwrap();
        std::fs::remove_file(cases_path).unwrap();
        std::fs::remove_file(truth_path).unwrap();
        evaluation
    }

    const TRUTH: &str = "g1,dual-enrollment,0,exact,a.csv,2\ng1,dual-enrollment,0,exact,a.csv,3\n\
                         g2,invalid-id,0,swap,a.csv,4\n\
                         t1,dual-enrollment,1,twins,a.csv,5\nt1,dual-enrollment,1,twins,a.csv,6\n";

    #[test]
    fn witnesses_are_left_out_and_a_second_case_is_false() {
        let evaluation = measured(
            "second",
            "DE-1,dual-enrollment,error,subject,a.csv,,2\nDE-1,dual-enrollment,error,counterpart,a.csv,,3\n\
             DE-1,dual-enrollment,error,witness,b.csv,,9\nDE-1,dual-enrollment,error,witness,b.csv,,8\n\
             DE-1,dual-enrollment,error,witness,b.csv,,7\n\
             DE-2,dual-enrollment,error,subject,a.csv,,2\nDE-2,dual-enrollment,error,counterpart,a.csv,,3\n\
             DE-3,dual-enrollment,warning,subject,a.csv,,5\nDE-3,dual-enrollment,warning,counterpart,a.csv,,6\n\
             IN-1,invalid-id,info,subject,a.csv,,4\n",
            TRUTH,
        );
        let dual = &evaluation.kinds["dual-enrollment"];
        assert_eq!((dual.groups, dual.found, dual.raised, dual.right), (1, 1, 3, 1));
        assert_eq!((dual.traps, dual.flagged), (1, 1));
        let invalid = &evaluation.kinds["invalid-id"];
        assert_eq!((invalid.groups, invalid.found, invalid.raised), (1, 0, 0));
        assert!(evaluation.to_string().contains("0.333"));
    }

    #[test]
    fn a_case_that_is_mostly_something_else_finds_nothing() {
        let rows: String = [2, 3, 11, 12, 13]
            .map(|row| format!("DE-1,dual-enrollment,error,subject,a.csv,,{row}\n"))
            .concat();
        let dual = &measured("mostly", &rows, TRUTH).kinds["dual-enrollment"];
        assert_eq!((dual.found, dual.raised, dual.right), (0, 1, 0));
    }
}
