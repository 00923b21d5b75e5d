//! XLSB: records are checked in one pass of our own, then cells are streamed sheet by sheet.

use std::io::Cursor;

use calamine::{Reader, Xlsb, XlsbError};
use rustc_hash::{FxHashMap, FxHashSet};

use super::cells_one_by_one::{CellBook, NextCell, SheetScan, SheetToRead, read_sheet};
use super::limits::{
    LAST_ROW, MOST_INDEX_BYTES, MOST_INFLATED_BYTES, MOST_MERGED, MOST_STRING_BYTES,
    MOST_STRING_MEMORY,
};
use super::package::{Package, PackageError};
use super::problems::Problem;
use super::repair::with_parts;
use super::sheet_index::{NamedSheet, SheetKind, check_count, kind_of, relationships};
use super::sheet_rows::SheetRows;
use super::xlsb_records::{each_record, number_at, string_at};
use super::{caught, damaged};
use crate::ingest::{MergedCells, WorkbookError};

type Book<'b> = Xlsb<Cursor<&'b [u8]>>;

const RELATIONSHIPS: &str = "xl/_rels/workbook.bin.rels";

pub(super) fn read_xlsb(
    bytes: &[u8],
    mut package: Package<'_>,
    name: &str,
    rows: &mut SheetRows<'_>,
) -> Result<(), WorkbookError> {
    let (sheets, epoch_1904) = index(&mut package).map_err(|error| error.of_file(name))?;
    let repaired;
    let mut readable = bytes;
    if sheets.iter().any(|sheet| sheet.kind == SheetKind::Macro) {
        repaired =
            without_macro_sheets(bytes, &mut package).map_err(|error| error.of_file(name))?;
        readable = &repaired;
    }
    let opened = caught(name, || Xlsb::new(Cursor::new(readable)))?;
    let mut book: Book<'_> = opened.map_err(|error| match error {
        XlsbError::Password => WorkbookError::Password { name: name.into() },
        other => damaged(name, &other.to_string()),
    })?;
    rows.count_from_1904(epoch_1904);
    let mut named = FxHashSet::default();
    for sheet in &sheets {
        let twin = !named.insert(&sheet.name);
        if let Some(problem) = sheet.kind.problem().or(twin.then_some(Problem::SameName)) {
            rows.pass_over(&sheet.name, sheet.hidden, problem);
            continue;
        }
        let sheet = SheetToRead {
            known_as: &sheet.name,
            name: &sheet.name,
            hidden: sheet.hidden,
            part: &sheet.part,
        };
        read_sheet(&mut book, &mut package, &sheet, rows);
    }
    Ok(())
}

/// The sheets, and whether days count from 1904, once all that the reader takes in whole is known to be small.
fn index(package: &mut Package<'_>) -> Result<(Vec<NamedSheet>, bool), PackageError> {
    let related: FxHashMap<_, _> = relationships(package, RELATIONSHIPS)?.into_iter().collect();
    let mut sheets = Vec::new();
    let mut epoch_1904 = false;
    each_record(package, "xl/workbook.bin", MOST_INDEX_BYTES, |kind, body| {
        // BrtWbProp: its lowest bit.
        if kind == 0x99 {
            epoch_1904 = number_at(body, 0).is_some_and(|flags| flags & 1 == 1);
        }
        // BrtBundleSh: state, id, relationship, name.
        if kind == 0x9C
            && let Some(state) = number_at(body, 0)
            && let Some((id, end)) = string_at(body, 8)
            && let Some((name, _)) = string_at(body, end)
        {
            let part = related.get(&id);
            sheets.push(NamedSheet {
                name,
                hidden: state != 0,
                kind: part.and_then(|part| kind_of(&part.kind)).unwrap_or(SheetKind::Cells),
                part: part.map_or(String::new(), |part| format!("xl/{}", part.target)),
            });
        }
    })?;
    let part = "xl/sharedStrings.bin";
    if package.has(part) {
        let (mut strings, mut bytes) = (0u64, 0u64);
        each_record(package, part, MOST_STRING_BYTES, |_, body| {
            strings += 1;
            bytes += body.len() as u64;
        })?;
        if bytes.saturating_mul(2).saturating_add(strings.saturating_mul(56)) > MOST_STRING_MEMORY {
            return Err(PackageError::TooLarge(format!("{strings} shared strings")));
        }
    }
    if package.has("xl/styles.bin") {
        each_record(package, "xl/styles.bin", MOST_INDEX_BYTES, |_, _| {})?;
    }
    Ok((check_count(sheets)?, epoch_1904))
}

/// A copy of the file whose macro sheets pass for dialog sheets, which the reader knows.
fn without_macro_sheets(bytes: &[u8], package: &mut Package<'_>) -> Result<Vec<u8>, PackageError> {
    let text = package.text(RELATIONSHIPS)?.unwrap_or_default();
    let text = text.replace("\"macrosheets/", "\"dialogsheets/");
    with_parts(bytes, &[(RELATIONSHIPS.into(), text.into_bytes())])
}

impl CellBook for Book<'_> {
    type Error = XlsbError;

    fn scan(package: &mut Package<'_>, part: &str) -> Result<SheetScan, PackageError> {
        let mut scan = SheetScan::default();
        let (mut next_row, mut in_cells) = (0, false);
        each_record(package, part, MOST_INFLATED_BYTES, |kind, body| match kind {
            0x91 => in_cells = true,
            0x92 => in_cells = false,
            // BrtRowHdr; the flags stand behind row, style and height.
            0x00 if in_cells => {
                let row = number_at(body, 0).unwrap_or(u32::MAX);
                scan.disorder |= row < next_row;
                next_row = row.saturating_add(1);
                if body.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    scan.hidden_rows = scan.hidden_rows.saturating_add(1);
                }
            }
            // Cells with a value, as a constant or of a formula, errors of formulas aside; also the kinds
            // without a column (0x0D to 0x12) and of rich text, which the reader steps over in silence.
            0x02..=0x0A | 0x0D..=0x12 | 0x3E if in_cells => scan.cells += 1,
            // BrtMergeCell
            0xB0 if scan.merged.len() < MOST_MERGED => scan.merged.extend(merged_cells(body)),
            _ => {}
        })?;
        Ok(scan)
    }

    fn cells<'b>(
        &'b mut self,
        sheet: &str,
    ) -> Result<impl FnMut() -> NextCell<'b, XlsbError>, XlsbError> {
        let mut cells = self.worksheet_cells_reader(sheet)?;
        Ok(move || cells.next_cell())
    }

    fn is_of_one_cell(error: &XlsbError) -> bool {
        // The record is read whole: the next one can be.
        matches!(error, XlsbError::CellError(_) | XlsbError::WideStr { .. })
    }
}

fn merged_cells(body: &[u8]) -> Option<MergedCells> {
    let at = |place| number_at(body, place);
    let (first_row, last_row, first_column, last_column) = (at(0)?, at(4)?, at(8)?, at(12)?);
    let in_order = first_row <= last_row && first_column <= last_column && last_row < LAST_ROW;
    in_order.then_some(MergedCells {
        first_row: first_row + 1,
        last_row: last_row + 1,
        first_column,
        last_column,
    })
}
