//! `cases list` and `cases export`.

use std::io::Write;

use chrono::{Days, NaiveDate};
use comfy_table::{Table, presets};
use serde::Serialize;

use aidcheck::cases::create_private;
use aidcheck::cases::store::{CaseFilter, CaseLine};
use aidcheck::record::{Fen, Language};
use aidcheck::report::guarded;

use super::super::{Stop, Voice, say};
use super::Desk;
use super::arguments::{ExportArguments, FilterArguments, ListArguments, StoreArguments};

const COLUMNS: [&str; 17] = [
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
    "must_escalate",
];

/// Lists cases, the newest first.
pub fn list(arguments: &ListArguments, store: &StoreArguments, voice: Voice) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let limit = Some(arguments.limit).filter(|&limit| limit > 0);
    let Found { lines, filter, days } = found(&arguments.filter, &desk, limit)?;
    let shown = &lines[..limit.map_or(lines.len(), |limit| lines.len().min(limit as usize))];
    if store.json {
        say(&serde_json::to_string_pretty(&as_json(shown, desk.today, days))?)?;
        return Ok(0);
    }
    if store.csv {
        say(String::from_utf8(csv_of(shown, desk.today, days)?)?.trim_end())?;
        return Ok(0);
    }
    if lines.is_empty() {
        voice.say(desk.say("没有符合条件的案件。", "No case fits."))?;
        return Ok(0);
    }
    voice.say(&table(shown, &desk, days).to_string())?;
    if limit.is_some_and(|limit| lines.len() as u64 >= u64::from(limit)) {
        let all = match arguments.filter.escalated {
            true => lines.len() as u64,
            false => desk.store.count(&filter).map_err(desk.stop())?,
        };
        let rest = all.saturating_sub(shown.len() as u64);
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
pub fn export(
    arguments: &ExportArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let desk = Desk::to_read(store, voice)?;
    let Found { lines, days, .. } = found(&arguments.filter, &desk, None)?;
    let bytes = match store.json {
        true => serde_json::to_vec_pretty(&as_json(&lines, desk.today, days))?,
        false => csv_of(&lines, desk.today, days)?,
    };
    let Some(path) = &arguments.to else {
        say(String::from_utf8(bytes)?.trim_end())?;
        return Ok(0);
    };
    let bom: &[u8] = if store.json { b"" } else { b"\xef\xbb\xbf" };
    create_private(path)
        .and_then(|mut file| file.write_all(bom).and_then(|()| file.write_all(&bytes)))
        .map_err(|error| Stop::no_output(format!("{}: {error}", path.display())))?;
    voice.say(&match desk.language {
        Language::Zh => format!("已写出 {} 件：{}", lines.len(), path.display()),
        Language::En => format!("wrote {} cases: {}", lines.len(), path.display()),
    })?;
    Ok(0)
}

/// Cases that were asked for.
struct Found {
    lines: Vec<CaseLine>,
    filter: CaseFilter,
    /// After which an unanswered case goes to somebody above (policy).
    days: i64,
}

/// Looks up cases, at most `limit`; of those to be escalated all.
fn found(arguments: &FilterArguments, desk: &Desk, limit: Option<u32>) -> Result<Found, Stop> {
    let days = desk.policy()?.cases.escalation_days;
    let mut filter = filter(arguments, desk);
    if arguments.escalated {
        // Who was asked later, or answered, is sorted out below.
        let days = Days::new(u64::try_from(days).unwrap_or(0));
        filter.sent_until = desk.today.checked_sub_days(days);
    }
    let limit = limit.filter(|_| !arguments.escalated);
    let mut lines = desk.store.list(&filter, limit).map_err(desk.stop())?;
    desk.store.mark_waiting(&mut lines).map_err(desk.stop())?;
    if arguments.escalated {
        lines.retain(|line| line.must_escalate(desk.today, days));
    }
    Ok(Found { lines, filter, days })
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
        sent_until: None,
        assigned: arguments.assigned.clone(),
    }
}

/// The lines with what depends on the day and the policy.
fn as_json(lines: &[CaseLine], today: NaiveDate, days: i64) -> Vec<Line<'_>> {
    let must_escalate = |line: &CaseLine| line.must_escalate(today, days);
    lines.iter().map(|line| Line { line, must_escalate: must_escalate(line) }).collect()
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    line: &'a CaseLine,
    must_escalate: bool,
}

/// What a state lacks: `已发出·应上报`.
fn lateness(line: &CaseLine, desk: &Desk, days: i64) -> &'static str {
    let known = line.escalated_on.as_deref().and_then(|on| on.parse::<NaiveDate>().ok());
    let known = known.is_some_and(|on| line.waiting_since.is_some_and(|since| on >= since));
    let (zh, en) = match (line.must_escalate(desk.today, days), known) {
        (true, false) => ("·应上报", ", escalate"),
        (true, true) => ("·已上报", ", escalated"),
        (false, _) if line.is_overdue(desk.today) => ("·逾期", ", overdue"),
        (false, _) => ("", ""),
    };
    desk.say(zh, en)
}

fn table(lines: &[CaseLine], desk: &Desk, days: i64) -> Table {
    let language = desk.language;
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
        let late = lateness(line, desk, days);
        let amount = if line.money == 0 { String::new() } else { Fen(line.money).to_string() };
        table.add_row([
            line.number.clone(),
            kind.to_string(),
            severity.to_string(),
            format!("{status}{late}{mark}"),
            line.first_seen.to_string(),
            line.last_seen.to_string(),
            amount,
            line.schools.clone(),
            line.people.clone(),
        ]);
    }
    table
}

fn csv_of(lines: &[CaseLine], today: NaiveDate, days: i64) -> anyhow::Result<Vec<u8>> {
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
            if line.must_escalate(today, days) { "1" } else { "" },
        ])?;
    }
    Ok(csv.into_inner().map_err(|error| error.into_error())?)
}
