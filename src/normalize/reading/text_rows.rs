//! The bytes of a text → rows: how it is decoded and split.

use std::borrow::Cow;
use std::io::Read;

use super::text_oddities::Oddities;
use super::understanding::HEAD_ROWS;
use crate::ingest::{BLOCK_BYTES, CrToLf, Encoding, TextBlock, TextBlocks, ToUtf8, for_each_row};

/// Finds out that a text is not in the encoding that its first block showed.
pub(super) struct NotUtf8;

/// How the blocks of a file are made into rows.
#[derive(Clone, Copy)]
pub(super) struct Splitting {
    /// Of the file.
    pub(super) file_encoding: Encoding,
    /// Of the blocks, which may be of another.
    pub(super) encoding: Encoding,
    /// Whether bytes that are no UTF-8 say that the encoding is another one.
    pub(super) strict: bool,
    pub(super) delimiter: u8,
}

impl Splitting {
    pub(super) fn of(encoding: Encoding, strict: bool, delimiter: u8) -> Splitting {
        let undecoded = splits_undecoded(encoding, delimiter);
        let of_blocks = if undecoded { encoding } else { Encoding::Utf8 };
        Splitting { file_encoding: encoding, encoding: of_blocks, strict, delimiter }
    }

    /// The blocks of a file's bytes behind its mark.
    pub(super) fn blocks<'b>(
        &self,
        mut bytes: Box<dyn Read + 'b>,
        old_macintosh: bool,
    ) -> TextBlocks<Box<dyn Read + 'b>> {
        if !splits_undecoded(self.file_encoding, self.delimiter) {
            bytes = Box::new(ToUtf8::new(bytes, self.file_encoding));
        }
        if old_macintosh {
            bytes = Box::new(CrToLf(bytes));
        }
        TextBlocks::new(bytes, self.delimiter, BLOCK_BYTES)
    }
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
pub(super) fn first_rows(head_text: &str, delimiter: u8) -> Vec<Vec<String>> {
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

/// Gives every row of a block to `each`, without NUL bytes.
pub(super) fn for_rows(
    block: &TextBlock,
    splitting: Splitting,
    mut each: impl FnMut(u32, &[&str]),
) -> Result<Oddities, NotUtf8> {
    let (text, damaged) = splitting.encoding.decode(&block.bytes);
    if damaged && splitting.strict {
        return Err(NotUtf8);
    }
    let mut oddities = Oddities::default();
    let has_quotes = memchr::memchr(b'"', text.as_bytes()).is_some();
    let is_odd = damaged || Oddities::may_be_in(&text);
    for_each_row(without_dos_end(&text), block.first_row, splitting.delimiter, |row, cells| {
        oddities.note_width(row, cells.len());
        if has_quotes {
            oddities.note_quotes(row, cells);
        }
        if !is_odd {
            return each(row, cells);
        }
        let cleaned = oddities.note_row(row, cells);
        let cells: Vec<&str> = cleaned.iter().map(Cow::as_ref).collect();
        each(row, &cells);
    });
    Ok(oddities)
}
