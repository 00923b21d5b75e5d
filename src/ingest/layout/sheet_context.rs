//! What a sheet says outside its table: school, stage, class and date in titles and names.

use chrono::NaiveDate;

use super::class_in_name::{ClassName, class_of_sheet, class_within};
use super::school_in_name::school_in;

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
    /// Of a further list of a sheet: the titles of those above it, the nearest first. They hold for what its
    /// own do not speak of.
    pub titles_above: Vec<String>,
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
            titles_above: Vec::new(),
        }
    }
}

impl SheetContext {
    /// The titles right above the list; where it has none, those that still hold.
    pub(super) fn nearest_titles(&self) -> &[String] {
        if self.title_texts.is_empty() { &self.titles_above } else { &self.title_texts }
    }

    /// The context of a further list on the same sheet: what its own titles leave open, the titles of the
    /// list above still say. Its class and grade are its own.
    pub(super) fn below(mut self, above: &[String]) -> SheetContext {
        if above.is_empty() {
            return self;
        }
        fn is_own<T>(said: &Option<(T, From)>) -> bool {
            matches!(said, Some((_, From::Title)))
        }
        let said = SheetContext::of("", "", above.to_vec());
        if !is_own(&self.school_name) && !is_own(&self.school_code) {
            self.school_name = said.school_name.or(self.school_name);
            self.school_code = said.school_code.or(self.school_code);
            if !is_own(&self.stage_words) {
                self.stage_words = said.stage_words.or(self.stage_words);
            }
        }
        if !is_own(&self.document_date) {
            self.document_date = said.document_date.or(self.document_date);
        }
        self.titles_above = above.to_vec();
        self
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

    #[test]
    fn the_titles_of_the_list_above_still_hold() {
        let above =
            ["河源县第二小学三（1）班花名册".to_string(), "制表日期：2025-09-10".to_string()];
        let of = |titles: &[&str]| {
            let titles = titles.iter().map(|title| title.to_string()).collect();
            SheetContext::of("名单.xlsx", "Sheet1", titles).below(&above)
        };
        let further = of(&["转入学生"]);
        assert_eq!(further.school_name, Some(("河源县第二小学".into(), From::Title)));
        assert_eq!(
            further.document_date.map(|(date, _)| date.to_string()),
            Some("2025-09-10".into())
        );
        assert_eq!((further.grade, further.class), (None, None));
        let other = of(&["河源县第三中学七年级花名册"]);
        assert_eq!(other.school_name, Some(("河源县第三中学".into(), From::Title)));
        assert_eq!(other.grade, Some(("七年级".into(), From::Title)));
    }
}
