//! Workbooks (XLSX, XLSM, XLSB, XLS, ET, ODS), handed over sheet by sheet as rows of text.
//!
//! What a file may ask for is bounded before it is asked for; cells are streamed; a sheet that cannot be
//! read is named and the others are; a panic of a reader is an error of that sheet.

mod biff_records;
mod biff_strings;
mod cells_one_by_one;
mod limits;
mod ods;
mod ods_tables;
mod package;
mod problems;
mod repair;
mod sheet_index;
mod sheet_rows;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod xls;
mod xls_sheet;
#[cfg(test)]
mod xls_tests;
mod xlsb;
mod xlsb_records;
#[cfg(test)]
mod xlsb_tests;
mod xlsx;
mod xlsx_scan;
mod xml_attributes;

use std::panic::resume_unwind;

use crate::ingest::panics::without_noise;
use limits::MOST_FILE_BYTES;
use package::Package;
use sheet_rows::SheetRows;

use super::format::{Format, sniff};
use super::workbook_error::WorkbookError;
use crate::ingest::SheetSink;

/// Reads the workbook in `bytes`, all its sheets in their order, into `sink`: every row from 1 to the
/// last used one. `name` is for messages.
///
/// Sheets of charts, dialogs and macros come with a problem and no rows; so do sheets that are damaged.
///
/// # Errors
///
/// If nothing can be read: no workbook, a password, damage, or more than memory should hold.
pub fn read_workbook(
    bytes: Vec<u8>,
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    if bytes.len() > MOST_FILE_BYTES {
        return Err(too_large(name, format!("{} MiB", bytes.len() >> 20)));
    }
    let mut rows = SheetRows::new(sink);
    match without_noise(|| read_bytes(&bytes, name, &mut rows)) {
        Ok(result) => result,
        // A panic of the receiver is not the file's fault.
        Err(panicked) if rows.in_sink() => resume_unwind(panicked),
        Err(_) => {
            rows.break_off();
            Err(damaged(name, "its structure contradicts itself"))
        }
    }
}

fn read_bytes(bytes: &[u8], name: &str, rows: &mut SheetRows<'_>) -> Result<(), WorkbookError> {
    match sniff(bytes) {
        Format::Zip => read_package(bytes, name, rows),
        Format::Ole => xls::read_ole(bytes, name, rows),
        // Workbooks of Excel 5 may stand without a container.
        Format::Biff(5..) => xls::read_stream(bytes, name, rows),
        format => Err(not_a_workbook(name, format.name())),
    }
}

fn read_package(bytes: &[u8], name: &str, rows: &mut SheetRows<'_>) -> Result<(), WorkbookError> {
    let package = Package::open(bytes).map_err(|error| error.of_file(name))?;
    if package.has("xl/workbook.bin") {
        return xlsb::read_xlsb(bytes, package, name, rows);
    }
    if package.has("content.xml") && !package.has("xl/") {
        return ods::read_ods(package, name, rows);
    }
    for (folder, seen) in [("word/", "Word (docx)"), ("ppt/", "PowerPoint (pptx)")] {
        if package.has(folder) && !package.has("xl/") {
            return Err(not_a_workbook(name, seen));
        }
    }
    if package.has("xl/") || package.has("[Content_Types].xml") {
        return xlsx::read_xlsx(bytes, package, name, rows);
    }
    Err(not_a_workbook(name, "ZIP"))
}

/// Runs what opens the file; a panic is damage.
fn caught<T>(name: &str, open: impl FnOnce() -> T) -> Result<T, WorkbookError> {
    without_noise(open).map_err(|_| damaged(name, "its structure contradicts itself"))
}

fn too_large(name: &str, seen: String) -> WorkbookError {
    WorkbookError::TooLarge { name: name.into(), seen }
}

fn not_a_workbook(name: &str, seen: &str) -> WorkbookError {
    WorkbookError::NotAWorkbook { name: name.into(), seen: seen.into() }
}

fn damaged(name: &str, seen: &str) -> WorkbookError {
    WorkbookError::Damaged { name: name.into(), seen: seen.into() }
}
