//! Cells as a reader meets them → whole rows, in order, for the receiver.
//!
//! In come cells with their row (from 1) and column (from 0); out go physical rows with the blank ones
//! between them. What a small file can blow up to is bounded here, for all formats alike.

use std::collections::BTreeMap;

use super::limits::{
    LAST_COLUMN, LAST_ROW, MOST_HELD_BYTES, MOST_MERGED, MOST_ROW_BYTES, MOST_ROWS, MOST_TEXT_BYTES,
};
use super::problems::Problem;
use crate::ingest::{MergedCells, SheetEnd, SheetSink, SheetStart};

/// A cell's text within the text of its row.
#[derive(Debug, Clone, Copy)]
struct Piece {
    column: u32,
    start: u32,
    end: u32,
}

/// The cells of one row, in the order in which they came.
#[derive(Debug, Default)]
struct Row {
    text: String,
    pieces: Vec<Piece>,
}

impl Row {
    fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }

    /// Adds a cell; `write` appends its text.
    fn push(&mut self, column: u32, write: impl FnOnce(&mut String)) -> Result<(), Problem> {
        let start = self.text.len();
        write(&mut self.text);
        let end = self.text.len();
        if end > MOST_ROW_BYTES {
            self.text.truncate(start);
            return Err(Problem::RowTooLong);
        }
        // Cells without text still overwrite an earlier one at their place.
        self.pieces.push(Piece { column, start: start as u32, end: end as u32 });
        Ok(())
    }

    /// Puts the cells in order; of two at one place the later stands.
    fn sort(&mut self) {
        if self.pieces.is_sorted_by(|a, b| a.column < b.column) {
            return;
        }
        self.pieces.reverse();
        self.pieces.sort_by_key(|piece| piece.column);
        self.pieces.dedup_by_key(|piece| piece.column);
    }

    /// The cells by column; blank ones at the end left out.
    fn cells(&self) -> Vec<&str> {
        let used = self.pieces.iter().rposition(|piece| piece.start < piece.end);
        let pieces = self.pieces.get(..used.map_or(0, |at| at + 1)).unwrap_or_default();
        let width = pieces.last().map_or(0, |piece| piece.column as usize + 1);
        let mut cells = Vec::with_capacity(width);
        for piece in pieces {
            cells.resize(piece.column as usize, "");
            cells.push(self.text.get(piece.start as usize..piece.end as usize).unwrap_or_default());
        }
        cells
    }
}

/// Rows kept until the sheet's end, because they come out of order.
#[derive(Debug, Default)]
struct Held {
    rows: BTreeMap<u32, Row>,
    bytes: usize,
}

/// Gathers cells to rows and hands them to the receiver.
pub(super) struct SheetRows<'a> {
    sink: &'a mut dyn SheetSink,
    /// A panic while this is set is the receiver's own.
    in_sink: bool,
    /// A sheet was begun and not ended.
    open: bool,
    /// The row being gathered; 0 before the first.
    number: u32,
    row: Row,
    /// The next row to hand over.
    next: u32,
    held: Option<Held>,
    /// The sheet may have more merged cells than were looked at.
    merged_cut: bool,
    epoch_1904: bool,
    rows_left: u64,
    text_left: u64,
}

impl<'a> SheetRows<'a> {
    pub(super) fn new(sink: &'a mut dyn SheetSink) -> SheetRows<'a> {
        SheetRows {
            sink,
            in_sink: false,
            open: false,
            number: 0,
            row: Row::default(),
            next: 1,
            held: None,
            merged_cut: false,
            epoch_1904: false,
            rows_left: MOST_ROWS,
            text_left: MOST_TEXT_BYTES,
        }
    }

    /// Whether the receiver was at work (seen after a panic).
    pub(super) fn in_sink(&self) -> bool {
        self.in_sink
    }

    /// The days of all sheets count from 1904.
    pub(super) fn count_from_1904(&mut self, epoch_1904: bool) {
        self.epoch_1904 = epoch_1904;
    }

    /// Begins a sheet; whether its rows are wanted.
    pub(super) fn start(
        &mut self,
        name: &str,
        hidden: bool,
        merged: Option<&[MergedCells]>,
    ) -> bool {
        (self.number, self.next, self.held) = (0, 1, None);
        self.row.clear();
        self.merged_cut = merged.is_some_and(|merged| merged.len() >= MOST_MERGED);
        self.open = true;
        self.in_sink = true;
        let wanted =
            self.sink.start(SheetStart { name, hidden, merged, epoch_1904: self.epoch_1904 });
        self.in_sink = false;
        wanted
    }

    /// Ends the sheet at which reading broke off, if it did so within one.
    pub(super) fn break_off(&mut self) {
        if self.open {
            self.end(Some(Problem::contradiction()), 0);
        }
    }

    /// Names a sheet that is not read, with why.
    pub(super) fn pass_over(&mut self, name: &str, hidden: bool, problem: Problem) {
        self.start(name, hidden, None);
        self.end(Some(problem), 0);
    }

    /// The rows of this sheet do not ascend: all are kept, then sorted.
    pub(super) fn hold(&mut self) {
        self.held = Some(Held::default());
    }

    /// Takes a cell of `row` (from 1) at `column` (from 0); `write` appends its text.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        write: impl FnOnce(&mut String),
    ) -> Result<(), Problem> {
        if row == 0 || row > LAST_ROW || column > LAST_COLUMN {
            return Err(Problem::OutsideSheet);
        }
        if row != self.number {
            if row < self.number && self.held.is_none() {
                return Err(Problem::OutOfOrder);
            }
            self.flush()?;
            self.number = row;
        }
        self.row.push(column, write)
    }

    /// Ends the sheet begun last. The row at which reading broke off may be half a row: it is named, not
    /// handed over.
    pub(super) fn end(&mut self, problem: Option<Problem>, hidden_rows: u32) {
        let row_cut = problem.as_ref().is_some_and(Problem::breaks_off)
            && self.held.is_none()
            && !self.row.text.is_empty();
        if row_cut {
            self.row.clear();
        }
        let mut full = self.flush().err();
        if let Some(held) = self.held.take() {
            for (number, mut row) in held.rows {
                if full.is_some() {
                    break;
                }
                full = self.emit(number, &mut row).err();
            }
        }
        self.open = false;
        self.in_sink = true;
        let merged_cut = self.merged_cut.then_some(Problem::TooManyMerged);
        let problem = problem.or(full).or(merged_cut);
        let problem_row = match problem {
            Some(Problem::Cells { first_row, .. }) => Some(first_row),
            _ => row_cut.then_some(self.number),
        };
        let problem = problem.map(|problem| problem.message());
        let end = SheetEnd { problem, problem_row, row_cut, hidden_rows, ..SheetEnd::default() };
        self.sink.end(end);
        self.in_sink = false;
    }

    /// Hands over the gathered row. A row without text waits for a later one: formatted but empty rows
    /// at the foot are no rows.
    fn flush(&mut self) -> Result<(), Problem> {
        let mut row = std::mem::take(&mut self.row);
        let result = match &mut self.held {
            _ if row.text.is_empty() => Ok(()),
            None => self.emit(self.number, &mut row),
            Some(held) => held.keep(self.number, &row),
        };
        row.clear();
        self.row = row;
        result
    }

    fn emit(&mut self, number: u32, row: &mut Row) -> Result<(), Problem> {
        let rows = u64::from(number.saturating_sub(self.next)) + 1;
        let text = row.text.len() as u64;
        if rows > self.rows_left || text > self.text_left {
            return Err(Problem::TooMuch);
        }
        self.rows_left -= rows;
        self.text_left -= text;
        row.sort();
        self.in_sink = true;
        while self.next < number {
            self.sink.row(self.next, &[]);
            self.next += 1;
        }
        self.sink.row(number, &row.cells());
        self.in_sink = false;
        self.next = number + 1;
        Ok(())
    }
}

impl Held {
    fn keep(&mut self, number: u32, row: &Row) -> Result<(), Problem> {
        self.bytes += row.text.len() + row.pieces.len() * size_of::<Piece>() + size_of::<Row>() * 2;
        if self.bytes > MOST_HELD_BYTES {
            return Err(Problem::TooLargeToSort);
        }
        let kept = self.rows.entry(number).or_default();
        for piece in &row.pieces {
            let text = row.text.get(piece.start as usize..piece.end as usize).unwrap_or_default();
            kept.push(piece.column, |kept| kept.push_str(text))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::workbook::testing::Seen;

    fn gather(held: bool, cells: &[(u32, u32, &str)]) -> Seen {
        let mut seen = Seen::default();
        let mut rows = SheetRows::new(&mut seen);
        rows.start("a", false, None);
        if held {
            rows.hold();
        }
        let mut problem = None;
        for &(row, column, text) in cells {
            problem = problem.or(rows.cell(row, column, |to| to.push_str(text)).err());
        }
        rows.end(problem, 0);
        seen
    }

    #[test]
    fn cells_become_rows_with_the_blank_rows_between_them() {
        let seen = gather(false, &[(2, 1, "b"), (2, 3, ""), (4, 0, "c"), (9, 0, "")]);
        assert_eq!(seen.rows("a"), [(1, vec![]), (2, vec!["", "b"]), (3, vec![]), (4, vec!["c"])]);
    }

    #[test]
    fn cells_of_a_row_may_come_in_any_order_and_the_later_of_two_stands() {
        let seen = gather(false, &[(1, 2, "c"), (1, 0, "a"), (1, 2, "C"), (1, 1, "b")]);
        assert_eq!(seen.rows("a"), [(1, vec!["a", "b", "C"])]);
    }

    #[test]
    fn rows_out_of_order_are_sorted_when_held_and_named_when_not() {
        let cells = [(3, 0, "c"), (1, 0, "a"), (3, 1, "d")];
        let seen = gather(true, &cells);
        assert_eq!(seen.rows("a"), [(1, vec!["a"]), (2, vec![]), (3, vec!["c", "d"])]);
        assert!(seen.problem("a").is_none());
        let seen = gather(false, &cells);
        // The third row may go on: it is named, not handed over.
        assert!(seen.rows("a").is_empty());
        assert!(seen.problem("a").is_some_and(|problem| problem.en.contains("order")));
    }

    #[test]
    fn more_merged_cells_than_are_looked_at_are_said() {
        let area = MergedCells { first_row: 2, last_row: 3, first_column: 0, last_column: 0 };
        let mut seen = Seen::default();
        let mut rows = SheetRows::new(&mut seen);
        for (name, areas) in [("a", MOST_MERGED), ("b", MOST_MERGED - 1)] {
            rows.start(name, false, Some(&vec![area; areas]));
            rows.end(None, 0);
        }
        assert!(seen.problem("a").is_some_and(|problem| problem.en.contains("merged")));
        assert_eq!(seen.problem("b"), None);
    }

    #[test]
    fn a_cell_outside_the_largest_sheet_is_refused() {
        for (row, column) in [(0, 0), (LAST_ROW + 1, 0), (1, LAST_COLUMN + 1)] {
            let seen = gather(false, &[(row, column, "x")]);
            assert!(seen.rows("a").is_empty() && seen.problem("a").is_some());
        }
    }
}
