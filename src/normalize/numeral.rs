//! Small numbers as classes, grades and schools write them: `3`, `03`, `三`, `二十一`.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The number at the head of `text`, Arabic (up to four digits) or Chinese (1 to 99), and the rest.
pub(super) fn leading_number(text: &str) -> Option<(u32, &str)> {
    let arabic = text.bytes().take_while(u8::is_ascii_digit).count();
    if arabic > 0 {
        let number = (arabic <= 4).then(|| text[..arabic].parse().ok()).flatten()?;
        return Some((number, &text[arabic..]));
    }
    let chinese = text.find(|c| chinese_value(c).is_none()).unwrap_or(text.len());
    Some((chinese_number(&text[..chinese])?, &text[chinese..]))
}

/// The number at the tail of `text` and what stands before it.
pub(super) fn trailing_number(text: &str) -> Option<(&str, u32)> {
    let arabic = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    if arabic > 0 {
        let at = text.len() - arabic;
        let number = (arabic <= 4).then(|| text[at..].parse().ok()).flatten()?;
        return Some((&text[..at], number));
    }
    let chinese = text.trim_end_matches(|c| chinese_value(c).is_some()).len();
    Some((&text[..chinese], chinese_number(&text[chinese..])?))
}

/// `21` → `二十一`; numbers over 99 stay Arabic.
pub(super) fn to_chinese(number: u32) -> String {
    let digit =
        |number: u32| DIGITS.get(number as usize).copied().map(String::from).unwrap_or_default();
    match (number / 10, number % 10) {
        (10.., _) => number.to_string(),
        (0, ones) => digit(ones),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens, 0) => format!("{}十", digit(tens)),
        (tens, ones) => format!("{}十{}", digit(tens), digit(ones)),
    }
}

/// `一` to `九`: 1 to 9; `十`: 10.
pub(super) fn chinese_value(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '〇' => None,
        c => DIGITS.iter().position(|&digit| digit == c).map(|value| value as u32),
    }
}

/// A whole text of Chinese digits with at most one 十 in its proper place.
fn chinese_number(text: &str) -> Option<u32> {
    let values: Vec<u32> = text.chars().map(chinese_value).collect::<Option<_>>()?;
    match values[..] {
        [value] => Some(value),
        [10, ones @ 1..=9] => Some(10 + ones),
        [tens @ 1..=9, 10] => Some(tens * 10),
        [tens @ 1..=9, 10, ones @ 1..=9] => Some(tens * 10 + ones),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn heads_and_tails() {
        assert_eq!(leading_number("三班"), Some((3, "班")));
        assert_eq!(leading_number("二十一"), Some((21, "")));
        assert_eq!(leading_number("07班"), Some((7, "班")));
        assert_eq!(leading_number("七一班"), None);
        assert_eq!(leading_number("12345"), None);
        assert_eq!(trailing_number("计算机十二"), Some(("计算机", 12)));
        assert_eq!(trailing_number("火箭"), None);
    }

    proptest! {
        #[test]
        fn chinese_and_back(number in 1u32..100, text in "\\PC*") {
            let written = to_chinese(number);
            prop_assert_eq!(leading_number(&written), Some((number, "")));
            let _ = (leading_number(&text), trailing_number(&text));
        }
    }
}
