//! How far two names agree.

use pinyin::ToPinyinMulti;
use strsim::osa_distance;

use super::name::{clean_name, name_key};

/// How far two names agree, from the same to different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameAgreement {
    /// The same key.
    Equal,
    /// The same but for a missing glyph, a cut tail or a surname's other form; or one is empty.
    Variant,
    /// Every character equal or of one sound.
    Homophone,
    /// One slip in at least three characters.
    Near,
    Different,
}

/// Surnames (first characters) written for one another, though they are different in law, and slips.
const SURNAMES: [(char, char); 7] = [
    ('付', '傅'),
    ('肖', '萧'),
    ('闫', '阎'),
    ('邱', '丘'),
    ('代', '戴'),
    ('候', '侯'),
    ('粱', '梁'),
];

/// A character of a key, or what stands where one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Character(char),
    /// `?`, `□`: no glyph.
    Missing,
    /// `YAN`: the sound in place of the character.
    Sound(String),
}

/// Compares two names as they stand or cleaned. An empty name gives no evidence: `Variant`.
pub fn compare_names(a: &str, b: &str) -> NameAgreement {
    if !a.is_empty() && a == b {
        return NameAgreement::Equal;
    }
    let (first, second) = (name_key(a), name_key(b));
    if first.is_empty() || second.is_empty() {
        return NameAgreement::Variant;
    }
    if first == second {
        return NameAgreement::Equal;
    }
    let (x, y): (Vec<char>, Vec<char>) = (first.chars().collect(), second.chars().collect());
    let dotted = clean_name(if x.len() > y.len() { a } else { b }).contains('·');
    if surnames_interchange(&x, &y) || truncated(&x, &y, dotted) || glyph_missing(&first, &second) {
        return NameAgreement::Variant;
    }
    let pairs = || x.iter().zip(&y);
    if x.len() == y.len() && pairs().all(|(&a, &b)| a == b || same_sound(a, b)) {
        return NameAgreement::Homophone;
    }
    // The letters of a sound are not so many characters.
    let sounded = |key| parts(key).iter().any(|part| matches!(part, Part::Sound(_)));
    if x.len().min(y.len()) >= 3
        && osa_distance(&first, &second) <= 1
        && !sounded(&first)
        && !sounded(&second)
    {
        return NameAgreement::Near;
    }
    NameAgreement::Different
}

fn surnames_interchange(x: &[char], y: &[char]) -> bool {
    let ([a, given @ ..], [b, other @ ..]) = (x, y) else {
        return false;
    };
    given == other && SURNAMES.iter().any(|pair| *pair == (*a, *b) || *pair == (*b, *a))
}

/// The longer name has a dot (or length enough to have lost one), and the shorter is its head.
fn truncated(x: &[char], y: &[char], dotted: bool) -> bool {
    let (short, long) = if x.len() < y.len() { (x, y) } else { (y, x) };
    short.len() >= 4 && (dotted || long.len() >= 6) && long.starts_with(short)
}

fn glyph_missing(first: &str, second: &str) -> bool {
    let agree = |x: &[Part], y: &[Part]| {
        x.len() == y.len()
            && x.iter().zip(y).all(|pair| match pair {
                (Part::Missing, _) | (_, Part::Missing) => true,
                (Part::Character(a), Part::Character(b)) => a == b,
                (Part::Sound(sound), Part::Character(c))
                | (Part::Character(c), Part::Sound(sound)) => has_sound(*c, sound),
                (Part::Sound(a), Part::Sound(b)) => a == b,
            })
    };
    let (x, y) = (parts(first), parts(second));
    if x.iter().chain(&y).all(|part| matches!(part, Part::Character(_))) {
        return false;
    }
    // A character of two bytes may have become one mark or two.
    let joined = |parts: &[Part]| {
        let mut parts = parts.to_vec();
        parts.dedup_by(|a, b| *a == Part::Missing && *b == Part::Missing);
        parts
    };
    agree(&x, &y) || agree(&joined(&x), &y) || agree(&x, &joined(&y))
}

/// Cuts a key; Latin letters are a sound only beside a Chinese character or a mark.
fn parts(key: &str) -> Vec<Part> {
    let latin_name = key.chars().all(|c| c.is_ascii_alphabetic());
    let mut parts: Vec<Part> = Vec::new();
    for c in key.chars() {
        match c {
            '?' | '□' | '口' | '*' | '○' | '〇' | '◯' | '●' | '■' | '◇' | '\u{FFFD}' => {
                parts.push(Part::Missing)
            }
            c if c.is_ascii_alphabetic() && !latin_name => match parts.last_mut() {
                Some(Part::Sound(sound)) => sound.push(c.to_ascii_lowercase()),
                _ => parts.push(Part::Sound(c.to_ascii_lowercase().to_string())),
            },
            c => parts.push(Part::Character(c)),
        }
    }
    parts
}

fn sounds(c: char) -> impl Iterator<Item = &'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(|sound| sound.plain())
}

fn same_sound(a: char, b: char) -> bool {
    sounds(a).any(|sound| sounds(b).any(|other| sound == other))
}

fn has_sound(c: char, typed: &str) -> bool {
    sounds(c).any(|sound| {
        sound == typed || sound.replace('ü', "v") == typed || sound.replace('ü', "u") == typed
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs_of_names() {
        use NameAgreement::*;
        let table = [
            ("张三", "张 三", Equal),
            ("張國強", "张国强", Equal),
            ("阿依古丽·买买提", "阿依古丽买买提", Equal),
            ("", "张三", Variant),
            ("王䶮", "王?", Variant),
            ("王䶮", "王??", Variant),
            ("王䶮", "王yan", Variant),
            ("张三丰", "张*丰", Variant),
            ("阿依古丽·买买提", "阿依古丽·买", Variant),
            ("阿依古丽·买买提", "阿依古丽", Variant),
            ("付小明", "傅小明", Variant),
            ("萧红", "肖红", Variant),
            ("梓轩", "子轩", Homophone),
            ("王梓轩", "王子萱", Homophone),
            ("李佳怡", "李嘉怡", Homophone),
            ("王小明", "王大明", Near),
            ("王小明", "王明小", Near),
            ("欧阳小明", "欧阳明", Near),
            ("王小", "王大", Different),
            ("张三丰", "李四光", Different),
            ("TOM", "TIM", Near),
            ("王yan", "李yan", Different),
        ];
        for (a, b, expected) in table {
            assert_eq!(compare_names(a, b), expected, "{a} {b}");
            assert_eq!(compare_names(b, a), expected, "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn agreement_is_mutual(a in "\\PC{0,8}", b in "\\PC{0,8}", c in "[王子梓轩·?*ab]{0,5}", d in "[王子梓轩·?*ab]{0,5}") {
            prop_assert_eq!(compare_names(&a, &b), compare_names(&b, &a));
            prop_assert_eq!(compare_names(&c, &d), compare_names(&d, &c));
        }
    }
}
