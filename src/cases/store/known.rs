//! What the store remembers, for a night.

use std::sync::Arc;

use chrono::NaiveDate;
use rusqlite::{Row, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::error::StoreError;
use super::rows::{self, Head};
use super::{Store, rows::of_word};
use crate::cases::life::{KnownCase, Memory, Remembered, Round, Waiver};
use crate::cases::{Basis, CaseNumber, CaseStatus};
use crate::record::Message;
use crate::rules::CaseKind;

const KNOWN: &str =
    "SELECT c.no, c.year, c.serial, c.id, c.kind, c.severity, c.confidence, c.status,
    c.first_seen, c.last_seen, c.sight, c.closed_by, c.due_on,
    c.told_run IS NOT NULL AND r.state = 'done' AS told
    FROM cases c LEFT JOIN runs r ON r.run = c.told_run";

impl Memory for Store {
    type Error = StoreError;

    fn known(&self, ids: &FxHashSet<&str>) -> Result<Vec<KnownCase>, StoreError> {
        let mut waivers = self.waivers_that_hold()?;
        let mut known: Vec<KnownCase> = Vec::new();
        let mut select = self
            .connection
            .prepare_cached(&format!("{KNOWN} WHERE c.status <> 'resolved'"))
            .map_err(self.failed())?;
        let mut found = select.query([]).map_err(self.failed())?;
        while let Some(row) = found.next().map_err(self.failed())? {
            known.push(known_case(row)?);
        }
        let mut select = self
            .connection
            .prepare_cached(&format!("{KNOWN} WHERE c.status = 'resolved' AND c.id = ?1"))
            .map_err(self.failed())?;
        let open: FxHashSet<&str> = known.iter().map(|case| case.id.as_str()).collect();
        let mut rest: Vec<&str> = ids.iter().copied().filter(|id| !open.contains(id)).collect();
        rest.sort_unstable();
        drop(open);
        for id in rest {
            let mut found = select.query([id]).map_err(self.failed())?;
            if let Some(row) = found.next().map_err(self.failed())? {
                known.push(known_case(row)?);
            }
        }
        for case in &mut known {
            case.waiver = waivers.remove(&case.no);
        }
        known.sort_unstable_by_key(|case| case.no);
        Ok(known)
    }

    fn remembered(&self, known: &KnownCase) -> Result<Remembered, StoreError> {
        let read = || -> rusqlite::Result<(String, String, Message)> {
            let mut select = self.connection.prepare_cached(
                "SELECT about, basis, reason_zh, reason_en FROM case_facts WHERE no = ?1",
            )?;
            select.query_row([known.no], |row| {
                let (zh, en): (String, String) = (row.get(2)?, row.get(3)?);
                Ok((row.get(0)?, row.get(1)?, Message::new(zh, en)))
            })
        };
        let (about, basis, reason) = read().map_err(self.failed())?;
        let head = Head {
            id: known.id.clone(),
            number: known.number,
            kind: known.kind,
            severity: known.severity,
            confidence: known.confidence,
            status: known.status,
            first_seen: known.first_seen,
            last_seen: known.last_seen,
            reason: Arc::new(reason),
        };
        Ok(Remembered {
            about: serde_json::from_str(&about).unwrap_or_default(),
            basis: Basis::from_text(&basis).unwrap_or_default(),
            rows: rows::read(&self.connection, known.no, &head).map_err(self.failed())?,
        })
    }

    fn rounds(&self) -> Result<FxHashMap<i64, Vec<Round>>, StoreError> {
        Store::rounds(self)
    }

    fn last_serial(&self, year: i32) -> Result<u32, StoreError> {
        self.connection
            .query_row("SELECT max(serial) FROM cases WHERE year = ?1", [year], |row| {
                row.get::<_, Option<u32>>(0)
            })
            .map(Option::unwrap_or_default)
            .map_err(self.failed())
    }
}

impl Store {
    /// A case by its row in the store.
    pub(super) fn known_by_no(&self, no: i64) -> Result<KnownCase, StoreError> {
        let mut select = self
            .connection
            .prepare_cached(&format!("{KNOWN} WHERE c.no = ?1"))
            .map_err(self.failed())?;
        let mut found = select.query([no]).map_err(self.failed())?;
        let row = found.next().map_err(self.failed())?;
        let row = row.ok_or_else(|| StoreError::Damaged { what: format!("case {no}") })?;
        let mut case = known_case(row)?;
        case.waiver = self.waivers_that_hold()?.remove(&no);
        Ok(case)
    }

    /// The waivers that have not ended, by case.
    fn waivers_that_hold(&self) -> Result<FxHashMap<i64, Waiver>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT no, waiver, reason, user, since, until, facts FROM waivers
                 WHERE ended IS NULL ORDER BY waiver",
            )
            .map_err(self.failed())?;
        let mut found = select.query(params![]).map_err(self.failed())?;
        let mut waivers = FxHashMap::default();
        while let Some(row) = found.next().map_err(self.failed())? {
            let read = |row: &Row| -> rusqlite::Result<_> {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                    row.get::<_, String>(4)?,
                    row.get::<_, String>(5)?,
                    row.get::<_, String>(6)?,
                ))
            };
            let (no, key, reason, user, since, until, facts) = read(row).map_err(self.failed())?;
            let waiver = Waiver {
                key,
                reason,
                user,
                since: day(&since)?,
                until: day(&until)?,
                facts: serde_json::from_str(&facts).unwrap_or_default(),
            };
            waivers.insert(no, waiver);
        }
        Ok(waivers)
    }
}

/// A day as the store keeps it.
pub(super) fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged { what: text.to_string() })
}

/// A row of [`KNOWN`]; columns by their place, as there may be many rows.
fn known_case(row: &Row) -> Result<KnownCase, StoreError> {
    let damaged = |error: rusqlite::Error| StoreError::Damaged { what: error.to_string() };
    let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(damaged);
    let unknown = |word: &str| StoreError::Damaged { what: word.to_string() };
    let (kind, severity, status) = (text(4)?, text(5)?, text(7)?);
    let due: Option<String> = row.get(12).map_err(damaged)?;
    Ok(KnownCase {
        no: row.get(0).map_err(damaged)?,
        number: CaseNumber {
            year: row.get(1).map_err(damaged)?,
            serial: row.get(2).map_err(damaged)?,
        },
        id: row.get(3).map_err(damaged)?,
        kind: CaseKind::by_name(kind).ok_or_else(|| unknown(kind))?,
        severity: of_word(severity).ok_or_else(|| unknown(severity))?,
        confidence: row.get(6).map_err(damaged)?,
        status: CaseStatus::by_name(status).ok_or_else(|| unknown(status))?,
        first_seen: day(text(8)?)?,
        last_seen: day(text(9)?)?,
        sight: row.get(10).map_err(damaged)?,
        closed_by: row.get(11).map_err(damaged)?,
        due_on: due.as_deref().map(day).transpose()?,
        told: row.get::<_, Option<bool>>(13).map_err(damaged)?.unwrap_or(false),
        waiver: None,
    })
}
