//! Why a workbook cannot be read.

use super::damage_words::{in_chinese, remedy};
use crate::record::Message;

/// Why a workbook cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    #[error(
        "{name}: protected by a password; open it, remove the password (File > Info > Protect) and save it again"
    )]
    Password { name: String },
    #[error(
        "{name}: no workbook: its first bytes are those of {seen}; save the list as .xlsx and give that"
    )]
    NotAWorkbook { name: String, seen: String },
    #[error("{name}: too large ({seen}); split it by school or save it as .csv")]
    TooLarge { name: String, seen: String },
    #[error("{name}: damaged ({seen}); {}", remedy(.seen).en)]
    Damaged { name: String, seen: String },
}

impl WorkbookError {
    /// The error in both languages, without the file's name, beside which it is shown.
    pub fn message(&self) -> Message {
        let (name, zh) = match self {
            WorkbookError::Password { name } => {
                (name, "有密码保护；请打开后取消密码再另存".to_string())
            }
            WorkbookError::NotAWorkbook { name, seen } => (
                name,
                format!(
                    "不是工作簿，内容其实是 {}；请将名单另存为 .xlsx 后再提供",
                    in_chinese(seen)
                ),
            ),
            WorkbookError::TooLarge { name, seen } => {
                (name, format!("过大（{}）；请按学校拆分，或另存为 .csv", in_chinese(seen)))
            }
            WorkbookError::Damaged { name, seen } => {
                (name, format!("文件损坏（{}）；{}", in_chinese(seen), remedy(seen).zh))
            }
        };
        let en = self.to_string();
        let en = en.strip_prefix(name.as_str()).unwrap_or(&en).trim_start_matches(": ").to_string();
        Message::new(zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_file_what_and_what_to_do() {
        let error = WorkbookError::NotAWorkbook { name: "a.xlsx".into(), seen: "PNG".into() };
        assert!(error.to_string().contains("a.xlsx") && error.message().zh.contains("PNG"));
    }
}
