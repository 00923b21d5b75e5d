//! How a name sounds, without tones: the key by which homophones and typed pinyin meet.

use super::name::for_each_key_character;
use super::pronunciation::{Sound, first_sounds, given_sounds, letter, second_sounds};

/// A hash of the toneless sounds of a name: equal for homophones, and for pinyin written in place of
/// a character or of the whole name (王䶮, 王yan, WANG YAN).
///
/// Dots and blanks do not count. The first character is read as a surname (单 shan, 尉迟 yuchi), all
/// in their commonest reading; one without a known sound counts as itself. The same on every machine
/// and in every run.
pub fn sound_key(name: &str) -> u64 {
    let mut hash = Hash::new();
    let mut place = 0usize;
    let mut held = None;
    for_each_key_character(name, |c| {
        // The first character waits for the second: it may be half of a compound surname.
        match (place, held.take()) {
            (0, _) => held = Some(c),
            (1, Some(first)) => {
                hash.character(first, first_sounds(first, Some(c))[0]);
                hash.character(c, second_sounds(first, c)[0]);
            }
            _ => hash.character(c, given_sounds(c)[0]),
        }
        place += 1;
    });
    if let Some(only) = held {
        hash.character(only, first_sounds(only, None)[0]);
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

    use super::super::{compare_names, name_key};
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
        fn one_commonest_sound_is_one_key_and_one_key_is_a_homophone(pairs in prop::collection::vec((0x4E00u32..0x9FA5, 0x4E00u32..0x9FA5), 2..4)) {
            let plain = |c: char| name_key(&c.to_string()) == c.to_string();
            let sound = |c: char| given_sounds(c)[0];
            // Given names alone: surnames have their own readings.
            let mut names = (String::from("李明"), String::from("李明"));
            for (a, from) in pairs {
                let Some(a) = char::from_u32(a).filter(|&a| plain(a) && sound(a) != 0) else { continue };
                let b = (from..0x9FA5).chain(0x4E00..from).filter_map(char::from_u32)
                    .find(|&b| plain(b) && sound(b) == sound(a));
                names.0.push(a);
                names.1.push(b.unwrap_or(a));
            }
            prop_assert_eq!(sound_key(&names.0), sound_key(&names.1), "{:?}", names);
            prop_assert!(compare_names(&names.0, &names.1).is_one_name(), "{:?}", names);
        }
    }
}
