//! From a pupil's number to the pupil's rows: each unit depends on the seed and its number alone.

use super::calendar::Calendar;
use super::county::{County, STAGES, years};
use super::names::Names;
use super::person::{NumberSpace, Person, level};
use super::planted::{self, PLANTED_SLOTS, SLOTS};
use super::rng::Rng;
use super::rows::{EnrollmentRow, Unit};
use crate::record::Stage;

/// What all pupils share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) county: County,
    pub(crate) names: Names,
    pub(crate) calendar: Calendar,
    pub(crate) seed: u64,
    cells: Vec<Cell>,
}

/// One of a hundred pupils: stage and year, and the place among those of the same age.
#[derive(Debug, Clone, Copy)]
struct Cell {
    stage: Stage,
    grade: u8,
    rank: usize,
    /// How many of the hundred are of that age.
    peers: usize,
}

impl World {
    /// The world of a seed.
    pub(crate) fn new(students: usize, seed: u64, calendar: Calendar) -> World {
        World {
            county: County::new(students),
            names: Names::load(),
            calendar,
            seed,
            cells: cells(),
        }
    }

    /// The rows of unit `index`.
    pub(crate) fn unit(&self, index: usize) -> Unit {
        let mut rng = Rng::stream(self.seed, index as u64);
        let turn = Rng::stream(self.seed, u64::MAX).index(SLOTS);
        let slot = (index % SLOTS * 1237 + turn) % SLOTS;
        if slot < PLANTED_SLOTS {
            let key = index / SLOTS * PLANTED_SLOTS + slot;
            let mut draft = Draft { world: self, rng, key, space: NumberSpace::Planted };
            return planted::unit(slot, &mut draft);
        }
        let cell = self.cells[(index % 100 * 37 + turn) % 100];
        let key = index / 100 * cell.peers + cell.rank;
        let ordinary = rng.below(1000);
        let mut draft = Draft { world: self, rng, key, space: NumberSpace::Ordinary };
        let person = draft.person(cell.stage, cell.grade);
        let mut row = draft.enrollment(&person, cell.stage, cell.grade);
        let mut unit = Unit::default();
        match ordinary {
            0..4 => {
                row.status = "休学";
                row.suspended = Some(self.calendar.day(0, 9, 8));
            }
            4..8 if cell.grade > 1 => {
                row.status = "转出";
                row.exit = Some(self.calendar.day(0, 3, 12));
            }
            8..12 => row.status = "复学",
            _ => {}
        }
        let pays = row.status == "在读";
        unit.enroll(row);
        if pays {
            draft.usual_aid(&mut unit);
        }
        if unit.payments.is_empty() && draft.rng.chance(900) {
            unit.enrollments[0].card.clear();
        }
        unit
    }
}

/// The hundred cells, by the shares of the stages.
fn cells() -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(100);
    for (stage, share) in STAGES.into_iter().zip([15u8, 35, 20, 17, 13]) {
        for place in 0..share {
            let grade = place % years(stage) + 1;
            let age = level(stage, grade);
            let rank = cells.iter().filter(|cell| level(cell.stage, cell.grade) == age).count();
            cells.push(Cell { stage, grade, rank, peers: 0 });
        }
    }
    let ages: Vec<u8> = cells.iter().map(|cell| level(cell.stage, cell.grade)).collect();
    for (cell, age) in cells.iter_mut().zip(&ages) {
        cell.peers = ages.iter().filter(|other| *other == age).count();
    }
    cells
}

/// One unit while it is being made.
pub(crate) struct Draft<'a> {
    pub(crate) world: &'a World,
    pub(crate) rng: Rng,
    pub(crate) key: usize,
    pub(crate) space: NumberSpace,
}

impl Draft<'_> {
    /// The calendar of the county.
    pub(crate) fn calendar(&self) -> Calendar {
        self.world.calendar
    }

    /// The child of this unit, of the age for that year of that stage.
    pub(crate) fn person(&mut self, stage: Stage, grade: u8) -> Person {
        let Draft { world, rng, key, space } = self;
        Person::new(*space, *key, (stage, grade), world.calendar, &world.names, rng)
    }

    /// A school of a stage.
    pub(crate) fn school(&mut self, stage: Stage) -> usize {
        let range = self.world.county.of_stage(stage);
        range.start + self.rng.index(range.len())
    }

    /// Another school of the same stage.
    pub(crate) fn other_school(&mut self, stage: Stage, school: usize) -> usize {
        let range = self.world.county.of_stage(stage);
        let step = 1 + self.rng.index(range.len() - 1);
        range.start + (school - range.start + step) % range.len()
    }

    /// A class of a school.
    pub(crate) fn class(&mut self, school: usize) -> u8 {
        1 + self.rng.below(u32::from(self.world.county.schools[school].classes)) as u8
    }

    /// An active line at a school of the stage, since the first day of the stage.
    pub(crate) fn enrollment(&mut self, person: &Person, stage: Stage, grade: u8) -> EnrollmentRow {
        let school = self.school(stage);
        self.enrollment_at(person, school, grade)
    }

    /// An active line at that school, since the first day of the stage.
    pub(crate) fn enrollment_at(
        &mut self,
        person: &Person,
        school: usize,
        grade: u8,
    ) -> EnrollmentRow {
        let class = self.class(school);
        let entry = self.calendar().entry(grade);
        let mut row = EnrollmentRow::of(person, school, grade, class, entry);
        if self.world.county.schools[school].stage == Stage::Preschool {
            row.student_number.clear();
        }
        row
    }

    /// A stage with a year of it that is not the first; kindergartens only where asked.
    pub(crate) fn later_grade(&mut self, stages: &[Stage]) -> (Stage, u8) {
        let stage = self.rng.pick(stages);
        let grade = match stage {
            Stage::Preschool => 2,
            stage => 2 + self.rng.below(u32::from(years(stage)) - 1) as u8,
        };
        (stage, grade)
    }
}
