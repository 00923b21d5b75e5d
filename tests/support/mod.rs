//! A small centre for the tests: a folder of exports, the program run over it, and what came out.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use tempfile::TempDir;

pub const AS_OF: &str = "2025-10-15";

/// Code and name.
pub type School = (&'static str, &'static str);
pub const FIRST: School = ("3433027001", "河源县第一中学");
pub const SECOND: School = ("3433027002", "河源县第二中学");
pub const CRAFTS: School = ("3633027003", "河源县机电职业技术学校");

/// The columns of [`enrolled`].
pub const EXPORT: &str =
    "姓名,性别,身份证件号,学籍号,学校标识码,学校名称,年级名称,班级名称,学生状态,入学日期,异动日期";
/// The columns of [`paid`].
pub const PAYMENTS: &str =
    "姓名,身份证号码,学校标识码,学校名称,资助项目,学年,学期,月份,金额,发放日期,发放状态";

/// A valid number of someone born in 2010; `serial` up to 99.
pub fn number(serial: u32) -> String {
    let digits = format!("33012720100305{:03}", 100 + serial);
    with_check_character(&digits)
}

/// A valid number of someone born in 1985; `serial` up to 99.
pub fn parent_number(serial: u32) -> String {
    with_check_character(&format!("33012719850305{:03}", 100 + serial))
}

/// GB 11643-1999, written anew so that the program's own arithmetic is not trusted here.
fn with_check_character(digits: &str) -> String {
    let sum: u32 = digits
        .chars()
        .enumerate()
        .map(|(place, digit)| digit.to_digit(10).unwrap() * (2u32.pow(17 - place as u32) % 11))
        .sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap();
    format!("{digits}{check}")
}

/// A line of a 学籍 export: a pupil of 高一 1班.
pub fn enrolled(
    name: &str,
    number: &str,
    school: School,
    status: &str,
    entry: &str,
    moved: &str,
) -> String {
    format!("{name},,{number},,{},{},高一,1班,{status},{entry},{moved}", school.0, school.1)
}

/// A pupil who has been at the school since 2025-09-01.
pub fn active(name: &str, number: &str, school: School) -> String {
    enrolled(name, number, school, "在读", "2025-09-01", "")
}

/// A line of a list of 中职国家助学金 of the autumn of 2025.
pub fn paid(name: &str, number: &str, month: &str, day: &str, status: &str) -> String {
    let (code, school) = CRAFTS;
    format!(
        "{name},{number},{code},{school},中职国家助学金,2025-2026,秋季学期,{month},230.00,{day},{status}"
    )
}

/// Header and lines as one CSV.
pub fn csv_of(header: &str, lines: &[String]) -> String {
    let mut text = format!("{header}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// One row of a CSV by its headers.
pub type Row = BTreeMap<String, String>;

/// The rows of a CSV that we wrote.
pub fn read_csv(path: &Path) -> Vec<Row> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a BOM").to_vec();
    csv::Reader::from_reader(&bytes[..]).deserialize().map(Result::unwrap).collect()
}

/// A folder of exports and a place for the report.
pub struct Centre {
    root: TempDir,
}

impl Centre {
    /// With a fixed secret, so that case ids can be compared.
    pub fn new() -> Centre {
        let centre = Centre { root: tempfile::tempdir().unwrap() };
        fs::create_dir(centre.inputs()).unwrap();
        centre.bytes("aidcheck.toml", b"secret_file = \"secret.txt\"\n");
        centre.bytes("secret.txt", b"only for tests\n");
        centre
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn inputs(&self) -> PathBuf {
        self.root().join("in")
    }

    pub fn out(&self) -> PathBuf {
        self.root().join("out")
    }

    pub fn bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.inputs().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn csv(&self, name: &str, header: &str, lines: &[String]) {
        self.bytes(name, csv_of(header, lines).as_bytes());
    }

    /// A workbook with one sheet; every cell is text.
    pub fn xlsx(&self, name: &str, rows: &[&[&str]]) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *cell).unwrap();
            }
        }
        self.bytes(name, &book.save_to_buffer().unwrap());
    }

    /// `aidcheck check` over the folder with further arguments.
    pub fn check_with(&self, arguments: &[&str]) -> Outcome {
        self.check_on(AS_OF, arguments)
    }

    /// The same as of another day.
    pub fn check_on(&self, day: &str, arguments: &[&str]) -> Outcome {
        let output = aidcheck()
            .current_dir(self.root())
            .args(["check", "in", "--out", "out", "--as-of", day, "--no-progress"])
            .args(arguments)
            .output()
            .unwrap();
        Outcome {
            code: output.status.code().expect("ended by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            out: self.out(),
        }
    }

    /// A check that must succeed.
    pub fn check(&self) -> Outcome {
        let outcome = self.check_with(&[]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.assert_rows_close();
        outcome
    }
}

/// The program.
pub fn aidcheck() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("aidcheck"))
}

/// What a run left behind.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub out: PathBuf,
}

impl Outcome {
    pub fn cases(&self) -> Vec<Row> {
        read_csv(&self.out.join("cases.csv"))
    }

    pub fn rejected(&self) -> Vec<Row> {
        read_csv(&self.out.join("rejected.csv"))
    }

    pub fn run(&self) -> Value {
        serde_json::from_slice(&fs::read(self.out.join("run.json")).unwrap()).unwrap()
    }

    /// The names on the cases of a kind, each once, in order.
    pub fn names(&self, kind: &str) -> Vec<String> {
        let mut names: Vec<String> =
            self.of_kind(kind).into_iter().map(|row| row["name"].clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The rows of the cases of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<Row> {
        self.cases().into_iter().filter(|row| row["kind"] == kind).collect()
    }

    /// How many cases of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        let ids: std::collections::BTreeSet<String> =
            self.of_kind(kind).into_iter().map(|row| row["case_id"].clone()).collect();
        ids.len()
    }

    /// What `run.json` says of an input file.
    pub fn input(&self, name: &str) -> Value {
        let run = self.run();
        let inputs = run["inputs"].as_array().unwrap();
        inputs
            .iter()
            .find(|input| input["file"] == name)
            .unwrap_or_else(|| panic!("{name} is not among {inputs:?}"))
            .clone()
    }

    /// Every row in is checked, rejected or skipped.
    pub fn assert_rows_close(&self) {
        let run = self.run();
        for input in run["inputs"].as_array().unwrap() {
            for sheet in input["sheets"].as_array().unwrap() {
                let skipped: u64 = sheet["skipped"]
                    .as_object()
                    .unwrap()
                    .values()
                    .map(|rows| rows.as_u64().unwrap())
                    .sum();
                let figure = |key: &str| sheet[key].as_u64().unwrap();
                assert_eq!(
                    figure("rows_in"),
                    figure("checked") + figure("rejected") + skipped,
                    "{} {}",
                    input["file"],
                    sheet
                );
            }
        }
    }
}
