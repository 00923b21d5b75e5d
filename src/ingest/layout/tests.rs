//! Sheets as offices lay them out.

use proptest::prelude::*;

use super::*;

/// Rows written as lines with commas.
fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(',').map(String::from).collect()).collect()
}

fn plan_of(file: &str, sheet: &str, lines: &[&str]) -> SheetPlan {
    let book = HeaderBook::shipped().unwrap();
    plan_sheet(&book, file, sheet, &rows(lines), None, None, &[]).unwrap()
}

fn plan(lines: &[&str]) -> SheetPlan {
    plan_of("河源一中名册.csv", "", lines)
}

fn fields(plan: &SheetPlan) -> Vec<Option<Field>> {
    plan.columns.iter().map(|column| column.field).collect()
}

fn region(first_row: u32, last_row: u32, first_column: u32, last_column: u32) -> MergedCells {
    MergedCells { first_row, last_row, first_column, last_column }
}

#[test]
fn titles_and_the_maker_stand_above_the_header() {
    let plan = plan_of(
        "x.csv",
        "",
        &[
            "河源县第一中学2025年秋季学生花名册,,,",
            "",
            "制表单位：河源县第一中学教务处,,,制表日期：2025年9月30日",
            "学校标识码：3144012701,,班级：高一(3)班,",
            "序号,姓名,身份证号,性别",
            "1,王小明,330127201003051018,男",
        ],
    );
    assert_eq!((plan.header_row, plan.titles.len(), plan.header.len()), (5, 3, 1));
    assert_eq!(plan.context.school_name, Some(("河源县第一中学".into(), From::Title)));
    assert_eq!(plan.context.school_code, Some(("3144012701".into(), From::Title)));
    assert_eq!(plan.context.class, Some(("高一(3)班".into(), From::Title)));
    assert_eq!(plan.context.document_date.unwrap().0.to_string(), "2025-09-30");
}

#[test]
fn a_header_is_found_down_to_row_60() {
    let mut lines = vec!["河源一中"; 59];
    lines.push("姓名,身份证号,班级");
    assert_eq!(plan(&lines).header_row, 60);
}

#[test]
fn labels_of_a_form_are_no_header() {
    let plan = plan(&[
        "学校名称：,河源一中,校长：,王某,联系电话：,0578",
        "序号,姓名,班级,学号",
        "1,王一,1班,7",
    ]);
    assert_eq!(plan.header_row, 2);
}

#[test]
fn groups_above_a_header_are_read_with_it() {
    let plan = plan(&[
        "河源一中学生花名册,,,,,,,",
        "序号,学生信息,,出生,监护人,,,备注",
        ",姓名,身份证号,日期,姓名,身份证号,电话,",
        "1,王一,330127201003051018,2010-03-05,王大,330127198003051013,139,",
    ]);
    assert_eq!((plan.header_row, plan.header.len(), plan.titles.len()), (3, 2, 1));
    let expected = [
        Field::Ordinal,
        Field::Name,
        Field::IdNumber,
        Field::BirthDate,
        Field::GuardianName,
        Field::GuardianId,
        Field::Phone,
        Field::Note,
    ];
    assert_eq!(fields(&plan), expected.map(Some));
    assert_eq!(plan.columns[4].header, "监护人姓名");
}

#[test]
fn headers_of_three_rows_are_put_together() {
    let plan = plan(&[
        "序号,学生基本信息,,,家庭信息,,,,班级",
        ",姓名,证件号码,出生,父亲,,母亲,,",
        ",,,年月,姓名,电话,姓名,身份证号,",
        "1,王一,330127201003051018,2010-03,王大,139,李二,330127198203051018,1班",
    ]);
    assert_eq!((plan.header_row, plan.header.len()), (3, 3));
    let expected = [
        Field::Ordinal,
        Field::Name,
        Field::IdNumber,
        Field::BirthDate,
        Field::GuardianName,
        Field::Phone,
        Field::GuardianName,
        Field::GuardianId,
        Field::Class,
    ];
    assert_eq!(fields(&plan), expected.map(Some));
}

#[test]
fn nothing_below_a_family_group_is_the_pupils_own() {
    for group in [
        "监护人",
        "父亲信息",
        "家长情况",
        "第一监护人",
        "家庭成员1",
        "户主",
        "持卡人信息",
        "班主任",
        "联系人",
    ] {
        let upper = format!("姓名,身份证号,{group},,,,,班级");
        let lower = ",,姓名,证件号码,性别,出生日期,学籍号,";
        let plan = plan(&[&upper, lower, "王一,330127201003051018,李,1,男,1980-01-01,x,1班"]);
        assert_eq!(plan.header_row, 2, "{group}");
        for (own, field) in [Field::Name, Field::IdNumber].into_iter().enumerate() {
            let columns = plan.columns.iter().filter(|column| column.field == Some(field));
            let columns: Vec<usize> = columns.map(|column| column.index).collect();
            assert_eq!(columns, [own], "{group}");
        }
        for other in [Field::Sex, Field::BirthDate, Field::StudentNumber] {
            assert_eq!(plan.column(other), None, "{group} {other:?}");
        }
        assert_eq!(plan.column(Field::Class), Some(7), "{group}");
    }
}

#[test]
fn a_poor_family_is_the_pupil() {
    let plan = plan(&[
        "家庭经济困难学生信息,,,学校信息,",
        "姓名,性别,身份证号,学校,班级",
        "王一,男,,甲校,1班",
    ]);
    assert_eq!(plan.column(Field::Name), Some(0));
    assert_eq!((plan.header.len(), plan.titles.len()), (2, 0));
}

#[test]
fn merged_cells_say_how_far_a_group_reaches() {
    let book = HeaderBook::shipped().unwrap();
    // The name of the pupil stands right of the guardian's group, with nothing above it.
    let lines =
        rows(&["监护人,,,,", "姓名,电话,姓名,身份证号,班级", "李,1,王一,330127201003051018,1班"]);
    let merged = [region(1, 1, 0, 1)];
    let plan = plan_sheet(&book, "名册.xlsx", "", &lines, Some(&merged), None, &[]).unwrap();
    assert_eq!((plan.column(Field::Name), plan.column(Field::GuardianName)), (Some(2), Some(0)));
}

#[test]
fn a_unit_below_a_header_belongs_to_it() {
    let plan = plan_of(
        "x.csv",
        "",
        &["姓名,身份证号,资助金额", ",,（万元）", "王一,330127201003051018,0.1"],
    );
    assert_eq!((plan.header_row, plan.columns[2].header.as_str()), (2, "资助金额（万元）"));
}

#[test]
fn sums_below_a_group_are_the_groups_figure() {
    let plan = plan_of(
        "清点.csv",
        "",
        &[
            "学校名称,班级,学籍人数,,实到人数,,",
            ",,男,小计,男,女,小计",
            "河源一中,1班,20,50,20,28,48",
        ],
    );
    assert_eq!(plan.kind, RecordKind::Headcount);
    assert_eq!(plan.column(Field::RegisteredCount), Some(3));
    assert_eq!(plan.column(Field::CountedCount), Some(6));
}

#[test]
fn the_first_record_is_no_second_row_of_the_header() {
    for record in ["王一,,休学", "王一,男,1班", ",,", "姓名,性别,班级"] {
        let plan = plan(&["姓名,性别,班级", record]);
        assert_eq!(plan.header_row, 1, "{record}");
    }
}

#[test]
fn pupils_side_by_side_have_columns_of_their_own() {
    let plan = plan(&[
        "学校,序号,姓名,身份证号,班级,,序号,姓名,身份证号,班级,备注",
        "甲校,1,王一,330127201003051018,1班,,2,王二,330127201003051026,1班,",
    ]);
    assert_eq!(plan.sides, 2);
    let sides: Vec<Option<usize>> = plan.columns.iter().map(|column| column.side).collect();
    let (a, b) = (Some(0), Some(1));
    assert_eq!(sides, [None, a, a, a, a, None, b, b, b, b, None]);
    assert_eq!(
        (plan.columns[7].field, plan.columns[8].field),
        (Some(Field::Name), Some(Field::IdNumber))
    );

    let three =
        plan_of("x名册.csv", "", &["姓名,性别,姓名,性别,姓名,性别,班级", "甲,男,乙,女,丙,男,1班"]);
    assert_eq!(three.sides, 3);
}

#[test]
fn guardians_and_doubles_are_no_second_pupil() {
    for header in [
        "姓名,身份证号,监护人,姓名,身份证号,班级",
        "姓名,身份证号,班级,姓名",
        "姓名,身份证号,监护人1姓名,监护人2姓名,班级",
        "姓名,曾用名,身份证号,班级",
        "姓名,身份证号,班级,家长姓名,关系,姓名,身份证号",
        "序号,姓名,身份证号,班级,序号",
    ] {
        let plan = plan(&[header, "a,b,c,d,e"]);
        assert_eq!(plan.sides, 1, "{header}");
        assert_eq!(
            plan.column(Field::Name),
            header.split(',').position(|h| h == "姓名"),
            "{header}"
        );
    }
}

#[test]
fn what_only_one_side_has_is_its_own() {
    let plan = plan(&["班级,姓名,性别,姓名,性别,身份证号", "1班,甲,男,乙,女,330127201003051026"]);
    assert_eq!((plan.sides, plan.columns[5].side, plan.columns[0].side), (2, Some(1), None));
}

const MERGED_ROSTER: [&str; 7] = [
    "年级,班级,姓名,身份证号",
    "高一,1班,甲,330127201003051018",
    ",,乙,330127201003051026",
    ",2班,丙,",
    ",,丁,",
    ",,戊,",
    "高二,1班,己,",
];

#[test]
fn a_pattern_of_blanks_is_filled_down_where_a_format_knows_no_merged_cells() {
    let filled = plan(&MERGED_ROSTER);
    assert_eq!((filled.fill_down.columns.as_slice(), filled.in_order), (&[0][..], true));

    let plain = plan(&["年级,姓名", "高一,甲", "高一,乙", "高一,丙"]);
    assert!(plain.fill_down.is_empty() && !plain.in_order);
    // A month above blanks may be months that nobody filled in: it decides what was paid twice.
    let mut monthly = vec!["姓名,学校,月份,金额", "王,甲,9月,230"];
    monthly.extend(vec!["李,甲,,230"; 20]);
    assert!(plan(&monthly).fill_down.is_empty());
    // A text that repeats, a blank first record, other fields than shared ones: no pattern.
    for lines in [
        ["班级,姓名,学号", "1班,甲,1", ",乙,", ",丙,", "1班,丁,", ",戊,", ",己,"],
        ["班级,姓名,学号", ",甲,1", ",乙,", ",丙,", "1班,丁,", ",戊,", ",己,"],
    ] {
        assert!(plan(&lines).fill_down.is_empty(), "{lines:?}");
    }
}

#[test]
fn merged_cells_of_a_workbook_are_filled_exactly() {
    let book = HeaderBook::shipped().unwrap();
    let merged = [
        region(1, 1, 0, 1),
        region(2, 6, 0, 0),
        region(4, 6, 1, 2),
        region(2, 3, 3, 3),
        region(5, 6, 2, 2),
        region(6, 7, 2, 2),
    ];
    let plan = plan_sheet(&book, "名册.xlsx", "", &rows(&MERGED_ROSTER), Some(&merged), None, &[])
        .unwrap();
    assert_eq!(plan.fill_down.regions, [region(2, 6, 0, 0), region(4, 6, 1, 1)]);
    assert!(plan.fill_down.columns.is_empty() && plan.in_order);
    // Never a name or a number: such rows continue the pupil above.
    let continued: Vec<u32> = (1..10).filter(|&row| plan.fill_down.continues(row)).collect();
    assert_eq!(continued, [3, 6, 7]);
}

#[test]
fn school_class_and_grade_stand_in_titles_and_names() {
    let lines = ["姓名,身份证号", "王一,330127201003051018"];
    for (file, sheet, school, grade, class) in [
        (
            "河源县第一中学.xlsx",
            "高一(3)班",
            Some(From::FileName),
            Some(("高一", From::SheetName)),
            Some(("高一(3)班", From::SheetName)),
        ),
        (
            "河源县第一中学.xlsx",
            "701",
            Some(From::FileName),
            Some(("7年级", From::SheetName)),
            Some(("701", From::SheetName)),
        ),
        (
            "河源县第一中学/高一3班.csv",
            "",
            None,
            Some(("高一", From::FileName)),
            Some(("高一3班", From::FileName)),
        ),
        (
            "河源县第一中学高一3班.csv",
            "",
            Some(From::FileName),
            Some(("高一", From::FileName)),
            Some(("高一3班", From::FileName)),
        ),
        (
            "名单.xlsx",
            "2023级1班",
            None,
            Some(("2023级", From::SheetName)),
            Some(("2023级1班", From::SheetName)),
        ),
    ] {
        let plan = plan_of(file, sheet, &lines);
        let context = &plan.context;
        let said = |value: &Option<(String, From)>| value.clone();
        assert_eq!(plan.kind, RecordKind::Enrollment, "{file} {sheet}");
        assert_eq!(context.school_name.as_ref().map(|(_, from)| *from), school, "{file} {sheet}");
        assert_eq!(
            said(&context.grade),
            grade.map(|(text, from)| (text.into(), from)),
            "{file} {sheet}"
        );
        assert_eq!(
            said(&context.class),
            class.map(|(text, from)| (text.into(), from)),
            "{file} {sheet}"
        );
    }
}

#[test]
fn near_misses_are_offered_and_never_taken() {
    let plan = plan(&["姓名,身份证件号吗,班级,血型", "王一,330127201003051018,1班,A"]);
    let column = &plan.columns[1];
    assert_eq!((column.field, column.how), (None, How::Unknown));
    assert_eq!(column.offer.as_ref().map(|(field, _)| *field), Some(Field::IdNumber));
    assert_eq!((&plan.columns[0].offer, &plan.columns[3].offer), (&None, &None));
}

#[test]
fn two_columns_of_one_number_are_a_first_and_a_second_choice() {
    let plan = plan(&[
        "姓名,其他证件号,身份证号,班级",
        "王一,,330127201003051018,1班",
        "王二,,330127201003051026,1班",
        "安娜,H12345678,,1班",
    ]);
    assert_eq!(plan.column(Field::IdNumber), Some(2));
    assert_eq!(
        (plan.columns[1].field, plan.columns[1].how),
        (Some(Field::IdNumber), How::SecondChoice)
    );
}

#[test]
fn a_guardians_number_is_never_asked() {
    for header in [
        "姓名,身份证号,监护人,证件号码,班级",
        "姓名,身份证号,家长姓名,关系,证件号码,班级",
        "姓名,身份证号,班级,,身份证号",
    ] {
        let plan = plan(&[
            header,
            "王一,330127201003051018,李,,330127198003051013,",
            "王二,,李,,330127198003051013,",
        ]);
        assert_eq!(plan.column(Field::IdNumber), Some(1), "{header}");
        let numbers = plan.columns.iter().filter(|column| column.field == Some(Field::IdNumber));
        assert_eq!(numbers.count(), 1, "{header}");
    }
    // Filled beside the pupil's own and another: somebody else's.
    let plan = plan(&[
        "姓名,身份证号,班级,证件号码",
        "王一,330127201003051018,1班,330127198003051013",
        "王二,330127201003051026,1班,330127198203051018",
    ]);
    assert_eq!(plan.columns[3].field, None);
}

#[test]
fn all_dates_of_entry_and_exit_are_kept() {
    let plan = plan(&["姓名,班级,入学日期,转入日期,毕业日期,转出日期,退学日期", "王一,1班,,,,,"]);
    for (at, field) in
        [(2, Field::EntryDate), (3, Field::EntryDate), (4, Field::ExitDate), (6, Field::ExitDate)]
    {
        assert_eq!((plan.columns[at].field, plan.columns[at].how), (Some(field), How::Header));
    }
}

#[test]
fn a_bare_status_is_told_by_its_words_then_by_the_kind() {
    let field = |header: &str, value: &str| {
        let plan = plan_of("x.csv", "", &[header, &format!("王一,甲校,5,{value}")]);
        plan.columns[3].field
    };
    assert_eq!(field("姓名,学校,金额,状态", "已发放"), Some(Field::PaymentStatus));
    assert_eq!(field("姓名,学校,金额,状态", ""), Some(Field::PaymentStatus));
    assert_eq!(field("姓名,学校,金额,状态", "在读"), Some(Field::EnrollmentStatus));
    assert_eq!(field("姓名,学校,年级,状态", "在读"), Some(Field::EnrollmentStatus));
    assert_eq!(field("姓名,学校,年级,状态", "发放成功"), Some(Field::PaymentStatus));
}

#[test]
fn campuses_and_known_figures_are_mapped_and_no_school() {
    let plan = plan_of(
        "清点.csv",
        "",
        &[
            "学校名称,所属校区,班级,学籍人数,实到人数,住校人数,受助人数,免学费人数,差异人数,学校负责人",
            "河源一中,东校区,1班,50,48,20,5,4,2,王",
        ],
    );
    assert_eq!(
        (plan.column(Field::SchoolName), plan.column(Field::CountedCount)),
        (Some(0), Some(4))
    );
    assert!(plan.columns.iter().all(|column| column.how == How::Header), "{:?}", plan.columns);
}

#[test]
fn the_configuration_names_header_row_and_columns() {
    let book = HeaderBook::shipped().unwrap();
    let lines = rows(&["姓名,身份证号,班级", "人名,号码,班", "王一,330127201003051018,1"]);
    let mut forced = ForcedMapping {
        kind: Some(RecordKind::Enrollment),
        header_row: Some(2),
        columns: [("人名".into(), Field::Name), ("号码".into(), Field::IdNumber)].into(),
        ..ForcedMapping::default()
    };
    let plan = plan_sheet(&book, "x.csv", "", &lines, None, Some(&forced), &[]).unwrap();
    assert_eq!((plan.header_row, plan.columns[0].how), (2, How::Forced));
    assert_eq!(fields(&plan), [Field::Name, Field::IdNumber, Field::Class].map(Some));
    // A row that the sheet does not have.
    for row in [0, 9, 1000] {
        forced.header_row = Some(row);
        let _ = plan_sheet(&book, "x.csv", "", &lines, None, Some(&forced), &[]);
    }
    let error = plan_sheet(&book, "x.csv", "", &lines, None, Some(&forced), &[]).unwrap_err();
    assert!(error.missing.zh.contains("1000"));
}

#[test]
fn lists_of_other_kinds_are_told_by_their_columns() {
    let watch = plan_of(
        "x.csv",
        "",
        &["姓名,身份证件号,本校名称,重复学校,重复学籍类型", "王一,1,甲,乙,中职"],
    );
    assert_eq!(watch.kind, RecordKind::WatchList);
    let fund = plan_of(
        "x.csv",
        "",
        &["学校名称,年度,事业收入,应提取金额,实际提取金额", "甲校,2025,1,2,3"],
    );
    assert_eq!(fund.kind, RecordKind::SchoolFund);
    let poor = plan_of(
        "x.csv",
        "",
        &["姓名,身份证号,学校,认定学年,认定等级,认定日期", "王一,1,甲,2025,困难,"],
    );
    assert_eq!(poor.kind, RecordKind::Recognition);
}

proptest! {
    /// Any arrangement of words that headers are made of is understood or refused, never a panic.
    #[test]
    fn no_arrangement_of_words_stops_the_reader(
        lines in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec![
                    "", "", "", "姓名", "身份证号", "班级", "监护人", "学生信息", "日期", "出生", "金额", "序号",
                    "学校", "实到人数", "小计", "高一(3)班", "330127201003051018", "王一", "（元）", "XM", "２",
                    "备注：", "第3页", "\u{1F600}①、", "年级：高一",
                ]),
                0..9,
            ),
            0..12,
        ),
        regions in prop::option::of(prop::collection::vec(any::<(u32, u32, u8, u8)>(), 0..6)),
        header_row in prop::option::of(0..20u32),
    ) {
        let book = HeaderBook::shipped().unwrap();
        let rows: Vec<Vec<String>> =
            lines.iter().map(|line| line.iter().map(|cell| cell.to_string()).collect()).collect();
        let merged = regions.map(|regions| {
            let of = |&(a, b, c, d): &(u32, u32, u8, u8)| {
                region(a % 14, if b % 2 == 0 { b } else { b % 14 }, u32::from(c % 10), u32::from(d))
            };
            regions.iter().map(of).collect::<Vec<_>>()
        });
        let forced = ForcedMapping { header_row, ..ForcedMapping::default() };
        if let Ok(plan) = plan_sheet(&book, "一中.csv", "1班", &rows, merged.as_deref(), Some(&forced), &[]) {
            prop_assert!(plan.header_row as usize <= rows.len());
            prop_assert!(plan.columns.iter().enumerate().all(|(at, column)| column.index == at));
        }
    }
}
