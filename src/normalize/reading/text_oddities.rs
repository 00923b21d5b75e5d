//! Cells of a text that could be used only in part, gathered over the blocks of a file: the first are
//! listed, the rest counted, so that a file broken throughout does not fill the report.

use std::borrow::Cow;

use crate::ingest::{Encoding, MOST_CELLS, Rejected, Rejection, RowCounts};
use crate::normalize::Batch;
use crate::record::{Message, RowRef, SheetId};

/// Broken cells that are listed for a file.
const LISTED: usize = 100;
/// Characters of a cell that are listed.
const SHOWN: usize = 200;

/// A cell of the file.
#[derive(Debug)]
struct Cell {
    row: u32,
    column: usize,
    value: String,
}

/// What is odd in one block, then in a whole file.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    broken: Vec<Cell>,
    broken_count: u64,
    /// The first cell with NUL bytes, and how many such cells there are.
    nul: Option<Cell>,
    nul_count: u64,
    /// The first row with too many cells, and how many such rows there are.
    wide: Option<u32>,
    wide_count: u64,
    /// The first cell with a quote that nothing closes, and how many such cells there are.
    unclosed: Option<Cell>,
    unclosed_count: u64,
}

impl Oddities {
    /// Whether a block needs to be looked at: it holds U+FFFD or NUL.
    pub(super) fn may_be_in(text: &str) -> bool {
        memchr::memmem::find(text.as_bytes(), "\u{FFFD}".as_bytes()).is_some()
            || memchr::memchr(0, text.as_bytes()).is_some()
    }

    /// Notes a row that has as many cells as are looked at.
    pub(super) fn note_width(&mut self, row: u32, cells: usize) {
        if cells >= MOST_CELLS {
            self.wide.get_or_insert(row);
            self.wide_count += 1;
        }
    }

    /// Notes quotes that nothing closes: Excel would take the lines below into the cell.
    pub(super) fn note_quotes(&mut self, row: u32, cells: &[&str]) {
        for (column, cell) in cells.iter().enumerate() {
            if cell.starts_with('"') && cell.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
                self.unclosed_count += 1;
                self.unclosed.get_or_insert_with(|| Cell {
                    row,
                    column,
                    value: cell.chars().take(SHOWN).collect(),
                });
            }
        }
    }

    /// Notes what is odd in a row; gives its cells without NUL bytes.
    pub(super) fn note_row<'c>(&mut self, row: u32, cells: &[&'c str]) -> Vec<Cow<'c, str>> {
        let cell = |column: usize, text: &str| Cell {
            row,
            column,
            value: text.chars().take(SHOWN).collect(),
        };
        let mut cleaned = Vec::with_capacity(cells.len());
        for (column, &text) in cells.iter().enumerate() {
            if text.contains('\u{FFFD}') {
                self.broken_count += 1;
                if self.broken.len() < LISTED {
                    self.broken.push(cell(column, text));
                }
            }
            if text.contains('\0') {
                self.nul_count += 1;
                if self.nul.is_none() {
                    self.nul = Some(cell(column, text));
                }
                cleaned.push(text.replace('\0', "").into());
            } else {
                cleaned.push(text.into());
            }
        }
        cleaned
    }

    /// Adds those of the following block.
    pub(super) fn add(&mut self, following: Oddities) {
        let room = LISTED.saturating_sub(self.broken.len());
        self.broken.extend(following.broken.into_iter().take(room));
        self.broken_count += following.broken_count;
        self.nul = self.nul.take().or(following.nul);
        self.nul_count += following.nul_count;
        self.wide = self.wide.or(following.wide);
        self.wide_count += following.wide_count;
        self.unclosed = self.unclosed.take().or(following.unclosed);
        self.unclosed_count += following.unclosed_count;
    }

    /// The lines of `rejected.csv` that say all this.
    pub(super) fn rejections(self, headers: &[String], encoding: Encoding) -> Vec<Rejection> {
        let line = |cell: Cell, reason: Message| Rejection {
            place: RowRef { sheet: SheetId(0), row: cell.row },
            what: Rejected::Cell,
            column: headers.get(cell.column).cloned().unwrap_or_default(),
            value: cell.value,
            reason,
        };
        let more = self.broken_count.saturating_sub(self.broken.len() as u64);
        let last = self.broken.last().map(|cell| cell.row);
        let name = encoding.name().to_uppercase();
        let broken = Message::new(
            format!("字符被截断或损坏（{name} 解码失败），该格其余内容照用；请重新导出"),
            format!(
                "a character is cut or damaged (no valid {name}); the rest of the cell was used; export the file again"
            ),
        );
        let mut lines: Vec<Rejection> =
            self.broken.into_iter().map(|cell| line(cell, broken.clone())).collect();
        if let (Some(row), true) = (last, more > 0) {
            lines.push(line(
                Cell { row, column: usize::MAX, value: String::new() },
                Message::new(
                    format!("此后还有 {more} 个单元格有损坏的字符，未逐一列出；请重新导出"),
                    format!("{more} more cells below hold damaged characters and are not listed; export the file again"),
                ),
            ));
        }
        if let Some(cell) = self.nul {
            let count = self.nul_count;
            lines.push(line(
                cell,
                Message::new(
                    format!("含空字符（NUL），已删除后照用；本文件共 {count} 个单元格，只列第一个"),
                    format!("holds NUL bytes, which were removed, and was used; {count} cells of this file do, the first is listed"),
                ),
            ));
        }
        if let Some(cell) = self.unclosed {
            let count = self.unclosed_count;
            lines.push(line(
                cell,
                Message::new(
                    format!("引号没有成对，按原样逐行读取；本文件共 {count} 处，只列第一处；请在原表改正后重新导出"),
                    format!("a quote that nothing closes; each line was read as it stands; {count} cells of this file have one, the first is listed; mend it in the source and export again"),
                ),
            ));
        }
        if let Some(row) = self.wide {
            let count = self.wide_count;
            lines.push(line(
                Cell { row, column: usize::MAX, value: String::new() },
                Message::new(
                    format!("一行有 {MOST_CELLS} 格或更多，其后的列未读取；本文件共 {count} 行，请检查分隔符"),
                    format!("a row of {MOST_CELLS} cells or more, of which the rest was not read; {count} rows of this file are, check the delimiter"),
                ),
            ));
        }
        lines
    }
}

/// A row too long to be one, behind which the file was not read: what to say, and its batch.
pub(super) fn over_long(row: u32) -> (Message, Batch) {
    let problem = Message::new(
        format!("第 {row} 行过长，没有换行，其后未读取；请检查文件是否损坏后重新导出"),
        format!(
            "row {row} is too long and has no line break; nothing behind it was read; export the file again"
        ),
    );
    let batch = Batch {
        rejections: vec![Rejection {
            place: RowRef { sheet: SheetId(0), row },
            what: Rejected::Row,
            column: String::new(),
            value: String::new(),
            reason: problem.clone(),
        }],
        counts: RowCounts { rows_in: 1, rejected: 1, ..RowCounts::default() },
        ..Batch::default()
    };
    (problem, batch)
}
