//! The pairs that each blocking key yields, for whoever tends the keys and the model.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::blocking::{Yield, block_by_key};
use super::compare::compare;
use super::keys::BlockingKey;
use super::model::Model;
use super::persons::{Persons, RecordIndex};
use super::probable::shared;
use super::units::Units;
use crate::normalize::Dataset;

/// One key, how much it yields, and its likelier pairs.
#[derive(Debug, Clone)]
pub struct KeyPairs {
    pub key: BlockingKey,
    pub found: Yield,
    /// Those of at least the probability asked for, the likeliest first, then in the order of the records.
    pub pairs: Vec<Pair>,
}

/// The first records of two people, and the probability that they are one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub records: (RecordIndex, RecordIndex),
    pub probability: f64,
}

/// What each key yields among the people that the exact step told apart, and its pairs that are one person
/// with a probability of at least `least`, before rivals are weighed. A pair that several keys yield stands
/// under each.
pub fn pairs_by_key(
    data: &Dataset,
    persons: &Persons,
    model: &Model,
    as_of: NaiveDate,
    least: f64,
) -> Vec<KeyPairs> {
    let units = Units::of(data, persons);
    let (blocks, ranges) = block_by_key(data, &units, model.file().block_limit, as_of);
    let shared = shared(data, &units, &blocks, model);
    let people = units.len() as u64;
    let weigh = |&(a, b): &(u32, u32)| {
        if units.standing(a).told_apart(units.standing(b)) {
            return None;
        }
        let comparison = compare(&units.profile(a, &shared), &units.profile(b, &shared));
        let probability = model.score(&comparison, people).same();
        let records = (units.records(a).next()?, units.records(b).next()?);
        (probability >= least).then_some(Pair { records, probability })
    };
    let of_key = |(&(key, found), range): (&(BlockingKey, Yield), std::ops::Range<usize>)| {
        let yielded = blocks.pairs.get(range).unwrap_or_default();
        let mut pairs: Vec<Pair> = yielded.par_iter().filter_map(weigh).collect();
        pairs.sort_by(|a, b| {
            b.probability.total_cmp(&a.probability).then_with(|| a.records.cmp(&b.records))
        });
        KeyPairs { key, found, pairs }
    };
    blocks.yields.iter().zip(ranges).map(of_key).collect()
}
