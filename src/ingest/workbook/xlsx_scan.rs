//! One pass over a sheet's XML before its cells are read: merged cells (which stand behind the rows but
//! are wanted before them), hidden rows, how many cells there are, and whether rows ascend.
//!
//! Only tags are looked at, each where a `<` stands, so that the pass costs little beside the reading.

use super::cells_one_by_one::SheetScan;
use super::limits::{MOST_INFLATED_BYTES, MOST_MERGED};
use super::package::{Package, PackageError};
use super::xml_attributes::raw_attribute;
use crate::ingest::MergedCells;

/// The scan under way.
#[derive(Default)]
struct Scanning {
    found: SheetScan,
    last_row: u64,
    /// The prefix of the tags with its colon, once the first is seen.
    prefix: Option<Vec<u8>>,
}

/// Scans the part `name`.
pub(super) fn scan_sheet(package: &mut Package<'_>, name: &str) -> Result<SheetScan, PackageError> {
    let mut scanning = Scanning::default();
    package.scan_tags(name, MOST_INFLATED_BYTES, |run| scanning.run(run))?;
    Ok(scanning.found)
}

impl Scanning {
    fn run(&mut self, run: &[u8]) {
        for at in memchr::memchr_iter(b'<', run) {
            let Some(mut tag) = run.get(at + 1..) else { continue };
            match &self.prefix {
                None => {
                    self.prefix = prefix_of(tag);
                    continue;
                }
                Some(prefix) if !prefix.is_empty() && !tag.starts_with(b"!") => {
                    match tag.strip_prefix(prefix.as_slice()) {
                        Some(rest) => tag = rest,
                        None => continue,
                    }
                }
                Some(_) => {}
            }
            // By the first letters: this is done for every tag of the largest sheets.
            match tag {
                [b'c', b' ' | b'>' | b'/' | b'\t' | b'\n' | b'\r', b'r', b'=', ..] => {
                    self.found.cells += 1
                }
                [b'c', b' ' | b'>' | b'/' | b'\t' | b'\n' | b'\r', ..] => {
                    self.found.cells += 1;
                    if raw_attribute(whole(tag), b"r").is_none() {
                        self.found.unplaced_cells += 1;
                    }
                }
                [b'r', b'o', b'w', b' ' | b'>' | b'/' | b'\t' | b'\n' | b'\r', ..] => {
                    self.row(whole(tag));
                }
                [b'm', b'e', b'r', b'g', b'e', b'C', b'e', b'l', b'l', b' ', ..]
                    if self.found.merged.len() < MOST_MERGED =>
                {
                    self.found
                        .merged
                        .extend(raw_attribute(whole(tag), b"ref").and_then(parse_area));
                }
                [b'!', ..] => self.found.doubtful = true,
                _ => {}
            }
        }
    }

    fn row(&mut self, tag: &[u8]) {
        let number = match raw_attribute(tag, b"r") {
            Some(digits) => parse_digits(digits).unwrap_or(0),
            None => self.last_row + 1,
        };
        self.found.disorder |= number <= self.last_row;
        self.last_row = number;
        if matches!(raw_attribute(tag, b"hidden"), Some(b"1" | b"true")) {
            self.found.hidden_rows = self.found.hidden_rows.saturating_add(1);
        }
    }
}

/// The prefix of the root's tag; `None` for a declaration or a comment before it.
fn prefix_of(tag: &[u8]) -> Option<Vec<u8>> {
    let name =
        tag.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).next()?;
    if matches!(name.first(), None | Some(b'?' | b'!')) {
        return None;
    }
    let colon = memchr::memchr(b':', name);
    Some(colon.and_then(|at| name.get(..=at)).unwrap_or_default().to_vec())
}

/// A tag up to its end.
fn whole(tag: &[u8]) -> &[u8] {
    memchr::memchr(b'>', tag).and_then(|end| tag.get(..end)).unwrap_or(tag)
}

fn parse_digits(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// `A1:C2`, or one cell, as rows from 1 and columns from 0.
fn parse_area(area: &[u8]) -> Option<MergedCells> {
    let mut corners = area.split(|byte| *byte == b':');
    let (first_row, first_column) = parse_cell(corners.next()?)?;
    let (last_row, last_column) = match corners.next() {
        Some(corner) => parse_cell(corner)?,
        None => (first_row, first_column),
    };
    let in_order = first_row <= last_row && first_column <= last_column;
    in_order.then_some(MergedCells { first_row, last_row, first_column, last_column })
}

fn parse_cell(cell: &[u8]) -> Option<(u32, u32)> {
    let letters = cell.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = cell.split_at_checked(letters)?;
    let column = letters.iter().try_fold(0u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row = u32::try_from(parse_digits(digits)?).ok().filter(|row| *row > 0)?;
    Some((row, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &str) -> SheetScan {
        let mut scanning = Scanning::default();
        scanning.run(xml.as_bytes());
        scanning.found
    }

    #[test]
    fn merged_cells_hidden_rows_and_cells_are_seen() {
        let seen = scan(
            "<?xml version=\"1.0\"?><worksheet><cols><col min=\"1\" hidden=\"1\"/></cols><sheetData>\
             <row r=\"1\"><c r=\"A1\"/><c r=\"B1\"><v>1</v></c></row><row r=\"3\" hidden=\"1\"><c s=\"1\" r=\"A3\"/></row>\
             </sheetData><mergeCells count=\"2\"><mergeCell ref=\"A1:C2\"/><mergeCell ref=\"AA10\"/></mergeCells></worksheet>",
        );
        let area = |first_row, last_row, first_column, last_column| MergedCells {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        assert_eq!(seen.merged, [area(1, 2, 0, 2), area(10, 10, 26, 26)]);
        assert_eq!((seen.hidden_rows, seen.cells, seen.unplaced_cells), (1, 3, 0));
        assert!(!seen.disorder && !seen.doubtful);
    }

    #[test]
    fn prefixed_tags_are_the_same_tags() {
        let seen = scan("<x:worksheet><x:sheetData><x:row hidden='true'><x:c/><y:c/></x:row>");
        assert_eq!((seen.hidden_rows, seen.cells, seen.unplaced_cells), (1, 1, 1));
    }

    #[test]
    fn rows_that_do_not_ascend_are_seen() {
        for (rows, disorder) in [
            ("<row r=\"1\"/><row r=\"2\"/><row/><row r=\"4\"/>", false),
            ("<row r=\"2\"/><row r=\"1\"/>", true),
            ("<row r=\"2\"/><row r=\"2\"/>", true),
            ("<row r=\"x\"/>", true),
        ] {
            assert_eq!(scan(&format!("<worksheet>{rows}")).disorder, disorder, "{rows}");
        }
    }

    #[test]
    fn areas_that_are_none_are_left_out() {
        for area in ["", "A", "1", "A0", "C3:A1", "AAAAAAAAA1", "A99999999999"] {
            assert_eq!(parse_area(area.as_bytes()), None, "{area}");
        }
    }
}
