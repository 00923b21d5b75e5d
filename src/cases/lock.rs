//! One run at a time: the lock of a store's folder, and who may read what lies in it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::private::{private_file, private_folder};
use crate::record::Message;

const LOCK_FILE: &str = "lock";
/// Who holds the lock stands beside it: Windows lets nobody read a locked file.
const HOLDER_FILE: &str = "lock.json";
const PAUSE: Duration = Duration::from_millis(200);

/// Who holds a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    pub pid: u32,
    /// RFC 3339.
    pub since: String,
    pub command: String,
}

/// Why the lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run holds it.
    #[error(
        "another aidcheck is at work here (process {}, since {}, `{}`); wait for it, or let this one wait with --wait SECONDS",
        holder.pid, holder.since, holder.command
    )]
    Held { holder: Holder },
    /// The folder or the lock cannot be made.
    #[error("cannot write {}: {source}; check the permissions, or choose another folder with --out", path.display())]
    NotWritable { path: PathBuf, source: io::Error },
}

impl LockError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            LockError::Held { holder } => format!(
                "另一个 aidcheck 正在运行（进程 {}，自 {}，{}）；请等它结束，或加 --wait 秒数 让本次等待",
                holder.pid, holder.since, holder.command
            ),
            LockError::NotWritable { path, source } => format!(
                "无法写入 {}（{source}）；请检查权限，或用 --out 另选文件夹",
                path.display()
            ),
        };
        Message::new(zh, self.to_string())
    }
}

/// The lock of a folder, held until it is dropped. The system takes it back when its owner dies, so a
/// lock whose owner is gone holds nobody up.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder` (made if missing), waiting up to `wait`.
    pub fn take(folder: &Path, holder: &Holder, wait: Duration) -> Result<Lock, LockError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| LockError::NotWritable { path, source }
        };
        private_folder(folder).map_err(at(folder))?;
        let path = folder.join(LOCK_FILE);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        private_file(&path).map_err(at(&path))?;
        let started = Instant::now();
        let holders = folder.join(HOLDER_FILE);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < wait => sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let holder = fs::read(&holders).ok();
                    let holder = holder.and_then(|text| serde_json::from_slice(&text).ok());
                    return Err(LockError::Held { holder: holder.unwrap_or_default() });
                }
                Err(TryLockError::Error(source)) => return Err(at(&path)(source)),
            }
        }
        let text = serde_json::to_vec(holder).unwrap_or_default();
        fs::write(&holders, text).map_err(at(&holders))?;
        private_file(&holders).map_err(at(&holders))?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder { pid: 4711, since: "2025-10-15T20:00:00+08:00".into(), command: "check".into() }
    }

    #[test]
    fn the_second_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join(".aidcheck");
        let first = Lock::take(&store, &holder(), Duration::ZERO).unwrap();
        let error = Lock::take(&store, &Holder::default(), Duration::ZERO).unwrap_err();
        let message = error.message();
        assert!(message.zh.contains("4711") && message.en.contains("2025-10-15T20:00:00+08:00"));
        drop(first);
        Lock::take(&store, &holder(), Duration::ZERO).unwrap();
    }

    #[test]
    fn a_lock_file_that_somebody_left_behind_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LOCK_FILE), "").unwrap();
        fs::write(folder.path().join(HOLDER_FILE), r#"{"pid":1}"#).unwrap();
        Lock::take(folder.path(), &holder(), Duration::ZERO).unwrap();
    }

    #[test]
    fn who_waits_gets_the_lock_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), &holder(), Duration::ZERO).unwrap();
        std::thread::scope(|threads| {
            let second = threads
                .spawn(|| Lock::take(folder.path(), &holder(), Duration::from_secs(60)).is_ok());
            drop(first);
            assert!(second.join().unwrap());
        });
    }
}
