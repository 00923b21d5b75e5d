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
                return Message::new(
                    "有密码保护；请打开后取消密码再另存",
                    "protected by a password; open it, remove the password (File > Info > Protect) and save it again",
                );
            }
        };
        let (seen, seen_zh) = (self.seen, self.chinese());
        Message::new(
            format!("不是表格：内容其实是 {seen_zh}；{zh}"),
            format!("no table: its first bytes are those of {seen}; {en}"),
        )
    }

    /// What it is called in Chinese: most by the same letters.
    fn chinese(self) -> &'static str {
        match self.seen {
            "binary data" => "二进制数据",
            "video" => "视频",
            "program" => "程序",
            "Windows program" => "Windows 程序",
            "Windows help" => "Windows 帮助文件",
            "a Windows shortcut" => "快捷方式",
            "a Windows installer (msi)" => "Windows 安装包（msi）",
            "an Outlook message (msg)" => "Outlook 邮件（msg）",
            "web archive (MHTML)" => "单个文件网页（MHTML）",
            "OpenDocument text (odt)" => "OpenDocument 文本（odt）",
            "OpenDocument presentation (odp)" => "OpenDocument 演示文稿（odp）",
            same => same,
        }
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
    (b"SQLite format 3\0", "SQLite", Remedy::SaveAsTable),
    (b"\0\x01\0\0Standard Jet DB", "Access (mdb)", Remedy::SaveAsTable),
    (b"\0\x01\0\0Standard ACE DB", "Access (accdb)", Remedy::SaveAsTable),
    (b"ITSF\x03\0\0\0", "Windows help", Remedy::SaveAsTable),
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
    // A list may have the headers ID;PHONE: the second line of the real one is a record as well.
    let is_record = |line: &[u8]| matches!(line, [b'B' | b'C' | b'F' | b'P' | b'O', b';', ..]);
    if at(0, b"ID;P") && head.split(|&byte| byte == b'\n').nth(1).is_some_and(is_record) {
        return Some(Foreign::new("SYLK", Remedy::SaveAsTable));
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
        let video = foreign(b"\0\0\0\x20ftypisom").unwrap();
        assert!(video.message().zh.contains("视频") && video.message().en.contains("video"));
        assert!(pdf.message().en.contains("PDF") && pdf.message().en.contains("ask"));
        for (head, seen) in [
            (&b"7z\xBC\xAF\x27\x1C\0"[..], "7z"),
            (b"\x1F\x8B\x08\0", "gzip"),
            (b"BZh91AY&SY", "bzip2"),
            (b"\xFF\xD8\xFF\xE0", "JPEG"),
            (b"\0\0\0\x20ftypisom", "video"),
            (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "SYLK"),
            (b"BM\x36\0\x0C\0\0\0\0\0\x36\0\0\0", "BMP"),
        ] {
            assert_eq!(foreign(head).map(|foreign| foreign.seen), Some(seen));
        }
    }

    #[test]
    fn headers_of_abbreviations_are_no_marks() {
        for head in
            ["BM,CSRQ,XM\n", "BZh,XM\n", "MZ,XM\n", "II,XM\n", "ID;PHONE\n1;2\n", "GIF,XM\n"]
        {
            assert_eq!(foreign(head.as_bytes()), None, "{head}");
        }
    }
}
