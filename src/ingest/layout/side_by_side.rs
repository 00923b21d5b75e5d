//! Several pupils on one line: the same headers stand again further right.

use std::collections::BTreeMap;

use crate::record::{Field, RecordKind};

use super::columns::{ColumnPlan, How};
use super::headers::{HeaderBook, normalize};
use super::school_in_name::school_in;
use super::whose_number::is_generation_older;

/// Pupils that stand side by side at most; a line of more is no list that anybody prints.
const MOST_SIDES: usize = 30;

/// Tells which columns belong to which of the pupils that stand side by side, and says so in the plans.
/// Returns how many pupils a line holds: 1 unless a name or an ID number and a further header are
/// repeated at the same distance. What stands outside the groups is shared. Groups of people a generation
/// older are the guardians'.
pub(super) fn find_sides(columns: &mut [ColumnPlan], rows: &[Vec<String>]) -> usize {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for column in columns.iter() {
        let header = normalize(&column.header);
        if !header.is_empty() {
            places.entry(header).or_default().push(column.index);
        }
    }
    let anchors = [Field::Name, Field::IdNumber].iter().find_map(|&field| {
        places.values().find(|at| at.len() > 1 && columns[at[0]].field == Some(field)).cloned()
    });
    let Some(anchors) = anchors.filter(|anchors| anchors.len() <= MOST_SIDES) else { return 1 };
    // A guardian's columns may repeat the headers of the pupil's.
    let guardians = columns.iter().filter(|column| {
        matches!(column.field, Some(Field::GuardianName | Field::CardHolder | Field::Relation))
            && places.get(&normalize(&column.header)).is_none_or(|at| at.len() != anchors.len())
    });
    if guardians.count() > 0 {
        return 1;
    }
    let mut sides = vec![None; columns.len()];
    let mut distances = Vec::new();
    for at in places.values().filter(|at| at.len() > 1) {
        let distance = at[0] as isize - anchors[0] as isize;
        let side_of = |column: usize| {
            anchors.iter().position(|&anchor| anchor as isize + distance == column as isize)
        };
        let found: Option<Vec<usize>> = at.iter().map(|&column| side_of(column)).collect();
        if let Some(found) = found {
            distances.push(distance);
            at.iter().zip(found).for_each(|(&column, side)| sides[column] = Some(side));
        }
    }
    let (Some(first), Some(last)) = (distances.iter().min(), distances.iter().max()) else {
        return 1;
    };
    let apart = anchors.windows(2).all(|pair| (pair[1] - pair[0]) as isize > last - first);
    if distances.len() < 2 || !apart {
        return 1;
    }
    // A column of a person that only one of the groups has belongs to that one.
    let begins: Vec<isize> = anchors.iter().map(|&anchor| anchor as isize + first).collect();
    for column in columns.iter() {
        let own = column.field.is_some_and(|field| !is_shared(field));
        if sides[column.index].is_none() && own {
            let before = begins.iter().rposition(|&begin| begin <= column.index as isize);
            sides[column.index] = Some(before.unwrap_or(0));
        }
    }
    let number_of = |side: usize| {
        let own = columns.iter().filter(|column| sides[column.index] == Some(side));
        own.filter(|column| column.field == Some(Field::IdNumber)).map(|c| c.index).next()
    };
    let all = 0..anchors.len();
    let numbers: Vec<Option<usize>> = all.clone().map(number_of).collect();
    let older =
        |one: usize, other: usize| is_generation_older(rows, numbers[one]?, numbers[other]?);
    let guardians: Vec<usize> = all
        .clone()
        .filter(|&one| all.clone().any(|other| older(one, other) == Some(true)))
        .collect();
    let pupils: Vec<usize> = all.clone().filter(|side| !guardians.contains(side)).collect();
    // School or class once between the groups: the first alone is at school, unless numbers tell otherwise.
    let between = columns.iter().any(|column| {
        (anchors[0]..anchors[1]).contains(&column.index)
            && sides[column.index].is_none()
            && column.field.is_some_and(is_place)
    });
    if guardians.is_empty() && between && all.skip(1).all(|other| older(other, 0).is_none()) {
        return 1;
    }
    for (column, side) in columns.iter_mut().zip(sides) {
        let Some(side) = side else { continue };
        match pupils.iter().position(|&pupil| pupil == side) {
            Some(at) => column.side = (pupils.len() > 1).then_some(at),
            None if column.how != How::Forced => guardian_s(column),
            None => {}
        }
    }
    pupils.len().max(1)
}

/// What a column of a pupil is where it describes a guardian.
fn guardian_s(column: &mut ColumnPlan) {
    let field = match column.field {
        Some(Field::Name) => Some(Field::GuardianName),
        Some(Field::IdNumber) => Some(Field::GuardianId),
        Some(field @ (Field::Phone | Field::Relation | Field::Address)) => Some(field),
        _ => None,
    };
    (column.field, column.how) = (field, if field.is_some() { How::Content } else { How::Unknown });
}

/// Where a pupil is.
fn is_place(field: Field) -> bool {
    matches!(field, Field::SchoolCode | Field::SchoolName | Field::Grade | Field::Class)
}

/// Fields that may speak for all pupils of a line, or of a group of lines.
pub(super) fn is_shared(field: Field) -> bool {
    matches!(
        field,
        Field::SchoolCode
            | Field::SchoolName
            | Field::District
            | Field::Campus
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
            | Field::Note
            | Field::Inspector
            | Field::Headteacher
            | Field::Ordinal
    )
}

/// The headings over two sides that tell their lists apart: other schools, or, of payments, other programmes,
/// terms or months. `above` are the rows above the header.
pub(super) fn headed_apart(
    book: &HeaderBook,
    kind: RecordKind,
    columns: &[ColumnPlan],
    above: &[Vec<String>],
) -> Option<(String, String)> {
    let schools = |left: &str, right: &str| matches!((school_in(left), school_in(right)), (Some(a), Some(b)) if a != b);
    let payments = |left: &str, right: &str| {
        let of_aid = |text: &str| book.amounts.is_of_aid(text);
        kind == RecordKind::Payment && left != right && of_aid(left) && of_aid(right)
    };
    let side_at = |at: usize| columns.get(at).and_then(|column| column.side);
    let over: Vec<(usize, &str)> = columns
        .iter()
        .filter_map(|column| Some((column.side?, column.groups.last()?.trim())))
        .collect();
    let mut lines = above.iter().map(|row| {
        let filled = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        filled.filter_map(|(at, cell)| Some((side_at(at)?, cell.trim()))).collect::<Vec<_>>()
    });
    let apart = |line: Vec<(usize, &str)>, differ: &dyn Fn(&str, &str) -> bool| {
        let &(first, left) = line.first()?;
        let (_, right) = line.iter().find(|(side, right)| *side != first && differ(left, right))?;
        Some((left.to_string(), right.to_string()))
    };
    // A line of titles may say the school or programme at the left and the term at the right.
    let times = |left: &str, right: &str| {
        let of_time = |text: &str| book.amounts.is_of_time(text);
        payments(left, right) && of_time(left) && of_time(right)
    };
    apart(over, &|left, right| schools(left, right) || payments(left, right)).or_else(|| {
        lines
            .find_map(|line| apart(line, &|left, right| schools(left, right) || times(left, right)))
    })
}
