//! Mentions of schools → schools: one directory of code, name and aliases.
//!
//! Learned from rows that hold both a code and a name, and from the config. A name without a code is a
//! known school when exactly one school's name agrees with it (place words and short forms folded);
//! else it is a school of its own, in full.

use rustc_hash::{FxHashMap, FxHashSet};

use super::school_name::{SchoolKey, may_be_one, places_in, school_key};
use crate::record::SchoolMention;

/// A school of the run's directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SchoolId(pub u32);

/// One school: its code (empty if it has none) and the name most often seen with it.
#[derive(Debug, Clone)]
pub struct School {
    pub code: String,
    pub name: String,
    key: Option<SchoolKey>,
}

/// A name that resolves to no one code, with the codes it may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedName {
    pub name: String,
    pub likely: Vec<String>,
}

/// A school that the user names in the config.
#[derive(Debug, Clone, Default)]
pub struct KnownSchool {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
}

/// All schools of a run; school 0 is "no school said".
#[derive(Debug, Clone)]
pub struct SchoolDirectory {
    schools: Vec<School>,
    of_mention: Vec<SchoolId>,
    pub unresolved: Vec<UnresolvedName>,
}

impl SchoolDirectory {
    /// Resolves `mentions` (the first is "no school said"). `uses[i]` says how many rows carry
    /// mention `i`: of several names beside one code the most used stands for it.
    pub fn learn(
        mentions: &[SchoolMention],
        uses: &[u64],
        known: &[KnownSchool],
    ) -> SchoolDirectory {
        let mut schools = vec![School { code: String::new(), name: String::new(), key: None }];
        let mut by_code: FxHashMap<&str, SchoolId> = FxHashMap::default();
        let mut by_name: FxHashMap<String, FxHashSet<SchoolId>> = FxHashMap::default();
        let mut best_use: FxHashMap<SchoolId, u64> = FxHashMap::default();
        let places = known_places(mentions, known);

        for entry in known {
            let id = SchoolId(schools.len() as u32);
            schools.push(School { code: entry.code.clone(), name: entry.name.clone(), key: None });
            by_code.insert(&entry.code, id);
            best_use.insert(id, u64::MAX);
            for name in entry.aliases.iter().chain([&entry.name]) {
                by_name.entry(name.clone()).or_default().insert(id);
            }
        }
        for (number, mention) in mentions.iter().enumerate().filter(|(_, m)| !m.code.is_empty()) {
            let id = *by_code.entry(&mention.code).or_insert_with(|| {
                schools.push(School {
                    code: mention.code.to_string(),
                    name: String::new(),
                    key: None,
                });
                SchoolId(schools.len() as u32 - 1)
            });
            if !mention.name.is_empty() {
                by_name.entry(mention.name.to_string()).or_default().insert(id);
                let used = uses.get(number).copied().unwrap_or(0);
                let best = best_use.entry(id).or_insert(0);
                let school = &mut schools[id.0 as usize];
                if school.name.is_empty() || (used, &*school.name) > (*best, &*mention.name) {
                    school.name = mention.name.to_string();
                    *best = used.max(*best);
                }
            }
        }
        for school in schools.iter_mut().skip(1) {
            school.key = Some(school_key(&school.name, &places));
        }

        let coded = schools.len();
        let mut alias_keys: Vec<(SchoolKey, SchoolId)> = by_name
            .iter()
            .flat_map(|(name, ids)| ids.iter().map(|&id| (school_key(name, &places), id)))
            .collect();
        alias_keys.sort_by(|a, b| (a.1, &a.0.core).cmp(&(b.1, &b.0.core)));
        let mut by_core: FxHashMap<&str, Vec<(&SchoolKey, SchoolId)>> = FxHashMap::default();
        for (key, id) in &alias_keys {
            by_core.entry(&key.core).or_default().push((key, *id));
        }
        let mut unresolved = Vec::new();
        let mut of_name: FxHashMap<&str, SchoolId> = FxHashMap::default();
        let mut of_mention = Vec::with_capacity(mentions.len());
        for mention in mentions {
            let id = if !mention.code.is_empty() {
                by_code[&*mention.code]
            } else if mention.name.is_empty() {
                SchoolId(0)
            } else if let Some(&id) = of_name.get(&*mention.name) {
                id
            } else {
                let exact = by_name.get(&*mention.name).filter(|ids| ids.len() == 1);
                let key = school_key(&mention.name, &places);
                let mut candidates: Vec<SchoolId> = match exact {
                    Some(ids) => ids.iter().copied().collect(),
                    None => by_core
                        .get(&*key.core)
                        .into_iter()
                        .flatten()
                        .filter(|(known, _)| may_be_one(known, &key))
                        .map(|&(_, id)| id)
                        .collect(),
                };
                candidates.sort_unstable();
                candidates.dedup();
                let id = match candidates[..] {
                    [only] => only,
                    _ => {
                        unresolved.push(UnresolvedName {
                            name: mention.name.to_string(),
                            likely: candidates
                                .iter()
                                .map(|id| schools[id.0 as usize].code.clone())
                                .collect(),
                        });
                        same_uncoded(&schools[coded..], &key)
                            .map(|offset| SchoolId((coded + offset) as u32))
                            .unwrap_or_else(|| {
                                schools.push(School {
                                    code: String::new(),
                                    name: mention.name.to_string(),
                                    key: Some(key),
                                });
                                SchoolId(schools.len() as u32 - 1)
                            })
                    }
                };
                of_name.insert(&mention.name, id);
                id
            };
            of_mention.push(id);
        }
        SchoolDirectory { schools, of_mention, unresolved }
    }

    /// The school that a mention stands for.
    pub fn of_mention(&self, mention: u32) -> SchoolId {
        self.of_mention[mention as usize]
    }

    /// A school of the directory.
    pub fn school(&self, id: SchoolId) -> &School {
        &self.schools[id.0 as usize]
    }

    /// How many schools, "no school said" included.
    pub fn len(&self) -> usize {
        self.schools.len()
    }

    /// Whether no school is known.
    pub fn is_empty(&self) -> bool {
        self.schools.len() <= 1
    }

    /// Whether two different schools may be one: no pair of codes tells them apart and their names
    /// agree. A record that names no school may be anywhere.
    pub fn may_be_one(&self, a: SchoolId, b: SchoolId) -> bool {
        if a == b || a.0 == 0 || b.0 == 0 {
            return true;
        }
        let (first, second) = (self.school(a), self.school(b));
        if !first.code.is_empty() && !second.code.is_empty() {
            return false;
        }
        match (&first.key, &second.key) {
            (Some(first), Some(second)) => may_be_one(first, second),
            _ => false,
        }
    }

    /// How a school is written to people: its name, else its code.
    pub fn display(&self, id: SchoolId) -> &str {
        let school = self.school(id);
        if school.name.is_empty() { &school.code } else { &school.name }
    }
}

fn known_places(mentions: &[SchoolMention], known: &[KnownSchool]) -> Vec<String> {
    let mut places: Vec<String> = mentions
        .iter()
        .map(|mention| &*mention.name)
        .chain(known.iter().map(|entry| &*entry.name))
        .flat_map(places_in)
        .collect();
    places.sort();
    places.dedup();
    places
}

/// A school without a code whose name is the same once folded.
fn same_uncoded(uncoded: &[School], key: &SchoolKey) -> Option<usize> {
    uncoded.iter().position(|school| {
        school.key.as_ref().is_some_and(|k| k.core == key.core && k.places == key.places)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(code: &str, name: &str) -> SchoolMention {
        SchoolMention { code: code.into(), name: name.into() }
    }

    #[test]
    fn one_school_under_three_names_is_one_school() {
        let mentions = [
            mention("", ""),
            mention("3433000001", "河源县第一中学"),
            mention("", "河源一中"),
            mention("", "河源县一中"),
            mention("", "河源县第二中学"),
            mention("3433000002", "东源县第一中学"),
            mention("3433000001", ""),
        ];
        let directory = SchoolDirectory::learn(&mentions, &[0, 9, 1, 1, 1, 9, 1], &[]);
        let first = directory.of_mention(1);
        assert_eq!(directory.of_mention(2), first);
        assert_eq!(directory.of_mention(3), first);
        assert_eq!(directory.of_mention(6), first);
        assert_ne!(directory.of_mention(4), first);
        assert_ne!(directory.of_mention(5), first);
        assert_eq!(directory.unresolved.len(), 1);
        assert!(!directory.may_be_one(directory.of_mention(4), first));
    }

    #[test]
    fn a_name_that_fits_two_codes_is_a_school_of_its_own_that_may_be_either() {
        let mentions = [
            mention("", ""),
            mention("3433000001", "河源县第一中学"),
            mention("3433000002", "东源县第一中学"),
            mention("", "第一中学"),
        ];
        let directory = SchoolDirectory::learn(&mentions, &[0, 1, 1, 1], &[]);
        let unknown = directory.of_mention(3);
        assert!(directory.may_be_one(unknown, directory.of_mention(1)));
        assert!(directory.may_be_one(unknown, directory.of_mention(2)));
        assert_eq!(directory.unresolved[0].likely.len(), 2);
    }
}
