//! One aid programme: names, cadence, and its levels with their dates.

use chrono::NaiveDate;
use serde::Deserialize;

use super::calendar::{Instalment, Slot};
use super::check::{count, counts, date, months};
use crate::record::{AwardPeriod, Fen, Message, Stage, Term};

/// How often a programme pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    Month,
    Term,
    Year,
}

/// A form of a programme with names of its own (寄宿生 / 非寄宿生).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub id: String,
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What a programme pays from one date on. Amounts are fen per instalment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// First day in force.
    #[serde(deserialize_with = "date")]
    pub from: NaiveDate,
    /// Last day in force; otherwise until a later entry of the same stage and variant.
    #[serde(default, deserialize_with = "date")]
    pub to: Option<NaiveDate>,
    /// The stage it holds for; otherwise all of the programme's.
    pub stage: Option<Stage>,
    /// The variant (by id) it holds for; otherwise all.
    pub variant: Option<String>,
    /// The years in the stage that are entitled; empty: all.
    #[serde(default)]
    pub grades: Vec<u8>,
    /// The exact levels; empty: not known, or not fixed.
    #[serde(default, deserialize_with = "counts")]
    pub amounts_fen: Vec<i64>,
    /// The lowest instalment.
    #[serde(default, deserialize_with = "count")]
    pub min_fen: Option<i64>,
    /// The highest instalment.
    #[serde(default, deserialize_with = "count")]
    pub max_fen: Option<i64>,
    /// The most that one term may bring.
    #[serde(default, deserialize_with = "count")]
    pub term_cap_fen: Option<i64>,
}

impl Level {
    /// Whether a pupil in year `year` of the stage is entitled; 0 (not known) passes.
    pub fn entitles_year(&self, year: u8) -> bool {
        year == 0 || self.grades.is_empty() || self.grades.contains(&year)
    }

    /// Whether anything is known of the amount.
    pub fn knows_amount(&self) -> bool {
        !self.amounts_fen.is_empty() || self.min_fen.is_some() || self.max_fen.is_some()
    }

    /// Whether one instalment may be `amount`: a level, or in the range where no level is known.
    /// True where nothing is known.
    pub fn fits(&self, amount: Fen) -> bool {
        if self.amounts_fen.is_empty() {
            self.in_range(amount)
        } else {
            self.amounts_fen.contains(&amount.0)
        }
    }

    fn in_range(&self, amount: Fen) -> bool {
        self.min_fen.is_none_or(|least| amount.0 >= least)
            && self.max_fen.is_none_or(|most| amount.0 <= most)
    }

    /// Whether `amount` alone would be an instalment: a level, or within a stated range.
    fn is_whole(&self, amount: Fen) -> bool {
        let ranged = self.min_fen.is_some() || self.max_fen.is_some();
        self.amounts_fen.contains(&amount.0) || (ranged && self.in_range(amount))
    }
}

/// An aid programme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Kebab-case name for machines.
    pub id: String,
    /// Official Chinese name.
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The stages it pays to; empty: none of ours, or any.
    pub stages: Vec<Stage>,
    pub cadence: Cadence,
    /// Whether it asks for an enrolment at the paying school.
    #[serde(default = "yes")]
    pub check_enrolment: bool,
    /// Whether two payments of one instalment are a repeat.
    #[serde(default = "yes")]
    pub repeat: bool,
    /// Calendar months in which a monthly programme pays.
    #[serde(default, deserialize_with = "months")]
    pub pay_months: Vec<u32>,
    /// Calendar months in which it may pay by local rule, and is not missed if it does not.
    #[serde(default, deserialize_with = "months")]
    pub optional_months: Vec<u32>,
    #[serde(default, rename = "variant")]
    pub variants: Vec<Variant>,
    #[serde(default, rename = "level")]
    pub levels: Vec<Level>,
    #[serde(skip)]
    spring_bits: u16,
}

fn yes() -> bool {
    true
}

impl Programme {
    /// The levels in force on `period_start`, the first day of an instalment: of each stage and
    /// variant the entries that began last. Empty where the policy knows none.
    pub fn level_on(&self, period_start: NaiveDate) -> Vec<&Level> {
        let held = |level: &&Level| {
            level.from <= period_start && level.to.is_none_or(|last| period_start <= last)
        };
        let newest = |level: &&Level| {
            !self.levels.iter().filter(held).any(|other| {
                other.stage == level.stage
                    && other.variant == level.variant
                    && other.from > level.from
            })
        };
        self.levels.iter().filter(held).filter(newest).collect()
    }

    /// The instalments that a period names, in order. Empty where it says too little: a monthly
    /// programme without months, one paid by term without term or months, any without school year.
    pub fn instalments(&self, period: AwardPeriod) -> Vec<Instalment> {
        let Some(school_year) = period.school_year else { return Vec::new() };
        let at = |slot| Instalment { school_year, slot };
        match self.cadence {
            Cadence::Month => {
                period.calendar_months().map(|(_, month)| at(Slot::Month(month as u8))).collect()
            }
            Cadence::Term => {
                let spring = period.months & self.spring_bits != 0;
                let autumn = period.months & !self.spring_bits != 0;
                let terms = match period.term {
                    Some(term) => vec![term],
                    None => [(autumn, Term::Autumn), (spring, Term::Spring)]
                        .into_iter()
                        .filter_map(|(said, term)| said.then_some(term))
                        .collect(),
                };
                terms.into_iter().map(|term| at(Slot::Term(term))).collect()
            }
            Cadence::Year => vec![at(Slot::Year)],
        }
    }

    /// Whether `parts`, paid for one instalment that begins on `date`, are one split transfer: no
    /// part is itself a level or within the range, and together they make one.
    pub fn is_split(&self, parts: &[Fen], date: NaiveDate) -> bool {
        let levels = self.level_on(date);
        let total = parts.iter().copied().sum();
        parts.len() > 1
            && !parts.iter().any(|&part| levels.iter().any(|level| level.is_whole(part)))
            && levels.iter().any(|level| level.knows_amount() && level.fits(total))
    }

    /// The place of a variant by its id.
    pub fn variant_index(&self, id: &str) -> Option<u8> {
        self.variants
            .iter()
            .position(|variant| variant.id == id)
            .and_then(|index| u8::try_from(index).ok())
    }

    /// Takes the calendar's spring months (bits of [`AwardPeriod::months`]).
    pub(super) fn prepare(&mut self, spring_bits: u16) {
        self.spring_bits = spring_bits;
    }

    /// What contradicts itself in this programme.
    pub(super) fn check(&self) -> Result<(), Message> {
        let wrong = |zh: &str, en: &str| {
            Err(Message::new(
                format!("资助项目 {}：{zh}", self.id),
                format!("programme {}: {en}", self.id),
            ))
        };
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(kebab) {
            return wrong(
                "id 只能用小写字母、数字和连字符",
                "id takes lower-case letters, digits and hyphens",
            );
        }
        if self.name.trim().is_empty() {
            return wrong("name 不能为空", "name is empty");
        }
        for level in &self.levels {
            if level.to.is_some_and(|last| last < level.from) {
                return wrong("level 的 to 早于 from", "a level ends before it begins");
            }
            if let (Some(least), Some(most)) = (level.min_fen, level.max_fen)
                && least > most
            {
                return wrong("level 的 min_fen 大于 max_fen", "a level has min_fen above max_fen");
            }
            if level
                .stage
                .is_some_and(|stage| !self.stages.is_empty() && !self.stages.contains(&stage))
            {
                return wrong(
                    "level 的 stage 不在 stages 之内",
                    "a level's stage is not among its stages",
                );
            }
            if level.variant.as_ref().is_some_and(|id| self.variant_index(id).is_none()) {
                return wrong(
                    "level 的 variant 不存在",
                    "a level names a variant that does not exist",
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::*;
    use crate::record::SchoolYear;

    fn programme(id: &str) -> Programme {
        let policy = Policy::shipped().unwrap();
        policy.programmes().find(|(_, programme)| programme.id == id).unwrap().1.clone()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn levels_change_with_their_dates() {
        let vocational = programme("vocational-grant");
        for (date, amount, third_year) in [
            ("2014-09-01", 15000, false),
            ("2024-09-01", 20000, false),
            ("2025-01-01", 20000, false),
            ("2025-02-01", 23000, true),
            ("2026-03-01", 23000, true),
        ] {
            let levels = vocational.level_on(day(date));
            assert_eq!(levels.len(), 1, "{date}");
            assert_eq!(levels[0].amounts_fen, [amount]);
            assert_eq!(levels[0].entitles_year(3), third_year);
            assert!(levels[0].entitles_year(0));
        }
        let living = programme("compulsory-living");
        assert_eq!(living.level_on(day("2025-09-01")).len(), 4);
        let mut amounts: Vec<_> = living
            .level_on(day("2025-09-01"))
            .iter()
            .flat_map(|level| level.amounts_fen.clone())
            .collect();
        amounts.sort_unstable();
        assert_eq!(amounts, [31250, 37500, 62500, 75000]);
        assert!(living.level_on(day("2001-01-01")).is_empty());
        let senior = programme("senior-grant");
        assert_eq!(senior.level_on(day("2025-02-01"))[0].max_fen, Some(175_000));
        assert_eq!(senior.level_on(day("2024-09-01"))[0].max_fen, Some(150_000));
    }

    #[test]
    fn periods_become_instalments() {
        let text = |programme: &Programme, period| -> Vec<String> {
            programme.instalments(period).iter().map(ToString::to_string).collect()
        };
        let months =
            AwardPeriod::month_bit(1) | AwardPeriod::month_bit(9) | AwardPeriod::month_bit(3);
        let year = Some(SchoolYear(2025));
        let by_months = AwardPeriod { school_year: year, term: None, months };
        let by_term = AwardPeriod { school_year: year, term: Some(Term::Spring), months: 0 };
        let by_year = AwardPeriod { school_year: year, term: None, months: 0 };
        let vocational = programme("vocational-grant");
        assert_eq!(text(&vocational, by_months), ["2025-09", "2026-01", "2026-03"]);
        assert!(text(&vocational, by_term).is_empty());
        let senior = programme("senior-grant");
        assert_eq!(text(&senior, by_months), ["2025-2026-autumn", "2025-2026-spring"]);
        assert_eq!(text(&senior, by_term), ["2025-2026-spring"]);
        assert!(text(&senior, by_year).is_empty());
        assert_eq!(text(&programme("vocational-scholarship"), by_term), ["2025-2026"]);
        assert!(text(&senior, AwardPeriod::default()).is_empty());
    }

    #[test]
    fn split_transfers_are_told_from_repeats() {
        let vocational = programme("vocational-grant");
        let date = day("2025-09-01");
        assert!(vocational.is_split(&[Fen(10000), Fen(13000)], date));
        assert!(!vocational.is_split(&[Fen(23000), Fen(23000)], date));
        assert!(!vocational.is_split(&[Fen(10000), Fen(10000)], date));
        assert!(!vocational.is_split(&[Fen(23000)], date));
        let senior = programme("senior-grant");
        assert!(senior.is_split(&[Fen(50000), Fen(50000)], date));
        assert!(!senior.is_split(&[Fen(60000), Fen(60000)], date));
        assert!(!programme("preschool-grant").is_split(&[Fen(1), Fen(2)], date));
    }
}
