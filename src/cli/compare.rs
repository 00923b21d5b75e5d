//! `aidcheck compare`: two records side by side, with what each field says about whether they are one
//! person's.

use std::fmt::Write;
use std::path::PathBuf;

use aidcheck::identity::{RecordIndex, Side, Waterfall, explain, is_doubted};
use aidcheck::normalize::{Dataset, Silent};
use aidcheck::record::{Language, RowRef};
use anyhow::Context;

use super::arguments::{CommonArguments, CompareArguments};
use super::setup::Setup;
use super::{Stop, Voice, say};

/// The people reckoned with where neither the model nor the user says how many the county has.
const PEOPLE: u64 = 100_000;

/// Reads the two files and prints the waterfall.
pub fn run(arguments: &CompareArguments, voice: Voice) -> anyhow::Result<u8> {
    let (first, second) = (place_of(&arguments.first)?, place_of(&arguments.second)?);
    let mut paths = vec![first.0.clone()];
    if second.0 != first.0 {
        paths.push(second.0.clone());
    }
    let common = CommonArguments {
        paths,
        config: arguments.config.clone(),
        as_of: arguments.as_of,
        threads: None,
        no_progress: true,
        json: arguments.json,
    };
    let setup = Setup::from_arguments(&common, voice)?;
    setup.require_inputs()?;
    let model = setup.model()?;
    let (data, persons) = setup.people(&model, &Silent)?;
    let a = record_at(&data, &first, &arguments.first, setup.language)?;
    let b = record_at(&data, &second, &arguments.second, setup.language)?;
    let county = arguments.people.or(model.file().people).unwrap_or(PEOPLE);
    let doubted = [a, b].map(|record| is_doubted(&data, &persons, record));
    let sides =
        (Side { records: &[a], doubted: doubted[0] }, Side { records: &[b], doubted: doubted[1] });
    let waterfall = explain(&data, &model, sides, county);
    if arguments.json {
        say(&serde_json::to_string_pretty(&as_json(&waterfall, setup.language))?)?;
        return Ok(0);
    }
    voice.say(&text(&waterfall, &data, (a, b), setup.language))?;
    Ok(0)
}

/// `FILE:ROW`, the row as Excel shows it.
fn place_of(text: &str) -> anyhow::Result<(PathBuf, u32)> {
    let wrong = || {
        Stop::usage(format!(
            "“{text}”应写作 文件:行号，如 学籍.csv:120 | write FILE:ROW, such as 学籍.csv:120"
        ))
    };
    let (file, row) = text.rsplit_once(':').ok_or_else(wrong)?;
    let row = row.parse().ok().filter(|row| *row > 0).ok_or_else(wrong)?;
    Ok((PathBuf::from(file), row))
}

fn record_at(
    data: &Dataset,
    place: &(PathBuf, u32),
    written: &str,
    language: Language,
) -> anyhow::Result<RecordIndex> {
    let name = place.0.file_name().context("a file's name")?.to_string_lossy().into_owned();
    let here = |at: RowRef| at.row == place.1 && data.sheet(at.sheet).place.file.ends_with(&name);
    let enrollments = (0..data.enrollments.len())
        .filter(|&index| here(data.enrollments.place(index)))
        .map(RecordIndex::enrollment);
    let payments = (0..data.payments.len())
        .filter(|&index| here(data.payments.place(index)))
        .map(RecordIndex::payment);
    enrollments.chain(payments).next().ok_or_else(|| {
        Stop::usage(match language {
            Language::Zh => format!(
                "{written} 不是学生或发放记录（标题行、空行，或被拒绝的行）；请用 aidcheck inspect 查看"
            ),
            Language::En => format!(
                "{written} is no record of a pupil or payment (a title, blank or rejected row); see aidcheck inspect"
            ),
        })
        .into()
    })
}

fn text(
    waterfall: &Waterfall,
    data: &Dataset,
    records: (RecordIndex, RecordIndex),
    language: Language,
) -> String {
    let mut text = String::new();
    for (letter, record) in [("A", records.0), ("B", records.1)] {
        let _ = writeln!(text, "{letter}  {}", data.describe(record.place(data), language));
    }
    text + "\n" + &waterfall.text(language)
}

fn as_json(waterfall: &Waterfall, language: Language) -> serde_json::Value {
    let [same, twin, sibling, stranger] = waterfall.probabilities;
    let weights: Vec<_> = waterfall
        .weights
        .iter()
        .map(|weight| {
            let (_, (zh, en)) = weight.level.words();
            serde_json::json!({
                "field": weight.level.field.name(),
                "level": if language == Language::Zh { zh } else { en },
                "a": weight.values.0, "b": weight.values.1, "bits": weight.bits,
            })
        })
        .collect();
    serde_json::json!({
        "people": waterfall.people, "prior_bits": waterfall.prior, "weights": weights,
        "family_bits": waterfall.family,
        "same": same, "twin": twin, "sibling": sibling, "stranger": stranger,
    })
}
