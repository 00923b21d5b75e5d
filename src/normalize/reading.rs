//! Files → typed batches: finds out what each file is, understands each sheet, and has its rows typed.

use std::fmt::Write as _;
use std::io::Read;
use std::num::NonZeroU32;
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::batch::{Batch, SheetTyping};
use super::reading_text::read_text;
use super::reading_workbook::read_book;
use super::sheet_typing::type_sheet;
use crate::ingest::{
    FileSource, ForcedMapping, Format, HeaderBook, InputFile, NotUnderstood, Rejected, Rejection,
    RowCounts, SheetPlan, SkipReason, plan_sheet, skip_reason, sniff,
};
use crate::policy::{Config, Policy};
use crate::record::{Message, RecordKind, RowRef, SheetId};

/// Bytes looked at before a file is understood.
pub(super) const HEAD_BYTES: usize = 256 << 10;
/// Physical rows looked at before a sheet is understood.
pub(super) const HEAD_ROWS: usize = 60;
/// Files larger than this are read on several threads.
pub(super) const LARGE_FILE: u64 = 8 << 20;

/// Told how far reading has come; only the command line shows it.
pub trait Progress: Sync {
    /// `bytes` more were read of `total`.
    fn read(&self, bytes: u64);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn read(&self, _bytes: u64) {}
}

/// What reading needs to know.
pub struct ReadSettings<'a> {
    pub source: &'a dyn FileSource,
    pub headers: &'a HeaderBook,
    pub config: &'a Config,
    pub policy: &'a Policy,
    pub as_of: NaiveDate,
    pub progress: &'a dyn Progress,
}

/// What became of one file.
#[derive(Debug, Default)]
pub struct FileReading {
    pub name: String,
    pub size: u64,
    pub modified: Option<u64>,
    pub sha256: String,
    pub format: &'static str,
    pub encoding: &'static str,
    pub delimiter: Option<char>,
    pub same_as: Option<String>,
    pub error: Option<Message>,
    pub sheets: Vec<SheetReading>,
}

/// What became of one sheet.
#[derive(Debug)]
pub struct SheetReading {
    pub name: String,
    pub plan: Option<SheetPlan>,
    pub typing: Option<SheetTyping>,
    pub counts: RowCounts,
    /// Why the sheet, or a part of it, was not read.
    pub problem: Option<Message>,
    /// The first rows below the header, as they stand, for `inspect`.
    pub sample: Vec<Vec<String>>,
    pub batches: Vec<Batch>,
}

impl SheetReading {
    pub(super) fn unread(name: &str, problem: Message) -> SheetReading {
        SheetReading {
            name: name.into(),
            plan: None,
            typing: None,
            counts: RowCounts::default(),
            batches: vec![Batch {
                rejections: vec![Rejection {
                    place: RowRef { sheet: SheetId(0), row: 1 },
                    what: Rejected::Row,
                    column: String::new(),
                    value: String::new(),
                    reason: problem.clone(),
                }],
                ..Batch::default()
            }],
            problem: Some(problem),
            sample: Vec::new(),
        }
    }
}

/// Reads all files, those of equal bytes once. The readings come in the order of `files`.
pub fn read_files(files: &[InputFile], settings: &ReadSettings) -> Vec<FileReading> {
    let facts: Vec<(u64, Option<u64>)> = files
        .iter()
        .map(|file| {
            let size = settings.source.len(&file.path).unwrap_or(0);
            let modified = settings.source.modified(&file.path).ok();
            (size, modified.and_then(|at| Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())))
        })
        .collect();
    let copies = equal_files(files, &facts, settings);
    let read_one = |at: usize| {
        let (size, modified) = facts[at];
        let file = &files[at];
        let mut reading =
            FileReading { name: file.name.clone(), size, modified, ..FileReading::default() };
        match copies.get(&at) {
            Some((original, sha256)) => {
                reading.same_as = Some(files[*original].name.clone());
                reading.sha256.clone_from(sha256);
            }
            None => read_file(file, settings, &mut reading),
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

/// Files that repeat an earlier one byte for byte: their index → the original and the hash.
fn equal_files(
    files: &[InputFile],
    facts: &[(u64, Option<u64>)],
    settings: &ReadSettings,
) -> FxHashMap<usize, (usize, String)> {
    let mut by_size: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (at, &(size, _)) in facts.iter().enumerate() {
        by_size.entry(size).or_default().push(at);
    }
    let mut copies = FxHashMap::default();
    for alike in by_size.into_values().filter(|alike| alike.len() > 1) {
        let mut first: FxHashMap<String, usize> = FxHashMap::default();
        for at in alike {
            let Some(hash) = hash_of(&files[at], settings) else { continue };
            match first.get(&hash) {
                Some(&original) => drop(copies.insert(at, (original, hash))),
                None => drop(first.insert(hash, at)),
            }
        }
    }
    copies
}

fn hash_of(file: &InputFile, settings: &ReadSettings) -> Option<String> {
    let mut reader = settings.source.open(&file.path).ok()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer).ok()? {
            0 => return Some(hex(hasher)),
            read => hasher.update(&buffer[..read]),
        }
    }
}

pub(super) fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn read_file(file: &InputFile, settings: &ReadSettings, reading: &mut FileReading) {
    let failed = |error: std::io::Error| {
        Message::new(
            format!("无法读取（{error}）；请关闭正在使用该文件的程序，或检查读取权限"),
            format!(
                "cannot be read ({error}); close the program that holds it, or check its permissions"
            ),
        )
    };
    let mut reader = match settings.source.open(&file.path) {
        Ok(reader) => reader,
        Err(error) => return reading.error = Some(failed(error)),
    };
    let mut head = Vec::new();
    if let Err(error) = reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
        return reading.error = Some(failed(error));
    }
    if head.is_empty() {
        reading.sha256 = hex(Sha256::new());
        return reading.error = Some(Message::new(
            "空文件，没有任何内容；请重新导出",
            "the file is empty; export it again",
        ));
    }
    let format = sniff(&head);
    let read = match format {
        Format::Text => read_text(file, reader, head, settings, reading),
        Format::Xlsx | Format::Xls => {
            reading.format = if format == Format::Xlsx { "xlsx" } else { "xls" };
            match reader.read_to_end(&mut head) {
                Ok(_) => {
                    reading.sha256 = hex(Sha256::new_with_prefix(&head));
                    settings.progress.read(head.len() as u64);
                    read_book(file, head, settings, reading);
                    Ok(())
                }
                Err(error) => Err(error),
            }
        }
        Format::Other(seen) => {
            reading.format = "other";
            match reader.read_to_end(&mut head) {
                Ok(_) => {
                    reading.sha256 = hex(Sha256::new_with_prefix(&head));
                    reading.error = Some(Message::new(
                        format!(
                            "不是表格：内容其实是 {seen}；请将名单另存为 .xlsx 或 .csv 后再提供"
                        ),
                        format!(
                            "no table: its first bytes are those of {seen}; save the list as .xlsx or .csv and give that"
                        ),
                    ));
                    Ok(())
                }
                Err(error) => Err(error),
            }
        }
    };
    if let Err(error) = read {
        reading.error = Some(failed(error));
    }
}

/// Rows of a sheet that is not understood: blank ones are skipped, the rest rejected.
pub(super) fn count_unread(counts: &mut RowCounts, cells: &[&str]) {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        counts.blank += 1;
    } else {
        counts.rejected += 1;
    }
}

pub(super) fn plan(
    file: &InputFile,
    sheet: &str,
    first_rows: &[Vec<String>],
    settings: &ReadSettings,
) -> SheetReading {
    let forced = settings.config.mapping.iter().find(|rule| {
        matches_pattern(&rule.files, &file.name)
            && rule.sheets.as_ref().is_none_or(|pattern| matches_pattern(pattern, sheet))
    });
    let forced = forced.map(|rule| ForcedMapping {
        kind: rule.kind,
        register: rule.register,
        header_row: rule.header_row.map(NonZeroU32::get),
        columns: rule.columns.clone(),
    });
    match plan_sheet(settings.headers, &file.name, sheet, first_rows, None, forced.as_ref()) {
        Ok(plan) if !is_checked(plan.kind) => {
            let (zh, en) = words_of(plan.kind);
            SheetReading::unread(
                sheet,
                Message::new(
                    format!("识别为“{zh}”，本版本还没有使用它的规则，未核对"),
                    format!("understood as a {en}; no rule of this version uses it"),
                ),
            )
        }
        Ok(plan) => {
            let typing = type_sheet(&plan, settings.policy, settings.as_of);
            let below = first_rows.iter().skip(plan.header_row as usize);
            let sample = below
                .filter(|row| {
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    skip_reason(&cells, &[]).is_none_or(|reason| reason == SkipReason::Header)
                })
                .take(3)
                .cloned()
                .collect();
            SheetReading {
                name: sheet.into(),
                plan: Some(plan),
                typing: Some(typing),
                counts: RowCounts::default(),
                problem: None,
                sample,
                batches: Vec::new(),
            }
        }
        Err(NotUnderstood { seen, missing }) => SheetReading::unread(
            sheet,
            Message::new(
                format!("无法识别：看到的表头是“{}”；{}", seen.join("、"), missing.zh),
                format!("not understood: headers seen “{}”; {}", seen.join(", "), missing.en),
            ),
        ),
    }
}

/// Whether a rule of this version reads rows of a kind.
fn is_checked(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Enrollment | RecordKind::Payment | RecordKind::Headcount)
}

/// A kind of sheet in Chinese and English.
fn words_of(kind: RecordKind) -> (&'static str, &'static str) {
    match kind {
        RecordKind::Enrollment => ("学籍或名册", "list of enrolments"),
        RecordKind::Payment => ("资助发放表", "list of payments"),
        RecordKind::Headcount => ("清点表", "count sheet"),
        RecordKind::MonthlyReport => ("资助进展月报", "monthly report"),
        RecordKind::Recognition => ("困难学生认定名单", "list of recognised pupils"),
        RecordKind::WatchList => ("查重比对名单", "watch-list"),
        RecordKind::SchoolFund => ("校内资助台账", "school fund ledger"),
    }
}

/// File names by pattern: `*` is any run of characters, `?` is one.
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    fn matches(pattern: &[char], name: &[char]) -> bool {
        match (pattern.first(), name.first()) {
            (None, None) => true,
            (Some('*'), _) => {
                matches(&pattern[1..], name) || (!name.is_empty() && matches(pattern, &name[1..]))
            }
            (Some('?'), Some(_)) => matches(&pattern[1..], &name[1..]),
            (Some(a), Some(b)) if a == b => matches(&pattern[1..], &name[1..]),
            _ => false,
        }
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches(&pattern, &name)
}
