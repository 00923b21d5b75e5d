//! Batches → one [`Dataset`]: dictionaries become one, sheets get their numbers, in the order of the files.

use chrono::NaiveDate;

use super::batch::Batch;
use super::dataset::{Dataset, SheetFacts};
use super::reading::FileReading;
use super::schools::{KnownSchool, SchoolDirectory};
use crate::ingest::{From, Rejection};
use crate::record::{Enrollments, LabelId, Labels, Payments, SchoolMentions, SheetId, SheetRef};

/// Takes the batches out of the readings and puts them together. Returns the records, the rejections
/// with their places, and the number of each sheet in the order (file, sheet).
pub fn merge(
    readings: &mut [FileReading],
    known: &[KnownSchool],
    as_of: NaiveDate,
) -> (Dataset, Vec<Rejection>) {
    let mut enrollments = Enrollments::default();
    let mut payments = Payments::default();
    let mut headcounts = Vec::new();
    let mut labels = Labels::default();
    let mut mentions = SchoolMentions::default();
    let mut uses: Vec<u64> = Vec::new();
    let mut sheets = Vec::new();
    let mut rejections = Vec::new();
    let (rows, texts, paid, paid_texts) = readings
        .iter()
        .flat_map(|file| &file.sheets)
        .flat_map(|sheet| &sheet.batches)
        .fold((0, 0, 0, 0), |(rows, texts, paid, paid_texts), batch| {
            (
                rows + batch.enrollments.len(),
                texts + batch.enrollments.texts.len(),
                paid + batch.payments.len(),
                paid_texts + batch.payments.texts.len(),
            )
        });
    enrollments.columns.reserve(rows);
    enrollments.texts.reserve(texts);
    payments.columns.reserve(paid);
    payments.texts.reserve(paid_texts);
    for (rank, file) in readings.iter_mut().enumerate() {
        for sheet in &mut file.sheets {
            let id = SheetId(sheets.len() as u32);
            let context = sheet.plan.as_ref().map(|plan| &plan.context);
            let date_from = |wanted: From| {
                context
                    .and_then(|context| context.document_date)
                    .filter(|(_, from)| *from == wanted)
                    .map(|(date, _)| date)
            };
            sheets.push(SheetFacts {
                place: SheetRef { file: file.name.clone(), sheet: sheet.name.clone() },
                file: rank as u32,
                kind: sheet
                    .plan
                    .as_ref()
                    .map_or(crate::record::RecordKind::Enrollment, |plan| plan.kind),
                register: sheet.plan.as_ref().and_then(|plan| plan.register),
                title_date: date_from(From::Title),
                name_date: date_from(From::FileName).or(date_from(From::SheetName)),
                modified: file.modified,
                size: file.size,
            });
            for batch in sheet.batches.drain(..) {
                let mut batch = in_shared_words(batch, id, &mut labels, &mut mentions, &mut uses);
                enrollments.append(batch.enrollments);
                payments.append(batch.payments);
                headcounts.append(&mut batch.headcounts);
                rejections.append(&mut batch.rejections);
            }
        }
    }
    let schools = SchoolDirectory::learn(mentions.as_slice(), &uses, known);
    let dataset = Dataset { enrollments, payments, headcounts, labels, schools, sheets, as_of };
    (dataset, rejections)
}

/// A batch with its sheet's number, labels and mentions of the whole run.
fn in_shared_words(
    mut batch: Batch,
    sheet: SheetId,
    labels: &mut Labels,
    mentions: &mut SchoolMentions,
    uses: &mut Vec<u64>,
) -> Batch {
    let label_of: Vec<LabelId> = batch.labels.iter().map(|(_, text)| labels.intern(text)).collect();
    let school_of: Vec<u32> = batch
        .schools
        .as_slice()
        .iter()
        .map(|mention| mentions.intern(&mention.code, &mention.name))
        .collect();
    uses.resize(mentions.as_slice().len(), 0);
    let relabel = |column: &mut Vec<LabelId>| {
        column.iter_mut().for_each(|label| *label = label_of[label.0 as usize]);
    };
    let mut reschool = |column: &mut Vec<u32>| {
        for school in column {
            *school = school_of[*school as usize];
            uses[*school as usize] += 1;
        }
    };
    let enrollments = &mut batch.enrollments.columns;
    enrollments.sheet.fill(sheet);
    relabel(&mut enrollments.grade_label);
    relabel(&mut enrollments.class);
    reschool(&mut enrollments.school);
    let payments = &mut batch.payments.columns;
    payments.sheet.fill(sheet);
    relabel(&mut payments.grade_label);
    relabel(&mut payments.class);
    relabel(&mut payments.programme);
    relabel(&mut payments.note);
    reschool(&mut payments.school);
    for line in &mut batch.headcounts {
        line.place.sheet = sheet;
        line.school = school_of[line.school as usize];
        line.grade_label = label_of[line.grade_label.0 as usize];
        line.class = label_of[line.class.0 as usize];
        line.note = label_of[line.note.0 as usize];
    }
    batch.rejections.iter_mut().for_each(|rejection| rejection.place.sheet = sheet);
    batch
}
