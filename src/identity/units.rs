//! What the probabilistic step joins: the persons of the exact step, and the records among them whose
//! name is clearly another than that of the rest.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::compare::{Profile, WITNESSES};
use super::evidence::Evidence;
use super::persons::{NOBODY, Persons, RecordIndex};
use crate::normalize::{Dataset, fault_between};
use crate::record::{Digits, IdNumber, NumberState};

/// How far a unit's own number tells who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A usable number that nothing speaks against.
    Firm(IdNumber),
    /// A usable number that another person carries too, or that its own record contradicts.
    Doubted(IdNumber),
    /// No usable number.
    Loose,
}

impl Standing {
    /// Whether the number alone does not settle who this is.
    pub fn is_open(self) -> bool {
        !matches!(self, Standing::Firm(_))
    }

    /// Whether there is a number that tells nothing sure of whose it is.
    pub fn is_doubted(self) -> bool {
        matches!(self, Standing::Doubted(_))
    }

    fn number(self) -> Option<IdNumber> {
        match self {
            Standing::Firm(number) | Standing::Doubted(number) => Some(number),
            Standing::Loose => None,
        }
    }

    /// Two firm and different numbers: two people, unless the pair itself is settled otherwise.
    pub fn excludes(self, other: Standing) -> bool {
        matches!((self, other), (Standing::Firm(a), Standing::Firm(b)) if a != b)
    }

    /// Whether the exact step has told these two apart though they carry one number.
    pub fn told_apart(self, other: Standing) -> bool {
        matches!((self.number(), other.number()), (Some(a), Some(b)) if a == b)
    }
}

/// The units: those up to `persons.len()` are the exact step's persons, the rest split off from one.
pub struct Units<'a> {
    data: &'a Dataset,
    persons: &'a Persons,
    standing: Vec<Standing>,
    split: Vec<SplitOff>,
    /// The units of records that were split off.
    moved: FxHashMap<RecordIndex, u32>,
}

/// Records of one name under a number that others of a clearly different name carry.
struct SplitOff {
    home: u32,
    records: Vec<RecordIndex>,
}

impl<'a> Units<'a> {
    /// Takes the persons of the exact step, and apart those records that `persons.renamed` lists.
    pub fn of(data: &'a Dataset, persons: &'a Persons) -> Units<'a> {
        let doubted: FxHashSet<u32> = persons
            .conflicts
            .iter()
            .flat_map(|conflict| conflict.people.iter().flatten())
            .map(|&record| persons.of(record))
            .chain(persons.renamed.iter().map(|renamed| persons.of(renamed[0])))
            .collect();
        let mut standing: Vec<Standing> = (0..persons.len() as u32)
            .into_par_iter()
            .map(|person| standing_of(data, persons.records(person), doubted.contains(&person)))
            .collect();
        let mut split = Vec::new();
        let mut moved = FxHashMap::default();
        for records in &persons.renamed {
            let unit = standing.len() as u32;
            moved.extend(records.iter().map(|&record| (record, unit)));
            standing.push(standing_of(data, records, true));
            split.push(SplitOff { home: persons.of(records[0]), records: records.clone() });
        }
        Units { data, persons, standing, split, moved }
    }

    /// How many units.
    pub fn len(&self) -> usize {
        self.standing.len()
    }

    /// How far a unit's number tells who it is.
    pub fn standing(&self, unit: u32) -> Standing {
        self.standing[unit as usize]
    }

    /// The person that a unit was split off from; itself for all others.
    pub fn home(&self, unit: u32) -> u32 {
        self.split_off(unit).map_or(unit, |off| off.home)
    }

    /// The records of a unit, those that were split off from it left out.
    pub fn records(&self, unit: u32) -> impl Iterator<Item = RecordIndex> + '_ {
        let own = match self.split_off(unit) {
            Some(off) => &off.records[..],
            None => self.persons.records(unit),
        };
        let whole = self.split_off(unit).is_some() || self.moved.is_empty();
        own.iter().copied().filter(move |record| whole || !self.moved.contains_key(record))
    }

    /// All records that stand, with their units, in the order of their tables: what walks over all of them is
    /// bound by memory, and persons are scattered over it.
    pub fn all_records(&self) -> impl IndexedParallelIterator<Item = (RecordIndex, u32)> + '_ {
        let enrollments = self.persons.of_enrollment.len();
        let payments = self.persons.of_payment.len();
        (0..enrollments + payments).into_par_iter().map(move |at| {
            let (record, person) = match at.checked_sub(enrollments) {
                None => (RecordIndex::enrollment(at), self.persons.of_enrollment[at]),
                Some(index) => (RecordIndex::payment(index), self.persons.of_payment[index]),
            };
            let moved = (!self.moved.is_empty()).then(|| self.moved.get(&record)).flatten();
            (record, moved.copied().unwrap_or(person))
        })
    }

    /// What the records of a unit say, without phones and cards that are `shared` by many.
    pub fn profile(&self, unit: u32, shared: &Shared) -> Profile<'a> {
        let standing = self.standing(unit);
        let doubted = standing.is_doubted();
        let mut records: Vec<Evidence<'a>> = Vec::new();
        for record in self.records(unit).take(WITNESSES) {
            let mut evidence = Evidence { doubted, ..Evidence::of(self.data, record) };
            if let (Some(number), None) = (standing.number(), evidence.number)
                && (!doubted || fault_between(evidence.cell, evidence.state, number).is_some())
            {
                // What the number is another record says: what this cell is like tells nothing further.
                evidence.number = Some(number);
                evidence.state = NumberState::Usable;
                evidence.cell = "";
            }
            if shared.phones.contains(&evidence.phone) {
                evidence.phone = Digits::NOTHING;
            }
            if shared.cards.contains(&evidence.card) {
                evidence.card = Digits::NOTHING;
            }
            records.push(evidence);
        }
        Profile { records, doubted }
    }

    fn split_off(&self, unit: u32) -> Option<&SplitOff> {
        (unit as usize).checked_sub(self.persons.len()).and_then(|at| self.split.get(at))
    }
}

/// Phones and cards that so many people share that they are nobody's evidence.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    pub phones: FxHashSet<Digits>,
    pub cards: FxHashSet<Digits>,
}

fn standing_of(data: &Dataset, records: &[RecordIndex], doubted: bool) -> Standing {
    let number_of = |record: &RecordIndex| match (record.as_enrollment(), record.as_payment()) {
        (Some(index), _) => data.enrollments.columns.number[index],
        (_, Some(index)) => data.payments.columns.number[index],
        _ => None,
    };
    let Some(number) = records.iter().find_map(number_of) else { return Standing::Loose };
    if doubted || every_record_contradicts(data, records) {
        Standing::Doubted(number)
    } else {
        Standing::Firm(number)
    }
}

/// Whether all enrolment records that carry the number contradict it by birth date or sex.
fn every_record_contradicts(data: &Dataset, records: &[RecordIndex]) -> bool {
    let mut any = false;
    for index in records.iter().filter_map(|record| record.as_enrollment()) {
        let columns = &data.enrollments.columns;
        let Some(number) = columns.number[index] else { continue };
        if !super::evidence::contradicts(number, columns.birth[index], columns.sex[index]) {
            return false;
        }
        any = true;
    }
    any
}

impl Persons {
    /// The person of a record, [`NOBODY`] if it does not stand.
    pub fn of(&self, record: RecordIndex) -> u32 {
        match (record.as_enrollment(), record.as_payment()) {
            (Some(index), _) => self.of_enrollment[index],
            (_, Some(index)) => self.of_payment[index],
            _ => NOBODY,
        }
    }
}
