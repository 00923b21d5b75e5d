//! What a workbook may ask for. An abort for want of memory cannot be caught, so sizes are checked first.

/// The last row of the largest sheet, from 1.
pub(super) const LAST_ROW: u32 = 1_048_576;
/// The last column of the largest sheet, from 0.
pub(super) const LAST_COLUMN: u32 = 16_383;

/// Bytes of a file.
pub(super) const MOST_FILE_BYTES: usize = 512 << 20;
/// Bytes of an XLS, whose stream is copied once and whose sheets end at row 65,536 and column 256.
pub(super) const MOST_XLS_BYTES: usize = 128 << 20;
/// Parts of a ZIP package; a workbook has dozens, one with pictures thousands.
pub(super) const MOST_PARTS: usize = 20_000;
/// Inflated bytes of a package, and of all that is read of it.
pub(super) const MOST_INFLATED_BYTES: u64 = 8 << 30;
/// A part above [`RATIO_FROM_BYTES`] may be so many times its packed size; sheets reach some 40.
pub(super) const MOST_RATIO: u64 = 200;
pub(super) const RATIO_FROM_BYTES: u64 = 64 << 20;
/// Bytes between two tags of XML, or of one record: Excel's cells hold 32,767 characters.
pub(super) const MOST_TOKEN_BYTES: usize = 8 << 20;
/// Inflated bytes of the table of shared strings.
pub(super) const MOST_STRING_BYTES: u64 = 384 << 20;
/// Bytes that the shared strings may take in memory: text, and some 56 for each.
pub(super) const MOST_STRING_MEMORY: u64 = 640 << 20;
/// Bytes that the cell styles may take in memory.
pub(super) const MOST_STYLE_MEMORY: u64 = 512 << 20;
/// Inflated bytes of a part that tells of others: workbook, relationships, styles, manifest.
pub(super) const MOST_INDEX_BYTES: u64 = 32 << 20;
/// Inflated bytes of the sheets that stand in a repaired copy.
pub(super) const MOST_REPAIRED_BYTES: u64 = 192 << 20;
/// Sheets of a workbook.
pub(super) const MOST_SHEETS: usize = 10_000;
/// Merged areas of a sheet that are looked at; one with more is named.
pub(super) const MOST_MERGED: usize = 1_000_000;

/// Text of one row.
pub(super) const MOST_ROW_BYTES: usize = 64 << 20;
/// Text of all rows of a workbook, which may name one shared string a million times.
pub(super) const MOST_TEXT_BYTES: u64 = 4 << 30;
/// Rows of a workbook, blank ones included: twenty full sheets.
pub(super) const MOST_ROWS: u64 = 20 * LAST_ROW as u64;
/// Memory for the rows of a sheet that are out of order.
pub(super) const MOST_HELD_BYTES: usize = 256 << 20;
/// Cells that a file of OpenDocument names once and repeats, over all sheets.
pub(super) const MOST_REPEATED_CELLS: u64 = 16 << 20;
