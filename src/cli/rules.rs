//! `aidcheck rules`: the catalogue.

use aidcheck::record::Language;
use aidcheck::rules::RULES;

use super::arguments::RulesArguments;
use super::{Voice, say};

/// Prints one rule a line, or JSON.
pub fn run(arguments: &RulesArguments, voice: Voice) -> anyhow::Result<u8> {
    if arguments.json {
        let rules: Vec<_> = RULES
            .iter()
            .map(|rule| {
                serde_json::json!({
                    "kind": rule.kind.name(), "code": rule.kind.code(), "chinese": rule.kind.chinese(),
                    "holds_when": { "zh": rule.about.0, "en": rule.about.1 },
                })
            })
            .collect();
        say(&serde_json::to_string_pretty(&rules)?)?;
        return Ok(0);
    }
    for rule in &RULES {
        voice.say(&format!(
            "{}  {}（{}）",
            rule.kind.code(),
            rule.kind.name(),
            rule.kind.chinese()
        ))?;
        let about = match voice.lang {
            Some(Language::Zh) => rule.about.0.to_string(),
            Some(Language::En) => rule.about.1.to_string(),
            None => format!("{}\n    {}", rule.about.0, rule.about.1),
        };
        voice.say(&format!("    {about}"))?;
    }
    Ok(0)
}
