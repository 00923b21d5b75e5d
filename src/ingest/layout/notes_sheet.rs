//! Sheets of notes: instructions, covers, remarks. They hold no table, and nothing is missing.
//!
//! Told by shape alone: lines of prose, labels before a blank to fill in, explanations of known headers, and
//! no row that looks like a record. In doubt a sheet is a list whose header was not understood.

use super::header_rows::KnownHeaders;

/// Longer sheets are no notes: their later rows were not seen.
const MOST_ROWS: usize = 59;
/// Likewise in lines and characters, since one cell may hold many.
const MOST_LINES: usize = 200;
const MOST_CHARACTERS: usize = 20_000;

/// What one row of a sheet looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Blank,
    /// A sentence, a label with a colon, the title of a note.
    Prose,
    /// A known header and what is said of it, in a word or a sentence: `身份证号 | 18位，按户口簿填写`.
    Explained {
        at_length: bool,
    },
    /// One cell of a few words: a title, or a name.
    Words,
    Name,
    /// Several cells that may be a record or its header.
    Several,
    /// A number of a person.
    Person,
}

/// Whether the rows, all that a sheet has, are notes.
pub(super) fn is_notes(known: &KnownHeaders, rows: &[Vec<String>]) -> bool {
    let cells = || rows.iter().flatten().map(String::as_str);
    let lines = cells().map(|cell| cell.matches('\n').count()).sum::<usize>() + rows.len();
    let characters: usize = cells().map(|cell| cell.chars().take(MOST_CHARACTERS).count()).sum();
    if rows.len() > MOST_ROWS || lines > MOST_LINES || characters > MOST_CHARACTERS {
        return false;
    }
    let kinds: Vec<Row> = rows.iter().map(|row| row_of(known, row)).collect();
    let count = |kind: Row| kinds.iter().filter(|&&of| of == kind).count();
    let at_length = count(Row::Explained { at_length: true });
    let explained = at_length + count(Row::Explained { at_length: false });
    let (prose, several) = (count(Row::Prose) + at_length, count(Row::Several));
    let filled = kinds.len() - count(Row::Blank);
    // What a system says in place of the list that was asked for.
    if filled <= 3 && cells().any(says_that_an_export_failed) {
        return false;
    }
    count(Row::Person) == 0
        && count(Row::Name) <= 1
        && prose > 0
        && count(Row::Words) <= 1 + 2 * prose
        // One row may be the header of the explanations.
        && (several == 0 || (several == 1 && explained >= 2))
}

fn row_of(known: &KnownHeaders, row: &[String]) -> Row {
    let filled: Vec<&str> =
        row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    if filled.iter().any(|cell| longest_number(cell) >= 14) {
        return Row::Person;
    }
    let Some((&first, others)) = filled.split_first() else { return Row::Blank };
    // `1 | 姓名 | 必填`
    let (first, others) = match others.split_first() {
        Some((&second, rest)) if is_ordinal(first) => (second, rest),
        _ => (first, others),
    };
    let labelled = first.ends_with([':', '：']);
    if others.is_empty() {
        return match length(first) {
            _ if labelled || is_sentence(first) || is_label(first) || names_a_note(first) => {
                Row::Prose
            }
            0..=4 => Row::Name,
            _ => Row::Words,
        };
    }
    if labelled && others.len() <= 3 {
        return Row::Prose;
    }
    if others.iter().any(|cell| digits(cell) >= 6 && digits(cell) * 2 > length(cell)) {
        return Row::Several;
    }
    if known.is_known(first) && others.len() <= 3 {
        let at_length = others.iter().any(|cell| is_sentence(cell));
        if at_length || !others.iter().any(|cell| known.is_known(cell)) {
            return Row::Explained { at_length };
        }
    }
    Row::Several
}

fn length(cell: &str) -> usize {
    cell.chars().filter(|c| !c.is_whitespace()).count()
}

fn digits(cell: &str) -> usize {
    cell.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count()
}

fn longest_number(cell: &str) -> usize {
    cell.split(|c: char| !c.is_ascii_digit() && !('０'..='９').contains(&c))
        .map(|run| run.chars().count())
        .max()
        .unwrap_or(0)
}

/// `1`, `1.`, `（二）`, `三、`
fn is_ordinal(cell: &str) -> bool {
    length(cell) <= 4
        && cell.chars().all(|c| {
            c.is_ascii_digit() || "一二三四五六七八九十.．、（）()".contains(c) || c.is_whitespace()
        })
}

/// Long enough, and with a mark that closes a phrase; or very long.
fn is_sentence(cell: &str) -> bool {
    let length = length(cell);
    length >= 20 || (length >= 8 && cell.contains(['，', '。', '；', '！', '、', '“', '《']))
}

/// `填报单位：河源县第一小学`, `填报时间：2025年9月`
fn is_label(cell: &str) -> bool {
    let label = cell.split(['：', ':']).next().unwrap_or("");
    label.len() < cell.len() && (2..=12).contains(&length(label)) && digits(label) == 0
}

fn names_a_note(cell: &str) -> bool {
    const WORDS: [&str; 8] =
        ["说明", "須知", "须知", "注意事项", "填表要求", "填报要求", "封面", "說明"];
    let words: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    WORDS.iter().any(|word| words.ends_with(word))
}

fn says_that_an_export_failed(cell: &str) -> bool {
    const WORDS: [&str; 18] = [
        "登录",
        "超时",
        "权限",
        "错误",
        "失败",
        "异常",
        "重试",
        "稍后",
        "繁忙",
        "无数据",
        "没有数据",
        "暂无",
        "无记录",
        "没有记录",
        "未查询到",
        "没有符合",
        "rror",
        "ession",
    ];
    WORDS.iter().any(|word| cell.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::ingest::{HeaderBook, NoList, plan_sheet};

    /// Rows with `|` between their cells.
    fn instead(rows: &[&str]) -> Option<NoList> {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.split('|').map(String::from).collect()).collect();
        let book = HeaderBook::shipped().unwrap();
        plan_sheet(&book, "x.xlsx", "Sheet1", &rows, None, None, &[]).unwrap_err().instead
    }

    #[test]
    fn instructions_covers_and_explained_headers_are_notes() {
        for rows in [
            &["填表说明", "1、请按户口簿填写姓名和身份证号，不得空缺。", "2、每班一个工作表。"][..],
            &[
                "河源县2025年秋季学期",
                "学生资助发放名册",
                "",
                "填报单位：河源县第一小学",
                "填报时间：2025年9月20日",
                "联系电话：|13800000000",
            ],
            &[
                "序号|字段|要求",
                "1|姓名|必填",
                "2|身份证号|18位",
                "3|年级|一年级至六年级",
                "说明：请勿增删列",
            ],
            &["字段|填写要求", "姓名|与户口簿一致，不要加空格", "身份证号|18位，末位X用大写"],
            &["注：红色列为必填", "请于9月30日前报送县资助中心，逾期不予受理。"],
        ] {
            assert_eq!(instead(rows), Some(NoList::Notes), "{rows:?}");
        }
    }

    #[test]
    fn whatever_may_be_a_list_is_still_asked_about() {
        for rows in [
            // A header that is not recognised, with one pupil or several.
            &["娃娃|所在|家里情况", "王小明|甲园|父亲患病，家里困难，需要资助。", "李红|甲园|孤儿"]
                [..],
            &["填表说明：请勿增删列", "娃娃|所在", "王小明|甲园"],
            &["说明", "王小明|330127201203051018"],
            &["说明：", "1、王小明，330127201203051018，三年级。"],
            // A list of names, a list of words, an empty template, an empty answer of a system.
            &["三年级一班名单：", "王小明", "李红", "张强"],
            &["物品|数量", "桌子|3", "椅子|5"],
            &["姓名|爱好", "王小明|足球"],
            &["姓名|爱好"],
            &["登录超时，请重新登录后再导出。"],
        ] {
            assert_eq!(instead(rows), None, "{rows:?}");
        }
        let long: Vec<&str> = vec!["请按户口簿填写，不得空缺。"; 60];
        assert_eq!((instead(&long), instead(&long[1..])), (None, Some(NoList::Notes)));
    }
}
