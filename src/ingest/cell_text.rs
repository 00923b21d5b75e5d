//! Cells of workbooks as text.

use std::fmt::Write as _;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

use super::number_format::ShownAs;

/// Writes a cell of an XLSX or XLSB sheet as text: dates as days, errors as nothing.
pub(super) fn push_ref(text: &mut String, cell: &DataRef<'_>) {
    match cell {
        DataRef::String(value) => text.push_str(value),
        DataRef::SharedString(value) => text.push_str(value),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => push_iso(text, value),
        DataRef::Int(value) => push_number(text, *value as f64),
        DataRef::Float(value) => push_number(text, *value),
        DataRef::Bool(value) => text.push(if *value { '是' } else { '否' }),
        DataRef::DateTime(value) => push_date(text, value),
        DataRef::Error(_) | DataRef::Empty => {}
    }
}

/// Writes a number of an XLS sheet as its format shows it.
pub(super) fn push_shown(text: &mut String, value: f64, shown_as: ShownAs, epoch_1904: bool) {
    let kind = match shown_as {
        ShownAs::Number => return push_number(text, value),
        ShownAs::Date => ExcelDateTimeType::DateTime,
        ShownAs::Duration => ExcelDateTimeType::TimeDelta,
    };
    push_date(text, &ExcelDateTime::new(value, kind, epoch_1904));
}

/// A number as Excel shows it: no `.0`, and not more than 15 significant digits.
pub(super) fn push_number(text: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        let _ = write!(text, "{}", value as i64);
    } else {
        let rounded = format!("{value:.14e}").parse().unwrap_or(value);
        let _ = write!(text, "{rounded}");
    }
}

/// A number that a file writes out: digits alone stay as they are, however many; others as Excel shows
/// them, without exponents.
pub(super) fn push_number_text(text: &mut String, written: &str) {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let exact = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match written.parse::<f64>() {
        Ok(value) if !exact && value.is_finite() => push_number(text, value),
        _ => text.push_str(written),
    }
}

/// A date as `YYYY-MM-DD`. A number beyond the calendar under a date format stays a number
/// (20250901 in a column formatted as date).
fn push_date(text: &mut String, value: &ExcelDateTime) {
    let serial = value.as_f64();
    if value.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        push_number(text, serial);
        return;
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let _ = if serial < 1.0 {
        write!(text, "{hour:02}:{minute:02}:{second:02}")
    } else {
        write!(text, "{year:04}-{month:02}-{day:02}")
    };
}

/// A date of ISO 8601 without its time.
pub(super) fn push_iso(text: &mut String, value: &str) {
    text.push_str(
        value
            .split_once('T')
            .map_or(value, |(date, _)| if date.len() == 10 { date } else { value }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn numbers_written_out_lose_no_digit() {
        let number = |written| {
            let mut text = String::new();
            push_number_text(&mut text, written);
            text
        };
        assert_eq!(number("330127201203051012"), "330127201203051012");
        assert_eq!(number("0045"), "0045");
        assert_eq!(number("3.30127201203051E+17"), "330127201203051000");
        assert_eq!(number("312.50"), "312.5");
        assert_eq!(number("500.0"), "500");
        assert_eq!(number("0.30000000000000004"), "0.3");
        assert_eq!(number("1e999"), "1e999");
        assert_eq!(number("待定"), "待定");
    }

    #[test]
    fn numbers_and_dates_are_written_as_excel_shows_them() {
        let number = |value| {
            let mut text = String::new();
            push_number(&mut text, value);
            text
        };
        assert_eq!(number(330127201203051012.0), "330127201203051000");
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(-5.0), "-5");
        assert_eq!(number(123456789012345.0), "123456789012345");
        let date = |serial, is_1904| {
            let mut text = String::new();
            push_date(&mut text, &ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904));
            text
        };
        assert_eq!(date(45901.5, false), "2025-09-01");
        assert_eq!(date(44439.0, true), "2025-09-01");
        assert_eq!(date(20250901.0, false), "20250901");
    }
}
