//! Files → typed batches: understands each sheet, reads it in blocks on several threads, and puts the
//! batches together in the order of the files.

use std::fmt::Write as _;
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::SheetTyping;
use super::batch::{Batch, Typer};
use super::sheet_typing::type_sheet;
use crate::ingest::{
    BLOCK_BYTES, Encoding, FileSource, ForcedMapping, Format, HeaderBook, InputFile, NotUnderstood,
    Rejected, Rejection, RowCounts, SheetPlan, SkipReason, TextBlock, TextBlocks, for_each_row,
    plan_sheet, read_workbook, skip_reason, sniff, sniff_delimiter, sniff_encoding,
};
use crate::policy::{Config, Policy};
use crate::record::{Message, RowRef, SheetId};

/// Bytes looked at before a file is understood.
const HEAD_BYTES: usize = 256 << 10;
/// Physical rows looked at before a sheet is understood.
const HEAD_ROWS: usize = 60;
/// Files larger than this are read on several threads.
const LARGE_FILE: u64 = 8 << 20;

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
    fn unread(name: &str, problem: Message) -> SheetReading {
        SheetReading {
            name: name.into(),
            plan: None,
            typing: None,
            counts: RowCounts::default(),
            problem: Some(problem),
            sample: Vec::new(),
            batches: Vec::new(),
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

fn hex(hasher: Sha256) -> String {
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

/// Finds out that a text is not in the encoding that its first block showed.
struct NotUtf8;

fn read_text(
    file: &InputFile,
    reader: Box<dyn Read + Send>,
    head: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> std::io::Result<()> {
    reading.format = "csv";
    let encoding = sniff_encoding(&head);
    let read = read_text_as(file, reader, head, encoding, settings, reading)?;
    if read.is_err() {
        // Valid at first, not throughout: the whole file again.
        let mut reader = settings.source.open(&file.path)?;
        let mut head = Vec::new();
        reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        reading.sheets.clear();
        let _ = read_text_as(file, reader, head, Encoding::Gb18030, settings, reading)?;
    }
    Ok(())
}

fn read_text_as(
    file: &InputFile,
    mut reader: Box<dyn Read + Send>,
    mut head: Vec<u8>,
    encoding: Encoding,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> std::io::Result<Result<(), NotUtf8>> {
    let mut hasher = Sha256::new();
    hasher.update(&head);
    settings.progress.read(head.len() as u64);
    reading.encoding = match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf8Bom => "utf-8 (bom)",
        Encoding::Gb18030 => "gb18030",
        Encoding::Utf16Le | Encoding::Utf16Be => "utf-16",
    };
    head.drain(..encoding.mark_len());
    if let Encoding::Utf16Le | Encoding::Utf16Be = encoding {
        // Line breaks are two bytes here: decoded whole.
        let read = head.len();
        reader.read_to_end(&mut head)?;
        hasher.update(&head[read..]);
        let decoder = if encoding == Encoding::Utf16Le { UTF_16LE } else { UTF_16BE };
        head = decoder.decode_without_bom_handling(&head).0.into_owned().into_bytes();
        reader = Box::new(std::io::empty());
    }
    let utf8 = encoding != Encoding::Gb18030;
    let (head_text, _) = decode(&head, utf8);
    let delimiter = sniff_delimiter(&head_text);
    reading.delimiter = Some(char::from(delimiter));
    let mut first_rows: Vec<Vec<String>> = Vec::new();
    let first_lines = head_text.split_inclusive('\n').take(HEAD_ROWS * 4).map(str::len).sum();
    for_each_row(&head_text[..first_lines], 1, delimiter, |_, cells| {
        if first_rows.len() < HEAD_ROWS {
            first_rows.push(cells.iter().map(|cell| cell.to_string()).collect());
        }
    });
    drop(head_text);
    let mut sheet = plan(file, "", &first_rows, settings);
    let mut blocks = TextBlocks::new(reader, head, delimiter, BLOCK_BYTES);
    let mut seen = |bytes: &[u8]| {
        hasher.update(bytes);
        settings.progress.read(bytes.len() as u64);
    };
    let Some(typing) = &sheet.typing else {
        while let Some(block) = blocks.next_block(&mut seen)? {
            let (text, _) = decode(&block.bytes, utf8);
            for_each_row(&text, block.first_row, delimiter, |_, cells| {
                sheet.counts.rows_in += 1;
                count_unread(&mut sheet.counts, cells);
            });
        }
        reading.sha256 = hex(hasher);
        reading.sheets = vec![sheet];
        return Ok(Ok(()));
    };
    let mut batches = Vec::new();
    let mut wrong_encoding = false;
    if reading.size <= LARGE_FILE {
        let mut order = 0;
        while let Some(block) = blocks.next_block(&mut seen)? {
            match type_block(&block, utf8, delimiter, typing) {
                Ok(batch) => batches.push((order, batch)),
                Err(NotUtf8) => wrong_encoding = true,
            }
            order += 1;
        }
    } else {
        (batches, wrong_encoding) =
            type_on_threads(&mut blocks, &mut seen, utf8, delimiter, typing)?;
    }
    if wrong_encoding {
        return Ok(Err(NotUtf8));
    }
    batches.sort_by_key(|(order, _)| *order);
    sheet.batches = batches.into_iter().map(|(_, batch)| batch).collect();
    for batch in &sheet.batches {
        sheet.counts.add(&batch.counts);
    }
    reading.sha256 = hex(hasher);
    reading.sheets = vec![sheet];
    Ok(Ok(()))
}

/// Rows of a sheet that is not understood: blank ones are skipped, the rest rejected.
fn count_unread(counts: &mut RowCounts, cells: &[&str]) {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        counts.blank += 1;
    } else {
        counts.rejected += 1;
    }
}

type Typed = (Vec<(usize, Batch)>, bool);

/// Reads on this thread, types on the others.
fn type_on_threads(
    blocks: &mut TextBlocks<Box<dyn Read + Send>>,
    seen: &mut impl FnMut(&[u8]),
    utf8: bool,
    delimiter: u8,
    typing: &SheetTyping,
) -> std::io::Result<Typed> {
    let threads = rayon::current_num_threads().max(1);
    let (sender, receiver) = sync_channel::<(usize, TextBlock)>(threads);
    let receiver = Mutex::new(receiver);
    let typed: Mutex<Typed> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = match receiver.lock() {
                        Ok(receiver) => receiver.recv(),
                        Err(_) => return,
                    };
                    let Ok((order, block)) = next else { return };
                    let batch = type_block(&block, utf8, delimiter, typing);
                    let Ok(mut typed) = typed.lock() else { return };
                    match batch {
                        Ok(batch) => typed.0.push((order, batch)),
                        Err(NotUtf8) => typed.1 = true,
                    }
                }
            });
        }
        let mut order = 0;
        while let Some(block) = blocks.next_block(&mut *seen)? {
            if sender.send((order, block)).is_err() {
                break;
            }
            order += 1;
        }
        drop(sender);
        Ok::<(), std::io::Error>(())
    })?;
    typed.into_inner().map_err(|_| std::io::Error::other("a worker stopped"))
}

/// The text of a block, and whether some bytes could not be decoded (shown as U+FFFD).
fn decode(bytes: &[u8], utf8: bool) -> (std::borrow::Cow<'_, str>, bool) {
    if utf8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (text.into(), false),
            Err(_) => (String::from_utf8_lossy(bytes), true),
        };
    }
    let (text, damaged) = GB18030.decode_without_bom_handling(bytes);
    (text, damaged)
}

fn type_block(
    block: &TextBlock,
    utf8: bool,
    delimiter: u8,
    typing: &SheetTyping,
) -> Result<Batch, NotUtf8> {
    let (text, damaged) = decode(&block.bytes, utf8);
    if damaged && utf8 {
        return Err(NotUtf8);
    }
    let mut typer = Typer::new(typing, skip_reason);
    typer.reserve(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1, text.len());
    let mut broken = Vec::new();
    for_each_row(&text, block.first_row, delimiter, |row, cells| {
        if damaged {
            let bad = cells.iter().enumerate().filter(|(_, cell)| cell.contains('\u{FFFD}'));
            broken.extend(bad.map(|(column, cell)| (row, column, cell.to_string())));
        }
        typer.row(row, cells);
    });
    let mut batch = typer.finish();
    batch.rejections.extend(broken.into_iter().map(|(row, column, value)| Rejection {
        place: RowRef { sheet: SheetId(0), row },
        what: Rejected::Cell,
        column: typing.headers.get(column).cloned().unwrap_or_default(),
        value,
        reason: Message::new(
            "字符被截断或损坏（GB18030 解码失败），该格其余内容照用；请重新导出",
            "a character is cut or damaged (no valid GB18030); the rest of the cell was used; export the file again",
        ),
    }));
    Ok(batch)
}

fn read_book(file: &InputFile, bytes: Vec<u8>, settings: &ReadSettings, reading: &mut FileReading) {
    let mut rows: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let report = read_workbook(bytes, &file.name, &mut |sheet, _, cells| {
        if rows.last().is_none_or(|(name, _)| name != sheet) {
            rows.push((sheet.to_string(), Vec::new()));
        }
        if let Some((_, rows)) = rows.last_mut() {
            rows.push(cells.iter().map(|cell| cell.to_string()).collect());
        }
    });
    let report = match report {
        Ok(report) => report,
        Err(error) => return reading.error = Some(error.message()),
    };
    for line in report.sheets {
        if line.hidden {
            let problem = Message::new("隐藏的工作表，未读取", "a hidden sheet, not read");
            reading.sheets.push(SheetReading::unread(&line.name, problem));
            continue;
        }
        let at = rows.iter().position(|(name, _)| *name == line.name);
        let rows = at.map(|at| rows.swap_remove(at).1).unwrap_or_default();
        if rows.iter().all(|row| row.iter().all(|cell| cell.trim().is_empty())) {
            // An empty sheet of a workbook is no news.
            if let Some(problem) = line.problem {
                reading.sheets.push(SheetReading::unread(&line.name, problem));
            }
            continue;
        }
        let mut sheet = plan(file, &line.name, &rows[..rows.len().min(HEAD_ROWS)], settings);
        if line.problem.is_some() {
            sheet.problem = line.problem;
        }
        match &sheet.typing {
            Some(typing) => {
                let mut typer = Typer::new(typing, skip_reason);
                let mut cells: Vec<&str> = Vec::new();
                for (index, row) in rows.iter().enumerate() {
                    cells.clear();
                    cells.extend(row.iter().map(String::as_str));
                    typer.row(index as u32 + 1, &cells);
                }
                let batch = typer.finish();
                sheet.counts = batch.counts;
                sheet.batches = vec![batch];
            }
            None => {
                for row in &rows {
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    sheet.counts.rows_in += 1;
                    count_unread(&mut sheet.counts, &cells);
                }
            }
        }
        reading.sheets.push(sheet);
    }
    if reading.sheets.is_empty() {
        reading.error = Some(Message::new("工作簿里没有任何内容", "the workbook holds nothing"));
    }
}

fn plan(
    file: &InputFile,
    sheet: &str,
    first_rows: &[Vec<String>],
    settings: &ReadSettings,
) -> SheetReading {
    let forced =
        settings.config.mapping.iter().find(|rule| matches_pattern(&rule.files, &file.name));
    let forced = forced.map(|rule| ForcedMapping {
        kind: rule.kind,
        register: rule.register,
        columns: rule.columns.clone(),
    });
    match plan_sheet(settings.headers, &file.name, sheet, first_rows, forced.as_ref()) {
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
