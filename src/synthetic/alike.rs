//! Planted traps: children who are like one another in all that an empty or spoiled number leaves.

use super::household::Household;
use super::people::{in_one_school, two};
use super::person::{Person, phone};
use super::rows::{EnrollmentRow, Unit};
use super::spoilage::NumberFault;
use super::world::Draft;
use crate::record::Stage;

const DUAL: &str = "dual-enrollment";
const DUPLICATE: &str = "duplicate-record";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

fn told(kind: &'static str, detail: &'static str, rows: [EnrollmentRow; 2]) -> Unit {
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(kind, detail, &rows);
    unit
}

fn without_number(row: &mut EnrollmentRow) {
    row.number.clear();
    row.student_number.clear();
}

/// Twins at two schools, one without a number.
pub(crate) fn twins_number_empty(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::twin);
    without_number(&mut rows[1]);
    told(DUAL, "twins-number-empty", rows)
}

/// Twins at two schools, a digit of one number wrong.
pub(crate) fn twins_number_spoiled(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::twin);
    rows[1].number = NumberFault::EarlyDigit.spoil(&rows[1].number, &mut draft.rng);
    rows[1].student_number.clear();
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUAL, "twins-number-spoiled", &rows);
    unit.finding("invalid-id", "one-digit", &rows[1..]);
    unit
}

/// Brothers and sisters with one guardian and one telephone at two schools.
fn two_siblings(draft: &mut Draft) -> [EnrollmentRow; 2] {
    let home = Household::new(&draft.world.names, &mut draft.rng);
    let (stage, grade) = draft.later_grade(&ALL);
    let older = draft.child(&home, stage, grade);
    let younger = loop {
        let younger = draft.child(&home, stage, grade - 1);
        if younger.name != older.name {
            break younger;
        }
    };
    let first = draft.enrollment(&older, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(&younger, school, grade - 1);
    second.tell_again(&mut draft.rng);
    [first, second]
}

pub(crate) fn siblings(draft: &mut Draft) -> Unit {
    let rows = two_siblings(draft);
    told(DUAL, "siblings", rows)
}

pub(crate) fn siblings_number_empty(draft: &mut Draft) -> Unit {
    let mut rows = two_siblings(draft);
    without_number(&mut rows[1]);
    told(DUAL, "siblings-number-empty", rows)
}

/// A year apart in one class.
pub(crate) fn siblings_in_one_class(draft: &mut Draft) -> Unit {
    let mut rows = two_siblings(draft);
    rows[1].grade = rows[0].grade;
    rows[1].school = rows[0].school;
    rows[1].class = rows[0].class;
    told(DUPLICATE, "siblings", rows)
}

/// Two children of one name, born on one day, of two families; one has no number.
pub(crate) fn namesakes_number_empty(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::namesake);
    without_number(&mut rows[1]);
    told(DUAL, "namesakes-number-empty", rows)
}

/// Name and birth date, and nothing else: perhaps the same child, but nobody may say so.
pub(crate) fn name_and_birth_only(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, |person, _, _| person.clone());
    without_number(&mut rows[1]);
    let [parent, _] = Household::han(&draft.world.names, &mut draft.rng).parents;
    (rows[1].guardian, rows[1].phone) = (parent.name, parent.phone);
    rows[1].card.clear();
    told(DUAL, "name-and-birth-only", rows)
}

/// Children next door, of one surname, whose names differ in a character, born within days.
fn next_door(draft: &mut Draft) -> [EnrollmentRow; 2] {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let mut neighbour = draft.neighbour(&person, stage, grade);
    neighbour.name = draft.world.names.twin(&person.name, neighbour.sex, &mut draft.rng);
    let first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let second = draft.enrollment_at(&neighbour, school, grade);
    [first, second]
}

/// Neighbours' children at two schools, one without a number.
pub(crate) fn neighbours(draft: &mut Draft) -> Unit {
    let mut rows = next_door(draft);
    if draft.rng.chance(500) {
        without_number(&mut rows[1]);
    }
    told(DUAL, "neighbours", rows)
}

/// Neighbours' children in one class.
pub(crate) fn neighbours_in_one_class(draft: &mut Draft) -> Unit {
    let mut rows = next_door(draft);
    in_one_school(draft, &mut rows);
    rows[1].class = rows[0].class;
    told(DUPLICATE, "neighbours", rows)
}

/// The office telephone typed for all, at two schools of one head: like names, one without a number.
pub(crate) fn office_phone(draft: &mut Draft) -> Unit {
    let mut rows = next_door(draft);
    let office = phone(&mut draft.rng);
    for row in &mut rows {
        row.phone.clone_from(&office);
    }
    rows[1].birth = rows[0].birth;
    without_number(&mut rows[1]);
    told(DUAL, "office-phone", rows)
}
