//! School years, terms and months, in cells of their own and in titles and file names.

use crate::record::{AwardPeriod, SchoolYear, Term};

use super::period_months::{find_months, read_months, term_of};
use super::period_tokens::{Token, digits_of, month_of, tokens, year_of};

/// Reads a school year: `2025-2026`, `2025/2026学年`, `2025至2026`, `25-26`, `2025学年`.
///
/// A bare `2025` is `None`: under 年度 it is a calendar year, which holds two school years.
pub fn parse_school_year(cell: &str) -> Option<SchoolYear> {
    let tokens = tokens(cell);
    if let Some((year, _, _)) = find_school_year(&tokens) {
        return Some(year);
    }
    match tokens[..] {
        [first, Token::Mark('-' | '/'), second] => short_range(first, second),
        _ => None,
    }
}

/// Reads a term, with its school year where the cell says one: 春季, 下学期, `2`, `2025年秋季学期`,
/// `2025-2026-1`. 春 and 秋 with a calendar year: the spring of 2026 belongs to 2025-2026.
pub fn parse_term(cell: &str) -> Option<(Option<SchoolYear>, Term)> {
    let tokens = tokens(cell);
    let found = find_term(&tokens, true);
    if let Some((year, term)) = found {
        return Some((find_school_year(&tokens).map(|(year, _, _)| year).or(year), term));
    }
    let (year, rest) = match find_school_year(&tokens) {
        Some((year, 0, to)) => (Some(year), &tokens[to..]),
        Some(_) => return None,
        None => (None, &tokens[..]),
    };
    let bare: Vec<Token> = rest
        .iter()
        .copied()
        .filter(|token| {
            !matches!(token, Token::Mark('-' | '第' | '学' | '期' | '年' | '度' | '季'))
        })
        .collect();
    let term = match bare[..] {
        [Token::Number { value: 1, width: 1..=2 }] | [Token::Mark('一' | '上' | '秋')] => {
            Term::Autumn
        }
        [Token::Number { value: 2, width: 1..=2 }] | [Token::Mark('二' | '下' | '春')] => {
            Term::Spring
        }
        _ => return None,
    };
    Some((year, term))
}

/// Reads the months of a payment: `9`, `2025年9-10月`, `202509`, `9月、10月`, `9月至次年1月`.
///
/// In: the cell, and what the row or title says already. Out: the period with its months; the school
/// year by the calendar year in the cell, else the context's; the term by the context, else by the
/// months. `None` if the cell is no list of months or crosses into another school year.
pub fn parse_months(cell: &str, context: AwardPeriod) -> Option<AwardPeriod> {
    let tokens = tokens(cell);
    let (found, read) = read_months(&tokens)?;
    if read != tokens.len() {
        return None;
    }
    Some(AwardPeriod {
        school_year: found.school_year.or(context.school_year),
        term: context.term.or_else(|| term_of(found.months)),
        months: found.months,
    })
}

/// Whatever a title, a sheet's name or a file's name says of year, term and months.
///
/// Days (`2025-09-30`, `20250930`) and what stands behind 日期 or 时间 are no months. Months that
/// contradict the stated school year or term are dropped: they may be the month of paying.
pub fn parse_period_text(text: &str) -> AwardPeriod {
    let mut tokens = tokens(text);
    blank_dates(&mut tokens);
    let range = find_school_year(&tokens);
    let term = find_term(&tokens, false).or_else(|| {
        // `2025-2026-1`
        let (_, _, to) = range?;
        match tokens.get(to..)? {
            [Token::Mark('-'), Token::Number { value, width: 1 }, rest @ ..]
                if !matches!(
                    rest.first(),
                    Some(Token::Mark('月' | '-' | '.') | Token::Number { .. })
                ) =>
            {
                match value {
                    1 => Some((None, Term::Autumn)),
                    2 => Some((None, Term::Spring)),
                    _ => None,
                }
            }
            _ => None,
        }
    });
    let school_year = range.map(|(year, _, _)| year).or(term.and_then(|(year, _)| year));
    if let Some((_, from, to)) = range {
        tokens[from..to].fill(Token::Mark('\0'));
    }
    let term = term.map(|(_, term)| term);
    let months = find_months(&tokens).filter(|found| {
        let year_fits = match (school_year, found.school_year) {
            (Some(said), Some(found)) => said == found,
            _ => true,
        };
        let term_fits = term.is_none() || term_of(found.months) == term;
        year_fits && term_fits
    });
    let months = months.unwrap_or_default();
    AwardPeriod {
        school_year: school_year.or(months.school_year),
        term: term.or_else(|| term_of(months.months)),
        months: months.months,
    }
}

fn short_range(first: Token, second: Token) -> Option<SchoolYear> {
    match (first, second) {
        (Token::Number { value: a, width: 2 }, Token::Number { value: b, width: 2 })
            if b == a + 1 =>
        {
            Some(SchoolYear(2000 + a as i16))
        }
        _ => None,
    }
}

/// The first school year and the tokens that it takes: from, to.
fn find_school_year(tokens: &[Token]) -> Option<(SchoolYear, usize, usize)> {
    for at in 0..tokens.len() {
        let rest = &tokens[at..];
        if let [first, Token::Mark('-' | '/'), second, Token::Mark('学'), ..] = *rest
            && let Some(year) = short_range(first, second)
        {
            return Some((year, at, at + 3));
        }
        let Some(year) = year_of(rest[0]) else {
            continue;
        };
        if let [_, Token::Mark('学'), Token::Mark('年'), ..] = rest {
            return Some((SchoolYear(year as i16), at, at + 3));
        }
        let mut next = at + 1;
        if tokens.get(next) == Some(&Token::Mark('年')) {
            next += 1;
        }
        if matches!(tokens.get(next), Some(Token::Mark('-' | '/')))
            && tokens.get(next + 1).copied().and_then(year_of) == Some(year + 1)
            // `2025.9-2026.1` never comes here; `2025年-2026年1月` is months.
            && !matches!(tokens.get(next + 2..), Some([Token::Mark('年'), Token::Number { .. }, ..]))
        {
            return Some((SchoolYear(year as i16), at, next + 2));
        }
    }
    None
}

/// The first term said in words, with the school year of a calendar year before it.
///
/// `alone`: the cell holds nothing but a term, so that 春 and 秋 need no 季 behind them. In free text
/// they do, or a year before them: 长春市, 春蕾.
fn find_term(tokens: &[Token], alone: bool) -> Option<(Option<SchoolYear>, Term)> {
    let mark = |at: usize| match tokens.get(at) {
        Some(Token::Mark(c)) => *c,
        _ => '\0',
    };
    for at in 0..tokens.len() {
        let season = match mark(at) {
            '春' => Some(Term::Spring),
            '秋' => Some(Term::Autumn),
            _ => None,
        };
        if let Some(term) = season {
            let before = if at > 0 && mark(at - 1) == '年' { at - 1 } else { at };
            let year = before.checked_sub(1).and_then(|at| year_of(tokens[at]));
            let seasonal = mark(at + 1) == '季' || (mark(at + 1) == '学' && mark(at + 2) == '期');
            if seasonal || year.is_some() || (alone && tokens.len() <= 2) {
                let year = year.map(|year| match term {
                    Term::Autumn => SchoolYear(year as i16),
                    Term::Spring => SchoolYear(year as i16 - 1),
                });
                return Some((year, term));
            }
        }
        if mark(at) == '学' && mark(at + 1) == '期' && at > 0 {
            let term = match tokens[at - 1] {
                Token::Mark('上' | '一') | Token::Number { value: 1, width: 1 } => {
                    Some(Term::Autumn)
                }
                Token::Mark('下' | '二') | Token::Number { value: 2, width: 1 } => {
                    Some(Term::Spring)
                }
                _ => None,
            };
            if let Some(term) = term {
                return Some((None, term));
            }
        }
        let word: String = (at..at + 6).map(mark).filter(|c| *c != '\0').collect();
        if word == "AUTUMN" {
            return Some((None, Term::Autumn));
        } else if word == "SPRING" {
            return Some((None, Term::Spring));
        }
    }
    None
}

/// Overwrites days, and every number behind 日期 or 时间.
fn blank_dates(tokens: &mut [Token]) {
    let date_mark = |token: &Token| {
        matches!(
            token,
            Token::Number { .. } | Token::Mark('年' | '月' | '日' | '号' | '-' | '.' | '/' | ':')
        )
    };
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        let length = match rest {
            [Token::Mark('日'), Token::Mark('期'), ..]
            | [Token::Mark('时'), Token::Mark('间'), ..] => {
                2 + rest[2..].iter().take_while(|token| date_mark(token)).count()
            }
            [Token::Number { width: 8 | 14, .. }, ..] => 1,
            [y, Token::Mark(a @ ('-' | '.' | '/' | '年')), m, Token::Mark(b), d, ..]
                if year_of(*y).is_some()
                    && month_of(*m).is_some()
                    && digits_of(*d)
                        .is_some_and(|(day, width)| width <= 2 && (1..=31).contains(&day))
                    && ((a == b && *a != '年' && rest.get(5) != Some(&Token::Mark('月')))
                        || (*a == '年'
                            && *b == '月'
                            && matches!(rest.get(5), Some(Token::Mark('日' | '号'))))) =>
            {
                5
            }
            [m, Token::Mark('月'), d, Token::Mark('日' | '号'), ..]
                if month_of(*m).is_some() && digits_of(*d).is_some() =>
            {
                4
            }
            _ => 0,
        };
        if length == 0 {
            at += 1;
        } else {
            tokens[at..at + length].fill(Token::Mark('\0'));
            at += length;
        }
    }
}

#[cfg(test)]
#[path = "period_tests.rs"]
mod tests;
