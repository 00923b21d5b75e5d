//! The runs of the store: what each read, and whether its report took its place.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::Store;
use super::error::StoreError;
use crate::rules::CaseKind;

/// An input of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightInput {
    /// Relative path with `/`.
    pub file: String,
    pub size: u64,
    pub sha256: String,
    /// Rows read, all sheets together.
    pub rows: u64,
}

/// A run as it is about to be recorded.
#[derive(Debug, Clone)]
pub struct NightRun {
    /// Stands in `run.json` too, so that a report is known to belong to a run.
    pub token: String,
    pub command: String,
    pub as_of: NaiveDate,
    pub kinds: Vec<CaseKind>,
    /// RFC 3339.
    pub started: String,
    pub user: String,
    /// The folder of the report.
    pub report: PathBuf,
    pub inputs: Vec<NightInput>,
}

/// A run whose cases stand in the store while its report may not have taken its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRun {
    pub run: i64,
    pub token: String,
    pub report: PathBuf,
}

/// Records a run that is still pending; returns its number.
pub(super) fn insert(connection: &Connection, run: &NightRun) -> rusqlite::Result<i64> {
    let kinds: Vec<&str> = run.kinds.iter().map(|kind| kind.name()).collect();
    connection.execute(
        "INSERT INTO runs (token, command, as_of, kinds, version, started, user, report, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending')",
        params![
            run.token,
            run.command,
            run.as_of.to_string(),
            kinds.join(","),
            env!("CARGO_PKG_VERSION"),
            run.started,
            run.user,
            run.report.to_string_lossy(),
        ],
    )?;
    let number = connection.last_insert_rowid();
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO inputs VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for input in &run.inputs {
        insert.execute(params![
            number,
            input.file,
            input.size as i64,
            input.sha256,
            input.rows as i64
        ])?;
    }
    Ok(number)
}

impl Store {
    /// Runs that broke off between their transaction and the exchange of their report.
    pub fn pending_runs(&self) -> Result<Vec<PendingRun>, StoreError> {
        let read = || -> rusqlite::Result<Vec<PendingRun>> {
            let mut select = self.connection.prepare_cached(
                "SELECT run, token, report FROM runs WHERE state = 'pending' ORDER BY run",
            )?;
            let runs = select.query_map([], |row| {
                Ok(PendingRun {
                    run: row.get(0)?,
                    token: row.get(1)?,
                    report: PathBuf::from(row.get::<_, String>(2)?),
                })
            })?;
            runs.collect()
        };
        read().map_err(self.failed())
    }

    /// Says that a run's report stands in its place.
    pub fn mark_done(&self, run: i64) -> Result<(), StoreError> {
        self.mark(run, "done")
    }

    /// Says that a run's report never took its place: what it would have told is told by the next one.
    pub fn mark_lost(&self, run: i64) -> Result<(), StoreError> {
        self.mark(run, "lost")
    }

    fn mark(&self, run: i64, state: &str) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE runs SET state = ?2 WHERE run = ?1", params![run, state])
            .map(|_| ())
            .map_err(self.failed())
    }

    /// Files of the last run of this command and report that are not among `now`, in order.
    pub fn missing_inputs(
        &self,
        command: &str,
        report: &Path,
        now: &[NightInput],
    ) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut select = self.connection.prepare_cached(
                "SELECT file FROM inputs WHERE run =
                 (SELECT max(run) FROM runs WHERE command = ?1 AND report = ?2) ORDER BY file",
            )?;
            let files =
                select.query_map(params![command, report.to_string_lossy()], |row| row.get(0))?;
            files.collect()
        };
        let mut files = read().map_err(self.failed())?;
        files.retain(|file| !now.iter().any(|input| input.file == *file));
        Ok(files)
    }

    /// The day as of which the last run of this command and report looked.
    pub fn last_as_of(
        &self,
        command: &str,
        report: &Path,
    ) -> Result<Option<NaiveDate>, StoreError> {
        let found = self.connection.query_row(
            "SELECT as_of FROM runs WHERE command = ?1 AND report = ?2 ORDER BY run DESC LIMIT 1",
            params![command, report.to_string_lossy()],
            |row| row.get::<_, String>(0),
        );
        match found {
            Ok(text) => super::known::day(&text).map(Some),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(self.failed()(error)),
        }
    }
}
