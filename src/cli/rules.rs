//! `aidcheck rules`: the catalogue.

use aidcheck::rules::RULES;

use super::arguments::RulesArguments;
use super::say;

/// Prints one rule a line, or JSON.
pub fn run(arguments: &RulesArguments) -> anyhow::Result<u8> {
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
        say(&format!("{}  {}（{}）", rule.kind.code(), rule.kind.name(), rule.kind.chinese()))?;
        say(&format!("    {}\n    {}", rule.about.0, rule.about.1))?;
    }
    Ok(0)
}
