//! What programs and people do to the cells.

use rust_xlsxwriter::{Format, Formula};

use crate::made::{book, changed, counted_from_1904, rows};
use crate::seen::assert_seen;
use crate::support::number;

const FILE: &str = "河源县第一中学名册.csv";

fn roster(lines: &[String]) -> String {
    format!("姓名,身份证号,年级,班级,入学日期\n{}\n", lines.join("\n"))
}

#[test]
fn excel_stores_numbers_as_numbers() {
    let bytes = book(|sheet| {
        let header =
            ["姓名", "身份证号", "学号", "年级", "班级", "入学日期", "出生日期", "联系电话"];
        rows(sheet, 0, &[&header, &["王小明"], &["李小红", &number(2)]]);
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for row in 1..3 {
            // 15 digits are left of the 18.
            if row == 1 {
                sheet.write_number(row, 1, 330_127_201_003_051_000.0).unwrap();
            }
            sheet.write_number(row, 2, f64::from(row)).unwrap();
            sheet.write_number(row, 3, 1.0).unwrap();
            sheet.write_number(row, 4, 3.0).unwrap();
            sheet.write_number_with_format(row, 5, 45_901.0, &date).unwrap();
            sheet.write_number(row, 6, 40_242.0).unwrap();
            sheet.write_number(row, 7, 13_800_000_001.0).unwrap();
        }
    });
    assert_seen("numbers_stored_as_numbers", "河源县第一中学名册.xlsx", &bytes);
}

#[test]
fn texts_of_numbers_carry_exponents_and_tails() {
    let lines = [
        "王小明,3.30127E+17,1.0,3.0,45901".to_string(),
        format!("李小红,{},1,3,45901.0", number(2)),
        format!("赵小刚,{}.0,1,3,2025.9", number(3)),
    ];
    assert_seen("exponents_and_tails_in_text", FILE, roster(&lines).as_bytes());
}

#[test]
fn days_are_counted_from_1900_or_1904() {
    let (one, two) = (number(1), number(2));
    let bytes = |serial: f64| {
        book(|sheet| {
            let header = ["姓名", "身份证号", "年级", "班级", "入学日期"];
            let [first, second] =
                [["王小明", &one, "高一", "1班"], ["李小红", &two, "高一", "1班"]];
            rows(sheet, 0, &[&header, &first, &second]);
            let date = Format::new().set_num_format("yyyy/m/d");
            sheet.write_number_with_format(1, 4, serial, &date).unwrap();
            // The same day where nobody gave the cell a format.
            sheet.write_number(2, 4, serial).unwrap();
        })
    };
    let name = "河源县第一中学名册.xlsx";
    assert_seen("dates_counted_from_1900", name, &bytes(45_901.0));
    // 1,462 days lie between the two.
    assert_seen("dates_counted_from_1904", name, &counted_from_1904(&bytes(44_439.0)));
}

#[test]
fn people_force_text_in_their_own_ways() {
    let lines = [
        format!("王小明,=\"{}\",高一,1班,2025-09-01", number(1)),
        format!("李小红,'{},高一,1班,2025-09-01", number(2)),
        format!("赵小刚,\t{},高一,1班,2025-09-01", number(3)),
    ];
    assert_seen("text_forced_by_formula_apostrophe_tab", FILE, roster(&lines).as_bytes());
    let one = number(1);
    let bytes = book(|sheet| {
        rows(sheet, 0, &[&["姓名", "身份证号", "年级", "班级"], &["王小明", "", "高一", "1班"]]);
        let formula = Formula::new(format!("=\"{one}\"")).set_result(&one);
        sheet.write_formula(1, 1, formula).unwrap();
    });
    // Our writer takes a result of digits for a number; Excel says that it is text.
    let bytes =
        changed(&bytes, "xl/worksheets/sheet1.xml", "<c r=\"B2\">", "<c r=\"B2\" t=\"str\">");
    assert_seen("text_by_formula_in_a_workbook", "河源县第一中学名册.xlsx", &bytes);
}

#[test]
fn blanks_and_widths_do_not_count() {
    let wide: String =
        number(1).chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let lines = [
        format!("王 小　明,{wide},高一,１班,２０２５－０９－０１"),
        format!("李\u{200b}小红,{}\u{200b},高一,1班,2025-09-01", number(2)),
        format!("\u{a0}赵小刚\u{a0},\u{a0}{}\u{feff},高 一,1 班,2025年9月1日", number(3)),
    ];
    assert_seen("full_width_zero_width_and_nbsp", FILE, roster(&lines).as_bytes());
}

#[test]
fn lines_break_inside_cells_and_rows_are_ragged() {
    let lines = [
        format!("\"王小明\r\",{},高一,\"1\r\n班\",2025-09-01", number(1)),
        format!("李\0小红,{},高一,1班,2025-09-01\0", number(2)),
        format!("赵小刚,{}", number(3)),
        format!("孙小美,{},高一,1班,2025-09-01,多出来的,,x{}", number(4), ",".repeat(40)),
    ];
    assert_seen("breaks_nul_and_ragged_rows", FILE, roster(&lines).as_bytes());
}

#[test]
fn quotes_may_be_broken() {
    let lines = [
        format!("王小明,{},高一,1\"班,2025-09-01", number(1)),
        format!("\"李\"小红,{},高一,1班,2025-09-01", number(2)),
        format!("\"赵小刚,{},高一,1班,2025-09-01", number(3)),
        format!("孙小美,{},高一,1班,2025-09-01", number(4)),
    ];
    assert_seen("broken_quoting", FILE, roster(&lines).as_bytes());
}
