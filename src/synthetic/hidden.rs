//! Planted: one child on the books of two schools, the second record spoiled so that equal numbers do
//! not show it. What is left decides for a careful person: a number that is nearly the same, or name
//! and birth date with the guardian or the telephone.

use super::dual::{junior_and_vocational, pair};
use super::household::Household;
use super::misspelt::NameFault;
use super::person::Person;
use super::rows::{EnrollmentRow, Unit};
use super::spoilage::NumberFault::{self, *};
use super::world::Draft;
use crate::record::Stage;

const KIND: &str = "dual-enrollment";
const ALL: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

/// What befell a field other than name and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldFault {
    /// Day and month changed places, or a digit of the day is wrong.
    BirthSlip,
    BirthMissing,
    /// The other parent and a new telephone; the pupil's own card stands in both records.
    Parents,
    /// An `L` student number, whose body is nobody's ID number.
    TemporaryNumber,
}

/// What befell the second record.
struct Fault {
    detail: &'static str,
    name: Option<NameFault>,
    numbers: &'static [NumberFault],
    field: Option<FieldFault>,
}

const ANY: &[NumberFault] = &[Digit, Swap, ExcelTail, Scientific, Empty, LostDigit];
/// Faults that leave nearly the whole number.
const NEAR: &[NumberFault] = &[Digit, Swap, LostDigit, LookAlikes];
/// Faults that leave serial and check character, which tell twins apart.
const EARLY: &[NumberFault] = &[EarlyDigit];

const fn number(detail: &'static str, numbers: &'static [NumberFault]) -> Fault {
    Fault { detail, name: None, numbers, field: None }
}

const fn name(detail: &'static str, name: NameFault, numbers: &'static [NumberFault]) -> Fault {
    Fault { detail, name: Some(name), numbers, field: None }
}

const fn field(detail: &'static str, field: FieldFault, numbers: &'static [NumberFault]) -> Fault {
    Fault { detail, name: None, numbers, field: Some(field) }
}

/// The detail of the pairs that the card decides.
pub(crate) const BY_CARD: &str = "guardian-and-phone-changed";

const FAULTS: [Fault; 20] = [
    number("wrong-digit", &[Digit]),
    number("swap", &[Swap]),
    number("excel-tail", &[ExcelTail]),
    number("scientific", &[Scientific]),
    number("number-empty", &[Empty]),
    number("lost-digit", &[LostDigit]),
    number("masked", &[Masked]),
    number("look-alikes", &[LookAlikes]),
    number("two-faults", &[TwoFaults]),
    name("homophone", NameFault::Homophone, ANY),
    name("name-variant", NameFault::Variant, ANY),
    name("traditional", NameFault::Traditional, ANY),
    name("missing-glyph", NameFault::MissingGlyph, EARLY),
    name("minority-short", NameFault::MinorityShort, ANY),
    name("minority-respelt", NameFault::MinorityRespelt, ANY),
    name("name-typo", NameFault::Typo, EARLY),
    field("birth-slip", FieldFault::BirthSlip, &[Digit, Swap, ExcelTail, LostDigit]),
    field("birth-missing", FieldFault::BirthMissing, NEAR),
    field(BY_CARD, FieldFault::Parents, &[Empty]),
    field("temporary-number", FieldFault::TemporaryNumber, &[Empty]),
];

/// A whole number of somebody else stands in the second record.
const OTHERS: [fn(&mut Draft) -> Unit; 3] = [siblings_number, guardians_number, row_above];

/// How many stories are told in turn.
pub(crate) const STORIES: usize = FAULTS.len() + OTHERS.len();

/// The story of that number.
pub(crate) fn story(number: usize, draft: &mut Draft) -> Unit {
    match FAULTS.get(number) {
        Some(fault) => spoiled(draft, fault),
        None => OTHERS[(number - FAULTS.len()) % OTHERS.len()](draft),
    }
}

fn spoiled(draft: &mut Draft, fault: &Fault) -> Unit {
    loop {
        let number_fault = draft.rng.pick(fault.numbers);
        let (mut first, mut second) = match fault.name {
            Some(name) => match misnamed(draft, name) {
                Some(rows) => rows,
                None => continue,
            },
            None if fault.field == Some(FieldFault::Parents) => pair(draft, &[Stage::Vocational]),
            None if draft.rng.chance(120) => junior_and_vocational(draft),
            None => pair(draft, &ALL),
        };
        if number_fault.wants_digits() && first.number.ends_with('X') {
            continue;
        }
        // Not always the later record is the spoiled one.
        if draft.rng.chance(300) {
            std::mem::swap(&mut first.entry, &mut second.entry);
        }
        second.number = number_fault.spoil(&second.number, &mut draft.rng);
        second.student_number.clear();
        let plain = fault.name.is_none() && fault.field.is_none();
        if !plain || number_fault.leaves_nothing() {
            keep_a_link(&first, &mut second);
        }
        match fault.field {
            Some(FieldFault::BirthSlip) => {
                second.birth = second.birth.map(|birth| slip(birth, draft))
            }
            Some(FieldFault::BirthMissing) => second.birth = None,
            Some(FieldFault::Parents) => {
                let [parent, _] = Household::han(&draft.world.names, &mut draft.rng).parents;
                (second.guardian, second.phone) = (parent.name, parent.phone);
                second.card.clone_from(&first.card);
            }
            Some(FieldFault::TemporaryNumber) => second.student_number = temporary(draft, &first),
            None => {}
        }
        let mut unit = Unit::default();
        let rows = [unit.enroll(first), unit.enroll(second)];
        unit.finding(KIND, fault.detail, &rows);
        if let Some(detail) = number_fault.invalid() {
            unit.finding("invalid-id", detail, &rows[1..]);
        }
        return unit;
    }
}

/// Two records of a child whose name stands otherwise in the second; none if nothing in it can.
fn misnamed(draft: &mut Draft, fault: NameFault) -> Option<(EnrollmentRow, EnrollmentRow)> {
    let names = &draft.world.names;
    let home = match fault.wants_dot() {
        true => Household::minority(names, &mut draft.rng),
        false => Household::han(names, &mut draft.rng),
    };
    let (stage, grade) = draft.later_grade(&ALL);
    let mut person = draft.child(&home, stage, grade);
    if let Some(name) = fault.fitting(&home, names, &mut draft.rng) {
        person.name = name;
    }
    let written = fault.write(&person.name, names, &mut draft.rng)?;
    let (first, mut second) = two_records(draft, &person, stage, grade);
    second.name = written;
    Some((first, second))
}

fn two_records(
    draft: &mut Draft,
    person: &Person,
    stage: Stage,
    grade: u8,
) -> (EnrollmentRow, EnrollmentRow) {
    let first = draft.enrollment(person, stage, grade);
    let school = draft.other_school(stage, first.school);
    let mut second = draft.enrollment_at(person, school, grade);
    second.entry = draft.calendar().day(0, 3, 1);
    second.tell_again(&mut draft.rng);
    (first, second)
}

/// Name and birth date alone accuse nobody: guardian or telephone is the same.
fn keep_a_link(first: &EnrollmentRow, second: &mut EnrollmentRow) {
    if first.guardian != second.guardian && first.phone != second.phone {
        second.guardian.clone_from(&first.guardian);
    }
}

fn slip(birth: chrono::NaiveDate, draft: &mut Draft) -> chrono::NaiveDate {
    use chrono::Datelike;
    let swapped = birth.with_day(birth.month()).and_then(|date| date.with_month(birth.day()));
    match swapped {
        Some(date) if date != birth && draft.rng.chance(600) => date,
        _ => {
            let day = birth.day();
            let typed = if day > 10 { day - 10 } else { day + 10 };
            birth.with_day(typed).unwrap_or(birth)
        }
    }
}

fn temporary(draft: &mut Draft, first: &EnrollmentRow) -> String {
    // The body looks like the number of a child born that day, in a region of its own.
    let stem = first.birth.map(|birth| birth.format("330199%Y%m%d").to_string());
    stem.map(|stem| super::person::temporary(&stem, &mut draft.rng)).unwrap_or_default()
}

/// The number of a brother or sister, who is on the books too.
fn siblings_number(draft: &mut Draft) -> Unit {
    let home = Household::new(&draft.world.names, &mut draft.rng);
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.child(&home, stage, grade);
    let sibling = loop {
        let sibling = draft.child(&home, stage, grade - 1);
        if draft.world.names.clearly_differ(&person.name, &sibling.name) {
            break sibling;
        }
    };
    let beside = draft.enrollment(&sibling, stage, grade - 1);
    typed_from(draft, "sibling-number", (&person, stage, grade), beside)
}

/// The number of the pupil one row above.
fn row_above(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let mut above = draft.neighbour(&person, stage, grade);
    above.name = draft.world.names.stranger(&person.name, above.sex, &mut draft.rng);
    let beside = draft.enrollment(&above, stage, grade);
    typed_from(draft, "row-above", (&person, stage, grade), beside)
}

/// The second record bears the number of somebody who is on the books too.
fn typed_from(
    draft: &mut Draft,
    detail: &'static str,
    (person, stage, grade): (&Person, Stage, u8),
    mut beside: EnrollmentRow,
) -> Unit {
    let (first, mut second) = two_records(draft, person, stage, grade);
    second.number.clone_from(&beside.number);
    second.student_number.clear();
    keep_a_link(&first, &mut second);
    if detail == "row-above" {
        (beside.school, beside.class) = (second.school, second.class);
    }
    let mut unit = Unit::default();
    let rows = [unit.enroll(first), unit.enroll(second), unit.enroll(beside)];
    unit.finding(KIND, detail, &rows[..2]);
    unit.finding("id-conflict", detail, &rows[1..]);
    unit.trap(KIND, detail, &rows[1..]);
    unit
}

/// The number of the guardian, who is on no book.
fn guardians_number(draft: &mut Draft) -> Unit {
    let (stage, grade) = draft.later_grade(&ALL);
    let person = draft.person(stage, grade);
    let (first, mut second) = two_records(draft, &person, stage, grade);
    second.number = person.guardian_number(&mut draft.rng);
    second.student_number.clear();
    keep_a_link(&first, &mut second);
    let mut unit = Unit::default();
    let rows = [unit.enroll(first), unit.enroll(second)];
    unit.finding(KIND, "guardian-number", &rows);
    unit
}
