//! Copies of packages that a strict reader would refuse as a whole for one odd sheet.
//!
//! The reader underneath gives up a workbook that holds a macro sheet, names a sheet that is not there or
//! twice, and a sheet whose used area is stated as rows only (`1:4`, as LibreOffice writes it).

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::limits::MOST_REPAIRED_BYTES;
use super::package::{Package, PackageError, fold_name};
use super::sheet_index::{SheetKind, WorkbookPart, XlsxIndex};
use super::xml_attributes::raw_attribute;

/// The name under which the sheet at a place of the index stands in a repaired copy.
pub(super) fn plain_name(at: usize) -> String {
    at.to_string()
}

/// A copy that the reader takes; `None` if it takes the file as it is.
pub(super) fn repaired(
    bytes: &[u8],
    package: &mut Package<'_>,
    workbook: &WorkbookPart,
    index: &XlsxIndex,
) -> Result<Option<Vec<u8>>, PackageError> {
    let mut parts = Vec::new();
    let mut left = MOST_REPAIRED_BYTES;
    for sheet in index.sheets.iter().filter(|sheet| sheet.kind == SheetKind::Cells) {
        if package.has(&sheet.part)
            && !parts.iter().any(|(part, _)| *part == sheet.part)
            && let Some(content) = without_odd_dimension(package, &sheet.part, left)?
        {
            left = left.saturating_sub(content.len() as u64);
            parts.push((sheet.part.clone(), content));
        }
    }
    if !index.odd && parts.is_empty() {
        return Ok(None);
    }
    let epoch = if index.epoch_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let mut book = format!("<workbook>{epoch}<sheets>");
    let mut related = String::from("<Relationships>");
    for (at, sheet) in index.sheets.iter().enumerate() {
        if sheet.kind == SheetKind::Cells && package.has(&sheet.part) {
            let part = quick_xml::escape::escape(sheet.part.as_str());
            let _ = write!(book, "<sheet name=\"{}\" id=\"r{at}\"/>", plain_name(at));
            let _ = write!(
                related,
                "<Relationship Id=\"r{at}\" Type=\"/worksheet\" Target=\"/{part}\"/>"
            );
        }
    }
    book.push_str("</sheets></workbook>");
    related.push_str("</Relationships>");
    parts.push((format!("{}{}", workbook.folder, workbook.file), book.into_bytes()));
    parts.push((workbook.relationships(), related.into_bytes()));
    with_parts(bytes, &parts).map(Some)
}

/// The sheet without its statement of the used area, if that names no cells; `None` if it does, or if
/// the sheet has over `most` bytes.
fn without_odd_dimension(
    package: &mut Package<'_>,
    part: &str,
    most: u64,
) -> Result<Option<Vec<u8>>, PackageError> {
    const HEAD: u64 = 64 << 10;
    let Some(stream) = package.stream(part, u64::MAX)? else { return Ok(None) };
    let mut head = Vec::new();
    if stream.take(HEAD).read_to_end(&mut head).is_err() {
        return Ok(None);
    }
    let Some(at) = memchr::memmem::find(&head, b"dimension ") else { return Ok(None) };
    let tag = head.get(at..).unwrap_or_default();
    let tag = tag.get(..memchr::memchr(b'>', tag).unwrap_or(0)).unwrap_or_default();
    if raw_attribute(tag, b"ref").is_some_and(names_cells) {
        return Ok(None);
    }
    let Some(stream) = package.stream(part, u64::MAX)? else { return Ok(None) };
    let mut content = Vec::new();
    let whole = stream.take(most).read_to_end(&mut content).is_ok_and(|read| (read as u64) < most);
    if !whole {
        return Ok(None);
    }
    // `A1` in the place of what stands there: the tag stays whole.
    let end = at + tag.len();
    let slash = if tag.ends_with(b"/") { "/" } else { "" };
    content.splice(at..end, format!("dimension ref=\"A1\"{slash}").into_bytes());
    Ok(Some(content))
}

/// Whether an area names cells at all its corners.
fn names_cells(area: &[u8]) -> bool {
    area.split(|byte| *byte == b':').all(|corner| {
        let letters = corner.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = corner.get(letters..).unwrap_or_default();
        (1..=3).contains(&letters)
            && (1..=7).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit)
            && digits.first() != Some(&b'0')
    })
}

/// A copy of the package with other contents in some parts, which are added if they are not there; all
/// others stay packed as they are.
pub(super) fn with_parts(
    bytes: &[u8],
    parts: &[(String, Vec<u8>)],
) -> Result<Vec<u8>, PackageError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    let mut copy = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    let replaced = |name: &str| parts.iter().any(|(part, _)| fold_name(part) == fold_name(name));
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index)?;
        if !replaced(&part.name()?) {
            copy.raw_copy_file(part)?;
        }
    }
    for (name, content) in parts {
        copy.start_file(name.as_str(), SimpleFileOptions::default())?;
        copy.write_all(content)?;
    }
    Ok(copy.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_of_whole_rows_or_columns_name_no_cells() {
        for area in ["A1", "A1:C2", "XFD1048576"] {
            assert!(names_cells(area.as_bytes()), "{area}");
        }
        for area in ["", "1:4", "A:C", "A0", "A1:", "A1:4"] {
            assert!(!names_cells(area.as_bytes()), "{area}");
        }
    }
}
