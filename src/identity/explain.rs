//! Why two records were, or were not, taken for one person's: the weights, one under the other.

use std::fmt::Write;

use super::compare::{Comparison, Profile, WITNESSES, compare};
use super::evidence::Evidence;
use super::levels::{Compared, Level};
use super::model::{Model, rounded};
use super::persons::{Persons, RecordIndex};
use super::units::Units;
use crate::normalize::Dataset;
use crate::record::{Digits, Language, Message, Sex};

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
}

impl Waterfall {
    /// The probability that both are one person, rounded to 1e-6.
    pub fn same(&self) -> f64 {
        rounded(self.probabilities[0])
    }

    /// The waterfall for people, one field a line: its weight, what it is, what the two say.
    pub fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        let mut text = String::new();
        let start = if zh {
            format!("起点：{} 人中任意两条记录", self.people)
        } else {
            format!("to begin with: any two records among {} people", self.people)
        };
        let _ = writeln!(text, "{:>+7.1}  {start}", self.prior);
        for weight in &self.weights {
            let ((field_zh, field_en), (level_zh, level_en)) = weight.level.words();
            let (field, level) = if zh { (field_zh, level_zh) } else { (field_en, level_en) };
            let values = match (weight.values.0.as_str(), weight.values.1.as_str()) {
                ("", "") => String::new(),
                (a, b) if a == b => format!("  {a}"),
                (a, b) => format!("  {a} ｜ {b}"),
            };
            let colon = if zh { "：" } else { ": " };
            let _ = writeln!(text, "{:>+7.1}  {field}{colon}{level}{values}", weight.bits);
        }
        if self.family < -0.05 {
            let family = if zh {
                "扣除双胞胎、兄弟姐妹的可能，以及仅凭相似不能定论的限制"
            } else {
                "twins and siblings, and what likeness alone may not settle, taken off"
            };
            let _ = writeln!(text, "{:>+7.1}  {family}", self.family);
        }
        let [same, twin, sibling, stranger] = self.probabilities.map(|p| p * 100.0);
        let _ = writeln!(text);
        let _ = if zh {
            write!(
                text,
                "同一人 {same:.2}%，双胞胎 {twin:.2}%，兄弟姐妹 {sibling:.2}%，其他人 {stranger:.2}%\n（每增加 1，可能性的比值加倍）"
            )
        } else {
            write!(
                text,
                "one person {same:.2} %, twins {twin:.2} %, siblings {sibling:.2} %, others {stranger:.2} %\n(each step of 1 doubles the odds)"
            )
        };
        text
    }
}

/// The waterfall behind the weakest link that some records of a person rest on; none where equal numbers
/// join them.
pub fn explain_link(
    data: &Dataset,
    persons: &Persons,
    model: &Model,
    records: &[RecordIndex],
) -> Option<Message> {
    let person = persons.of(*records.first()?);
    let own = records.iter().copied().filter(|&record| persons.of(record) == person);
    let link = persons.weakest_link(person, own)?;
    let joined = persons.joined(person)?;
    let side = |part: usize| {
        let records = joined.parts.get(part)?;
        Some(Side { records, doubted: joined.doubted.get(part).copied().unwrap_or_default() })
    };
    let (x, y) = (side(link.a)?.profile(data), side(link.b)?.profile(data));
    // What was weighed then: a phone that many share counts for nothing there.
    let comparison = Comparison { pattern: link.pattern, ..compare(&x, &y) };
    let waterfall = waterfall(model, &comparison, (&x, &y), persons.len() as u64);
    Some(Message::new(waterfall.text(Language::Zh), waterfall.text(Language::En)))
}

/// Whether the number of a record tells nothing sure of whose it is: another person carries it too, or the
/// record contradicts it.
pub fn is_doubted(data: &Dataset, persons: &Persons, record: RecordIndex) -> bool {
    let person = persons.of(record);
    if let Some(joined) = persons.joined(person) {
        let parts = joined.parts.iter().zip(&joined.doubted);
        return parts.into_iter().any(|(part, doubted)| *doubted && part.contains(&record));
    }
    Units::of(data, persons).standing(person).is_doubted()
}

/// One of two that are compared: some records of one person.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub records: &'a [RecordIndex],
    /// See [`is_doubted`].
    pub doubted: bool,
}

impl Side<'_> {
    fn profile<'d>(&self, data: &'d Dataset) -> Profile<'d> {
        let doubted = self.doubted;
        let evidence = |&record| Evidence { doubted, ..Evidence::of(data, record) };
        Profile { records: self.records.iter().take(WITNESSES).map(evidence).collect(), doubted }
    }
}

/// Compares what the records of two people say as `check` would, among `people`; phones and cards count as
/// nobody else's.
pub fn explain(data: &Dataset, model: &Model, (a, b): (Side, Side), people: u64) -> Waterfall {
    let (x, y) = (a.profile(data), b.profile(data));
    waterfall(model, &compare(&x, &y), (&x, &y), people)
}

fn waterfall(
    model: &Model,
    comparison: &Comparison,
    (x, y): (&Profile, &Profile),
    people: u64,
) -> Waterfall {
    let score = model.score(comparison, people);
    let prior = model.prior(people, comparison.pattern)[0];
    let weights: Vec<Weight> = Compared::ALL
        .into_iter()
        .map(|field| Level { field, index: comparison.pattern.level(field) })
        .filter(|level| level.index != 0)
        .map(|level| weight(model, comparison, level, x, y))
        .collect();
    let sum = prior + weights.iter().map(|weight| weight.bits).sum::<f64>();
    let same = score.probabilities[0].clamp(1e-12, 1.0 - 1e-12);
    let family = ((same / (1.0 - same)).log2() - sum).min(0.0);
    Waterfall { people, prior, weights, family, probabilities: score.probabilities }
}

fn weight(
    model: &Model,
    comparison: &Comparison,
    level: Level,
    a: &Profile,
    b: &Profile,
) -> Weight {
    let [same, _, _, stranger] = model.weights(level, comparison);
    let first = |profile: &Profile| {
        let said = profile.records.iter().map(|record| said(level.field, record));
        said.into_iter().find(|said| !said.is_empty()).unwrap_or_default()
    };
    let values = (first(a), first(b));
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
