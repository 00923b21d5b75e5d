//! The exchange of reports: the new one is written beside the old one and takes its place when complete.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

use super::manifest::{PROGRAM, RUN_FILE};
use super::{archive, replies};
use crate::cases::{create_private, private_folder};
use crate::record::Message;

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds something else.
    #[error(
        "{} is not empty and holds no report of aidcheck; nothing was touched. Choose another folder with --out, or empty it",
        path.display()
    )]
    NotOurs { path: PathBuf },
    /// The path is a file, or names no folder.
    #[error("{} is no folder; choose another one with --out", path.display())]
    NotAFolder { path: PathBuf },
    /// Something cannot be created or written.
    #[error("cannot write {}: {source}; check permissions and free space, or choose another folder with --out", path.display())]
    NotWritable { path: PathBuf, source: io::Error },
    /// The old report cannot be moved away.
    #[error(
        "the old report cannot be replaced ({source}); close {} and run again. The new report is complete in {}",
        held.display(), new.display()
    )]
    Held { held: PathBuf, new: PathBuf, source: io::Error },
}

impl OutputError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            OutputError::NotOurs { path } => format!(
                "{} 不是空文件夹，也不是 aidcheck 的报告，未作任何改动；请用 --out 另选文件夹，或先清空",
                path.display()
            ),
            OutputError::NotAFolder { path } => {
                format!("{} 不是文件夹；请用 --out 另选", path.display())
            }
            OutputError::NotWritable { path, source } => format!(
                "无法写入 {}（{source}）；请检查权限和磁盘空间，或用 --out 另选文件夹",
                path.display()
            ),
            OutputError::Held { held, new, source } => format!(
                "无法替换旧报告（{source}）；请关闭 {} 后重新运行。新报告已完整写在 {}",
                held.display(),
                new.display()
            ),
        };
        Message::new(zh, self.to_string())
    }

    /// The exit code that the error ends the program with.
    pub fn exit_code(&self) -> u8 {
        match self {
            OutputError::NotOurs { .. } | OutputError::NotAFolder { .. } => 2,
            OutputError::NotWritable { .. } | OutputError::Held { .. } => 4,
        }
    }

    /// For `map_err` on work at `path`.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> OutputError + '_ {
        move |source| OutputError::NotWritable { path: path.to_path_buf(), source }
    }
}

/// The new report while it is written. Dropped without [`OutputFolder::commit`], it disappears.
#[derive(Debug)]
pub struct OutputFolder {
    out: PathBuf,
    parent: PathBuf,
    new: PathBuf,
    old: PathBuf,
    remove_on_drop: bool,
}

/// What came of the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The report.
    pub folder: PathBuf,
    /// Files of the old report that are not as we wrote them, where they are kept now.
    pub kept: Vec<PathBuf>,
    /// The old report, where it could not be removed.
    pub leftover: Option<PathBuf>,
}

/// What became of a report that was complete when its run broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// It stands in its place now.
    Finished,
    /// It stood there already.
    Done,
    /// It is gone, or cannot take its place.
    Lost,
}

impl OutputFolder {
    /// Refuses an `out` that is neither absent, nor empty, nor a report of ours. Touches nothing.
    pub fn refuse_foreign(out: &Path) -> Result<(), OutputError> {
        let out = real_path(out)?;
        match fs::symlink_metadata(&out) {
            Ok(metadata) if !metadata.is_dir() => Err(OutputError::NotAFolder { path: out }),
            Ok(_) if !is_empty(&out).map_err(OutputError::at(&out))? && !is_ours(&out) => {
                Err(OutputError::NotOurs { path: out })
            }
            _ => Ok(()),
        }
    }

    /// Finishes the exchange of a report whose run broke off after its cases were stored: `token` is
    /// that run's, and stands in the report's `run.json`.
    pub fn recover(out: &Path, token: &str) -> Recovery {
        let Ok(places) = Places::of(out) else { return Recovery::Lost };
        let belongs = |folder: &Path| token_of(folder).as_deref() == Some(token);
        if belongs(&places.out) {
            return Recovery::Done;
        }
        if !belongs(&places.new) {
            return Recovery::Lost;
        }
        let folder = OutputFolder::unfinished(places);
        match folder.commit(None, 0) {
            Ok(_) => Recovery::Finished,
            Err(_) => Recovery::Lost,
        }
    }

    /// Tidies an interrupted exchange and opens a new report beside `out`. Refuses, and touches
    /// nothing, where `out` is neither absent, nor empty, nor a report of ours.
    pub fn prepare(out: &Path) -> Result<OutputFolder, OutputError> {
        let Places { out, parent, new, old } = Places::of(out)?;
        match fs::symlink_metadata(&out) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(OutputError::NotAFolder { path: out });
            }
            Ok(_) => {
                let empty = is_empty(&out).map_err(OutputError::at(&out))?;
                if !empty && !is_ours(&out) {
                    return Err(OutputError::NotOurs { path: out });
                }
                if old.exists() && empty {
                    clear(&out)?;
                    fs::rename(&old, &out).map_err(OutputError::at(&out))?;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&parent).map_err(OutputError::at(&parent))?;
                if old.exists() {
                    fs::rename(&old, &out).map_err(OutputError::at(&out))?;
                }
            }
            Err(error) => return Err(OutputError::at(&out)(error)),
        }
        clear(&old)?;
        clear(&new)?;
        private_folder(&new).map_err(OutputError::at(&new))?;
        let places = Places { out, parent, new, old };
        let mut folder = OutputFolder::unfinished(places);
        folder.remove_on_drop = true;
        Ok(folder)
    }

    /// A report whose files are written already; dropping it removes nothing.
    fn unfinished(places: Places) -> OutputFolder {
        let Places { out, parent, new, old } = places;
        OutputFolder { out, parent, new, old, remove_on_drop: false }
    }

    /// Opens a file of the new report for writing, with the folders it needs. The caller flushes it.
    pub fn writer(&self, relative: &str) -> Result<BufWriter<File>, OutputError> {
        let path = self.path(relative);
        let created = match create_private(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent() {
                    private_folder(folder).map_err(OutputError::at(folder))?;
                }
                create_private(&path)
            }
            created => created,
        };
        created.map(BufWriter::new).map_err(OutputError::at(&path))
    }

    /// Where a file of the new report stands until the exchange.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.new.join(relative)
    }

    /// From here on the report is complete and worth keeping, whatever happens.
    pub fn keep(&mut self) {
        self.remove_on_drop = false;
    }

    /// Puts the new report in the place of the old one. Files of the old report that are not as we
    /// wrote them are kept in `.aidcheck/replies/DATE/` beside it first; without a date, the old
    /// report's own is taken. The old report itself is kept in `.aidcheck/reports/NAME/`, with the newest
    /// `keep_reports` of those there.
    pub fn commit(
        mut self,
        as_of: Option<NaiveDate>,
        keep_reports: usize,
    ) -> Result<Committed, OutputError> {
        let mut kept = Vec::new();
        let had_old = self.out.is_dir();
        if had_old && !is_empty(&self.out).map_err(OutputError::at(&self.out))? {
            // It may have been filled by someone else meanwhile.
            if !is_ours(&self.out) {
                return Err(OutputError::NotOurs { path: self.out.clone() });
            }
            let date = as_of.map_or_else(|| date_of(&self.out), |date| date.to_string());
            let folder = self.parent.join(".aidcheck").join("replies").join(date);
            kept = replies::keep_changed(&self.out, &folder)?;
        }
        self.keep();
        if had_old {
            fs::rename(&self.out, &self.old).map_err(|source| self.held(source))?;
        }
        if let Err(source) = fs::rename(&self.new, &self.out) {
            if had_old {
                fs::rename(&self.old, &self.out).map_err(OutputError::at(&self.out))?;
            }
            return Err(self.held(source));
        }
        if had_old && keep_reports > 0 {
            // Reports of other commands stand beside this one, each with its own past.
            let name = self.out.file_name().unwrap_or_default();
            let folder = self.parent.join(".aidcheck").join("reports").join(name);
            archive::keep(&self.old, &folder, &date_of(&self.old), keep_reports);
        }
        let leftover = clear(&self.old).is_err().then(|| self.old.clone());
        Ok(Committed { folder: self.out.clone(), kept, leftover })
    }

    /// The error that names what is in the way of the exchange.
    fn held(&self, source: io::Error) -> OutputError {
        let files = replies::files_of(&self.out).unwrap_or_default();
        let closed = |file: &PathBuf| fs::OpenOptions::new().append(true).open(file).is_ok();
        let held = files.into_iter().map(|file| self.out.join(file)).find(|file| !closed(file));
        let held = held.unwrap_or_else(|| self.out.clone());
        OutputError::Held { held, new: self.new.clone(), source }
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.remove_on_drop {
            // Nothing to tell anyone here: the next start tidies what stays.
            let _ = fs::remove_dir_all(&self.new);
        }
    }
}

/// Where a report stands, and what stands beside it while it is exchanged.
struct Places {
    out: PathBuf,
    parent: PathBuf,
    new: PathBuf,
    old: PathBuf,
}

impl Places {
    fn of(out: &Path) -> Result<Places, OutputError> {
        let out = real_path(out)?;
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            return Err(OutputError::NotAFolder { path: out });
        };
        let (new, old) = (parent.join(beside(name, "new")), parent.join(beside(name, "old")));
        Ok(Places { parent: parent.to_path_buf(), new, old, out })
    }
}

/// A link is followed, so that the exchange happens where the report really is.
fn real_path(out: &Path) -> Result<PathBuf, OutputError> {
    match fs::canonicalize(out) {
        Ok(real) => Ok(real),
        Err(_) => std::path::absolute(out).map_err(OutputError::at(out)),
    }
}

/// What an exchange asks of a report's `run.json`; the rest of the file is large and passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RunHead {
    program: String,
    run: String,
    as_of: String,
}

impl RunHead {
    fn of(folder: &Path) -> Option<RunHead> {
        serde_json::from_slice(&fs::read(folder.join(RUN_FILE)).ok()?).ok()
    }
}

fn token_of(folder: &Path) -> Option<String> {
    RunHead::of(folder).map(|head| head.run).filter(|token| !token.is_empty())
}

/// The day as of which a report was made.
fn date_of(folder: &Path) -> String {
    let date = RunHead::of(folder).map(|head| head.as_of);
    let date = date.filter(|date| date.parse::<NaiveDate>().is_ok());
    date.unwrap_or_else(|| "unknown".into())
}

/// `.NAME.aidcheck-new`, `.NAME.aidcheck-old`
fn beside(name: &OsStr, which: &str) -> std::ffi::OsString {
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{PROGRAM}-{which}"));
    beside
}

/// Whether a folder is a report that this program wrote.
fn is_ours(folder: &Path) -> bool {
    RunHead::of(folder).is_some_and(|head| head.program == PROGRAM)
}

/// Whether a folder holds nothing but what file managers leave behind.
fn is_empty(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if !replies::is_litter(&entry?.file_name()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes a folder, if it is there.
fn clear(folder: &Path) -> Result<(), OutputError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OutputError::at(folder)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
