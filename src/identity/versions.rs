//! Old beside new: which records stand where two files of one register list the same school.
//!
//! Two files are versions of each other for a school only if at least a share (half) of the smaller
//! one's pupils there stand in the larger; the newer then stands. All other files are parts, and all
//! stand; a pupil with equal fields in two parts is one record.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::normalize::{Dataset, SchoolId};
use crate::record::Register;

/// Which enrolment records stand.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Empty where all stand.
    fallen: Vec<bool>,
    /// Older versions, by file and school.
    pub superseded: Vec<Superseded>,
    /// Records left out because another part holds them with equal fields.
    pub repeated_in_parts: u64,
}

impl Standing {
    /// Whether the enrolment record at `index` stands.
    pub fn holds(&self, index: usize) -> bool {
        !self.fallen.get(index).copied().unwrap_or(false)
    }

    fn fall(&mut self, index: usize, of: usize) {
        if self.fallen.is_empty() {
            self.fallen = vec![false; of];
        }
        self.fallen[index] = true;
    }
}

/// The rows of one school in a file that a newer file of the register replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// Rank of the older file and of the newer.
    pub file: u32,
    pub by: u32,
    pub school: SchoolId,
    pub rows: u64,
}

/// Decides which enrolment records stand. `share`: the part of the smaller file's pupils that must
/// stand in the larger (policy, one half).
pub fn stand(data: &Dataset, share: f64) -> Standing {
    let mut standing = Standing::default();
    let listed = schools_in_several_files(data);
    if listed.is_empty() {
        return standing;
    }
    let mut lists: FxHashMap<(Register, SchoolId), FxHashMap<u32, Vec<u32>>> = FxHashMap::default();
    for index in 0..data.enrollments.len() {
        let key = (data.register_of(index), data.school_of(index));
        if listed.contains(&key) {
            lists
                .entry(key)
                .or_default()
                .entry(file_of(data, index))
                .or_default()
                .push(index as u32);
        }
    }
    let mut lists: Vec<_> = lists.into_iter().collect();
    lists.sort_unstable_by_key(|(key, _)| *key);
    for ((_, school), files) in lists {
        let mut files: Vec<(u32, Vec<u32>)> = files.into_iter().collect();
        files.sort_by_key(|(file, rows)| std::cmp::Reverse(age(data, *file, rows.len())));
        let pupils: Vec<FxHashSet<u64>> = files
            .iter()
            .map(|(_, rows)| rows.iter().map(|&row| pupil(data, row as usize)).collect())
            .collect();
        let mut standing_files: Vec<usize> = Vec::new();
        for at in 0..files.len() {
            let newer = standing_files
                .iter()
                .copied()
                .find(|&newer| are_versions(&pupils[newer], &pupils[at], share));
            match newer {
                Some(newer) => {
                    for &row in &files[at].1 {
                        standing.fall(row as usize, data.enrollments.len());
                    }
                    standing.superseded.push(Superseded {
                        file: files[at].0,
                        by: files[newer].0,
                        school,
                        rows: files[at].1.len() as u64,
                    });
                }
                None => standing_files.push(at),
            }
        }
        drop_equal_records(data, &standing_files, &files, &mut standing);
    }
    standing
}

fn file_of(data: &Dataset, index: usize) -> u32 {
    data.sheet(data.enrollments.columns.sheet[index]).file
}

/// Registers and schools that more than one file lists.
fn schools_in_several_files(data: &Dataset) -> FxHashSet<(Register, SchoolId)> {
    let files: FxHashSet<u32> = data
        .sheets
        .iter()
        .filter(|sheet| sheet.register.is_some())
        .map(|sheet| sheet.file)
        .collect();
    let mut several = FxHashSet::default();
    if files.len() < 2 {
        return several;
    }
    let mut first_file: FxHashMap<(Register, SchoolId), u32> = FxHashMap::default();
    for index in 0..data.enrollments.len() {
        let key = (data.register_of(index), data.school_of(index));
        let file = file_of(data, index);
        if key.1 != SchoolId(0) && *first_file.entry(key).or_insert(file) != file {
            several.insert(key);
        }
    }
    several
}

/// The order of age: title date, name date, file time, size, then the name's rank. A date in the title
/// is compared first; a file without one is older than a file with one of the same kind.
fn age(data: &Dataset, file: u32, rows: usize) -> impl Ord + use<> {
    let sheets = || data.sheets.iter().filter(move |sheet| sheet.file == file);
    let title = sheets().filter_map(|sheet| sheet.title_date).max();
    let name = sheets().filter_map(|sheet| sheet.name_date).max();
    let modified = sheets().filter_map(|sheet| sheet.modified).max();
    (title.or(name), name, modified, rows, file)
}

/// A pupil of a list: the number, else name with grade and class.
fn pupil(data: &Dataset, index: usize) -> u64 {
    let columns = &data.enrollments.columns;
    if let Some(number) = columns.number[index] {
        return number.packed();
    }
    let mut hasher = FxHasher::default();
    data.enrollments.text(columns.name[index]).hash(&mut hasher);
    data.enrollments.text(columns.number_cell[index]).hash(&mut hasher);
    columns.class[index].hash(&mut hasher);
    hasher.finish()
}

fn are_versions(a: &FxHashSet<u64>, b: &FxHashSet<u64>, share: f64) -> bool {
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = small.iter().filter(|pupil| large.contains(pupil)).count();
    !small.is_empty() && shared as f64 >= share * small.len() as f64
}

/// Of equal records in several standing parts the first stays.
fn drop_equal_records(
    data: &Dataset,
    parts: &[usize],
    files: &[(u32, Vec<u32>)],
    standing: &mut Standing,
) {
    if parts.len() < 2 {
        return;
    }
    let mut in_order: Vec<(u32, u32)> = parts
        .iter()
        .flat_map(|&part| files[part].1.iter().map(move |&row| (files[part].0, row)))
        .collect();
    in_order.sort_unstable();
    let mut first: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
    for (file, row) in in_order {
        let (held_by, held) = *first.entry(pupil(data, row as usize)).or_insert((file, row));
        if held_by != file && equal_fields(data, held as usize, row as usize) {
            standing.fall(row as usize, data.enrollments.len());
            standing.repeated_in_parts += 1;
        }
    }
}

fn equal_fields(data: &Dataset, a: usize, b: usize) -> bool {
    let (a, b) = (data.enrollments.get(a), data.enrollments.get(b));
    data.enrollments.text(a.name) == data.enrollments.text(b.name)
        && (a.number, a.birth, a.sex, a.stage, a.grade, a.class)
            == (b.number, b.birth, b.sex, b.stage, b.grade, b.class)
        && (a.status, a.entry, a.exit, a.suspended) == (b.status, b.entry, b.exit, b.suspended)
}
