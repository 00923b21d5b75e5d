use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn listed(bytes: &[u8], mut limits: Limits) -> Result<Contents, ArchiveError> {
    list(&mut Cursor::new(bytes), bytes.len() as u64, &mut limits)
}

fn names(contents: &Contents) -> Vec<&str> {
    contents.entries.iter().map(|entry| entry.name.as_str()).collect()
}

/// Sets bits in the general purpose flags of every header.
fn with_flags(mut bytes: Vec<u8>, flags: u8) -> Vec<u8> {
    for (mark, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let found: Vec<usize> = memchr::memmem::find_iter(&bytes, mark).collect();
        for place in found {
            bytes[place + at] |= flags;
        }
    }
    bytes
}

#[test]
fn what_programs_leave_behind_is_left_out_and_documents_are_named() {
    let own = br#"{"program": "aidcheck"}"#;
    let bytes = packed(&[
        ("__MACOSX/._一班.csv", b"x"),
        ("实验小学/.DS_Store", b"x"),
        ("实验小学/~$一班.xlsx", b"x"),
        ("实验小学/一班.csv", "姓名\n".as_bytes()),
        ("说明.docx", b"x"),
        ("readme.md", b"x"),
        ("设置.xml", b"<settings/>"),
        ("旧报告/run.json", own),
        ("旧报告/cases.csv", b"x"),
        ("二班.dat", b"x"),
    ]);
    let contents = listed(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&contents), ["二班.dat", "实验小学/一班.csv"]);
    assert_eq!(contents.passed_over, ["说明.docx"]);
    assert!(contents.refused.is_empty());
}

#[test]
fn entries_that_share_a_name_are_all_listed() {
    let mut bytes = packed(&[("a1.csv", b"1"), ("a2.csv", b"22")]);
    for at in memchr::memmem::find_iter(&bytes.clone(), b"a2.csv") {
        bytes[at + 1] = b'1';
    }
    let contents = listed(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&contents), ["a1 (2).csv", "a1.csv"]);
}

#[test]
fn encrypted_entries_are_refused_and_the_others_listed() {
    let bytes = with_flags(packed(&[("a.csv", b"1")]), 1);
    let contents = listed(&bytes, Limits::default()).unwrap();
    assert_eq!(contents.refused, [Refusal { name: "a.csv".into(), why: Refused::Encrypted }]);
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let zeros = vec![0u8; 1 << 20];
    let bytes = packed(&[("a.csv", &zeros), ("b.csv", b"1")]);
    let ratio = Limits { ratio_from: 1 << 16, ..Limits::default() };
    let contents = listed(&bytes, ratio).unwrap();
    assert_eq!(contents.refused, [Refusal { name: "a.csv".into(), why: Refused::Ratio }]);
    assert_eq!(names(&contents), ["b.csv"]);
    let entry = Limits { entry: 1 << 19, ..Limits::default() };
    assert_eq!(listed(&bytes, entry).unwrap().refused[0].why, Refused::TooLarge);
    let total = Limits { unzipped: 1 << 20, ..Limits::default() };
    assert!(matches!(listed(&bytes, total), Err(ArchiveError::TooLarge { .. })));
    let few = Limits { entries: 1, ..Limits::default() };
    assert_eq!(listed(&bytes, few).unwrap_err(), ArchiveError::TooManyEntries { entries: 2 });
}

#[test]
fn an_entry_longer_than_it_says_ends_as_an_error() {
    let mut bytes = packed(&[("a.csv", &[b'x'; 5000])]);
    let place = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[place + 24..place + 28].copy_from_slice(&10u32.to_le_bytes());
    let contents = listed(&bytes, Limits::default()).unwrap();
    let entry = &contents.entries[0];
    assert_eq!(entry.size, 10);
    let error = inflate(&entry.zip, &mut Cursor::new(&bytes), 1 << 20).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}

#[test]
fn a_damaged_entry_fails_alone() {
    let mut bytes = packed(&[("a.csv", "姓名,班级\n".as_bytes()), ("b.csv", b"1")]);
    bytes[40] ^= 0xFF;
    let contents = listed(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&contents), ["a.csv", "b.csv"]);
    let read = |at: usize| inflate(&contents.entries[at].zip, &mut Cursor::new(&bytes), 1 << 20);
    assert!(read(0).is_err());
    assert_eq!(read(1).unwrap(), b"1");
}

#[test]
fn archives_inside_are_told_from_workbooks_inside() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "姓名").unwrap();
    let book = book.save_to_buffer().unwrap();
    let inner = packed(&[("一班.csv", b"x")]);
    let bytes = packed(&[("book.xlsx", &book), ("book.dat", &book), ("inner.zip", &inner)]);
    let contents = listed(&bytes, Limits::default()).unwrap();
    let archives: Vec<bool> = contents.entries.iter().map(|entry| entry.is_archive).collect();
    assert_eq!(archives, [false, false, true]);
}

#[test]
fn names_in_gbk_and_by_the_unicode_field_are_read() {
    let (gbk, _, _) = encoding_rs::GB18030.encode("实验小学/一班.csv");
    let placeholder = "x".repeat(gbk.len());
    let mut bytes = packed(&[(&placeholder, b"1")]);
    for at in memchr::memmem::find_iter(&bytes.clone(), placeholder.as_bytes()) {
        bytes[at..at + gbk.len()].copy_from_slice(&gbk);
    }
    assert_eq!(names(&listed(&bytes, Limits::default()).unwrap()), ["实验小学/一班.csv"]);

    // Info-ZIP's field: version, checksum of the name in the header, the name in UTF-8.
    let utf8 = "名册.csv".as_bytes();
    let mut checksum = u32::MAX;
    for byte in b"____.csv" {
        checksum ^= u32::from(*byte);
        for _ in 0..8 {
            checksum = (checksum >> 1) ^ (0xEDB8_8320 & (checksum & 1).wrapping_neg());
        }
    }
    let mut field = 0x7075u16.to_le_bytes().to_vec();
    field.extend((5 + utf8.len() as u16).to_le_bytes());
    field.push(1);
    field.extend((!checksum).to_le_bytes());
    field.extend(utf8);
    let plain = packed(&[("____.csv", b"1")]);
    let directory = memchr::memmem::find(&plain, b"PK\x01\x02").unwrap();
    let end = memchr::memmem::find(&plain, b"PK\x05\x06").unwrap();
    let mut bytes = plain[..directory + 46 + 8].to_vec();
    bytes[directory + 30..directory + 32].copy_from_slice(&(field.len() as u16).to_le_bytes());
    bytes.extend(&field);
    bytes.extend(&plain[end..]);
    let end = end + field.len();
    let size = (end - directory) as u32;
    bytes[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    assert_eq!(names(&listed(&bytes, Limits::default()).unwrap()), ["名册.csv"]);
}

#[test]
fn times_are_those_of_china() {
    let time = DateTime::from_date_and_time(2025, 9, 1, 8, 0, 0).unwrap();
    let seconds = time_of(time).unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(seconds, 1_756_684_800);
    assert_eq!(time_of(DateTime::default()), None, "1980 is no time");
}

proptest! {
    #[test]
    fn damage_ends_without_a_panic(at in 0usize..400, byte: u8, cut in 0usize..500) {
        let mut bytes = packed(&[("a.csv", &[b'a'; 100]), ("b/b.csv", b"x,y\n"), ("c.zip", b"PK\x03\x04")]);
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut);
        if let Ok(contents) = listed(&bytes, Limits::default()) {
            for entry in &contents.entries {
                let _ = inflate(&entry.zip, &mut Cursor::new(&bytes), 1 << 20);
            }
        }
    }
}
