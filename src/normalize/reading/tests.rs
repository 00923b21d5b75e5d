use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::equal_files::hex;
use super::one_file::HEAD_BYTES;
use super::*;
use crate::ingest::{Rejected, Rejection};

struct Memory(Vec<(&'static str, Vec<u8>)>);

impl FileSource for Memory {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
        let (_, bytes) = found.ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, bytes)| bytes.len() as u64).ok_or(io::ErrorKind::NotFound.into())
    }

    fn modified(&self, _: &Path) -> io::Result<SystemTime> {
        Ok(SystemTime::UNIX_EPOCH)
    }
}

/// Sums the bytes it is told of.
#[derive(Default)]
struct Sum(AtomicU64);

impl Progress for Sum {
    fn read(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

fn read_with(files: Vec<(&'static str, Vec<u8>)>, progress: &dyn Progress) -> Vec<FileReading> {
    read_by(files, &Config::default(), progress)
}

/// Reads files as a configuration says.
pub(super) fn read_configured(
    files: Vec<(&'static str, Vec<u8>)>,
    config: &Config,
) -> Vec<FileReading> {
    read_by(files, config, &Silent)
}

fn read_by(
    files: Vec<(&'static str, Vec<u8>)>,
    config: &Config,
    progress: &dyn Progress,
) -> Vec<FileReading> {
    let source = Memory(files);
    let inputs: Vec<InputFile> = source
        .0
        .iter()
        .map(|(name, _)| InputFile { name: (*name).into(), path: (*name).into() })
        .collect();
    read_files(
        &inputs,
        &ReadSettings {
            source: &source,
            headers: &HeaderBook::shipped().unwrap(),
            config,
            policy: &Policy::shipped().unwrap().with(config).unwrap(),
            as_of: NaiveDate::from_ymd_opt(2025, 11, 1).unwrap(),
            progress,
            keep: crate::normalize::Keep::All,
        },
    )
}

pub(super) fn read(name: &'static str, bytes: impl Into<Vec<u8>>) -> FileReading {
    read_with(vec![(name, bytes.into())], &Silent).remove(0)
}

fn rejections(reading: &FileReading) -> Vec<&Rejection> {
    let sheets = reading.sheets.iter();
    sheets.flat_map(|sheet| &sheet.batches).flat_map(|batch| &batch.rejections).collect()
}

fn names(reading: &FileReading) -> Vec<String> {
    let batches = reading.sheets.iter().flat_map(|sheet| &sheet.batches);
    batches
        .flat_map(|batch| {
            (0..batch.enrollments.len())
                .map(|at| batch.enrollments.text(batch.enrollments.get(at).name).to_string())
        })
        .collect()
}

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const LIST: &str = "学校名称,姓名,身份证号,班级\n实验小学,王小明,330127201203051012,一班\n实验小学,李小红,330127201203051020,一班\n";

/// `LIST` with one replacement.
fn list_with(from: &str, to: &str) -> String {
    assert!(LIST.contains(from));
    LIST.replacen(from, to, 1)
}

#[test]
fn the_same_list_in_any_encoding_gives_the_same_rows() {
    let gbk = encoding_rs::GB18030.encode(LIST).0.into_owned();
    let traditional = "學校名稱,姓名,身分證字號,班級\n實驗小學,王小明,330127201203051012,一班\n實驗小學,李小紅,330127201203051020,一班\n";
    let big5 = encoding_rs::BIG5.encode(traditional).0.into_owned();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = utf16(&format!("\u{FEFF}{LIST}"));
    for (bytes, encoding) in [
        (LIST.as_bytes().to_vec(), "utf-8"),
        (gbk, "gb18030"),
        (utf16(LIST), "utf-16"),
        (marked, "utf-16"),
        (utf16(&LIST.replace(',', "\t")), "utf-16"),
        (LIST.replace('\n', "\r").into_bytes(), "utf-8"),
        (format!("{LIST}\u{1A}").into_bytes(), "utf-8"),
        (format!("sep=;\r\n{}", LIST.replace(',', ";")).into_bytes(), "utf-8"),
    ] {
        let reading = read("名册.dat", bytes);
        assert_eq!(names(&reading), ["王小明", "李小红"], "{encoding}");
        assert_eq!(reading.encoding, encoding);
        let counts = reading.sheets[0].counts;
        assert_eq!((counts.checked, counts.rejected), (2, 0));
    }
    let reading = read("名册", big5);
    assert_eq!((reading.encoding, names(&reading)[1].as_str()), ("big5", "李小紅"));
}

#[test]
fn the_hash_is_that_of_the_bytes_whatever_their_encoding() {
    let bytes: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = hex(Sha256::new_with_prefix(&bytes));
    assert_eq!(read("名册.txt", bytes).sha256, expected);
}

#[test]
fn a_second_byte_that_looks_like_the_delimiter_splits_nothing() {
    // The second byte of 峾 is `|`.
    let text = list_with("李小红", "峾小红").replace(',', "|");
    let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
    assert!(gbk.windows(2).any(|pair| pair[0] > 0x80 && pair[1] == b'|'));
    let reading = read("名册.csv", gbk.into_owned());
    assert_eq!((reading.delimiter, names(&reading)[1].as_str()), (Some('|'), "峾小红"));
}

#[test]
fn a_cut_character_is_listed_and_changes_no_encoding() {
    let mut gbk = encoding_rs::GB18030.encode(LIST).0.into_owned();
    gbk.extend(b"\xCA\xB5\xD1\xE9\xD0\xA1\xD1\xA7,\xD5\xC5\xC8,330127201203051039,\xD2\xBB\xB0\n");
    let reading = read("名册.csv", gbk);
    assert_eq!(reading.encoding, "gb18030");
    let lines = rejections(&reading);
    assert!(lines.iter().all(|line| line.what == Rejected::Cell && line.place.row == 4));
    assert_eq!(lines[0].column, "姓名");
    assert!(lines[0].reason.en.contains("GB18030"));

    // UTF-8 throughout but for one cut character behind the first block.
    let mut utf8 = LIST.as_bytes().to_vec();
    while utf8.len() <= HEAD_BYTES {
        utf8.extend("实验小学,王小明,330127201203051012,一班\n".as_bytes());
    }
    utf8.extend(b"x,\xE7\x8E,1,y\n");
    let reading = read("名册.csv", utf8);
    assert_eq!((reading.encoding, names(&reading)[0].as_str()), ("utf-8", "王小明"));
    assert!(rejections(&reading).iter().any(|line| line.value.contains('\u{FFFD}')));
}

#[test]
fn a_text_that_turns_out_to_be_gb18030_is_read_again() {
    let mut bytes = b"XXMC,XM,SFZJH,BJ\n".to_vec();
    while bytes.len() <= HEAD_BYTES {
        bytes.extend(b",ABC,330127201203051012,1\n");
    }
    bytes.extend(&*encoding_rs::GB18030.encode(",王小明,330127201203051012,一班\n").0);
    let reading = read("名册.csv", bytes);
    assert_eq!(reading.encoding, "gb18030");
    assert_eq!(names(&reading).last().unwrap(), "王小明");
}

#[test]
fn thousands_of_broken_cells_are_bounded() {
    let mut text = LIST.to_string();
    for _ in 0..1000 {
        text.push_str("实验小学,王\u{FFFD}明,330127201203051012,一班\n");
    }
    let reading = read("名册.csv", text);
    let lines = rejections(&reading);
    assert_eq!(lines.len(), 101);
    assert!(lines[100].reason.en.contains("900 more"));
}

#[test]
fn nul_bytes_are_removed_and_said_once() {
    let reading = read("名册.csv", list_with("王小明", "王小明\0\0").replacen("一班", "一\0班", 1));
    assert_eq!(names(&reading), ["王小明", "李小红"]);
    let lines = rejections(&reading);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].place.row, lines[0].column.as_str()), (2, "姓名"));
    assert!(lines[0].reason.en.contains("2 cells"));
}

#[test]
fn a_line_without_an_end_is_refused_and_what_stands_above_is_used() {
    let mut bytes = LIST.as_bytes().to_vec();
    bytes.resize(40 << 20, b'x');
    let expected = hex(Sha256::new_with_prefix(&bytes));
    let reading = read("名册.csv", bytes);
    let sheet = &reading.sheets[0];
    assert_eq!((sheet.counts.checked, sheet.counts.rejected), (2, 1));
    assert!(sheet.counts.closes() && sheet.problem.as_ref().unwrap().en.contains("row 4"));
    assert_eq!(reading.sha256, expected);
}

#[test]
fn what_is_no_table_is_named_with_what_to_do() {
    for (bytes, seen, remedy) in
        [(&b"Rar!\x1A\x07\x01\0"[..], "RAR", "unpack"), (b"%PDF-1.7\n", "PDF", "ask")]
    {
        let reading = read("名册.xlsx", bytes);
        let error = reading.error.unwrap();
        assert!(error.en.contains(seen) && error.en.contains(remedy), "{}", error.en);
        assert_eq!(reading.sha256, hex(Sha256::new_with_prefix(bytes)));
    }
}

#[test]
fn members_of_archives_are_read_as_files() {
    let other = list_with("王小明", "赵小刚");
    let inner = packed(&[("b.csv", other.as_bytes())]);
    let archive =
        packed(&[("a.csv", LIST.as_bytes()), ("in.zip", &inner), ("bad.csv", b"Rar!\x1A\x07")]);
    let progress = Sum::default();
    let length = archive.len() as u64;
    let files = vec![("z.csv", LIST.as_bytes().to_vec()), ("学校.zip", archive)];
    let readings = read_with(files, &progress);
    let told: Vec<(&str, bool, Option<&str>)> = readings
        .iter()
        .map(|file| (file.name.as_str(), file.error.is_some(), file.same_as.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("z.csv", false, None),
            ("学校.zip/a.csv", false, Some("z.csv")),
            ("学校.zip/bad.csv", true, None),
            ("学校.zip/in.zip/b.csv", false, None),
        ]
    );
    assert_eq!(names(&readings[3]), ["赵小刚", "李小红"]);
    assert!(progress.0.into_inner() <= LIST.len() as u64 + length, "no more than the files hold");
}

#[test]
fn a_damaged_member_does_not_refuse_the_others() {
    let mut archive = packed(&[("a.csv", LIST.as_bytes()), ("b.csv", LIST.as_bytes())]);
    archive[60] ^= 0x55;
    let readings = read_with(vec![("a.zip", archive)], &Silent);
    let bad = readings[0].error.as_ref().unwrap();
    assert!(bad.zh.contains("压缩包") && bad.en.contains("archive"));
    assert_eq!(names(&readings[1]), ["王小明", "李小红"]);
}
