//! Why a sheet was not read, or not to its end.

use super::limits::MOST_MERGED;
use crate::ingest::damage_words::{in_chinese, is_cut_off, remedy};
use crate::record::Message;

/// What is wrong with a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    Chart,
    Dialog,
    Macro,
    SameName,
    Missing,
    OutsideSheet,
    OutOfOrder,
    TooLargeToSort,
    RowTooLong,
    TooMuch,
    /// Merged cells beyond the most that are looked at were not filled down.
    TooManyMerged,
    /// The sheet's part unpacks to too much.
    TooLarge(String),
    /// Cells that could not be read, the first in a row.
    Cells {
        lost: u64,
        first_row: u32,
    },
    /// The structure is damaged, as the reader puts it.
    Damaged(String),
}

impl Problem {
    /// A sheet whose reader came upon a contradiction and gave up.
    pub(super) fn contradiction() -> Problem {
        Problem::Damaged("its structure contradicts itself".into())
    }

    /// Whether reading broke off, maybe within a row.
    pub(super) fn breaks_off(&self) -> bool {
        matches!(
            self,
            Problem::OutsideSheet | Problem::OutOfOrder | Problem::RowTooLong | Problem::Damaged(_)
        )
    }

    /// The problem in both languages, with what to do.
    pub(super) fn message(&self) -> Message {
        let (zh, en) = match self {
            Problem::Chart => return Message::new("图表，未读取", "a chart sheet, not read"),
            Problem::Dialog => {
                return Message::new("对话框工作表，未读取", "a dialog sheet, not read");
            }
            Problem::Macro => return Message::new("宏工作表，未读取", "a macro sheet, not read"),
            Problem::SameName => {
                ("另有同名工作表".to_string(), "another sheet has the same name".to_string())
            }
            Problem::Missing => {
                return Message::new(
                    "工作簿里列有这张表，但文件中没有它的内容；请重新导出",
                    "the workbook names this sheet, but the file does not hold it; export it again",
                );
            }
            Problem::OutsideSheet => (
                "有单元格在第 1048576 行或 XFD 列之外".into(),
                "a cell lies beyond row 1048576 or column XFD".into(),
            ),
            Problem::OutOfOrder => ("行的次序颠倒".into(), "its rows are out of order".into()),
            Problem::TooLargeToSort => (
                "行的次序颠倒，且表太大，无法重排".into(),
                "its rows are out of order, and it is too large to sort".into(),
            ),
            Problem::RowTooLong => {
                ("有一行超过 64 MiB".into(), "a row is longer than 64 MiB".into())
            }
            Problem::TooMuch => {
                let zh = "整个工作簿的行或文字过多；请按学校拆分后再提供";
                return Message::new(
                    format!("工作表未能读完（{zh}）"),
                    "the sheet could not be read to its end (the workbook holds too many rows or too much text; split it by school)",
                );
            }
            Problem::TooManyMerged => {
                return Message::new(
                    format!(
                        "合并单元格达到 {MOST_MERGED} 处，其余的未向下填充；请取消合并、逐行填写后再提供"
                    ),
                    format!(
                        "{MOST_MERGED} areas of merged cells or more; further ones were not filled down; unmerge them and fill in every row"
                    ),
                );
            }
            Problem::TooLarge(seen) => {
                return Message::new(
                    format!(
                        "工作表过大（{}），未读取；请按学校拆分，或另存为 .csv",
                        in_chinese(seen)
                    ),
                    format!(
                        "the sheet is too large ({seen}) and was not read; split it by school or save it as .csv"
                    ),
                );
            }
            Problem::Cells { lost, first_row } => {
                return Message::new(
                    format!(
                        "有 {lost} 个单元格无法读取（第一处在第 {first_row} 行附近），其余照读；请用 Excel 或 WPS 打开后另存"
                    ),
                    format!(
                        "{lost} cells could not be read (the first near row {first_row}), the others were; open the file in Excel or WPS and save it again"
                    ),
                );
            }
            Problem::Damaged(seen) if is_cut_off(seen) => {
                let remedy = remedy(seen);
                return Message::new(
                    format!("工作表未能读完（{}）；{}", in_chinese(seen), remedy.zh),
                    format!("the sheet could not be read to its end ({seen}); {}", remedy.en),
                );
            }
            Problem::Damaged(seen) => (in_chinese(seen), seen.clone()),
        };
        Message::new(
            format!("工作表未能读完（{zh}）；请用 Excel 或 WPS 打开后另存"),
            format!(
                "the sheet could not be read to its end ({en}); open it in Excel or WPS and save it again"
            ),
        )
    }
}
