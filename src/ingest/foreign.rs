//! Files that hold no table that is read: what they are called, and what to do about them.

use crate::record::Message;

/// What a file is that is no table, and what is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// Its name: PDF, RAR, Word (docx) …
    pub seen: &'static str,
    remedy: Remedy,
}

/// What to do about a file that is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Unpack it and give the files.
    Unpack,
    /// Copy its table into a workbook.
    CopyTable,
    /// Save it as a table with the program that made it.
    SaveAsTable,
    /// Ask for the list itself instead of its picture.
    AskForTable,
    /// Take the attached list out.
    TakeOut,
    RemovePassword,
}

impl Foreign {
    pub(super) fn new(seen: &'static str, remedy: Remedy) -> Foreign {
        Foreign { seen, remedy }
    }

    /// That the file is no table, what it is, and what to do.
    pub fn message(self) -> Message {
        let (zh, en) = match self.remedy {
            Remedy::Unpack => (
                "请解压后提供其中的文件，或改用 ZIP 压缩",
                "unpack it and give the files inside, or pack them as ZIP",
            ),
            Remedy::CopyTable => (
                "请把其中的表格复制到 Excel 或 WPS 表格，另存为 .xlsx 后再提供",
                "copy its table into Excel or WPS, save that as .xlsx and give that",
            ),
            Remedy::SaveAsTable => (
                "请将名单另存为 .xlsx 或 .csv 后再提供",
                "save the list as .xlsx or .csv and give that",
            ),
            Remedy::AskForTable => (
                "请向提供单位索取 .xlsx 或 .csv 原表",
                "ask whoever sent it for the list itself as .xlsx or .csv",
            ),
            Remedy::TakeOut => {
                ("请取出其中附带的名单文件后再提供", "take the attached list out and give that")
            }
            Remedy::RemovePassword => {
                ("请打开后取消密码再另存", "open it, remove the password and save it again")
            }
        };
        let seen = self.seen;
        Message::new(
            format!("不是表格：内容其实是 {seen}；{zh}"),
            format!("no table: its first bytes are those of {seen}; {en}"),
        )
    }
}

/// Files told by their first bytes. Marks of two letters are not among them: they may open a text.
const MAGIC: &[(&[u8], &str, Remedy)] = &[
    (b"Rar!\x1A\x07", "RAR", Remedy::Unpack),
    (b"7z\xBC\xAF\x27\x1C", "7z", Remedy::Unpack),
    (b"\x1F\x8B\x08", "gzip", Remedy::Unpack),
    (b"\xFD7zXZ\0", "xz", Remedy::Unpack),
    (b"\x28\xB5\x2F\xFD", "zstd", Remedy::Unpack),
    (b"BZh", "bzip2", Remedy::Unpack),
    (b"MSCF\0\0\0\0", "CAB", Remedy::Unpack),
    (b"%PDF-", "PDF", Remedy::AskForTable),
    (b"\xEF\xBB\xBF%PDF-", "PDF", Remedy::AskForTable),
    (b"\x89PNG", "PNG", Remedy::AskForTable),
    (b"\xFF\xD8\xFF", "JPEG", Remedy::AskForTable),
    (b"GIF87a", "GIF", Remedy::AskForTable),
    (b"GIF89a", "GIF", Remedy::AskForTable),
    (b"II*\0", "TIFF", Remedy::AskForTable),
    (b"MM\0*", "TIFF", Remedy::AskForTable),
    (b"{\\rtf", "RTF", Remedy::CopyTable),
    (b"ID;P", "SYLK", Remedy::SaveAsTable),
    (b"SQLite format 3\0", "SQLite", Remedy::SaveAsTable),
    (b"\0\x01\0\0Standard Jet DB", "Access (mdb)", Remedy::SaveAsTable),
    (b"\0\x01\0\0Standard ACE DB", "Access (accdb)", Remedy::SaveAsTable),
    (b"ITSF", "Windows help", Remedy::SaveAsTable),
    (b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut", Remedy::SaveAsTable),
    (b"\x7FELF", "program", Remedy::SaveAsTable),
];

/// What a file is that is no table, where its first bytes say it.
pub(super) fn foreign(head: &[u8]) -> Option<Foreign> {
    let at =
        |offset: usize, mark: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(mark));
    for &(magic, seen, remedy) in MAGIC {
        // `BZh` may open a header of abbreviations; a block's mark follows in the real one.
        if head.starts_with(magic) && (magic != b"BZh" || at(4, b"1AY&SY")) {
            return Some(Foreign::new(seen, remedy));
        }
    }
    if at(4, b"ftyp") {
        return Some(Foreign::new("video", Remedy::SaveAsTable));
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Some(Foreign::new("WebP", Remedy::AskForTable));
    }
    if at(257, b"ustar") {
        return Some(Foreign::new("tar", Remedy::Unpack));
    }
    if at(0, b"BM") && at(6, b"\0\0\0\0") {
        return Some(Foreign::new("BMP", Remedy::AskForTable));
    }
    if at(0, b"MZ") && head.iter().take(64).filter(|&&byte| byte == 0).count() > 8 {
        return Some(Foreign::new("Windows program", Remedy::SaveAsTable));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_foreign_file_is_named_with_what_to_do() {
        let rar = foreign(b"Rar!\x1A\x07\x01\0rest").unwrap();
        assert!(rar.message().zh.contains("RAR") && rar.message().zh.contains("解压"));
        let pdf = foreign(b"%PDF-1.7").unwrap();
        assert!(pdf.message().en.contains("PDF") && pdf.message().en.contains("ask"));
        for (head, seen) in [
            (&b"7z\xBC\xAF\x27\x1C\0"[..], "7z"),
            (b"\x1F\x8B\x08\0", "gzip"),
            (b"BZh91AY&SY", "bzip2"),
            (b"\xFF\xD8\xFF\xE0", "JPEG"),
            (b"\0\0\0\x20ftypisom", "video"),
            (b"BM\x36\0\x0C\0\0\0\0\0\x36\0\0\0", "BMP"),
        ] {
            assert_eq!(foreign(head).map(|foreign| foreign.seen), Some(seen));
        }
    }

    #[test]
    fn headers_of_abbreviations_are_no_marks() {
        for head in ["BM,CSRQ,XM\n", "BZh,XM\n", "MZ,XM\n", "II,XM\n", "GIF,XM\n"] {
            assert_eq!(foreign(head.as_bytes()), None, "{head}");
        }
    }
}
