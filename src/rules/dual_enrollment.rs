//! `dual-enrollment` (双重学籍): one person holds two enrolments at different schools whose stays
//! overlap by more than the tolerance, or is suspended at one and active at another.
//!
//! Flags: active at A since 2023-09-01 and at B since 2025-03-01, both open in October. Does not flag: a
//! transfer whose two dates lie 20 days apart; 学籍 and roster of one school; a graduate in the next stage;
//! a status of exit without a date ("not checked, no exit date").
//! Needs a person and a school. Tolerance: 30 days; 60 in the transfer months where one side shows a
//! transfer or an exit date (policy). Source: design, section 6; domain, section 5.3.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::stays::{End, Overlap, Stay, is_stage_handover, stays_of};
use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity};
use crate::identity::RecordIndex;
use crate::normalize::{NameAgreement, SchoolId, compare_names};
use crate::record::{EnrollmentStatus, Fen, Message, SchoolYear, SheetId};

pub const ABOUT: (&str, &str) = (
    "同一人在两所学校的学籍时间重叠超过允许天数，或在一校休学、在另一校在读",
    "one person's stays at two schools overlap by more than the tolerance, or suspended at one and active at another",
);

const KIND: CaseKind = CaseKind::DualEnrollment;

/// Finds the double enrolments of every person.
pub fn check(context: &RuleContext) -> Outcome {
    let people: Vec<u32> = (0..context.persons.len() as u32)
        .into_par_iter()
        .filter(|&person| stands_at_several_schools(context, person))
        .collect();
    let parts: Vec<Outcome> =
        people.par_iter().map(|&person| check_person(context, person)).collect();
    let mut outcome = Outcome::default();
    parts.into_iter().for_each(|part| outcome.append(part));
    say_who_cannot_be_followed(context, &mut outcome);
    outcome
}

/// Pupils without a usable number, paired with nobody, cannot be followed from school to school.
fn say_who_cannot_be_followed(context: &RuleContext, outcome: &mut Outcome) {
    let columns = &context.data.enrollments.columns;
    let mut alone: BTreeMap<(SheetId, SchoolId), u64> = BTreeMap::new();
    for (index, number) in columns.number.iter().enumerate() {
        if number.is_none()
            && context.standing.holds(index)
            && context.persons.records(context.persons.of_enrollment[index]).len() == 1
        {
            *alone.entry((columns.sheet[index], context.data.school_of(index))).or_default() += 1;
        }
    }
    for ((sheet, school), rows) in alone {
        let reason = if school == SchoolId(0) { no_school() } else { no_number() };
        outcome.not_checked(KIND, Some(sheet), school, reason, rows);
    }
}

fn no_number() -> Message {
    Message::new(
        "没有可用的证件号，也对不上本校其他名单中唯一的学生，无法跨校核对",
        "no usable number, and no one pupil of another list that it can be",
    )
}

fn stands_at_several_schools(context: &RuleContext, person: u32) -> bool {
    if context.persons.records(person).len() == 1 {
        return false;
    }
    let mut records = context.persons.enrollments(person);
    let Some(first) = records.next() else { return false };
    let school = context.data.school_of(first);
    records.any(|index| context.data.school_of(index) != school)
}

/// Two overlapping stays of one person.
struct Pair {
    a: usize,
    b: usize,
    overlap: Overlap,
    severity: Severity,
}

fn check_person(context: &RuleContext, person: u32) -> Outcome {
    let mut outcome = Outcome::default();
    let stays = stays_of(context, person);
    // Each stay is named once for what it lacks itself, however many others it was held against.
    let placed = |at: &usize| stays[*at].school != SchoolId(0);
    for nowhere in (0..stays.len()).filter(|at| !placed(at)) {
        not_checked(context, &mut outcome, &stays[nowhere], no_school());
    }
    let mut pairs = Vec::new();
    let mut undated = BTreeSet::new();
    for a in (0..stays.len()).filter(placed) {
        for b in (a + 1..stays.len()).filter(placed) {
            if stays[a].school == stays[b].school {
                continue;
            }
            undated.extend([a, b].into_iter().filter(|&at| stays[at].end == End::UnknownExit));
            pairs.extend(judge(context, &stays, a, b));
        }
    }
    for exited in undated {
        not_checked(context, &mut outcome, &stays[exited], no_exit_date());
    }
    outcome.findings = into_findings(context, person, &stays, pairs);
    outcome
}

fn no_school() -> Message {
    Message::new("没有学校，无法判断是否双重学籍", "no school, so double enrolment cannot be told")
}

fn no_exit_date() -> Message {
    Message::new("已离校但没有离校日期", "not checked, no exit date")
}

fn not_checked(context: &RuleContext, outcome: &mut Outcome, stay: &Stay, reason: Message) {
    let sheet = context.data.enrollments.columns.sheet[stay.lead];
    outcome.not_checked(KIND, Some(sheet), stay.school, reason, 1);
}

/// Whether two stays are a double enrolment, and how far the evidence reaches.
fn judge(context: &RuleContext, stays: &[Stay], a: usize, b: usize) -> Option<Pair> {
    let (first, second) = (&stays[a], &stays[b]);
    let overlap = first.overlap(second, context.as_of())?;
    let transfer = first.shows_transfer() || second.shows_transfer();
    let tolerance =
        context.policy.overlap_tolerance(overlap.start.unwrap_or(context.as_of()), transfer);
    if overlap.days <= tolerance
        || is_stage_handover(first, second, &overlap)
        || is_stage_handover(second, first, &overlap)
    {
        return None;
    }
    let doubtful = overlap.entry_missing
        || [first, second].iter().any(|stay| {
            matches!(stay.status, EnrollmentStatus::Suspended | EnrollmentStatus::Unstated)
        })
        || names_of(context, first, second).tells_apart()
        || first.register.is_official() != second.register.is_official();
    let severity = if context.data.schools.may_be_one(first.school, second.school) {
        Severity::Info
    } else if doubtful {
        Severity::Warning
    } else {
        Severity::Error
    };
    Some(Pair { a, b, overlap, severity })
}

/// How the names on two stays agree.
fn names_of(context: &RuleContext, a: &Stay, b: &Stay) -> NameAgreement {
    let name = |stay: &Stay| {
        let enrollments = &context.data.enrollments;
        enrollments.text(enrollments.columns.name[stay.lead])
    };
    compare_names(name(a), name(b))
}

/// Pairs that share a stay are one case, told by the school year in which its overlap began.
fn into_findings(
    context: &RuleContext,
    person: u32,
    stays: &[Stay],
    pairs: Vec<Pair>,
) -> Vec<Finding> {
    let mut group: Vec<usize> = (0..stays.len()).collect();
    for pair in &pairs {
        let (from, to) = (group[pair.b], group[pair.a]);
        group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
    }
    let mut by_group: BTreeMap<usize, Vec<Pair>> = BTreeMap::new();
    for pair in pairs {
        by_group.entry(group[pair.a]).or_default().push(pair);
    }
    let mut by_year: BTreeMap<SchoolYear, Vec<Pair>> = BTreeMap::new();
    for pairs in by_group.into_values() {
        let start = pairs.iter().filter_map(|pair| pair.overlap.start).min();
        let unknown = pairs.iter().all(|pair| pair.overlap.entry_missing);
        let began = start.filter(|_| !unknown).unwrap_or(context.as_of());
        by_year.entry(SchoolYear::of(began)).or_default().extend(pairs);
    }
    by_year
        .into_iter()
        .filter_map(|(year, pairs)| finding(context, person, stays, year, &pairs))
        .collect()
}

fn finding(
    context: &RuleContext,
    person: u32,
    stays: &[Stay],
    year: SchoolYear,
    pairs: &[Pair],
) -> Option<Finding> {
    let mut involved: Vec<usize> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    involved.sort_by_key(|&at| (stays[at].entry.map(|entry| entry.first), stays[at].lead));
    involved.dedup();
    let strongest =
        pairs.iter().min_by_key(|pair| (pair.severity, std::cmp::Reverse(pair.overlap.days)))?;
    let mut rows = Vec::new();
    let mut seen = Vec::new();
    for (order, &at) in involved.iter().enumerate() {
        if seen.contains(&at) {
            continue;
        }
        seen.push(at);
        let role = if order == 0 { Role::Subject } else { Role::Counterpart };
        rows.push((RecordRef::Enrollment(stays[at].lead as u32), role));
        for &witness in &stays[at].witnesses {
            rows.push((RecordRef::Enrollment(witness as u32), Role::Witness));
        }
    }
    let mut about = context.person_key(person);
    about.push(year.to_string());
    Some(Finding {
        kind: KIND,
        severity: strongest.severity,
        confidence: 1.0,
        about,
        rows,
        reason: reason(context, person, &stays[strongest.a], &stays[strongest.b], strongest),
        money: Fen(0),
    })
}

fn reason(context: &RuleContext, person: u32, a: &Stay, b: &Stay, pair: &Pair) -> Message {
    let (school_a, school_b) = (context.school_name(a.school), context.school_name(b.school));
    let overlap = &pair.overlap;
    let leads = [a, b].map(|stay| RecordIndex::enrollment(stay.lead));
    let alike = context.persons.weakest_link(person, leads.into_iter()).is_some();
    let (zh_who, en_who) = if alike {
        ("很可能是同一名学生，", "probably one pupil is")
    } else {
        ("同一证件号的学生", "one number is")
    };
    let mut zh = format!("{zh_who}同时登记在“{school_a}”和“{school_b}”");
    let mut en = format!("{en_who} enrolled both at {school_a} and at {school_b}");
    match overlap.start {
        Some(start) if !overlap.entry_missing => {
            let least = if overlap.coarse { ("至少", "at least ") } else { ("", "") };
            zh += &format!("，{start}至{}{}重叠{}天", overlap.end, least.0, overlap.days);
            en += &format!(", from {start} to {}, {}{} days", overlap.end, least.1, overlap.days);
            if overlap.coarse {
                zh += "（日期只到月份，按最短计算）";
                en += " (dates known to the month, taken at the shortest)";
            }
        }
        _ => {
            zh += "；因缺少入学日期，无法判断从何时开始重叠";
            en += "; cannot tell since when, because an entry date is missing";
        }
    }
    for (stay, school) in [(a, school_a), (b, school_b)] {
        if stay.status == EnrollmentStatus::Suspended {
            zh += &format!("；在“{school}”为休学");
            en += &format!("; suspended at {school}");
        }
        if stay.status == EnrollmentStatus::Unstated {
            zh += &format!("；“{school}”的表没有学籍状态");
            en += &format!("; the list of {school} states no status");
        }
    }
    if names_of(context, a, b) != NameAgreement::Equal {
        zh += "；两校登记的姓名写法不同";
        en += "; the two schools write the name differently";
    }
    if a.register.is_official() != b.register.is_official() {
        zh += "；一方只见于学校名册，可能为借读";
        en +=
            "; one side stands only on a school's own list, the pupil may be a guest there (借读)";
    }
    if pair.severity == Severity::Info {
        zh += "；两个校名可能是同一所学校，仅供参考";
        en += "; the two names may be one school";
    } else {
        zh += "。请核实学生实际就读学校，另一方办理转出或注销。";
        en += ". Please confirm where the pupil studies; the other side closes its record.";
    }
    Message::new(zh, en)
}
