//! Which reader takes which format: the one table of them. Text has a reader of its own, on several threads.

use super::columnar::read_columnar;
use super::dbf::read_dbf;
use super::format::Format;
use super::markup::{read_html, read_xml};
use super::sheet_sink::SheetSink;
use super::workbook::read_workbook;
use super::workbook_error::WorkbookError;

/// Whether [`read_sheets`] reads files of a format.
pub fn has_sheets(format: Format) -> bool {
    // What cannot be looked into is a damaged workbook: its reader says so.
    matches!(
        format,
        Format::Xlsx
            | Format::Xlsb
            | Format::Ods
            | Format::Xls
            | Format::Biff(5..)
            | Format::Zip
            | Format::Ole
            | Format::Html
            | Format::SpreadsheetXml
            | Format::Dbf
            | Format::Parquet
            | Format::ArrowFile
    )
}

/// Reads all sheets of a file into `sink`. `format` is what [`super::look_inside`] says of the bytes; `name`
/// is for messages.
///
/// # Errors
///
/// If nothing can be read, or the format is none of [`has_sheets`].
pub fn read_sheets(
    format: Format,
    bytes: Vec<u8>,
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    match format {
        Format::Html => read_html(&bytes, name, sink),
        Format::SpreadsheetXml => read_xml(&bytes, name, sink),
        Format::Dbf => read_dbf(&bytes, name, sink),
        Format::Parquet | Format::ArrowFile => read_columnar(bytes, name, sink),
        _ => read_workbook(bytes, name, sink),
    }
}
