//! From a pupil's number to the pupil's rows: each unit depends on the seed and its number alone.

use super::calendar::Calendar;
use super::county::{County, STAGES, years};
use super::families::Families;
use super::hidden;
use super::household::Household;
use super::names::Names;
use super::person::{NumberSpace, Person, level, phone};
use super::planted::{Plan, SLOTS};
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
    /// How much more or less than usual is spoiled: 1 is usual.
    pub(crate) spoilage: f64,
    cells: Vec<Cell>,
    families: Families,
    plan: Plan,
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
    pub(crate) fn new(students: usize, seed: u64, calendar: Calendar, spoilage: f64) -> World {
        let cells = cells();
        let ages: Vec<u8> = cells.iter().map(|cell| level(cell.stage, cell.grade)).collect();
        World {
            county: County::new(students),
            names: Names::load(),
            calendar,
            seed,
            spoilage,
            families: Families::new(&ages),
            cells,
            plan: Plan::new(spoilage),
        }
    }

    /// The rows of unit `index`.
    pub(crate) fn unit(&self, index: usize) -> Unit {
        let mut rng = Rng::stream(self.seed, index as u64);
        let turn = Rng::stream(self.seed, u64::MAX).index(SLOTS);
        let slot = (index % SLOTS * 1237 + turn) % SLOTS;
        if slot < self.plan.slots() {
            let block = index / SLOTS;
            let key = block * self.plan.slots() + slot;
            let mut draft = Draft { world: self, rng, key, space: NumberSpace::Planted };
            let mut unit = self.plan.unit(slot, block, &mut draft);
            let card_decides = unit.groups.iter().any(|group| group.detail == hidden::BY_CARD);
            if unit.payments.is_empty() && !card_decides && draft.rng.chance(850) {
                unit.without_cards();
            }
            return unit;
        }
        let place = (index % 100 * 37 + turn) % 100;
        let cell = self.cells[place];
        let key = index / 100 * cell.peers + cell.rank;
        let ordinary = rng.below(1000);
        let mut draft = Draft { world: self, rng, key, space: NumberSpace::Ordinary };
        let home = self.families.household(&self.names, self.seed, index / 100, place);
        let mut person = draft.child(&home, cell.stage, cell.grade);
        if draft.rng.chance(120) {
            std::mem::swap(&mut person.guardian, &mut person.other_parent);
        }
        let mut row = draft.enrollment(&person, cell.stage, cell.grade);
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
        let twin = draft.rng.chance(6).then(|| draft.beside(&person, &row));
        let mut unit = Unit::default();
        for mut row in std::iter::once(row).chain(twin) {
            let paid = row.status == "在读" && draft.usual_aid(&mut unit, &row);
            if !paid && draft.rng.chance(900) {
                row.card.clear();
            }
            row.leave_empty(&mut draft.rng);
            unit.enroll(row);
        }
        unit
    }

    /// The office telephone that a school typed for this whole class, if it did.
    fn office_phone(&self, school: usize, grade: u8, class: u8) -> Option<String> {
        let class = self.county.class_index(school, grade, class) as u64;
        let typed = Rng::stream(self.seed ^ 0x0FF1_CE00, class).chance(8);
        typed.then(|| phone(&mut Rng::stream(self.seed ^ 0x0FF1_CE01, school as u64)))
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

    /// A child of a household of its own, of the age for that year of that stage.
    pub(crate) fn person(&mut self, stage: Stage, grade: u8) -> Person {
        let home = Household::new(&self.world.names, &mut self.rng);
        self.child(&home, stage, grade)
    }

    /// The child of that household of the age for that year of that stage.
    pub(crate) fn child(&mut self, home: &Household, stage: Stage, grade: u8) -> Person {
        let Draft { world, rng, key, space } = self;
        Person::new(*space, *key, (stage, grade), world.calendar, (&world.names, home), rng)
    }

    /// A child of another household next door, born some days later.
    pub(crate) fn neighbour(&mut self, of: &Person, stage: Stage, grade: u8) -> Person {
        let home =
            Household { place: of.place, ..Household::han(&self.world.names, &mut self.rng) };
        let own = std::mem::replace(&mut self.space, NumberSpace::Neighbour);
        let neighbour = self.child(&home, stage, grade);
        self.space = own;
        neighbour
    }

    /// The twin of the pupil of a line, nine times in ten in the same class.
    fn beside(&mut self, person: &Person, row: &EnrollmentRow) -> EnrollmentRow {
        let twin = person.twin(&self.world.names, &mut self.rng);
        let mut beside = self.enrollment_at(&twin, row.school, row.grade);
        if self.rng.chance(900) {
            beside.class = row.class;
            beside.phone.clone_from(&row.phone);
        }
        EnrollmentRow { status: row.status, exit: row.exit, suspended: row.suspended, ..beside }
    }

    /// A school of a stage: mostly the one nearest to the place.
    fn school(&mut self, stage: Stage, place: u32) -> usize {
        let range = self.world.county.of_stage(stage);
        let nearest = ((u64::from(place) * range.len() as u64) >> 32) as usize;
        range.start + if self.rng.chance(150) { self.rng.index(range.len()) } else { nearest }
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
        let school = self.school(stage, person.place);
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
        if let Some(phone) = self.world.office_phone(school, grade, class) {
            row.phone = phone;
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
