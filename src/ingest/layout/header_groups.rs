//! Groups above a header: a cell merged over several columns is read together with those below it.

use crate::ingest::MergedCells;
use crate::record::Field;

use super::header_rows::KnownHeaders;
use super::headers::normalize;
use super::parts::{is_count, is_date};

/// The rows of a header put together.
pub(super) struct Composition {
    /// One text for each column.
    pub(super) cells: Vec<String>,
    /// What stands over it, the nearest last.
    pub(super) groups: Vec<Vec<String>>,
    /// Columns that are understood though their text is no known header: another person's, or a part of
    /// what the group over them says.
    pub(super) counted: usize,
}

/// Puts the rows of a header together, from its first (at `first`) to its last. `None` if the upper rows
/// are no groups.
pub(super) fn compose_rows(
    known: &KnownHeaders,
    rows: &[Vec<String>],
    first: usize,
    merged: Option<&[MergedCells]>,
) -> Option<Composition> {
    let (lower, upper) = rows.split_last()?;
    let text = |row: &[String], column: usize| -> String {
        row.get(column).map_or(String::new(), |cell| cell.trim().to_string())
    };
    let starts = |row: &[String]| row.iter().position(|cell| !cell.trim().is_empty());
    let from = starts(lower)?;
    let wordy = |cell: &String| {
        !cell.bytes().any(|byte| byte.is_ascii_digit())
            || known.is_known(cell)
            || known.book.amounts.speaks_of(cell)
    };
    if !lower.iter().all(wordy) {
        return None;
    }
    // A record: no header holds a number.
    let numbered = |cell: &String| cell.bytes().filter(u8::is_ascii_digit).count() >= 6;
    if upper.iter().flatten().any(numbered) {
        return None;
    }
    for (at, row) in upper.iter().enumerate() {
        let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        // A title stands alone, at or before the first column.
        let title = filled == 1 && starts(row) <= Some(from) && !spans_few(row, first + at, merged);
        if filled == 0 || title || row.iter().any(|cell| is_label_with_value(cell)) {
            return None;
        }
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let groups: Vec<Vec<Option<usize>>> =
        (0..upper.len()).map(|at| group_starts(&rows[at..], first + at, width, merged)).collect();
    let mut composition = Composition {
        cells: Vec::with_capacity(width),
        groups: vec![Vec::new(); width],
        counted: 0,
    };
    for column in 0..width {
        let own = text(lower, column);
        if own.is_empty() {
            // Merged downwards: the nearest text right above.
            let above =
                upper.iter().rev().map(|row| text(row, column)).find(|cell| !cell.is_empty());
            let kept = |cell: &String| known.is_known(cell) || known.book.amounts.speaks_of(cell);
            composition.cells.push(above.filter(kept).unwrap_or_default());
            continue;
        }
        let start_over = |at: usize| groups[at].get(column).copied().flatten();
        let over: Vec<String> = (0..upper.len())
            .rev()
            .filter_map(|at| start_over(at).map(|start| text(&upper[at], start)))
            .collect();
        composition.groups[column] =
            over.iter().rev().filter(|cell| !cell.is_empty()).cloned().collect();
        let span = |at: usize, start: usize| {
            groups[at].iter().flatten().filter(|&&other| other == start).count()
        };
        // 实到人数 over 男 and 女, 发放金额 over 9月 and 10月.
        let parted = (0..upper.len()).rev().filter_map(|at| Some((at, start_over(at)?)));
        let parted = parted.filter(|&(at, start)| span(at, start) > 1);
        let mut parted = parted.map(|(at, start)| text(&upper[at], start));
        let parted = parted.find(|cell| known.field(cell).is_some_and(has_parts));
        let composed = match (compose(known, &over, &own), parted) {
            (Composed::Lower, Some(_)) if !known.is_known(&own) => Composed::Part,
            (composed, _) => composed,
        };
        // A known header right above a cell that does not go with it: no group, but a record below.
        let alone = |at: usize| span(at, column) == 1;
        if matches!(composed, Composed::Lower)
            && (0..upper.len()).any(|at| alone(at) && known.is_known(&text(&upper[at], column)))
        {
            return None;
        }
        composition.counted +=
            usize::from(matches!(composed, Composed::OfAnother(_) | Composed::Part));
        composition.cells.push(match composed {
            Composed::Known(text) | Composed::OfAnother(text) => text,
            Composed::Part | Composed::Lower => own,
        });
    }
    Some(composition)
}

/// Fields of which a group may hold the parts, a column each: men and women, months, year and month.
pub(super) fn has_parts(field: Field) -> bool {
    field == Field::Amount || is_count(field) || is_date(field)
}

/// 班主任：张老师, 人数：40: a line above the header, no group of columns. What stands in brackets is part of
/// a header (`金额（单位：元）`).
fn is_label_with_value(cell: &str) -> bool {
    let mut depth = 0;
    let colon = cell.trim().char_indices().find(|&(_, c)| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(c, '：' | ':')
    });
    colon.is_some_and(|(at, c)| at > 0 && !cell.trim()[at + c.len_utf8()..].trim().is_empty())
}

/// Whether the only cell of a row is merged over a part of the columns.
fn spans_few(row: &[String], at: usize, merged: Option<&[MergedCells]>) -> bool {
    let Some(column) = row.iter().position(|cell| !cell.trim().is_empty()) else { return false };
    regions_at(at, merged).any(|region| {
        region.first_column as usize == column && (region.last_column as usize) < column + 4
    })
}

/// The merged cells that begin in the row at `at` (from 0).
fn regions_at(at: usize, merged: Option<&[MergedCells]>) -> impl Iterator<Item = &MergedCells> {
    merged.unwrap_or(&[]).iter().filter(move |region| region.first_row as usize == at + 1)
}

/// For each column where the group over it begins: in the merged cells, or, where a row has none, in the
/// last text before, as long as something stands below.
fn group_starts(
    rows: &[Vec<String>],
    at: usize,
    width: usize,
    merged: Option<&[MergedCells]>,
) -> Vec<Option<usize>> {
    let filled =
        |row: &[String], column: usize| row.get(column).is_some_and(|cell| !cell.trim().is_empty());
    let Some((row, below)) = rows.split_first() else { return vec![None; width] };
    let mut starts = vec![None; width];
    let mut regions = regions_at(at, merged).peekable();
    if regions.peek().is_some() {
        for (column, start) in starts.iter_mut().enumerate() {
            *start = filled(row, column).then_some(column);
        }
        for region in regions {
            let span = region.first_column as usize..(region.last_column as usize + 1).min(width);
            for column in span {
                starts[column] = Some(region.first_column as usize);
            }
        }
        return starts;
    }
    let mut current = None;
    for (column, start) in starts.iter_mut().enumerate() {
        if filled(row, column) {
            current = Some(column);
        } else if !below.iter().any(|row| filled(row, column)) {
            current = None;
        }
        *start = current;
    }
    starts
}

enum Composed {
    /// Group and cell together are a known header.
    Known(String),
    /// The cell is that of a guardian, a card holder …, and nothing known.
    OfAnother(String),
    /// The cell is a part of what the group says.
    Part,
    /// The group says nothing of its own.
    Lower,
}

/// The header that a cell makes with the groups over it, the nearest first.
fn compose(known: &KnownHeaders, groups: &[String], lower: &str) -> Composed {
    let groups: Vec<&str> =
        groups.iter().map(String::as_str).filter(|group| !group.is_empty()).collect();
    let is_sum =
        matches!(normalize(lower).as_str(), "小计" | "合计" | "计" | "总数" | "人数" | "数量");
    for group in &groups {
        for group in [*group, without_tail(group)] {
            let text = format!("{group}{lower}");
            if known.is_known(&text) {
                return Composed::Known(text);
            }
            if is_sum && known.is_known(group) {
                return Composed::Known(group.to_string());
            }
        }
    }
    if let [near, far, ..] = groups[..] {
        let text = format!("{far}{near}{lower}");
        if known.is_known(&text) {
            return Composed::Known(text);
        }
    }
    let another = groups.iter().find(|group| is_of_another(group));
    if let Some(group) = another
        && known.field(lower).is_some_and(is_personal)
    {
        return Composed::OfAnother(format!("{group}{lower}"));
    }
    Composed::Lower
}

/// 监护人信息 → 监护人
fn without_tail(group: &str) -> &str {
    let mut group = group.trim();
    while let Some(shorter) = TAILS.iter().find_map(|tail| group.strip_suffix(tail)) {
        group = shorter;
    }
    group
}

const TAILS: [&str; 7] = ["信息", "情况", "基本", "资料", "详细", "概况", "登记"];

/// A label over several columns that says nothing of its own: 学生信息, 学校情况.
pub(super) fn is_group_label(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || (cell.chars().count() <= 12 && TAILS.iter().any(|tail| cell.ends_with(tail)))
}

/// Whether a group speaks of somebody or some school other than the pupil and the pupil's own.
pub(super) fn is_of_another(group: &str) -> bool {
    const OTHERS: [&str; 20] = [
        "监护",
        "家长",
        "父",
        "母",
        "成员",
        "户主",
        "联系人",
        "持卡",
        "开户",
        "账户",
        "银行",
        "收款",
        "领款",
        "代领",
        "经办",
        "班主任",
        "校长",
        "借款人",
        "原就读",
        "毕业学校",
    ];
    let group = normalize(group);
    if group.chars().count() > 12 {
        return false;
    }
    let says = |words: &[&str]| words.iter().any(|word| group.contains(word));
    // 家庭经济困难学生 is the pupil.
    says(&OTHERS) || (says(&["家庭"]) && !says(&["学生", "幼儿", "困难"]))
}

/// What may never be taken from another person.
fn is_personal(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::FormerName
            | Field::SpelledName
            | Field::IdType
            | Field::IdNumber
            | Field::IdValidity
            | Field::Sex
            | Field::BirthDate
            | Field::StudentNumber
            | Field::AuxiliaryNumber
            | Field::LocalNumber
            | Field::Phone
            | Field::Ethnicity
            | Field::Nationality
            | Field::SchoolCode
            | Field::SchoolName
    )
}
