use super::*;
use crate::ingest::gathered::Gathered;
use crate::ingest::sheet_sink::MergedCells;

fn read(xml: &str) -> Gathered {
    let mut seen = Gathered::default();
    read_xml(xml.as_bytes(), "a.xls", &mut seen).unwrap();
    seen
}

fn error(xml: &str) -> String {
    read_xml(xml.as_bytes(), "a.xls", &mut Gathered::default()).unwrap_err().to_string()
}

fn book(sheets: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40">
 <Styles><Style ss:ID="s1"><NumberFormat ss:Format="@"/></Style></Styles>
 {sheets}
</Workbook>"#
    )
}

fn sheet(rows: &str) -> String {
    book(&format!("<Worksheet ss:Name=\"一班\"><Table>{rows}</Table></Worksheet>"))
}

#[test]
fn a_file_saved_by_excel_2003_is_read_cell_by_cell() {
    let seen = read(&book(
        r##"<Worksheet ss:Name="学籍 &amp; 资助">
  <Table ss:ExpandedColumnCount="8" ss:ExpandedRowCount="9" x:FullColumns="1">
   <Column ss:Width="54"/>
   <Row ss:Height="20"><Cell ss:MergeAcross="3" ss:StyleID="s1"><Data ss:Type="String">河源县第一中学</Data></Cell><Cell><Data ss:Type="String">秋</Data></Cell></Row>
   <Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">姓名</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">证件号</Data></Cell></Row>
   <Row ss:Hidden="1" ss:Span="1"/>
   <Row ss:Hidden="1">
    <Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B><Font html:Color="#FF0000">王</Font></B>小明</ss:Data><Comment ss:Author="a"><ss:Data>批注</ss:Data></Comment></Cell>
    <Cell><Data ss:Type="DateTime">2012-03-05T00:00:00.000</Data></Cell>
    <Cell><Data ss:Type="String">330127201203051012</Data></Cell>
    <Cell><Data ss:Type="Number">3.3012720120305101E+17</Data></Cell>
    <Cell ss:Formula="=1"><Data ss:Type="Number">312.5</Data></Cell>
    <Cell><Data ss:Type="Boolean">1</Data></Cell>
    <Cell><Data ss:Type="Error">#N/A</Data></Cell>
    <Cell><Data ss:Type="String">a&#10;b &lt;c&gt; <![CDATA[<d>]]></Data><NamedCell ss:Name="Print_Area"/></Cell>
    <Cell><Data ss:Type="DateTime">1899-12-31T08:30:00.000</Data></Cell>
   </Row>
  </Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Selected/></WorksheetOptions>
 </Worksheet>
 <Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
 <Worksheet ss:Name="空"/>"##,
    ));
    assert_eq!(seen.names(), ["学籍 & 资助", "旧", "空"]);
    assert_eq!(
        seen.rows("学籍 & 资助"),
        [
            "1:河源县第一中学||||秋",
            "2:",
            "3:姓名||证件号",
            "4:",
            "5:",
            "6:王小明|2012-03-05|330127201203051012|330127201203051000|312.5|是||a\nb <c> <d>|08:30:00",
        ]
    );
    let first = &seen.sheets[0];
    let region = |first_row, last_row, first_column, last_column| MergedCells {
        first_row,
        last_row,
        first_column,
        last_column,
    };
    assert_eq!(first.merged.as_deref(), Some(&[region(1, 1, 0, 3), region(3, 4, 0, 0)][..]));
    assert_eq!(first.end.as_ref().unwrap().hidden_rows, 1);
    assert_eq!(
        seen.sheets.iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(),
        [false, true, false]
    );
}

#[test]
fn prefixes_and_encodings_do_not_matter() {
    let xml = r#"<?xml version="1.0" encoding="GB2312"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet ss:Name="一班"><ss:Table><ss:Row><ss:Cell><ss:Data ss:Type="String">王小明</ss:Data></ss:Cell></ss:Row></ss:Table></ss:Worksheet></ss:Workbook>"#;
    let gbk = encoding_rs::GB18030.encode(xml).0.into_owned();
    let utf16 = xml.replace("GB2312", "UTF-16");
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(utf16.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [gbk, utf16] {
        let mut seen = Gathered::default();
        read_xml(&bytes, "a.xls", &mut seen).unwrap();
        assert_eq!(seen.rows("一班"), ["1:王小明"]);
    }
}

#[test]
fn a_file_cut_off_keeps_the_rows_so_far() {
    let whole = sheet(
        "<Row><Cell><Data ss:Type=\"String\">王小明</Data></Cell></Row><Row><Cell><Data>李小红</Data></Cell></Row>",
    );
    for end in [whole.find("李").unwrap() + "李小".len(), whole.find("</Table>").unwrap() + 4] {
        let seen = read(&whole[..end]);
        assert_eq!(seen.rows("一班")[0], "1:王小明");
        assert!(seen.problem(0).contains("incomplete"), "{}", seen.problem(0));
    }
    let two =
        book("<Worksheet ss:Name=\"一班\"><Table><Row><Cell><Data>王<Worksheet ss:Name=\"二班\"/>");
    assert_eq!(read(&two).rows("一班"), ["1:王"]);
    assert!(error("<Workbook><Styles><Style").contains("damaged"));
}

#[test]
fn what_breaks_the_rules_of_xml_in_small_is_read() {
    let seen = read(&sheet(
        "<Row><Cell><Data>A&B</Data></Cell><Cell><Data>&nbsp;c</Data></Cell><Cell x=1 ss:Index=\"5\"><Data>d</Data></Cell></Row>",
    ));
    assert_eq!(seen.rows("一班"), ["1:A&B|&nbsp;c|||d"]);
}

#[test]
fn places_that_run_backwards_or_out_of_the_sheet_are_said() {
    let back = read(&sheet(
        "<Row ss:Index=\"9\"><Cell><Data>a</Data></Cell></Row><Row ss:Index=\"3\"><Cell><Data>b</Data></Cell></Row>",
    ));
    assert_eq!(back.rows("一班").last().unwrap(), "10:b");
    assert!(back.problem(0).contains("backwards"));
    let beyond = read(&sheet(
        "<Row><Cell ss:Index=\"4294967295\" ss:MergeAcross=\"4294967295\"><Data>a</Data></Cell><Cell><Data>b</Data></Cell></Row><Row ss:Index=\"4294967295\" ss:Span=\"9\"><Cell><Data>c</Data></Cell></Row><Row><Cell><Data>d</Data></Cell></Row>",
    ));
    assert!(beyond.rows("一班").is_empty() && beyond.problem(0).contains("beyond"));
}

#[test]
fn other_xml_is_named() {
    assert!(error("<?xml version=\"1.0\"?><w:wordDocument/>").contains("XML <wordDocument>"));
    assert!(error("").contains("XML"));
    assert!(error("<?xml version=\"1.0\"?>").contains("XML without content"));
}

#[test]
fn entities_are_not_expanded() {
    let lol: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let xml = sheet("<Row><Cell><Data>&l9;</Data></Cell></Row>")
        .replace("<Workbook", &format!("<!DOCTYPE lolz [<!ENTITY l0 \"lol\"><!ENTITY f SYSTEM \"file:///etc/passwd\">{lol}]><Workbook"));
    assert_eq!(read(&xml).rows("一班"), ["1:&l9;"]);
}

#[test]
fn small_files_cannot_ask_for_much() {
    let far = "<Worksheet ss:Name=\"a\"><Table><Row ss:Index=\"1048576\"><Cell><Data>x</Data></Cell></Row></Table></Worksheet>";
    assert!(error(&book(&far.repeat(200))).contains("too large"));
    let wide = "<Row><Cell ss:Index=\"16384\"><Data>x</Data></Cell></Row>";
    assert!(error(&sheet(&wide.repeat(10_000))).contains("too large"));
    let long =
        read(&sheet(&format!("<Row><Cell><Data>{}</Data></Cell></Row>", "王".repeat(1 << 18))));
    assert!(long.problem(0).contains("too long") && long.rows("一班")[0].len() < 300_000);
    for opening in [
        "<a>",
        "<Row>",
        "<Row><Cell><Data>",
        "<Worksheet><Table>",
        "<Data><B>",
        "<!DOCTYPE a [",
        "<Cell a='",
        "&a",
    ] {
        let _ =
            read_xml(sheet(&opening.repeat(50_000)).as_bytes(), "a.xls", &mut Gathered::default());
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = read_xml(&bytes, "a.xls", &mut Gathered::default());
    }

    #[test]
    fn any_order_of_elements_is_read_or_refused(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "<Worksheet ss:Name='a'>", "</Worksheet>", "<Table>", "</Table>", "<Row>", "</Row>",
            "<Row ss:Index='7' ss:Span='2' ss:Hidden='1'>", "<Cell>", "</Cell>",
            "<Cell ss:Index='3' ss:MergeDown='2' ss:MergeAcross='1'>", "<Data ss:Type='Number'>",
            "<Data ss:Type='DateTime'>", "</Data>", "2012-03-05T00", "1e9", "&#10;", "&x;", "<![CDATA[", "]]>",
            "<Comment>", "</Comment>", "<Visible>", "SheetHidden", "</Visible>", "<!--", "-->",
        ]), 0..60)
    ) {
        let xml = format!("<Workbook>{}", parts.concat());
        let _ = read_xml(xml.as_bytes(), "a.xls", &mut Gathered::default());
    }
}
