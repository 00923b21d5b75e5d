//! What stands in a column of figures, as far as the first rows tell: sums of money, and whether columns add up to
//! another one.

use super::columns::{ColumnPlan, sample_of};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Figures {
    /// Sums of money, as far as one can tell.
    Money,
    /// Nothing stands there.
    Blank,
    /// Something else.
    None,
}

/// The first rows of a sheet, and how its figures are read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r> {
    pub(super) rows: &'r [Vec<String>],
    /// Titles say that amounts are in 万元 whose headers name no unit.
    pub(super) ten_thousands: bool,
}

/// More than any mark, level or number of days in a month, in fen.
const SMALLEST_SUM: i64 = 32_00;

impl Reading<'_> {
    /// What a column holds: figures, most of them as large as sums of money are, or of any size where its
    /// header says that it is money.
    pub(super) fn figures(self, column: &ColumnPlan, says_money: bool) -> Figures {
        let cells: Vec<&str> = sample_of(self.rows, column.index)
            .into_iter()
            .map(str::trim)
            .filter(|cell| !says_no_amount(cell))
            .collect();
        let decimals = self.decimals(column);
        let figures: Vec<i64> = cells.iter().filter_map(|cell| figure(cell, decimals)).collect();
        let large = figures.iter().filter(|&&figure| figure >= SMALLEST_SUM).count();
        if cells.is_empty() {
            Figures::Blank
        } else if figures.len() * 10 >= cells.len() * 6
            && (says_money || large * 2 >= figures.len())
        {
            Figures::Money
        } else {
            Figures::None
        }
    }

    /// The figure of a column in a row, in fen.
    pub(super) fn figure_at(self, row: &[String], column: &ColumnPlan) -> Option<i64> {
        figure(row.get(column.index)?, self.decimals(column))
    }

    fn decimals(self, column: &ColumnPlan) -> usize {
        if column.in_ten_thousands(self.ten_thousands) { 6 } else { 2 }
    }
}

/// Whether the columns add up to another one, as far as rows tell: in more than half of those that hold
/// both. `None` where no row does.
pub(super) fn adds_up(
    reading: Reading,
    columns: &[ColumnPlan],
    parts: &[usize],
    sum: usize,
) -> Option<bool> {
    let figure_at = |row: &[String], at: usize| reading.figure_at(row, &columns[at]);
    let (mut compared, mut equal) = (0, 0);
    for row in reading.rows {
        let (Some(sum), true) =
            (figure_at(row, sum), parts.iter().any(|&at| figure_at(row, at).is_some()))
        else {
            continue;
        };
        let parts = parts.iter().filter_map(|&at| figure_at(row, at));
        compared += 1;
        equal += usize::from(parts.fold(0i64, i64::saturating_add) == sum);
    }
    (compared > 0).then_some(equal * 2 > compared)
}

/// Whether the cell of an amount says nothing: blank, a stroke, 无.
pub fn says_nothing(cell: &str) -> bool {
    matches!(cell, "" | "/" | "-" | "—" | "——" | "无" | "\\")
}

/// Whether a cell says that nothing is paid: nothing stands there, or nought.
pub fn says_no_amount(cell: &str) -> bool {
    says_nothing(cell) || matches!(cell, "0" | "0.0" | "0.00")
}

/// A plain figure in fen: 1150, 1,150.00, ￥1150元; `decimals` of its unit are a fen. None for what is longer
/// than a sum on a list.
fn figure(cell: &str, decimals: usize) -> Option<i64> {
    let cell: String = cell
        .trim()
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .chars()
        .filter(|c| *c != ',')
        .collect();
    let (whole, fraction) = cell.split_once('.').unwrap_or((&cell, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let kept: String = fraction.chars().chain("000000".chars()).take(decimals).collect();
    let unit = 10i64.checked_pow(u32::try_from(decimals).ok()?)?;
    whole.parse::<i64>().ok()?.checked_mul(unit)?.checked_add(kept.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_their_unit() {
        for (cell, decimals, fen) in [
            ("1,150.00", 2, Some(115_000)),
            ("￥12.5元", 2, Some(1_250)),
            ("0.115", 6, Some(115_000)),
            ("0.115", 2, Some(11)),
            ("1150000000", 2, None),
            ("有", 2, None),
            ("", 2, None),
        ] {
            assert_eq!(figure(cell, decimals), fen, "{cell}");
        }
    }

    #[test]
    fn strokes_say_nothing_and_nought_says_that_nothing_is_paid() {
        for cell in ["", "/", "——", "无", "\\"] {
            assert!(says_nothing(cell) && says_no_amount(cell), "{cell}");
        }
        assert!(says_no_amount("0.00") && !says_nothing("0.00") && !says_no_amount("0.5"));
    }
}
