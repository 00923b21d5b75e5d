//! `aidcheck init`: a commented aidcheck.toml.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use aidcheck::policy::TEMPLATE;
use aidcheck::record::Language;

use super::arguments::InitArguments;
use super::{Stop, Voice};

/// Writes the template; an existing file is never touched.
pub fn run(arguments: &InitArguments, voice: Voice) -> anyhow::Result<u8> {
    let file = arguments.folder.join("aidcheck.toml");
    let mut written =
        OpenOptions::new().write(true).create_new(true).open(&file).map_err(|error| match error
            .kind()
        {
            ErrorKind::AlreadyExists => Stop::usage(match voice.language() {
                Language::Zh => format!("{} 已存在，未改动；请先改名或删除", file.display()),
                Language::En => {
                    format!(
                        "{} exists and was not touched; rename or delete it first",
                        file.display()
                    )
                }
            }),
            _ => Stop::no_output(format!("{}: {error}", file.display())),
        })?;
    written
        .write_all(TEMPLATE.as_bytes())
        .map_err(|error| Stop::no_output(format!("{}: {error}", file.display())))?;
    voice.say(&match voice.language() {
        Language::Zh => format!("已写出 {}", file.display()),
        Language::En => format!("wrote {}", file.display()),
    })?;
    Ok(0)
}
