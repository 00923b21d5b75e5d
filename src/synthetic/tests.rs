//! Generated counties, looked at from outside.

use super::*;
use std::collections::{HashMap, HashSet};

fn options(name: &str, students: usize, plain: bool) -> Options {
    let out =
        std::env::temp_dir().join(format!("aidcheck-synthetic-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&out);
    Options {
        students,
        seed: 7,
        out,
        plain,
        as_of: NaiveDate::from_ymd_opt(2025, 10, 15).unwrap(),
        spoilage: 1.0,
    }
}

fn table(path: PathBuf) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn remove(options: &Options) {
    fs::remove_dir_all(&options.out).unwrap();
    fs::remove_file(truth_path(&options.out)).unwrap();
}

#[test]
fn equal_numbers_stand_only_where_the_truth_speaks_of_them() {
    let options = options("plain", 20_000, true);
    let summary = generate(&options).unwrap();
    let rows = table(options.out.join("enrollments.csv"));
    assert_eq!(rows.len(), summary.enrollments + 1);
    let known: HashSet<usize> = table(summary.truth.clone())
        .iter()
        .filter(|row| row[4] == "enrollments.csv")
        .map(|row| row[5].parse().unwrap())
        .collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row[3].is_empty()) {
        if let Some(other) = first.insert(&row[3], index + 1) {
            assert!(known.contains(&other) && known.contains(&(index + 1)), "{row:?}");
        }
    }
    remove(&options);
}

/// Groups of a truth by kind, trap and detail.
fn groups(truth: PathBuf) -> HashMap<(String, String, String), HashSet<String>> {
    let mut groups: HashMap<_, HashSet<String>> = HashMap::new();
    for row in table(truth).into_iter().skip(1) {
        let [group, kind, trap, detail] = [0, 1, 2, 3].map(|column: usize| row[column].clone());
        groups.entry((kind, trap, detail)).or_default().insert(group);
    }
    groups
}

#[test]
fn every_story_stands_three_times_in_a_small_county() {
    for plain in [true, false] {
        let options = options(if plain { "small-plain" } else { "small" }, 10_000, plain);
        let summary = generate(&options).unwrap();
        for row in table(summary.truth.clone()).into_iter().skip(1) {
            assert!(options.out.join(&row[4]).is_file());
        }
        let groups = groups(summary.truth);
        let few: Vec<_> = groups
            .iter()
            .filter(|((kind, ..), ids)| ids.len() < 3 && kind != "headcount-mismatch")
            .collect();
        assert!(few.is_empty(), "{few:?}");
        assert!(groups.len() > 80, "{}", groups.len());
        remove(&options);
    }
}

#[test]
fn the_spoilage_says_how_much_is_hidden() {
    let hidden = |spoilage: f64| {
        let options = Options { spoilage, ..options(&format!("spoilage-{spoilage}"), 4_000, true) };
        let groups = groups(generate(&options).unwrap().truth);
        remove(&options);
        let of = |detail: &str| {
            let all = groups.iter().filter(|((kind, trap, found), _)| {
                kind == "dual-enrollment" && trap == "0" && (found == detail) == (detail == "exact")
            });
            all.map(|(_, ids)| ids.len()).sum::<usize>()
        };
        (of("exact"), of("others"))
    };
    let [(exact, none), (same, usual), (_, twice)] = [0.0, 1.0, 2.0].map(hidden);
    assert_eq!(exact, same);
    assert_eq!((usual - none, twice - none), (36, 72));
    for spoilage in [-1.0, 21.0, f64::NAN] {
        let options = Options { spoilage, ..options("no-share", 10, true) };
        assert!(matches!(generate(&options), Err(GenerateError::Spoilage(_))));
    }
}

/// Two rows that the truth speaks of as one double enrolment, or as a trap.
struct Pair {
    detail: String,
    trap: bool,
    rows: [Vec<String>; 2],
}

/// The double enrolments and their traps in a plain county.
fn pairs(name: &str) -> Vec<Pair> {
    let options = options(name, 20_000, true);
    let summary = generate(&options).unwrap();
    let rows = table(options.out.join("enrollments.csv"));
    let truth = table(summary.truth);
    remove(&options);
    let truth: Vec<_> = truth.iter().filter(|row| row[1] == "dual-enrollment").collect();
    let groups = truth.chunk_by(|one, other| one[0] == other[0]);
    groups
        .map(|group| Pair {
            detail: group[0][3].clone(),
            trap: group[0][2] == "1",
            rows: [0, 1]
                .map(|place: usize| rows[group[place][5].parse::<usize>().unwrap() - 1].clone()),
        })
        .collect()
}

#[test]
fn what_is_left_of_a_spoiled_record_decides() {
    let (name, birth, number, parents) = (0, 2, 3, [13, 14, 15]);
    let mut hidden = 0;
    for Pair { detail, trap, rows: [one, other] } in &pairs("decides") {
        let shared = |&column: &usize| !one[column].is_empty() && one[column] == other[column];
        let linked = parents.iter().any(shared);
        if *trap {
            // Name and birth date alone are never more than a trap.
            assert!(detail != "name-and-birth-only" || !linked, "{one:?} {other:?}");
            continue;
        }
        let near = strsim::osa_distance(&one[number], &other[number]) <= 2
            || one[number].get(..15) == other[number].get(..15);
        hidden += usize::from(!near);
        let known = [name, birth].iter().all(shared);
        assert!(near || linked || known, "{detail}: {one:?} {other:?}");
        let nothing = one[number].len().min(other[number].len()) < 15;
        assert!(!nothing || linked || detail == "g-number", "{detail}: {one:?} {other:?}");
    }
    assert!(hidden > 50, "{hidden}");
}

#[test]
fn twins_and_families_are_as_many_as_in_life() {
    let options = options("families", 20_000, true);
    generate(&options).unwrap();
    let rows = table(options.out.join("enrollments.csv"));
    let mut families: HashMap<(&str, &str), HashSet<(&str, &str)>> = HashMap::new();
    for row in rows.iter().skip(1).filter(|row| row[3].starts_with("330127")) {
        let family = families.entry((&row[13], &row[14])).or_default();
        family.insert((&row[0], &row[2]));
    }
    families.retain(|(guardian, phone), children| {
        // An office's telephone is no family's.
        !guardian.is_empty() && !phone.is_empty() && children.len() < 5
    });
    let twins = families
        .values()
        .filter(|children| {
            let births: HashSet<_> = children.iter().map(|(_, birth)| birth).collect();
            births.len() < children.len()
        })
        .count();
    let several = families.values().filter(|children| children.len() > 1).count();
    assert!((5..=20).contains(&(twins * 2000 / rows.len())), "{twins} pairs of twins");
    // Not every pair still shares guardian and telephone.
    let share = several * 100 / families.len();
    assert!((12..30).contains(&share), "{share} per cent");
    remove(&options);
}

#[test]
fn the_bytes_do_not_depend_on_the_thread_count() {
    let read = |threads: usize| {
        let options = options(&format!("threads-{threads}"), 9_000, true);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let summary = pool.install(|| generate(&options)).unwrap();
        let files = ["enrollments.csv", "payments.csv", "headcounts.csv"];
        let bytes = files.map(|file| fs::read(options.out.join(file)).unwrap());
        let truth = fs::read(summary.truth).unwrap();
        remove(&options);
        (bytes, truth)
    };
    assert!(read(1) == read(3));
}

#[test]
fn a_folder_that_holds_something_is_refused_and_a_tiny_county_is_not() {
    for (students, plain) in [(0, true), (0, false), (12, true), (12, false)] {
        let options = options(&format!("tiny-{students}-{plain}"), students, plain);
        generate(&options).unwrap();
        assert!(matches!(generate(&options), Err(GenerateError::NotEmpty(_))));
        remove(&options);
    }
}
