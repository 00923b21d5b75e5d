//! What a sheet says outside its table: school, stage, class and date in titles and names.

use chrono::NaiveDate;

use super::class_in_name::{ClassName, class_of_sheet, class_within};

/// Where a value was taken from, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum From {
    Column,
    Title,
    SheetName,
    FileName,
}

/// What titles, the sheet's name and the file's name say of all rows of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetContext {
    pub school_code: Option<(String, From)>,
    pub school_name: Option<(String, From)>,
    /// The first word of a stage: 小学, 普高, 中职 …
    pub stage_words: Option<(String, From)>,
    /// The title rows, each joined by blanks, in order; like the names in simplified characters.
    pub title_texts: Vec<String>,
    pub sheet_name: String,
    /// The file's name without folders and extension.
    pub file_stem: String,
    /// 高一, 七年级, 2023级 … where a title or name says one grade.
    pub grade: Option<(String, From)>,
    /// 高一(1)班 … where a title or name says one class.
    pub class: Option<(String, From)>,
    /// The day the list was made.
    pub document_date: Option<(NaiveDate, From)>,
}

impl SheetContext {
    /// Reads titles and names.
    pub fn of(file_name: &str, sheet_name: &str, titles: Vec<String>) -> SheetContext {
        let base = file_name.rsplit('/').next().unwrap_or(file_name);
        let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
        let sources = || {
            titles
                .iter()
                .map(|title| (title.as_str(), From::Title))
                .chain([(sheet_name, From::SheetName), (stem, From::FileName)])
        };
        const STAGES: [&str; 12] = [
            "幼儿园",
            "学前",
            "小学",
            "初中",
            "普高",
            "普通高中",
            "中职",
            "中等职业",
            "职高",
            "高中",
            "义务教育",
            "特殊教育",
        ];
        let first_stage = |text: &str| {
            STAGES
                .iter()
                .filter_map(|word| text.find(word).map(|at| (at, *word)))
                .min()
                .map(|(_, word)| word.to_string())
        };
        let labelled = |keys: &[&str]| {
            let value = titles.iter().find_map(|title| value_behind(title, keys))?;
            Some((value, From::Title))
        };
        let names = || {
            let titles = titles.iter().map(|title| (class_within(title), From::Title));
            let sheet = (class_of_sheet(sheet_name), From::SheetName);
            let mut file = class_within(stem);
            if file == ClassName::default() {
                // 701.csv, but not 毕业班.csv
                file = Some(class_of_sheet(stem))
                    .filter(|name| name.grade.is_some())
                    .unwrap_or_default();
            }
            titles.chain([sheet, (file, From::FileName)])
        };
        SheetContext {
            school_code: titles
                .iter()
                .find_map(|title| code_in(title))
                .map(|code| (code, From::Title)),
            school_name: sources()
                .find_map(|(text, from)| school_in(text).map(|name| (name, from))),
            stage_words: sources()
                .find_map(|(text, from)| first_stage(text).map(|stage| (stage, from))),
            grade: labelled(&["年级"])
                .or_else(|| names().find_map(|(name, from)| Some((name.grade?, from)))),
            class: labelled(&["班级", "班别"])
                .or_else(|| names().find_map(|(name, from)| Some((name.class?, from)))),
            document_date: document_date(&titles, stem),
            sheet_name: sheet_name.to_string(),
            file_stem: stem.to_string(),
            title_texts: titles.clone(),
        }
    }
}

/// What a title says behind one of the keys and a colon: `班级：高一(3)班`.
fn value_behind(title: &str, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let (at, _) = title.match_indices(key).next()?;
        let value = title[at + key.len()..].trim_start().strip_prefix(['：', ':'])?;
        let value = value.split_whitespace().next()?;
        (value.chars().count() <= 12 && !value.contains(['：', ':', '、']))
            .then(|| value.to_string())
    })
}

/// Ten digits behind 标识码 in a title.
fn code_in(title: &str) -> Option<String> {
    let behind = title.find("标识码").or_else(|| title.find("学校代码"))?;
    let digits: String = title[behind..]
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    (digits.len() == 10).then_some(digits)
}

const SCHOOL_ENDS: [&str; 23] = [
    "小学",
    "中学",
    "学校",
    "幼儿园",
    "职高",
    "中专",
    "学院",
    "高中",
    "初中",
    "附中",
    "附小",
    "实小",
    "完小",
    "中心校",
    "教学点",
    "职校",
    "技校",
    "特校",
    "分校",
    "分园",
    "中心园",
    "托儿所",
    "书院",
];

/// The school named in a title, a sheet's name or a file's name: `学校名称：…`, else the longest run
/// that ends like a school's name.
pub(super) fn school_in(text: &str) -> Option<String> {
    for key in ["学校名称", "园所名称", "幼儿园名称", "学校全称", "学校"] {
        for (at, _) in text.match_indices(key) {
            let rest = text[at + key.len()..]
                .trim_start_matches("(盖章)")
                .trim_start_matches("（盖章）")
                .trim_start();
            if let Some(value) = rest.strip_prefix(['：', ':']) {
                let value = without_stamp(value.split_whitespace().next().unwrap_or(""));
                if value.chars().count() >= 3 {
                    return Some(value.to_string());
                }
            }
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '·' || c == '〇';
    text.split(|c: char| !is_name(c)).filter_map(school_in_run).max_by(|a, b| {
        // Of two equally long the first.
        a.chars().count().cmp(&b.chars().count()).then(std::cmp::Ordering::Greater)
    })
}

/// The longest stretch of a run that names one school: ends are tried from the last to the first, so that
/// the 高中 of a programme behind the name does not hide it.
fn school_in_run(run: &str) -> Option<String> {
    let run = without_leading_time(run);
    let mut ends = Vec::new();
    for suffix in SCHOOL_ENDS {
        for (at, _) in run.match_indices(suffix) {
            let after = &run[at + suffix.len()..];
            if !after.starts_with(['生', '部', '段', '资', '教']) {
                ends.push(at + suffix.len());
            }
        }
    }
    for numeral in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"] {
        for ending in ["中", "小", "幼", "高"] {
            for (at, found) in run.match_indices(&format!("{numeral}{ending}")) {
                let after = &run[at + found.len()..];
                // 统一中考, 高一小组, 第一中心园
                // 河源一中学生花名册 is of 河源一中.
                let plain = after.starts_with("学生")
                    || !after
                        .starts_with(['考', '学', '组', '心', '班', '专', '职', '等', '中', '小']);
                if at > 0 && plain {
                    ends.push(at + found.len());
                }
            }
        }
    }
    ends.sort_unstable();
    ends.into_iter()
        .rev()
        .map(|end| &run[..end])
        .find(|name| names_one_school(name))
        .map(String::from)
}

/// Whether a stretch that ends like a school's name is one, and not a class of schools (普通高中, 全县小学).
fn names_one_school(name: &str) -> bool {
    let suffix = SCHOOL_ENDS
        .iter()
        .filter(|suffix| name.ends_with(**suffix))
        .max_by_key(|suffix| suffix.len());
    if let Some(suffix) = suffix {
        const GENERAL: [&str; 19] = [
            "普通",
            "各",
            "全县",
            "全市",
            "全区",
            "全省",
            "所有",
            "民办",
            "公办",
            "义务教育",
            "中等职业",
            "职业",
            "农村",
            "城区",
            "及",
            "和",
            "所在",
            "就读",
            "毕业",
        ];
        let before = &name[..name.len() - suffix.len()];
        let only_place = before.ends_with(['县', '市', '区', '省'])
            && ["小学", "幼儿园", "学校", "高中", "初中", "中专"].contains(suffix);
        // 中等职业学校 is a class of schools, 河源县职业学校 is one school.
        let one_vocational = before.ends_with("职业") && before.chars().count() > 4;
        let general = !one_vocational
            && *suffix != "学院"
            && GENERAL.iter().any(|word| before.ends_with(word));
        let all =
            ["全县", "全市", "全区", "全省", "各"].iter().any(|word| before.starts_with(word));
        if before.is_empty() || before == "初级" || only_place || general || all {
            return false;
        }
    }
    name.chars().count() >= 3
}

/// A name without the stamp that a form asks for behind it: `甲县东门小学（盖章）`.
fn without_stamp(name: &str) -> &str {
    let mut name = name.trim();
    for stamp in ["盖章", "公章", "章", "签章", "印章", "单位盖章", "学校盖章"] {
        for (open, close) in [("（", "）"), ("(", ")")] {
            if let Some(rest) = name.strip_suffix(&format!("{open}{stamp}{close}")) {
                name = rest.trim();
            }
        }
    }
    name
}

/// A run without the year, term and numbering it opens with: `2025-2026学年第一学期河源一中`.
fn without_leading_time(run: &str) -> &str {
    const TIMES: [&str; 22] = [
        "学年度",
        "学年",
        "年度",
        "年",
        "月份",
        "月",
        "日",
        "第一学期",
        "第二学期",
        "上学期",
        "下学期",
        "秋季学期",
        "春季学期",
        "秋季",
        "春季",
        "秋学期",
        "春学期",
        "学期",
        "上半年",
        "下半年",
        "附件",
        "度",
    ];
    let mut rest = run;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &rest[digits..];
        let shorter = if let Some(time) = TIMES.iter().find(|time| after.starts_with(**time)) {
            &after[time.len()..]
        } else if digits > 0 && (digits >= 4 || after.starts_with(['秋', '春'])) {
            after.trim_start_matches(['秋', '春'])
        } else {
            return rest;
        };
        rest = shorter;
        // 2025年秋河源一中, but 春晖小学 keeps its name.
        if let Some(plain) = rest.strip_prefix(['秋', '春'])
            && !plain.starts_with([
                '晖', '蕾', '苗', '雨', '蕊', '天', '实', '风', '华', '林', '江', '水', '田', '景',
                '季', '学',
            ])
        {
            rest = plain;
        }
    }
}

fn document_date(titles: &[String], stem: &str) -> Option<(NaiveDate, From)> {
    const KEYS: [&str; 20] = [
        "核查日期",
        "核查时间",
        "清点日期",
        "清点时间",
        "检查日期",
        "检查时间",
        "制表日期",
        "制表时间",
        "导出日期",
        "导出时间",
        "填报日期",
        "填报时间",
        "打印日期",
        "打印时间",
        "填表日期",
        "填表时间",
        "生成日期",
        "生成时间",
        "截至",
        "截止",
    ];
    for key in KEYS {
        for title in titles {
            let date = title.find(key).and_then(|at| date_in(&title[at + key.len()..]));
            if let Some(date) = date {
                return Some((date, From::Title));
            }
        }
    }
    date_in(stem).map(|date| (date, From::FileName))
}

/// The first calendar date in a text: 2025-10-10, 2025年10月10日, 2025.10.10, 2025/10/10, 20251010.
pub(super) fn date_in(text: &str) -> Option<NaiveDate> {
    let characters: Vec<char> = text.chars().collect();
    let digits_from = |start: usize, most: usize| {
        let run: String =
            characters[start..].iter().take(most).take_while(|c| c.is_ascii_digit()).collect();
        (run.len(), run.parse::<u32>().unwrap_or(0))
    };
    for start in 0..characters.len() {
        if start > 0 && characters[start - 1].is_ascii_digit() {
            continue;
        }
        let (length, number) = digits_from(start, 20);
        if length == 8 || length == 14 {
            let number = if length == 8 { number } else { digits_from(start, 8).1 };
            if let Some(date) = day((number / 10_000) as i32, number / 100 % 100, number % 100) {
                return Some(date);
            }
        }
        if length != 4 {
            continue;
        }
        let separator = |at: usize| {
            characters.get(at).is_some_and(|c| matches!(c, '-' | '年' | '.' | '/' | '_'))
        };
        let second = start + 5;
        if !separator(start + 4) || second >= characters.len() {
            continue;
        }
        let (month_length, month) = digits_from(second, 3);
        let third = second + month_length + 1;
        // 2025年9-10月 is no date: the second separator follows from the first.
        let expected = if characters[start + 4] == '年' { '月' } else { characters[start + 4] };
        let split = characters.get(third - 1) == Some(&expected);
        if !(1..=2).contains(&month_length) || !split || third >= characters.len() {
            continue;
        }
        let (day_length, day_number) = digits_from(third, 3);
        if (1..=2).contains(&day_length)
            && let Some(date) = day(number as i32, month, day_number)
        {
            return Some(date);
        }
    }
    None
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (2000..2100).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schools_are_found_in_titles_and_names() {
        for (text, school) in [
            ("2025-2026学年第一学期河源县第一中学学生花名册", Some("河源县第一中学")),
            ("河源一中_2025年秋季_发放表", Some("河源一中")),
            ("河源县实验小学学生名册", Some("河源县实验小学")),
            ("河源一中学生花名册", Some("河源一中")),
            ("学校名称：河源县第三中学   学校标识码：3133012701", Some("河源县第三中学")),
            ("学校：河源二小 班级：一(1)班", Some("河源二小")),
            ("2025年秋河源县春晖小学名册", Some("河源县春晖小学")),
            ("2025年春晖小学名册", Some("春晖小学")),
            ("河源县职业技术学校免学费发放表", Some("河源县职业技术学校")),
            ("河源一中高中部高一(1)班", Some("河源一中")),
            ("城关镇中心幼儿园大班幼儿信息", Some("城关镇中心幼儿园")),
            ("河源县中等职业学校学生资助发放表", Some("河源县中等职业学校")),
            ("全县中等职业学校学生资助发放表", None),
            ("资助系统_中职国家助学金_2025年9-10月", None),
            ("2025年普通高中国家助学金发放表", None),
            ("河源县小学生营养改善计划", None),
            ("河源县小学学籍导出", None),
            ("全县幼儿园在园幼儿", None),
            ("Sheet1", None),
        ] {
            assert_eq!(school_in(text).as_deref(), school, "{text}");
        }
    }

    #[test]
    fn dates_codes_and_classes_are_read() {
        let date = NaiveDate::from_ymd_opt(2025, 10, 10).unwrap();
        for text in
            ["2025-10-10", "制 2025年10月10日", "x20251010.csv", "2025.10.10", "20251010083000"]
        {
            assert_eq!(date_in(text), Some(date), "{text}");
        }
        for text in ["2025年9-10月", "2025-2026学年", "20259999", "2025", ""] {
            assert_eq!(date_in(text), None, "{text}");
        }
        let titles = vec!["学校标识码：3133012701 制表日期：2025年10月10日".to_string()];
        let context = SheetContext::of("a/河源一中20250901.xlsx", "高一(1)班", titles);
        assert_eq!(context.document_date, Some((date, From::Title)));
        assert_eq!(context.school_code, Some(("3133012701".into(), From::Title)));
        assert_eq!(context.school_name, Some(("河源一中".into(), From::FileName)));
        assert_eq!(context.class, Some(("高一(1)班".into(), From::SheetName)));
        assert_eq!(context.grade, Some(("高一".into(), From::SheetName)));
        assert_eq!(context.file_stem, "河源一中20250901");
    }
}
