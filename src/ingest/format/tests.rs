use std::io::{Cursor, Write};

use proptest::prelude::*;

use super::*;
use crate::ingest::ole::testing::ole_of;

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in entries {
        zip.start_file(*name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn zip_named(names: &[&str]) -> Vec<u8> {
    zip_of(&names.iter().map(|name| (*name, &b"x"[..])).collect::<Vec<_>>())
}

/// A DBF of one character field and one record.
fn dbf() -> Vec<u8> {
    let mut bytes = vec![0x03, 125, 9, 1, 1, 0, 0, 0, 65, 0, 9, 0];
    bytes.resize(32, 0);
    let mut field = b"XM\0\0\0\0\0\0\0\0\0C\0\0\0\0\x08".to_vec();
    field.resize(32, 0);
    bytes.extend(field);
    bytes.push(0x0D);
    bytes.extend(b" \xCD\xF5\xD0\xA1\xC3\xF7  \x1A");
    bytes
}

#[test]
fn files_are_told_by_their_first_bytes() {
    for (head, format) in [
        (&b"PK\x03\x04rest"[..], Format::Zip),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Ole),
        (b"PAR1\x15\x04", Format::Parquet),
        (b"ARROW1\0\0\xFF\xFF\xFF\xFF", Format::ArrowFile),
        (b"\xFF\xFF\xFF\xFF\xA8\0\0\0\x10\0", Format::ArrowStream),
        (b"\x09\0\x04\0\x02\0\x10\0", Format::Biff(2)),
        (b"\x09\x04\x06\0\0\0\x10\0\0\0", Format::Biff(4)),
        (b"\x09\x08\x08\0\0\x05\x05\0\0\0\0\0", Format::Biff(5)),
        (b"\xEF\xBB\xBF <html><body>", Format::Html),
        (
            b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
            Format::SpreadsheetXml,
        ),
        (b"BM,CSRQ\n1,2\n", Format::Text),
        (b"PAR1,PAR2\n1,2\n", Format::Text),
        (b"\t\t\t\n", Format::Text),
        (b"\xFF\xFEa\0b\0", Format::Text),
        (b"", Format::Text),
    ] {
        assert_eq!(sniff(head), format, "{head:?}");
    }
    assert_eq!(sniff("姓名,班级\n".as_bytes()), Format::Text);
    assert_eq!(sniff("姓名,班级\n王小明\0,1\n".as_bytes()), Format::Text);
    assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0").name(), "PNG");
    assert_eq!(sniff(b"\0\0\0\0").name(), "binary data");
    assert_eq!(sniff(b"<?xml version='1.0'?><a/>").name(), "XML");
}

#[test]
fn a_dbf_needs_a_date_and_lengths_that_agree() {
    let whole = dbf();
    assert_eq!(sniff(&whole), Format::Dbf);
    let damaged = |at: usize, byte: u8| {
        let mut bytes = dbf();
        bytes[at] = byte;
        sniff(&bytes)
    };
    assert_ne!(damaged(2, 13), Format::Dbf, "month");
    assert_ne!(damaged(3, 32), Format::Dbf, "day");
    assert_ne!(damaged(10, 10), Format::Dbf, "record length");
    assert_ne!(damaged(43, 7), Format::Dbf, "type of field");
    assert_ne!(damaged(0, b'x'), Format::Dbf, "version");
    assert_eq!(damaged(0, 0x83), Format::Dbf, "with a memo file");
    assert_eq!(damaged(64, 0), Format::Dbf, "without an end of the fields");
}

#[test]
fn zip_containers_are_told_by_their_entries() {
    for (names, format) in [
        (&["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"][..], "xlsx"),
        (&["xl\\workbook.xml"], "xlsx"),
        (&["[Content_Types].xml", "xl/workbook.bin"], "xlsb"),
        (&["[Content_Types].xml", "word/document.xml", "word/embeddings/a.xlsx"], "Word (docx)"),
        (&["[Content_Types].xml", "ppt/presentation.xml"], "PowerPoint (pptx)"),
        (&["content.xml", "META-INF/manifest.xml"], "ods"),
        (&["实验小学/一班.csv", "content.xml"], "zip"),
        (&[], "zip"),
    ] {
        assert_eq!(look_inside(&zip_named(names)).name(), format, "{names:?}");
    }
    let letter =
        zip_of(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"x")]);
    assert_eq!(look_inside(&letter).name(), "OpenDocument text (odt)");
    assert_eq!(look_inside(b"PK\x03\x04 cut off"), Format::Zip);
}

#[test]
fn ole_containers_are_told_by_their_streams() {
    for (streams, name) in [
        (&["Workbook", "\u{5}SummaryInformation"][..], "xls"),
        (&["Book"], "xls"),
        (&["WordDocument", "1Table"], "Word (doc)"),
        (&["EncryptedPackage", "EncryptionInfo"], "a workbook under a password"),
        (&["__substg1.0_001A001F"], "an Outlook message (msg)"),
        (&["什么"], "ole"),
    ] {
        let empty: Vec<(&str, &[u8])> = streams.iter().map(|name| (*name, &b""[..])).collect();
        assert_eq!(look_inside(&ole_of(&empty)).name(), name, "{streams:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_sniff_panic(
        start in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"PK\x05\x06", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"\x03\x7D\x09\x01", b"\xFF\xFF\xFF\xFF", b"\x09\x08\x08\0", b"<", b"<!--", b"\xFF\xFE",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..700))
    {
        let bytes = [start, &rest].concat();
        sniff(&bytes);
        look_inside(&bytes);
    }

    #[test]
    fn any_list_of_words_is_text(text in "[\u{4E00}-\u{9FA5}a-zA-Z0-9,;|\t ]{1,40}(\r\n[\u{4E00}-\u{9FA5}0-9,]{0,20}){0,5}") {
        prop_assert_eq!(sniff(text.as_bytes()), Format::Text);
        let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
        prop_assert_eq!(sniff(&gbk), Format::Text);
    }
}
