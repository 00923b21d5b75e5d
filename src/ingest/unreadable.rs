//! Why the system does not hand over a file, in words for people.

use std::io::{Error, ErrorKind};

use super::damage_words::in_chinese;
use crate::record::Message;

/// What happened and what to do, in both languages; without the file's name, beside which it is shown.
pub fn unreadable(error: &Error) -> Message {
    let zh = seen_in_chinese(error);
    let (remedy_zh, remedy_en) = match error.kind() {
        ErrorKind::NotFound => ("请重新放好文件后再试", "put the file back and try again"),
        ErrorKind::PermissionDenied => (
            "请关闭正在使用该文件的程序，或检查读取权限",
            "close the program that holds it, or check its permissions",
        ),
        _ if is_in_use(error) => ("请关闭正在使用该文件的程序", "close the program that holds it"),
        _ => (
            "请检查磁盘、U盘或网络连接，复制到本机后再试",
            "check the disk or the network, and try again with a copy on this machine",
        ),
    };
    Message::new(
        format!("无法读取（{zh}）；{remedy_zh}"),
        format!("cannot be read ({error}); {remedy_en}"),
    )
}

/// Whether the error is of the system, and not of what the file holds.
pub fn is_of_the_system(error: &Error) -> bool {
    error.raw_os_error().is_some()
}

/// The system's own words are in its language, or in English.
fn seen_in_chinese(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "文件已不在",
        ErrorKind::PermissionDenied => "没有读取权限",
        ErrorKind::IsADirectory => "是文件夹",
        ErrorKind::UnexpectedEof => "内容不完整",
        ErrorKind::TimedOut
        | ErrorKind::NotConnected
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::StaleNetworkFileHandle => "网络连接中断",
        _ if is_in_use(error) => "正被其他程序使用",
        // A reader's words.
        _ if error.get_ref().is_some() => return in_chinese(&error.to_string()),
        _ => "读取出错",
    };
    words.to_string()
}

/// Windows: a sharing or lock violation.
fn is_in_use(error: &Error) -> bool {
    error.kind() == ErrorKind::ResourceBusy
        || (cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_chinese_by_its_kind() {
        for (error, seen, remedy) in [
            (ErrorKind::NotFound.into(), "（文件已不在）", "重新放好"),
            (ErrorKind::PermissionDenied.into(), "（没有读取权限）", "权限"),
            (ErrorKind::ResourceBusy.into(), "（正被其他程序使用）", "关闭"),
            (ErrorKind::TimedOut.into(), "（网络连接中断）", "网络"),
            (ErrorKind::Other.into(), "（读取出错）", "磁盘"),
            (Error::other("invalid checksum"), "（校验不符）", "磁盘"),
            #[cfg(unix)]
            // EIO: a bad sector, a stick that was pulled out.
            (Error::from_raw_os_error(5), "（读取出错）", "磁盘"),
        ] {
            let Message { zh, .. } = unreadable(&error);
            assert!(zh.contains(seen) && zh.contains(remedy), "{zh}");
        }
    }
}
