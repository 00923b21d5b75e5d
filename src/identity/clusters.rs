//! From likely pairs to people, without chaining.
//!
//! Pairs are taken from the surest down. A pair that would bring two together who exclude each other (two
//! firm and different numbers) is cut: being taken later, it is the weakest of its ring. Pairs of equal
//! probability are taken together, and where they exclude each other none is: row order breaks no tie.

use rustc_hash::FxHashMap;

use super::levels::Pattern;
use super::model::rounded;

/// Two units that may be one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub a: u32,
    pub b: u32,
    /// That both are one person, rounded to 1e-6.
    pub probability: f64,
    pub pattern: Pattern,
}

/// Weighs each pair against its rivals: a unit that may be either of two people who are not one is each of
/// them with less than its probability alone would say.
pub fn against_rivals(edges: &mut [Edge], exclude: impl Fn(u32, u32) -> bool) {
    let mut of_unit: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, edge) in edges.iter().enumerate() {
        of_unit.entry(edge.a).or_default().push(at);
        of_unit.entry(edge.b).or_default().push(at);
    }
    let likely: FxHashMap<(u32, u32), f64> =
        edges.iter().map(|edge| ((edge.a, edge.b), edge.probability)).collect();
    let odds = |probability: f64| probability / (1.0 - probability).max(1e-9);
    let one = |a: u32, b: u32| {
        likely.get(&(a.min(b), a.max(b))).is_some_and(|probability| *probability >= 0.5)
    };
    let contested: Vec<f64> = edges
        .iter()
        .enumerate()
        .map(|(at, edge)| {
            let own = odds(edge.probability);
            let rivals = |unit: u32, partner: u32| {
                let others = of_unit.get(&unit).map_or(&[][..], Vec::as_slice);
                // Not more than a hundred: beyond, no one of them is likely anyway.
                others
                    .iter()
                    .take(100)
                    .filter(|&&other| other != at)
                    .map(|&other| {
                        let (a, b) = (edges[other].a, edges[other].b);
                        (if a == unit { b } else { a }, edges[other].probability)
                    })
                    .filter(|&(other, _)| exclude(partner, other) && !one(partner, other))
                    .map(|(_, probability)| odds(probability))
                    .sum::<f64>()
            };
            let rival = rivals(edge.a, edge.b).max(rivals(edge.b, edge.a));
            own / (1.0 + own + rival)
        })
        .collect();
    for (edge, probability) in edges.iter_mut().zip(contested) {
        if probability < edge.probability {
            edge.probability = rounded(probability);
        }
    }
}

/// People: each a list of units with the edges that join them (one fewer than units).
pub fn cluster(
    mut edges: Vec<Edge>,
    least: f64,
    excluded: impl Fn(u32, u32) -> bool,
) -> Vec<(Vec<u32>, Vec<Edge>)> {
    edges.retain(|edge| edge.probability >= least);
    edges.sort_unstable_by(|x, y| {
        y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    let direct: FxHashMap<(u32, u32), f64> =
        edges.iter().map(|edge| ((edge.a, edge.b), edge.probability)).collect();
    let exclude = |a: u32, b: u32| excluded(a, b) && !direct.contains_key(&(a.min(b), a.max(b)));
    let mut forest = Forest::default();
    for tied in edges.chunk_by(|x, y| x.probability == y.probability) {
        let roots: Vec<(u32, u32)> =
            tied.iter().map(|edge| (forest.root(edge.a), forest.root(edge.b))).collect();
        let mut tentative = Forest::default();
        for &(a, b) in &roots {
            tentative.join(a, b);
        }
        let mut together: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for &(a, b) in &roots {
            for root in [a, b] {
                let group = together.entry(tentative.root(root)).or_default();
                if !group.contains(&root) {
                    group.push(root);
                }
            }
        }
        let torn: Vec<u32> = together
            .iter()
            .filter(|(_, roots)| {
                let units: Vec<u32> = roots.iter().flat_map(|&root| forest.members(root)).collect();
                units
                    .iter()
                    .enumerate()
                    .any(|(at, &a)| units[at + 1..].iter().any(|&b| exclude(a, b)))
            })
            .map(|(&group, _)| group)
            .collect();
        for (edge, &(a, _)) in tied.iter().zip(&roots) {
            if !torn.contains(&tentative.root(a)) {
                forest.link(edge);
            }
        }
    }
    forest.people()
}

/// Units under their roots. A unit that was never joined is its own root.
#[derive(Default)]
struct Forest {
    root: FxHashMap<u32, u32>,
    members: FxHashMap<u32, Vec<u32>>,
    links: FxHashMap<u32, Vec<Edge>>,
}

impl Forest {
    fn root(&self, unit: u32) -> u32 {
        self.root.get(&unit).copied().unwrap_or(unit)
    }

    fn members(&self, root: u32) -> Vec<u32> {
        self.members.get(&root).cloned().unwrap_or_else(|| vec![root])
    }

    /// Joins two units' trees under the smaller root; false if they were one.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        let (keep, go) = (a.min(b), a.max(b));
        let mut moved = self.members.remove(&go).unwrap_or_else(|| vec![go]);
        for unit in &moved {
            self.root.insert(*unit, keep);
        }
        self.members.entry(keep).or_insert_with(|| vec![keep]).append(&mut moved);
        let mut links = self.links.remove(&go).unwrap_or_default();
        self.links.entry(keep).or_default().append(&mut links);
        true
    }

    fn link(&mut self, edge: &Edge) {
        if self.join(edge.a, edge.b) {
            let root = self.root(edge.a);
            self.links.entry(root).or_default().push(*edge);
        }
    }

    fn people(mut self) -> Vec<(Vec<u32>, Vec<Edge>)> {
        let mut roots: Vec<u32> = self.members.keys().copied().collect();
        roots.sort_unstable();
        roots
            .into_iter()
            .map(|root| {
                let mut units = self.members.remove(&root).unwrap_or_default();
                units.sort_unstable();
                (units, self.links.remove(&root).unwrap_or_default())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Units below 10 have a firm number each, so that no two of them are one; the rest have none.
    fn exclude(a: u32, b: u32) -> bool {
        a != b && a < 10 && b < 10
    }

    fn edge(a: u32, b: u32, probability: f64) -> Edge {
        Edge { a, b, probability, pattern: Pattern::default() }
    }

    fn people(edges: &[Edge]) -> Vec<Vec<u32>> {
        cluster(edges.to_vec(), 0.8, exclude).into_iter().map(|(units, _)| units).collect()
    }

    #[test]
    fn the_weakest_edge_of_a_ring_is_cut() {
        assert_eq!(people(&[edge(1, 10, 0.99), edge(2, 10, 0.9)]), [[1, 10]]);
        assert_eq!(people(&[edge(1, 10, 0.99), edge(10, 11, 0.95)]), [[1, 10, 11]]);
    }

    #[test]
    fn a_tie_joins_nobody() {
        assert!(people(&[edge(1, 10, 0.9), edge(2, 10, 0.9)]).is_empty());
    }

    #[test]
    fn two_numbers_are_one_person_only_where_their_own_pair_says_so() {
        assert_eq!(people(&[edge(1, 2, 0.95), edge(1, 10, 0.99), edge(2, 10, 0.9)]), [[1, 2, 10]]);
    }

    #[test]
    fn a_rival_takes_its_share() {
        let mut edges = [edge(1, 10, 0.98), edge(2, 10, 0.98)];
        against_rivals(&mut edges, exclude);
        assert!(edges.iter().all(|edge| edge.probability < 0.5), "{edges:?}");
        let mut edges = [edge(1, 10, 0.98), edge(1, 11, 0.98)];
        against_rivals(&mut edges, exclude);
        assert!(edges.iter().all(|edge| edge.probability == 0.98), "two records of one person");
    }

    proptest! {
        #[test]
        fn order_decides_nothing(
            pairs in prop::collection::vec((0u32..14, 0u32..14, 80u32..100), 0..25),
            turn in 0usize..25,
        ) {
            let mut edges: Vec<Edge> = Vec::new();
            for (a, b, percent) in pairs {
                let (a, b) = (a.min(b), a.max(b));
                if a != b && !edges.iter().any(|edge| (edge.a, edge.b) == (a, b)) {
                    edges.push(edge(a, b, f64::from(percent) / 100.0));
                }
            }
            let straight = people(&edges);
            if !edges.is_empty() {
                let turn = turn % edges.len();
                edges.rotate_left(turn);
            }
            prop_assert_eq!(straight, people(&edges));
        }
    }
}
