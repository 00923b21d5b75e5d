//! XLS and ET (BIFF5 and BIFF8): the workbook's own records, and its sheets one by one.
//!
//! Read without the reader that the newer formats use: that one takes the whole book at once, in a dense
//! range for each sheet, so that four cells can ask for gigabytes and one bad sheet refuses the book.

use rustc_hash::{FxHashMap, FxHashSet};

use super::biff_records::{Record, Records, u16_at, u32_at};
use super::biff_strings::{SharedStrings, StringFormat, code_page};
use super::limits::{MOST_SHEETS, MOST_XLS_BYTES};
use super::problems::Problem;
use super::sheet_index::SheetKind;
use super::sheet_rows::SheetRows;
use super::xls_sheet::read_sheet;
use super::{damaged, not_a_workbook, too_large};
use crate::ingest::WorkbookError;
use crate::ingest::number_format::{ShownAs, builtin_format, custom_format};
use crate::ingest::ole::Ole;

/// Opens a stream or a substream.
pub(super) const BEGIN: u16 = 0x0809;
pub(super) const END: u16 = 0x000A;

/// Reads an OLE container.
pub(super) fn read_ole(
    bytes: &[u8],
    name: &str,
    rows: &mut SheetRows<'_>,
) -> Result<(), WorkbookError> {
    let ole =
        Ole::open(bytes).map_err(|_| damaged(name, "the table of its OLE container is cut off"))?;
    if ole.has("EncryptedPackage") {
        return Err(WorkbookError::Password { name: name.into() });
    }
    if bytes.len() > MOST_XLS_BYTES {
        return Err(too_large(name, format!("{} MiB", bytes.len() >> 20)));
    }
    match ole.stream("Workbook").or_else(|| ole.stream("Book")) {
        Some(stream) => read_stream(&stream, name, rows),
        None if ole.has("WordDocument") => Err(not_a_workbook(name, "Word (doc)")),
        None if ole.has("PowerPoint Document") => Err(not_a_workbook(name, "PowerPoint (ppt)")),
        None => Err(damaged(name, "its OLE container holds no workbook")),
    }
}

/// Reads the stream of a workbook, out of its container or without one.
pub(super) fn read_stream(
    stream: &[u8],
    name: &str,
    rows: &mut SheetRows<'_>,
) -> Result<(), WorkbookError> {
    let book = XlsBook::read(stream, name)?;
    rows.count_from_1904(book.epoch_1904);
    let mut begun = FxHashSet::default();
    for sheet in &book.sheets {
        let twin = !begun.insert(sheet.at);
        let problem = if twin { Some(Problem::contradiction()) } else { sheet.kind.problem() };
        match problem {
            Some(problem) => rows.pass_over(&sheet.name, sheet.hidden, problem),
            None => read_sheet(&book, sheet, rows),
        }
    }
    Ok(())
}

/// What all sheets of a workbook share.
pub(super) struct XlsBook<'s> {
    stream: &'s [u8],
    pub strings: StringFormat,
    pub shared: SharedStrings,
    /// By the number of a cell's format.
    pub shown_as: Vec<ShownAs>,
    pub epoch_1904: bool,
    pub sheets: Vec<XlsSheet>,
}

/// A sheet as the workbook names it.
pub(super) struct XlsSheet {
    pub name: String,
    pub hidden: bool,
    pub kind: SheetKind,
    /// Where its records begin, and where the next sheet's do.
    pub at: u32,
    pub end: usize,
}

impl<'s> XlsBook<'s> {
    fn read(stream: &'s [u8], name: &str) -> Result<XlsBook<'s>, WorkbookError> {
        let mut records = Records::from(stream, 0);
        let version = match records.next() {
            Some(Record { kind: BEGIN, body }) => u16_at(body, 0).unwrap_or(0),
            Some(Record { kind: 0x0009 | 0x0209 | 0x0409, .. }) => {
                return Err(not_a_workbook(name, "Excel 2, 3 or 4"));
            }
            _ => return Err(damaged(name, "its first record is none of a workbook")),
        };
        let mut book = XlsBook {
            stream,
            strings: StringFormat { biff8: version != 0x0500, code_page: code_page(936) },
            shared: SharedStrings::default(),
            shown_as: Vec::new(),
            epoch_1904: false,
            sheets: Vec::new(),
        };
        let mut codes: FxHashMap<u16, ShownAs> = FxHashMap::default();
        let mut formats: Vec<u16> = Vec::new();
        while let Some(Record { kind, body }) = records.next() {
            match kind {
                END => break,
                // FILEPASS
                0x002F => return Err(WorkbookError::Password { name: name.into() }),
                // CODEPAGE
                0x0042 => book.strings.code_page = code_page(u16_at(body, 0).unwrap_or(936)),
                // 1904
                0x0022 => book.epoch_1904 = u16_at(body, 0) == Some(1),
                // FORMAT
                0x041E => {
                    let width = if book.strings.biff8 { 2 } else { 1 };
                    if let Some(id) = u16_at(body, 0)
                        && let Some(code) = book.strings.string(body, 2, width)
                    {
                        codes.insert(id, custom_format(&code));
                    }
                }
                // XF
                0x00E0 => formats.push(u16_at(body, 2).unwrap_or(0)),
                // BOUNDSHEET
                0x0085 => book.sheets.extend(book.sheet(body)),
                // SST
                0x00FC => book.shared = SharedStrings::read(body, &records.continued()),
                _ => {}
            }
        }
        if book.sheets.is_empty() {
            return Err(damaged(name, "it names no sheet"));
        }
        if book.sheets.len() > MOST_SHEETS {
            return Err(too_large(name, format!("{} sheets", book.sheets.len())));
        }
        book.part_sheets();
        book.shown_as = formats
            .into_iter()
            .map(|id| codes.get(&id).copied().unwrap_or_else(|| builtin_format(id)))
            .collect();
        Ok(book)
    }

    fn sheet(&self, body: &[u8]) -> Option<XlsSheet> {
        let mut name = self.strings.string(body, 6, 1)?;
        name.retain(|character| character != '\0');
        Some(XlsSheet {
            name,
            hidden: body.get(4)? & 3 != 0,
            kind: match body.get(5)? {
                0 => SheetKind::Cells,
                2 => SheetKind::Chart,
                _ => SheetKind::Macro,
            },
            at: u32_at(body, 0)?,
            end: self.stream.len(),
        })
    }

    /// Ends every sheet where another begins, so that no record is walked twice.
    fn part_sheets(&mut self) {
        let mut begins: Vec<u32> = self.sheets.iter().map(|sheet| sheet.at).collect();
        begins.sort_unstable();
        for sheet in &mut self.sheets {
            let next = begins.partition_point(|at| *at <= sheet.at);
            if let Some(next) = begins.get(next) {
                sheet.end = sheet.end.min(*next as usize);
            }
        }
    }

    /// The records of a sheet behind the one that opens it, and that one's body; `None` where the sheet
    /// does not begin where the workbook says.
    pub(super) fn records(&self, sheet: &XlsSheet) -> Option<(&'s [u8], Records<'s>)> {
        let stream = self.stream.get(..sheet.end)?;
        let at = sheet.at as usize;
        // Some writers name the place behind the opening record (of 16 bytes and its head).
        [Some(at), at.checked_sub(20)].into_iter().flatten().find_map(|at| {
            let mut records = Records::from(stream, at);
            let first = records.next().filter(|record| record.kind == BEGIN)?;
            Some((first.body, records))
        })
    }
}
