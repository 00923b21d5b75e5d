//! A report (`cases.csv`) measured against the truth of a generated county: recall and precision,
//! by kind and by detail, and how far the confidence of its cases can be believed.
//!
//! A group of the truth is found when one case of its kind that is not `info` holds two of its rows
//! (one, if it has one) and they are at least half of that case's rows; rows that only stand beside a
//! finding (`witness`, `roster`, `consequence`) are left out. A second case on one group is false.

mod confidence;
mod curve;
mod found;
mod read;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Serialize;
use thiserror::Error;

pub use confidence::{Calibration, CalibrationBin, CurvePoint};

use confidence::Ranked;
use found::Found;
use read::Truth;

/// The kinds whose confidence is the probability that two records are one person.
const MATCHED: [&str; 2] = ["dual-enrollment", "repeat-payment"];

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
    /// A case's confidence is no probability.
    #[error("{}: the confidence of case {case} is {confidence}, which does not lie from 0 to 1", .path.display())]
    Confidence {
        /// The file.
        path: PathBuf,
        /// The case.
        case: String,
        /// What stands there.
        confidence: f64,
    },
}

/// How well one kind of case was found. Shares are none where there is nothing to share.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KindScore {
    /// Discrepancies in the truth.
    pub groups: usize,
    /// Of these, found.
    pub found: usize,
    /// Found to groups.
    pub recall: Option<f64>,
    /// Cases raised, `info` left out.
    pub raised: usize,
    /// Of these, the first case of a discrepancy that was found.
    pub right: usize,
    /// Right to raised.
    pub precision: Option<f64>,
    /// Traps in the truth.
    pub traps: usize,
    /// Of these, taken for a discrepancy.
    pub flagged: usize,
    /// The harmonic mean of recall and precision; none if one of them is.
    pub f1: Option<f64>,
}

/// How many groups of one detail were found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetailScore {
    /// The kind.
    pub kind: String,
    /// How the discrepancy was spoiled, or what the trap is.
    pub detail: String,
    /// Groups in the truth.
    pub groups: usize,
    /// Of these, found; of traps, taken for a discrepancy.
    pub found: usize,
}

/// A report measured against a truth.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// By kind.
    pub kinds: BTreeMap<String, KindScore>,
    /// Discrepancies by kind and detail, in this order.
    pub discrepancies: Vec<DetailScore>,
    /// Traps by kind and detail, in this order.
    pub traps: Vec<DetailScore>,
    /// Double enrolment and repeat payment, `info` cases too.
    pub calibration: BTreeMap<String, Calibration>,
    /// By kind, precision and recall from the highest threshold on the confidence down: double
    /// enrolment and repeat payment with their `info` cases, and other kinds, without theirs, if
    /// their cases differ in confidence. Empty for a kind without discrepancies in the truth.
    pub curves: BTreeMap<String, Vec<CurvePoint>>,
}

/// Measures the cases of a report against a truth.
pub fn evaluate(cases: &Path, truth: &Path) -> Result<Evaluation, EvaluateError> {
    let truth = read::truth(truth)?;
    let cases = read::cases(cases)?;
    let mut evaluation = Evaluation::default();
    let mut found = Found::new(&truth);
    let groups: Vec<Vec<usize>> =
        cases.values().map(|case| found::groups_of(case, &truth)).collect();
    let mut by_kind: BTreeMap<&str, Vec<(u32, &[usize])>> = BTreeMap::new();
    for (case, groups) in cases.values().zip(&groups) {
        if case.raised || MATCHED.contains(&&*case.kind) {
            by_kind.entry(&case.kind).or_default().push((case.confidence, groups));
        }
        if case.raised {
            let score = evaluation.kinds.entry(case.kind.clone()).or_default();
            score.raised += 1;
            score.right += usize::from(found.add(groups) > 0);
        }
    }
    evaluation.count(&truth, found.by_group());
    for (kind, cases) in by_kind {
        let ranked = Ranked::new(cases);
        let groups = evaluation.kinds.get(kind).map_or(0, |score| score.groups);
        let curve = ranked.curve(&truth, groups);
        let matched = MATCHED.contains(&kind);
        if matched {
            evaluation.calibration.insert(kind.to_owned(), ranked.calibration(&truth));
        }
        if matched || curve.len() > 1 {
            evaluation.curves.insert(kind.to_owned(), curve);
        }
    }
    Ok(evaluation)
}

impl Evaluation {
    /// Adds up the groups of the truth, of which `found` says which were found.
    fn count(&mut self, truth: &Truth, found: &[bool]) {
        let mut details: FxHashMap<(&str, bool, &str), (usize, usize)> = FxHashMap::default();
        for (group, &found) in truth.groups.iter().zip(found) {
            let found = usize::from(found);
            let score = self.kinds.entry(group.kind.clone()).or_default();
            let (groups_of_kind, found_of_kind) = if group.trap {
                (&mut score.traps, &mut score.flagged)
            } else {
                (&mut score.groups, &mut score.found)
            };
            *groups_of_kind += 1;
            *found_of_kind += found;
            let detail = details.entry((&group.kind, group.trap, &group.detail)).or_default();
            detail.0 += 1;
            detail.1 += found;
        }
        for score in self.kinds.values_mut() {
            score.recall = share(score.found, score.groups);
            score.precision = share(score.right, score.raised);
            score.f1 = score.recall.zip(score.precision).map(harmonic_mean);
        }
        let mut details: Vec<_> = details.into_iter().collect();
        details.sort_unstable();
        for ((kind, trap, detail), (groups, found)) in details {
            let (kind, detail) = (kind.to_owned(), detail.to_owned());
            let scores = if trap { &mut self.traps } else { &mut self.discrepancies };
            scores.push(DetailScore { kind, detail, groups, found });
        }
    }
}

/// A part to the whole, none where there is nothing to share.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn harmonic_mean((recall, precision): (f64, f64)) -> f64 {
    let sum = recall + precision;
    if sum > 0.0 { 2.0 * recall * precision / sum } else { 0.0 }
}

#[cfg(test)]
mod tests;
