//! Blocking: which units are compared at all. Two are, if they share one of the keys below.
//!
//! Nearly every unit has a firm number, and two of these need no comparing but where name and birth date are
//! equal. So the keys of the few open units are gathered, and of the many firm ones only those that hit one
//! of them (a bit filter): work and memory follow the number of open units, not the county. A block of more
//! people than the model's limit tells nothing, is left out and reported, so that no phone number typed for a
//! whole town makes a run quadratic.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::keys::{BlockingKey, Keys, same_day_key};
use super::persons::NOBODY;
use super::units::Units;
use crate::normalize::Dataset;

/// Pairs that one kind of key may yield for each unit. A county stays far below one; names, days or guardians
/// that hundreds share come to more before their blocks reach the limit, and then the largest are left out.
const PAIRS_PER_UNIT: u64 = 4;
/// How many open units are worked on with all keys at once; beyond that, key by key.
const AT_ONCE: usize = 200_000;

/// What one kind of key yielded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Yield {
    /// Keys that several units share.
    pub blocks: u64,
    /// Pairs of units in these, an open one in each.
    pub pairs: u64,
    /// Blocks with more people than the limit, left out.
    pub left_out: u64,
    /// Units in these.
    pub left_out_people: u64,
}

/// The pairs to compare, each once with the smaller unit first, and what each key yielded.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    pub pairs: Vec<(u32, u32)>,
    pub yields: Vec<(BlockingKey, Yield)>,
}

/// Finds the pairs that share a key. `limit`: the most people of a block.
pub fn block(data: &Dataset, units: &Units, limit: usize, as_of: chrono::NaiveDate) -> Blocks {
    let mut blocks = block_by_key(data, units, limit, as_of).0;
    blocks.pairs.par_sort_unstable();
    blocks.pairs.dedup();
    blocks
}

/// The same, but a pair stands once for each key that it shares; beside it, for each of the yields, which of
/// the pairs are its.
pub fn block_by_key(
    data: &Dataset,
    units: &Units,
    limit: usize,
    as_of: chrono::NaiveDate,
) -> (Blocks, Vec<Range<usize>>) {
    let open: Vec<u32> = (0..units.len() as u32)
        .into_par_iter()
        .filter(|&unit| units.standing(unit).is_open())
        .collect();
    let mut blocks = Blocks::default();
    same_day(data, units, limit, &mut blocks);
    let rounds: Vec<&[BlockingKey]> = if open.len() <= AT_ONCE {
        vec![&BlockingKey::OPEN]
    } else {
        BlockingKey::OPEN.chunks(1).collect()
    };
    for keys in rounds {
        open_round(data, units, &open, keys, limit, as_of, &mut blocks);
    }
    let mut end = 0;
    let ranges = blocks.yields.iter().map(|(_, found)| {
        let start = end;
        end += found.pairs as usize;
        start..end
    });
    let ranges = ranges.collect();
    (blocks, ranges)
}

/// Units of one name (by sound) and birth date, whatever their numbers.
fn same_day(data: &Dataset, units: &Units, limit: usize, blocks: &mut Blocks) {
    let mut keyed: Vec<(u64, u32)> = units
        .all_records()
        .filter(|(_, unit)| *unit != NOBODY)
        .filter_map(|(record, unit)| Some((same_day_key(data, record)?, unit)))
        .collect();
    keyed.par_sort_unstable();
    keyed.dedup();
    let mut found = Yield::default();
    let limit = affordable(&keyed, limit, units.len());
    pairs_of(&keyed, limit, |_, _| true, &mut found, &mut blocks.pairs);
    blocks.yields.push((BlockingKey::NameAndBirthDay, found));
}

fn open_round(
    data: &Dataset,
    units: &Units,
    open: &[u32],
    kinds: &[BlockingKey],
    limit: usize,
    as_of: chrono::NaiveDate,
    blocks: &mut Blocks,
) {
    let mut keyed: Vec<(u64, u32)> = open
        .par_iter()
        .fold(Vec::new, |mut keyed, &unit| {
            let mut keys = Keys::new(kinds, as_of);
            units.records(unit).for_each(|record| keys.open(&Evidence::of(data, record)));
            keyed.extend(keys.drain().map(|key| (key, unit)));
            keyed
        })
        .reduce(Vec::new, |mut all, mut part| {
            all.append(&mut part);
            all
        });
    if keyed.is_empty() {
        return;
    }
    let filter = Filter::of(&keyed);
    let firm: Vec<(Vec<(u64, u32)>, Keys)> = units
        .all_records()
        .filter(|&(_, unit)| unit != NOBODY && !units.standing(unit).is_open())
        .fold(
            || (Vec::new(), Keys::new(kinds, as_of)),
            |(mut hits, mut keys), (record, unit)| {
                keys.firm(&Evidence::of(data, record));
                hits.extend(keys.drain().filter(|&key| filter.holds(key)).map(|key| (key, unit)));
                (hits, keys)
            },
        )
        .collect();
    keyed.extend(firm.into_iter().flat_map(|(hits, _)| hits));
    keyed.par_sort_unstable();
    keyed.dedup();
    let open_one = |a: u32, b: u32| units.standing(a).is_open() || units.standing(b).is_open();
    for &kind in kinds {
        // A key carries its kind in its lowest bits; the sorted keys are walked once for each.
        let mut found = Yield::default();
        let own: Vec<(u64, u32)> =
            keyed.iter().copied().filter(|(key, _)| BlockingKey::of(*key) == Some(kind)).collect();
        let limit = affordable(&own, limit, units.len());
        pairs_of(&own, limit, open_one, &mut found, &mut blocks.pairs);
        blocks.yields.push((kind, found));
    }
}

/// The most people of a block, up to `limit`, for which all blocks together yield no more pairs than so many
/// units may.
fn affordable(keyed: &[(u64, u32)], limit: usize, units: usize) -> usize {
    let budget = PAIRS_PER_UNIT * units as u64;
    let mut blocks_of = vec![0u64; limit + 1];
    for block in keyed.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() <= limit) {
        blocks_of[block.len()] += 1;
    }
    let mut pairs = 0;
    for (people, blocks) in blocks_of.iter().enumerate().skip(2) {
        pairs += blocks * (people * (people - 1) / 2) as u64;
        if pairs > budget {
            return people - 1;
        }
    }
    limit
}

/// The pairs inside each block of equal keys.
fn pairs_of(
    keyed: &[(u64, u32)],
    limit: usize,
    wanted: impl Fn(u32, u32) -> bool,
    found: &mut Yield,
    pairs: &mut Vec<(u32, u32)>,
) {
    let mut people: Vec<u32> = Vec::new();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        if block.len() < 2 {
            continue;
        }
        people.clear();
        people.extend(block.iter().map(|&(_, unit)| unit));
        people.dedup();
        if people.len() < 2 {
            continue;
        }
        if people.len() > limit {
            found.left_out += 1;
            found.left_out_people += people.len() as u64;
            continue;
        }
        found.blocks += 1;
        for (at, &a) in people.iter().enumerate() {
            for &b in &people[at + 1..] {
                if wanted(a, b) {
                    found.pairs += 1;
                    pairs.push((a, b));
                }
            }
        }
    }
}

/// Whether a key may be among some: no false no, few false yes.
struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    fn of(keyed: &[(u64, u32)]) -> Filter {
        let size = (keyed.len() * 16).next_power_of_two().max(64);
        let mut filter = Filter { bits: vec![0; size / 64], mask: size as u64 - 1 };
        for (key, _) in keyed {
            let at = filter.place(*key);
            filter.bits[(at / 64) as usize] |= 1 << (at % 64);
        }
        filter
    }

    fn place(&self, key: u64) -> u64 {
        (key >> 8).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20 & self.mask
    }

    fn holds(&self, key: u64) -> bool {
        let at = self.place(key);
        self.bits[(at / 64) as usize] >> (at % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_are_left_out_and_counted() {
        let keyed: Vec<(u64, u32)> =
            (0..10).map(|unit| (7, unit)).chain([(8, 1), (8, 2), (9, 3)]).collect();
        let (mut found, mut pairs) = (Yield::default(), Vec::new());
        pairs_of(&keyed, 5, |_, _| true, &mut found, &mut pairs);
        assert_eq!(pairs, [(1, 2)]);
        assert_eq!(found, Yield { blocks: 1, pairs: 1, left_out: 1, left_out_people: 10 });
    }

    #[test]
    fn blocks_that_are_too_many_for_their_size_are_left_out() {
        // A hundred blocks of ten, and one pair.
        let mut keyed: Vec<(u64, u32)> =
            (0..1000).map(|unit| (u64::from(unit / 10), unit)).collect();
        keyed.extend([(200, 1000), (200, 1001)]);
        let pairs = 100 * 45 + 1;
        assert_eq!(affordable(&keyed, 60, pairs / 4 + 1), 60);
        let limit = affordable(&keyed, 60, pairs / 4 - 1);
        assert_eq!(limit, 9);
        let (mut found, mut pairs) = (Yield::default(), Vec::new());
        pairs_of(&keyed, limit, |_, _| true, &mut found, &mut pairs);
        assert_eq!((pairs.len(), found.left_out), (1, 100));
    }

    #[test]
    fn the_filter_never_loses_a_key() {
        let keyed: Vec<(u64, u32)> =
            (0..1000u64).map(|at| (at.wrapping_mul(0x1234_5678_9ABC_DEF1), 0)).collect();
        let filter = Filter::of(&keyed);
        assert!(keyed.iter().all(|(key, _)| filter.holds(*key)));
        let strangers =
            (0..1000u64).filter(|at| filter.holds(at.wrapping_mul(0xFEDC_BA98_7654_3211) | 1));
        assert!(strangers.count() < 200);
    }
}
