//! Policy: programmes, levels, calendar and tolerances, read from TOML and never written in Rust.
//!
//! The shipped figures stand in `defaults.toml`; the user's `aidcheck.toml` ([`Config`]) overrides them.

mod aliases;
mod calendar;
mod check;
mod config;
mod programme;
mod refusal;
mod settings;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::record::{Message, SchoolYear, Stage, Term};
use aliases::{AliasIndex, Titles};

pub use calendar::{Calendar, CalendarOverrides, Instalment, MonthDay, Slot};
pub use config::{Config, ConfigError, MappingRule, MaskLevel, SchoolEntry, TEMPLATE};
pub use programme::{Cadence, Level, Programme, Variant};
pub use refusal::Refusal;
pub use settings::{
    AdultAges, AgeBand, AgeBands, AgeBandsOverrides, CasePolicy, CasePolicyOverrides, Tolerance,
    ToleranceOverrides,
};

const DEFAULTS: &str = include_str!("defaults.toml");

/// A programme by its place in the policy; valid only for the [`Policy`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgrammeId(pub u16);

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A TOML text does not hold what it should.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// A programme contradicts itself.
    #[error("{}\n{}", .problem.zh, .problem.en)]
    Programme { id: String, problem: Message },
    /// One name stands for two programmes.
    #[error(
        "“{alias}”同时是项目 {first} 和 {second} 的名称\n\"{alias}\" names both programmes {first} and {second}"
    )]
    AmbiguousAlias { alias: String, first: String, second: String },
    /// The months do not fall into two terms.
    #[error(
        "[calendar] 中 {month} 月必须且只能属于一个学期\nin [calendar], month {month} must belong to exactly one term"
    )]
    Calendar { month: u32 },
    /// More programmes or variants than can be numbered.
    #[error("资助项目太多\ntoo many programmes")]
    TooMany,
}

impl PolicyError {
    /// The error as a sentence for a clerk, in both languages.
    pub fn message(&self) -> Message {
        match self {
            PolicyError::Refused(refusal) => refusal.message(),
            PolicyError::Programme { problem, .. } => problem.clone(),
            other => {
                let both = other.to_string();
                let (zh, en) = both.split_once('\n').unwrap_or((&both, &both));
                Message::new(zh.to_string(), en.to_string())
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    tolerance: Tolerance,
    cases: CasePolicy,
    calendar: Calendar,
    age: AgeBands,
    adult_number: AdultAges,
    titles: Titles,
    programme: Vec<Programme>,
}

/// All policy of one run: figures, calendar and the catalogue of programmes.
#[derive(Debug, Clone)]
pub struct Policy {
    pub tolerance: Tolerance,
    pub cases: CasePolicy,
    pub calendar: Calendar,
    pub age: AgeBands,
    pub adult_number: AdultAges,
    titles: Titles,
    programmes: Vec<Programme>,
    index: AliasIndex,
}

impl Policy {
    /// The policy shipped inside the binary.
    pub fn shipped() -> Result<Policy, PolicyError> {
        let file: PolicyFile = toml::from_str(DEFAULTS).map_err(|error| {
            PolicyError::Refused(Box::new(Refusal::from_toml("defaults.toml", DEFAULTS, &error)))
        })?;
        Policy {
            tolerance: file.tolerance,
            cases: file.cases,
            calendar: file.calendar,
            age: file.age,
            adult_number: file.adult_number,
            titles: file.titles,
            programmes: file.programme,
            index: AliasIndex::default(),
        }
        .checked()
    }

    /// This policy with the overrides of `config`; a programme of the same id is replaced whole.
    pub fn with(mut self, config: &Config) -> Result<Policy, PolicyError> {
        self.tolerance.apply(&config.tolerance);
        self.cases.apply(&config.cases);
        self.calendar.apply(&config.calendar);
        self.age.apply(&config.age);
        for programme in &config.programmes {
            match self.programmes.iter_mut().find(|known| known.id == programme.id) {
                Some(known) => *known = programme.clone(),
                None => self.programmes.push(programme.clone()),
            }
        }
        self.checked()
    }

    fn checked(mut self) -> Result<Policy, PolicyError> {
        for month in 1..=12 {
            let autumn = self.calendar.autumn_months.iter().filter(|&&m| m == month).count();
            let spring = self.calendar.spring_months.iter().filter(|&&m| m == month).count();
            if autumn + spring != 1 {
                return Err(PolicyError::Calendar { month });
            }
        }
        let spring = self.calendar.spring_bits();
        for programme in &mut self.programmes {
            programme
                .check()
                .map_err(|problem| PolicyError::Programme { id: programme.id.clone(), problem })?;
            programme.prepare(spring);
        }
        self.index = AliasIndex::build(&self.programmes, &self.titles)?;
        Ok(self)
    }

    /// The programmes in their order, with their ids.
    pub fn programmes(&self) -> impl Iterator<Item = (ProgrammeId, &Programme)> {
        self.programmes
            .iter()
            .enumerate()
            .map(|(index, programme)| (ProgrammeId(index as u16), programme))
    }

    /// The programme behind an id of this policy. Panics on the id of another one.
    pub fn programme(&self, id: ProgrammeId) -> &Programme {
        &self.programmes[usize::from(id.0)]
    }

    /// The programme, and the index of its variant if the words say one, that a cell names: the
    /// whole text is a name or alias once width, blanks, brackets, a leading year and term, and
    /// trailing words (发放表, 名单 …) are put aside.
    pub fn programme_of(&self, text: &str) -> Option<(ProgrammeId, Option<u8>)> {
        self.index.exact(text, &self.titles)
    }

    /// The programme that a longer text (title, sheet name, file name) mentions: the whole text as
    /// in [`Policy::programme_of`], else the longest alias in it. `None` if it mentions two.
    pub fn programme_in(&self, text: &str) -> Option<(ProgrammeId, Option<u8>)> {
        self.programme_of(text).or_else(|| self.index.contained(text))
    }

    /// The name of the programme that a text mentions, that of the variant where it says one. With a stage,
    /// a name that leaves the stage open (国家助学金, 免学费) is that of its schools. `None` for two programmes.
    pub fn programme_name_in(&self, text: &str, stage: Option<Stage>) -> Option<String> {
        let at_stage = || stage.map_or(Vec::new(), |stage| self.index.at_stage(text, stage));
        let (id, variant) = match self.programme_of(text) {
            Some(whole) => whole,
            None => match (self.index.contained(text), &at_stage()[..]) {
                (Some(hit), of_stage) if of_stage.iter().all(|id| *id == hit.0) => hit,
                (None, [only]) => (*only, None),
                _ => return None,
            },
        };
        let programme = self.programme(id);
        let variant = variant.and_then(|index| programme.variants.get(usize::from(index)));
        let alias = variant.and_then(|variant| variant.aliases.first());
        Some(alias.unwrap_or(&programme.name).clone())
    }

    /// The term that a calendar month (1 to 12) belongs to.
    pub fn term_of_month(&self, month: u32) -> Term {
        self.calendar.term_of_month(month)
    }

    /// The first and last day of a term.
    pub fn term_dates(&self, school_year: SchoolYear, term: Term) -> (NaiveDate, NaiveDate) {
        self.calendar.term_dates(school_year, term)
    }

    /// By how many days two enrolments may overlap when the overlap begins on `start`;
    /// `transfer_shown` says that one side shows a transfer or a date of exit.
    pub fn overlap_tolerance(&self, start: NaiveDate, transfer_shown: bool) -> i64 {
        if transfer_shown && self.tolerance.transfer_months.contains(&start.month()) {
            self.tolerance.transfer_overlap_days
        } else {
            self.tolerance.overlap_days
        }
    }

    /// The ages (whole years, both included) outside which a pupil of `stage` is noted; `None`: any.
    pub fn age_band(&self, stage: Stage) -> Option<AgeBand> {
        self.age.of(stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn shipped_policy_parses_and_its_figures_stand() {
        let policy = Policy::shipped().unwrap();
        assert_eq!(policy.overlap_tolerance(date("2025-09-05"), true), 60);
        assert_eq!(policy.overlap_tolerance(date("2025-09-05"), false), 30);
        assert_eq!(policy.overlap_tolerance(date("2025-11-05"), true), 30);
        assert_eq!(policy.age_band(Stage::Special), None);
        assert_eq!(policy.age_band(Stage::Primary), Some(AgeBand(5, 15)));
        let cadences: Vec<_> =
            policy.programmes().map(|(_, programme)| programme.cadence).collect();
        assert!(cadences.len() >= 16 && cadences.contains(&Cadence::Month));
    }

    #[test]
    fn terms_follow_the_calendar() {
        let policy = Policy::shipped().unwrap();
        let autumn = policy.term_dates(SchoolYear(2025), Term::Autumn);
        assert_eq!(autumn, (date("2025-09-01"), date("2026-01-31")));
        let spring = policy.term_dates(SchoolYear(2025), Term::Spring);
        assert_eq!(spring, (date("2026-02-01"), date("2026-07-31")));
        assert_eq!(policy.term_of_month(1), Term::Autumn);
        assert_eq!(policy.term_of_month(8), Term::Spring);
    }

    #[test]
    fn config_overrides_and_adds() {
        let text = r#"
[tolerance]
overlap_days = 10
[calendar]
autumn_end = "01-20"
[age]
special = [6, 25]
[[programme]]
id = "senior-grant"
name = "普通高中国家助学金"
stages = ["senior"]
cadence = "term"
[[programme.level]]
from = 2025-02-01
amounts_fen = [85000, 150000]
[[programme]]
id = "county-award"
name = "河源县励志奖"
stages = ["senior"]
cadence = "year"
"#;
        let config = Config::parse(text, "aidcheck.toml").unwrap();
        let policy = Policy::shipped().unwrap().with(&config).unwrap();
        assert_eq!(policy.overlap_tolerance(date("2025-11-05"), true), 10);
        assert_eq!(policy.tolerance.transfer_overlap_days, 60);
        assert_eq!(policy.term_dates(SchoolYear(2025), Term::Autumn).1, date("2026-01-20"));
        assert_eq!(policy.age_band(Stage::Special), Some(AgeBand(6, 25)));
        let (id, _) = policy.programme_of("普通高中国家助学金").unwrap();
        assert_eq!(policy.programme(id).levels.len(), 1);
        assert!(policy.programme_of("河源县励志奖").is_some());
        assert_eq!(policy.programme_of("普高助学金"), None);
    }

    #[test]
    fn contradictions_are_refused() {
        let shared = "[[programme]]\nid = \"other\"\nname = \"中职国家助学金\"\nstages = []\ncadence = \"term\"\n";
        let config = Config::parse(shared, "aidcheck.toml").unwrap();
        let error = Policy::shipped().unwrap().with(&config).unwrap_err();
        assert!(matches!(error, PolicyError::AmbiguousAlias { .. }));
        assert!(error.message().zh.contains("vocational-grant"));
        let month = "[calendar]\nautumn_months = [9, 10, 11, 12, 1, 2]\n";
        let config = Config::parse(month, "aidcheck.toml").unwrap();
        let error = Policy::shipped().unwrap().with(&config).unwrap_err();
        assert!(matches!(error, PolicyError::Calendar { month: 2 }));
    }
}
