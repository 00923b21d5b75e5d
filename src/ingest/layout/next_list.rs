//! Several lists on one sheet, one below the other: which row below a header is the header of the next,
//! and which rows above that one are its titles.

use std::collections::BTreeMap;

use super::class_in_name::heading_of;
use super::header_rows::KnownHeaders;
use super::headers::{HeaderBook, normalize};
use super::skipped_rows::skip_reason;
use crate::ingest::SkipReason;
use crate::record::Field;

/// Knows the headers of lists.
pub struct NextList<'a> {
    known: KnownHeaders<'a>,
}

impl<'a> NextList<'a> {
    /// With the shipped headers, and those that the configuration names for the sheet.
    pub fn new(book: &'a HeaderBook, forced: Option<&BTreeMap<String, Field>>) -> NextList<'a> {
        let forced = forced.into_iter().flatten();
        let forced = forced.map(|(header, &field)| (normalize(header), field)).collect();
        NextList { known: KnownHeaders { book, forced } }
    }

    /// Whether a row is a header: of its texts, none of which is a number, most are known headers, and one
    /// says whom or which school the rows are about.
    pub fn is_header(&self, cells: &[&str]) -> bool {
        // A record is told at once by its number, card or date.
        if cells.iter().any(|cell| has_digits_in_a_row(cell, LONG_NUMBER)) {
            return false;
        }
        let filled = || cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let count = filled().count();
        if count < 2 {
            return false;
        }
        let (mut known, mut anchors) = (0, 0);
        for (at, cell) in filled().enumerate() {
            let is_known = self.known.is_known(cell);
            known += usize::from(is_known);
            anchors += usize::from(is_known && self.known.is_anchor(cell));
            // Half of the texts at least.
            if at + 1 - known > count / 2 {
                return false;
            }
        }
        anchors >= 1 && (known >= 3 || (known == count && anchors >= 2))
    }
}

/// Whether a row holds nothing but the name of a class or grade, for the rows below it.
pub fn is_heading(cells: &[&str]) -> bool {
    heading_of(cells).is_some()
}

/// Of rows that follow each other, how many at their end may be the titles of a header right below: one
/// text each, or texts with a label before them (`学校：河源一中`).
pub fn titles_at_end<T: AsRef<[String]>>(rows: &[T]) -> usize {
    let mut titles = rows.iter().rev().take_while(|row| is_sparse(row.as_ref())).count();
    let at = |titles: usize| rows[rows.len() - titles].as_ref();
    // Blank lines, sums, signatures and remarks end the list above; a name alone is its last record.
    let mut below_blank = false;
    while titles > 0 {
        let cells: Vec<&str> = at(titles).iter().map(String::as_str).collect();
        match skip_reason(&cells, &[]) {
            Some(SkipReason::Blank | SkipReason::Subtotal | SkipReason::Signature) => {
                below_blank = true;
            }
            Some(SkipReason::Note) => {}
            _ if !below_blank && may_be_name(&cells) => {}
            _ => break,
        }
        titles -= 1;
    }
    titles
}

/// Whether a row holds at most one text, or only texts with labels.
fn is_sparse(row: &[String]) -> bool {
    let filled = || row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    filled().count() <= 1 || filled().all(|cell| cell.contains([':', '：']))
}

/// Whether a row is one text that may be a pupil's name and nothing more.
fn may_be_name(cells: &[&str]) -> bool {
    const LONGEST: usize = 4;
    const NO_NAMES: [&str; 10] =
        ["学生", "名单", "名册", "班", "级", "新生", "幼儿", "人员", "校", "表"];
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let text = filled.next().unwrap_or_default();
    (text.chars().count() <= LONGEST || text.contains(['·', '•', '・']))
        && !NO_NAMES.iter().any(|word| text.contains(word))
}

/// Digits that follow each other in no header.
const LONG_NUMBER: usize = 6;

/// Whether at least so many digits follow each other in a cell.
pub fn has_digits_in_a_row(cell: &str, count: usize) -> bool {
    let mut run = 0;
    cell.len() >= count
        && cell.bytes().any(|byte| {
            run = if byte.is_ascii_digit() { run + 1 } else { 0 };
            run == count
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_below_the_records_is_told_from_them() {
        let book = HeaderBook::shipped().unwrap();
        let forced = BTreeMap::from([("娃名".to_string(), Field::Name)]);
        let next = NextList::new(&book, Some(&forced));
        for (cells, is) in [
            (&["序号", "班级", "姓名", "性别", "身份证号", "转入日期"][..], true),
            (&["姓名", "身份证号"], true),
            (&["", "学校名称", "年级", "班级", "实到人数"], true),
            (&["娃名", "性别", "班级"], true),
            (&["1", "王小明", "男", "330127201203044158", "三（1）班"], false),
            (&["1", "王小明", "男", "", "三（1）班"], false),
            (&["姓名", "王小明"], false),
            (&["班级", "三（1）班", "人数", "40", "班主任", "张老师"], false),
            (&["合计", "", "", "40"], false),
            (&["三（1）班"], false),
            (&[], false),
        ] {
            assert_eq!(next.is_header(cells), is, "{cells:?}");
        }
    }

    #[test]
    fn titles_are_what_stands_right_above() {
        let rows = |texts: &[&[&str]]| -> Vec<Vec<String>> {
            texts.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect()
        };
        for (above, titles) in [
            (
                &[&["1", "王小明", "500"][..], &["合计", "500"], &[], &["2025年春季免学费发放表"]]
                    [..],
                1,
            ),
            (&[&["", "王小明"], &[""], &["学校：河源一中", "年级：高一"]], 1),
            (&[&["转入学生名单"], &[], &["三年级"]], 3),
            (&[&["1", "王小明", "500"]], 0),
            (&[&["1", "王小明", "500"], &["转入学生"]], 1),
            (&[&["1", "王小明", "500"], &[], &["三部"]], 1),
            (&[&["欧阳小明"]], 0),
            (&[&["古丽米热·吐尔逊"]], 0),
            (&[&["1", "王小明", "500"], &["欧阳小明"], &["河源县中学"]], 1),
            (&[&["填表人：张三"], &["2025年9月1日"]], 0),
            (&[], 0),
        ] {
            assert_eq!(titles_at_end(&rows(above)), titles, "{above:?}");
        }
    }
}
