//! Bad input: each a clear message, nothing lost, the right exit code.

mod support;

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use aidcheck::cases::Secret;
use aidcheck::ingest::{Disk, FileSource, discover};
use aidcheck::normalize::Silent;
use aidcheck::policy::{Config, Policy};
use aidcheck::record::Language;
use aidcheck::rules::CaseKind;
use support::{
    CRAFTS, Centre, EXPORT, FIRST, PAYMENTS, SECOND, active, aidcheck, csv_of, enrolled, number,
    paid,
};

const DUAL: &str = "dual-enrollment";
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// A centre with one good export, whose one case must be found whatever lies beside it.
fn with_good_export() -> Centre {
    let centre = Centre::new();
    centre.csv(
        "全国学籍.csv",
        EXPORT,
        &[active("郑对照", &number(90), FIRST), active("郑对照", &number(90), SECOND)],
    );
    centre
}

fn error_of(outcome: &support::Outcome, name: &str) -> String {
    outcome.input(name)["error"].as_str().unwrap_or_else(|| panic!("{name} has no error")).into()
}

/// The exit code and the message when a file is alone in the folder and cannot be used.
fn alone(name: &str, bytes: &[u8]) -> (i32, String) {
    let centre = Centre::new();
    centre.bytes(name, bytes);
    let outcome = centre.check_with(&[]);
    assert!(!centre.out().exists(), "no report without input");
    (outcome.code, outcome.stderr)
}

#[test]
fn an_empty_file_is_named_and_the_others_go_on() {
    let centre = with_good_export();
    centre.bytes("空.csv", b"");
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let input = outcome.input("空.csv");
    assert!(outcome.stdout.contains("空.csv"), "{}", outcome.stdout);
    assert!(
        input["error"].is_string() || input["sheets"][0]["warnings"][0].is_string(),
        "why it gave nothing is said: {input}"
    );

    let (code, said) = alone("空.csv", b"");
    assert_eq!(code, 3);
    assert!(said.contains("空.csv"), "{said}");
}

#[test]
fn a_header_and_no_rows_is_read_as_no_pupils() {
    let centre = with_good_export();
    centre.csv("空名册.csv", EXPORT, &[]);
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let sheet = &outcome.input("空名册.csv")["sheets"][0];
    assert_eq!(
        (sheet["rows_in"].as_u64(), sheet["checked"].as_u64(), sheet["rejected"].as_u64()),
        (Some(1), Some(0), Some(0)),
        "{sheet}"
    );
    assert!(outcome.rejected().is_empty());
}

#[test]
fn a_directory_without_files_gives_3() {
    let centre = Centre::new();
    let outcome = centre.check_with(&[]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("xlsx"), "says what it looks for: {}", outcome.stderr);
    assert!(!centre.out().exists());
}

#[test]
fn a_path_that_does_not_exist_gives_2_and_is_named() {
    let centre = with_good_export();
    let outcome = centre.check_with(&["没有这个文件夹"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("没有这个文件夹"), "{}", outcome.stderr);
    assert!(!centre.out().exists());
}

#[test]
fn a_png_named_xlsx_is_told_by_what_it_is() {
    let centre = with_good_export();
    centre.bytes("名册.xlsx", PNG);
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert!(error_of(&outcome, "名册.xlsx").contains("PNG"));
    assert!(outcome.stdout.contains("名册.xlsx"), "{}", outcome.stdout);
    // With --strict one such file stops the run, and yesterday's report stays.
    let before = fs::read(centre.out().join("run.json")).unwrap();
    let strict = centre.check_with(&["--strict"]);
    assert_eq!(strict.code, 3);
    assert!(strict.stderr.contains("名册.xlsx"), "{}", strict.stderr);
    assert_eq!(fs::read(centre.out().join("run.json")).unwrap(), before);

    let (code, said) = alone("名册.xlsx", PNG);
    assert_eq!(code, 3);
    assert!(said.contains("PNG"), "{said}");
}

/// What Excel writes for a workbook with a password: an OLE container with the stream `EncryptedPackage`.
fn encrypted_workbook() -> Vec<u8> {
    const FREE: u32 = 0xFFFF_FFFF;
    const END: u32 = 0xFFFF_FFFE;
    const FAT: u32 = 0xFFFF_FFFD;
    const STREAM: u32 = 4096;
    let mut file = vec![0u8; 512];
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    put(44, &1u32.to_le_bytes()); // sectors of the FAT
    put(48, &1u32.to_le_bytes()); // the directory is sector 1
    put(56, &4096u32.to_le_bytes());
    put(60, &END.to_le_bytes());
    put(68, &END.to_le_bytes());
    put(76, &0u32.to_le_bytes()); // the FAT is sector 0
    for entry in 1..109 {
        put(76 + 4 * entry, &FREE.to_le_bytes());
    }
    let mut fat = vec![FAT, END];
    fat.extend((3..10).chain([END])); // the stream: sectors 2 to 9
    fat.resize(128, FREE);
    file.extend(fat.iter().flat_map(|sector| sector.to_le_bytes()));
    let mut directory = vec![0u8; 512];
    let mut entry = |slot: usize, name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let at = slot * 128;
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        directory[at..at + name.len()].copy_from_slice(&name);
        directory[at + 64..at + 66].copy_from_slice(&(name.len() as u16 + 2).to_le_bytes());
        directory[at + 66] = kind;
        directory[at + 67] = 1;
        for (offset, link) in [(68, FREE), (72, FREE), (76, child), (116, start), (120, size)] {
            directory[at + offset..at + offset + 4].copy_from_slice(&link.to_le_bytes());
        }
    };
    entry(0, "Root Entry", 5, 1, END, 0);
    entry(1, "EncryptedPackage", 2, FREE, 2, STREAM);
    file.extend(directory);
    file.extend((0..STREAM).map(|byte| (byte * 31 % 251) as u8));
    file
}

#[test]
fn a_workbook_with_a_password_is_named_with_what_to_do() {
    let centre = with_good_export();
    centre.bytes("名册.xlsx", &encrypted_workbook());
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let error = error_of(&outcome, "名册.xlsx");
    assert!(error.contains("密码"), "{error}");

    let (code, said) = alone("名册.xlsx", &encrypted_workbook());
    assert_eq!(code, 3);
    assert!(said.contains("密码"), "{said}");
}

#[test]
fn a_damaged_workbook_is_named_and_the_others_go_on() {
    let centre = with_good_export();
    centre.xlsx("名册.xlsx", &[&["姓名", "身份证号"], &["陈晓明", &number(1)]]);
    let whole = fs::read(centre.inputs().join("名册.xlsx")).unwrap();
    centre.bytes("名册.xlsx", &whole[..whole.len() / 2]);
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert!(error_of(&outcome, "名册.xlsx").contains("损坏"));
}

#[test]
fn a_csv_cut_in_the_middle_of_a_gb18030_character_loses_no_whole_row() {
    let centre = Centre::new();
    let text = csv_of(
        EXPORT,
        &[
            active("郑对照", &number(90), FIRST),
            active("郑对照", &number(90), SECOND),
            format!("陈晓明,,{},,{},河源县第一中学", number(1), FIRST.0),
        ],
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(text.trim_end());
    assert!(bytes[bytes.len() - 2] >= 0x81, "the last character has two bytes");
    centre.bytes("全国学籍.csv", &bytes[..bytes.len() - 1]);
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let input = outcome.input("全国学籍.csv");
    assert!(input["encoding"].as_str().unwrap().to_lowercase().contains("gb"), "{input}");
    let sheet = &input["sheets"][0];
    assert_eq!(sheet["rows_in"], 4, "{sheet}");
    assert_eq!(sheet["checked"], 3, "the cut row still has a name and a number: {sheet}");
}

#[test]
fn a_roster_without_any_number_column_is_checked_by_name() {
    let centre = with_good_export();
    centre.csv(
        "河源县第一中学名册.csv",
        "序号,姓名,年级,班级",
        &["1,郑对照,高一,1班".into(), "2,李思雨,高一,1班".into()],
    );
    let outcome = centre.check();
    let sheet = &outcome.input("河源县第一中学名册.csv")["sheets"][0];
    assert_eq!((&sheet["checked"], &sheet["rejected"]), (&2.into(), &0.into()), "{sheet}");
    assert_eq!(sheet["register"], "roster");
    assert_eq!(outcome.count(DUAL), 1, "{:?}", outcome.of_kind(DUAL));
    assert_eq!(outcome.names("invalid-id"), [""; 0], "no number is no invalid number");
}

#[test]
fn the_31st_of_february_empties_the_cell_and_keeps_the_row() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍.csv",
        EXPORT,
        &[
            enrolled("郑对照", &number(90), FIRST, "在读", "2025-02-31", ""),
            active("郑对照", &number(90), SECOND),
        ],
    );
    let outcome = centre.check();
    let rejected = outcome.rejected();
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    let cell = &rejected[0];
    assert_eq!(
        [&*cell["file"], &cell["row"], &cell["what"], &cell["column"], &cell["value"]],
        ["全国学籍.csv", "2", "cell", "入学日期", "2025-02-31"]
    );
    assert!(!cell["reason"].is_empty());
    assert_eq!(outcome.input("全国学籍.csv")["sheets"][0]["checked"], 2);
    // The entry is unknown now: still a finding, but one a person must look at.
    let rows = outcome.of_kind(DUAL);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["severity"], "warning");
}

#[test]
fn an_amount_in_words_rejects_the_payment_with_the_reason() {
    let centre = Centre::new();
    let bad =
        paid("吴两回", &number(2), "2025年9月", "2025-09-21", "已发放").replace("230.00", "一千元");
    centre.csv(
        "发放.csv",
        PAYMENTS,
        &[
            paid("吴两回", &number(2), "2025年9月", "2025-09-20", "已发放"),
            bad,
            paid("朱两次", &number(3), "2025年9月", "2025-09-20", "已发放"),
            paid("朱两次", &number(3), "2025年9月", "2025-09-27", "已发放"),
            paid("何一回", &number(4), "2025年9月", "2025-09-27", "已发放"),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names("repeat-payment"), ["朱两次"]);
    let rejected = outcome.rejected();
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    let row = &rejected[0];
    assert_eq!(
        [&*row["row"], &row["what"], &row["column"], &row["value"]],
        ["3", "row", "金额", "一千元"]
    );
    let sheet = &outcome.input("发放.csv")["sheets"][0];
    assert_eq!((&sheet["checked"], &sheet["rejected"]), (&4.into(), &1.into()));
}

#[test]
fn a_file_with_too_many_bad_rows_is_used_warned_about_and_refused_when_strict() {
    let centre = with_good_export();
    let good = paid("何一回", &number(4), "2025年9月", "2025-09-27", "已发放");
    let bad = good.replace("230.00", "若干");
    centre.csv("发放.csv", PAYMENTS, &[good, bad.clone(), bad]);
    let outcome = centre.check();
    let sheet = outcome.input("发放.csv")["sheets"][0].clone();
    assert_eq!((&sheet["checked"], &sheet["rejected"]), (&1.into(), &2.into()));
    assert!(sheet["warnings"][0].is_string(), "{sheet}");
    assert!(outcome.stdout.contains("发放.csv"), "{}", outcome.stdout);
    let strict = centre.check_with(&["--strict"]);
    assert_eq!(strict.code, 3);
    assert!(strict.stderr.contains("发放.csv"), "{}", strict.stderr);
}

#[test]
fn an_output_folder_that_cannot_be_made_gives_4() {
    let centre = with_good_export();
    // Root may write everywhere, but nobody makes a folder below a file.
    let file = centre.root().join("一个文件");
    fs::write(&file, "keep me").unwrap();
    let output = aidcheck()
        .current_dir(centre.root())
        .args(["check", "in", "--out", "一个文件/报告"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("一个文件") && stderr.contains("--out"), "{stderr}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "keep me");
}

#[test]
fn an_output_that_is_a_file_gives_2_and_is_left() {
    let centre = with_good_export();
    fs::write(centre.out(), "keep me").unwrap();
    let outcome = centre.check_with(&[]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert_eq!(fs::read_to_string(centre.out()).unwrap(), "keep me");
}

/// How a file of some name fails.
#[derive(Clone, Copy)]
enum Fault {
    /// Another program holds it, or rights are missing.
    Open,
    /// The share went away in the middle.
    Read,
}

/// The disk, with one file that fails.
struct Faulty {
    name: &'static str,
    fault: Fault,
}

struct BreaksOff(Box<dyn Read + Send>, usize);

impl Read for BreaksOff {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::Error::other("the network name is gone"));
        }
        let most = buffer.len().min(self.1);
        let read = self.0.read(&mut buffer[..most])?;
        self.1 -= read;
        Ok(read)
    }
}

impl FileSource for Faulty {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let file = Disk.open(path)?;
        if !path.ends_with(self.name) {
            return Ok(file);
        }
        match self.fault {
            Fault::Open => Err(io::ErrorKind::PermissionDenied.into()),
            Fault::Read => Ok(Box::new(BreaksOff(file, 150))),
        }
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        Disk.len(path)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        Disk.modified(path)
    }
}

/// The error of the faulty file, and the names on the double enrolments of the others.
fn check_with_fault(fault: Fault) -> (Option<String>, Vec<String>) {
    let centre = with_good_export();
    let other: Vec<String> = (1..20).map(|n| active("陈晓明", &number(n), FIRST)).collect();
    centre.csv("锁住.csv", EXPORT, &other);
    let config = Config::default();
    let policy = Policy::shipped().unwrap().with(&config).unwrap();
    let checked = aidcheck::check(
        &discover(&[centre.inputs()]).files,
        &aidcheck::Run {
            config: &config,
            policy: &policy,
            secret: &Secret::from_text("only for tests"),
            model: &aidcheck::identity::Model::shipped().unwrap(),
            as_of: support::AS_OF.parse().unwrap(),
            kinds: &CaseKind::ALL,
            source: &Faulty { name: "锁住.csv", fault },
            progress: &Silent,
        },
    )
    .unwrap();
    let faulty = checked.readings.iter().find(|file| file.name == "锁住.csv").unwrap();
    let names = checked
        .cases
        .iter()
        .filter(|case| case.kind == CaseKind::DualEnrollment)
        .flat_map(|case| case.rows.iter().map(|row| row.name.clone()))
        .collect();
    (faulty.error.as_ref().map(|error| error.get(Language::Zh).to_string()), names)
}

#[test]
fn a_file_that_may_not_be_opened_is_named_and_the_others_go_on() {
    let (error, names) = check_with_fault(Fault::Open);
    assert!(!error.expect("the file is named as unusable").is_empty());
    assert_eq!(names, ["郑对照", "郑对照"]);
}

#[test]
fn a_file_that_breaks_off_while_it_is_read_is_named_and_the_others_go_on() {
    let (error, names) = check_with_fault(Fault::Read);
    assert!(!error.expect("a half file is never taken for a whole one").is_empty());
    assert_eq!(names, ["郑对照", "郑对照"]);
}

#[test]
fn a_wrong_key_in_the_configuration_gives_2_with_the_line_and_the_nearest_name() {
    let centre = with_good_export();
    centre.bytes("aidcheck.toml", b"# ours\n[tolerance]\noverlap_day = 3\n");
    let outcome = centre.check_with(&[]);
    assert_eq!(outcome.code, 2);
    for part in ["aidcheck.toml", "line 3", "第 3 行", "overlap_days"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    assert!(!centre.out().exists());
}

#[test]
fn a_date_that_does_not_exist_in_the_configuration_gives_2_with_the_line() {
    let centre = with_good_export();
    centre.bytes("aidcheck.toml", "# 我县\n\nas_of = \"2025-02-31\"\n".as_bytes());
    let outcome = centre.check_with(&[]);
    assert_eq!(outcome.code, 2);
    for part in ["line 3", "2025-02-31"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    assert!(!centre.out().exists());
}

#[test]
fn a_table_that_is_none_of_ours_is_named_with_what_was_seen() {
    let centre = with_good_export();
    centre.bytes("菜谱.csv", "菜名,价格\n红烧肉,20\n青菜,5\n".as_bytes());
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let input = outcome.input("菜谱.csv").to_string();
    assert!(input.contains("菜名"), "says which headers were seen: {input}");
    assert!(outcome.stdout.contains("菜谱.csv"), "{}", outcome.stdout);
    assert_eq!(alone("菜谱.csv", "菜名,价格\n红烧肉,20\n".as_bytes()).0, 3);
}

#[test]
fn cells_that_excel_would_run_are_written_as_text() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍.csv",
        EXPORT,
        &[active("=HYPERLINK(1)", &number(1), FIRST), active("=HYPERLINK(1)", &number(1), SECOND)],
    );
    let outcome = centre.check();
    assert_eq!(outcome.count(DUAL), 1);
    let file = outcome.out.join(format!("schools/{}_{}.csv", FIRST.0, FIRST.1));
    let rows = support::read_csv(&file);
    assert!(!rows.is_empty());
    for row in rows {
        assert!(!row["姓名"].starts_with('='), "{row:?}");
    }
}

#[test]
fn notes_among_the_inputs_are_passed_over_and_a_list_in_disguise_is_not() {
    let centre = with_good_export();
    centre.bytes(
        "说明.txt",
        "填表说明\n1、请各校按户口簿填写姓名、身份证号。\n2、9月30日前报送县资助中心，逾期不予受理。\n".as_bytes(),
    );
    let outcome = centre.check_with(&["--strict"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.assert_rows_close();
    assert_eq!(outcome.stdout.matches("说明.txt").count(), 1, "{}", outcome.stdout);
    assert!(outcome.rejected().is_empty());
    let sheet = &outcome.input("说明.txt")["sheets"][0];
    assert_eq!(sheet["skipped"]["note"], 3, "{sheet}");
    assert_eq!(sheet["warnings"].as_array().unwrap().len(), 0, "{sheet}");

    // Alone in a folder there is nothing to check, and it says why.
    let (code, said) = alone("说明.txt", "请各校按户口簿填写姓名，不得空缺。\n".as_bytes());
    assert_eq!(code, 3);
    assert!(said.contains("说明.txt") && said.contains("说明文字"), "{said}");

    centre.bytes("名单.csv", "娃娃,所在\n王小明,甲园\n".as_bytes());
    let outcome = centre.check_with(&["--strict"]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("名单.csv") && !outcome.stderr.contains("说明.txt"));
}

#[test]
fn what_stands_beyond_the_last_header_is_said_once_for_a_sheet() {
    let centre = with_good_export();
    let header = format!("{EXPORT},,");
    let line = |name: &str, serial: u32, more: &str| {
        format!("{}{more}", active(name, &number(serial), CRAFTS))
    };
    centre.csv(
        "职校.csv",
        &header,
        &[
            line("王一", 11, ",,"),
            line("王二", 12, ",,休学过, ,转来"),
            line("王三", 13, ",,,,"),
            line("王四", 14, ",x"),
        ],
    );
    centre.xlsx(
        "二中.xlsx",
        &[
            &["姓名", "身份证号", "学校名称", "年级"],
            &["李一", &number(21), SECOND.1, "高一"],
            &["李二", &number(22), SECOND.1, "高一", "", "13800000000"],
            &["合计", "", "", "", "", "2"],
        ],
    );
    let outcome = centre.check();
    let said: Vec<_> = outcome
        .rejected()
        .into_iter()
        .map(|row| {
            (
                row["file"].clone(),
                row["row"].clone(),
                row["what"].clone(),
                row["value"].clone(),
                row["reason"].clone(),
            )
        })
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    let (ref file, ref row, ref what, ref value, ref reason) = said[0];
    assert_eq!((&**file, &**row, &**what, &**value), ("二中.xlsx", "3", "cell", "13800000000"));
    assert!(reason.contains("共 1 行"), "{reason}");
    let (ref file, ref row, ref what, ref value, ref reason) = said[1];
    assert_eq!((&**file, &**row, &**what, &**value), ("职校.csv", "3", "cell", "休学过 | 转来"));
    assert!(reason.contains("共 2 行"), "{reason}");
}

/// What was not checked by a rule: file, school, reason.
fn not_checked(outcome: &support::Outcome, rule: &str) -> Vec<(String, String, String)> {
    let run = outcome.run();
    let entries = run["not_checked"].as_array().unwrap();
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap().to_string();
    let of_rule = entries.iter().filter(|entry| entry["rule"] == rule);
    of_rule
        .map(|entry| (text(entry, "file"), text(entry, "school"), text(entry, "reason")))
        .collect()
}

#[test]
fn the_file_that_lacks_the_school_is_the_one_that_is_named() {
    let centre = Centre::new();
    // The list without a school sorts first and holds two pupils of the other one.
    centre.csv(
        "a.csv",
        "姓名,身份证号,年级,班级",
        &[format!("王一,{},高一,1班", number(11)), format!("王二,{},高一,1班", number(12))],
    );
    centre.csv(
        "b.csv",
        EXPORT,
        &[active("王一", &number(11), FIRST), active("王二", &number(12), SECOND)],
    );
    let outcome = centre.check();
    let said = not_checked(&outcome, DUAL);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((&*said[0].0, &*said[0].1), ("a.csv", ""));
    assert!(said[0].2.contains("没有学校"), "{said:?}");
}

#[test]
fn payments_say_which_of_the_lists_is_missing() {
    let centre = Centre::new();
    centre.csv("学籍.csv", EXPORT, &[active("王一", &number(11), FIRST)]);
    let line = |school: &str| format!("王一,{},{school},中职国家助学金,2025-09,230", number(11));
    let header = "姓名,身份证号,学校名称,资助项目,月份,金额";
    centre.csv(
        "无校.csv",
        "姓名,身份证号,资助项目,月份,金额",
        &[format!("王一,{},中职国家助学金,2025-03,230", number(11))],
    );
    centre.csv("一中.csv", header, &[line(FIRST.1)]);
    centre.csv("职校.csv", header, &[line(CRAFTS.1)]);
    // The school stands in the file's name alone, and its register is among the inputs.
    centre.csv(
        "河源县第一中学助学金.csv",
        "姓名,身份证号,资助项目,月份,金额",
        &[format!("王一,{},中职国家助学金,2025-10,230", number(11))],
    );
    let outcome = centre.check();
    let said = not_checked(&outcome, "paid-not-enrolled");
    let of = |file: &str| {
        let found: Vec<&str> =
            said.iter().filter(|entry| entry.0 == file).map(|entry| &*entry.2).collect();
        found.join("; ")
    };
    assert!(of("无校.csv").contains("没有写明学校"), "{said:?}");
    assert!(of("一中.csv").contains("没有该项目所属学段"), "{said:?}");
    assert!(of("河源县第一中学助学金.csv").contains("没有该项目所属学段"), "{said:?}");
    assert_eq!(of("职校.csv"), "没有发放学校的学籍或名册", "{said:?}");
}

#[test]
fn values_in_traditional_characters_mean_the_same() {
    let centre = Centre::new();
    centre.csv(
        "學籍.csv",
        "姓名,身份證號,學校名稱,年級,班級,學生狀態,入學日期",
        &[
            format!("王一,{},河源縣第一中學,高一,1班,在讀,2025-09-01", number(11)),
            format!("王一,{},河源縣第二中學,高一年級,2班,在讀,2025-09-01", number(11)),
            format!("王二,{},河源縣第一中學,高一,1班,在讀,2025-09-01", number(12)),
            format!("王二,{},河源縣第二中學,高一,1班,轉出,2024-09-01", number(12)),
            "合計,4,,,,,".to_string(),
        ],
    );
    centre.csv("一中.csv", EXPORT, &[active("王一", &number(11), FIRST)]);
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["王一"]);
    assert!(outcome.rejected().is_empty(), "{:?}", outcome.rejected());
    // 河源縣第一中學 is 河源县第一中学: its pupil stands there once.
    let schools: std::collections::BTreeSet<String> =
        outcome.of_kind(DUAL).into_iter().map(|row| row["school_code"].clone()).collect();
    assert_eq!(schools.len(), 2, "{schools:?}");
    assert!(schools.contains(FIRST.0), "{schools:?}");
}
