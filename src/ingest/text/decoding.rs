//! Readers that make other encodings and line ends into the ones that are split: UTF-8 and LF.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

use super::encoding::Encoding;

const BLOCK: usize = 64 << 10;

/// Decodes what a reader gives to UTF-8, block by block. Bytes that cannot be decoded become U+FFFD.
pub struct ToUtf8<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Where the raw bytes that are not decoded yet stand.
    waiting: std::ops::Range<usize>,
    ended: bool,
    flushed: bool,
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> ToUtf8<R> {
    /// Decodes from `encoding`; the mark must have been taken off.
    pub fn new(reader: R, encoding: Encoding) -> ToUtf8<R> {
        ToUtf8 {
            reader,
            decoder: encoding.decoder().new_decoder_without_bom_handling(),
            raw: vec![0; BLOCK],
            waiting: 0..0,
            ended: false,
            flushed: false,
            text: Vec::new(),
            given: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() && !self.ended {
            let read = self.reader.read(&mut self.raw)?;
            self.waiting = 0..read;
            self.ended = read == 0;
        }
        self.text.resize(BLOCK * 3, 0);
        self.given = 0;
        let (result, read, written, _) = self.decoder.decode_to_utf8(
            &self.raw[self.waiting.clone()],
            &mut self.text,
            self.ended,
        );
        self.waiting.start += read;
        self.text.truncate(written);
        self.flushed = self.ended && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for ToUtf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while self.given == self.text.len() {
            if self.flushed {
                return Ok(0);
            }
            self.refill()?;
        }
        let rest = &self.text[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Gives LF for each CR: the line ends of old Macintosh programs.
pub struct CrToLf<R>(pub R);

impl<R: Read> Read for CrToLf<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        for byte in buffer[..count].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(count)
    }
}

/// Whether the lines of a text end with a lone CR: outside of quotes it has such, and no LF.
pub fn ends_lines_with_cr(first_lines: &str) -> bool {
    let mut quoted = false;
    let mut lone = false;
    let bytes = first_lines.as_bytes();
    for at in memchr::memchr3_iter(b'\r', b'\n', b'"', bytes) {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return false,
            b'\r' if !quoted => lone = true,
            _ => {}
        }
    }
    lone
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives few bytes at a time.
    struct Sips<'a>(&'a [u8], usize);

    impl Read for Sips<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn line_ends_of_old_macintosh_are_told() {
        assert!(ends_lines_with_cr("姓名,班级\r王,\"一\n班\"\r"));
        assert!(!ends_lines_with_cr("姓名,班级\r\n王,1\r\n"));
        assert!(!ends_lines_with_cr("姓名,\"班\r级\"\n王,1\n"));
        assert!(!ends_lines_with_cr("姓名,班级"));
        let mut text = String::new();
        CrToLf("a\rb\r".as_bytes()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\n");
    }

    proptest! {
        #[test]
        fn blocks_decode_as_the_whole(
            bytes in prop::collection::vec(any::<u8>(), 0..300), sip in 1usize..9,
            encoding in prop::sample::select(vec![
                Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030, Encoding::Big5,
            ]))
        {
            let mut text = Vec::new();
            ToUtf8::new(Sips(&bytes, sip), encoding).read_to_end(&mut text).unwrap();
            let whole = encoding.decode(&bytes).0;
            prop_assert_eq!(String::from_utf8(text).unwrap(), whole);
        }
    }
}
