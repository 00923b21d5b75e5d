//! `paid-not-enrolled` (非在籍发放): an effective payment for an instalment to someone with no enrolment that
//! entitles to it at that school then: never enrolled, left, suspended, elsewhere, wrong stage or year.
//!
//! Flags: withdrawn on 2025-09-20, paid for November. Does not flag: paid for the month of leaving; a school
//! none of whose registers is among the inputs; a payment whose number is spoiled (that is `invalid-id`).
//! Needs a person, a school, a known programme and a period. Source: design, section 6; domain, section 5.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::payments::{Paid, ProgrammeKey};
use super::repeat_payment::programme_name;
use super::stays::{End, Stay, stays_of};
use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity};
use crate::identity::RecordIndex;
use crate::normalize::SchoolId;
use crate::policy::Programme;
use crate::record::{Fen, Message, PaymentStatus, SchoolYear, Stage, Term};

pub const ABOUT: (&str, &str) = (
    "发放期间该生在发放学校没有可享受该项目的学籍：从未在籍、已离校、休学、在他校、学段或年级不符",
    "paid for a period in which the pupil had no enrolment at that school that entitles to it",
);

const KIND: CaseKind = CaseKind::PaidNotEnrolled;

/// Why an instalment was not due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Left,
    Suspended,
    NotYetEntered,
    WrongStage,
    WrongYear,
    Elsewhere,
    Never,
}

/// One payment that no enrolment entitles to.
struct Undue {
    paid: Paid,
    why: Why,
    severity: Severity,
    roster: Vec<usize>,
    /// What of the payment is for this instalment; one row may pay several months.
    money: Fen,
}

enum Verdict {
    Due,
    Undue(Why, Severity),
    /// A date is missing: cannot be told.
    Unknown,
}

/// Finds payments to pupils who were not there.
pub fn check(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    let covered = covered_stages(context);
    let mut undue: Vec<Undue> = Vec::new();
    for group in context.paid.entries.chunk_by(|a, b| a.person == b.person) {
        check_person(context, &covered, group, &mut undue, &mut outcome);
    }
    let namesakes = namesakes_without_pay(context, &undue);
    let mut cases: BTreeMap<(u32, SchoolId, SchoolYear, Option<Term>), Vec<Undue>> =
        BTreeMap::new();
    for mut one in undue {
        let index = one.paid.payment as usize;
        let school = context.data.paying_school(index);
        if matches!(one.why, Why::Never | Why::Elsewhere) {
            let name = context.data.payments.text(context.data.payments.columns.name[index]);
            match namesakes.get(&(school, name)) {
                Some(false) => {
                    let sheet = context.data.payments.columns.sheet[index];
                    outcome.not_checked(KIND, Some(sheet), school, same_name_no_number(), 1);
                    continue;
                }
                Some(true) => one.severity = one.severity.max(Severity::Warning),
                None => {}
            }
        }
        let slot = one.paid.instalment;
        cases
            .entry((one.paid.person, school, slot.school_year, slot.term(context.policy)))
            .or_default()
            .push(one);
    }
    for ((person, school, year, term), undue) in cases {
        outcome.findings.push(finding(context, person, school, year, term, &undue));
    }
    outcome
}

fn same_name_no_number() -> Message {
    Message::new(
        "本校有同名学生没有可用证件号，无法判断是否同一人",
        "the school has a pupil of that name without a usable number; cannot tell whether it is the same",
    )
}

/// The stages that the standing enrolment records of each school cover; `None` covers any.
struct Covered {
    stages: FxHashSet<(SchoolId, Option<Stage>)>,
    schools: FxHashSet<SchoolId>,
    /// Schools of which a list was not read to its end: it proves nobody's absence.
    in_part: FxHashSet<SchoolId>,
}

fn covered_stages(context: &RuleContext) -> Covered {
    let in_part = context.read_in_part.clone();
    let stages: FxHashSet<_> = (0..context.data.enrollments.len())
        .filter(|&index| context.standing.holds(index))
        .map(|index| (context.data.school_of(index), context.data.enrollments.columns.stage[index]))
        .filter(|(school, _)| !in_part.contains(school))
        .collect();
    let schools = stages.iter().map(|&(school, _)| school).collect();
    Covered { stages, schools, in_part }
}

impl Covered {
    fn holds(&self, school: SchoolId, stages: &[Stage]) -> bool {
        school != SchoolId(0)
            && (self.stages.contains(&(school, None))
                || stages.iter().any(|&stage| self.stages.contains(&(school, Some(stage)))))
    }

    /// Why the payments of a school that is not covered cannot be held against a list.
    fn why_not(&self, school: SchoolId) -> Message {
        if school == SchoolId(0) {
            Message::new(
                "发放表没有写明学校（列、标题、工作表名、文件名中都没有），无法对照学籍",
                "no column, title or name says which school paid",
            )
        } else if self.in_part.contains(&school) {
            Message::new(
                "发放学校有名单未能读完，不能据此判断谁不在籍",
                "a list of the paying school was not read to its end and proves nobody's absence",
            )
        } else if self.schools.contains(&school) {
            Message::new(
                "有发放学校的学籍或名册，但没有该项目所属学段的学生",
                "the registers and rosters of the paying school hold no pupil of the programme's stage",
            )
        } else {
            Message::new(
                "没有发放学校的学籍或名册",
                "no register or roster of the paying school is among the inputs",
            )
        }
    }
}

fn check_person(
    context: &RuleContext,
    covered: &Covered,
    group: &[Paid],
    undue: &mut Vec<Undue>,
    outcome: &mut Outcome,
) {
    let person = group[0].person;
    let mut stays: Option<Vec<Stay>> = None;
    for &paid in group {
        let ProgrammeKey::Known(id) = paid.programme else {
            let index = paid.payment as usize;
            let name = programme_name(context, paid.programme);
            let reason = Message::new(
                format!(
                    "项目“{name}”不在政策目录中，只查重复；可在 aidcheck.toml 的 [[programme]] 中添加"
                ),
                format!("programme “{name}” is not in the policy; add it in aidcheck.toml"),
            );
            let sheet = context.data.payments.columns.sheet[index];
            outcome.not_checked(KIND, Some(sheet), context.data.paying_school(index), reason, 1);
            continue;
        };
        let programme = context.policy.programme(id);
        if !programme.check_enrolment {
            continue;
        }
        let index = paid.payment as usize;
        let sheet = context.data.payments.columns.sheet[index];
        let school = context.data.paying_school(index);
        if !covered.holds(school, &programme.stages) {
            let reason = covered.why_not(school);
            outcome.not_checked(KIND, Some(sheet), school, reason, 1);
            continue;
        }
        let stays = stays.get_or_insert_with(|| stays_of(context, person));
        if stays.is_empty() && !has_own_number(context, index) {
            let reason = Message::new(
                "证件号不可用，在本校也对不上唯一的学生",
                "no usable number, and no one pupil of the school that it can be",
            );
            outcome.not_checked(KIND, Some(sheet), school, reason, 1);
            continue;
        }
        match judge(context, programme, paid, school, stays) {
            Verdict::Due => {}
            Verdict::Unknown => {
                let reason = Message::new(
                    "缺少离校或休学日期",
                    "the date of leaving or suspension is missing",
                );
                outcome.not_checked(KIND, Some(sheet), school, reason, 1);
            }
            Verdict::Undue(why, severity) => {
                let here: Vec<usize> = stays
                    .iter()
                    .filter(|stay| stay.school == school)
                    .map(|stay| stay.lead)
                    .collect();
                let roster = if here.is_empty() {
                    stays.iter().map(|stay| stay.lead).collect()
                } else {
                    here
                };
                let instalments =
                    group.iter().filter(|other| other.payment == paid.payment).count() as i64;
                let amount = context.data.payments.columns.amount[index];
                let money = Fen(amount.0 / instalments.max(1));
                let severity = if is_doubtful(context, index) {
                    severity.max(Severity::Warning)
                } else {
                    severity
                };
                undue.push(Undue { paid, why, severity, roster, money });
            }
        }
    }
}

/// Whether the payment's number is its own and nobody else's: no dummy, no conflict.
fn has_own_number(context: &RuleContext, payment: usize) -> bool {
    let Some(number) = context.data.payments.columns.number[payment] else { return false };
    let record = RecordIndex::payment(payment);
    !context.persons.is_conflicted(number)
        && !context.persons.dummies.iter().any(|(_, records)| records.contains(&record))
}

/// Whether nobody can tell that the payment was made: its status is not understood.
fn is_doubtful(context: &RuleContext, payment: usize) -> bool {
    context.data.payments.columns.status[payment] == PaymentStatus::Unclear
}

fn judge(
    context: &RuleContext,
    programme: &Programme,
    paid: Paid,
    school: SchoolId,
    stays: &[Stay],
) -> Verdict {
    let (first, last) = paid.instalment.dates(context.policy);
    if first > context.as_of() {
        return Verdict::Unknown;
    }
    let doubtful = |severity: Severity| if paid.inferred { Severity::Warning } else { severity };
    let here: Vec<&Stay> = stays
        .iter()
        .filter(|stay| {
            stay.school == school || context.data.schools.may_be_one(stay.school, school)
        })
        .collect();
    if here.is_empty() {
        let why = if stays.is_empty() { Why::Never } else { Why::Elsewhere };
        return Verdict::Undue(why, doubtful(Severity::Error));
    }
    let mut undated = None;
    let mut whys = Vec::new();
    for stay in here {
        if !stay.may_touch(first, last) {
            let entered_later = stay.entry.is_some_and(|entry| entry.first > last);
            whys.push(if entered_later { Why::NotYetEntered } else { Why::Left });
            continue;
        }
        if !entitles(programme, stay) {
            whys.push(Why::WrongStage);
            continue;
        }
        if !entitles_year(programme, paid, first, stay, context.as_of()) {
            whys.push(Why::WrongYear);
            continue;
        }
        match (stay.suspended_throughout(first), stay.end) {
            (Some(true), _) => whys.push(Why::Suspended),
            (None, _) => undated = Some(Why::Suspended),
            (_, End::UnknownExit) => undated = Some(Why::Left),
            _ => return Verdict::Due,
        }
    }
    if let Some(why) = undated {
        // Suspended or left on an unknown day: a question, and only where the day is likely to matter.
        let as_of = context.as_of();
        let asked = match why {
            Why::Suspended => paid.instalment.school_year == SchoolYear::of(as_of),
            _ => last >= as_of,
        };
        return if asked { Verdict::Undue(why, Severity::Warning) } else { Verdict::Unknown };
    }
    match whys.into_iter().min() {
        Some(why) => Verdict::Undue(why, doubtful(Severity::Error)),
        None => Verdict::Due,
    }
}

/// Whether the programme is for the stay's stage; a special school may be any.
fn entitles(programme: &Programme, stay: &Stay) -> bool {
    match stay.stage {
        Some(stage) => {
            programme.stages.is_empty()
                || programme.stages.contains(&stage)
                || stage == Stage::Special
        }
        None => true,
    }
}

/// Whether the programme was for the year in the stage that the pupil was in when the instalment began:
/// the year of the record, less the school years since. True where the policy or the record does not say.
fn entitles_year(
    programme: &Programme,
    paid: Paid,
    first: NaiveDate,
    stay: &Stay,
    as_of: NaiveDate,
) -> bool {
    let since = i32::from(SchoolYear::of(as_of).0) - i32::from(paid.instalment.school_year.0);
    let year = i32::from(stay.grade.year) - since;
    let Ok(year @ 1..) = u8::try_from(year) else { return true };
    // Systems promote between August and October: a list of those months may show either year.
    let promoting = (8..=10).contains(&as_of.month());
    let variant = programme.variants.get(usize::from(paid.variant)).map(|variant| &variant.id);
    let levels: Vec<_> = programme
        .level_on(first)
        .into_iter()
        .filter(|level| level.stage.is_none() || stay.stage.is_none() || level.stage == stay.stage)
        .filter(|level| {
            level.variant.is_none() || variant.is_none() || level.variant.as_ref() == variant
        })
        .collect();
    levels.is_empty()
        || levels.iter().any(|level| {
            level.entitles_year(year)
                || (promoting && (level.entitles_year(year + 1) || level.entitles_year(year - 1)))
        })
}

/// Enrolled pupils of the paying school who bear the name of somebody not found there by number: whether
/// every such record has a usable number (`true`) or some has none (`false`).
fn namesakes_without_pay<'a>(
    context: &'a RuleContext,
    undue: &[Undue],
) -> FxHashMap<(SchoolId, &'a str), bool> {
    let data = context.data;
    let wanted: FxHashSet<(SchoolId, &str)> = undue
        .iter()
        .filter(|undue| matches!(undue.why, Why::Never | Why::Elsewhere))
        .map(|undue| {
            let index = undue.paid.payment as usize;
            (data.paying_school(index), data.payments.text(data.payments.columns.name[index]))
        })
        .collect();
    let mut found = FxHashMap::default();
    if wanted.is_empty() {
        return found;
    }
    for index in (0..data.enrollments.len()).filter(|&index| context.standing.holds(index)) {
        let key =
            (data.school_of(index), data.enrollments.text(data.enrollments.columns.name[index]));
        if wanted.contains(&key) {
            let numbered = data.enrollments.columns.number[index].is_some();
            *found.entry(key).or_insert(true) &= numbered;
        }
    }
    found
}

fn finding(
    context: &RuleContext,
    person: u32,
    school: SchoolId,
    year: SchoolYear,
    term: Option<Term>,
    undue: &[Undue],
) -> Finding {
    let mut payments: Vec<u32> = undue.iter().map(|one| one.paid.payment).collect();
    payments.sort_unstable();
    payments.dedup();
    let mut roster: Vec<usize> = undue.iter().flat_map(|one| one.roster.iter().copied()).collect();
    roster.sort_unstable();
    roster.dedup();
    let mut rows: Vec<(RecordRef, Role)> =
        payments.iter().map(|&payment| (RecordRef::Payment(payment), Role::Subject)).collect();
    rows.extend(roster.iter().map(|&index| (RecordRef::Enrollment(index as u32), Role::Roster)));
    let severity = undue.iter().map(|one| one.severity).min().unwrap_or(Severity::Warning);
    let why = undue.iter().map(|one| one.why).min().unwrap_or(Why::Never);
    let money: Fen = undue.iter().map(|one| one.money).sum();
    let mut about = context.person_key(person);
    about.push(context.school_key(school));
    about.push(year.to_string());
    about.push(
        term.map_or("", |term| if term == Term::Autumn { "autumn" } else { "spring" }).to_string(),
    );
    let mut slots: Vec<_> =
        undue.iter().map(|one| (one.paid.programme, one.paid.instalment)).collect();
    slots.sort_unstable();
    slots.dedup();
    let (zh_slots, en_slots): (Vec<String>, Vec<String>) = slots
        .chunk_by(|a, b| a.0 == b.0)
        .map(|slots| {
            let name = programme_name(context, slots[0].0);
            let zh: Vec<String> = slots.iter().map(|(_, slot)| slot.chinese()).collect();
            let en: Vec<String> = slots.iter().map(|(_, slot)| slot.to_string()).collect();
            (format!("“{name}”{}", zh.join("、")), format!("{name} {}", en.join(", ")))
        })
        .unzip();
    let (zh_why, en_why) = describe(context, why, &roster);
    Finding {
        kind: KIND,
        severity,
        confidence: 1.0,
        about,
        rows,
        reason: Message::new(
            format!(
                "{}已发放{money}元，但{zh_why}。请核实该生当时是否在校，不应发放的应追回。",
                zh_slots.join("；")
            ),
            format!(
                "{money} yuan paid ({}), but {en_why}. Please confirm whether the pupil was there.",
                en_slots.join("; ")
            ),
        ),
        money,
    }
}

fn describe(context: &RuleContext, why: Why, roster: &[usize]) -> (String, String) {
    let record = roster.first().map(|&index| context.data.enrollments.get(index));
    let exit = record.and_then(|record| record.exit).map_or(String::new(), |date| date.to_string());
    let since =
        record.and_then(|record| record.suspended).map_or(String::new(), |date| date.to_string());
    let entry =
        record.and_then(|record| record.entry).map_or(String::new(), |date| date.to_string());
    match why {
        Why::Left if exit.is_empty() => (
            "该生已离校，离校日期未填，无法判断发放时是否在校".into(),
            "the pupil has left on a day not given".into(),
        ),
        Why::Left => (format!("该生已于{exit}离校"), format!("the pupil left on {exit}")),
        Why::Suspended if since.is_empty() => (
            "该生为休学状态，休学日期未填，无法判断发放时是否已休学".into(),
            "the pupil is suspended since a day not given".into(),
        ),
        Why::Suspended => {
            (format!("该生自{since}起休学"), format!("the pupil is suspended since {since}"))
        }
        Why::NotYetEntered => {
            (format!("该生{entry}才入学"), format!("the pupil entered only on {entry}"))
        }
        Why::WrongStage => {
            ("该生的学段不属于该项目".into(), "the programme is not for the pupil's stage".into())
        }
        Why::WrongYear => (
            "该生当时所在年级不在该项目的资助范围内".into(),
            "the programme was not for the year that the pupil was in".into(),
        ),
        Why::Elsewhere => {
            let school = roster
                .first()
                .map_or("", |&index| context.school_name(context.data.school_of(index)));
            (
                format!("该生不在本校，学籍在“{school}”"),
                format!("the pupil is enrolled at {school}, not here"),
            )
        }
        Why::Never => {
            ("学籍和名册中都没有该生".into(), "the pupil stands on no register or roster".into())
        }
    }
}
