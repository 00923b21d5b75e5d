//! The life of cases over several nights: what is new, what is settled, and what nobody can say tonight.

mod support;

use std::collections::BTreeMap;
use std::fs;

use chrono::NaiveDateTime;
use support::*;

const DUAL: &str = "dual-enrollment";
const REPEAT: &str = "repeat-payment";
const FIRST_NIGHT: &str = "2025-10-15";
const SECOND_NIGHT: &str = "2025-10-16";
const THIRD_NIGHT: &str = "2025-10-17";

/// Pupils enough that a list without one of them is still that school's list.
fn class_of(school: School, from: u32) -> Vec<String> {
    (from..from + 5).map(|serial| active("陪读生", &number(serial), school)).collect()
}

/// Two schools, each with its own export, that both list 郑两校.
fn two_schools() -> Centre {
    let centre = Centre::new();
    for (file, school, from) in [("一中学籍.csv", FIRST, 1), ("二中学籍.csv", SECOND, 11)] {
        let mut pupils = class_of(school, from);
        pupils.push(active("郑两校", &number(90), school));
        centre.csv(file, EXPORT, &pupils);
    }
    centre
}

/// The second school's export without 郑两校.
fn settled(centre: &Centre) {
    centre.csv("二中学籍.csv", EXPORT, &class_of(SECOND, 11));
}

fn statuses(outcome: &Outcome) -> BTreeMap<String, String> {
    let cases = outcome.cases();
    cases.iter().map(|row| (row["kind"].clone(), row["status"].clone())).collect()
}

fn night(centre: &Centre, day: &str) -> Outcome {
    let outcome = centre.check_on(day, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.assert_rows_close();
    outcome
}

/// `aidcheck cases …` beside the report of a centre.
fn cases(centre: &Centre, arguments: &[&str]) -> String {
    let output = aidcheck()
        .current_dir(centre.root())
        .arg("cases")
        .args(arguments)
        .args(["--out", "out", "--as-of", SECOND_NIGHT])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn listed(centre: &Centre, arguments: &[&str]) -> Vec<serde_json::Value> {
    let mut all = vec!["list", "--json", "--all"];
    all.extend(arguments);
    serde_json::from_str(&cases(centre, &all)).unwrap()
}

#[test]
fn a_case_is_new_once_and_keeps_its_number_and_first_day() {
    let centre = two_schools();
    let first = night(&centre, FIRST_NIGHT).of_kind(DUAL);
    assert_eq!((first.len(), first[0]["status"].as_str()), (2, "new"));
    assert_eq!(first[0]["case_number"], "2025-0001");
    let outcome = night(&centre, SECOND_NIGHT);
    let second = outcome.of_kind(DUAL);
    assert_eq!(second[0]["status"], "open");
    assert_eq!(second[0]["case_id"], first[0]["case_id"]);
    assert_eq!(second[0]["case_number"], "2025-0001");
    assert_eq!(second[0]["first_seen"], FIRST_NIGHT);
    assert_eq!(second[0]["last_seen"], SECOND_NIGHT);
    assert!(outcome.stdout.contains("没有变化"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("此前未结 1 件（双重学籍 1）"), "{}", outcome.stdout);
    assert_eq!(outcome.run()["life"]["standing"], 1);
}

#[test]
fn since_last_says_nothing_where_nothing_changed() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let quiet = centre.check_on(SECOND_NIGHT, &["--since-last"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (0, ""));
    settled(&centre);
    let changed = centre.check_on(THIRD_NIGHT, &["--since-last"]);
    assert!(changed.stdout.contains("已不再存在 1 件"), "{}", changed.stdout);
    assert!(changed.stdout.contains("河源县第一中学、河源县第二中学"), "{}", changed.stdout);
    assert!(!changed.stdout.contains("读取文件"), "{}", changed.stdout);
}

#[test]
fn fail_on_new_means_new_or_reopened() {
    let centre = two_schools();
    let fails = |day: &str| centre.check_on(day, &["--fail-on", "new"]).code;
    assert_eq!((fails(FIRST_NIGHT), fails(SECOND_NIGHT)), (1, 0));
    cases(&centre, &["reopen", "2025-0001", "--reason", "再看一次"]);
    assert_eq!((fails(SECOND_NIGHT), fails(THIRD_NIGHT)), (1, 0));
}

#[test]
fn a_case_resolves_when_its_lists_were_read_again_and_reopens_when_it_is_back() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    settled(&centre);
    let second = night(&centre, SECOND_NIGHT);
    assert_eq!(second.count(DUAL), 0);
    assert_eq!(second.run()["resolved"][0]["case_number"], "2025-0001");
    assert_eq!(listed(&centre, &[])[0]["status"], "resolved");
    let mut pupils = class_of(SECOND, 11);
    pupils.push(active("郑两校", &number(90), SECOND));
    centre.csv("二中学籍.csv", EXPORT, &pupils);
    let third = night(&centre, THIRD_NIGHT);
    assert_eq!(third.of_kind(DUAL)[0]["status"], "reopened");
    assert_eq!(third.of_kind(DUAL)[0]["case_number"], "2025-0001");
    assert_eq!(third.of_kind(DUAL)[0]["first_seen"], FIRST_NIGHT);
    assert!(third.stdout.contains("重新打开 1 件"), "{}", third.stdout);
}

#[test]
fn a_file_that_is_missing_resolves_nothing_and_is_said_on_top() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    fs::remove_file(centre.inputs().join("二中学籍.csv")).unwrap();
    let outcome = night(&centre, SECOND_NIGHT);
    assert!(outcome.stdout.starts_with("上次有、这次没有的文件（1 个）"), "{}", outcome.stdout);
    assert_eq!(outcome.run()["missing_inputs"][0], "二中学籍.csv");
    // It stands in the report as last seen, and says why.
    let rows = outcome.of_kind(DUAL);
    assert_eq!((rows.len(), rows[0]["status"].as_str()), (2, "open"));
    assert_eq!(rows[0]["last_seen"], FIRST_NIGHT);
    let shown = cases(&centre, &["show", "2025-0001"]);
    assert!(shown.contains("未重新核查，因为本次没有河源县第二中学"), "{shown}");
    let english = cases(&centre, &["show", "2025-0001", "--lang", "en"]);
    assert!(english.contains("not re-checked, because"), "{english}");
}

#[test]
fn only_headcount_and_a_part_of_the_folder_resolve_nothing_that_they_did_not_check() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    settled(&centre);
    let still_open = || {
        let lines = listed(&centre, &[]);
        lines.len() == 1 && lines[0]["status"] != "resolved"
    };
    centre.check_on(SECOND_NIGHT, &["--only", REPEAT]);
    assert!(still_open());
    for arguments in [
        ["headcount", "in", "--out", "heads", "--as-of", SECOND_NIGHT].as_slice(),
        &[
            "check",
            "in/一中学籍.csv",
            "--config",
            "in/aidcheck.toml",
            "--out",
            "out",
            "--as-of",
            SECOND_NIGHT,
        ],
    ] {
        let output = aidcheck().current_dir(centre.root()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(still_open(), "{arguments:?}");
    }
    night(&centre, THIRD_NIGHT);
    assert_eq!(listed(&centre, &[])[0]["status"], "resolved");
}

#[test]
fn an_older_export_settles_nothing() {
    let export = |day: &str, both: bool| {
        let centre = two_schools();
        fs::remove_file(centre.inputs().join("二中学籍.csv")).unwrap();
        let mut pupils = class_of(SECOND, 11);
        if both {
            pupils.push(active("郑两校", &number(90), SECOND));
        }
        (format!("二中学籍{day}.csv"), csv_of(EXPORT, &pupils), centre)
    };
    let (name, with, centre) = export("20251010", true);
    centre.bytes(&name, with.as_bytes());
    night(&centre, FIRST_NIGHT);
    fs::remove_file(centre.inputs().join(&name)).unwrap();
    let (older, without, _) = export("20251003", false);
    centre.bytes(&older, without.as_bytes());
    let outcome = night(&centre, SECOND_NIGHT);
    assert_eq!(outcome.of_kind(DUAL)[0]["status"], "open");
    assert!(cases(&centre, &["show", "2025-0001"]).contains("比上次所用的旧"));
    // One as old as that is enough.
    fs::remove_file(centre.inputs().join(&older)).unwrap();
    centre.bytes(&name, without.as_bytes());
    assert_eq!(night(&centre, THIRD_NIGHT).count(DUAL), 0);
}

#[test]
fn the_list_of_a_class_does_not_speak_for_another_class() {
    let centre = Centre::new();
    let of_class = |class: &str, serial: u32, school: School| {
        active("陪读生", &number(serial), school).replace("1班", class)
    };
    let dual = |school| active("郑两校", &number(90), school).replace("1班", "2班");
    let whole: Vec<String> = (1..4).map(|serial| of_class("1班", serial, FIRST)).collect();
    centre.csv("一中.csv", EXPORT, &[whole, vec![dual(FIRST)]].concat());
    let one: Vec<String> = (11..14).map(|serial| of_class("1班", serial, SECOND)).collect();
    centre.csv("二中1班.csv", EXPORT, &one);
    let two: Vec<String> = (21..24).map(|serial| of_class("2班", serial, SECOND)).collect();
    centre.csv("二中2班.csv", EXPORT, &[two, vec![dual(SECOND)]].concat());
    assert_eq!(night(&centre, FIRST_NIGHT).count(DUAL), 1);
    fs::remove_file(centre.inputs().join("二中2班.csv")).unwrap();
    assert_eq!(night(&centre, SECOND_NIGHT).of_kind(DUAL)[0]["status"], "open");
}

#[test]
fn a_further_payment_list_that_is_missing_settles_nothing() {
    let centre = Centre::new();
    centre.csv("学籍.csv", EXPORT, &class_of(CRAFTS, 1));
    let pay = |serial: u32, day: &str| paid("陪读生", &number(serial), "2025年9月", day, "已发放");
    centre.csv("发放.csv", PAYMENTS, &[pay(1, "2025-09-20"), pay(2, "2025-09-20")]);
    centre.csv("补发.csv", PAYMENTS, &[pay(1, "2025-09-27"), pay(3, "2025-09-27")]);
    assert_eq!(night(&centre, FIRST_NIGHT).count(REPEAT), 1);
    fs::remove_file(centre.inputs().join("补发.csv")).unwrap();
    let outcome = night(&centre, SECOND_NIGHT);
    assert_eq!(outcome.of_kind(REPEAT)[0]["status"], "open");
    // Corrected in place, it is settled.
    centre.csv("补发.csv", PAYMENTS, &[pay(3, "2025-09-27")]);
    assert_eq!(night(&centre, THIRD_NIGHT).count(REPEAT), 0);
}

#[test]
fn a_waiver_holds_until_its_day_and_is_kept_out_of_the_schools_files() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let waive = [
        "waive",
        "2025-0001",
        "--reason",
        "家长已说明",
        "--until",
        SECOND_NIGHT,
        "--user",
        "王老师",
    ];
    cases(&centre, &waive);
    let outcome = night(&centre, SECOND_NIGHT);
    assert_eq!(statuses(&outcome)[DUAL], "waived");
    assert!(!outcome.out.join("schools").exists());
    assert!(outcome.stdout.contains("豁免 1 件"), "{}", outcome.stdout);
    let lapsed = night(&centre, THIRD_NIGHT);
    assert_eq!(statuses(&lapsed)[DUAL], "reopened");
    assert!(lapsed.stdout.contains("到期"), "{}", lapsed.stdout);
    let shown = cases(&centre, &["show", "2025-0001"]);
    assert!(shown.contains("豁免：家长已说明（王老师"), "{shown}");
}

#[test]
fn a_waiver_lapses_when_its_facts_change_and_says_what_changed() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let waive = ["waive", "2025-0001", "--reason", "家长已说明", "--until", "2026-08-31"];
    cases(&centre, &waive);
    // Another order, other rows, another file: the facts are the same.
    let mut pupils = class_of(SECOND, 11);
    pupils.insert(0, active("郑两校", &number(90), SECOND));
    fs::remove_file(centre.inputs().join("二中学籍.csv")).unwrap();
    centre.csv("二中新学籍.csv", EXPORT, &pupils);
    assert_eq!(statuses(&night(&centre, SECOND_NIGHT))[DUAL], "waived");
    pupils[0] = enrolled("郑两校", &number(90), SECOND, "休学", "2025-09-01", "2025-10-16");
    centre.csv("二中新学籍.csv", EXPORT, &pupils);
    let outcome = night(&centre, THIRD_NIGHT);
    assert_eq!(statuses(&outcome)[DUAL], "reopened");
    assert!(outcome.stdout.contains("所依据的情况变了"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("休学"), "{}", outcome.stdout);
}

#[test]
fn a_case_closed_by_hand_waits_for_a_newer_export() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    cases(&centre, &["close", "2025-0001", "--reason", "二中已办转出", "--user", "李老师"]);
    // The very same files: nothing contradicts it yet.
    assert_eq!(statuses(&night(&centre, SECOND_NIGHT))[DUAL], "resolved");
    let mut pupils = class_of(SECOND, 11);
    pupils.push(active("郑两校", &number(90), SECOND));
    fs::remove_file(centre.inputs().join("二中学籍.csv")).unwrap();
    centre.csv("二中学籍20251017.csv", EXPORT, &pupils);
    let outcome = night(&centre, THIRD_NIGHT);
    assert_eq!(statuses(&outcome)[DUAL], "reopened");
    assert!(outcome.stdout.contains("李老师已结案，但新的数据中仍然存在"), "{}", outcome.stdout);
}

#[test]
fn a_repaired_number_keeps_the_case() {
    let centre = Centre::new();
    centre.csv("学籍.csv", EXPORT, &class_of(CRAFTS, 1));
    let pay = |serial: u32, day: &str| paid("钱二次", &number(serial), "2025年9月", day, "已发放");
    centre.csv("发放.csv", PAYMENTS, &[pay(50, "2025-09-20"), pay(50, "2025-09-27")]);
    let first = night(&centre, FIRST_NIGHT).of_kind(REPEAT);
    centre.csv("发放.csv", PAYMENTS, &[pay(51, "2025-09-20"), pay(51, "2025-09-27")]);
    let second = night(&centre, SECOND_NIGHT).of_kind(REPEAT);
    assert_eq!(second[0]["id_number"], number(51));
    assert_eq!(second[0]["case_id"], first[0]["case_id"]);
    assert_eq!(second[0]["status"], "open");
    // And the night after, when only the kept id tells.
    let third = night(&centre, THIRD_NIGHT).of_kind(REPEAT);
    assert_eq!(third[0]["case_id"], first[0]["case_id"]);
}

#[test]
fn a_count_sheet_without_a_date_makes_one_case_and_not_one_a_night() {
    let centre = Centre::new();
    centre.csv("学籍.csv", EXPORT, &class_of(FIRST, 1));
    let header = "学校标识码,学校名称,年级,班级,在籍人数,实到人数,请假人数";
    let line = format!("{},{},高一,1班,5,3,0", FIRST.0, FIRST.1);
    centre.csv("清点表.csv", header, &[line]);
    let kind = "headcount-mismatch";
    let first = night(&centre, FIRST_NIGHT).of_kind(kind);
    let second = night(&centre, SECOND_NIGHT).of_kind(kind);
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(second[0]["case_id"], first[0]["case_id"]);
    assert_eq!(second[0]["status"], "open");
}

#[test]
fn what_was_not_looked_for_stays_new_until_a_report_says_it() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    cases(&centre, &["reopen", "2025-0001", "--reason", "再看一次"]);
    assert_eq!(centre.check_on(SECOND_NIGHT, &["--only", REPEAT]).code, 0);
    assert_eq!(statuses(&night(&centre, SECOND_NIGHT))[DUAL], "reopened");
    assert_eq!(statuses(&night(&centre, THIRD_NIGHT))[DUAL], "open");
}

/// The columns of a cases.csv that a life does not touch.
fn without_life(outcome: &Outcome) -> Vec<Row> {
    let mut rows = outcome.cases();
    for row in &mut rows {
        for column in ["status", "first_seen", "last_seen", "case_number"] {
            row.remove(column);
        }
    }
    rows
}

#[test]
fn a_second_night_with_one_file_changed_gives_the_cases_of_a_run_from_nothing() {
    let county = tempfile::tempdir().unwrap();
    let inputs = county.path().join("in");
    let made = aidcheck()
        .args(["generate", "--students", "1500", "--seed", "5", "--out"])
        .arg(&inputs)
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(0));
    fs::write(county.path().join("secret.txt"), "only for tests").unwrap();
    fs::write(county.path().join("aidcheck.toml"), "secret_file = \"secret.txt\"\n").unwrap();
    let check = |out: &str, day: &str| {
        let output = aidcheck()
            .current_dir(county.path())
            .args(["check", "in", "--as-of", day, "--out", out])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome {
            code: 0,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            out: county.path().join(out),
        }
    };
    check("nightly/report", FIRST_NIGHT);
    // In one payment list, every seventh line is gone.
    let list = walk(&inputs)
        .into_iter()
        .find(|path| {
            path.to_string_lossy().contains("资助") && path.extension().is_some_and(|e| e == "csv")
        })
        .expect("a payment list as CSV");
    let bytes = fs::read(&list).unwrap();
    let kept: Vec<&[u8]> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate()
        .filter(|(line, _)| *line < 4 || line % 7 != 0)
        .map(|(_, line)| line)
        .collect();
    fs::write(&list, kept.concat()).unwrap();
    let second = check("nightly/report", SECOND_NIGHT);
    let fresh = check("fresh/report", SECOND_NIGHT);
    let (second_rows, fresh_rows) = (without_life(&second), without_life(&fresh));
    assert!(second_rows.len() > 100, "{}", second_rows.len());
    assert!(second_rows == fresh_rows);
    assert!(second.run()["life"]["resolved"].as_u64() > Some(0), "{}", second.stdout);
    for name in ["rejected.csv", "headcount.csv", "headcount-sums.csv"] {
        let file = |outcome: &Outcome| fs::read(outcome.out.join(name)).unwrap();
        assert!(file(&second) == file(&fresh), "{name}");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn without_a_store_every_case_is_new_and_none_is_made() {
    let centre = two_schools();
    for day in [FIRST_NIGHT, SECOND_NIGHT] {
        let outcome = centre.check_on(day, &["--no-store"]);
        let rows = outcome.of_kind(DUAL);
        assert_eq!((rows[0]["status"].as_str(), rows[0]["case_number"].as_str()), ("new", ""));
    }
    assert!(!centre.root().join(".aidcheck/out.cases.sqlite").exists());
}

#[test]
fn the_store_lies_where_the_configuration_says() {
    let centre = two_schools();
    centre.bytes(
        "aidcheck.toml",
        b"secret_file = \"secret.txt\"\nstore = \"../kept/store.sqlite\"\n",
    );
    night(&centre, FIRST_NIGHT);
    assert!(centre.root().join("kept/store.sqlite").is_file());
    assert!(!centre.root().join(".aidcheck/out.cases.sqlite").exists());
}

#[test]
fn a_second_run_at_once_is_told_who_holds_the_lock() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let before = fs::read(centre.out().join("cases.csv")).unwrap();
    let holder = aidcheck::cases::Holder {
        pid: 4711,
        since: "2025-10-15T20:00:00+08:00".into(),
        command: "check".into(),
    };
    let folder = centre.root().join(".aidcheck");
    let lock = aidcheck::cases::Lock::take(&folder, &holder, std::time::Duration::ZERO).unwrap();
    let outcome = centre.check_on(SECOND_NIGHT, &[]);
    assert_eq!(outcome.code, 4);
    assert!(
        outcome.stderr.contains("4711") && outcome.stderr.contains("20:00:00"),
        "{}",
        outcome.stderr
    );
    assert_eq!(fs::read(centre.out().join("cases.csv")).unwrap(), before);
    drop(lock);
    night(&centre, SECOND_NIGHT);
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_nothing_is_touched() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let store = centre.root().join(".aidcheck/out.cases.sqlite");
    let connection = rusqlite::Connection::open(&store).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection.close().unwrap();
    let before = (fs::read(&store).unwrap(), fs::read(centre.out().join("cases.csv")).unwrap());
    let outcome = centre.check_on(SECOND_NIGHT, &[]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("更新版本"), "{}", outcome.stderr);
    assert_eq!(
        (fs::read(&store).unwrap(), fs::read(centre.out().join("cases.csv")).unwrap()),
        before
    );
}

#[test]
fn every_change_is_in_the_log_and_the_log_is_proved() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    cases(&centre, &["assign", "2025-0001", "--to", "李老师", "--user", "王主任"]);
    cases(&centre, &["close", "2025-0001", "--reason", "已追回", "--user", "李老师"]);
    let history = cases(&centre, &["history", "2025-0001"]);
    let actions: Vec<&str> = history.lines().map(|line| line.split("  ").nth(2).unwrap()).collect();
    assert_eq!(actions, ["立案", "交办", "结案"], "{history}");
    assert!(history.contains("王主任") && history.contains("已追回"), "{history}");
    // Local time to the second; the log itself keeps more.
    let moment = history.split("  ").next().unwrap();
    assert!(NaiveDateTime::parse_from_str(moment, "%Y-%m-%d %H:%M:%S").is_ok(), "{history}");
    assert!(cases(&centre, &["verify-log"]).contains("日志完整：4 条"));
    let store = centre.root().join(".aidcheck/out.cases.sqlite");
    let connection = rusqlite::Connection::open(&store).unwrap();
    let forged =
        "DROP TRIGGER log_is_never_changed; UPDATE log SET user = '张三' WHERE action = 'closed'";
    connection.execute_batch(forged).unwrap();
    connection.close().unwrap();
    let output = aidcheck()
        .current_dir(centre.root())
        .args(["cases", "verify-log", "--out", "out"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("第 4 条"));
}

#[cfg(unix)]
#[test]
fn history_is_told_in_the_local_time_of_who_reads_it() {
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    let told = |zone: &str| {
        let output = aidcheck()
            .current_dir(centre.root())
            .args(["cases", "history", "2025-0001", "--out", "out"])
            .env("TZ", zone)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let moment = text.split("  ").next().unwrap().to_string();
        NaiveDateTime::parse_from_str(&moment, "%Y-%m-%d %H:%M:%S").expect(&moment)
    };
    assert_eq!((told("CST-8") - told("UTC0")).num_hours(), 8);
}

#[test]
fn cases_are_found_by_school_kind_age_and_amount() {
    let centre = two_schools();
    let pay = |day: &str| paid("钱二次", &number(70), "2025年9月", day, "已发放");
    centre.csv("发放.csv", PAYMENTS, &[pay("2025-09-20"), pay("2025-09-27")]);
    night(&centre, FIRST_NIGHT);
    let found = |arguments: &[&str]| -> Vec<String> {
        let lines = listed(&centre, arguments);
        let mut kinds: Vec<String> =
            lines.iter().map(|line| line["kind"].as_str().unwrap().to_string()).collect();
        kinds.sort();
        kinds
    };
    let all = found(&[]);
    assert!(all.contains(&DUAL.to_string()) && all.contains(&REPEAT.to_string()), "{all:?}");
    assert_eq!(found(&["--school", "第二中学"]), [DUAL]);
    assert_eq!(found(&["--school", SECOND.0]), [DUAL]);
    assert_eq!(found(&["--kind", DUAL, "--severity", "error"]), [DUAL]);
    assert_eq!(found(&["--min-amount", "230"]), [REPEAT]);
    assert!(found(&["--min-amount", "230.01"]).is_empty());
    assert!(found(&["--older-than", "1"]).is_empty());
    assert_eq!(found(&["--older-than", "0", "--kind", DUAL]), [DUAL]);
    assert!(found(&["--status", "waived,resolved"]).is_empty());
    let csv = cases(&centre, &["list", "--csv", "--kind", DUAL]);
    assert!(csv.starts_with("case_number,case_id,kind"), "{csv}");
    assert!(cases(&centre, &["list"]).contains("双重学籍"));
}

#[cfg(unix)]
#[test]
fn what_is_written_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let centre = two_schools();
    night(&centre, FIRST_NIGHT);
    night(&centre, SECOND_NIGHT);
    for folder in [centre.out(), centre.root().join(".aidcheck")] {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        for file in walk(&folder) {
            let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", file.display());
        }
    }
}
