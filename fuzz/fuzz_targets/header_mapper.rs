//! The first rows of a sheet, from their words to the meaning of its columns.
//!
//! The input is a text: file name, sheet name and rows on a line each, cells between tabs. Its first
//! byte says whether and where cells are merged.

#![no_main]

use std::sync::LazyLock;

use aidcheck::ingest::{HeaderBook, MergedCells, plan_sheet, skip_reason};
use libfuzzer_sys::fuzz_target;

static BOOK: LazyLock<HeaderBook> = LazyLock::new(|| HeaderBook::shipped().unwrap());

/// Rows that are looked at before a sheet is understood.
const HEAD_ROWS: usize = 60;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.split('\n');
    let (file, sheet) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
    let rows: Vec<Vec<String>> =
        lines.take(HEAD_ROWS).map(|line| line.split('\t').map(String::from).collect()).collect();
    let (row, column) = (u32::from(first & 7) + 1, u32::from(first >> 3 & 7));
    let region = MergedCells {
        first_row: row,
        last_row: row + u32::from(first >> 6),
        first_column: column,
        last_column: column + u32::from(first >> 5 & 1),
    };
    let merged = [region];
    let merged = (first != 0).then_some(&merged[..]);
    if let Ok(plan) = plan_sheet(&BOOK, file, sheet, &rows, merged, None, &[]) {
        assert!(plan.header_row >= 1 && plan.header_row as usize <= rows.len());
        assert!(plan.sides >= 1);
    }
    for row in &rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        skip_reason(&cells, &[]);
    }
});
