//! `aidcheck model`: learns the identity model from a county's own records, and shows it.

use std::fmt::Write;
use std::fs;

use aidcheck::identity::{Compared, Model, learn};
use aidcheck::record::Language;
use anyhow::Context;

use super::arguments::{LearnArguments, ModelArguments, ModelCommand, ShowModelArguments};
use super::progress::Bar;
use super::setup::{Setup, config_file, load_config, model_of};
use super::{Stop, Voice, say};

/// Runs one of the subcommands.
pub fn run(arguments: &ModelArguments, voice: Voice) -> anyhow::Result<u8> {
    match &arguments.command {
        ModelCommand::Learn(arguments) => learn_from(arguments, voice),
        ModelCommand::Show(arguments) => show(arguments, voice),
        ModelCommand::Pairs(arguments) => super::pairs::run(arguments, voice),
    }
}

fn learn_from(arguments: &LearnArguments, voice: Voice) -> anyhow::Result<u8> {
    let setup = Setup::from_arguments(&arguments.common, voice)?;
    setup.require_inputs()?;
    let zh = setup.language == Language::Zh;
    if arguments.out.exists() && !arguments.replace {
        let file = arguments.out.display();
        return Err(Stop::no_output(if zh {
            format!("{file} 已存在；要替换请加 --replace")
        } else {
            format!("{file} exists; to replace it add --replace")
        })
        .into());
    }
    // Always from the shipped figures: learning twice from one county learns nothing twice.
    let model = Model::shipped()?;
    let bar = Bar::over(setup.input_bytes(), !arguments.common.no_progress && !voice.quiet);
    let (data, persons) = setup.people(&model, &bar)?;
    let learned = learn(&data, &persons, &model, setup.as_of);
    bar.clear();
    let text = format!(
        "# Identity model of aidcheck, learned from {} people and {} compared pairs.\n# Name it in aidcheck.toml: model = \"{}\"\n{}",
        learned.people,
        learned.pairs,
        arguments.out.file_name().unwrap_or_default().to_string_lossy(),
        toml::to_string(&learned.file).context("the learned model")?
    );
    Model::parse(&text).context("the learned model")?;
    fs::write(&arguments.out, &text)
        .map_err(|error| Stop::no_output(format!("{}: {error}", arguments.out.display())))?;
    let file = arguments.out.display();
    let (people, pairs) = (learned.people, learned.pairs);
    voice.say(&if zh {
        format!(
            "已从 {people} 人、{pairs} 对记录学得模型，写入 {file}。\n要使用它，请在 aidcheck.toml 写明：model = \"{file}\""
        )
    } else {
        format!(
            "Learned from {people} people and {pairs} pairs; written to {file}.\nTo use it, write in aidcheck.toml: model = \"{file}\""
        )
    })?;
    Ok(0)
}

/// Prints the weight of every level, in bits: for one person against strangers, twins and siblings.
fn show(arguments: &ShowModelArguments, voice: Voice) -> anyhow::Result<u8> {
    let file = config_file(arguments.config.as_deref(), None);
    let config = load_config(file.as_deref(), voice)?;
    let language = voice.lang.or(config.language).unwrap_or_default();
    let folder = file.as_ref().and_then(|file| file.parent()).unwrap_or(std::path::Path::new(""));
    let model = model_of(&config, folder, language)?;
    if arguments.json {
        say(&serde_json::to_string_pretty(model.file())?)?;
        return Ok(0);
    }
    let zh = language == Language::Zh;
    let mut text = String::new();
    let (name, hash) = (&model.file().name, model.hash());
    let _ = if zh {
        writeln!(
            text,
            "模型 {name}（{hash}）\n每一级给“同一人”加多少（每增加 1，可能性的比值加倍），分别对照其他人、双胞胎、兄弟姐妹\n"
        )
    } else {
        writeln!(
            text,
            "model {name} ({hash})\nwhat each level adds for one person (each step of 1 doubles the odds), against strangers, twins, siblings\n"
        )
    };
    for field in Compared::ALL {
        let (field_zh, field_en) = field.words();
        let _ = writeln!(text, "{}", if zh { field_zh } else { field_en });
        for (at, level) in field.levels().iter().enumerate() {
            let said = model.file().levels.get(field.name()).and_then(|all| all.get(*level));
            let Some(said) = said else { continue };
            let (level_zh, level_en) = field.level_words(at as u8 + 1);
            let bits = |other: f64| (said.same / other).log2();
            let _ = writeln!(
                text,
                "  {:>+6.1} {:>+6.1} {:>+6.1}  {}",
                bits(said.stranger),
                bits(said.twin),
                bits(said.sibling),
                if zh { level_zh } else { level_en }
            );
        }
    }
    voice.say(text.trim_end())?;
    Ok(0)
}
