//! Questions to the store: lists of cases, one case in full.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params_from_iter, types::Value};
use serde::Serialize;

use super::Store;
use super::error::StoreError;
use super::known::day;
use super::rows::of_word;
use crate::cases::life::{KnownCase, Memory, must_escalate, waiting_since};
use crate::cases::{Basis, CaseNumber, CaseRow, CaseStatus};
use crate::record::{Fen, Message};
use crate::rules::{CaseKind, Severity};

/// Which cases are wanted; what is empty or `None` wants all.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Empty: all but the resolved ones.
    pub statuses: Vec<CaseStatus>,
    pub every_status: bool,
    pub kinds: Vec<CaseKind>,
    pub severities: Vec<Severity>,
    /// A code, or a part of a name.
    pub school: Option<String>,
    /// First seen on this day or later.
    pub since: Option<NaiveDate>,
    /// First seen on this day or before.
    pub until: Option<NaiveDate>,
    pub min_amount: Option<Fen>,
    /// Sent, with the answer due before this day.
    pub overdue_on: Option<NaiveDate>,
    /// Sent, for the first time on this day or before.
    pub sent_until: Option<NaiveDate>,
    pub assigned: Option<String>,
}

/// A case on one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseLine {
    /// Its row in the store.
    #[serde(skip)]
    pub no: i64,
    pub number: String,
    pub id: String,
    pub kind: CaseKind,
    pub severity: Severity,
    pub status: CaseStatus,
    #[serde(serialize_with = "as_text")]
    pub first_seen: NaiveDate,
    #[serde(serialize_with = "as_text")]
    pub last_seen: NaiveDate,
    pub schools: String,
    pub people: String,
    /// In fen.
    pub money: i64,
    pub assigned: Option<String>,
    pub sent_on: Option<String>,
    pub due_on: Option<String>,
    pub escalated_on: Option<String>,
    pub answered_on: Option<String>,
    /// Whether the last run could not check it again.
    pub unchecked: bool,
    /// Since when the first of its schools owes its answer; filled by [`Store::mark_waiting`].
    #[serde(skip)]
    pub waiting_since: Option<NaiveDate>,
}

fn as_text<S: serde::Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(day)
}

impl CaseLine {
    /// Whether its answer is due and has not come.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        let due = self.due_on.as_deref().and_then(|due| due.parse().ok());
        self.status == CaseStatus::Sent && due.is_some_and(|due: NaiveDate| due < today)
    }

    /// Whether its answer is so late that somebody above must ask: `days` (policy) after it was sent.
    pub fn must_escalate(&self, today: NaiveDate, days: i64) -> bool {
        must_escalate(self.waiting_since, today, days)
    }
}

/// A waiver of a case, ended or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaiverLine {
    pub reason: String,
    pub user: String,
    pub since: String,
    pub until: String,
    pub ended: Option<String>,
    pub ended_why: Option<String>,
}

/// A school's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplyLine {
    pub school_code: String,
    pub school_name: String,
    pub answer: String,
    pub note: String,
    pub person: String,
    pub answered_on: String,
    pub imported: String,
}

/// A case in full.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    pub line: CaseLine,
    pub known: KnownCase,
    pub reason: Message,
    /// Why the records are one person's, field by field; none where an equal number says it.
    pub evidence: Option<Message>,
    pub why: Option<Message>,
    pub unchecked: Option<Message>,
    pub about: Vec<String>,
    pub basis: Vec<Basis>,
    pub rows: Vec<CaseRow>,
    pub waivers: Vec<WaiverLine>,
    pub replies: Vec<ReplyLine>,
}

const LINES: &str =
    "SELECT c.no, c.year, c.serial, c.id, c.kind, c.severity, c.status, c.first_seen,
    c.last_seen, f.schools, f.people, c.money, c.assigned, c.sent_on, c.due_on, c.escalated_on,
    c.answered_on, w.unchecked_zh IS NOT NULL AS unchecked
    FROM cases c JOIN case_facts f ON f.no = c.no LEFT JOIN case_words w ON w.no = c.no";

/// The conditions of a filter, and what fills their places.
fn conditions(filter: &CaseFilter) -> (String, Vec<Value>) {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut one_of = |column: &str, names: Vec<&str>, values: &mut Vec<Value>| {
        if !names.is_empty() {
            parts.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
            values.extend(names.into_iter().map(|name| Value::from(name.to_string())));
        }
    };
    let names = |names: Vec<&'static str>| names;
    one_of("c.status", names(filter.statuses.iter().map(|s| s.name()).collect()), &mut values);
    one_of("c.kind", names(filter.kinds.iter().map(|k| k.name()).collect()), &mut values);
    one_of("c.severity", names(filter.severities.iter().map(|s| s.name()).collect()), &mut values);
    if filter.statuses.is_empty() && !filter.every_status {
        parts.push("c.status <> 'resolved'".into());
    }
    let mut add = |part: &str, value: Option<Value>| {
        if let Some(value) = value {
            parts.push(part.into());
            values.push(value);
        }
    };
    let text = |day: NaiveDate| Value::from(day.to_string());
    add("c.first_seen >= ?", filter.since.map(text));
    add("c.first_seen <= ?", filter.until.map(text));
    add("c.money >= ?", filter.min_amount.map(|amount| Value::from(amount.0)));
    add("c.status = 'sent' AND c.due_on < ?", filter.overdue_on.map(text));
    add(
        "c.status = 'sent' AND c.no IN (SELECT no FROM package_cases JOIN packages USING (package)
         WHERE sent_on <= ?)",
        filter.sent_until.map(text),
    );
    add("c.assigned = ?", filter.assigned.clone().map(Value::from));
    if let Some(school) = &filter.school {
        parts.push(
            "(instr(f.schools, ?) > 0 OR c.no IN (SELECT no FROM case_rows WHERE school_code = ?))"
                .into(),
        );
        values.extend([Value::from(school.clone()), Value::from(school.clone())]);
    }
    let clause =
        if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) };
    (clause, values)
}

impl Store {
    /// How many cases a filter takes.
    pub fn count(&self, filter: &CaseFilter) -> Result<u64, StoreError> {
        let (clause, values) = conditions(filter);
        // The facts are wide: they are read only where they are asked about.
        let facts = if filter.school.is_some() { " JOIN case_facts f ON f.no = c.no" } else { "" };
        let query = format!("SELECT count(*) FROM cases c{facts}{clause}");
        self.connection
            .query_row(&query, params_from_iter(values), |row| row.get::<_, i64>(0))
            .map(|count| u64::try_from(count).unwrap_or(0))
            .map_err(self.failed())
    }

    /// The cases that a filter takes, the newest numbers first; at most `limit`.
    pub fn list(
        &self,
        filter: &CaseFilter,
        limit: Option<u32>,
    ) -> Result<Vec<CaseLine>, StoreError> {
        let (clause, values) = conditions(filter);
        let limit = limit.map_or(-1, i64::from);
        let query = format!("{LINES}{clause} ORDER BY c.year DESC, c.serial DESC LIMIT {limit}");
        let mut select = self.connection.prepare(&query).map_err(self.failed())?;
        let mut found = select.query(params_from_iter(values)).map_err(self.failed())?;
        let mut lines = Vec::new();
        while let Some(row) = found.next().map_err(self.failed())? {
            lines.push(line(row)?);
        }
        Ok(lines)
    }

    /// Fills in since when schools owe their answers to these cases.
    pub fn mark_waiting(&self, lines: &mut [CaseLine]) -> Result<(), StoreError> {
        for line in lines.iter_mut().filter(|line| line.status == CaseStatus::Sent) {
            line.waiting_since = waiting_since(&self.rounds_of(line.no)?);
        }
        Ok(())
    }

    /// The row of a case that is named by its id or its short number; `None` if there is none.
    pub fn find(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let name = name.trim();
        let found = match name.parse::<CaseNumber>() {
            Ok(number) => self.connection.query_row(
                "SELECT no FROM cases WHERE year = ?1 AND serial = ?2",
                (number.year, number.serial),
                |row| row.get(0),
            ),
            Err(()) => self.connection.query_row(
                "SELECT no FROM cases WHERE id = ?1",
                [name.to_uppercase()],
                |row| row.get(0),
            ),
        };
        match found {
            Ok(no) => Ok(Some(no)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(self.failed()(error)),
        }
    }

    /// All that is kept of a case.
    pub fn detail(&self, case: i64) -> Result<CaseDetail, StoreError> {
        let known = self.known_by_no(case)?;
        let remembered = self.remembered(&known)?;
        let query = format!("{LINES} WHERE c.no = ?1");
        let mut select = self.connection.prepare_cached(&query).map_err(self.failed())?;
        let mut found = select.query([case]).map_err(self.failed())?;
        let row = found.next().map_err(self.failed())?;
        let row = row.ok_or_else(|| StoreError::Damaged { what: format!("case {case}") })?;
        let line = line(row)?;
        let words = |first: &str, second: &str| -> Result<Option<Message>, StoreError> {
            let query = format!("SELECT {first}, {second} FROM case_words WHERE no = ?1");
            let found = self.connection.query_row(&query, [case], |row| {
                Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))
            });
            match found {
                Ok((zh, en)) => Ok(zh.zip(en).map(|(zh, en)| Message::new(zh, en))),
                Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
                Err(error) => Err(self.failed()(error)),
            }
        };
        let reason: Message = self
            .connection
            .query_row("SELECT reason_zh, reason_en FROM case_facts WHERE no = ?1", [case], |row| {
                Ok(Message::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .map_err(self.failed())?;
        let evidence = self
            .connection
            .query_row("SELECT zh, en FROM case_evidence WHERE no = ?1", [case], |row| {
                Ok(Message::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional()
            .map_err(self.failed())?;
        Ok(CaseDetail {
            line,
            evidence,
            known,
            reason,
            why: words("why_zh", "why_en")?,
            unchecked: words("unchecked_zh", "unchecked_en")?,
            about: remembered.about,
            basis: remembered.basis,
            rows: remembered.rows,
            waivers: self.waivers_of(case)?,
            replies: self.replies_of(case)?,
        })
    }

    /// All waivers of a case, the first first.
    fn waivers_of(&self, case: i64) -> Result<Vec<WaiverLine>, StoreError> {
        let read = || -> rusqlite::Result<Vec<WaiverLine>> {
            let mut select = self.connection.prepare_cached(
                "SELECT reason, user, since, until, ended, ended_why FROM waivers
                 WHERE no = ?1 ORDER BY waiver",
            )?;
            let lines = select.query_map([case], |row| {
                Ok(WaiverLine {
                    reason: row.get(0)?,
                    user: row.get(1)?,
                    since: row.get(2)?,
                    until: row.get(3)?,
                    ended: row.get(4)?,
                    ended_why: row.get(5)?,
                })
            })?;
            lines.collect()
        };
        read().map_err(self.failed())
    }

    /// All answers to a case, the first first.
    pub fn replies_of(&self, case: i64) -> Result<Vec<ReplyLine>, StoreError> {
        let read = || -> rusqlite::Result<Vec<ReplyLine>> {
            let mut select = self.connection.prepare_cached(
                "SELECT school_code, school_name, answer, note, person, answered_on, imported
                 FROM replies WHERE no = ?1 ORDER BY reply",
            )?;
            let lines = select.query_map([case], |row| {
                Ok(ReplyLine {
                    school_code: row.get(0)?,
                    school_name: row.get(1)?,
                    answer: row.get(2)?,
                    note: row.get(3)?,
                    person: row.get(4)?,
                    answered_on: row.get(5)?,
                    imported: row.get(6)?,
                })
            })?;
            lines.collect()
        };
        read().map_err(self.failed())
    }
}

fn line(row: &Row) -> Result<CaseLine, StoreError> {
    let damaged = |error: rusqlite::Error| StoreError::Damaged { what: error.to_string() };
    let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(damaged);
    let unknown = |word: &str| StoreError::Damaged { what: word.to_string() };
    let (kind, severity, status) = (text(4)?, text(5)?, text(6)?);
    let number =
        CaseNumber { year: row.get(1).map_err(damaged)?, serial: row.get(2).map_err(damaged)? };
    Ok(CaseLine {
        no: row.get(0).map_err(damaged)?,
        number: number.to_string(),
        id: row.get(3).map_err(damaged)?,
        kind: of_word(kind).ok_or_else(|| unknown(kind))?,
        severity: of_word(severity).ok_or_else(|| unknown(severity))?,
        status: CaseStatus::by_name(status).ok_or_else(|| unknown(status))?,
        first_seen: day(text(7)?)?,
        last_seen: day(text(8)?)?,
        schools: row.get(9).map_err(damaged)?,
        people: row.get(10).map_err(damaged)?,
        money: row.get(11).map_err(damaged)?,
        assigned: row.get(12).map_err(damaged)?,
        sent_on: row.get(13).map_err(damaged)?,
        due_on: row.get(14).map_err(damaged)?,
        escalated_on: row.get(15).map_err(damaged)?,
        answered_on: row.get(16).map_err(damaged)?,
        unchecked: row.get(17).map_err(damaged)?,
        waiting_since: None,
    })
}
