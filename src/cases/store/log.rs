//! The log: append-only, each entry chained to the one before by SHA-256.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::Store;
use super::error::StoreError;

/// What stands before the first entry.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LogEntry {
    /// From 1, without gaps.
    pub seq: i64,
    /// Time with its offset, RFC 3339.
    pub at: String,
    pub user: String,
    /// `run`, `opened`, `resolved`, `reopened`, `waived` …
    pub action: String,
    /// The case's short number; empty for what is about no case.
    pub number: String,
    /// JSON.
    pub detail: String,
    pub prev_hash: String,
    pub hash: String,
}

/// What reading the whole chain came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    pub entries: i64,
    /// The hash of the last entry: whoever noted it earlier can tell a log that was cut.
    pub head: String,
    /// The first entry that does not follow from those before it.
    pub broken_at: Option<i64>,
}

/// Writes entries one behind the other inside a transaction.
pub(super) struct Chain<'a> {
    connection: &'a Connection,
    at: &'a str,
    user: &'a str,
    seq: i64,
    head: String,
}

impl<'a> Chain<'a> {
    /// Goes on from the last entry; `at` and `user` hold for all that is added.
    pub(super) fn continue_from(
        connection: &'a Connection,
        at: &'a str,
        user: &'a str,
    ) -> rusqlite::Result<Chain<'a>> {
        let (seq, head) = head(connection)?;
        Ok(Chain { connection, at, user, seq, head })
    }

    /// Adds an entry; `case`: its row and short number.
    pub(super) fn add(
        &mut self,
        action: &str,
        case: Option<(i64, &str)>,
        detail: &serde_json::Value,
    ) -> rusqlite::Result<()> {
        self.seq += 1;
        let mut entry = LogEntry {
            seq: self.seq,
            at: self.at.to_string(),
            user: self.user.to_string(),
            action: action.to_string(),
            number: case.map_or(String::new(), |(_, number)| number.to_string()),
            detail: detail.to_string(),
            prev_hash: std::mem::take(&mut self.head),
            hash: String::new(),
        };
        entry.hash = entry.computed_hash();
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO log (seq, at, user, action, no, number, detail, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        insert.execute(params![
            entry.seq,
            entry.at,
            entry.user,
            entry.action,
            case.map(|(no, _)| no),
            entry.number,
            entry.detail,
            entry.prev_hash,
            entry.hash
        ])?;
        self.head = entry.hash;
        Ok(())
    }
}

/// The number and hash of the last entry.
fn head(connection: &Connection) -> rusqlite::Result<(i64, String)> {
    connection
        .query_row("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok((0, START.to_string())),
            other => Err(other),
        })
}

impl LogEntry {
    /// SHA-256 over the fields in their order, each with its length in bytes before it, so that no two
    /// entries have the same bytes.
    fn computed_hash(&self) -> String {
        let mut digest = Sha256::new();
        let seq = self.seq.to_string();
        for field in
            [&seq, &self.at, &self.user, &self.action, &self.number, &self.detail, &self.prev_hash]
        {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field.as_bytes());
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Store {
    /// Reads the whole log and proves the chain.
    pub fn verify_log(&self) -> Result<LogProof, StoreError> {
        let mut proof = LogProof { entries: 0, head: START.to_string(), broken_at: None };
        self.each_entry(None, |entry| {
            let follows = entry.seq == proof.entries + 1
                && entry.prev_hash == proof.head
                && entry.hash == entry.computed_hash();
            if !follows && proof.broken_at.is_none() {
                proof.broken_at = Some(entry.seq);
            }
            proof.entries += 1;
            proof.head = entry.hash;
        })?;
        Ok(proof)
    }

    /// The entries about a case (its row in the store), or all, in order.
    pub fn log_of(&self, case: Option<i64>) -> Result<Vec<LogEntry>, StoreError> {
        let mut entries = Vec::new();
        self.each_entry(case, |entry| entries.push(entry))?;
        Ok(entries)
    }

    /// The hash of the last entry.
    pub fn log_head(&self) -> Result<String, StoreError> {
        head(&self.connection).map(|(_, hash)| hash).map_err(self.failed())
    }

    fn each_entry(
        &self,
        case: Option<i64>,
        mut each: impl FnMut(LogEntry),
    ) -> Result<(), StoreError> {
        let mut read = || -> rusqlite::Result<()> {
            let mut select = self.connection.prepare_cached(
                "SELECT seq, at, user, action, number, detail, prev_hash, hash FROM log
                 WHERE ?1 IS NULL OR no = ?1 ORDER BY seq",
            )?;
            let mut rows = select.query([case])?;
            while let Some(row) = rows.next()? {
                each(LogEntry {
                    seq: row.get(0)?,
                    at: row.get(1)?,
                    user: row.get(2)?,
                    action: row.get(3)?,
                    number: row.get(4)?,
                    detail: row.get(5)?,
                    prev_hash: row.get(6)?,
                    hash: row.get(7)?,
                });
            }
            Ok(())
        };
        read().map_err(self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn store_with_three_entries() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cases.sqlite")).unwrap();
        let mut chain =
            Chain::continue_from(&store.connection, "2025-10-15T20:00:00+08:00", "王").unwrap();
        for number in 1..=3 {
            chain.add("note", None, &json!({ "number": number })).unwrap();
        }
        (folder, store)
    }

    #[test]
    fn a_whole_log_is_proved() {
        let (_folder, store) = store_with_three_entries();
        let proof = store.verify_log().unwrap();
        assert_eq!((proof.entries, proof.broken_at), (3, None));
        assert_eq!(proof.head, store.log_head().unwrap());
    }

    #[test]
    fn the_log_refuses_change_and_shows_it_where_it_was_forced() {
        let (_folder, store) = store_with_three_entries();
        for forbidden in ["UPDATE log SET user = '李'", "DELETE FROM log"] {
            assert!(store.connection.execute(forbidden, []).is_err(), "{forbidden}");
        }
        let forced = "DROP TRIGGER log_is_never_changed; UPDATE log SET user = '李' WHERE seq = 2";
        store.connection.execute_batch(forced).unwrap();
        assert_eq!(store.verify_log().unwrap().broken_at, Some(2));
    }

    #[test]
    fn an_entry_that_was_taken_out_breaks_the_chain() {
        let (_folder, store) = store_with_three_entries();
        let forced = "DROP TRIGGER log_is_never_cut; DELETE FROM log WHERE seq = 1";
        store.connection.execute_batch(forced).unwrap();
        assert_eq!(store.verify_log().unwrap().broken_at, Some(2));
    }
}
