//! Files of which some are archives → files and members of archives, all opened alike.
//!
//! A member's path is that of its archive and its name in it; no file can stand there. So whoever
//! reads files reads members without knowing it.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustc_hash::FxHashMap;
use zip::read::{Config, OwnedZipFileEntry};
use zip::unstable::read::ZipIterable;

use super::contents::{Contents, Entry, Limits, inflate, list};
use super::error::{ArchiveError, Refusal, Refused, list_names, refusal_message};
use super::recently_inflated::RecentlyInflated;
use crate::ingest::format::kind_of_zip;
use crate::ingest::{FileSource, Format, InputFile, SeekRead, sniff, unreadable};
use crate::record::Message;

/// What is to be said of an archive itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveNotice {
    pub archive: InputFile,
    /// Why it, or which of its entries, were not read.
    pub error: Option<Message>,
    /// What was passed over or renamed; no reason to worry.
    pub notes: Vec<Message>,
}

/// A source of files in which members of archives can be opened.
pub struct Unpacked<'a> {
    source: &'a dyn FileSource,
    archives: Vec<Archive>,
    members: FxHashMap<PathBuf, Member>,
    inner: Mutex<RecentlyInflated>,
}

/// Where an archive's bytes are.
enum Archive {
    File(PathBuf),
    /// In another archive.
    Inside {
        outer: usize,
        entry: OwnedZipFileEntry,
    },
}

struct Member {
    archive: usize,
    entry: OwnedZipFileEntry,
    size: u64,
    zipped: u64,
    modified: Option<SystemTime>,
}

impl<'a> Unpacked<'a> {
    /// Looks into `files`, and puts the members of archives in the place of these, one level of
    /// nesting included.
    ///
    /// Out: the source, the files and members in the order of `files` and of the names in an archive,
    /// and what is to be said of archives. A file that cannot be opened stays what it is.
    pub fn over(
        source: &'a dyn FileSource,
        files: &[InputFile],
    ) -> (Unpacked<'a>, Vec<InputFile>, Vec<ArchiveNotice>) {
        Unpacked::within(source, files, Limits::default())
    }

    fn within(
        source: &'a dyn FileSource,
        files: &[InputFile],
        limits: Limits,
    ) -> (Unpacked<'a>, Vec<InputFile>, Vec<ArchiveNotice>) {
        let mut unpacked = Unpacked {
            source,
            archives: Vec::new(),
            members: FxHashMap::default(),
            inner: Mutex::default(),
        };
        let (mut expanded, mut notices) = (Vec::new(), Vec::new());
        for file in files {
            if !unpacked.is_archive(&file.path) {
                expanded.push(file.clone());
                continue;
            }
            let mut listing = Listing { budget: limits, said: Said::default(), files: Vec::new() };
            let result = unpacked.list_file(file, &mut listing);
            let Said { refused, passed_over, odd_names } = listing.said;
            let error = match result {
                Ok(()) => refusal_message(&refused),
                Err(error) => {
                    listing.files.clear();
                    Some(error.message())
                }
            };
            let nothing = error.is_none() && listing.files.is_empty();
            let error = error.or_else(|| nothing.then(nothing_inside));
            let notes = notes(&passed_over, &odd_names);
            if error.is_some() || !notes.is_empty() {
                notices.push(ArchiveNotice { archive: file.clone(), error, notes });
            }
            expanded.append(&mut listing.files);
        }
        (unpacked, expanded, notices)
    }

    /// Bytes that a member takes up in its archive; `None` for a file.
    pub fn zipped_len(&self, path: &Path) -> Option<u64> {
        self.members.get(path).map(|member| member.zipped)
    }

    /// Whether a file is a plain archive, by its content.
    fn is_archive(&self, path: &Path) -> bool {
        let mut head = Vec::new();
        let begins = self.source.open(path).and_then(|file| file.take(256).read_to_end(&mut head));
        if begins.is_err() || sniff(&head) != Format::Zip {
            return false;
        }
        let Ok(file) = self.source.open_seekable(path) else { return false };
        let names: Option<Vec<String>> =
            ZipIterable::try_new(file, Config::default()).ok().and_then(|mut directory| {
                let entries = directory.files().ok()?.map_while(Result::ok);
                // A workbook has some dozens of entries; where none of them tells, it is none.
                let names = entries.take(Limits::default().entries);
                Some(names.map(|entry| String::from_utf8_lossy(entry.name_raw()).into()).collect())
            });
        match names {
            Some(names) => kind_of_zip(names.iter().map(String::as_str), &head) == Format::Archive,
            // A damaged one: called an archive unless its first entry is that of a workbook.
            None => {
                let first = head.get(30..).map(String::from_utf8_lossy).unwrap_or_default();
                !["[Content_Types].xml", "_rels/", "docProps/", "xl/", "mimetype", "word/"]
                    .iter()
                    .any(|start| first.starts_with(start))
            }
        }
    }

    fn list_file(&mut self, file: &InputFile, listing: &mut Listing) -> Result<(), ArchiveError> {
        let archive = self.archives.len();
        self.archives.push(Archive::File(file.path.clone()));
        let refuse = |error: io::Error| ArchiveError::Unreadable { why: unreadable(&error) };
        let length = self.source.len(&file.path).map_err(refuse)?;
        let mut reader = self.source.open_seekable(&file.path).map_err(refuse)?;
        let contents = list(&mut reader, length, &mut listing.budget)?;
        let modified = self.source.modified(&file.path).ok();
        for entry in listing.take(contents, "") {
            let (name, path) =
                (format!("{}/{}", file.name, entry.name), file.path.join(&entry.name));
            if entry.is_archive {
                self.list_inside(archive, entry, &name, &path, modified, listing)?;
            } else {
                self.add(archive, entry, name, path, modified, &mut listing.files);
            }
        }
        Ok(())
    }

    /// Lists an archive that is an entry of another.
    fn list_inside(
        &mut self,
        outer: usize,
        entry: Entry,
        name: &str,
        path: &Path,
        modified: Option<SystemTime>,
        listing: &mut Listing,
    ) -> Result<(), ArchiveError> {
        let archive = self.archives.len();
        self.archives.push(Archive::Inside { outer, entry: entry.zip });
        let bytes = match self.inflated(archive) {
            Ok(bytes) => bytes,
            Err(_) => {
                listing.said.refused.push(Refusal { name: entry.name, why: Refused::Damaged });
                return Ok(());
            }
        };
        let contents =
            match list(&mut Cursor::new(&*bytes), bytes.len() as u64, &mut listing.budget) {
                Ok(contents) => contents,
                Err(ArchiveError::Damaged | ArchiveError::Parts) => {
                    listing.said.refused.push(Refusal { name: entry.name, why: Refused::Damaged });
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
        for inner in listing.take(contents, &format!("{}/", entry.name)) {
            if inner.is_archive {
                let name = format!("{}/{}", entry.name, inner.name);
                listing.said.refused.push(Refusal { name, why: Refused::TooDeep });
            } else {
                let (name, path) = (format!("{name}/{}", inner.name), path.join(&inner.name));
                self.add(archive, inner, name, path, modified, &mut listing.files);
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        archive: usize,
        entry: Entry,
        name: String,
        path: PathBuf,
        modified: Option<SystemTime>,
        files: &mut Vec<InputFile>,
    ) {
        // No entry is younger than its archive; a day is left for zones.
        let latest = modified.and_then(|at| at.checked_add(Duration::from_secs(86_400)));
        let own = entry.modified.filter(|&at| latest.is_none_or(|latest| at <= latest));
        let member = Member {
            archive,
            entry: entry.zip,
            size: entry.size,
            zipped: entry.zipped,
            modified: own.or(modified),
        };
        self.members.insert(path.clone(), member);
        files.push(InputFile { name, path });
    }

    fn open_archive(&self, archive: usize) -> io::Result<Box<dyn SeekRead>> {
        match self.archives.get(archive) {
            Some(Archive::File(path)) => self.source.open_seekable(path),
            Some(Archive::Inside { .. }) => Ok(Box::new(Cursor::new(self.inflated(archive)?))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The bytes of an archive inside another; the last ones used are kept.
    fn inflated(&self, archive: usize) -> io::Result<Arc<[u8]>> {
        let Some(Archive::Inside { outer, entry }) = self.archives.get(archive) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if let Some(bytes) = self.recent().get(archive) {
            return Ok(bytes);
        }
        let bytes: Arc<[u8]> =
            inflate(entry, &mut self.open_archive(*outer)?, Limits::default().nested)?.into();
        self.recent().keep(archive, &bytes);
        Ok(bytes)
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, RecentlyInflated> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_member(&self, member: &Member) -> io::Result<Cursor<Vec<u8>>> {
        let mut archive = self.open_archive(member.archive)?;
        inflate(&member.entry, &mut archive, Limits::default().entry).map(Cursor::new)
    }
}

impl FileSource for Unpacked<'_> {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        match self.members.get(path) {
            Some(member) => Ok(Box::new(self.open_member(member)?)),
            None => self.source.open(path),
        }
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        match self.members.get(path) {
            Some(member) => Ok(member.size),
            None => self.source.len(path),
        }
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        match self.members.get(path) {
            Some(member) => member.modified.ok_or_else(|| io::ErrorKind::Unsupported.into()),
            None => self.source.modified(path),
        }
    }

    fn open_seekable(&self, path: &Path) -> io::Result<Box<dyn SeekRead>> {
        match self.members.get(path) {
            Some(member) => Ok(Box::new(self.open_member(member)?)),
            None => self.source.open_seekable(path),
        }
    }
}

/// What is gathered of one file while it is listed.
struct Listing {
    budget: Limits,
    said: Said,
    files: Vec<InputFile>,
}

#[derive(Default)]
struct Said {
    refused: Vec<Refusal>,
    passed_over: Vec<String>,
    odd_names: Vec<String>,
}

impl Listing {
    /// Keeps what is to be said, with names that begin with `above`; gives the entries.
    fn take(&mut self, contents: Contents, above: &str) -> Vec<Entry> {
        self.said.refused.extend(
            contents.refused.into_iter().map(|refusal| Refusal {
                name: format!("{above}{}", refusal.name),
                why: refusal.why,
            }),
        );
        let full = |name: String| format!("{above}{name}");
        self.said.passed_over.extend(contents.passed_over.into_iter().map(full));
        self.said.odd_names.extend(contents.odd_names);
        contents.entries
    }
}

fn nothing_inside() -> Message {
    Message::new(
        "压缩包里没有可读取的文件；请检查是否漏放名单",
        "the archive holds no file to read; check whether the lists were left out",
    )
}

fn notes(passed_over: &[String], odd_names: &[String]) -> Vec<Message> {
    let mut notes = Vec::new();
    if !passed_over.is_empty() {
        let (count, names) = (passed_over.len(), list_names(passed_over));
        notes.push(Message::new(
            format!(
                "压缩包内 {count} 个文件不是表格，已略过（{}）；如含名单请另存为 .xlsx 或 .csv",
                names.zh
            ),
            format!(
                "{count} files of the archive are no tables and were passed over ({}); if they hold lists, save these as .xlsx or .csv",
                names.en
            ),
        ));
    }
    if !odd_names.is_empty() {
        let names = list_names(odd_names);
        notes.push(Message::new(
            format!(
                "压缩包内有文件名指向包外或无法解码（{}），已按安全的名称读取，没有写出任何文件",
                names.zh
            ),
            format!(
                "names in the archive point out of it or cannot be decoded ({}); read under harmless names, nothing was written",
                names.en
            ),
        ));
    }
    notes
}

#[cfg(test)]
#[path = "unpacked_tests.rs"]
mod tests;
