//! What the store keeps of the schools' round trip: a package starts the clock, an answer stops it.

mod support;

use aidcheck::cases::store::{CaseFilter, Doer, Escalation, Reply, SentPackage, Store};
use aidcheck::cases::{CaseStatus, store::CaseLine};
use aidcheck::record::Message;

use support::*;

const DOER: Doer = Doer {
    user: "王老师",
    at: "2025-10-15T21:00:00+08:00",
    today: chrono::NaiveDate::from_ymd_opt(2025, 10, 15).unwrap(),
};

/// A pupil on the books of two schools, found on 2025-10-15.
fn centre() -> (Centre, Store, i64) {
    let centre = Centre::new();
    let list = |school, from: u32| -> Vec<String> {
        let pupils = (from..from + 5).chain([90]);
        pupils.map(|serial| active("郑两校", &number(serial), school)).collect()
    };
    centre.csv("一中.csv", EXPORT, &list(FIRST, 1));
    centre.csv("二中.csv", EXPORT, &list(SECOND, 11));
    centre.check();
    let store = Store::open(&centre.root().join(".aidcheck/out.cases.sqlite")).unwrap();
    let case = store.find("2025-0001").unwrap().unwrap();
    (centre, store, case)
}

fn package(school: School, case: i64) -> SentPackage {
    SentPackage {
        school_code: school.0.into(),
        school_name: school.1.into(),
        file: format!("2025-10-15/{}.csv", school.0),
        sha256: "00".into(),
        due_on: "2025-10-25".parse().unwrap(),
        cases: vec![case],
    }
}

fn reply(school: School, case: i64) -> Reply {
    Reply {
        case,
        school_code: school.0.into(),
        school_name: school.1.into(),
        answer: "待核实".into(),
        note: "正在联系家长".into(),
        person: "张老师".into(),
        answered_on: "2025/10/20".into(),
        file: "回复.xlsx".into(),
        sha256: "11".into(),
    }
}

fn line(store: &Store) -> CaseLine {
    store.list(&CaseFilter { every_status: true, ..CaseFilter::default() }, None).unwrap().remove(0)
}

#[test]
fn a_case_is_answered_when_every_school_it_was_sent_to_has_answered() {
    let (centre, mut store, case) = centre();
    for school in [FIRST, SECOND] {
        store.record_sent(DOER, &package(school, case)).unwrap();
    }
    assert_eq!(line(&store).status, CaseStatus::Sent);
    assert_eq!(line(&store).due_on.as_deref(), Some("2025-10-25"));
    store.record_reply(DOER, &reply(FIRST, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Sent);
    store.record_reply(DOER, &reply(SECOND, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Answered);
    assert_eq!(store.replies_of(case).unwrap().len(), 2);
    // Sent again, it waits again: the old answers do not count for the new package.
    let later = Doer { today: "2025-10-16".parse().unwrap(), ..DOER };
    store.record_sent(later, &package(FIRST, case)).unwrap();
    let next_day = Doer { at: "2025-10-16T09:00:00+08:00", ..later };
    store.record_reply(DOER, &reply(SECOND, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Sent);
    store.record_reply(next_day, &reply(FIRST, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Answered);
    // The night finds it still, and leaves what people said.
    assert_eq!(centre.check_on("2025-10-16", &[]).cases()[0]["status"], "answered");
    let why = Message::new("两校都说是自己的学生", "both schools claim the pupil");
    store.reopen(DOER, case, &why).unwrap();
    let outcome = centre.check_on("2025-10-17", &[]);
    assert_eq!(outcome.cases()[0]["status"], "reopened");
    assert!(store.verify_log().unwrap().broken_at.is_none());
}

#[test]
fn an_answer_that_does_not_come_is_overdue_after_its_day_and_can_be_escalated() {
    let (centre, mut store, case) = centre();
    store.record_sent(DOER, &package(FIRST, case)).unwrap();
    let on_time = centre.check_on("2025-10-25", &[]);
    assert_eq!(on_time.run()["life"]["overdue"], 0);
    let late = centre.check_on("2025-10-26", &["--since-last"]);
    assert!(late.stdout.contains("逾期未答复 1 件"), "{}", late.stdout);
    // The night after it is no news, and still at the top of the whole summary.
    assert_eq!(centre.check_on("2025-10-27", &["--since-last"]).stdout, "");
    assert!(centre.check_on("2025-10-27", &[]).stdout.contains("逾期未答复 1 件"));
    let overdue = CaseFilter { overdue_on: "2025-10-27".parse().ok(), ..CaseFilter::default() };
    assert_eq!(store.list(&overdue, None).unwrap().len(), 1);
    let escalation = Escalation { cases: vec![case], reason: "三十天未答复".into() };
    store.record_escalation(DOER, &escalation).unwrap();
    assert_eq!(line(&store).escalated_on.as_deref(), Some("2025-10-15"));
    let actions: Vec<String> =
        store.log_of(Some(case)).unwrap().into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["opened", "sent", "escalated"]);
}

#[test]
fn what_is_waived_or_resolved_is_never_marked_as_sent() {
    let (_centre, mut store, case) = centre();
    store.waive(DOER, case, "已核对", "2026-08-31".parse().unwrap()).unwrap();
    store.record_sent(DOER, &package(FIRST, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Waived);
    store.close(DOER, case, "已处理").unwrap();
    store.record_sent(DOER, &package(FIRST, case)).unwrap();
    assert_eq!(line(&store).status, CaseStatus::Resolved);
}
