//! Cells of several columns that are one: men and women added up, year, month and day put together.

use super::cells::cell;
use crate::ingest::{Joined, JoinedHow};

/// The whole of each of `joined` in a row, with the column that takes it.
pub(super) fn join_cells(joined: &[Joined], cells: &[&str]) -> Vec<(usize, String)> {
    joined
        .iter()
        .filter_map(|one| {
            let parts: Vec<&str> = one.columns.iter().map(|&column| cell(cells, column)).collect();
            let whole = match one.how {
                JoinedHow::Sum => sum(&parts),
                JoinedHow::Date => date(&parts),
            };
            Some((*one.columns.first()?, whole))
        })
        .collect()
}

/// 20 and 22 are 42; a blank counts nothing. What is no number of heads stays, to be refused.
fn sum(parts: &[&str]) -> String {
    let said = || parts.iter().filter(|part| !part.is_empty());
    if said().next().is_none() {
        return String::new();
    }
    let heads = |part: &&str| part.trim_end_matches('人').trim().parse::<u64>().ok();
    let sum = said().map(heads).try_fold(0u64, |sum, part| sum.checked_add(part?));
    sum.map_or_else(|| said().copied().collect::<Vec<_>>().join("+"), |sum| sum.to_string())
}

/// 2012, 2 and 5 are 2012年2月5日; 2012 and 2 are 2012年2月.
fn date(parts: &[&str]) -> String {
    let mut date = String::new();
    for (part, unit) in parts.iter().zip(['年', '月', '日']) {
        let part = part.trim_end_matches([unit, '份', '号']);
        if part.is_empty() {
            break;
        }
        date.push_str(part);
        date.push(unit);
    }
    // A year alone is written without its unit.
    date.strip_suffix('年').map_or(date.clone(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_added_and_dates_put_together() {
        let joined = [
            Joined { columns: vec![1, 2], how: JoinedHow::Sum },
            Joined { columns: vec![3, 4, 5], how: JoinedHow::Date },
        ];
        for (cells, heads, day) in [
            (&["三班", "20", "22人", "2012", "02", "5"][..], "42", "2012年02月5日"),
            (&["三班", "20", "", "2012年", "2月", ""], "20", "2012年2月"),
            (&["三班", "", "", "2012", "", "5"], "", "2012"),
            (&["合计", "x", "3"], "x+3", ""),
            (&["", "18446744073709551615", "1"], "18446744073709551615+1", ""),
        ] {
            let whole = join_cells(&joined, cells);
            assert_eq!(whole, [(1, heads.to_string()), (3, day.to_string())], "{cells:?}");
        }
    }
}
