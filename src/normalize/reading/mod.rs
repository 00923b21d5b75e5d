//! Files → typed batches: finds out what each file is, understands each sheet, and has its rows typed.

mod equal_files;
mod file_pattern;
mod file_reading;
mod gathering;
mod lists_of_sheet;
mod one_file;
mod progress;
mod row_block;
mod text;
mod text_lists;
mod text_oddities;
mod text_rows;
mod text_typing;
mod understanding;
mod unused_mappings;
mod workbook;

pub use file_pattern::matches_pattern;
pub use file_reading::{FileReading, SheetReading};
pub use progress::{Progress, Silent};
pub use unused_mappings::unused_mappings;

use std::io;
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use rayon::prelude::*;

use equal_files::{equal_files, hash_of};
use one_file::read_file;
use progress::Scaled;

use crate::ingest::{
    ArchiveNotice, FileSource, Format, HeaderBook, InputFile, Unpacked, in_chinese,
    is_of_the_system, unreadable,
};
use crate::normalize::Keep;
use crate::policy::{Config, Policy};
use crate::record::Message;

/// Files larger than this are read on several threads.
const LARGE_FILE: u64 = 8 << 20;

/// What reading needs to know.
pub struct ReadSettings<'a> {
    pub source: &'a dyn FileSource,
    pub headers: &'a HeaderBook,
    pub config: &'a Config,
    pub policy: &'a Policy,
    pub as_of: NaiveDate,
    pub progress: &'a dyn Progress,
    pub keep: Keep,
}

/// Reads all files, those of equal bytes once.
///
/// The members of ZIP archives are files of their own, named `archive.zip/inner.csv`. The readings come
/// in the order of `files`; where archives are among them, in the order of names. An archive itself has
/// a reading only if it, or an entry of it, was not read, or if there is something to note.
pub fn read_files(files: &[InputFile], settings: &ReadSettings) -> Vec<FileReading> {
    let (unpacked, expanded, notices) = Unpacked::over(settings.source, files);
    let settings = ReadSettings { source: &unpacked, ..*settings };
    let has_archives = expanded.len() != files.len() || !notices.is_empty();
    let mut readings = read_expanded(&expanded, &unpacked, &settings);
    readings.extend(notices.into_iter().map(|notice| reading_of(notice, &settings)));
    if has_archives {
        readings.sort_by(|a, b| a.name.cmp(&b.name));
    }
    readings
}

fn read_expanded(
    files: &[InputFile],
    unpacked: &Unpacked,
    settings: &ReadSettings,
) -> Vec<FileReading> {
    let facts: Vec<(u64, Option<u64>)> =
        files.iter().map(|file| size_and_time(file, settings)).collect();
    let copies = equal_files(files, &facts, settings);
    let read_one = |at: usize| {
        let (size, modified) = facts[at];
        let file = &files[at];
        let mut reading =
            FileReading { name: file.name.clone(), size, modified, ..FileReading::default() };
        match (copies.get(&at), unpacked.zipped_len(&file.path)) {
            (Some((original, sha256)), _) => {
                reading.same_as = Some(files[*original].name.clone());
                reading.sha256.clone_from(sha256);
            }
            (None, Some(zipped)) => {
                let progress = Scaled::new(settings.progress, size, zipped);
                let settings = ReadSettings { progress: &progress, ..*settings };
                if let Err(error) = read_file(file, &settings, &mut reading) {
                    reading.error = Some(member_unreadable(&error));
                }
            }
            (None, None) => {
                if let Err(error) = read_file(file, settings, &mut reading) {
                    reading.error = Some(unreadable(&error));
                }
            }
        }
        reading
    };
    let mut readings: Vec<Option<FileReading>> = (0..files.len())
        .into_par_iter()
        .map(|at| (facts[at].0 <= LARGE_FILE).then(|| read_one(at)))
        .collect();
    for (at, reading) in readings.iter_mut().enumerate() {
        if reading.is_none() {
            *reading = Some(read_one(at));
        }
    }
    readings.into_iter().flatten().collect()
}

fn size_and_time(file: &InputFile, settings: &ReadSettings) -> (u64, Option<u64>) {
    let size = settings.source.len(&file.path).unwrap_or(0);
    let modified = settings.source.modified(&file.path).ok();
    (size, modified.and_then(|at| Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())))
}

/// The reading of an archive of which something is to be said.
fn reading_of(notice: ArchiveNotice, settings: &ReadSettings) -> FileReading {
    let (size, modified) = size_and_time(&notice.archive, settings);
    FileReading {
        sha256: hash_of(&notice.archive, settings).unwrap_or_default(),
        name: notice.archive.name,
        size,
        modified,
        format: Format::Archive.name(),
        error: notice.error,
        notes: notice.notes,
        ..FileReading::default()
    }
}

/// Of a member of an archive: the archive's own file may be what the system does not hand over.
fn member_unreadable(error: &io::Error) -> Message {
    if is_of_the_system(error) {
        return unreadable(error);
    }
    Message::new(
        format!(
            "在压缩包中已损坏（{}）；请重新压缩，或直接提供该文件",
            in_chinese(&error.to_string())
        ),
        format!("damaged in its archive ({error}); pack it again, or give the file itself"),
    )
}

#[cfg(test)]
mod lists_of_sheet_tests;
#[cfg(test)]
mod merged_downwards_tests;
#[cfg(test)]
mod tests;
