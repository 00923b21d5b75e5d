//! Amounts of money as whole fen.

use unicode_normalization::UnicodeNormalization;

use crate::record::{Fen, in_simplified};

/// What one unit of a column of amounts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Yuan,
    TenThousandYuan,
}

impl Unit {
    /// How many decimals one fen takes.
    fn decimals(self) -> usize {
        match self {
            Unit::Yuan => 2,
            Unit::TenThousandYuan => 6,
        }
    }
}

/// Reads an amount.
///
/// In: digits with or without thousands commas, `¥`, 元, sign or accounting brackets, any width, `="1150"`,
/// `1.15E+03`; a unit in the cell outweighs `unit`. Out: fen. `None` where it is no number, or finer than a fen by
/// more than the noise of a float.
pub fn parse_amount(cell: &str, unit: Unit) -> Option<Fen> {
    let folded: String = in_simplified(cell)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | '\u{FEFF}'))
        .collect();
    let mut text = folded.strip_prefix('=').unwrap_or(&folded);
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        negative = true;
        text = inner;
    }
    text = without_currency(text);
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        negative = !negative;
        text = without_currency(rest);
    } else if let Some(rest) = text.strip_prefix('+') {
        text = rest;
    }
    let (text, unit) = if let Some(rest) = text.strip_suffix("万元") {
        (rest, Unit::TenThousandYuan)
    } else if let Some(rest) = text.strip_suffix('万') {
        (rest, Unit::TenThousandYuan)
    } else if let Some(rest) = text.strip_suffix('元') {
        (rest, Unit::Yuan)
    } else {
        (text, unit)
    };
    let written_out = without_exponent(text);
    let fen = parse_magnitude(written_out.as_deref().unwrap_or(text), unit.decimals())?;
    Some(Fen(if negative { -fen } else { fen }))
}

/// Whether an amount is written with an exponent and fewer digits than it has: `1.15E+03` may have been 1152.
pub(super) fn is_rounded(cell: &str) -> bool {
    let folded: String = cell.nfkc().filter(|c| !c.is_whitespace()).collect();
    let Some((mantissa, exponent)) = folded.split_once(['E', 'e']) else { return false };
    let decimals = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits: String = exponent.chars().filter(char::is_ascii_digit).collect();
    digits.parse().is_ok_and(|exponent: usize| decimals < exponent)
}

/// `1.15E+03` as `1150`; `None` for what has no exponent of up to 12.
fn without_exponent(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if exponent > 12 || whole.len() != 1 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let moved = fraction.get(..exponent).unwrap_or(fraction);
    let rest = fraction.get(exponent..).unwrap_or("");
    Some(format!("{whole}{moved:0<exponent$}.{rest}"))
}

fn without_currency(text: &str) -> &str {
    ["¥", "人民币", "RMB", "CNY"]
        .iter()
        .fold(text, |text, mark| text.strip_prefix(mark).unwrap_or(text))
}

fn parse_magnitude(text: &str, decimals: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = without_commas(whole)?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(&whole) || !digits(fraction) {
        return None;
    }
    let kept = fraction.get(..decimals).unwrap_or(fraction);
    let rest = fraction.get(decimals..).unwrap_or("");
    let value = format!("{whole}{kept:0<decimals$}").parse::<i64>().ok()?;
    if rest.bytes().all(|b| b == b'0') || rest.starts_with("000000") {
        Some(value)
    } else if rest.starts_with("999999") {
        value.checked_add(1)
    } else {
        None
    }
}

/// The digits without thousands commas; `None` where commas stand elsewhere than every three digits.
fn without_commas(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_in_every_dress() {
        let table = [
            ("1,250.00", Some(125_000)),
            ("￥1250", Some(125_000)),
            ("¥ 1,250", Some(125_000)),
            ("1250元", Some(125_000)),
            ("312.5", Some(31_250)),
            ("３１２．５", Some(31_250)),
            ("-230.00", Some(-23_000)),
            ("(230.00)", Some(-23_000)),
            ("（230.00）", Some(-23_000)),
            ("1,150", Some(115_000)),
            ("1.15万元", Some(1_150_000)),
            ("312.4999999999999", Some(31_250)),
            ("312.500000000001", Some(31_250)),
            ("312.1250", None),
            ("1150.000", Some(115_000)),
            ("=\"1150\"", Some(115_000)),
            ("1.15E+03", Some(115_000)),
            ("1.1525e3", Some(115_250)),
            ("￥2E+03元", Some(200_000)),
            ("1.15E+13", None),
            ("1.15E-03", None),
            ("11.5E+02", None),
            ("E+03", None),
            ("0", Some(0)),
            ("", None),
            (".", None),
            ("一千元", None),
            ("12,50", None),
            ("1,2,3", None),
            ("99999999999999999999", None),
        ];
        for (cell, fen) in table {
            assert_eq!(parse_amount(cell, Unit::Yuan), fen.map(Fen), "{cell}");
        }
        assert_eq!(parse_amount("0.115", Unit::TenThousandYuan), Some(Fen(115_000)));
        assert!(is_rounded("1.15E+03") && !is_rounded("1.152E+03") && !is_rounded("1150"));
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*", digits in "[0-9.,()元万E+=-]{0,24}") {
            for unit in [Unit::Yuan, Unit::TenThousandYuan] {
                let _ = (parse_amount(&cell, unit), parse_amount(&digits, unit));
            }
            let _ = (is_rounded(&cell), is_rounded(&digits));
        }

        #[test]
        fn what_is_written_is_read(fen in -9_999_999_999i64..9_999_999_999) {
            prop_assert_eq!(parse_amount(&Fen(fen).to_string(), Unit::Yuan), Some(Fen(fen)));
        }
    }
}
