//! Told from a file's first bytes: what it is; and why a workbook cannot be read.

use crate::record::Message;

/// What a file's first bytes say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A ZIP container, as XLSX is.
    Xlsx,
    /// An OLE container, as XLS is.
    Xls,
    /// Text: CSV, TSV.
    Text,
    /// Something else, by name.
    Other(&'static str),
}

/// Tells what a file is from its first bytes (a few hundred do).
pub fn sniff(bytes: &[u8]) -> Format {
    const MAGIC: [(&[u8], &str); 13] = [
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"GIF8", "GIF"),
        (b"%PDF", "PDF"),
        (b"Rar!", "RAR"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"\x1F\x8B", "gzip"),
        (b"BM", "BMP"),
        (b"{\\rtf", "RTF"),
        (b"\x09\x00\x04\x00", "Excel 2"),
        (b"\x09\x02\x06\x00", "Excel 3"),
        (b"\x09\x04\x06\x00", "Excel 4"),
        (b"MZ", "Windows program"),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Format::Xlsx;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Format::Xls;
    }
    let head = &bytes[..bytes.len().min(4096)];
    let binary = head.iter().filter(|&&byte| byte < 9 || (14..27).contains(&byte)).count();
    let has_mark = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    for (magic, name) in MAGIC {
        // Two letters alone may open a text as well.
        if head.starts_with(magic) && (magic.len() > 2 || binary > 0) {
            return Format::Other(name);
        }
    }
    if has_mark {
        return Format::Text;
    }
    if binary > 0 {
        return Format::Other("binary data");
    }
    let start: Vec<u8> = head
        .iter()
        .copied()
        .skip_while(|byte| !byte.is_ascii_graphic())
        .take(512)
        .map(|b| b.to_ascii_lowercase())
        .collect();
    if start.starts_with(b"<") {
        let holds = |word: &[u8]| start.windows(word.len()).any(|window| window == word);
        if holds(b"<html") || holds(b"<table") || holds(b"<!doctype html") {
            return Format::Other("HTML");
        }
        if start.starts_with(b"<?xml") {
            return Format::Other("XML");
        }
    }
    Format::Text
}

/// Why a workbook cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    #[error(
        "{name}: protected by a password; open it, remove the password (File > Info > Protect) and save it again"
    )]
    Password { name: String },
    #[error(
        "{name}: no workbook: its first bytes are those of {seen}; save the list as .xlsx and give that"
    )]
    NotAWorkbook { name: String, seen: String },
    #[error("{name}: too large ({seen}); split it by school or save it as .csv")]
    TooLarge { name: String, seen: String },
    #[error("{name}: damaged ({seen}); open it in Excel or WPS and save it again as .xlsx")]
    Damaged { name: String, seen: String },
}

impl WorkbookError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            WorkbookError::Password { name } => {
                format!("{name}：有密码保护；请打开后取消密码再另存")
            }
            WorkbookError::NotAWorkbook { name, seen } => {
                format!("{name}：不是工作簿，内容其实是 {seen}；请将名单另存为 .xlsx 后再提供")
            }
            WorkbookError::TooLarge { name, seen } => {
                format!("{name}：过大（{seen}）；请按学校拆分，或另存为 .csv")
            }
            WorkbookError::Damaged { name, seen } => {
                format!("{name}：文件损坏（{seen}）；请用 Excel 或 WPS 打开后另存为 .xlsx")
            }
        };
        Message::new(zh, self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        assert_eq!(sniff(b"PK\x03\x04rest"), Format::Xlsx);
        assert_eq!(sniff(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Format::Xls);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0"), Format::Other("PNG"));
        assert_eq!(sniff(b"\xEF\xBB\xBF <html><body>"), Format::Other("HTML"));
        assert_eq!(sniff("姓名,班级\n".as_bytes()), Format::Text);
        assert_eq!(sniff(b"BM,CSRQ\n1,2\n"), Format::Text);
        assert_eq!(sniff(b"\xFF\xFEa\0b\0"), Format::Text);
        assert_eq!(sniff(b""), Format::Text);
        assert_eq!(sniff(b"\0\0\0\0"), Format::Other("binary data"));
    }

    #[test]
    fn errors_say_file_what_and_what_to_do() {
        let error = WorkbookError::NotAWorkbook { name: "a.xlsx".into(), seen: "PNG".into() };
        assert!(error.to_string().contains("a.xlsx") && error.message().zh.contains("PNG"));
    }
}
