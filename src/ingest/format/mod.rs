//! What a file is, told by its content: from the first bytes, and for containers from what they hold.

mod foreign;
mod markup;
mod plain_text;

pub use foreign::Foreign;

use foreign::{Remedy, foreign};
use markup::{Markup, markup};
use plain_text::is_text;

use crate::ingest::ole::Ole;

/// What a file's content says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CSV, TSV and other text, in any encoding.
    Text,
    /// A ZIP container of which only the first bytes are known; [`look_inside`] tells which.
    Zip,
    /// An OLE container of which only the first bytes are known; [`look_inside`] tells which.
    Ole,
    Xlsx,
    Xlsb,
    Ods,
    /// Excel 5 to 2003, and WPS `.et`: a workbook in an OLE container.
    Xls,
    /// A workbook of Excel 2 to 5 without a container; its BIFF version.
    Biff(u8),
    /// A plain ZIP archive of files.
    Archive,
    /// A page with a table, whatever its file is called.
    Html,
    /// XML Spreadsheet 2003.
    SpreadsheetXml,
    Dbf,
    Parquet,
    /// An Arrow IPC file (Feather 2).
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
    /// No table that is read.
    Other(Foreign),
}

impl Format {
    /// The short name by which reports and messages call the format.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "csv",
            Format::Zip | Format::Archive => "zip",
            Format::Ole => "ole",
            Format::Xlsx => "xlsx",
            Format::Xlsb => "xlsb",
            Format::Ods => "ods",
            Format::Xls => "xls",
            Format::Biff(2) => "Excel 2",
            Format::Biff(3) => "Excel 3",
            Format::Biff(4) => "Excel 4",
            Format::Biff(_) => "Excel 5",
            Format::Html => "html",
            Format::SpreadsheetXml => "xml-spreadsheet",
            Format::Dbf => "dbf",
            Format::Parquet => "parquet",
            Format::ArrowFile => "arrow",
            Format::ArrowStream => "arrow-stream",
            Format::Other(foreign) => foreign.seen,
        }
    }
}

/// Tells what a file is from its first bytes: some hundred suffice, more make HTML surer.
pub fn sniff(head: &[u8]) -> Format {
    if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic)) {
        return Format::Zip;
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Format::Ole;
    }
    // A list may have a header of these letters.
    let is_header = |head: &[u8]| matches!(head.get(4), Some(b',' | b';' | b'\t' | b'|'));
    if head.starts_with(b"PAR1") && !(is_header(head) && is_text(head)) {
        return Format::Parquet;
    }
    if head.starts_with(b"ARROW1\0\0") {
        return Format::ArrowFile;
    }
    if is_arrow_stream(head) {
        return Format::ArrowStream;
    }
    if let Some(version) = biff_version(head) {
        return Format::Biff(version);
    }
    if is_dbf(head) {
        return Format::Dbf;
    }
    if let Some(foreign) = foreign(head) {
        return Format::Other(foreign);
    }
    if !is_text(head) {
        return Format::Other(Foreign::new("binary data", Remedy::SaveAsTable));
    }
    match markup(head) {
        Some(Markup::Html) => Format::Html,
        Some(Markup::SpreadsheetXml) => Format::SpreadsheetXml,
        Some(Markup::Xml) => Format::Other(Foreign::new("XML", Remedy::SaveAsTable)),
        Some(Markup::Mhtml) => {
            Format::Other(Foreign::new("web archive (MHTML)", Remedy::SaveAsTable))
        }
        None => Format::Text,
    }
}

/// Tells what a file is from all its bytes: as [`sniff`], and which kind of container it is.
///
/// A ZIP whose directory cannot be read stays [`Format::Zip`], an OLE container that holds nothing
/// known [`Format::Ole`].
pub fn look_inside(bytes: &[u8]) -> Format {
    match sniff(bytes) {
        Format::Zip => zip_names(bytes)
            .map_or(Format::Zip, |names| kind_of_zip(names.iter().map(String::as_str), bytes)),
        Format::Ole => Ole::open(bytes).map_or(Format::Ole, |container| kind_of_ole(&container)),
        format => format,
    }
}

/// The names that a ZIP's central directory lists, as far as it can be read.
fn zip_names(bytes: &[u8]) -> Option<Vec<String>> {
    let reader = std::io::Cursor::new(bytes);
    let mut entries =
        zip::unstable::read::ZipIterable::try_new(reader, zip::read::Config::default()).ok()?;
    let entries = entries.files().ok()?;
    Some(
        entries
            .map_while(Result::ok)
            .map(|entry| String::from_utf8_lossy(entry.name_raw()).into_owned())
            .collect(),
    )
}

/// Tells a ZIP container by the names of its entries; of an OpenDocument by its first bytes, which
/// name its type.
pub(super) fn kind_of_zip<'a>(names: impl Iterator<Item = &'a str>, head: &[u8]) -> Format {
    let word = Format::Other(Foreign::new("Word (docx)", Remedy::CopyTable));
    let slides = Format::Other(Foreign::new("PowerPoint (pptx)", Remedy::CopyTable));
    let numbers = Format::Other(Foreign::new("Apple Numbers", Remedy::SaveAsTable));
    let mut package = None;
    let (mut content, mut open_document) = (false, false);
    for name in names {
        let name = name.replace('\\', "/").to_ascii_lowercase();
        let name = name.trim_start_matches('/');
        match name {
            "xl/workbook.bin" => return Format::Xlsb,
            "xl/workbook.xml" => return Format::Xlsx,
            "content.xml" => content = true,
            "mimetype" | "meta-inf/manifest.xml" => open_document = true,
            "[content_types].xml" => package = package.or(Some(Format::Xlsx)),
            _ if name.starts_with("xl/") => package = Some(Format::Xlsx),
            _ if name.starts_with("word/") => package = Some(word),
            _ if name.starts_with("ppt/") => package = Some(slides),
            _ if name.starts_with("index/") && name.ends_with(".iwa") => package = Some(numbers),
            _ => {}
        }
    }
    if let Some(package) = package {
        return package;
    }
    if !(content && open_document) {
        return Format::Archive;
    }
    let holds = |kind: &[u8]| memchr::memmem::find(&head[..head.len().min(256)], kind).is_some();
    if holds(b"opendocument.text") {
        Format::Other(Foreign::new("OpenDocument text (odt)", Remedy::CopyTable))
    } else if holds(b"opendocument.presentation") || holds(b"opendocument.graphics") {
        Format::Other(Foreign::new("OpenDocument presentation (odp)", Remedy::CopyTable))
    } else {
        Format::Ods
    }
}

/// Tells an OLE container by the streams and storages at its root.
fn kind_of_ole(container: &Ole<'_>) -> Format {
    let has = |name: &str| container.has(name);
    let other = |seen, remedy| Format::Other(Foreign::new(seen, remedy));
    if has("Workbook") || has("Book") {
        Format::Xls
    } else if has("EncryptedPackage") {
        other("a workbook under a password", Remedy::RemovePassword)
    } else if has("WordDocument") {
        other("Word (doc)", Remedy::CopyTable)
    } else if has("PowerPoint Document") {
        other("PowerPoint (ppt)", Remedy::CopyTable)
    } else if has("VisioDocument") {
        other("Visio", Remedy::SaveAsTable)
    } else if container.names().any(|name| name.starts_with("__substg1.0_")) {
        other("an Outlook message (msg)", Remedy::TakeOut)
    } else if container.names().any(|name| {
        // Tables of an installer carry names packed into this range.
        name.chars().next().is_some_and(|c| ('\u{3800}'..='\u{4840}').contains(&c))
    }) {
        other("a Windows installer (msi)", Remedy::SaveAsTable)
    } else {
        Format::Ole
    }
}

/// A continuation mark, and the length of a first message that can be one.
fn is_arrow_stream(head: &[u8]) -> bool {
    let length = head.get(4..8).and_then(|bytes| Some(i32::from_le_bytes(bytes.try_into().ok()?)));
    head.starts_with(b"\xFF\xFF\xFF\xFF")
        && length.is_some_and(|length| (8..1 << 26).contains(&length) && length % 8 == 0)
}

/// The version in the first record of a workbook that stands in no container.
fn biff_version(head: &[u8]) -> Option<u8> {
    let version = match head.get(..4)? {
        [0x09, 0x00, 0x04, 0x00] => 2,
        [0x09, 0x02, 0x06, 0x00] => 3,
        [0x09, 0x04, 0x06, 0x00] => 4,
        [0x09, 0x08, 0x08 | 0x10, 0x00] => 5,
        _ => return None,
    };
    // What the stream holds: globals, a sheet, a chart, macros, a workspace.
    let holds = u16::from_le_bytes([*head.get(6)?, *head.get(7)?]);
    matches!(holds, 0x05 | 0x06 | 0x10 | 0x20 | 0x40 | 0x100).then_some(version)
}

/// A known version byte, a date that may be one, and lengths that agree with the fields.
fn is_dbf(head: &[u8]) -> bool {
    const VERSIONS: [u8; 15] =
        [0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8E, 0xCB, 0xF5, 0xFB, 0x7B];
    let Some(fixed) = head.first_chunk::<32>() else { return false };
    let header = usize::from(u16::from_le_bytes([fixed[8], fixed[9]]));
    let record = usize::from(u16::from_le_bytes([fixed[10], fixed[11]]));
    // Some programs count months from 0 or leave the date out.
    if !VERSIONS.contains(&fixed[0]) || fixed[2] > 12 || fixed[3] > 31 || header < 64 || record < 2
    {
        return false;
    }
    // Fields of 32 bytes each up to a CR, which some programs forget; behind it a linked database's
    // name may stand.
    let mut length = 1usize;
    let Some(fields) = head.get(32..header) else { return false };
    for field in fields.chunks_exact(32) {
        if field[0] == 0x0D {
            break;
        }
        if !field[11].is_ascii_alphabetic() && !matches!(field[11], b'@' | b'+' | b'0') {
            return false;
        }
        // Long character fields keep their length's high byte among the decimals.
        let high = if field[11] == b'C' { usize::from(field[17]) << 8 } else { 0 };
        length += usize::from(field[16]) + high;
    }
    length == record
}

#[cfg(test)]
mod tests;
