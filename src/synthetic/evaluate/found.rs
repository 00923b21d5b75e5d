//! Which discrepancies and traps of a truth a case speaks of, and which cases are right.

use rustc_hash::FxHashMap;

use super::read::{Case, Truth};

/// The groups that a case finds, in order: of its kind, with two of their rows (one, if a group has
/// one) in it, and they at least half of its rows. A trap needs no half: to touch it is wrong.
pub(super) fn groups_of(case: &Case, truth: &Truth) -> Vec<usize> {
    let mut shared: FxHashMap<usize, u32> = FxHashMap::default();
    for place in &case.rows {
        for &group in truth.places.get(place).into_iter().flatten() {
            if truth.groups[group].kind == case.kind {
                *shared.entry(group).or_default() += 1;
            }
        }
    }
    let mut groups: Vec<usize> = shared
        .into_iter()
        .filter(|&(number, count)| {
            let group = &truth.groups[number];
            count >= group.rows.min(2) && (group.trap || 2 * count as usize >= case.rows.len())
        })
        .map(|(group, _)| group)
        .collect();
    groups.sort_unstable();
    groups
}

/// What was found so far, case after case.
pub(super) struct Found<'a> {
    truth: &'a Truth,
    found: Vec<bool>,
}

impl<'a> Found<'a> {
    pub(super) fn new(truth: &'a Truth) -> Found<'a> {
        Found { truth, found: vec![false; truth.groups.len()] }
    }

    /// Notes what one more case finds: how many discrepancies are new. The case is right if there is
    /// one, so that a second case on one discrepancy is false.
    pub(super) fn add(&mut self, groups: &[usize]) -> usize {
        let mut fresh = 0;
        for &group in groups {
            fresh += usize::from(!self.found[group] && !self.truth.groups[group].trap);
            self.found[group] = true;
        }
        fresh
    }

    /// Whether each group of the truth was found.
    pub(super) fn by_group(&self) -> &[bool] {
        &self.found
    }
}
