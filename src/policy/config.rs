//! The user's `aidcheck.toml`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::calendar::CalendarOverrides;
use super::check::date;
use super::programme::Programme;
use super::refusal::Refusal;
use super::settings::{AgeBandsOverrides, CasePolicyOverrides, ToleranceOverrides};
use crate::record::{Field, Language, Message, RecordKind, Register, Stage};

/// The commented `aidcheck.toml` that `aidcheck init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// How files of a pattern are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingRule {
    /// Pattern of file names, with `*` and `?`.
    pub files: String,
    /// Pattern of the names of sheets; without it, all of them.
    pub sheets: Option<String>,
    /// Whether hidden sheets are read like any other.
    #[serde(default)]
    pub read_hidden: bool,
    pub kind: Option<RecordKind>,
    pub register: Option<Register>,
    /// The row of the header (the last of several) as Excel shows it, from 1.
    pub header_row: Option<NonZeroU32>,
    /// What a column with this header holds.
    #[serde(default)]
    pub columns: BTreeMap<String, Field>,
}

/// A school that the files do not name clearly enough.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolEntry {
    /// 学校标识码
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub stages: Vec<Stage>,
}

/// How much of an identity or student number schools see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MaskLevel {
    /// The first six and the last four characters: no birth date.
    #[default]
    Standard,
    /// The last four alone.
    Strict,
}

/// What the user sets; everything may be absent. Paths are as written: relative ones belong to
/// the folder of the file, which the caller knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    pub as_of: Option<NaiveDate>,
    pub secret_file: Option<PathBuf>,
    pub language: Option<Language>,
    pub out: Option<PathBuf>,
    pub threads: Option<usize>,
    /// The case store's file.
    pub store: Option<PathBuf>,
    /// The identity model's file, as `aidcheck model learn` wrote it.
    pub model: Option<PathBuf>,
    /// How much of a number schools see.
    pub mask: MaskLevel,
    pub mapping: Vec<MappingRule>,
    /// Further header names per field.
    pub headers: BTreeMap<Field, Vec<String>>,
    pub schools: Vec<SchoolEntry>,
    pub tolerance: ToleranceOverrides,
    pub cases: CasePolicyOverrides,
    pub calendar: CalendarOverrides,
    pub age: AgeBandsOverrides,
    /// Added programmes; one with a shipped id replaces it.
    pub programmes: Vec<Programme>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConfigFile {
    #[serde(deserialize_with = "date")]
    as_of: Option<NaiveDate>,
    secret_file: Option<PathBuf>,
    language: Option<Language>,
    out: Option<PathBuf>,
    threads: Option<usize>,
    store: Option<PathBuf>,
    model: Option<PathBuf>,
    mask: MaskLevel,
    mapping: Vec<MappingRule>,
    headers: BTreeMap<Field, Vec<String>>,
    schools: Vec<SchoolEntry>,
    tolerance: ToleranceOverrides,
    cases: CasePolicyOverrides,
    calendar: CalendarOverrides,
    age: AgeBandsOverrides,
    programme: Vec<Spanned<Programme>>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("无法读取配置文件 {}：{source}\ncannot read the configuration {}: {source}", .path.display(), .path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// A key or value is wrong.
    #[error("{0}")]
    Refused(Box<Refusal>),
}

impl ConfigError {
    /// The error as sentences for a clerk, in both languages.
    pub fn message(&self) -> Message {
        match self {
            ConfigError::Refused(refusal) => refusal.message(),
            ConfigError::Read { path, source } => Message::new(
                format!("无法读取配置文件 {}：{source}", path.display()),
                format!("cannot read the configuration {}: {source}", path.display()),
            ),
        }
    }
}

impl Config {
    /// Reads a configuration file (UTF-8, with or without BOM).
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_path_buf(), source })?;
        Config::parse(&text, &path.display().to_string())
    }

    /// Reads a configuration from its text; `name` is the file named in a refusal.
    pub fn parse(text: &str, name: &str) -> Result<Config, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file: ConfigFile = toml::from_str(text).map_err(|error| {
            ConfigError::Refused(Box::new(Refusal::from_toml(name, text, &error)))
        })?;
        let mut programmes: Vec<Programme> = Vec::with_capacity(file.programme.len());
        for programme in file.programme {
            let span = programme.span();
            let refuse = |problem| {
                ConfigError::Refused(Box::new(Refusal::at(
                    name,
                    text,
                    Some(span.clone()),
                    problem,
                    None,
                )))
            };
            let programme = programme.into_inner();
            programme.check().map_err(&refuse)?;
            if programmes.iter().any(|known| known.id == programme.id) {
                let problem = Message::new(
                    format!("资助项目 {} 写了两次", programme.id),
                    format!("programme {} stands twice", programme.id),
                );
                return Err(refuse(problem));
            }
            programmes.push(programme);
        }
        Ok(Config {
            as_of: file.as_of,
            secret_file: file.secret_file,
            language: file.language,
            out: file.out,
            threads: file.threads,
            store: file.store,
            model: file.model,
            mask: file.mask,
            mapping: file.mapping,
            headers: file.headers,
            schools: file.schools,
            tolerance: file.tolerance,
            cases: file.cases,
            calendar: file.calendar,
            age: file.age,
            programmes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::*;

    fn refusal(text: &str) -> Refusal {
        match Config::parse(text, "aidcheck.toml") {
            Err(ConfigError::Refused(refusal)) => *refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_is_read() {
        let text = r#"
as_of = 2025-11-30
language = "en"
threads = 2
[headers]
id-number = ["证号"]
[[mapping]]
files = "中职*.xlsx"
sheets = "*班"
read_hidden = true
kind = "payment"
header_row = 3
columns = { "号码" = "id-number" }
[[schools]]
code = "3441000001"
name = "河源县第一中学"
stages = ["junior", "senior"]
"#;
        let config = Config::parse(text, "aidcheck.toml").unwrap();
        assert_eq!(config.as_of, NaiveDate::from_ymd_opt(2025, 11, 30));
        assert_eq!(config.headers[&Field::IdNumber], ["证号"]);
        let rule = &config.mapping[0];
        assert_eq!(rule.columns["号码"], Field::IdNumber);
        assert_eq!((rule.sheets.as_deref(), rule.read_hidden), (Some("*班"), true));
        assert_eq!(rule.header_row.map(NonZeroU32::get), Some(3));
        assert_eq!(config.schools[0].stages, [Stage::Junior, Stage::Senior]);
        assert_eq!(
            Config::parse("\u{feff}as_of = \"2025-11-30\"", "").unwrap().as_of,
            config.as_of
        );
        assert_eq!(Config::parse("", "").unwrap(), Config::default());
    }

    #[test]
    fn wrong_keys_and_values_are_placed_and_corrected() {
        for (text, line, shown, near) in [
            ("\nlangage = \"zh\"", 2, "langage = \"zh\"", Some("language")),
            ("[tolerance]\n\noverlap-day = 3", 3, "overlap-day = 3", Some("overlap_days")),
            ("[tolernce]\noverlap_days = 3", 1, "[tolernce]", Some("tolerance")),
            ("language = \"ch\"", 1, "language = \"ch\"", None),
            (
                "[[mapping]]\nfiles = \"*\"\nkind = \"payments\"",
                3,
                "kind = \"payments\"",
                Some("payment"),
            ),
            ("[[mapping]]\nfiles = \"*\"\nheader-row = 3", 3, "header-row = 3", Some("header_row")),
            ("[[mapping]]\nfiles = \"*\"\nsheet = \"1班\"", 3, "sheet = \"1班\"", Some("sheets")),
            ("[[mapping]]\nfiles = \"*\"\nheader_row = 0", 3, "header_row = 0", None),
            ("[headers]\nidnumber = [\"证号\"]", 2, "idnumber = [\"证号\"]", Some("id-number")),
            ("[tolerance]\nversion_share = 3.0", 2, "version_share = 3.0", None),
            ("[calendar]\nautumn_end = \"31-01\"", 2, "autumn_end = \"31-01\"", None),
            ("as_of = \"2025-02-30\"", 1, "as_of = \"2025-02-30\"", None),
            ("threads = \"two\"", 1, "threads = \"two\"", None),
            ("[[schools]]\ncode = \"1\"", 1, "[[schools]]", None),
            ("a = = 1", 1, "a = = 1", None),
            ("threads = 1\nthreads = 2", 2, "threads = 2", None),
        ] {
            let refusal = refusal(text);
            assert_eq!((refusal.line, refusal.text.as_str()), (line, shown), "{refusal}");
            assert_eq!(refusal.nearest.as_deref(), near, "{refusal}");
            assert!(!refusal.to_string().contains('\u{1f}'));
        }
        let text = "\n[[programme]]\nid = \"X\"\nname = \"甲\"\nstages = []\ncadence = \"term\"";
        assert_eq!(refusal(text).line, 2);
        let twice =
            "[[programme]]\nid = \"x\"\nname = \"甲\"\nstages = []\ncadence = \"term\"\n".repeat(2);
        assert_eq!(refusal(&twice).line, 6);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Config::load(Path::new("/nowhere/aidcheck.toml")).unwrap_err();
        assert!(error.message().zh.contains("/nowhere/aidcheck.toml"));
    }

    #[test]
    fn the_template_changes_nothing_and_its_examples_hold() {
        let plain = Config::parse(TEMPLATE, "template").unwrap();
        assert_eq!(plain, Config::default());
        // Examples are `#key = …`, comments `# words`.
        let live: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.is_empty() && !rest.starts_with([' ', '#']) => {
                    format!("{rest}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        let config = Config::parse(&live, "template").unwrap();
        let shipped = Policy::shipped().unwrap();
        let policy = shipped.clone().with(&config).unwrap();
        assert_eq!(policy.tolerance, shipped.tolerance);
        assert_eq!(policy.cases, shipped.cases);
        assert_eq!(policy.calendar, shipped.calendar);
        assert_eq!(policy.age, shipped.age);
        assert!(
            config.tolerance.dummy_number_people.is_some() && config.calendar.spring_end.is_some()
        );
        assert!(
            !config.mapping.is_empty()
                && !config.schools.is_empty()
                && !config.programmes.is_empty()
        );
        assert!(config.as_of.is_some() && config.secret_file.is_some());
    }
}
