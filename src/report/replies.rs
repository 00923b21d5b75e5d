//! What people put into a report: files that are not as we wrote them, kept when the report is replaced.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::exchange::OutputError;
use super::manifest::{RUN_FILE, SchoolFileEntry};
use super::{CASES, HEADCOUNT, HEADCOUNT_SUMS, REJECTED, SCHOOLS};
use crate::cases::{create_private, private_folder};

/// Files of a report that people do not answer in.
const OURS: [&str; 7] =
    [RUN_FILE, CASES, REJECTED, HEADCOUNT, HEADCOUNT_SUMS, "report.html", "report.xlsx"];

/// The SHA-256 of bytes in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a file manager or Office left this file, and no person.
pub fn is_litter(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    matches!(&*name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("~$")
}

/// All files below a folder, relative to it, in order. Links are not followed.
pub fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        for entry in fs::read_dir(folder.join(&relative))? {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Copies the schools' files that changed since the old report was written, and files that we did not
/// write at all, into `keep`; returns where they are. A copy that is there already is not made again.
pub fn keep_changed(old: &Path, keep: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let run: SchoolFiles = fs::read(old.join(RUN_FILE))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let written: FxHashMap<PathBuf, &str> = run
        .school_files
        .iter()
        .map(|entry| (Path::new(SCHOOLS).join(&entry.file), entry.sha256.as_str()))
        .collect();
    let files = files_of(old).map_err(OutputError::at(old))?;
    let changed = files.par_iter().filter_map(|relative| {
        let name = relative.file_name().unwrap_or_default();
        if is_litter(name) || OURS.iter().any(|ours| relative == Path::new(ours)) {
            return None;
        }
        let path = old.join(relative);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => return Some(Err(OutputError::at(&path)(error))),
        };
        let known = written.get(relative).is_some_and(|sha256| *sha256 == sha256_hex(&bytes));
        (!known).then_some(Ok((name, bytes)))
    });
    let changed: Vec<_> = changed.collect::<Result<_, _>>()?;
    changed.iter().map(|(name, bytes)| keep_one(keep, Path::new(name), bytes)).collect()
}

/// What is asked of the old report's `run.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SchoolFiles {
    school_files: Vec<SchoolFileEntry>,
}

/// Writes a copy under the first name that is free or holds the same bytes.
fn keep_one(folder: &Path, name: &Path, bytes: &[u8]) -> Result<PathBuf, OutputError> {
    private_folder(folder).map_err(OutputError::at(folder))?;
    let stem = name.file_stem().unwrap_or_default().to_string_lossy();
    let ending = name.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    let mut path = folder.join(name);
    let mut number = 1;
    while path.exists() {
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(path);
        }
        number += 1;
        path = folder.join(format!("{stem}.{number}{ending}"));
    }
    create_private(&path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(OutputError::at(&path))?;
    Ok(path)
}
