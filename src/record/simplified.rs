//! Traditional characters as their simplified forms, one by one.

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
}
