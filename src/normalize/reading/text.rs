//! Text files: read in blocks on one thread, decoded, split and typed on the others.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Cursor, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, sync_channel};

use sha2::{Digest, Sha256};

use super::equal_files::hex;
use super::file_reading::FileReading;
use super::gathering::{Gathering, TypedBlock};
use super::one_file::HEAD_BYTES;
use super::text_oddities::{Oddities, over_long};
use super::understanding::{HEAD_ROWS, Rows, plan};
use super::{LARGE_FILE, Progress, ReadSettings};
use crate::ingest::{
    BLOCK_BYTES, CrToLf, Encoding, InputFile, TextBlock, TextBlocks, ToUtf8, encoding_by_headers,
    ends_lines_with_cr, for_each_row, skip_reason, sniff_delimiter, sniff_encoding,
};
use crate::normalize::{Batch, Keep, SheetTyping, Typer};

/// Finds out that a text is not in the encoding that its first block showed.
struct NotUtf8;

/// How the blocks of a file are made into rows.
#[derive(Clone, Copy)]
struct Splitting {
    encoding: Encoding,
    /// Whether bytes that are no UTF-8 say that the encoding is another one.
    strict: bool,
    delimiter: u8,
}

pub(super) fn read_text(
    file: &InputFile,
    reader: Box<dyn Read + Send>,
    head: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<()> {
    reading.format = "csv";
    let encoding = sniff_encoding(&head, settings.headers);
    let valid =
        std::str::from_utf8(&head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let strict = encoding.is_utf8() && valid;
    let read = read_text_as(file, reader, head, (encoding, strict), settings, reading)?;
    if read.is_err() {
        // Valid at first, not throughout: the whole file again.
        let mut reader = settings.source.open(&file.path)?;
        let mut head = Vec::new();
        reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        reading.sheets.clear();
        let encoding = encoding_of_broken(&head, encoding, settings);
        let _ = read_text_as(file, reader, head, (encoding, false), settings, reading)?;
    }
    Ok(())
}

/// The encoding of a text that began as UTF-8 and broke later: UTF-8 with a cut character if its first
/// block holds some of UTF-8's own characters, for no other text does by chance; else by its headers.
fn encoding_of_broken(head: &[u8], began_as: Encoding, settings: &ReadSettings) -> Encoding {
    const SURE: usize = 8;
    let own = String::from_utf8_lossy(head).chars().filter(|c| !c.is_ascii()).count();
    if own >= SURE || began_as == Encoding::Utf8Bom {
        return began_as;
    }
    encoding_by_headers(head, settings.headers)
}

fn read_text_as(
    file: &InputFile,
    reader: Box<dyn Read + Send>,
    mut head: Vec<u8>,
    (encoding, strict): (Encoding, bool),
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<Result<(), NotUtf8>> {
    let hasher = RefCell::new(Sha256::new_with_prefix(&head));
    settings.progress.read(head.len() as u64);
    reading.encoding = encoding.name();
    head.drain(..encoding.mark_len(&head));
    let (head_text, _) = encoding.decode(&head);
    let old_macintosh = ends_lines_with_cr(&head_text);
    let head_text = if old_macintosh { head_text.replace('\r', "\n").into() } else { head_text };
    let delimiter = sniff_delimiter(&head_text, settings.headers);
    reading.delimiter = Some(char::from(delimiter));
    let mut sheet = plan(
        file,
        "",
        Rows { head: &first_rows(&head_text, delimiter), first: 1, merged: None },
        settings,
    );
    drop(head_text);

    let rest = Counted { reader, hasher: &hasher, progress: settings.progress };
    let mut bytes: Box<dyn Read + '_> = Box::new(Cursor::new(head).chain(rest));
    let mut splitting = Splitting { encoding, strict, delimiter };
    if !splits_undecoded(encoding, delimiter) {
        bytes = Box::new(ToUtf8::new(bytes, encoding));
        splitting.encoding = Encoding::Utf8;
    }
    if old_macintosh {
        bytes = Box::new(CrToLf(bytes));
    }
    let mut blocks = TextBlocks::new(bytes, delimiter, BLOCK_BYTES);
    if let Some(typing) = sheet.typing.take() {
        let in_order = sheet.plan.as_ref().is_some_and(|plan| plan.in_order);
        let typed = if in_order {
            type_in_order(&mut blocks, splitting, &typing, settings.keep)?
        } else if reading.size <= LARGE_FILE {
            type_here(&mut blocks, splitting, &typing, settings.keep)?
        } else {
            let expected = (reading.size / BLOCK_BYTES as u64 + 1) as usize;
            type_on_threads(&mut blocks, expected, splitting, &typing, settings.keep)?
        };
        let Ok(TypedBlock { mut batch, oddities }) = typed else { return Ok(Err(NotUtf8)) };
        batch.rejections.extend(oddities.rejections(&typing.headers, encoding));
        sheet.counts = batch.counts;
        sheet.batches = vec![batch];
        sheet.say_surplus();
        sheet.typing = Some(typing);
    } else {
        while let Some(block) = blocks.next_block()? {
            let (text, _) = splitting.encoding.decode(&block.bytes);
            for_each_row(without_dos_end(&text), block.first_row, delimiter, |row, cells| {
                sheet.count_unread(row, cells);
            });
        }
    }
    if let Some(row) = blocks.over_long() {
        let (problem, batch) = over_long(row);
        sheet.counts.add(&batch.counts);
        sheet.batches.push(batch);
        sheet.problem = sheet.problem.or(Some(problem));
    }
    drop(blocks);
    reading.sha256 = hex(hasher.into_inner());
    reading.sheets = vec![sheet];
    Ok(Ok(()))
}

/// Whether rows can be cut before they are decoded, so that this can be done on several threads: the
/// bytes of line breaks, quotes and the delimiter are no part of another character. The second byte of
/// GB 18030 and Big5 may be `|` or a digit.
fn splits_undecoded(encoding: Encoding, delimiter: u8) -> bool {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => true,
        Encoding::Gb18030 | Encoding::Big5 => delimiter < b'0' || (b':'..b'@').contains(&delimiter),
        Encoding::Utf16Le | Encoding::Utf16Be => false,
    }
}

/// The rows by which a sheet is understood.
fn first_rows(head_text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let first_lines = head_text.split_inclusive('\n').take(HEAD_ROWS * 4).map(str::len).sum();
    for_each_row(&head_text[..first_lines], 1, delimiter, |_, cells| {
        if rows.len() < HEAD_ROWS {
            rows.push(cells.iter().map(|cell| cell.replace('\0', "")).collect());
        }
    });
    rows
}

/// Programs of DOS end a text with 1A, which is no row.
fn without_dos_end(text: &str) -> &str {
    text.trim_end_matches('\u{1A}')
}

/// Hashes and counts the bytes that pass.
struct Counted<'a> {
    reader: Box<dyn Read + Send>,
    hasher: &'a RefCell<Sha256>,
    progress: &'a dyn Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.hasher.borrow_mut().update(&buffer[..count]);
        self.progress.read(count as u64);
        Ok(count)
    }
}

fn type_here(
    blocks: &mut TextBlocks<impl Read>,
    splitting: Splitting,
    typing: &SheetTyping,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let gathering = Gathering::of(1);
    let mut order = 0;
    while let Some(block) = blocks.next_block()? {
        match type_block(&block, splitting, typing, gathering.spare()) {
            Ok(block) => gathering.take(order, block.reduced(keep)),
            Err(NotUtf8) => return Ok(Err(NotUtf8)),
        }
        blocks.give_back(block.bytes);
        order += 1;
    }
    Ok(Ok(gathering.finish()))
}

/// Types all rows by one typer, where some continue those above.
fn type_in_order(
    blocks: &mut TextBlocks<impl Read>,
    splitting: Splitting,
    typing: &SheetTyping,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let mut typer = Typer::new(typing, skip_reason);
    let mut oddities = Oddities::default();
    while let Some(block) = blocks.next_block()? {
        match type_rows(&block, splitting, &mut typer) {
            Ok(odd) => oddities.add(odd),
            Err(NotUtf8) => return Ok(Err(NotUtf8)),
        }
        typer.reduce(keep);
    }
    Ok(Ok(TypedBlock { batch: typer.finish(), oddities }))
}

/// Reads on this thread, types on the others.
fn type_on_threads(
    blocks: &mut TextBlocks<impl Read>,
    expected: usize,
    splitting: Splitting,
    typing: &SheetTyping,
    keep: Keep,
) -> io::Result<Result<TypedBlock, NotUtf8>> {
    let threads = rayon::current_num_threads().max(1);
    let (sender, receiver) = sync_channel::<(usize, TextBlock)>(threads);
    let receiver = Mutex::new(receiver);
    let (give_back, given_back) = channel::<Vec<u8>>();
    let gathering = Gathering::of(expected);
    let wrong_encoding = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let used = give_back.clone();
            let (receiver, gathering, wrong_encoding) = (&receiver, &gathering, &wrong_encoding);
            scope.spawn(move || {
                loop {
                    let next = match receiver.lock() {
                        Ok(receiver) => receiver.recv(),
                        Err(_) => return,
                    };
                    let Ok((order, block)) = next else { return };
                    match type_block(&block, splitting, typing, gathering.spare()) {
                        Ok(block) => gathering.take(order, block.reduced(keep)),
                        Err(NotUtf8) => wrong_encoding.store(true, Ordering::Relaxed),
                    }
                    // Nobody waits for the last ones.
                    let _ = used.send(block.bytes);
                }
            });
        }
        let mut order = 0;
        while let Some(block) = blocks.next_block()? {
            if wrong_encoding.load(Ordering::Relaxed) || sender.send((order, block)).is_err() {
                break;
            }
            order += 1;
            given_back.try_iter().for_each(|bytes| blocks.give_back(bytes));
        }
        drop(sender);
        Ok::<(), io::Error>(())
    })?;
    if wrong_encoding.into_inner() {
        return Ok(Err(NotUtf8));
    }
    Ok(Ok(gathering.finish()))
}

fn type_block(
    block: &TextBlock,
    splitting: Splitting,
    typing: &SheetTyping,
    batch: Batch,
) -> Result<TypedBlock, NotUtf8> {
    let mut typer = Typer::new(typing, skip_reason).into_batch(batch);
    let oddities = type_rows(block, splitting, &mut typer)?;
    Ok(TypedBlock { batch: typer.finish(), oddities })
}

fn type_rows(
    block: &TextBlock,
    splitting: Splitting,
    typer: &mut Typer,
) -> Result<Oddities, NotUtf8> {
    let (text, damaged) = splitting.encoding.decode(&block.bytes);
    if damaged && splitting.strict {
        return Err(NotUtf8);
    }
    typer.reserve(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1, text.len());
    let mut oddities = Oddities::default();
    let is_odd = damaged || Oddities::may_be_in(&text);
    for_each_row(without_dos_end(&text), block.first_row, splitting.delimiter, |row, cells| {
        oddities.note_width(row, cells.len());
        if !is_odd {
            return typer.row(row, cells);
        }
        let cleaned = oddities.note_row(row, cells);
        let cells: Vec<&str> = cleaned.iter().map(Cow::as_ref).collect();
        typer.row(row, &cells);
    });
    Ok(oddities)
}
