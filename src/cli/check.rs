//! `aidcheck check` and `aidcheck headcount`: the whole run, and its report.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::Local;

use aidcheck::cases::{CaseRow, CaseStatus};
use aidcheck::ingest::Disk;
use aidcheck::record::{Language, SheetRef};
use aidcheck::report::{Mask, OutputFolder, Report, since_last, summary};
use aidcheck::rules::{CaseKind, Severity};
use aidcheck::{Checked, Run, check, manifest};

use super::arguments::{CheckArguments, FailOn, HeadcountArguments, ReportArguments};
use super::nights::{Nights, output_stop};
use super::progress::Bar;
use super::run_log::RunLog;
use super::setup::{HEADCOUNT_OUT, NIGHTLY_OUT, Setup};
use super::{Stop, Voice, say};

/// Runs all rules, or those asked for.
pub fn run(arguments: &CheckArguments, voice: Voice) -> anyhow::Result<u8> {
    let kinds: Vec<CaseKind> = CaseKind::ALL
        .into_iter()
        .filter(|kind| arguments.only.is_empty() || arguments.only.contains(kind))
        .filter(|kind| !arguments.skip.contains(kind))
        .collect();
    let command = Command { name: "check", kinds: &kinds, default_out: NIGHTLY_OUT };
    run_kinds(&arguments.report, voice, command)
}

/// Runs the reconciliation of heads alone.
pub fn run_headcount(arguments: &HeadcountArguments, voice: Voice) -> anyhow::Result<u8> {
    let command = Command {
        name: "headcount",
        kinds: &[CaseKind::HeadcountMismatch],
        default_out: HEADCOUNT_OUT,
    };
    run_kinds(&arguments.report, voice, command)
}

/// What one of the two commands does.
#[derive(Clone, Copy)]
struct Command<'a> {
    name: &'static str,
    kinds: &'a [CaseKind],
    default_out: &'static str,
}

fn run_kinds(arguments: &ReportArguments, voice: Voice, command: Command) -> anyhow::Result<u8> {
    let mut log = RunLog::open(&arguments.log, voice.language())?;
    log.started(command.name, &arguments.common.paths);
    let ended = run_logged(arguments, voice, command, &mut log);
    log.ended(&ended);
    ended
}

fn run_logged(
    arguments: &ReportArguments,
    voice: Voice,
    command: Command,
    log: &mut RunLog,
) -> anyhow::Result<u8> {
    let Command { kinds, default_out, .. } = command;
    let started = Local::now();
    let setup = Setup::from_arguments(&arguments.common, voice)?;
    let out = arguments
        .out
        .clone()
        // The config's folder is the nightly report's; an inspector's must not replace it.
        .or_else(|| setup.config.out.clone().filter(|_| default_out == NIGHTLY_OUT))
        .unwrap_or_else(|| PathBuf::from(default_out));
    log.set_up(&setup, &out);
    // Refused before anything is read, so that a wrong --out costs no time.
    OutputFolder::refuse_foreign(&out).map_err(|error| output_stop(&error, setup.language))?;
    setup.require_inputs()?;
    let mut nights = Nights::open(arguments, &setup, &out, command.name, started)?;
    let folder =
        OutputFolder::prepare(&out).map_err(|error| output_stop(&error, setup.language))?;
    let secret = setup.secret(&out)?;
    let model = setup.model()?;
    let bar = Bar::over(setup.input_bytes(), !arguments.common.no_progress && !voice.quiet);
    let mut checked = check(
        &setup.inputs.files,
        &Run {
            config: &setup.config,
            policy: &setup.policy,
            secret: &secret,
            model: &model,
            as_of: setup.as_of,
            kinds,
            source: &Disk,
            progress: &bar,
        },
    )?;
    bar.clear();
    refuse_unusable(arguments, &setup, &checked)?;
    let since = Instant::now();
    let night = nights.live(&mut checked, kinds, &model)?;
    checked.timings.insert("life".into(), since.elapsed().as_millis() as u64);
    checked.forget_records();
    let mut manifest =
        manifest(&checked, setup.language, setup.policy.tolerance.rejected_share_warning);
    let config = setup.config_file.as_deref().map(|file| file.display().to_string());
    manifest.config = config.unwrap_or_default();
    manifest.config_sha256.clone_from(&setup.config_sha256);
    manifest.policy_sha256.clone_from(&setup.policy_sha256);
    manifest.run.clone_from(&night.token);
    manifest.log_head.clone_from(&night.log_head);
    manifest.started = started.to_rfc3339();
    manifest.finished = Local::now().to_rfc3339();
    manifest.peak_memory_bytes = peak_memory();
    let sheets: Vec<SheetRef> =
        checked.data.sheets.iter().map(|sheet| sheet.place.clone()).collect();
    let mut report = Report {
        rows: &night.rows,
        rejections: &checked.rejections,
        sheets: &sheets,
        manifest,
        headcount_names: &checked.headcount_names,
        headcount_sums: &checked.headcount_sums,
        language: setup.language,
        mask: Mask::of(setup.config.mask),
        changes: night.changes.as_ref(),
    };
    // The store names this report before it takes its place: a run that breaks off in between is
    // finished by the next one (`aidcheck::repair`).
    let (written, run) = nights.record(&night, &report, &folder)?;
    report.manifest = written.manifest;
    let committed =
        nights.exchange(folder, run).map_err(|error| output_stop(&error, setup.language))?;
    log.found(&report.manifest, night.changes.as_ref());
    tell(arguments, voice, &setup, &report, &committed.folder, &committed.kept)?;
    let code = exit_code(arguments, &night.rows);
    // The process ends here: giving all of it back piece by piece first would only cost time.
    std::mem::forget(report);
    std::mem::forget((night, checked));
    Ok(code)
}

/// Exit 3 when nothing could be used; with `--strict` when anything could not.
fn refuse_unusable(
    arguments: &ReportArguments,
    setup: &Setup,
    checked: &Checked,
) -> Result<(), Stop> {
    let share = setup.policy.tolerance.rejected_share_warning;
    let mut problems = Vec::new();
    let mut usable = false;
    let mut no_lists = Vec::new();
    for file in &checked.readings {
        if let Some(error) = &file.error {
            problems.push(format!("{}: {}", file.name, error.get(setup.language)));
        }
        for sheet in &file.sheets {
            usable |= sheet.typing.is_some();
            let place = || match sheet.name.as_str() {
                "" => file.name.clone(),
                name => format!("{} [{name}]", file.name),
            };
            let rows = sheet.counts.checked + sheet.counts.rejected;
            if let (Some(_), Some(what)) = (sheet.instead, &sheet.problem) {
                // No list, but nothing wrong with it either.
                no_lists.push(format!("{}: {}", place(), what.get(setup.language)));
            } else if let Some(problem) = &sheet.problem
                && (sheet.plan.is_none() || sheet.typing.is_some())
            {
                problems.push(format!("{}: {}", place(), problem.get(setup.language)));
            } else if sheet.typing.is_some() && sheet.counts.rejected as f64 > share * rows as f64 {
                problems.push(match setup.language {
                    Language::Zh => {
                        format!("{}：{}行中{}行不能使用", place(), rows, sheet.counts.rejected)
                    }
                    Language::En => format!(
                        "{}: {} of {} rows could not be used",
                        place(),
                        sheet.counts.rejected,
                        rows
                    ),
                });
            }
        }
    }
    if usable && (!arguments.strict || problems.is_empty()) {
        return Ok(());
    }
    if !usable {
        problems.extend(no_lists);
    }
    let lead = match (usable, setup.language) {
        (false, Language::Zh) => "没有可用的输入",
        (false, Language::En) => "no input could be used",
        (true, Language::Zh) => "--strict：有文件不能使用，或不能使用的行过多",
        (true, Language::En) => {
            "--strict: some inputs, or too many of their rows, could not be used"
        }
    };
    Err(Stop::no_input(format!("{lead}\n  {}", problems.join("\n  "))))
}

fn tell(
    arguments: &ReportArguments,
    voice: Voice,
    setup: &Setup,
    report: &Report,
    out: &Path,
    kept: &[PathBuf],
) -> anyhow::Result<()> {
    if arguments.common.json {
        say(&serde_json::to_string_pretty(&report.manifest)?)?;
        return Ok(());
    }
    if voice.quiet {
        return Ok(());
    }
    let color = std::io::stdout().is_terminal();
    if arguments.since_last {
        let text = since_last(report, color);
        return if text.is_empty() { Ok(()) } else { say(text.trim_end()) };
    }
    say(&summary(report, out, color))?;
    for (name, why) in &setup.inputs.passed_over {
        say(&format!("{name}: {}", why.get(setup.language)))?;
    }
    for (place, why) in report.manifest.passed_over() {
        say(&format!("{place}: {why}"))?;
    }
    for file in kept {
        match setup.language {
            Language::Zh => say(&format!("学校改过的文件已保留：{}", file.display()))?,
            Language::En => {
                say(&format!("a file that a school changed was kept: {}", file.display()))?
            }
        }
    }
    Ok(())
}

fn exit_code(arguments: &ReportArguments, rows: &[CaseRow]) -> u8 {
    let open = || rows.iter().filter(|row| row.status.is_open());
    let worst = open().map(|row| row.severity).min();
    let reached = match arguments.fail_on {
        None => false,
        Some(FailOn::Error) => worst == Some(Severity::Error),
        Some(FailOn::Warning) => worst.is_some_and(|worst| worst <= Severity::Warning),
        Some(FailOn::New) => open().any(|row| {
            matches!(row.status, CaseStatus::New | CaseStatus::Reopened)
                && row.severity <= Severity::Warning
        }),
    };
    u8::from(reached)
}

/// The most memory this process has held, where the system tells (Linux).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
