//! The probabilistic step: joins what an equal number did not, where the evidence settles it.

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::blocking::{Blocks, block};
use super::clusters::{Edge, against_rivals, cluster};
use super::compare::compare;
use super::levels::Number;
use super::model::Model;
use super::persons::{Joined, Link, NOBODY, Persons, RecordIndex};
use super::units::{Shared, Units};
use crate::normalize::Dataset;
use crate::record::Digits;

/// Pairs less likely than this are not kept, not even as rivals.
const NEGLIGIBLE: f64 = 1e-3;
/// Two whose numbers do not agree and who are less likely one than this are two: nobody can be both.
const UNLIKELY: f64 = 0.5;

/// What the step did, for the run's manifest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Likeness {
    /// The model's name and the first 16 hexadecimal digits of its SHA-256.
    pub model: String,
    pub model_hash: String,
    /// Pairs compared.
    pub compared: u64,
    /// People whom likeness joined.
    pub joined: u64,
    /// What each blocking key yielded.
    pub keys: Vec<(super::keys::BlockingKey, super::blocking::Yield)>,
}

/// Joins persons of the exact step. `least`: the least probability that joins (policy).
pub fn match_probably(
    data: &Dataset,
    persons: Persons,
    model: &Model,
    least: f64,
    as_of: NaiveDate,
) -> (Persons, Likeness) {
    let units = Units::of(data, &persons);
    let blocks = block(data, &units, model.file().block_limit, as_of);
    let shared = shared(data, &units, &blocks, model);
    let (mut edges, apart) = score(&units, &blocks.pairs, &shared, model);
    let exclude = |a: u32, b: u32| {
        units.standing(a).excludes(units.standing(b)) || apart.contains(&(a.min(b), a.max(b)))
    };
    against_rivals(&mut edges, exclude);
    let clusters = cluster(edges, least, exclude);
    let likeness = Likeness {
        model: model.file().name.clone(),
        model_hash: model.hash().to_string(),
        compared: blocks.pairs.len() as u64,
        joined: clusters.len() as u64,
        keys: blocks.yields,
    };
    if clusters.is_empty() {
        return (persons, likeness);
    }
    let joined = regroup(&units, &persons, clusters);
    (joined, likeness)
}

/// The likely pairs, and those that spoiled numbers tell apart.
fn score(
    units: &Units,
    pairs: &[(u32, u32)],
    shared: &Shared,
    model: &Model,
) -> (Vec<Edge>, FxHashSet<(u32, u32)>) {
    let people = units.len() as u64;
    let scored: Vec<Edge> = pairs
        .par_iter()
        .filter(|&&(a, b)| !units.standing(a).told_apart(units.standing(b)))
        .filter_map(|&(a, b)| {
            let (x, y) = (units.profile(a, shared), units.profile(b, shared));
            let comparison = compare(&x, &y);
            let probability = model.score(&comparison, people).same();
            let edge = Edge { a, b, probability, pattern: comparison.pattern };
            (probability >= NEGLIGIBLE || is_apart(&edge)).then_some(edge)
        })
        .collect();
    let apart = scored.iter().filter(|edge| is_apart(edge)).map(|edge| (edge.a, edge.b)).collect();
    (scored.into_iter().filter(|edge| edge.probability >= NEGLIGIBLE).collect(), apart)
}

/// Whether two numbers, one or both of them spoiled, tell two people apart.
fn is_apart(edge: &Edge) -> bool {
    edge.probability < UNLIKELY && edge.pattern.is(Number::Unexplained)
}

/// Phones and cards among the compared that more people share than the model allows.
pub(super) fn shared(data: &Dataset, units: &Units, blocks: &Blocks, model: &Model) -> Shared {
    let mut compared: Vec<u32> = blocks.pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    compared.par_sort_unstable();
    compared.dedup();
    let (mut phones, mut cards): (FxHashSet<Digits>, FxHashSet<Digits>) = Default::default();
    for &unit in &compared {
        for record in units.records(unit) {
            let (phone, card) = phone_and_card(data, record);
            phones.insert(phone);
            cards.insert(card);
        }
    }
    phones.remove(&Digits::NOTHING);
    cards.remove(&Digits::NOTHING);
    let file = model.file();
    Shared {
        phones: over(data, units, &phones, file.shared_phone_limit, |pair| pair.0),
        cards: over(data, units, &cards, file.shared_card_limit, |pair| pair.1),
    }
}

/// Those of `wanted` that more than `limit` units carry.
fn over(
    data: &Dataset,
    units: &Units,
    wanted: &FxHashSet<Digits>,
    limit: usize,
    of: impl Fn((Digits, Digits)) -> Digits + Sync,
) -> FxHashSet<Digits> {
    if wanted.is_empty() {
        return FxHashSet::default();
    }
    let mut carried: Vec<(Digits, u32)> = units
        .all_records()
        .map(|(record, unit)| (of(phone_and_card(data, record)), unit))
        .filter(|(digits, unit)| digits.is_said() && *unit != NOBODY && wanted.contains(digits))
        .collect();
    carried.par_sort_unstable();
    carried.dedup();
    carried
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|carriers| carriers.len() > limit)
        .map(|carriers| carriers[0].0)
        .collect()
}

fn phone_and_card(data: &Dataset, record: RecordIndex) -> (Digits, Digits) {
    match (record.as_enrollment(), record.as_payment()) {
        (Some(index), _) => {
            (data.enrollments.columns.phone[index], data.enrollments.columns.card[index])
        }
        (_, Some(index)) => {
            let card = data.payments.text(data.payments.columns.card[index]);
            (data.payments.columns.phone[index], Digits::of(card))
        }
        _ => (Digits::NOTHING, Digits::NOTHING),
    }
}

/// Gives every record the person of its cluster; persons are numbered anew in the order of their first
/// record, so that the numbers rest on the data alone.
fn regroup(units: &Units, persons: &Persons, clusters: Vec<(Vec<u32>, Vec<Edge>)>) -> Persons {
    let mut target: Vec<u32> = (0..units.len() as u32).collect();
    for (members, _) in &clusters {
        let lead = members.iter().copied().min().unwrap_or_default();
        members.iter().for_each(|&unit| target[unit as usize] = lead);
    }
    let joined: FxHashSet<u32> =
        clusters.iter().flat_map(|(members, _)| members.iter().copied()).collect();
    // A unit that was split off and joined nobody goes home again.
    for unit in persons.len() as u32..units.len() as u32 {
        if !joined.contains(&unit) {
            target[unit as usize] = target[units.home(unit) as usize];
        }
    }
    let mut of_enrollment = persons.of_enrollment.clone();
    let mut of_payment = persons.of_payment.clone();
    let mut set = |record: RecordIndex, person: u32| {
        if let Some(index) = record.as_enrollment() {
            of_enrollment[index] = person;
        } else if let Some(index) = record.as_payment() {
            of_payment[index] = person;
        }
    };
    for unit in 0..units.len() as u32 {
        if target[unit as usize] != unit || units.home(unit) != unit {
            units.records(unit).for_each(|record| set(record, target[unit as usize]));
        }
    }
    let mut numbers = vec![NOBODY; units.len()];
    let mut count = 0;
    for person in of_enrollment.iter_mut().chain(&mut of_payment).filter(|one| **one != NOBODY) {
        let number = &mut numbers[*person as usize];
        if *number == NOBODY {
            *number = count;
            count += 1;
        }
        *person = *number;
    }
    let joined: FxHashMap<u32, Joined> = clusters
        .into_iter()
        .map(|(members, edges)| {
            let place = |unit: u32| members.iter().position(|&one| one == unit).unwrap_or_default();
            let links = edges
                .iter()
                .map(|edge| Link {
                    a: place(edge.a),
                    b: place(edge.b),
                    probability: edge.probability,
                    pattern: edge.pattern,
                })
                .collect();
            let parts = members.iter().map(|&unit| units.records(unit).collect()).collect();
            let doubted = members.iter().map(|&unit| units.standing(unit).is_doubted()).collect();
            let lead = target[members[0] as usize];
            (numbers[lead as usize], Joined { parts, doubted, links })
        })
        .collect();
    Persons::collect(
        of_enrollment,
        of_payment,
        count as usize,
        persons.conflicts.clone(),
        persons.dummies.clone(),
    )
    .with_joined(joined)
}
