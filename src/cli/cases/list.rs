//! `cases list` and `cases export`.

use std::io::Write;

use chrono::Days;
use comfy_table::{Table, presets};

use aidcheck::cases::create_private;
use aidcheck::cases::store::{CaseFilter, CaseLine};
use aidcheck::record::{Fen, Language};
use aidcheck::report::guarded;

use super::super::{Stop, Voice, say};
use super::Desk;
use super::arguments::{ExportArguments, FilterArguments, ListArguments};

const COLUMNS: [&str; 16] = [
    "case_number",
    "case_id",
    "kind",
    "severity",
    "status",
    "first_seen",
    "last_seen",
    "schools",
    "people",
    "amount",
    "assigned",
    "sent_on",
    "due_on",
    "escalated_on",
    "answered_on",
    "not_re_checked",
];

/// Lists cases, the newest first.
pub fn list(arguments: &ListArguments, voice: Voice) -> anyhow::Result<u8> {
    let desk = Desk::to_read(&arguments.store, voice)?;
    let filter = filter(&arguments.filter, &desk);
    let limit = Some(arguments.limit).filter(|&limit| limit > 0);
    let lines = desk.store.list(&filter, limit).map_err(desk.stop())?;
    if arguments.store.json {
        say(&serde_json::to_string_pretty(&lines)?)?;
        return Ok(0);
    }
    if arguments.store.csv {
        say(String::from_utf8(csv_of(&lines)?)?.trim_end())?;
        return Ok(0);
    }
    if lines.is_empty() {
        voice.say(desk.say("没有符合条件的案件。", "No case fits."))?;
        return Ok(0);
    }
    voice.say(&table(&lines, desk.language).to_string())?;
    if limit.is_some_and(|limit| lines.len() as u64 >= u64::from(limit)) {
        let all = desk.store.count(&filter).map_err(desk.stop())?;
        let rest = all.saturating_sub(lines.len() as u64);
        if rest > 0 {
            voice.say(&match desk.language {
                Language::Zh => format!("…… 另有 {rest} 件，加 --limit 0 列出全部"),
                Language::En => format!("… and {rest} more; --limit 0 lists all"),
            })?;
        }
    }
    Ok(0)
}

/// Writes the list of cases, as CSV unless JSON is asked for.
pub fn export(arguments: &ExportArguments, voice: Voice) -> anyhow::Result<u8> {
    let desk = Desk::to_read(&arguments.store, voice)?;
    let lines = desk.store.list(&filter(&arguments.filter, &desk), None).map_err(desk.stop())?;
    let bytes =
        if arguments.store.json { serde_json::to_vec_pretty(&lines)? } else { csv_of(&lines)? };
    let Some(path) = &arguments.to else {
        say(String::from_utf8(bytes)?.trim_end())?;
        return Ok(0);
    };
    let bom: &[u8] = if arguments.store.json { b"" } else { b"\xef\xbb\xbf" };
    create_private(path)
        .and_then(|mut file| file.write_all(bom).and_then(|()| file.write_all(&bytes)))
        .map_err(|error| Stop::no_output(format!("{}: {error}", path.display())))?;
    voice.say(&match desk.language {
        Language::Zh => format!("已写出 {} 件：{}", lines.len(), path.display()),
        Language::En => format!("wrote {} cases: {}", lines.len(), path.display()),
    })?;
    Ok(0)
}

fn filter(arguments: &FilterArguments, desk: &Desk) -> CaseFilter {
    CaseFilter {
        statuses: arguments.status.clone(),
        every_status: arguments.all,
        kinds: arguments.kind.clone(),
        severities: arguments.severity.clone(),
        school: arguments.school.clone(),
        since: arguments.since,
        until: arguments
            .older_than
            .and_then(|days| desk.today.checked_sub_days(Days::new(u64::from(days) + 1))),
        min_amount: arguments.min_amount,
        overdue_on: arguments.overdue.then_some(desk.today),
        assigned: arguments.assigned.clone(),
    }
}

fn table(lines: &[CaseLine], language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let headers = match language {
        Language::Zh => ["编号", "问题", "程度", "状态", "首见", "末见", "金额", "学校", "姓名"],
        Language::En => {
            ["case", "kind", "severity", "status", "first", "last", "amount", "schools", "people"]
        }
    };
    table.set_header(headers);
    for line in lines {
        let (kind, severity, status) = match language {
            Language::Zh => (line.kind.chinese(), line.severity.chinese(), line.status.chinese()),
            Language::En => (line.kind.name(), line.severity.name(), line.status.name()),
        };
        let mark = if line.unchecked { "*" } else { "" };
        let amount = if line.money == 0 { String::new() } else { Fen(line.money).to_string() };
        table.add_row([
            line.number.clone(),
            kind.to_string(),
            severity.to_string(),
            format!("{status}{mark}"),
            line.first_seen.to_string(),
            line.last_seen.to_string(),
            amount,
            line.schools.clone(),
            line.people.clone(),
        ]);
    }
    table
}

fn csv_of(lines: &[CaseLine]) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    for line in lines {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        csv.write_record([
            line.number.as_str(),
            &line.id,
            line.kind.name(),
            line.severity.name(),
            line.status.name(),
            &line.first_seen.to_string(),
            &line.last_seen.to_string(),
            &guarded(&line.schools),
            &guarded(&line.people),
            &Fen(line.money).to_string(),
            &guarded(&or_empty(&line.assigned)),
            &or_empty(&line.sent_on),
            &or_empty(&line.due_on),
            &or_empty(&line.escalated_on),
            &or_empty(&line.answered_on),
            if line.unchecked { "1" } else { "" },
        ])?;
    }
    Ok(csv.into_inner().map_err(|error| error.into_error())?)
}
