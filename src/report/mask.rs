//! Masked numbers: what a school's file shows of an identity or student number.

use crate::policy::MaskLevel;

/// How many characters a masked number keeps at its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    pub first: usize,
    pub last: usize,
}

impl Default for Mask {
    /// The division code and the last four: no birth date.
    fn default() -> Self {
        Mask { first: 6, last: 4 }
    }
}

/// The length of a resident's number.
const FULL: usize = 18;
/// A run of digits this long in a sentence is taken for a number of a person.
const RUN: usize = 15;

impl Mask {
    /// The mask of a level.
    pub fn of(level: MaskLevel) -> Mask {
        match level {
            MaskLevel::Standard => Mask::default(),
            MaskLevel::Strict => Mask { first: 0, last: 4 },
        }
    }

    /// An identity number, masked: `330127********1012`. A shorter document keeps two characters at
    /// each end; a text without a digit (`无`) is no number and stays.
    pub fn number(self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        if !characters.iter().any(|character| character.is_numeric()) {
            return text.to_string();
        }
        let (first, last) = match characters.len() >= FULL {
            true => (self.first, self.last),
            false => (self.first.min(2), self.last.min(2)),
        };
        if first + last >= characters.len() {
            return "*".repeat(characters.len());
        }
        let mut masked: String = characters[..first].iter().collect();
        masked.push_str(&"*".repeat(characters.len() - first - last));
        masked.extend(&characters[characters.len() - last..]);
        masked
    }

    /// A student number, masked likewise, its letter counted: `G33012*********1012`.
    pub fn student_number(self, text: &str) -> String {
        self.number(text)
    }

    /// A sentence in which every long run of digits is masked as a number.
    pub fn sentence(self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|character: char| character.is_numeric()) {
            masked.push_str(&rest[..start]);
            rest = &rest[start..];
            let mut end =
                rest.find(|character: char| !character.is_numeric()).unwrap_or(rest.len());
            let digits = rest[..end].chars().count();
            if digits >= RUN && rest[end..].starts_with(['X', 'x']) {
                end += 1;
            }
            if digits >= RUN {
                masked.push_str(&self.number(&rest[..end]));
            } else {
                masked.push_str(&rest[..end]);
            }
            rest = &rest[end..];
        }
        masked.push_str(rest);
        masked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_birth_date_is_left() {
        let mask = Mask::default();
        assert_eq!(mask.number("330127201005031012"), "330127********1012");
        assert_eq!(mask.number("33012720100503101X"), "330127********101X");
        assert_eq!(mask.number("3301272010050310123"), "330127*********0123");
        assert_eq!(mask.number("330127100503101"), "33***********01");
        assert_eq!(mask.number("E12345678"), "E1*****78");
        assert_eq!(mask.number("1234"), "****");
        assert_eq!(mask.number("无"), "无");
        assert_eq!(mask.number(""), "");
        assert_eq!(mask.student_number("G330127201005031012"), "G33012*********1012");
        assert_eq!(mask.student_number("330127201005031012"), "330127********1012");
        assert_eq!(mask.student_number("学1"), "**");
    }

    #[test]
    fn strict_leaves_the_last_four() {
        let mask = Mask::of(MaskLevel::Strict);
        assert_eq!(mask.number("330127201005031012"), "**************1012");
        assert_eq!(mask.number("E12345678"), "*******78");
    }

    #[test]
    fn a_sentence_hides_its_numbers() {
        let mask = Mask::default();
        assert_eq!(
            mask.sentence(
                "证件号33012720100503101X（G330127201005031012）于2025-09重复发放1150.00元"
            ),
            "证件号330127********101X（G330127********1012）于2025-09重复发放1150.00元"
        );
        assert_eq!(mask.sentence("没有数字"), "没有数字");
    }
}
