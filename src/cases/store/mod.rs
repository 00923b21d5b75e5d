//! The case store: an SQLite file with every run, every case and its life, and an append-only log.
//!
//! One transaction is one step: a night ([`Store::write_night`]), a waiver, an answer. Whoever writes
//! holds the lock of the folder ([`super::Lock`]); whoever only reads needs none.

mod deeds;
mod error;
mod known;
mod log;
mod migrate;
mod night;
mod query;
mod rounds;
mod rows;
mod runs;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

pub use deeds::{Doer, Escalation, Reply, SentPackage};
pub use error::StoreError;
pub use log::{LogEntry, LogProof};
pub use query::{CaseDetail, CaseFilter, CaseLine, ReplyLine, WaiverLine};
pub use runs::{NightInput, NightRun, PendingRun};

/// The store's file in its folder.
pub const STORE_FILE: &str = "cases.sqlite";
/// How long a writer waits for another one inside the database.
const BUSY: Duration = Duration::from_secs(20);

/// An open case store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Where an older store was copied to before it was brought up to date.
    pub copied_to: Option<PathBuf>,
}

impl Store {
    /// Opens the store at `path`, made now if there is none, and brings an older one up to date (a copy
    /// is kept beside it). A newer one is refused.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            super::private::private_folder(folder)
                .map_err(|source| StoreError::NotWritable { path: folder.to_path_buf(), source })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Store::with_flags(path, flags)?;
        super::private::private_file(path)
            .map_err(|source| StoreError::NotWritable { path: path.to_path_buf(), source })?;
        store.copied_to = migrate::migrate(&mut store.connection, path)?;
        Ok(store)
    }

    /// Opens a store that is there, to read or to change it by hand.
    pub fn open_existing(path: &Path) -> Result<Store, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing { path: path.to_path_buf() });
        }
        let mut store = Store::with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        store.copied_to = migrate::migrate(&mut store.connection, path)?;
        Ok(store)
    }

    fn with_flags(path: &Path, flags: OpenFlags) -> Result<Store, StoreError> {
        let fail = |source| StoreError::Database { path: path.to_path_buf(), source };
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
        connection.busy_timeout(BUSY).map_err(fail)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Store { connection, path: path.to_path_buf(), copied_to: None })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An error of SQLite with the store's place.
    fn failed(&self) -> impl Fn(rusqlite::Error) -> StoreError + use<> {
        let path = self.path.clone();
        move |source| StoreError::Database { path: path.clone(), source }
    }
}
