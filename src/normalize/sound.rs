//! How a name sounds, without tones: the key by which homophones and typed pinyin meet.

use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

use super::name::for_each_key_character;

/// Readings of single surnames that are not the commonest reading of their character.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan"),
    ('仇', "qiu"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('区', "ou"),
    ('查', "zha"),
    ('任', "ren"),
    ('乐', "yue"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('覃', "qin"),
    ('翟', "zhai"),
    ('薄', "bo"),
    ('员', "yun"),
    ('缪', "miao"),
    ('召', "shao"),
    ('种', "chong"),
    ('繁', "po"),
    ('秘', "bi"),
    ('黑', "he"),
    ('折', "she"),
    ('祭', "zhai"),
    ('郇', "xun"),
    ('牟', "mu"),
    ('幺', "yao"),
    ('么', "yao"),
    ('都', "du"),
    ('能', "nai"),
    ('句', "gou"),
    ('洗', "xian"),
    ('撒', "sa"),
    ('佴', "nai"),
    ('逄', "pang"),
    ('卜', "bu"),
];

/// Compound surnames of which a character is read otherwise.
const COMPOUND: &[(char, char, &str, &str)] = &[
    ('尉', '迟', "yu", "chi"),
    ('万', '俟', "mo", "qi"),
    ('长', '孙', "zhang", "sun"),
    ('澹', '台', "tan", "tai"),
    ('单', '于', "chan", "yu"),
    ('宰', '父', "zai", "fu"),
];

/// Readings in given names that are not the first in the dictionary.
const GIVEN: &[(char, &str)] =
    &[('晟', "sheng"), ('卜', "bu"), ('都', "du"), ('媛', "yuan"), ('的', "de")];

/// The sound of a character as its letters, five bits each (a = 1 … z = 26, ü as v). Zero: unknown.
type Sound = u32;

const FIRST: u32 = 0x3400;

/// The sounds of U+3400 to U+9FFF.
static SOUNDS: LazyLock<Vec<Sound>> = LazyLock::new(|| {
    let mut sounds: Vec<Sound> =
        (FIRST..0xA000).map(|code| char::from_u32(code).map_or(0, in_dictionary)).collect();
    for &(c, reading) in GIVEN {
        if let Some(sound) = sounds.get_mut((u32::from(c) - FIRST) as usize) {
            *sound = packed(reading);
        }
    }
    sounds
});

/// One bit of 32 for each reading of a character of U+3400 to U+9FFF.
static READINGS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let bit = |c| {
        readings(c)
            .fold(0, |bits, reading| bits | 1 << (packed(reading).wrapping_mul(0x9E37_79B1) >> 27))
    };
    (FIRST..0xA000).map(|code| char::from_u32(code).map_or(0, bit)).collect()
});

/// Whether two characters have a reading in common, tones aside.
pub(super) fn same_sound(a: char, b: char) -> bool {
    let bits = |c: char| READINGS.get(u32::from(c).checked_sub(FIRST)? as usize);
    // Most pairs share no bit, and need no look into the dictionary.
    if let (Some(a), Some(b)) = (bits(a), bits(b))
        && a & b == 0
    {
        return false;
    }
    readings(a).any(|reading| readings(b).any(|other| reading == other))
}

/// Whether letters that were typed, in lower case, are a reading of a character; `v` and `u` stand
/// for `ü`.
pub(super) fn has_sound(c: char, typed: &str) -> bool {
    readings(c).any(|reading| {
        reading == typed || reading.replace('ü', "v") == typed || reading.replace('ü', "u") == typed
    })
}

fn readings(c: char) -> impl Iterator<Item = &'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain())
}

/// A hash of the toneless sounds of a name: equal for homophones, and for pinyin written in place of
/// a character or of the whole name (王䶮, 王yan, WANG YAN).
///
/// Dots and blanks do not count. Characters are read as surnames in the first place (单 shan, 尉迟
/// yuchi), elsewhere in their commonest reading; one without a known sound counts as itself. The same
/// on every machine and in every run.
pub fn sound_key(name: &str) -> u64 {
    let sounds: &[Sound] = &SOUNDS;
    let mut hash = Hash::new();
    let mut place = 0usize;
    let mut held = None;
    for_each_key_character(name, |c| {
        // The first character waits for the second: it may be half of a compound surname.
        match (place, held.take()) {
            (0, _) => held = Some(c),
            (1, Some(first)) => {
                match COMPOUND.iter().find(|compound| (compound.0, compound.1) == (first, c)) {
                    Some(&(_, _, first, second)) => {
                        hash.sound(packed(first));
                        hash.sound(packed(second));
                    }
                    None => {
                        hash.character(first, surname_sound(sounds, first));
                        hash.character(c, sound_of(sounds, c));
                    }
                }
            }
            _ => hash.character(c, sound_of(sounds, c)),
        }
        place += 1;
    });
    if let Some(only) = held {
        hash.character(only, surname_sound(sounds, only));
    }
    hash.finish()
}

/// A hash of the key by which names are compared (see [`super::name_key`]): equal for equal keys, the
/// same on every machine and in every run.
pub fn name_hash(name: &str) -> u64 {
    let mut hash = Hash::new();
    for_each_key_character(name, |c| hash.add(u32::from(c)));
    hash.finish()
}

fn surname_sound(sounds: &[Sound], c: char) -> Sound {
    let surname = SURNAMES.iter().find(|(surname, _)| *surname == c);
    surname.map_or_else(|| sound_of(sounds, c), |(_, reading)| packed(reading))
}

fn sound_of(sounds: &[Sound], c: char) -> Sound {
    match u32::from(c).checked_sub(FIRST).and_then(|at| sounds.get(at as usize)) {
        Some(&sound) => sound,
        None => in_dictionary(c),
    }
}

fn in_dictionary(c: char) -> Sound {
    // Interjections (嗯 ń) have readings of accents alone, which are no syllable of a name.
    c.to_pinyin().map_or(0, |reading| packed(reading.plain()))
}

fn packed(reading: &str) -> Sound {
    reading.chars().try_fold(0, |sound, c| Some(sound << 5 | letter(c)?)).unwrap_or(0)
}

fn letter(c: char) -> Option<u32> {
    match c {
        'a'..='z' => Some(u32::from(c) - u32::from('a') + 1),
        'A'..='Z' => Some(u32::from(c) - u32::from('A') + 1),
        'ü' | 'Ü' => Some(22),
        _ => None,
    }
}

/// A running hash of letters and characters: no secret, no seed, so that keys may be stored.
struct Hash(u64);

impl Hash {
    fn new() -> Hash {
        Hash(0x9E37_79B9_7F4A_7C15)
    }

    fn add(&mut self, value: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(value)).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    /// Letter by letter, so that letters typed in place of a character count the same.
    fn sound(&mut self, sound: Sound) {
        for shift in (0..6).rev() {
            let letter = sound >> (5 * shift) & 31;
            if letter != 0 {
                self.add(letter);
            }
        }
    }

    fn character(&mut self, c: char, sound: Sound) {
        match (sound, letter(c)) {
            (0, Some(letter)) => self.add(letter),
            // Beyond any letter.
            (0, None) => self.add(1 << 31 | u32::from(c)),
            (sound, _) => self.sound(sound),
        }
    }

    fn finish(self) -> u64 {
        let hash = (self.0 ^ self.0 >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        hash ^ hash >> 32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{NameAgreement, compare_names, name_key};
    use super::*;

    #[test]
    fn names_that_sound_alike() {
        for (a, b) in [
            ("王梓轩", "王子轩"),
            ("李佳怡", "李嘉怡"),
            ("张國強", "张国强"),
            ("王䶮", "王yan"),
            ("王䶮", "王 YAN"),
            ("王小明", "Wang Xiaoming"),
            ("吕布", "lv布"),
            ("吕布", "LÜ BU"),
            ("买买提·艾力", "麦麦提艾力"),
            ("单小明", "善小明"),
            ("仇英", "邱英"),
            ("曾晟", "zeng sheng"),
            ("尉迟恭", "YUCHI GONG"),
            ("万俟明", "moqi明"),
            ("长孙无忌", "章孙无忌"),
            ("单于明", "chanyu明"),
            ("覃明", "秦明"),
            ("曾", "zeng"),
        ] {
            assert_eq!(sound_key(a), sound_key(b), "{a} {b}");
        }
    }

    #[test]
    fn names_that_do_not() {
        for (a, b) in [
            ("王小明", "王小红"),
            ("林静", "凌静"),
            ("陈新", "陈星"),
            ("张三", "章"),
            ("王?", "王"),
            ("吕布", "陆布"),
            ("", "王"),
            ("单小明", "dan小明"),
        ] {
            assert_ne!(sound_key(a), sound_key(b), "{a} {b}");
        }
    }

    fn one_reading(c: char) -> bool {
        c.to_pinyin_multi().is_some_and(|all| {
            let first = all.get(0).plain();
            all.into_iter().all(|reading| reading.plain() == first)
        }) && name_key(&c.to_string()) == c.to_string()
            && SURNAMES.iter().chain(GIVEN).all(|(special, _)| *special != c)
    }

    proptest! {
        #[test]
        fn equal_keys_sound_equal(name in "[王单尉迟於于張张·. ?a-z]{0,6}", any in "\\PC{0,8}") {
            for name in [name, any] {
                // Once cleaned, a leading `*` or a width that folds is gone for good.
                let key = name_key(&name);
                if name_key(&key) == key {
                    prop_assert_eq!(sound_key(&name), sound_key(&key), "{}", name);
                    prop_assert_eq!(name_hash(&name), name_hash(&key), "{}", name);
                }
            }
        }

        #[test]
        fn homophones_of_one_reading_have_one_key(pairs in prop::collection::vec((0x4E00u32..0x9FA5, 0x4E00u32..0x9FA5), 2..4)) {
            let alike = |a: char, b: char| one_reading(a) && one_reading(b)
                && a.to_pinyin().map(|p| p.plain()) == b.to_pinyin().map(|p| p.plain());
            let mut names = (String::new(), String::new());
            for (a, from) in pairs {
                let Some(a) = char::from_u32(a).filter(|&a| one_reading(a)) else { continue };
                let b = (from..0x9FA5).chain(0x4E00..from).filter_map(char::from_u32).find(|&b| alike(a, b));
                names.0.push(a);
                names.1.push(b.unwrap_or(a));
            }
            if compare_names(&names.0, &names.1) == NameAgreement::Homophone {
                prop_assert_eq!(sound_key(&names.0), sound_key(&names.1), "{:?}", names);
            }
        }
    }
}
