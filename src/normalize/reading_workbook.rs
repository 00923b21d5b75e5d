//! Workbooks: every visible sheet is understood from its first rows, then its rows are typed as they come.

use super::batch::{Batch, SheetTyping};
use super::reading::{FileReading, HEAD_ROWS, ReadSettings, SheetReading, count_unread, plan};
use super::row_block::RowBlock;
use super::typer::Typer;
use crate::ingest::{Format, InputFile, SheetEnd, SheetSink, SheetStart, read_sheets, skip_reason};
use crate::record::Message;

pub(super) fn read_book(
    file: &InputFile,
    format: Format,
    bytes: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) {
    let mut sheets = Sheets { file, settings, done: Vec::new(), current: Current::default() };
    let read = read_sheets(format, bytes, &file.name, &mut sheets);
    reading.sheets = sheets.done;
    if let Err(error) = read {
        reading.error = Some(error.message());
    } else if reading.sheets.is_empty() {
        reading.error = Some(Message::new("工作簿里没有任何内容", "the workbook holds nothing"));
    }
}

/// Receives the sheets of one workbook.
struct Sheets<'a> {
    file: &'a InputFile,
    settings: &'a ReadSettings<'a>,
    done: Vec<SheetReading>,
    current: Current,
}

/// The sheet that is being read.
#[derive(Default)]
struct Current {
    name: String,
    hidden: bool,
    /// The first rows, until the sheet is understood.
    head: Vec<Vec<String>>,
    /// Whether any cell held more than blanks.
    has_text: bool,
    /// What the sheet is, once its first rows are known.
    sheet: Option<SheetReading>,
    /// Rows to be typed.
    block: RowBlock,
}

impl SheetSink for Sheets<'_> {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        self.current = Current {
            name: sheet.name.into(),
            hidden: sheet.hidden,
            block: std::mem::take(&mut self.current.block),
            ..Current::default()
        };
        !sheet.hidden
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        let current = &mut self.current;
        current.has_text = current.has_text || cells.iter().any(|cell| !cell.trim().is_empty());
        if current.sheet.is_none() {
            current.head.push(cells.iter().map(|cell| cell.to_string()).collect());
            if current.head.len() == HEAD_ROWS {
                self.understand();
            }
            return;
        }
        current.take(number, cells);
    }

    fn end(&mut self, end: SheetEnd) {
        if self.current.hidden {
            let problem = Message::new("隐藏的工作表，未读取", "a hidden sheet, not read");
            self.done.push(SheetReading::unread(&self.current.name, problem));
            return;
        }
        if !self.current.has_text {
            // An empty sheet of a workbook is no news.
            if let Some(problem) = end.problem {
                self.done.push(SheetReading::unread(&self.current.name, problem));
            }
            return;
        }
        if self.current.sheet.is_none() {
            self.understand();
        }
        self.current.type_block();
        if let Some(mut sheet) = self.current.sheet.take() {
            sheet.problem = end.problem.or(sheet.problem);
            sheet.hidden_rows = end.hidden_rows;
            self.done.push(sheet);
        }
    }
}

impl Sheets<'_> {
    /// Finds out what the sheet is, and takes the rows that were waiting for that.
    fn understand(&mut self) {
        let current = &mut self.current;
        let head = std::mem::take(&mut current.head);
        current.sheet = Some(plan(self.file, &current.name, &head, self.settings));
        let mut cells: Vec<&str> = Vec::new();
        for (number, row) in (1..).zip(&head) {
            cells.clear();
            cells.extend(row.iter().map(String::as_str));
            current.take(number, &cells);
        }
    }
}

impl Current {
    /// Takes a row of a sheet that is understood, or known not to be.
    fn take(&mut self, number: u32, cells: &[&str]) {
        let Some(sheet) = &mut self.sheet else { return };
        if sheet.typing.is_none() {
            sheet.counts.rows_in += 1;
            return count_unread(&mut sheet.counts, cells);
        }
        self.block.push(number, cells);
        if self.block.is_full() {
            self.type_block();
        }
    }

    fn type_block(&mut self) {
        if let Some(sheet) = &mut self.sheet
            && let Some(typing) = &sheet.typing
            && self.block.len() > 0
        {
            let batch = type_rows(typing, &mut self.block);
            sheet.counts.add(&batch.counts);
            sheet.batches.push(batch);
        }
    }
}

fn type_rows(typing: &SheetTyping, block: &mut RowBlock) -> Batch {
    let mut typer = Typer::new(typing, skip_reason);
    typer.reserve(block.len(), block.bytes());
    block.drain(|number, cells| typer.row(number, cells));
    typer.finish()
}
