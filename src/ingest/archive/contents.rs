//! One ZIP archive: which of its entries are tried as tables, and why others are not.
//!
//! Nothing is ever written to disk. Sizes are limited by what the directory states before anything is
//! inflated, and what is inflated is held to the stated size.

use std::io::{self, Read, Seek};
use std::time::{Duration, SystemTime};

use chrono::{FixedOffset, NaiveDate};
use rustc_hash::FxHashMap;
use zip::read::{Config, OwnedZipFileEntry, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, DateTime};

use super::error::{ArchiveError, Refusal, Refused};
use super::names::{entry_name, numbered};
use crate::ingest::discover::{Verdict, is_own_manifest, is_silent, judge};
use crate::ingest::format::kind_of_zip;
use crate::ingest::{Format, look_inside, sniff};

/// Limits of one archive, what is nested in it included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub entries: usize,
    pub unzipped: u64,
    pub entry: u64,
    /// Unzipped bytes to a zipped one, for entries larger than `ratio_from`.
    pub ratio: u64,
    pub ratio_from: u64,
    /// Bytes of an archive within the archive, which is held in memory.
    pub nested: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entries: 10_000,
            unzipped: 2 << 30,
            entry: 1 << 30,
            ratio: 200,
            ratio_from: 16 << 20,
            nested: 256 << 20,
        }
    }
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// In the order of their names.
    pub entries: Vec<Entry>,
    pub refused: Vec<Refusal>,
    /// Entries that are no tables by their names.
    pub passed_over: Vec<String>,
    /// Names as they stand that pointed out of the archive or could not be decoded.
    pub odd_names: Vec<String>,
}

/// One entry that is tried.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    /// Unzipped, as stated; inflating never gives more.
    pub size: u64,
    pub zipped: u64,
    pub modified: Option<SystemTime>,
    pub zip: OwnedZipFileEntry,
    /// Whether it is a plain archive itself.
    pub is_archive: bool,
}

/// Lists an archive of `length` bytes.
///
/// `budget` is what is left of the limits; it is lessened by what is listed.
///
/// # Errors
/// Where nothing of the archive is read: its directory is damaged, or it goes beyond the limits.
pub(super) fn list(
    reader: &mut (impl Read + Seek),
    length: u64,
    budget: &mut Limits,
) -> Result<Contents, ArchiveError> {
    let mut contents = Contents::default();
    let mut found = Vec::new();
    let mut directory = ZipIterable::try_new(&mut *reader, Config::default()).map_err(damaged)?;
    if directory.len() > budget.entries {
        return Err(ArchiveError::TooManyEntries { entries: directory.len() as u64 });
    }
    for entry in directory.files().map_err(damaged)? {
        match entry {
            Ok(entry) => found.push(OwnedZipFileEntry::from(entry)),
            Err(error) if found.is_empty() => return Err(damaged(error)),
            Err(_) => {
                let name = String::new();
                contents.refused.push(Refusal { name, why: Refused::RestOfDirectory });
                break;
            }
        }
    }
    budget.entries -= found.len().min(budget.entries);
    let reports = own_reports(&found, reader);
    let mut uses: FxHashMap<String, u32> = FxHashMap::default();
    for zip in found {
        let Some(name) = entry_name(zip.name_raw()).filter(|_| !zip.is_dir()) else { continue };
        if is_below(&reports, &name.text) {
            continue;
        }
        let (folders, file_name) = name.text.rsplit_once('/').unwrap_or(("", &name.text));
        if folders.split('/').any(is_silent) {
            continue;
        }
        let verdict = judge(file_name);
        match verdict {
            Verdict::Silent => continue,
            Verdict::PassOver(_) => {
                contents.passed_over.push(name.text);
                continue;
            }
            Verdict::Try | Verdict::IfSpreadsheet => {}
        }
        contents.odd_names.extend(name.odd);
        let used = uses.entry(name.text.clone()).or_default();
        *used += 1;
        let name = if *used > 1 { numbered(&name.text, *used) } else { name.text };
        if let Err(why) = check(&zip, length, budget) {
            contents.refused.push(Refusal { name, why });
            continue;
        }
        let head = beginning(&zip, reader).unwrap_or_default();
        if verdict == Verdict::IfSpreadsheet && sniff(&head) != Format::SpreadsheetXml {
            continue;
        }
        budget.unzipped = budget
            .unzipped
            .checked_sub(zip.size())
            .ok_or(ArchiveError::TooLarge { limit: Limits::default().unzipped })?;
        let is_archive = sniff(&head) == Format::Zip
            && !begins_as_document(&head)
            && inflate(&zip, reader, budget.nested)
                .is_ok_and(|bytes| look_inside(&bytes) == Format::Archive);
        contents.entries.push(Entry {
            name,
            size: zip.size(),
            zipped: zip.compressed_size(),
            modified: zip.last_modified().and_then(time_of),
            zip,
            is_archive,
        });
    }
    contents.entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(contents)
}

/// Inflates an entry into memory.
///
/// # Errors
/// `InvalidData` where the entry is damaged or longer than stated, `FileTooLarge` beyond `limit`.
pub(super) fn inflate(
    entry: &OwnedZipFileEntry,
    reader: &mut (impl Read + Seek),
    limit: u64,
) -> io::Result<Vec<u8>> {
    if entry.size() > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(entry.size() as usize).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let file = entry.as_ref().with_reader(reader, ZipReadOptions::new()).map_err(unreadable)?;
    file.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != entry.size() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "shorter than stated"));
    }
    Ok(bytes)
}

/// The first bytes of an entry.
fn beginning(
    entry: &OwnedZipFileEntry,
    reader: &mut (impl Read + Seek),
) -> Result<Vec<u8>, ZipError> {
    let mut head = Vec::new();
    let file = entry.as_ref().with_reader(reader, ZipReadOptions::new())?;
    file.take(4096).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a ZIP begins with what a workbook or another document begins with. That its whole
/// directory need not be read spares inflating every workbook twice.
fn begins_as_document(head: &[u8]) -> bool {
    let Some(length) =
        head.get(26..28).and_then(|bytes| Some(u16::from_le_bytes(*bytes.first_chunk()?)))
    else {
        return false;
    };
    let name = head.get(30..30 + usize::from(length)).map(String::from_utf8_lossy);
    name.is_some_and(|name| {
        kind_of_zip([&*name].into_iter(), head) != Format::Archive
            || matches!(&*name, "mimetype" | "_rels/.rels")
            || name.starts_with("docProps/")
    })
}

/// Whether an entry may be inflated.
fn check(entry: &OwnedZipFileEntry, archive: u64, limits: &Limits) -> Result<(), Refused> {
    let (size, zipped) = (entry.size(), entry.compressed_size());
    if entry.encrypted() {
        Err(Refused::Encrypted)
    } else if entry.is_symlink() {
        Err(Refused::Link)
    } else if !is_known(entry.compression()) {
        Err(Refused::Method)
    } else if zipped > archive {
        Err(Refused::Damaged)
    } else if size > limits.entry {
        Err(Refused::TooLarge)
    } else if size > limits.ratio_from && size / limits.ratio > zipped {
        Err(Refused::Ratio)
    } else {
        Ok(())
    }
}

fn is_known(method: CompressionMethod) -> bool {
    [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Deflate64]
        .contains(&method)
}

/// The folders that hold a report of this program.
fn own_reports(entries: &[OwnedZipFileEntry], reader: &mut (impl Read + Seek)) -> Vec<String> {
    const MOST: u64 = 64 << 20;
    entries
        .iter()
        .filter_map(|entry| {
            let name = entry_name(entry.name_raw())?.text;
            let folder = name.strip_suffix("run.json")?;
            let whole_name = folder.is_empty() || folder.ends_with('/');
            let is_ours = whole_name
                && check(entry, u64::MAX, &Limits::default()).is_ok()
                && inflate(entry, reader, MOST).is_ok_and(|bytes| is_own_manifest(&bytes));
            is_ours.then(|| folder.to_string())
        })
        .collect()
}

fn is_below(folders: &[String], name: &str) -> bool {
    folders.iter().any(|folder| name.starts_with(folder.as_str()))
}

/// An entry's time. It names no zone; the lists are made in China, which has one.
fn time_of(time: DateTime) -> Option<SystemTime> {
    let zone = FixedOffset::east_opt(8 * 3600)?;
    let date = NaiveDate::from_ymd_opt(
        time.year().into(),
        u32::from(time.month()),
        u32::from(time.day()),
    )?;
    let local = date.and_hms_opt(
        u32::from(time.hour()),
        u32::from(time.minute()),
        u32::from(time.second()),
    )?;
    // 1980 is what programs write that know no time.
    if time.year() < 1990 {
        return None;
    }
    let seconds = local.and_local_timezone(zone).single()?.timestamp();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

fn damaged(error: ZipError) -> ArchiveError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            ArchiveError::Unreadable { why: crate::ingest::unreadable(&error) }
        }
        ZipError::UnsupportedArchive(what) if what.contains("multi-disk") => ArchiveError::Parts,
        _ => ArchiveError::Damaged,
    }
}

fn unreadable(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}

#[cfg(test)]
#[path = "contents_tests.rs"]
mod tests;
