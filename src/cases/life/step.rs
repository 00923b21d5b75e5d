//! One case, one night: the states and what leads from one to the next.

use chrono::NaiveDate;

use super::known::{KnownCase, Waiver};
use super::night::Remembered;
use crate::cases::facts::difference;
use crate::cases::{CaseStatus, Coverage};
use crate::record::Message;
use crate::rules::CaseKind;

/// What a night makes of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub status: CaseStatus,
    /// Said where the status changed for a reason.
    pub why: Option<Message>,
    /// Why the case could not be checked again.
    pub unchecked: Option<Message>,
    /// Whether the waiver ended.
    pub waiver_ended: bool,
}

impl Verdict {
    pub(super) fn plain(status: CaseStatus) -> Verdict {
        Verdict { status, why: None, unchecked: None, waiver_ended: false }
    }

    fn because(status: CaseStatus, why: Message) -> Verdict {
        Verdict { why: Some(why), ..Verdict::plain(status) }
    }
}

/// A case that is found tonight. `facts`: those of tonight; `newer`: whether any list under it was
/// exported anew since it was last seen.
pub(super) fn found(known: &KnownCase, facts: &[String], newer: bool, as_of: NaiveDate) -> Verdict {
    if let Some(waiver) = &known.waiver {
        return match lapse(waiver, facts, as_of) {
            None => Verdict::plain(CaseStatus::Waived),
            Some(why) => {
                Verdict { waiver_ended: true, ..Verdict::because(CaseStatus::Reopened, why) }
            }
        };
    }
    match (known.status, &known.closed_by) {
        // The school corrected it, the export is still the old one: that proves nothing.
        (CaseStatus::Resolved, Some(_)) if !newer => Verdict::plain(CaseStatus::Resolved),
        (CaseStatus::Resolved, Some(user)) => Verdict::because(
            CaseStatus::Reopened,
            Message::new(
                format!("{user}已结案，但新的数据中仍然存在"),
                format!("closed by {user}, and still found in a newer export"),
            ),
        ),
        (CaseStatus::Resolved, None) => {
            let last = known.last_seen;
            Verdict::because(
                CaseStatus::Reopened,
                Message::new(
                    format!("曾不再出现（最后见于{last}），现又发现"),
                    format!("was gone (last seen {last}) and is found again"),
                ),
            )
        }
        (CaseStatus::Waived, _) => Verdict::because(
            CaseStatus::Reopened,
            Message::new("豁免已不存在", "there is no waiver any more"),
        ),
        _ => Verdict::plain(waiting(known)),
    }
}

/// A case that was looked for and is not found tonight.
pub(super) fn not_found(
    known: &KnownCase,
    remembered: &Remembered,
    coverage: &Coverage,
    as_of: NaiveDate,
) -> Verdict {
    unless_gone(known, unchecked(known, remembered, coverage, as_of), as_of)
}

/// A case of a kind that was not looked for.
pub(super) fn not_looked_for(known: &KnownCase, as_of: NaiveDate) -> Verdict {
    let verdict = unless_gone(known, Some(not_checked(kind_not_run(known.kind))), as_of);
    match verdict.waiver_ended {
        true => verdict,
        // Tonight's report says nothing of it: what is new stays new.
        false => Verdict { status: known.status, ..verdict },
    }
}

/// `unchecked`: why nobody can say that the case is gone; `None` if it is.
fn unless_gone(known: &KnownCase, unchecked: Option<Message>, as_of: NaiveDate) -> Verdict {
    if unchecked.is_none() {
        return Verdict::because(
            CaseStatus::Resolved,
            Message::new(
                format!("截至{as_of}的数据中已不再存在"),
                format!("no longer found in the data as of {as_of}"),
            ),
        );
    }
    let verdict = match &known.waiver {
        Some(waiver) if waiver.until < as_of => {
            Verdict { waiver_ended: true, ..Verdict::because(CaseStatus::Reopened, ended(waiver)) }
        }
        Some(_) => Verdict::plain(CaseStatus::Waived),
        None => Verdict::plain(waiting(known)),
    };
    Verdict { unchecked, ..verdict }
}

/// Where a case stands that still waits: what a report has said once is no longer new.
fn waiting(known: &KnownCase) -> CaseStatus {
    match known.status {
        CaseStatus::New | CaseStatus::Reopened if known.told => CaseStatus::Open,
        status => status,
    }
}

/// Why a waiver does not hold any more; `None` while it does.
fn lapse(waiver: &Waiver, facts: &[String], as_of: NaiveDate) -> Option<Message> {
    if waiver.until < as_of {
        return Some(ended(waiver));
    }
    let changed = difference(&waiver.facts, facts)?;
    Some(Message::new(
        format!("豁免（{}，{}）所依据的情况变了。{}", waiver.user, waiver.reason, changed.zh),
        format!(
            "the facts under the waiver ({}: {}) changed; {}",
            waiver.user, waiver.reason, changed.en
        ),
    ))
}

fn ended(waiver: &Waiver) -> Message {
    let Waiver { user, reason, until, .. } = waiver;
    Message::new(
        format!("豁免（{user}，{reason}）于{until}到期"),
        format!("the waiver ({user}: {reason}) ended on {until}"),
    )
}

/// Why tonight cannot say that a case is gone.
fn unchecked(
    known: &KnownCase,
    remembered: &Remembered,
    coverage: &Coverage,
    as_of: NaiveDate,
) -> Option<Message> {
    if as_of < known.last_seen {
        return Some(not_checked(Message::new(
            format!("本次基准日{as_of}早于上次所见的{}", known.last_seen),
            format!("tonight looks to {as_of}, before it was last seen ({})", known.last_seen),
        )));
    }
    if remembered.basis.is_empty() {
        return Some(not_checked(Message::new(
            "不知道它当时依据哪些名单",
            "it is not known which lists it rested on",
        )));
    }
    let name_of = |key: &str| {
        let row = remembered.rows.iter().find(|row| row.school_key() == key);
        row.map(|row| row.school_name.as_str()).filter(|name| !name.is_empty())
    };
    let miss = remembered.basis.iter().find_map(|basis| {
        let school = basis.ground.school();
        coverage.misses(known.kind, basis, name_of(school).unwrap_or(school))
    });
    miss.map(not_checked)
}

fn not_checked(why: Message) -> Message {
    Message::new(
        format!("未重新核查，因为{}", why.zh),
        format!("not re-checked, because {}", why.en),
    )
}

fn kind_not_run(kind: CaseKind) -> Message {
    Message::new(
        format!("本次没有核查{}", kind.chinese()),
        format!("{} was not looked for", kind.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::CaseNumber;
    use crate::rules::Severity;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn known(status: CaseStatus) -> KnownCase {
        KnownCase {
            no: 1,
            number: CaseNumber { year: 2025, serial: 1 },
            id: "DE-1".into(),
            kind: CaseKind::DualEnrollment,
            severity: Severity::Error,
            confidence: 1.0,
            status,
            first_seen: day("2025-10-01"),
            last_seen: day("2025-10-15"),
            told: true,
            sight: String::new(),
            closed_by: None,
            due_on: None,
            waiver: None,
        }
    }

    fn waived(until: &str, facts: &[&str]) -> KnownCase {
        let waiver = Waiver {
            key: 1,
            reason: "不是同一人".into(),
            user: "王老师".into(),
            since: day("2025-10-01"),
            until: day(until),
            facts: facts.iter().map(|fact| fact.to_string()).collect(),
        };
        KnownCase { waiver: Some(waiver), ..known(CaseStatus::Waived) }
    }

    fn found_on(known: &KnownCase, facts: &[&str]) -> Verdict {
        let facts: Vec<String> = facts.iter().map(|fact| fact.to_string()).collect();
        found(known, &facts, true, day("2025-10-16"))
    }

    #[test]
    fn what_was_told_is_no_longer_new() {
        for (before, after) in [
            (CaseStatus::New, CaseStatus::Open),
            (CaseStatus::Reopened, CaseStatus::Open),
            (CaseStatus::Open, CaseStatus::Open),
            (CaseStatus::Sent, CaseStatus::Sent),
            (CaseStatus::Answered, CaseStatus::Answered),
        ] {
            assert_eq!(found_on(&known(before), &[]).status, after);
        }
        let untold = KnownCase { told: false, ..known(CaseStatus::Reopened) };
        assert_eq!(found_on(&untold, &[]).status, CaseStatus::Reopened);
    }

    #[test]
    fn a_waiver_lapses_with_its_date_or_its_facts_and_says_so() {
        assert_eq!(found_on(&waived("2025-10-16", &["a"]), &["a"]).status, CaseStatus::Waived);
        let late = found_on(&waived("2025-10-15", &["a"]), &["a"]);
        assert_eq!((late.status, late.waiver_ended), (CaseStatus::Reopened, true));
        assert!(late.why.unwrap().zh.contains("2025-10-15到期"));
        let changed = found_on(&waived("2026-10-16", &["甲 A：在读"]), &["甲 A：转出"]);
        assert_eq!(changed.status, CaseStatus::Reopened);
        let why = changed.why.unwrap();
        assert!(why.zh.contains("原为：甲 A：在读；现为：甲 A：转出"), "{}", why.zh);
    }

    #[test]
    fn what_was_gone_and_is_found_again_reopens() {
        assert_eq!(found_on(&known(CaseStatus::Resolved), &[]).status, CaseStatus::Reopened);
        let closed = KnownCase { closed_by: Some("王".into()), ..known(CaseStatus::Resolved) };
        assert_eq!(found_on(&closed, &[]).status, CaseStatus::Reopened);
        // The very export that it was closed on proves nothing against it.
        let same = found(&closed, &[], false, day("2025-10-16"));
        assert_eq!(same.status, CaseStatus::Resolved);
    }

    #[test]
    fn nothing_resolves_that_was_not_checked() {
        let coverage = Coverage::default();
        let case = known(CaseStatus::Open);
        let nothing = Remembered { about: Vec::new(), basis: Vec::new(), rows: Vec::new() };
        let gone = |as_of| not_found(&case, &nothing, &coverage, day(as_of));
        for (verdict, why) in [
            (not_looked_for(&case, day("2025-10-16")), "本次没有核查双重学籍"),
            (gone("2025-10-14"), "早于上次所见"),
            (gone("2025-10-16"), "不知道它当时依据哪些名单"),
        ] {
            assert_eq!(verdict.status, CaseStatus::Open);
            let unchecked = verdict.unchecked.unwrap();
            assert!(unchecked.zh.starts_with("未重新核查，因为") && unchecked.zh.contains(why));
            assert!(unchecked.en.starts_with("not re-checked, because "));
        }
    }
}
