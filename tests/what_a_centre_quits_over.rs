//! One wrong call of these kinds, and a county centre stops trusting the program. Wherever nothing must
//! be found, a control beside it must be found, so that silence alone passes no test.

mod support;

use support::{
    CRAFTS, Centre, EXPORT, FIRST, PAYMENTS, Row, SECOND, active, csv_of, enrolled, number, paid,
};

const DUAL: &str = "dual-enrollment";
const REPEAT: &str = "repeat-payment";

/// 郑对照 is on the books of two schools, whatever else a test shows.
fn control_pupil() -> [String; 2] {
    [active("郑对照", &number(90), FIRST), active("郑对照", &number(90), SECOND)]
}

fn lines(parts: &[&[String]]) -> Vec<String> {
    parts.concat()
}

#[test]
fn an_export_and_the_roster_of_one_school_are_no_double_enrolment() {
    let centre = Centre::new();
    let pupils = [active("陈晓明", &number(1), FIRST), active("李思雨", &number(2), FIRST)];
    centre.csv("全国学籍_20251010.csv", EXPORT, &lines(&[&pupils, &control_pupil()]));
    centre.xlsx(
        "名册/河源县第一中学名册.xlsx",
        &[
            &["河源县第一中学学生花名册"],
            &["序号", "姓名", "身份证号", "年级", "班级"],
            &["1", "陈晓明", &number(1), "高一", "1班"],
            &["2", "李思雨", &number(2), "高一", "1班"],
            &["3", "郑对照", &number(90), "高一", "1班"],
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.input("全国学籍_20251010.csv")["sheets"][0]["register"], "student-status");
    let roster = &outcome.input("名册/河源县第一中学名册.xlsx")["sheets"][0];
    assert_eq!((&roster["register"], &roster["checked"]), (&"roster".into(), &3.into()));
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert_eq!(outcome.names("register-mismatch"), [""; 0]);
    assert_eq!(outcome.count("duplicate-record"), 0);
    let witness: Vec<Row> =
        outcome.of_kind(DUAL).into_iter().filter(|row| row["role"] == "witness").collect();
    assert_eq!(witness.len(), 1, "the roster witnesses one of the two enrolments");
    assert_eq!(witness[0]["source_row"], "5", "as Excel counts rows");
}

#[test]
fn the_roster_of_a_school_called_chuji_zhongxue_is_that_schools() {
    let centre = Centre::new();
    let school = ("3133027000", "河源县城关镇初级中学");
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[active("陈晓明", &number(1), school), active("李思雨", &number(2), school)],
    );
    centre.xlsx(
        "河源县城关镇初级中学名册.xlsx",
        &[
            &["河源县城关镇初级中学学生花名册"],
            &["姓名", "身份证号", "年级", "班级"],
            &["陈晓明", &number(1), "高一", "1班"],
            &["王外人", &number(3), "高一", "1班"],
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names("register-mismatch"), ["李思雨", "王外人"]);
    for row in outcome.of_kind("register-mismatch") {
        assert_eq!(row["school_code"], school.0, "{row:?}");
    }
}

#[test]
fn of_last_weeks_export_and_tonights_only_the_newer_stands() {
    let centre = Centre::new();
    let stays = |school| -> Vec<String> {
        (1..=4).map(|serial| active("王留校", &number(serial), school)).collect()
    };
    let others: Vec<String> =
        (11..=14).map(|serial| active("赵留校", &number(serial), SECOND)).collect();
    let mover_before = active("钱转学", &number(20), FIRST);
    let mover_after = active("钱转学", &number(20), SECOND);
    centre.csv("全国学籍_20251003.csv", EXPORT, &lines(&[&stays(FIRST), &others, &[mover_before]]));
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &lines(&[&stays(FIRST), &others, &[mover_after], &control_pupil()]),
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert_eq!(outcome.count("duplicate-record"), 0);
    let old = &outcome.input("全国学籍_20251003.csv")["sheets"][0]["superseded_for"];
    let old: Vec<&str> = old.as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(old.len(), 2, "{old:?}");
    assert!(old.iter().all(|line| line.contains("全国学籍_20251010.csv")), "{old:?}");
    assert!(old[0].contains(FIRST.1) || old[1].contains(FIRST.1), "{old:?}");
    let new = &outcome.input("全国学籍_20251010.csv")["sheets"][0]["superseded_for"];
    assert_eq!(new, &serde_json::json!([]));
    assert!(outcome.stdout.contains("全国学籍_20251003.csv"), "{}", outcome.stdout);
}

#[test]
fn a_school_under_three_names_is_one_school() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &lines(&[&[active("陈晓明", &number(1), FIRST)], &control_pupil()]),
    );
    centre.xlsx(
        "河源县一中名册.xlsx",
        &[
            &["河源县一中学生花名册"],
            &["姓名", "身份证号", "年级", "班级"],
            &["陈晓明", &number(1), "高一", "1班"],
            &["郑对照", &number(90), "高一", "1班"],
        ],
    );
    centre.csv(
        "普通高中国家助学金_2025年秋季学期.csv",
        "姓名,身份证号,学校名称,资助项目,学年,学期,金额,发放日期,发放状态",
        &[
            format!(
                "陈晓明,{},河源一中,普通高中国家助学金,2025-2026,秋季学期,1000,2025-10-10,已发放",
                number(1)
            ),
            format!(
                "孙外人,{},河源一中,普通高中国家助学金,2025-2026,秋季学期,1000,2025-10-10,已发放",
                number(7)
            ),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert_eq!(outcome.names("paid-not-enrolled"), ["孙外人"]);
    assert_eq!(outcome.of_kind("paid-not-enrolled")[0]["school_code"], FIRST.0);
    assert_eq!(outcome.count("register-mismatch"), 0);
}

#[test]
fn an_identical_file_is_read_once() {
    let centre = Centre::new();
    let text = csv_of(
        PAYMENTS,
        &[
            paid("周一回", &number(1), "2025年9月", "2025-09-20", "已发放"),
            paid("吴两回", &number(2), "2025年9月", "2025-09-20", "已发放"),
            paid("吴两回", &number(2), "2025年9月", "2025-09-27", "已发放"),
        ],
    );
    centre.bytes("发放.csv", text.as_bytes());
    centre.bytes("发放 - 副本.csv", text.as_bytes());
    let outcome = centre.check();
    assert_eq!(outcome.names(REPEAT), ["吴两回"]);
    assert_eq!(outcome.of_kind(REPEAT).len(), 2);
    let (one, two) = (outcome.input("发放.csv"), outcome.input("发放 - 副本.csv"));
    let same: Vec<&str> =
        [&one, &two].iter().filter_map(|input| input["same_as"].as_str()).collect();
    assert_eq!(same.len(), 1, "{one} {two}");
    assert!(outcome.stdout.contains(same[0]), "{}", outcome.stdout);
}

#[test]
fn the_same_payment_in_two_lists_is_one_payment() {
    let centre = Centre::new();
    let line = paid("周一回", &number(1), "2025年9月", "2025-09-20", "已发放");
    let again = [
        paid("吴两回", &number(2), "2025年9月", "2025-09-20", "已发放"),
        paid("吴两回", &number(2), "2025年9月", "2025-09-27", "已发放"),
    ];
    centre.csv("发放_甲.csv", PAYMENTS, std::slice::from_ref(&line));
    centre.csv("发放_乙.csv", PAYMENTS, &lines(&[&[line], &again]));
    assert_eq!(centre.check().names(REPEAT), ["吴两回"]);
}

#[test]
fn a_transfer_with_a_lag_of_twenty_days_makes_no_case_and_one_of_a_hundred_and_twenty_does() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[
            enrolled("冯短期", &number(1), FIRST, "转出", "2024-09-01", "2025-09-20"),
            enrolled("冯短期", &number(1), SECOND, "在读", "2025-09-01", ""),
            enrolled("褚长期", &number(2), FIRST, "转出", "2024-09-01", "2025-06-28"),
            enrolled("褚长期", &number(2), SECOND, "在读", "2025-03-01", ""),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["褚长期"]);
    let rows = outcome.of_kind(DUAL);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["severity"], "error");
    assert!(rows[0]["reason"].contains("120天"), "{}", rows[0]["reason"]);
}

#[test]
fn leaving_and_entering_on_one_day_is_a_hand_over_and_the_tolerance_is_exact() {
    let centre = Centre::new();
    // In October of the tolerance of 60 days: 60 common days are none, 61 are one. From 08-02: 08-02 … 09-30.
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[
            enrolled("卫当日", &number(1), FIRST, "转出", "2024-09-01", "2025-09-01"),
            enrolled("卫当日", &number(1), SECOND, "在读", "2025-09-01", ""),
            enrolled("蒋六十", &number(2), FIRST, "转出", "2024-09-01", "2025-09-30"),
            enrolled("蒋六十", &number(2), SECOND, "在读", "2025-08-02", ""),
            enrolled("沈六一", &number(3), FIRST, "转出", "2024-09-01", "2025-09-30"),
            enrolled("沈六一", &number(3), SECOND, "在读", "2025-08-01", ""),
        ],
    );
    assert_eq!(centre.check().names(DUAL), ["沈六一"]);
}

#[test]
fn a_payment_that_failed_and_was_sent_again_is_none_but_two_in_one_month_are() {
    let centre = Centre::new();
    centre.csv(
        "中职国家助学金明细.csv",
        PAYMENTS,
        &[
            paid("韩重发", &number(1), "2025年9月", "2025-09-20", "发放失败"),
            paid("韩重发", &number(1), "2025年9月", "2025-09-27", "已发放"),
            paid("杨两月", &number(2), "2025年9月", "2025-09-20", "已发放"),
            paid("杨两月", &number(2), "2025年10月", "2025-10-10", "已发放"),
            paid("朱两次", &number(3), "2025年9月", "2025-09-20", "已发放"),
            paid("朱两次", &number(3), "2025年9月", "2025-09-27", "已发放"),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(REPEAT), ["朱两次"]);
    let rows = outcome.of_kind(REPEAT);
    let roles: Vec<_> = rows.iter().map(|row| (&*row["role"], &*row["pay_date"])).collect();
    assert_eq!(roles, [("original", "2025-09-20"), ("repeat", "2025-09-27")]);
    assert!(rows.iter().all(|row| row["severity"] == "error" && row["amount"] == "230.00"));
}

#[test]
fn suspended_at_one_school_and_active_at_another_is_a_warning() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &lines(&[
            &[
                enrolled("秦休学", &number(1), FIRST, "休学", "2024-09-01", "2025-03-01"),
                enrolled("秦休学", &number(1), SECOND, "在读", "2025-03-01", ""),
            ],
            &control_pupil(),
        ]),
    );
    let outcome = centre.check();
    let severity = |name: &str| {
        let rows = outcome.of_kind(DUAL);
        rows.into_iter().find(|row| row["name"] == name).map(|row| row["severity"].clone())
    };
    assert_eq!(severity("秦休学").as_deref(), Some("warning"));
    assert_eq!(severity("郑对照").as_deref(), Some("error"));
}

#[test]
fn an_exit_without_a_date_is_no_case_and_is_said() {
    let centre = Centre::new();
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &lines(&[
            &[
                enrolled("尤转出", &number(1), FIRST, "转出", "2024-09-01", ""),
                active("尤转出", &number(1), SECOND),
            ],
            &control_pupil(),
        ]),
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    let run = outcome.run();
    let said = run["not_checked"].as_array().unwrap().iter().any(|entry| {
        entry["rule"] == DUAL
            && entry["file"] == "全国学籍_20251010.csv"
            && entry["reason"].as_str().unwrap().contains("没有离校日期")
    });
    assert!(said, "{}", run["not_checked"]);
    assert!(outcome.stdout.contains("没有离校日期"), "{}", outcome.stdout);
}

#[test]
fn twins_whose_numbers_excel_cut_are_never_joined() {
    let centre = Centre::new();
    // Neighbouring numbers differ in the last four characters only; Excel keeps fifteen digits.
    let cut = format!("{}000", &number(1)[..15]);
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &lines(&[&[active("许文", &cut, FIRST), active("许武", &cut, SECOND)], &control_pupil()]),
    );
    centre.csv(
        "中职国家助学金明细.csv",
        PAYMENTS,
        &[
            paid("许文", &cut, "2025年9月", "2025-09-20", "已发放"),
            paid("许武", &cut, "2025年9月", "2025-09-27", "已发放"),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["郑对照"]);
    assert_eq!(outcome.count(REPEAT), 0);
    assert_eq!(outcome.count("id-conflict"), 0);
    let spoiled = outcome.of_kind("invalid-id");
    assert!(!spoiled.is_empty() && spoiled.iter().all(|row| row["reason"].contains("Excel")));
    assert_eq!(outcome.names("invalid-id"), ["许文", "许武"]);
}

#[test]
fn one_name_and_fifteen_equal_digits_are_one_pupil_and_the_case_says_why() {
    let centre = Centre::new();
    let cut = format!("{}000", &number(1)[..15]);
    centre.csv(
        "全国学籍_20251010.csv",
        EXPORT,
        &[active("何双", &cut, FIRST), active("何双", &cut, SECOND)],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names(DUAL), ["何双"]);
    let reason = &outcome.of_kind(DUAL)[0]["reason"];
    assert!(reason.contains("没有共同的可用证件号") && reason.contains("前15位相同"), "{reason}");
}

#[test]
fn one_number_of_two_clearly_different_pupils_is_a_conflict_and_no_double_enrolment() {
    let centre = Centre::new();
    let header =
        "姓名,性别,出生日期,身份证件号,学校标识码,学校名称,年级名称,班级名称,学生状态,入学日期";
    let line = |name: &str, sex: &str, born: &str, number: &str, school: support::School| {
        format!("{name},{sex},{born},{number},{},{},高一,1班,在读,2025-09-01", school.0, school.1)
    };
    centre.csv(
        "全国学籍_20251010.csv",
        header,
        &[
            line("吕建国", "男", "2010-03-05", &number(1), FIRST),
            line("施小燕", "女", "2009-11-20", &number(1), SECOND),
            // Variants of one name are one pupil.
            line("张晓峰", "女", "2010-03-05", &number(2), FIRST),
            line("張晓峰", "女", "2010-03-05", &number(2), SECOND),
        ],
    );
    let outcome = centre.check();
    assert_eq!(outcome.names("id-conflict"), ["吕建国", "施小燕"]);
    assert_eq!(outcome.count("id-conflict"), 1);
    assert!(outcome.of_kind("id-conflict").iter().all(|row| row["severity"] == "warning"));
    assert_eq!(outcome.names(DUAL), ["张晓峰", "張晓峰"]);
}

/// A vocational export with `pupils` in each of the classes 1 to 3.
fn crafts(centre: &Centre, pupils: u32) {
    let mut lines = Vec::new();
    for class in 1..=3 {
        for serial in 0..pupils {
            let number = number(class * 20 + serial);
            lines.push(format!(
                "学生,{number},{},{},中职,三年级,{class}班,机电,在读,2023-09-01",
                CRAFTS.0, CRAFTS.1
            ));
        }
    }
    centre.csv(
        "中职学生_20251010.csv",
        "姓名,身份证号,学校标识码,学校名称,学段,年级,班级,专业名称,学生状态,入学日期",
        &lines,
    );
}

#[test]
fn a_count_line_closes_with_interns_and_pupils_on_leave() {
    let centre = Centre::new();
    crafts(&centre, 10);
    centre.csv(
        "清点表.csv",
        "学校标识码,学校名称,核查日期,学段,年级,班级,在籍人数,实到人数,请假人数,顶岗实习人数,备注",
        &[
            format!("{},{},2025-10-12,中职,三年级,1班,10,6,1,3,", CRAFTS.0, CRAFTS.1),
            format!("{},{},2025-10-12,中职,三年级,2班,10,6,1,2,", CRAFTS.0, CRAFTS.1),
            format!("{},{},2025-10-12,中职,三年级,3班,10,10,0,0,", CRAFTS.0, CRAFTS.1),
        ],
    );
    let outcome = centre.check();
    let rows = outcome.of_kind("headcount-mismatch");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&*rows[0]["source_row"], &*rows[0]["role"]), ("3", "count"));
    assert!(rows[0]["reason"].contains("少1人"), "{}", rows[0]["reason"]);
    let names = support::read_csv(&outcome.out.join("headcount.csv"));
    assert_eq!(names.len(), 10, "the pupils to ask for are those of the class that differs");
}

#[test]
fn leave_broken_down_by_sickness_and_errand_excuses_as_leave_does() {
    let centre = Centre::new();
    crafts(&centre, 10);
    centre.csv(
        "清点表.csv",
        "学校标识码,学校名称,核查日期,年级,班级,实到人数,病假人数,事假人数",
        &[
            format!("{},{},2025-10-12,三年级,1班,7,2,1", CRAFTS.0, CRAFTS.1),
            format!("{},{},2025-10-12,三年级,2班,7,1,1", CRAFTS.0, CRAFTS.1),
        ],
    );
    let outcome = centre.check();
    let rows = outcome.of_kind("headcount-mismatch");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(&*rows[0]["source_row"], "3");
    assert!(rows[0]["reason"].contains("少1人"), "{}", rows[0]["reason"]);
}

#[test]
fn the_line_of_totals_of_a_count_sheet_is_no_class() {
    let centre = Centre::new();
    crafts(&centre, 10);
    let title = format!("{}到校清点核实表", CRAFTS.1);
    centre.xlsx(
        "清点表.xlsx",
        &[
            &[&title],
            &["学校名称", "核查日期", "年级", "班级", "在籍人数", "实到人数", "请假人数"],
            &[CRAFTS.1, "2025-10-12", "三年级", "1班", "10", "10", "0"],
            &[CRAFTS.1, "2025-10-12", "三年级", "2班", "10", "7", "0"],
            &["合计", "", "", "", "20", "17", "0"],
        ],
    );
    let outcome = centre.check();
    let sheet = &outcome.input("清点表.xlsx")["sheets"][0];
    assert_eq!(sheet["checked"], 2, "{sheet}");
    assert_eq!(sheet["skipped"]["subtotal"], 1, "{sheet}");
    let rows = outcome.of_kind("headcount-mismatch");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&*rows[0]["class"], &*rows[0]["source_row"]), ("2", "4"));
    assert!(rows[0]["reason"].contains("少3人"), "{}", rows[0]["reason"]);
}

#[test]
fn gb18030_and_utf_8_with_a_mark_give_the_same_cases() {
    let text = csv_of(EXPORT, &lines(&[&control_pupil(), &[active("㛃𠮷", &number(1), FIRST)]]));
    let (gb, utf) = (Centre::new(), Centre::new());
    let (bytes, _, failed) = encoding_rs::GB18030.encode(&text);
    assert!(!failed);
    gb.bytes("全国学籍.csv", &bytes);
    utf.bytes("全国学籍.csv", format!("\u{feff}{text}").as_bytes());
    let (gb, utf) = (gb.check(), utf.check());
    let encoding = |outcome: &support::Outcome| {
        outcome.input("全国学籍.csv")["encoding"].as_str().unwrap().to_lowercase()
    };
    assert!(encoding(&gb).contains("gb"), "{}", encoding(&gb));
    assert!(encoding(&utf).contains("utf"), "{}", encoding(&utf));
    assert_eq!(gb.names(DUAL), ["郑对照"]);
    assert_eq!(gb.cases(), utf.cases());
}

#[test]
fn a_number_in_full_width_with_blanks_or_an_apostrophe_is_joined() {
    let wide = |number: &str| -> String {
        number.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect()
    };
    let blanks = |number: &str| format!(" {} {} {}", &number[..6], &number[6..14], &number[14..]);
    let centre = Centre::new();
    let mut export = Vec::new();
    let spoilt = [
        ("孔全角", wide(&number(1))),
        ("曹空格", blanks(&number(2))),
        ("严撇号", format!("'{}", number(3))),
        ("华公式", format!("\"=\"\"{}\"\"\"", number(4))),
        ("金别号", number(50)),
    ];
    for (serial, (name, cell)) in (1..).zip(&spoilt) {
        export.push(active(name, &number(serial), FIRST));
        export.push(active(name, cell, SECOND));
    }
    centre.csv("全国学籍.csv", EXPORT, &export);
    let outcome = centre.check();
    // The last one has another number, and stays apart.
    assert_eq!(outcome.names(DUAL), ["严撇号", "华公式", "孔全角", "曹空格"]);
    assert_eq!(outcome.count(DUAL), 4);
    for row in outcome.of_kind(DUAL) {
        assert_eq!(row["id_number"].len(), 18, "normalized: {row:?}");
    }
}

#[test]
fn programme_and_month_that_stand_only_in_the_title_of_a_workbook_are_taken() {
    let centre = Centre::new();
    let list = |month: &str, day: &str, pupils: &[(&str, u32)]| -> Vec<Vec<String>> {
        let mut rows = vec![
            vec![format!("{}2025年{month}中职国家助学金发放表", CRAFTS.1)],
            ["序号", "姓名", "身份证号", "年级", "班级", "金额", "发放日期"]
                .map(String::from)
                .to_vec(),
        ];
        for (name, serial) in pupils {
            rows.push(
                ["1", name, &number(*serial), "一年级", "1班", "230.00", day]
                    .map(String::from)
                    .to_vec(),
            );
        }
        rows
    };
    let save = |name: &str, rows: Vec<Vec<String>>| {
        let rows: Vec<Vec<&str>> =
            rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        centre.xlsx(name, &rows);
    };
    save("甲.xlsx", list("9月", "2025-09-20", &[("魏二月", 1), ("陶重复", 2)]));
    save("乙.xlsx", list("10月", "2025-10-10", &[("魏二月", 1)]));
    save("丙.xlsx", list("9月", "2025-10-12", &[("陶重复", 2)]));
    let outcome = centre.check();
    assert_eq!(outcome.names(REPEAT), ["陶重复"]);
    for row in outcome.of_kind(REPEAT) {
        assert_eq!(row["programme"], "中职国家助学金");
        assert_eq!((&*row["school_year"], &*row["month"]), ("2025-2026", "2025-09"), "{row:?}");
        let expected = if row["source_file"] == "甲.xlsx" { "4" } else { "3" };
        assert_eq!(row["source_row"], expected);
    }
}
