//! Text files: read in blocks on one thread, decoded, split and typed on the others.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};

use sha2::{Digest, Sha256};

use super::equal_files::hex;
use super::file_reading::FileReading;
use super::gathering::TypedBlock;
use super::one_file::HEAD_BYTES;
use super::text_lists::{UnreadWatch, Watch, read_lists};
use super::text_rows::{NotUtf8, Splitting, first_rows, for_rows};
use super::text_typing::{TypedSheet, type_here, type_in_order, type_on_threads};
use super::understanding::{Rows, plan};
use super::{LARGE_FILE, Progress, ReadSettings};
use crate::ingest::{
    BLOCK_BYTES, Encoding, InputFile, encoding_by_headers, ends_lines_with_cr, sniff_delimiter,
    sniff_encoding,
};

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
        Rows {
            head: &first_rows(&head_text, delimiter),
            first: 1,
            merged: None,
            titles_above: None,
        },
        settings,
    );
    drop(head_text);

    let rest = Counted { reader, hasher: &hasher, progress: settings.progress };
    let splitting = Splitting::of(encoding, strict, delimiter);
    let mut blocks = splitting.blocks(Box::new(Cursor::new(head).chain(rest)), old_macintosh);
    let several_lists;
    if let Some(typing) = sheet.typing.take() {
        let watch = Watch::over(file, &typing, settings);
        let sheet_rows = TypedSheet { splitting, typing: &typing, watch: &watch };
        let in_order = sheet.plan.as_ref().is_some_and(|plan| plan.in_order);
        let typed = if in_order {
            type_in_order(&mut blocks, sheet_rows, settings.keep)?
        } else if reading.size <= LARGE_FILE {
            type_here(&mut blocks, sheet_rows, settings.keep)?
        } else {
            let expected = (reading.size / BLOCK_BYTES as u64 + 1) as usize;
            type_on_threads(&mut blocks, expected, sheet_rows, settings.keep)?
        };
        let Ok(TypedBlock { mut batch, oddities }) = typed else { return Ok(Err(NotUtf8)) };
        several_lists = watch.has_seen();
        batch.rejections.extend(oddities.rejections(&typing.headers, encoding));
        sheet.counts = batch.counts;
        sheet.batches = vec![batch];
        sheet.say_surplus();
        sheet.typing = Some(typing);
    } else {
        let mut watch = UnreadWatch::over(file, &sheet, settings);
        while let Some(block) = blocks.next_block()? {
            // What is not strict cannot fail.
            let _ = for_rows(&block, Splitting { strict: false, ..splitting }, |row, cells| {
                watch.look(row, cells);
                sheet.count_unread(row, cells);
            });
        }
        several_lists = sheet.instead.is_none() && watch.has_seen();
    }
    sheet.say_over_long(blocks.over_long());
    drop(blocks);
    reading.sha256 = hex(hasher.into_inner());
    reading.sheets = if several_lists {
        drop(sheet);
        read_lists(file, (splitting, old_macintosh), settings)?
    } else {
        vec![sheet]
    };
    Ok(Ok(()))
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
