//! XLSX and XLSM: the parts are bounded first, then cells are streamed sheet by sheet.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::limits::{MOST_INDEX_BYTES, MOST_STRING_BYTES, MOST_STRING_MEMORY, MOST_STYLE_MEMORY};
use super::package::{Package, PackageError};
use super::problems::Problem;
use super::repair::{plain_name, repaired};
use super::sheet_index::{WorkbookPart, XlsxIndex, xlsx_index};
use super::sheet_rows::SheetRows;
use super::xlsx_scan::{SheetScan, scan_sheet};
use super::xml_attributes::raw_attribute;
use super::{caught, damaged};
use crate::ingest::WorkbookError;
use crate::ingest::cell_text::push_ref;
use crate::ingest::panics::without_noise;

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
        match scan_sheet(&mut package, sheet.part) {
            Ok(scan) => read_sheet(&mut book, &sheet, &scan, rows),
            Err(PackageError::TooLarge(seen)) => {
                rows.pass_over(sheet.name, sheet.hidden, Problem::TooLarge(seen));
            }
            // What stands before the damage may still be read.
            Err(_) => read_sheet(&mut book, &sheet, &SheetScan::default(), rows),
        }
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

/// A sheet, and the name by which the reader knows it.
struct SheetToRead<'s> {
    known_as: &'s str,
    name: &'s str,
    hidden: bool,
    part: &'s str,
}

fn read_sheet(
    book: &mut Book<'_>,
    sheet: &SheetToRead<'_>,
    scan: &SheetScan,
    rows: &mut SheetRows<'_>,
) {
    if !rows.start(sheet.name, sheet.hidden, Some(&scan.merged)) {
        return rows.end(None, scan.hidden_rows);
    }
    if scan.disorder {
        rows.hold();
    }
    let read = without_noise(|| stream_cells(book, sheet.known_as, scan, rows));
    let problem = match read {
        Ok(problem) => problem,
        Err(panicked) if rows.in_sink() => std::panic::resume_unwind(panicked),
        Err(_) => Some(Problem::contradiction()),
    };
    rows.end(problem, scan.hidden_rows);
}

fn stream_cells(
    book: &mut Book<'_>,
    sheet: &str,
    scan: &SheetScan,
    rows: &mut SheetRows<'_>,
) -> Option<Problem> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(error) => return Some(Problem::Damaged(error.to_string())),
    };
    let (mut seen, mut lost, mut row, mut first_lost) = (0u64, 0u64, 0, 0);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                seen += 1;
                let (at, column) = cell.get_position();
                row = at.saturating_add(1);
                let value = cell.get_value();
                if matches!(value, DataRef::Empty) {
                    continue;
                }
                match rows.cell(row, column, |text| push_ref(text, value)) {
                    Ok(()) => {}
                    Err(Problem::OutOfOrder) => {
                        first_lost = if lost == 0 { row } else { first_lost };
                        lost += 1;
                    }
                    Err(problem) => return Some(problem),
                }
            }
            Ok(None) => break,
            // One odd cell: the others say where they stand.
            Err(error) if scan.unplaced_cells == 0 && is_of_one_cell(&error) => {
                first_lost = if lost == 0 { row.max(1) } else { first_lost };
                (seen, lost) = (seen + 1, lost + 1);
            }
            Err(error) => return Some(Problem::Damaged(error.to_string())),
        }
    }
    if lost > 0 {
        return Some(Problem::Cells { lost, first_row: first_lost });
    }
    let missing = scan.cells.saturating_sub(seen);
    (missing > 0 && !scan.doubtful).then_some(Problem::Cells { lost: missing, first_row: row })
}

/// Whether an error concerns the value of one cell, and the next can be read.
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
