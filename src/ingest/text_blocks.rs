//! Delimited text → blocks of whole rows → rows of cells, without a `String` per cell.
//!
//! The file is read front to back in large blocks, each cut after a whole row, so that blocks can be
//! decoded and split on several threads. Rows count as Excel counts them: a quoted cell may hold line
//! breaks, a blank line is a row. Rows without a quote are split by `memchr`; rows with one go through
//! `csv_core`. A quote that is not closed within [`QUOTED_ROW_LIMIT`] bytes is an ordinary character.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Bytes of a block before it is cut at a row.
pub const BLOCK_BYTES: usize = 4 << 20;

/// How long a row with quotes may be before its quote counts as an ordinary character.
const QUOTED_ROW_LIMIT: usize = 64 << 10;

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
}

impl<R: Read> TextBlocks<R> {
    /// Blocks of about `block_bytes`; `head` holds bytes already taken from the reader.
    pub fn new(reader: R, head: Vec<u8>, delimiter: u8, block_bytes: usize) -> Self {
        TextBlocks { reader, delimiter, block_bytes, rest: head, next_row: 1, ended: false }
    }

    /// The next block, or `None` at the end. `seen` gets every byte read from the reader, in order.
    pub fn next_block(&mut self, mut seen: impl FnMut(&[u8])) -> io::Result<Option<TextBlock>> {
        loop {
            let start = self.rest.len();
            if !self.ended && start < self.block_bytes {
                let wanted = (self.block_bytes - start) as u64;
                let read = self.reader.by_ref().take(wanted).read_to_end(&mut self.rest)?;
                seen(&self.rest[start..]);
                self.ended = (read as u64) < wanted;
            }
            if self.rest.is_empty() {
                return Ok(None);
            }
            let (cut, rows) = whole_rows(&self.rest, self.delimiter, self.ended);
            if cut == 0 {
                // A row longer than the block: read on.
                self.block_bytes *= 2;
                continue;
            }
            let mut rest = Vec::with_capacity(self.block_bytes.max(self.rest.len() - cut));
            rest.extend_from_slice(&self.rest[cut..]);
            self.rest.truncate(cut);
            let bytes = std::mem::replace(&mut self.rest, rest);
            let first_row = self.next_row;
            self.next_row += rows;
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
    let (mut cut, mut rows) = (0, 0);
    while cut < bytes.len() {
        let complete_needed = !ended && bytes.len() - cut < QUOTED_ROW_LIMIT;
        match row_end(&bytes[cut..], delimiter) {
            RowEnd::Plain(_) if complete_needed && open_quote(&bytes[cut..]) => break,
            RowEnd::Plain(len) | RowEnd::Quoted(len) => {
                let whole = bytes[cut + len - 1] == b'\n';
                if !whole && !ended {
                    break;
                }
                cut += len;
                rows += 1;
            }
        }
    }
    (cut, rows)
}

/// Whether the first line opens a quoted cell.
fn open_quote(bytes: &[u8]) -> bool {
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    memchr(b'"', line).is_some()
}

enum RowEnd {
    Plain(usize),
    Quoted(usize),
}

/// The length of the first row, its line break included.
fn row_end(bytes: &[u8], delimiter: u8) -> RowEnd {
    let line = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    if memchr(b'"', &bytes[..line]).is_none() {
        return RowEnd::Plain(line);
    }
    let mut in_quotes = false;
    let mut at_cell_start = true;
    let mut at = 0;
    let limit = bytes.len().min(QUOTED_ROW_LIMIT);
    while at < limit {
        let byte = bytes[at];
        if in_quotes {
            if byte == b'"' {
                if bytes.get(at + 1) == Some(&b'"') {
                    at += 1;
                } else {
                    in_quotes = false;
                }
            }
        } else if byte == b'"' && at_cell_start {
            in_quotes = true;
            at_cell_start = false;
        } else if byte == b'\n' {
            return RowEnd::Quoted(at + 1);
        } else {
            at_cell_start = byte == delimiter;
        }
        at += 1;
    }
    if !in_quotes && limit == bytes.len() {
        return RowEnd::Quoted(limit);
    }
    RowEnd::Plain(line)
}

/// Gives every row of decoded whole rows to `each`: its physical row and its cells. A blank line has
/// no cells.
pub fn for_each_row(text: &str, first_row: u32, delimiter: u8, mut each: impl FnMut(u32, &[&str])) {
    let bytes = text.as_bytes();
    let mut row = first_row;
    let mut at = 0;
    let mut cells: Vec<&str> = Vec::with_capacity(64);
    let mut quoted: Option<QuotedRows> = None;
    while at < bytes.len() {
        match row_end(&bytes[at..], delimiter) {
            RowEnd::Plain(len) => {
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
        row += 1;
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
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        QuotedRows { reader, unquoted: Vec::new(), ends: Vec::new() }
    }

    /// Gives the cells of one whole row to `each`.
    fn split(&mut self, text: &str, row: u32, each: &mut impl FnMut(u32, &[&str])) {
        self.reader.reset();
        self.unquoted.resize(self.unquoted.len().max(text.len() + 1), 0);
        // No row has more cells than bytes, and one.
        self.ends.resize(self.ends.len().max(text.len() + 2), 0);
        let (state, _, mut written, mut count) =
            self.reader.read_record(text.as_bytes(), &mut self.unquoted, &mut self.ends);
        if matches!(state, csv_core::ReadRecordResult::InputEmpty) {
            // No line break at the end: an empty input tells the reader that the record is whole.
            let (_, _, more, further) = self.reader.read_record(
                &[],
                &mut self.unquoted[written..],
                &mut self.ends[count..],
            );
            written += more;
            count += further;
        }
        let unquoted = String::from_utf8_lossy(&self.unquoted[..written]);
        let mut cells = Vec::with_capacity(count);
        let mut start = 0;
        for &end in &self.ends[..count] {
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
        let mut blocks = TextBlocks::new(text.as_bytes(), Vec::new(), b',', block_bytes);
        let mut rows = Vec::new();
        while let Some(block) = blocks.next_block(|_| {}).unwrap() {
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
    }
}
