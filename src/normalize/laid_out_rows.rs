//! Rows that are not one record each as they stand: cells merged downwards are filled, pupils side by
//! side become a record each. Sheets without such cells never come here.

use super::cells::cell;
use super::joined_cells::join_cells;
use super::line_payments::Pays;
use super::row_columns::{Columns, Further};
use super::typer::Typer;
use crate::ingest::{
    ClassName, FillDown, Rejected, RowCounts, SkipReason, heading_of, says_no_amount,
};
use crate::record::Message;

/// One of the pupils of a line, or of the payments to its pupil.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) at: Columns,
    pub(super) further: Further,
    pub(super) own: Vec<usize>,
    pub(super) pays: &'a Pays,
}

/// What the rows of a block leave to those below them: texts of cells merged downwards, and the class that
/// the last heading names.
#[derive(Debug)]
pub struct FromAbove {
    pub(super) carried: Carried,
    pub(super) heading: ClassName,
}

/// What is carried from row to row of a sheet.
#[derive(Debug, Default)]
pub(super) struct Carried {
    columns: Vec<CarriedColumn>,
}

#[derive(Debug)]
struct CarriedColumn {
    column: usize,
    text: String,
    /// The merged cells of the column still ahead, as a range of [`FillDown::regions`]; `None` where a
    /// text holds until the next.
    regions: Option<std::ops::Range<usize>>,
    /// The row in which the text was read.
    since: u32,
}

impl Carried {
    pub(super) fn of(fill: &FillDown) -> Carried {
        let mut columns: Vec<CarriedColumn> = Vec::new();
        let carried = |column: usize, regions| CarriedColumn {
            column,
            text: String::new(),
            regions,
            since: 0,
        };
        for (at, region) in fill.regions.iter().enumerate() {
            let column = region.first_column as usize;
            match columns.last_mut() {
                Some(CarriedColumn { column: last, regions: Some(range), .. })
                    if *last == column =>
                {
                    range.end = at + 1;
                }
                _ => columns.push(carried(column, Some(at..at + 1))),
            }
        }
        columns.extend(fill.columns.iter().map(|&column| carried(column, None)));
        Carried { columns }
    }

    /// The row with what is carried into it; remembers what the row says itself.
    fn fill<'c>(
        &'c mut self,
        fill: &FillDown,
        row: u32,
        is_record: bool,
        cells: &mut Vec<&'c str>,
    ) {
        for carried in &mut self.columns {
            let own = cell(cells, carried.column);
            let filled = match &mut carried.regions {
                None => {
                    if !own.is_empty() && is_record {
                        carried.text.clear();
                        carried.text.push_str(own);
                    }
                    own.is_empty()
                }
                Some(ahead) => {
                    while ahead.start < ahead.end && fill.regions[ahead.start].last_row < row {
                        ahead.start += 1;
                    }
                    let region = fill.regions[ahead.clone()]
                        .first()
                        .filter(|region| region.first_row <= row);
                    if region.is_some_and(|region| region.first_row == row) {
                        carried.text.clear();
                        carried.text.push_str(own);
                        carried.since = row;
                    }
                    own.is_empty() && region.is_some_and(|region| region.first_row == carried.since)
                }
            };
            if filled {
                if cells.len() <= carried.column {
                    cells.resize(carried.column + 1, "");
                }
                cells[carried.column] = &carried.text;
            }
        }
    }
}

impl Typer<'_> {
    pub(super) fn laid_out(&mut self, row: u32, cells: &[&str]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return self.batch.counts.skip(SkipReason::Blank);
        }
        if self.sheet.fill_down.headings
            && let Some(heading) = heading_of(cells)
        {
            // A grade holds for the classes below it until the next one.
            let grade = heading.grade.or(self.heading.grade.take());
            self.heading = ClassName { grade, class: heading.class };
            return self.batch.counts.skip(SkipReason::Title);
        }
        if self.sheet.fill_down.headings && self.unknown_heading(row, cells) {
            return;
        }
        let reason = self.skipped(cells);
        let mut carried = std::mem::take(&mut self.carried);
        let mut filled = cells.to_vec();
        carried.fill(&self.sheet.fill_down, row, reason.is_none(), &mut filled);
        let joined = join_cells(&self.sheet.joined, cells);
        for (column, whole) in &joined {
            if filled.len() <= *column {
                filled.resize(*column + 1, "");
            }
            filled[*column] = whole;
        }
        if self.sides.is_empty() {
            self.known_reason = Some(reason);
            self.record(row, &filled);
        } else {
            self.side_by_side(row, cells, &filled);
        }
        self.known_reason = None;
        self.carried = carried;
    }

    /// A heading that is not understood: the class above it holds no more.
    fn unknown_heading(&mut self, row: u32, cells: &[&str]) -> bool {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let (Some((column, text)), None) = (filled.next(), filled.next()) else { return false };
        // A name alone may be a pupil's.
        let speaks_of_class = text.contains(['班', '级', '級']) || column != self.at.name;
        if !speaks_of_class || self.skipped(cells).is_some() {
            return false;
        }
        self.heading = ClassName::default();
        self.reject(row, Rejected::Cell, column, text, Message::new(
            "像是班级标题，但看不出是哪个班；以下学生未记班级，请写成“三年级（1）班”这样的标题",
            "reads like the heading of a class, but which one cannot be told; the pupils below have no class; write it like 三年级（1）班",
        ));
        self.batch.counts.skip(SkipReason::Title);
        true
    }

    /// Types the pupils of one line, or the payments to its pupil. The line counts once: as checked if any of
    /// them was.
    fn side_by_side(&mut self, row: u32, cells: &[&str], filled: &[&str]) {
        let mut sides = std::mem::take(&mut self.sides);
        let owners = std::mem::take(&mut self.owners);
        let before = std::mem::take(&mut self.batch.counts);
        let first_rejection = self.batch.rejections.len();
        let says =
            |side: &Side| side.own.iter().any(|&column| !says_no_amount(cell(cells, column)));
        let someone = sides.iter().any(says);
        let mut sum = RowCounts::default();
        self.listed = Some(Vec::new());
        for (at, side) in sides.iter_mut().enumerate() {
            // A line that says nothing of any pupil (a total in a shared column) is looked at once.
            let looked_at = if someone { says(side) } else { at == 0 };
            if !looked_at {
                continue;
            }
            std::mem::swap(&mut self.at, &mut side.at);
            std::mem::swap(&mut self.further, &mut side.further);
            self.pays = side.pays;
            self.known_reason = Some(self.skipped(&only(cells, &owners, at)));
            self.record(row, &only(filled, &owners, at));
            self.known_reason = None;
            std::mem::swap(&mut self.at, &mut side.at);
            std::mem::swap(&mut self.further, &mut side.further);
            sum.add(&std::mem::take(&mut self.batch.counts));
        }
        self.listed = None;
        (self.sides, self.owners) = (sides, owners);
        self.batch.counts = before;
        self.count_once(sum);
        // Beside a checked pupil, or a second bad one, a bad one is a bad cell of the line.
        let mut row_may_be_rejected = sum.checked == 0;
        for rejection in &mut self.batch.rejections[first_rejection..] {
            if rejection.what == Rejected::Row && !std::mem::take(&mut row_may_be_rejected) {
                rejection.what = Rejected::Cell;
            }
        }
    }

    fn count_once(&mut self, sum: RowCounts) {
        let counts = &mut self.batch.counts;
        let skipped = [
            (sum.header, SkipReason::Header),
            (sum.title, SkipReason::Title),
            (sum.subtotal, SkipReason::Subtotal),
            (sum.signature, SkipReason::Signature),
            (sum.note, SkipReason::Note),
            (sum.continuation, SkipReason::Continuation),
        ];
        if sum.checked > 0 {
            counts.rows_in += 1;
            counts.checked += 1;
        } else if sum.rejected > 0 {
            counts.rows_in += 1;
            counts.rejected += 1;
        } else {
            let reason = skipped.iter().find(|(rows, _)| *rows > 0);
            counts.skip(reason.map_or(SkipReason::Blank, |(_, reason)| *reason));
        }
    }
}

/// Which of the sides each column describes alone.
pub(super) fn owners_of(sides: &[Side]) -> Vec<Option<usize>> {
    let mut owners = Vec::new();
    for (at, side) in sides.iter().enumerate() {
        for &column in &side.own {
            if owners.len() <= column {
                owners.resize(column + 1, None);
            }
            owners[column] = Some(at);
        }
    }
    owners
}

/// A row in which the cells of other pupils are blank.
fn only<'c>(cells: &[&'c str], owners: &[Option<usize>], side: usize) -> Vec<&'c str> {
    let own = |(column, cell): (usize, &&'c str)| match owners.get(column).copied().flatten() {
        Some(owner) if owner != side => "",
        _ => *cell,
    };
    cells.iter().enumerate().map(own).collect()
}
