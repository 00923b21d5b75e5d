//! What a sheet holds: where its header stands, what its columns mean, and of which kind its rows are.

use std::collections::BTreeMap;

use crate::record::{Field, Message, RecordKind, Register};

use super::headers::{HeaderBook, is_student_number, normalize, shape_fits};
use super::kind_of_sheet::{kind_of, register_of};
use super::sheet_context::SheetContext;

/// How a sheet is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPlan {
    pub kind: RecordKind,
    /// Of enrolments only.
    pub register: Option<Register>,
    /// The physical row of the header, from 1.
    pub header_row: u32,
    pub columns: Vec<ColumnPlan>,
    pub context: SheetContext,
    /// The rows above the header, each joined by blanks, without the blank ones.
    pub titles: Vec<String>,
}

impl SheetPlan {
    /// The index of the column that holds a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|column| column.field == Some(field)).map(|column| column.index)
    }
}

/// What one column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// From 0.
    pub index: usize,
    /// The header as it stands.
    pub header: String,
    pub field: Option<Field>,
    pub how: How,
}

/// By what a column was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its header is known.
    Header,
    /// Its header is an abbreviation; the shape of its values decided.
    Abbreviation,
    /// Its header means several things; values or the kind of the sheet decided.
    Content,
    /// The configuration says so.
    Forced,
    /// Another column holds the same field with more usable content.
    SecondChoice,
    Unknown,
}

/// What the configuration says of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForcedMapping {
    pub kind: Option<RecordKind>,
    pub register: Option<Register>,
    /// Field by header.
    pub columns: BTreeMap<String, Field>,
}

/// A sheet whose kind cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("headers seen: {}; {}", seen.join(", "), missing.en)]
pub struct NotUnderstood {
    /// The headers of the row most like a header.
    pub seen: Vec<String>,
    /// What is missing, and what to do.
    pub missing: Message,
}

const HEADER_WITHIN: usize = 30;

/// Understands a sheet from its first physical rows (up to 60 do).
pub fn plan_sheet(
    book: &HeaderBook,
    file_name: &str,
    sheet_name: &str,
    first_rows: &[Vec<String>],
    forced: Option<&ForcedMapping>,
) -> Result<SheetPlan, NotUnderstood> {
    let empty = ForcedMapping::default();
    let forced = forced.unwrap_or(&empty);
    let by_header: BTreeMap<String, Field> =
        forced.columns.iter().map(|(header, &field)| (normalize(header), field)).collect();
    let header = find_header(book, &by_header, first_rows)
        .ok_or_else(|| not_understood(book, widest_row(first_rows)))?;
    let rows_below = first_rows.get(header.row + 1..).unwrap_or(&[]);
    let titles: Vec<String> = first_rows[..header.row.saturating_sub(usize::from(header.two_rows))]
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|title| !title.is_empty())
        .collect();
    let context = SheetContext::of(file_name, sheet_name, titles.clone());
    let mut columns: Vec<ColumnPlan> = header
        .cells
        .into_iter()
        .enumerate()
        .map(|(index, header)| plan_column(book, &by_header, index, header, rows_below))
        .collect();
    settle_doubles(&mut columns, rows_below);
    let places = [file_name, sheet_name];
    let Some(kind) = forced.kind.or_else(|| kind_of(&columns, &context, &places)) else {
        return Err(not_understood(
            book,
            columns.into_iter().map(|column| column.header).collect(),
        ));
    };
    if kind == RecordKind::Payment {
        settle_payment_status(&mut columns);
    }
    let register = (kind == RecordKind::Enrollment).then(|| {
        forced.register.unwrap_or_else(|| register_of(&columns, &context, file_name, rows_below))
    });
    Ok(SheetPlan { kind, register, header_row: header.row as u32 + 1, columns, context, titles })
}

struct Header {
    /// From 0.
    row: usize,
    cells: Vec<String>,
    /// Whether blanks were filled from the row above.
    two_rows: bool,
}

/// The row with the most known fields; the first of equals. A blank cell takes the header above it
/// (two-level headers with merged cells) where that makes more fields known.
fn find_header(
    book: &HeaderBook,
    forced: &BTreeMap<String, Field>,
    rows: &[Vec<String>],
) -> Option<Header> {
    let field_of =
        |cell: &String| forced.get(&normalize(cell)).copied().or_else(|| book.field(cell));
    let is_known = |cell: &String| field_of(cell).is_some() || !book.abbreviation(cell).is_empty();
    let mut best: Option<(usize, Header)> = None;
    for (row, cells) in rows.iter().take(HEADER_WITHIN).enumerate() {
        let own = cells.iter().filter(|cell| is_known(cell)).count();
        if own == 0 {
            continue;
        }
        let mut candidates = vec![(cells.clone(), false)];
        if let Some(above) = row.checked_sub(1).and_then(|above| rows.get(above)) {
            let width = cells.len().max(above.len());
            let blank = String::new();
            let merged: Vec<String> = (0..width)
                .map(|index| {
                    let (own, upper) =
                        (cells.get(index).unwrap_or(&blank), above.get(index).unwrap_or(&blank));
                    if own.trim().is_empty() && is_known(upper) {
                        upper.clone()
                    } else {
                        own.clone()
                    }
                })
                .collect();
            candidates.push((merged, true));
        }
        for (cells, two_rows) in candidates {
            let known = cells.iter().filter(|cell| is_known(cell)).count();
            let anchored = cells.iter().any(|cell| {
                field_of(cell).is_some_and(is_anchor)
                    || book.abbreviation(cell).iter().any(|&field| is_anchor(field))
            });
            if known >= 2 && anchored && best.as_ref().is_none_or(|(most, _)| known > *most) {
                best = Some((known, Header { row, cells, two_rows }));
            }
        }
    }
    best.map(|(_, header)| header)
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

fn plan_column(
    book: &HeaderBook,
    forced: &BTreeMap<String, Field>,
    index: usize,
    header: String,
    rows: &[Vec<String>],
) -> ColumnPlan {
    let sample = sample_of(rows, index);
    let (field, how) = if let Some(&field) = forced.get(&normalize(&header)) {
        (Some(field), How::Forced)
    } else if let Some(field) = book.field(&header) {
        let filled = sample.iter().filter(|cell| !cell.trim().is_empty()).count();
        let national = sample.iter().filter(|cell| is_student_number(cell)).count();
        if field == Field::LocalNumber && national > 0 && national * 2 >= filled {
            (Some(Field::StudentNumber), How::Content)
        } else {
            (Some(field), How::Header)
        }
    } else {
        match book.abbreviation(&header).iter().find(|&&field| shape_fits(field, &sample)) {
            Some(&field) => (Some(field), How::Abbreviation),
            None => (None, How::Unknown),
        }
    };
    ColumnPlan { index, header, field, how }
}

fn sample_of(rows: &[Vec<String>], index: usize) -> Vec<&str> {
    rows.iter().filter_map(|row| row.get(index)).map(String::as_str).collect()
}

/// Of two columns for one field one stays: a forced one, then one with any usable content, then the
/// one whose header says it better (the amount paid before the standard), then the fuller, then the
/// first.
fn settle_doubles(columns: &mut [ColumnPlan], rows: &[Vec<String>]) {
    let claim = |column: &ColumnPlan, field: Field| {
        let cells = sample_of(rows, column.index);
        let usable = cells
            .iter()
            .filter(|cell| !cell.trim().is_empty() && shape_fits(field, &[cell]))
            .count();
        (
            column.how == How::Forced,
            usable > 0,
            preference(field, &normalize(&column.header)),
            usable,
        )
    };
    for second in 1..columns.len() {
        let Some(field) = columns[second].field else { continue };
        let Some(first) = columns[..second].iter().position(|column| column.field == Some(field))
        else {
            continue;
        };
        let loser = if claim(&columns[second], field) > claim(&columns[first], field) {
            first
        } else {
            second
        };
        columns[loser].field = None;
        columns[loser].how = How::SecondChoice;
    }
}

/// How well a header says its field where several headers do; 0 for most.
fn preference(field: Field, header: &str) -> i8 {
    let (better, worse): (&[&str], &[&str]) = match field {
        Field::Amount => (&["实发", "实际", "到账", "打卡", "交易"], &["应", "标准"]),
        Field::Level => (&["档"], &["困难", "认定"]),
        Field::CountedCount => (&["实到", "清点", "现场", "实际"], &[]),
        Field::EnrollmentStatus => (&["学籍状态", "当前状态"], &["异动", "变动"]),
        Field::Month => (&["月"], &["批次", "期数"]),
        Field::PayDate => (&["到账", "打卡"], &[]),
        _ => return 0,
    };
    let says = |words: &[&str]| i8::from(words.iter().any(|word| header.contains(word)));
    says(better) - says(worse)
}

/// In an aid list a bare 状态 is that of the payment, unless another column is.
fn settle_payment_status(columns: &mut [ColumnPlan]) {
    if columns.iter().any(|column| column.field == Some(Field::PaymentStatus)) {
        return;
    }
    let bare = columns.iter_mut().find(|column| {
        matches!(normalize(&column.header).as_str(), "状态" | "当前状态")
            && column.how != How::Forced
    });
    if let Some(column) = bare {
        column.field = Some(Field::PaymentStatus);
        column.how = How::Content;
    }
}

fn widest_row(rows: &[Vec<String>]) -> Vec<String> {
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    // `max_by_key` takes the last of equals: the header stands before the rows.
    rows.iter().take(HEADER_WITHIN).rev().max_by_key(filled).cloned().unwrap_or_default()
}

fn not_understood(book: &HeaderBook, mut seen: Vec<String>) -> NotUnderstood {
    seen.retain(|header| !header.trim().is_empty());
    seen.truncate(60);
    let offers: Vec<(String, String)> = seen
        .iter()
        .filter(|header| book.field(header).is_none())
        .filter_map(|header| book.nearest(header).map(|(_, known)| (header.clone(), known)))
        .collect();
    let mut missing = Message::new(
        "看不出是哪类表：名册需有姓名或证件号，并有学校、年级或班级；资助表需有姓名或证件号和金额；清点表需有学校或班级和实到人数。请补表头，或在 aidcheck.toml 中指定列",
        "the kind of list cannot be told: a roster has names or numbers and a school, grade or class; an aid list has names or numbers and amounts; a count sheet has schools or classes and counted heads. Add the headers, or name the columns in aidcheck.toml",
    );
    for (header, known) in offers {
        missing.push(
            &format!("；“{header}”是否即“{known}”？"),
            &format!("; is \"{header}\" meant as \"{known}\"?"),
        );
    }
    NotUnderstood { seen, missing }
}
