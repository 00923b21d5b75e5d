//! How every reader of tables hands over what it reads: sheet by sheet, row by row.

use crate::record::Message;

/// A rectangle of merged cells: rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedCells {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

/// What is known of a sheet before its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetStart<'a> {
    pub name: &'a str,
    /// Hidden sheets are named; whether they are read is the receiver's choice.
    pub hidden: bool,
    /// `None` where the format has no merged cells (CSV, DBF, Parquet) or does not tell them.
    pub merged: Option<&'a [MergedCells]>,
    /// Whether days count from 1904, as old Macintoshes counted them: what a bare number of days means.
    pub epoch_1904: bool,
}

/// How a sheet ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetEnd {
    /// Why the sheet was not read, or not to its end.
    pub problem: Option<Message>,
    /// The problem is one of columns alone: of every row all others were handed over.
    pub columns_only: bool,
    /// The row at which the problem shows, where that is not the last one.
    pub problem_row: Option<u32>,
    /// Reading broke off within that row: it was not handed over.
    pub row_cut: bool,
    /// Rows that the program which wrote the file hides or filters out; they were read as any other.
    pub hidden_rows: u32,
}

/// Receives the sheets of a file in their order. Every `start` is followed by an `end`.
pub trait SheetSink {
    /// Begins a sheet; `false` if its rows are not wanted (then only `end` follows).
    fn start(&mut self, sheet: SheetStart<'_>) -> bool;
    /// A physical row, from 1 to the last used one in ascending order; a blank row has no cells, and a
    /// row's trailing blank cells are left out.
    fn row(&mut self, number: u32, cells: &[&str]);
    /// Ends the sheet begun last.
    fn end(&mut self, end: SheetEnd);
}
