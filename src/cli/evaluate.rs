//! `aidcheck evaluate`: recall and precision against a truth.

use aidcheck::synthetic::evaluate;

use super::arguments::EvaluateArguments;
use super::{Stop, Voice};

/// Prints the table.
pub fn run(arguments: &EvaluateArguments, voice: Voice) -> anyhow::Result<u8> {
    let evaluation = evaluate(&arguments.cases, &arguments.truth)
        .map_err(|error| Stop::no_input(error.to_string()))?;
    voice.say(&evaluation.to_string())?;
    Ok(0)
}
