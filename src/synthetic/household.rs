//! Households: two parents with their telephones, a card, a place in the county.

use super::names::Names;
use super::person::{card, phone};
use super::rng::Rng;
use crate::record::Sex;

/// Villages, each with a surname of its own that is common there.
const VILLAGE_BITS: u32 = 10;

/// A parent as school files know one.
#[derive(Debug, Clone)]
pub(crate) struct Parent {
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// What children of one family share.
#[derive(Debug, Clone)]
pub(crate) struct Household {
    /// The surname of the children; for a minority family the father's own name.
    pub(crate) surname: &'static str,
    /// Whether names are written with a middle dot.
    pub(crate) dotted: bool,
    /// A character that given names of the children may share.
    pub(crate) generation: char,
    /// Whom the schools mostly write down, and the other parent.
    pub(crate) parents: [Parent; 2],
    /// A card in a parent's name.
    pub(crate) card: String,
    /// Where in the county the family lives; schools near it are alike for all its children.
    pub(crate) place: u32,
}

impl Household {
    /// A household drawn at random; one in a hundred is a minority family.
    pub(crate) fn new(names: &Names, rng: &mut Rng) -> Household {
        let dotted = rng.chance(10);
        if dotted { Household::minority(names, rng) } else { Household::han(names, rng) }
    }

    /// A family whose children bear a surname.
    pub(crate) fn han(names: &Names, rng: &mut Rng) -> Household {
        let place = rng.next() as u32;
        let fathers = if rng.chance(120) {
            let village = u64::from(place >> (u32::BITS - VILLAGE_BITS));
            names.surname(&mut Rng::stream(0x0056_111A, village))
        } else {
            names.surname(rng)
        };
        let mothers = names.surname(rng);
        let father = names.adult(fathers, Sex::Male, rng);
        let mother = names.adult(mothers, Sex::Female, rng);
        let surname = if rng.chance(50) { mothers } else { fathers };
        Household::of(surname, false, [father, mother], place, names, rng)
    }

    /// A family whose children bear the father's name behind a middle dot.
    pub(crate) fn minority(names: &Names, rng: &mut Rng) -> Household {
        let place = rng.next() as u32;
        let fathers = names.minority_given(Sex::Male, rng);
        let father = format!("{fathers}·{}", names.minority_given(Sex::Male, rng));
        let mothers = names.minority_given(Sex::Female, rng);
        let mother = format!("{mothers}·{}", names.minority_given(Sex::Male, rng));
        Household::of(fathers, true, [father, mother], place, names, rng)
    }

    fn of(
        surname: &'static str,
        dotted: bool,
        [father, mother]: [String; 2],
        place: u32,
        names: &Names,
        rng: &mut Rng,
    ) -> Household {
        let mut parents = [father, mother].map(|name| Parent { name, phone: phone(rng) });
        if rng.chance(400) {
            parents.swap(0, 1);
        }
        let generation = names.generation(rng);
        Household { surname, dotted, generation, parents, card: card(rng), place }
    }
}
