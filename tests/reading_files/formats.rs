//! Formats by content, encodings, delimiters and archives.

use std::io::{Cursor, Write};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use encoding_rs::{BIG5, GB18030};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::made::{
    HEADER, book, dbf, encoded, html, roster, rows, separated, unicode_text, xml_2003,
    zip_with_gbk_names,
};
use crate::seen::{assert_seen, assert_seen_in, inspect, write};
use crate::support::{aidcheck, number};

const XLS: &[u8] = include_bytes!("../files/roster-by-libreoffice.xls");
const ODS: &[u8] = include_bytes!("../files/roster-by-libreoffice.ods");
const XLSB: &[u8] = include_bytes!("../files/roster.xlsb");

fn xlsx() -> Vec<u8> {
    let roster = roster();
    let cells: Vec<Vec<&str>> =
        roster.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let lines: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
    book(|sheet| rows(sheet, 0, &lines))
}

fn columnar() -> RecordBatch {
    let roster = roster();
    let column = |at: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(roster[1..].iter().map(|row| row[at].as_str())))
    };
    RecordBatch::try_from_iter(HEADER.iter().enumerate().map(|(at, name)| (*name, column(at))))
        .unwrap()
}

fn parquet() -> Vec<u8> {
    let batch = columnar();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow() -> Vec<u8> {
    let batch = columnar();
    let mut bytes = Vec::new();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

/// The format of a file, and its columns and records without their rows.
fn understood(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, bytes);
    let mut said = inspect(folder.path(), &[]);
    let file = &mut said["files"][0];
    let format = file["format"].as_str().unwrap().to_string();
    let sheet = &mut file["sheets"][0];
    assert_eq!(sheet["rows"]["checked"], 2, "{sheet}");
    for record in sheet["sample"].as_array_mut().unwrap() {
        record.as_object_mut().unwrap().remove("row");
    }
    vec![format, sheet["sample"].to_string(), sheet["columns"].to_string()]
}

#[test]
fn workbooks_of_every_kind() {
    assert_seen("workbook_xlsx", "学生名册.xlsx", &xlsx());
    assert_seen("workbook_xls", "名册.xls", XLS);
    assert_seen("workbook_et_of_wps", "名册.et", XLS);
    assert_seen("workbook_ods", "名册.ods", ODS);
    assert_seen("workbook_xlsb", "名册.xlsb", XLSB);
    assert_seen("workbook_xlsx_named_csv", "学生名册.csv", &xlsx());
}

#[test]
fn tables_of_databases_and_data_centres() {
    let widths = [10, 2, 18, 10, 30, 10, 10, 8, 10];
    let names = ["XM", "XB", "SFZH", "XXBSM", "XXMC", "NJ", "BJ", "XSDQZT", "RXRQ"];
    let columns: Vec<(&str, u8)> = names.into_iter().zip(widths).collect();
    assert_seen("dbf_with_abbreviated_headers", "学籍.dbf", &dbf(&columns, &roster()[1..]));
    // What data centres send says the same as a text of the same rows.
    let of_text = understood("学籍.csv", separated(&roster(), ",").as_bytes());
    assert_eq!(of_text.len(), 3);
    assert!(of_text[0].starts_with("csv") && of_text[1].contains("王小明"), "{of_text:?}");
    for (name, format, bytes) in
        [("学籍.parquet", "parquet", parquet()), ("学籍.arrow", "arrow", arrow())]
    {
        let mut seen = understood(name, &bytes);
        assert_eq!(seen.remove(0), format);
        assert_eq!(seen, of_text[1..]);
    }
}

#[test]
fn fakes_saved_as_xls() {
    assert_seen("html_saved_as_xls", "全国学籍导出.xls", &html(&roster()));
    assert_seen("xml_2003_saved_as_xls", "学生名册.xls", &xml_2003("名册", &roster()));
}

#[test]
fn texts_with_every_delimiter() {
    for (shows, delimiter) in [("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")] {
        let text = separated(&roster(), delimiter);
        assert_seen(&format!("delimiter_{shows}"), "学生名册.csv", text.as_bytes());
    }
}

#[test]
fn texts_in_every_encoding() {
    let text = separated(&roster(), ",");
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert_seen("encoding_utf8_with_bom", "学生名册.csv", &marked);
    let rare = text.replace("李小红", "李䶮");
    assert_seen("encoding_gb18030_four_bytes", "学生名册.csv", &encoded(&rare, GB18030));
    let traditional = format!(
        "姓名,性別,身分證號,學校名稱,年級,班級,學籍狀態\r\n王小明,男,{},河源縣第一中學,高一,1班,正常\r\n",
        number(1)
    );
    assert_seen("encoding_big5_traditional", "學生名冊.csv", &encoded(&traditional, BIG5));
    let tabbed = separated(&roster(), "\t");
    assert_seen("encoding_utf16_unicode_text", "学生名册.txt", &unicode_text(&tabbed));
}

#[test]
fn archives_of_files_by_school() {
    let mut second = roster();
    for row in &mut second[1..] {
        row[3] = "3433027002".into();
        row[4] = "河源县第二中学".into();
    }
    let second = encoded(&separated(&second, ","), GB18030);
    let inner = zip_with_gbk_names(&[("第二中学/名册.csv", &second)]);
    let outer = zip_with_gbk_names(&[
        ("第一中学名册.xlsx", &xlsx()),
        ("第二中学.zip", &inner),
        ("~$第一中学名册.xlsx", b"x"),
        ("Thumbs.db", b"x"),
        ("说明.docx", b"x"),
    ]);
    assert_seen("zip_nested_with_gbk_names", "各校上报.zip", &outer);
}

#[test]
fn what_is_no_table_is_named_with_what_to_do() {
    let mut word = ZipWriter::new(Cursor::new(Vec::new()));
    for part in ["[Content_Types].xml", "_rels/.rels", "word/document.xml"] {
        word.start_file(part, SimpleFileOptions::default()).unwrap();
        word.write_all(b"<w:document/>").unwrap();
    }
    let word = word.finish().unwrap().into_inner();
    let mut rar = b"Rar!\x1a\x07\x01\x00".to_vec();
    rar.resize(200, 7);
    let mut seven = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    seven.resize(200, 7);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "各校名册.rar", &rar);
    write(folder.path(), "各校名册.7z", &seven);
    write(folder.path(), "名册.xlsx", &word);
    write(folder.path(), "~$名册.xlsx", b"x");
    write(folder.path(), "Thumbs.db", b"x");
    write(folder.path(), ".DS_Store", b"x");
    assert_seen_in("foreign_rar_7z_word", folder.path());
}

#[test]
fn a_document_by_its_name_is_passed_over_and_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "学生名册.csv", separated(&roster(), ",").as_bytes());
    write(folder.path(), "学生名册.docx", b"x");
    let output = aidcheck()
        .current_dir(folder.path())
        .args(["inspect", ".", "--lang", "zh", "--no-progress"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("学生名册.docx: 不是表格（.docx），已略过"), "{said}");
    assert!(said.contains("另存为 .xlsx 或 .csv"), "{said}");
}
