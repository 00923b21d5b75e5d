//! HTML and XML files as UTF-8, a block at a time, from whatever encoding they are in.

use std::cell::Cell;
use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Files larger than this are refused: with the text of the largest sheet they stay below 1 GiB.
pub(super) const MOST_MARKUP: usize = 256 << 20;
/// Within these first bytes a file names its encoding.
const HEAD: usize = 8192;
const BLOCK: usize = 64 << 10;
/// So many characters in a row that are good UTF-8 are no accident of another encoding.
const CERTAIN: usize = 32;

/// The encoding of an HTML or XML file: by its byte order mark, else by the label it gives itself, else
/// UTF-8 if it is that, else GB18030.
///
/// A label is not believed where it cannot be true: `utf-8` over bytes that are none, a Western one
/// (the servers' default), any over a file that is clearly UTF-8.
pub(super) fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if bytes.starts_with(b"<\0") {
        return UTF_16LE;
    }
    if bytes.starts_with(b"\0<") {
        return UTF_16BE;
    }
    let (good, is_utf8) = match std::str::from_utf8(bytes) {
        Ok(_) => (bytes, true),
        Err(error) => {
            (bytes.get(..error.valid_up_to()).unwrap_or(&[]), error.error_len().is_none())
        }
    };
    let beyond_ascii = good.iter().filter(|&&byte| byte >= 0xC0).take(CERTAIN).count();
    if beyond_ascii == CERTAIN || (is_utf8 && beyond_ascii == 0) {
        return UTF_8;
    }
    match label(bytes).and_then(Encoding::for_label) {
        Some(encoding) if encoding == UTF_8 && !is_utf8 => GB18030,
        Some(encoding) if encoding == encoding_rs::GBK => GB18030,
        Some(encoding)
            if ![encoding_rs::WINDOWS_1252, encoding_rs::REPLACEMENT, UTF_16LE, UTF_16BE]
                .contains(&encoding) =>
        {
            encoding
        }
        _ if is_utf8 => UTF_8,
        _ => GB18030,
    }
}

/// What an XML declaration or a `<meta>` says of the encoding.
fn label(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..bytes.len().min(HEAD))?;
    let lower = head.to_ascii_lowercase();
    let value_after = |start: usize| {
        let rest = head.get(start..)?;
        let skipped = rest.iter().take_while(|byte| b" \t\r\n\"'=".contains(byte)).count();
        let rest = rest.get(skipped..)?;
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte))
            .count();
        rest.get(..length)
    };
    for (tag, key) in [(&b"<?xml"[..], &b"encoding"[..]), (b"<meta", b"charset")] {
        for start in memchr::memmem::find_iter(&lower, tag) {
            let inside = lower.get(start..)?;
            let inside = inside.split(|&byte| byte == b'>').next()?;
            if let Some(at) = memchr::memmem::find(inside, key) {
                return value_after(start + at + key.len());
            }
        }
    }
    None
}

/// The text of a file in UTF-8. Sets `damaged` once characters could not be decoded.
pub(super) struct MarkupText<'a> {
    decoder: Decoder,
    rest: &'a [u8],
    at_end: bool,
    block: Vec<u8>,
    taken: usize,
    damaged: &'a Cell<bool>,
}

impl<'a> MarkupText<'a> {
    pub(super) fn new(bytes: &'a [u8], damaged: &'a Cell<bool>) -> MarkupText<'a> {
        let decoder = encoding_of(bytes).new_decoder_with_bom_removal();
        MarkupText { decoder, rest: bytes, at_end: false, block: Vec::new(), taken: 0, damaged }
    }
}

impl BufRead for MarkupText<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken >= self.block.len() && !self.at_end {
            self.taken = 0;
            self.block.resize(BLOCK, 0);
            let (result, read, written, damaged) =
                self.decoder.decode_to_utf8(self.rest, &mut self.block, true);
            self.block.truncate(written);
            self.rest = self.rest.get(read..).unwrap_or(&[]);
            self.at_end = result == encoding_rs::CoderResult::InputEmpty;
            if damaged {
                self.damaged.set(true);
            }
        }
        Ok(self.block.get(self.taken..).unwrap_or(&[]))
    }

    fn consume(&mut self, amount: usize) {
        self.taken = self.taken.saturating_add(amount);
    }
}

impl Read for MarkupText<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let block = self.fill_buf()?;
        let count = block.len().min(into.len());
        if let (Some(into), Some(block)) = (into.get_mut(..count), block.get(..count)) {
            into.copy_from_slice(block);
        }
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, bool) {
        let damaged = Cell::new(false);
        let mut text = String::new();
        MarkupText::new(bytes, &damaged).read_to_string(&mut text).unwrap();
        (text, damaged.get())
    }

    #[test]
    fn the_mark_wins_then_the_label_then_what_the_bytes_are() {
        let meta = |label: &str| {
            format!(
                "<html><META http-equiv=Content-Type content=\"text/html; Charset={label}\">王小明䶮"
            )
        };
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        for label in ["gb2312", "GBK", "gb18030", "utf-8", "ISO-8859-1", "no-such", "utf-16"] {
            assert_eq!(decoded(&gbk(&meta(label))), (meta(label), false), "{label}");
        }
        assert_eq!(decoded(meta("utf-8").as_bytes()).0, meta("utf-8"));
        let big5 = encoding_rs::BIG5.encode("<meta charset='big5'>陳小明學籍").0.into_owned();
        assert_eq!(decoded(&big5).0, "<meta charset='big5'>陳小明學籍");
        let declared = "<?xml version=\"1.0\" encoding=\"GB2312\"?><a>王小明</a>";
        assert_eq!(decoded(&gbk(declared)).0, declared);
        let utf16: Vec<u8> = "<a>王</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf16).0, "<a>王</a>");
        assert_eq!(decoded(&[b"\xFF\xFE", &utf16[..]].concat()).0, "<a>王</a>");
        assert_eq!(decoded(b"\xEF\xBB\xBF<a>").0, "<a>");
        assert_eq!(decoded(b""), (String::new(), false));
    }

    #[test]
    fn a_file_that_is_clearly_utf_8_is_that_whatever_it_says() {
        let text = format!("<meta charset=gb2312>{}", "王小明".repeat(20));
        assert_eq!(decoded(text.as_bytes()), (text, false));
    }

    #[test]
    fn long_files_are_decoded_block_by_block_and_damage_is_noticed() {
        let long = "<p>河源县".repeat(40_000);
        let bytes = GB18030.encode(&long).0.into_owned();
        assert_eq!(decoded(&bytes), (long, false));
        let (text, damaged) = decoded(b"<meta charset=gbk><p>\xCD\xF5\xFF\xFF");
        assert!(damaged && text.contains('王') && text.contains('\u{FFFD}'));
    }
}
