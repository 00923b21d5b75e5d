//! XLSX and XLSM: the parts are bounded first, then cells are streamed sheet by sheet.

use std::io::Cursor;

use calamine::{Reader, Xlsx, XlsxError};

use super::cells_one_by_one::{CellBook, NextCell, SheetScan, SheetToRead, read_sheet};
use super::limits::{MOST_INDEX_BYTES, MOST_STRING_BYTES, MOST_STRING_MEMORY, MOST_STYLE_MEMORY};
use super::package::{Package, PackageError};
use super::problems::Problem;
use super::repair::{plain_name, repaired};
use super::sheet_index::{WorkbookPart, XlsxIndex, xlsx_index};
use super::sheet_rows::SheetRows;
use super::xlsx_scan::scan_sheet;
use super::xml_attributes::raw_attribute;
use super::{caught, damaged};
use crate::ingest::WorkbookError;

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

pub(super) fn read_xlsx(
    bytes: &[u8],
    mut package: Package<'_>,
    name: &str,
    rows: &mut SheetRows<'_>,
) -> Result<(), WorkbookError> {
    let prepared = prepare(bytes, &mut package);
    let (index, repaired) = prepared.map_err(|error| error.of_file(name))?;
    let readable = repaired.as_deref().unwrap_or(bytes);
    let opened = caught(name, || Xlsx::new(Cursor::new(readable)))?;
    let mut book: Book<'_> = opened.map_err(|error| match error {
        XlsxError::Password => WorkbookError::Password { name: name.into() },
        other => damaged(name, &other.to_string()),
    })?;
    rows.count_from_1904(index.epoch_1904);
    for (at, sheet) in index.sheets.iter().enumerate() {
        let missing = (!package.has(&sheet.part)).then_some(Problem::Missing);
        if let Some(problem) = sheet.kind.problem().or(missing) {
            rows.pass_over(&sheet.name, sheet.hidden, problem);
            continue;
        }
        let known_as = if repaired.is_some() { plain_name(at) } else { sheet.name.clone() };
        let sheet = SheetToRead {
            known_as: &known_as,
            name: &sheet.name,
            hidden: sheet.hidden,
            part: &sheet.part,
        };
        read_sheet(&mut book, &mut package, &sheet, rows);
    }
    Ok(())
}

/// What the workbook says of its sheets, and a copy of the file where the reader would refuse this one.
/// All that the reader takes in whole is known to be small afterwards.
fn prepare(
    bytes: &[u8],
    package: &mut Package<'_>,
) -> Result<(XlsxIndex, Option<Vec<u8>>), PackageError> {
    let workbook = WorkbookPart::find(package)?;
    let index = xlsx_index(package, &workbook)?;
    check_strings(package, &workbook.resolve("sharedStrings.xml"))?;
    check_styles(package, &workbook.resolve("styles.xml"))?;
    package.bytes(&workbook.resolve("theme/theme1.xml"))?;
    let repaired = repaired(bytes, package, &workbook, &index)?;
    Ok((index, repaired))
}

/// Shared strings are held in memory: their text, and some 56 bytes for each; room is made for as many
/// as the table says it has.
fn check_strings(package: &mut Package<'_>, part: &str) -> Result<(), PackageError> {
    if !package.has(part) {
        return Ok(());
    }
    let (mut strings, mut stated, mut bytes) = (0u64, 0u64, 0u64);
    package.scan_tags(part, MOST_STRING_BYTES, |run| {
        bytes += run.len() as u64;
        strings += memchr::memmem::find_iter(run, b"si>").count() as u64;
        strings += memchr::memmem::find_iter(run, b"si/>").count() as u64;
        if let Some(count) = raw_attribute(run, b"uniqueCount") {
            let count = std::str::from_utf8(count).ok().and_then(|count| count.parse().ok());
            stated = stated.max(count.unwrap_or(u64::MAX));
        }
    })?;
    let memory = bytes.saturating_add(strings.max(stated).saturating_mul(56));
    if memory > MOST_STRING_MEMORY {
        return Err(PackageError::TooLarge(format!(
            "{} shared strings, {} MiB",
            strings.max(stated),
            bytes >> 20
        )));
    }
    Ok(())
}

/// Every cell format is held with a copy of its font and its number format.
fn check_styles(package: &mut Package<'_>, part: &str) -> Result<(), PackageError> {
    if !package.has(part) {
        return Ok(());
    }
    let (mut formats, mut longest) = (0u64, 0u64);
    package.scan_tags(part, MOST_INDEX_BYTES, |run| {
        let mut start = 0;
        for at in memchr::memchr_iter(b'<', run) {
            longest = longest.max((at - start) as u64);
            start = at;
            formats += 1;
        }
        longest = longest.max((run.len() - start) as u64);
    })?;
    if formats.saturating_mul(longest.max(400)) > MOST_STYLE_MEMORY {
        return Err(PackageError::TooLarge(format!("{formats} parts of cell styles")));
    }
    Ok(())
}

impl CellBook for Book<'_> {
    type Error = XlsxError;

    fn scan(package: &mut Package<'_>, part: &str) -> Result<SheetScan, PackageError> {
        match scan_sheet(package, part) {
            Err(error @ PackageError::TooLarge(_)) => Err(error),
            scan => Ok(scan.unwrap_or_default()),
        }
    }

    fn cells<'b>(
        &'b mut self,
        sheet: &str,
    ) -> Result<impl FnMut() -> NextCell<'b, XlsxError>, XlsxError> {
        let mut cells = self.worksheet_cells_reader(sheet)?;
        Ok(move || cells.next_cell())
    }

    fn is_of_one_cell(error: &XlsxError) -> bool {
        matches!(
            error,
            XlsxError::Unexpected(_)
                | XlsxError::UnexpectedNode(_)
                | XlsxError::CellTAttribute(_)
                | XlsxError::CellError(_)
                | XlsxError::ParseFloat(_)
                | XlsxError::Unrecognized { .. }
        )
    }
}
