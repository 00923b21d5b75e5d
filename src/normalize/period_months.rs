//! Lists of months within a text that was cut into tokens.

use super::period_tokens::{Token, digits_of, month_of, year_of};
use crate::record::{AwardPeriod, SchoolYear, Term};

/// The term in which all months lie: September to January, or February to August.
pub(super) fn term_of(months: u16) -> Option<Term> {
    const AUTUMN: u16 = 0b1_1111;
    if months == 0 {
        None
    } else if months & !AUTUMN == 0 {
        Some(Term::Autumn)
    } else if months & AUTUMN == 0 {
        Some(Term::Spring)
    } else {
        None
    }
}

/// The first list of months in free text: one that says 月 or a year.
pub(super) fn find_months(tokens: &[Token]) -> Option<AwardPeriod> {
    let mut at = 0;
    while at < tokens.len() {
        if matches!(tokens[at], Token::Number { .. })
            && let Some((found, read)) = read_months(&tokens[at..])
        {
            let said =
                tokens[at..at + read].contains(&Token::Mark('月')) || found.school_year.is_some();
            if said {
                return Some(found);
            }
        }
        at += 1;
    }
    None
}

/// Reads a list of months at the head; the months and how many tokens were read.
pub(super) fn read_months(tokens: &[Token]) -> Option<(AwardPeriod, usize)> {
    let mut months = 0u16;
    let mut school_year = None;
    let mut previous: Option<(Option<i32>, u32)> = None;
    let mut range = false;
    let mut at = 0;
    while let Some((year, next_year, month, read)) = read_month(&tokens[at..]) {
        at += read;
        let year = match (year, previous) {
            (Some(year), _) => Some(year),
            (None, Some((Some(before), last))) => {
                Some(before + i32::from(next_year || month < last))
            }
            _ => None,
        };
        let position = |month: u32| (month + 3) % 12;
        if let Some((_, last)) = previous {
            if position(month) < position(last) {
                return None;
            }
            if range {
                (position(last)..=position(month)).for_each(|bit| months |= 1 << bit);
            }
        }
        months |= AwardPeriod::month_bit(month);
        if let Some(year) = year {
            let found = SchoolYear((year - i32::from(month < 9)) as i16);
            if school_year.is_some_and(|known| known != found) {
                return None;
            }
            school_year = Some(found);
        }
        previous = Some((year, month));
        range = match tokens.get(at) {
            Some(Token::Mark('-')) => true,
            Some(Token::Mark('、' | ',' | '和' | '及' | ';' | '/')) => false,
            _ => break,
        };
        // A connector that leads to no month is not part of the list.
        if read_month(&tokens[at + 1..]).is_none() {
            break;
        }
        at += 1;
    }
    previous?;
    Some((AwardPeriod { school_year, term: None, months }, at))
}

/// One month at the head: calendar year, whether 次年 is said, month, tokens read.
fn read_month(tokens: &[Token]) -> Option<(Option<i32>, bool, u32, usize)> {
    let (year, next_year, mut at) = match *tokens {
        [Token::Number { value, width: 6 }, ..] => {
            let month = value % 100;
            let year = (1990..=2100).contains(&(value / 100)).then_some((value / 100) as i32)?;
            return (1..=12).contains(&month).then_some((Some(year), false, month, 1));
        }
        [year, Token::Mark('年' | '.' | '-' | '/'), ..] if year_of(year).is_some() => {
            (year_of(year), false, 2)
        }
        [Token::Mark('次'), Token::Mark('年'), ..] => (None, true, 2),
        [Token::Mark('当'), Token::Mark('年'), ..] => (None, false, 2),
        _ => (None, false, 0),
    };
    let month = month_of(*tokens.get(at)?)?;
    at += 1;
    // `2025-09-10` is a day, `3个月` a count.
    if let (Some(_), Some(Token::Mark(mark @ ('-' | '.' | '/')))) = (year, tokens.get(1))
        && tokens.get(at) == Some(&Token::Mark(*mark))
        && tokens.get(at + 1).copied().and_then(digits_of).is_some_and(|(_, width)| width <= 2)
        && tokens.get(at + 2) != Some(&Token::Mark('月'))
    {
        return None;
    }
    if tokens.get(at) == Some(&Token::Mark('月')) {
        at += 1;
        if tokens.get(at) == Some(&Token::Mark('份')) {
            at += 1;
        }
    }
    Some((year, next_year, month, at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::period_tokens::tokens;
    use super::*;

    #[test]
    fn lists_end_where_months_end() {
        for (text, months, read) in
            [("9月、10月", 0b11, 5), ("9月-次年1月发放", 0b1_1111, 7), ("2025年9月,共2", 0b1, 4)]
        {
            let (found, to) = read_months(&tokens(text)).unwrap();
            assert_eq!((found.months, to), (months, read), "{text}");
        }
        assert_eq!(term_of(0b1_1111), Some(Term::Autumn));
        assert_eq!(term_of(0b11_0000), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9年月次至、./-]{0,24}") {
            let tokens = tokens(&text);
            let _ = (read_months(&tokens), find_months(&tokens));
        }
    }
}
