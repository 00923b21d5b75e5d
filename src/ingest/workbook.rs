//! XLSX and XLS workbooks, read sheet by sheet as rows of text.
//!
//! The reader underneath panics on some damaged files and builds dense ranges, so sizes are limited
//! before it starts, XLSX is streamed, and a panic becomes an error of this one file.

use std::io::Cursor;
use std::panic;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xls, Xlsx, XlsxError};

use crate::record::Message;

use super::cell_text::{push_data, push_ref};
use super::format::{Format, sniff};
use super::workbook_error::WorkbookError;
use super::workbook_limits::{declared_xls_cells, without_noise, zip_directory};

const MOST_COMPRESSED: usize = 512 << 20;
const MOST_UNZIPPED: u64 = 1 << 30;
/// 32 bytes a cell: 1.6 GB.
const MOST_XLS_CELLS: u64 = 50_000_000;

/// What was read of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkbookReport {
    pub sheets: Vec<SheetReport>,
}

/// What was read of one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetReport {
    pub name: String,
    /// Hidden sheets are named, not read.
    pub hidden: bool,
    /// The last used row.
    pub rows: u32,
    /// Why the sheet was not read, or not to its end.
    pub problem: Option<Message>,
}

/// Receives a sheet's name, a row's number from 1, and its cells (none for a blank row).
pub type EachRow<'a> = dyn FnMut(&str, u32, &[&str]) + 'a;

/// Reads all visible sheets, every row from 1 to the last used one.
pub fn read_workbook(
    bytes: Vec<u8>,
    name: &str,
    each: &mut EachRow<'_>,
) -> Result<WorkbookReport, WorkbookError> {
    if bytes.len() > MOST_COMPRESSED {
        return Err(too_large(name, format!("{} MiB", bytes.len() >> 20)));
    }
    let format = sniff(&bytes);
    let mut in_callback = false;
    let mut rows = Rows {
        each,
        in_callback: &mut in_callback,
        text: String::new(),
        ends: Vec::new(),
        next: 1,
    };
    let read = without_noise(|| match format {
        Format::Zip => read_xlsx(bytes, name, &mut rows),
        Format::Ole => read_xls(bytes, name, &mut rows),
        Format::Text => Err(not_a_workbook(name, "text (CSV)")),
        other => Err(not_a_workbook(name, other.name())),
    });
    match read {
        Ok(result) => result,
        // A panic of the receiver is not the file's fault.
        Err(panicked) if in_callback => panic::resume_unwind(panicked),
        Err(_) => Err(damaged(name, "its structure contradicts itself")),
    }
}

fn read_xlsx(
    bytes: Vec<u8>,
    name: &str,
    rows: &mut Rows<'_, '_>,
) -> Result<WorkbookReport, WorkbookError> {
    let directory = zip_directory(&bytes)
        .ok_or_else(|| damaged(name, "the ZIP directory is missing or cut off"))?;
    if directory.unzipped > MOST_UNZIPPED {
        return Err(too_large(name, format!("{} MiB unzipped", directory.unzipped >> 20)));
    }
    let has = |start: &str| {
        directory
            .names
            .iter()
            .any(|entry| entry.replace('\\', "/").to_lowercase().starts_with(start))
    };
    if has("xl/workbook.bin") {
        return Err(not_a_workbook(name, "XLSB"));
    }
    for (start, seen) in
        [("word/", "Word (docx)"), ("ppt/", "PowerPoint (pptx)"), ("content.xml", "ODS")]
    {
        if has(start) && !has("xl/") {
            return Err(not_a_workbook(name, seen));
        }
    }
    if !has("xl/") && !has("[content_types].xml") {
        return Err(not_a_workbook(name, "ZIP"));
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => WorkbookError::Password { name: name.into() },
        other => damaged(name, &other.to_string()),
    })?;
    let mut report = WorkbookReport::default();
    for sheet in book.sheets_metadata().to_vec() {
        let mut line = SheetReport {
            name: sheet.name,
            hidden: sheet.visible != SheetVisible::Visible,
            rows: 0,
            problem: None,
        };
        if sheet.typ == SheetType::WorkSheet && !line.hidden {
            rows.next = 1;
            line.problem = stream_sheet(&mut book, &line.name, rows)
                .err()
                .map(|error| sheet_problem(&error.to_string()));
            line.rows = rows.next - 1;
        } else if !line.hidden {
            line.problem =
                Some(Message::new("图表或宏工作表，未读取", "a chart or macro sheet, not read"));
        }
        report.sheets.push(line);
    }
    Ok(report)
}

fn stream_sheet(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    rows: &mut Rows<'_, '_>,
) -> Result<(), XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut current = 0u32;
    let mut result = Ok(());
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            Err(error) => {
                result = Err(error);
                break;
            }
        };
        let (row, column) = cell.get_position();
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        if row > 1_048_575 || column > 16_383 {
            result = Err(XlsxError::RowNumberOverflow);
            break;
        }
        if row != current {
            if row < current {
                result = Err(XlsxError::Unexpected("the rows are out of order"));
                break;
            }
            rows.flush(sheet, current + 1);
            current = row;
        }
        if (column as usize) < rows.ends.len() {
            result = Err(XlsxError::Unexpected("the cells of a row are out of order"));
            break;
        }
        rows.cell(column as usize, |text| push_ref(text, cell.get_value()));
    }
    rows.flush(sheet, current + 1);
    result
}

fn read_xls(
    bytes: Vec<u8>,
    name: &str,
    rows: &mut Rows<'_, '_>,
) -> Result<WorkbookReport, WorkbookError> {
    let utf16 = |word: &str| word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let holds = |word: &str| memchr::memmem::find(&bytes, &utf16(word)).is_some();
    if holds("EncryptedPackage") {
        return Err(WorkbookError::Password { name: name.into() });
    }
    if holds("WordDocument") && !holds("Workbook") {
        return Err(not_a_workbook(name, "Word (doc)"));
    }
    let cells = declared_xls_cells(&bytes);
    if cells > MOST_XLS_CELLS {
        return Err(too_large(name, format!("{cells} cells")));
    }
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => WorkbookError::Password { name: name.into() },
        other => damaged(name, &other.to_string()),
    })?;
    let mut report = WorkbookReport::default();
    for sheet in book.sheets_metadata().to_vec() {
        let mut line = SheetReport {
            name: sheet.name,
            hidden: sheet.visible != SheetVisible::Visible,
            rows: 0,
            problem: None,
        };
        if sheet.typ == SheetType::WorkSheet && !line.hidden {
            rows.next = 1;
            match book.worksheet_range(&line.name) {
                Ok(range) => {
                    let (top, left) = range.start().unwrap_or((0, 0));
                    for (offset, cells) in range.rows().enumerate() {
                        for (column, cell) in
                            cells.iter().enumerate().filter(|(_, cell)| **cell != Data::Empty)
                        {
                            rows.cell(left as usize + column, |text| push_data(text, cell));
                        }
                        rows.flush(&line.name, top + offset as u32 + 1);
                    }
                }
                Err(error) => line.problem = Some(sheet_problem(&error.to_string())),
            }
            line.rows = rows.next - 1;
        } else if !line.hidden {
            line.problem =
                Some(Message::new("图表或宏工作表，未读取", "a chart or macro sheet, not read"));
        }
        report.sheets.push(line);
    }
    Ok(report)
}

/// The row being gathered, and who receives it.
struct Rows<'a, 'b> {
    each: &'a mut EachRow<'b>,
    in_callback: &'a mut bool,
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// The next row to report, from 1.
    next: u32,
}

impl Rows<'_, '_> {
    fn cell(&mut self, column: usize, write: impl FnOnce(&mut String)) {
        self.ends.resize(column.max(self.ends.len()), self.text.len());
        write(&mut self.text);
        self.ends.push(self.text.len());
    }

    /// Reports the gathered row as `number`, blank rows before it, and starts anew. A row without
    /// text waits for a later one: formatted but empty rows at the foot are no rows.
    fn flush(&mut self, sheet: &str, number: u32) {
        if !self.text.is_empty() {
            *self.in_callback = true;
            while self.next < number {
                (self.each)(sheet, self.next, &[]);
                self.next += 1;
            }
            let mut cells = Vec::with_capacity(self.ends.len());
            let mut start = 0;
            for &end in &self.ends {
                cells.push(&self.text[start..end]);
                start = end;
            }
            while cells.last().is_some_and(|cell| cell.is_empty()) {
                cells.pop();
            }
            (self.each)(sheet, number, &cells);
            self.next = number + 1;
            *self.in_callback = false;
        }
        self.text.clear();
        self.ends.clear();
    }
}

fn sheet_problem(what: &str) -> Message {
    Message::new(
        format!("工作表未能读完（{what}）；请用 Excel 或 WPS 打开后另存"),
        format!(
            "the sheet could not be read to its end ({what}); open it in Excel or WPS and save it again"
        ),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(String, u32, Vec<String>)>;

    fn read(bytes: Vec<u8>) -> (Result<WorkbookReport, WorkbookError>, Seen) {
        let mut seen = Seen::new();
        let report = read_workbook(bytes, "a.xlsx", &mut |sheet, row, cells| {
            seen.push((sheet.into(), row, cells.iter().map(|cell| cell.to_string()).collect()));
        });
        (report, seen)
    }

    fn sample() -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        let sheet = book.add_worksheet().set_name("一班").unwrap();
        sheet.write(0, 0, "标题").unwrap();
        sheet.write(3, 1, "姓名").unwrap();
        sheet.write(3, 2, 330127201203051012f64).unwrap();
        sheet.write(3, 3, 312.5).unwrap();
        sheet.write(3, 4, 46000).unwrap();
        sheet.write_with_format(3, 5, 45901, &date).unwrap();
        sheet.write(3, 6, true).unwrap();
        sheet.write_with_format(3, 7, 20250901, &date).unwrap();
        sheet.write_blank(9, 0, &date).unwrap();
        let hidden = book.add_worksheet().set_name("隐").unwrap();
        hidden.write(0, 0, "x").unwrap();
        hidden.set_hidden(true);
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn cells_become_text_and_rows_keep_their_numbers() {
        let (report, seen) = read(sample());
        let report = report.unwrap();
        let rows: Vec<u32> = seen.iter().map(|(_, row, _)| *row).collect();
        assert_eq!(rows, [1, 2, 3, 4]);
        assert_eq!(seen[0].2, ["标题"]);
        assert!(seen[1].2.is_empty());
        assert_eq!(
            seen[3].2,
            ["", "姓名", "330127201203051000", "312.5", "46000", "2025-09-01", "是", "20250901"]
        );
        assert_eq!((report.sheets[0].rows, report.sheets[0].hidden), (4, false));
        assert_eq!((report.sheets[1].name.as_str(), report.sheets[1].hidden), ("隐", true));
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        let png = read(b"\x89PNG\r\n\x1a\n\0\0".to_vec()).0.unwrap_err();
        assert_eq!(png, not_a_workbook("a.xlsx", "PNG"));
        let mut ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        ole.resize(2048, 0);
        assert!(matches!(read(ole.clone()).0, Err(WorkbookError::Damaged { .. })));
        ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert!(matches!(read(ole).0, Err(WorkbookError::Password { .. })));
    }

    #[test]
    fn cut_and_flipped_workbooks_end_as_errors() {
        let whole = sample();
        for cut in (0..whole.len()).step_by(97) {
            let _ = read(whole[..cut].to_vec());
            let mut flipped = whole.clone();
            flipped[cut] ^= 0xFF;
            let _ = read(flipped);
        }
    }

    #[test]
    fn a_panic_of_the_receiver_is_passed_on() {
        let caught = panic::catch_unwind(|| {
            let _ = read_workbook(sample(), "a.xlsx", &mut |_, _, _| {
                panic::resume_unwind(Box::new("mine"))
            });
        });
        assert!(caught.is_err());
    }
}
