//! What a run that nobody watches leaves in its log.

mod support;

use std::fs;

use serde_json::Value;
use support::*;

/// A pupil on the books of two schools.
fn centre() -> Centre {
    let centre = Centre::new();
    centre.csv("一中.csv", EXPORT, &class(FIRST, 1, true));
    centre.csv("二中.csv", EXPORT, &class(SECOND, 11, true));
    centre
}

fn class(school: School, from: u32, both: bool) -> Vec<String> {
    let mut pupils: Vec<String> =
        (from..from + 5).map(|serial| active("陪读生", &number(serial), school)).collect();
    if both {
        pupils.push(active("郑两校", &number(90), school));
    }
    pupils
}

fn log(centre: &Centre, name: &str) -> String {
    fs::read_to_string(centre.root().join(name)).unwrap()
}

fn json_lines(centre: &Centre, name: &str) -> Vec<Value> {
    log(centre, name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_event<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn text_says_in_sentences_how_each_night_went() {
    let centre = centre();
    centre.check_with(&["--log", "logs/aidcheck.log", "--quiet"]);
    let first = log(&centre, "logs/aidcheck.log");
    let lines: Vec<&str> = first.lines().collect();
    assert!(lines[0].contains(" 信息 开始 check（版本 "), "{first}");
    assert!(lines[1].contains("截至 2025-10-15，配置 in/aidcheck.toml，输入文件 2 个"), "{first}");
    assert!(first.contains("双重学籍 1 件：错误 1，待核实 0，提示 0"), "{first}");
    assert!(lines.last().unwrap().contains("结束，退出码 0，用时 "), "{first}");
    // The second night is appended, in the language that was asked for.
    centre.check_with(&["--log", "logs/aidcheck.log", "--quiet", "--lang", "en"]);
    let both = log(&centre, "logs/aidcheck.log");
    let second = both.strip_prefix(&first).expect("the first night stands as it was");
    assert!(second.contains(" info check starts (version "), "{second}");
    assert!(second.contains("ended with exit code 0 after "), "{second}");
}

#[test]
fn json_has_one_object_a_line_with_what_is_new() {
    let centre = centre();
    centre.csv("二中.csv", EXPORT, &class(SECOND, 11, false));
    let arguments = ["--log", "run.log", "--log-format", "json"];
    centre.check_with(&arguments);
    centre.csv("二中.csv", EXPORT, &class(SECOND, 11, true));
    fs::remove_file(centre.root().join("run.log")).unwrap();
    fs::rename(centre.inputs().join("一中.csv"), centre.inputs().join("一中新.csv")).unwrap();
    let outcome = centre.check_with(&[&arguments[..], &["--fail-on", "new"]].concat());
    assert_eq!(outcome.code, 1);
    let lines = json_lines(&centre, "run.log");
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["start", "setup", "inputs", "input", "kind", "changes", "case", "end"]);
    assert_eq!((&lines[2]["rows"], &lines[2]["checked"]), (&14.into(), &12.into()));
    assert_eq!((&lines[3]["level"], &lines[3]["file"]), (&"warning".into(), &"一中.csv".into()));
    assert_eq!(lines[5]["new"], 1);
    assert_eq!((&lines[6]["state"], &lines[6]["kind"]), (&"new".into(), &"dual-enrollment".into()));
    assert_eq!(lines[7]["code"], 1);
    assert!(lines.iter().all(|line| line["time"].as_str().unwrap().contains('T')));
}

#[test]
fn nobody_is_named_in_a_log() {
    let centre = centre();
    // A list without a header: its first pupil stands where the header should be.
    centre.bytes("无表头.csv", format!("钱无头,男,{},高一\n", number(77)).as_bytes());
    centre.check_with(&["--log", "a.log"]);
    centre.check_with(&["--log", "a.log", "--log-format", "json", "--strict"]);
    let text = log(&centre, "a.log");
    assert!(text.contains("无表头.csv"), "{text}");
    for private in ["郑两校", "陪读生", "钱无头", &number(90), &number(77)] {
        assert!(!text.contains(private), "{private} stands in\n{text}");
    }
}

#[test]
fn a_run_that_fails_says_so_with_its_exit_code() {
    let centre = Centre::new();
    centre.bytes("空.csv", b"");
    let outcome = centre.check_with(&["--log", "run.log", "--log-format", "json"]);
    assert_eq!(outcome.code, 3);
    let lines = json_lines(&centre, "run.log");
    let end = of_event(&lines, "end")[0];
    assert_eq!((&end["code"], &end["level"]), (&3.into(), &"error".into()));
    assert_eq!(end["error"], "没有可用的输入");
}

#[test]
fn a_log_that_cannot_be_written_is_refused_before_anything_is_read() {
    let centre = centre();
    let outcome = centre.check_with(&["--log", "in"]);
    assert_eq!(outcome.code, 4);
    assert!(outcome.stderr.contains("无法写入日志 in"), "{}", outcome.stderr);
    assert!(!centre.out().exists());
}

#[cfg(unix)]
#[test]
fn a_log_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let centre = centre();
    centre.check_with(&["--log", "logs/run.log"]);
    let mode =
        |name: &str| fs::metadata(centre.root().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("logs"), mode("logs/run.log")), (0o700, 0o600));
}
