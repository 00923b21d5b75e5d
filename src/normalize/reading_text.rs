//! Text files: read in blocks on one thread, decoded, split and typed on the others.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};

use super::batch::{Batch, SheetTyping};
use super::gathering::Gathering;
use super::reading::{
    FileReading, HEAD_BYTES, HEAD_ROWS, LARGE_FILE, ReadSettings, count_unread, hex, plan,
};
use super::typer::Typer;
use crate::ingest::{
    BLOCK_BYTES, Encoding, InputFile, Rejected, Rejection, TextBlock, TextBlocks, for_each_row,
    skip_reason, sniff_delimiter, sniff_encoding,
};
use crate::record::{Message, RowRef, SheetId};

/// Finds out that a text is not in the encoding that its first block showed.
struct NotUtf8;

pub(super) fn read_text(
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
    let typed = if reading.size <= LARGE_FILE {
        let gathering = Gathering::of(1);
        let mut typed = Ok(());
        let mut order = 0;
        while let Some(block) = blocks.next_block(&mut seen)? {
            match type_block(&block, utf8, delimiter, typing) {
                Ok(batch) => gathering.take(order, batch),
                Err(NotUtf8) => typed = Err(NotUtf8),
            }
            order += 1;
        }
        typed.map(|()| gathering.finish())
    } else {
        let expected = (reading.size / BLOCK_BYTES as u64 + 1) as usize;
        type_on_threads(&mut blocks, expected, &mut seen, utf8, delimiter, typing)?
    };
    let Ok(batch) = typed else { return Ok(Err(NotUtf8)) };
    sheet.counts = batch.counts;
    sheet.batches = vec![batch];
    reading.sha256 = hex(hasher);
    reading.sheets = vec![sheet];
    Ok(Ok(()))
}

/// Reads on this thread, types on the others.
fn type_on_threads(
    blocks: &mut TextBlocks<Box<dyn Read + Send>>,
    expected: usize,
    seen: &mut impl FnMut(&[u8]),
    utf8: bool,
    delimiter: u8,
    typing: &SheetTyping,
) -> std::io::Result<Result<Batch, NotUtf8>> {
    let threads = rayon::current_num_threads().max(1);
    let (sender, receiver) = sync_channel::<(usize, TextBlock)>(threads);
    let receiver = Mutex::new(receiver);
    let gathering = Gathering::of(expected);
    let wrong_encoding = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = match receiver.lock() {
                        Ok(receiver) => receiver.recv(),
                        Err(_) => return,
                    };
                    let Ok((order, block)) = next else { return };
                    match type_block(&block, utf8, delimiter, typing) {
                        Ok(batch) => gathering.take(order, batch),
                        Err(NotUtf8) => wrong_encoding.store(true, Ordering::Relaxed),
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
    if wrong_encoding.into_inner() {
        return Ok(Err(NotUtf8));
    }
    Ok(Ok(gathering.finish()))
}

/// The text of a block, and whether some bytes could not be decoded (shown as U+FFFD).
fn decode(bytes: &[u8], utf8: bool) -> (Cow<'_, str>, bool) {
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
