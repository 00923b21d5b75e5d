//! Dates as the files write them, known to the day, the month or the year.

use chrono::{Datelike, Days, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use super::numeral::{chinese_value, leading_number};
use crate::record::DateRange;

/// A cell that is neither blank nor a date of the calendar between 1900 and 2100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct BadDate;

const NOTHING: &[&str] =
    &["", "无", "不详", "未知", "空", "至今", "长期", "0", "00000000", "/", "NULL", "N/A"];

/// Reads a date.
///
/// In: `2012-03-05` and its like with `.`, `/`, 年月日; without day or month; `20120305`; an Excel
/// serial of five digits (1900 system); a time of day behind it is dropped. Out: the range of days it
/// stands for; `None` for a blank or a word for nothing.
pub fn parse_date(cell: &str) -> Result<Option<DateRange>, BadDate> {
    parse_date_in(cell, false)
}

/// [`parse_date`] of a cell in a workbook whose bare numbers of days may count from 1904.
pub fn parse_date_in(cell: &str, epoch_1904: bool) -> Result<Option<DateRange>, BadDate> {
    if let Some(date) = parse_iso(cell.as_bytes()) {
        return Ok(Some(DateRange::day(date)));
    }
    let folded: String = cell.nfkc().collect();
    let text = folded.trim().trim_matches(['\'', '"', '=']).trim();
    if NOTHING.contains(&text)
        || text.chars().all(|c| matches!(c, '-' | '—' | '–'))
        || text.starts_with("0000-00-00")
        || text.starts_with("9999")
    {
        return Ok(None);
    }
    let written = in_digits(text);
    let text = written.as_deref().unwrap_or(text);
    let (groups, dotted) = digit_groups(without_time(text)).ok_or(BadDate)?;
    let mut groups = groups.as_slice();
    // `45901.0`, `20120305.0`: a number that passed through a float.
    if let [first, fraction] = groups
        && dotted
        && (first.len() == 5 || fraction.bytes().all(|b| b == b'0'))
    {
        groups = &groups[..1];
    }
    read_groups(groups, epoch_1904).map(Some).ok_or(BadDate)
}

fn parse_iso(bytes: &[u8]) -> Option<NaiveDate> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0u32, |value, &b| {
            b.is_ascii_digit().then(|| value * 10 + u32::from(b - b'0'))
        })
    };
    day(number(0, 4)?, number(5, 7)?, number(8, 10)?)
}

/// `二〇二一年九月一日` as `2021年9月1日`; `None` for what is not written so.
fn in_digits(text: &str) -> Option<String> {
    let (year, rest) = text.split_once('年')?;
    let digits: String = year.chars().map(digit_of).collect::<Option<_>>()?;
    let number = |text: &str| match leading_number(text) {
        Some((number, "")) => Some(number),
        _ => None,
    };
    if rest.is_empty() {
        return Some(digits);
    }
    let (month, rest) = rest.split_once('月')?;
    let month = number(month)?;
    let day = rest.strip_suffix(['日', '号']).unwrap_or(rest);
    Some(match day {
        "" => format!("{digits}年{month}月"),
        day => format!("{digits}年{month}月{}日", number(day)?),
    })
}

/// The digit that a Chinese one of a year stands for.
fn digit_of(c: char) -> Option<char> {
    match c {
        '〇' | '○' | '零' | 'O' | 'o' => Some('0'),
        c => chinese_value(c)
            .filter(|value| *value < 10)
            .and_then(|value| char::from_digit(value, 10)),
    }
}

/// The text before a time of day, if one follows.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else {
        return text;
    };
    let head = &text[..colon];
    match head.rfind(|c: char| c == 'T' || c.is_whitespace()) {
        Some(end) => head[..end].trim_end(),
        None => text,
    }
}

/// The groups of digits, and whether a full stop is among the marks between them.
fn digit_groups(text: &str) -> Option<(Vec<String>, bool)> {
    let mut groups = Vec::new();
    let mut open = false;
    let mut dotted = false;
    for c in text.chars() {
        match c {
            '0'..='9' => {
                if !open {
                    groups.push(String::new());
                    open = true;
                }
                groups.last_mut()?.push(c);
            }
            '-' | '.' | '/' | '年' | '月' | '日' | '号' | '、' | '—' | '–' | '\\' => {
                // `2025年3-7月` is no day of March.
                if c == '月' && groups.len() > 2 {
                    return None;
                }
                dotted |= c == '.';
                open = false;
            }
            c if c.is_whitespace() => open = false,
            _ => return None,
        }
    }
    Some((groups, dotted))
}

fn read_groups(groups: &[String], epoch_1904: bool) -> Option<DateRange> {
    let number = |text: &str| text.parse::<u32>().ok();
    match groups {
        [all] => match all.len() {
            14 | 8 => day(number(all.get(..4)?)?, number(all.get(4..6)?)?, number(all.get(6..8)?)?)
                .map(DateRange::day),
            6 => month(number(all.get(..4)?)?, number(all.get(4..)?)?),
            5 => from_serial(number(all)?, epoch_1904).map(DateRange::day),
            4 => number(all).and_then(year).and_then(DateRange::year),
            _ => None,
        },
        [y, m] if y.len() == 4 && m.len() <= 2 => month(number(y)?, number(m)?),
        [y, m, d] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => {
            day(number(y)?, number(m)?, number(d)?).map(DateRange::day)
        }
        _ => None,
    }
}

fn year(year: u32) -> Option<i32> {
    (1900..=2100).contains(&year).then_some(year as i32)
}

fn month(y: u32, m: u32) -> Option<DateRange> {
    DateRange::month(year(y)?, m)
}

fn day(y: u32, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year(y)?, m, d)
}

/// Day 1 of Excel's 1900 system is 1 January 1900, with a 29 February 1900 that never was; day 0 of the
/// 1904 system is 1 January 1904.
fn from_serial(serial: u32, epoch_1904: bool) -> Option<NaiveDate> {
    const DAYS_BETWEEN: u32 = 1462;
    let serial = if epoch_1904 { serial.checked_add(DAYS_BETWEEN)? } else { serial };
    if !(20_000..=60_000).contains(&serial) {
        return None;
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?
        .checked_add_days(Days::new(u64::from(serial)))
        .filter(|date| date.year() <= 2100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_in_every_dress() {
        let table = [
            ("2012-03-05", "2012-03-05"),
            ("2012.3.5", "2012-03-05"),
            ("2012/3/5", "2012-03-05"),
            ("20120305", "2012-03-05"),
            ("20120305.0", "2012-03-05"),
            ("２０１２年３月５日", "2012-03-05"),
            ("2012年9月1号", "2012-09-01"),
            ("2012-03-05 00:00:00", "2012-03-05"),
            ("2012-03-05T08:30:00", "2012-03-05"),
            ("2012/3/5 8:30", "2012-03-05"),
            ("2012年3月", "2012-03"),
            ("二〇二一年九月一日", "2021-09-01"),
            ("二○一二年十二月三十一日", "2012-12-31"),
            ("二零一二年三月", "2012-03"),
            ("2012-03", "2012-03"),
            ("201203", "2012-03"),
            ("2012.3", "2012-03"),
            ("2012年", "2012"),
            ("2012", "2012"),
            ("45901", "2025-09-01"),
            ("45901.0", "2025-09-01"),
        ];
        for (cell, expected) in table {
            let date = parse_date(cell).unwrap().unwrap();
            assert_eq!(date.to_string(), expected, "{cell}");
        }
        for cell in ["", " ", "无", "-", "--", "/", "至今", "0000-00-00", "9999-12-31"] {
            assert_eq!(parse_date(cell), Ok(None), "{cell}");
        }
        for cell in [
            "2012-02-31",
            "12-3-5",
            "1800-01-01",
            "春季",
            "61000",
            "2012-13",
            "3:20",
            "2025年3-7月",
            "二一年九月",
            "二〇二一年十三月",
            "一年级",
        ] {
            assert_eq!(parse_date(cell), Err(BadDate), "{cell}");
        }
    }

    #[test]
    fn a_bare_number_of_days_is_one_of_its_workbooks_calendar() {
        let day = |cell, epoch_1904| parse_date_in(cell, epoch_1904).unwrap().unwrap().to_string();
        assert_eq!(day("44440", false), "2021-09-01");
        assert_eq!(day("42978", true), "2021-09-01");
        assert_eq!(day("42978.0", true), "2021-09-01");
        assert_eq!(day("20210901", true), "2021-09-01");
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*", digits in "[0-9年月./: T-]{0,20}") {
            let _ = (parse_date(&cell), parse_date(&digits));
        }
    }
}
