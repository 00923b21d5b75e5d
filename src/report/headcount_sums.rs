//! `headcount-sums.csv`: the count sheets' lines added up by school, grade and level. Sums are reported,
//! never cases.

use std::io::{self, Write};

use polars::prelude::{Column, DataFrame, PolarsError, SortMultipleOptions, StringChunked};
use rustc_hash::{FxHashMap, FxHashSet};

use super::words;
use crate::record::{Language, Stage};

/// A line of a count sheet beside what the registers expect there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadcountSum {
    pub school_code: String,
    pub school_name: String,
    /// As it stands; empty where the whole school was counted.
    pub grade: String,
    /// Stage and year of the grade, as far as they are understood; lines are sorted by them.
    pub rank: (Option<Stage>, u8),
    /// What one line counted: `class`, `grade` or `school`.
    pub level: &'static str,
    pub expected: i64,
    pub counted: i64,
    pub on_leave: i64,
    pub interns: i64,
    pub excused: i64,
}

/// What the columns are called, in the order of [`KEYS`], [`FIGURES`] and the difference.
const HEADER: [(&str, &str); 10] = [
    ("学校标识码", "school_code"),
    ("学校", "school_name"),
    ("年级", "grade"),
    ("清点层级", "level"),
    ("应到", "expected"),
    ("实到", "counted"),
    ("请假", "on_leave"),
    ("实习", "interns"),
    ("其他有故", "excused"),
    ("差异", "difference"),
];
const LEVELS: [(&str, &str); 3] = [("班", "class"), ("年级", "grade"), ("学校", "school")];
const TOTAL: (&str, &str) = ("合计", "total");
const KEYS: [&str; 4] = ["school_code", "school_name", "grade", "level"];
/// Where a grade comes among those of its school.
const PLACE: &str = "place";
const FIGURES: [&str; 5] = ["expected", "counted", "on_leave", "interns", "excused"];

/// Writes the sums with the difference that no reason explains, byte order mark included.
pub fn write(lines: &[HeadcountSum], language: Language, mut out: impl Write) -> io::Result<()> {
    let total = words::in_language(TOTAL, language);
    let sums = add_up(&with_totals(lines, total), total).map_err(io::Error::other)?;
    out.write_all(super::BOM)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(HEADER.map(|words| words::in_language(words, language)))?;
    let text = |name: &str, row: usize| -> Result<String, PolarsError> {
        Ok(sums.column(name)?.str()?.get(row).unwrap_or("").to_string())
    };
    let figure = |name: &str, row: usize| -> Result<i64, PolarsError> {
        Ok(sums.column(name)?.i64()?.get(row).unwrap_or(0))
    };
    for row in 0..sums.height() {
        for key in KEYS {
            let text = text(key, row).map_err(io::Error::other)?;
            let level = LEVELS.into_iter().find(|(_, level)| key == "level" && *level == text);
            match level {
                Some(words) => csv.write_field(words::in_language(words, language))?,
                None => csv.write_field(&*words::guarded(&text))?,
            }
        }
        let mut difference = 0;
        for (at, name) in FIGURES.iter().enumerate() {
            let heads = figure(name, row).map_err(io::Error::other)?;
            difference += if at == 0 { heads } else { -heads };
            csv.write_field(heads.to_string())?;
        }
        csv.write_field(difference.to_string())?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// The lines, and each once more for the total of its school and level where several were counted.
fn with_totals(lines: &[HeadcountSum], total: &str) -> Vec<HeadcountSum> {
    let key =
        |line: &HeadcountSum| (line.school_code.clone(), line.school_name.clone(), line.level);
    let mut grades: FxHashMap<_, FxHashSet<&str>> = FxHashMap::default();
    for line in lines {
        grades.entry(key(line)).or_default().insert(&line.grade);
    }
    let totals = lines
        .iter()
        .filter(|line| grades[&key(line)].len() > 1)
        .map(|line| HeadcountSum { grade: total.to_string(), ..line.clone() });
    lines.iter().cloned().chain(totals).collect()
}

/// One row per school, grade and level, sorted by school and as grades follow one another; a school's
/// total comes last.
fn add_up(lines: &[HeadcountSum], total: &str) -> Result<DataFrame, PolarsError> {
    let texts = |name: &str, of: fn(&HeadcountSum) -> &str| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<&str>>())
    };
    let figures = |name: &str, of: fn(&HeadcountSum) -> i64| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<i64>>())
    };
    let table = DataFrame::new(
        lines.len(),
        vec![
            texts(KEYS[0], |line| &line.school_code),
            texts(KEYS[1], |line| &line.school_name),
            texts(KEYS[2], |line| &line.grade),
            texts(KEYS[3], |line| line.level),
            figures(FIGURES[0], |line| line.expected),
            figures(FIGURES[1], |line| line.counted),
            figures(FIGURES[2], |line| line.on_leave),
            figures(FIGURES[3], |line| line.interns),
            figures(FIGURES[4], |line| line.excused),
        ],
    )?;
    #[expect(deprecated, reason = "the eager sum saves building the lazy engine")]
    let mut sums = table.group_by(KEYS)?.select(FIGURES).sum()?;
    for name in FIGURES {
        sums.rename(&format!("{name}_sum"), name.into())?;
    }
    // Of equal grades, one of which says no stage, the other one is believed.
    let mut ranks: FxHashMap<_, (bool, Option<Stage>, u8)> = FxHashMap::default();
    for line in lines {
        let unknown = line.rank.0.is_none() || line.rank.1 == 0;
        let rank = (unknown, line.rank.0, line.rank.1);
        let key: [&str; 3] = [&line.school_code, &line.school_name, &line.grade];
        let held = ranks.entry(key).or_insert(rank);
        *held = (*held).min(rank);
    }
    let mut distinct: Vec<_> = ranks.values().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let [codes, names, grades] =
        [sums.column(KEYS[0])?.str()?, sums.column(KEYS[1])?.str()?, sums.column(KEYS[2])?.str()?];
    let place = |row: usize| -> i64 {
        let text = |column: &StringChunked| column.get(row).unwrap_or_default().to_string();
        let (code, name, grade) = (text(codes), text(names), text(grades));
        if grade == total {
            return i64::MAX;
        }
        let rank = ranks.get(&[code.as_str(), name.as_str(), grade.as_str()]);
        rank.and_then(|rank| distinct.binary_search(rank).ok()).map_or(i64::MAX, |at| at as i64)
    };
    let places: Vec<i64> = (0..sums.height()).map(place).collect();
    sums.with_column(Column::new(PLACE.into(), places))?;
    sums.sort([KEYS[0], KEYS[1], PLACE, KEYS[2], KEYS[3]], SortMultipleOptions::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_add_up_to_their_grade() {
        let line = |grade: &str, expected, counted, on_leave| HeadcountSum {
            school_code: "21".into(),
            school_name: "甲小".into(),
            grade: grade.into(),
            rank: (Some(Stage::Primary), if grade == "一年级" { 1 } else { 2 }),
            level: "class",
            expected,
            counted,
            on_leave,
            interns: 0,
            excused: 0,
        };
        let mut bytes = Vec::new();
        write(
            &[line("二年级", 40, 40, 0), line("一年级", 45, 43, 1), line("一年级", 44, 44, 0)],
            Language::Zh,
            &mut bytes,
        )
        .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
            "\
学校标识码,学校,年级,清点层级,应到,实到,请假,实习,其他有故,差异
21,甲小,一年级,班,89,87,1,0,0,1
21,甲小,二年级,班,40,40,0,0,0,0
21,甲小,合计,班,129,127,1,0,0,1
"
        );
    }
    #[test]
    fn grades_follow_one_another_as_in_school_and_not_as_in_a_dictionary() {
        let line = |grade: &str, stage, year| HeadcountSum {
            school_code: "21".into(),
            school_name: "甲校".into(),
            grade: grade.into(),
            rank: (stage, year),
            level: "grade",
            expected: 1,
            counted: 1,
            on_leave: 0,
            interns: 0,
            excused: 0,
        };
        let (primary, junior) = (Some(Stage::Primary), Some(Stage::Junior));
        let lines = [
            line("未分", None, 0),
            line("初一", junior, 1),
            line("三年级", primary, 3),
            line("二年级", primary, 2),
            line("大班", Some(Stage::Preschool), 3),
            line("一年级", primary, 1),
        ];
        let mut bytes = Vec::new();
        write(&lines, Language::Zh, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let grades: Vec<&str> =
            text.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
        assert_eq!(grades, ["大班", "一年级", "二年级", "三年级", "初一", "未分", "合计"]);
    }
}
