//! Digits that name something: a phone, a bank card.

use std::fmt;

/// The digits of a phone number or of a card, up to nineteen, in 64 bits; [`Digits::NOTHING`] where
/// none are said. Leading zeros do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digits(u64);

impl Digits {
    /// No digits.
    pub const NOTHING: Digits = Digits(0);

    /// The digits of a text that holds nothing else; [`Digits::NOTHING`] for any other text.
    pub fn of(text: &str) -> Digits {
        let bytes = text.as_bytes();
        if bytes.len() > 19 || !bytes.iter().all(u8::is_ascii_digit) {
            return Digits::NOTHING;
        }
        Digits(bytes.iter().fold(0, |value, byte| value * 10 + u64::from(byte - b'0')))
    }

    /// Whether any are said.
    pub fn is_said(self) -> bool {
        self.0 != 0
    }

    /// As a whole number.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_said() { write!(f, "{}", self.0) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_nineteen_digits_and_nothing_else() {
        assert_eq!(Digits::of("6228480000000000018").to_string(), "6228480000000000018");
        assert_eq!(Digits::of("9999999999999999999").value(), 9_999_999_999_999_999_999);
        for text in ["", "0", "12a", "62284800000000000180", "１３"] {
            assert_eq!(Digits::of(text), Digits::NOTHING, "{text}");
        }
    }
}
