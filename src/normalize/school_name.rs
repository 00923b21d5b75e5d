//! Names of schools folded so that 河源一中, 河源县一中 and 河源县第一中学 meet.

use unicode_normalization::UnicodeNormalization;

use super::numeral::{chinese_value, leading_number, to_chinese, trailing_number};
use crate::record::in_simplified;

/// A school's name in two parts: the places at its head, and what the school is called there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchoolKey {
    /// Place words without 省, 市, 县, 区, from the larger to the smaller.
    pub places: Vec<String>,
    /// The rest in its long form: `第一中学`.
    pub core: String,
}

const AUTONOMOUS: [&str; 4] = ["自治区", "自治州", "自治县", "自治旗"];

/// Tails of short forms and what they stand for; the first that fits.
const TAILS: [(&str, &str); 13] = [
    ("中学校", "中学"),
    ("职教中心", "职业教育中心"),
    ("完小", "完全小学"),
    ("职高", "职业高级中学"),
    ("职中", "职业中学"),
    ("高中", "高级中学"),
    ("初中", "初级中学"),
    ("实小", "实验小学"),
    ("实验小", "实验小学"),
    ("实验中", "实验中学"),
    ("附小", "附属小学"),
    ("附中", "附属中学"),
    ("中心小", "中心小学"),
];

/// What a single character behind a number stands for: 一中, 二小, 三幼, 一高, 一初.
const KINDS: [(char, &str); 5] =
    [('中', "中学"), ('小', "小学"), ('幼', "幼儿园"), ('高', "高级中学"), ('初', "初级中学")];

/// Folds a school's name.
///
/// In: the name as written; places known from other names, so that they are found without their
/// suffix. Out: the places at its head and the core.
pub fn school_key(name: &str, known_places: &[String]) -> SchoolKey {
    let folded = fold(without_campus(name));
    let mut rest = folded.as_str();
    let mut places = Vec::new();
    loop {
        if let Some((place, after)) = leading_place(rest) {
            places.push(place.to_owned());
            rest = after;
        } else if let Some((place, after)) = leading_known_place(rest, known_places) {
            places.push(place.to_owned());
            rest = after;
        } else {
            break;
        }
    }
    places.dedup();
    SchoolKey { places, core: unfold(without_bare_suffix(rest)) }
}

/// A name without a campus in brackets behind it: `河源县第一中学（东校区）` is the school itself.
fn without_campus(name: &str) -> &str {
    let name = name.trim();
    let Some(open) = name.rfind(['（', '(']) else { return name };
    let inside = name[open..].trim_end_matches(['）', ')']);
    let campus = ["校区", "园区", "教学点", "校部", "总校", "本部", "盖章", "公章"];
    if open > 0 && name.ends_with(['）', ')']) && campus.iter().any(|word| inside.ends_with(word))
    {
        &name[..open]
    } else {
        name
    }
}

/// The place words at the head of a name, without their suffix: `河源县第一中学` → `河源`.
pub fn places_in(name: &str) -> Vec<String> {
    school_key(name, &[]).places
}

/// Whether two names may stand for one school: equal cores, and places that do not contradict.
pub fn may_be_one(a: &SchoolKey, b: &SchoolKey) -> bool {
    let within = |inner: &SchoolKey, outer: &SchoolKey| {
        inner.places.iter().all(|place| outer.places.contains(place))
    };
    a.core == b.core && (within(a, b) || within(b, a))
}

fn fold(name: &str) -> String {
    in_simplified(name)
        .nfkc()
        .filter(|&c| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(
                    c,
                    '(' | ')' | '[' | ']' | '【' | '】' | '\'' | '"' | '\u{200B}' | '\u{FEFF}'
                )
        })
        .flat_map(char::to_uppercase)
        .collect()
}

/// A place with its suffix at the head, and the rest, which must not be empty.
fn leading_place(text: &str) -> Option<(&str, &str)> {
    let positions: Vec<(usize, char)> = text.char_indices().take(14).collect();
    for (count, &(at, c)) in positions.iter().enumerate().skip(1) {
        let stem = &text[..at];
        let after = &text[at + c.len_utf8()..];
        let plain = match c {
            '省' | '市' | '区' | '旗' => (2..=4).contains(&count),
            '县' => (1..=4).contains(&count),
            _ => false,
        };
        // 阳光小区幼儿园, 东门社区, 高新园区: the place is part of the school's own name.
        let inner =
            stem.ends_with(['小', '社', '校', '园', '学', '第', '自']) || stem.contains("自治");
        let numbered = stem.chars().next().and_then(chinese_value).is_some() && count == 1;
        if plain && !inner && !numbered && !after.is_empty() {
            return Some((stem, after));
        }
        if c == '自' && count >= 2 {
            for suffix in AUTONOMOUS {
                if let Some(after) = text[at..].strip_prefix(suffix)
                    && !after.is_empty()
                {
                    return Some((stem, after));
                }
            }
        }
    }
    None
}

/// The longest known place, written without its suffix.
fn leading_known_place<'a>(text: &'a str, known: &[String]) -> Option<(&'a str, &'a str)> {
    known
        .iter()
        .map(|place| place.trim_end_matches(['省', '市', '县', '区']))
        .filter(|place| place.chars().count() >= 2)
        .filter_map(|place| text.strip_prefix(place).map(|after| (&text[..place.len()], after)))
        .filter(|(_, after)| after.chars().count() >= 2)
        .max_by_key(|(place, _)| place.len())
}

/// `县第一中学`, `市一中`: the suffix stands alone before a name of its own.
fn without_bare_suffix(text: &str) -> &str {
    let Some(after) = text.strip_prefix(['省', '市', '县', '区']) else {
        return text;
    };
    let own = ["第", "实验", "职", "机关", "直属", "特殊", "幼儿"]
        .iter()
        .any(|head| after.starts_with(head))
        || leading_number(after).is_some();
    if own { after } else { text }
}

/// Short forms in their long form.
fn unfold(core: &str) -> String {
    let mut text = core.to_owned();
    let numbered = text.chars().last().and_then(|last| {
        let (_, kind) = KINDS.iter().find(|(short, _)| *short == last)?;
        let head = text.strip_suffix(last)?;
        let (before, number) = trailing_number(head)?;
        let before = before.strip_suffix('第').unwrap_or(before);
        Some(format!("{before}第{}{kind}", to_chinese(number)))
    });
    if let Some(numbered) = numbered {
        text = numbered;
    } else {
        for (short, long) in TAILS {
            if let Some(head) = text.strip_suffix(short) {
                text = format!("{head}{long}");
                break;
            }
        }
    }
    numbers_in_chinese(&text)
}

/// `第1中学` → `第一中学`; at the head also `1中学`, `一中学`, `一职业高级中学`.
fn numbers_in_chinese(text: &str) -> String {
    if let Some((number, rest)) = leading_number(text)
        && KINDS.iter().map(|(_, kind)| *kind).chain(["职业"]).any(|kind| rest.starts_with(kind))
    {
        return format!("第{}{rest}", to_chinese(number));
    }
    let mut parts = text.split('第');
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push('第');
        match leading_number(part) {
            Some((number, rest)) => {
                out.push_str(&to_chinese(number));
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(name: &str) -> SchoolKey {
        school_key(name, &["河源".to_owned(), "东源".to_owned()])
    }

    #[test]
    fn short_forms_unfold() {
        let table = [
            ("河源一中", "第一中学"),
            ("河源县１中", "第一中学"),
            ("河源县第1中学", "第一中学"),
            ("县一中", "第一中学"),
            ("第01小学", "第一小学"),
            ("二小", "第二小学"),
            ("三幼", "第三幼儿园"),
            ("一高", "第一高级中学"),
            ("河源县职教中心", "职业教育中心"),
            ("河源杨庙完小", "杨庙完全小学"),
            ("河源职高", "职业高级中学"),
            ("河源县职业高中", "职业高级中学"),
            ("职中", "职业中学"),
            ("河源实小", "实验小学"),
            ("实验中", "实验中学"),
            ("师范附小", "师范附属小学"),
            ("河源县第十二小学", "第十二小学"),
            ("阳光小区幼儿园", "阳光小区幼儿园"),
            ("河源县", "河源县"),
        ];
        for (name, core) in table {
            assert_eq!(key(name).core, core, "{name}");
        }
    }

    #[test]
    fn places_stand_at_the_head() {
        let table: [(&str, &[&str]); 6] = [
            ("浙江省杭州市淳安县第一中学", &["浙江", "杭州", "淳安"]),
            ("广西壮族自治区南宁市二中", &["广西壮族", "南宁"]),
            ("恩施土家族苗族自治州高级中学", &["恩施土家族苗族"]),
            ("忠县中学", &["忠"]),
            ("第一中学", &[]),
            ("红星小学", &[]),
        ];
        for (name, places) in table {
            assert_eq!(places_in(name), places, "{name}");
        }
    }

    #[test]
    fn one_school_or_two() {
        let one = [
            ("河源一中", "河源县一中"),
            ("河源一中", "河源县第一中学"),
            ("河源县第一中学", "广东省河源县第一中学"),
            ("第一中学", "河源县第一中学"),
        ];
        let two = [
            ("河源县第一中学", "河源县第二中学"),
            ("河源县第一中学", "东源县第一中学"),
            ("第一中学", "第一小学"),
            ("河源县实验小学", "河源县实验中学"),
        ];
        for (a, b) in one {
            assert!(may_be_one(&key(a), &key(b)), "{a} {b}");
        }
        for (a, b) in two {
            assert!(!may_be_one(&key(a), &key(b)), "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in "\\PC*", chinese in "[河源县市区省第一二十中小学幼园高职实附自治1 ]{0,14}") {
            for text in [&name, &chinese] {
                let key = key(text);
                prop_assert!(may_be_one(&key, &key));
                let _ = places_in(text);
            }
        }
    }
}
