use super::*;
use crate::report::manifest::{Manifest, SchoolFileEntry};
use crate::report::replies::sha256_hex;
use std::io::Write;

fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

/// A report with one school's file.
fn write_report(out: &Path, school: &str) -> Result<Committed, OutputError> {
    let folder = OutputFolder::prepare(out)?;
    let mut file = folder.writer("schools/A.csv")?;
    file.write_all(school.as_bytes()).unwrap();
    file.flush().unwrap();
    let entry = SchoolFileEntry { file: "A.csv".into(), sha256: sha256_hex(school.as_bytes()) };
    let manifest =
        Manifest { program: PROGRAM.into(), school_files: vec![entry], ..Manifest::default() };
    manifest.write(folder.writer(RUN_FILE)?).unwrap();
    folder.commit(Some(as_of()), 0)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_report_replaces_the_last_one_and_keeps_replies() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("deep").join("报告");
    assert_eq!(write_report(&out, "one").unwrap().kept, Vec::<PathBuf>::new());
    assert_eq!(write_report(&out, "two").unwrap().kept, Vec::<PathBuf>::new());
    assert_eq!(names(out.parent().unwrap()), ["报告"]);
    fs::write(out.join("schools/A.csv"), "reply").unwrap();
    fs::write(out.join("schools/A 回复.csv"), "another").unwrap();
    fs::write(out.join("Thumbs.db"), "").unwrap();
    let kept = write_report(&out, "three").unwrap().kept;
    let folder = fs::canonicalize(root.path()).unwrap().join("deep/.aidcheck/replies/2026-03-01");
    assert_eq!(kept, [folder.join("A 回复.csv"), folder.join("A.csv")]);
    assert_eq!(fs::read_to_string(out.join("schools/A.csv")).unwrap(), "three");
    fs::write(out.join("schools/A.csv"), "second reply").unwrap();
    assert_eq!(write_report(&out, "four").unwrap().kept, [folder.join("A.2.csv")]);
    assert_eq!(fs::read_to_string(folder.join("A.csv")).unwrap(), "reply");
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("docs");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.doc"), "x").unwrap();
    let error = OutputFolder::prepare(&out).unwrap_err();
    assert!(matches!(error, OutputError::NotOurs { .. }) && error.exit_code() == 2);
    for run in [r#"{"program":"other"}"#, "{", "[]"] {
        fs::write(out.join(RUN_FILE), run).unwrap();
        assert!(matches!(OutputFolder::prepare(&out), Err(OutputError::NotOurs { .. })));
    }
    assert_eq!(names(root.path()), ["docs"]);
    let error = OutputFolder::prepare(&out.join("thesis.doc")).unwrap_err();
    assert!(matches!(error, OutputError::NotAFolder { .. }) && error.exit_code() == 2);
    // A file where a folder above should be.
    let error = OutputFolder::prepare(&out.join("thesis.doc/out")).unwrap_err();
    assert_eq!(error.exit_code(), 4);
}

#[test]
fn an_empty_folder_is_taken_and_a_dropped_report_disappears() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    fs::create_dir(&out).unwrap();
    let folder = OutputFolder::prepare(&out).unwrap();
    folder.writer("cases.csv").unwrap();
    assert_eq!(names(root.path()), [".out.aidcheck-new", "out"]);
    drop(folder);
    assert_eq!(names(root.path()), ["out"]);
    write_report(&out, "one").unwrap();
    assert_eq!(names(&out), ["run.json", "schools"]);
    // Filled by someone else while the report was made.
    let folder = OutputFolder::prepare(&out).unwrap();
    fs::remove_file(out.join(RUN_FILE)).unwrap();
    assert!(matches!(folder.commit(Some(as_of()), 0), Err(OutputError::NotOurs { .. })));
    assert_eq!(names(root.path()), ["out"]);
}

#[test]
fn an_interrupted_exchange_is_tidied() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    write_report(&out, "one").unwrap();
    // Crashed between the two renames: yesterday's report comes back.
    fs::rename(&out, root.path().join(".out.aidcheck-old")).unwrap();
    fs::create_dir(root.path().join(".out.aidcheck-new")).unwrap();
    drop(OutputFolder::prepare(&out).unwrap());
    assert_eq!(names(root.path()), ["out"]);
    assert_eq!(fs::read_to_string(out.join("schools/A.csv")).unwrap(), "one");
    // Crashed before the old one was removed.
    fs::create_dir(root.path().join(".out.aidcheck-old")).unwrap();
    drop(OutputFolder::prepare(&out).unwrap());
    assert_eq!(names(root.path()), ["out"]);
    assert_eq!(fs::read_to_string(out.join("schools/A.csv")).unwrap(), "one");
}

#[test]
fn a_failed_exchange_leaves_the_old_report() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    write_report(&out, "one").unwrap();
    let folder = OutputFolder::prepare(&out).unwrap();
    fs::remove_dir_all(folder.path("")).unwrap();
    let error = folder.commit(Some(as_of()), 0).unwrap_err();
    assert!(matches!(error, OutputError::Held { .. }) && error.exit_code() == 4);
    assert_eq!(fs::read_to_string(out.join("schools/A.csv")).unwrap(), "one");
    assert_eq!(names(root.path()), ["out"]);
}
