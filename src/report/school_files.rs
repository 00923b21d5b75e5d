//! `schools/CODE_NAME.csv`: a school's own cases, masked, in Chinese, with empty columns to answer in.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::mask::Mask;
use super::words;
use crate::cases::CaseRow;
use crate::rules::{Role, Severity};

/// The columns; the last four are the school's.
pub const COLUMNS: [&str; 26] = [
    "案件编号",
    "问题类型",
    "程度",
    "本校角色",
    "年级",
    "班级",
    "姓名",
    "身份证号(隐)",
    "学籍号(隐)",
    "资助项目",
    "学年",
    "学期",
    "月份",
    "金额",
    "发放日期",
    "学籍状态",
    "起",
    "止",
    "对方学校",
    "文件",
    "行号",
    "问题说明",
    "核查结果",
    "核查说明",
    "核查人",
    "核查日期",
];

/// A file name without its ending has at most this many characters.
const LONGEST_STEM: usize = 76;
const ENDING: &str = ".csv";

/// One school's file, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolFile {
    /// The name inside `schools/`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The files of all schools with open cases, in the order of code, then name. `each` is called with
/// one file at a time on each thread, so that few are in memory at once.
pub fn for_each<T: Send, E: Send>(
    rows: &[CaseRow],
    mask: Mask,
    each: impl Fn(io::Result<SchoolFile>) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let (schools, cases) = by_school(rows, |_| true);
    schools
        .into_par_iter()
        .map(|school| {
            let mut bytes = Vec::new();
            let written = write_csv(&table(&school.rows, &cases, mask), &mut bytes);
            let name = format!("{}{ENDING}", school.stem);
            each(written.map(|()| SchoolFile { name, bytes }))
        })
        .collect()
}

/// The cases of one school.
pub(super) struct OfSchool<'a> {
    pub code: &'a str,
    pub name: &'a str,
    /// A file name without its ending that no other school has.
    pub stem: String,
    pub rows: Vec<&'a CaseRow>,
}

/// All rows of a case that belong to a school, by the case's id.
pub(super) type RowsOfCases<'a> = FxHashMap<&'a str, Vec<&'a CaseRow>>;

/// The rows by school that schools may see: of open cases that are no `info`, as far as `wanted`; and
/// the rows of those cases.
pub(super) fn by_school(
    rows: &[CaseRow],
    wanted: impl Fn(&CaseRow) -> bool,
) -> (Vec<OfSchool<'_>>, RowsOfCases<'_>) {
    // Waived cases are settled for the time being; resolved ones wait for an export that shows it.
    let open = || rows.iter().filter(|row| row.severity != Severity::Info && row.status.is_open());
    let mut cases = RowsOfCases::default();
    let mut schools: BTreeMap<(&str, &str), Vec<&CaseRow>> = BTreeMap::new();
    for row in open() {
        if let Some(school) = words::school_of(row) {
            cases.entry(&row.case_id).or_default().push(row);
            if wanted(row) {
                schools.entry(school).or_default().push(row);
            }
        }
    }
    let mut taken = HashSet::new();
    let named = schools.into_values().map(|rows| {
        let name = rows.iter().map(|row| row.school_name.as_str()).find(|name| !name.is_empty());
        let (code, name) =
            (rows.first().map_or("", |row| &row.school_code), name.unwrap_or_default());
        OfSchool { code, name, stem: free_stem(code, name, &mut taken), rows }
    });
    (named.collect(), cases)
}

/// The lines of a school's file under [`COLUMNS`].
pub(super) fn table(own: &[&CaseRow], cases: &RowsOfCases, mask: Mask) -> Vec<[String; 26]> {
    // A case's rows follow each other; one of a thousand rows must not be looked through for each.
    let mut last: Option<(&str, String)> = None;
    own.iter()
        .map(|row| {
            let case = row.case_id.as_str();
            if last.as_ref().is_none_or(|(known, _)| *known != case) {
                let rows = cases.get(case).map_or(&[][..], Vec::as_slice);
                last = Some((case, other_schools(row, rows)));
            }
            cells(row, last.as_ref().map_or("", |(_, others)| others), mask)
        })
        .collect()
}

fn cells(row: &CaseRow, others: &str, mask: Mask) -> [String; 26] {
    let (file, place) = match &row.source {
        Some(source) => (source.file.clone(), source.row.to_string()),
        None => (String::new(), String::new()),
    };
    [
        row.case_id.clone(),
        row.kind.chinese().into(),
        row.severity.chinese().into(),
        row.role.chinese().into(),
        row.grade.clone(),
        row.class.clone(),
        row.name.clone(),
        mask.number(&row.id_number),
        mask.student_number(&row.student_number),
        row.programme.clone(),
        words::or_empty(row.period.school_year),
        row.period.term.map(words::term_chinese).unwrap_or_default().into(),
        words::months_chinese(row.period),
        words::or_empty(row.amount),
        words::or_empty(row.pay_date),
        row.enrollment_status.map(words::status_chinese).unwrap_or_default().into(),
        words::or_empty(row.valid_from),
        words::or_empty(row.valid_to),
        others.to_string(),
        file,
        place,
        mask.sentence(&row.reason.zh),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]
}

/// Writes the lines below their headers, for Excel: UTF-8 with BOM, CRLF, no formulas.
pub(super) fn write_csv(table: &[[String; 26]], out: &mut Vec<u8>) -> io::Result<()> {
    out.write_all(super::BOM)?;
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut *out);
    csv.write_record(COLUMNS)?;
    for line in table {
        for cell in line {
            csv.write_field(&*words::guarded(cell))?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// The other schools of a case: `乙校(普通高中, 在读, 2025-09-01～)；丙校`. Of a school's rows those that
/// say a stage, a status or a date speak for it.
fn other_schools(own: &CaseRow, rows: &[&CaseRow]) -> String {
    let mut schools: Vec<((&str, &str), Vec<String>)> = Vec::new();
    for row in rows.iter().filter(|row| row.role != Role::Witness) {
        let Some(school) = words::school_of(row) else { continue };
        if Some(school) == words::school_of(own) {
            continue;
        }
        let index = schools.iter().position(|(known, _)| *known == school).unwrap_or_else(|| {
            schools.push((school, Vec::new()));
            schools.len() - 1
        });
        let stay = stay(row);
        let stays = &mut schools[index].1;
        if !stay.is_empty() && !stays.contains(&stay) {
            stays.push(stay);
        }
    }
    let mut texts = Vec::new();
    for (school, stays) in schools {
        let name = rows
            .iter()
            .filter(|row| words::school_of(row) == Some(school))
            .map(|row| row.school_name.as_str())
            .find(|name| !name.is_empty())
            .unwrap_or(school.0);
        if stays.is_empty() {
            texts.push(name.to_string());
        }
        texts.extend(stays.iter().map(|stay| format!("{name}({stay})")));
    }
    texts.join("；")
}

/// Stage, status and dates of a row, as far as it has them.
fn stay(row: &CaseRow) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(row.stage.map(|stage| words::stage_chinese(stage).to_string()));
    parts.extend(row.enrollment_status.map(|status| words::status_chinese(status).to_string()));
    if row.valid_from.is_some() || row.valid_to.is_some() {
        let (from, to) = (words::or_empty(row.valid_from), words::or_empty(row.valid_to));
        parts.push(format!("{from}～{to}"));
    }
    parts.join(", ")
}

/// A file name without ending that no other school has, whatever the case of its letters.
fn free_stem(code: &str, name: &str, taken: &mut HashSet<String>) -> String {
    let joined = match (code, name) {
        ("", name) => name.to_string(),
        (code, "") => code.to_string(),
        (code, name) => format!("{code}_{name}"),
    };
    let mut number = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("_{number}") };
        let stem = safe_stem(&joined, LONGEST_STEM - suffix.len());
        let candidate = format!("{stem}{suffix}");
        if taken.insert(candidate.to_lowercase()) {
            return candidate;
        }
        number += 1;
    }
}

/// A stem that Windows takes as a file name.
fn safe_stem(text: &str, longest: usize) -> String {
    let cleaned: String = text
        .trim_start()
        .chars()
        .map(|character| match character {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
            character if character.is_control() => '_',
            character => character,
        })
        .take(longest)
        .collect();
    let stem =
        cleaned.trim_end_matches(|character: char| character == '.' || character.is_whitespace());
    let device = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |port: &str| {
        device.strip_prefix(port).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('0'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
        })
    };
    let reserved = matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || numbered("COM")
        || numbered("LPT");
    if stem.is_empty() || reserved {
        let shorter: String = stem.chars().take(longest - 1).collect();
        return format!("_{shorter}");
    }
    stem.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;
    use crate::record::{EnrollmentStatus, Fen};

    fn files(rows: &[CaseRow]) -> Vec<(String, String)> {
        for_each(rows, Mask::default(), |file| {
            file.map(|file| (file.name, String::from_utf8(file.bytes).unwrap()))
        })
        .unwrap()
    }

    #[test]
    fn a_school_sees_its_own_rows_masked() {
        let mut other = row("DE-1", "", "乙:校");
        other.enrollment_status = Some(EnrollmentStatus::Active);
        other.name = "别人".into();
        other.amount = Some(Fen(-100));
        let files = files(&[row("DE-1", "33A", "甲校"), other]);
        assert_eq!(files[0].0, "乙_校.csv");
        assert_eq!(files[1].0, "33A_甲校.csv");
        let text = &files[1].1;
        assert!(text.starts_with("\u{feff}案件编号,") && text.contains(",核查日期\r\n"));
        assert!(text.ends_with(
            "\r\nDE-1,双重学籍,错误,本校记录,高一,3,张三,330127********1012,G33012*********1012,\
             '=国家助学金,2025-2026,秋季,2025年9月、2025年10月,1150.00,2025-11,转出,2025-09-01,,\
             \"乙:校(普通高中, 在读, 2025-09-01～)\",a/b.csv,7,原因330127********1012,,,,\r\n"
        ));
        assert!(!text.contains("别人") && !text.contains("20100503"));
        assert!(files[0].1.contains(",'-1.00,"));
    }

    #[test]
    fn infos_and_rows_without_a_school_stay_at_the_centre() {
        let mut info = row("DE-1", "A", "甲校");
        info.severity = Severity::Info;
        assert_eq!(files(&[info, row("DE-2", "", "")]), []);
    }

    #[test]
    fn a_school_without_details_is_named_once() {
        let mut other = row("DE-1", "B", "乙校");
        (other.stage, other.enrollment_status, other.valid_from) = (None, None, None);
        let own = row("DE-1", "A", "甲校");
        assert_eq!(other_schools(&own, &[&own, &other, &other]), "乙校");
        assert_eq!(other_schools(&own, &[&own]), "");
    }

    #[test]
    fn names_are_safe_for_windows() {
        assert_eq!(safe_stem("a<>:\"/\\|?*\u{7}b. .", 76), "a__________b");
        assert_eq!(safe_stem("..", 76), "_");
        assert_eq!(safe_stem("con", 76), "_con");
        assert_eq!(safe_stem("COM1.x", 76), "_COM1.x");
        assert_eq!(safe_stem("COM10", 76), "COM10");
        assert_eq!(safe_stem("控制", 76), "控制");
        let mut taken = HashSet::new();
        let long = "校".repeat(100);
        assert_eq!(free_stem("1", &long, &mut taken).chars().count(), LONGEST_STEM);
        assert_eq!(free_stem("1", &long, &mut taken).chars().count(), LONGEST_STEM);
        assert_eq!(free_stem("", "Ab", &mut taken), "Ab");
        assert_eq!(free_stem("", "aB", &mut taken), "aB_2");
    }
}
