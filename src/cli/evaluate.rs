//! `aidcheck evaluate`: a report measured against a truth.

use std::fs;

use aidcheck::record::{Language, Message};
use aidcheck::synthetic::evaluate;

use super::arguments::EvaluateArguments;
use super::{Stop, Voice, say};

/// Prints the tables or JSON, and draws the curve if asked to.
pub fn run(arguments: &EvaluateArguments, voice: Voice) -> anyhow::Result<u8> {
    let evaluation = evaluate(&arguments.cases, &arguments.truth)
        .map_err(|error| Stop::no_input(error.to_string()))?;
    let language = voice.language();
    if let Some(path) = &arguments.curve {
        let fail =
            |error: &dyn std::fmt::Display| Stop::no_output(unwritten(path, error, language));
        let svg = evaluation.curve_svg(language).map_err(|error| fail(&error))?;
        fs::write(path, svg).map_err(|error| fail(&error))?;
    }
    if arguments.json {
        say(&serde_json::to_string_pretty(&evaluation)?)?;
    } else {
        voice.say(evaluation.text(language).trim_end())?;
    }
    Ok(0)
}

fn unwritten(path: &std::path::Path, error: &dyn std::fmt::Display, language: Language) -> String {
    let path = path.display();
    Message::new(
        format!("无法写出 {path}：{error}。请用 --curve 换一个位置。"),
        format!("{path} cannot be written: {error}. Give another place with --curve."),
    )
    .get(language)
    .to_owned()
}
