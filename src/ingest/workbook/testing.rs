//! What the tests of this room share: a receiver that remembers, and packages made by hand.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::read_workbook;
use crate::ingest::{MergedCells, SheetEnd, SheetSink, SheetStart, WorkbookError};
use crate::record::Message;

/// One sheet as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SeenSheet {
    pub name: String,
    pub hidden: bool,
    pub merged: Option<Vec<MergedCells>>,
    pub rows: Vec<(u32, Vec<String>)>,
    pub end: Option<SheetEnd>,
}

/// Remembers all that it receives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seen {
    pub sheets: Vec<SeenSheet>,
}

impl Seen {
    pub(super) fn sheet(&self, name: &str) -> &SeenSheet {
        let mut named = self.sheets.iter().filter(|sheet| sheet.name == name);
        named.next().unwrap_or_else(|| panic!("no sheet {name}: {self:?}"))
    }

    pub(super) fn rows(&self, name: &str) -> Vec<(u32, Vec<&str>)> {
        let rows = self.sheet(name).rows.iter();
        rows.map(|(row, cells)| (*row, cells.iter().map(String::as_str).collect())).collect()
    }

    pub(super) fn problem(&self, name: &str) -> Option<&Message> {
        self.sheet(name).end.as_ref().expect("ended").problem.as_ref()
    }

    pub(super) fn hidden_rows(&self, name: &str) -> u32 {
        self.sheet(name).end.as_ref().expect("ended").hidden_rows
    }
}

impl SheetSink for Seen {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        assert!(self.sheets.last().is_none_or(|before| before.end.is_some()));
        self.sheets.push(SeenSheet {
            name: sheet.name.into(),
            hidden: sheet.hidden,
            merged: sheet.merged.map(<[MergedCells]>::to_vec),
            ..SeenSheet::default()
        });
        !sheet.hidden
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        let sheet = self.sheets.last_mut().unwrap();
        assert_eq!(number, sheet.rows.last().map_or(1, |(row, _)| row + 1));
        assert!(cells.last().is_none_or(|cell| !cell.is_empty()));
        sheet.rows.push((number, cells.iter().map(|cell| cell.to_string()).collect()));
    }

    fn end(&mut self, end: SheetEnd) {
        assert!(self.sheets.last_mut().unwrap().end.replace(end).is_none());
    }
}

/// Reads a workbook into what was seen of it.
pub(super) fn read(bytes: Vec<u8>) -> (Result<(), WorkbookError>, Seen) {
    let mut seen = Seen::default();
    let result = read_workbook(bytes, "a.xlsx", &mut seen);
    (result, seen)
}

/// A ZIP package of parts.
pub(super) fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
