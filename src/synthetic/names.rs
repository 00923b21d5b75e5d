//! Names of pupils and guardians, drawn by how common they are.

use super::rng::Rng;
use crate::record::Sex;

/// The lists that names are drawn from, parsed once.
#[derive(Debug)]
pub(crate) struct Names {
    surnames: Vec<&'static str>,
    /// Running sums of the weights of `surnames`.
    surname_sums: Vec<u32>,
    given: [Vec<&'static str>; 2],
    characters: [Vec<char>; 2],
    rare: Vec<&'static str>,
    minority: Vec<&'static str>,
}

impl Names {
    /// Parses the lists that the program carries.
    pub(crate) fn load() -> Names {
        let (mut surnames, mut surname_sums, mut sum) = (Vec::new(), Vec::new(), 0);
        for line in include_str!("surnames.txt").lines() {
            if let Some((surname, weight)) = line.split_once(' ') {
                sum += weight.trim().parse::<u32>().unwrap_or(1);
                surnames.push(surname);
                surname_sums.push(sum);
            }
        }
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
        Names {
            surnames,
            surname_sums,
            given: [words(include_str!("given_male.txt")), words(include_str!("given_female.txt"))],
            characters: [
                letters(include_str!("given_characters_male.txt")),
                letters(include_str!("given_characters_female.txt")),
            ],
            rare: words(include_str!("given_rare.txt")),
            minority: words(include_str!("names_minority.txt")),
        }
    }

    /// A surname by its weight.
    pub(crate) fn surname(&self, rng: &mut Rng) -> &'static str {
        let total = self.surname_sums.last().copied().unwrap_or(1);
        let drawn = rng.below(total);
        self.surnames[self.surname_sums.partition_point(|&sum| sum <= drawn)]
    }

    /// A given name that fits the sex.
    pub(crate) fn given(&self, sex: Sex, rng: &mut Rng, out: &mut String) {
        let side = usize::from(sex == Sex::Female);
        let drawn = rng.below(1000);
        if drawn < 3 {
            out.push_str(rng.pick(&self.rare));
        } else if drawn < 350 {
            // The first of a list are the most frequent.
            let list = &self.given[side];
            let (one, other) = (rng.index(list.len()), rng.index(list.len()));
            out.push_str(list[one.min(other)]);
        } else {
            out.push(rng.pick(&self.characters[side]));
            if drawn < 880 {
                out.push(rng.pick(&self.characters[side]));
            }
        }
    }

    /// A pupil's name; one in a hundred is a minority name with its dot.
    pub(crate) fn pupil(&self, sex: Sex, rng: &mut Rng) -> String {
        if rng.chance(10) {
            return rng.pick(&self.minority).to_owned();
        }
        let mut name = String::with_capacity(12);
        name.push_str(self.surname(rng));
        self.given(sex, rng, &mut name);
        name
    }

    /// A name whose surname differs from that of `other`.
    pub(crate) fn stranger(&self, other: &str, sex: Sex, rng: &mut Rng) -> String {
        loop {
            let surname = self.surname(rng);
            if !other.starts_with(surname) && surname.chars().count() == 1 {
                let mut name = surname.to_owned();
                self.given(sex, rng, &mut name);
                return name;
            }
        }
    }

    /// The name of a twin: the same surname, a given name of which one character differs.
    pub(crate) fn twin(&self, name: &str, sex: Sex, rng: &mut Rng) -> String {
        let side = usize::from(sex == Sex::Female);
        loop {
            let mut characters: Vec<char> = name.chars().collect();
            if let Some(last) = characters.last_mut() {
                *last = rng.pick(&self.characters[side]);
            }
            let twin: String = characters.into_iter().collect();
            if twin != name {
                return twin;
            }
        }
    }

    /// The guardian of a pupil: mostly of the same surname.
    pub(crate) fn guardian(&self, pupil: &str, rng: &mut Rng) -> String {
        let first = pupil.chars().next().filter(|_| !pupil.contains('·') && rng.chance(600));
        let mut name = match first {
            Some(surname) => surname.to_string(),
            None => self.surname(rng).to_owned(),
        };
        let side = rng.below(2) as usize;
        name.push(rng.pick(&self.characters[side]));
        if rng.chance(600) {
            name.push(rng.pick(&self.characters[side]));
        }
        name
    }
}
