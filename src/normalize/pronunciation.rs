//! How the characters of names are read today: as a surname, and in a given name.
//!
//! A dictionary lists every reading a character ever had (王 also as yù, 陈 as zhèn, 家 as gū); by
//! them 王涛 and 于涛 would sound alike. Here a character has its first reading in the dictionary,
//! or what the tables say: at most two, the commoner first.

use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// A syllable without tone as its letters, five bits each (a = 1 … z = 26, ü as v). Zero: none.
pub(super) type Sound = u32;

/// The sounds of a character: the commonest, and another that is in use too.
pub(super) type Sounds = [Sound; 2];

/// Surnames of one character that are read otherwise than the first reading, or in two ways.
const SURNAMES: &[(char, &str, &str)] = &[
    ('单', "shan", ""),
    ('仇', "qiu", ""),
    ('曾', "zeng", ""),
    ('解', "xie", ""),
    ('区', "ou", ""),
    ('查', "zha", ""),
    ('任', "ren", ""),
    ('乐', "yue", "le"),
    ('朴', "piao", ""),
    ('盖', "ge", "gai"),
    ('覃', "qin", "tan"),
    ('翟', "zhai", "di"),
    ('薄', "bo", ""),
    ('员', "yun", "yuan"),
    ('缪', "miao", "mou"),
    ('召', "shao", "zhao"),
    ('种', "chong", ""),
    ('繁', "po", ""),
    ('秘', "bi", ""),
    ('黑', "he", "hei"),
    ('折', "she", "zhe"),
    ('祭', "zhai", "ji"),
    ('郇', "xun", "huan"),
    ('郄', "qie", "xi"),
    ('隗', "wei", "kui"),
    ('莘', "shen", "xin"),
    ('牟', "mu", "mou"),
    ('幺', "yao", ""),
    ('么', "yao", ""),
    ('都', "du", ""),
    ('能', "nai", ""),
    ('句', "gou", ""),
    ('洗', "xian", ""),
    ('撒', "sa", ""),
    ('佴', "nai", ""),
    ('逄', "pang", ""),
    ('卜', "bu", ""),
    ('阚', "kan", ""),
    ('乜', "nie", ""),
    ('贲', "ben", ""),
    ('粘', "nian", ""),
    ('藏', "zang", "cang"),
    ('柏', "bai", "bo"),
    ('长', "chang", "zhang"),
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

/// Characters of given names that are read otherwise than the first reading, or in two ways.
const GIVEN: &[(char, &str, &str)] = &[
    ('晟', "sheng", "cheng"),
    ('乐', "le", "yue"),
    ('行', "xing", "hang"),
    ('长', "chang", "zhang"),
    ('重', "zhong", "chong"),
    ('朝', "zhao", "chao"),
    ('茜', "qian", "xi"),
    ('柏', "bo", "bai"),
    ('莘', "xin", "shen"),
    ('莞', "wan", "guan"),
    ('隽', "jun", "juan"),
    ('玟', "wen", "min"),
    ('玢', "bin", "fen"),
    ('珲', "hun", "hui"),
    ('颉', "jie", "xie"),
    ('峤', "qiao", "jiao"),
    ('焘', "tao", "dao"),
    ('溱', "qin", "zhen"),
    ('靓', "liang", "jing"),
    ('伽', "jia", "qie"),
    ('仔', "zi", "zai"),
    ('焯', "zhuo", "chao"),
    ('娜', "na", "nuo"),
    ('珩', "heng", ""),
    ('桁', "heng", ""),
    ('琢', "zhuo", ""),
    ('曾', "zeng", ""),
    ('泊', "bo", ""),
    ('佛', "fo", ""),
    ('厦', "xia", ""),
    ('钥', "yue", ""),
    ('卜', "bu", ""),
    ('都', "du", ""),
    // In names of other tongues (喀什, 阿勒泰).
    ('什', "shi", ""),
    ('勒', "le", ""),
    ('的', "de", "di"),
    ('呢', "ne", "ni"),
];

const FIRST: u32 = 0x3400;

/// The sounds of U+3400 to U+9FFF in one use.
struct Table(Vec<Sounds>);

impl Table {
    fn with(special: &[(char, &str, &str)]) -> Table {
        let first = |code| [char::from_u32(code).map_or(0, in_dictionary), 0];
        let mut sounds: Vec<Sounds> = (FIRST..0xA000).map(first).collect();
        for &(c, commonest, other) in special {
            if let Some(sounds) = sounds.get_mut((u32::from(c) - FIRST) as usize) {
                *sounds = [packed(commonest), packed(other)];
            }
        }
        Table(sounds)
    }

    fn of(&self, c: char) -> Sounds {
        match u32::from(c).checked_sub(FIRST).and_then(|at| self.0.get(at as usize)) {
            Some(&sounds) => sounds,
            None => [in_dictionary(c), 0],
        }
    }
}

static AS_SURNAME: LazyLock<Table> = LazyLock::new(|| Table::with(SURNAMES));
static IN_GIVEN_NAME: LazyLock<Table> = LazyLock::new(|| Table::with(GIVEN));

/// The sounds of a name's first character, which is a surname or, with the second, half of one; no
/// second where it is the whole name.
pub(super) fn first_sounds(first: char, second: Option<char>) -> Sounds {
    compound(first, second)
        .map_or_else(|| AS_SURNAME.of(first), |(_, _, first, _)| [packed(first), 0])
}

/// The sounds of a name's second character, which may be half of a compound surname.
pub(super) fn second_sounds(first: char, second: char) -> Sounds {
    compound(first, Some(second))
        .map_or_else(|| given_sounds(second), |(_, _, _, second)| [packed(second), 0])
}

/// The sounds of a character in a given name.
pub(super) fn given_sounds(c: char) -> Sounds {
    IN_GIVEN_NAME.of(c)
}

fn compound(first: char, second: Option<char>) -> Option<(char, char, &'static str, &'static str)> {
    COMPOUND.iter().find(|compound| compound.0 == first && Some(compound.1) == second).copied()
}

/// Whether two names of as many characters, by the key, sound alike character by character, tones
/// aside. The first character is read as a surname.
pub(super) fn sound_alike(x: &[char], y: &[char]) -> bool {
    x.len() == y.len()
        && x.iter()
            .zip(y)
            .enumerate()
            .all(|(at, (a, b))| a == b || share_a_sound(sounds_at(x, at, *a), sounds_at(y, at, *b)))
}

fn sounds_at(name: &[char], at: usize, c: char) -> Sounds {
    match (at, name) {
        (0, _) => first_sounds(c, name.get(1).copied()),
        (1, [first, ..]) => second_sounds(*first, c),
        _ => given_sounds(c),
    }
}

fn share_a_sound(a: Sounds, b: Sounds) -> bool {
    a.iter().any(|sound| *sound != 0 && b.contains(sound))
}

/// Whether letters that were typed, in lower case, are a reading of a character, of today or not;
/// `v` and `u` stand for `ü`.
pub(super) fn has_reading(c: char, typed: &str) -> bool {
    c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain()).any(|reading| {
        reading == typed || reading.replace('ü', "v") == typed || reading.replace('ü', "u") == typed
    })
}

fn in_dictionary(c: char) -> Sound {
    // Interjections (嗯 ń) have readings of accents alone, which are no syllable of a name.
    c.to_pinyin().map_or(0, |reading| packed(reading.plain()))
}

fn packed(reading: &str) -> Sound {
    reading.chars().try_fold(0, |sound, c| Some(sound << 5 | letter(c)?)).unwrap_or(0)
}

/// The number of a letter in a sound, of either case.
pub(super) fn letter(c: char) -> Option<u32> {
    match c {
        'a'..='z' => Some(u32::from(c) - u32::from('a') + 1),
        'A'..='Z' => Some(u32::from(c) - u32::from('A') + 1),
        'ü' | 'Ü' => Some(22),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        let characters = |name: &str| name.chars().collect::<Vec<char>>();
        let (a, b) = (characters(a), characters(b));
        let there = sound_alike(&a, &b);
        assert_eq!(there, sound_alike(&b, &a), "{a:?} {b:?}");
        there
    }

    #[test]
    fn surnames_of_one_sound() {
        for (a, b) in [
            ("张", "章"),
            ("王", "汪"),
            ("于", "余"),
            ("俞", "余"),
            ("徐", "许"),
            ("陈", "谌"),
            ("程", "成"),
            ("魏", "卫"),
            ("单", "善"),
            ("仇", "邱"),
            ("曾", "增"),
            ("解", "谢"),
            ("查", "扎"),
            ("任", "仁"),
            ("阚", "坎"),
            ("覃", "秦"),
            ("覃", "谭"),
            ("乐", "岳"),
            ("翟", "狄"),
        ] {
            assert!(alike(&format!("{a}涛"), &format!("{b}涛")), "{a} {b}");
        }
        assert!(alike("尉迟恭", "玉池恭"));
        assert!(alike("长孙明", "章孙明"));
    }

    #[test]
    fn surnames_alike_by_an_old_reading_only() {
        for (a, b) in [
            ("王", "于"),
            ("王", "俞"),
            ("王", "玉"),
            ("陈", "沈"),
            ("徐", "余"),
            ("徐", "于"),
            ("胡", "许"),
            ("许", "于"),
            ("林", "任"),
            ("郑", "丁"),
            ("谢", "叶"),
            ("董", "钟"),
            ("贾", "夏"),
            ("于", "魏"),
            ("余", "杜"),
            ("单", "丹"),
            ("曾", "岑"),
            ("仇", "筹"),
            ("查", "茶"),
            ("朴", "蒲"),
        ] {
            assert!(!alike(&format!("{a}涛"), &format!("{b}涛")), "{a} {b}");
        }
        assert!(!alike("尉迟恭", "魏池恭"));
    }

    #[test]
    fn given_names() {
        for (a, b) in [
            ("涵", "晗"),
            ("梓", "子"),
            ("轩", "萱"),
            ("豪", "毫"),
            ("佳", "嘉"),
            ("家", "佳"),
            ("杰", "洁"),
            ("可", "柯"),
            ("晟", "圣"),
            ("晟", "成"),
            ("乐", "月"),
            ("乐", "勒"),
            ("茜", "倩"),
            ("茜", "西"),
            ("朝", "超"),
            ("朝", "照"),
            ("长", "昌"),
            ("柏", "博"),
            ("珩", "恒"),
            ("婷", "庭"),
            ("俊", "骏"),
            // As a surname 单 is shan.
            ("单", "丹"),
        ] {
            assert!(alike(&format!("李{a}明"), &format!("李{b}明")), "{a} {b}");
            assert!(alike(&format!("李明{a}"), &format!("李明{b}")), "{a} {b}");
        }
        for (a, b) in [
            ("家", "杰"),
            ("翔", "洋"),
            ("浩", "可"),
            ("俊", "顺"),
            ("明", "萌"),
            ("雨", "雪"),
            ("琪", "瑶"),
            ("思", "赛"),
            ("予", "竹"),
            ("单", "善"),
        ] {
            assert!(!alike(&format!("李{a}明"), &format!("李{b}明")), "{a} {b}");
        }
        assert!(!alike("李明", "李小明"));
    }

    #[test]
    fn the_tables_name_readings_once_each() {
        for table in [SURNAMES, GIVEN] {
            for (place, &(c, commonest, other)) in table.iter().enumerate() {
                assert!(table[..place].iter().all(|entry| entry.0 != c), "{c} twice");
                assert_ne!(commonest, other, "{c}");
                // Hè of the surname 黑 stands in no dictionary.
                for reading in [commonest, other].into_iter().filter(|_| c != '黑') {
                    assert!(reading.is_empty() || has_reading(c, reading), "{c} {reading}");
                }
            }
        }
    }
}
