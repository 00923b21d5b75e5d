//! ODS: the content is walked twice, for merged cells and hidden rows first, for the cells then.

use super::limits::{LAST_COLUMN, LAST_ROW, MOST_INFLATED_BYTES, MOST_MERGED, MOST_REPEATED_CELLS};
use super::ods_tables::{OdsCell, OdsRow, Tables, walk_tables};
use super::package::{CloseTags, Package, PackageError};
use super::problems::Problem;
use super::sheet_rows::SheetRows;
use crate::ingest::{MergedCells, WorkbookError};

const CONTENT: &str = "content.xml";

pub(super) fn read_ods(
    mut package: Package<'_>,
    name: &str,
    rows: &mut SheetRows<'_>,
) -> Result<(), WorkbookError> {
    read(&mut package, rows).map_err(|error| error.of_file(name))
}

fn read(package: &mut Package<'_>, rows: &mut SheetRows<'_>) -> Result<(), PackageError> {
    let manifest = package.text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") || manifest.contains("encrypted-package") {
        return Err(PackageError::Password);
    }
    let mut scan = Scan::default();
    let scanned = walk(package, &mut scan)?;
    match &scanned {
        Some(Problem::Damaged(seen)) if scan.sheets.is_empty() => {
            return Err(PackageError::Damaged(seen.clone()));
        }
        _ if scan.sheets.is_empty() => {
            return Err(PackageError::Damaged("it holds no table".into()));
        }
        _ => {}
    }
    let mut reading = Reading {
        rows,
        facts: scan.sheets.into_iter(),
        hidden_rows: 0,
        open: false,
        wanted: false,
        problem: None,
        row: OdsRow { repeated: 1, hidden: false },
        row_number: 0,
        column: 0,
        text: String::new(),
        cells: Vec::new(),
        repeats_left: MOST_REPEATED_CELLS,
    };
    let read = walk(package, &mut reading)?;
    if let Some(problem) = scanned.or(read) {
        if reading.open {
            reading.problem.get_or_insert(problem);
            reading.table_end();
        } else {
            // What follows is lost, and nobody knows its name.
            reading.rows.pass_over(CONTENT, false, problem);
        }
    }
    Ok(())
}

/// Walks the content; the problem at which it stopped.
fn walk(
    package: &mut Package<'_>,
    tables: &mut impl Tables,
) -> Result<Option<Problem>, PackageError> {
    let Some(stream) = package.stream(CONTENT, MOST_INFLATED_BYTES)? else {
        return Err(PackageError::Damaged(format!("{CONTENT} is missing")));
    };
    Ok(walk_tables(CloseTags::new(stream), tables).err().map(|bad| Problem::Damaged(bad.0)))
}

/// What is known of a sheet after the first walk.
#[derive(Debug, Default)]
struct Facts {
    merged: Vec<MergedCells>,
    hidden_rows: u32,
}

/// The first walk.
#[derive(Debug, Default)]
struct Scan {
    sheets: Vec<Facts>,
    row: u32,
    column: u32,
    repeated: u32,
    /// Hidden rows since the last row with text: the ones at the foot do not count.
    waiting: u32,
    hidden: bool,
}

impl Tables for Scan {
    fn table(&mut self, _name: &str, _hidden: bool) {
        self.sheets.push(Facts::default());
        (self.row, self.waiting) = (1, 0);
    }

    fn row(&mut self, row: OdsRow) {
        (self.column, self.repeated, self.hidden) = (0, row.repeated, row.hidden);
        if row.hidden {
            self.waiting = self.waiting.saturating_add(row.repeated);
        }
    }

    fn cell(&mut self, cell: OdsCell<'_>) {
        let Some(facts) = self.sheets.last_mut() else { return };
        if !cell.text.is_empty() {
            facts.hidden_rows = facts.hidden_rows.saturating_add(std::mem::take(&mut self.waiting));
        }
        if cell.rows_spanned.max(cell.columns_spanned) > 1 && facts.merged.len() < MOST_MERGED {
            facts.merged.push(MergedCells {
                first_row: self.row,
                last_row: self.row.saturating_add(cell.rows_spanned - 1).min(LAST_ROW),
                first_column: self.column,
                last_column: self.column.saturating_add(cell.columns_spanned - 1).min(LAST_COLUMN),
            });
        }
        self.column = self.column.saturating_add(cell.repeated);
    }

    fn row_end(&mut self) {
        self.row = self.row.saturating_add(self.repeated);
    }

    fn table_end(&mut self) {}
}

/// The second walk: rows are handed on.
struct Reading<'r, 'a> {
    rows: &'r mut SheetRows<'a>,
    facts: std::vec::IntoIter<Facts>,
    hidden_rows: u32,
    /// A table was begun and not ended.
    open: bool,
    wanted: bool,
    problem: Option<Problem>,
    row: OdsRow,
    /// The first of the rows begun last.
    row_number: u32,
    column: u32,
    text: String,
    /// Of the row begun last: first column, how many, end of the text.
    cells: Vec<(u32, u32, usize)>,
    repeats_left: u64,
}

impl Tables for Reading<'_, '_> {
    fn table(&mut self, name: &str, hidden: bool) {
        let facts = self.facts.next().unwrap_or_default();
        self.hidden_rows = facts.hidden_rows;
        self.problem = None;
        self.row_number = 1;
        self.open = true;
        self.wanted = self.rows.start(name, hidden, Some(&facts.merged));
    }

    fn row(&mut self, row: OdsRow) {
        self.row = row;
        self.column = 0;
        self.text.clear();
        self.cells.clear();
    }

    fn cell(&mut self, cell: OdsCell<'_>) {
        if !cell.text.is_empty() && self.wanted && self.problem.is_none() {
            self.text.push_str(cell.text);
            self.cells.push((self.column, cell.repeated, self.text.len()));
        }
        self.column = self.column.saturating_add(cell.repeated);
    }

    fn row_end(&mut self) {
        if let Err(problem) = self.hand_over() {
            self.problem = Some(problem);
        }
        self.row_number = self.row_number.saturating_add(self.row.repeated);
    }

    fn table_end(&mut self) {
        self.open = false;
        let problem = self.problem.take();
        self.rows.end(problem, self.hidden_rows);
    }
}

impl Reading<'_, '_> {
    fn hand_over(&mut self) -> Result<(), Problem> {
        if self.cells.is_empty() {
            return Ok(());
        }
        if self.row_number > LAST_ROW {
            return Err(Problem::OutsideSheet);
        }
        let cells: u64 = self.cells.iter().map(|(_, repeated, _)| u64::from(*repeated)).sum();
        let repeats = cells.saturating_mul(u64::from(self.row.repeated)) - self.cells.len() as u64;
        self.repeats_left = self.repeats_left.checked_sub(repeats).ok_or(Problem::TooMuch)?;
        for row in self.row_number..self.row_number.saturating_add(self.row.repeated) {
            let mut start = 0;
            for &(column, repeated, end) in &self.cells {
                let text = self.text.get(start..end).unwrap_or_default();
                for column in column..column.saturating_add(repeated) {
                    self.rows.cell(row, column, |cell| cell.push_str(text))?;
                }
                start = end;
            }
        }
        Ok(())
    }
}
