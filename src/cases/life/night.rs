//! The night as a whole: tonight's cases and the known ones are joined, and each gets its state.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::changes::schools_and_people;
use super::given::{Given, against};
use super::known::KnownCase;
use super::round::{Round, must_escalate, waiting_since};
use super::step::{self, Verdict};
use crate::cases::facts::{facts_of, sight_of};
use crate::cases::rests_on::basis_of;
use crate::cases::same_case::{Likeness, pair};
use crate::cases::{Basis, CaseNumber, CaseRow, CaseStatus, Coverage, OpenedCase};
use crate::identity::Standing;
use crate::normalize::Dataset;
use crate::record::{Fen, Message};
use crate::rules::{CaseKind, Severity};

/// What a run found and read.
pub struct Tonight<'a> {
    pub data: &'a Dataset,
    pub standing: &'a Standing,
    pub cases: Vec<OpenedCase>,
    /// Why the records of a case are one person's, where no equal number says it.
    pub evidence: &'a (dyn Fn(&OpenedCase) -> Option<Message> + 'a),
}

/// What the night goes by.
#[derive(Debug, Clone, Copy)]
pub struct NightSettings<'a> {
    pub as_of: NaiveDate,
    /// The kinds that were looked for over all inputs.
    pub kinds: &'a [CaseKind],
    /// Whether the report shows open cases of these kinds that could not be checked again.
    pub show_unchecked: bool,
    /// A known case whose confidence falls stays a warning down to this (policy).
    pub keep_warning: f64,
    /// Days after which an unanswered case goes to somebody above (policy).
    pub escalation_days: i64,
}

/// What the nights before left: the store, or a stand-in in tests.
pub trait Memory {
    type Error;

    /// All cases that are not resolved, and the resolved ones with one of these ids; oldest first.
    fn known(&self, ids: &FxHashSet<&str>) -> Result<Vec<KnownCase>, Self::Error>;

    /// What a known case is about, rests on, and its rows as last seen.
    fn remembered(&self, known: &KnownCase) -> Result<Remembered, Self::Error>;

    /// What schools were asked and answered of the cases that are with them, by the row of the case.
    fn rounds(&self) -> Result<FxHashMap<i64, Vec<Round>>, Self::Error>;

    /// The last serial number given in a year; 0 if none was.
    fn last_serial(&self, year: i32) -> Result<u32, Self::Error>;
}

/// The wide part of a known case.
#[derive(Debug, Clone)]
pub struct Remembered {
    pub about: Vec<String>,
    pub basis: Vec<Basis>,
    pub rows: Vec<CaseRow>,
}

/// A case after the night.
#[derive(Debug, Clone)]
pub struct LivedCase {
    /// As it was known; `None` for a new one.
    pub known: Option<KnownCase>,
    pub id: String,
    pub number: CaseNumber,
    pub kind: CaseKind,
    pub severity: Severity,
    pub status: CaseStatus,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    /// Why the status changed, where it did for a reason.
    pub why: Option<Message>,
    /// Why it could not be checked again.
    pub unchecked: Option<Message>,
    pub waiver_ended: bool,
    /// Whether its kind was looked for.
    pub looked_for: bool,
    /// Since when the first of its schools owes its answer.
    pub waiting_since: Option<NaiveDate>,
    /// What was seen tonight; `None` for a case that was not found.
    pub seen: Option<Seen>,
    /// Of a case that was looked for and not found: its schools and people as last seen.
    pub last_rows: Option<(String, String)>,
}

/// What is kept of a case as it was seen tonight.
#[derive(Debug, Clone)]
pub struct Seen {
    pub confidence: f64,
    pub money: Fen,
    pub about: Vec<String>,
    /// As the store keeps it; empty where the sight is the one known before.
    pub basis: String,
    pub reason: Arc<Message>,
    /// Why the records are one person's, field by field; none where the sight is the one known before.
    pub evidence: Option<Message>,
    /// Hash of all of it and of the rows.
    pub sight: String,
}

/// All cases after a night, and the rows of its report.
#[derive(Debug, Clone)]
pub struct Night {
    /// The known ones oldest first, then the new ones in the order of their numbers.
    pub cases: Vec<LivedCase>,
    /// Rows of the cases found, and of those that could not be checked again; unsorted.
    pub rows: Vec<CaseRow>,
}

impl LivedCase {
    /// Whether it counts as waiting for somebody; `info` never does.
    pub fn counts(&self) -> bool {
        self.status.is_open() && self.severity != Severity::Info
    }

    /// Whether its answer is due and has not come.
    pub fn is_overdue(&self, as_of: NaiveDate) -> bool {
        let due = self.known.as_ref().and_then(|known| known.due_on);
        self.status == CaseStatus::Sent && due.is_some_and(|due| due < as_of)
    }

    /// Whether its answer is so late that somebody above must ask: `days` (policy) after it was sent.
    pub fn must_escalate(&self, as_of: NaiveDate, days: i64) -> bool {
        self.status == CaseStatus::Sent && must_escalate(self.waiting_since, as_of, days)
    }

    /// Whether its status is another than before.
    pub fn changed(&self) -> bool {
        self.known.as_ref().is_none_or(|known| known.status != self.status)
    }
}

/// Joins tonight's cases to the known ones. Pure but for what it asks of `memory`.
pub fn live<M: Memory>(
    memory: &M,
    tonight: Tonight,
    settings: NightSettings,
) -> Result<Night, M::Error> {
    let Tonight { data, standing, mut cases, evidence } = tonight;
    let ids: FxHashSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    // The store is read while tonight's lists are gone through.
    let (coverage, known) = std::thread::scope(|threads| {
        let coverage = threads.spawn(|| Coverage::of(data, standing));
        let known = memory.known(&ids);
        (coverage.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), known)
    });
    let (mut coverage, known) = (coverage, known?);
    let by_id: FxHashMap<&str, usize> =
        known.iter().enumerate().map(|(at, known)| (known.id.as_str(), at)).collect();
    let mut known_of: Vec<Option<usize>> =
        cases.iter().map(|case| by_id.get(case.id.as_str()).copied()).collect();
    drop(by_id);

    // Known cases that no id of tonight names; of kinds that were not looked for nothing is asked.
    let mut found = vec![false; known.len()];
    known_of.iter().flatten().for_each(|&at| found[at] = true);
    let mut absent: Vec<(usize, Remembered)> = Vec::new();
    for (at, case) in known.iter().enumerate() {
        let asked = settings.kinds.contains(&case.kind) && case.status != CaseStatus::Resolved;
        if !found[at] && asked {
            absent.push((at, memory.remembered(case)?));
        }
    }
    for (at, old) in keep_ids(&mut cases, &known_of, &known, &absent, &coverage) {
        known_of[at] = Some(absent[old].0);
        found[absent[old].0] = true;
    }
    let absent: Vec<(usize, Remembered)> =
        absent.into_iter().filter(|(at, _)| !found[*at]).collect();
    let grounds = absent.iter().flat_map(|(_, case)| &case.basis).map(|basis| &basis.ground);
    coverage.look_for(data, standing, grounds);

    let mut lived: Vec<Option<LivedCase>> = vec![None; known.len()];
    let mut fresh: Vec<LivedCase> = Vec::new();
    let mut rows: Vec<CaseRow> = Vec::new();
    let rests_on = |case: &OpenedCase| basis_of(data, &coverage, case.kind, &case.records);
    let sights: Vec<(String, String)> = cases
        .par_iter()
        .zip(&known_of)
        .map(|(case, at)| sight(case, &rests_on(case), at.map_or("", |at| &known[at].sight)))
        .collect();
    let rounds = memory.rounds()?;
    let rounds_of = |known: Option<&KnownCase>| {
        known.and_then(|known| rounds.get(&known.no)).map_or(&[][..], Vec::as_slice)
    };
    let mut known: Vec<Option<KnownCase>> = known.into_iter().map(Some).collect();
    for ((case, at), (basis, sight)) in cases.iter_mut().zip(&known_of).zip(sights) {
        let before = at.and_then(|at| known[at].take());
        let rounds = rounds_of(before.as_ref());
        let verdict = verdict_of(memory, case, before.as_ref(), rounds, settings, rests_on)?;
        let day = |of: fn(&KnownCase) -> NaiveDate| before.as_ref().map_or(settings.as_of, of);
        let one = LivedCase {
            id: case.id.clone(),
            number: before
                .as_ref()
                .map_or(CaseNumber { year: 0, serial: 0 }, |before| before.number),
            kind: case.kind,
            severity: severity_of(case, before.as_ref(), settings.keep_warning),
            status: verdict.status,
            first_seen: day(|before| before.first_seen),
            last_seen: day(|before| before.last_seen).max(settings.as_of),
            why: verdict.why,
            unchecked: None,
            waiver_ended: verdict.waiver_ended,
            looked_for: true,
            waiting_since: waiting_since(rounds),
            seen: Some(Seen {
                confidence: case.confidence,
                money: case.money,
                about: std::mem::take(&mut case.about),
                // What is seen as it was known before is not written again.
                evidence: if basis.is_empty() { None } else { evidence(case) },
                basis,
                reason: Arc::clone(&case.reason),
                sight,
            }),
            last_rows: None,
            known: before,
        };
        match at {
            Some(at) => lived[*at] = Some(one),
            None => fresh.push(one),
        }
    }
    number(memory, &mut fresh, &cases, settings.as_of)?;
    for (at, remembered) in absent {
        let Some(case) = known[at].take() else { continue };
        let verdict = step::not_found(&case, &remembered, &coverage, settings.as_of);
        let rows_before: Vec<&CaseRow> = remembered.rows.iter().collect();
        let one = LivedCase {
            last_rows: Some(schools_and_people(&rows_before)),
            waiting_since: waiting_since(rounds_of(Some(&case))),
            ..not_seen(case, verdict)
        };
        if settings.show_unchecked && one.status != CaseStatus::Resolved {
            rows.extend(remembered.rows.into_iter().map(|row| mark(row, &one)));
        }
        lived[at] = Some(one);
    }
    for (at, case) in known.into_iter().enumerate() {
        let Some(case) = case.filter(|case| case.status != CaseStatus::Resolved) else { continue };
        let verdict = step::not_looked_for(&case, settings.as_of);
        lived[at] = Some(LivedCase {
            looked_for: false,
            waiting_since: waiting_since(rounds_of(Some(&case))),
            ..not_seen(case, verdict)
        });
    }
    // Many and large: their place is made once.
    let mut all: Vec<LivedCase> = Vec::with_capacity(lived.len() + fresh.len());
    all.extend(lived.into_iter().flatten());
    all.append(&mut fresh);
    let by_id: FxHashMap<&str, &LivedCase> =
        all.iter().map(|case| (case.id.as_str(), case)).collect();
    rows.reserve_exact(cases.iter().map(|case| case.rows.len()).sum());
    for case in cases {
        if let Some(lived) = by_id.get(case.id.as_str()) {
            rows.extend(case.rows.into_iter().map(|row| mark(row, lived)));
        }
    }
    Ok(Night { cases: all, rows })
}

/// Gives cases of tonight the ids of the known ones that they continue; returns the pairs (of tonight,
/// of `absent`). Sentences that name a case follow.
fn keep_ids(
    cases: &mut [OpenedCase],
    known_of: &[Option<usize>],
    known: &[KnownCase],
    absent: &[(usize, Remembered)],
    coverage: &Coverage,
) -> Vec<(usize, usize)> {
    if absent.is_empty() {
        return Vec::new();
    }
    let unknown: Vec<usize> = (0..cases.len()).filter(|&at| known_of[at].is_none()).collect();
    let likeness = |kind, about: &[String], rows: &[CaseRow]| {
        let rows: Vec<&CaseRow> = rows.iter().collect();
        Likeness::of(kind, about, &rows)
    };
    let of_tonight: Vec<Likeness> = unknown
        .par_iter()
        .map(|&at| likeness(cases[at].kind, &cases[at].about, &cases[at].rows))
        .collect();
    let of_before: Vec<Likeness> = absent
        .par_iter()
        .map(|(at, case)| likeness(known[*at].kind, &case.about, &case.rows))
        .collect();
    let pairs = pair(&of_tonight, &of_before, |school| coverage.knows_school(school));
    let mut kept: FxHashMap<String, String> = FxHashMap::default();
    let mut joined = Vec::new();
    for (new, old) in pairs {
        let case = &mut cases[unknown[new]];
        let id = known[absent[old].0].id.clone();
        kept.insert(std::mem::replace(&mut case.id, id.clone()), id.clone());
        case.rows.iter_mut().for_each(|row| row.case_id.clone_from(&id));
        joined.push((unknown[new], old));
    }
    if !kept.is_empty() {
        cases.par_iter_mut().for_each(|case| rename_in_reason(case, &kept));
    }
    joined
}

/// `See also …` names the id that the case keeps.
fn rename_in_reason(case: &mut OpenedCase, kept: &FxHashMap<String, String>) {
    /// Two letters, a hyphen, twelve characters.
    const LENGTH: usize = 15;
    let renamed = |text: &str| {
        let mut new = String::new();
        let mut from = 0;
        for (at, _) in text.match_indices('-') {
            let start = at.saturating_sub(2);
            let id = text.get(start..start + LENGTH).filter(|_| start >= from);
            if let Some(id) = id.and_then(|id| kept.get(id)) {
                new.push_str(&text[from..start]);
                new.push_str(id);
                from = start + LENGTH;
            }
        }
        (from > 0).then(|| new + &text[from..])
    };
    if let (Some(zh), Some(en)) = (renamed(&case.reason.zh), renamed(&case.reason.en)) {
        case.reason = Arc::new(Message::new(zh, en));
        for row in &mut case.rows {
            row.reason = Arc::clone(&case.reason);
        }
    }
}

/// The basis of a case as text, where it has to be written, and the hash of all that is kept of it.
fn sight(case: &OpenedCase, basis: &[Basis], known: &str) -> (String, String) {
    let mut rows: Vec<&CaseRow> = case.rows.iter().collect();
    rows.sort_by(|a, b| (a.role, &a.source).cmp(&(b.role, &b.source)));
    let (confidence, money) = (case.confidence.to_string(), case.money.to_string());
    let mut parts: Vec<&str> = case.about.iter().map(String::as_str).collect();
    // The English sentence says the same.
    parts.extend([&*case.reason.zh, &confidence, &money]);
    let sight = sight_of(&parts, basis, &rows);
    let basis = if sight == known { String::new() } else { Basis::to_text(basis) };
    (basis, sight)
}

fn verdict_of<M: Memory>(
    memory: &M,
    case: &OpenedCase,
    known: Option<&KnownCase>,
    rounds: &[Round],
    settings: NightSettings,
    rests_on: impl Fn(&OpenedCase) -> Vec<Basis>,
) -> Result<Verdict, M::Error> {
    let Some(known) = known else {
        return Ok(Verdict {
            status: CaseStatus::New,
            why: None,
            unchecked: None,
            waiver_ended: false,
        });
    };
    let facts = match known.waiver {
        Some(_) => facts_of(case.kind, &case.rows.iter().collect::<Vec<_>>()),
        None => Vec::new(),
    };
    let closed = known.status == CaseStatus::Resolved && known.closed_by.is_some();
    let newer = closed && is_newer(&rests_on(case), &memory.remembered(known)?.basis);
    let verdict = step::found(known, &facts, newer, settings.as_of);
    let answers: Vec<Given> = rounds.iter().filter_map(|round| round.answer.clone()).collect();
    if answers.is_empty() || !matches!(verdict.status, CaseStatus::Sent | CaseStatus::Answered) {
        return Ok(verdict);
    }
    let (now, then) = (rests_on(case), memory.remembered(known)?.basis);
    let exported_after = |school: &str, day: NaiveDate| {
        now.iter().filter(|basis| basis.ground.school() == school).any(|basis| {
            let before = then.iter().find(|old| old.ground == basis.ground);
            let anew = before.is_none_or(|old| basis.export.is_newer_than(old.export));
            basis.export.said.map_or(anew, |said| said > day)
        })
    };
    Ok(against(verdict, case, &answers, exported_after))
}

/// Whether a list under a case was exported anew, or is another one than it rested on.
fn is_newer(now: &[Basis], then: &[Basis]) -> bool {
    now.iter().any(|basis| match then.iter().find(|old| old.ground == basis.ground) {
        Some(old) => basis.export.is_newer_than(old.export),
        None => true,
    })
}

/// A known case whose confidence fell stays a warning down to `keep`.
fn severity_of(case: &OpenedCase, known: Option<&KnownCase>, keep: f64) -> Severity {
    let Some(known) = known else { return case.severity };
    let fell = case.confidence < known.confidence && case.confidence >= keep;
    if case.severity == Severity::Info && known.severity != Severity::Info && fell {
        Severity::Warning
    } else {
        case.severity
    }
}

/// Numbers the new cases as `cases.csv` sorts them: by their first school, kind and id.
fn number<M: Memory>(
    memory: &M,
    fresh: &mut [LivedCase],
    cases: &[OpenedCase],
    as_of: NaiveDate,
) -> Result<(), M::Error> {
    let first_school: FxHashMap<&str, &str> = cases
        .iter()
        .map(|case| {
            let school = case.rows.iter().map(|row| row.school_code.as_str()).min();
            (case.id.as_str(), school.unwrap_or_default())
        })
        .collect();
    fresh.sort_by(|a, b| {
        let key =
            |case: &LivedCase| (first_school.get(case.id.as_str()).copied(), case.kind.name());
        (key(a), &a.id).cmp(&(key(b), &b.id))
    });
    let year = as_of.year();
    let last = memory.last_serial(year)?;
    for (serial, case) in (last.saturating_add(1)..).zip(fresh) {
        case.number = CaseNumber { year, serial };
    }
    Ok(())
}

fn not_seen(case: KnownCase, verdict: Verdict) -> LivedCase {
    LivedCase {
        id: case.id.clone(),
        number: case.number,
        kind: case.kind,
        severity: case.severity,
        status: verdict.status,
        first_seen: case.first_seen,
        last_seen: case.last_seen,
        why: verdict.why,
        unchecked: verdict.unchecked,
        waiver_ended: verdict.waiver_ended,
        looked_for: true,
        waiting_since: None,
        seen: None,
        last_rows: None,
        known: Some(case),
    }
}

/// A row with the life of its case.
fn mark(row: CaseRow, case: &LivedCase) -> CaseRow {
    CaseRow {
        status: case.status,
        severity: case.severity,
        first_seen: case.first_seen,
        last_seen: case.last_seen,
        number: Some(case.number),
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_case_whose_confidence_falls_stays_a_warning_down_to_the_limit() {
        let day = NaiveDate::from_ymd_opt(2025, 10, 15).unwrap();
        let known = KnownCase {
            no: 1,
            number: CaseNumber { year: 2025, serial: 1 },
            id: "DE-1".into(),
            kind: CaseKind::DualEnrollment,
            severity: Severity::Warning,
            confidence: 0.97,
            status: CaseStatus::Open,
            first_seen: day,
            last_seen: day,
            told: true,
            sight: String::new(),
            closed_by: None,
            due_on: None,
            waiver: None,
        };
        let tonight = |confidence, severity| OpenedCase {
            id: "DE-1".into(),
            kind: CaseKind::DualEnrollment,
            severity,
            confidence,
            about: Vec::new(),
            reason: Arc::new(Message::new("", "")),
            money: Fen(0),
            records: Vec::new(),
            rows: Vec::new(),
        };
        let of = |case: &OpenedCase, known| severity_of(case, known, 0.75);
        let faint = tonight(0.8, Severity::Info);
        assert_eq!(of(&faint, Some(&known)), Severity::Warning);
        assert_eq!(of(&faint, None), Severity::Info);
        assert_eq!(of(&tonight(0.74, Severity::Info), Some(&known)), Severity::Info);
        // Not the match, but the evidence changed.
        assert_eq!(of(&tonight(0.97, Severity::Info), Some(&known)), Severity::Info);
        assert_eq!(of(&tonight(0.8, Severity::Error), Some(&known)), Severity::Error);
    }
}
