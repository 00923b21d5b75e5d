//! What becomes of an ID number on its way through hands, spreadsheets and scanners.

use super::rng::Rng;
use crate::record::IdNumber;

/// A way in which a number is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// One wrong digit in date or serial.
    Digit,
    /// Two neighbours of date or serial changed places.
    Swap,
    /// One wrong digit in region or date: serial and check character stand.
    EarlyDigit,
    /// A wrong digit and a swap, or two wrong digits.
    TwoFaults,
    /// A digit fell out.
    LostDigit,
    /// A spreadsheet kept 15 digits.
    ExcelTail,
    /// `3.30182E+17`, or 15 digits of it.
    Scientific,
    /// `330182********1012`
    Masked,
    /// Letters that a scanner or a typist takes for digits.
    LookAlikes,
    /// Nothing was written.
    Empty,
}

impl NumberFault {
    /// Whether a spreadsheet does it, which takes only numbers without X for numbers.
    pub(crate) fn wants_digits(self) -> bool {
        matches!(self, NumberFault::ExcelTail | NumberFault::Scientific)
    }

    /// Whether what is left says next to nothing about whose it was.
    pub(crate) fn leaves_nothing(self) -> bool {
        matches!(self, NumberFault::Empty | NumberFault::Scientific)
    }

    /// The detail of the `invalid-id` that such a cell is; none where the cell is empty or masked.
    pub(crate) fn invalid(self) -> Option<&'static str> {
        match self {
            NumberFault::Digit | NumberFault::EarlyDigit => Some("one-digit"),
            NumberFault::Swap => Some("swap"),
            NumberFault::TwoFaults => Some("two-faults"),
            NumberFault::LostDigit => Some("seventeen-digits"),
            NumberFault::ExcelTail => Some("excel-tail"),
            NumberFault::Scientific => Some("scientific"),
            NumberFault::LookAlikes => Some("look-alikes"),
            NumberFault::Masked | NumberFault::Empty => None,
        }
    }

    /// The spoiled number. It is never a valid one, unless Excel's zeros happen to pass.
    pub(crate) fn spoil(self, number: &str, rng: &mut Rng) -> String {
        match self {
            NumberFault::Digit => wrong_digit(number, 6, rng),
            NumberFault::EarlyDigit => wrong_digit(number, 4, rng),
            NumberFault::Swap => swap(number, rng),
            NumberFault::TwoFaults => loop {
                let once = wrong_digit(number, 6, rng);
                let twice =
                    if rng.chance(500) { swap(&once, rng) } else { wrong_digit(&once, 6, rng) };
                let apart = twice.bytes().zip(number.bytes()).filter(|(one, other)| one != other);
                if apart.count() > 1 && !is_valid(&twice) {
                    break twice;
                }
            },
            NumberFault::LostDigit => {
                // Not the last character: a number without it could be completed by an X.
                let place = 6 + rng.index(10);
                format!("{}{}", &number[..place], &number[place + 1..])
            }
            NumberFault::ExcelTail => without_tail(number),
            NumberFault::Scientific => {
                let shown = if rng.chance(700) { 6 } else { 15 };
                format!("{}.{}E+17", &number[..1], &number[1..shown])
            }
            NumberFault::Masked => format!("{}********{}", &number[..6], &number[14..]),
            NumberFault::LookAlikes => look_alikes(number, rng),
            NumberFault::Empty => String::new(),
        }
    }
}

fn is_valid(number: &str) -> bool {
    let (body, check) = number.as_bytes().split_at(number.len().min(17));
    check.len() == 1 && IdNumber::check_character(body) == check.first().copied()
}

/// A wrong digit at `from` or one of the ten places behind.
fn wrong_digit(number: &str, from: usize, rng: &mut Rng) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let places = if from < 6 { 14 - from } else { 17 - from };
    let place = from + rng.index(places);
    bytes[place] = b'0' + (bytes[place] - b'0' + 1 + rng.below(9) as u8) % 10;
    String::from_utf8_lossy(&bytes).into_owned()
}

fn swap(number: &str, rng: &mut Rng) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let start = 6 + rng.index(10);
    // From the start backwards, the first pair that differs: a region holds one in any case.
    if let Some(place) = (0..=start).rev().find(|&place| bytes[place] != bytes[place + 1]) {
        bytes.swap(place, place + 1);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every second digit that has a letter like it, at least one: a number holds a 0 or a 1 in any case.
fn look_alikes(number: &str, rng: &mut Rng) -> String {
    let letter = |digit: char, rng: &mut Rng| match digit {
        '0' => rng.pick(&['O', 'o']),
        '1' => rng.pick(&['l', 'I']),
        '5' => 'S',
        '8' => 'B',
        '2' => 'Z',
        other => other,
    };
    loop {
        let read: String = number
            .chars()
            .map(|digit| if rng.chance(150) { letter(digit, rng) } else { digit })
            .collect();
        if read != number {
            return read;
        }
    }
}

/// What Excel makes of 18 digits.
pub(crate) fn without_tail(number: &str) -> String {
    format!("{}000", &number[..15])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoiled_number_is_another_and_fails_its_check() {
        let number = "330127201203051012";
        assert!(is_valid(number));
        let mut rng = Rng::stream(5, 1);
        use NumberFault::*;
        for fault in [Digit, Swap, EarlyDigit, TwoFaults, LostDigit, Scientific, LookAlikes] {
            for _ in 0..500 {
                let spoiled = fault.spoil(number, &mut rng);
                assert_ne!(spoiled, number);
                assert!(!is_valid(&spoiled), "{fault:?}: {spoiled}");
            }
        }
        assert_eq!(Masked.spoil(number, &mut rng), "330127********1012");
        assert_eq!(ExcelTail.spoil(number, &mut rng), "330127201203051000");
        let early = EarlyDigit.spoil(number, &mut rng);
        assert_eq!(early[14..], number[14..]);
    }
}
