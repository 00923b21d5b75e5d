//! Lists as offices really keep them, in which a hasty reading would accuse a pupil or a school. Each test
//! holds a control that is found, so that silence alone passes none.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{
    CRAFTS, Centre, EXPORT, FIRST, Outcome, SECOND, School, active, aidcheck, enrolled, number,
    read_csv,
};

const DUAL: &str = "dual-enrollment";
const REPEAT: &str = "repeat-payment";

/// A list of 中职国家助学金 of the spring of 2025 with `columns` behind the rest.
fn grants(columns: &str, lines: &[(&str, u32, &str, &str)]) -> (String, Vec<String>) {
    let header =
        format!("姓名,身份证号码,学校标识码,学校名称,资助项目,学年,学期,金额,发放日期,{columns}");
    let lines = lines
        .iter()
        .map(|(name, serial, day, cells)| {
            format!(
                "{name},{},{},{},中职国家助学金,2024-2025,春季学期,230.00,{day},{cells}",
                number(*serial),
                CRAFTS.0,
                CRAFTS.1
            )
        })
        .collect();
    (header, lines)
}

/// The check of such a list alone.
fn check_grants(centre: &Centre, columns: &str, lines: &[(&str, u32, &str, &str)]) -> Outcome {
    let (header, rows) = grants(columns, lines);
    centre.csv("中职国家助学金明细.csv", &header, &rows);
    let outcome = centre.check();
    let sheet = &outcome.input("中职国家助学金明细.csv")["sheets"][0];
    assert_eq!(sheet["checked"], lines.len(), "{sheet}");
    outcome
}

/// The severities of the cases of a kind that name someone.
fn severities(outcome: &Outcome, kind: &str, name: &str) -> Vec<String> {
    let rows = outcome.of_kind(kind).into_iter().filter(|row| row["name"] == name);
    let mut severities: Vec<String> = rows.map(|row| row["severity"].clone()).collect();
    severities.sort();
    severities.dedup();
    severities
}

fn assert_no_error(outcome: &Outcome, kind: &str, name: &str) {
    let severities = severities(outcome, kind, name);
    assert!(!severities.contains(&"error".to_string()), "{name}: {severities:?}");
}

#[test]
fn a_roster_with_a_stamp_behind_the_schools_name_is_that_schools() {
    const EAST: School = ("2133027011", "甲县东门小学");
    const WEST: School = ("2133027012", "甲县西门小学");
    let pupil = |name: &str, serial: u32, school: School| {
        format!("{name},,{},,{},{},六年级,1班,在读,2020-09-01,", number(serial), school.0, school.1)
    };
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[
            pupil("陈晓明", 1, EAST),
            pupil("李思雨", 2, EAST),
            pupil("郑对照", 90, EAST),
            pupil("郑对照", 90, WEST),
        ],
    );
    centre.xlsx(
        "名册.xlsx",
        &[
            &["学校名称：甲县东门小学（盖章）"],
            &["姓名", "身份证号", "年级", "班级"],
            &["陈晓明", &number(1), "六年级", "1班"],
            &["李思雨", &number(2), "六年级", "1班"],
            &["郑对照", &number(90), "六年级", "1班"],
        ],
    );
    let outcome = centre.check();
    let roster = &outcome.input("名册.xlsx")["sheets"][0];
    assert_eq!((&roster["register"], &roster["checked"]), (&"roster".into(), &3.into()));
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert_eq!(outcome.count("register-mismatch"), 0);
    let witness: Vec<_> =
        outcome.of_kind(DUAL).into_iter().filter(|row| row["role"] == "witness").collect();
    assert_eq!(witness.len(), 1, "the roster witnesses the enrolment at the school it names");
    assert_eq!(witness[0]["school_code"], EAST.0);
}

#[test]
fn the_number_of_a_batch_is_no_month() {
    let centre = Centre::new();
    let batches = check_grants(
        &centre,
        "发放批次,发放状态",
        &[
            ("周批次", 1, "2025-03-20", "1,已发放"),
            ("周批次", 1, "2025-04-20", "1,已发放"),
            // A batch that says its month is one.
            ("郑对照", 90, "2025-03-20", "2025年3月,已发放"),
            ("郑对照", 90, "2025-04-20", "2025年3月,已发放"),
        ],
    );
    assert_eq!(batches.names(REPEAT), ["郑对照"]);
    let centre = Centre::new();
    let months = check_grants(
        &centre,
        "月份,发放状态",
        &[("郑对照", 90, "2025-03-20", "3月,已发放"), ("郑对照", 90, "2025-04-20", "3月,已发放")],
    );
    assert_eq!(months.names(REPEAT), ["郑对照"]);
    assert!(months.of_kind(REPEAT).iter().all(|row| row["month"] == "2025-03"));
}

#[test]
fn who_was_refused_or_whose_transfer_failed_was_not_paid() {
    for (column, good, bad) in [
        ("是否受助", "是", "否"),
        ("审核状态", "审核通过", "审核不通过"),
        ("失败原因", "", "账号户名不符"),
    ] {
        let cells = |word: &str| format!("3月,{word}");
        let centre = Centre::new();
        let outcome = check_grants(
            &centre,
            &format!("月份,{column}"),
            &[
                ("吴未得", 1, "2025-03-20", &cells(bad)),
                ("吴未得", 1, "2025-03-27", &cells(good)),
                ("郑对照", 90, "2025-03-20", &cells(good)),
                ("郑对照", 90, "2025-03-27", &cells(good)),
            ],
        );
        assert_eq!(outcome.names(REPEAT), ["郑对照"], "{column}");
        assert_eq!(severities(&outcome, REPEAT, "郑对照"), ["error"], "{column}");
    }
}

#[test]
fn a_note_that_explains_a_second_payment_is_believed() {
    let centre = Centre::new();
    let outcome = check_grants(
        &centre,
        "月份,发放状态,备注",
        &[
            ("孙补发", 1, "2025-03-20", "3月,已发放,"),
            ("孙补发", 1, "2025-03-20", "3月,已发放,补发1月助学金"),
            ("钱重发", 2, "2025-03-20", "3月,已发放,"),
            ("钱重发", 2, "2025-03-27", "3月,已发放,银行退回后重发"),
            ("郑对照", 90, "2025-03-20", "3月,已发放,"),
            ("郑对照", 90, "2025-03-27", "3月,已发放,"),
        ],
    );
    assert_eq!(severities(&outcome, REPEAT, "孙补发"), [""; 0]);
    assert_no_error(&outcome, REPEAT, "钱重发");
    assert_eq!(severities(&outcome, REPEAT, "郑对照"), ["error"]);
}

#[test]
fn a_reversal_under_another_word_cancels_and_an_unknown_word_accuses_nobody() {
    let centre = Centre::new();
    let outcome = check_grants(
        &centre,
        "月份,打卡状态",
        &[
            ("冯冲账", 1, "2025-03-20", "3月,冲账"),
            ("冯冲账", 1, "2025-03-27", "3月,打卡成功"),
            ("褚冲账", 2, "2025-03-20", "3月,打卡成功"),
            ("褚冲账", 2, "2025-03-22", "3月,冲账"),
            ("褚冲账", 2, "2025-03-27", "3月,打卡成功"),
            ("卫生词", 3, "2025-03-20", "3月,香蕉"),
            ("卫生词", 3, "2025-03-27", "3月,打卡成功"),
            ("郑对照", 90, "2025-03-20", "3月,打卡成功"),
            ("郑对照", 90, "2025-03-27", "3月,打卡成功"),
        ],
    );
    assert_eq!(severities(&outcome, REPEAT, "冯冲账"), [""; 0]);
    assert_eq!(severities(&outcome, REPEAT, "褚冲账"), [""; 0]);
    assert_no_error(&outcome, REPEAT, "卫生词");
    assert_eq!(severities(&outcome, REPEAT, "郑对照"), ["error"]);
}

#[test]
fn a_campus_in_brackets_is_the_school_itself() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[active("陈晓明", &number(1), FIRST), active("郑对照", &number(90), FIRST)],
    );
    centre.csv(
        "东校区.csv",
        "姓名,身份证号,学校名称,年级,班级,学生状态,入学日期",
        &[
            format!("陈晓明,{},河源县第一中学（东校区）,高一,1班,在读,2025-09-01", number(1)),
            format!("郑对照,{},河源县第二中学,高一,1班,在读,2025-09-01", number(90)),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.input("东校区.csv")["sheets"][0]["checked"], 2);
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let of_campus: Vec<_> =
        outcome.cases().into_iter().filter(|row| row["name"] == "陈晓明").collect();
    assert!(of_campus.is_empty(), "{of_campus:?}");
}

#[test]
fn one_number_under_two_wholly_different_names_is_no_proven_double_enrolment() {
    let centre = Centre::new();
    let line = |name: &str, born: &str, serial: u32, school: School| {
        format!(
            "{name},,{born},{},{},{},高一,1班,在读,2025-09-01",
            number(serial),
            school.0,
            school.1
        )
    };
    centre.csv(
        "全国学籍_20251010.csv",
        "姓名,性别,出生日期,身份证件号,学校标识码,学校名称,年级名称,班级名称,学生状态,入学日期",
        &[
            line("吕建国", "2010-03-05", 1, FIRST),
            line("施小燕", "", 1, SECOND),
            line("郑对照", "2010-03-05", 90, FIRST),
            line("郑对照", "", 90, SECOND),
        ],
    );
    let outcome = centre.check();
    assert_eq!(severities(&outcome, DUAL, "吕建国"), ["warning"]);
    assert_eq!(severities(&outcome, DUAL, "施小燕"), ["warning"]);
    assert_eq!(severities(&outcome, DUAL, "郑对照"), ["error"]);
}

#[test]
fn the_school_before_the_programme_in_a_title_is_the_one_that_paid() {
    const HIGH: School = ("3433027021", "甲县第一高级中学");
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[
            enrolled("陈在校", &number(1), HIGH, "在读", "2024-09-01", ""),
            enrolled("李别校", &number(2), FIRST, "在读", "2024-09-01", ""),
        ],
    );
    centre.xlsx(
        "发放.xlsx",
        &[
            &["甲县第一高级中学2025年春季学期普通高中国家助学金发放表"],
            &["序号", "姓名", "身份证号", "金额", "发放日期"],
            &["1", "陈在校", &number(1), "1000.00", "2025-04-20"],
            &["2", "孙外人", &number(7), "1000.00", "2025-04-20"],
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.input("发放.xlsx")["sheets"][0]["checked"], 2);
    assert_eq!(outcome.names("paid-not-enrolled"), ["孙外人"]);
    for row in outcome.of_kind("paid-not-enrolled") {
        assert_eq!((&*row["school_code"], &*row["school_name"]), HIGH, "{row:?}");
    }
}

#[test]
fn a_list_of_pupils_in_hardship_is_no_enrolment() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[
            active("陈困难", &number(1), FIRST),
            active("郑对照", &number(90), FIRST),
            active("李二中", &number(3), SECOND),
        ],
    );
    let of_second = |name: &str, serial: u32, rest: &str| {
        format!("{name},{},{},{rest}", number(serial), SECOND.1)
    };
    centre.csv(
        "名单甲.csv",
        "姓名,身份证号,学校名称,困难等级",
        &[of_second("陈困难", 1, "特别困难"), of_second("李二中", 3, "一般困难")],
    );
    centre.csv(
        "名单乙.csv",
        "姓名,身份证号,学校名称,年级,班级,学生状态,入学日期",
        &[
            of_second("郑对照", 90, "高一,1班,在读,2025-09-01"),
            of_second("李二中", 3, "高一,1班,在读,2025-09-01"),
        ],
    );
    let outcome = centre.check();
    assert_ne!(outcome.input("名单甲.csv")["sheets"][0]["kind"], "enrollment");
    assert_eq!(outcome.input("名单乙.csv")["sheets"][0]["kind"], "enrollment");
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert!(outcome.cases().iter().all(|row| row["name"] != "陈困难"), "{:?}", outcome.cases());
}

/// A centre with a double enrolment and a count line that lacks a pupil.
fn centre_with_a_count() -> Centre {
    let centre = Centre::new();
    let mut pupils: Vec<String> =
        (1..=4).map(|serial| active("学生", &number(serial), FIRST)).collect();
    pupils.extend([active("郑对照", &number(90), FIRST), active("郑对照", &number(90), SECOND)]);
    centre.csv("全国学籍_20251010.csv", EXPORT, &pupils);
    centre.csv(
        "清点表.csv",
        "学校标识码,学校名称,核查日期,年级,班级,在籍人数,实到人数,请假人数",
        &[format!("{},{},2025-10-12,高一,1班,5,3,0", FIRST.0, FIRST.1)],
    );
    centre
}

/// All files below a folder, in order; none where it is absent.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn a_reconciliation_of_heads_does_not_replace_the_nightly_report() {
    let centre = centre_with_a_count();
    let nightly = centre.root().join("nightly");
    let config = format!("secret_file = \"secret.txt\"\nout = '{}'\n", nightly.display());
    centre.bytes("aidcheck.toml", config.as_bytes());
    let run = |command: &str| {
        let output = aidcheck()
            .current_dir(centre.root())
            .args([command, "in", "--as-of", support::AS_OF, "--no-progress"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let bytes = |folder: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        let files = files_below(folder).into_iter();
        files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    };
    run("check");
    // The nightly report goes where the configuration says.
    let before = bytes(&nightly);
    let kinds = |folder: &Path| -> Vec<String> {
        let mut kinds: Vec<String> = read_csv(&folder.join("cases.csv"))
            .into_iter()
            .map(|row| row["kind"].clone())
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds(&nightly), [DUAL, "headcount-mismatch"]);
    run("headcount");
    assert!(before == bytes(&nightly), "the nightly report was touched");
    assert_eq!(kinds(&centre.root().join("aidcheck-headcount")), ["headcount-mismatch"]);
}

#[test]
fn a_second_run_keeps_none_of_our_files_but_a_reply() {
    let centre = centre_with_a_count();
    let replies = centre.root().join(".aidcheck/replies");
    let outcome = centre.check();
    let files = files_below(&outcome.out);
    for name in ["cases.csv", "rejected.csv", "run.json", "headcount.csv", "headcount-sums.csv"] {
        assert!(files.contains(&outcome.out.join(name)), "{name} is not among {files:?}");
    }
    let of_schools = files_below(&outcome.out.join("schools"));
    assert!(of_schools.len() >= 2, "{files:?}");
    let second = centre.check();
    assert_eq!(files_below(&replies), Vec::<PathBuf>::new());
    assert!(!second.stdout.contains("已保留"), "{}", second.stdout);
    // What a school changed is kept, and nothing else.
    fs::write(&of_schools[0], "a school's reply").unwrap();
    let third = centre.check();
    let kept = files_below(&replies);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read(&kept[0]).unwrap(), b"a school's reply");
    assert!(third.stdout.contains("已保留"), "{}", third.stdout);
}
