//! What a sheet holds: where its header stands, what its columns mean, and of which kind its rows are.

mod amount_words;
mod amounts;
mod class_in_name;
mod columns;
mod figures;
mod fill_down;
mod header_groups;
mod header_rows;
mod headers;
mod kind_of_sheet;
mod next_list;
mod notes_sheet;
mod page_head;
mod parts;
mod payments_of_line;
mod reply_sheet;
mod school_in_name;
mod shapes;
mod sheet_context;
mod side_by_side;
mod skipped_rows;
mod unread_words;
mod whose_number;

pub use class_in_name::{ClassName, grade_of_class, heading_of};
pub use columns::{ColumnPlan, How};
pub use figures::{says_no_amount, says_nothing};
pub use fill_down::FillDown;
pub use headers::{HeaderBook, HeaderBookError, is_in_ten_thousands};
pub use next_list::{NextList, has_digits_in_a_row, is_heading, titles_at_end};
pub use page_head::PageHead;
pub use parts::{Joined, JoinedHow};
pub use payments_of_line::LinePayment;
pub use reply_sheet::{ReplyColumns, reply_columns};
pub use shapes::shape_fits;
pub use sheet_context::{From, SheetContext};
pub use skipped_rows::skip_reason;

use std::collections::BTreeMap;

use amount_words::AmountWords;
use amounts::{Amounts, TitlesSay, dropped_amounts, find_amounts};
use columns::{plan_columns, settle_doubles, settle_status};
use figures::Reading;
use fill_down::find_fill_down;
use header_rows::{Header, KnownHeaders, find_header};
use headers::normalize;
use kind_of_sheet::{ListOf, contradicted, kind_of, proves_no_place, register_of};
use notes_sheet::is_notes;
use parts::join_parts;
use reply_sheet::reply_header;
use side_by_side::{find_sides, headed_apart};
use unread_words::{amounts_left, apart, no_amounts, not_put_together};
use whose_number::settle_owners;

use crate::ingest::MergedCells;
use crate::record::{Field, Message, RecordKind, Register, in_simplified};

/// How a sheet is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPlan {
    pub kind: RecordKind,
    /// Of enrolments only.
    pub register: Option<Register>,
    /// The physical row of the header, from 1; of a header of several rows the last.
    pub header_row: u32,
    pub columns: Vec<ColumnPlan>,
    /// How many pupils stand side by side on a line: 1 in most sheets.
    pub sides: usize,
    /// The payments that a line holds; empty where it is one in one column that says no more.
    pub payments: Vec<LinePayment>,
    /// Columns whose cells together are one cell.
    pub joined: Vec<Joined>,
    /// What stands on the sheet and is not read, and what to do.
    pub unread: Option<Message>,
    pub fill_down: FillDown,
    /// The rows must be typed in their order, since some continue those above.
    pub in_order: bool,
    pub context: SheetContext,
    /// The rows above the header, each joined by blanks, without the blank ones.
    pub titles: Vec<String>,
    /// The rows of the header as they stand; one in most sheets.
    pub header: Vec<Vec<String>>,
}

impl SheetPlan {
    /// The index of the column that holds a field; where pupils stand side by side, the first one's.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns
            .iter()
            .find(|column| column.field == Some(field) && column.how != How::SecondChoice)
            .map(|column| column.index)
    }

    /// Whether the amounts of a column are in 万元, as its header, the groups over it or the titles say.
    pub fn in_ten_thousands(&self, column: &ColumnPlan) -> bool {
        column.in_ten_thousands(says_ten_thousands(&self.context))
    }
}

/// Whether the nearest title that says 单位：元 or 单位：万元, of sums of money, says the latter.
fn says_ten_thousands(context: &SheetContext) -> bool {
    let unit = |title: &String| {
        let says =
            |unit: &str| [':', '：'].iter().any(|c| title.contains(&format!("单位{c}{unit}")));
        if says("万元") { Some(true) } else { says("元").then_some(false) }
    };
    context.title_texts.iter().chain(&context.titles_above).find_map(unit).unwrap_or(false)
}

/// What the configuration says of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForcedMapping {
    pub kind: Option<RecordKind>,
    pub register: Option<Register>,
    /// The physical row of the header (the last of several), from 1.
    pub header_row: Option<u32>,
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
    /// What else the sheet is, where nothing is missing.
    pub instead: Option<NoList>,
}

/// A sheet that is no list and need not be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoList {
    /// A school's file of cases, for [`reply_columns`].
    Reply,
    /// Instructions, a cover, remarks.
    Notes,
}

/// The header stands within so many physical rows.
const HEADER_WITHIN: usize = 60;

/// Understands a sheet from its first physical rows (up to 60 do). `merged` are the merged cells of a
/// workbook's sheet, `None` where the format has none; `titles_above` those of the list above, where the
/// rows are a further list of one sheet: they say what its own titles do not.
pub fn plan_sheet(
    book: &HeaderBook,
    file_name: &str,
    sheet_name: &str,
    first_rows: &[Vec<String>],
    merged: Option<&[MergedCells]>,
    forced: Option<&ForcedMapping>,
    titles_above: &[String],
) -> Result<SheetPlan, NotUnderstood> {
    // Words are looked up in simplified characters.
    let (file_name, sheet_name) = (&*in_simplified(file_name), &*in_simplified(sheet_name));
    let empty = ForcedMapping::default();
    let forced = forced.unwrap_or(&empty);
    let by_header = forced.columns.iter().map(|(header, &field)| (normalize(header), field));
    let known = KnownHeaders { book, forced: by_header.collect() };
    let head_rows = &first_rows[..first_rows.len().min(HEADER_WITHIN)];
    let merged_above: Option<Vec<MergedCells>> = merged.map(|merged| {
        let near = |region: &&MergedCells| region.first_row as usize <= HEADER_WITHIN;
        merged.iter().filter(near).copied().collect()
    });
    // What the configuration says of a sheet goes first, as everywhere.
    if forced.kind.is_none()
        && let Some(row) = reply_header(head_rows)
    {
        return Err(a_reply(head_rows[row].clone()));
    }
    let only = forced.header_row.map(|row| (row as usize).saturating_sub(1));
    let found = find_header(&known, head_rows, merged_above.as_deref(), only);
    // Of a sheet that the configuration speaks of, a list is expected.
    let notes = || *forced == ForcedMapping::default() && is_notes(&known, first_rows);
    let Some(Header { first, last, cells, groups }) = found else {
        return Err(match forced.header_row {
            Some(row) => no_such_header(row, widest_row(head_rows)),
            None if notes() => only_notes(widest_row(head_rows)),
            None => not_understood(book, widest_row(head_rows)),
        });
    };
    let rows_below = first_rows.get(last + 1..).unwrap_or(&[]);
    let titles: Vec<String> = head_rows[..first]
        .iter()
        .filter(|row| !holds_resident_number(row))
        .map(|row| joined(row))
        .filter(|title| !title.is_empty())
        .collect();
    let folded = |titles: &[String]| {
        titles.iter().map(|title| in_simplified(title).into_owned()).collect::<Vec<_>>()
    };
    let context =
        SheetContext::of(file_name, sheet_name, folded(&titles)).below(&folded(titles_above));
    let mut columns = plan_columns(&known, cells, groups, rows_below);
    let (joined, unread_groups) = join_parts(&known, &mut columns);
    let sides = find_sides(&mut columns, rows_below);
    settle_owners(&mut columns, rows_below);
    let list_of = ListOf::said(book, &context);
    let (list_of, said_by) = (list_of.map(|(list, _)| list), list_of.map(|(_, text)| text));
    let pays = matches!(list_of, Some(ListOf::Pay | ListOf::Aided));
    let says = |speaks: fn(&AmountWords, &str) -> bool| {
        said_by.is_some_and(|text| speaks(&book.amounts, text))
    };
    let ten_thousands = says_ten_thousands(&context);
    let reading = Reading { rows: rows_below, ten_thousands };
    let titles_say = TitlesSay {
        pays,
        relieves: pays && says(AmountWords::relieves),
        charges: says(AmountWords::charges) && forced.kind != Some(RecordKind::Payment),
    };
    let mut amounts = match sides {
        1 => find_amounts(book, &mut columns, reading, titles_say),
        _ => Amounts::default(),
    };
    settle_doubles(book, &mut columns, rows_below);
    if sides == 1 && amounts.payments.is_empty() {
        amounts.unread.extend(dropped_amounts(book, &columns, reading));
        amounts.unread.dedup();
    }
    let header_row = last as u32 + 1;
    let fill_down = find_fill_down(&columns, header_row, rows_below, merged);
    let places = [file_name, sheet_name];
    let kind = || kind_of(&columns, &context, &places, fill_down.headings);
    let kind = forced.kind.or_else(kind);
    // A roster may have columns of money; what is no roster by its title may not, if they speak of aid.
    let of_aid = list_of.is_none() && amounts.unread.iter().any(|one| book.amounts.is_of_aid(one));
    let no_place = of_aid || proves_no_place(list_of, &columns);
    let of_pupils = columns.iter().any(|column| column.field == Some(Field::Name));
    if forced.kind.is_none()
        && no_place
        && (kind == Some(RecordKind::Enrollment) || (kind.is_none() && of_pupils))
    {
        return Err(no_amounts(columns, &amounts, said_by.filter(|_| pays)));
    }
    let Some(kind) = kind else {
        if notes() {
            return Err(only_notes(widest_row(head_rows)));
        }
        let headers = columns.into_iter().map(|column| column.header).collect();
        let mut error = not_understood(book, headers);
        if let Some(what) = not_put_together(&unread_groups) {
            error.missing.push(&format!("；{}", what.zh), &format!("; {}", what.en));
        }
        return Err(error);
    };
    if let Some((left, right)) = headed_apart(book, kind, &columns, &head_rows[..first]) {
        let seen = columns.into_iter().map(|column| column.header).collect();
        return Err(apart(seen, &left, &right));
    }
    settle_status(&mut columns, kind, rows_below);
    if forced.kind.is_none()
        && let Some(missing) = contradicted(kind, list_of, said_by.unwrap_or_default(), &columns)
    {
        let seen = columns.into_iter().map(|column| column.header).collect();
        return Err(NotUnderstood { seen, missing, instead: None });
    }
    let register = (kind == RecordKind::Enrollment).then(|| {
        forced.register.unwrap_or_else(|| register_of(&columns, &context, file_name, rows_below))
    });
    Ok(SheetPlan {
        kind,
        register,
        header_row,
        columns,
        sides,
        unread: match kind {
            RecordKind::Payment => amounts_left(&amounts),
            _ => not_put_together(&unread_groups),
        },
        payments: amounts.payments,
        joined,
        in_order: !fill_down.is_empty(),
        fill_down,
        context,
        titles,
        header: head_rows[first..=last].to_vec(),
    })
}

/// Whether a cell is a resident's number: the row is somebody's record, wherever it stands.
pub fn holds_resident_number<T: AsRef<str>>(row: &[T]) -> bool {
    row.iter().any(|cell| {
        let cell = cell.as_ref().trim().as_bytes();
        cell.len() == 18 && cell[..17].iter().all(u8::is_ascii_digit)
    })
}

/// The filled cells of a row, joined by blanks.
fn joined(row: &[String]) -> String {
    let cells: Vec<&str> =
        row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    cells.join(" ")
}

fn widest_row(rows: &[Vec<String>]) -> Vec<String> {
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    // `max_by_key` takes the last of equals: the header stands before the rows.
    rows.iter().take(HEADER_WITHIN).rev().max_by_key(filled).cloned().unwrap_or_default()
}

fn no_such_header(row: u32, seen: Vec<String>) -> NotUnderstood {
    let missing = Message::new(
        format!(
            "aidcheck.toml 指定表头在第 {row} 行，但表头须在前 {HEADER_WITHIN} 行之内且该行须有内容；请改正 header_row"
        ),
        format!(
            "aidcheck.toml says that the header is row {row}, but it must be one of the first {HEADER_WITHIN} rows of the sheet; correct header_row"
        ),
    );
    NotUnderstood { seen, missing, instead: None }
}

fn a_reply(seen: Vec<String>) -> NotUnderstood {
    let missing = Message::new(
        "学校的核查回复，不是名单，未作名单核对；请运行 aidcheck cases import-replies 导入",
        "a school's answers, no list of pupils, and not checked as one; run `aidcheck cases import-replies`",
    );
    NotUnderstood { seen, missing, instead: Some(NoList::Reply) }
}

fn only_notes(seen: Vec<String>) -> NotUnderstood {
    let missing = Message::new(
        "只有说明文字，没有名单，已略过；如果其实是名单，请在 aidcheck.toml 的 [[mapping]] 中指定",
        "notes and no list, passed over; if it is a list, name it in [[mapping]] of aidcheck.toml",
    );
    NotUnderstood { seen, missing, instead: Some(NoList::Notes) }
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
    NotUnderstood { seen, missing, instead: None }
}

#[cfg(test)]
mod tests;
