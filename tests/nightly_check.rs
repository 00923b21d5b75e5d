//! The nightly run as the centre knows it: `sample-data` gives the answers that are kept, whatever the
//! order of paths and the number of threads, and the files for the schools hold what they may hold.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::*;
use serde_json::Value;
use support::{
    Centre, EXPORT, FIRST, Outcome, SECOND, active, aidcheck, enrolled, number, read_csv,
};
use tempfile::TempDir;

const SCHOOL_HEADER: &str = "案件编号,问题类型,程度,本校角色,年级,班级,姓名,身份证号(隐),学籍号(隐),资助项目,学年,学期,月份,金额,发放日期,学籍状态,起,止,对方学校,文件,行号,问题说明,核查结果,核查说明,核查人,核查日期";
const CASES_HEADER: &str = "case_id,kind,severity,confidence,status,first_seen,last_seen,school_code,school_name,stage,grade,class,name,id_number,student_number,programme,school_year,term,month,amount,pay_date,enrollment_status,valid_from,valid_to,role,source_file,source_sheet,source_row,reason,case_number";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn kept(name: &str) -> PathBuf {
    root().join("tests/expected").join(name)
}

/// `sample-data` checked into a folder of its own.
struct Sample {
    _folder: TempDir,
    out: PathBuf,
    stdout: String,
}

fn check_sample(arguments: &[&str]) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = aidcheck()
        .current_dir(folder.path())
        .arg("check")
        .arg(root().join("sample-data"))
        .arg("--out")
        .arg(&out)
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    Sample { _folder: folder, out, stdout: String::from_utf8(output.stdout).unwrap() }
}

/// What `evaluate` says of a report.
fn evaluate(report: &Path, truth: &Path) -> String {
    let output = aidcheck()
        .arg("evaluate")
        .arg("--cases")
        .arg(report.join("cases.csv"))
        .arg("--truth")
        .arg(truth)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The first table of `evaluate`: groups, found, recall, cases, true, precision, traps, flagged.
fn by_kind(text: &str) -> BTreeMap<&str, Vec<&str>> {
    text.lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let mut cells = line.split_whitespace();
            (cells.next().unwrap(), cells.collect())
        })
        .collect()
}

/// Two pupils on the books of two schools each, the second only suspended at one.
fn small_centre() -> Centre {
    let centre = Centre::new();
    centre.csv(
        "全国学籍.csv",
        EXPORT,
        &[
            active("郑两校", &number(1), FIRST),
            active("郑两校", &number(1), SECOND),
            enrolled("秦休学", &number(2), FIRST, "休学", "2024-09-01", "2025-03-01"),
            enrolled("秦休学", &number(2), SECOND, "在读", "2025-03-01", ""),
        ],
    );
    centre
}

#[test]
fn sample_data_gives_the_cases_that_are_kept() {
    let sample = check_sample(&[]);
    for name in ["cases.csv", "rejected.csv"] {
        let ours = fs::read(sample.out.join(name)).unwrap();
        let theirs = fs::read(kept(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let differing = ours.split(|byte| *byte == b'\n').zip(theirs.split(|byte| *byte == b'\n'));
        let first = differing.enumerate().find(|(_, (ours, theirs))| ours != theirs);
        assert!(
            ours == theirs,
            "{name} differs, {} against {} bytes; first at line {:?}",
            ours.len(),
            theirs.len(),
            first.map(|(line, (ours, theirs))| (
                line + 1,
                String::from_utf8_lossy(ours).into_owned(),
                String::from_utf8_lossy(theirs).into_owned()
            ))
        );
    }
    let cases = fs::read_to_string(sample.out.join("cases.csv")).unwrap();
    assert_eq!(cases.lines().next(), Some(format!("\u{feff}{CASES_HEADER}").as_str()));
}

#[test]
fn sample_data_is_found_as_its_truth_says() {
    let sample = check_sample(&["--quiet"]);
    assert_eq!(sample.stdout, "");
    let text = evaluate(&sample.out, &kept("truth.csv"));
    let table = by_kind(&text);
    for kind in [
        "dual-enrollment",
        "repeat-payment",
        "paid-not-enrolled",
        "headcount-mismatch",
        "id-conflict",
        "register-mismatch",
        "duplicate-record",
        "invalid-id",
    ] {
        let row = table.get(kind).unwrap_or_else(|| panic!("{kind} is missing in\n{text}"));
        let figure = |at: usize| row[at].parse::<f64>().unwrap();
        assert!(figure(0) > 0.0, "nothing of {kind} was planted:\n{text}");
        assert_eq!(figure(7), 0.0, "a trap was flagged as {kind}:\n{text}");
        assert!(figure(5) >= 0.99, "precision of {kind}:\n{text}");
        assert!(figure(2) >= 0.99, "recall of {kind}:\n{text}");
    }
}

#[test]
fn the_order_of_paths_and_the_number_of_threads_change_no_byte() {
    let parts = ["学籍系统", "学前系统", "职教系统", "资助系统", "名册", "现场清点"];
    let report = |order: &[&str], threads: &str| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report");
        let sample = root().join("sample-data");
        aidcheck()
            .current_dir(folder.path())
            .arg("check")
            .args(order.iter().map(|part| sample.join(part)))
            .arg("--config")
            .arg(sample.join("aidcheck.toml"))
            .args(["--threads", threads, "--out"])
            .arg(&out)
            .assert()
            .code(0);
        let schools = fs::read_dir(out.join("schools")).unwrap();
        let mut files: BTreeMap<String, Vec<u8>> = schools
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
            })
            .collect();
        for name in ["cases.csv", "rejected.csv", "headcount.csv"] {
            files.insert(name.into(), fs::read(out.join(name)).unwrap());
        }
        files
    };
    let mut backwards = parts;
    backwards.reverse();
    let one = report(&parts, "1");
    assert!(one["cases.csv"].len() > 10_000);
    assert!(one.len() > 5, "{:?}", one.keys());
    for (order, threads) in [(&parts, "2"), (&backwards, "1"), (&backwards, "2")] {
        let other = report(order, threads);
        let same: Vec<_> = one.keys().filter(|name| other.get(*name) != one.get(*name)).collect();
        assert!(same.is_empty() && one.len() == other.len(), "{order:?} {threads}: {same:?}");
    }
}

#[test]
fn every_row_of_every_sheet_is_accounted_for() {
    let sample = check_sample(&["--json"]);
    let run: Value = serde_json::from_str(&sample.stdout).unwrap();
    let on_disk: Value =
        serde_json::from_slice(&fs::read(sample.out.join("run.json")).unwrap()).unwrap();
    assert_eq!(run, on_disk, "--json prints run.json");
    let mut sheets = 0;
    for input in run["inputs"].as_array().unwrap() {
        for sheet in input["sheets"].as_array().unwrap() {
            sheets += 1;
            let figure = |key: &str| sheet[key].as_u64().unwrap();
            let skipped: u64 =
                sheet["skipped"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
            assert!(figure("rows_in") > 0, "{sheet}");
            assert_eq!(
                figure("rows_in"),
                figure("checked") + figure("rejected") + skipped,
                "{} {sheet}",
                input["file"]
            );
        }
    }
    assert!(sheets >= 20, "{sheets}");
    assert_eq!(run["as_of"], "2025-10-15");
    // No secret leaves the store.
    let secret = fs::read_to_string(root().join("sample-data/secret.txt")).unwrap();
    assert!(!on_disk.to_string().contains(secret.trim()));
}

#[test]
fn the_rows_in_of_a_csv_are_its_lines() {
    let centre = small_centre();
    let outcome = centre.check();
    let sheet = &outcome.input("全国学籍.csv")["sheets"][0];
    assert_eq!((sheet["rows_in"].as_u64(), sheet["checked"].as_u64()), (Some(5), Some(4)));
}

#[test]
fn a_schools_file_holds_its_own_cases_masked_and_opens_in_excel() {
    let sample = check_sample(&[]);
    let cases = read_csv(&sample.out.join("cases.csv"));
    let numbers: BTreeSet<&str> = cases
        .iter()
        .flat_map(|row| [row["id_number"].as_str(), row["student_number"].as_str()])
        .filter(|number| number.len() >= 12)
        .collect();
    assert!(numbers.len() > 50);
    let mut rows_in_files = 0;
    for entry in fs::read_dir(sample.out.join("schools")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        assert!(text.starts_with(&format!("\u{feff}{SCHOOL_HEADER}\r\n")), "{file}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{file}");
        for number in &numbers {
            assert!(!text.contains(number), "{file} shows {number}");
            if number.len() == 18 {
                assert!(!text.contains(&number[6..17]), "{file} shows the inside of {number}");
            }
        }
        let code = file.split_once('_').map_or("", |(code, _)| code);
        assert_eq!(code.len(), 10, "{file}");
        let rows = read_csv(&path);
        let place = |id: &str, file: &str, row: &str| format!("{id} {file} {row}");
        let mut here: Vec<String> =
            rows.iter().map(|row| place(&row["案件编号"], &row["文件"], &row["行号"])).collect();
        let mut own: Vec<String> = cases
            .iter()
            .filter(|row| row["school_code"] == code && row["severity"] != "info")
            .map(|row| place(&row["case_id"], &row["source_file"], &row["source_row"]))
            .collect();
        here.sort();
        own.sort();
        assert_eq!(here, own, "{file}");
        for row in &rows {
            rows_in_files += 1;
            let shown = &row["身份证号(隐)"];
            let in_full = cases.iter().find(|case| {
                case["case_id"] == row["案件编号"]
                    && case["source_file"] == row["文件"]
                    && case["source_row"] == row["行号"]
            });
            let number = &in_full.unwrap()["id_number"];
            if number.len() == 18 {
                assert_eq!(*shown, format!("{}********{}", &number[..6], &number[14..]), "{file}");
            }
            for empty in ["核查结果", "核查说明", "核查人", "核查日期"] {
                assert_eq!(row[empty], "", "{file}");
            }
        }
    }
    let open = cases
        .iter()
        .filter(|row| row["severity"] != "info" && !row["school_code"].is_empty())
        .count();
    assert_eq!(rows_in_files, open, "every open case with a school reaches the school");
}

#[test]
fn a_second_run_over_the_same_report_works_and_keeps_the_case_ids() {
    let centre = small_centre();
    fs::remove_file(centre.inputs().join("aidcheck.toml")).unwrap();
    let first = fs::read_to_string(centre.check().out.join("cases.csv")).unwrap();
    let secret = fs::read(centre.root().join(".aidcheck/secret")).expect("made at the first run");
    let again = centre.check();
    let second = fs::read_to_string(again.out.join("cases.csv")).unwrap();
    assert_eq!(second, first.replace(",new,", ",open,"));
    assert_eq!(fs::read(centre.root().join(".aidcheck/secret")).unwrap(), secret);
    let beside: BTreeSet<String> = fs::read_dir(centre.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(beside.iter().map(String::as_str).collect::<Vec<_>>(), [".aidcheck", "in", "out"]);
    assert!(!centre.root().join(".aidcheck/replies").exists(), "nothing was changed");
}

#[test]
fn the_answers_of_a_school_are_kept_when_the_report_is_replaced() {
    let centre = small_centre();
    centre.check();
    let file = format!("{}_{}.csv", FIRST.0, FIRST.1);
    let path = centre.out().join("schools").join(&file);
    let untouched = fs::read(&path).unwrap();
    let mut answered = untouched.clone();
    answered.extend_from_slice("属实,已转出,张老师,2025-10-14\r\n".as_bytes());
    fs::write(&path, &answered).unwrap();
    let outcome = centre.check();
    let kept = centre.root().join(".aidcheck/replies/2025-10-15").join(&file);
    assert_eq!(fs::read(&kept).unwrap(), answered);
    assert_eq!(fs::read(&path).unwrap(), untouched, "the report itself is new");
    assert!(outcome.stdout.contains(&file), "{}", outcome.stdout);
    let all = fs::read_dir(kept.parent().unwrap()).unwrap().count();
    assert_eq!(all, 1, "only the changed file is kept");
}

#[test]
fn a_folder_with_somebodys_photographs_is_not_touched() {
    let centre = small_centre();
    fs::create_dir(centre.out()).unwrap();
    let photo = centre.out().join("毕业照.jpg");
    fs::write(&photo, b"\xff\xd8\xff not ours").unwrap();
    let outcome = centre.check_with(&[]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--out"), "{}", outcome.stderr);
    assert_eq!(fs::read(&photo).unwrap(), b"\xff\xd8\xff not ours");
    assert_eq!(fs::read_dir(centre.out()).unwrap().count(), 1);
    let beside = fs::read_dir(centre.root()).unwrap().count();
    assert_eq!(beside, 2, "only `in` and `out`, nothing half-written beside them");
}

#[test]
fn fail_on_gives_1_when_such_cases_exist() {
    let centre = small_centre();
    let code = |arguments: &[&str]| centre.check_with(arguments).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--fail-on", "error"]), 1);
    assert_eq!(code(&["--fail-on", "warning"]), 1);
    // They were new an hour ago.
    assert_eq!(code(&["--fail-on", "new"]), 0);
    assert_eq!(code(&["--fail-on", "new", "--no-store"]), 1);
    assert_eq!(code(&["--fail-on", "error", "--skip", "dual-enrollment"]), 0);
    // Only the suspended pupil is left: a warning.
    centre.csv(
        "全国学籍.csv",
        EXPORT,
        &[
            enrolled("秦休学", &number(2), FIRST, "休学", "2024-09-01", "2025-03-01"),
            enrolled("秦休学", &number(2), SECOND, "在读", "2025-03-01", ""),
        ],
    );
    assert_eq!(code(&["--fail-on", "error"]), 0);
    assert_eq!(code(&["--fail-on", "warning"]), 1);
}

#[test]
fn only_and_skip_choose_the_kinds() {
    let kinds = |arguments: &[&str]| -> BTreeSet<String> {
        let sample = check_sample(arguments);
        read_csv(&sample.out.join("cases.csv")).into_iter().map(|row| row["kind"].clone()).collect()
    };
    let all = kinds(&[]);
    assert_eq!(all.len(), 8, "{all:?}");
    let some = kinds(&["--only", "dual-enrollment,repeat-payment"]);
    assert_eq!(some, ["dual-enrollment", "repeat-payment"].map(String::from).into());
    let rest = kinds(&["--skip", "dual-enrollment,repeat-payment"]);
    assert_eq!(rest, &all - &some);
}

#[test]
fn an_unknown_kind_is_refused_with_the_nearest_name() {
    let centre = small_centre();
    for option in ["--only", "--skip"] {
        let outcome = centre.check_with(&[option, "dual-enrolment"]);
        assert_eq!(outcome.code, 2);
        assert!(
            outcome.stderr.contains("did you mean dual-enrollment?"),
            "{option}: {}",
            outcome.stderr
        );
        assert!(!centre.out().exists());
    }
}

#[test]
fn english_is_spoken_when_asked_and_the_cases_stay_the_same() {
    let centre = small_centre();
    let ids = |outcome: &Outcome| -> Vec<String> {
        outcome.cases().into_iter().map(|row| row["case_id"].clone()).collect()
    };
    let zh = centre.check();
    let zh_ids = ids(&zh);
    let en = centre.check_with(&["--lang", "en"]);
    assert!(zh.stdout.contains("截至 2025-10-15"), "{}", zh.stdout);
    assert!(en.stdout.contains("As of 2025-10-15"), "{}", en.stdout);
    assert_eq!(ids(&en), zh_ids);
    assert!(!zh_ids.is_empty());
}

#[test]
fn a_folder_dropped_on_the_program_is_checked() {
    let centre = small_centre();
    aidcheck()
        .current_dir(centre.root())
        .arg("in")
        .args(["--as-of", "2025-10-15"])
        .assert()
        .code(0);
    let cases = read_csv(&centre.root().join("aidcheck-report/cases.csv"));
    assert_eq!(cases.len(), 4);
}

#[test]
fn headcount_alone_reconciles_the_counts_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    aidcheck()
        .current_dir(folder.path())
        .arg("headcount")
        .arg(root().join("sample-data"))
        .assert()
        .code(0)
        .stdout(predicate::str::contains("headcount-mismatch"));
    let report = folder.path().join("aidcheck-headcount");
    let cases = read_csv(&report.join("cases.csv"));
    assert!(!cases.is_empty());
    assert!(cases.iter().all(|row| row["kind"] == "headcount-mismatch"));
    assert!(!read_csv(&report.join("headcount.csv")).is_empty());
}

#[test]
fn inspect_tells_how_a_file_is_understood_and_writes_nothing() {
    let centre = small_centre();
    let output =
        aidcheck().current_dir(centre.root()).args(["inspect", "in", "--json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sheet = &told["files"][0]["sheets"][0];
    assert_eq!(
        sheet["rows"],
        serde_json::json!({ "in": 5, "checked": 4, "rejected": 0, "skipped": 1 })
    );
    assert_eq!(
        (&sheet["kind"], &sheet["register"]),
        (&"enrollment".into(), &"student-status".into())
    );
    assert_eq!(sheet["header_row"], 1);
    let columns = sheet["columns"].as_array().unwrap();
    let field = columns.iter().find(|column| column["column"] == "身份证件号").unwrap();
    assert_eq!(field["field"], "id-number");
    assert_eq!(sheet["sample"].as_array().unwrap().len(), 3);
    assert_eq!(fs::read_dir(centre.root()).unwrap().count(), 1, "only `in`");
}

#[test]
fn generate_gives_the_same_bytes_for_a_seed_and_the_check_accuses_nobody_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    let generate = |name: &str, seed: &str| {
        aidcheck()
            .current_dir(folder.path())
            .args(["generate", "--students", "3000", "--seed", seed, "--plain", "--out", name])
            .assert()
            .code(0);
        let mut files: BTreeMap<String, Vec<u8>> = fs::read_dir(folder.path().join(name))
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_file())
            .map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap()))
            .collect();
        files.insert("".into(), fs::read(folder.path().join(format!("{name}.truth.csv"))).unwrap());
        files
    };
    let one = generate("甲", "7");
    assert!(one.len() > 2 && one == generate("乙", "7"));
    assert_ne!(one, generate("丙", "8"), "the seed says which county");
    aidcheck()
        .current_dir(folder.path())
        .args(["check", "甲", "--out", "报告", "--as-of", "2025-10-15", "--quiet"])
        .assert()
        .code(0);
    let text = evaluate(&folder.path().join("报告"), &folder.path().join("甲.truth.csv"));
    let table = by_kind(&text);
    for kind in ["dual-enrollment", "repeat-payment", "paid-not-enrolled"] {
        let figure = |at: usize| table[kind][at].parse::<f64>().unwrap();
        assert!(figure(1) > 0.0, "nothing of {kind} was found:\n{text}");
        assert!(figure(5) >= 0.99, "precision of {kind}:\n{text}");
        assert_eq!(figure(7), 0.0, "a trap was flagged as {kind}:\n{text}");
    }
}

#[test]
fn init_writes_a_configuration_that_changes_nothing_and_never_twice() {
    let centre = small_centre();
    let before = fs::read(centre.check_with(&["--no-store"]).out.join("cases.csv")).unwrap();
    let init = || aidcheck().current_dir(centre.root()).arg("init").assert();
    init().code(0);
    let template = centre.root().join("aidcheck.toml");
    // The working folder's configuration wins over the inputs'; only the secret has to be named again.
    let text = fs::read_to_string(&template).unwrap();
    fs::write(&template, format!("secret_file = \"in/secret.txt\"\n{text}")).unwrap();
    assert_eq!(fs::read(centre.check_with(&["--no-store"]).out.join("cases.csv")).unwrap(), before);
    init().code(2);
    assert!(fs::read_to_string(&template).unwrap().starts_with("secret_file"), "not touched");
}

#[test]
fn the_catalogue_names_every_kind() {
    let output = aidcheck().args(["rules", "--json"]).output().unwrap();
    let rules: Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes: BTreeSet<&str> =
        rules.as_array().unwrap().iter().map(|rule| rule["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["DE", "RP", "PE", "IC", "IN", "DR", "RM", "HM"].into());
}
