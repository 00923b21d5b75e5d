//! Names of persons: cleaned for display, and folded to a key for comparing.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use unicode_normalization::UnicodeNormalization;

use crate::record;

/// Characters that stand for one another in names beyond traditional and simplified. Pairs that are
/// different surnames (付傅, 肖萧, 闫阎, 邱丘, 代戴) are not among them.
const VARIANTS: &[(char, char)] = &[
    ('於', '于'),
    ('昇', '升'),
    ('陞', '升'),
    ('峯', '峰'),
    ('甯', '宁'),
    ('寗', '宁'),
    ('後', '后'),
    ('喆', '哲'),
    ('嚞', '哲'),
    ('堃', '坤'),
    ('珮', '佩'),
    ('濶', '阔'),
    ('澂', '澄'),
    ('晧', '皓'),
    ('衞', '卫'),
    ('彥', '彦'),
    ('黃', '黄'),
    ('呂', '吕'),
    ('吳', '吴'),
    ('靑', '青'),
    ('淸', '清'),
    ('眞', '真'),
    ('愼', '慎'),
    ('凃', '涂'),
    ('迺', '乃'),
    ('詠', '咏'),
    ('谿', '溪'),
    ('锺', '钟'),
    ('鍾', '钟'),
    ('崐', '昆'),
    ('崑', '昆'),
    ('叡', '睿'),
    ('強', '强'),
    ('卽', '即'),
    ('徳', '德'),
    ('恵', '惠'),
    ('栢', '柏'),
    ('勗', '勖'),
    ('暁', '晓'),
    ('皜', '皓'),
    ('晔', '烨'),
];

/// A person's name for display and storing.
///
/// In: the cell. Out: no blanks and no marks that show nothing, every dot between characters `·`,
/// Latin letters of plain width and upper case, private-use characters of GBK as their standard ones
/// (GB 18030-2022), composed (NFC). A name of common Chinese characters is borrowed as it stands.
pub fn clean_name(cell: &str) -> Cow<'_, str> {
    if is_plain_name(cell) {
        return Cow::Borrowed(cell);
    }
    let characters: Vec<char> = cell
        .nfc()
        .map(|c| fold_width(fold_private(c)))
        .filter(|&c| !is_invisible(c))
        .flat_map(char::to_uppercase)
        .skip_while(|&c| c == '*')
        .collect();
    let mut name = String::with_capacity(cell.len());
    for (at, &c) in characters.iter().enumerate() {
        if is_dot(c) || (c == '*' && star_is_dot(&characters, at)) {
            if !name.is_empty() && !name.ends_with('·') {
                name.push('·');
            }
        } else {
            name.push(c);
        }
    }
    name.truncate(name.trim_end_matches('·').len());
    Cow::Owned(name)
}

/// The key by which names are compared: cleaned, without dots, simplified, variants folded.
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for_each_key_character(name, |c| key.push(c));
    key
}

/// Gives the characters of [`name_key`] one by one. A name of common Chinese characters takes no
/// allocation.
pub(super) fn for_each_key_character(name: &str, mut each: impl FnMut(char)) {
    if is_plain_name(name) {
        name.chars().for_each(|c| each(simplified(c)));
    } else {
        clean_name(name).chars().filter(|&c| c != '·').for_each(|c| each(simplified(c)));
    }
}

/// Whether a name is nothing but common Chinese characters, so that cleaning changes nothing.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.len().is_multiple_of(3) && name.as_bytes().chunks_exact(3).all(is_plain_han)
}

/// Whether a cell may be a person's name: 2 to 30 characters, with a letter, no total and no header.
pub fn is_name(cell: &str) -> bool {
    name_in(cell).is_some()
}

/// The cleaned name in a cell that may hold one (see [`is_name`]).
pub(super) fn name_in(cell: &str) -> Option<Cow<'_, str>> {
    let name = clean_name(cell);
    // Two to ten plain Chinese characters need no counting.
    let plain = matches!(name, Cow::Borrowed(_)) && (6..=30).contains(&name.len());
    let formed = plain
        || ((2..=30).contains(&name.chars().count()) && name.chars().any(char::is_alphabetic));
    let said = !matches!(
        &*name,
        "合计" | "小计" | "总计" | "共计" | "姓名" | "不详" | "未知" | "NULL" | "N/A"
    );
    (formed && said).then_some(name)
}

/// Three bytes of UTF-8 that are U+3400–U+9FFF: Chinese characters with nothing to fold.
fn is_plain_han(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE3, 0x90..=0xBF, _] | [0xE4..=0xE9, _, _])
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\'' | '"' | '`')
}

fn is_dot(c: char) -> bool {
    matches!(
        c,
        '·' | '•'
            | '・'
            | '‧'
            | '∙'
            | '⋅'
            | '･'
            | '.'
            | '。'
            | '、'
            | '-'
            | '﹒'
            | '᛫'
            | '⸱'
            | '\u{2010}'..='\u{2015}'
    )
}

/// 阿依古丽*买买提 has a dot; 王*明 has a character that is hidden.
fn star_is_dot(characters: &[char], at: usize) -> bool {
    let part = |c: &char| *c != '*' && !is_dot(*c);
    characters[..at].iter().rev().take_while(|c| part(c)).count() >= 2
        && characters[at + 1..].iter().take_while(|c| part(c)).count() >= 2
}

fn fold_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// GBK's private-use characters U+E815–U+E864 (double bytes FE50–FEA0) by the tables of GB 18030.
fn fold_private(c: char) -> char {
    let Some(offset) = u32::from(c).checked_sub(0xE815).filter(|offset| *offset <= 0x4F) else {
        return c;
    };
    // The second byte skips 7F.
    let byte = 0x50 + offset + u32::from(0x50 + offset >= 0x7F);
    let pair = [0xFE, byte as u8];
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(&pair);
    text.chars().next().filter(|_| !broken).unwrap_or(c)
}

/// One character in simplified form, by OpenCC and the table of variants. Kept once it is known.
pub(super) fn simplified(c: char) -> char {
    const FIRST: u32 = 0x3400;
    static KNOWN: LazyLock<Vec<AtomicU32>> =
        LazyLock::new(|| (FIRST..0xA000).map(|_| AtomicU32::new(0)).collect());
    let Some(known) = u32::from(c).checked_sub(FIRST).and_then(|at| KNOWN.get(at as usize)) else {
        return c;
    };
    if let Some(found) =
        char::from_u32(known.load(Ordering::Relaxed)).filter(|&found| found != '\0')
    {
        return found;
    }
    let found = convert(c);
    known.store(u32::from(found), Ordering::Relaxed);
    found
}

fn convert(c: char) -> char {
    let variant = |c: char| VARIANTS.iter().find(|(from, _)| *from == c).map_or(c, |&(_, to)| to);
    variant(record::simplified(variant(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_cleaned() {
        let table = [
            ("张三", "张三"),
            ("张 三", "张三"),
            ("张\u{3000}三\u{200B}", "张三"),
            ("*张三", "张三"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("阿依古丽・买买提", "阿依古丽·买买提"),
            ("阿依古丽．买买提", "阿依古丽·买买提"),
            ("阿依古丽。买买提", "阿依古丽·买买提"),
            ("阿依古丽*买买提", "阿依古丽·买买提"),
            ("阿依古丽·买买提·", "阿依古丽·买买提"),
            ("王*明", "王*明"),
            ("王\u{E863}", "王䶮"),
            ("王\u{E854}", "王\u{9FBA}"),
            ("Ｔom", "TOM"),
            ("", ""),
        ];
        for (cell, name) in table {
            assert_eq!(clean_name(cell), name, "{cell}");
        }
        assert!(matches!(clean_name("张三丰"), Cow::Borrowed(_)));
    }

    #[test]
    fn keys_fold_forms_but_not_surnames() {
        assert_eq!(name_key("張國強"), name_key("张国强"));
        assert_eq!(name_key("阿依古丽·买买提"), name_key("阿依古丽买买提"));
        assert_eq!(name_key("於昇"), name_key("于升"));
        assert_eq!(name_key("黃喆"), name_key("黄哲"));
        for (a, b) in [
            ("付明", "傅明"),
            ("肖明", "蕭明"),
            ("闫明", "閻明"),
            ("邱明", "丘明"),
            ("代明", "戴明"),
        ] {
            assert_ne!(name_key(a), name_key(b));
        }
    }

    #[test]
    fn what_is_a_name() {
        for name in ["张三", "阿依古丽·买买提", "TOM", "王?"] {
            assert!(is_name(name), "{name}");
        }
        for cell in ["", "张", "123", "合计", "合 计", "--"] {
            assert!(!is_name(cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_ends(cell in "\\PC*") {
            let once = clean_name(&cell).into_owned();
            let _ = (name_key(&cell), is_name(&cell));
            prop_assert!(!once.starts_with('·') && !once.ends_with('·'));
        }
    }
}
