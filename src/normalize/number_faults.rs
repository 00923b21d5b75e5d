//! By which single fault a spoiled cell came from a number.

use super::known_digits::known_digits_of;
use super::number_cell::{NumberCell, digit_like};
use super::slips::{different_middles, within};
use crate::record::{IdNumber, Message, NumberState};

/// A way by which a number becomes a cell that is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberFault {
    /// Excel or a program kept the first 15 digits, or the column cut the end off.
    LostTail,
    /// `3.30127E+17`.
    Scientific,
    /// Asterisks hide part of it.
    Masked,
    /// One character is another.
    OneDigit,
    /// Two characters changed places, neighbours or with one between.
    Swap,
    /// One character is missing.
    LostCharacter,
    /// One character too many.
    ExtraCharacter,
    /// Letters stand for digits that look like them: `O` for 0.
    LookAlike,
    /// Fifteen digits: no century, no check character.
    LostCentury,
    /// Two slips at once.
    TwoFaults,
}

impl NumberFault {
    /// What happened to the number, as a clause.
    pub fn phrase(self) -> Message {
        let (zh, en) = match self {
            NumberFault::LostTail => ("末尾几位丢失", "its last digits are lost"),
            NumberFault::Scientific => ("变成了科学计数法", "it became scientific notation"),
            NumberFault::Masked => ("部分数字被遮盖", "part of it is masked"),
            NumberFault::OneDigit => ("有一位写错", "one digit is wrong"),
            NumberFault::Swap => ("有两位写颠倒", "two digits changed places"),
            NumberFault::LostCharacter => ("少写一位", "one digit is missing"),
            NumberFault::ExtraCharacter => ("多写一位", "one digit is too many"),
            NumberFault::LookAlike => {
                ("字母写成了形近的数字位", "letters stand for digits that look like them")
            }
            NumberFault::LostCentury => (
                "为15位旧号，缺世纪和校验位",
                "it is the 15-digit form without century and check character",
            ),
            NumberFault::TwoFaults => ("有两处写错", "two slips were made"),
        };
        Message::new(zh, en)
    }
}

/// Whether a cell in this state says nothing about the pupil's number: empty, a word for “none”, or an
/// adult's number.
pub fn says_nothing(state: NumberState) -> bool {
    matches!(state, NumberState::Missing | NumberState::Placeholder | NumberState::OfAdult)
}

/// The likeliest single way by which a spoiled cell came from a number.
///
/// In: the cell as it stands, its state, the number. `None` if nothing explains it, if the cell says
/// nothing, or if it is a usable number itself. Takes no allocation for a cell of plain ASCII and an
/// 18-character number.
pub fn fault_between(cell: &str, state: NumberState, number: IdNumber) -> Option<NumberFault> {
    if says_nothing(state) || state.is_usable() {
        return None;
    }
    let cell = NumberCell::read(cell)?;
    match state {
        NumberState::SpoiledTail | NumberState::SpoiledScientific | NumberState::Masked => {
            let fault = match state {
                NumberState::SpoiledTail => NumberFault::LostTail,
                NumberState::SpoiledScientific => NumberFault::Scientific,
                _ => NumberFault::Masked,
            };
            known_digits_of(&cell, state)?.fits(number).then_some(fault)
        }
        _ => match number.eighteen() {
            Some(text) => slip(cell.bytes(), &text)
                .or_else(|| lost_century(cell.bytes(), &text))
                .or_else(|| lost_tail(cell.bytes(), &text))
                .or_else(|| two_slips(cell.bytes(), &text)),
            None => {
                let text = number.to_string();
                slip(cell.bytes(), text.as_bytes())
                    .or_else(|| two_slips(cell.bytes(), text.as_bytes()))
            }
        },
    }
}

/// One slip of the typist or of a reader of scans.
fn slip(cell: &[u8], text: &[u8]) -> Option<NumberFault> {
    if cell.len().abs_diff(text.len()) > 1 {
        return None;
    }
    match different_middles(cell, text) {
        ([], [_]) => Some(NumberFault::LostCharacter),
        ([_], []) => Some(NumberFault::ExtraCharacter),
        (a, b) if a.len() == b.len() && !a.is_empty() && looks_like(a, b) => {
            Some(NumberFault::LookAlike)
        }
        ([_], [_]) => Some(NumberFault::OneDigit),
        ([a, b], [c, d]) if a == d && b == c => Some(NumberFault::Swap),
        ([a, x, b], [c, y, d]) if a == d && b == c && x == y => Some(NumberFault::Swap),
        _ => None,
    }
}

/// Whether every difference is a letter in place of the digit that it looks like.
fn looks_like(cell: &[u8], text: &[u8]) -> bool {
    cell.iter().zip(text).all(|(&a, &b)| a == b || digit_like(a) == Some(b))
}

/// `330127` `12030510 1`: the digits without century and check character.
fn lost_century(cell: &[u8], text: &[u8; 18]) -> Option<NumberFault> {
    (cell.len() == 15 && cell[..6] == text[..6] && cell[6..] == text[8..17])
        .then_some(NumberFault::LostCentury)
}

/// The end cut off by a narrow column, or a number that went through a binary fraction of 53 bits.
fn lost_tail(cell: &[u8], text: &[u8; 18]) -> Option<NumberFault> {
    let cut = (14..=16).contains(&cell.len()) && text.starts_with(cell);
    let rounded = || match (value_of(cell), value_of(text)) {
        (Some(cell), Some(text)) => cell == (text as f64) as u64,
        _ => false,
    };
    (cut || rounded()).then_some(NumberFault::LostTail)
}

fn two_slips(cell: &[u8], text: &[u8]) -> Option<NumberFault> {
    (cell != text && within(cell, text, 2)).then_some(NumberFault::TwoFaults)
}

/// Eighteen digits as a number.
fn value_of(text: &[u8]) -> Option<u64> {
    if text.len() != 18 {
        return None;
    }
    text.iter()
        .try_fold(0u64, |value, &b| b.is_ascii_digit().then(|| value * 10 + u64::from(b - b'0')))
}

#[cfg(test)]
#[path = "number_faults_tests.rs"]
mod tests;
