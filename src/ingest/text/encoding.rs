//! The character encoding of a text, told from its first block.

use std::borrow::Cow;

use encoding_rs::{BIG5, GB18030, UTF_16BE, UTF_16LE};

use super::delimiter::known_headers;
use crate::ingest::HeaderBook;

/// The encodings that exports come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    /// GBK and GB2312 are read as GB18030, which holds them.
    Gb18030,
    Big5,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The name by which reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf8Bom => "utf-8 (bom)",
            Encoding::Gb18030 => "gb18030",
            Encoding::Big5 => "big5",
            Encoding::Utf16Le | Encoding::Utf16Be => "utf-16",
        }
    }

    /// Whether it is UTF-8, with a mark or without.
    pub fn is_utf8(self) -> bool {
        matches!(self, Encoding::Utf8 | Encoding::Utf8Bom)
    }

    /// How many bytes of a byte order mark stand at the beginning of a text.
    pub fn mark_len(self, head: &[u8]) -> usize {
        let mark: &[u8] = match self {
            Encoding::Utf8 | Encoding::Utf8Bom => b"\xEF\xBB\xBF",
            Encoding::Utf16Le => b"\xFF\xFE",
            Encoding::Utf16Be => b"\xFE\xFF",
            Encoding::Gb18030 | Encoding::Big5 => return 0,
        };
        if head.starts_with(mark) { mark.len() } else { 0 }
    }

    /// The text of whole rows without a mark, and whether some bytes could not be decoded (shown as
    /// U+FFFD).
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        if self.is_utf8() {
            return match std::str::from_utf8(bytes) {
                Ok(text) => (text.into(), false),
                Err(_) => (String::from_utf8_lossy(bytes), true),
            };
        }
        self.decoder().decode_without_bom_handling(bytes)
    }

    pub(super) fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 | Encoding::Utf8Bom => encoding_rs::UTF_8,
            Encoding::Gb18030 => GB18030,
            Encoding::Big5 => BIG5,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        }
    }
}

/// The encoding of a text, told from its first block (which may end inside a character).
///
/// UTF-8 if the block is valid; else of GB18030, Big5 and a damaged UTF-8 the one in which a row
/// holds most known headers. Many Big5 texts are valid GB18030 too, hence the headers; where they do
/// not tell, it is GB18030.
pub fn sniff_encoding(first_block: &[u8], book: &HeaderBook) -> Encoding {
    if first_block.starts_with(b"\xEF\xBB\xBF") {
        return Encoding::Utf8Bom;
    }
    if first_block.starts_with(b"\xFF\xFE") {
        return Encoding::Utf16Le;
    }
    if first_block.starts_with(b"\xFE\xFF") {
        return Encoding::Utf16Be;
    }
    if let Some(encoding) = utf16_by_zeros(first_block) {
        return encoding;
    }
    match std::str::from_utf8(first_block) {
        Ok(_) => Encoding::Utf8,
        // No error length: the block ends inside a character that is good so far. A text of two or
        // three such bytes alone (`姓` in GBK) is no evidence of UTF-8.
        Err(error) if error.error_len().is_none() && first_block.len() > 3 => Encoding::Utf8,
        Err(_) => encoding_by_headers(first_block, book),
    }
}

/// The encoding of a text that is not valid UTF-8 throughout, by the headers in its first block.
pub fn encoding_by_headers(first_block: &[u8], book: &HeaderBook) -> Encoding {
    let mark = Encoding::Utf8.mark_len(first_block);
    // The block may end inside a character: whole lines only.
    let lines = memchr::memrchr(b'\n', first_block).map_or(first_block.len(), |at| at + 1);
    let block = first_block.get(mark..lines).unwrap_or(first_block);
    let mut best = (known_headers(&Encoding::Gb18030.decode(block).0, book), Encoding::Gb18030);
    let (text, broken) = Encoding::Big5.decode(block);
    if !broken {
        let known = known_headers(&text, book);
        if known > best.0 {
            best = (known, Encoding::Big5);
        }
    }
    // A few cut characters do not make a UTF-8 text another one.
    let known = known_headers(&String::from_utf8_lossy(block), book);
    if known > best.0 {
        return if mark > 0 { Encoding::Utf8Bom } else { Encoding::Utf8 };
    }
    best.1
}

/// UTF-16 without a mark: the zero bytes of its digits, commas and line breaks stand all at odd or
/// all at even places.
pub(in crate::ingest) fn utf16_by_zeros(first_block: &[u8]) -> Option<Encoding> {
    let block = &first_block[..first_block.len().min(4096) & !1];
    let pairs = block.len() / 2;
    let zeros = |parity: usize| block.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (encoding, many, few) =
        if odd > even { (Encoding::Utf16Le, odd, even) } else { (Encoding::Utf16Be, even, odd) };
    // 一 (U+4E00) has a zero byte at the other place.
    if many < 2 || many * 8 < pairs || few * 4 > many {
        return None;
    }
    let (text, broken) = encoding.decode(block);
    let cut = broken && !text.trim_end_matches('\u{FFFD}').contains('\u{FFFD}');
    // Binary data of small numbers has such zeros too; text has hardly any control characters.
    let controls =
        text.chars().filter(|&c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')).count();
    // A text of single bytes with some NUL bytes has its line breaks at any place.
    let breaks = |bytes: &[u8]| memchr::memchr2(b'\n', b'\r', bytes).is_some();
    let aligned = breaks(text.as_bytes()) || !breaks(block);
    ((!broken || cut) && controls * 100 <= pairs && aligned).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> HeaderBook {
        HeaderBook::shipped().unwrap()
    }

    fn sniffed(bytes: &[u8]) -> Encoding {
        sniff_encoding(bytes, &book())
    }

    #[test]
    fn encodings_are_told_by_mark_and_by_content() {
        assert_eq!(sniffed("姓名,身份证号\n".as_bytes()), Encoding::Utf8);
        assert_eq!(sniffed(&"姓名,身份证号".as_bytes()[..11]), Encoding::Utf8);
        assert_eq!(sniffed(b"\xEF\xBB\xBFa"), Encoding::Utf8Bom);
        assert_eq!(sniffed(b"\xFF\xFEa\0"), Encoding::Utf16Le);
        assert_eq!(sniffed(b"\xFE\xFF\0a"), Encoding::Utf16Be);
        let (gbk, _, _) = GB18030.encode("姓名,身份证号\n王䶮,1\n");
        assert_eq!(sniffed(&gbk), Encoding::Gb18030);
        assert_eq!(sniffed(b""), Encoding::Utf8);
    }

    #[test]
    fn big5_is_told_by_its_headers() {
        let (big5, _, broken) =
            BIG5.encode("學校名稱,姓名,身分證字號,學號,班級\n實驗小學,王小明,A123456789,1,一班\n");
        assert!(!broken && !GB18030.decode_without_bom_handling(&big5).1, "valid as both");
        assert_eq!(sniffed(&big5), Encoding::Big5);
        let (unknown, _, _) = BIG5.encode("甲,乙\n丙,丁\n");
        assert_eq!(sniffed(&unknown), Encoding::Gb18030, "no known header: the usual one");
    }

    #[test]
    fn a_cut_character_changes_no_encoding() {
        let (gbk, _, _) = GB18030.encode("姓名,身份证号,班级\n王小明,1,一班\n");
        let mut cut = gbk.into_owned();
        cut.extend(b"\xCD,2,\xB6\xFE\xB0\xE0\n");
        assert_eq!(sniffed(&cut), Encoding::Gb18030);
        let mut utf8 = "姓名,身份证号,班级\n王小明,1,一班\n".as_bytes().to_vec();
        utf8.extend(b"\xE7\x8E,2,x\n");
        assert_eq!(sniffed(&utf8), Encoding::Utf8);
    }

    #[test]
    fn utf16_without_a_mark_is_told_by_its_zeros() {
        let text = "姓名,班级,学号\r\n王小明,一班,20230101\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(sniffed(&little), Encoding::Utf16Le);
        assert_eq!(sniffed(&big), Encoding::Utf16Be);
        assert_eq!(sniffed(&little[..little.len() - 1]), Encoding::Utf16Le, "cut inside a unit");
        for padded in ["姓名,班级\n王小明\0\0,1\0\n", "姓名,班级\na\0bc\0,1\n", "XM,BJ\na\0b\0\n"]
        {
            assert_eq!(sniffed(padded.as_bytes()), Encoding::Utf8, "{padded:?}");
        }
    }
}
