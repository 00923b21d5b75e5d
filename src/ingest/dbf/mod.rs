//! dBASE III/IV, FoxPro and Visual FoxPro tables (`.dbf`).
//!
//! Read here and not by a crate: those at hand take numbers as floats, which loses digits of 18-digit
//! numbers, and slice by lengths that the file states.

mod field;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

use field::{Field, NullFlags, decode, trimmed};

use crate::ingest::sheet_buffer::{Noticed, say};
use crate::ingest::{SheetEnd, SheetSink, SheetStart, WorkbookError};
use crate::record::Message;

const HEADER: usize = 32;
const DESCRIPTOR: usize = 32;
const END_OF_FIELDS: u8 = 0x0D;
const END_OF_FILE: u8 = 0x1A;
/// dBASE allows 255 columns, Visual FoxPro 255, Clipper 1,024.
const MOST_FIELDS: usize = 1024;

struct Table<'a> {
    fields: Vec<Field>,
    records: &'a [u8],
    record_length: usize,
    stated: u64,
    encoding: &'static Encoding,
    flags: Option<NullFlags>,
}

/// Reads a table as one sheet without a name: row 1 holds the names of the columns, the records follow.
///
/// Records marked as deleted are no rows: Excel and WPS do not show them either, so a row's number here is
/// the one they show. Memo columns, whose texts are in another file, are blank. Numbers keep all digits.
/// What was left out is said.
///
/// # Errors
/// A file that is no table.
pub(super) fn read_dbf(
    bytes: &[u8],
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    let table = Table::read(bytes)
        .map_err(|seen| WorkbookError::Damaged { name: name.into(), seen: seen.into() })?;
    let mut end = SheetEnd::default();
    if sink.start(SheetStart { name: "", hidden: false, merged: None, epoch_1904: false }) {
        end.problem = table.give(sink);
        let memos = table.memos();
        end.columns_only = end.problem.is_none() && memos.is_some();
        if let Some(memos) = memos {
            say(&mut end.problem, memos);
        }
    }
    sink.end(end);
    Ok(())
}

impl<'a> Table<'a> {
    /// Reads the header.
    fn read(bytes: &'a [u8]) -> Result<Table<'a>, &'static str> {
        let short = |at: usize| {
            let bytes = bytes.get(at..at + 2)?;
            Some(usize::from(u16::from_le_bytes(bytes.try_into().ok()?)))
        };
        let cut_off = "its header is cut off";
        let stated = bytes.get(4..8).and_then(|count| count.try_into().ok()).ok_or(cut_off)?;
        let stated = u64::from(u32::from_le_bytes(stated));
        let header_length = short(8).ok_or(cut_off)?;
        let record_length = short(10).ok_or(cut_off)?;
        let mut fields = Vec::new();
        let mut at = HEADER;
        let mut start = 1;
        let (mut bit, mut flags) = (0, None);
        loop {
            match bytes.get(at) {
                Some(&END_OF_FIELDS) => break,
                // Some programs forget the mark; the header's length tells as well.
                Some(_) if at.saturating_add(1) >= header_length => break,
                Some(_) => {}
                None => return Err(cut_off),
            }
            let descriptor = bytes.get(at..at + DESCRIPTOR).ok_or(cut_off)?;
            let field = Field::read(descriptor, start, &mut bit).ok_or("a column is no column")?;
            start = start.saturating_add(field.length);
            if field.kind == b'0' {
                flags = Some(field.null_flags());
            }
            fields.push(field);
            at += DESCRIPTOR;
            if fields.len() > MOST_FIELDS {
                return Err("it has more columns than a table can have");
            }
        }
        if fields.is_empty() {
            return Err("it has no columns");
        }
        if start > record_length || header_length < at {
            return Err("its columns are not as long as its records");
        }
        let records = bytes.get(header_length..).unwrap_or(&[]);
        let encoding = match bytes.get(29) {
            Some(0x4F | 0x78 | 0x88) => BIG5,
            _ => GB18030,
        };
        let mut table = Table { fields, records, record_length, stated, encoding, flags };
        if table.is_utf8() {
            table.encoding = UTF_8;
        }
        Ok(table)
    }

    /// The records up to the mark at the end.
    fn records(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.records
            .chunks_exact(self.record_length)
            .take_while(|record| record.first().is_some_and(|&mark| mark != END_OF_FILE))
    }

    /// Whether all texts beyond ASCII are UTF-8, and there are some. A column may cut a character.
    fn is_utf8(&self) -> bool {
        let mut seen = 0;
        for record in self.records() {
            for field in self.fields.iter().filter(|field| field.kind == b'C') {
                let bytes = field.bytes(record);
                if bytes.is_ascii() {
                    continue;
                }
                match std::str::from_utf8(trimmed(bytes)) {
                    Ok(_) => seen += 1,
                    Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                        seen += 1;
                    }
                    Err(_) => return false,
                }
            }
        }
        seen > 0
    }

    fn give(&self, sink: &mut dyn SheetSink) -> Option<Message> {
        let shown: Vec<&Field> = self.fields.iter().filter(|field| !field.is_system).collect();
        let mut texts: Vec<String> = vec![String::new(); shown.len()];
        for (text, field) in texts.iter_mut().zip(&shown) {
            text.push_str(decode(&field.name, self.encoding).0.trim());
        }
        give_row(1, &texts, sink);
        let (mut read, mut deleted, mut damaged, mut row) = (0u64, 0u64, false, 1u32);
        for record in self.records() {
            read += 1;
            if record.first() == Some(&b'*') {
                deleted += 1;
                continue;
            }
            for (text, field) in texts.iter_mut().zip(&shown) {
                text.clear();
                damaged |= field.push_cell(text, record, self.flags, self.encoding);
            }
            row = row.saturating_add(1);
            give_row(row, &texts, sink);
        }
        let mut said = None;
        if read != self.stated {
            say(
                &mut said,
                Message::new(
                    format!(
                        "文件头写有 {} 条记录，实际读到 {read} 条；请重新导出并核对条数",
                        self.stated
                    ),
                    format!(
                        "its header states {} records, {read} were found; export it again and compare the count",
                        self.stated
                    ),
                ),
            );
        }
        if deleted > 0 {
            say(
                &mut said,
                Message::new(
                    format!(
                        "{deleted} 条记录带删除标记，未读取；如需核对，请先恢复（RECALL）再导出"
                    ),
                    format!(
                        "{deleted} records are marked as deleted and were not read; recall them and export again if they count"
                    ),
                ),
            );
        }
        if damaged {
            Noticed { undecodable: true, ..Noticed::default() }.say(&mut said);
        }
        said
    }

    /// Says which columns keep their texts in another file, if any do.
    fn memos(&self) -> Option<Message> {
        let memos = self.fields.iter().filter(|field| field.is_memo() && !field.is_system);
        let names: Vec<String> =
            memos.map(|field| decode(&field.name, self.encoding).0.trim().to_string()).collect();
        (!names.is_empty()).then(|| {
            Message::new(
                format!(
                    "备注型字段（{}）的内容在另一个文件里，未读取；需要时请另存为 .xlsx",
                    names.join("、")
                ),
                format!(
                    "memo columns ({}) keep their texts in another file and were not read; save it as .xlsx if they matter",
                    names.join(", ")
                ),
            )
        })
    }
}

fn give_row(number: u32, texts: &[String], sink: &mut dyn SheetSink) {
    let filled = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let cells: Vec<&str> = texts.iter().take(filled).map(String::as_str).collect();
    sink.row(number, &cells);
}

#[cfg(test)]
mod tests;
