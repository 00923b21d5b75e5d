//! A run between the nights: the lock, the store before and after, and the exchange that goes with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Local, NaiveDate};

use aidcheck::cases::life::{Changes, Night, NightSettings, Tonight, live};
use aidcheck::cases::store::{NightInput, NightRun, Store, StoreError};
use aidcheck::cases::{CaseRow, Holder, Lock, LockError, OpenedCase};
use aidcheck::identity::{Model, RecordIndex, explain_link};
use aidcheck::record::Language;
use aidcheck::report::{Committed, OutputError, OutputFolder, Report, Written, sort_rows, write};
use aidcheck::rules::CaseKind;
use aidcheck::{Checked, repair, rows_of};

use super::Stop;
use super::arguments::ReportArguments;
use super::setup::{Setup, state_folder};

/// What a run knows of the nights before, and how it leaves them the next.
pub struct Nights {
    store: Option<Store>,
    /// Where the report will stand, in full.
    report: PathBuf,
    command: &'static str,
    as_of: NaiveDate,
    keep_warning: f64,
    escalation_days: i64,
    keep_reports: usize,
    language: Language,
    started: DateTime<Local>,
    /// Held to the end.
    _lock: Lock,
}

/// Tonight's cases with their lives.
pub struct LivedNight {
    /// Sorted as in the report.
    pub rows: Vec<CaseRow>,
    /// `None` without a store.
    pub changes: Option<Changes>,
    /// By which the store knows the report; empty without one.
    pub token: String,
    /// The last hash of the log before tonight.
    pub log_head: String,
    whole: Option<(Night, NightRun)>,
}

impl Nights {
    /// Takes the lock, opens the store and finishes what a run that broke off left.
    pub fn open(
        arguments: &ReportArguments,
        setup: &Setup,
        out: &Path,
        command: &'static str,
        started: DateTime<Local>,
    ) -> Result<Nights, Stop> {
        let language = setup.language;
        let holder = Holder {
            pid: std::process::id(),
            since: started.to_rfc3339(),
            command: command.to_string(),
        };
        let wait = Duration::from_secs(arguments.wait);
        // Where the store lies, all who write to it meet, whatever their report is.
        let path = setup.store(out);
        let beside = state_folder(out);
        let folder = path.parent().filter(|_| !arguments.no_store).unwrap_or(&beside);
        let lock =
            Lock::take(folder, &holder, wait).map_err(|error| lock_stop(&error, language))?;
        let store = if arguments.no_store {
            None
        } else {
            let store = Store::open(&path);
            Some(store.map_err(|error| store_stop(&error, language))?)
        };
        let report = std::fs::canonicalize(out)
            .or_else(|_| std::path::absolute(out))
            .unwrap_or_else(|_| out.to_path_buf());
        if let Some(store) = &store {
            repair(store).map_err(|error| store_stop(&error, language))?;
        }
        Ok(Nights {
            store,
            report,
            command,
            as_of: setup.as_of,
            keep_warning: setup.policy.cases.keep_warning,
            escalation_days: setup.policy.cases.escalation_days,
            keep_reports: usize::try_from(setup.policy.cases.keep_reports).unwrap_or(0),
            language,
            started,
            _lock: lock,
        })
    }

    /// Joins tonight's cases to those of the nights before.
    pub fn live(
        &self,
        checked: &mut Checked,
        kinds: &[CaseKind],
        model: &Model,
    ) -> Result<LivedNight, Stop> {
        let cases = std::mem::take(&mut checked.cases);
        let Some(store) = &self.store else {
            return Ok(LivedNight {
                rows: rows_of(cases),
                changes: None,
                token: String::new(),
                log_head: String::new(),
                whole: None,
            });
        };
        let stop = |error: StoreError| store_stop(&error, self.language);
        let settings = NightSettings {
            as_of: self.as_of,
            kinds,
            // On site only what was counted is of interest.
            show_unchecked: self.command == "check",
            keep_warning: self.keep_warning,
            escalation_days: self.escalation_days,
        };
        let evidence = |case: &OpenedCase| {
            let records: Vec<RecordIndex> =
                case.records.iter().filter_map(|record| record.of_a_person()).collect();
            explain_link(&checked.data, &checked.persons, model, &records)
        };
        let tonight = Tonight {
            data: &checked.data,
            standing: &checked.standing,
            cases,
            evidence: &evidence,
        };
        let mut night = live(store, tonight, settings).map_err(stop)?;
        let mut rows = std::mem::take(&mut night.rows);
        sort_rows(&mut rows);
        let inputs: Vec<NightInput> = checked.readings.iter().map(input).collect();
        let missing = store.missing_inputs(self.command, &self.report, &inputs).map_err(stop)?;
        let before = store.last_as_of(self.command, &self.report).map_err(stop)?;
        let changes = Changes::of(&night, &rows, self.as_of, before, self.escalation_days, missing);
        let log_head = store.log_head().map_err(stop)?;
        let run = NightRun {
            token: token(&log_head, &self.started),
            command: self.command.into(),
            as_of: self.as_of,
            kinds: kinds.to_vec(),
            started: self.started.to_rfc3339(),
            user: user(None),
            report: self.report.clone(),
            inputs,
        };
        Ok(LivedNight {
            rows,
            changes: Some(changes),
            token: run.token.clone(),
            log_head,
            whole: Some((night, run)),
        })
    }

    /// Writes the report, and the night into the store beside it. The night stands once the report is
    /// complete, and names it; the run stays pending until the exchange.
    pub fn record(
        &mut self,
        night: &LivedNight,
        report: &Report,
        folder: &OutputFolder,
    ) -> Result<(Written, Option<i64>), Stop> {
        let language = self.language;
        let (Some(store), Some((lives, run))) = (&mut self.store, &night.whole) else {
            let written = write(report, folder).map_err(|error| output_stop(&error, language))?;
            return Ok((written, None));
        };
        let stop = |error: StoreError| store_stop(&error, language);
        let (written, recorded) =
            rayon::join(|| write(report, folder), || store.write_night(run, lives, &night.rows));
        let written = written.map_err(|error| output_stop(&error, language))?;
        let run = recorded.map_err(stop)?;
        store.commit_night().map_err(stop)?;
        Ok((written, Some(run)))
    }

    /// Puts the report in its place, and says so to the store.
    pub fn exchange(
        &self,
        mut folder: OutputFolder,
        run: Option<i64>,
    ) -> Result<Committed, OutputError> {
        // What the store names must not disappear.
        if run.is_some() {
            folder.keep();
        }
        let committed = folder.commit(Some(self.as_of), self.keep_reports)?;
        if let (Some(store), Some(run)) = (&self.store, run) {
            // Should this fail, the next run finds the report in its place.
            let _ = store.mark_done(run);
        }
        Ok(committed)
    }
}

fn input(file: &aidcheck::normalize::FileReading) -> NightInput {
    NightInput {
        file: file.name.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
        rows: file.sheets.iter().map(|sheet| sheet.counts.rows_in).sum(),
    }
}

/// Names a run: when it began, which process, and where the log stood.
fn token(log_head: &str, started: &DateTime<Local>) -> String {
    let head = log_head.get(..12).unwrap_or_default();
    format!("{}-{}-{head}", started.timestamp_micros(), std::process::id())
}

/// Who acts: the one named, else whom the system names.
pub fn user(named: Option<&str>) -> String {
    let system = || {
        ["USER", "USERNAME", "LOGNAME"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|name| !name.is_empty())
    };
    named.map(String::from).or_else(system).unwrap_or_else(|| "unknown".into())
}

pub fn output_stop(error: &OutputError, language: Language) -> Stop {
    Stop { code: error.exit_code(), message: error.message().get(language).to_string() }
}

pub fn store_stop(error: &StoreError, language: Language) -> Stop {
    Stop { code: error.exit_code(), message: error.message().get(language).to_string() }
}

pub fn lock_stop(error: &LockError, language: Language) -> Stop {
    Stop::no_output(error.message().get(language).to_string())
}
