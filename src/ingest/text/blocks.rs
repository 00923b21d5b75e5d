//! Delimited text → blocks of whole rows → rows of cells, without a `String` per cell.
//!
//! The file is read front to back in large blocks, each cut after a whole row, so that blocks can be
//! decoded and split on several threads. Rows count as Excel counts them: a quoted cell may hold line
//! breaks, a blank line is a row. Rows without a quote are split by `memchr`; rows with one go through
//! `csv_core`. A quote that is not closed within [`QUOTED_LINES`] lines, or whose end some lines on is
//! followed by text, is an ordinary character.
//! Memory is bounded whatever the file holds: a row of more than [`MOST_ROW_BYTES`] ends the reading,
//! and cells beyond [`MOST_CELLS`] of a row are left out.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// Bytes of a block before it is cut at a row.
pub const BLOCK_BYTES: usize = 4 << 20;

/// Line breaks that a quoted cell may hold before its quote counts as an ordinary character. Counted in
/// lines, for these are the same in every encoding.
const QUOTED_LINES: u32 = 100;

/// Bytes that one row may have.
const MOST_ROW_BYTES: usize = 16 << 20;

/// Cells of a row that are given: as many as a sheet of Excel has columns.
pub const MOST_CELLS: usize = 16_384;

/// Whole rows of a text file, still in the file's encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBlock {
    /// The physical row, from 1, of the first row of the block.
    pub first_row: u32,
    pub bytes: Vec<u8>,
}

/// Cuts a reader into blocks of whole rows.
pub struct TextBlocks<R> {
    reader: R,
    delimiter: u8,
    block_bytes: usize,
    rest: Vec<u8>,
    next_row: u32,
    ended: bool,
    over_long: Option<u32>,
    /// Buffers of blocks that were read.
    spare: Vec<Vec<u8>>,
}

impl<R: Read> TextBlocks<R> {
    /// Blocks of about `block_bytes`.
    pub fn new(reader: R, delimiter: u8, block_bytes: usize) -> Self {
        TextBlocks {
            reader,
            delimiter,
            block_bytes,
            rest: Vec::new(),
            next_row: 1,
            ended: false,
            over_long: None,
            spare: Vec::new(),
        }
    }

    /// Takes back the bytes of a block that was read, to be filled again: fresh memory costs time.
    pub fn give_back(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.spare.push(bytes);
    }

    /// The row, from 1, that was too long to be one, after which nothing more was given.
    pub fn over_long(&self) -> Option<u32> {
        self.over_long
    }

    /// The next block, or `None` at the end.
    pub fn next_block(&mut self) -> io::Result<Option<TextBlock>> {
        loop {
            let start = self.rest.len();
            if !self.ended && start < self.block_bytes {
                let wanted = (self.block_bytes - start) as u64;
                let read = self.reader.by_ref().take(wanted).read_to_end(&mut self.rest)?;
                self.ended = (read as u64) < wanted;
            }
            if self.rest.is_empty() {
                return Ok(None);
            }
            let (cut, rows) = whole_rows(&self.rest, self.delimiter, self.ended);
            if cut == 0 && self.rest.len() >= MOST_ROW_BYTES {
                self.over_long = Some(self.next_row);
                self.rest = Vec::new();
                // To the end nevertheless: the file's hash and the progress count every byte.
                io::copy(&mut self.reader, &mut io::sink())?;
                self.ended = true;
                return Ok(None);
            }
            if cut == 0 {
                // A row longer than the block: read on.
                self.block_bytes *= 2;
                continue;
            }
            let mut rest = self.spare.pop().unwrap_or_default();
            rest.reserve(self.block_bytes.max(self.rest.len() - cut));
            rest.extend_from_slice(&self.rest[cut..]);
            self.rest.truncate(cut);
            let bytes = std::mem::replace(&mut self.rest, rest);
            let first_row = self.next_row;
            self.next_row = self.next_row.saturating_add(rows);
            return Ok(Some(TextBlock { first_row, bytes }));
        }
    }
}

/// Where the last whole row of `bytes` ends, and how many rows stand before that.
fn whole_rows(bytes: &[u8], delimiter: u8, ended: bool) -> (usize, u32) {
    if memchr(b'"', bytes).is_none() {
        let cut = if ended { bytes.len() } else { memrchr(b'\n', bytes).map_or(0, |at| at + 1) };
        let breaks = memchr_iter(b'\n', &bytes[..cut]).count() as u32;
        let open_end = u32::from(cut > 0 && bytes[cut - 1] != b'\n');
        return (cut, breaks + open_end);
    }
    let (mut cut, mut rows) = (0, 0u32);
    while cut < bytes.len() {
        let len = match row_end(&bytes[cut..], delimiter) {
            RowEnd::Open(_) if !ended => break,
            RowEnd::Plain(len) | RowEnd::Quoted(len) | RowEnd::Open(len) => len,
        };
        if !ended && bytes[cut + len - 1] != b'\n' {
            break;
        }
        cut += len;
        rows = rows.saturating_add(1);
    }
    (cut, rows)
}

/// The length of a row, its line break included.
enum RowEnd {
    /// A line, whose quotes are ordinary characters.
    Plain(usize),
    /// One or several lines with quoted cells.
    Quoted(usize),
    /// A line with a quote that is still open where the bytes end.
    Open(usize),
}

/// The length of the first row.
fn row_end(bytes: &[u8], delimiter: u8) -> RowEnd {
    let line = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    if memchr(b'"', &bytes[..line]).is_none() {
        return RowEnd::Plain(line);
    }
    let mut at_cell_start = true;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'\n' {
            return RowEnd::Quoted(at);
        }
        if byte != b'"' || !at_cell_start {
            at_cell_start = byte == delimiter;
            continue;
        }
        at_cell_start = false;
        at = match quote_end(bytes, at, delimiter) {
            QuoteEnd::Closed(behind) => behind,
            QuoteEnd::Open => return RowEnd::Open(line),
            QuoteEnd::Broken => return RowEnd::Plain(line),
        };
    }
    RowEnd::Quoted(bytes.len())
}

enum QuoteEnd {
    /// Where what follows the closing quote begins.
    Closed(usize),
    /// The bytes end before the quote does.
    Open,
    /// The quote is none.
    Broken,
}

/// Where the quoted cell ends whose first byte stands at `at`.
fn quote_end(bytes: &[u8], mut at: usize, delimiter: u8) -> QuoteEnd {
    let mut lines = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\n', rest)) {
        at += found + 1;
        let next = bytes.get(at).copied();
        if bytes[at - 1] == b'\n' {
            lines += 1;
            if lines > QUOTED_LINES {
                return QuoteEnd::Broken;
            }
        } else if next == Some(b'"') {
            at += 1;
        } else if lines > 0
            && next.is_some_and(|next| !matches!(next, b'\r' | b'\n') && next != delimiter)
        {
            return QuoteEnd::Broken;
        } else {
            return QuoteEnd::Closed(at);
        }
    }
    QuoteEnd::Open
}

/// Gives every row of decoded whole rows to `each`: its physical row and its cells. A blank line has
/// no cells, and no row more than [`MOST_CELLS`].
pub fn for_each_row(text: &str, first_row: u32, delimiter: u8, mut each: impl FnMut(u32, &[&str])) {
    let bytes = text.as_bytes();
    let mut row = first_row;
    let mut at = 0;
    let mut cells: Vec<&str> = Vec::with_capacity(64);
    let mut quoted: Option<QuotedRows> = None;
    while at < bytes.len() {
        match row_end(&bytes[at..], delimiter) {
            RowEnd::Plain(len) | RowEnd::Open(len) => {
                let line = text[at..at + len].trim_end_matches(['\n', '\r']);
                cells.clear();
                split_plain(line, delimiter, &mut cells);
                each(row, &cells);
                at += len;
            }
            RowEnd::Quoted(len) => {
                let quoted = quoted.get_or_insert_with(|| QuotedRows::new(delimiter));
                quoted.split(&text[at..at + len], row, &mut each);
                at += len;
            }
        }
        row = row.saturating_add(1);
    }
}

fn split_plain<'a>(line: &'a str, delimiter: u8, cells: &mut Vec<&'a str>) {
    if line.is_empty() {
        return;
    }
    let mut start = 0;
    for at in memchr_iter(delimiter, line.as_bytes()) {
        cells.push(&line[start..at]);
        start = at + 1;
        if cells.len() == MOST_CELLS {
            return;
        }
    }
    cells.push(&line[start..]);
}

/// Splits rows with quotes; one reader and one set of buffers for all rows of a block.
struct QuotedRows {
    reader: csv_core::Reader,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
}

impl QuotedRows {
    fn new(delimiter: u8) -> QuotedRows {
        // A lone CR is part of a cell, as in rows without quotes.
        let reader = csv_core::ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(csv_core::Terminator::Any(b'\n'))
            .build();
        QuotedRows { reader, unquoted: Vec::new(), ends: Vec::new() }
    }

    /// Gives the cells of one whole row to `each`.
    fn split(&mut self, text: &str, row: u32, each: &mut impl FnMut(u32, &[&str])) {
        let text = text.trim_end_matches(['\n', '\r']);
        self.reader.reset();
        self.unquoted.resize(self.unquoted.len().max(text.len() + 1), 0);
        // No row has more cells than bytes, and one.
        self.ends.resize(self.ends.len().max(text.len() + 2), 0);
        let (_, _, mut written, mut count) =
            self.reader.read_record(text.as_bytes(), &mut self.unquoted, &mut self.ends);
        // No line break at the end: an empty input tells the reader that the record is whole.
        let (_, _, more, further) =
            self.reader.read_record(&[], &mut self.unquoted[written..], &mut self.ends[count..]);
        written += more;
        count += further;
        let unquoted = String::from_utf8_lossy(&self.unquoted[..written]);
        let mut cells = Vec::with_capacity(count);
        let mut start = 0;
        for &end in &self.ends[..count.min(MOST_CELLS)] {
            cells.push(unquoted.get(start..end).unwrap_or(""));
            start = end;
        }
        each(row, &cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, block_bytes: usize) -> Vec<(u32, Vec<String>)> {
        let mut blocks = TextBlocks::new(text.as_bytes(), b',', block_bytes);
        let mut rows = Vec::new();
        while let Some(block) = blocks.next_block().unwrap() {
            let text = String::from_utf8(block.bytes).unwrap();
            for_each_row(&text, block.first_row, b',', |row, cells| {
                rows.push((row, cells.iter().map(|cell| cell.to_string()).collect()));
            });
        }
        rows
    }

    #[test]
    fn rows_count_as_excel_counts_them() {
        let text = "a,b\r\n\r\n\"x\ny\",\"=\"\"330127\"\"\"\n5\"3,z";
        let expected = vec![
            (1, vec!["a".to_string(), "b".into()]),
            (2, vec![]),
            (3, vec!["x\ny".into(), "=\"330127\"".into()]),
            (4, vec!["5\"3".into(), "z".into()]),
        ];
        assert_eq!(rows(text, 1 << 20), expected);
        assert_eq!(rows(text, 8), expected, "the size of a block changes nothing");
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_the_file() {
        let text = "a,\"b\nc,d\n";
        assert_eq!(rows(text, 1 << 20).len(), 2);
        let long = format!("a,\"b\n{}c,\"d\"\n", "1,2\n".repeat(200));
        assert_eq!(rows(&long, 64).len(), 202);
        let two = rows("a,\"王\n1,2\nb,\"李\n", 1 << 20);
        assert_eq!(two.len(), 3, "the second stray quote does not close the first");
        assert_eq!(two[0].1, ["a", "\"王"]);
    }

    #[test]
    fn quotes_at_the_edge() {
        let one = |text: &str| rows(text, 1 << 20).remove(0).1;
        assert_eq!(one("\"\",\"\"\"\"\n"), ["", "\""]);
        assert_eq!(one("\"a\"b,c\n"), ["ab", "c"]);
        assert_eq!(one("a \"b\" c,d\n"), ["a \"b\" c", "d"]);
        assert_eq!(one("\"a\",b\rc,d\r\n"), ["a", "b\rc", "d"], "a CR inside loses nothing");
        assert_eq!(one("\"a\r\nb\",c"), ["a\r\nb", "c"]);
        assert_eq!(one("a,\"b"), ["a", "\"b"]);
    }

    #[test]
    fn a_row_without_an_end_is_named_and_not_kept() {
        let mut text = b"a,b\n".to_vec();
        text.resize(MOST_ROW_BYTES * 2, b'x');
        let mut blocks = TextBlocks::new(&text[..], b',', 1 << 20);
        assert_eq!(blocks.next_block().unwrap().unwrap().bytes, b"a,b\n");
        assert_eq!(blocks.next_block().unwrap(), None);
        assert_eq!(blocks.over_long(), Some(2));
    }

    #[test]
    fn cells_beyond_the_last_column_of_excel_are_left_out() {
        for line in ["x,".repeat(20_000), format!("\"y\",{}", "x,".repeat(20_000))] {
            assert_eq!(rows(&line, 1 << 20)[0].1.len(), MOST_CELLS);
        }
    }

    proptest! {
        #[test]
        fn plain_rows_equal_the_csv_crate(cells in prop::collection::vec(
            prop::collection::vec("[a-z0-9张王 \"\n;]{0,6}", 1..5), 1..20), block in 1usize..64)
        {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &cells { writer.write_record(row).unwrap(); }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut expected = Vec::new();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true)
                .from_reader(text.as_bytes());
            for record in reader.records() {
                expected.push(record.unwrap().iter().map(str::to_string).collect::<Vec<_>>());
            }
            let ours: Vec<_> = rows(&text, block).into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(ours, expected);
        }

        #[test]
        fn blocks_make_the_same_rows_and_lose_no_letter(
            text in "[ab张,\"\n\r]{0,80}", block in 1usize..64)
        {
            let whole = rows(&text, 1 << 20);
            prop_assert_eq!(&rows(&text, block), &whole);
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let kept: usize = whole.iter().flat_map(|(_, cells)| cells).map(|c| letters(c)).sum();
            prop_assert_eq!(kept, letters(&text));
            let numbers: Vec<u32> = whole.iter().map(|(row, _)| *row).collect();
            prop_assert_eq!(numbers, (1..=whole.len() as u32).collect::<Vec<_>>());
        }
    }
}
