//! Whether bytes are text at all.

use crate::ingest::Encoding;
use crate::ingest::text::utf16_by_zeros;

/// Bytes that are looked at.
const LOOKED_AT: usize = 16 << 10;

/// Whether a file's first bytes are text in some encoding.
///
/// Text holds hardly any control characters. NUL bytes are forgiven up to a quarter: exports from
/// fields of fixed width are padded with them.
pub(super) fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(LOOKED_AT)];
    let marked = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    if marked || utf16_by_zeros(head).is_some() {
        return true;
    }
    let nuls = memchr::memchr_iter(0, head).count();
    // 1A ends files written under DOS, 1B switches fonts.
    let controls =
        head.iter().filter(|&&byte| matches!(byte, 1..=8 | 14..=25 | 28..=31 | 127)).count();
    controls * 200 <= head.len().max(200) && nuls * 4 <= head.len() && is_in_some_encoding(head)
}

/// Whether most of the bytes make characters in one of the encodings that are read.
fn is_in_some_encoding(head: &[u8]) -> bool {
    [Encoding::Utf8, Encoding::Gb18030, Encoding::Big5].into_iter().any(|encoding| {
        let (text, broken) = encoding.decode(head);
        if !broken {
            return true;
        }
        // A text in another encoding of single bytes loses few; two more for one cut at the end.
        let lost = text.chars().filter(|&c| c == '\u{FFFD}').count();
        lost * 10 <= text.chars().count() + 20
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_nuls_leave_a_text_a_text() {
        assert!(is_text("姓名,班级\n王小明\0\0,1\n\x1A".as_bytes()));
        assert!(is_text(b""));
        let wide: Vec<u8> =
            "姓名,班级\r\n王小明,1\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(is_text(&wide));
    }

    #[test]
    fn what_is_mostly_controls_is_no_text() {
        assert!(!is_text(b"\0\0\0\0"));
        assert!(!is_text(b"\x01\x02\x03 abc"));
        let noise: Vec<u8> =
            (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert!(!is_text(&noise));
        assert!(!is_text(&[0xFF; 4096]), "no characters of any encoding");
    }
}
