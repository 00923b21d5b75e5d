//! A night into the store: one transaction, whole or not at all.

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;
use serde_json::json;

use super::error::StoreError;
use super::log::Chain;
use super::runs::{self, NightRun};
use super::{Store, rows};
use crate::cases::life::{LivedCase, Night, Seen, schools_and_people};
use crate::cases::{CaseRow, CaseStatus};

impl Store {
    /// Writes a run and all that it made of the cases, without committing it: that is for
    /// [`Store::commit_night`], once the report is complete. `rows`: those of the night's report.
    /// Returns the run's number; the run is pending until [`Store::mark_done`].
    pub fn write_night(
        &mut self,
        run: &NightRun,
        night: &Night,
        rows: &[CaseRow],
    ) -> Result<i64, StoreError> {
        let mut rows_of: FxHashMap<&str, Vec<&CaseRow>> = FxHashMap::default();
        for row in rows {
            rows_of.entry(row.case_id.as_str()).or_default().push(row);
        }
        self.connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| write(&self.connection, run, night, &rows_of))
            .map_err(self.failed())
    }

    /// Makes the night that was written stand. A store that is closed without it forgets the night.
    pub fn commit_night(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(self.failed())
    }
}

fn write(
    connection: &Connection,
    run: &NightRun,
    night: &Night,
    rows_of: &FxHashMap<&str, Vec<&CaseRow>>,
) -> rusqlite::Result<i64> {
    let number = runs::insert(connection, run)?;
    let mut chain = Chain::continue_from(connection, &run.started, &run.user)?;
    let counted = |of: fn(&LivedCase) -> bool| night.cases.iter().filter(|case| of(case)).count();
    chain.add(
        "run",
        None,
        &json!({
            "run": number, "command": run.command, "as_of": run.as_of.to_string(),
            "inputs": run.inputs.len(),
            "new": counted(|case| case.known.is_none()),
            "reopened": counted(|case| case.changed() && case.status == CaseStatus::Reopened),
            "resolved": counted(|case| case.changed() && case.status == CaseStatus::Resolved),
        }),
    )?;
    // Those that changed in nothing but the day take one statement a kind together. Of kinds that were
    // not looked for nothing was told.
    for kind in &run.kinds {
        connection.execute(
            "UPDATE cases SET last_seen = max(last_seen, ?1), told_run = ?2,
             status = CASE WHEN status IN ('new', 'reopened') AND told_run IN
               (SELECT run FROM runs WHERE state = 'done') THEN 'open' ELSE status END
             WHERE status <> 'resolved' AND kind = ?3",
            params![run.as_of.to_string(), number, kind.name()],
        )?;
    }
    // Why a case could not be checked again holds for one night.
    connection.execute(
        "UPDATE case_words SET unchecked_zh = NULL, unchecked_en = NULL WHERE unchecked_zh IS NOT NULL",
        [],
    )?;
    for case in &night.cases {
        let none = Vec::new();
        let rows = rows_of.get(case.id.as_str()).unwrap_or(&none);
        match &case.known {
            None => insert(connection, &mut chain, number, case, rows)?,
            Some(_) => update(connection, &mut chain, number, case, rows)?,
        }
    }
    Ok(number)
}

/// A case seen for the first time.
fn insert(
    connection: &Connection,
    chain: &mut Chain,
    run: i64,
    case: &LivedCase,
    rows: &[&CaseRow],
) -> rusqlite::Result<()> {
    let Some(seen) = &case.seen else { return Ok(()) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO cases (year, serial, id, kind, severity, confidence, money, status, first_seen,
         last_seen, told_run, sight) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let no = statement.insert(params![
        case.number.year,
        case.number.serial,
        case.id,
        case.kind.name(),
        case.severity.name(),
        seen.confidence,
        seen.money.0,
        case.status.name(),
        case.first_seen.to_string(),
        case.last_seen.to_string(),
        run,
        seen.sight,
    ])?;
    write_facts(connection, no, seen, rows)?;
    rows::replace(connection, no, rows)?;
    let detail = json!({
        "id": case.id, "kind": case.kind.name(), "severity": case.severity.name(), "sight": seen.sight,
    });
    chain.add("opened", Some((no, &case.number.to_string())), &detail)
}

/// A case that was known.
fn update(
    connection: &Connection,
    chain: &mut Chain,
    run: i64,
    case: &LivedCase,
    rows: &[&CaseRow],
) -> rusqlite::Result<()> {
    let Some(known) = &case.known else { return Ok(()) };
    let (no, number) = (known.no, case.number.to_string());
    let same_sight = case.seen.as_ref().is_some_and(|seen| seen.sight == known.sight);
    let told_open = known.told
        && matches!(known.status, CaseStatus::New | CaseStatus::Reopened)
        && case.status == CaseStatus::Open;
    let not_looked_for = case.seen.is_none() && !case.looked_for;
    let plain = (same_sight || not_looked_for)
        && case.severity == known.severity
        && (!case.changed() || told_open)
        && case.status != CaseStatus::Resolved
        && case.why.is_none();
    if !plain {
        let mut statement = connection.prepare_cached(
            "UPDATE cases SET severity = ?2, status = ?3, first_seen = ?4, last_seen = ?5, told_run = ?6,
             closed_by = CASE WHEN ?3 = 'resolved' THEN closed_by END WHERE no = ?1",
        )?;
        statement.execute(params![
            no,
            case.severity.name(),
            case.status.name(),
            case.first_seen.to_string(),
            case.last_seen.to_string(),
            run,
        ])?;
    }
    if let Some(seen) = case.seen.as_ref().filter(|_| !same_sight) {
        let mut statement = connection.prepare_cached(
            "UPDATE cases SET confidence = ?2, money = ?3, sight = ?4 WHERE no = ?1",
        )?;
        statement.execute(params![no, seen.confidence, seen.money.0, seen.sight])?;
        write_facts(connection, no, seen, rows)?;
        rows::replace(connection, no, rows)?;
    }
    write_words(connection, no, case)?;
    if case.waiver_ended
        && let Some(waiver) = &known.waiver
    {
        let why = case.why.as_ref().map(|why| &*why.zh);
        connection
            .prepare_cached("UPDATE waivers SET ended = ?2, ended_why = ?3 WHERE waiver = ?1")?
            .execute(params![waiver.key, case.last_seen.to_string(), why])?;
    }
    if case.changed() && !told_open {
        let detail = json!({
            "from": known.status.name(), "to": case.status.name(),
            "why": case.why.as_ref().map(|why| json!({ "zh": why.zh, "en": why.en })),
        });
        chain.add(case.status.name(), Some((no, &number)), &detail)?;
    }
    Ok(())
}

/// What a case is about, as it was seen.
fn write_facts(
    connection: &Connection,
    no: i64,
    seen: &Seen,
    rows: &[&CaseRow],
) -> rusqlite::Result<()> {
    let (schools, people) = schools_and_people(rows);
    connection
        .prepare_cached("INSERT OR REPLACE INTO case_facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            no,
            serde_json::to_string(&seen.about).unwrap_or_default(),
            seen.basis,
            seen.reason.zh,
            seen.reason.en,
            schools,
            people,
        ])?;
    connection.prepare_cached("DELETE FROM case_evidence WHERE no = ?1")?.execute([no])?;
    if let Some(evidence) = &seen.evidence {
        connection
            .prepare_cached("INSERT INTO case_evidence VALUES (?1, ?2, ?3)")?
            .execute(params![no, evidence.zh, evidence.en])?;
    }
    Ok(())
}

/// Why it stands as it does. The reason of a change stays until the next one.
fn write_words(connection: &Connection, no: i64, case: &LivedCase) -> rusqlite::Result<()> {
    let (why, unchecked) = (&case.why, &case.unchecked);
    if why.is_none() && unchecked.is_none() {
        return Ok(());
    }
    let zh = |message: &Option<crate::record::Message>| message.as_ref().map(|m| m.zh.to_string());
    let en = |message: &Option<crate::record::Message>| message.as_ref().map(|m| m.en.to_string());
    connection
        .prepare_cached(
            "INSERT INTO case_words (no, why_zh, why_en, unchecked_zh, unchecked_en)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (no) DO UPDATE SET
               why_zh = coalesce(excluded.why_zh, why_zh), why_en = coalesce(excluded.why_en, why_en),
               unchecked_zh = excluded.unchecked_zh, unchecked_en = excluded.unchecked_en",
        )?
        .execute(params![no, zh(why), en(why), zh(unchecked), en(unchecked)])?;
    Ok(())
}
