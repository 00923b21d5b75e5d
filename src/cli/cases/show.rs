//! `cases show`, `explain`, `history` and `verify-log`.

use std::fmt::Write;

use chrono::{DateTime, Local};
use serde_json::json;

use aidcheck::cases::CaseRow;
use aidcheck::cases::store::CaseDetail;
use aidcheck::record::{Fen, Language};

use super::super::{Voice, say};
use super::Desk;
use super::arguments::{OneArguments, StoreArguments};

/// A case in full.
pub fn show(arguments: &OneArguments, store: &StoreArguments, voice: Voice) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let case = desk.store.detail(desk.find(&arguments.case)?).map_err(desk.stop())?;
    if store.json {
        say(&serde_json::to_string_pretty(&as_json(&case, desk.language))?)?;
        return Ok(0);
    }
    let mut text = head(&case, &desk);
    text += &rows(&case, &desk);
    for waiver in &case.waivers {
        let ended = waiver.ended.as_deref().unwrap_or_default();
        let _ = match desk.language {
            Language::Zh => writeln!(
                text,
                "豁免：{}（{}，{} 至 {}{}）",
                waiver.reason,
                waiver.user,
                waiver.since,
                waiver.until,
                if ended.is_empty() { String::new() } else { format!("，已于 {ended} 结束") }
            ),
            Language::En => writeln!(
                text,
                "Waiver: {} ({}, {} to {}{})",
                waiver.reason,
                waiver.user,
                waiver.since,
                waiver.until,
                if ended.is_empty() { String::new() } else { format!(", ended {ended}") }
            ),
        };
    }
    for reply in &case.replies {
        let _ = writeln!(
            text,
            "{}：{} {} {}（{} {}）",
            desk.say("答复", "Answer"),
            reply.school_name,
            reply.answer,
            reply.note,
            reply.person,
            reply.answered_on
        );
    }
    voice.say(text.trim_end())?;
    Ok(0)
}

/// The reason, the rows and the lists behind a case.
pub fn explain(
    arguments: &OneArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let case = desk.store.detail(desk.find(&arguments.case)?).map_err(desk.stop())?;
    if store.json {
        say(&serde_json::to_string_pretty(&as_json(&case, desk.language))?)?;
        return Ok(0);
    }
    let mut text = head(&case, &desk);
    text += &rows(&case, &desk);
    if let Some(evidence) = &case.evidence {
        text += desk.say("为什么是同一人：\n", "Why they are one person:\n");
        text += evidence.get(desk.language);
        text += "\n";
    }
    text += desk.say("依据的名单：\n", "It rests on:\n");
    for basis in &case.basis {
        let list = basis.ground.describe(school_name(&case, basis.ground.school()));
        let date = basis.export.said.map_or(String::new(), |day| format!(" ({day})"));
        let _ = writeln!(text, "  {}{date}", list.get(desk.language));
    }
    voice.say(text.trim_end())?;
    Ok(0)
}

/// All entries of the log about a case.
pub fn history(
    arguments: &OneArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let case = desk.find(&arguments.case)?;
    let entries = desk.store.log_of(Some(case)).map_err(desk.stop())?;
    if store.json {
        say(&serde_json::to_string_pretty(&entries)?)?;
        return Ok(0);
    }
    for entry in &entries {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail)?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
        let why = &detail["why"][desk.say("zh", "en")];
        let why = if why.is_null() { text(&detail["reason"]) } else { text(why) };
        let extra: Vec<String> = ["until", "to", "school", "answer", "note", "due_on"]
            .iter()
            // The state a case went to is the action itself.
            .filter(|&&key| key != "to" || entry.action == "assigned")
            .map(|key| text(&detail[*key]))
            .filter(|text| !text.is_empty())
            .collect();
        let line = format!(
            "{}  {}  {}  {why} {}",
            local(&entry.at),
            entry.user,
            action(&entry.action, desk.language),
            extra.join(" ")
        );
        voice.say(line.trim_end())?;
    }
    Ok(0)
}

/// A moment as people read it: local time to the second. The log keeps it as it was written.
fn local(moment: &str) -> String {
    match DateTime::parse_from_rfc3339(moment) {
        Ok(moment) => moment.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => moment.to_string(),
    }
}

/// Proves the log; exit 1 if it is not whole.
pub fn verify_log(store: &StoreArguments, voice: Voice) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let proof = desk.store.verify_log().map_err(desk.stop())?;
    if store.json {
        let json = json!({
            "entries": proof.entries, "head": proof.head, "broken_at": proof.broken_at,
        });
        say(&serde_json::to_string_pretty(&json)?)?;
    } else {
        let text = match (proof.broken_at, desk.language) {
            (None, Language::Zh) => {
                format!("日志完整：{} 条，末条哈希 {}", proof.entries, proof.head)
            }
            (None, Language::En) => {
                format!("The log is whole: {} entries, last hash {}", proof.entries, proof.head)
            }
            (Some(entry), Language::Zh) => {
                format!("日志被改动：第 {entry} 条与其前不相连；请从备份恢复并查明原因")
            }
            (Some(entry), Language::En) => format!(
                "The log was changed: entry {entry} does not follow from those before it; restore a backup and find out why"
            ),
        };
        voice.say(&text)?;
    }
    Ok(u8::from(proof.broken_at.is_some()))
}

/// Number, kind, state and reason.
fn head(case: &CaseDetail, desk: &Desk) -> String {
    let line = &case.line;
    let language = desk.language;
    let (kind, severity, status) = match language {
        Language::Zh => (line.kind.chinese(), line.severity.chinese(), line.status.chinese()),
        Language::En => (line.kind.name(), line.severity.name(), line.status.name()),
    };
    let mut text = format!("{}  {}  {kind}  {severity}  {status}\n", line.number, line.id);
    let mut add = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let _ = match language {
                Language::Zh => writeln!(text, "{zh}：{value}"),
                Language::En => writeln!(text, "{en}: {value}"),
            };
        }
    };
    add("首见", "First seen", &line.first_seen.to_string());
    add("末见", "Last seen", &line.last_seen.to_string());
    if line.money != 0 {
        add("金额", "Amount", &Fen(line.money).to_string());
    }
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    add("交给", "Assigned to", &or_empty(&line.assigned));
    add("发出", "Sent", &or_empty(&line.sent_on));
    add("答复期限", "Answer due", &or_empty(&line.due_on));
    add("上报", "Escalated", &or_empty(&line.escalated_on));
    add("问题", "Reason", case.reason.get(language));
    if let Some(why) = &case.why {
        add("状态说明", "Why it stands so", why.get(language));
    }
    if let Some(unchecked) = &case.unchecked {
        add("注意", "Careful", unchecked.get(language));
    }
    text
}

/// The records of a case, as last seen.
fn rows(case: &CaseDetail, desk: &Desk) -> String {
    let mut text = String::from(desk.say("记录：\n", "Records:\n"));
    for row in &case.rows {
        let _ = writeln!(text, "  {}", row_line(row, desk.language));
    }
    text
}

/// The name of a school of the case for people.
fn school_name<'a>(case: &'a CaseDetail, key: &'a str) -> &'a str {
    let row = case.rows.iter().find(|row| row.school_key() == key);
    row.map(|row| row.school_name.as_str()).filter(|name| !name.is_empty()).unwrap_or(key)
}

fn row_line(row: &CaseRow, language: Language) -> String {
    let role = match language {
        Language::Zh => row.role.chinese(),
        Language::En => row.role.name(),
    };
    let place = row.source.as_ref().map_or(String::new(), |source| match source.sheet.as_str() {
        "" => format!("{}:{}", source.file, source.row),
        sheet => format!("{} [{sheet}]:{}", source.file, source.row),
    });
    let mut parts = vec![
        role.to_string(),
        row.school_name.clone(),
        row.name.clone(),
        row.id_number.clone(),
        format!("{}{}", row.grade, row.class),
    ];
    parts.extend(row.enrollment_status.map(|status| status.chinese().to_string()));
    if row.valid_from.is_some() || row.valid_to.is_some() {
        let day = |date: Option<_>| {
            date.map_or(String::new(), |date: aidcheck::record::DateRange| date.to_string())
        };
        parts.push(format!("{}～{}", day(row.valid_from), day(row.valid_to)));
    }
    parts.push(row.programme.clone());
    parts.extend(row.amount.map(|amount| amount.to_string()));
    parts.extend(row.pay_date.map(|date| date.to_string()));
    parts.push(place);
    parts.retain(|part| !part.is_empty());
    parts.join("  ")
}

fn as_json(case: &CaseDetail, language: Language) -> serde_json::Value {
    let rows: Vec<_> = case
        .rows
        .iter()
        .map(|row| {
            json!({
                "role": row.role.name(), "school_code": row.school_code,
                "school_name": row.school_name, "grade": row.grade, "class": row.class,
                "name": row.name, "id_number": row.id_number,
                "student_number": row.student_number, "programme": row.programme,
                "amount": row.amount.map(|amount| amount.to_string()),
                "pay_date": row.pay_date.map(|date| date.to_string()),
                "enrollment_status": row.enrollment_status,
                "valid_from": row.valid_from.map(|date| date.to_string()),
                "valid_to": row.valid_to.map(|date| date.to_string()),
                "source_file": row.source.as_ref().map(|source| &source.file),
                "source_sheet": row.source.as_ref().map(|source| &source.sheet),
                "source_row": row.source.as_ref().map(|source| source.row),
            })
        })
        .collect();
    let basis: Vec<_> = case
        .basis
        .iter()
        .map(|basis| {
            json!({
                "list": basis.ground.describe(school_name(case, basis.ground.school())).get(language),
                "export_date": basis.export.said.map(|day| day.to_string()),
            })
        })
        .collect();
    json!({
        "case": case.line, "reason": case.reason.get(language),
        "why": case.why.as_ref().map(|why| why.get(language)),
        "not_re_checked": case.unchecked.as_ref().map(|why| why.get(language)),
        "rows": rows, "basis": basis, "waivers": case.waivers, "replies": case.replies,
    })
}

fn action(name: &str, language: Language) -> &str {
    if language == Language::En {
        return name;
    }
    match name {
        "opened" => "立案",
        "open" => "未结",
        "sent" => "发给学校",
        "answered" => "学校答复",
        "waived" => "豁免",
        "resolved" => "不再存在",
        "reopened" => "重新打开",
        "closed" => "结案",
        "assigned" => "交办",
        "escalated" => "上报",
        other => other,
    }
}
