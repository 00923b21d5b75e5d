use super::*;
use crate::ingest::gathered::Gathered;
use crate::ingest::sheet_sink::MergedCells;

fn read(html: &str) -> Gathered {
    let mut seen = Gathered::default();
    read_html(html.as_bytes(), "a.xls", &mut seen).unwrap();
    seen
}

fn error(html: &str) -> String {
    read_html(html.as_bytes(), "a.xls", &mut Gathered::default()).unwrap_err().to_string()
}

#[test]
fn the_grid_of_a_web_form_is_a_sheet() {
    let seen = read(
        r#"<meta http-equiv="content-type" content="application/ms-excel; charset=utf-8"/>
<style> .text { mso-number-format:\@; } </style>
<div>
  <table cellspacing="0" rules="all" border="1" id="GridView1" style="border-collapse:collapse;">
    <tr style="color:White;"><th scope="col">姓名</th><th scope="col">身份证件号</th><th scope="col">备注</th></tr>
    <tr><td>王小明</td><td class="text" style="vnd.ms-excel.numberformat:@">330127201203051012</td><td>&nbsp;</td></tr>
    <tr><td>李&#23567;红</td><td x:num="330127201203051012">3.30127E+17</td><td>转入<br/>2025&minus;9</td></tr>
  </table>
</div>"#,
    );
    assert_eq!(
        seen.rows("表1"),
        [
            "1:姓名|身份证件号|备注",
            "2:王小明|330127201203051012",
            "3:李小红|330127201203051012|转入\n2025−9",
        ]
    );
    assert_eq!((seen.names(), seen.problem(0)), (vec!["表1"], ""));
}

#[test]
fn a_page_in_the_manner_of_excel_names_its_sheet_and_keeps_its_titles() {
    let seen = read(
        r#"<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta charset="UTF-8"><title>不是内容</title>
<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>学籍信息</x:Name>
<x:WorksheetOptions><x:Print/></x:WorksheetOptions></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->
<script>document.write("<table><tr><td>x</td></tr></table>")</script></head>
<body><h1>河源县第一中学</h1><p>制表日期：
  2025-09-01</p>
<table border=1><caption>2025年秋</caption>
<tr><td rowspan=2>年级<td colspan=2>学生
<tr><td>姓名<td>证件号
<tr style="display: none"><td>一年级<td>王小明<td>330127201203051012
<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=64></td></tr><![endif]>
</table></body></html>"#,
    );
    assert_eq!(
        seen.rows("学籍信息"),
        [
            "1:河源县第一中学",
            "2:制表日期： 2025-09-01",
            "3:2025年秋",
            "4:年级|学生",
            "5:|姓名|证件号",
            "6:一年级|王小明|330127201203051012",
        ]
    );
    let sheet = &seen.sheets[0];
    assert_eq!(sheet.end.as_ref().unwrap().hidden_rows, 1);
    let region = |first_row, last_row, first_column, last_column| MergedCells {
        first_row,
        last_row,
        first_column,
        last_column,
    };
    assert_eq!(sheet.merged.as_deref(), Some(&[region(4, 5, 0, 0), region(4, 4, 1, 2)][..]));
}

const LIST: &str = "<tr><td>姓名<td>班级<tr><td>王小明<td>1班";

#[test]
fn a_small_table_above_is_a_title_and_one_below_a_foot() {
    let seen = read(&format!(
        "<table><tr><td>河源县资助名单</table><table><tr><td>学校：一中<td>学期：秋</table>
         <table>{LIST}</table><table><tr><td>填表人：<td>张三</table><p>共1页"
    ));
    assert_eq!(
        seen.rows("表1"),
        [
            "1:河源县资助名单",
            "2:学校：一中|学期：秋",
            "3:姓名|班级",
            "4:王小明|1班",
            "5:填表人：|张三",
            "6:共1页"
        ]
    );
}

#[test]
fn lists_of_different_shape_are_sheets_and_rows_are_counted_on() {
    let seen = read(&format!(
        "<table>{LIST}</table><h2>清点</h2><table><tr><td>学校<td>应到<td>实到<tr><td>一中<td>5<td>4</table>"
    ));
    assert_eq!(seen.rows("表1"), ["1:姓名|班级", "2:王小明|1班"]);
    assert_eq!(seen.rows("表2"), ["3:清点", "4:学校|应到|实到", "5:一中|5|4"]);
}

#[test]
fn pages_of_one_list_are_one_sheet_but_classes_with_titles_are_not() {
    let pages = read(&format!(
        "<p>名单</p><table>{LIST}</table><p>名单</p><table>{LIST}</table><table>{LIST}"
    ));
    assert_eq!(pages.names(), ["表1"]);
    assert_eq!(pages.rows("表1").len(), 8);
    let classes =
        read(&format!("<p>一班</p><table>{LIST}</table><p>二班</p><table>{LIST}</table>"));
    assert_eq!(classes.rows("表2"), ["4:二班", "5:姓名|班级", "6:王小明|1班"]);
    let captions = read(&format!(
        "<table><caption>一班</caption>{LIST}</table><table><caption>二班</caption>{LIST}</table>"
    ));
    assert_eq!(captions.names(), ["表1", "表2"]);
    let heads = read(
        "<table><tr><th>姓名<th>班级<tr><td>王<td>1</table><table><tr><th>学校<th>人数<tr><td>一中<td>5</table>",
    );
    assert_eq!(heads.names(), ["表1", "表2"]);
}

#[test]
fn a_list_in_a_frame_is_a_list_and_a_table_in_a_list_is_text() {
    let framed = read(&format!(
        "<table><tr><td>河源县</td></tr><tr><td><table>{LIST}</table></td></tr><tr><td>制表人</td></tr></table>"
    ));
    assert_eq!(framed.rows("表1"), ["1:河源县", "2:姓名|班级", "3:王小明|1班", "4:制表人"]);
    let nested = read(
        "<table><tr><td>姓名<td>学号<td>家庭<tr><td>王小明<td>1<td>成员<table><tr><td>父<td>王一<tr><td>母<td>李二</table></td><tr><td>李小红<td>2</table>",
    );
    assert_eq!(
        nested.rows("表1"),
        ["1:姓名|学号|家庭", "2:王小明|1|成员\n父 王一\n母 李二", "3:李小红|2"]
    );
}

#[test]
fn a_list_without_a_table_tag_and_one_of_a_single_column_are_read() {
    assert_eq!(read(LIST).rows("表1"), ["1:姓名|班级", "2:王小明|1班"]);
    assert_eq!(read("<table><tr><td>姓名").rows("表1"), ["1:姓名"]);
    let names = read(&format!("<table>{}</table><p>完", "<tr><td>王小明</td></tr>".repeat(8)));
    assert_eq!(names.rows("表1").len(), 9);
}

#[test]
fn files_that_end_within_a_table_or_hold_bad_characters_say_so() {
    let cut = read("<table><tr><td>姓名<td>班级<tr><td>王小明<td>1班<tr><td>李");
    assert_eq!(cut.rows("表1").last().unwrap(), "3:李");
    assert!(cut.problem(0).contains("cut off"));
    assert_eq!(read(&format!("<table>{LIST}</td></tr></table>")).problem(0), "");
    let mut bytes = encoding_rs::GB18030.encode("<meta charset=gbk><table>").0.into_owned();
    bytes.extend(encoding_rs::GB18030.encode(LIST).0.iter());
    bytes.extend(b"\xFF\xFF</table>");
    let mut seen = Gathered::default();
    read_html(&bytes, "a.xls", &mut seen).unwrap();
    assert!(seen.problem(0).contains("decoded") && seen.rows("表1")[0] == "1:姓名|班级");
}

#[test]
fn files_without_a_table_are_refused_with_a_reason() {
    assert!(error("<html><body>登录超时").contains("without a table"));
    let frames =
        r#"<html><head><frameset rows="*,39"><frame src="a.files/sheet001.htm"></frameset>"#;
    assert!(error(frames).contains("frameset"));
    assert!(error("").contains("without a table"));
}

#[test]
fn spans_without_end_and_cells_without_end_are_bounded() {
    let seen =
        read("<table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b<tr><td>c<td>d</table>");
    assert!(seen.problem(0).contains("last row or column"));
    assert_eq!(seen.rows("表1"), ["1:a"]);
    let row = "<tr><td colspan=16000>a<td>b".repeat(5_000);
    assert!(error(&format!("<table>{row}</table>")).contains("too large"));
    let seen = read(&"<td>1".repeat(200_000));
    assert_eq!(seen.rows("表1")[0].len(), 2 + 2 * 16_384 - 1);
    assert!(seen.problem(0).contains("last row or column"));
    assert_eq!(read(&"<tr><td>1".repeat(1_100_000)).rows("表1").len(), 100_000);
    let text = format!("<table><tr><td>{}</table>", "王".repeat(1 << 20));
    assert!(read(&text).problem(0).contains("too long"));
}

#[test]
fn nesting_without_end_is_bounded() {
    for opening in [
        "<table>",
        "<table><tr><td>",
        "<div>",
        "<table><tr><td>a<td>b<tr><td>c<td>d",
        "<b>",
        "<xml>",
        "<script>",
    ] {
        let html = opening.repeat(100_000);
        // A sheet or an error, but neither a crash nor a run without end.
        let _ = read_html(html.as_bytes(), "a.xls", &mut Gathered::default());
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = read_html(&bytes, "a.xls", &mut Gathered::default());
    }

    #[test]
    fn any_order_of_tags_is_read_or_refused(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th rowspan=3>", "<td colspan=4>",
            "<td colspan=2 rowspan=2>", "王小明", "a ", "<p>", "<br>", "<caption>", "</caption>",
            "<xml>", "<x:name>", "</x:name>", "</xml>", "<!--[if", "-->", "<title>", "</title>", "&nbsp;",
        ]), 0..60)
    ) {
        let _ = read_html(parts.concat().as_bytes(), "a.xls", &mut Gathered::default());
    }
}
