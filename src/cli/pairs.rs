//! `aidcheck model pairs`: what each blocking key yields, and the pairs of one of them.

use std::fmt::Write;

use aidcheck::identity::{BlockingKey, KeyPairs, Pair, RecordIndex, pairs_by_key};
use aidcheck::normalize::Dataset;
use aidcheck::record::Language;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use super::arguments::PairsArguments;
use super::progress::Bar;
use super::setup::Setup;
use super::{Stop, Voice, say};

pub fn run(arguments: &PairsArguments, voice: Voice) -> anyhow::Result<u8> {
    let wanted = arguments.key.as_deref().map(key_of).transpose()?;
    if !(0.0..=1.0).contains(&arguments.least) {
        return Err(Stop::usage(
            "--least 应在 0 到 1 之间 | --least is a probability, from 0 to 1".to_string(),
        )
        .into());
    }
    let setup = Setup::from_arguments(&arguments.common, voice)?;
    setup.require_inputs()?;
    let model = setup.model()?;
    let bar = Bar::over(setup.input_bytes(), !arguments.common.no_progress && !voice.quiet);
    let (data, persons) = setup.people(&model, &bar)?;
    let mut keys = pairs_by_key(&data, &persons, &model, setup.as_of, arguments.least);
    bar.clear();
    if let Some(wanted) = wanted {
        keys.retain(|one| one.key == wanted);
    }
    let language = setup.language;
    if arguments.common.json {
        let listed = wanted.is_some();
        let keys: Vec<Value> = keys.iter().map(|one| as_json(&data, one, listed)).collect();
        say(&serde_json::to_string_pretty(&json!({ "least": arguments.least, "keys": keys }))?)?;
    } else if wanted.is_some() {
        voice.say(&list(&data, &keys, language))?;
    } else {
        voice.say(&table(&keys, arguments.least, language))?;
    }
    Ok(0)
}

fn key_of(name: &str) -> anyhow::Result<BlockingKey> {
    BlockingKey::all().find(|key| key.name() == name).ok_or_else(|| {
        let known: Vec<&str> = BlockingKey::all().map(BlockingKey::name).collect();
        let known = known.join(", ");
        Stop::usage(format!("没有“{name}”这种分块键；可用 | no such key; there are: {known}"))
            .into()
    })
}

/// `FILE:ROW` of a record.
fn place(data: &Dataset, record: RecordIndex) -> String {
    let place = record.place(data);
    format!("{}:{}", data.sheet(place.sheet).place.file, place.row)
}

fn as_json(data: &Dataset, one: &KeyPairs, listed: bool) -> Value {
    let pair = |pair: &Pair| {
        json!({
            "a": place(data, pair.records.0), "b": place(data, pair.records.1),
            "probability": pair.probability,
        })
    };
    let mut value = json!({
        "key": one.key.name(), "blocks": one.found.blocks, "pairs": one.found.pairs,
        "left_out": one.found.left_out, "left_out_people": one.found.left_out_people,
        "likely": one.pairs.len(),
    });
    if listed {
        value["listed"] = one.pairs.iter().map(pair).collect();
    }
    value
}

fn list(data: &Dataset, keys: &[KeyPairs], language: Language) -> String {
    let mut text = String::new();
    for pair in keys.iter().flat_map(|one| &one.pairs) {
        let (a, b) = (place(data, pair.records.0), place(data, pair.records.1));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:.6}  \"{a}\"  \"{b}\"", pair.probability);
    }
    let count: usize = keys.iter().map(|one| one.pairs.len()).sum();
    text += &match language {
        Language::Zh => format!("共 {count} 对。逐项比较：aidcheck compare 文件:行号 文件:行号"),
        Language::En => {
            format!("{count} pairs. Field by field: aidcheck compare FILE:ROW FILE:ROW")
        }
    };
    text
}

fn table(keys: &[KeyPairs], least: f64, language: Language) -> String {
    let zh = language == Language::Zh;
    let likely = if zh { format!("概率≥{least}") } else { format!("≥ {least}") };
    let header = if zh {
        ["分块键", "块", "对", &likely, "过大而略去的块", "其中的人"]
    } else {
        ["key", "blocks", "pairs", &likely, "blocks left out", "people in them"]
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    for one in keys {
        let name = if zh {
            format!("{}  {}", one.key.name(), one.key.chinese())
        } else {
            one.key.name().to_string()
        };
        let found = &one.found;
        table.add_row([
            name,
            found.blocks.to_string(),
            found.pairs.to_string(),
            one.pairs.len().to_string(),
            found.left_out.to_string(),
            found.left_out_people.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
