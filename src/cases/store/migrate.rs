//! The format of the store: `user_version` counts it, each step is one script.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::StoreError;

/// Marks the file as ours ("aidc").
const APPLICATION: i64 = 0x6169_6463;
/// Script `n` brings format `n` to format `n + 1`.
const STEPS: [&str; 2] = [include_str!("schema_1.sql"), include_str!("schema_2.sql")];

/// Brings the store to the format that this program writes; returns where an older one was copied to.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
) -> Result<Option<PathBuf>, StoreError> {
    with_steps(connection, path, &STEPS)
}

fn with_steps(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<Option<PathBuf>, StoreError> {
    let fail = |source| StoreError::Database { path: path.to_path_buf(), source };
    let pragma = |connection: &Connection, name: &str| -> Result<i64, rusqlite::Error> {
        connection.pragma_query_value(None, name, |row| row.get(0))
    };
    let known = steps.len() as i64;
    // A file that is no database fails here.
    let found = pragma(connection, "user_version").map_err(|source| match &source {
        rusqlite::Error::SqliteFailure(error, _)
            if error.code == rusqlite::ErrorCode::NotADatabase =>
        {
            StoreError::NotOurs { path: path.to_path_buf() }
        }
        _ => fail(source),
    })?;
    let ours = pragma(connection, "application_id").map_err(fail)? == APPLICATION;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(fail)?;
    if !ours && (found != 0 || tables != 0) {
        return Err(StoreError::NotOurs { path: path.to_path_buf() });
    }
    if found > known {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known });
    }
    let copy = if ours && found < known { Some(keep_copy(connection, path, found)?) } else { None };
    connection.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(fail)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
    if found < known || !ours {
        let step =
            Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fail)?;
        for script in steps.iter().skip(usize::try_from(found).unwrap_or(0)) {
            step.execute_batch(script).map_err(fail)?;
        }
        step.pragma_update(None, "application_id", APPLICATION).map_err(fail)?;
        step.pragma_update(None, "user_version", known).map_err(fail)?;
        step.commit().map_err(fail)?;
    }
    Ok(copy)
}

/// A whole copy of the older store beside it: `cases.format-1.sqlite`.
fn keep_copy(connection: &Connection, path: &Path, format: i64) -> Result<PathBuf, StoreError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut copy = path.with_file_name(format!("{stem}.format-{format}.sqlite"));
    let mut number = 1;
    while copy.exists() {
        number += 1;
        copy = path.with_file_name(format!("{stem}.format-{format}.{number}.sqlite"));
    }
    // What stands in the write-ahead log belongs to the copy as well.
    connection
        .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .map_err(|source| StoreError::Database { path: path.to_path_buf(), source })?;
    crate::cases::private::private_file(&copy)
        .map_err(|source| StoreError::NotWritable { path: copy.clone(), source })?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn version(path: &Path) -> i64 {
        let connection = Connection::open(path).unwrap();
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_newer_store_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.sqlite");
        let mut connection = Connection::open(&path).unwrap();
        let steps = ["CREATE TABLE a (b);", "CREATE TABLE c (d);"];
        with_steps(&mut connection, &path, &steps).unwrap();
        drop(connection);
        let before = fs::read(&path).unwrap();
        let error = with_steps(&mut Connection::open(&path).unwrap(), &path, &steps[..1]);
        assert!(matches!(error, Err(StoreError::Newer { found: 2, known: 1, .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_store_is_brought_up_to_date_and_a_copy_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.sqlite");
        let steps = ["CREATE TABLE a (b); INSERT INTO a VALUES (7);", "ALTER TABLE a ADD c;"];
        let mut connection = Connection::open(&path).unwrap();
        assert_eq!(with_steps(&mut connection, &path, &steps[..1]).unwrap(), None);
        let copy = with_steps(&mut connection, &path, &steps).unwrap().unwrap();
        assert_eq!((version(&path), version(&copy)), (2, 1));
        let kept: i64 = Connection::open(&copy)
            .unwrap()
            .query_row("SELECT b FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
        // Up to date: nothing is copied again.
        assert_eq!(with_steps(&mut connection, &path, &steps).unwrap(), None);
    }

    #[test]
    fn what_is_no_store_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        fs::write(&text, "no database at all, but long enough to have a header of its own")
            .unwrap();
        let error = migrate(&mut Connection::open(&text).unwrap(), &text);
        assert!(matches!(error, Err(StoreError::NotOurs { .. })), "{error:?}");
        let other = folder.path().join("other.sqlite");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
        let error = migrate(&mut Connection::open(&other).unwrap(), &other);
        assert!(matches!(error, Err(StoreError::NotOurs { .. })));
    }
}
