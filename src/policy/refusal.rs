//! A TOML text that is refused: where, why, and what was probably meant.

use std::fmt;
use std::ops::Range;

use crate::record::Message;

/// Between the two languages of an error text that goes through serde.
const SEPARATOR: char = '\u{1f}';

/// How alike (Jaro–Winkler) a name must be to be proposed.
const LIKENESS: f64 = 0.7;

/// An error text for serde that carries both languages.
pub(super) fn both(zh: &str, en: &str) -> String {
    format!("{zh}{SEPARATOR}{en}")
}

/// Where and why a TOML text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file as the user named it.
    pub file: String,
    /// Line from 1; 0 where no line is to blame.
    pub line: usize,
    /// The text of that line.
    pub text: String,
    pub problem: Message,
    /// The nearest valid key or value.
    pub nearest: Option<String>,
}

impl Refusal {
    /// The refusal behind an error of the TOML reader.
    pub(super) fn from_toml(file: &str, source: &str, error: &toml::de::Error) -> Refusal {
        let (problem, nearest) = explain(error.message());
        Refusal::at(file, source, error.span(), problem, nearest)
    }

    /// A refusal of what stands at `span` (bytes of `source`).
    pub(super) fn at(
        file: &str,
        source: &str,
        span: Option<Range<usize>>,
        problem: Message,
        nearest: Option<String>,
    ) -> Refusal {
        let (line, text) = match span {
            Some(span) => {
                let before = source.get(..span.start.min(source.len())).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                (line, source.lines().nth(line - 1).unwrap_or_default().trim().to_string())
            }
            None => (0, String::new()),
        };
        Refusal { file: file.to_string(), line, text, problem, nearest }
    }

    /// The refusal as sentences for a clerk, in both languages.
    pub fn message(&self) -> Message {
        let (mut zh, mut en) = match self.line {
            0 => (self.file.clone(), self.file.clone()),
            line => (
                format!("{} 第 {line} 行“{}”", self.file, self.text),
                format!("{} line {line} \"{}\"", self.file, self.text),
            ),
        };
        zh += &format!("：{}。", self.problem.zh);
        en += &format!(": {}.", self.problem.en);
        if let Some(nearest) = &self.nearest {
            zh += &format!("是否想写“{nearest}”？");
            en += &format!(" Did you mean \"{nearest}\"?");
        }
        Message::new(zh, en)
    }
}

impl fmt::Display for Refusal {
    /// Chinese, then English on a line of its own.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message();
        write!(formatter, "{}\n{}", message.zh, message.en)
    }
}

/// The reader's words for a clerk, and the nearest of the names that it expected.
fn explain(words: &str) -> (Message, Option<String>) {
    if let Some((zh, en)) = words.split_once(SEPARATOR) {
        return (Message::new(zh.to_string(), en.to_string()), None);
    }
    let names: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    let quoted = names.first().copied().unwrap_or_default();
    let valid = names.get(1..).unwrap_or_default();
    let list = valid.join(", ");
    if words.starts_with("unknown field") {
        let message = Message::new(
            format!("没有“{quoted}”这个键，可用的键：{list}"),
            format!("there is no key \"{quoted}\"; valid keys: {list}"),
        );
        (message, nearest(quoted, valid))
    } else if words.starts_with("unknown variant") {
        let message = Message::new(
            format!("“{quoted}”不是可用的值，可用的值：{list}"),
            format!("\"{quoted}\" is no valid value; valid values: {list}"),
        );
        (message, nearest(quoted, valid))
    } else if words.starts_with("missing field") {
        (
            Message::new(
                format!("缺少必填的键“{quoted}”"),
                format!("the key \"{quoted}\" is missing"),
            ),
            None,
        )
    } else if words.starts_with("duplicate") {
        (Message::new("同一个键写了两次", "the key stands twice"), None)
    } else if let Some((got, expected)) =
        words.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        let message = Message::new(
            format!("值的类型不对：写的是{}，应为{}", chinese(got), chinese(expected)),
            format!("wrong type of value: {got}, expected {expected}"),
        );
        (message, None)
    } else if let Some((got, expected)) =
        words.strip_prefix("invalid value: ").and_then(|rest| rest.split_once(", expected "))
    {
        let message = Message::new(
            format!("值不对：写的是{}，应为{}", chinese(got), chinese(expected)),
            format!(
                "wrong value: {got}, expected {}",
                expected.replace("a nonzero u32", "a whole number from 1")
            ),
        );
        (message, None)
    } else if words.starts_with("invalid value") || words.starts_with("invalid length") {
        (Message::new("值不对", format!("wrong value ({words})")), None)
    } else if words.starts_with("invalid unquoted key") {
        let message = Message::new(
            "键里有中文或符号，要加引号，如 \"姓名\" = \"name\"",
            "a key of other characters than letters and digits needs quotes: \"姓名\" = \"name\"",
        );
        (message, None)
    } else {
        (Message::new("不是正确的 TOML 写法", format!("not valid TOML ({words})")), None)
    }
}

fn chinese(words: &str) -> String {
    let kinds = [
        ("string", "文字"),
        ("integer", "整数"),
        ("floating point", "小数"),
        ("boolean", "true 或 false"),
        ("a boolean", "true 或 false"),
        ("a sequence", "列表 [ ]"),
        ("sequence", "列表 [ ]"),
        ("a map", "表"),
        ("map", "表"),
        ("struct", "表"),
        ("a string", "加引号的文字"),
        ("path string", "加引号的路径"),
        ("usize", "整数"),
        ("i64", "整数"),
        ("u32", "整数"),
        ("u8", "整数"),
        ("a nonzero u32", "从 1 起的整数"),
        ("f64", "小数"),
    ];
    match kinds.iter().filter(|(en, _)| words.starts_with(en)).max_by_key(|(en, _)| en.len()) {
        Some((en, zh)) => format!("{zh}{}", words[en.len()..].replace('`', "")),
        None => words.to_string(),
    }
}

fn nearest(word: &str, valid: &[&str]) -> Option<String> {
    let folded = word.to_lowercase().replace('-', "_");
    valid
        .iter()
        .map(|name| (strsim::jaro_winkler(&folded, &name.replace('-', "_")), *name))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)))
        .map(|(_, name)| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_reader_become_sentences() {
        let (message, near) =
            explain("unknown field `overlap_day`, expected one of `overlap_days`, `headcount`");
        assert_eq!(near.as_deref(), Some("overlap_days"));
        assert!(message.zh.contains("没有“overlap_day”这个键"));
        assert_eq!(explain("unknown field `zzz`, expected `a` or `b`").1, None);
        let (message, _) = explain("invalid type: string \"x\", expected i64");
        assert_eq!(message.zh, "值的类型不对：写的是文字 \"x\"，应为整数");
        let (message, _) = explain("invalid value: integer `0`, expected a nonzero u32");
        assert_eq!(message.zh, "值不对：写的是整数 0，应为从 1 起的整数");
        assert_eq!(message.en, "wrong value: integer `0`, expected a whole number from 1");
        assert!(explain("invalid unquoted key, expected letters").0.zh.contains("加引号"));
        assert_eq!(explain(&both("甲", "a")).0, Message::new("甲", "a"));
    }
}
