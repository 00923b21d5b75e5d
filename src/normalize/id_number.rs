//! Identity numbers: from the cell as it stands to the canonical number, or to what is wrong with it.
//!
//! Standards: GB 11643-1999 (18 characters, ISO 7064 MOD 11-2), GB 11643-1989 (15 digits).

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use crate::record::{IdNumber, NumberState};

/// What became of one cell: the number where there is one, and its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedNumber {
    pub number: Option<IdNumber>,
    pub state: NumberState,
}

const PLACEHOLDERS: &[&str] = &[
    "无",
    "不详",
    "同上",
    "暂无",
    "没有",
    "未知",
    "无身份证",
    "无身份证号",
    "无证件",
    "无证",
    "无号码",
    "未办理",
    "未办",
    "待补",
    "未上户",
    "无户口",
    "不清楚",
    "空",
    "/",
    "\\",
    ".",
    "NULL",
    "N/A",
    "#N/A",
    "NA",
    "NONE",
    "NAN",
];

/// Reads a cell that should hold an identity number.
///
/// In: the cell as it stands; the day that counts as today. Out: the number if it is usable after
/// repairs that lose nothing, and the state. Eighteen clean ASCII characters take no allocation.
pub fn parse_id_number(cell: &str, as_of: NaiveDate) -> ParsedNumber {
    if let Some(parsed) = parse_clean(cell.as_bytes(), as_of) {
        return parsed;
    }
    let text = clean_number(cell);
    if text.is_empty() {
        let blank = cell.chars().all(|c| is_blank(c) || is_quote(c));
        return failed(if blank { NumberState::Missing } else { NumberState::Placeholder });
    }
    if is_placeholder(&text) {
        return failed(NumberState::Placeholder);
    }
    if scientific_parts(&text).is_some() {
        return failed(NumberState::SpoiledScientific);
    }
    if is_masked(&text) {
        return failed(NumberState::Masked);
    }
    match text.chars().count() {
        18 => parse_eighteen(&text, as_of),
        15 if text.bytes().all(|b| b.is_ascii_digit()) => complete_century(text.as_bytes(), as_of),
        _ => parse_document(&text, as_of).unwrap_or(failed(NumberState::BadLength)),
    }
}

/// The number inside a formal national student number (`G` and 18 characters).
///
/// Only where the body is a valid number by itself and does not end in the `000` that Excel leaves.
/// Bodies of `L` and `J` numbers look alike and are not identity numbers: never taken.
pub fn number_inside_student_number(cell: &str, as_of: NaiveDate) -> Option<IdNumber> {
    let parsed = if let [b'G' | b'g', body @ ..] = cell.as_bytes()
        && let Some(parsed) = parse_clean(body, as_of)
    {
        parsed
    } else {
        let text = clean_number(cell);
        let body = text.strip_prefix('G')?;
        if body.chars().count() != 18 {
            return None;
        }
        parse_id_number(body, as_of)
    };
    let number = parsed.number.filter(|number| number.is_resident_form());
    number.filter(|_| parsed.state == NumberState::Usable)
}

/// Whether the first two digits are a province of GB/T 2260, a residence permit's 81 to 83, or the
/// 9 of a foreigner's card. Documents without a division code have nothing to be unknown: true.
pub fn known_province(number: IdNumber) -> bool {
    number.region().is_none_or(|region| {
        matches!(
            region / 10_000,
            11..=15
                | 21..=23
                | 31..=37
                | 41..=46
                | 50..=54
                | 61..=65
                | 71
                | 81..=83
                | 90..=99
        )
    })
}

/// A cell cleaned of everything that carries no meaning: width, case, blanks, hyphens, outer quotes
/// and `=`, a final `.0` behind 17 or 18 digits.
pub(super) fn clean_number(cell: &str) -> String {
    let folded: String = cell
        .nfkc()
        .filter(|&c| !is_blank(c) && !is_hyphen(c))
        .flat_map(char::to_uppercase)
        .collect();
    let inner = folded.trim_matches(|c| is_quote(c) || c == '=');
    if let Some((digits, zeros)) = inner.split_once('.')
        && (17..=18).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
    {
        return digits.to_owned();
    }
    inner.to_owned()
}

/// Whether a character hides a digit.
pub(super) fn is_mask(c: char) -> bool {
    matches!(c, '*' | '●' | '#' | '•' | '○' | '█' | '■')
}

/// Mantissa digits and exponent of `3.30127E+17`.
pub(super) fn scientific_parts(text: &str) -> Option<(String, u32)> {
    let (mantissa, exponent) = text.split_once('E')?;
    let exponent: u32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let plausible = whole.len() == 1
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (13..=20).contains(&exponent);
    plausible.then_some((digits, exponent))
}

fn failed(state: NumberState) -> ParsedNumber {
    ParsedNumber { number: None, state }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_')
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '\u{2032}' | '\u{2033}')
}

/// Whether a character at the end of a number stands for its X.
pub(super) fn is_final_x(c: char) -> bool {
    matches!(c, 'Χ' | 'Х' | '×' | '✕' | '╳' | '*')
}

fn is_placeholder(text: &str) -> bool {
    let bytes = text.as_bytes();
    PLACEHOLDERS.contains(&text)
        || (bytes[0].is_ascii_digit() && bytes.iter().all(|&b| b == bytes[0]))
        || (text.starts_with("12345678") && bytes.iter().all(u8::is_ascii_alphanumeric))
}

/// A mask hides something, other than a single `*` that stands for the final X.
fn is_masked(text: &str) -> bool {
    let hidden = text.chars().filter(|&c| is_mask(c)).count();
    let rest_fits = text.chars().all(|c| is_mask(c) || c.is_ascii_alphanumeric());
    let final_star = hidden == 1 && text.len() == 18 && text.ends_with('*');
    hidden > 0 && rest_fits && !final_star
}

/// The hot path: 17 ASCII digits and a check character that are all well. `None`: look closer.
pub(super) fn parse_clean(bytes: &[u8], as_of: NaiveDate) -> Option<ParsedNumber> {
    if bytes.len() != 18 || bytes[0] == b'0' || bytes.ends_with(b"000") {
        return None;
    }
    let number = IdNumber::from_17_digits(&bytes[..17])?;
    let date = number.birth_date()?;
    let well = date.year() >= 1900
        && date <= as_of
        && IdNumber::check_character(&bytes[..17]) == Some(bytes[17]);
    let counted = bytes.starts_with(b"12345678");
    (well && !counted).then_some(ParsedNumber { number: Some(number), state: NumberState::Usable })
}

/// Eighteen characters that the hot path did not take as they stood.
fn parse_eighteen(text: &str, as_of: NaiveDate) -> ParsedNumber {
    let mut characters: Vec<char> = text.chars().collect();
    if let Some(last) = characters.last_mut()
        && is_final_x(*last)
    {
        *last = 'X';
    }
    let text: String = characters.iter().collect();
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !shaped {
        return failed(NumberState::BadCharacter);
    }
    if bytes.ends_with(b"000") {
        return failed(NumberState::SpoiledTail);
    }
    if let Some(parsed) = parse_clean(bytes, as_of) {
        return parsed;
    }
    let date = IdNumber::from_17_digits(&bytes[..17]).and_then(IdNumber::birth_date);
    if !date.is_some_and(|date| date.year() >= 1900 && date <= as_of) {
        return failed(NumberState::BadDate);
    }
    if IdNumber::check_character(&bytes[..17]) != Some(bytes[17]) {
        return failed(NumberState::BadCheck);
    }
    // Only a leading zero is left: no division begins so.
    failed(NumberState::BadCharacter)
}

/// Fifteen digits: the century, of 20 and 19, at which the age lies between 2 and 30.
fn complete_century(digits: &[u8], as_of: NaiveDate) -> ParsedNumber {
    for century in [b"20", b"19"] {
        let mut full = [0u8; 17];
        full[..6].copy_from_slice(&digits[..6]);
        full[6..8].copy_from_slice(century);
        full[8..].copy_from_slice(&digits[6..15]);
        let number = IdNumber::from_17_digits(&full).filter(|_| full[0] != b'0');
        let age = number
            .and_then(IdNumber::birth_date)
            .filter(|&date| date <= as_of)
            .and_then(|date| as_of.years_since(date));
        if age.is_some_and(|age| (2..=30).contains(&age)) {
            return ParsedNumber { number, state: NumberState::CompletedByCentury };
        }
    }
    failed(NumberState::BadLength)
}

/// Passports, travel permits, the card of 2017, Hong Kong's identity card.
fn parse_document(text: &str, as_of: NaiveDate) -> Option<ParsedNumber> {
    let text: String = text.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = text.get(letters..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let tail = rest.get(digits..)?;
    let known = match (letters, digits, tail) {
        // Taiwan permit; eight digits that are a pupil's date of birth are a cell in the wrong column.
        (0, 8, "") => !is_recent_date(&text, as_of),
        (1..=2, 6..=8, "") => true,
        // Hong Kong's card with its check letter.
        (1..=2, 6, "A") => true,
        (1, 10, "") => text.starts_with(['H', 'M']),
        (3, 12, "") => true,
        _ => false,
    };
    let number = IdNumber::from_document(&text).filter(|_| known)?;
    Some(ParsedNumber { number: Some(number), state: NumberState::Usable })
}

fn is_recent_date(digits: &str, as_of: NaiveDate) -> bool {
    NaiveDate::parse_from_str(digits, "%Y%m%d")
        .is_ok_and(|date| (1980..=as_of.year()).contains(&date.year()))
}

#[cfg(test)]
#[path = "id_number_tests.rs"]
mod tests;
