//! How common a name is: term frequencies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::normalize::is_compound_surname;

/// Shares of people by name. A name that is listed whole has that share; any other is reckoned from its
/// surname and given name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameShares {
    /// Of a surname that is not listed.
    pub other_surname: f64,
    /// Of a given name of two characters that is not listed.
    pub other_given: f64,
    /// Of a given name of one character that is not listed.
    pub other_single: f64,
    pub surnames: BTreeMap<String, f64>,
    pub given: BTreeMap<String, f64>,
    /// Shares of whole names, learned where a name is commoner than its parts say.
    #[serde(default)]
    pub whole: BTreeMap<String, f64>,
}

impl NameShares {
    /// The share of people who bear this name.
    pub fn share(&self, name: &str) -> f64 {
        if let Some(share) = self.whole.get(name) {
            return *share;
        }
        let (surname, given) = split_name(name);
        self.surnames.get(surname).copied().unwrap_or(self.other_surname) * self.given_share(given)
    }

    /// The share of guardians called `guardian` among those of pupils called `name`: a guardian mostly
    /// bears the pupil's surname, so that only the given name is evidence then.
    pub fn guardian_share(&self, guardian: &str, name: &str) -> f64 {
        let (surname, given) = split_name(guardian);
        if surname == split_name(name).0 { self.given_share(given) } else { self.share(guardian) }
    }

    fn given_share(&self, given: &str) -> f64 {
        let other = if given.chars().count() == 1 { self.other_single } else { self.other_given };
        self.given.get(given).copied().unwrap_or(other)
    }
}

/// Surname and given name of a Chinese name.
pub fn split_name(name: &str) -> (&str, &str) {
    let mut characters = name.char_indices();
    let (first, second, given) = (characters.next(), characters.next(), characters.next());
    let end = match (first, second, given) {
        (Some((_, first)), Some((_, second)), Some((end, _)))
            if is_compound_surname([first, second]) =>
        {
            end
        }
        (Some((_, first)), ..) => first.len_utf8(),
        _ => 0,
    };
    name.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_are_weaker_evidence() {
        let shares = crate::identity::model::Model::shipped().unwrap().file().names.clone();
        assert!(shares.share("王梓涵") > 50.0 * shares.share("覃若楠"));
        assert_eq!(split_name("欧阳雨桐"), ("欧阳", "雨桐"));
        assert_eq!(split_name("王明"), ("王", "明"));
        assert_eq!(split_name(""), ("", ""));
    }
}
