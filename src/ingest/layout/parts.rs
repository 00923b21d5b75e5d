//! One value in several columns under one group: men and women of a count, year, month and day of a date.

use super::columns::{ColumnPlan, How};
use super::header_groups::has_parts;
use super::header_rows::KnownHeaders;
use super::headers::normalize;
use crate::record::Field;

/// Columns whose cells together are one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The columns, from 0, in the order of a date's parts. The first takes the whole.
    pub columns: Vec<usize>,
    pub how: JoinedHow,
}

/// How cells are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinedHow {
    /// Heads are added up.
    Sum,
    /// Year, month and perhaps day follow each other.
    Date,
}

/// Finds values in several columns, and says so in the plans. Beside them: groups whose parts nobody knows
/// how to put together, by what the group says.
pub(super) fn join_parts(
    known: &KnownHeaders,
    columns: &mut [ColumnPlan],
) -> (Vec<Joined>, Vec<String>) {
    let (mut joined, mut unread) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < columns.len() {
        let group = columns[from].groups.last().cloned().unwrap_or_default();
        let same = |column: &&ColumnPlan| column.groups.last() == Some(&group);
        let to = from + columns[from..].iter().take_while(same).count().max(1);
        let field = known.field(&group).filter(|&field| field != Field::Amount && has_parts(field));
        if let Some(field) = field
            && to - from > 1
            // A sum beside the parts says it all.
            && columns[from..to].iter().all(|column| column.field != Some(field))
        {
            let parts: Vec<usize> =
                (from..to).filter(|&at| columns[at].how == How::Unknown).collect();
            match one_value(field, columns, &parts) {
                Some(one) => {
                    for &part in &one.columns {
                        columns[part].how = How::Part;
                        columns[part].offer = Some((field, group.clone()));
                    }
                    let whole = &mut columns[one.columns[0]];
                    (whole.field, whole.offer, whole.header) = (Some(field), None, group);
                    joined.push(one);
                }
                None if !parts.is_empty() => unread.push(group),
                None => {}
            }
        }
        from = to;
    }
    (joined, unread)
}

fn one_value(field: Field, columns: &[ColumnPlan], parts: &[usize]) -> Option<Joined> {
    let column = |words: &[&str]| {
        parts.iter().copied().find(|&at| words.contains(&normalize(&columns[at].header).as_str()))
    };
    if is_count(field) {
        const MEN: [&str; 6] = ["男", "男生", "男童", "男幼儿", "男学生", "男生人数"];
        const WOMEN: [&str; 6] = ["女", "女生", "女童", "女幼儿", "女学生", "女生人数"];
        let both = [column(&MEN)?, column(&WOMEN)?];
        // Beside them a third group of heads may stand.
        return (parts.len() == 2).then(|| Joined { columns: both.into(), how: JoinedHow::Sum });
    }
    let mut of_date = vec![column(&["年", "年份", "年度"])?, column(&["月", "月份"])?];
    of_date.extend(column(&["日", "号", "日期"]));
    Some(Joined { columns: of_date, how: JoinedHow::Date })
}

/// Heads that are counted.
pub(super) fn is_count(field: Field) -> bool {
    matches!(
        field,
        Field::RegisteredCount
            | Field::CountedCount
            | Field::SickLeaveCount
            | Field::PersonalLeaveCount
            | Field::LeaveCount
            | Field::InternCount
            | Field::SuspendedCount
            | Field::AbsentCount
            | Field::ExcusedCount
            | Field::BoarderCount
            | Field::AidedCount
            | Field::WaivedCount
    )
}

/// Days.
pub(super) fn is_date(field: Field) -> bool {
    matches!(
        field,
        Field::BirthDate
            | Field::EntryDate
            | Field::ExitDate
            | Field::MovementDate
            | Field::SuspensionDate
            | Field::PayDate
            | Field::CountDate
            | Field::RecognitionDate
    )
}
