//! `duplicate-record` (校内重复登记): one person stands twice on one school's books in one register.
//!
//! Flags: 张三 in class 1 and class 2 of one 学籍 export, both 在读. Does not flag: 学籍 beside roster; left and
//! come back; the leaving class and the first year of the next stage in one school from July to November.
//! Needs a person and a school. Source: design, sections 3 and 6.

use rayon::prelude::*;

use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity, listed};
use crate::normalize::SchoolId;
use crate::record::{Enrollment, Fen, Language, Message, Register};

pub const ABOUT: (&str, &str) = (
    "同一人在同一学校的同一种名册中登记了两次",
    "one person stands twice on one school's books in one register",
);

/// Finds second registrations inside a school.
pub fn check(context: &RuleContext) -> Outcome {
    let findings = (0..context.persons.len() as u32)
        .into_par_iter()
        .filter(|&person| context.persons.enrollments(person).nth(1).is_some())
        .flat_map_iter(|person| check_person(context, person))
        .collect();
    Outcome { findings, ..Outcome::default() }
}

fn check_person(context: &RuleContext, person: u32) -> Vec<Finding> {
    let data = context.data;
    let mut records: Vec<(SchoolId, Register, usize)> = context
        .persons
        .enrollments(person)
        .filter(|&index| !data.enrollments.columns.status[index].is_exit())
        .filter(|&index| data.enrollments.columns.exit[index].is_none())
        .map(|index| (data.school_of(index), data.register_of(index), index))
        .filter(|(school, _, _)| *school != SchoolId(0))
        .collect();
    records.sort_unstable();
    records
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|group| group.len() > 1)
        .filter(|group| !is_handover(context, group))
        .map(|group| finding(context, person, group))
        .collect()
}

/// Two rows of neighbouring stages, July to November: the hand-over inside a nine-year school.
fn is_handover(context: &RuleContext, group: &[(SchoolId, Register, usize)]) -> bool {
    use chrono::Datelike;
    let [a, b] = group else { return false };
    let record =
        |at: &(SchoolId, Register, usize)| -> Enrollment { context.data.enrollments.get(at.2) };
    let (a, b) = (record(a), record(b));
    let stages_differ = matches!((a.stage, b.stage), (Some(a), Some(b)) if a != b);
    stages_differ && (7..=11).contains(&context.as_of().month())
}

fn finding(context: &RuleContext, person: u32, group: &[(SchoolId, Register, usize)]) -> Finding {
    let (school, register, _) = group[0];
    let mut about = context.person_key(person);
    about.push(context.school_key(school));
    about.push(format!("{register:?}"));
    let places = |language: Language| {
        let places: Vec<String> = group
            .iter()
            .map(|&(_, _, index)| {
                context.data.describe(context.data.enrollments.place(index), language)
            })
            .collect();
        listed(&places, if language == Language::Zh { "；" } else { "; " }, language)
    };
    let rows = group
        .iter()
        .enumerate()
        .map(|(order, &(_, _, index))| {
            let role = if order == 0 { Role::Subject } else { Role::Counterpart };
            (RecordRef::Enrollment(index as u32), role)
        })
        .collect();
    Finding {
        kind: CaseKind::DuplicateRecord,
        severity: Severity::Warning,
        confidence: 1.0,
        about,
        rows,
        reason: Message::new(
            format!(
                "同一学生在本校登记了{}次（{}）。请保留一条，注销其余。",
                group.len(),
                places(Language::Zh)
            ),
            format!(
                "one pupil stands {} times on the school's books ({}). Please keep one line.",
                group.len(),
                places(Language::En)
            ),
        ),
        money: Fen(0),
    }
}
