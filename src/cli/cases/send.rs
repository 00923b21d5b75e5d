//! `cases send`: the dated packages for the schools, and the clock that they start.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{Days, Local, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use aidcheck::cases::life::{Round, must_escalate};
use aidcheck::cases::store::{CaseFilter, CaseLine, Doer, Escalation, SentPackage, StoreError};
use aidcheck::cases::{CaseRow, CaseStatus, create_private, private_folder};
use aidcheck::ingest::SENT_FOLDER;
use aidcheck::record::Language;
use aidcheck::report::{Mask, SchoolPackage, school_packages, sha256_hex};
use aidcheck::rules::Severity;

use super::super::nights::user;
use super::super::{Stop, Voice, say};
use super::Desk;
use super::arguments::{SendArguments, StoreArguments};

/// What was sent and escalated, for `--json`.
#[derive(Debug, Serialize)]
struct Sent {
    due_on: String,
    packages: Vec<SentFile>,
    escalated: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SentFile {
    school_code: String,
    school_name: String,
    /// Without its ending: a .csv and a .xlsx lie there.
    file: String,
    cases: usize,
}

/// Writes the packages of all schools that are to be asked, and records them.
pub fn send(arguments: &SendArguments, store: &StoreArguments, voice: Voice) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    let policy = desk.policy()?;
    let days = |days: i64| Days::new(u64::try_from(days).unwrap_or(0));
    let due_on = desk.today.checked_add_days(days(policy.cases.answer_days)).unwrap_or(desk.today);
    let every = CaseFilter {
        severities: vec![Severity::Error, Severity::Warning],
        ..CaseFilter::default()
    };
    let mut lines = desk.store.list(&every, None).map_err(desk.stop())?;
    lines.retain(|line| line.status.is_open());
    let rounds = desk.store.rounds().map_err(desk.stop())?;
    let none = Vec::new();
    let of_case = |line: &CaseLine| rounds.get(&line.no).unwrap_or(&none);

    let mut rows: Vec<CaseRow> = Vec::new();
    let mut numbers: FxHashMap<String, i64> = FxHashMap::default();
    let mut asked: FxHashSet<(String, String)> = FxHashSet::default();
    for line in lines.iter().filter(|line| may_be_due(line, of_case(line), desk.today)) {
        let detail = desk.store.detail(line.no).map_err(desk.stop())?;
        for row in &detail.rows {
            let chosen = arguments.school.is_empty()
                || arguments
                    .school
                    .iter()
                    .any(|school| *school == row.school_code || *school == row.school_name);
            if chosen && is_due(line, of_case(line), row.school_key(), desk.today) {
                asked.insert((line.id.clone(), row.school_key().to_string()));
            }
        }
        numbers.insert(line.id.clone(), line.no);
        rows.extend(detail.rows);
    }
    let wanted =
        |row: &CaseRow| asked.contains(&(row.case_id.clone(), row.school_key().to_string()));
    let mask = Mask::of(desk.config.mask);
    let packages = school_packages(&rows, mask, desk.today, wanted)
        .map_err(|error| Stop::no_output(error.to_string()))?;

    let folder = sent_folder(&desk.out).join(desk.today.to_string());
    let (who, at) = (user(arguments.doer.user.as_deref()), Local::now().to_rfc3339());
    let doer = Doer { user: &who, at: &at, today: desk.today };
    let mut sent = Sent { due_on: due_on.to_string(), packages: Vec::new(), escalated: Vec::new() };
    for package in &packages {
        let written = Written::write(&folder, package)?;
        let record = SentPackage {
            school_code: package.code.clone(),
            school_name: package.name.clone(),
            file: format!("{}/{}.xlsx", desk.today, written.stem),
            sha256: sha256_hex(&package.xlsx),
            due_on,
            cases: package.cases.iter().filter_map(|id| numbers.get(id)).copied().collect(),
        };
        if let Err(error) = desk.store.record_sent(doer, &record) {
            // What the store does not know of was not sent.
            written.take_back();
            return Err(desk.stop()(error).into());
        }
        sent.packages.push(SentFile {
            school_code: record.school_code,
            school_name: record.school_name,
            file: folder.join(&written.stem).display().to_string(),
            cases: package.cases.len(),
        });
    }
    let late: Vec<&CaseLine> = lines
        .iter()
        .filter(|line| is_late(line, of_case(line), desk.today, policy.cases.escalation_days))
        .collect();
    sent.escalated = late.iter().map(|line| line.number.clone()).collect();
    escalate(&mut desk, doer, &late, policy.cases.escalation_days).map_err(desk.stop())?;
    tell(&desk, voice, store.json, &sent)?;
    Ok(0)
}

/// Whether any school of a case may have to be asked; only then its rows are read.
fn may_be_due(line: &CaseLine, rounds: &[Round], today: NaiveDate) -> bool {
    // A school that was never asked shows only in the rows.
    line.status != CaseStatus::Sent
        || rounds.len() < line.schools.split('、').count()
        || rounds.iter().any(|round| round.is_overdue(today))
}

/// Whether a school is to be asked of a case: it was not yet, or its answer is late.
fn is_due(line: &CaseLine, rounds: &[Round], school: &str, today: NaiveDate) -> bool {
    let waits = matches!(line.status, CaseStatus::Sent | CaseStatus::Answered);
    match rounds.iter().find(|round| round.school == school) {
        Some(round) if waits => round.is_overdue(today),
        _ => true,
    }
}

/// Whether a school owes its answer for `days`, and nobody above knows.
fn is_late(line: &CaseLine, rounds: &[Round], today: NaiveDate, days: i64) -> bool {
    let known =
        |since: NaiveDate| line.escalated_on.as_ref().is_some_and(|on| *on >= since.to_string());
    let unknown = rounds.iter().filter_map(Round::waiting_since).filter(|&since| !known(since));
    line.status == CaseStatus::Sent && must_escalate(unknown.min(), today, days)
}

fn escalate(desk: &mut Desk, doer: Doer, late: &[&CaseLine], days: i64) -> Result<(), StoreError> {
    if late.is_empty() {
        return Ok(());
    }
    let reason = format!("发出满{days}天未答复");
    let cases = late.iter().map(|line| line.no).collect();
    desk.store.record_escalation(doer, &Escalation { cases, reason })
}

/// The folder of all packages, beside the report.
fn sent_folder(out: &Path) -> PathBuf {
    let beside = out.parent().filter(|beside| !beside.as_os_str().is_empty());
    beside.unwrap_or(Path::new(".")).join(SENT_FOLDER)
}

/// The two files of a package.
struct Written {
    stem: String,
    files: Vec<PathBuf>,
}

impl Written {
    /// Writes both files under a name that is free; nothing is overwritten.
    fn write(folder: &Path, package: &SchoolPackage) -> Result<Written, Stop> {
        let failed = |path: &Path, error: std::io::Error| {
            Stop::no_output(format!("{}: {error}", path.display()))
        };
        private_folder(folder).map_err(|error| failed(folder, error))?;
        let place = |stem: &str, ending: &str| folder.join(format!("{stem}{ending}"));
        let mut stem = package.stem.clone();
        let mut number = 1;
        while [".csv", ".xlsx"].iter().any(|ending| place(&stem, ending).exists()) {
            number += 1;
            stem = format!("{}-{number}", package.stem);
        }
        let mut written = Written { stem, files: Vec::new() };
        for (ending, bytes) in [(".csv", &package.csv), (".xlsx", &package.xlsx)] {
            let path = place(&written.stem, ending);
            // Nobody sees half a file under its name.
            let part = place(&written.stem, &format!("{ending}.part"));
            let done = create_private(&part)
                .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
                .and_then(|()| fs::rename(&part, &path));
            if let Err(error) = done {
                written.files.push(part);
                written.take_back();
                return Err(failed(&path, error));
            }
            written.files.push(path);
        }
        Ok(written)
    }

    fn take_back(&self) {
        for file in &self.files {
            // What cannot be removed is told by the error that led here.
            let _ = fs::remove_file(file);
        }
    }
}

fn tell(desk: &Desk, voice: Voice, json: bool, sent: &Sent) -> anyhow::Result<()> {
    if json {
        return say(&serde_json::to_string_pretty(sent)?);
    }
    if sent.packages.is_empty() {
        voice.say(desk.say("没有要发给学校的案件。", "There is nothing to send."))?;
    }
    for package in &sent.packages {
        let (name, cases, file) = (&package.school_name, package.cases, &package.file);
        let name = if name.is_empty() { &package.school_code } else { name };
        voice.say(&match desk.language {
            Language::Zh => format!("{name}：{cases} 件，{file}.xlsx（另有 .csv）"),
            Language::En => format!("{name}: {cases} cases, {file}.xlsx (and .csv)"),
        })?;
    }
    if !sent.packages.is_empty() {
        voice.say(&match desk.language {
            Language::Zh => format!("请发给各校，答复期限 {}。", sent.due_on),
            Language::En => format!("Please pass them on; answers are due on {}.", sent.due_on),
        })?;
    }
    if !sent.escalated.is_empty() {
        let numbers = sent.escalated.join(desk.say("、", ", "));
        voice.say(&match desk.language {
            Language::Zh => format!("长期未答复，已上报 {} 件：{numbers}", sent.escalated.len()),
            Language::En => {
                format!("Unanswered for too long, escalated ({}): {numbers}", sent.escalated.len())
            }
        })?;
    }
    Ok(())
}
