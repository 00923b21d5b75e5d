//! Tolerances and age bands, and the macro that gives each settings table its partial overrides.

use serde::{Deserialize, Serialize};

use super::check::{count, months, share};
use super::refusal::both;
use crate::record::Stage;

/// Declares a settings table and its overrides, in which every key may be absent.
macro_rules! settings {
    ($(#[$meta:meta])* $name:ident, $overrides:ident {
        $($(#[doc = $doc:literal])* $(#[check($check:literal)])? $field:ident : $kind:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $doc])* $(#[serde(deserialize_with = $check)])? pub $field: $kind,)*
        }

        /// The same keys, each of which may be absent.
        #[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $overrides {
            $($(#[doc = $doc])* $(#[serde(deserialize_with = $check)])? pub $field: Option<$kind>,)*
        }

        impl $name {
            /// Takes every value that `overrides` sets.
            pub fn apply(&mut self, overrides: &$overrides) {
                $(if let Some(value) = &overrides.$field { self.$field = value.clone(); })*
            }
        }
    };
}
pub(super) use settings;

settings! {
    /// How far data may disagree before it is a finding (`[tolerance]`).
    Tolerance, ToleranceOverrides {
        /// Days by which two enrolments may overlap.
        #[check("count")]
        overlap_days: i64,
        /// Days of overlap in a transfer month when one side shows a transfer or exit.
        #[check("count")]
        transfer_overlap_days: i64,
        /// Calendar months (1 to 12) in which transfers are usual.
        #[check("months")]
        transfer_months: Vec<u32>,
        /// Heads by which a count may differ.
        #[check("count")]
        headcount: i64,
        /// Share of rejected rows above which a file is warned about.
        #[check("share")]
        rejected_share_warning: f64,
        /// Share of the smaller file's pupils that must stand in the larger for the two to be versions.
        #[check("share")]
        version_share: f64,
        /// From this probability on, likeness settles who is one person: a finding may be an error.
        #[check("share")]
        match_certain: f64,
        /// From this probability on, likeness is worth a look: a warning. Below, for the record only.
        #[check("share")]
        match_review: f64,
        /// People on one phone or card from which it is taken for a dummy.
        dummy_number_people: u32,
    }
}

settings! {
    /// How cases are kept and chased (`[cases]`).
    CasePolicy, CasePolicyOverrides {
        /// Days that a school has to answer.
        #[check("count")]
        answer_days: i64,
        /// Days after sending from which an unanswered case goes to somebody above.
        #[check("count")]
        escalation_days: i64,
        /// A known case whose confidence falls stays a warning down to this.
        #[check("share")]
        keep_warning: f64,
        /// How many earlier reports are kept beside the store.
        #[check("count")]
        keep_reports: i64,
    }
}

/// Youngest and oldest usual age in whole years, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)")]
pub struct AgeBand(pub u8, pub u8);

impl TryFrom<(u8, u8)> for AgeBand {
    type Error = String;

    fn try_from((youngest, oldest): (u8, u8)) -> Result<AgeBand, String> {
        if youngest <= oldest {
            Ok(AgeBand(youngest, oldest))
        } else {
            Err(both("应写作 [最小年龄, 最大年龄]", "is written [youngest, oldest]"))
        }
    }
}

/// From which age a number in a list of pupils is somebody else's, by stage (`[adult_number]`): a guardian's
/// number stands there for want of the child's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdultAges {
    pub preschool: u8,
    pub primary: u8,
    pub junior: u8,
    pub senior: u8,
    /// For vocational and special schools, and where the stage is not known.
    pub other: u8,
}

impl AdultAges {
    /// The age in whole years for pupils of a stage.
    pub fn of(&self, stage: Option<Stage>) -> u8 {
        match stage {
            Some(Stage::Preschool) => self.preschool,
            Some(Stage::Primary) => self.primary,
            Some(Stage::Junior) => self.junior,
            Some(Stage::Senior) => self.senior,
            Some(Stage::Vocational | Stage::Special) | None => self.other,
        }
    }
}

/// The usual ages per stage (`[age]`); a stage without one takes any age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgeBands {
    pub preschool: Option<AgeBand>,
    pub primary: Option<AgeBand>,
    pub junior: Option<AgeBand>,
    pub senior: Option<AgeBand>,
    pub vocational: Option<AgeBand>,
    pub special: Option<AgeBand>,
}

/// Age bands that the user sets; the same table, each stage may be absent.
pub type AgeBandsOverrides = AgeBands;

impl AgeBands {
    /// The band of a stage.
    pub fn of(&self, stage: Stage) -> Option<AgeBand> {
        match stage {
            Stage::Preschool => self.preschool,
            Stage::Primary => self.primary,
            Stage::Junior => self.junior,
            Stage::Senior => self.senior,
            Stage::Vocational => self.vocational,
            Stage::Special => self.special,
        }
    }

    /// Takes every band that `overrides` sets.
    pub fn apply(&mut self, overrides: &AgeBandsOverrides) {
        self.preschool = overrides.preschool.or(self.preschool);
        self.primary = overrides.primary.or(self.primary);
        self.junior = overrides.junior.or(self.junior);
        self.senior = overrides.senior.or(self.senior);
        self.vocational = overrides.vocational.or(self.vocational);
        self.special = overrides.special.or(self.special);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_bounds_are_refused() {
        for text in ["version_share = 1.5", "overlap_days = -1", "transfer_months = [13]"] {
            assert!(toml::from_str::<ToleranceOverrides>(text).is_err(), "{text}");
        }
        assert!(toml::from_str::<AgeBands>("primary = [15, 5]").is_err());
        let overrides: ToleranceOverrides = toml::from_str("headcount = 2").unwrap();
        assert_eq!((overrides.headcount, overrides.overlap_days), (Some(2), None));
    }
}
