//! What people do to cases: waive, close, reopen, assign, send, answer. Each is one transaction with its
//! entries in the log.

use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::{Value, json};

use super::Store;
use super::error::StoreError;
use super::log::Chain;
use crate::cases::CaseStatus;
use crate::cases::facts::facts_of;
use crate::cases::life::Memory;
use crate::record::Message;

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Doer<'a> {
    pub user: &'a str,
    /// RFC 3339.
    pub at: &'a str,
    pub today: NaiveDate,
}

/// A file of cases that a school was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPackage {
    pub school_code: String,
    pub school_name: String,
    pub file: String,
    pub sha256: String,
    /// The last day for an answer.
    pub due_on: NaiveDate,
    /// The cases in it, by their rows in the store.
    pub cases: Vec<i64>,
}

/// A school's answer to one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The case's row in the store.
    pub case: i64,
    pub school_code: String,
    pub school_name: String,
    /// 核查结果
    pub answer: String,
    /// 核查说明
    pub note: String,
    /// 核查人
    pub person: String,
    /// 核查日期, as the school wrote it.
    pub answered_on: String,
    /// The file that it came in, and its SHA-256.
    pub file: String,
    pub sha256: String,
}

/// Cases whose answer is so late that somebody above must ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    pub cases: Vec<i64>,
    pub reason: String,
}

impl Store {
    /// Allows a case until a day, included; the facts as last seen are kept with it.
    pub fn waive(
        &mut self,
        doer: Doer,
        case: i64,
        reason: &str,
        until: NaiveDate,
    ) -> Result<(), StoreError> {
        let known = self.known_by_no(case)?;
        let remembered = self.remembered(&known)?;
        let facts = facts_of(known.kind, &remembered.rows.iter().collect::<Vec<_>>());
        let number = known.number.to_string();
        self.step(doer, |connection, chain| {
            // One waiver holds at a time; the one before is kept.
            connection.execute(
                "UPDATE waivers SET ended = ?2, ended_why = 'replaced' WHERE no = ?1 AND ended IS NULL",
                params![case, doer.today.to_string()],
            )?;
            connection.execute(
                "INSERT INTO waivers (no, reason, user, since, until, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    case,
                    reason,
                    doer.user,
                    doer.today.to_string(),
                    until.to_string(),
                    serde_json::to_string(&facts).unwrap_or_default(),
                ],
            )?;
            set_status(connection, case, CaseStatus::Waived)?;
            let detail = json!({
                "from": known.status.name(), "reason": reason, "until": until.to_string(),
                "facts": facts,
            });
            chain.add("waived", Some((case, &number)), &detail)
        })
    }

    /// Closes a case by hand. A later export that still shows it opens it again.
    pub fn close(&mut self, doer: Doer, case: i64, reason: &str) -> Result<(), StoreError> {
        let known = self.known_by_no(case)?;
        let number = known.number.to_string();
        self.step(doer, |connection, chain| {
            end_waiver(connection, case, doer, "closed")?;
            set_status(connection, case, CaseStatus::Resolved)?;
            connection.execute(
                "UPDATE cases SET closed_by = ?2 WHERE no = ?1",
                params![case, doer.user],
            )?;
            say_why(
                connection,
                case,
                &Message::new(
                    format!("{}结案：{reason}", doer.user),
                    format!("closed by {}: {reason}", doer.user),
                ),
            )?;
            let detail = json!({ "from": known.status.name(), "reason": reason });
            chain.add("closed", Some((case, &number)), &detail)
        })
    }

    /// Opens a case again, and says why; a waiver of it ends.
    pub fn reopen(&mut self, doer: Doer, case: i64, why: &Message) -> Result<(), StoreError> {
        let known = self.known_by_no(case)?;
        let number = known.number.to_string();
        self.step(doer, |connection, chain| {
            end_waiver(connection, case, doer, "reopened")?;
            set_status(connection, case, CaseStatus::Reopened)?;
            say_why(connection, case, why)?;
            let detail = json!({
                "from": known.status.name(), "why": { "zh": why.zh, "en": why.en },
            });
            chain.add("reopened", Some((case, &number)), &detail)
        })
    }

    /// Gives a case to somebody; nobody with an empty name.
    pub fn assign(&mut self, doer: Doer, case: i64, to: &str) -> Result<(), StoreError> {
        let number = self.known_by_no(case)?.number.to_string();
        self.step(doer, |connection, chain| {
            connection.execute(
                "UPDATE cases SET assigned = nullif(?2, '') WHERE no = ?1",
                params![case, to],
            )?;
            chain.add("assigned", Some((case, &number)), &json!({ "to": to }))
        })
    }

    /// Records a package that went to a school: its open cases are `sent` and their clock starts.
    pub fn record_sent(&mut self, doer: Doer, package: &SentPackage) -> Result<(), StoreError> {
        let mut cases = Vec::with_capacity(package.cases.len());
        for &case in &package.cases {
            cases.push(self.known_by_no(case)?);
        }
        self.step(doer, |connection, chain| {
            let sent_on = doer.today.to_string();
            let due_on = package.due_on.to_string();
            connection.execute(
                "INSERT INTO packages (school_code, school_name, file, sha256, sent_on, due_on, user)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    package.school_code,
                    package.school_name,
                    package.file,
                    package.sha256,
                    sent_on,
                    due_on,
                    doer.user,
                ],
            )?;
            let number = connection.last_insert_rowid();
            for case in cases.iter().filter(|case| case.status.is_open()) {
                connection
                    .prepare_cached("INSERT OR IGNORE INTO package_cases VALUES (?1, ?2)")?
                    .execute(params![number, case.no])?;
                connection
                    .prepare_cached(
                        "UPDATE cases SET status = 'sent', sent_on = ?2, due_on = ?3 WHERE no = ?1",
                    )?
                    .execute(params![case.no, sent_on, due_on])?;
                let detail = json!({
                    "from": case.status.name(), "school": school(package), "file": package.file,
                    "sha256": package.sha256, "sent_on": sent_on, "due_on": due_on,
                });
                chain.add("sent", Some((case.no, &case.number.to_string())), &detail)?;
            }
            Ok(())
        })
    }

    /// Keeps a school's answer. A case that was sent is `answered` once every school it was sent to has
    /// answered since; what the answer is worth is for the caller to judge ([`Store::reopen`]).
    pub fn record_reply(&mut self, doer: Doer, reply: &Reply) -> Result<(), StoreError> {
        let known = self.known_by_no(reply.case)?;
        let number = known.number.to_string();
        self.step(doer, |connection, chain| {
            connection.execute(
                "INSERT INTO replies (no, school_code, school_name, answer, note, person, answered_on,
                 file, sha256, imported, user) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    reply.case,
                    reply.school_code,
                    reply.school_name,
                    reply.answer,
                    reply.note,
                    reply.person,
                    reply.answered_on,
                    reply.file,
                    reply.sha256,
                    doer.at,
                    doer.user,
                ],
            )?;
            let awaited: i64 = connection.query_row(
                "SELECT count(*) FROM packages p JOIN package_cases c USING (package)
                 WHERE c.no = ?1 AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.no = c.no
                   AND substr(r.imported, 1, 10) >= p.sent_on
                   AND CASE p.school_code WHEN '' THEN r.school_name = p.school_name
                       ELSE r.school_code = p.school_code END)",
                [reply.case],
                |row| row.get(0),
            )?;
            if known.status == CaseStatus::Sent && awaited == 0 {
                connection.execute(
                    "UPDATE cases SET status = 'answered', answered_on = ?2 WHERE no = ?1",
                    params![reply.case, doer.today.to_string()],
                )?;
            }
            let detail = json!({
                "school": if reply.school_code.is_empty() { &reply.school_name } else { &reply.school_code },
                "answer": reply.answer, "note": reply.note, "person": reply.person,
                "answered_on": reply.answered_on, "file": reply.file, "sha256": reply.sha256,
                "imported_on": doer.today.to_string(),
            });
            chain.add("answered", Some((reply.case, &number)), &detail)
        })
    }

    /// Notes that cases went to somebody above.
    pub fn record_escalation(
        &mut self,
        doer: Doer,
        escalation: &Escalation,
    ) -> Result<(), StoreError> {
        let mut cases = Vec::with_capacity(escalation.cases.len());
        for &case in &escalation.cases {
            cases.push(self.known_by_no(case)?);
        }
        self.step(doer, |connection, chain| {
            for case in &cases {
                connection
                    .prepare_cached("UPDATE cases SET escalated_on = ?2 WHERE no = ?1")?
                    .execute(params![case.no, doer.today.to_string()])?;
                let detail = json!({ "reason": escalation.reason });
                chain.add("escalated", Some((case.no, &case.number.to_string())), &detail)?;
            }
            Ok(())
        })
    }

    /// One transaction with its entries in the log.
    fn step(
        &mut self,
        doer: Doer,
        work: impl FnOnce(&Connection, &mut Chain) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let failed = self.failed();
        let step = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)
            .map_err(&failed)?;
        Chain::continue_from(&step, doer.at, doer.user)
            .and_then(|mut chain| work(&step, &mut chain))
            .map_err(&failed)?;
        step.commit().map_err(&failed)
    }
}

fn school(package: &SentPackage) -> Value {
    let name = &package.school_name;
    json!(if package.school_code.is_empty() { name } else { &package.school_code })
}

/// By hand: no report has said it yet.
fn set_status(connection: &Connection, case: i64, status: CaseStatus) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE cases SET status = ?2, told_run = NULL, closed_by = NULL WHERE no = ?1",
        )?
        .execute(params![case, status.name()])
        .map(|_| ())
}

fn end_waiver(connection: &Connection, case: i64, doer: Doer, why: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE waivers SET ended = ?2, ended_why = ?3 WHERE no = ?1 AND ended IS NULL",
        )?
        .execute(params![case, doer.today.to_string(), why])
        .map(|_| ())
}

fn say_why(connection: &Connection, case: i64, why: &Message) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO case_words (no, why_zh, why_en) VALUES (?1, ?2, ?3)
             ON CONFLICT (no) DO UPDATE SET why_zh = excluded.why_zh, why_en = excluded.why_en",
        )?
        .execute(params![case, why.zh, why.en])
        .map(|_| ())
}
