//! Why two records were, or were not, taken for one person's: the weights, one under the other.

use super::compare::{Comparison, compare};
use super::evidence::Evidence;
use super::levels::{Compared, Level, Pattern};
use super::model::{Model, rounded};
use super::persons::{Persons, RecordIndex};
use super::units::{Shared, Units};
use crate::normalize::Dataset;
use crate::record::{Digits, Sex};

/// One field of two records and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub level: Level,
    /// What each of the two says.
    pub values: (String, String),
    /// Base-2 logarithm of how much likelier this level is for one person than for strangers; a step of
    /// one doubles the odds.
    pub bits: f64,
}

/// The waterfall of one pair: prior, weights, and what families and rules take away.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// Among how many people the two were found.
    pub people: u64,
    /// Base-2 logarithm of the odds before anything is compared.
    pub prior: f64,
    pub weights: Vec<Weight>,
    /// What remains once twins and siblings are reckoned with, in bits; never above 0.
    pub family: f64,
    /// One person, twins, siblings, strangers; they add up to 1.
    pub probabilities: [f64; 4],
    pub pattern: Pattern,
}

impl Waterfall {
    /// The probability that both are one person, rounded to 1e-6.
    pub fn same(&self) -> f64 {
        rounded(self.probabilities[0])
    }
}

/// Compares two records as `check` would, among `people`; phones and cards count as nobody else's.
pub fn explain(
    data: &Dataset,
    persons: &Persons,
    model: &Model,
    records: (RecordIndex, RecordIndex),
    people: u64,
) -> Waterfall {
    let units = Units::of(data, persons);
    let profile = |record: RecordIndex| {
        let mut profile = units.profile(persons.of(record), &Shared::default());
        // The two records themselves, not what else their people say.
        profile.records = vec![Evidence::of(data, record)];
        profile
    };
    let (x, y) = (profile(records.0), profile(records.1));
    let comparison = compare(&x, &y);
    let score = model.score(&comparison, people);
    let prior = model.prior(people, comparison.pattern)[0];
    let weights: Vec<Weight> = Compared::ALL
        .into_iter()
        .map(|field| Level { field, index: comparison.pattern.level(field) })
        .filter(|level| level.index != 0)
        .map(|level| weight(model, &comparison, level, &x.records[0], &y.records[0]))
        .collect();
    let sum = prior + weights.iter().map(|weight| weight.bits).sum::<f64>();
    let same = score.probabilities[0].clamp(1e-12, 1.0 - 1e-12);
    let family = ((same / (1.0 - same)).log2() - sum).min(0.0);
    Waterfall {
        people,
        prior,
        weights,
        family,
        probabilities: score.probabilities,
        pattern: comparison.pattern,
    }
}

fn weight(
    model: &Model,
    comparison: &Comparison,
    level: Level,
    a: &Evidence,
    b: &Evidence,
) -> Weight {
    let [same, _, _, stranger] = model.weights(level, comparison);
    let values = (said(level.field, a), said(level.field, b));
    Weight { level, values, bits: same - stranger }
}

/// What a record says in a field, as people read it.
fn said(field: Compared, record: &Evidence) -> String {
    match field {
        Compared::Number => match record.number {
            Some(number) => number.to_string(),
            None => record.cell.to_string(),
        },
        Compared::Birth | Compared::Beside => {
            let birth = record.birth_date().map_or(String::new(), |birth| birth.to_string());
            if field == Compared::Birth {
                return birth;
            }
            format!("{birth} {}", sex(record.sex_said())).trim().to_string()
        }
        Compared::Sex => sex(record.sex_said()).to_string(),
        Compared::Name => record.name.to_string(),
        Compared::Guardian => record.guardian.to_string(),
        Compared::Phone => digits(record.phone),
        Compared::Card => digits(record.card),
        Compared::StudentNumber => record.student_number.to_string(),
        Compared::School | Compared::Class => String::new(),
    }
}

fn digits(digits: Digits) -> String {
    digits.to_string()
}

fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
        Sex::Unknown => "",
    }
}
