//! Whether one number can stand behind two cells that are no numbers.

use super::known_digits::{KnownDigits, known_digits_of};
use super::number_cell::NumberCell;
use super::number_faults::{fault_between, says_nothing};
use super::slips::within;
use crate::record::{IdNumber, NumberState};

/// How two cells that should hold a number agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellAgreement {
    /// The same characters, and all of them. Two lost tails of one beginning are [`Self::OneOrigin`].
    Equal,
    /// One number explains both.
    OneOrigin,
    /// One of them says nothing, or what both show is too little.
    Nothing,
    /// No number explains both.
    Different,
}

/// So many places both must show before their agreeing says something: more than division and year.
const TELLING: usize = 12;

/// How two cells agree, each in its state.
pub fn cells_agree(a: &str, a_state: NumberState, b: &str, b_state: NumberState) -> CellAgreement {
    if says_nothing(a_state) || says_nothing(b_state) {
        return CellAgreement::Nothing;
    }
    let (Some(first), Some(second)) = (NumberCell::read(a), NumberCell::read(b)) else {
        return if a == b { CellAgreement::Equal } else { CellAgreement::Different };
    };
    let known = (known_digits_of(&first, a_state), known_digits_of(&second, b_state));
    match known {
        (Some(x), Some(y)) => shown_agree(&x, &y),
        (Some(known), None) => shown_in(&known, &second),
        (None, Some(known)) => shown_in(&known, &first),
        (None, None) => written_agree((a, a_state, &first), (b, b_state, &second)),
    }
}

fn shown_agree(a: &KnownDigits, b: &KnownDigits) -> CellAgreement {
    match (a.agrees(b), a.shared(b) >= TELLING) {
        (true, true) => CellAgreement::OneOrigin,
        (true, false) => CellAgreement::Nothing,
        (false, _) => CellAgreement::Different,
    }
}

/// The part of a number beside a whole cell, in which one slip may be.
fn shown_in(known: &KnownDigits, cell: &NumberCell) -> CellAgreement {
    let folded = cell.with_digits_for_letters();
    let prefix = known.certain();
    let agrees = (prefix.len().saturating_sub(1)..=prefix.len() + 1)
        .filter_map(|length| folded.bytes().get(..length))
        .any(|head| within(prefix, head, 1));
    match (agrees, prefix.len() >= TELLING) {
        (true, true) => CellAgreement::OneOrigin,
        (true, false) => CellAgreement::Nothing,
        (false, _) => CellAgreement::Different,
    }
}

type Cell<'a> = (&'a str, NumberState, &'a NumberCell);

fn written_agree(a: Cell<'_>, b: Cell<'_>) -> CellAgreement {
    let (first, second) = (a.2.bytes(), b.2.bytes());
    if first == second {
        return if first.is_empty() { CellAgreement::Nothing } else { CellAgreement::Equal };
    }
    let agree = match (a.1.is_usable(), b.1.is_usable()) {
        (true, true) => false,
        (true, false) => explained(b, a),
        (false, true) => explained(a, b),
        (false, false) => {
            let (x, y) = (a.2.with_digits_for_letters(), b.2.with_digits_for_letters());
            within(x.bytes(), y.bytes(), 2) || century_apart(x.bytes(), y.bytes())
        }
    };
    if agree { CellAgreement::OneOrigin } else { CellAgreement::Different }
}

/// Whether a spoiled cell came from the number in a usable one.
fn explained(spoiled: Cell<'_>, usable: Cell<'_>) -> bool {
    let number = usable.2.bytes().get(..17).and_then(IdNumber::from_17_digits);
    number.is_some_and(|number| fault_between(spoiled.0, spoiled.1, number).is_some())
}

/// Fifteen digits, and the like with century and some last character.
fn century_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() == 15
        && (17..=18).contains(&long.len())
        && short.get(..6) == long.get(..6)
        && short.get(6..) == long.get(8..17)
}

#[cfg(test)]
mod tests {
    use NumberState::*;

    use super::*;

    #[test]
    fn cells_of_one_number_and_of_two() {
        use CellAgreement::{Different, Equal, Nothing, OneOrigin};
        let table = [
            ("", Missing, "330127201203051013", BadCheck, Nothing),
            ("无", Placeholder, "无", Placeholder, Nothing),
            ("330127201203051013", BadCheck, "330127201203051013", BadCheck, Equal),
            ("330127 201203051013", BadCheck, "330127201203051013", BadCheck, Equal),
            ("330127201203051013", BadCheck, "330127201203051102", BadCheck, OneOrigin),
            ("330127201203051013", BadCheck, "33012720120305101", BadLength, OneOrigin),
            ("33O127201203051013", BadCharacter, "330127201203051O12", BadCharacter, OneOrigin),
            ("330127201203051013", BadCheck, "330127201307221013", BadCheck, Different),
            ("330127201203051000", SpoiledTail, "330127201203051000", SpoiledTail, OneOrigin),
            ("330127201203051000", SpoiledTail, "330127201203052000", SpoiledTail, Different),
            ("330127201203051000", SpoiledTail, "330127201203051013", BadCheck, OneOrigin),
            ("330127201203051000", SpoiledTail, "330127210203051012", BadCheck, OneOrigin),
            ("330127201203051000", SpoiledTail, "33012720120305101", BadLength, OneOrigin),
            ("330127201203051000", SpoiledTail, "330127201311071013", BadCheck, Different),
            (
                "330127201203051000",
                SpoiledTail,
                "3.30127201203051E+17",
                SpoiledScientific,
                OneOrigin,
            ),
            ("3.30127E+17", SpoiledScientific, "3.30127E+17", SpoiledScientific, Nothing),
            ("3.30127E+17", SpoiledScientific, "3.30881E+17", SpoiledScientific, Different),
            ("330127201203****12", Masked, "330127201203051000", SpoiledTail, OneOrigin),
            ("330127********1012", Masked, "330127201203051000", SpoiledTail, Nothing),
            ("330127********1012", Masked, "330127********1012", Masked, Nothing),
            ("330127201203051012", Usable, "330127210203051012", BadCheck, OneOrigin),
            ("330127201203051012", Usable, "330127201203051020", Usable, Different),
            ("330127760305101", BadLength, "330127197603051013", BadCheck, OneOrigin),
        ];
        for (a, a_state, b, b_state, expected) in table {
            assert_eq!(cells_agree(a, a_state, b, b_state), expected, "{a} {b}");
            assert_eq!(cells_agree(b, b_state, a, a_state), expected, "{b} {a}");
        }
    }
}
