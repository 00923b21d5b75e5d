//! Names of pupils and parents, drawn by how common they are.

use pinyin::{ToPinyin, ToPinyinMulti};
use rustc_hash::FxHashMap;

use super::household::Household;
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
    adults: [Vec<&'static str>; 2],
    rare: Vec<&'static str>,
    minority: [Vec<&'static str>; 2],
    /// Characters of one sound, tones aside, by that sound.
    homophones: FxHashMap<&'static str, Vec<char>>,
}

fn side(sex: Sex) -> usize {
    usize::from(sex == Sex::Female)
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
        let lines = |text: &'static str| {
            let mut lines = text.lines().map(words);
            [lines.next().unwrap_or_default(), lines.next().unwrap_or_default()]
        };
        let characters = [
            letters(include_str!("given_characters_male.txt")),
            letters(include_str!("given_characters_female.txt")),
        ];
        let mut homophones: FxHashMap<&'static str, Vec<char>> = FxHashMap::default();
        let confused = letters(include_str!("given_homophones.txt"));
        for &character in characters.iter().flatten().chain(&confused) {
            if let Some(sound) = character.to_pinyin() {
                let alike = homophones.entry(sound.plain()).or_default();
                if !alike.contains(&character) {
                    alike.push(character);
                }
            }
        }
        Names {
            surnames,
            surname_sums,
            given: [words(include_str!("given_male.txt")), words(include_str!("given_female.txt"))],
            characters,
            adults: lines(include_str!("given_adults.txt")),
            rare: words(include_str!("given_rare.txt")),
            minority: lines(include_str!("names_minority.txt")),
            homophones,
        }
    }

    /// A surname by its weight.
    pub(crate) fn surname(&self, rng: &mut Rng) -> &'static str {
        let total = self.surname_sums.last().copied().unwrap_or(1);
        let drawn = rng.below(total);
        self.surnames[self.surname_sums.partition_point(|&sum| sum <= drawn)]
    }

    /// A given name that fits the sex.
    fn given(&self, sex: Sex, rng: &mut Rng, out: &mut String) {
        let characters = &self.characters[side(sex)];
        let drawn = rng.below(1000);
        if drawn < 3 {
            out.push_str(rng.pick(&self.rare));
        } else if drawn < 150 {
            // The first of a list are the most frequent: the very first has half a per cent of all.
            let list = &self.given[side(sex)];
            let (one, other) = (rng.index(list.len()), rng.index(list.len()));
            out.push_str(list[one.min(other)]);
        } else {
            out.push(rng.pick(characters));
            if drawn < 880 {
                out.push(rng.pick(characters));
            }
        }
    }

    /// A minority given name that fits the sex.
    pub(crate) fn minority_given(&self, sex: Sex, rng: &mut Rng) -> &'static str {
        rng.pick(&self.minority[side(sex)])
    }

    /// A character that brothers and sisters may share.
    pub(crate) fn generation(&self, rng: &mut Rng) -> char {
        let list = rng.index(2);
        rng.pick(&self.characters[list])
    }

    /// A child of a household; one in six bears the family's shared character.
    pub(crate) fn child(&self, home: &Household, sex: Sex, rng: &mut Rng) -> String {
        if home.dotted {
            return format!("{}·{}", self.minority_given(sex, rng), home.surname);
        }
        let mut name = String::with_capacity(12);
        name.push_str(home.surname);
        if rng.chance(160) {
            name.push(home.generation);
            name.push(rng.pick(&self.characters[side(sex)]));
        } else {
            self.given(sex, rng, &mut name);
        }
        name
    }

    /// The same surname and a given name with a character that older systems cannot store.
    pub(crate) fn rare(&self, home: &Household, rng: &mut Rng) -> String {
        format!("{}{}", home.surname, rng.pick(&self.rare))
    }

    /// A parent's name.
    pub(crate) fn adult(&self, surname: &str, sex: Sex, rng: &mut Rng) -> String {
        let mut name = String::with_capacity(12);
        name.push_str(surname);
        if rng.chance(300) {
            name.push_str(rng.pick(&self.adults[side(sex)]));
        } else {
            name.push(rng.pick(&self.characters[side(sex)]));
            name.push(rng.pick(&self.characters[side(sex)]));
        }
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

    /// A name of which one character of the given name differs, in writing and in sound.
    pub(crate) fn twin(&self, name: &str, sex: Sex, rng: &mut Rng) -> String {
        if let Some((_, father)) = name.split_once('·') {
            loop {
                let twin = format!("{}·{father}", self.minority_given(sex, rng));
                if twin != name {
                    return twin;
                }
            }
        }
        let mut characters: Vec<char> = name.chars().collect();
        let last = characters.len().saturating_sub(1);
        let place = if last > 1 && rng.chance(400) { last - 1 } else { last };
        loop {
            let other = rng.pick(&self.characters[side(sex)]);
            if !sounds_alike(other, characters[place]) {
                characters[place] = other;
                return characters.into_iter().collect();
            }
        }
    }

    /// Whether two names of one surname differ in length, or in a character and its sound.
    pub(crate) fn clearly_differ(&self, one: &str, other: &str) -> bool {
        let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
        one.len() != other.len() || one.iter().zip(&other).any(|(&a, &b)| !sounds_alike(a, b))
    }

    /// The name with one character of the given name replaced by another of its sound.
    pub(crate) fn homophone(&self, name: &str, rng: &mut Rng) -> Option<String> {
        let mut characters: Vec<char> = name.chars().collect();
        let mut places: Vec<usize> = (1..characters.len()).collect();
        rng.shuffle(&mut places);
        for place in places {
            let Some(sound) = characters[place].to_pinyin() else { continue };
            let alike = self.homophones.get(sound.plain()).map_or(&[][..], Vec::as_slice);
            let others: Vec<char> =
                alike.iter().copied().filter(|&other| other != characters[place]).collect();
            if !others.is_empty() {
                characters[place] = rng.pick(&others);
                return Some(characters.into_iter().collect());
            }
        }
        None
    }
}

/// Whether two characters may be read alike, tones aside.
fn sounds_alike(one: char, other: char) -> bool {
    let readings = |character: char| {
        let many = character.to_pinyin_multi().into_iter().flatten();
        many.map(|reading| reading.plain()).collect::<Vec<_>>()
    };
    let others = readings(other);
    one == other || readings(one).iter().any(|reading| others.contains(reading))
}
