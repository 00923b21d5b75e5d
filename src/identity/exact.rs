//! The exact step: equal usable numbers, and names inside one school for records without one.

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::evidence::{Evidence, GradeAgreement};
use super::persons::{NOBODY, NumberConflict, Persons, RecordIndex};
use super::versions::Standing;
use crate::normalize::{
    Dataset, SchoolId, compare_names, number_inside_student_number, says_nothing, spoilage_explains,
};
use crate::record::{IdNumber, LabelId, NumberState, Sex};

/// Gives every standing record a person. `dummy_people`: a number on at least so many clearly
/// different people is nobody's number.
pub fn match_exactly(data: &Dataset, standing: &Standing, dummy_people: usize) -> Persons {
    let mut keyed = keyed_records(data, standing);
    keyed.par_sort_unstable();
    let mut people = People {
        of_enrollment: vec![NOBODY; data.enrollments.len()],
        of_payment: vec![NOBODY; data.payments.len()],
        count: 0,
    };
    let mut conflicts = Vec::new();
    let mut dummies = Vec::new();
    let mut renamed = Vec::new();
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        if group.len() == 1 || names_agree_plainly(data, group) {
            people.join_new(group.iter().map(|&(_, record)| record));
            continue;
        }
        let records: Vec<RecordIndex> = group.iter().map(|&(_, record)| record).collect();
        let split = split_people(data, &records, &mut renamed);
        if let [_] = split[..] {
            people.join_new(records.into_iter());
            continue;
        }
        let Some(number) = Evidence::of(data, records[0]).number else { continue };
        if split.len() >= dummy_people {
            dummies.push((number, records));
            continue;
        }
        for one in &split {
            people.join_new(one.iter().copied());
        }
        conflicts.push(NumberConflict { number, people: split });
    }
    pair_inside_schools(data, standing, &mut people);
    let mut persons =
        Persons::collect(people.of_enrollment, people.of_payment, people.count, conflicts, dummies);
    persons.renamed = renamed;
    persons
}

/// Persons while they are being found.
struct People {
    of_enrollment: Vec<u32>,
    of_payment: Vec<u32>,
    count: usize,
}

impl People {
    fn set(&mut self, record: RecordIndex, person: u32) {
        if let Some(index) = record.as_enrollment() {
            self.of_enrollment[index] = person;
        } else if let Some(index) = record.as_payment() {
            self.of_payment[index] = person;
        }
    }

    fn of(&self, record: RecordIndex) -> u32 {
        match (record.as_enrollment(), record.as_payment()) {
            (Some(index), _) => self.of_enrollment[index],
            (_, Some(index)) => self.of_payment[index],
            _ => NOBODY,
        }
    }

    fn join_new(&mut self, records: impl Iterator<Item = RecordIndex>) {
        let person = self.count as u32;
        self.count += 1;
        records.for_each(|record| self.set(record, person));
    }
}

fn keyed_records(data: &Dataset, standing: &Standing) -> Vec<(u64, RecordIndex)> {
    let enrollments = data.enrollments.columns.number.par_iter().enumerate();
    let payments = data.payments.columns.number.par_iter().enumerate();
    let mut keyed: Vec<(u64, RecordIndex)> = enrollments
        .filter(|&(index, _)| standing.holds(index))
        .filter_map(|(index, number)| {
            Some((number.as_ref()?.packed(), RecordIndex::enrollment(index)))
        })
        .collect();
    keyed.par_extend(payments.filter_map(|(index, number)| {
        Some((number.as_ref()?.packed(), RecordIndex::payment(index)))
    }));
    keyed
}

/// The cheap test that settles nearly every group: all names equal to the letter.
fn names_agree_plainly(data: &Dataset, group: &[(u64, RecordIndex)]) -> bool {
    let first = name_of(data, group[0].1);
    group[1..].iter().all(|&(_, record)| name_of(data, record) == first)
}

fn name_of(data: &Dataset, record: RecordIndex) -> &str {
    match (record.as_enrollment(), record.as_payment()) {
        (Some(index), _) => data.enrollments.text(data.enrollments.columns.name[index]),
        (_, Some(index)) => data.payments.text(data.payments.columns.name[index]),
        _ => "",
    }
}

/// Tells the people behind one number apart. One group: one person.
///
/// Records of agreeing names are one person. Groups of different names are different people only if
/// birth date, sex or the number inside their own student numbers differs between some two of them; if none does, all are one person, and the groups
/// beside the largest (the first of equals) go to `renamed`.
fn split_people(
    data: &Dataset,
    records: &[RecordIndex],
    renamed: &mut Vec<Vec<RecordIndex>>,
) -> Vec<Vec<RecordIndex>> {
    let groups =
        connected(records, |a, b| names_agree(&Evidence::of(data, a), &Evidence::of(data, b)));
    let differ = |a: &[RecordIndex], b: &[RecordIndex]| {
        a.iter().any(|&a| {
            let a = Evidence::of(data, a);
            b.iter().any(|&b| {
                let b = Evidence::of(data, b);
                demographics_differ(&a, &b) || student_numbers_differ(&a, &b, data.as_of)
            })
        })
    };
    let any_differ =
        (0..groups.len()).any(|a| (a + 1..groups.len()).any(|b| differ(&groups[a], &groups[b])));
    if any_differ {
        return groups;
    }
    let largest = (0..groups.len()).max_by_key(|&at| (groups[at].len(), std::cmp::Reverse(at)));
    renamed.extend(
        groups.into_iter().enumerate().filter(|(at, _)| Some(*at) != largest).map(|(_, one)| one),
    );
    vec![records.to_vec()]
}

/// Records that a chain of `linked` pairs connects, whatever their order; groups in the order of their
/// first record.
fn connected(
    records: &[RecordIndex],
    linked: impl Fn(RecordIndex, RecordIndex) -> bool,
) -> Vec<Vec<RecordIndex>> {
    let mut groups: Vec<Vec<RecordIndex>> = Vec::new();
    for &record in records {
        let (mut linking, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|&other| linked(other, record)));
        groups = apart;
        let mut joined: Vec<RecordIndex> = linking.drain(..).flatten().collect();
        joined.push(record);
        groups.push(joined);
    }
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable_by_key(|group| group[0]);
    groups
}

fn names_agree(a: &Evidence, b: &Evidence) -> bool {
    let agree = |a: &str, b: &str| a == b || compare_names(a, b).is_one_name();
    agree(a.name, b.name)
        || (!a.former_name.is_empty() && agree(a.former_name, b.name))
        || (!b.former_name.is_empty() && agree(a.name, b.former_name))
}

/// Dates are compared at the coarser precision.
fn demographics_differ(a: &Evidence, b: &Evidence) -> bool {
    let births = matches!((a.birth, b.birth), (Some(a), Some(b)) if !a.may_equal(b));
    births || (a.sex != b.sex && a.sex != Sex::Unknown && b.sex != Sex::Unknown)
}

/// Whether the formal student numbers of two records hold two numbers: one of twins whose number was typed
/// for both keeps its own there.
fn student_numbers_differ(a: &Evidence, b: &Evidence, as_of: NaiveDate) -> bool {
    let inside = |record: &Evidence| number_inside_student_number(record.student_number, as_of);
    matches!((inside(a), inside(b)), (Some(a), Some(b)) if a != b)
}

/// Whether grade and class of two records contradict each other nowhere.
fn places_agree(a: &Evidence, b: &Evidence) -> bool {
    let stages = matches!((a.grade.stage, b.grade.stage), (Some(a), Some(b)) if a != b);
    let classes = a.class != LabelId(0) && b.class != LabelId(0) && a.class != b.class;
    !(stages || classes || a.grades_agree(b) == GradeAgreement::Different)
}

/// More records of one name at one school than this, and the name tells nobody apart: comparing each with
/// each would take the square of them for nothing.
const MOST_NAMESAKES: usize = 64;

type SchoolAndName = (SchoolId, Box<str>);

fn school_and_name(data: &Dataset, record: RecordIndex) -> (SchoolId, &str) {
    match (record.as_enrollment(), record.as_payment()) {
        (Some(index), _) => {
            (data.school_of(index), data.enrollments.text(data.enrollments.columns.name[index]))
        }
        (_, Some(index)) => {
            (data.paying_school(index), data.payments.text(data.payments.columns.name[index]))
        }
        _ => (SchoolId(0), ""),
    }
}

/// Pairs records without a usable number inside their own school, by name, grade and class where that
/// is unique; the rest are persons of their own.
fn pair_inside_schools(data: &Dataset, standing: &Standing, people: &mut People) {
    let unpaired: Vec<RecordIndex> = (0..data.enrollments.len())
        .filter(|&index| standing.holds(index) && people.of_enrollment[index] == NOBODY)
        .map(RecordIndex::enrollment)
        .chain(
            (0..data.payments.len())
                .filter(|&index| people.of_payment[index] == NOBODY)
                .map(RecordIndex::payment),
        )
        .collect();
    let mut wanted: FxHashMap<SchoolAndName, Vec<RecordIndex>> = FxHashMap::default();
    for &record in &unpaired {
        let (school, name) = school_and_name(data, record);
        if school != SchoolId(0) && !name.is_empty() {
            wanted.entry((school, name.into())).or_default().push(record);
        }
    }
    let known = numbered_namesakes(data, people, &wanted);
    let mut groups: Vec<(&SchoolAndName, &Vec<RecordIndex>)> = wanted.iter().collect();
    groups.sort_unstable_by_key(|(_, records)| records[0]);
    for (key, records) in groups {
        let candidates = known.get(key).map_or(&[][..], Vec::as_slice);
        if records.len() > MOST_NAMESAKES || candidates.len() > MOST_NAMESAKES {
            continue;
        }
        for &record in records {
            join_candidate(data, people, record, records, candidates);
        }
        join_each_other(data, people, records);
    }
    for record in unpaired {
        if people.of(record) == NOBODY {
            people.join_new([record].into_iter());
        }
    }
}

/// Enrolment records with a number whose school and name a record without one shares.
fn numbered_namesakes(
    data: &Dataset,
    people: &People,
    wanted: &FxHashMap<SchoolAndName, Vec<RecordIndex>>,
) -> FxHashMap<SchoolAndName, Vec<RecordIndex>> {
    let mut known: FxHashMap<SchoolAndName, Vec<RecordIndex>> = FxHashMap::default();
    if wanted.is_empty() {
        return known;
    }
    let names: FxHashSet<&str> = wanted.keys().map(|(_, name)| &**name).collect();
    let found: Vec<RecordIndex> = (0..data.enrollments.len())
        .into_par_iter()
        .filter(|&index| people.of_enrollment[index] != NOBODY)
        .filter(|&index| {
            names.contains(data.enrollments.text(data.enrollments.columns.name[index]))
        })
        .map(RecordIndex::enrollment)
        .collect();
    for record in found {
        let (school, name) = school_and_name(data, record);
        let key = (school, Box::from(name));
        if wanted.contains_key(&key) {
            known.entry(key).or_default().push(record);
        }
    }
    known
}

/// Joins `record` to the one numbered pupil that it can be, if it is the only one of its list that
/// could be that pupil and its spoiled cell does not speak against it.
fn join_candidate(
    data: &Dataset,
    people: &mut People,
    record: RecordIndex,
    namesakes: &[RecordIndex],
    candidates: &[RecordIndex],
) {
    let pupil = Evidence::of(data, record);
    let mut persons: Vec<(u32, IdNumber)> = candidates
        .iter()
        .filter(|&&candidate| places_agree(&pupil, &Evidence::of(data, candidate)))
        .filter_map(|&candidate| {
            Some((people.of(candidate), Evidence::of(data, candidate).number?))
        })
        .collect();
    persons.sort_unstable();
    persons.dedup();
    let [(person, number)] = persons[..] else { return };
    let (cell, state) = number_cell(data, record);
    if !spoilage_explains(cell, state, number) {
        return;
    }
    let rivals = namesakes.iter().any(|&other| {
        other != record
            && same_list(data, other, record)
            && places_agree(&pupil, &Evidence::of(data, other))
    });
    // A numbered pupil of the same list is another line of that list: a second registration only if
    // the spoiled cell itself points to the number.
    let listed = candidates
        .iter()
        .any(|&candidate| people.of(candidate) == person && same_list(data, candidate, record));
    let payments = record.as_payment().is_some();
    let points_there = !says_nothing(state);
    if (!rivals || payments) && (!listed || points_there) {
        people.set(record, person);
    }
}

/// Joins records without a number that stand on different lists of the school, if every two of them
/// can be one pupil and each list holds only one of them. Where one fits two that do not fit each other,
/// nobody is joined.
fn join_each_other(data: &Dataset, people: &mut People, records: &[RecordIndex]) {
    let open: Vec<RecordIndex> =
        records.iter().copied().filter(|&record| people.of(record) == NOBODY).collect();
    let alike = |a: RecordIndex, b: RecordIndex| {
        places_agree(&Evidence::of(data, a), &Evidence::of(data, b)) && cells_may_be_one(data, a, b)
    };
    for group in connected(&open, alike) {
        let one_pupil = group.iter().enumerate().all(|(at, &one)| {
            group[at + 1..].iter().all(|&other| alike(one, other) && !same_list(data, one, other))
        });
        if group.len() > 1 && one_pupil {
            people.join_new(group.into_iter());
        }
    }
}

/// Whether two enrolment records stand on one list (register), where one pupil stands once.
fn same_list(data: &Dataset, a: RecordIndex, b: RecordIndex) -> bool {
    match (a.as_enrollment(), b.as_enrollment()) {
        (Some(a), Some(b)) => data.register_of(a) == data.register_of(b),
        _ => false,
    }
}

fn number_cell(data: &Dataset, record: RecordIndex) -> (&str, NumberState) {
    match (record.as_enrollment(), record.as_payment()) {
        (Some(index), _) => {
            let columns = &data.enrollments.columns;
            (data.enrollments.text(columns.number_cell[index]), columns.number_state[index])
        }
        (_, Some(index)) => {
            let columns = &data.payments.columns;
            (data.payments.text(columns.number_cell[index]), columns.number_state[index])
        }
        _ => ("", NumberState::Missing),
    }
}

/// Two cells without a usable number speak of one pupil only if they are equal or one is empty.
fn cells_may_be_one(data: &Dataset, a: RecordIndex, b: RecordIndex) -> bool {
    let ((a, a_state), (b, b_state)) = (number_cell(data, a), number_cell(data, b));
    says_nothing(a_state) || says_nothing(b_state) || a == b
}
