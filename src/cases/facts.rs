//! The facts under a case: who, where, since when, how much. They do not change with files, rows or
//! order, and a waiver holds only while they are the same.

use chrono::Datelike;
use sha2::{Digest, Sha256};

use super::{Basis, CaseRow, Ground};
use crate::record::{DateRange, Message, Term};
use crate::rules::{CaseKind, Role};

/// The facts of a case as lines `who where: what`, in order, each once. Rows that only stand beside
/// the case (`witness`, `roster`) say nothing new; `consequence` adds money and counts.
pub fn facts_of(kind: CaseKind, rows: &[&CaseRow]) -> Vec<String> {
    let mut facts: Vec<String> = rows
        .iter()
        .filter(|row| !row.stands_beside() || row.role == Role::Consequence)
        .map(|row| fact(kind, row))
        .collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}

fn fact(kind: CaseKind, row: &CaseRow) -> String {
    let who = if row.id_number.is_empty() { &row.name } else { &row.id_number };
    let mut what = Vec::new();
    if kind == CaseKind::HeadcountMismatch {
        // Its figures stand in the sentence alone.
        what.push(row.reason.zh.to_string());
    }
    if let Some(status) = row.enrollment_status {
        let mut stay = status.chinese().to_string();
        if row.valid_from.is_some() || row.valid_to.is_some() {
            let day = |date: Option<DateRange>| date.map_or(String::new(), |date| date.to_string());
            stay += &format!(" {}～{}", day(row.valid_from), day(row.valid_to));
        }
        what.push(stay);
    }
    if let Some(amount) = row.amount {
        let year = row.period.school_year.map_or(String::new(), |year| year.to_string());
        let term = row.period.term.map_or("", |term| match term {
            Term::Autumn => "秋季",
            Term::Spring => "春季",
        });
        let months: Vec<String> =
            row.period.calendar_months().map(|(_, month)| format!("{month}月")).collect();
        let day = row.pay_date.map_or(String::new(), |day| format!(" 发放于{day}"));
        let programme = &row.programme;
        what.push(format!("{programme} {year}{term}{} {amount}元{day}", months.join("")));
    }
    format!("{who} {}：{}", row.school_key(), what.join("，"))
}

/// What changed between two lists of facts; `None` if nothing did.
pub fn difference(before: &[String], now: &[String]) -> Option<Message> {
    /// More changes than these are counted.
    const SHOWN: usize = 3;
    let gone: Vec<&String> = before.iter().filter(|fact| !now.contains(fact)).collect();
    let come: Vec<&String> = now.iter().filter(|fact| !before.contains(fact)).collect();
    if gone.is_empty() && come.is_empty() {
        return None;
    }
    let listed = |facts: &[&String]| {
        let shown: Vec<&str> = facts.iter().take(SHOWN).map(|fact| fact.as_str()).collect();
        let rest = facts.len().saturating_sub(SHOWN);
        format!(
            "{}{}",
            shown.join("；"),
            if rest > 0 { format!("…（+{rest}）") } else { String::new() }
        )
    };
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if !gone.is_empty() {
        zh.push(format!("原为：{}", listed(&gone)));
        en.push(format!("before: {}", listed(&gone)));
    }
    if !come.is_empty() {
        zh.push(format!("现为：{}", listed(&come)));
        en.push(format!("now: {}", listed(&come)));
    }
    Some(Message::new(zh.join("；"), en.join("; ")))
}

/// A hash over everything that is stored of a case as it was seen, rows and sources included: what is
/// equal need not be written again.
pub fn sight_of(parts: &[&str], basis: &[Basis], rows: &[&CaseRow]) -> String {
    let mut digest = Sha256::new();
    let mut put = |bytes: &[u8]| {
        digest.update(bytes);
        digest.update([0x1f]);
    };
    for part in parts {
        put(part.as_bytes());
    }
    for Basis { ground, export } in basis {
        match ground {
            Ground::Register { register, school, grade, class, name, number } => {
                put(&[b'r', *register as u8]);
                [school, grade, class, name, number].iter().for_each(|text| put(text.as_bytes()));
            }
            Ground::Payments { school, programme, time, lists } => {
                put(b"p");
                [school, programme, time].iter().for_each(|text| put(text.as_bytes()));
                put(&lists.to_le_bytes());
            }
            Ground::Count { school, day } => {
                put(b"c");
                [school, day].iter().for_each(|text| put(text.as_bytes()));
            }
        }
        put(&export.said.map_or(0, |day| day.num_days_from_ce()).to_le_bytes());
        put(&export.modified.unwrap_or(0).to_le_bytes());
    }
    for row in rows {
        for text in [
            row.role.name(),
            &row.school_code,
            &row.school_name,
            &row.grade,
            &row.class,
            &row.name,
            &row.id_number,
            &row.student_number,
            &row.programme,
        ] {
            put(text.as_bytes());
        }
        let (file, sheet, place) = row
            .source
            .as_ref()
            .map_or(("", "", 0), |source| (&*source.file, &*source.sheet, source.row));
        put(file.as_bytes());
        put(sheet.as_bytes());
        put(&place.to_le_bytes());
        let day = |date: Option<DateRange>| {
            date.map_or([0, 0], |date| {
                [date.first.num_days_from_ce(), date.last.num_days_from_ce()]
            })
        };
        for dates in [row.pay_date, row.valid_from, row.valid_to] {
            day(dates).iter().for_each(|day| put(&day.to_le_bytes()));
        }
        put(&row.amount.map_or(i64::MIN, |amount| amount.0).to_le_bytes());
        put(&row.period.school_year.map_or(0, |year| year.0).to_le_bytes());
        put(&row.period.months.to_le_bytes());
        // Closed sets by their place; 255 says nothing.
        put(&[
            row.period.term.map_or(255, |term| term as u8),
            row.stage.map_or(255, |stage| stage as u8),
            row.enrollment_status.map_or(255, |status| status as u8),
            row.register.map_or(255, |register| register as u8),
        ]);
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
