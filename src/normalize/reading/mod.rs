//! Files → typed batches: finds out what each file is, understands each sheet, and has its rows typed.

mod equal_files;
mod file_pattern;
mod gathering;
mod row_block;
mod text;
mod text_oddities;
mod workbook;

pub use file_pattern::matches_pattern;

use std::io::{self, Read};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use equal_files::{equal_files, hash_of, hash_rest, hex};
use text::read_text;
use workbook::read_book;

use crate::ingest::{
    ArchiveNotice, FileSource, ForcedMapping, Format, HeaderBook, InputFile, MergedCells, NoList,
    NotUnderstood, Rejected, Rejection, RowCounts, SheetPlan, SkipReason, Unpacked, has_sheets,
    look_inside, plan_sheet, skip_reason, sniff,
};
use crate::normalize::{Batch, SheetTyping, Surplus, type_sheet};
use crate::policy::{Config, MappingRule, Policy};
use crate::record::{Message, RecordKind, RowRef, SheetId};

/// Bytes looked at before a file is understood.
const HEAD_BYTES: usize = 256 << 10;
/// Physical rows looked at before a sheet is understood.
const HEAD_ROWS: usize = 60;
/// Files larger than this are read on several threads.
const LARGE_FILE: u64 = 8 << 20;
/// Characters of a cell that are shown as a header.
const SHOWN_OF_HEADER: usize = 40;
/// Bytes of a file that is taken into memory whole.
const MOST_WHOLE: u64 = 512 << 20;

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
    /// What else is to be said of it; no reason to worry.
    pub notes: Vec<Message>,
    pub sheets: Vec<SheetReading>,
}

/// What became of one sheet.
#[derive(Debug)]
pub struct SheetReading {
    pub name: String,
    pub plan: Option<SheetPlan>,
    pub typing: Option<SheetTyping>,
    pub counts: RowCounts,
    /// Rows that the file hides or filters out; they were read as any other.
    pub hidden_rows: u32,
    /// Why the sheet, or a part of it, was not read.
    pub problem: Option<Message>,
    /// What it is, if that is known to be no list: its rows are no records, and `problem` is none.
    pub instead: Option<NoList>,
    pub batches: Vec<Batch>,
}

impl SheetReading {
    /// Counts a row of a sheet that no rule reads: what is no record is skipped, the rest rejected.
    fn count_unread(&mut self, row: u32, cells: &[&str]) {
        let header_row = self.plan.as_ref().map_or(0, |plan| plan.header_row);
        let skipped = match skip_reason(cells, &[]) {
            Some(SkipReason::Blank) => Some(SkipReason::Blank),
            // Answers are remarks to cases, whichever line is the header.
            _ if self.instead.is_some() => Some(SkipReason::Note),
            _ if row < header_row => Some(SkipReason::Title),
            _ if row == header_row => Some(SkipReason::Header),
            // Of a sheet that is not understood nothing is known to be no record.
            reason => reason.filter(|_| self.plan.is_some()),
        };
        match skipped {
            Some(reason) => self.counts.skip(reason),
            None => {
                self.counts.rows_in += 1;
                self.counts.rejected += 1;
            }
        }
    }

    /// Lists, once for the sheet, what its records say beyond the last header.
    fn say_surplus(&mut self) {
        let mut sum = None;
        for batch in &mut self.batches {
            Surplus::add(&mut sum, batch.surplus.take());
        }
        let (Some(Surplus { rows, first_row, first_text }), Some(batch)) =
            (sum, self.batches.first_mut())
        else {
            return;
        };
        batch.rejections.push(Rejection {
            place: RowRef { sheet: SheetId(0), row: first_row },
            what: Rejected::Cell,
            column: String::new(),
            value: first_text,
            reason: Message::new(
                format!("最后一个表头之后还有内容，未读取；本表共 {rows} 行，只列第一行；如果是数据错列（如单元格内有分隔符），请改正，否则请补表头"),
                format!("stands beyond the last header and was not read; {rows} rows of this sheet hold such cells, the first is listed; if the row is shifted (a delimiter inside a cell) mend it, else add the header"),
            ),
        });
    }

    /// Once the rows are typed, merged cells are of no use: a book of many sheets would pile them up.
    fn forget_merged_cells(&mut self) {
        if let Some(plan) = &mut self.plan {
            plan.fill_down.forget_merged_cells();
        }
        if let Some(typing) = &mut self.typing {
            typing.fill_down.forget_merged_cells();
        }
    }

    fn unread(name: &str, problem: Message) -> SheetReading {
        SheetReading {
            name: name.into(),
            plan: None,
            typing: None,
            counts: RowCounts::default(),
            hidden_rows: 0,
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
            instead: None,
        }
    }

    /// A school's answers, or notes: nothing of it is rejected, for nothing is wrong with it.
    fn no_list(name: &str, instead: NoList, what: Message) -> SheetReading {
        SheetReading {
            instead: Some(instead),
            batches: Vec::new(),
            ..SheetReading::unread(name, what)
        }
    }

    /// Whether it only holds instructions, a cover, remarks.
    pub fn is_notes(&self) -> bool {
        self.instead == Some(NoList::Notes)
    }
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

/// Tells of a member's bytes as of those that it takes up in its archive.
struct Scaled<'a> {
    progress: &'a dyn Progress,
    size: u64,
    zipped: u64,
    read: AtomicU64,
}

impl<'a> Scaled<'a> {
    fn new(progress: &'a dyn Progress, size: u64, zipped: u64) -> Scaled<'a> {
        Scaled { progress, size: size.max(1), zipped, read: AtomicU64::new(0) }
    }

    fn zipped_until(&self, read: u64) -> u64 {
        let read = read.min(self.size);
        (u128::from(read) * u128::from(self.zipped) / u128::from(self.size)) as u64
    }
}

impl Progress for Scaled<'_> {
    fn read(&self, bytes: u64) {
        let before = self.read.fetch_add(bytes, Ordering::Relaxed);
        let now = before.saturating_add(bytes);
        self.progress.read(self.zipped_until(now).saturating_sub(self.zipped_until(before)));
    }
}

fn unreadable(error: &io::Error) -> Message {
    Message::new(
        format!("无法读取（{error}）；请关闭正在使用该文件的程序，或检查读取权限"),
        format!(
            "cannot be read ({error}); close the program that holds it, or check its permissions"
        ),
    )
}

fn member_unreadable(error: &io::Error) -> Message {
    Message::new(
        format!("在压缩包中已损坏（{error}）；请重新压缩，或直接提供该文件"),
        format!("damaged in its archive ({error}); pack it again, or give the file itself"),
    )
}

fn read_file(
    file: &InputFile,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<()> {
    let mut reader = settings.source.open(&file.path)?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        reading.sha256 = hex(Sha256::new());
        reading.error = Some(Message::new(
            "空文件，没有任何内容；请重新导出",
            "the file is empty; export it again",
        ));
        return Ok(());
    }
    match sniff(&head) {
        Format::Text => read_text(file, reader, head, settings, reading),
        format if has_sheets(format) => read_whole(file, reader, head, settings, reading),
        format => {
            reading.format = "other";
            reading.error = Some(no_table(format));
            settings.progress.read(head.len() as u64);
            let hasher = Sha256::new_with_prefix(&head);
            reading.sha256 = hash_rest(hasher, &mut reader, settings.progress)?;
            Ok(())
        }
    }
}

/// Reads a file that is taken into memory whole: its kind shows only then.
/// Files of sheets are read into memory, and looked into.
fn read_whole(
    file: &InputFile,
    reader: Box<dyn Read + Send>,
    mut bytes: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<()> {
    let left = MOST_WHOLE.saturating_sub(bytes.len() as u64) + 1;
    reader.take(left).read_to_end(&mut bytes)?;
    settings.progress.read(bytes.len() as u64);
    if bytes.len() as u64 > MOST_WHOLE {
        reading.format = "other";
        reading.error = Some(Message::new(
            format!("过大（超过 {} MiB）；请按学校拆分，或另存为 .csv", MOST_WHOLE >> 20),
            format!(
                "too large (more than {} MiB); split it by school or save it as .csv",
                MOST_WHOLE >> 20
            ),
        ));
        return Ok(());
    }
    reading.sha256 = hex(Sha256::new_with_prefix(&bytes));
    let format = look_inside(&bytes);
    if has_sheets(format) {
        reading.format = format.name();
        read_book(file, format, bytes, settings, reading);
    } else {
        reading.format = "other";
        reading.error = Some(no_table(format));
    }
    Ok(())
}

/// That a file is no table that is read, and what to do.
fn no_table(format: Format) -> Message {
    let seen = match format {
        Format::Other(foreign) => return foreign.message(),
        Format::Archive => {
            return Message::new(
                "压缩包嵌套过深，未打开；请解压后提供其中的文件",
                "an archive too deep inside others, not opened; unpack it and give the files",
            );
        }
        format => format.name(),
    };
    Message::new(
        format!("不是表格：内容其实是 {seen}；请将名单另存为 .xlsx 或 .csv 后再提供"),
        format!(
            "no table: its first bytes are those of {seen}; save the list as .xlsx or .csv and give that"
        ),
    )
}

/// What the configuration says of a sheet; the first rule that fits.
fn mapping_of<'a>(
    file: &InputFile,
    sheet: &str,
    settings: &ReadSettings<'a>,
) -> Option<&'a MappingRule> {
    settings.config.mapping.iter().find(|rule| {
        matches_pattern(&rule.files, &file.name)
            && rule.sheets.as_ref().is_none_or(|pattern| matches_pattern(pattern, sheet))
    })
}

/// The rows by which a sheet is understood.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub head: &'a [Vec<String>],
    /// The physical number of the first.
    pub first: u32,
    /// As the file tells them; `None` where its format has none.
    pub merged: Option<&'a [MergedCells]>,
}

impl Rows<'_> {
    /// The plan of these rows, in physical row numbers.
    fn plan(
        &self,
        headers: &HeaderBook,
        file: &str,
        sheet: &str,
        forced: Option<&ForcedMapping>,
    ) -> Result<SheetPlan, NotUnderstood> {
        if self.first == 1 {
            return plan_sheet(headers, file, sheet, self.head, self.merged, forced);
        }
        // The planner counts from 1.
        let move_by = i64::from(self.first) - 1;
        let moved = |row: u32, by: i64| u32::try_from(i64::from(row) + by).unwrap_or(0);
        let moved_cells = |cells: &MergedCells, by: i64| MergedCells {
            first_row: moved(cells.first_row, by),
            last_row: moved(cells.last_row, by),
            ..*cells
        };
        let merged: Option<Vec<MergedCells>> = self
            .merged
            .map(|merged| merged.iter().map(|cells| moved_cells(cells, -move_by)).collect());
        let mut plan = plan_sheet(headers, file, sheet, self.head, merged.as_deref(), forced)?;
        plan.header_row = moved(plan.header_row, move_by);
        for cells in &mut plan.fill_down.regions {
            *cells = moved_cells(cells, move_by);
        }
        for (first, last) in &mut plan.fill_down.continuations {
            (*first, *last) = (moved(*first, move_by), moved(*last, move_by));
        }
        Ok(plan)
    }
}

/// Understands a sheet from its first rows.
fn plan(file: &InputFile, sheet: &str, rows: Rows, settings: &ReadSettings) -> SheetReading {
    let forced = mapping_of(file, sheet, settings).map(|rule| ForcedMapping {
        kind: rule.kind,
        register: rule.register,
        header_row: rule.header_row.map(NonZeroU32::get),
        columns: rule.columns.clone(),
    });
    match rows.plan(settings.headers, &file.name, sheet, forced.as_ref()) {
        Ok(plan) if !is_checked(plan.kind) => {
            let (zh, en) = words_of(plan.kind);
            let problem = Message::new(
                format!("识别为“{zh}”，本版本还没有使用它的规则，未核对"),
                format!("understood as a {en}; no rule of this version uses it"),
            );
            SheetReading { plan: Some(plan), ..SheetReading::unread(sheet, problem) }
        }
        Ok(plan) => {
            let typing = type_sheet(&plan, settings.policy, settings.as_of);
            SheetReading {
                name: sheet.into(),
                plan: Some(plan),
                typing: Some(typing),
                counts: RowCounts::default(),
                hidden_rows: 0,
                problem: None,
                instead: None,
                batches: Vec::new(),
            }
        }
        Err(NotUnderstood { missing, instead: Some(instead), .. }) => {
            SheetReading::no_list(sheet, instead, missing)
        }
        Err(NotUnderstood { seen, missing, .. }) => {
            let seen: Vec<String> =
                seen.iter().map(|header| header.chars().take(SHOWN_OF_HEADER).collect()).collect();
            SheetReading::unread(
                sheet,
                Message::new(
                    format!("无法识别：看到的表头是“{}”；{}", seen.join("、"), missing.zh),
                    format!("not understood: headers seen “{}”; {}", seen.join(", "), missing.en),
                ),
            )
        }
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

#[cfg(test)]
mod merged_downwards_tests;
#[cfg(test)]
mod tests;
