//! Learns the model's parameters from a county's own records, without labels.
//!
//! Pairs that share a blocking key are counted by their pattern of levels (whole numbers, so that the order
//! of the records changes nothing); expectation–maximisation over the patterns tells the hypotheses apart.
//! What so few pairs cannot tell stays near the shipped figures: each level begins with as many pseudo-counts,
//! and none moves by more than the bound. How common names are is counted over all people.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::blocking::block;
use super::compare::compare;
use super::levels::{Compared, Level, Pattern};
use super::model::{Model, ModelFile, NameShares, Probabilities, split_name};
use super::persons::Persons;
use super::probable::shared;
use super::units::Units;
use crate::normalize::Dataset;

/// Rounds of expectation and maximisation; the likelihood hardly changes after ten.
const ROUNDS: usize = 25;
/// How many pairs the shipped figures count for.
const SHIPPED_COUNTS: f64 = 200.0;
/// By what factor a learned figure may leave the shipped one.
const BOUND: f64 = 4.0;
/// Fewer people of one name than this are not listed: their share says nothing, and they might be known by it.
const LEAST_OF_A_NAME: u64 = 20;

/// What was learned, and from how much.
#[derive(Debug, Clone)]
pub struct Learned {
    pub file: ModelFile,
    /// Pairs whose patterns were counted.
    pub pairs: u64,
    pub people: u64,
}

/// Learns from the records that `persons` were told apart in; starts from `model`.
pub fn learn(data: &Dataset, persons: &Persons, model: &Model, as_of: NaiveDate) -> Learned {
    let units = Units::of(data, persons);
    let blocks = block(data, &units, model.file().block_limit, as_of);
    let shared = shared(data, &units, &blocks, model);
    let counts: BTreeMap<Pattern, u64> = blocks
        .pairs
        .par_iter()
        .filter(|&&(a, b)| !units.standing(a).told_apart(units.standing(b)))
        .fold(BTreeMap::new, |mut counts, &(a, b)| {
            let pattern = compare(&units.profile(a, &shared), &units.profile(b, &shared)).pattern;
            *counts.entry(pattern).or_default() += 1;
            counts
        })
        .reduce(BTreeMap::new, |mut all, part| {
            for (pattern, count) in part {
                *all.entry(pattern).or_default() += count;
            }
            all
        });
    let people = units.len() as u64;
    let mut file = model.file().clone();
    for _ in 0..ROUNDS {
        file = round(&counts, &file, model.file(), people);
    }
    file.name = format!("learned {as_of}");
    file.people = Some(people);
    file.names = shares(data, persons, &model.file().names);
    Learned { file, pairs: counts.values().sum(), people }
}

/// One round: what each pattern probably is, and how often each level stands among those.
fn round(
    counts: &BTreeMap<Pattern, u64>,
    now: &ModelFile,
    shipped: &ModelFile,
    people: u64,
) -> ModelFile {
    let mut expected: BTreeMap<(Compared, u8), [f64; 4]> = BTreeMap::new();
    for (pattern, &count) in counts {
        let posterior = posterior(*pattern, now, people);
        for field in Compared::ALL {
            let index = pattern.level(field);
            if index != 0 {
                let sums = expected.entry((field, index)).or_default();
                (0..4).for_each(|at| sums[at] += posterior[at] * count as f64);
            }
        }
    }
    let mut next = now.clone();
    for field in Compared::ALL {
        for (at, level) in field.levels().iter().enumerate() {
            let Some(alternatives) = alternatives(field, level) else { continue };
            let total = (1..=field.levels().len() as u8)
                .zip(field.levels())
                .filter(|(_, level)| alternatives.contains(level))
                .filter_map(|(index, _)| expected.get(&(field, index)))
                .fold([0.0; 4], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
            let (Some(new), Some(old)) = (
                next.levels.get_mut(field.name()).and_then(|levels| levels.get_mut(*level)),
                shipped.levels.get(field.name()).and_then(|levels| levels.get(*level)),
            ) else {
                continue;
            };
            let seen = expected.get(&(field, at as u8 + 1)).copied().unwrap_or_default();
            // Strangers are not learned here: pairs of one block are no random pairs.
            let figure = |which: usize, old: f64| {
                let learned =
                    (seen[which] + SHIPPED_COUNTS * old) / (total[which] + SHIPPED_COUNTS);
                round_6(learned.clamp(old / BOUND, (old * BOUND).min(0.999)))
            };
            *new = Probabilities {
                same: figure(0, old.same),
                twin: figure(1, old.twin),
                sibling: figure(2, old.sibling),
                stranger: old.stranger,
            };
        }
    }
    next
}

/// The levels among which a pair falls where it could have fallen into this one: a date known to the month
/// is never equal to the day. None for a level that has no alternative to be counted against.
fn alternatives(field: Compared, level: &str) -> Option<&'static [&'static str]> {
    const NUMBER: &[&str] = &["one-fault", "two-faults", "unexplained"];
    const BIRTH: &[&str] = &["equal", "slip", "different"];
    const ENROLLED: &[&str] = &["same-other-list", "same-list", "different"];
    const PAID: &[&str] = &["paid", "paid-elsewhere"];
    match field {
        Compared::Number => Some(NUMBER).filter(|all| all.contains(&level)),
        Compared::Birth => Some(BIRTH).filter(|all| all.contains(&level)),
        Compared::School if PAID.contains(&level) => Some(PAID),
        Compared::School => Some(ENROLLED),
        Compared::Class => None,
        // It stands for what the guardian has said already.
        Compared::Phone if level == "of-another" => None,
        _ => Some(field.levels()),
    }
}

/// The probability of each hypothesis for a pattern, names taken as of middling frequency.
fn posterior(pattern: Pattern, file: &ModelFile, people: u64) -> [f64; 4] {
    let people = people.max(2) as f64;
    let partners = &file.partners;
    let mut logarithms =
        [partners.same, partners.twin, partners.sibling, people].map(|one| (one / people).ln());
    for field in Compared::ALL {
        let level = Level { field, index: pattern.level(field) };
        let name = usize::from(level.index).checked_sub(1).and_then(|at| field.levels().get(at));
        let Some(said) =
            name.and_then(|name| file.levels.get(field.name()).and_then(|all| all.get(*name)))
        else {
            continue;
        };
        let said = [said.same, said.twin, said.sibling, said.stranger];
        (0..4).for_each(|at| logarithms[at] += said[at].ln());
    }
    let most = logarithms.iter().copied().fold(f64::MIN, f64::max);
    let likelihoods = logarithms.map(|one| (one - most).exp());
    let sum: f64 = likelihoods.iter().sum();
    likelihoods.map(|one| one / sum)
}

/// Counts surnames, given names and whole names, one of each person.
fn shares(data: &Dataset, persons: &Persons, shipped: &NameShares) -> NameShares {
    let mut whole: BTreeMap<&str, u64> = BTreeMap::new();
    let mut people = 0u64;
    for person in 0..persons.len() as u32 {
        let Some(index) = persons.enrollments(person).next() else { continue };
        let name = data.enrollments.text(data.enrollments.columns.name[index]);
        // Names with a dot are no surname and given name.
        if !name.is_empty() && !name.contains('·') {
            *whole.entry(name).or_default() += 1;
            people += 1;
        }
    }
    if people == 0 {
        return shipped.clone();
    }
    let (mut surnames, mut given): (BTreeMap<&str, u64>, BTreeMap<&str, u64>) = Default::default();
    for (name, count) in &whole {
        let (surname, given_name) = split_name(name);
        *surnames.entry(surname).or_default() += count;
        *given.entry(given_name).or_default() += count;
    }
    let share = |count: u64| round_6((count as f64 / people as f64).max(1e-6));
    let listed = |counts: &BTreeMap<&str, u64>| -> BTreeMap<String, f64> {
        counts
            .iter()
            .filter(|(_, count)| **count >= LEAST_OF_A_NAME)
            .map(|(name, count)| (name.to_string(), share(*count)))
            .collect()
    };
    // What remains, spread over the names that are too rare to be listed.
    let rest = |counts: &BTreeMap<&str, u64>, wanted: &dyn Fn(&str) -> bool, shipped: f64| {
        let rare: Vec<u64> = counts
            .iter()
            .filter(|(name, count)| **count < LEAST_OF_A_NAME && wanted(name))
            .map(|(_, count)| *count)
            .collect();
        if rare.is_empty() {
            return shipped;
        }
        share(rare.iter().sum::<u64>().div_ceil(rare.len() as u64))
    };
    let single = |name: &str| name.chars().count() == 1;
    let mut learned = NameShares {
        other_surname: rest(&surnames, &|_| true, shipped.other_surname),
        other_given: rest(&given, &|name| !single(name), shipped.other_given),
        other_single: rest(&given, &single, shipped.other_single),
        surnames: listed(&surnames),
        given: listed(&given),
        whole: BTreeMap::new(),
    };
    // A whole name is listed where it is twice as common as its parts say.
    let commoner: BTreeMap<String, f64> = whole
        .iter()
        .filter(|(_, count)| **count >= LEAST_OF_A_NAME)
        .map(|(name, count)| (name.to_string(), share(*count)))
        .filter(|(name, share)| *share > 2.0 * learned.share(name))
        .collect();
    learned.whole = commoner;
    learned
}

fn round_6(figure: f64) -> f64 {
    let rounded = (figure * 1e6).round() / 1e6;
    // What rounds to nothing keeps its three leading digits.
    if rounded >= 1e-4 { rounded } else { format!("{figure:.2e}").parse().unwrap_or(figure) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::levels::{Birth, Guardian, Name, Phone};

    fn pattern(levels: &[Level]) -> Pattern {
        let mut pattern = Pattern::default();
        levels.iter().for_each(|&level| pattern.set(level));
        pattern
    }

    #[test]
    fn a_county_where_phones_change_learns_it() {
        let shipped = Model::shipped().unwrap().file().clone();
        let certain = [Level::from(Name::Equal), Birth::Equal.into(), Guardian::Equal.into()];
        let counts = BTreeMap::from([
            (pattern(&[&certain[..], &[Phone::Equal.into()]].concat()), 500),
            (pattern(&[&certain[..], &[Phone::Different.into()]].concat()), 1500),
            (pattern(&[Name::SameSurname.into(), Birth::Different.into()]), 9000),
        ]);
        let mut file = shipped.clone();
        for _ in 0..ROUNDS {
            file = round(&counts, &file, &shipped, 100_000);
        }
        let changed = |file: &ModelFile| file.levels["phone"]["different"].same;
        assert!(changed(&file) > 2.0 * changed(&shipped), "{}", changed(&file));
        assert!(changed(&file) <= BOUND * changed(&shipped));
        assert_eq!(
            file.levels["phone"]["equal"].stranger,
            shipped.levels["phone"]["equal"].stranger
        );
        // What was learned is a model that can be read back.
        let text = toml::to_string(&file).unwrap();
        assert_eq!(Model::parse(&text).unwrap().file(), &file);
    }
}
