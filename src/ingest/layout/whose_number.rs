//! Whose numbers a column holds, as far as the numbers tell: those of the pupils, or of people a generation
//! older.

use super::columns::{ColumnPlan, How};
use crate::record::{Field, IdNumber};

/// Columns of ID numbers that are held against each other at most: a pupil's, father's and mother's of each of
/// the pupils on a line.
const MOST_NUMBERS: usize = 90;

/// Of several columns of ID numbers of a pupil, those that hold other people's are not used: numbers of
/// people a generation older than those of another column, or whose birth dates are not those of the row
/// where another column's are.
pub(super) fn settle_owners(columns: &mut [ColumnPlan], rows: &[Vec<String>]) {
    let of_number = |column: &&ColumnPlan| column.field == Some(Field::IdNumber);
    let numbers: Vec<usize> = columns.iter().filter(of_number).map(|column| column.index).collect();
    if numbers.len() < 2 || numbers.len() > MOST_NUMBERS {
        return;
    }
    let birth = |side: Option<usize>| {
        let of_side = |column: &&ColumnPlan| column.side == side || column.side.is_none();
        let mut births = columns.iter().filter(|column| column.field == Some(Field::BirthDate));
        births.find(of_side).map(|column| column.index)
    };
    let others: Vec<(usize, usize)> = numbers
        .iter()
        .filter_map(|&at| {
            let side = columns[at].side;
            let rivals = || numbers.iter().copied().filter(|&other| other != at);
            let mut rivals = rivals().filter(|&other| columns[other].side == side);
            let rival = rivals.find(|&own| {
                let by_birth = birth(side).is_some_and(|birth| {
                    agrees(rows, own, birth) == Some(true) && agrees(rows, at, birth) == Some(false)
                });
                by_birth || is_generation_older(rows, at, own) == Some(true)
            });
            Some((at, rival?))
        })
        .collect();
    for (at, own) in others {
        let serving = columns[own].header.clone();
        let column = &mut columns[at];
        if column.how != How::Forced {
            (column.field, column.how) = (None, How::SecondChoice);
            column.offer = Some((Field::IdNumber, serving));
        }
    }
}

/// Whether the people of one column of numbers are a generation older than those of another, in most of the
/// rows that hold both. `None` where no row does.
pub(super) fn is_generation_older(
    rows: &[Vec<String>],
    older: usize,
    younger: usize,
) -> Option<bool> {
    most(rows, |row| {
        let year = |at: usize| Some(birth_of(row.get(at)?)? / 10_000);
        Some(year(older)? + GENERATION <= year(younger)?)
    })
}

/// Whether most cells of a column are a resident's numbers, check character and all.
pub(super) fn are_numbers(sample: &[&str]) -> bool {
    let filled = || sample.iter().filter(|cell| !cell.trim().is_empty());
    let numbers = filled().filter(|cell| birth_of(cell).is_some()).count();
    numbers > 0 && numbers * 10 >= filled().count() * 6
}

/// How many cells of a column are a resident's numbers, check character and all.
pub(super) fn sound_numbers(rows: &[Vec<String>], at: usize) -> usize {
    rows.iter().filter(|row| row.get(at).is_some_and(|cell| birth_of(cell).is_some())).count()
}

/// Years between parent and child at least.
const GENERATION: u32 = 15;

/// Whether numbers and birth dates of most rows that hold both are one day.
fn agrees(rows: &[Vec<String>], number: usize, birth: usize) -> Option<bool> {
    most(rows, |row| {
        let number = birth_of(row.get(number)?)?;
        let said = row.get(birth)?;
        let digits: Vec<&str> =
            said.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let part = |at: usize| digits.get(at).and_then(|part| part.parse::<u32>().ok());
        match digits[..] {
            [date] if date.len() == 8 => Some(part(0)? == number),
            [date] if date.len() == 6 => Some(part(0)? == number / 100),
            [year, _, _, ..] if year.len() == 4 => {
                Some(part(0)? * 10_000 + part(1)? * 100 + part(2)? == number)
            }
            [year, _] if year.len() == 4 => Some(part(0)? * 100 + part(1)? == number / 100),
            _ => None,
        }
    })
}

fn most(rows: &[Vec<String>], holds: impl Fn(&[String]) -> Option<bool>) -> Option<bool> {
    let (mut asked, mut yes) = (0, 0);
    for said in rows.iter().filter_map(|row| holds(row)) {
        asked += 1;
        yes += usize::from(said);
    }
    (asked > 0).then_some(yes * 2 > asked)
}

/// The birth date in a resident's number, as year, month and day in one figure.
fn birth_of(cell: &str) -> Option<u32> {
    let cell = cell.trim().trim_start_matches('\'');
    let bytes = cell.as_bytes();
    let (digits, check) = (bytes.get(..17)?, bytes.get(17)?);
    let sound =
        bytes.len() == 18 && IdNumber::check_character(digits) == Some(check.to_ascii_uppercase());
    let born = IdNumber::from_17_digits(digits).filter(|_| sound)?.birth_date()?;
    born.format("%Y%m%d").to_string().parse().ok()
}
