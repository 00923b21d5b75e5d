//! `aidcheck generate`: a synthetic county and its truth.

use aidcheck::synthetic::{Options, generate};

use super::Stop;
use super::arguments::GenerateArguments;

/// Writes the county.
pub fn run(arguments: &GenerateArguments) -> anyhow::Result<u8> {
    let summary = generate(&Options {
        students: arguments.students,
        seed: arguments.seed,
        out: arguments.out.clone(),
        plain: arguments.plain,
        as_of: arguments.as_of,
    })
    .map_err(|error| Stop::no_output(error.to_string()))?;
    println!("{summary}");
    Ok(0)
}
