//! Which files under the paths given are inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::format::{Format, sniff};
use super::unreadable::unreadable;
use crate::record::Message;

/// The folder beside a report that holds what schools were sent.
pub const SENT_FOLDER: &str = "aidcheck-sent";

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputFile {
    /// Relative to the folder given, with `/`; the file's own name if it was given directly.
    pub name: String,
    pub path: PathBuf,
}

/// What was found under the paths given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovery {
    /// In the order of their names.
    pub files: Vec<InputFile>,
    /// Files that are no tables, by name, with why.
    pub passed_over: Vec<(String, Message)>,
    /// Paths given that do not exist.
    pub missing: Vec<PathBuf>,
    /// `aidcheck.toml` in the first folder given.
    pub config: Option<PathBuf>,
}

/// Finds the inputs under `paths`, folders taken recursively.
///
/// Files of any name are inputs, for what they are is told by their content once they are opened;
/// only what is plainly no table by its name (Word, pictures, films, programs) is passed over and
/// named. Symbolic links are not followed. Hidden files, Office's lock files, notes and settings of
/// programs are left out silently, and so are our own reports, settings and secrets.
pub fn discover(paths: &[PathBuf]) -> Discovery {
    let mut discovery = Discovery::default();
    let mut found: Vec<Found> = Vec::new();
    let mut seen = BTreeSet::new();
    for root in paths {
        if root.is_dir() {
            if discovery.config.is_none() && paths.iter().find(|path| path.is_dir()) == Some(root) {
                discovery.config = Some(root.join("aidcheck.toml")).filter(|file| file.is_file());
            }
            walk(root, &mut found, &mut discovery.passed_over);
        } else if root.is_file() {
            let name = root
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let above = root.parent().map(folder_name).unwrap_or_default();
            sort_in(&name, &name, root, &above, &mut found, &mut discovery.passed_over);
        } else if root.exists() {
            discovery.passed_over.push((root.display().to_string(), no_plain_file()));
        } else {
            discovery.missing.push(root.clone());
        }
    }
    found.retain(|file| {
        seen.insert(fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone()))
    });
    discovery.files = with_distinct_names(found);
    discovery.passed_over.sort();
    discovery.passed_over.dedup();
    discovery
}

struct Found {
    name: String,
    path: PathBuf,
    folder: String,
}

fn walk(root: &Path, found: &mut Vec<Found>, passed_over: &mut Vec<(String, Message)>) {
    let folder = folder_name(root);
    let entries = WalkDir::new(root)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let hidden = entry.depth() > 0 && is_silent(&entry.file_name().to_string_lossy());
            let own_report =
                entry.depth() > 0 && entry.file_type().is_dir() && entry.file_name() == SENT_FOLDER
                    || entry.file_type().is_dir() && is_own_report(entry.path());
            !hidden && !own_report
        });
    for entry in entries {
        match entry {
            Ok(entry) => {
                let name = relative_name(root, entry.path());
                let file_name = entry.file_name().to_string_lossy();
                if entry.file_type().is_symlink() {
                    passed_over.push((
                        name,
                        Message::new(
                            "是链接，不跟随；请直接给出它指向的文件",
                            "a link, not followed; give the file it points to",
                        ),
                    ));
                } else if entry.file_type().is_file() {
                    sort_in(&name, &file_name, entry.path(), &folder, found, passed_over);
                } else if !entry.file_type().is_dir() {
                    passed_over.push((name, no_plain_file()));
                }
            }
            Err(error) => {
                let name = relative_name(root, error.path().unwrap_or(root));
                passed_over.push((name, not_entered(&error)));
            }
        }
    }
}

/// Of what cannot be looked into. The error's own words name the path, beside which this is shown.
fn not_entered(error: &walkdir::Error) -> Message {
    error.io_error().map_or_else(|| unreadable(&io::ErrorKind::Other.into()), unreadable)
}

/// Of a pipe, a socket or a device.
fn no_plain_file() -> Message {
    Message::new(
        "不是普通文件（管道或设备），已略过；请存为文件后再提供",
        "no plain file (a pipe or a device), passed over; save it as a file and give that",
    )
}

fn sort_in(
    name: &str,
    file_name: &str,
    path: &Path,
    folder: &str,
    found: &mut Vec<Found>,
    passed_over: &mut Vec<(String, Message)>,
) {
    match judge(file_name) {
        Verdict::Silent => return,
        Verdict::PassOver(message) => return passed_over.push((name.into(), message)),
        Verdict::IfSpreadsheet if !is_spreadsheet_xml(path) => return,
        Verdict::IfSpreadsheet | Verdict::Try => {}
    }
    found.push(Found { name: name.into(), path: path.into(), folder: folder.into() });
}

/// What a file's name says of whether to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nobody means it as an input.
    Silent,
    /// Plainly no table.
    PassOver(Message),
    /// A table only if its content is XML Spreadsheet 2003.
    IfSpreadsheet,
    Try,
}

/// Judges a file by its name alone.
pub(super) fn judge(file_name: &str) -> Verdict {
    /// Notes, settings and programs' texts, which lie beside lists.
    const QUIET: [&str; 8] = ["toml", "json", "md", "log", "ini", "cfg", "yaml", "yml"];
    const NO_TABLES: [&str; 61] = [
        "doc", "docx", "docm", "dot", "dotx", "wps", "wpt", "rtf", "odt", "pdf", "ofd", "ceb",
        "caj", "epub", "ppt", "pptx", "pptm", "dps", "odp", "vsd", "vsdx", "jpg", "jpeg", "png",
        "gif", "bmp", "tif", "tiff", "webp", "heic", "svg", "psd", "ico", "mp3", "wav", "m4a",
        "mp4", "mov", "avi", "wmv", "mkv", "exe", "msi", "dll", "bat", "cmd", "apk", "iso", "lnk",
        "url", "js", "css", "py", "sh", "ttf", "dwg", "eml", "msg", "fpt", "dbt", "cdx",
    ];
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_lowercase();
    if is_silent(file_name) || file_name == "secret.txt" || QUIET.contains(&extension.as_str()) {
        return Verdict::Silent;
    }
    if extension == "xml" {
        return Verdict::IfSpreadsheet;
    }
    if NO_TABLES.contains(&extension.as_str()) {
        return Verdict::PassOver(Message::new(
            format!("不是表格（.{extension}），已略过；如含名单请另存为 .xlsx 或 .csv"),
            format!(
                "no table (.{extension}), passed over; if it holds a list, save that as .xlsx or .csv"
            ),
        ));
    }
    Verdict::Try
}

/// Whether a file is XML Spreadsheet 2003. One that cannot be read is tried, for the error to be said.
fn is_spreadsheet_xml(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    read.is_err() || sniff(&head) == Format::SpreadsheetXml
}

/// Whether a file or folder is one that programs leave behind.
pub(super) fn is_silent(file_name: &str) -> bool {
    file_name.starts_with("~$")
        || file_name.starts_with('.')
        || file_name == "__MACOSX"
        || file_name.eq_ignore_ascii_case("thumbs.db")
        || file_name.eq_ignore_ascii_case("desktop.ini")
}

/// Whether a folder holds a report of this program.
fn is_own_report(folder: &Path) -> bool {
    fs::read(folder.join("run.json")).is_ok_and(|bytes| is_own_manifest(&bytes))
}

/// Whether these are the bytes of a `run.json` of this program.
pub(super) fn is_own_manifest(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|run| {
        run.get("program").and_then(|program| program.as_str()) == Some("aidcheck")
    })
}

fn relative_name(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn folder_name(folder: &Path) -> String {
    let full = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Names that two files share are told apart by the name of the folder given, then by the path.
fn with_distinct_names(mut found: Vec<Found>) -> Vec<InputFile> {
    for prefix_with_path in [false, true] {
        let mut uses: BTreeMap<String, u32> = BTreeMap::new();
        for file in &found {
            *uses.entry(file.name.clone()).or_default() += 1;
        }
        for file in &mut found {
            if uses.get(&file.name).is_some_and(|&uses| uses > 1) {
                file.name = if prefix_with_path {
                    file.path.to_string_lossy().replace('\\', "/")
                } else {
                    format!("{}/{}", file.folder, file.name)
                };
            }
        }
    }
    let mut files: Vec<_> =
        found.into_iter().map(|file| InputFile { name: file.name, path: file.path }).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn tables_are_found_and_the_rest_is_named_or_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in [
            "b/名册.XLSX",
            "a.csv",
            "~$a.xlsx",
            ".hidden.csv",
            "Thumbs.db",
            "aidcheck.toml",
            "secret.txt",
            "说明.docx",
            "x/.aidcheck/cases.csv",
            "图.xlsx",
            "名册.dat",
            "没有扩展名",
            "导出.zip",
            "README.md",
            "run.log",
            "设置.xml",
            "old/cases.csv",
            "aidcheck-sent/2025-10-15/a.csv",
        ] {
            write(root, name, "x");
        }
        write(root, "old/run.json", r#"{"program": "aidcheck"}"#);
        write(root, "表.xml", "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>");
        write(root, "other/run.json", r#"{"program": "else"}"#);
        let found = discover(&[root.to_path_buf(), root.join("none"), root.join("a.csv")]);
        let names: Vec<_> = found.files.iter().map(|file| file.name.as_str()).collect();
        let expected =
            ["a.csv", "b/名册.XLSX", "名册.dat", "图.xlsx", "导出.zip", "没有扩展名", "表.xml"];
        assert_eq!(names, expected);
        let passed: Vec<_> = found.passed_over.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(passed, ["说明.docx"]);
        assert_eq!(found.missing, [root.join("none")]);
        assert_eq!(found.config, Some(root.join("aidcheck.toml")));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_looked_into_is_told_in_chinese_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "名册", "x");
        let inside = folder.path().join("名册").join("三班");
        let error = WalkDir::new(inside).into_iter().find_map(Result::err).unwrap();
        let Message { zh, en } = not_entered(&error);
        assert!(zh.contains("（读取出错）"), "{zh}");
        assert!(en.contains("Not a directory") && !en.contains("名册"), "{en}");
    }

    #[test]
    fn equal_names_take_the_name_of_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("甲"), folder.path().join("乙"));
        write(&one, "名册.csv", "1");
        write(&two, "名册.csv", "2");
        let names: Vec<_> = discover(&[one, two]).files.into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["乙/名册.csv", "甲/名册.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_is_named_and_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("名册.csv");
        let _socket = std::os::unix::net::UnixListener::bind(&place).unwrap();
        for paths in [vec![folder.path().to_path_buf()], vec![place]] {
            let found = discover(&paths);
            assert!(found.files.is_empty() && found.missing.is_empty());
            assert!(found.passed_over[0].1.zh.contains("不是普通文件"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_out() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(outside.path(), "a.csv", "1");
        std::os::unix::fs::symlink(outside.path(), inside.path().join("link")).unwrap();
        let found = discover(&[inside.path().to_path_buf()]);
        assert!(found.files.is_empty());
        assert_eq!(found.passed_over[0].0, "link");
    }
}
