//! Where the header stands, and what it says once cells of several rows are put together.

use std::collections::BTreeMap;

use crate::ingest::MergedCells;
use crate::record::Field;

use super::header_groups::{Composition, compose_rows, is_group_label, is_of_another};
use super::headers::{HeaderBook, normalize};

/// The rows of a header, and one text for each column.
pub(super) struct Header {
    /// Its first and its last row, from 0.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) cells: Vec<String>,
    /// What stands over each column, the nearest last.
    pub(super) groups: Vec<Vec<String>>,
}

/// What headers are known: those that the configuration names for this sheet, and the book's.
pub(super) struct KnownHeaders<'a> {
    pub(super) book: &'a HeaderBook,
    /// By folded header.
    pub(super) forced: BTreeMap<String, Field>,
}

impl KnownHeaders<'_> {
    pub(super) fn field(&self, header: &str) -> Option<Field> {
        self.forced.get(&normalize(header)).copied().or_else(|| self.book.field(header))
    }

    pub(super) fn is_known(&self, header: &str) -> bool {
        !header.trim().is_empty()
            && (self.field(header).is_some() || !self.book.abbreviation(header).is_empty())
    }

    /// Whether a row is a header of people or heads: three known headers or more and hardly anything else, one
    /// of them a pupil's or of counted heads.
    fn is_header_of_people(&self, row: &[String]) -> bool {
        let filled = || row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let count = filled().filter(|cell| self.is_known(cell)).count();
        let of_people = |cell: &str| {
            let field = self.field(cell);
            field.is_some_and(|field| {
                is_anchor(field) && !matches!(field, Field::SchoolCode | Field::SchoolName)
            })
        };
        count >= 3 && count * 4 >= filled().count() * 3 && filled().any(of_people)
    }

    pub(super) fn is_anchor(&self, header: &str) -> bool {
        self.field(header).is_some_and(is_anchor)
            || self.book.abbreviation(header).iter().any(|&field| is_anchor(field))
    }
}

fn is_anchor(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::IdNumber
            | Field::StudentNumber
            | Field::LocalNumber
            | Field::SchoolCode
            | Field::SchoolName
            | Field::CountedCount
    )
}

/// A header has at most this many rows.
const ROWS: usize = 3;

/// How well rows speak for being the header; a label before a value (`学校：`) counts less.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Score {
    columns: usize,
    labels: usize,
}

/// The header of the first list. `only` is the row that the configuration names, from 0.
pub(super) fn find_header(
    known: &KnownHeaders,
    rows: &[Vec<String>],
    merged: Option<&[MergedCells]>,
    only: Option<usize>,
) -> Option<Header> {
    // Rows below a record may hold the header of a further list, of more columns.
    if only.is_none()
        && let Some(end) = end_of_first_head(known, rows)
        && let Some((score, header)) = best_header(known, &rows[..end], merged, None)
        && score.columns >= 2
    {
        return Some(header);
    }
    best_header(known, rows, merged, only).map(|(_, header)| header)
}

/// The first row (from 0) that can be no part of the first list's head: its first record, or, where that
/// looks like none, what follows its header.
fn end_of_first_head(known: &KnownHeaders, rows: &[Vec<String>]) -> Option<usize> {
    let record = rows.iter().position(|row| is_record(known, row));
    let header = rows.iter().position(|row| known.is_header_of_people(row));
    let behind = header.map(|at| at + ROWS).filter(|&end| end < rows.len());
    match (record, behind) {
        (Some(record), Some(behind)) => Some(record.min(behind)),
        (record, behind) => record.or(behind),
    }
}

/// Whether a row is a record for certain: it holds a resident's number, or several cells, few of them known
/// headers and one a plain number.
fn is_record(known: &KnownHeaders, row: &[String]) -> bool {
    let filled = || row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).count();
    let plain = |cell: &str| cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // 居民身份证 in a column of kinds of document is a known header.
    let headers = filled().filter(|cell| known.is_known(cell)).count();
    if headers * 2 > filled().count() {
        return false;
    }
    let numbered = filled().any(|cell| cell.len() == 18 && digits(cell) >= 17);
    // 姓名 … 身份证号 … on one line: a form above the list.
    let labelled = headers > 0 && row.iter().any(|cell| known.is_anchor(cell));
    (numbered && !labelled) || (headers == 0 && filled().count() >= 3 && filled().any(plain))
}

/// The rows with the most understood columns, the first of equals; of one header with and without the
/// groups above it the one with them.
fn best_header(
    known: &KnownHeaders,
    rows: &[Vec<String>],
    merged: Option<&[MergedCells]>,
    only: Option<usize>,
) -> Option<(Score, Header)> {
    let speaks_of_groups: Vec<bool> =
        rows.iter().map(|row| row.iter().any(|cell| is_of_another(cell))).collect();
    let own: Vec<usize> =
        rows.iter().map(|row| row.iter().filter(|cell| known.is_known(cell)).count()).collect();
    let mut best: Option<(Score, Header)> = None;
    for (last, cells) in rows.iter().enumerate() {
        if only.is_some_and(|only| only != last) {
            continue;
        }
        let mut below: Vec<String> = cells.iter().map(|cell| cell.trim().to_string()).collect();
        for depth in 0..ROWS.min(last + 1) {
            let first = last - depth;
            let candidate = if depth == 0 {
                if own[last] == 0 && only.is_none() {
                    continue;
                }
                Some(Composition { cells: cells.clone(), groups: Vec::new(), counted: 0 })
            } else if own[first..=last].iter().all(|&known| known == 0) && !speaks_of_groups[first]
            {
                None
            } else {
                compose_rows(known, &rows[first..=last], first, merged)
            };
            let Some(Composition { cells, groups, counted }) = candidate else { continue };
            // A row that adds nothing to those below it is a title.
            if depth > 0
                && same_row(&cells, &below)
                && !rows[first].iter().all(|cell| is_group_label(cell))
            {
                continue;
            }
            below.clone_from(&cells);
            let (mut columns, mut labels) = (counted, 0);
            for cell in cells.iter().filter(|cell| known.is_known(cell)) {
                if cell.trim_end().ends_with([':', '：']) {
                    labels += 1;
                } else {
                    columns += 1;
                }
            }
            let score = Score { columns, labels };
            let said = || cells.iter().chain(groups.iter().flatten());
            let anchored = said().any(|cell| known.is_anchor(cell));
            if only.is_none() && (columns + labels < 2 || !anchored) {
                continue;
            }
            let better = best.as_ref().is_none_or(|(top, header)| {
                score > *top || (score == *top && depth > 0 && first <= header.last)
            });
            if better {
                best = Some((score, Header { first, last, cells, groups }));
            }
        }
    }
    best
}

/// Whether two rows differ in nothing but blanks at their ends.
fn same_row(one: &[String], other: &[String]) -> bool {
    fn cell(row: &[String], at: usize) -> &str {
        row.get(at).map_or("", String::as_str)
    }
    (0..one.len().max(other.len())).all(|at| cell(one, at) == cell(other, at))
}
