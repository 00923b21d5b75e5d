//! One sheet of an XLS: a pass for merged cells, hidden rows and the order of rows, then its cells.

use super::biff_records::{Record, Records, f64_at, packed_number, u16_at, u32_at};
use super::limits::MOST_MERGED;
use super::problems::Problem;
use super::sheet_index::SheetKind;
use super::sheet_rows::SheetRows;
use super::xls::{BEGIN, END, XlsBook, XlsSheet};
use crate::ingest::MergedCells;
use crate::ingest::cell_text::push_shown;
use crate::ingest::number_format::ShownAs;

pub(super) fn read_sheet(book: &XlsBook<'_>, sheet: &XlsSheet, rows: &mut SheetRows<'_>) {
    let scan = Scan::of(book, sheet);
    // The sheet's own first record knows better than the workbook what it is.
    if let Some(problem) = scan.kind.and_then(SheetKind::problem) {
        return rows.pass_over(&sheet.name, sheet.hidden, problem);
    }
    // BIFF5 has no merged cells, only texts centred across.
    let merged = book.strings.biff8.then_some(scan.merged.as_slice());
    if !rows.start(&sheet.name, sheet.hidden, merged) {
        return rows.end(None, scan.hidden_rows);
    }
    if scan.disorder {
        rows.hold();
    }
    let problem = read_cells(book, sheet, rows).err();
    let cut =
        (!scan.ended).then(|| Problem::Damaged("its records end before the sheet does".into()));
    rows.end(problem.or(cut), scan.hidden_rows);
}

/// What the records of a sheet say beside its cells.
#[derive(Default)]
struct Scan {
    /// `None` where the sheet does not begin where the workbook says.
    kind: Option<SheetKind>,
    merged: Vec<MergedCells>,
    hidden_rows: u32,
    disorder: bool,
    ended: bool,
}

impl Scan {
    fn of(book: &XlsBook<'_>, sheet: &XlsSheet) -> Scan {
        let mut scan = Scan::default();
        let mut last = 0;
        let Some((first, mut records)) = book.records(sheet) else { return scan };
        scan.kind = Some(match u16_at(first, 2) {
            Some(0x0020) => SheetKind::Chart,
            Some(0x0040) => SheetKind::Macro,
            _ => SheetKind::Cells,
        });
        while let Some(Record { kind, body }) = records.next() {
            match kind {
                BEGIN => records.skip_substream(),
                END => {
                    scan.ended = true;
                    break;
                }
                // ROW
                0x0208 => {
                    let hidden = u16_at(body, 12).is_some_and(|flags| flags & 0x20 != 0);
                    scan.hidden_rows += u32::from(hidden);
                }
                // MERGEDCELLS
                0x00E5 => scan.merge(body),
                _ if is_cell(kind) => {
                    let row = u16_at(body, 0).unwrap_or(0);
                    scan.disorder |= row < last;
                    last = row;
                }
                _ => {}
            }
        }
        scan
    }

    fn merge(&mut self, body: &[u8]) {
        for area in body.get(2..).unwrap_or_default().as_chunks::<8>().0 {
            let at = |place| u16_at(area, place).map_or(0, u32::from);
            let (first_row, last_row, first_column, last_column) = (at(0), at(2), at(4), at(6));
            let in_order = first_row <= last_row && first_column <= last_column;
            if in_order && self.merged.len() < MOST_MERGED {
                self.merged.push(MergedCells {
                    first_row: first_row + 1,
                    last_row: last_row + 1,
                    first_column,
                    last_column,
                });
            }
        }
    }
}

fn is_cell(kind: u16) -> bool {
    matches!(kind, 0x0203 | 0x027E | 0x00BD | 0x00FD | 0x0204 | 0x00D6 | 0x0205 | 0x0006)
}

fn read_cells(
    book: &XlsBook<'_>,
    sheet: &XlsSheet,
    rows: &mut SheetRows<'_>,
) -> Result<(), Problem> {
    let Some((_, mut records)) = book.records(sheet) else {
        return Err(Problem::Damaged("it does not begin where the workbook says".into()));
    };
    let (mut lost, mut first_lost) = (0u64, 0u32);
    // The cell of a formula whose text follows in a record of its own.
    let mut awaits_text = None;
    while let Some(record) = records.next() {
        match record.kind {
            BEGIN => records.skip_substream(),
            END => break,
            // STRING
            0x0207 => {
                let further = records.continued();
                if let Some((row, column)) = awaits_text.take() {
                    let mut text = String::new();
                    book.strings.push_string(&mut text, record.body, 0, 2, &further);
                    rows.cell(row, column, |cell| cell.push_str(&text))?;
                }
            }
            kind if is_cell(kind) => {
                let (Some(row), Some(column)) = (u16_at(record.body, 0), u16_at(record.body, 2))
                else {
                    lost += 1;
                    continue;
                };
                let (row, column) = (u32::from(row) + 1, u32::from(column));
                if kind == 0x0006 && is_text_formula(record.body) {
                    awaits_text = Some((row, column));
                    continue;
                }
                let cell = Cell { book, row, column, body: record.body };
                if cell.read(kind, &mut records, rows)?.is_none() {
                    first_lost = if lost == 0 { row } else { first_lost };
                    lost += 1;
                }
            }
            _ => {}
        }
    }
    if lost > 0 {
        return Err(Problem::Cells { lost, first_row: first_lost.max(1) });
    }
    Ok(())
}

/// A formula's result is a double, or marks that it is none: text (in the next record), yes or no, an
/// error, nothing.
fn is_text_formula(body: &[u8]) -> bool {
    u16_at(body, 12) == Some(0xFFFF) && body.get(6) == Some(&0)
}

struct Cell<'b, 's> {
    book: &'b XlsBook<'s>,
    row: u32,
    column: u32,
    body: &'b [u8],
}

impl Cell<'_, '_> {
    /// Hands over what the cell shows; `None` if its record cannot be understood.
    fn read(
        &self,
        kind: u16,
        records: &mut Records<'_>,
        rows: &mut SheetRows<'_>,
    ) -> Result<Option<()>, Problem> {
        let body = self.body;
        match kind {
            // NUMBER, RK
            0x0203 => self.number(rows, self.column, 4, f64_at(body, 6)),
            0x027E => self.number(rows, self.column, 4, u32_at(body, 6).map(packed_number)),
            // MULRK: first column, then format and number of each cell, then the last column.
            0x00BD => {
                let cells = body.get(4..body.len().saturating_sub(2)).unwrap_or_default();
                for (place, cell) in cells.as_chunks::<6>().0.iter().enumerate() {
                    let column = self.column.saturating_add(place as u32);
                    let value = u32_at(cell, 2).map(packed_number);
                    self.number(rows, column, 4 + 6 * place, value)?;
                }
                Ok(Some(()))
            }
            // LABELSST
            0x00FD => {
                let text = u32_at(body, 6).and_then(|index| self.book.shared.get(index));
                self.text(rows, text)
            }
            // LABEL, RSTRING
            0x0204 | 0x00D6 => {
                let further = records.continued();
                let mut text = String::new();
                let read = self.book.strings.push_string(&mut text, body, 6, 2, &further);
                self.text(rows, read.map(|()| text.as_str()))
            }
            // BOOLERR: a value, and whether it is an error.
            0x0205 => match (body.get(6), body.get(7)) {
                (Some(value), Some(0)) => self.text(rows, Some(yes_or_no(*value))),
                (Some(_), Some(_)) => Ok(Some(())),
                _ => Ok(None),
            },
            // FORMULA without text
            _ => match (u16_at(body, 12), body.get(6)) {
                (Some(0xFFFF), Some(1)) => {
                    self.text(rows, body.get(8).map(|value| yes_or_no(*value)))
                }
                (Some(0xFFFF), Some(_)) => Ok(Some(())),
                _ => self.number(rows, self.column, 4, f64_at(body, 6)),
            },
        }
    }

    fn text(&self, rows: &mut SheetRows<'_>, text: Option<&str>) -> Result<Option<()>, Problem> {
        match text {
            Some(text) => rows.cell(self.row, self.column, |cell| cell.push_str(text)).map(Some),
            None => Ok(None),
        }
    }

    /// A number whose format stands at `format_at` of the record.
    fn number(
        &self,
        rows: &mut SheetRows<'_>,
        column: u32,
        format_at: usize,
        value: Option<f64>,
    ) -> Result<Option<()>, Problem> {
        let Some(value) = value else { return Ok(None) };
        let format = u16_at(self.body, format_at).map_or(0, usize::from);
        let shown_as = self.book.shown_as.get(format).copied().unwrap_or(ShownAs::Number);
        let epoch = self.book.epoch_1904;
        rows.cell(self.row, column, |text| push_shown(text, value, shown_as, epoch)).map(Some)
    }
}

fn yes_or_no(value: u8) -> &'static str {
    if value == 0 { "否" } else { "是" }
}
