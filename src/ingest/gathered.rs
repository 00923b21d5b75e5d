//! For tests: keeps what a reader hands over, so that a test can look at it.

use std::fmt::Write as _;

use super::sheet_sink::{MergedCells, SheetEnd, SheetSink, SheetStart};

/// One sheet as it was handed over.
#[derive(Debug, Default)]
pub(super) struct GatheredSheet {
    pub name: String,
    pub hidden: bool,
    pub merged: Option<Vec<MergedCells>>,
    /// Each row as `number:cell|cell`.
    pub rows: Vec<String>,
    pub end: Option<SheetEnd>,
}

/// All sheets; panics where a reader breaks the order of calls.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub sheets: Vec<GatheredSheet>,
    last_row: Option<u32>,
}

impl Gathered {
    pub fn rows(&self, sheet: &str) -> &[String] {
        self.sheets.iter().find(|one| one.name == sheet).map_or(&[], |one| &one.rows)
    }

    pub fn names(&self) -> Vec<&str> {
        self.sheets.iter().map(|sheet| sheet.name.as_str()).collect()
    }

    /// What was said of a sheet in English, empty if nothing.
    pub fn problem(&self, sheet: usize) -> &str {
        self.sheets[sheet].end.as_ref().unwrap().problem.as_ref().map_or("", |said| &said.en)
    }

    /// Whether all that is missing of a sheet are columns.
    pub fn lacks_columns_only(&self, sheet: usize) -> bool {
        self.sheets[sheet].end.as_ref().unwrap().columns_only
    }
}

impl SheetSink for Gathered {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        assert!(self.sheets.last().is_none_or(|sheet| sheet.end.is_some()), "start before end");
        self.last_row = None;
        self.sheets.push(GatheredSheet {
            name: sheet.name.into(),
            hidden: sheet.hidden,
            merged: sheet.merged.map(<[MergedCells]>::to_vec),
            ..GatheredSheet::default()
        });
        true
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        assert!(self.last_row.is_none_or(|last| number == last + 1), "rows follow one another");
        assert!(cells.last().is_none_or(|cell| !cell.is_empty()), "no trailing blank cells");
        self.last_row = Some(number);
        let sheet = self.sheets.last_mut().unwrap();
        assert!(sheet.end.is_none(), "no row after the end");
        // The first rows are enough to look at; hostile files have millions.
        if sheet.rows.len() < 100_000 {
            let mut row = format!("{number}:");
            let _ = write!(row, "{}", cells.join("|"));
            sheet.rows.push(row);
        }
    }

    fn end(&mut self, end: SheetEnd) {
        let sheet = self.sheets.last_mut().unwrap();
        assert!(sheet.end.is_none(), "one end");
        sheet.end = Some(end);
    }
}
