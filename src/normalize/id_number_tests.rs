//! Tests of the reader of identity numbers.

use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

#[test]
fn cells_become_numbers_or_states() {
    use NumberState::*;
    let table = [
        ("330127201203051012", Usable, "330127201203051012"),
        ("11010519491231002X", Usable, "11010519491231002X"),
        ("11010519491231002x", Usable, "11010519491231002X"),
        ("11010519491231002Χ", Usable, "11010519491231002X"),
        ("11010519491231002х", Usable, "11010519491231002X"),
        ("11010519491231002Ⅹ", Usable, "11010519491231002X"),
        ("11010519491231002×", Usable, "11010519491231002X"),
        ("11010519491231002＊", Usable, "11010519491231002X"),
        (" '330127-20120305\u{A0}1012\t", Usable, "330127201203051012"),
        ("=\"330127201203051012\"", Usable, "330127201203051012"),
        ("330127201203051012.0", Usable, "330127201203051012"),
        ("３３０１２７２０１２０３０５１０１２", Usable, "330127201203051012"),
        ("810000199408230021", Usable, "810000199408230021"),
        ("911124198108030024", Usable, "911124198108030024"),
        ("E12345678", Usable, "E12345678"),
        ("EA1234567", Usable, "EA1234567"),
        ("A123456（7）", Usable, "A1234567"),
        ("H0123456789", Usable, "H0123456789"),
        ("CHN110000000001", Usable, "CHN110000000001"),
        ("01234567", Usable, "01234567"),
        ("330127120305101", CompletedByCentury, "330127201203051012"),
        ("330127760305101", BadLength, ""),
        ("20120305", BadLength, ""),
        ("330127201203051000", SpoiledTail, ""),
        ("330127201203051000.0", SpoiledTail, ""),
        ("3.30127E+17", SpoiledScientific, ""),
        ("330127********1012", Masked, ""),
        ("33012720120305101", BadLength, ""),
        ("13800138000", BadLength, ""),
        ("330127201213051012", BadDate, ""),
        ("330127202703051012", BadDate, ""),
        ("330127201203051013", BadCheck, ""),
        ("33O127201203051012", BadCharacter, ""),
        ("", Missing, ""),
        (" \u{3000}'", Missing, ""),
        ("无", Placeholder, ""),
        ("-", Placeholder, ""),
        ("N/A", Placeholder, ""),
        ("000000000000000000", Placeholder, ""),
        ("123456789012345678", Placeholder, ""),
    ];
    for (cell, state, number) in table {
        let parsed = parse_id_number(cell, today());
        let text = parsed.number.map(|number| number.to_string()).unwrap_or_default();
        assert_eq!((parsed.state, text.as_str()), (state, number), "{cell}");
    }
}

#[test]
fn only_formal_student_numbers_hold_a_number() {
    let inside = |cell| number_inside_student_number(cell, today()).map(|n| n.to_string());
    assert_eq!(inside("G330127201203051012").as_deref(), Some("330127201203051012"));
    assert_eq!(inside(" ｇ330127201203051012").as_deref(), Some("330127201203051012"));
    for cell in ["L330127201203051012", "J330127201203051012", "G330127201203051000", "G1", ""] {
        assert_eq!(inside(cell), None, "{cell}");
    }
}

#[test]
fn provinces() {
    let number = |digits: &[u8]| IdNumber::from_17_digits(digits).unwrap();
    assert!(known_province(number(b"33012720120305101")));
    assert!(known_province(number(b"91112419810803002")));
    assert!(!known_province(number(b"66012720120305101")));
}

proptest! {
    #[test]
    fn any_text_has_a_state(cell in "\\PC*", digits in "[0-9X*. ]{14,20}") {
        for text in [&cell, &digits] {
            let parsed = parse_id_number(text, today());
            prop_assert_eq!(parsed.number.is_some(), parsed.state.is_usable());
            let _ = number_inside_student_number(text, today());
        }
    }
}
