//! Batches → one [`Dataset`]: dictionaries become one, sheets get their numbers, in the order of the files.

use chrono::NaiveDate;
use rayon::prelude::*;

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
    let mut batches: Vec<(Batch, Words)> = Vec::new();
    let mut headcounts = Vec::new();
    let mut labels = Labels::default();
    let mut mentions = SchoolMentions::default();
    let mut sheets = Vec::new();
    let mut rejections = Vec::new();
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
                let words = Words::shared(&batch, id, &mut labels, &mut mentions);
                batches.push((batch, words));
            }
        }
    }
    let mentioned = mentions.as_slice().len();
    let batches: Vec<(Batch, Vec<u64>)> =
        batches.into_par_iter().map(|(batch, words)| words.translate(batch, mentioned)).collect();
    let mut uses = vec![0u64; mentioned];
    let (mut enrollments, mut payments) = (Vec::new(), Vec::new());
    for (mut batch, used) in batches {
        uses.iter_mut().zip(used).for_each(|(sum, used)| *sum += used);
        enrollments.push(batch.enrollments);
        payments.push(batch.payments);
        headcounts.append(&mut batch.headcounts);
        rejections.append(&mut batch.rejections);
    }
    let (enrollments, payments) =
        rayon::join(|| Enrollments::concatenate(enrollments), || Payments::concatenate(payments));
    let schools = SchoolDirectory::learn(mentions.as_slice(), &uses, known);
    let dataset = Dataset { enrollments, payments, headcounts, labels, schools, sheets, as_of };
    (dataset, rejections)
}

/// What a batch's own labels and mentions are called in the whole run.
struct Words {
    sheet: SheetId,
    labels: Vec<LabelId>,
    schools: Vec<u32>,
}

impl Words {
    fn shared(
        batch: &Batch,
        sheet: SheetId,
        labels: &mut Labels,
        mentions: &mut SchoolMentions,
    ) -> Words {
        let own = batch.schools.as_slice().iter();
        Words {
            sheet,
            labels: batch.labels.iter().map(|(_, text)| labels.intern(text)).collect(),
            schools: own.map(|mention| mentions.intern(&mention.code, &mention.name)).collect(),
        }
    }

    /// The batch in the words of the run, and how often it uses each of the run's `mentioned` schools.
    fn translate(self, mut batch: Batch, mentioned: usize) -> (Batch, Vec<u64>) {
        let mut uses = vec![0u64; mentioned];
        let relabel = |column: &mut Vec<LabelId>| {
            column.iter_mut().for_each(|label| *label = self.labels[label.0 as usize]);
        };
        let mut reschool = |column: &mut Vec<u32>| {
            for school in column {
                *school = self.schools[*school as usize];
                uses[*school as usize] += 1;
            }
        };
        let enrollments = &mut batch.enrollments.columns;
        enrollments.sheet.fill(self.sheet);
        relabel(&mut enrollments.grade_label);
        relabel(&mut enrollments.class);
        reschool(&mut enrollments.school);
        let payments = &mut batch.payments.columns;
        payments.sheet.fill(self.sheet);
        relabel(&mut payments.grade_label);
        relabel(&mut payments.class);
        relabel(&mut payments.programme);
        relabel(&mut payments.note);
        reschool(&mut payments.school);
        for line in &mut batch.headcounts {
            line.place.sheet = self.sheet;
            line.school = self.schools[line.school as usize];
            line.grade_label = self.labels[line.grade_label.0 as usize];
            line.class = self.labels[line.class.0 as usize];
            line.note = self.labels[line.note.0 as usize];
        }
        batch.rejections.iter_mut().for_each(|rejection| rejection.place.sheet = self.sheet);
        (batch, uses)
    }
}
