//! How far the confidence of cases can be believed: calibration, and precision against recall.
//!
//! Cases are taken from the surest down, so that of two cases on one discrepancy the surer is the
//! right one, and a threshold cuts off an end of them. Where the confidence is a match's probability,
//! `info` cases are among them: being unsure is why they are `info`.

use serde::Serialize;

use super::found::Found;
use super::read::{MILLION, Truth};
use super::share;

/// Bins of a calibration; each is a tenth wide.
const BINS: u32 = 10;

/// The cases whose confidence lies in one tenth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The lowest confidence of the bin.
    pub from: f64,
    /// Where the next bin begins; 1 belongs to the last.
    pub to: f64,
    /// Cases in it.
    pub cases: usize,
    /// Of these, true ones.
    pub right: usize,
    /// The mean of their confidence; none without cases.
    pub mean_confidence: Option<f64>,
    /// The share of true ones among them; none without cases.
    pub share_true: Option<f64>,
}

/// Confidence beside truth for the cases of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Ten bins, from 0 to 1.
    pub bins: Vec<CalibrationBin>,
    /// Cases in all bins.
    pub cases: usize,
    /// The expected calibration error: the mean over all cases of how far their bin's share of true
    /// ones lies from its mean confidence; none without cases.
    pub expected_error: Option<f64>,
}

/// What a threshold on the confidence would give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Cases of this confidence or more are taken.
    pub threshold: f64,
    /// How many these are.
    pub cases: usize,
    /// Discrepancies found by them to those in the truth.
    pub recall: f64,
    /// Right ones to all of them.
    pub precision: f64,
}

/// The cases of one kind, from the surest down.
pub(super) struct Ranked<'a> {
    /// Confidence in millionths, and the groups that the case finds.
    cases: Vec<(u32, &'a [usize])>,
}

/// How one case fared.
struct Outcome {
    confidence: u32,
    /// Discrepancies that no surer case had found.
    fresh: usize,
}

impl<'a> Ranked<'a> {
    /// Cases in the order of their ids; among equally sure ones this order stays.
    pub(super) fn new(mut cases: Vec<(u32, &'a [usize])>) -> Ranked<'a> {
        cases.sort_by_key(|&(confidence, _)| std::cmp::Reverse(confidence));
        Ranked { cases }
    }

    fn outcomes(&self, truth: &Truth) -> Vec<Outcome> {
        let mut found = Found::new(truth);
        self.cases
            .iter()
            .map(|&(confidence, groups)| Outcome { confidence, fresh: found.add(groups) })
            .collect()
    }

    /// Confidence beside the share of true cases.
    pub(super) fn calibration(&self, truth: &Truth) -> Calibration {
        let mut counts = [(0_usize, 0_usize, 0_u64); BINS as usize];
        for outcome in self.outcomes(truth) {
            let bin = (outcome.confidence / (MILLION / BINS)).min(BINS - 1) as usize;
            let (cases, right, sum) = &mut counts[bin];
            *cases += 1;
            *right += usize::from(outcome.fresh > 0);
            *sum += u64::from(outcome.confidence);
        }
        // A bin's part of the error, n/N · |right/n − sum/n|, is |right − sum|/N.
        let distance = |&(_, right, sum): &(usize, usize, u64)| {
            sum.abs_diff(right as u64 * u64::from(MILLION))
        };
        let error: u64 = counts.iter().map(distance).sum();
        let million = f64::from(MILLION);
        let bins = (0..BINS).zip(&counts).map(|(bin, &(cases, right, sum))| CalibrationBin {
            from: f64::from(bin) / f64::from(BINS),
            to: f64::from(bin + 1) / f64::from(BINS),
            cases,
            right,
            mean_confidence: (cases > 0).then(|| sum as f64 / million / cases as f64),
            share_true: share(right, cases),
        });
        Calibration {
            bins: bins.collect(),
            cases: self.cases.len(),
            expected_error: (!self.cases.is_empty())
                .then(|| error as f64 / million / self.cases.len() as f64),
        }
    }

    /// One point for each confidence that occurs, from the highest down; `groups` discrepancies of
    /// the kind stand in the truth. Empty if there are none.
    pub(super) fn curve(&self, truth: &Truth, groups: usize) -> Vec<CurvePoint> {
        let mut points: Vec<CurvePoint> = Vec::new();
        if groups == 0 {
            return points;
        }
        let outcomes = self.outcomes(truth);
        let (mut cases, mut right, mut found) = (0, 0, 0);
        for equal in outcomes.chunk_by(|a, b| a.confidence == b.confidence) {
            cases += equal.len();
            right += equal.iter().filter(|outcome| outcome.fresh > 0).count();
            found += equal.iter().map(|outcome| outcome.fresh).sum::<usize>();
            points.extend(equal.first().map(|outcome| CurvePoint {
                threshold: f64::from(outcome.confidence) / f64::from(MILLION),
                cases,
                recall: found as f64 / groups as f64,
                precision: right as f64 / cases as f64,
            }));
        }
        points
    }
}
