//! `--plain`: one CSV per kind of record, written chunk by chunk in order while rayon makes the next.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;

use super::calendar::write_date;
use super::counts::{self, Tally, TallyEntry};
use super::county::{grade_word, stage_word};
use super::rng::Rng;
use super::rows::{EnrollmentRow, PaymentRow, RowOf, Unit};
use super::truth::{TruthFile, TruthKey};
use super::world::World;
use super::{GenerateError, Summary, at};
use crate::record::{Fen, Sex, Term};

/// Units made by one task, and mixed with one another.
const CHUNK: usize = 4096;
/// Chunks in memory at a time.
const WAVE: usize = 16;
const ENROLLMENTS: &str = "enrollments.csv";
const PAYMENTS: &str = "payments.csv";
const HEADCOUNTS: &str = "headcounts.csv";
const ENROLLMENT_HEADER: &str = "姓名,性别,出生日期,身份证号,全国学籍号,学校标识码,学校名称,学段,年级,班级,学籍状态,入学日期,离校日期,监护人姓名,联系电话,银行卡号\n";
const PAYMENT_HEADER: &str = "姓名,身份证号,学校标识码,学校名称,年级,班级,资助项目,学年,学期,月份,金额,发放日期,发放状态,银行卡号,联系电话\n";

/// What one task hands to the writer.
struct Chunk {
    enrollments: Vec<u8>,
    payments: Vec<u8>,
    enrollment_rows: usize,
    payment_rows: usize,
    /// Rows are counted from 0 within the chunk.
    truth: Vec<(TruthKey, RowOf)>,
    tallies: Vec<TallyEntry>,
}

/// Writes the three files and the truth.
pub(crate) fn write(
    world: &World,
    students: usize,
    out: &Path,
    truth: &Path,
) -> Result<Summary, GenerateError> {
    let create = |name: &str, header: &str| -> Result<BufWriter<File>, GenerateError> {
        let path = out.join(name);
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(at(&path))?);
        file.write_all(header.as_bytes()).map_err(at(&path))?;
        Ok(file)
    };
    let mut enrollments = create(ENROLLMENTS, ENROLLMENT_HEADER)?;
    let mut payments = create(PAYMENTS, PAYMENT_HEADER)?;
    let mut truth_file = TruthFile::create(truth).map_err(at(truth))?;
    let mut tallies = vec![Tally::default(); world.county.class_count];
    let mut summary = Summary { files: 3, ..Summary::default() };
    let chunks = students.div_ceil(CHUNK);
    for wave in (0..chunks).step_by(WAVE) {
        let made: Vec<Chunk> = (wave..chunks.min(wave + WAVE))
            .into_par_iter()
            .map(|chunk| make(world, chunk * CHUNK..students.min((chunk + 1) * CHUNK)))
            .collect();
        for chunk in made {
            enrollments.write_all(&chunk.enrollments).map_err(at(out))?;
            payments.write_all(&chunk.payments).map_err(at(out))?;
            for (key, row) in &chunk.truth {
                // Row 1 is the header.
                let (file, row) = match row {
                    RowOf::Enrollment(row) => (ENROLLMENTS, summary.enrollments + row + 2),
                    RowOf::Payment(row) => (PAYMENTS, summary.payments + row + 2),
                };
                truth_file.write(key, file, row).map_err(at(truth))?;
            }
            counts::add(&mut tallies, &chunk.tallies);
            summary.enrollments += chunk.enrollment_rows;
            summary.payments += chunk.payment_rows;
        }
    }
    enrollments.flush().map_err(at(out))?;
    payments.flush().map_err(at(out))?;
    write_counts(
        world,
        &tallies,
        create(HEADCOUNTS, counts::PLAIN_HEADER)?,
        &mut truth_file,
        &mut summary,
    )
    .map_err(at(out))?;
    (summary.groups, summary.traps) = truth_file.finish().map_err(at(truth))?;
    Ok(summary)
}

/// The count sheet of every second school.
fn write_counts(
    world: &World,
    tallies: &[Tally],
    mut file: BufWriter<File>,
    truth: &mut TruthFile,
    summary: &mut Summary,
) -> std::io::Result<()> {
    let mut ordinal = 0;
    for school in (0..world.county.schools.len()).step_by(2) {
        for line in counts::lines(&world.county, tallies, school, world.seed, &mut ordinal) {
            file.write_all(counts::plain_line(&line, &world.county, world.calendar).as_bytes())?;
            summary.headcounts += 1;
            if let Some((trap, detail)) = line.planted {
                let group = format!("h{}", summary.headcounts);
                let key = TruthKey { group, kind: "headcount-mismatch", trap, detail };
                truth.write(&key, HEADCOUNTS, summary.headcounts + 1)?;
            }
        }
    }
    file.flush()
}

fn make(world: &World, range: std::ops::Range<usize>) -> Chunk {
    let units: Vec<(usize, Unit)> = range.clone().map(|index| (index, world.unit(index))).collect();
    let mut rng = Rng::stream(!world.seed, range.start as u64);
    let enrolled = mixed(units.iter().map(|(_, unit)| unit.enrollments.len()), &mut rng);
    let paid = mixed(units.iter().map(|(_, unit)| unit.payments.len()), &mut rng);
    let mut chunk = Chunk {
        enrollments: Vec::with_capacity(CHUNK * 230),
        payments: Vec::with_capacity(CHUNK * 60),
        enrollment_rows: enrolled.order.len(),
        payment_rows: paid.order.len(),
        truth: Vec::new(),
        tallies: Vec::with_capacity(CHUNK + CHUNK / 8),
    };
    for &(unit, row) in &enrolled.order {
        write_enrollment(world, &units[unit].1.enrollments[row], &mut chunk.enrollments);
    }
    for &(unit, row) in &paid.order {
        write_payment(world, &units[unit].1.payments[row], &mut chunk.payments);
    }
    for (place, (index, unit)) in units.iter().enumerate() {
        counts::entries(unit, &world.county, &mut chunk.tallies);
        for (number, group) in unit.groups.iter().enumerate() {
            let key = TruthKey {
                group: format!("u{index}-{number}"),
                kind: group.kind,
                trap: group.trap,
                detail: group.detail,
            };
            chunk.truth.extend(group.rows.iter().map(|row| {
                let row = match *row {
                    RowOf::Enrollment(row) => {
                        RowOf::Enrollment(enrolled.places[enrolled.starts[place] + row])
                    }
                    RowOf::Payment(row) => RowOf::Payment(paid.places[paid.starts[place] + row]),
                };
                (key.clone(), row)
            }));
        }
    }
    chunk
}

/// The rows of a chunk in the order in which they are written.
struct Mixed {
    /// (unit, row of the unit) of each line.
    order: Vec<(usize, usize)>,
    /// Where the rows of a unit start in `places`.
    starts: Vec<usize>,
    /// The line of each row.
    places: Vec<usize>,
}

/// Mixes rows so that those of one unit do not stand together.
fn mixed(lengths: impl Iterator<Item = usize>, rng: &mut Rng) -> Mixed {
    let (mut rows, mut starts) = (Vec::new(), Vec::new());
    for (unit, length) in lengths.enumerate() {
        starts.push(rows.len());
        rows.extend((0..length).map(|row| (unit, row)));
    }
    let mut lines: Vec<usize> = (0..rows.len()).collect();
    rng.shuffle(&mut lines);
    let mut places = vec![0; rows.len()];
    for (line, &row) in lines.iter().enumerate() {
        places[row] = line;
    }
    Mixed { order: lines.into_iter().map(|row| rows[row]).collect(), starts, places }
}

fn cell(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(b',');
}

/// `男` or `女`.
pub(crate) fn sex_word(sex: Sex) -> &'static str {
    if sex == Sex::Male { "男" } else { "女" }
}

fn write_class(out: &mut Vec<u8>, class: u8) {
    if class >= 10 {
        out.push(b'0' + class / 10);
    }
    out.push(b'0' + class % 10);
    cell(out, "班");
}

fn write_enrollment(world: &World, row: &EnrollmentRow, out: &mut Vec<u8>) {
    let school = &world.county.schools[row.school];
    cell(out, &row.name);
    cell(out, sex_word(row.sex));
    if let Some(birth) = row.birth {
        write_date(out, birth);
    }
    out.push(b',');
    cell(out, &row.number);
    cell(out, &row.student_number);
    cell(out, &school.code);
    cell(out, &school.name);
    cell(out, stage_word(school.stage));
    cell(out, grade_word(school.stage, row.grade));
    write_class(out, row.class);
    cell(out, row.status);
    write_date(out, row.entry);
    out.push(b',');
    if let Some(exit) = row.exit {
        write_date(out, exit);
    }
    out.push(b',');
    cell(out, &row.guardian);
    cell(out, &row.phone);
    out.extend_from_slice(row.card.as_bytes());
    out.push(b'\n');
}

/// `秋季学期` or `春季学期`.
pub(crate) fn term_word(term: Term) -> &'static str {
    if term == Term::Autumn { "秋季学期" } else { "春季学期" }
}

fn write_payment(world: &World, row: &PaymentRow, out: &mut Vec<u8>) {
    let school = &world.county.schools[row.school];
    cell(out, &row.name);
    cell(out, &row.number);
    cell(out, &school.code);
    cell(out, &school.name);
    cell(out, grade_word(school.stage, row.grade));
    write_class(out, row.class);
    cell(out, row.programme);
    cell(out, &format!("{}-{}", row.school_year, row.school_year + 1));
    cell(out, term_word(row.term));
    cell(out, &row.month.map(|month| format!("{month}月")).unwrap_or_default());
    cell(out, &Fen(row.fen).to_string());
    write_date(out, row.pay_date);
    out.push(b',');
    cell(out, row.status);
    cell(out, &row.card);
    out.extend_from_slice(row.phone.as_bytes());
    out.push(b'\n');
}
