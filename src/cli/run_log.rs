//! The log of runs that nobody watches: a line per event, appended to a file, as text or JSON.
//!
//! Nobody is named in it: no pupil, no number, no cell of a file. Cases are named by their short number.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{Local, SecondsFormat};
use serde_json::{Map, Value, json};

use aidcheck::cases::append_private;
use aidcheck::cases::life::{Change, Changes};
use aidcheck::record::{Language, Message};
use aidcheck::report::Manifest;
use aidcheck::rules::CaseKind;

use super::arguments::{LogArguments, LogFormat};
use super::setup::Setup;
use super::{Stop, code_of};

/// Cases of a state that are named one by one; the rest is counted.
const NAMED: usize = 100;

/// An open log, or none.
pub struct RunLog {
    file: Option<(File, PathBuf)>,
    format: LogFormat,
    language: Language,
    since: Instant,
}

#[derive(Clone, Copy)]
enum Level {
    Info,
    Warning,
    Error,
}

impl Level {
    fn word(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Level::Info => ("信息", "info"),
            Level::Warning => ("警告", "warning"),
            Level::Error => ("错误", "error"),
        };
        if language == Language::Zh { zh } else { en }
    }
}

impl RunLog {
    /// Opens the log that was asked for, to append to it. `language` holds until the configuration is
    /// read.
    pub fn open(arguments: &LogArguments, language: Language) -> Result<RunLog, Stop> {
        let file = match &arguments.log {
            None => None,
            Some(path) => Some((
                append_private(path).map_err(|error| refused(path, &error, language))?,
                path.clone(),
            )),
        };
        Ok(RunLog { file, format: arguments.log_format, language, since: Instant::now() })
    }

    /// Which command began, on what.
    pub fn started(&mut self, command: &str, paths: &[PathBuf]) {
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let (version, pid) = (env!("CARGO_PKG_VERSION"), std::process::id());
        let over = paths.join(", ");
        self.line(
            Level::Info,
            "start",
            &json!({ "command": command, "version": version, "pid": pid, "paths": paths }),
            &Message::new(
                format!("开始 {command}（版本 {version}，进程 {pid}）：{over}"),
                format!("{command} starts (version {version}, process {pid}): {over}"),
            ),
        );
    }

    /// By what the run goes; from here on in the configured language.
    pub fn set_up(&mut self, setup: &Setup, out: &Path) {
        self.language = setup.language;
        let config = setup.config_file.as_deref().map(|file| file.display().to_string());
        let (as_of, out, files) = (setup.as_of, out.display(), setup.inputs.files.len());
        let (zh, en) = match &config {
            Some(file) => (file.as_str(), file.as_str()),
            None => ("内置设置", "shipped settings"),
        };
        self.line(
            Level::Info,
            "setup",
            &json!({
                "as_of": as_of.to_string(), "config": config, "out": out.to_string(), "files": files,
            }),
            &Message::new(
                format!("截至 {as_of}，配置 {zh}，输入文件 {files} 个，报告 {out}"),
                format!("as of {as_of}, configuration {en}, {files} input files, report {out}"),
            ),
        );
    }

    /// What was read, what is wrong with it, what was found, and what is new.
    pub fn found(&mut self, manifest: &Manifest, changes: Option<&Changes>) {
        self.inputs(manifest);
        for (name, counts) in manifest.counts.iter().filter(|(_, counts)| counts.cases > 0) {
            let chinese = match CaseKind::by_name(name) {
                Some(kind) => kind.chinese(),
                None => name,
            };
            let [cases, errors, warnings, infos] =
                [counts.cases, counts.errors, counts.warnings, counts.infos];
            self.line(
                Level::Info,
                "kind",
                &json!({
                    "kind": name, "cases": cases, "errors": errors, "warnings": warnings,
                    "infos": infos,
                }),
                &Message::new(
                    format!("{chinese} {cases} 件：错误 {errors}，待核实 {warnings}，提示 {infos}"),
                    format!(
                        "{name}: {cases} cases, {errors} errors, {warnings} warnings, {infos} infos"
                    ),
                ),
            );
        }
        if let Some(changes) = changes {
            self.changes(changes);
        }
    }

    fn inputs(&mut self, manifest: &Manifest) {
        let rows = manifest.row_counts();
        let [total, checked, rejected, skipped] =
            [rows.rows_in, rows.checked, rows.rejected, rows.skipped()];
        self.line(
            Level::Info,
            "inputs",
            &json!({
                "files": manifest.inputs.len(), "rows": total, "checked": checked,
                "rejected": rejected, "skipped": skipped,
            }),
            &Message::new(
                format!("读取 {total} 行：检查 {checked}，不可用 {rejected}，跳过 {skipped}"),
                format!(
                    "{total} rows read: {checked} checked, {rejected} rejected, {skipped} skipped"
                ),
            ),
        );
        for input in &manifest.inputs {
            if let Some(error) = &input.error {
                self.warning(&input.file, "", &Message::new(error.clone(), error.clone()));
            }
            for sheet in input.sheets.iter().filter(|sheet| !sheet.warnings.is_empty()) {
                // What a warning quotes may be a pupil.
                let count = sheet.warnings.len();
                let see = Message::new(
                    format!("有 {count} 处要注意，详见报告的 run.json"),
                    format!("{count} warnings, see run.json of the report"),
                );
                self.warning(&input.file, &sheet.sheet, &see);
            }
        }
        for file in &manifest.missing_inputs {
            let missing =
                Message::new("上次有，这次没有", "was there at the last run, is missing now");
            self.warning(file, "", &missing);
        }
    }

    fn warning(&mut self, file: &str, sheet: &str, what: &Message) {
        let place = if sheet.is_empty() { file.to_string() } else { format!("{file} [{sheet}]") };
        let text = what.get(self.language).to_string();
        self.line(
            Level::Warning,
            "input",
            &json!({ "file": file, "sheet": sheet }),
            &Message::new(format!("{place}：{text}"), format!("{place}: {text}")),
        );
    }

    fn changes(&mut self, changes: &Changes) {
        let count = |list: &[Change]| list.len();
        let [new, reopened, escalated, overdue, resolved] = [
            &changes.new,
            &changes.reopened,
            &changes.escalated,
            &changes.overdue,
            &changes.resolved,
        ]
        .map(|list| count(list));
        let (standing, waived, unchecked) = (changes.standing(), changes.waived, changes.unchecked);
        self.line(
            Level::Info,
            "changes",
            &json!({
                "new": new, "reopened": reopened, "escalated": escalated, "overdue": overdue,
                "resolved": resolved, "standing": standing, "waived": waived,
                "unchecked": unchecked,
            }),
            &Message::new(
                format!("新增 {new}，重新打开 {reopened}，应上报 {escalated}，逾期 {overdue}，已不再存在 {resolved}，此前未结 {standing}，豁免 {waived}，未能重新核查 {unchecked}"),
                format!("{new} new, {reopened} reopened, {escalated} to escalate, {overdue} overdue, {resolved} resolved, {standing} standing, {waived} waived, {unchecked} not re-checked"),
            ),
        );
        for (state, zh, cases) in [
            ("new", "新增", &changes.new),
            ("reopened", "重新打开", &changes.reopened),
            ("escalated", "应上报", &changes.escalated),
            ("overdue", "逾期", &changes.overdue),
            ("resolved", "已不再存在", &changes.resolved),
        ] {
            for case in cases.iter().take(NAMED) {
                let (number, kind, severity) = (case.number, case.kind, case.severity);
                self.line(
                    Level::Info,
                    "case",
                    &json!({
                        "state": state, "case": number.to_string(), "kind": kind.name(),
                        "severity": severity.name(), "schools": case.schools,
                    }),
                    &Message::new(
                        format!(
                            "{zh} {number} {} {} {}",
                            kind.chinese(),
                            severity.chinese(),
                            case.schools
                        ),
                        format!(
                            "{state} {number} {} {} {}",
                            kind.name(),
                            severity.name(),
                            case.schools
                        ),
                    ),
                );
            }
        }
    }

    /// How the run ended: its exit code, and why where it failed.
    pub fn ended(&mut self, ended: &anyhow::Result<u8>) {
        let seconds = (self.since.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        let (code, error) = match ended {
            Ok(code) => (*code, None),
            // Further lines of an error quote what was read.
            Err(error) => {
                let text = format!("{error:#}");
                (code_of(error), Some(text.lines().next().unwrap_or_default().to_string()))
            }
        };
        let level = if error.is_some() { Level::Error } else { Level::Info };
        let why = error.as_deref().unwrap_or_default();
        let (zh, en) = match error {
            Some(_) => (format!("：{why}"), format!(": {why}")),
            None => Default::default(),
        };
        self.line(
            level,
            "end",
            &json!({ "code": code, "seconds": seconds, "error": error }),
            &Message::new(
                format!("结束，退出码 {code}，用时 {seconds} 秒{zh}"),
                format!("ended with exit code {code} after {seconds} s{en}"),
            ),
        );
    }

    /// Appends a line in one piece, so that two runs do not mix theirs.
    fn line(&mut self, level: Level, event: &str, fields: &Value, message: &Message) {
        let Some((file, path)) = &mut self.file else { return };
        let time = Local::now().to_rfc3339_opts(SecondsFormat::Secs, false);
        let said = message.get(self.language);
        let text = match self.format {
            // A name with a line break must not forge a line.
            LogFormat::Text => {
                let said = said.replace(['\n', '\r'], " ");
                format!("{time} {} {}\n", level.word(self.language), said.trim_end())
            }
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("time".into(), time.into());
                line.insert("level".into(), level.word(Language::En).into());
                line.insert("event".into(), event.into());
                if let Value::Object(fields) = fields {
                    line.extend(fields.clone());
                }
                line.insert("message".into(), said.into());
                format!("{}\n", Value::Object(line))
            }
        };
        if let Err(error) = file.write_all(text.as_bytes()) {
            // The check is worth more than its log: said once, and on it goes.
            eprintln!("aidcheck: {}", refused(path, &error, self.language).message);
            self.file = None;
        }
    }
}

fn refused(path: &Path, error: &std::io::Error, language: Language) -> Stop {
    let path = path.display();
    Stop::no_output(match language {
        Language::Zh => format!("无法写入日志 {path}（{error}）；请检查路径、权限和磁盘空间"),
        Language::En => {
            format!("cannot write the log {path}: {error}; check path, permissions and free space")
        }
    })
}
