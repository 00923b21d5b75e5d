//! `aidcheck generate`: a synthetic county and its truth.

use aidcheck::synthetic::{Options, generate};

use super::arguments::GenerateArguments;
use super::{Stop, Voice};

/// Writes the county.
pub fn run(arguments: &GenerateArguments, voice: Voice) -> anyhow::Result<u8> {
    let summary = generate(&Options {
        students: arguments.students,
        seed: arguments.seed,
        out: arguments.out.clone(),
        plain: arguments.plain,
        as_of: arguments.as_of,
        spoilage: arguments.spoilage,
    })
    .map_err(|error| Stop::no_output(error.to_string()))?;
    voice.say(&summary.to_string())?;
    Ok(0)
}
