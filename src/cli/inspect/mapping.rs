//! `inspect --write-mapping`: what was understood becomes `[[mapping]]` entries of aidcheck.toml, to be
//! corrected by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use aidcheck::ingest::{ColumnPlan, How, SheetPlan};
use aidcheck::normalize::{FileReading, SheetReading};
use aidcheck::policy::Config;
use aidcheck::record::{Field, Message, RecordKind, Register};

use super::super::Stop;
use super::super::setup::Setup;
use super::describe::unmapped;

/// One entry as it stands in the file.
#[derive(Serialize)]
struct Entry<'a> {
    files: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sheets: &'a str,
    kind: RecordKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    register: Option<Register>,
    header_row: u32,
    columns: BTreeMap<&'a str, Field>,
}

#[derive(Serialize)]
struct Entries<'a> {
    mapping: [Entry<'a>; 1],
}

/// Adds an entry for every sheet that is understood and has none yet to the configuration in use, else to
/// `aidcheck.toml` in the working folder. What stands there is not changed. Says what was done.
///
/// # Errors
///
/// If the file cannot be written (exit 4), or would no longer be a configuration (exit 2; nothing is written).
pub fn write(readings: &[FileReading], setup: &Setup) -> anyhow::Result<Message> {
    let file = setup.config_file.clone().unwrap_or_else(|| PathBuf::from("aidcheck.toml"));
    let mut text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(not_written(&file, &error)),
    };
    let mut added = 0;
    for reading in readings {
        for sheet in &reading.sheets {
            let known = setup.config.mapping.iter().any(|rule| {
                rule.files == reading.name && rule.sheets.as_deref().unwrap_or("") == sheet.name
            });
            if let (false, Some(entry)) = (known, entry(&reading.name, sheet)?) {
                if !text.is_empty() && !text.ends_with("\n\n") {
                    text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
                }
                text.push_str(&entry);
                added += 1;
            }
        }
    }
    if added == 0 {
        return Ok(Message::new("没有需要写入的映射", "there is no mapping to write"));
    }
    Config::parse(&text, &file.display().to_string())
        .map_err(|error| Stop::usage(error.message().get(setup.language).to_string()))?;
    replace(&file, &text).map_err(|error| not_written(&file, &error))?;
    Ok(Message::new(
        format!("已向 {} 写入 {added} 条映射；请核对后再运行 check", file.display()),
        format!(
            "wrote {added} mappings to {}; look them over before the next check",
            file.display()
        ),
    ))
}

fn entry(file: &str, sheet: &SheetReading) -> anyhow::Result<Option<String>> {
    // An entry is for a sheet; its further lists are told by their own headers.
    let Some(plan) = sheet.plan.as_ref().filter(|_| sheet.first_row == 1) else { return Ok(None) };
    let columns: Vec<(String, Field)> = plan
        .columns
        .iter()
        .filter(|column| column.how != How::SecondChoice)
        .filter_map(|column| Some((key_of(plan, column), column.field?)))
        .collect();
    let columns = columns.iter().map(|(key, field)| (key.as_str(), *field)).collect();
    let entry = Entry {
        files: file,
        sheets: &sheet.name,
        kind: plan.kind,
        register: plan.register,
        header_row: plan.header_row,
        columns,
    };
    let mut text = toml::to_string(&Entries { mapping: [entry] })?;
    for column in unmapped(plan) {
        let header = toml::Value::from(column.header.as_str());
        let offer = match &column.offer {
            Some((field, _)) => toml::Value::try_from(field)?.to_string(),
            None => "\"\"".to_string(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "#{header} = {offer}   # 未识别的列 | not known");
    }
    Ok(Some(text))
}

/// The header by which a mapping names a column: with the groups over it where another payment of the line
/// has the same.
fn key_of(plan: &SheetPlan, column: &ColumnPlan) -> String {
    let same = |other: &&ColumnPlan| other.header == column.header;
    if column.payment.is_some() && plan.columns.iter().filter(same).count() > 1 {
        return format!("{}{}", column.groups.concat(), column.header);
    }
    column.header.clone()
}

/// Replaces the file in one step, so that nobody reads half of it.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    new.persist(file)?;
    Ok(())
}

fn not_written(file: &Path, error: &std::io::Error) -> anyhow::Error {
    Stop::no_output(format!("{}: {error}", file.display())).into()
}
