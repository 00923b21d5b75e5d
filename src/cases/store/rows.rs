//! The rows of a case in the store.

use std::sync::Arc;

use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::cases::{CaseNumber, CaseRow, CaseStatus, Source};
use crate::record::{AwardPeriod, DateRange, Fen, Message, SchoolYear};
use crate::rules::{CaseKind, Role, Severity};

/// What all rows of a case have in common.
pub(super) struct Head {
    pub id: String,
    pub number: CaseNumber,
    pub kind: CaseKind,
    pub severity: Severity,
    pub confidence: f64,
    pub status: CaseStatus,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    pub reason: Arc<Message>,
}

/// The kebab-case name of a member of a closed set.
fn word<T: serde::Serialize>(value: T) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}

/// The member of that name; `None` for a name of a later version.
pub(super) fn of_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    let word: StrDeserializer<'_, WordError> = word.into_deserializer();
    T::deserialize(word).ok()
}

/// Writes the rows of a case in place of those it had.
pub(super) fn replace(connection: &Connection, no: i64, rows: &[&CaseRow]) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM case_rows WHERE no = ?1")?.execute([no])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO case_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
         ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
    )?;
    let day = |date: Option<DateRange>| {
        date.map_or((None, None), |date| {
            (Some(date.first.to_string()), Some(date.last.to_string()))
        })
    };
    for (place, row) in rows.iter().enumerate() {
        let (pay_first, pay_last) = day(row.pay_date);
        let (from_first, from_last) = day(row.valid_from);
        let (to_first, to_last) = day(row.valid_to);
        insert.execute(params![
            no,
            place as i64,
            row.role.name(),
            row.school_code,
            row.school_name,
            row.stage.and_then(word),
            row.grade,
            row.class,
            row.name,
            row.id_number,
            row.student_number,
            row.programme,
            row.period.school_year.map(|year| year.0),
            row.period.term.and_then(word),
            row.period.months,
            row.amount.map(|amount| amount.0),
            pay_first,
            pay_last,
            row.enrollment_status.and_then(word),
            from_first,
            from_last,
            to_first,
            to_last,
            row.register.and_then(word),
            row.source.as_ref().map(|source| &source.file),
            row.source.as_ref().map(|source| &source.sheet),
            row.source.as_ref().map(|source| source.row),
        ])?;
    }
    Ok(())
}

/// The rows of a case, in their order.
pub(super) fn read(
    connection: &Connection,
    no: i64,
    head: &Head,
) -> rusqlite::Result<Vec<CaseRow>> {
    let mut select =
        connection.prepare_cached("SELECT * FROM case_rows WHERE no = ?1 ORDER BY place")?;
    let rows = select.query_map([no], |row| case_row(row, head))?;
    rows.collect()
}

fn case_row(row: &Row, head: &Head) -> rusqlite::Result<CaseRow> {
    let closed = |column: &str| row.get::<_, Option<String>>(column);
    let range = |first: &str, last: &str| -> rusqlite::Result<Option<DateRange>> {
        let (first, last) = (closed(first)?, closed(last)?);
        let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(day(first).zip(day(last)).map(|(first, last)| DateRange { first, last }))
    };
    let source = match row.get::<_, Option<String>>("source_file")? {
        Some(file) => Some(Source {
            file,
            sheet: row.get::<_, Option<String>>("source_sheet")?.unwrap_or_default(),
            row: row.get::<_, Option<u32>>("source_row")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(CaseRow {
        case_id: head.id.clone(),
        kind: head.kind,
        severity: head.severity,
        confidence: head.confidence,
        status: head.status,
        first_seen: head.first_seen,
        last_seen: head.last_seen,
        school_code: row.get("school_code")?,
        school_name: row.get("school_name")?,
        stage: closed("stage")?.as_deref().and_then(of_word),
        grade: row.get("grade")?,
        class: row.get("class")?,
        name: row.get("name")?,
        id_number: row.get("id_number")?,
        student_number: row.get("student_number")?,
        programme: row.get("programme")?,
        period: AwardPeriod {
            school_year: row.get::<_, Option<i16>>("school_year")?.map(SchoolYear),
            term: closed("term")?.as_deref().and_then(of_word),
            months: row.get("months")?,
        },
        amount: row.get::<_, Option<i64>>("amount")?.map(Fen),
        pay_date: range("pay_first", "pay_last")?,
        enrollment_status: closed("enrollment_status")?.as_deref().and_then(of_word),
        valid_from: range("from_first", "from_last")?,
        valid_to: range("to_first", "to_last")?,
        role: of_word(&row.get::<_, String>("role")?).unwrap_or(Role::Subject),
        source,
        reason: Arc::clone(&head.reason),
        number: Some(head.number),
        register: closed("register")?.as_deref().and_then(of_word),
    })
}
