//! Texts that speak of time, cut into numbers and single characters.

use unicode_normalization::UnicodeNormalization;

use super::numeral::{chinese_value, leading_number};
use crate::record::in_simplified;

/// A number with how many digits it was written, or any other character (upper case; dashes, 至, 到
/// and waves all `-`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Number { value: u32, width: usize },
    Mark(char),
}

/// Cuts a text. Blanks fall away inside Chinese; Chinese numerals before 月 are numbers.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let folded: String = in_simplified(text)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{FEFF}' | '\u{200B}' | '\''))
        .flat_map(char::to_uppercase)
        .collect();
    let mut out = Vec::new();
    let mut rest = folded.as_str();
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let width = rest.bytes().take_while(u8::is_ascii_digit).count();
            let value = rest[..width].parse().unwrap_or(u32::MAX);
            out.push(Token::Number { value, width });
            rest = &rest[width..];
            // `9.0`, `202509.0`: a number that passed through a float, alone in its cell.
            if out.len() == 1 && rest == ".0" {
                break;
            }
            continue;
        }
        if chinese_value(c).is_some()
            && let Some((value, after)) = leading_number(rest)
            && after.starts_with('月')
        {
            out.push(Token::Number { value, width: 2 });
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let mark = match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' | '\u{223C}' | '\u{301C}' | '至' | '到' => {
                '-'
            }
            c => c,
        };
        if !(mark == '-' && out.last() == Some(&Token::Mark('-'))) {
            out.push(Token::Mark(mark));
        }
    }
    out
}

/// A calendar year of four digits.
pub(super) fn year_of(token: Token) -> Option<i32> {
    match token {
        Token::Number { value: value @ 1990..=2100, width: 4 } => Some(value as i32),
        _ => None,
    }
}

/// A month of one or two digits.
pub(super) fn month_of(token: Token) -> Option<u32> {
    match token {
        Token::Number { value: value @ 1..=12, width: 1..=2 } => Some(value),
        _ => None,
    }
}

/// Value and width of a number.
pub(super) fn digits_of(token: Token) -> Option<(u32, usize)> {
    match token {
        Token::Number { value, width } => Some((value, width)),
        Token::Mark(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_and_marks() {
        let cut = tokens("２０２５年 九月——10月");
        let number = |value, width| Token::Number { value, width };
        let mark = Token::Mark;
        assert_eq!(
            cut,
            [
                number(2025, 4),
                mark('年'),
                number(9, 2),
                mark('月'),
                mark('-'),
                number(10, 2),
                mark('月')
            ]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = tokens(&text);
        }
    }
}
