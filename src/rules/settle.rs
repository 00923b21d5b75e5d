//! One fact, one case: a finding that another fully explains opens no case of its own.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{CaseKind, Finding, RecordRef, Role, RuleContext};
use crate::normalize::SchoolId;

/// Drops the findings that others explain; their rows join the cause as consequences.
///
/// Paid elsewhere because paid twice: a `paid-not-enrolled` all of whose payments stand in a
/// `repeat-payment`, at a school where the pupil holds no enrolment, beside a payment of the school where
/// the pupil does. Money paid twice stays a case of its own, and so does a double enrolment.
pub fn settle(context: &RuleContext, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut repeat_of: FxHashMap<u32, usize> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        if finding.kind == CaseKind::RepeatPayment {
            for (row, _) in &finding.rows {
                if let RecordRef::Payment(payment) = row {
                    repeat_of.insert(*payment, at);
                }
            }
        }
    }
    let mut explained: Vec<(usize, usize)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        if finding.kind == CaseKind::PaidNotEnrolled
            && let Some(cause) = cause_of(context, &findings, finding, &repeat_of)
        {
            explained.push((at, cause));
        }
    }
    for &(at, cause) in &explained {
        let rows = std::mem::take(&mut findings[at].rows);
        let present: FxHashSet<RecordRef> =
            findings[cause].rows.iter().map(|&(row, _)| row).collect();
        let joining = rows.into_iter().filter(|(row, _)| !present.contains(row));
        let joining: Vec<_> = joining.map(|(row, _)| (row, Role::Consequence)).collect();
        findings[cause].rows.extend(joining);
    }
    findings.retain(|finding| !finding.rows.is_empty());
    findings
}

fn cause_of(
    context: &RuleContext,
    findings: &[Finding],
    finding: &Finding,
    repeat_of: &FxHashMap<u32, usize>,
) -> Option<usize> {
    let mut cause = None;
    let mut paying: FxHashSet<SchoolId> = FxHashSet::default();
    let mut enrolled: FxHashSet<SchoolId> = FxHashSet::default();
    for &(row, _) in &finding.rows {
        match row {
            RecordRef::Payment(payment) => {
                let at = *repeat_of.get(&payment)?;
                if *cause.get_or_insert(at) != at {
                    return None;
                }
                paying.insert(context.data.paying_school(payment as usize));
            }
            RecordRef::Enrollment(index) => {
                enrolled.insert(context.data.school_of(index as usize));
            }
            RecordRef::Headcount(_) => {}
        }
    }
    let cause = cause?;
    let elsewhere = !enrolled.is_empty() && paying.is_disjoint(&enrolled);
    let paid_there = findings[cause].rows.iter().any(|&(row, _)| match row {
        RecordRef::Payment(payment) => {
            enrolled.contains(&context.data.paying_school(payment as usize))
        }
        _ => false,
    });
    (elsewhere && paid_there).then_some(cause)
}
