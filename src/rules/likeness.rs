//! Findings that rest on likeness: whose records no equal number joins.
//!
//! Whatever a rule found, it is no surer than that its rows are one person's. The weakest link between them
//! becomes the finding's confidence and bounds its severity (policy: `match_certain`, `match_review`), and
//! the reason says by what the records were taken for one person's.

use super::{Finding, Role, RuleContext, Severity};
use crate::identity::{Compared, Level, Link, Pattern, RecordIndex};

/// Bounds confidence and severity of every finding by the weakest link that its rows rest on.
pub fn weigh(context: &RuleContext, findings: &mut [Finding]) {
    let tolerance = &context.policy.tolerance;
    for finding in findings {
        let Some(link) = weakest_link(context, finding) else { continue };
        finding.confidence = finding.confidence.min(link.probability);
        if link.probability < tolerance.match_review {
            finding.severity = Severity::Info;
        } else if link.probability < tolerance.match_certain {
            finding.severity = finding.severity.max(Severity::Warning);
        }
        say_why(finding, link);
    }
}

/// The weakest link between rows of one person; rows that only stand beside the finding are left out.
fn weakest_link<'p>(context: &RuleContext<'p>, finding: &Finding) -> Option<&'p Link> {
    let persons = context.persons;
    let records: Vec<RecordIndex> = finding
        .rows
        .iter()
        .filter(|(_, role)| !matches!(role, Role::Witness | Role::Consequence))
        .filter_map(|(row, _)| row.of_a_person())
        .collect();
    let person = persons.of(*records.first()?);
    let own = records.iter().copied().filter(|&record| persons.of(record) == person);
    persons.weakest_link(person, own)
}

fn say_why(finding: &mut Finding, link: &Link) {
    let (agree_zh, agree_en) = phrases(link.pattern, true);
    let (differ_zh, differ_en) = phrases(link.pattern, false);
    let percent = (link.probability * 100.0).min(99.9);
    let mut zh = format!(
        " 各记录没有共同的可用证件号，按其他信息判断为同一人的可能性为{percent:.1}%：{}",
        agree_zh.join("，")
    );
    let mut en = format!(
        " The records share no usable number; that they are one person is {percent:.1} % likely: {}",
        agree_en.join(", ")
    );
    if !differ_zh.is_empty() {
        zh += &format!("；不一致之处：{}", differ_zh.join("，"));
        en += &format!("; against it: {}", differ_en.join(", "));
    }
    zh += "。如不是同一人，请注明并提供证件。";
    en += ". If they are two people, say so and show their papers.";
    finding.reason.zh = format!("{}{zh}", finding.reason.zh).into();
    finding.reason.en = format!("{}{en}", finding.reason.en).into();
}

/// What the levels say, those that speak for one person or those that speak against.
fn phrases(pattern: Pattern, agreeing: bool) -> (Vec<String>, Vec<String>) {
    Compared::ALL
        .into_iter()
        .map(|field| Level { field, index: pattern.level(field) })
        .filter(|level| level.index != 0 && level.field != Compared::School)
        .filter(|level| level.agrees() == agreeing)
        .map(|level| {
            let ((field_zh, field_en), (zh, en)) = level.words();
            (format!("{field_zh}{zh}"), format!("{field_en}: {en}"))
        })
        .unzip()
}
