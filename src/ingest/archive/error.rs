//! Why an archive, or an entry of it, is not read; each with what to do.

use std::collections::BTreeMap;

use crate::record::Message;

/// Why nothing of an archive is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    #[error("the ZIP archive is damaged or cut off; pack it again or give the files as they are")]
    Damaged,
    #[error(
        "a part of a ZIP archive in several parts; join them by unpacking and give the files inside"
    )]
    Parts,
    #[error("the ZIP archive holds {entries} files, too many; unpack it and give the lists in it")]
    TooManyEntries { entries: u64 },
    #[error(
        "the ZIP archive unpacks to more than {} GiB; unpack it and give the folder", limit >> 30
    )]
    TooLarge { limit: u64 },
    #[error("{}", why.en)]
    Unreadable { why: Message },
}

impl ArchiveError {
    /// The error in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            ArchiveError::Damaged => {
                "压缩包已损坏或不完整；请重新压缩，或直接提供其中的文件".to_string()
            }
            ArchiveError::Parts => "是分卷压缩包的一部分；请解压后提供其中的文件".to_string(),
            ArchiveError::TooManyEntries { entries } => {
                format!("压缩包内有 {entries} 个文件，过多；请解压后提供其中的名单")
            }
            ArchiveError::TooLarge { limit } => {
                format!("压缩包解压后超过 {} GiB；请解压后提供文件夹", limit >> 30)
            }
            ArchiveError::Unreadable { why } => return why.clone(),
        };
        Message::new(zh, self.to_string())
    }
}

/// An entry that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub name: String,
    pub why: Refused,
}

/// Why an entry is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refused {
    Encrypted,
    TooLarge,
    Ratio,
    TooDeep,
    Method,
    Link,
    Damaged,
    /// The directory is damaged behind the entries listed; these have no names.
    RestOfDirectory,
}

impl Refused {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Refused::Encrypted => (
                "有密码保护，请用密码解压后提供其中的文件",
                "protected by a password: unpack with the password and give the files",
            ),
            Refused::TooLarge => (
                "解压后过大，请解压后提供，或按学校拆分",
                "too large when unpacked: unpack and give it, or split it by school",
            ),
            Refused::Ratio => (
                "压缩比异常，疑似压缩炸弹，未解压；如确是名单请解压后提供",
                "unpacks to an absurd multiple of its size, not unpacked; if it is a list, unpack and give it",
            ),
            Refused::TooDeep => (
                "是压缩包内压缩包里的压缩包，未打开；请解压一层后再提供",
                "an archive inside an archive inside an archive, not opened: unpack one of them",
            ),
            Refused::Method => (
                "压缩方式不支持，请解压后提供，或用普通 ZIP 重新压缩",
                "packed by a method that is not read: unpack it, or pack it as plain ZIP",
            ),
            Refused::Link => (
                "是链接，不跟随；请提供它指向的文件",
                "a link, not followed: give the file it points to",
            ),
            Refused::Damaged => (
                "已损坏，请重新压缩或直接提供文件",
                "damaged: pack it again or give the file itself",
            ),
            Refused::RestOfDirectory => (
                "压缩包目录的后半部分已损坏，其余文件未读取；请重新压缩",
                "the end of the archive's directory is damaged and the files listed there were not read: pack it again",
            ),
        }
    }
}

/// Names that a message lists before it only counts.
const NAMED: usize = 5;

/// What was not read and why, in one message; `None` if there is nothing.
pub(super) fn refusal_message(refused: &[Refusal]) -> Option<Message> {
    let mut by_reason: BTreeMap<Refused, Vec<&str>> = BTreeMap::new();
    for refusal in refused {
        by_reason.entry(refusal.why).or_default().push(&refusal.name);
    }
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (why, names) in by_reason {
        let (words_zh, words_en) = why.words();
        if why == Refused::RestOfDirectory {
            zh.push(words_zh.to_string());
            en.push(words_en.to_string());
            continue;
        }
        let named = list_names(&names);
        zh.push(format!("{} 个文件未读取（{}）：{words_zh}", names.len(), named.zh));
        en.push(format!("{} not read ({}): {words_en}", names.len(), named.en));
    }
    (!zh.is_empty()).then(|| {
        Message::new(
            format!("压缩包内{}", zh.join("；")),
            format!("of the archive: {}", en.join("; ")),
        )
    })
}

/// The first few names, and how many more there are.
pub(super) fn list_names<T: AsRef<str>>(names: &[T]) -> Message {
    let first: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(NAMED);
    if more == 0 {
        return Message::new(first.join("、"), first.join(", "));
    }
    Message::new(
        format!("{} 等，另有 {more} 个", first.join("、")),
        format!("{} and {more} more", first.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_by_reason_and_the_names_bounded() {
        let refused: Vec<Refusal> = (0..7)
            .map(|n| Refusal { name: format!("{n}.csv"), why: Refused::Encrypted })
            .chain([Refusal { name: "z.csv".into(), why: Refused::Link }])
            .collect();
        let message = refusal_message(&refused).unwrap();
        assert!(
            message.zh.contains("7 个文件未读取（0.csv、1.csv") && message.zh.contains("另有 2 个")
        );
        assert!(message.en.contains("1 not read (z.csv): a link"));
        assert_eq!(refusal_message(&[]), None);
        assert!(ArchiveError::TooLarge { limit: 2 << 30 }.message().zh.contains("2 GiB"));
    }
}
