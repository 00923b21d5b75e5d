//! What becomes of a name: the other character of the same sound, the traditional form, a glyph that
//! the system does not have, the short form of a long name.

use super::household::Household;
use super::names::Names;
use super::rng::Rng;

/// A way in which a name is written otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFault {
    Homophone,
    /// Another form of a character: 付 and 傅, 昇 and 升.
    Variant,
    Traditional,
    /// `王?`, `王□`, `王yan` where the system has no such character.
    MissingGlyph,
    /// The own name without the father's.
    MinorityShort,
    /// Another transliteration, or no dot.
    MinorityRespelt,
    /// One character of the given name is another one, or two changed places.
    Typo,
}

/// Forms that are taken for one another, both ways.
const VARIANTS: [(char, char); 22] = [
    ('付', '傅'),
    ('肖', '萧'),
    ('闫', '阎'),
    ('邱', '丘'),
    ('戴', '代'),
    ('侯', '候'),
    ('梁', '粱'),
    ('昇', '升'),
    ('喆', '哲'),
    ('镕', '熔'),
    ('堃', '坤'),
    ('淼', '渺'),
    ('宁', '甯'),
    ('峰', '峯'),
    ('于', '於'),
    ('烨', '晔'),
    ('皓', '皜'),
    ('晓', '暁'),
    ('杰', '傑'),
    ('群', '羣'),
    ('强', '強'),
    ('秀', '琇'),
];

/// Simplified characters of names and their traditional forms.
const TRADITIONAL: &str = "刘劉张張陈陳杨楊黄黃赵趙吴吳孙孫马馬罗羅郑鄭谢謝许許韩韓冯馮邓鄧萧蕭苏蘇叶葉吕呂卢盧陆陸钟鍾谭譚\
    贾賈韦韋邹鄒闫閆阎閻龙龍顾顧龚龔万萬钱錢严嚴汤湯欧歐诸諸蒋蔣轩軒伟偉国國华華东東云雲飞飛凯凱宁寧\
    晓曉丽麗红紅艳豔兰蘭梦夢语語诺諾诗詩颖穎静靜杰傑强強宝寶贤賢庆慶汉漢泽澤润潤树樹荣榮鹏鵬鸿鴻锐銳\
    铭銘锦錦凤鳳洁潔涛濤烨燁书書启啟渊淵亚亞娅婭婵嬋瑶瑤琼瓊岚嵐萝蘿苹蘋军軍刚剛辉輝";

/// Rare characters that systems lose, with their sounds.
const LOST: [(char, &str); 9] = [
    ('䶮', "yan"),
    ('㛃', "jie"),
    ('堃', "kun"),
    ('赟', "yun"),
    ('𫖯', "fu"),
    ('龑', "yan"),
    ('翀', "chong"),
    ('珺', "jun"),
    ('㬎', "xian"),
];

/// Transliterations of one name, both ways.
const RESPELT: [(&str, &str); 18] = [
    ("买买提", "麦麦提"),
    ("阿不都", "阿卜杜"),
    ("阿布都", "阿卜杜"),
    ("艾力", "艾里"),
    ("吐尔", "图尔"),
    ("卡德尔", "卡迪尔"),
    ("玉素甫", "玉苏甫"),
    ("依明", "伊敏"),
    ("亚森", "亚生"),
    ("肉孜", "如孜"),
    ("迪丽", "迪力"),
    ("玛依拉", "马依拉"),
    ("阿卜力", "阿不力"),
    ("热依汗", "热伊汗"),
    ("依布拉音", "伊布拉音"),
    ("托合提", "托乎提"),
    ("库尔班", "库尔邦"),
    ("祖丽", "祖力"),
];

impl NameFault {
    /// A name that this can befall, where the child's own cannot: a rare one, or a minority one.
    pub(crate) fn fitting(self, home: &Household, names: &Names, rng: &mut Rng) -> Option<String> {
        (self == NameFault::MissingGlyph).then(|| {
            loop {
                let name = names.rare(home, rng);
                if name.chars().any(|own| LOST.iter().any(|(lost, _)| *lost == own)) {
                    break name;
                }
            }
        })
    }

    /// Whether it befalls names with a middle dot.
    pub(crate) fn wants_dot(self) -> bool {
        matches!(self, NameFault::MinorityShort | NameFault::MinorityRespelt)
    }

    /// The name written otherwise; none if nothing in it can be.
    pub(crate) fn write(self, name: &str, names: &Names, rng: &mut Rng) -> Option<String> {
        let written = match self {
            NameFault::Homophone => names.homophone(name, rng)?,
            NameFault::Variant => variant(name)?,
            NameFault::Traditional => traditional(name),
            NameFault::MissingGlyph => missing_glyph(name, rng)?,
            NameFault::MinorityShort => name.split_once('·')?.0.to_owned(),
            NameFault::MinorityRespelt => respelt(name, rng),
            NameFault::Typo => typo(name, names, rng),
        };
        (written != name).then_some(written)
    }
}

/// The first character that has another form, in that form.
fn variant(name: &str) -> Option<String> {
    let other = |own: char| {
        VARIANTS.iter().find_map(|&(one, other)| match own {
            own if own == one => Some(other),
            own if own == other => Some(one),
            _ => None,
        })
    };
    let (place, form) = name.chars().enumerate().find_map(|(at, own)| Some((at, other(own)?)))?;
    Some(name.chars().enumerate().map(|(at, own)| if at == place { form } else { own }).collect())
}

fn traditional(name: &str) -> String {
    let pairs: Vec<char> = TRADITIONAL.chars().filter(|letter| !letter.is_whitespace()).collect();
    let form =
        |own: char| pairs.chunks_exact(2).find(|pair| pair[0] == own).map_or(own, |pair| pair[1]);
    name.chars().map(form).collect()
}

fn missing_glyph(name: &str, rng: &mut Rng) -> Option<String> {
    let (lost, sound) = *LOST.iter().find(|(lost, _)| name.contains(*lost))?;
    let stand_in = match rng.below(5) {
        0 => sound.to_owned(),
        1 => sound.to_uppercase(),
        2 => "□".to_owned(),
        3 if lost == '䶮' => "\u{E863}".to_owned(),
        _ => "?".to_owned(),
    };
    Some(name.replace(lost, &stand_in))
}

fn respelt(name: &str, rng: &mut Rng) -> String {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (one, other) in RESPELT {
        found.extend(name.contains(one).then_some((one, other)));
        found.extend(name.contains(other).then_some((other, one)));
    }
    match found.as_slice() {
        [] => name.replace('·', ""),
        found => {
            let (one, other) = rng.pick(found);
            name.replacen(one, other, 1)
        }
    }
}

fn typo(name: &str, names: &Names, rng: &mut Rng) -> String {
    let mut characters: Vec<char> = name.chars().collect();
    let last = characters.len().saturating_sub(1);
    if last == 2 && characters[1] != characters[2] && rng.chance(300) {
        characters.swap(1, 2);
        return characters.into_iter().collect();
    }
    names.twin(name, crate::record::Sex::Male, rng)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_otherwise() {
        let names = Names::load();
        let mut rng = Rng::stream(1, 1);
        let mut write = |fault: NameFault, name: &str| fault.write(name, &names, &mut rng);
        assert_eq!(write(NameFault::Variant, "付一诺").as_deref(), Some("傅一诺"));
        assert_eq!(write(NameFault::Variant, "李一诺"), None);
        assert_eq!(write(NameFault::Traditional, "刘诗涵").as_deref(), Some("劉詩涵"));
        assert_eq!(write(NameFault::Traditional, "王文博"), None);
        assert_eq!(write(NameFault::MinorityShort, "阿米娜·艾力").as_deref(), Some("阿米娜"));
        assert_eq!(
            write(NameFault::MinorityRespelt, "茹鲜古丽·多吉").as_deref(),
            Some("茹鲜古丽多吉")
        );
        assert!(write(NameFault::MissingGlyph, "王䶮").unwrap().starts_with('王'));
        assert_eq!(write(NameFault::MissingGlyph, "王伟"), None);
        let alike = write(NameFault::Homophone, "王梓涵").unwrap();
        assert!(alike != "王梓涵" && alike.starts_with('王'), "{alike}");
    }
}
