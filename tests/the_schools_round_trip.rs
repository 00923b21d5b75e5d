//! What schools are sent, what they send back, and what a night makes of their answers.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;
use support::*;

const FIRST_NIGHT: &str = "2025-10-15";

/// A pupil on the books of two schools, found on the first night.
fn centre() -> Centre {
    let centre = Centre::new();
    lists(&centre, true);
    centre.check();
    centre
}

/// The lists of both schools; the second with the pupil or without.
fn lists(centre: &Centre, both: bool) {
    for (file, school, from, with) in [("一中.csv", FIRST, 1, true), ("二中.csv", SECOND, 11, both)]
    {
        let mut pupils: Vec<String> =
            (from..from + 5).map(|serial| active("陪读生", &number(serial), school)).collect();
        if with {
            pupils.push(active("郑两校", &number(90), school));
        }
        centre.csv(file, EXPORT, &pupils);
    }
}

fn cases_on(centre: &Centre, day: &str, arguments: &[&str]) -> (i32, String) {
    let output = aidcheck()
        .current_dir(centre.root())
        .arg("cases")
        .args(arguments)
        .args(["--out", "out", "--as-of", day, "--config", "in/aidcheck.toml"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap() + &stderr)
}

fn send(centre: &Centre, day: &str) -> String {
    let (code, said) = cases_on(centre, day, &["send"]);
    assert_eq!(code, 0, "{said}");
    said
}

fn import(centre: &Centre, day: &str, file: &str) -> String {
    let (code, said) = cases_on(centre, day, &["import-replies", file]);
    assert_eq!(code, 0, "{said}");
    said
}

fn status(centre: &Centre) -> Value {
    let (_, listed) = cases_on(centre, FIRST_NIGHT, &["list", "--json", "--all"]);
    serde_json::from_str::<Value>(&listed).unwrap()[0].clone()
}

fn sent(centre: &Centre, day: &str) -> PathBuf {
    centre.root().join("aidcheck-sent").join(day)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The package of a school with an answer, as a clerk fills it: a CSV.
fn answered(centre: &Centre, school: School, answer: &str, note: &str) -> String {
    let path = sent(centre, FIRST_NIGHT).join(format!("{}_{}.csv", school.0, school.1));
    let text = fs::read_to_string(path).unwrap();
    text.replace(",,,,\r\n", &format!(",{answer},{note},张老师,2025/10/20\r\n"))
}

fn reply(centre: &Centre, school: School, answer: &str, note: &str) -> String {
    let name = format!("{}_{}.csv", school.0, school.1);
    fs::write(centre.root().join(&name), answered(centre, school, answer, note)).unwrap();
    import(centre, "2025-10-20", &name)
}

#[test]
fn open_cases_are_sent_once_and_again_when_the_answer_is_late() {
    let centre = centre();
    assert!(send(&centre, FIRST_NIGHT).contains("答复期限 2025-10-25"));
    let files = names(&sent(&centre, FIRST_NIGHT));
    let (first, second) = ("3433027001_河源县第一中学", "3433027002_河源县第二中学");
    let expected: Vec<String> = [first, second]
        .iter()
        .flat_map(|stem| [format!("{stem}.csv"), format!("{stem}.xlsx")])
        .collect();
    assert_eq!(files, expected);
    assert_eq!(
        (&status(&centre)["status"], &status(&centre)["due_on"]),
        (&"sent".into(), &"2025-10-25".into())
    );
    // What waits for an answer is not sent twice.
    assert!(send(&centre, "2025-10-16").contains("没有要发给学校的案件"));
    assert!(send(&centre, "2025-10-25").contains("没有"));
    reply(&centre, FIRST, "待核实", "");
    // Only who did not answer is asked again.
    let late = send(&centre, "2025-10-26");
    assert!(late.contains("第二中学") && !late.contains("第一中学"), "{late}");
    assert!(!late.contains("上报"), "{late}");
}

#[test]
fn a_further_package_of_the_same_day_overwrites_nothing() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let path = sent(&centre, FIRST_NIGHT).join("3433027001_河源县第一中学.csv");
    let before = fs::read(&path).unwrap();
    cases_on(&centre, FIRST_NIGHT, &["reopen", "2025-0001", "--reason", "再问一次"]);
    send(&centre, FIRST_NIGHT);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(path.with_file_name("3433027001_河源县第一中学-2.csv").is_file());
    assert!(path.with_file_name("3433027001_河源县第一中学-2.xlsx").is_file());
}

#[test]
fn one_school_alone_can_be_sent_its_cases() {
    let centre = centre();
    let (_, said) = cases_on(&centre, FIRST_NIGHT, &["send", "--school", FIRST.0]);
    assert!(said.contains(FIRST.1) && !said.contains("第二中学："), "{said}");
    // The other one was not asked yet.
    let rest = send(&centre, "2025-10-16");
    assert!(rest.contains("第二中学：") && !rest.contains("第一中学："), "{rest}");
}

#[test]
fn what_is_unanswered_after_thirty_days_is_escalated_once() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    send(&centre, "2025-10-26");
    assert!(send(&centre, "2025-11-14").contains("已上报 1 件：2025-0001"));
    assert_eq!(status(&centre)["escalated_on"], "2025-11-14");
    assert!(!send(&centre, "2025-11-25").contains("已上报"));
}

#[test]
fn what_is_unanswered_after_thirty_days_is_shown_before_anybody_sends_again() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let escalated = |day: &str| {
        let (_, listed) = cases_on(&centre, day, &["list", "--escalated", "--json"]);
        serde_json::from_str::<Value>(&listed).unwrap().as_array().unwrap().len()
    };
    assert_eq!((escalated("2025-11-13"), escalated("2025-11-14")), (0, 1));
    let (_, late) = cases_on(&centre, "2025-10-26", &["list"]);
    assert!(late.contains("已发学校·逾期"), "{late}");
    let (_, listed) = cases_on(&centre, "2025-11-14", &["list"]);
    assert!(listed.contains("已发学校·应上报"), "{listed}");

    // The day before, the case is only overdue.
    let night = centre.check_on("2025-11-13", &[]);
    assert!(night.stdout.contains("逾期未答复 1 件") && !night.stdout.contains("应上报"));
    let night = centre.check_on("2025-11-14", &["--since-last"]);
    assert!(night.stdout.starts_with("长期未答复、应上报 1 件\n  2025-0001"), "{}", night.stdout);
    assert_eq!(
        (&night.run()["life"]["escalated"], &night.run()["life"]["overdue"]),
        (&1.into(), &0.into())
    );
    // It was said.
    assert_eq!(centre.check_on("2025-11-15", &["--since-last"]).stdout, "");

    // Who sends tells somebody above, and the list says that it was done.
    send(&centre, "2025-11-15");
    let (_, listed) = cases_on(&centre, "2025-11-16", &["list"]);
    assert!(listed.contains("已发学校·已上报"), "{listed}");
    // An answer of both schools ends it.
    reply(&centre, FIRST, "属实", "");
    reply(&centre, SECOND, "不属实", "");
    assert_eq!(escalated("2025-12-20"), 0);
}

#[test]
fn the_policy_says_after_how_many_days_a_case_goes_up() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    centre.bytes("aidcheck.toml", b"secret_file = \"secret.txt\"\n[cases]\nescalation_days = 12\n");
    let (_, listed) = cases_on(&centre, "2025-10-27", &["list"]);
    assert!(listed.contains("·应上报"), "{listed}");
    let night = centre.check_on("2025-10-27", &["--lang", "en"]);
    assert!(night.stdout.contains("Unanswered for too long: 1"), "{}", night.stdout);
}

#[test]
fn what_is_waived_or_resolved_is_not_sent() {
    let centre = centre();
    cases_on(
        &centre,
        FIRST_NIGHT,
        &["waive", "2025-0001", "--reason", "已核对", "--until", "2026-08-31"],
    );
    assert!(send(&centre, FIRST_NIGHT).contains("没有要发给学校的案件"));
    cases_on(&centre, FIRST_NIGHT, &["close", "2025-0001", "--reason", "已处理"]);
    assert!(send(&centre, FIRST_NIGHT).contains("没有要发给学校的案件"));
    assert!(!centre.root().join("aidcheck-sent").exists());
}

#[test]
fn answers_come_back_from_utf8_and_gb18030_and_are_not_doubled() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let said = reply(&centre, FIRST, "情况属实", "在本校就读");
    assert!(said.contains("河源县第一中学，导入答复 1 件（属实 1）"), "{said}");
    assert_eq!(status(&centre)["status"], "sent");
    let again = import(&centre, "2025-10-20", "3433027001_河源县第一中学.csv");
    assert!(again.contains("导入答复 0 件，此前已导入 1 件"), "{again}");
    let text = answered(&centre, SECOND, "已整改", "已转出");
    let (gbk, _, _) = GB18030.encode(text.trim_start_matches('\u{feff}'));
    fs::write(centre.root().join("回复.csv"), gbk).unwrap();
    // Its name says nothing; the records that it shows do.
    let said = import(&centre, "2025-10-20", "回复.csv");
    assert!(said.contains("河源县第二中学，导入答复 1 件（已整改 1）"), "{said}");
    assert_eq!(status(&centre)["status"], "answered");
    let (_, shown) = cases_on(&centre, FIRST_NIGHT, &["show", "2025-0001"]);
    assert!(shown.contains("已转出") && shown.contains("张老师"), "{shown}");
}

#[test]
fn a_workbook_with_moved_columns_and_real_dates_is_understood() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headers = ["核查日期", "姓名", "核查结果", "案件编号"];
    for (column, header) in (0u16..).zip(headers) {
        sheet.write_string(2, column, header).unwrap();
    }
    let day = ExcelDateTime::from_ymd(2025, 10, 20).unwrap();
    sheet
        .write_datetime_with_format(3, 0, &day, &Format::new().set_num_format("yyyy/m/d"))
        .unwrap();
    sheet.write_string(3, 2, " 属实 ").unwrap();
    // Without the zeros in front.
    sheet.write_string(3, 3, "2025-1").unwrap();
    fs::write(centre.root().join("河源县第一中学回复.xlsx"), book.save_to_buffer().unwrap())
        .unwrap();
    let said = import(&centre, "2025-10-20", "河源县第一中学回复.xlsx");
    assert!(said.contains("导入答复 1 件（属实 1）"), "{said}");
    let (_, shown) = cases_on(&centre, FIRST_NIGHT, &["show", "2025-0001", "--json"]);
    assert!(shown.contains("2025-10-20"), "{shown}");
}

/// `reply-by-libreoffice.xls` is the second school's package of the first night with an answer, saved
/// by LibreOffice as Excel 97; WPS saves the same format as `.et`.
#[test]
fn answers_come_back_from_xls_and_et() {
    let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/reply-by-libreoffice.xls");
    for name in ["回复.xls", "回复.et"] {
        let centre = centre();
        send(&centre, FIRST_NIGHT);
        fs::copy(&saved, centre.root().join(name)).unwrap();
        let said = import(&centre, "2025-10-20", name);
        assert!(said.contains("河源县第二中学，导入答复 1 件（已整改 1）"), "{name}: {said}");
        let (_, shown) = cases_on(&centre, FIRST_NIGHT, &["show", "2025-0001"]);
        // The day is a real date in the workbook.
        for part in ["已转出，已在系统办理", "张老师", "2025-10-20"] {
            assert!(shown.contains(part), "{name}: {shown}");
        }
    }
}

#[test]
fn the_package_itself_comes_back_as_xlsx() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    // Not filled: nothing is answered.
    let said =
        import(&centre, "2025-10-20", "aidcheck-sent/2025-10-15/3433027001_河源县第一中学.xlsx");
    assert!(said.contains("导入答复 0 件，此前已导入 0 件，未填 1 件"), "{said}");
    assert_eq!(status(&centre)["status"], "sent");
}

#[test]
fn unknown_words_and_cases_of_other_schools_are_refused_with_their_place() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let said = reply(&centre, FIRST, "基本属实吧", "");
    assert!(said.contains("第2行：核查结果“基本属实吧”不能识别"), "{said}");
    let text = answered(&centre, FIRST, "属实", "");
    let name = format!("{}_{}.csv", CRAFTS.0, CRAFTS.1);
    centre.csv(
        "发放.csv",
        PAYMENTS,
        &[
            paid("李重复", &number(70), "2025年9月", "2025-09-20", "已发放"),
            paid("李重复", &number(70), "2025年9月", "2025-09-27", "已发放"),
        ],
    );
    centre.check();
    fs::write(centre.root().join(&name), text).unwrap();
    let said = import(&centre, "2025-10-20", &name);
    assert!(said.contains("与河源县机电职业技术学校无关，未导入"), "{said}");
    fs::write(centre.root().join("x.csv"), "案件编号,核查结果\nDE-000000000000,属实\n,属实\n")
        .unwrap();
    let (_, said) =
        cases_on(&centre, "2025-10-20", &["import-replies", "x.csv", "--school", FIRST.0]);
    assert!(
        said.contains("第2行：没有案件 DE-000000000000")
            && said.contains("第3行：有核查结果而没有案件编号"),
        "{said}"
    );
    assert_eq!(cases_on(&centre, "2025-10-20", &["import-replies", "in/一中.csv"]).0, 3);
}

#[test]
fn a_reply_among_the_inputs_of_check_is_no_roster() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let before = centre.check_on("2025-10-16", &[]);
    let text = answered(&centre, FIRST, "属实", "");
    centre.bytes("回复/3433027001_河源县第一中学.csv", text.as_bytes());
    let package =
        fs::read(sent(&centre, FIRST_NIGHT).join("3433027002_河源县第二中学.xlsx")).unwrap();
    centre.bytes("回复/二中.xlsx", &package);
    let outcome = centre.check_on("2025-10-16", &["--strict"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.assert_rows_close();
    assert_eq!(outcome.cases(), before.cases());
    for file in ["回复/3433027001_河源县第一中学.csv", "回复/二中.xlsx"] {
        assert!(outcome.stdout.contains(file), "{}", outcome.stdout);
        let sheet = &outcome.input(file)["sheets"][0];
        assert_eq!(
            (&sheet["rows_in"], &sheet["skipped"]["note"]),
            (&2.into(), &2.into()),
            "{sheet}"
        );
    }
    assert!(outcome.stdout.contains("aidcheck cases import-replies"), "{}", outcome.stdout);
    assert!(outcome.rejected().iter().all(|row| !row["file"].contains("回复")));
}

#[test]
fn our_own_packages_are_no_inputs() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    let output = aidcheck()
        .current_dir(centre.root())
        .args(["check", ".", "--out", "out", "--as-of", "2025-10-16", "--no-progress", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8(output.stdout).unwrap().contains("aidcheck-sent"));
}

#[test]
fn both_schools_claim_the_pupil_and_the_case_reopens() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    for school in [FIRST, SECOND] {
        reply(&centre, school, "属实", "在本校就读");
    }
    let outcome = centre.check_on("2025-10-21", &[]);
    assert_eq!(outcome.cases()[0]["status"], "reopened");
    assert!(outcome.stdout.contains("两校都答学生在本校"), "{}", outcome.stdout);
    // Said once; it waits until the schools are asked again.
    assert_eq!(centre.check_on("2025-10-22", &[]).cases()[0]["status"], "open");
    assert!(send(&centre, "2025-10-22").contains("第一中学"));
    assert_eq!(centre.check_on("2025-10-23", &[]).cases()[0]["status"], "sent");
}

#[test]
fn both_schools_disown_the_pupil_and_the_case_reopens() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    for school in [FIRST, SECOND] {
        reply(&centre, school, "不属实", "不在我校");
    }
    let outcome = centre.check_on("2025-10-21", &[]);
    assert!(outcome.stdout.contains("两校都答不是本校学生"), "{}", outcome.stdout);
}

#[test]
fn corrected_holds_until_a_later_export_says_otherwise() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    reply(&centre, FIRST, "属实", "在本校就读");
    reply(&centre, SECOND, "已整改", "");
    // The export of the night before proves nothing.
    assert_eq!(centre.check_on("2025-10-21", &[]).cases()[0]["status"], "answered");
    fs::rename(centre.inputs().join("二中.csv"), centre.inputs().join("二中20251025.csv")).unwrap();
    let outcome = centre.check_on("2025-10-25", &[]);
    assert_eq!(outcome.cases()[0]["status"], "reopened");
    assert!(outcome.stdout.contains("河源县第二中学2025-10-20答复“已整改”"), "{}", outcome.stdout);
}

#[test]
fn who_left_and_is_still_listed_stays_open_and_it_is_said() {
    let centre = centre();
    send(&centre, FIRST_NIGHT);
    reply(&centre, FIRST, "属实", "在本校就读");
    reply(&centre, SECOND, "属实", "该生已转出");
    assert_eq!(centre.check_on("2025-10-21", &[]).cases()[0]["status"], "answered");
    let (_, shown) = cases_on(&centre, "2025-10-21", &["show", "2025-0001"]);
    assert!(shown.contains("河源县第二中学答复学生已不在本校，但本次名单中仍为在读"), "{shown}");
    // No answer settles a case; the corrected list does.
    lists(&centre, false);
    assert_eq!(centre.check_on("2025-10-22", &[]).run()["resolved"][0]["case_number"], "2025-0001");
}

#[test]
fn strict_masking_leaves_the_last_four() {
    let centre = centre();
    centre.bytes("aidcheck.toml", b"secret_file = \"secret.txt\"\nmask = \"strict\"\n");
    send(&centre, FIRST_NIGHT);
    let text = fs::read_to_string(sent(&centre, FIRST_NIGHT).join("3433027001_河源县第一中学.csv"))
        .unwrap();
    assert!(text.contains(",**************") && !text.contains("330127"), "{text}");
}
