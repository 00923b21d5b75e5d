//! Makes the files: the bytes that the programs of offices and schools write.

use std::io::{Cursor, Read, Write};

use encoding_rs::Encoding;
use rust_xlsxwriter::{Workbook, Worksheet};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::number;

/// The columns of [`roster`].
pub const HEADER: [&str; 9] =
    ["姓名", "性别", "身份证号", "学校标识码", "学校名称", "年级", "班级", "学籍状态", "入学日期"];

/// A short list of pupils with its header: the same wherever only the format is looked at.
pub fn roster() -> Vec<Vec<String>> {
    let pupil = |name: &str, sex: &str, serial: u32| {
        let id = number(serial);
        let cells = [name, sex, &id, "3433027001", "河源县第一中学", "高一", "1班", "在读"];
        cells.into_iter().chain(["2025-09-01"]).map(String::from).collect::<Vec<_>>()
    };
    let header = HEADER.iter().map(|header| header.to_string()).collect();
    vec![header, pupil("王小明", "男", 1), pupil("李小红", "女", 2)]
}

/// Rows as a text with `delimiter` between cells.
pub fn separated(rows: &[Vec<String>], delimiter: &str) -> String {
    rows.iter().map(|row| row.join(delimiter) + "\r\n").collect()
}

/// Text in an encoding.
pub fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, odd) = encoding.encode(text);
    assert!(!odd, "{text} can be written in {}", encoding.name());
    bytes.into_owned()
}

/// What Excel saves as "Unicode text".
pub fn unicode_text(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xFF, 0xFE].into_iter().chain(units).collect()
}

/// A workbook with one sheet.
pub fn book(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// Writes rows of texts from a row (from 0) on; blank cells are not written.
pub fn rows(sheet: &mut Worksheet, first: u32, rows: &[&[&str]]) {
    for (row, cells) in (first..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            if !cell.is_empty() {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
}

/// A workbook as one that counts its days from 1904.
pub fn counted_from_1904(book: &[u8]) -> Vec<u8> {
    changed(book, "xl/workbook.xml", "<workbookPr", "<workbookPr date1904=\"1\"")
}

/// A workbook with a text in one of its parts replaced.
pub fn changed(book: &[u8], part_name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == part_name {
            let text = String::from_utf8(bytes).unwrap();
            let changed = text.replace(from, to);
            assert_ne!(text, changed);
            bytes = changed.into_bytes();
        }
        new.start_file(name, SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap().into_inner()
}

/// An archive as Windows programs in China write it: names in GBK, the flag of UTF-8 off.
pub fn zip_with_gbk_names(entries: &[(&str, &[u8])]) -> Vec<u8> {
    // Written with placeholders of the same length, as our writer would mark other names as UTF-8.
    let placeholder = |at: usize, length: usize| format!("{at:~>length$}");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<Vec<u8>> =
        entries.iter().map(|(name, _)| encoded(name, encoding_rs::GB18030)).collect();
    for (at, ((_, bytes), name)) in entries.iter().zip(&names).enumerate() {
        zip.start_file(placeholder(at, name.len()), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let mut archive = zip.finish().unwrap().into_inner();
    for (at, name) in names.iter().enumerate() {
        let mark = placeholder(at, name.len());
        let found: Vec<usize> = memchr::memmem::find_iter(&archive, mark.as_bytes()).collect();
        assert_eq!(found.len(), 2, "a local header and one of the directory");
        for place in found {
            archive[place..place + name.len()].copy_from_slice(name);
        }
    }
    archive
}

/// A dBASE III table of texts: columns as name and length, all in GBK.
pub fn dbf(columns: &[(&str, u8)], records: &[Vec<String>]) -> Vec<u8> {
    let gbk = |text: &str, length: usize| {
        let mut bytes = encoded(text, encoding_rs::GB18030);
        assert!(bytes.len() <= length, "{text} fits");
        bytes.resize(length, b' ');
        bytes
    };
    let header_length = 33 + 32 * columns.len() as u16;
    let record_length = 1 + columns.iter().map(|(_, length)| u16::from(*length)).sum::<u16>();
    let mut bytes = vec![0x03, 125, 9, 1];
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend(header_length.to_le_bytes());
    bytes.extend(record_length.to_le_bytes());
    bytes.resize(32, 0);
    for (name, length) in columns {
        let mut descriptor = encoded(name, encoding_rs::GB18030);
        descriptor.resize(11, 0);
        descriptor.push(b'C');
        descriptor.resize(16, 0);
        descriptor.push(*length);
        descriptor.resize(32, 0);
        bytes.extend(descriptor);
    }
    bytes.push(0x0D);
    for record in records {
        bytes.push(b' ');
        for (cell, (_, length)) in record.iter().zip(columns) {
            bytes.extend(gbk(cell, usize::from(*length)));
        }
    }
    bytes.push(0x1A);
    bytes
}

/// A page with a table, as government systems give it the name `.xls`.
pub fn html(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |cell: &String| format!("<td style=\"mso-number-format:'\\@'\">{cell}</td>");
    let row =
        |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>());
    let text = format!(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head>\
         <meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"></head>\
         <body><table border=1>\n{}</table></body></html>",
        rows.iter().map(row).collect::<String>()
    );
    encoded(&text, encoding_rs::GBK)
}

/// XML Spreadsheet 2003.
pub fn xml_2003(sheet: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |cell: &String| format!("<Cell><Data ss:Type=\"String\">{cell}</Data></Cell>");
    let row =
        |row: &Vec<String>| format!("<Row>{}</Row>\n", row.iter().map(cell).collect::<String>());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\n\
         <Worksheet ss:Name=\"{sheet}\"><Table>\n{}</Table></Worksheet>\n</Workbook>\n",
        rows.iter().map(row).collect::<String>()
    )
    .into_bytes()
}
