//! Whether a text is a page or XML rather than lines of cells, told from its beginning.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::ingest::Encoding;
use crate::ingest::text::utf16_by_zeros;

/// Kinds of marked-up text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Html,
    SpreadsheetXml,
    /// Any other XML.
    Xml,
    /// A page with its parts, as Excel's "single file web page".
    Mhtml,
}

/// Bytes in which the first tag and its kind are looked for.
const LOOKED_AT: usize = 64 << 10;

/// The kind of marked-up text that a file begins as, or `None` for plain text.
pub(super) fn markup(head: &[u8]) -> Option<Markup> {
    let head = &head[..head.len().min(LOOKED_AT)];
    let narrowed;
    let head = match utf16_by_mark_or_zeros(head) {
        Some(encoding) => {
            narrowed = encoding.decode_with_bom_removal(head).0;
            narrowed.as_bytes()
        }
        None => head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head),
    };
    let lower = head.to_ascii_lowercase();
    let start = behind_blanks_and_comments(&lower);
    if start.starts_with(b"mime-version:") {
        return holds(start, b"multipart/related").then_some(Markup::Mhtml);
    }
    if !start.starts_with(b"<") {
        return None;
    }
    if holds(start, b"urn:schemas-microsoft-com:office:spreadsheet") && !holds(start, b"<html") {
        return Some(Markup::SpreadsheetXml);
    }
    const PAGES: [&[u8]; 18] = [
        b"<!doctype html",
        b"<html",
        b"<head",
        b"<meta",
        b"<title",
        b"<style",
        b"<script",
        b"<link",
        b"<body",
        b"<table",
        b"<thead",
        b"<tbody",
        b"<tr",
        b"<div",
        b"<center",
        b"<form",
        b"<font",
        b"<p",
    ];
    let is_page = |start: &[u8]| {
        PAGES.iter().any(|tag| start.starts_with(tag) && ends_tag(start.get(tag.len())))
    };
    if is_page(start) {
        return Some(Markup::Html);
    }
    if start.starts_with(b"<?xml") || start.starts_with(b"<!doctype") {
        // XHTML has both.
        return Some(if holds_tag(start, b"<html") || holds_tag(start, b"<table") {
            Markup::Html
        } else {
            Markup::Xml
        });
    }
    (holds_tag(start, b"<table") || holds_tag(start, b"<html")).then_some(Markup::Html)
}

fn utf16_by_mark_or_zeros(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    if head.starts_with(b"\xFF\xFE") {
        return Some(UTF_16LE);
    }
    if head.starts_with(b"\xFE\xFF") {
        return Some(UTF_16BE);
    }
    match utf16_by_zeros(head)? {
        Encoding::Utf16Be => Some(UTF_16BE),
        _ => Some(UTF_16LE),
    }
}

fn behind_blanks_and_comments(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let Some(comment) = text.strip_prefix(b"<!--") else { return text };
        match memchr::memmem::find(comment, b"-->") {
            Some(end) => text = &comment[end + 3..],
            None => return text,
        }
    }
}

/// Whether a tag's name ends before this byte: `<p>` is a tag, `<price>` and `<table:row>` are others.
fn ends_tag(next: Option<&u8>) -> bool {
    next.is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b':' && *next != b'-')
}

fn holds_tag(text: &[u8], tag: &[u8]) -> bool {
    memchr::memmem::find_iter(text, tag).any(|at| ends_tag(text.get(at + tag.len())))
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_whatever_they_begin_with() {
        for page in [
            "<html><body>",
            "\u{FEFF} \r\n<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">",
            "<!-- 导出 --><!-- 2 -->\n<table border=1>",
            "<table><tr><td>姓名",
            "<meta http-equiv=Content-Type content='text/html; charset=gb2312'><table>",
            "<!DOCTYPE html PUBLIC>",
            "<?xml version='1.0'?><!DOCTYPE html><html>",
            "<center><h1>名册</h1><table>",
        ] {
            assert_eq!(markup(page.as_bytes()), Some(Markup::Html), "{page}");
        }
        let wide: Vec<u8> =
            "\u{FEFF}<table><tr>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(markup(&wide), Some(Markup::Html));
    }

    #[test]
    fn spreadsheets_in_xml_are_told_from_other_xml() {
        let workbook = "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">";
        for start in ["", "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n"] {
            let text = format!("{start}{workbook}");
            assert_eq!(markup(text.as_bytes()), Some(Markup::SpreadsheetXml));
        }
        for other in ["<students/>", "<office:document><table:table>"] {
            let text = format!("<?xml version='1.0'?>{other}");
            assert_eq!(markup(text.as_bytes()), Some(Markup::Xml));
        }
        let mhtml = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n";
        assert_eq!(markup(mhtml), Some(Markup::Mhtml));
    }

    #[test]
    fn a_list_may_hold_angle_brackets() {
        for text in ["姓名,班级\n<未知>,1\n", "<姓名>,<班级>\n王小明,1\n", "<5,>3\n", ""]
        {
            assert_eq!(markup(text.as_bytes()), None, "{text}");
        }
    }
}
