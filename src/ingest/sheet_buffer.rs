//! A sheet gathered before it is handed over: formats that tell merged cells and hidden sheets only among
//! or below the rows, while a [`SheetSink`] wants them first.

use crate::record::Message;

use super::sheet_sink::{MergedCells, SheetEnd, SheetSink, SheetStart};
use super::workbook_error::WorkbookError;

/// As many rows and columns as a sheet of Excel has.
pub(super) const MOST_ROWS: u32 = 1_048_576;
pub(super) const MOST_COLUMNS: u32 = 16_384;

/// Bytes of one cell; Excel's longest has 32,767 characters.
pub(super) const MOST_TEXT: usize = 256 << 10;

/// What one file may still take: cells, blank ones between and covered ones included, so that neither
/// memory nor time follow what a small file claims.
pub(super) struct Budget {
    cells: u64,
    sheets: u32,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

impl Exhausted {
    pub(super) fn of(self, name: &str) -> WorkbookError {
        WorkbookError::TooLarge {
            name: name.into(),
            seen: "more than 40000000 cells or 4096 sheets".into(),
        }
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { cells: 40_000_000, sheets: 4096 }
    }
}

impl Budget {
    pub(super) fn take(&mut self, cells: u32) -> Result<(), Exhausted> {
        self.cells = self.cells.checked_sub(u64::from(cells)).ok_or(Exhausted)?;
        Ok(())
    }

    pub(super) fn take_sheet(&mut self) -> Result<(), Exhausted> {
        self.sheets = self.sheets.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }
}

/// Rows of text, in ascending order.
#[derive(Debug, Default)]
pub(super) struct SheetBuffer {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<u32>,
    rows: Vec<Row>,
    pub(super) merged: Vec<MergedCells>,
    pub(super) hidden_rows: u32,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    number: u32,
    /// How many cells stand in this row and before it.
    cells: usize,
}

impl SheetBuffer {
    /// Adds a cell to the last row, or to a new one if `row` is greater. Blank cells are passed over, and
    /// so is a column that is already filled.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        text: &str,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        if text.is_empty() {
            return Ok(());
        }
        let last = self.rows.last().map_or(0, |row| row.number);
        if self.rows.is_empty() || row > last {
            budget.take(row.saturating_sub(last))?;
            self.rows.push(Row { number: row, cells: self.ends.len() });
        }
        let filled = self.last_row_width();
        let Some(blank) = column.checked_sub(filled) else { return Ok(()) };
        budget.take(blank.saturating_add(1))?;
        let start = u32::try_from(self.text.len()).map_err(|_| Exhausted)?;
        self.ends.resize(self.ends.len() + blank as usize, start);
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).map_err(|_| Exhausted)?);
        if let Some(row) = self.rows.last_mut() {
            row.cells = self.ends.len();
        }
        Ok(())
    }

    fn last_row_width(&self) -> u32 {
        let before = self.rows.len().checked_sub(2).and_then(|at| self.rows.get(at));
        let before = before.map_or(0, |row| row.cells);
        u32::try_from(self.ends.len().saturating_sub(before)).unwrap_or(u32::MAX)
    }

    /// The rows that hold text: number and cells, without trailing blank ones.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, Vec<&str>)> {
        let mut first = 0;
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let ends = self.ends.get(first..row.cells).unwrap_or(&[]);
            first = row.cells;
            let cells = ends
                .iter()
                .map(|&end| {
                    let cell = self.text.get(start..end as usize).unwrap_or("");
                    start = end as usize;
                    cell
                })
                .collect();
            (row.number, cells)
        })
    }

    pub(super) fn last_row(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.number)
    }

    /// Adds the rows of `further`, `down` rows lower than they stand there.
    pub(super) fn append(
        &mut self,
        further: &SheetBuffer,
        down: u32,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        for (row, cells) in further.rows() {
            let row = row.saturating_add(down);
            for (column, cell) in (0u32..).zip(cells) {
                self.cell(row, column, cell, budget)?;
            }
        }
        self.merged.extend(further.merged.iter().map(|cells| MergedCells {
            first_row: cells.first_row.saturating_add(down),
            last_row: cells.last_row.saturating_add(down),
            ..*cells
        }));
        self.hidden_rows = self.hidden_rows.saturating_add(further.hidden_rows);
        Ok(())
    }

    /// Hands the sheet over, every row from `first_row` to the last that holds text.
    pub(super) fn give(
        &self,
        sheet: &str,
        hidden: bool,
        first_row: u32,
        problem: Option<Message>,
        sink: &mut dyn SheetSink,
    ) {
        if sink.start(SheetStart {
            name: sheet,
            hidden,
            merged: Some(&self.merged),
            epoch_1904: false,
        }) {
            let mut next = first_row;
            for (number, cells) in self.rows() {
                while next < number {
                    sink.row(next, &[]);
                    next += 1;
                }
                sink.row(number, &cells);
                next = number.saturating_add(1);
            }
        }
        sink.end(SheetEnd { problem, hidden_rows: self.hidden_rows, ..SheetEnd::default() });
    }
}

/// Several things to say of a sheet as one message.
pub(super) fn say(said: &mut Option<Message>, further: Message) {
    match said {
        Some(said) => {
            said.push(&format!("；{}", further.zh), &format!("; {}", further.en));
        }
        None => *said = Some(further),
    }
}

/// What a reader of markup noticed on the way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Noticed {
    /// Cells or rows lie beyond the last of a sheet.
    pub beyond: bool,
    /// The text of a cell is longer than [`MOST_TEXT`].
    pub long_text: bool,
    /// Characters that the encoding of the file does not explain.
    pub undecodable: bool,
}

impl Noticed {
    pub(super) fn say(self, said: &mut Option<Message>) {
        if self.beyond {
            say(
                said,
                Message::new(
                    "超出 Excel 行列上限的内容未读取；请按学校拆分后导出",
                    "what lies beyond the last row or column of Excel was not read; split the list by school",
                ),
            );
        }
        if self.long_text {
            say(
                said,
                Message::new(
                    "有单元格的文字过长，只读取了前面一部分；请检查原文件",
                    "the text of a cell is too long, only its beginning was read; look at the file",
                ),
            );
        }
        if self.undecodable {
            say(
                said,
                Message::new(
                    "有字符无法解码（显示为 �），其余内容照用；请重新导出",
                    "some characters cannot be decoded (shown as �), the rest was used; export the file again",
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::gathered::Gathered;

    #[test]
    fn rows_are_given_with_the_blank_ones_between_them() {
        let mut budget = Budget::default();
        let mut sheet = SheetBuffer::default();
        sheet.cell(2, 1, "姓名", &mut budget).unwrap();
        sheet.cell(2, 2, "", &mut budget).unwrap();
        sheet.cell(2, 3, "班级", &mut budget).unwrap();
        sheet.cell(2, 3, "重", &mut budget).unwrap();
        sheet.cell(4, 0, "王小明", &mut budget).unwrap();
        let mut lower = SheetBuffer::default();
        lower.append(&sheet, 10, &mut budget).unwrap();
        assert_eq!(lower.rows().next(), Some((12, vec!["", "姓名", "", "班级"])));
        assert_eq!(lower.last_row(), 14);
        let mut seen = Gathered::default();
        sheet.give("一班", false, 1, None, &mut seen);
        assert_eq!(seen.rows("一班"), ["1:", "2:|姓名||班级", "3:", "4:王小明"]);
    }

    #[test]
    fn a_budget_ends() {
        let mut budget = Budget { cells: 20, sheets: 1 };
        let mut sheet = SheetBuffer::default();
        assert_eq!(sheet.cell(1, 10, "a", &mut budget), Ok(()));
        assert_eq!(sheet.cell(2, 10, "a", &mut budget), Err(Exhausted));
        assert_eq!(budget.take_sheet(), Ok(()));
        assert_eq!(budget.take_sheet(), Err(Exhausted));
    }
}
