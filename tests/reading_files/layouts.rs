//! Sheets as offices lay them out.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::made::{book, rows};
use crate::seen::{assert_seen, assert_seen_in, write};
use crate::support::number;

fn merge(sheet: &mut Worksheet, from: (u32, u16), to: (u32, u16), text: &str) {
    sheet.merge_range(from.0, from.1, to.0, to.1, text, &Format::new()).unwrap();
}

/// Numbers of five pupils.
fn numbers() -> [String; 5] {
    [1, 2, 3, 4, 5].map(number)
}

#[test]
fn titles_and_who_made_the_list_stand_above_the_header() {
    let [one, two, ..] = numbers();
    let bytes = book(|sheet| {
        merge(sheet, (0, 0), (0, 3), "河源县第一中学2025年秋季学期学生花名册");
        rows(
            sheet,
            1,
            &[
                &["制表单位：河源县第一中学", "", "制表日期：2025年9月10日"],
                &["姓名", "身份证号", "年级", "班级"],
                &["王小明", &one, "高一", "1班"],
                &["李小红", &two, "高一", "1班"],
            ],
        );
    });
    assert_seen("title_rows_and_date_of_the_list", "花名册.xlsx", &bytes);
}

#[test]
fn a_header_of_two_rows_has_groups() {
    let [one, two, ..] = numbers();
    let bytes = book(|sheet| {
        merge(sheet, (0, 0), (1, 0), "序号");
        merge(sheet, (0, 1), (0, 4), "学生信息");
        merge(sheet, (0, 5), (0, 6), "监护人");
        rows(
            sheet,
            1,
            &[
                &["", "姓名", "身份证号", "年级", "班级", "姓名", "电话"],
                &["1", "王小明", &one, "高一", "1班", "王大山", "13800000001"],
                &["2", "李小红", &two, "高一", "1班", "李大海", "13800000002"],
            ],
        );
    });
    assert_seen("header_of_two_rows", "河源县第一中学名册.xlsx", &bytes);
}

#[test]
fn grades_and_classes_are_filled_down() {
    let [one, two, three, four, _] = numbers();
    let bytes = book(|sheet| {
        rows(
            sheet,
            0,
            &[
                &["年级", "班级", "姓名", "身份证号"],
                &["", "", "王小明", &one],
                &["", "", "李小红", &two],
                &["", "2班", "赵小刚", &three],
                &["高二", "1班", "孙小美", &four],
            ],
        );
        merge(sheet, (1, 0), (3, 0), "高一");
        merge(sheet, (1, 1), (2, 1), "1班");
    });
    assert_seen("merged_downwards", "河源县第一中学名册.xlsx", &bytes);
    let text = format!(
        "年级,班级,姓名,身份证号\n高一,1班,王小明,{one}\n,,李小红,{two}\n,,钱小文,\n,,冯小雨,\n\
         ,2班,赵小刚,{three}\n,,孙小美,{four}\n,,陈小雪,\n高二,1班,周小华,\n,,吴小丽,\n,,郑小龙,\n"
    );
    assert_seen("merged_downwards_saved_as_csv", "河源县第一中学名册.csv", text.as_bytes());
}

#[test]
fn two_pupils_stand_on_one_line() {
    let [one, two, three, ..] = numbers();
    let bytes = book(|sheet| {
        rows(
            sheet,
            0,
            &[
                &["河源县第一中学高一(3)班学生名册"],
                &["序号", "姓名", "身份证号", "", "序号", "姓名", "身份证号"],
                &["1", "王小明", &one, "", "2", "李小红", &two],
                &["3", "赵小刚", &three],
            ],
        );
    });
    assert_seen("two_pupils_side_by_side", "高一3班.xlsx", &bytes);
}

#[test]
fn printed_pages_sums_and_signatures_are_no_pupils() {
    let [one, two, three, ..] = numbers();
    let text = format!(
        "河源县第一中学学生名册,,,第1页\n姓名,身份证号,年级,班级\n王小明,{one},高一,1班\n小计,,,1\n\
         河源县第一中学学生名册,,,第2页\n姓名,身份证号,年级,班级\n李小红,{two},高一,2班\n赵小刚,{three},高一,2班\n\
         小计,,,2\n合计,,,3\n总计：3人,,,\n填表人：张老师,,审核人：刘校长,\n"
    );
    assert_seen("pages_sums_signatures", "名册.csv", text.as_bytes());
}

fn with_hidden_sheet() -> Vec<u8> {
    let [one, two, ..] = numbers();
    let mut book = Workbook::new();
    let header: &[&str] = &["姓名", "身份证号", "年级", "班级"];
    rows(
        book.add_worksheet().set_name("在校").unwrap(),
        0,
        &[header, &["王小明", &one, "高一", "1班"]],
    );
    let old = book.add_worksheet().set_name("去年").unwrap().set_hidden(true);
    rows(old, 0, &[header, &["李小红", &two, "高一", "1班"]]);
    book.save_to_buffer().unwrap()
}

#[test]
fn hidden_sheets_are_named_and_read_if_the_configuration_says_so() {
    let name = "河源县第一中学名册.xlsx";
    assert_seen("hidden_sheet", name, &with_hidden_sheet());
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, &with_hidden_sheet());
    let config = "[[mapping]]\nfiles = \"*名册.xlsx\"\nread_hidden = true\n";
    write(folder.path(), "aidcheck.toml", config.as_bytes());
    assert_seen_in("hidden_sheet_wanted", folder.path());
}

#[test]
fn hidden_rows_are_read_and_counted() {
    let [one, two, three, ..] = numbers();
    let bytes = book(|sheet| {
        rows(
            sheet,
            0,
            &[
                &["姓名", "身份证号", "年级", "班级"],
                &["王小明", &one, "高一", "1班"],
                &["李小红", &two, "高一", "2班"],
                &["赵小刚", &three, "高一", "1班"],
            ],
        );
        sheet.set_row_hidden(2).unwrap();
    });
    assert_seen("hidden_rows", "河源县第一中学名册.xlsx", &bytes);
}

#[test]
fn columns_may_be_empty() {
    let [one, two, ..] = numbers();
    let bytes = book(|sheet| {
        rows(
            sheet,
            0,
            &[
                &["", "姓名", "", "身份证号", "", "", "年级", "班级", "备注"],
                &["", "王小明", "", &one, "", "", "高一", "1班"],
                &["", "李小红", "", &two, "", "", "高一", "2班"],
            ],
        );
    });
    assert_seen("empty_columns_between", "河源县第一中学名册.xlsx", &bytes);
}

#[test]
fn the_school_may_stand_only_in_a_title_or_a_name() {
    let [one, two, ..] = numbers();
    let lines = format!("姓名,身份证号,年级,班级\n王小明,{one},高一,1班\n李小红,{two},高一,1班\n");
    let titled = format!("河源县第一中学学生花名册,,,\n{lines}");
    assert_seen("school_only_in_title", "花名册.csv", titled.as_bytes());
    assert_seen("school_only_in_file_name", "河源县第一中学2025年花名册.csv", lines.as_bytes());
}

#[test]
fn classes_may_be_sheets() {
    let [one, two, ..] = numbers();
    let mut book = Workbook::new();
    for (class, name, number) in [("高一(1)班", "王小明", &one), ("高一2班", "李小红", &two)]
    {
        let sheet = book.add_worksheet().set_name(class).unwrap();
        rows(sheet, 0, &[&["姓名", "身份证号"], &[name, number]]);
    }
    let bytes = book.save_to_buffer().unwrap();
    assert_seen("class_is_the_name_of_its_sheet", "河源县第一中学名册.xlsx", &bytes);
}
