//! How far two names agree.

use std::borrow::Cow;

use super::name::{clean_name, for_each_key_character, is_plain_name};
use super::pronunciation::{has_reading, sound_alike};
use super::slips::within;
use super::sound::sound_key;
use super::transliteration::fold_segments;

/// How far two names agree, from the same to different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameAgreement {
    /// The same key.
    Equal,
    /// The same but for a missing glyph, pinyin in its place, a surname's other form or another
    /// transliteration; or one is empty.
    Variant,
    /// One is the other cut off, shortened at its dot, or with characters masked by `*`.
    Partial,
    /// Every character equal or of one sound, as names are read today.
    Homophone,
    /// One slip in at least three characters.
    Near,
    /// The same surname, another given name.
    SameSurname,
    Different,
}

impl NameAgreement {
    /// Whether two such names may be two ways to write one.
    pub fn is_one_name(self) -> bool {
        self <= NameAgreement::Homophone
    }

    /// Whether two such names are those of different people.
    pub fn tells_apart(self) -> bool {
        self >= NameAgreement::SameSurname
    }
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

/// Surnames of two characters.
const COMPOUND: [[char; 2]; 28] = [
    ['欧', '阳'],
    ['上', '官'],
    ['诸', '葛'],
    ['司', '马'],
    ['司', '徒'],
    ['司', '空'],
    ['皇', '甫'],
    ['令', '狐'],
    ['尉', '迟'],
    ['万', '俟'],
    ['长', '孙'],
    ['澹', '台'],
    ['单', '于'],
    ['鲜', '于'],
    ['夏', '侯'],
    ['东', '方'],
    ['东', '郭'],
    ['南', '宫'],
    ['西', '门'],
    ['慕', '容'],
    ['公', '孙'],
    ['轩', '辕'],
    ['宇', '文'],
    ['呼', '延'],
    ['端', '木'],
    ['钟', '离'],
    ['独', '孤'],
    ['申', '屠'],
];

/// The most characters of a name of Chinese form, and of the keys that need no allocation.
const HAN_NAME: usize = 4;

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
/// Two names of at most four common characters take no allocation.
pub fn compare_names(a: &str, b: &str) -> NameAgreement {
    if !a.is_empty() && a == b {
        return NameAgreement::Equal;
    }
    if let (Some(x), Some(y)) = (HanName::read(a), HanName::read(b)) {
        return compare_characters(x.characters(), y.characters());
    }
    let key = |name| {
        let mut key: Vec<char> = Vec::new();
        for_each_key_character(name, |c| key.push(c));
        key
    };
    let (x, y) = (key(a), key(b));
    if x.is_empty() || y.is_empty() {
        return NameAgreement::Variant;
    }
    if x == y {
        return NameAgreement::Equal;
    }
    let marked = marks_agree(&x, &y);
    if marked == Some(NameAgreement::Variant) || surnames_interchange(&x, &y) {
        return NameAgreement::Variant;
    }
    let (first, second) = (fold_segments(&x), fold_segments(&y));
    if first == second {
        return NameAgreement::Variant;
    }
    if marked.is_some() || cut(&first, &second, a, b) {
        return NameAgreement::Partial;
    }
    let latin = x.iter().chain(&y).any(char::is_ascii_alphabetic);
    if latin && sound_key(a) == sound_key(b) {
        return NameAgreement::Homophone;
    }
    let agreement = compare_characters(&first, &second);
    // The letters of a sound are not so many characters.
    let sounded = |key: &[char]| parts(key).iter().any(|part| matches!(part, Part::Sound(_)));
    if agreement == NameAgreement::Near && (sounded(&x) || sounded(&y)) {
        return if same_surname(&x, &y) {
            NameAgreement::SameSurname
        } else {
            NameAgreement::Different
        };
    }
    agreement
}

/// The characters of a key, of a name of Chinese form.
struct HanName {
    characters: [char; HAN_NAME],
    length: usize,
}

impl HanName {
    /// `None` where more is to be looked at than the characters: length, marks (口 stands for a
    /// missing glyph), letters.
    fn read(name: &str) -> Option<HanName> {
        if name.len() > 3 * HAN_NAME || !is_plain_name(name) {
            return None;
        }
        let mut read = HanName { characters: ['\0'; HAN_NAME], length: 0 };
        for_each_key_character(name, |c| {
            if let Some(place) = read.characters.get_mut(read.length) {
                *place = c;
                read.length += 1;
            }
        });
        (!read.characters().contains(&'口')).then_some(read)
    }

    fn characters(&self) -> &[char] {
        self.characters.get(..self.length).unwrap_or_default()
    }
}

/// Compares two keys character by character.
fn compare_characters(x: &[char], y: &[char]) -> NameAgreement {
    if x.is_empty() || y.is_empty() {
        NameAgreement::Variant
    } else if x == y {
        NameAgreement::Equal
    } else if surnames_interchange(x, y) {
        NameAgreement::Variant
    } else if sound_alike(x, y) {
        NameAgreement::Homophone
    } else if x.len().min(y.len()) >= 3 && within(x, y, 1) {
        NameAgreement::Near
    } else if same_surname(x, y) {
        NameAgreement::SameSurname
    } else {
        NameAgreement::Different
    }
}

fn surnames_interchange(x: &[char], y: &[char]) -> bool {
    let ([a, given @ ..], [b, other @ ..]) = (x, y) else {
        return false;
    };
    given == other && interchangeable(*a, *b)
}

fn interchangeable(a: char, b: char) -> bool {
    SURNAMES.iter().any(|pair| *pair == (a, b) || *pair == (b, a))
}

/// Whether two names of Chinese form begin with one surname.
fn same_surname(x: &[char], y: &[char]) -> bool {
    match (surname(x), surname(y)) {
        (Some([a]), Some([b])) => a == b || interchangeable(*a, *b),
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// Whether two characters are one surname (欧阳).
pub fn is_compound_surname(characters: [char; 2]) -> bool {
    COMPOUND.contains(&characters)
}

/// The surname of a name of Chinese form; the first syllable of 阿依古丽 is none.
fn surname(key: &[char]) -> Option<&[char]> {
    let compound = matches!(key, [a, b, _, ..] if is_compound_surname([*a, *b]));
    let length = if compound { 2 } else { 1 };
    let letters = key.iter().filter(|c| c.is_ascii_alphabetic()).count();
    // Letters in place of a character are one.
    let characters = key.len() - letters + letters.min(1);
    let head = key.get(..length)?;
    ((length + 1..=length + 3).contains(&characters) && head.iter().all(|&c| c >= '\u{3400}'))
        .then_some(head)
}

/// Whether the shorter name is the head of the longer: cut off behind at least four characters, where
/// the longer has a dot or is long enough to have lost one, or shortened at the dot.
fn cut(x: &[char], y: &[char], a: &str, b: &str) -> bool {
    let (short, long, name) = if x.len() < y.len() { (x, y, b) } else { (y, x, a) };
    if short.len() < 2 || !long.starts_with(short) {
        return false;
    }
    let name = clean_name(name);
    let at_dot = || {
        let mut segments = name.match_indices('·');
        segments.any(|(at, _)| {
            let mut head = Vec::new();
            for_each_key_character(&name[..at], |c| head.push(c));
            fold_segments(&head) == Cow::Borrowed(short)
        })
    };
    (short.len() >= 4 && (long.len() >= 6 || name.contains('·'))) || at_dot()
}

/// How two names agree of which one has marks or letters in place of characters. `None`: they do not,
/// or neither has.
fn marks_agree(x: &[char], y: &[char]) -> Option<NameAgreement> {
    let agree = |x: &[Part], y: &[Part]| {
        x.len() == y.len()
            && x.iter().zip(y).all(|pair| match pair {
                (Part::Missing, _) | (_, Part::Missing) => true,
                (Part::Character(a), Part::Character(b)) => a == b,
                (Part::Sound(sound), Part::Character(c))
                | (Part::Character(c), Part::Sound(sound)) => has_reading(*c, sound),
                (Part::Sound(a), Part::Sound(b)) => a == b,
            })
    };
    let (first, second) = (parts(x), parts(y));
    if first.iter().chain(&second).all(|part| matches!(part, Part::Character(_))) {
        return None;
    }
    // A character of two bytes may have become one mark or two.
    let joined = |parts: &[Part]| {
        let mut parts = parts.to_vec();
        parts.dedup_by(|a, b| *a == Part::Missing && *b == Part::Missing);
        parts
    };
    let agreed = agree(&first, &second)
        || agree(&joined(&first), &second)
        || agree(&first, &joined(&second));
    let masked = x.iter().chain(y).any(|&c| c == '*');
    agreed.then_some(if masked { NameAgreement::Partial } else { NameAgreement::Variant })
}

/// Cuts a key; Latin letters are a sound only beside a Chinese character or a mark.
fn parts(key: &[char]) -> Vec<Part> {
    let latin_name = key.iter().all(char::is_ascii_alphabetic);
    let mut parts: Vec<Part> = Vec::new();
    for &c in key {
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
            ("张三丰", "张*丰", Partial),
            ("张三丰", "张**", Partial),
            ("张三丰", "李*丰", Different),
            ("阿依古丽·买买提", "阿依古丽·买", Partial),
            ("阿依古丽·买买提", "阿依古丽", Partial),
            ("买买提·艾力", "买买提", Partial),
            ("买买提·艾力·吐尔逊", "买买提艾力", Partial),
            ("穆罕默德·艾力", "买买提", Partial),
            ("买买提·艾力", "艾力", Different),
            ("买买提·艾力", "麦麦提·艾力", Variant),
            ("穆罕默德·艾力", "麦麦提艾力", Variant),
            ("阿布都热合曼", "阿卜杜热合曼", Variant),
            ("王?小明", "王口小明", Variant),
            ("付小明", "傅小明", Variant),
            ("萧红", "肖红", Variant),
            ("梓轩", "子轩", Homophone),
            ("王梓轩", "王子萱", Homophone),
            ("李佳怡", "李嘉怡", Homophone),
            ("王涛", "汪涛", Homophone),
            ("王涛", "于涛", Different),
            ("陈晓宇", "沈晓宇", Near),
            ("李翔", "李洋", SameSurname),
            ("单小明", "善小明", Homophone),
            ("李乐", "李月", Homophone),
            ("王小明", "王大明", Near),
            ("王小明", "王明小", Near),
            ("欧阳小明", "欧阳明", Near),
            ("王小", "王大", SameSurname),
            ("王小明", "王伟", SameSurname),
            ("付小明", "傅伟", SameSurname),
            ("欧阳伟", "欧阳小明", SameSurname),
            ("欧阳伟", "欧小明", Different),
            ("上官婉儿", "上官云", SameSurname),
            ("阿依古丽·买买提", "阿不都", Different),
            ("王小明", "WANG XIAOMING", Homophone),
            ("王小明", "王xiaoming", Homophone),
            ("张三丰", "李四光", Different),
            ("TOM", "TIM", Near),
            ("王yan", "李yan", Different),
            ("王yan", "王yang", SameSurname),
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
