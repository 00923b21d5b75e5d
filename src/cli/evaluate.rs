//! `aidcheck evaluate`: recall and precision against a truth.

use aidcheck::synthetic::evaluate;

use super::Stop;
use super::arguments::EvaluateArguments;

/// Prints the table.
pub fn run(arguments: &EvaluateArguments) -> anyhow::Result<u8> {
    let evaluation = evaluate(&arguments.cases, &arguments.truth)
        .map_err(|error| Stop::no_input(error.to_string()))?;
    println!("{evaluation}");
    Ok(0)
}
