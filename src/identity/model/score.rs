//! From a pair's levels to the probability of each hypothesis.

use super::Model;
use crate::identity::compare::Comparison;
use crate::identity::levels::{
    Card, Compared, Guardian, Level, Name, Number, Pattern, Phone, School, StudentNumber,
};

/// What a pair comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Probability that both are one person, twins, siblings, strangers; they add up to 1.
    pub probabilities: [f64; 4],
}

/// Name, birth date and nothing else is never more than for the record (design, section 7).
const NAME_AND_BIRTH_ALONE: f64 = 0.4;
/// Two valid and different numbers are never settled by likeness alone: a person must look.
const TWO_VALID_NUMBERS: f64 = 0.98;

impl Score {
    /// The probability that both are one person, rounded to 1e-6.
    pub fn same(&self) -> f64 {
        rounded(self.probabilities[0])
    }
}

/// A probability rounded to 1e-6, as every threshold sees it.
pub fn rounded(probability: f64) -> f64 {
    (probability * 1e6).round() / 1e6
}

impl Model {
    /// The prior of each hypothesis for a random pair of `people`, as base-2 logarithms.
    pub fn prior(&self, people: u64, pattern: Pattern) -> [f64; 4] {
        let people = self.file.people.unwrap_or(people).max(self.file.least_people).max(2) as f64;
        let partners = &self.file.partners;
        let paid = pattern.is(School::Paid) || pattern.is(School::PaidElsewhere);
        let same = if paid { partners.paid } else { partners.same };
        [same, partners.twin, partners.sibling, people].map(|expected| (expected / people).log2())
    }

    /// What one level says of each hypothesis, as base-2 logarithms of its probability; a name or
    /// guardian that is equal says as much as it is rare.
    pub fn weights(&self, level: Level, comparison: &Comparison) -> [f64; 4] {
        let Some(&weights) = usize::from(level.index)
            .checked_sub(1)
            .and_then(|at| self.weights[level.field as usize].get(at))
        else {
            return [0.0; 4];
        };
        let [same, twin, sibling, stranger] = weights;
        let bounded = |share: f64| share.clamp(self.file.rarest_name, 1.0).log2();
        let names = &self.file.names;
        let stranger = if level == Name::Equal.into() {
            bounded(names.share(comparison.equal_name))
        } else if level == Guardian::Equal.into() {
            bounded(names.guardian_share(comparison.equal_guardian, comparison.name))
        } else {
            stranger
        };
        [same, twin, sibling, stranger]
    }

    /// Weighs a pair among `people`.
    pub fn score(&self, comparison: &Comparison, people: u64) -> Score {
        let pattern = comparison.pattern;
        let mut logarithms = self.prior(people, pattern);
        for field in Compared::ALL {
            let level = Level { field, index: pattern.level(field) };
            let weights = self.weights(level, comparison);
            (0..4).for_each(|at| logarithms[at] += weights[at]);
        }
        let most = logarithms.iter().copied().fold(f64::MIN, f64::max);
        let likelihoods = logarithms.map(|logarithm| (logarithm - most).exp2());
        let sum: f64 = likelihoods.iter().sum();
        let mut probabilities = likelihoods.map(|likelihood| likelihood / sum);
        let cap = cap(pattern);
        if probabilities[0] > cap {
            let over = probabilities[0] - cap;
            probabilities[0] = cap;
            probabilities[3] += over;
        }
        Score { probabilities }
    }
}

/// How far likeness alone may go for this pattern.
fn cap(pattern: Pattern) -> f64 {
    let count = |levels: &[Level]| levels.iter().filter(|level| pattern.is(**level)).count();
    let number_explained = count(&[
        Number::OneFault.into(),
        Number::Mask.into(),
        Number::LostTail.into(),
        Number::OneOrigin.into(),
        Number::TwoFaults.into(),
    ]) > 0;
    let family_or_papers = count(&[
        Guardian::Equal.into(),
        Guardian::Alike.into(),
        Phone::Equal.into(),
        Phone::Slip.into(),
        Card::Equal.into(),
        StudentNumber::Equal.into(),
    ]);
    let same_school = count(&[School::SameOtherList.into(), School::Paid.into()]) > 0;
    if pattern.is(Number::BothValid) {
        // Two numbers that nothing is wrong with need two witnesses against them.
        return if family_or_papers > 1 { TWO_VALID_NUMBERS } else { NAME_AND_BIRTH_ALONE };
    }
    // A list names a pupil once: a second line is another pupil's, unless its number points to the first.
    let second_line = pattern.is(School::SameList) && !number_explained;
    // Numbers that no slip leads from one to the other are two people's, unless more than a school says else.
    let disagree = pattern.is(Number::Unexplained) && family_or_papers == 0;
    let supported = number_explained || family_or_papers > 0 || same_school;
    if second_line || disagree || !supported { NAME_AND_BIRTH_ALONE } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::levels::{Beside, Birth, Sex};

    fn score(levels: &[Level]) -> Score {
        let mut pattern = Pattern::default();
        levels.iter().for_each(|&level| pattern.set(level));
        let comparison =
            Comparison {
                pattern, equal_name: "覃若楠", equal_guardian: "覃大山", name: "覃若楠"
            };
        Model::shipped().unwrap().score(&comparison, 100_000)
    }

    #[test]
    fn what_settles_and_what_does_not() {
        let born = [Level::from(Birth::Equal), Sex::Equal.into(), School::Different.into()];
        let with = |more: &[Level]| score(&[&born[..], more].concat()).same();
        assert!(with(&[Name::Equal.into()]) < 0.5, "name and birth date alone");
        assert!(with(&[Name::Equal.into(), Phone::Equal.into(), Guardian::Equal.into()]) > 0.99);
        let twins = with(&[Name::Near.into(), Phone::Equal.into(), Guardian::Equal.into()]);
        assert!(twins < 0.3, "twins: {twins}");
        let two_numbers = with(&[
            Name::Equal.into(),
            Phone::Equal.into(),
            Guardian::Equal.into(),
            Number::BothValid.into(),
        ]);
        assert!((0.8..0.99).contains(&two_numbers), "{two_numbers}");
        let one_digit = score(&[
            Number::OneFault.into(),
            Beside::Fits.into(),
            Name::Equal.into(),
            School::Different.into(),
        ]);
        assert!(one_digit.same() > 0.99, "{one_digit:?}");
        let sum: f64 = one_digit.probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn excel_spoiled_twins_are_two() {
        let twins = score(&[
            Number::LostTail.into(),
            Beside::Fits.into(),
            Name::Near.into(),
            Guardian::Equal.into(),
            Phone::Equal.into(),
            School::Different.into(),
        ]);
        assert!(twins.same() < 0.5, "{twins:?}");
    }
}
