//! Which stored case is tonight's case under another id: a number was repaired, a school got a code, a
//! group grew or shrank.
//!
//! In: cases of tonight without a stored one of their id, and stored cases that tonight's ids do not
//! name. Out: pairs that share the kind and persons or records. Row numbers and file names play no part.

use rustc_hash::FxHashMap;

use super::CaseRow;
use crate::rules::{CaseKind, Role};

/// What the pairing looks at in a case.
pub struct Likeness {
    kind: CaseKind,
    /// Persons and records, each in its scope; sorted, each once.
    links: Vec<String>,
    /// The school that the case is about, where it is about one.
    school: Option<String>,
}

impl Likeness {
    /// The likeness of a case by what it is about and its rows.
    pub fn of(kind: CaseKind, about: &[String], rows: &[&CaseRow]) -> Likeness {
        let last = |count: usize| about[about.len().saturating_sub(count)..].join("\u{1f}");
        // A person may have several cases of one of these kinds: the time tells them apart.
        let (scope, school_at) = match kind {
            CaseKind::RepeatPayment => (last(2), None),
            CaseKind::PaidNotEnrolled => (last(2), about.len().checked_sub(3)),
            CaseKind::HeadcountMismatch => (last(3), Some(0)),
            CaseKind::DuplicateRecord => (last(1), about.len().checked_sub(2)),
            CaseKind::RegisterMismatch => (String::new(), about.len().checked_sub(1)),
            CaseKind::InvalidId => (String::new(), Some(0)),
            CaseKind::DualEnrollment | CaseKind::IdConflict => (String::new(), None),
        };
        let mut links = Vec::new();
        for row in rows.iter().filter(|row| !row.stands_beside()) {
            if kind != CaseKind::InvalidId && !row.id_number.is_empty() {
                links.push(format!("person\u{1f}{}\u{1f}{scope}", row.id_number));
            }
            if !row.student_number.is_empty() {
                links.push(format!("pupil\u{1f}{}\u{1f}{scope}", row.student_number));
            }
            let school = row.school_key();
            if row.role == Role::Count {
                // A sheet without a date is the same sheet tomorrow, and its case the same case.
                let scope = match row.valid_from {
                    Some(_) => scope.clone(),
                    None => format!("{}\u{1f}{}", row.grade, row.class),
                };
                links.push(format!("count\u{1f}{school}\u{1f}{scope}"));
            } else if let Some(amount) = row.amount {
                // One payment belongs to one case of a kind, whatever its period is taken for.
                links.push(format!(
                    "payment\u{1f}{school}\u{1f}{}\u{1f}{}\u{1f}{amount}\u{1f}{:?}\u{1f}{:?}",
                    row.name, row.programme, row.pay_date, row.period
                ));
            } else {
                links.push(format!(
                    "record\u{1f}{school}\u{1f}{}\u{1f}{:?}\u{1f}{scope}",
                    row.name, row.register
                ));
            }
        }
        links.sort_unstable();
        links.dedup();
        let school = school_at.and_then(|at| about.get(at)).cloned();
        Likeness { kind, links, school }
    }
}

/// Pairs `tonight` with `stored`, each at most once: those that share most come first, then the oldest
/// stored case (they come in that order), then the first of tonight. `still_there` says whether a
/// school is named by tonight's lists: a case moves to another school's name only if the old is gone.
pub fn pair(
    tonight: &[Likeness],
    stored: &[Likeness],
    still_there: impl Fn(&str) -> bool,
) -> Vec<(usize, usize)> {
    let mut by_link: FxHashMap<(CaseKind, &str), Vec<usize>> = FxHashMap::default();
    for (at, case) in stored.iter().enumerate() {
        for link in &case.links {
            by_link.entry((case.kind, link)).or_default().push(at);
        }
    }
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for (at, case) in tonight.iter().enumerate() {
        let mut shared: FxHashMap<usize, usize> = FxHashMap::default();
        for link in &case.links {
            for &old in by_link.get(&(case.kind, link.as_str())).into_iter().flatten() {
                *shared.entry(old).or_default() += 1;
            }
        }
        let same_school = |old: usize| match (&case.school, &stored[old].school) {
            (Some(now), Some(then)) => now == then || !still_there(then),
            _ => true,
        };
        candidates.extend(
            shared
                .into_iter()
                .filter(|&(old, _)| same_school(old))
                .map(|(old, shared)| (shared, old, at)),
        );
    }
    candidates.sort_unstable_by_key(|&(shared, old, at)| (std::cmp::Reverse(shared), old, at));
    let (mut taken, mut given) = (vec![false; stored.len()], vec![false; tonight.len()]);
    let mut pairs = Vec::new();
    for (_, old, at) in candidates {
        if !taken[old] && !given[at] {
            taken[old] = true;
            given[at] = true;
            pairs.push((at, old));
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;

    fn about(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|part| part.to_string()).collect()
    }

    fn of(kind: CaseKind, parts: &[&str], rows: &[CaseRow]) -> Likeness {
        let rows: Vec<&CaseRow> = rows.iter().collect();
        Likeness::of(kind, &about(parts), &rows)
    }

    #[test]
    fn a_repaired_number_keeps_the_case_by_its_records() {
        let wrong = CaseRow { id_number: "330127201203051013".into(), ..row("x", "A", "甲") };
        let right = CaseRow { id_number: "330127201203051012".into(), ..row("y", "A", "甲") };
        let kind = CaseKind::RepeatPayment;
        let stored = [of(kind, &["330127201203051013", "grant", "2025-09"], &[wrong])];
        let tonight = [of(kind, &["330127201203051012", "grant", "2025-09"], &[right])];
        assert_eq!(pair(&tonight, &stored, |_| true), [(0, 0)]);
    }

    #[test]
    fn another_instalment_of_the_same_person_is_another_case() {
        let september = CaseRow { pay_date: None, ..row("x", "A", "甲") };
        let october = CaseRow { student_number: "G1".into(), ..row("y", "A", "甲") };
        let kind = CaseKind::RepeatPayment;
        let stored = [of(kind, &["1", "grant", "2025-09"], &[september])];
        let tonight = [of(kind, &["1", "grant", "2025-10"], &[october])];
        assert_eq!(pair(&tonight, &stored, |_| true), []);
    }

    #[test]
    fn a_group_that_splits_goes_on_with_the_larger_part_and_ties_with_the_oldest() {
        let pupil = |number: &str| CaseRow {
            id_number: number.into(),
            student_number: String::new(),
            amount: None,
            name: number.into(),
            ..row("x", "A", "甲")
        };
        let kind = CaseKind::IdConflict;
        let stored = [
            of(kind, &["1"], &[pupil("1"), pupil("2"), pupil("3")]),
            of(kind, &["2"], &[pupil("1")]),
        ];
        let tonight =
            [of(kind, &["3"], &[pupil("3")]), of(kind, &["4"], &[pupil("1"), pupil("2")])];
        assert_eq!(pair(&tonight, &stored, |_| true), [(1, 0)]);
        let twins = [of(kind, &["5"], &[pupil("9")]), of(kind, &["6"], &[pupil("9")])];
        let one = [of(kind, &["7"], &[pupil("9")])];
        assert_eq!(pair(&one, &twins, |_| true), [(0, 0)]);
    }

    #[test]
    fn a_case_follows_a_school_to_its_new_name_but_never_to_another_school() {
        let kind = CaseKind::RegisterMismatch;
        let stored = [of(kind, &["1", "甲校"], &[row("x", "", "甲校")])];
        let tonight = [of(kind, &["1", "A"], &[row("y", "A", "甲校")])];
        assert_eq!(pair(&tonight, &stored, |_| false), [(0, 0)]);
        assert_eq!(pair(&tonight, &stored, |school| school == "甲校"), []);
    }
}
