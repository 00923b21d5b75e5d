//! A night that is killed: whatever the moment, the next start finds yesterday's state or today's.
//!
//! The steps of a night are called one by one and left off in the middle, as `kill -9` would.

mod support;

use std::fs;
use std::path::PathBuf;

use aidcheck::cases::Secret;
use aidcheck::cases::life::{NightSettings, Tonight, live};
use aidcheck::cases::store::{NightRun, Store};
use aidcheck::ingest::{Disk, discover};
use aidcheck::normalize::Silent;
use aidcheck::policy::{Config, Policy};
use aidcheck::record::Language;
use aidcheck::report::{Manifest, Mask, OutputFolder, PROGRAM, Report, sort_rows, write};
use aidcheck::rules::CaseKind;
use aidcheck::{Run, check, repair};

use support::*;

/// Where a night is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Killed {
    /// The report is written beside the old one, the store knows nothing of it.
    BeforeTheStore,
    /// The night is written to the store, and not committed.
    BeforeTheCommit,
    /// The store holds the night, the old report stands.
    BeforeTheExchange,
    /// The old report is moved away, the new one not yet in its place.
    BetweenTheRenames,
    /// The new report stands, the store has not been told.
    BeforeTheEnd,
}

/// Two pupils on the books of two schools.
fn centre() -> Centre {
    let centre = Centre::new();
    centre.bytes("aidcheck.toml", b"");
    write_pupils(&centre, &[90, 91]);
    centre
}

fn write_pupils(centre: &Centre, both: &[u32]) {
    let list = |school, from: u32| -> Vec<String> {
        let pupils = (from..from + 5).chain(both.iter().copied());
        pupils.map(|serial| active("郑两校", &number(serial), school)).collect()
    };
    centre.csv("一中.csv", EXPORT, &list(FIRST, 1));
    centre.csv("二中.csv", EXPORT, &list(SECOND, 11));
}

fn store_of(centre: &Centre) -> Store {
    Store::open(&centre.root().join(".aidcheck/out.cases.sqlite")).unwrap()
}

/// A night as of `day` that is killed; its secret is the store's own.
fn killed_night(centre: &Centre, day: &str, killed: Killed) {
    let config = Config::default();
    let policy = Policy::shipped().unwrap();
    let secret = Secret::load_or_create(&centre.root().join(".aidcheck")).unwrap();
    let mut store = store_of(centre);
    repair(&store).unwrap();
    let mut checked = check(
        &discover(&[centre.inputs()]).files,
        &Run {
            config: &config,
            policy: &policy,
            secret: &secret,
            as_of: day.parse().unwrap(),
            kinds: &CaseKind::ALL,
            source: &Disk,
            progress: &Silent,
        },
    )
    .unwrap();
    let settings = NightSettings {
        as_of: day.parse().unwrap(),
        kinds: &CaseKind::ALL,
        show_unchecked: true,
        keep_warning: policy.cases.keep_warning,
        escalation_days: 30,
    };
    let tonight = Tonight {
        data: &checked.data,
        standing: &checked.standing,
        cases: std::mem::take(&mut checked.cases),
    };
    let mut night = live(&store, tonight, settings).unwrap();
    let mut rows = std::mem::take(&mut night.rows);
    sort_rows(&mut rows);
    let run = NightRun {
        token: format!("night of {day}"),
        command: "check".into(),
        as_of: settings.as_of,
        kinds: CaseKind::ALL.to_vec(),
        started: format!("{day}T20:00:00+08:00"),
        user: "夜间".into(),
        report: centre.out(),
        inputs: Vec::new(),
    };
    let mut folder = OutputFolder::prepare(&centre.out()).unwrap();
    let report = Report {
        rows: &rows,
        rejections: &[],
        sheets: &[],
        manifest: Manifest {
            program: PROGRAM.into(),
            run: run.token.clone(),
            as_of: day.into(),
            ..Manifest::default()
        },
        headcount_names: &[],
        headcount_sums: &[],
        language: Language::Zh,
        mask: Mask::default(),
        changes: None,
    };
    write(&report, &folder).unwrap();
    // A killed process drops nothing.
    folder.keep();
    if killed == Killed::BeforeTheStore {
        return;
    }
    store.write_night(&run, &night, &rows).unwrap();
    if killed == Killed::BeforeTheCommit {
        return;
    }
    store.commit_night().unwrap();
    match killed {
        Killed::BeforeTheStore | Killed::BeforeTheCommit | Killed::BeforeTheExchange => {}
        Killed::BetweenTheRenames => {
            fs::rename(centre.out(), centre.root().join(".out.aidcheck-old")).unwrap();
        }
        Killed::BeforeTheEnd => {
            folder.commit(Some(settings.as_of), 0).unwrap();
        }
    }
}

/// Cases in the report, and open ones in the store.
fn state(centre: &Centre) -> (usize, usize) {
    let report: PathBuf = centre.out().join("cases.csv");
    let in_report = read_csv(&report).iter().filter(|row| row["kind"] == "dual-enrollment").count();
    let filter = aidcheck::cases::store::CaseFilter {
        kinds: vec![CaseKind::DualEnrollment],
        ..Default::default()
    };
    (in_report / 2, store_of(centre).list(&filter, None).unwrap().len())
}

#[test]
fn a_killed_night_leaves_yesterday_or_today_and_never_a_mixture() {
    for (killed, expected) in [
        (Killed::BeforeTheStore, (2, 2)),
        (Killed::BeforeTheCommit, (2, 2)),
        (Killed::BeforeTheExchange, (1, 1)),
        (Killed::BetweenTheRenames, (1, 1)),
        (Killed::BeforeTheEnd, (1, 1)),
    ] {
        let centre = centre();
        assert_eq!(centre.check_on("2025-10-15", &[]).code, 0);
        assert_eq!(state(&centre), (2, 2), "{killed:?}");
        write_pupils(&centre, &[90]);
        killed_night(&centre, "2025-10-16", killed);
        repair(&store_of(&centre)).unwrap();
        assert_eq!(state(&centre), expected, "{killed:?}");
        assert!(store_of(&centre).pending_runs().unwrap().is_empty(), "{killed:?}");
        // And the next night goes on as if nothing had been.
        let outcome = centre.check_on("2025-10-17", &[]);
        assert_eq!(outcome.code, 0, "{killed:?}: {}", outcome.stderr);
        assert_eq!(state(&centre), (1, 1), "{killed:?}");
        let rows = outcome.of_kind("dual-enrollment");
        assert!(rows.iter().all(|row| row["status"] == "open"), "{killed:?}: {rows:?}");
        let mut beside: Vec<String> = fs::read_dir(centre.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        beside.sort();
        assert_eq!(beside, [".aidcheck", "in", "out"], "{killed:?}");
    }
}

#[test]
fn what_a_lost_report_would_have_told_is_told_by_the_next() {
    let centre = centre();
    assert_eq!(centre.check_on("2025-10-15", &[]).code, 0);
    write_pupils(&centre, &[90, 91, 92]);
    killed_night(&centre, "2025-10-16", Killed::BeforeTheExchange);
    // Somebody cleans up before the next start.
    fs::remove_dir_all(centre.root().join(".out.aidcheck-new")).unwrap();
    let outcome = centre.check_on("2025-10-17", &[]);
    let rows = outcome.of_kind("dual-enrollment");
    let told = |serial: u32| {
        let row = rows.iter().find(|row| row["id_number"] == number(serial)).unwrap();
        (row["status"].clone(), row["first_seen"].clone())
    };
    assert_eq!(told(90), ("open".into(), "2025-10-15".into()));
    assert_eq!(told(92), ("new".into(), "2025-10-16".into()));
}
