//! Tables on their way into files: titles, header, rows, in the formats that offices use.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::{GenerateError, at};

/// How a table is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV as the older systems write it.
    Gb18030,
    /// CSV with a byte order mark.
    Utf8Bom,
    /// A workbook; cells are text.
    Xlsx,
    /// A workbook in which whole numbers are numbers.
    XlsxNumbers,
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// The sheet's name; the first sheet may have none.
    pub(crate) sheet: String,
    /// Lines above the header.
    pub(crate) titles: Vec<String>,
    pub(crate) header: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row and says its physical number.
    pub(crate) fn push(&mut self, row: Vec<String>) -> usize {
        self.rows.push(row);
        self.titles.len() + 1 + self.rows.len()
    }
}

/// Writes the tables as sheets of one file; a CSV file holds the first only.
pub(crate) fn write(path: &Path, format: Format, tables: &[Table]) -> Result<(), GenerateError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    match format {
        Format::Gb18030 | Format::Utf8Bom => {
            let text: String = tables.first().map(csv_text).unwrap_or_default();
            let bytes = if format == Format::Gb18030 {
                encoding_rs::GB18030.encode(&text).0.into_owned()
            } else {
                [b"\xEF\xBB\xBF", text.as_bytes()].concat()
            };
            fs::write(path, bytes).map_err(at(path))
        }
        Format::Xlsx | Format::XlsxNumbers => workbook(path, tables, format == Format::XlsxNumbers)
            .map_err(|source| GenerateError::Workbook { path: path.to_owned(), source }),
    }
}

/// Titles stand in the first cell of a line as wide as the table, as spreadsheets save it.
fn csv_text(table: &Table) -> String {
    let mut text = String::new();
    for title in &table.titles {
        text.push_str(title);
        text.push_str(&",".repeat(table.header.len().saturating_sub(1)));
        text.push_str("\r\n");
    }
    text.push_str(&table.header.join(","));
    text.push_str("\r\n");
    for row in &table.rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

fn workbook(path: &Path, tables: &[Table], numbers: bool) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed date: the same seed gives the same bytes.
    let created = ExcelDateTime::from_ymd(2025, 10, 10)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for table in tables {
        let sheet = workbook.add_worksheet();
        if !table.sheet.is_empty() {
            sheet.set_name(&table.sheet)?;
        }
        fill(sheet, table, numbers)?;
    }
    workbook.save(path)
}

fn fill(sheet: &mut Worksheet, table: &Table, numbers: bool) -> Result<(), XlsxError> {
    let mut line = 0;
    for title in &table.titles {
        sheet.write(line, 0, title)?;
        line += 1;
    }
    for (column, head) in table.header.iter().enumerate() {
        sheet.write(line, column as u16, *head)?;
    }
    for row in &table.rows {
        line += 1;
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<u32>() {
                Ok(number) if numbers => sheet.write(line, column as u16, number)?,
                _ => sheet.write(line, column as u16, cell)?,
            };
        }
    }
    Ok(())
}
