//! What tonight's inputs cover, so that a case resolves only where its lists were read again.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ground::{Basis, ExportDate, Ground};
use crate::identity::Standing;
use crate::normalize::{Dataset, SchoolId};
use crate::record::{AwardPeriod, Grade, IdNumber, LabelId, Message, Register, Stage};
use crate::rules::CaseKind;

/// A part of a register: a school, one of its grades, or one of its classes.
type Part = (Register, String, String, String);

/// The lists of a run, and when each was exported.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    registers: FxHashMap<Part, ExportDate>,
    /// The parts of each school: register, grade.
    by_school: FxHashMap<String, Vec<(Register, String, ExportDate)>>,
    /// Sheets and latest date of what was paid: school, programme, time.
    payments: FxHashMap<(String, String, String), (u32, ExportDate)>,
    counts: FxHashMap<(String, String), ExportDate>,
    /// Names of schools with a code, so that a school known by name alone is found by it.
    codes: FxHashMap<String, String>,
    /// Every school that a list names.
    schools: FxHashSet<String>,
    pupils: Pupils,
}

/// The pupils that somebody asked about, as tonight's registers show them.
#[derive(Debug, Clone, Default)]
struct Pupils {
    /// Register, school and number, and whether the pupil left on an unknown day.
    numbered: FxHashMap<(Register, String, String), bool>,
    /// Names at a register and school that stand without a usable number.
    unnumbered: FxHashSet<(Register, String, String)>,
}

/// How a grade is named in grounds: stage and year where they are known, else as it stands.
fn grade_key(stage: Option<Stage>, year: u8, label: &str) -> String {
    match (stage, year) {
        (Some(stage), 1..) => format!("{}{year}年级", stage_word(stage)),
        _ => label.to_string(),
    }
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "学前",
        Stage::Primary => "小学",
        Stage::Junior => "初中",
        Stage::Senior => "高中",
        Stage::Vocational => "中职",
        Stage::Special => "特教",
    }
}

/// The time of a payment as grounds name it: school year, term and months as they are said.
fn time_key(period: AwardPeriod) -> String {
    let year = period.school_year.map_or(String::new(), |year| year.to_string());
    let term = period.term.map_or("", |term| match term {
        crate::record::Term::Autumn => "秋",
        crate::record::Term::Spring => "春",
    });
    let months: Vec<String> =
        period.calendar_months().map(|(_, month)| format!("{month}月")).collect();
    format!("{year}{term}{}", months.join(""))
}

/// The number behind its canonical text.
fn of_canonical(text: &str) -> Option<IdNumber> {
    match text.as_bytes() {
        digits if digits.len() == 18 => IdNumber::from_17_digits(&digits[..17]),
        _ => IdNumber::from_document(text),
    }
}

fn school_key(data: &Dataset, school: SchoolId) -> &str {
    let school = data.schools.school(school);
    if school.code.is_empty() { &school.name } else { &school.code }
}

impl Coverage {
    /// What the records of a run cover; of enrolments, those that stand.
    pub fn of(data: &Dataset, standing: &Standing) -> Coverage {
        let mut coverage = Coverage::default();
        coverage.take_registers(data, standing);
        coverage.take_payments(data);
        for line in &data.headcounts {
            let school = school_key(data, data.schools.of_mention(line.school)).to_string();
            let day = line.date.map_or_else(String::new, |day| day.to_string());
            let date = ExportDate::of(data.sheet(line.place.sheet));
            let held = coverage.counts.entry((school, day)).or_insert(date);
            *held = held.later(date);
        }
        for number in 1..data.schools.len() {
            let id = SchoolId(number as u32);
            let school = data.schools.school(id);
            coverage.schools.insert(school_key(data, id).to_string());
            if !school.code.is_empty() && !school.name.is_empty() {
                coverage.codes.insert(school.name.clone(), school.code.clone());
            }
        }
        coverage
    }

    fn take_registers(&mut self, data: &Dataset, standing: &Standing) {
        // Lists come class by class: a record like the last one adds nothing.
        let mut parts: FxHashMap<_, ExportDate> = FxHashMap::default();
        let mut last = None;
        let columns = &data.enrollments.columns;
        for index in (0..data.enrollments.len()).filter(|&index| standing.holds(index)) {
            let sheet = columns.sheet[index];
            // A list that was not read to its end covers nothing.
            if data.sheet(sheet).incomplete {
                continue;
            }
            let grade = columns.grade[index];
            let stage = columns.stage[index].or(grade.stage);
            let label = if grade.year == 0 || stage.is_none() {
                columns.grade_label[index]
            } else {
                LabelId::default()
            };
            let key = (
                data.register_of(index),
                data.school_of(index),
                (stage, grade.year, label),
                columns.class[index],
            );
            if last == Some((key, sheet)) {
                continue;
            }
            last = Some((key, sheet));
            let date = ExportDate::of(data.sheet(sheet));
            let held = parts.entry(key).or_insert(date);
            *held = held.later(date);
        }
        for ((register, school, (stage, year, label), class), date) in parts {
            let school = school_key(data, school).to_string();
            let grade = grade_key(stage, year, data.labels.get(label));
            let class = data.labels.get(class).to_string();
            for part in [
                (register, school.clone(), String::new(), String::new()),
                (register, school.clone(), grade.clone(), String::new()),
                (register, school.clone(), grade.clone(), class.clone()),
            ] {
                let held = self.registers.entry(part).or_insert(date);
                *held = held.later(date);
            }
        }
        for ((register, school, grade, class), date) in &self.registers {
            if class.is_empty() {
                let parts = self.by_school.entry(school.clone()).or_default();
                parts.push((*register, grade.clone(), *date));
            }
        }
        for parts in self.by_school.values_mut() {
            parts.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        }
    }

    fn take_payments(&mut self, data: &Dataset) {
        let columns = &data.payments.columns;
        let mut lists: FxHashMap<_, FxHashSet<_>> = FxHashMap::default();
        let mut last = None;
        for index in 0..data.payments.len() {
            let key = (data.paying_school(index), columns.programme[index], columns.period[index]);
            let sheet = columns.sheet[index];
            if last != Some((key, sheet)) {
                last = Some((key, sheet));
                lists.entry(key).or_default().insert(sheet);
            }
        }
        for ((school, programme, period), sheets) in lists {
            let key = (
                school_key(data, school).to_string(),
                data.labels.get(programme).to_string(),
                time_key(period),
            );
            let held = self.payments.entry(key).or_default();
            held.0 += sheets.len() as u32;
            for sheet in sheets {
                held.1 = held.1.later(ExportDate::of(data.sheet(sheet)));
            }
        }
    }

    /// What the enrolment record at `index` rests on.
    pub(super) fn ground_of_enrollment(data: &Dataset, index: usize) -> Basis {
        let record = data.enrollments.get(index);
        Basis {
            ground: Ground::Register {
                register: data.register_of(index),
                school: school_key(data, data.school_of(index)).to_string(),
                grade: Coverage::grade_of(data, record.stage, record.grade, record.grade_label),
                class: data.labels.get(record.class).to_string(),
                name: data.enrollments.text(record.name).to_string(),
                number: record.number.map_or_else(String::new, |number| number.to_string()),
            },
            export: ExportDate::of(data.sheet(record.sheet)),
        }
    }

    /// What the payment record at `index` rests on.
    pub(super) fn ground_of_payment(&self, data: &Dataset, index: usize) -> Basis {
        let record = data.payments.get(index);
        let key = (
            school_key(data, data.paying_school(index)).to_string(),
            data.labels.get(record.programme).to_string(),
            time_key(record.period),
        );
        let lists = self.payments.get(&key).map_or(1, |held| held.0);
        let (school, programme, time) = key;
        Basis {
            ground: Ground::Payments { school, programme, time, lists },
            export: ExportDate::of(data.sheet(record.sheet)),
        }
    }

    /// What the line of a count sheet at `index` rests on.
    pub(super) fn ground_of_count(data: &Dataset, index: usize) -> Basis {
        let line = &data.headcounts[index];
        Basis {
            ground: Ground::Count {
                school: school_key(data, data.schools.of_mention(line.school)).to_string(),
                day: line.date.map_or_else(String::new, |day| day.to_string()),
            },
            export: ExportDate::of(data.sheet(line.place.sheet)),
        }
    }

    /// Every register that covers a school, with the grades that `wanted` takes: a case that says
    /// that something is on no list rests on all lists that it would stand on.
    pub(super) fn registers_of(&self, school: &str, wanted: impl Fn(&str) -> bool) -> Vec<Basis> {
        let parts = self.by_school.get(school).map_or(&[][..], Vec::as_slice);
        let grounds = parts.iter().filter(|(_, grade, _)| grade.is_empty() || wanted(grade));
        grounds
            .map(|(register, grade, export)| Basis {
                ground: Ground::Register {
                    register: *register,
                    school: school.to_string(),
                    grade: grade.clone(),
                    class: String::new(),
                    name: String::new(),
                    number: String::new(),
                },
                export: *export,
            })
            .collect()
    }

    /// How grounds name the grade of a record; empty where it says none.
    pub(super) fn grade_of(
        data: &Dataset,
        stage: Option<Stage>,
        grade: Grade,
        label: LabelId,
    ) -> String {
        grade_key(stage.or(grade.stage), grade.year, data.labels.get(label))
    }

    /// Looks up how tonight's registers show the pupils of these lists, for [`Coverage::misses`].
    pub fn look_for<'a>(
        &mut self,
        data: &Dataset,
        standing: &Standing,
        grounds: impl Iterator<Item = &'a Ground>,
    ) {
        let (mut numbers, mut names) = (FxHashSet::default(), FxHashSet::default());
        for ground in grounds {
            if let Ground::Register { name, number, .. } = ground {
                numbers.extend(of_canonical(number));
                names.insert(name.as_str());
            }
        }
        names.remove("");
        if names.is_empty() {
            return;
        }
        let columns = &data.enrollments.columns;
        for index in (0..data.enrollments.len()).filter(|&index| standing.holds(index)) {
            let place = || {
                let school = school_key(data, data.school_of(index)).to_string();
                (data.register_of(index), school)
            };
            match columns.number[index] {
                Some(number) if numbers.contains(&number) => {
                    let (register, school) = place();
                    let undated = columns.status[index].is_exit() && columns.exit[index].is_none();
                    let key = (register, school, number.to_string());
                    *self.pupils.numbered.entry(key).or_default() |= undated;
                }
                Some(_) => {}
                None => {
                    let name = data.enrollments.text(columns.name[index]);
                    if names.contains(name) {
                        let (register, school) = place();
                        self.pupils.unnumbered.insert((register, school, name.to_string()));
                    }
                }
            }
        }
    }

    /// Why a case of this kind that rested on this list cannot be taken as settled tonight; `None`
    /// where the list was read again, from an export no older.
    /// `school`: the school's name for people.
    pub fn misses(&self, kind: CaseKind, basis: &Basis, school: &str) -> Option<Message> {
        let list = basis.ground.describe(school);
        let missing = || {
            Message::new(
                format!("本次没有{}", list.zh),
                format!("{} is not among tonight's inputs", list.en),
            )
        };
        let date = match &basis.ground {
            Ground::Register { register, school, grade, class, name, number } => {
                let school = self.known_by(school);
                let pupil = (*register, school.to_string(), number.clone());
                match self.pupils.numbered.get(&pupil).filter(|_| !number.is_empty()) {
                    Some(true) if kind == CaseKind::DualEnrollment => {
                        return Some(Message::new(
                            format!("{}上该生已离校但没有离校日期", list.zh),
                            format!("{} shows that the pupil left, without a date", list.en),
                        ));
                    }
                    Some(_) => self.registers.get(&(
                        *register,
                        school.to_string(),
                        String::new(),
                        String::new(),
                    )),
                    None => {
                        let named = (*register, school.to_string(), name.clone());
                        if !number.is_empty() && self.pupils.unnumbered.contains(&named) {
                            return Some(Message::new(
                                format!("{}上该生没有可用的证件号", list.zh),
                                format!("{} has no usable number for the pupil", list.en),
                            ));
                        }
                        self.registers.get(&(
                            *register,
                            school.to_string(),
                            grade.clone(),
                            class.clone(),
                        ))
                    }
                }
            }
            Ground::Payments { school, programme, time, lists } => {
                let key = (self.known_by(school).to_string(), programme.clone(), time.clone());
                match self.payments.get(&key) {
                    Some((now, _)) if now < lists => {
                        return Some(Message::new(
                            format!("{}原有{lists}份，本次只有{now}份", list.zh),
                            format!("{}: {lists} lists before, {now} tonight", list.en),
                        ));
                    }
                    held => held.map(|(_, date)| date),
                }
            }
            Ground::Count { school, day } => {
                self.counts.get(&(self.known_by(school).to_string(), day.clone()))
            }
        };
        let Some(date) = date else { return Some(missing()) };
        (!date.is_no_older_than(basis.export)).then(|| {
            Message::new(
                format!("本次的{}比上次所用的旧", list.zh),
                format!("{} is older tonight than it was", list.en),
            )
        })
    }

    /// Whether any list of tonight names this school.
    pub fn knows_school(&self, school: &str) -> bool {
        self.schools.contains(self.known_by(school))
    }

    /// A school that was known by its name alone may have a code by now.
    fn known_by<'a>(&'a self, school: &'a str) -> &'a str {
        self.codes.get(school).map_or(school, String::as_str)
    }
}
