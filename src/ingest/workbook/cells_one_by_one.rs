//! XLSX and XLSB sheets alike: one pass over the sheet's part finds what must be known before its rows, then
//! cells are streamed one by one.
//!
//! What the two formats do in their own way is [`CellBook`].

use std::fmt::Display;
use std::panic::resume_unwind;

use calamine::{Cell, DataRef};

use super::package::{Package, PackageError};
use super::problems::Problem;
use super::sheet_rows::SheetRows;
use crate::ingest::MergedCells;
use crate::ingest::cell_text::push_ref;
use crate::ingest::panics::without_noise;

/// What a pass over a sheet's part found before its cells are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SheetScan {
    pub merged: Vec<MergedCells>,
    pub hidden_rows: u32,
    /// Cells that the reader should come upon; too many if `doubtful`.
    pub cells: u64,
    /// Comments or raw text may hold what looks like cells.
    pub doubtful: bool,
    /// Cells that do not say where they stand.
    pub unplaced_cells: u64,
    /// Rows do not ascend.
    pub disorder: bool,
}

/// An opened workbook of a format whose reader gives one cell after the other.
pub(super) trait CellBook {
    type Error: Display;

    /// Scans the part of a sheet. A part that is damaged, where what stands before the damage may still
    /// be read, comes as an empty scan.
    fn scan(package: &mut Package<'_>, part: &str) -> Result<SheetScan, PackageError>;

    /// The cells of a sheet in the order of the file: every call gives the next, `None` behind the last.
    fn cells<'b>(
        &'b mut self,
        sheet: &str,
    ) -> Result<impl FnMut() -> NextCell<'b, Self::Error>, Self::Error>;

    /// Whether an error concerns the value of one cell, and the next can be read.
    fn is_of_one_cell(error: &Self::Error) -> bool;
}

/// What [`CellBook::cells`] gives.
pub(super) type NextCell<'b, E> = Result<Option<Cell<DataRef<'b>>>, E>;

/// A sheet, and the name by which the reader knows it.
pub(super) struct SheetToRead<'s> {
    pub known_as: &'s str,
    pub name: &'s str,
    pub hidden: bool,
    pub part: &'s str,
}

/// Hands over one sheet of `book`, whose parts are in `package`.
pub(super) fn read_sheet<B: CellBook>(
    book: &mut B,
    package: &mut Package<'_>,
    sheet: &SheetToRead<'_>,
    rows: &mut SheetRows<'_>,
) {
    let scan = match B::scan(package, sheet.part) {
        Ok(scan) => scan,
        Err(PackageError::TooLarge(seen)) => {
            return rows.pass_over(sheet.name, sheet.hidden, Problem::TooLarge(seen));
        }
        Err(_) => return rows.pass_over(sheet.name, sheet.hidden, Problem::contradiction()),
    };
    if !rows.start(sheet.name, sheet.hidden, Some(&scan.merged)) {
        return rows.end(None, scan.hidden_rows);
    }
    if scan.disorder {
        rows.hold();
    }
    let problem = match without_noise(|| stream_cells(book, sheet.known_as, &scan, rows)) {
        Ok(problem) => problem,
        Err(panicked) if rows.in_sink() => resume_unwind(panicked),
        Err(_) => Some(Problem::contradiction()),
    };
    rows.end(problem, scan.hidden_rows);
}

fn stream_cells<B: CellBook>(
    book: &mut B,
    sheet: &str,
    scan: &SheetScan,
    rows: &mut SheetRows<'_>,
) -> Option<Problem> {
    let mut next_cell = match book.cells(sheet) {
        Ok(cells) => cells,
        Err(error) => return Some(Problem::Damaged(error.to_string())),
    };
    let (mut seen, mut lost, mut row, mut first_lost) = (0u64, 0u64, 0u32, 0);
    loop {
        match next_cell() {
            Ok(Some(cell)) => {
                seen += 1;
                let (at, column) = cell.get_position();
                row = at.saturating_add(1);
                let value = cell.get_value();
                if matches!(value, DataRef::Empty) {
                    continue;
                }
                match rows.cell(row, column, |text| push_ref(text, value)) {
                    Ok(()) => continue,
                    Err(Problem::OutOfOrder) => {}
                    Err(problem) => return Some(problem),
                }
            }
            Ok(None) => break,
            // One odd cell: the others say where they stand.
            Err(error) if scan.unplaced_cells == 0 && B::is_of_one_cell(&error) => seen += 1,
            Err(error) => return Some(Problem::Damaged(error.to_string())),
        }
        first_lost = if lost == 0 { row.max(1) } else { first_lost };
        lost += 1;
    }
    if lost > 0 {
        return Some(Problem::Cells { lost, first_row: first_lost });
    }
    let missing = scan.cells.saturating_sub(seen);
    (missing > 0 && !scan.doubtful).then_some(Problem::Cells { lost: missing, first_row: row })
}
