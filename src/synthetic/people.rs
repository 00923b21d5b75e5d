//! Planted: who is who. One number for two people, one child twice in a school; twins and namesakes.

use super::household::Household;
use super::names::Names;
use super::person::Person;
use super::rng::Rng;
use super::rows::{EnrollmentRow, RowOf, Unit};
use super::spoilage::without_tail;
use super::world::Draft;
use crate::record::{Sex, Stage};

const DUAL: &str = "dual-enrollment";
const DUPLICATE: &str = "duplicate-record";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

/// Two children at two schools of one stage.
pub(crate) fn two(
    draft: &mut Draft,
    second: fn(&Person, &Names, &mut Rng) -> Person,
) -> [EnrollmentRow; 2] {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let other = second(&person, &draft.world.names, &mut draft.rng);
    let first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(&other, school, grade);
    second.tell_again(&mut draft.rng);
    [first, second]
}

/// The second child comes to the first one's school.
pub(crate) fn in_one_school(draft: &mut Draft, rows: &mut [EnrollmentRow; 2]) {
    rows[1].school = rows[0].school;
    rows[1].class = draft.class(rows[0].school);
}

/// A stranger's name, birth date and sex stand beside the number.
pub(crate) fn one_number_two_people(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, |person, _, _| person.clone());
    let [_, second] = &mut rows;
    second.sex = if second.sex == Sex::Male { Sex::Female } else { Sex::Male };
    second.name = draft.world.names.stranger(&second.name, second.sex, &mut draft.rng);
    let days = chrono::Days::new(30 + u64::from(draft.rng.below(200)));
    second.birth = second.birth.map(|birth| birth - days);
    second.student_number.clear();
    let [parent, _] = Household::han(&draft.world.names, &mut draft.rng).parents;
    (second.guardian, second.phone) = (parent.name, parent.phone);
    second.card.clear();
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.finding("id-conflict", "other-person", &rows);
    unit.trap(DUAL, "id-conflict", &rows);
    unit
}

/// The same child in another class of the same school.
pub(crate) fn other_class(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, |person, _, _| person.clone());
    let classes = draft.world.county.schools[rows[0].school].classes;
    rows[1].school = rows[0].school;
    rows[1].class = rows[0].class % classes + 1;
    rows[1].grade = rows[0].grade;
    rows[1].entry = rows[0].entry;
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.finding(DUPLICATE, "other-class", &rows);
    unit
}

/// Twins with adjoining numbers at two schools; half of them draw the same grant.
pub(crate) fn twins(draft: &mut Draft) -> Unit {
    let rows = two(draft, Person::twin);
    let mut unit = Unit::default();
    if draft.rng.chance(500) {
        let mut paid: Vec<RowOf> = Vec::new();
        for row in &rows {
            paid.push(draft.pay_regular(&mut unit, row)[0]);
        }
        unit.trap("repeat-payment", "twins", &paid);
    }
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUAL, "twins", &rows);
    unit
}

/// Twins in one school.
pub(crate) fn twins_in_one_school(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::twin);
    in_one_school(draft, &mut rows);
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUPLICATE, "twins", &rows);
    unit
}

/// Twins whose numbers a spreadsheet made equal.
pub(crate) fn twins_without_tail(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::twin);
    for row in &mut rows {
        row.number = without_tail(&row.number);
        row.student_number.clear();
    }
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUAL, "twins-excel-tail", &rows);
    for row in rows {
        unit.finding("invalid-id", "excel-tail", &[row]);
    }
    unit
}

/// Two children of one name, born on one day, at two schools.
pub(crate) fn namesakes(draft: &mut Draft) -> Unit {
    let rows = two(draft, Person::namesake);
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUAL, "namesakes", &rows);
    unit
}

/// The same in one school.
pub(crate) fn namesakes_in_one_school(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::namesake);
    in_one_school(draft, &mut rows);
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUPLICATE, "namesakes", &rows);
    unit
}

/// Two strangers who share nothing but the word that stands for no number.
pub(crate) fn placeholders(draft: &mut Draft) -> Unit {
    let mut rows = two(draft, Person::namesake);
    let word = draft.rng.pick(&["无", "000000000000000000"]);
    rows[1].name = draft.world.names.stranger(&rows[1].name, rows[1].sex, &mut draft.rng);
    rows[1].birth = rows[1].birth.map(|birth| birth - chrono::Days::new(41));
    for row in &mut rows {
        word.clone_into(&mut row.number);
        row.student_number.clear();
    }
    let mut unit = Unit::default();
    let rows = rows.map(|row| unit.enroll(row));
    unit.trap(DUAL, "placeholder", &rows);
    unit
}

/// A number whose division code was retired.
pub(crate) fn retired_region(draft: &mut Draft) -> Unit {
    draft.space = super::person::NumberSpace::Retired;
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let row = draft.enrollment(&person, stage, grade);
    let mut unit = Unit::default();
    let row = unit.enroll(row);
    unit.trap("invalid-id", "retired-region", &[row]);
    unit
}
