//! Several pupils on one line: the same headers stand again further right.

use std::collections::BTreeMap;

use crate::record::Field;

use super::columns::ColumnPlan;
use super::headers::normalize;

/// Tells which columns belong to which of the pupils that stand side by side, and says so in the plans.
/// Returns how many pupils a line holds: 1 unless a name or an ID number and a further header are
/// repeated at the same distance. What stands outside the groups is shared.
pub(super) fn find_sides(columns: &mut [ColumnPlan]) -> usize {
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
    let Some(anchors) = anchors else { return 1 };
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
    for (column, side) in columns.iter_mut().zip(sides) {
        column.side = side;
    }
    anchors.len()
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
