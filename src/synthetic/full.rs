//! A county in files like those that offices send: a folder for each system and for the schools.
//!
//! All rows are held at once, grouped by file; `--plain` is the mode for large counties.

use std::fs;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::counts::{self, Tally};
use super::rows::{EnrollmentRow, RowOf, Unit};
use super::table::{self, Format, Table};
use super::truth::{TruthFile, TruthKey};
use super::world::World;
use super::{GenerateError, Summary, aid_lists, at, count_sheets, registers, rosters};

/// What the rooms of this mode share while the files are made.
pub(crate) struct Office<'a> {
    pub(crate) world: &'a World,
    pub(crate) out: &'a Path,
    pub(crate) units: Vec<Unit>,
    /// The units' enrolment rows by school, grade and class.
    pub(crate) lines: Vec<(usize, usize)>,
    /// Where each row of a unit was written.
    places: FxHashMap<(usize, RowOf), (String, usize)>,
    /// Truth about rows that belong to no unit.
    further: Vec<(TruthKey, String, usize)>,
    pub(crate) summary: Summary,
}

impl Office<'_> {
    /// The enrolment row of a line.
    pub(crate) fn row(&self, (unit, row): (usize, usize)) -> &EnrollmentRow {
        &self.units[unit].enrollments[row]
    }

    /// Notes where a row of a unit stands.
    pub(crate) fn placed(&mut self, unit: usize, row: RowOf, file: &str, number: usize) {
        self.places.insert((unit, row), (file.to_owned(), number));
    }

    /// Where a row of a unit stands.
    pub(crate) fn place(&self, unit: usize, row: RowOf) -> Option<(String, usize)> {
        self.places.get(&(unit, row)).cloned()
    }

    /// Records a truth about a row that belongs to no unit's story.
    pub(crate) fn note(
        &mut self,
        kind: &'static str,
        planted: (bool, &'static str),
        place: (String, usize),
    ) {
        let (trap, detail) = planted;
        let group = format!("f{}", self.further.len() + 1);
        self.further.push((TruthKey { group, kind, trap, detail }, place.0, place.1));
    }

    /// Writes one file, named by its path below the county's folder.
    pub(crate) fn save(
        &mut self,
        file: &str,
        format: Format,
        tables: &[Table],
    ) -> Result<(), GenerateError> {
        self.summary.files += 1;
        table::write(&self.out.join(file), format, tables)
    }

    /// A day as file names write it.
    pub(crate) fn stamp(&self, days_before: u64) -> String {
        let day = self.world.calendar.count_day() - chrono::Days::new(days_before);
        day.format("%Y%m%d").to_string()
    }
}

/// Writes the folders, the configuration and the truth.
pub(crate) fn write(
    world: &World,
    students: usize,
    out: &Path,
    truth: &Path,
) -> Result<Summary, GenerateError> {
    let units: Vec<Unit> = (0..students).into_par_iter().map(|index| world.unit(index)).collect();
    let mut lines: Vec<(usize, usize)> = Vec::with_capacity(students + students / 8);
    for (unit, rows) in units.iter().enumerate() {
        lines.extend((0..rows.enrollments.len()).map(|row| (unit, row)));
    }
    lines.sort_by_key(|&(unit, row)| {
        let row = &units[unit].enrollments[row];
        (row.school, row.grade, row.class)
    });
    let mut tallies = vec![Tally::default(); world.county.class_count];
    let mut entries = Vec::new();
    units.iter().for_each(|unit| counts::entries(unit, &world.county, &mut entries));
    counts::add(&mut tallies, &entries);
    let mut office = Office {
        world,
        out,
        units,
        lines,
        places: FxHashMap::default(),
        further: Vec::new(),
        summary: Summary::default(),
    };
    registers::write(&mut office)?;
    rosters::write(&mut office)?;
    aid_lists::write(&mut office)?;
    count_sheets::write(&mut office, &tallies)?;
    configuration(&office)?;
    write_truth(&office, truth).map_err(at(truth)).map(|(groups, traps)| Summary {
        groups,
        traps,
        files: office.summary.files + 2,
        ..office.summary.clone()
    })
}

/// A configuration that fixes the day and the secret, so that the answers are the same everywhere.
fn configuration(office: &Office) -> Result<(), GenerateError> {
    let text = format!(
        "# The county is looked at on this day, whatever today is.\nas_of = \"{}\"\n\n\
         # A public secret: for this sample only.\nsecret_file = \"secret.txt\"\n",
        office.world.calendar.as_of
    );
    let path = office.out.join("aidcheck.toml");
    fs::write(&path, text).map_err(at(&path))?;
    let path = office.out.join("secret.txt");
    fs::write(&path, "public-sample-secret-of-heyuan-county-never-use-it-for-real-data\n")
        .map_err(at(&path))
}

fn write_truth(office: &Office, path: &Path) -> std::io::Result<(usize, usize)> {
    let mut file = TruthFile::create(path)?;
    for (index, unit) in office.units.iter().enumerate() {
        for (number, group) in unit.groups.iter().enumerate() {
            let key = TruthKey {
                group: format!("u{index}-{number}"),
                kind: group.kind,
                trap: group.trap,
                detail: group.detail,
            };
            let mut places: Vec<(String, usize)> =
                group.rows.iter().filter_map(|&row| office.place(index, row)).collect();
            // Two months of the usual grant stand in one line.
            places.dedup();
            for (name, row) in places {
                file.write(&key, &name, row)?;
            }
        }
    }
    for (key, name, row) in &office.further {
        file.write(key, name, *row)?;
    }
    file.finish()
}
