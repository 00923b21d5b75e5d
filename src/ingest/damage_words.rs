//! What readers say of a damaged file, in Chinese: their own words are English, and a clerk's message holds none.

use crate::record::Message;

/// Words of readers, ours and others', by what they mean; the first that fits. `#` stands for the number
/// in the text.
const WORDS: &[(&str, &str)] = &[
    ("cells or", "单元格或工作表过多"),
    ("not found before end of input", CUT_OFF),
    ("eocd", CUT_OFF),
    ("cut off", CUT_OFF),
    ("it ends within a sheet", CUT_OFF),
    ("a sheet does not end", CUT_OFF),
    ("before the sheet does", CUT_OFF),
    ("unexpected end", CUT_OFF),
    ("unexpected eof", CUT_OFF),
    ("end of file", CUT_OFF),
    ("failed to fill whole buffer", CUT_OFF),
    ("it names no sheet", "没有列出任何工作表"),
    ("it holds no table", "里面没有表格"),
    ("holds no workbook", "里面没有工作簿"),
    ("two parts", "有两个同名部件"),
    ("is missing", "缺少必要的部件"),
    ("its first record is none", "开头不是工作簿"),
    ("a column is no column", "列的定义有误"),
    ("it has no columns", "没有列"),
    ("more columns than", "列数过多"),
    ("its columns are not as long", "列宽与记录长度不符"),
    ("where the workbook says", "工作表的位置不对"),
    ("MiB when unpacked", "解压后超过 # MiB"),
    ("unpacks to over", "解压后超过 # MiB"),
    ("parts of cell styles", "单元格格式有 # 项"),
    (" parts", "部件超过 # 个"),
    (" sheets", "工作表有 # 张"),
    ("shared strings", "文字有 # 条"),
    ("a cell of over", "有单元格超过 # MiB"),
    ("a cell is longer than", "有单元格超过 # MiB"),
    ("rows in", "# 行，远多于文件大小所能容纳"),
    ("levels", "结构嵌套超过 # 层"),
    ("MiB", "# MiB"),
    ("HTML frameset", "只有框架的网页，工作表在别的文件里"),
    ("HTML without a table", "没有表格的网页"),
    ("XML without content", "没有内容的 XML"),
    ("binary data", "二进制数据"),
    ("utf-8", "有不是 UTF-8 的字符"),
    ("entity", "用了未定义的实体"),
    ("xml error", "XML 写法有误"),
    ("checksum", "校验不符"),
];

const CUT_OFF: &str = "内容不完整";

/// What a reader said, in Chinese; names of formats stay as they are.
pub fn in_chinese(seen: &str) -> String {
    let lower = seen.to_lowercase();
    if let Some((_, words)) = WORDS.iter().find(|(part, _)| lower.contains(&part.to_lowercase())) {
        return words.replace('#', number_in(seen));
    }
    // A format: `PNG`, `Word (docx)`, `XML <html>`. Other English is of no use to a clerk.
    let is_name = !seen.contains(": ") && seen.split(' ').count() <= 2;
    if is_name || !seen.is_ascii() { seen.to_string() } else { "内部结构有误".to_string() }
}

/// The number before MiB, else the first.
fn number_in(seen: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit();
    if let Some((before, _)) = seen.split_once(" MiB") {
        return before.rsplit(|c| !is_digit(c)).next().unwrap_or_default();
    }
    seen.split(|c| !is_digit(c)).find(|run| !run.is_empty()).unwrap_or_default()
}

/// Whether the file ends too early: then no program can open it, and it has to be fetched again.
pub(super) fn is_cut_off(seen: &str) -> bool {
    in_chinese(seen) == CUT_OFF
}

/// The remedy for a damaged file.
pub(super) fn remedy(seen: &str) -> Message {
    if is_cut_off(seen) {
        return Message::new(
            "可能没有下载或传输完整，请重新下载，或请对方重新发送",
            "perhaps the download was cut off; fetch it again or have it sent again",
        );
    }
    Message::new(
        "请用 Excel 或 WPS 打开后另存为 .xlsx",
        "open it in Excel or WPS and save it again as .xlsx",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_readers_are_told_in_chinese() {
        for (seen, chinese) in [
            ("invalid Zip archive: Could not find EOCD", CUT_OFF),
            ("the table of its OLE container is cut off", CUT_OFF),
            ("xl/worksheets/sheet1.xml: 476 MiB when unpacked", "解压后超过 476 MiB"),
            ("more than 10000 parts", "部件超过 10000 个"),
            ("its structure contradicts itself", "内部结构有误"),
            ("Word (docx)", "Word (docx)"),
            ("PNG", "PNG"),
            ("Xml error: at 0..0: unrecognized entity `&c;`", "用了未定义的实体"),
        ] {
            assert_eq!(in_chinese(seen), chinese, "{seen}");
        }
        assert!(remedy("Could not find EOCD").zh.contains("重新下载"));
        assert!(remedy("it names no sheet").zh.contains("另存"));
    }
}
