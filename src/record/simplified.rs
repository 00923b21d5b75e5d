//! Traditional characters as their simplified forms, one by one.

use std::borrow::Cow;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// One character in simplified form by OpenCC; itself where it has none.
pub fn simplified(c: char) -> char {
    static OPENCC: LazyLock<Option<OpenCC>> =
        LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    let Some(opencc) = OPENCC.as_ref() else {
        return c;
    };
    let text = opencc.convert(c.encode_utf8(&mut [0; 4]));
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// A text in simplified characters, for looking words up: 在讀 → 在读, 三年級 → 三年级. Characters of
/// GB 2312 stay as they are (乾 is no 干), so that no word changes its meaning.
pub fn in_simplified(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_common_simplified) {
        return Cow::Borrowed(text);
    }
    let fold = |c: char| if is_common_simplified(c) { c } else { simplified(c) };
    Cow::Owned(text.chars().map(fold).collect())
}

/// Whether a character needs no folding and no dictionary: it is no ideograph, or one of the 6,763 of GB 2312.
pub fn is_common_simplified(c: char) -> bool {
    if !('\u{3400}'..='\u{FAFF}').contains(&c) {
        return true;
    }
    let mut utf8 = [0; 4];
    let (bytes, _, _) = encoding_rs::GB18030.encode(c.encode_utf8(&mut utf8));
    matches!(*bytes, [0xB0..=0xF7, 0xA1..=0xFE])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_forms_become_simplified() {
        for (traditional, expected) in [('學', '学'), ('號', '号'), ('姓', '姓'), ('a', 'a')]
        {
            assert_eq!(simplified(traditional), expected);
        }
    }

    #[test]
    fn words_are_folded_and_common_characters_left_alone() {
        for (text, expected) in
            [("在讀", "在读"), ("轉出", "转出"), ("2025學年", "2025学年"), ("乾A", "乾A"), ("", "")]
        {
            assert_eq!(in_simplified(text), expected);
        }
        assert!(matches!(in_simplified("三年级(1)班"), Cow::Borrowed(_)));
    }
}
