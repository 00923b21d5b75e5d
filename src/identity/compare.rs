//! Compares what two people's records say, field by field.

use super::evidence::{Evidence, GradeAgreement};
use super::levels::{
    Beside, Birth, Card, Class, Compared, Guardian, Name, Number, Pattern, Phone, School, Sex,
    StudentNumber, cells_level,
};
use super::model::split_name;
use crate::normalize::{
    NameAgreement, SchoolId, birth_in_cell, cells_agree, compare_names, fault_between, says_nothing,
};
use crate::record::{DateRange, Digits, IdNumber, LabelId, NumberState, Sex as SexSaid};

/// How many records of one person are compared: more say nothing new.
pub const WITNESSES: usize = 6;

/// Some records of one person, and whether their number is doubted.
#[derive(Debug, Clone)]
pub struct Profile<'a> {
    pub records: Vec<Evidence<'a>>,
    /// Another person carries the number too, or the record's own birth date or sex contradicts it.
    pub doubted: bool,
}

/// Two profiles compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison<'a> {
    pub pattern: Pattern,
    /// A name of the first.
    pub name: &'a str,
    /// The name that is equal on both sides; empty where none is.
    pub equal_name: &'a str,
    /// The guardian that is equal on both sides; empty where none is.
    pub equal_guardian: &'a str,
}

/// Compares each record of one person with each of another and keeps the best level of every field: two
/// people of whom one's roster names the father and the other's the mother agree by the export that
/// names both.
pub fn compare<'a>(a: &Profile<'a>, b: &Profile<'a>) -> Comparison<'a> {
    let mut comparison = Comparison {
        pattern: Pattern::default(),
        name: a.records.first().map_or("", |record| record.name),
        equal_name: "",
        equal_guardian: "",
    };
    let doubted = a.doubted || b.doubted;
    for x in &a.records {
        for y in &b.records {
            let pattern = compare_records(x, y, doubted);
            if pattern.is(Name::Equal) && comparison.equal_name.is_empty() {
                comparison.equal_name = x.name;
            }
            if comparison.equal_guardian.is_empty()
                && let Some(guardian) = common_guardian(x.guardian, y.guardian)
            {
                comparison.equal_guardian = guardian;
            }
            comparison.pattern = comparison.pattern.or_better(pattern);
        }
    }
    weigh_number_once(&mut comparison.pattern);
    weigh_guardian_once(&mut comparison.pattern);
    comparison
}

/// Whoever gives another guardian gives another telephone: that it differs too says little more.
fn weigh_guardian_once(pattern: &mut Pattern) {
    let another = pattern.is(Guardian::OtherParent) || pattern.is(Guardian::Different);
    if another && pattern.is(Phone::Different) {
        pattern.set(Phone::OfAnother.into());
    }
}

/// Birth date and sex stand inside the number: where the number agrees they are no further evidence,
/// only whether they contradict it is.
fn weigh_number_once(pattern: &mut Pattern) {
    let explained = [Number::OneFault, Number::LostTail, Number::OneOrigin, Number::TwoFaults]
        .into_iter()
        .any(|level| pattern.is(level));
    if !explained {
        return;
    }
    let said = pattern.level(Compared::Birth) != 0 || pattern.level(Compared::Sex) != 0;
    let contradicts = pattern.is(Birth::Different) || pattern.is(Sex::Different);
    pattern.clear(Compared::Birth);
    pattern.clear(Compared::Sex);
    if said {
        pattern.set(if contradicts { Beside::Contradicts } else { Beside::Fits }.into());
    }
}

fn compare_records(a: &Evidence, b: &Evidence, doubted: bool) -> Pattern {
    let mut pattern = Pattern::default();
    if let Some(level) = number_level(a, b, doubted) {
        pattern.set(level.into());
    }
    if let Some(level) = birth_level(birth_of(a), birth_of(b)) {
        pattern.set(level.into());
    }
    match (a.sex_said(), b.sex_said()) {
        (SexSaid::Unknown, _) | (_, SexSaid::Unknown) => {}
        (x, y) if x == y => pattern.set(Sex::Equal.into()),
        _ => pattern.set(Sex::Different.into()),
    }
    // A mask that leaves the birth date in the open has said it already.
    let shown = |record: &Evidence| {
        record.state == NumberState::Masked && birth_in_cell(record.cell, record.state).is_some()
    };
    if pattern.is(Number::Mask) && (shown(a) || shown(b)) {
        pattern.clear(Compared::Birth);
    }
    if let Some(level) = name_level(a, b) {
        pattern.set(level.into());
    }
    if let Some(level) = guardian_level(a, b) {
        pattern.set(level.into());
    }
    // One guardian's number in the place of both pupils' says who the guardian is.
    let of_guardian = a.state == NumberState::OfAdult || b.state == NumberState::OfAdult;
    if of_guardian && !a.cell.is_empty() && a.cell == b.cell {
        pattern.set(Guardian::Equal.into());
    }
    if let Some(level) = phone_level(a.phone, b.phone) {
        pattern.set(level.into());
    }
    if a.card.is_said() && b.card.is_said() {
        pattern.set(if a.card == b.card { Card::Equal } else { Card::Different }.into());
    }
    if let Some(level) = student_number_level(a, b) {
        pattern.set(level.into());
    }
    compare_places(a, b, &mut pattern);
    pattern
}

fn number_level(a: &Evidence, b: &Evidence, doubted: bool) -> Option<Number> {
    match (a.number, b.number) {
        (Some(x), Some(y)) if x == y => None,
        (Some(_), Some(_)) if doubted => Some(Number::Doubted),
        (Some(_), Some(_)) => Some(Number::BothValid),
        (Some(number), None) => spoiled_level(b, number, doubted),
        (None, Some(number)) => spoiled_level(a, number, doubted),
        // Two lost tails with fifteen equal digits are as like twins as one pupil.
        (None, None) if [a.state, b.state] == [NumberState::SpoiledTail; 2] => {
            cells_level(cells_agree(a.cell, a.state, b.cell, b.state))
                .map(|level| if level == Number::OneOrigin { Number::LostTail } else { level })
        }
        (None, None) => cells_level(cells_agree(a.cell, a.state, b.cell, b.state)),
    }
}

/// A spoiled cell beside a number.
fn spoiled_level(spoiled: &Evidence, number: IdNumber, doubted: bool) -> Option<Number> {
    if says_nothing(spoiled.state) || spoiled.cell.is_empty() {
        return None;
    }
    match fault_between(spoiled.cell, spoiled.state, number) {
        Some(fault) => Some(fault.into()),
        None if doubted => Some(Number::Doubted),
        None => Some(Number::Unexplained),
    }
}

/// The birth date that a record says, else the one that the digits of its spoiled number show.
fn birth_of(record: &Evidence) -> Option<DateRange> {
    record.birth_date().or_else(|| birth_in_cell(record.cell, record.state).map(DateRange::day))
}

fn birth_level(a: Option<DateRange>, b: Option<DateRange>) -> Option<Birth> {
    let (a, b) = (a?, b?);
    Some(match (a.is_exact() && b.is_exact(), a.may_equal(b)) {
        (true, true) => Birth::Equal,
        (false, true) => Birth::Coarse,
        (true, false) if is_slip(a, b) => Birth::Slip,
        _ => Birth::Different,
    })
}

/// One of year, month and day differs, two neighbouring digits are swapped, or day and month changed places.
fn is_slip(a: DateRange, b: DateRange) -> bool {
    use chrono::Datelike;
    let (x, y) = (a.first, b.first);
    let equal = [x.year() == y.year(), x.month() == y.month(), x.day() == y.day()];
    let swapped = equal[0] && x.month() == y.day() && x.day() == y.month();
    if swapped || equal.iter().filter(|equal| **equal).count() == 2 {
        return true;
    }
    let digits = |date: chrono::NaiveDate| {
        let value = date.year() as u32 * 10_000 + date.month() * 100 + date.day();
        std::array::from_fn::<u32, 8, _>(|at| value / 10_u32.pow(7 - at as u32) % 10)
    };
    one_slip(&digits(x), &digits(y))
}

/// Whether two strings of digits differ in one place, or by a swap of neighbours.
fn one_slip(a: &[u32], b: &[u32]) -> bool {
    let differing: Vec<usize> = (0..a.len().min(b.len())).filter(|&at| a[at] != b[at]).collect();
    a.len() == b.len()
        && match differing[..] {
            [_] => true,
            [first, second] => {
                second == first + 1 && a[first] == b[second] && a[second] == b[first]
            }
            _ => false,
        }
}

fn name_level(a: &Evidence, b: &Evidence) -> Option<Name> {
    if a.name.is_empty() || b.name.is_empty() {
        return None;
    }
    let mut best = Name::from(compare_names(a.name, b.name));
    // Names with a dot are written by their sound: 阿卜力米提 and 阿不力米提 are spellings of one name.
    if best == Name::Homophone && a.name.contains('·') && b.name.contains('·') {
        best = Name::Variant;
    }
    for (former, other) in [(a.former_name, b.name), (b.former_name, a.name)] {
        if !former.is_empty() && compare_names(former, other) == NameAgreement::Equal {
            best = best.min(Name::Variant);
        }
    }
    Some(best)
}

fn common_guardian<'a>(a: &'a str, b: &str) -> Option<&'a str> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    a.split('/').find(|name| b.split('/').any(|other| *name == other))
}

fn guardian_level(a: &Evidence, b: &Evidence) -> Option<Guardian> {
    if a.guardian.is_empty() || b.guardian.is_empty() {
        return None;
    }
    let best = a
        .guardian
        .split('/')
        .flat_map(|x| b.guardian.split('/').map(move |y| compare_names(x, y)))
        .min()
        .unwrap_or(NameAgreement::Different);
    Some(match best {
        NameAgreement::Equal => Guardian::Equal,
        NameAgreement::Variant | NameAgreement::Partial | NameAgreement::Homophone => {
            Guardian::Alike
        }
        _ if may_be_parents(a, b) => Guardian::OtherParent,
        _ => Guardian::Different,
    })
}

/// Whether two guardians may be father and mother of one child: one bears the child's surname, the other
/// does not.
fn may_be_parents(a: &Evidence, b: &Evidence) -> bool {
    let (of_a, of_b) = (split_name(a.name).0, split_name(b.name).0);
    let bears = |guardian: &str| split_name(guardian).0 == of_a;
    !of_a.is_empty()
        && of_a == of_b
        && ![a.guardian, b.guardian].iter().any(|guardian| guardian.contains('/'))
        && bears(a.guardian) != bears(b.guardian)
}

fn phone_level(a: Digits, b: Digits) -> Option<Phone> {
    if !a.is_said() || !b.is_said() {
        return None;
    }
    if a == b {
        return Some(Phone::Equal);
    }
    let digits = |phone: Digits| {
        let value = phone.value();
        std::array::from_fn::<u32, 12, _>(|at| (value / 10_u64.pow(11 - at as u32) % 10) as u32)
    };
    Some(if one_slip(&digits(a), &digits(b)) { Phone::Slip } else { Phone::Different })
}

/// Equal student numbers speak for one pupil. Different ones speak against it only where both are formal
/// (`G`) and repeat no slip: two schools that register a pupil twice give two temporary numbers (`L`, `J`), and
/// a `G` before the spoiled number of its row is that number once more. Before a sound one it confirms it.
fn student_number_level(a: &Evidence, b: &Evidence) -> Option<StudentNumber> {
    let (x, y) = (a.student_number, b.student_number);
    let lettered = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !lettered(x) || !lettered(y) {
        return None;
    }
    if x.eq_ignore_ascii_case(y) {
        return Some(StudentNumber::Equal);
    }
    (is_formal(a) && is_formal(b)).then_some(StudentNumber::Different)
}

/// Whether a record holds a formal student number that does not merely repeat its spoiled number.
fn is_formal(record: &Evidence) -> bool {
    let body = record.student_number.strip_prefix(['G', 'g']);
    body.is_some_and(|body| record.number.is_some() || !record.cell.eq_ignore_ascii_case(body))
}

fn compare_places(a: &Evidence, b: &Evidence, pattern: &mut Pattern) {
    if a.school == SchoolId(0) || b.school == SchoolId(0) {
        return;
    }
    let same = a.school == b.school;
    let level = match (a.register, b.register, same) {
        (Some(x), Some(y), true) if x == y => School::SameList,
        (Some(_), Some(_), true) => School::SameOtherList,
        (Some(_), Some(_), false) => School::Different,
        (.., true) => School::Paid,
        (.., false) => School::PaidElsewhere,
    };
    pattern.set(level.into());
    if !same {
        return;
    }
    let grades = a.grades_agree(b);
    if grades == GradeAgreement::AsWritten {
        return;
    }
    let years = matches!(grades, GradeAgreement::Equal | GradeAgreement::MovedUp);
    let stages = matches!((a.grade.stage, b.grade.stage), (Some(x), Some(y)) if x != y);
    let classes = a.class != LabelId(0) && b.class != LabelId(0);
    let other_class = classes && a.class != b.class;
    if stages || grades == GradeAgreement::Different || other_class {
        pattern.set(Class::Different.into());
    } else if classes && years {
        pattern.set(Class::Equal.into());
    } else if years || classes {
        pattern.set(Class::Grade.into());
    }
}
