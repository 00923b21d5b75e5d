//! Which ordinary pupils are brothers and sisters.
//!
//! The hundred cells of a block are laid out in threes of about two and a half years between them;
//! each three is one family, a pair and an only child, or three only children. A quarter of the
//! families then have two children, three in a hundred have three.

use super::household::Household;
use super::names::Names;
use super::rng::Rng;

/// Cells of a block in threes: two runs of 42 cells, ordered by age, each cut in three.
const RUN: usize = 42;
const THREES: usize = 28;
const FAMILY: u64 = 0x0FA3_1175;

/// Which three each of the hundred cells belongs to, and which of it.
#[derive(Debug)]
pub(crate) struct Families {
    /// (three, member) of each cell; the oldest cells are left over as only children.
    places: Vec<(usize, usize)>,
}

impl Families {
    /// Lays out cells, given the age of each.
    pub(crate) fn new(ages: &[u8]) -> Families {
        let mut by_age: Vec<usize> = (0..ages.len()).collect();
        by_age.sort_by_key(|&cell| (ages[cell], cell));
        let mut places = vec![(0, 0); ages.len()];
        for (rank, &cell) in by_age.iter().enumerate() {
            let (run, inside) = (rank / RUN, rank % RUN);
            let third = RUN / 3;
            places[cell] = if run < 2 {
                (run * third + inside % third, inside / third)
            } else {
                (THREES + inside, 0)
            };
        }
        Families { places }
    }

    /// The household of a pupil: of the block and the cell, the same for brothers and sisters.
    pub(crate) fn household(
        &self,
        names: &Names,
        seed: u64,
        block: usize,
        cell: usize,
    ) -> Household {
        let (three, member) = self.places[cell];
        let number = (block * 64 + three) as u64;
        let pattern = Rng::stream(seed ^ FAMILY, number).below(1000);
        // Of a thousand threes 80 are one family, in 345 the first two, in 345 the last two are.
        let family = match (pattern, member) {
            (0..80, _) if three < THREES => 0,
            (80..425, 0 | 1) | (425..770, 1 | 2) if three < THREES => 3,
            _ => member,
        };
        let mut rng = Rng::stream(!seed ^ FAMILY, number * 4 + family as u64);
        Household::new(names, &mut rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn a_quarter_of_the_families_have_two_children_and_a_few_have_three() {
        let names = Names::load();
        let ages: Vec<u8> = (0..100).map(|cell| (cell % 15) as u8).collect();
        let families = Families::new(&ages);
        let mut children: HashMap<(u32, String), usize> = HashMap::new();
        for (block, cell) in (0..100).flat_map(|block| (0..100).map(move |cell| (block, cell))) {
            let home = families.household(&names, 3, block, cell);
            *children.entry((home.place, home.card)).or_default() += 1;
        }
        let share = |count| {
            let families = children.values().filter(|&&children| children == count).count();
            families * 100 / children.len()
        };
        assert!((20..28).contains(&share(2)), "{}", share(2));
        assert!((2..5).contains(&share(3)), "{}", share(3));
        assert_eq!(children.values().max(), Some(&3));
    }
}
