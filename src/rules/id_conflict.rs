//! `id-conflict` (一号多人): one usable number, but names neither equal nor variants nor homophones, and
//! birth date or sex differs.
//!
//! Flags: number …1012 on 王浩宇 (male, 2012-03-05) and on 李欣怡 (female, 2013-07-01). Does not flag: 张三 and
//! 章三; one child under a former name. Needs a name, a number and birth date or sex on two records.
//! Source: design, sections 6 and 7; GB 11643-1999 gives one number to one person.

use std::collections::BTreeSet;

use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity, listed};
use crate::identity::RecordIndex;
use crate::record::{Fen, Language, Message};

pub const ABOUT: (&str, &str) = (
    "同一个有效证件号登记了姓名明显不同、且出生日期或性别不同的人",
    "one usable number on clearly different names with differing birth date or sex",
);

/// One case per number that clearly different people carry.
pub fn check(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    for conflict in &context.persons.conflicts {
        let mut records: Vec<RecordIndex> = conflict.people.iter().flatten().copied().collect();
        records.sort_unstable();
        let only_payments = records.iter().all(|record| record.as_payment().is_some());
        let rows = records
            .iter()
            .filter_map(|record| match (record.as_enrollment(), record.as_payment()) {
                (Some(index), _) => Some((RecordRef::Enrollment(index as u32), Role::Subject)),
                (_, Some(index)) => {
                    let role = if only_payments { Role::Subject } else { Role::Consequence };
                    Some((RecordRef::Payment(index as u32), role))
                }
                _ => None,
            })
            .collect();
        let schools: BTreeSet<&str> = records
            .iter()
            .map(|record| match (record.as_enrollment(), record.as_payment()) {
                (Some(index), _) => context.school_name(context.data.school_of(index)),
                (_, Some(index)) => context.school_name(context.data.paying_school(index)),
                _ => "",
            })
            .filter(|name| !name.is_empty())
            .collect();
        let schools: Vec<String> = schools.into_iter().map(String::from).collect();
        outcome.findings.push(Finding {
            kind: CaseKind::IdConflict,
            severity: Severity::Warning,
            confidence: 1.0,
            about: vec![conflict.number.to_string()],
            rows,
            reason: Message::new(
                format!(
                    "同一个证件号登记在{}个姓名明显不同、出生日期或性别也不同的学生名下（{}）。请对照户口簿核实本校学生的证件号。",
                    conflict.people.len(),
                    listed(&schools, "、", Language::Zh)
                ),
                format!(
                    "one number stands on {} people whose names clearly differ, and birth date or sex too ({}). Please check your pupil's number against the household register.",
                    conflict.people.len(),
                    listed(&schools, ", ", Language::En)
                ),
            ),
            money: Fen(0),
        });
    }
    outcome
}
