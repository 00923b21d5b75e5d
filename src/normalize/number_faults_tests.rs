//! Tests of the faults between a number and a cell, and of the numbers that a cell could have been.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use strsim::osa_distance;

use super::super::{parse_id_number, possible_numbers};
use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

#[test]
fn each_fault_has_its_name() {
    use NumberFault::*;
    let number = IdNumber::from_17_digits(b"33012720120305101").unwrap(); // …1012
    let table = [
        ("330127201203051000", Some(LostTail)),
        ("3301272012030510", Some(LostTail)),
        ("330127201203051008", Some(LostTail)),
        ("330127201203051008.0", Some(LostTail)),
        ("3.30127E+17", Some(Scientific)),
        ("330127********1012", Some(Masked)),
        ("330127201203051013", Some(OneDigit)),
        ("330127201203051?12", Some(OneDigit)),
        ("330127210203051012", Some(Swap)),
        ("330127201205031012", Some(Swap)),
        ("33012720120305101", Some(LostCharacter)),
        ("30127201203051012", Some(LostCharacter)),
        ("3301272012033051012", Some(ExtraCharacter)),
        ("33O127201203051012", Some(LookAlike)),
        ("33OI272OI2O3O5IOIZ", Some(LookAlike)),
        ("330127210203051013", Some(TwoFaults)),
        ("330128201203051013", Some(TwoFaults)),
        ("330127201307221012", None),
        ("13800138000", None),
        ("", None),
        ("无", None),
        ("330127201203051020", None),
    ];
    for (cell, expected) in table {
        let state = parse_id_number(cell, today()).state;
        assert_eq!(fault_between(cell, state, number), expected, "{cell} {state:?}");
    }
    // A star at the end is the X.
    let with_x = IdNumber::from_17_digits(b"11010519491231002").unwrap();
    assert_eq!(fault_between("11010519491321002*", NumberState::BadDate, with_x), Some(Swap));
    let parent = IdNumber::from_17_digits(b"33012719760305101").unwrap();
    let state = parse_id_number("330127760305101", today()).state;
    assert_eq!(fault_between("330127760305101", state, parent), Some(LostCentury));
}

#[test]
fn other_documents_have_slips_too() {
    let passport = IdNumber::from_document("E12345678").unwrap();
    let fault = |cell| fault_between(cell, NumberState::BadLength, passport);
    assert_eq!(fault("E1234567"), Some(NumberFault::LostCharacter));
    assert_eq!(fault("EI2345678"), Some(NumberFault::LookAlike));
    assert_eq!(fault("330127760305101"), None);
}

fn numbers() -> impl Strategy<Value = IdNumber> {
    (110_000u32..=659_999, 0u64..9_000, 1u32..=999).prop_filter_map(
        "valid",
        |(region, days, serial)| {
            let birth = NaiveDate::from_ymd_opt(2000, 1, 1)? + Days::new(days);
            let digits = format!("{region}{}{serial:03}", birth.format("%Y%m%d"));
            let number = IdNumber::from_17_digits(digits.as_bytes())?;
            parse_id_number(&number.to_string(), today()).number
        },
    )
}

/// One fault that leaves 15 to 19 characters.
fn one_fault(text: &str, kind: usize, at: usize, digit: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let place = at % 18;
    match kind {
        0 => bytes[place] = b'0' + digit,
        1 => bytes.swap(at % 17, at % 17 + 1),
        2 => bytes.swap(at % 16, at % 16 + 2),
        3 => drop(bytes.remove(place)),
        4 => bytes.insert(at % 19, b'0' + digit),
        5 => {
            let letter = b"OIZSB"[usize::from(digit) % 5];
            let like = digit_like(letter).unwrap();
            bytes.iter_mut().filter(|byte| **byte == like).for_each(|byte| *byte = letter);
        }
        6 => bytes[place] = b'?',
        _ => {
            bytes.pop();
            bytes.drain(6..8);
        }
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn one_fault_is_explained_and_undone(number in numbers(), kind in 0usize..8, at in 0usize..1000, digit in 0u8..10) {
        let cell = one_fault(&number.to_string(), kind, at, digit);
        let state = parse_id_number(&cell, today()).state;
        // Some faults make another number, or a cell whose state tells of another fault.
        if matches!(state, NumberState::BadLength | NumberState::BadCharacter | NumberState::BadDate | NumberState::BadCheck) {
            let fault = fault_between(&cell, state, number);
            prop_assert!(fault.is_some_and(|fault| fault != NumberFault::TwoFaults), "{}: {:?}", cell, fault);
            let mut found = Vec::new();
            possible_numbers(&cell, state, today(), &mut found);
            prop_assert!(found.contains(&number), "{} {}", cell, number);
            prop_assert!(found.len() <= 100 && found.is_sorted_by(|a, b| a < b));
            for one in found {
                prop_assert!(fault_between(&cell, state, one).is_some_and(|fault| fault != NumberFault::TwoFaults), "{} {}", cell, one);
            }
        }
    }

    #[test]
    fn lost_tails_and_scientific_forms_are_explained(number in numbers(), kept in 3usize..=15) {
        let text = number.to_string();
        let tail = format!("{}000", &text[..15]);
        prop_assert_eq!(fault_between(&tail, NumberState::SpoiledTail, number), Some(NumberFault::LostTail));
        if let Ok(value) = text.parse::<u64>() {
            let cell = format!("{:.*E}", kept - 1, value as f64).replace('E', "E+");
            prop_assert_eq!(fault_between(&cell, NumberState::SpoiledScientific, number), Some(NumberFault::Scientific), "{}", cell);
        }
    }

    #[test]
    fn two_slips_are_explained_and_strangers_are_not(number in numbers(), other in numbers(), cell in "[0-9XO?]{16,20}") {
        let text = number.to_string();
        let near = [&cell, &other.to_string()].map(|cell| (cell.clone(), osa_distance(cell, &text) <= 2));
        for (cell, near) in near {
            let fault = fault_between(&cell, NumberState::BadCheck, number);
            if near && cell != text {
                prop_assert!(fault.is_some());
            } else if cell.len() == 18 && cell.bytes().all(|b| b.is_ascii_digit()) {
                prop_assert!(matches!(fault, None | Some(NumberFault::LostTail)));
            }
        }
    }

    #[test]
    fn any_text_is_read(cell in "\\PC*", digits in "[0-9.E+*X?]{0,24}") {
        let number = IdNumber::from_17_digits(b"33012720120305101").unwrap();
        let mut found = Vec::new();
        for text in [&cell, &digits] {
            for state in [NumberState::SpoiledTail, NumberState::SpoiledScientific, NumberState::Masked,
                NumberState::BadLength, NumberState::BadCharacter, NumberState::BadCheck] {
                let _ = fault_between(text, state, number);
                let _ = super::super::birth_in_cell(text, state);
                let _ = super::super::cells_agree(text, state, &digits, state);
                possible_numbers(text, state, today(), &mut found);
            }
        }
    }
}
