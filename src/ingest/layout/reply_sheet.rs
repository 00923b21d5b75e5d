//! Sheets in which schools answer: told by their headers, and no list of pupils.

/// Physical rows within which the header of a school's file stands.
const HEADER_WITHIN: usize = 60;

/// Where a school's file has what; columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyColumns {
    /// 案件编号
    pub case: usize,
    /// 核查结果
    pub answer: usize,
    /// 核查说明
    pub note: Option<usize>,
    /// 核查人
    pub person: Option<usize>,
    /// 核查日期
    pub date: Option<usize>,
    /// 文件 and 行号 of the record that the row shows.
    pub file: Option<usize>,
    pub row: Option<usize>,
}

/// Reads a row as the header of a school's file; `None` for any other row. Columns may stand in any
/// order, and others beside them.
pub fn reply_columns<S: AsRef<str>>(cells: &[S]) -> Option<ReplyColumns> {
    let headers: Vec<String> = cells
        .iter()
        .map(|cell| {
            cell.as_ref().chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
        })
        .collect();
    let column = |name: &str| headers.iter().position(|header| header == name);
    Some(ReplyColumns {
        case: column("案件编号")?,
        answer: column("核查结果")?,
        note: column("核查说明"),
        person: column("核查人"),
        date: column("核查日期"),
        file: column("文件"),
        row: column("行号"),
    })
}

/// The index of the header row of a school's file among the first rows of a sheet.
pub(super) fn reply_header(rows: &[Vec<String>]) -> Option<usize> {
    rows.iter().take(HEADER_WITHIN).position(|row| reply_columns(row).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_told_by_two_headers_wherever_they_stand() {
        let moved = reply_columns(&["核查 结果", "姓名", "\u{feff}案件编号", "核查人"]).unwrap();
        assert_eq!((moved.answer, moved.case, moved.person, moved.note), (0, 2, Some(3), None));
        assert_eq!(reply_columns(&["案件编号", "姓名"]), None);
        assert_eq!(reply_columns(&["姓名", "核查结果"]), None);
        let rows: Vec<Vec<String>> =
            vec![vec!["回复".into()], vec!["案件编号".into(), "核查结果".into()]];
        assert_eq!(reply_header(&rows), Some(1));
    }
}
