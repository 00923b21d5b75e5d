//! Rows whose cells stand beside their columns, as an unquoted comma in an address makes them. What such a row
//! says of anybody is worth nothing: it would name a school by somebody's identity number.

use chrono::{Datelike, NaiveDate};

use super::cells::cell;
use super::id_number::{clean_number, known_province, scientific_parts};
use super::social_credit_code::is_social_credit_code;
use super::status::parse_sex;
use super::typer::Typer;
use crate::ingest::{Rejected, has_digits_in_a_row};
use crate::record::{IdNumber, Message, in_simplified};

/// What proves that a row is shifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// Somebody's number in a column that holds none.
    Number(usize),
    /// Cells beyond the last header, and in this column something of another one.
    OtherText(usize),
}

impl Typer<'_> {
    /// Rejects a row whose cells are shifted. Whether it was.
    pub(super) fn reject_shifted(&mut self, row: u32, cells: &[&str]) -> bool {
        let Some(proof) = self.shift(cells) else { return false };
        let (column, zh, en) = match proof {
            Proof::Number(column) => (
                column,
                "本列里是身份证号或学籍号",
                "an ID or student number stands in this column",
            ),
            Proof::OtherText(column) => (
                column,
                "本列里是别的列的内容，最后一个表头之后也有内容",
                "this column holds what belongs into another, and cells stand beyond the last header",
            ),
        };
        let value = cell(cells, column);
        self.reject(
            row,
            Rejected::Row,
            column,
            value,
            Message::new(
                format!("{zh}：本行各列已错位，未核对；常因单元格里有未加引号的逗号，请在原表改正后重新导出"),
                format!("{en}: the row is shifted and was not checked; often for want of quotes around a cell with a comma; mend it in the source and export again"),
            ),
        );
        true
    }

    fn shift(&self, cells: &[&str]) -> Option<Proof> {
        let as_of = self.sheet.as_of;
        let is_number = |column: usize| {
            cells.get(column).is_some_and(|cell| is_somebodys_number(cell, as_of))
                && !(self.holds_school_codes(column) && may_be_code(cell(cells, column)))
        };
        if let Some(&column) = self.further.numberless.iter().find(|&&at| is_number(at)) {
            return Some(Proof::Number(column));
        }
        // No school is called by a telephone, card or ID number; a file would be named by it.
        if has_digits_in_a_row(cell(cells, self.at.school_name), SHORTEST_NUMBER) {
            return Some(Proof::Number(self.at.school_name));
        }
        // Words where the number should be, and the number under another header.
        let id_cell = cell(cells, self.at.id_number);
        if is_words(id_cell)
            && let Some(column) =
                (0..cells.len()).find(|&column| is_number(column) && !self.may_hold_numbers(column))
        {
            return Some(Proof::Number(column));
        }
        let beyond = cells.get(self.width..).unwrap_or_default();
        if beyond.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let sex = cell(cells, self.at.sex);
        if !sex.is_empty() && parse_sex(sex).is_none() {
            return Some(Proof::OtherText(self.at.sex));
        }
        [self.at.class, self.at.grade]
            .into_iter()
            .find(|&column| is_name_of_school(cell(cells, column)))
            .map(Proof::OtherText)
    }

    fn holds_school_codes(&self, column: usize) -> bool {
        column == self.at.school_code || self.further.school_code.contains(&column)
    }

    /// Whether the header speaks of numbers, or of remarks, which may quote some.
    fn may_hold_numbers(&self, column: usize) -> bool {
        let header = in_simplified(self.headers.get(column).copied().unwrap_or_default());
        header.contains(['证', '号', '码', '卡', '账', '注', '说', '信', '原'])
    }
}

/// Digits of the shortest number of somebody: a telephone's.
const SHORTEST_NUMBER: usize = 11;
/// Bytes of the shortest: `3.30E+17`.
const SHORTEST: usize = 8;

/// A resident's identity number, whatever its last character; a student number; or one of them as Excel shows
/// it without digits. Shapes alone: a row is not made good by a slip in the number.
fn is_somebodys_number(cell: &str, as_of: NaiveDate) -> bool {
    may_be_number(cell) && holds_number(cell, as_of)
}

/// Asked of every row: most cells are too short, or open otherwise than with a digit, the letter of a student
/// number, a quote, `=`, a blank, or a full-width or invisible character.
#[inline]
fn may_be_number(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let opens = |byte: u8| {
        byte <= b'9' || matches!(byte, b'=' | b'G' | b'g' | b'L' | b'J' | 0xC2 | 0xE2 | 0xE3 | 0xEF)
    };
    bytes.len() >= SHORTEST && bytes.first().is_some_and(|byte| opens(*byte))
}

fn holds_number(cell: &str, as_of: NaiveDate) -> bool {
    let cell = cell.trim();
    let bytes = cell.as_bytes();
    if !(SHORTEST..=90).contains(&bytes.len()) {
        return false;
    }
    if bytes.contains(&b'+') && cell.is_ascii() {
        return scientific_parts(&cell.to_ascii_uppercase())
            .is_some_and(|(_, exponent)| exponent == 17);
    }
    if bytes.len() < 18 {
        return false;
    }
    let text = clean_number(cell);
    let body = text.strip_prefix(['G', 'L', 'J']).unwrap_or(&text).as_bytes();
    let (Some(digits), Some(last)) = (body.get(..17), body.get(17)) else { return false };
    if body.len() != 18 || !(last.is_ascii_digit() || *last == b'X') {
        return false;
    }
    IdNumber::from_17_digits(digits).is_some_and(|number| {
        known_province(number)
            && number.birth_date().is_some_and(|born| born.year() >= 1900 && born <= as_of)
    })
}

/// Whether what has the shape of somebody's number may still be a school's code: that of an organization, one
/// whose last character is no check character, or one that Excel shows without digits.
fn may_be_code(cell: &str) -> bool {
    let text = clean_number(cell);
    if text.starts_with(['G', 'L', 'J']) {
        return false;
    }
    let checked = text.as_bytes().split_last().is_some_and(|(last, digits)| {
        IdNumber::check_character(digits).is_some_and(|check| check == *last)
    });
    !checked || is_social_credit_code(&text)
}

/// Han characters without a digit that say more than that there is no number.
fn is_words(cell: &str) -> bool {
    let says_none = ["无", "未", "没", "不", "待", "证", "暂", "空", "同", "補", "补", "护照"];
    cell.as_bytes().first().is_some_and(|byte| *byte >= 0xE3)
        && !cell.chars().any(char::is_numeric)
        && !says_none.iter().any(|word| cell.contains(word))
}

fn is_name_of_school(cell: &str) -> bool {
    let cell = in_simplified(cell);
    ["小学", "中学", "学校", "幼儿园", "学院"].iter().any(|end| cell.ends_with(end))
        && cell.chars().count() >= 4
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::Sheet;
    use super::*;

    #[test]
    fn a_number_of_somebody_is_told_from_codes_and_names() {
        let as_of = NaiveDate::from_ymd_opt(2025, 10, 15).unwrap();
        for cell in [
            "330127201202020118",
            "33012720120202011X",
            "'330127201202020118",
            "=\"330127201202020118\"",
            "３３０１２７２０１２０２０２０１１８",
            "330127201202020000",
            "G330127201202020118",
            "L330127201202020118",
            "3.30127E+17",
            "3.30127201202020e+17",
        ] {
            assert!(is_somebodys_number(cell, as_of), "{cell}");
        }
        for cell in [
            "3433000001",
            "12330127470312345X",
            "123301274703123456",
            "2024级计算机应用（1）班",
            "2024机电一体化技术五年制1班",
            "临江县第二小学",
            "13800138000",
            "6217001234567890123",
            "1.15E+03",
            "330127209902020118",
            "GZ20240101计算机应用与维护",
            "",
        ] {
            assert!(!is_somebodys_number(cell, as_of), "{cell}");
        }
    }
    #[test]
    fn of_a_shifted_row_nothing_is_used() {
        let lines = [
            "姓名,家庭住址,身份证号,学校,班级",
            "王一,城关镇,人民路1号,330127201003051018,河源县第二小学,三1班",
            "王二,城关镇人民路1号,330127201003051026,河源县第二小学,三1班",
            "王三,330127201003051034,,河源县第二小学,三1班",
            "王四,城关镇人民路1号,出生证明,河源县第二小学,三1班",
        ];
        let (_, batch) = Sheet::csv("名册.csv", &lines).read();
        assert_eq!(batch.enrollments.columns.row, [3, 4, 5]);
        let schools: Vec<&str> =
            batch.schools.as_slice().iter().map(|school| &*school.name).collect();
        assert!(!schools.iter().any(|name| name.contains("330127")), "{schools:?}");
        let [shifted] = &batch.rejections[..] else { panic!("{:?}", batch.rejections) };
        assert_eq!((shifted.place.row, shifted.what, &*shifted.column), (2, Rejected::Row, "学校"));
        assert!(shifted.reason.zh.contains("错位") && shifted.reason.en.contains("shifted"));
    }

    #[test]
    fn a_row_is_shifted_too_where_its_number_lands_in_a_column_that_is_not_read() {
        let lines = [
            "身份证号,家庭住址,姓名,性别,学校,班级",
            "城关镇,330127201003051018,王一,男,河源县第二小学,三1班",
            "330127201003051026,城关镇,人民路,王二,男,河源县第二小学,三1班",
            "330127201003051034,城关镇,王三,男,河源县第二小学,三1班,走读",
        ];
        let (_, batch) = Sheet::csv("名册.csv", &lines).read();
        assert_eq!(batch.enrollments.columns.row, [4]);
        let columns: Vec<&str> = batch.rejections.iter().map(|line| line.column.as_str()).collect();
        assert_eq!(columns, ["家庭住址", "性别"]);
    }

    /// 121101194008123457: an institution (12) of a district (110119), and by its digits born on 1940-08-12.
    #[test]
    fn a_code_of_the_school_is_nobodys_number_but_a_pupils_number_there_is() {
        let read = |codes: [&str; 3]| {
            let lines = codes.iter().zip([("王一", "018"), ("王二", "026"), ("王三", "034")]);
            let lines = lines.map(|(code, (name, end))| {
                format!("{name},330127201003051{end},{code},河源县第二小学,三1班")
            });
            let header = "姓名,身份证号,学校标识码,学校,班级".to_string();
            let lines: Vec<String> = [header].into_iter().chain(lines).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let (_, batch) = Sheet::csv("名册.csv", &lines).read();
            batch.enrollments.columns.row.clone()
        };
        for code in ["121101194008123457", "121101194008123455", "1.21101194008123E+17"] {
            assert_eq!(read([code; 3]), [2, 3, 4], "{code}");
        }
        let code = "121101194008123457";
        for number in ["330127201202020118", "G330127201202020118"] {
            assert_eq!(read([code, number, code]), [2, 4], "{number}");
        }
    }

    #[test]
    fn no_school_is_called_by_a_number() {
        let lines = [
            "姓名,身份证号,学校,班级",
            "王一,330127201003051018,河源县第二小学330127201203030123,三1班",
            "王二,330127201003051026,13812345678,三1班",
            "王三,330127201003051034,河源县第二小学,三1班",
        ];
        let (_, batch) = Sheet::csv("名册.csv", &lines).read();
        assert_eq!((batch.enrollments.len(), batch.counts.rejected), (1, 2));
        let names = batch.schools.as_slice().iter().map(|school| &*school.name);
        assert!(
            names.clone().all(|name| !has_digits_in_a_row(name, SHORTEST_NUMBER)),
            "{:?}",
            names.collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_guardians_number_beside_words_proves_nothing() {
        let lines = [
            "姓名,身份证号,监护人证件,备注,学校,班级",
            "王一,出生医学证明,330127198003051018,,河源县第二小学,三1班",
            "王二,户口在外地,330127198003051026,330127198003051034,河源县第二小学,三1班",
        ];
        let (_, batch) = Sheet::csv("名册.csv", &lines).read();
        assert_eq!((batch.enrollments.len(), batch.counts.rejected), (2, 0));
    }
}
