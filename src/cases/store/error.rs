//! Why the case store cannot be used.

use std::io;
use std::path::PathBuf;

use crate::record::Message;

/// Why the store cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later version of the program wrote it.
    #[error(
        "the case store {} was written by a newer aidcheck (format {found}, this one knows {known}); nothing was touched. Use the newer program, or --no-store",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    /// The file is no store of ours.
    #[error("{} is no case store of aidcheck; nothing was touched. Name another file (`store` in aidcheck.toml), or use --no-store", path.display())]
    NotOurs { path: PathBuf },
    /// A file or folder cannot be made or copied.
    #[error("cannot write {}: {source}; check permissions and free space, or use --no-store", path.display())]
    NotWritable { path: PathBuf, source: io::Error },
    /// There is no store yet.
    #[error("there is no case store {}; run `aidcheck check` first, or name it with --store", path.display())]
    Missing { path: PathBuf },
    /// SQLite refused.
    #[error("the case store {} cannot be used: {source}; check permissions and free space, restore it from a backup, or use --no-store", path.display())]
    Database { path: PathBuf, source: rusqlite::Error },
    /// What stands in the store makes no sense.
    #[error("the case store holds {what}, which is not understood; restore it from a backup")]
    Damaged { what: String },
}

impl StoreError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            StoreError::Newer { path, found, known } => format!(
                "案件库 {} 由更新版本的 aidcheck 写成（格式 {found}，本程序只认识到 {known}），未作任何改动；请使用新版程序，或加 --no-store",
                path.display()
            ),
            StoreError::NotOurs { path } => format!(
                "{} 不是 aidcheck 的案件库，未作任何改动；请在 aidcheck.toml 的 store 中另指定文件，或加 --no-store",
                path.display()
            ),
            StoreError::NotWritable { path, source } => format!(
                "无法写入 {}（{source}）；请检查权限和磁盘空间，或加 --no-store",
                path.display()
            ),
            StoreError::Missing { path } => {
                format!("没有案件库 {}；请先运行 aidcheck check，或用 --store 指定", path.display())
            }
            StoreError::Database { path, source } => format!(
                "案件库 {} 无法使用（{source}）；请检查权限和磁盘空间，或从备份恢复，或加 --no-store",
                path.display()
            ),
            StoreError::Damaged { what } => format!("案件库中的“{what}”无法理解；请从备份恢复"),
        };
        Message::new(zh, self.to_string())
    }

    /// The exit code that the error ends the program with: 2 for a wrong store, 4 for one that cannot
    /// be written.
    pub fn exit_code(&self) -> u8 {
        match self {
            StoreError::Newer { .. } | StoreError::NotOurs { .. } | StoreError::Missing { .. } => 2,
            StoreError::NotWritable { .. }
            | StoreError::Database { .. }
            | StoreError::Damaged { .. } => 4,
        }
    }
}
