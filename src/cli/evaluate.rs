//! `aidcheck evaluate`: recall and precision against a truth.

use aidcheck::synthetic::evaluate;

use super::arguments::EvaluateArguments;
use super::{Stop, say};

/// Prints the table.
pub fn run(arguments: &EvaluateArguments) -> anyhow::Result<u8> {
    let evaluation = evaluate(&arguments.cases, &arguments.truth)
        .map_err(|error| Stop::no_input(error.to_string()))?;
    say(&evaluation.to_string())?;
    Ok(0)
}
