//! Which canonical field a header names: lists shipped as TOML, extended by the configuration.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::amount_words::AmountWords;
use super::kind_of_sheet::ListWords;
use crate::record::{Field, is_common_simplified, simplified};

/// The shipped list of headers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HeaderBookError {
    /// The TOML does not hold lists of headers by field.
    #[error("headers.toml: {0}; correct the list of headers")]
    Syntax(#[from] toml::de::Error),
    /// One header stands under two fields.
    #[error(
        "headers.toml: the header {header} stands under {first:?} and {second:?}; leave it under one"
    )]
    Twice { header: String, first: Field, second: Field },
}

#[derive(Deserialize)]
struct Lists {
    fields: BTreeMap<Field, Vec<String>>,
    composed: Vec<Composed>,
    abbreviations: BTreeMap<Field, Vec<String>>,
    amounts: AmountWords,
    lists: ListWords,
}

#[derive(Deserialize)]
struct Composed {
    field: Field,
    subjects: Vec<String>,
    things: Vec<String>,
}

/// Bytes that a folded header may have.
const LONGEST_KEY: usize = 90;

/// Characters of a cell that are folded; what is longer is no header.
const LONGEST_HEADER: usize = 512;

/// All known headers.
#[derive(Debug, Clone)]
pub struct HeaderBook {
    fields: FxHashMap<String, Field>,
    abbreviations: FxHashMap<String, Vec<Field>>,
    pub(super) amounts: AmountWords,
    pub(super) lists: ListWords,
}

impl HeaderBook {
    /// The headers shipped with the program.
    pub fn shipped() -> Result<HeaderBook, HeaderBookError> {
        HeaderBook::from_toml(include_str!("headers.toml"))
    }

    fn from_toml(text: &str) -> Result<HeaderBook, HeaderBookError> {
        let lists: Lists = toml::from_str(text)?;
        let mut book = HeaderBook {
            fields: FxHashMap::default(),
            abbreviations: FxHashMap::default(),
            amounts: lists.amounts,
            lists: lists.lists,
        };
        for (&field, headers) in &lists.fields {
            for header in headers {
                if let Some(first) = book.fields.insert(normalize(header), field)
                    && first != field
                {
                    return Err(HeaderBookError::Twice {
                        header: header.clone(),
                        first,
                        second: field,
                    });
                }
            }
        }
        for composed in &lists.composed {
            for subject in &composed.subjects {
                for thing in &composed.things {
                    book.fields
                        .entry(normalize(&format!("{subject}{thing}")))
                        .or_insert(composed.field);
                }
            }
        }
        for (&field, headers) in &lists.abbreviations {
            for header in headers {
                book.abbreviations.entry(normalize(header)).or_default().push(field);
            }
        }
        // The narrower shape is tried first.
        let narrow = [Field::Ordinal, Field::Major, Field::Programme, Field::StudentNumber];
        for candidates in book.abbreviations.values_mut() {
            candidates.sort_by_key(|field| !narrow.contains(field));
        }
        Ok(book)
    }

    /// Adds headers for a field; they win over what was known.
    pub fn with_extra<I>(&mut self, field: Field, headers: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        for header in headers {
            self.fields.insert(normalize(header.as_ref()), field);
        }
    }

    /// The field that a header names, abbreviations excepted.
    pub fn field(&self, header: &str) -> Option<Field> {
        let key = normalize(header);
        if key.is_empty() || key.len() > LONGEST_KEY {
            return None;
        }
        self.field_of_key(&key).or_else(|| {
            let bare = undecorated(&key);
            (bare != key).then(|| self.field_of_key(bare)).flatten()
        })
    }

    fn field_of_key(&self, key: &str) -> Option<Field> {
        if let Some(&field) = self.fields.get(key) {
            return Some(field);
        }
        let (bare, remarks) = without_brackets(key);
        const OTHER_PERSON: [&str; 9] =
            ["监护", "家长", "父", "母", "成员", "户主", "曾用", "拼音", "英文"];
        if !bare.is_empty()
            && bare != key
            && !OTHER_PERSON.iter().any(|word| remarks.contains(word))
            && let Some(&field) = self.fields.get(&bare)
        {
            return Some(field);
        }
        // 监护人1姓名, 成员2电话, 监护人(父亲)
        let unnumbered: String = bare.chars().filter(|c| !c.is_ascii_digit()).collect();
        let about_family = ["监护人", "家长", "家庭成员", "成员", "父亲", "母亲"];
        if unnumbered != key && about_family.iter().any(|subject| unnumbered.starts_with(subject)) {
            return self.fields.get(&unnumbered).copied();
        }
        // 广州学籍号: a city's own number, no national key.
        if let Some(city) = bare.strip_suffix("学籍号") {
            return (2..=4).contains(&city.chars().count()).then_some(Field::AuxiliaryNumber);
        }
        const HARDSHIPS: [&str; 16] = [
            "建档", "低保", "特困", "孤", "残", "烈士", "留守", "随迁", "资助", "一补", "脱贫",
            "监测", "贫困", "困难", "优抚", "五保",
        ];
        let flag = key.strip_prefix("是否")?;
        HARDSHIPS.iter().any(|word| flag.contains(word)).then_some(Field::HardshipFlag)
    }

    /// The fields that a bare abbreviation may stand for; the shape of the values decides.
    pub fn abbreviation(&self, header: &str) -> &[Field] {
        self.abbreviations.get(&normalize(header)).map_or(&[], Vec::as_slice)
    }

    /// The known header most like an unknown one, to be offered, never taken.
    pub fn nearest(&self, header: &str) -> Option<(Field, String)> {
        let key = normalize(header);
        let length = key.chars().count();
        if !(2..=24).contains(&length) {
            return None;
        }
        let mut best: Option<(f64, &str, Field)> = None;
        for (known, &field) in &self.fields {
            let shared = known.chars().filter(|c| key.contains(*c)).count();
            // Nothing alike has less than half of its characters in common.
            if shared * 2 < length {
                continue;
            }
            let score = strsim::jaro_winkler(&key, known);
            let better = best.is_none_or(|(top, name, _)| {
                score > top || (score == top && known.as_str() < name)
            });
            if score >= 0.85 && better {
                best = Some((score, known, field));
            }
        }
        best.map(|(_, known, field)| (field, known.to_string()))
    }
}

/// Whether a header says that its amounts are in 万元.
pub fn is_in_ten_thousands(header: &str) -> bool {
    normalize(header).contains("万元")
}

/// A header folded for comparison: ASCII width, capitals, simplified characters, no blanks, asterisks,
/// colons.
pub(super) fn normalize(header: &str) -> String {
    let key: String = header
        .chars()
        .take(LONGEST_HEADER)
        .map(|c| match c {
            '【' | '〔' | '[' | '［' => '(',
            '】' | '〕' | ']' | '］' => ')',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c if !is_common_simplified(c) => simplified(c),
            other => other,
        })
        .filter(|c| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(
                    c,
                    '*' | ':' | '\u{200B}'
                        ..='\u{200F}' | '\u{FEFF}' | '★' | '※' | '"' | '\'' | '“' | '”'
                )
        })
        .map(|c| c.to_ascii_uppercase())
        .collect();
    // The other spelling of the same word, as forms in traditional characters have it.
    if key.contains("身分证") {
        return key.replace("身分证", "身份证").replace("身份证字号", "身份证号");
    }
    key
}

/// A folded header without a number before it (`1.姓名`) and a foreign name behind it (`姓名NAME`).
fn undecorated(key: &str) -> &str {
    let unnumbered = key.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = unnumbered.strip_prefix(['.', '、']).filter(|_| unnumbered != key).unwrap_or(key);
    let native =
        bare.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | '.'));
    if native.is_empty() { bare } else { native }
}

/// A folded header without what stands in brackets, and that.
pub(super) fn without_brackets(key: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0u32);
    for c in key.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(c),
            _ => outside.push(c),
        }
    }
    (outside, inside)
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod synonyms;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::shape_fits;

    #[test]
    fn variants_units_and_compositions_are_synonyms() {
        let book = HeaderBook::shipped().unwrap();
        for (header, field) in [
            ("*姓名", Field::Name),
            ("姓　名", Field::Name),
            ("姓 \n名：", Field::Name),
            ("金额（元）", Field::Amount),
            ("金额(万元)", Field::Amount),
            ("学校（机构）标识码", Field::SchoolCode),
            ("园所标识码", Field::SchoolCode),
            ("报到年月", Field::EntryDate),
            ("退学时间", Field::ExitDate),
            ("变动日期", Field::MovementDate),
            ("休学时间", Field::SuspensionDate),
            ("检查时间", Field::CountDate),
            ("到账日期", Field::PayDate),
            ("监护人1姓名", Field::GuardianName),
            ("监护人（父亲）", Field::GuardianName),
            ("家庭成员或监护人姓名", Field::GuardianName),
            ("家长手机", Field::Phone),
            ("成员1身份证件号", Field::GuardianId),
            ("实到人数（人）", Field::CountedCount),
            ("出生日期（YYYY-MM-DD）", Field::BirthDate),
            ("教育Id号", Field::AuxiliaryNumber),
            ("學校名稱", Field::SchoolName),
            ("學生姓名", Field::Name),
            ("身分證字號", Field::IdNumber),
            ("學號", Field::LocalNumber),
            ("班級", Field::Class),
        ] {
            assert_eq!(book.field(header), Some(field), "{header}");
        }
        for header in ["", "血型", "家长职业", "姓名(监护人)", "姓名拼音(监护人)", "XM", "1", "ABC"]
        {
            assert_eq!(book.field(header), None, "{header}");
        }
        assert!(is_in_ten_thousands("金额（万元）") && !is_in_ten_thousands("金额（元）"));
    }

    #[test]
    fn extra_headers_win_and_near_ones_are_only_offered() {
        let mut book = HeaderBook::shipped().unwrap();
        assert_eq!(book.field("身份证号吗"), None);
        assert!(matches!(book.nearest("身份证件号吗"), Some((Field::IdNumber, _))));
        assert_eq!(book.nearest("血型"), None);
        book.with_extra(Field::Name, ["娃娃名"]);
        assert_eq!(book.field("娃娃名"), Some(Field::Name));
    }

    #[test]
    fn abbreviations_are_decided_by_their_values() {
        let book = HeaderBook::shipped().unwrap();
        let decide = |header: &str, sample: &[&str]| {
            book.abbreviation(header).iter().copied().find(|&field| shape_fits(field, sample))
        };
        assert_eq!(decide("JE", &["1250.00", "￥500元"]), Some(Field::Amount));
        assert_eq!(decide("JE", &["甲", "乙"]), None);
        assert_eq!(decide("ZT", &["已发放", "打卡失败"]), Some(Field::PaymentStatus));
        assert_eq!(decide("ZT", &["在读", "01", "轉出"]), Some(Field::EnrollmentStatus));
        assert_eq!(decide("ZT", &["甲", "乙"]), None);
        assert_eq!(decide("XM", &["王小明", "李雷"]), Some(Field::Name));
        assert_eq!(decide("xm", &["国家助学金", "免学费"]), Some(Field::Programme));
        assert_eq!(decide("XH", &["1", "2", "3"]), Some(Field::Ordinal));
        assert_eq!(decide("XH", &["20230101", "20230117"]), Some(Field::LocalNumber));
        assert_eq!(decide("XJH", &["G330127201203051018"]), Some(Field::StudentNumber));
        assert_eq!(decide("XJH", &["3301270012"]), Some(Field::AuxiliaryNumber));
        assert_eq!(decide("XXDM", &["2133012701"]), Some(Field::SchoolCode));
        assert_eq!(decide("XXM", &["A", "O"]), None);
        assert_eq!(decide("XQ", &["东校区"]), Some(Field::Campus));
        assert_eq!(decide("XX", &["A", "B"]), None);
        assert_eq!(decide("XX", &["河源县第一中学"]), Some(Field::SchoolName));
        assert_eq!(decide("XXM", &["2133012701"]), Some(Field::SchoolCode));
        assert_eq!(decide("XXDM", &["01207"]), None);
        assert_eq!(decide("XQ", &["2025秋"]), Some(Field::Term));
        assert_eq!(decide("ZYM", &["计算机应用", "学前教育"]), Some(Field::Major));
        assert_eq!(decide("ZYM", &["美发"; 6]), Some(Field::Major));
        assert_eq!(decide("ZYM", &["", "", "王大明", "", "李二", ""]), Some(Field::FormerName));
    }
}
