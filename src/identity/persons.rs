//! Who is who: the person of every record, and the records of every person.

use rustc_hash::{FxHashMap, FxHashSet};

use super::levels::Pattern;
use crate::normalize::Dataset;
use crate::record::{IdNumber, RowRef};

/// The person of a record that does not stand (an older version of an export).
pub const NOBODY: u32 = u32::MAX;

const PAYMENT: u32 = 1 << 31;

/// An enrolment or payment record in 32 bits. Enrolments come before payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordIndex(u32);

impl RecordIndex {
    /// The enrolment record at `index`.
    pub fn enrollment(index: usize) -> RecordIndex {
        RecordIndex(index as u32)
    }

    /// The payment record at `index`.
    pub fn payment(index: usize) -> RecordIndex {
        RecordIndex(index as u32 | PAYMENT)
    }

    /// The index among the enrolments, if it is one.
    pub fn as_enrollment(self) -> Option<usize> {
        (self.0 & PAYMENT == 0).then_some(self.0 as usize)
    }

    /// The index among the payments, if it is one.
    pub fn as_payment(self) -> Option<usize> {
        (self.0 & PAYMENT != 0).then_some((self.0 & !PAYMENT) as usize)
    }

    /// Where the record stands; it must be one of `data`.
    pub fn place(self, data: &Dataset) -> RowRef {
        match self.as_payment() {
            Some(index) => data.payments.place(index),
            None => data.enrollments.place(self.0 as usize),
        }
    }
}

/// One usable number that clearly different people carry: never a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberConflict {
    pub number: IdNumber,
    /// The records, by the person they were told apart as.
    pub people: Vec<Vec<RecordIndex>>,
}

/// The persons of a run, numbered from 0 in an order that rests on the data alone.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    /// Person of each enrolment record, [`NOBODY`] where it does not stand.
    pub of_enrollment: Vec<u32>,
    /// Person of each payment record.
    pub of_payment: Vec<u32>,
    starts: Vec<u32>,
    members: Vec<RecordIndex>,
    pub conflicts: Vec<NumberConflict>,
    conflicted: FxHashSet<IdNumber>,
    /// Numbers that stand on so many different people that they are nobody's.
    pub dummies: Vec<(IdNumber, Vec<RecordIndex>)>,
    /// Records whose name is clearly another than that of most records of their number, though nothing
    /// else differs: renamed, or somebody else's number was typed in.
    pub renamed: Vec<Vec<RecordIndex>>,
    joined: FxHashMap<u32, Joined>,
}

/// A person whom likeness joined, not an equal number alone.
#[derive(Debug, Clone, Default)]
pub struct Joined {
    /// The records that an equal number or the school's own lists make one, part by part.
    pub parts: Vec<Vec<RecordIndex>>,
    /// Of each part, whether its number tells nothing sure of whose it is.
    pub doubted: Vec<bool>,
    /// What joins the parts: one link fewer than parts.
    pub links: Vec<Link>,
}

/// One pair of parts that were found to be one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Places among the parts.
    pub a: usize,
    pub b: usize,
    /// That both are one person, rounded to 1e-6.
    pub probability: f64,
    pub pattern: Pattern,
}

impl Joined {
    /// The weakest of the links that hold these parts together: of all links, those on a path between two
    /// of them. The links are a tree, so a leaf that is none of the parts holds nothing together.
    fn weakest_between(&self, parts: &[usize]) -> Option<&Link> {
        let mut links: Vec<&Link> = self.links.iter().collect();
        while let Some(at) = links.iter().position(|link| {
            [link.a, link.b].into_iter().any(|end| {
                !parts.contains(&end)
                    && links.iter().filter(|other| other.a == end || other.b == end).count() == 1
            })
        }) {
            links.remove(at);
        }
        if parts.len() < 2 {
            return None;
        }
        links.into_iter().min_by(|a, b| a.probability.total_cmp(&b.probability))
    }
}

impl Persons {
    /// Lists the records of each person once every record has one.
    pub fn collect(
        of_enrollment: Vec<u32>,
        of_payment: Vec<u32>,
        count: usize,
        conflicts: Vec<NumberConflict>,
        dummies: Vec<(IdNumber, Vec<RecordIndex>)>,
    ) -> Persons {
        let mut starts = vec![0u32; count + 1];
        let people = || of_enrollment.iter().chain(&of_payment).filter(|&&person| person != NOBODY);
        for &person in people() {
            starts[person as usize + 1] += 1;
        }
        for person in 0..count {
            starts[person + 1] += starts[person];
        }
        let mut next = starts.clone();
        let mut members = vec![RecordIndex(0); starts[count] as usize];
        let records = (0..of_enrollment.len())
            .map(RecordIndex::enrollment)
            .chain((0..of_payment.len()).map(RecordIndex::payment));
        for (record, &person) in records.zip(of_enrollment.iter().chain(&of_payment)) {
            if person != NOBODY {
                let slot = &mut next[person as usize];
                members[*slot as usize] = record;
                *slot += 1;
            }
        }
        let conflicted = conflicts.iter().map(|conflict| conflict.number).collect();
        Persons {
            of_enrollment,
            of_payment,
            starts,
            members,
            conflicts,
            conflicted,
            dummies,
            renamed: Vec::new(),
            joined: FxHashMap::default(),
        }
    }

    /// Notes of which parts the persons in `joined` consist.
    pub fn with_joined(mut self, joined: FxHashMap<u32, Joined>) -> Persons {
        self.joined = joined;
        self
    }

    /// What joins the records of a person, if likeness does.
    pub fn joined(&self, person: u32) -> Option<&Joined> {
        self.joined.get(&person)
    }

    /// How many persons likeness joined.
    pub fn joined_count(&self) -> usize {
        self.joined.len()
    }

    /// The weakest link between some records of a person; 1 where equal numbers join them.
    pub fn confidence(&self, person: u32, records: impl Iterator<Item = RecordIndex>) -> f64 {
        self.weakest_link(person, records).map_or(1.0, |link| link.probability)
    }

    /// The weakest link that some records of a person rest on.
    pub fn weakest_link(
        &self,
        person: u32,
        records: impl Iterator<Item = RecordIndex>,
    ) -> Option<&Link> {
        let joined = self.joined.get(&person)?;
        let mut touched: Vec<usize> = records
            .filter_map(|record| joined.parts.iter().position(|part| part.contains(&record)))
            .collect();
        touched.sort_unstable();
        touched.dedup();
        joined.weakest_between(&touched)
    }

    /// Whether clearly different people carry this number.
    pub fn is_conflicted(&self, number: IdNumber) -> bool {
        self.conflicted.contains(&number)
    }

    /// How many persons.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no person.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records of a person: enrolments, then payments, each in the order of the inputs.
    pub fn records(&self, person: u32) -> &[RecordIndex] {
        let person = person as usize;
        &self.members[self.starts[person] as usize..self.starts[person + 1] as usize]
    }

    /// The enrolment records of a person.
    pub fn enrollments(&self, person: u32) -> impl Iterator<Item = usize> + '_ {
        self.records(person).iter().map_while(|record| record.as_enrollment())
    }

    /// The payment records of a person.
    pub fn payments(&self, person: u32) -> impl Iterator<Item = usize> + '_ {
        self.records(person).iter().filter_map(|record| record.as_payment())
    }
}
