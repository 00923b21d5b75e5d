//! Phones and cards: from the cell as it stands to digits that can be compared.

use unicode_normalization::UnicodeNormalization;

use crate::record::Digits;

/// A phone number: the first of a cell that may hold several, without +86 and marks.
///
/// Nothing for a cell without eight to twelve digits in a row of marks, and for digits that only fill
/// the cell (`13800000000`, `11111111111`, `12345678901`): they are nobody's phone.
pub fn parse_phone(cell: &str) -> Digits {
    if let Some(mobile) = plain_mobile(cell.as_bytes()) {
        return mobile;
    }
    if cell.is_empty() {
        return Digits::NOTHING;
    }
    let folded: String = cell.nfkc().filter(|c| !c.is_control()).collect();
    let several = |c: char| matches!(c, '/' | ',' | ';' | '、' | '，' | '；' | '|' | '或');
    folded.split(several).map(one_phone).find(|phone| phone.is_said()).unwrap_or(Digits::NOTHING)
}

/// A bank card or account of an enrolment record: its digits, or nothing where it is masked, spoiled
/// by Excel or too short to be one.
pub fn parse_card(cell: &str) -> Digits {
    if cell.is_empty() {
        return Digits::NOTHING;
    }
    if cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole_card(cell);
    }
    let folded: String =
        cell.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\'')).collect();
    whole_card(&folded)
}

fn whole_card(digits: &str) -> Digits {
    let uniform = digits.bytes().skip(1).all(|byte| digits.bytes().next() == Some(byte));
    // Excel keeps fifteen digits: the rest of a longer card becomes zeros.
    let tail_lost = digits.len() > 15 && digits.bytes().skip(15).all(|byte| byte == b'0');
    if digits.len() < 8 || uniform || tail_lost { Digits::NOTHING } else { Digits::of(digits) }
}

/// The hot path: eleven ASCII digits of a mobile phone.
fn plain_mobile(bytes: &[u8]) -> Option<Digits> {
    let [b'1', b'3'..=b'9', ..] = bytes else { return None };
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() == 11)?;
    let phone = Digits::of(text);
    (phone.is_said() && !only_fills(text)).then_some(phone)
}

fn one_phone(text: &str) -> Digits {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '\'' | '+'))
        .collect();
    let kept = kept.strip_suffix(".0").unwrap_or(&kept);
    let kept = match kept.strip_prefix("0086").or(kept.strip_prefix("86")) {
        Some(inner) if inner.len() == 11 => inner,
        _ => kept,
    };
    if (7..=12).contains(&kept.len()) && !only_fills(kept) {
        Digits::of(kept)
    } else {
        Digits::NOTHING
    }
}

/// One digit repeated behind the network's three, or digits that count up.
fn only_fills(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let tail = bytes.get(3..).unwrap_or_default();
    tail.windows(2).all(|pair| pair[0] == pair[1]) || digits.starts_with("12345678")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phones_as_offices_write_them() {
        let table = [
            ("13907301234", "13907301234"),
            ("139 0730 1234", "13907301234"),
            ("+86 139-0730-1234", "13907301234"),
            ("１３９０７３０１２３４", "13907301234"),
            ("13907301234.0", "13907301234"),
            ("13907301234/13807305678", "13907301234"),
            ("0730-8221234", "7308221234"),
            ("8221234", "8221234"),
            ("13800000000", ""),
            ("11111111111", ""),
            ("12345678901", ""),
            ("无", ""),
            ("", ""),
            ("1.39073E+10", ""),
        ];
        for (cell, phone) in table {
            assert_eq!(parse_phone(cell).to_string(), phone, "{cell}");
        }
    }

    #[test]
    fn cards_that_are_whole() {
        assert_eq!(parse_card("6228 4800 0000 0000 018").to_string(), "6228480000000000018");
        for cell in ["", "6228480000000000000", "622848********0018", "6.22848E+18", "00000000000"]
        {
            assert_eq!(parse_card(cell), Digits::NOTHING, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn any_cell_is_read(cell in "\\PC*") {
            let _ = (parse_phone(&cell), parse_card(&cell));
        }
    }
}
