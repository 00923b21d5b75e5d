//! Classes folded so that `三班`, `03`, `七(3)班` and `703` meet.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::numeral::{chinese_value, leading_number, trailing_number};
use crate::record::in_simplified;

/// Folds the name of a class.
///
/// In: the cell. Out: for a numbered class the number without leading zeros and without the grade,
/// behind a name that is no grade (`计算机1`); a named class without 班; empty for a blank.
pub fn fold_class(cell: &str) -> Cow<'_, str> {
    if is_canonical(cell) {
        return Cow::Borrowed(cell);
    }
    let text: String = in_simplified(cell)
        .nfkc()
        .filter(|c| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(c, '\'' | '"' | '\u{FEFF}' | '\u{200B}')
        })
        .flat_map(char::to_uppercase)
        .collect();
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let text = text.strip_suffix("班级").or_else(|| text.strip_suffix('班')).unwrap_or(text);
    if let Some(number) = of_digits(text) {
        return Cow::Owned(number);
    }
    let rest = without_grade(text);
    Cow::Owned(canonical(if rest.is_empty() { text } else { rest }))
}

/// One or two ASCII digits without a leading zero.
fn is_canonical(cell: &str) -> bool {
    matches!(cell.as_bytes(), [] | [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'])
}

/// Digits alone: `03`, `701` (grade and class), `0903`.
fn of_digits(text: &str) -> Option<String> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u32 = text.parse().ok()?;
    let (grade, class) = (value / 100, value % 100);
    let with_grade = match text.len() {
        3 => (1..=9).contains(&grade),
        4 => (1..=12).contains(&grade),
        _ => false,
    };
    Some(if with_grade && class > 0 { class } else { value }.to_string())
}

/// The text behind a grade, a cohort or a preschool year at its head.
fn without_grade(text: &str) -> &str {
    let stage_free = ["高中", "初中", "小学", "中职", "职高", "中专", "幼儿园"]
        .iter()
        .find_map(|stage| text.strip_prefix(stage))
        .unwrap_or(text);
    if let Some((_, rest)) = leading_number(stage_free)
        && let Some(rest) = rest.strip_prefix("年级")
    {
        return rest;
    }
    if let Some(rest) = cohort_rest(stage_free) {
        return rest;
    }
    if let Some(rest) = text.strip_prefix(['高', '初', '职'])
        && let Some(rest) = cohort_rest(rest).or_else(|| short_grade_rest(rest))
    {
        return rest;
    }
    // 小1, 小班1
    if let Some(rest) = text.strip_prefix(['大', '中', '小', '托'])
        && let rest = rest.strip_prefix('班').unwrap_or(rest)
        && is_number_only(rest)
    {
        return rest;
    }
    short_grade_rest(text).unwrap_or(stage_free)
}

/// `2024级…`, `24级…`, `2026届…`
fn cohort_rest(text: &str) -> Option<&str> {
    let (year, rest) = leading_number(text)?;
    let rest = rest.strip_prefix(['级', '届'])?;
    ((10..=99).contains(&year) || (1990..=2100).contains(&year)).then_some(rest)
}

/// `七(1)`, `一3`, `7-1`, `三一`: a grade of one character or number, then a class.
fn short_grade_rest(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    if chinese_value(first).is_some_and(|value| value < 10) {
        let rest = &text[first.len_utf8()..];
        let class = rest.strip_prefix(['-', '.', '年']).unwrap_or(rest);
        // 十 behind the first digit belongs to its number: 二十一 is no class of grade two.
        return (is_number_only(class) && !class.starts_with('十')).then_some(class);
    }
    let (grade, rest) = leading_number(text)?;
    if !(1..=12).contains(&grade) {
        return None;
    }
    match rest.strip_prefix(['-', '.']) {
        Some(class) => is_number_only(class).then_some(class),
        None => (rest.starts_with('(') && is_number_only(rest)).then_some(rest),
    }
}

/// Whether a text is one number, in brackets or not.
fn is_number_only(text: &str) -> bool {
    let bare = text.trim_matches(['(', ')', '[', ']', '班']);
    leading_number(bare).is_some_and(|(_, rest)| rest.is_empty())
}

/// Brackets and 班 away, a number at the end as plain digits.
fn canonical(text: &str) -> String {
    let bare: String =
        text.chars().filter(|c| !matches!(c, '(' | ')' | '[' | ']' | '【' | '】')).collect();
    let bare = bare.strip_suffix('班').unwrap_or(&bare);
    match trailing_number(bare) {
        Some((name, number)) => format!("{}{number}", name.trim_end_matches(['-', '第'])),
        None => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn classes_meet() {
        let table = [
            ("3班", "3"),
            ("(3)班", "3"),
            ("（3）班", "3"),
            ("三班", "3"),
            ("03", "3"),
            ("3", "3"),
            ("3.0", "3"),
            ("03班", "3"),
            ("0903", "3"),
            ("1012", "12"),
            ("701", "1"),
            ("903班", "3"),
            ("七(1)班", "1"),
            ("七（1）班", "1"),
            ("三一班", "1"),
            ("二十一班", "21"),
            ("十二班", "12"),
            ("7-1班", "1"),
            ("七年级1班", "1"),
            ("高一(3)班", "3"),
            ("高中一年级3班", "3"),
            ("初二3班", "3"),
            ("2024级1班", "1"),
            ("24级计算机1班", "计算机1"),
            ("计算机一班", "计算机1"),
            ("计算机(1)班", "计算机1"),
            ("高2023级3班", "3"),
            ("火箭班", "火箭"),
            ("向日葵班", "向日葵"),
            ("大一班", "1"),
            ("小(2)班", "2"),
            ("大班", "大"),
            ("", ""),
            (" ", ""),
        ];
        for (cell, expected) in table {
            assert_eq!(fold_class(cell), expected, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*", class in "[高初大七一二十年级班()0-9.-]{0,10}") {
            let _ = (fold_class(&cell), fold_class(&class));
        }
    }
}
