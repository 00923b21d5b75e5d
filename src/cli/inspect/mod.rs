//! `aidcheck inspect`: how each file is understood, before anything is checked.

mod describe;
mod mapping;
mod sample;
mod text;
mod words;

use serde_json::{Value, json};

use aidcheck::cases::Secret;
use aidcheck::ingest::Disk;
use aidcheck::normalize::{Keep, unused_mappings};
use aidcheck::rules::CaseKind;
use aidcheck::{Run, read};

use super::arguments::InspectArguments;
use super::progress::Bar;
use super::setup::Setup;
use super::{Voice, say};

/// Reads every file and says what was understood. Writes nothing but, if asked, the mapping.
pub fn run(arguments: &InspectArguments, voice: Voice) -> anyhow::Result<u8> {
    let setup = Setup::from_arguments(&arguments.common, voice)?;
    setup.require_inputs()?;
    let bar = Bar::over(setup.input_bytes(), !arguments.common.no_progress && !voice.quiet);
    let model = setup.model()?;
    let secret = Secret::from_text("inspect makes no cases");
    let readings = read(
        &setup.inputs.files,
        &Run {
            config: &setup.config,
            policy: &setup.policy,
            secret: &secret,
            model: &model,
            as_of: setup.as_of,
            kinds: &CaseKind::ALL,
            source: &Disk,
            progress: &bar,
        },
        Keep::Sample(sample::SHOWN),
    )?;
    bar.clear();
    let unused: Vec<_> = unused_mappings(&readings, &setup.config)
        .into_iter()
        .map(|notice| notice.get(setup.language).to_string())
        .collect();
    if arguments.common.json {
        let files: Vec<Value> =
            readings.iter().map(|file| describe::describe(file, setup.language)).collect();
        say(&serde_json::to_string_pretty(
            &json!({ "files": files, "unused_configuration": unused }),
        )?)?;
    } else {
        for file in &readings {
            voice.say(&text::text_of(file, setup.language))?;
        }
        for notice in &unused {
            voice.say(notice)?;
        }
        for (name, why) in &setup.inputs.passed_over {
            voice.say(&format!("{name}: {}", why.get(setup.language)))?;
        }
    }
    if arguments.write_mapping {
        let written = mapping::write(&readings, &setup)?;
        if !arguments.common.json {
            voice.say(written.get(setup.language))?;
        }
    }
    let usable = readings.iter().flat_map(|file| &file.sheets).any(|sheet| sheet.plan.is_some());
    let copied = readings.iter().any(|file| file.same_as.is_some());
    Ok(if usable || copied { 0 } else { 3 })
}
