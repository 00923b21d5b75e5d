use std::io::Write;

use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

/// Files in memory.
struct Memory(Vec<(&'static str, Vec<u8>)>);

impl FileSource for Memory {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
        let (_, bytes) = found.ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        let mut bytes = Vec::new();
        Ok(self.open(path)?.read_to_end(&mut bytes)? as u64)
    }

    fn modified(&self, _: &Path) -> io::Result<SystemTime> {
        Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(1_760_000_000))
    }
}

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let time = zip::DateTime::from_date_and_time(2025, 9, 1, 8, 0, 0).unwrap();
    let options = SimpleFileOptions::default().last_modified_time(time);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn inputs(source: &Memory) -> Vec<InputFile> {
    source
        .0
        .iter()
        .map(|(name, _)| InputFile { name: (*name).into(), path: (*name).into() })
        .collect()
}

fn text(source: &Unpacked, path: &Path) -> String {
    let mut text = String::new();
    source.open(path).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn file_names(files: &[InputFile]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

#[test]
fn members_are_files_of_their_own() {
    let inner = packed(&[("二班.csv", b"2"), ("三班.csv", b"333")]);
    let memory = Memory(vec![
        ("a.csv", b"plain".to_vec()),
        ("学校.dat", packed(&[("一班.csv", b"11"), ("里.zip", &inner)])),
    ]);
    let (unpacked, files, notices) = Unpacked::over(&memory, &inputs(&memory));
    let expected =
        ["a.csv", "学校.dat/一班.csv", "学校.dat/里.zip/三班.csv", "学校.dat/里.zip/二班.csv"];
    assert_eq!(file_names(&files), expected);
    assert!(notices.is_empty());
    let texts: Vec<String> = files.iter().map(|file| text(&unpacked, &file.path)).collect();
    assert_eq!(texts, ["plain", "11", "333", "2"]);
    assert_eq!(unpacked.len(&files[2].path).unwrap(), 3);
    let modified = unpacked.modified(&files[1].path).unwrap();
    let seconds = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(seconds, 1_756_684_800, "the entry's own time");
    assert!(unpacked.zipped_len(&files[0].path).is_none());
    assert!(unpacked.zipped_len(&files[1].path).is_some());
}

#[test]
fn a_third_level_is_named_and_not_opened() {
    let third = packed(&[("c.csv", b"3")]);
    let second = packed(&[("b.csv", b"2"), ("c.zip", &third)]);
    let memory = Memory(vec![("a.zip", packed(&[("b.zip", &second)]))]);
    let (_, files, notices) = Unpacked::over(&memory, &inputs(&memory));
    assert_eq!(file_names(&files), ["a.zip/b.zip/b.csv"]);
    let error = notices[0].error.as_ref().unwrap();
    assert!(error.zh.contains("b.zip/c.zip") && error.en.contains("inside an archive"));
}

#[test]
fn damaged_archives_are_named_and_workbooks_left_alone() {
    let whole = packed(&[("a.csv", b"1")]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "姓名").unwrap();
    let book = book.save_to_buffer().unwrap();
    let memory = Memory(vec![
        ("cut.zip", whole[..whole.len() - 30].to_vec()),
        ("cut.xlsx", book[..book.len() / 2].to_vec()),
        ("book.zip", book),
        ("empty.zip", packed(&[])),
        ("ok.zip", whole),
    ]);
    let mut given = inputs(&memory);
    given.push(InputFile { name: "gone.zip".into(), path: "gone.zip".into() });
    let (_, files, notices) = Unpacked::over(&memory, &given);
    assert_eq!(file_names(&files), ["cut.xlsx", "book.zip", "ok.zip/a.csv", "gone.zip"]);
    let named: Vec<&str> = notices.iter().map(|notice| notice.archive.name.as_str()).collect();
    assert_eq!(named, ["cut.zip", "empty.zip"]);
    assert!(notices.iter().all(|notice| notice.error.is_some()));
}

#[test]
fn limits_hold_over_what_is_nested() {
    let inner = packed(&[("a.csv", &[b'x'; 600]), ("b.csv", &[b'x'; 600])]);
    let memory = Memory(vec![("a.zip", packed(&[("b.zip", &inner)]))]);
    let total = Limits { unzipped: inner.len() as u64 + 1000, ..Limits::default() };
    let (_, files, notices) = Unpacked::within(&memory, &inputs(&memory), total);
    assert!(files.is_empty());
    assert!(notices[0].error.as_ref().unwrap().en.contains("unpacks to more than"));
    let entries = Limits { entries: 2, ..Limits::default() };
    let (_, files, _) = Unpacked::within(&memory, &inputs(&memory), entries);
    assert!(files.is_empty());
}

#[test]
fn what_is_passed_over_or_renamed_is_noted() {
    let memory = Memory(vec![("a.zip", packed(&[("说明.pdf", b"x"), ("../a.csv", b"1")]))]);
    let (_, files, notices) = Unpacked::over(&memory, &inputs(&memory));
    assert_eq!(file_names(&files), ["a.zip/a.csv"]);
    assert_eq!(notices[0].error, None);
    assert!(notices[0].notes[0].zh.contains("说明.pdf"));
    assert!(notices[0].notes[1].en.contains("../a.csv"));
}
