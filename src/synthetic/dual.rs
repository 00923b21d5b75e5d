//! Planted: one child on the books of two schools, the number written in many ways.

use super::rows::{EnrollmentRow, Unit};
use super::world::Draft;
use crate::record::Stage;

const KIND: &str = "dual-enrollment";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];
const WITH_STUDENT_NUMBER: [Stage; 3] = [Stage::Primary, Stage::Junior, Stage::Senior];

/// Two open stays, both since at least half a year; the second school wrote down what it was told.
pub(crate) fn pair(draft: &mut Draft, stages: &[Stage]) -> (EnrollmentRow, EnrollmentRow) {
    let (stage, grade) = draft.later_grade(stages);
    let person = draft.person(stage, grade);
    let first = draft.enrollment(&person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(&person, school, grade);
    second.entry = draft.calendar().day(0, 3, 1);
    second.tell_again(&mut draft.rng);
    (first, second)
}

fn told(detail: &'static str, first: EnrollmentRow, second: EnrollmentRow) -> Unit {
    let mut unit = Unit::default();
    let rows = [unit.enroll(first), unit.enroll(second)];
    unit.finding(KIND, detail, &rows);
    unit
}

/// Writes the second side's number otherwise; its student number does not help.
fn respelled(draft: &mut Draft, detail: &'static str, spell: impl Fn(&str) -> String) -> Unit {
    let (first, mut second) = pair(draft, &ALL);
    second.number = spell(&second.number);
    second.student_number.clear();
    told(detail, first, second)
}

pub(crate) fn exact(draft: &mut Draft) -> Unit {
    let (first, second) = pair(draft, &ALL);
    told("exact", first, second)
}

/// `…x` on one side. The story moves on until it meets a number with X.
pub(crate) fn number_x_lower(draft: &mut Draft) -> Unit {
    // The key fixes the number but for the sex, so the check is looked for among stages and years.
    for _ in 0..400 {
        let (first, second) = pair(draft, &ALL);
        if first.number.ends_with('X') {
            let second = EnrollmentRow {
                number: second.number.to_lowercase(),
                student_number: String::new(),
                ..second
            };
            return told("number-x-lower", first, second);
        }
    }
    exact(draft)
}

pub(crate) fn number_fullwidth(draft: &mut Draft) -> Unit {
    let wide = |character: char| char::from_u32(character as u32 + 0xFEE0).unwrap_or(character);
    respelled(draft, "number-fullwidth", |number| number.chars().map(wide).collect())
}

pub(crate) fn number_blanks(draft: &mut Draft) -> Unit {
    respelled(draft, "number-blanks", |number| {
        format!("{} {} {}", &number[..6], &number[6..14], &number[14..])
    })
}

pub(crate) fn number_apostrophe(draft: &mut Draft) -> Unit {
    respelled(draft, "number-apostrophe", |number| format!("'{number}"))
}

/// Century and check character lost.
pub(crate) fn number_15(draft: &mut Draft) -> Unit {
    respelled(draft, "number-15", |number| format!("{}{}", &number[..6], &number[8..17]))
}

/// One side has no number but the formal student number.
pub(crate) fn g_number(draft: &mut Draft) -> Unit {
    let (first, mut second) = pair(draft, &WITH_STUDENT_NUMBER);
    second.number.clear();
    told("g-number", first, second)
}

/// On the junior books, and taken in by a vocational school in spring.
pub(crate) fn across_stages(draft: &mut Draft) -> Unit {
    let (first, second) = junior_and_vocational(draft);
    told("across-stages", first, second)
}

/// Two open stays of a junior pupil whom a vocational school took in.
pub(crate) fn junior_and_vocational(draft: &mut Draft) -> (EnrollmentRow, EnrollmentRow) {
    let person = draft.person(Stage::Junior, 3);
    let first = draft.enrollment(&person, Stage::Junior, 3);
    let mut second = draft.enrollment(&person, Stage::Vocational, 1);
    second.entry = draft.calendar().day(0, 3, 1);
    second.tell_again(&mut draft.rng);
    (first, second)
}

/// Suspended at one school, active at another.
pub(crate) fn suspended(draft: &mut Draft) -> Unit {
    let (mut first, second) = pair(draft, &ALL);
    first.status = "休学";
    first.suspended = Some(draft.calendar().day(0, 2, 20));
    told("suspended", first, second)
}
