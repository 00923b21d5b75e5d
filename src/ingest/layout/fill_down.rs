//! Cells merged downwards: what stands once holds for the rows below.

use crate::ingest::MergedCells;
use crate::record::Field;

use super::class_in_name::heading_of;
use super::columns::{ColumnPlan, How, sample_of};
use super::skipped_rows::skip_reason;

/// Which blank cells take a text above them. Only what pupils share is filled: school, stage, grade,
/// class, major, programme, period and dates; never a name, a number, a card or an amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FillDown {
    /// Merged cells of the workbook below the header, cut to their first column; in the order of
    /// their columns, then rows.
    pub regions: Vec<MergedCells>,
    /// Columns (from 0) of a format without merged cells that show the pattern of filling down.
    pub columns: Vec<usize>,
    /// Rows between the records name the class of those below them: `高一(3)班` alone on a line.
    pub headings: bool,
    /// Rows, first and last, that a name or number is merged down over: they continue the pupil above.
    pub continuations: Vec<(u32, u32)>,
}

impl FillDown {
    /// Whether nothing is filled.
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty() && self.columns.is_empty() && !self.headings
    }

    /// Frees what only rows still to come would need.
    pub fn forget_merged_cells(&mut self) {
        (self.regions, self.continuations) = (Vec::new(), Vec::new());
    }

    /// Whether a row (from 1) continues the pupil above.
    pub fn continues(&self, row: u32) -> bool {
        let after = self.continuations.partition_point(|&(first, _)| first <= row);
        after > 0 && self.continuations[after - 1].1 >= row
    }
}

fn is_filled(field: Field) -> bool {
    matches!(
        field,
        Field::SchoolCode
            | Field::SchoolName
            | Field::Stage
            | Field::Grade
            | Field::Class
            | Field::Major
            | Field::Programme
            | Field::SchoolYear
            | Field::Term
            | Field::Month
            | Field::PayDate
            | Field::CountDate
    )
}

/// What is filled where only the pattern tells: where pupils are. What a payment is for decides what was paid
/// twice, and a blank there may mean that nobody wrote it.
fn is_guessed(field: Field) -> bool {
    matches!(
        field,
        Field::SchoolCode
            | Field::SchoolName
            | Field::Stage
            | Field::Grade
            | Field::Class
            | Field::Major
    )
}

/// What is to be filled in a sheet: by its merged cells, or, in a format that knows none, by the pattern
/// of its first rows below the header.
pub(super) fn find_fill_down(
    columns: &[ColumnPlan],
    header_row: u32,
    rows: &[Vec<String>],
    merged: Option<&[MergedCells]>,
) -> FillDown {
    let mut filled = rows.iter().map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
    let first = filled.find(|cells| cells.iter().any(|cell| !cell.trim().is_empty()));
    let headings = first.is_some_and(|cells| heading_of(&cells).is_some());
    let fill = match merged {
        Some(merged) => by_merged_cells(columns, header_row, merged),
        None => FillDown { columns: by_pattern(columns, rows), ..FillDown::default() },
    };
    FillDown { headings, ..fill }
}

fn by_merged_cells(columns: &[ColumnPlan], header_row: u32, merged: &[MergedCells]) -> FillDown {
    let mut fill = FillDown::default();
    let mut continued: Vec<(u32, u32)> = Vec::new();
    let below = merged
        .iter()
        .filter(|region| region.first_row > header_row && region.last_row > region.first_row);
    for region in below {
        let Some(column) = columns.get(region.first_column as usize) else { continue };
        match column.field {
            Some(field) if is_filled(field) => {
                fill.regions.push(MergedCells { last_column: region.first_column, ..*region });
            }
            Some(Field::Name | Field::IdNumber | Field::StudentNumber) => {
                continued.push((region.first_row + 1, region.last_row));
            }
            _ => {}
        }
    }
    fill.regions.sort_unstable_by_key(|region| (region.first_column, region.first_row));
    continued.sort_unstable();
    for (first, last) in continued {
        match fill.continuations.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => fill.continuations.push((first, last)),
        }
    }
    fill
}

fn by_pattern(columns: &[ColumnPlan], rows: &[Vec<String>]) -> Vec<usize> {
    let with_gaps = columns.iter().filter(|column| {
        let blank =
            sample_of(rows, column.index).iter().filter(|cell| cell.trim().is_empty()).count();
        column.field.is_some_and(is_guessed)
            && column.how != How::SecondChoice
            && blank * 3 >= rows.len()
    });
    let with_gaps: Vec<&ColumnPlan> = with_gaps.collect();
    if with_gaps.is_empty() {
        return Vec::new();
    }
    let of_people = |column: &&ColumnPlan| {
        matches!(
            column.field,
            Some(Field::Name | Field::IdNumber | Field::StudentNumber | Field::CountedCount)
        )
    };
    let people: Vec<usize> = columns.iter().filter(of_people).map(|column| column.index).collect();
    let is_record = |row: &&Vec<String>| {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        let says = |at: &usize| cells.get(*at).is_some_and(|cell| !cell.trim().is_empty());
        people.iter().any(says) && skip_reason(&cells, &[]).is_none()
    };
    let records: Vec<&Vec<String>> = rows.iter().filter(is_record).collect();
    with_gaps
        .into_iter()
        .filter(|column| shows_the_pattern(column, &records))
        .map(|column| column.index)
        .collect()
}

/// Whether a column is certainly one of merged cells: its first record is filled, more than half are blank,
/// every further text is another one than that before it, and begins a group of at least two records. A
/// blank cell may also be one that nobody filled in, so one text alone must stand above many blanks.
fn shows_the_pattern(column: &ColumnPlan, records: &[&Vec<String>]) -> bool {
    let header = column.header.trim();
    let cells: Vec<&str> = records
        .iter()
        .map(|row| row.get(column.index).map_or("", |cell| cell.trim()))
        .filter(|cell| *cell != header || header.is_empty())
        .collect();
    let starts: Vec<usize> = (0..cells.len()).filter(|&at| !cells[at].is_empty()).collect();
    let blank = cells.len() - starts.len();
    let enough = if starts.len() == 1 {
        cells.len() >= 20 && blank * 4 >= cells.len() * 3
    } else {
        cells.len() >= 6 && blank * 2 > cells.len()
    };
    enough
        && starts.first() == Some(&0)
        && starts.windows(2).all(|pair| pair[1] - pair[0] >= 2 && cells[pair[0]] != cells[pair[1]])
}
