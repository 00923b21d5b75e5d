//! Batches → one [`Dataset`]: dictionaries become one, sheets get their numbers, in the order of the files.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::batch::{Batch, Words};
use super::dataset::{Dataset, SheetFacts};
use super::reading::FileReading;
use super::schools::{KnownSchool, SchoolDirectory};
use crate::ingest::{From, Rejection};
use crate::record::{Enrollments, Labels, Payments, SchoolMentions, SheetId, SheetRef};

/// Takes the batches out of the readings and puts them together. Returns the records, the rejections
/// with their places, and the number of each sheet in the order (file, sheet).
pub fn merge(
    readings: &mut [FileReading],
    known: &[KnownSchool],
    as_of: NaiveDate,
) -> (Dataset, Vec<Rejection>) {
    let mut batches: Vec<(Batch, SheetId, Words)> = Vec::new();
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
                incomplete: sheet.incomplete,
            });
            for batch in sheet.batches.drain(..) {
                let words = Words::shared(&batch, &mut labels, &mut mentions);
                batches.push((batch, id, words));
            }
        }
    }
    let batches: Vec<Batch> = batches
        .into_par_iter()
        .map(|(mut batch, sheet, words)| {
            words.translate(&mut batch);
            place_in(&mut batch, sheet);
            batch
        })
        .collect();
    let mut uses = vec![0u64; mentions.as_slice().len()];
    let (mut enrollments, mut payments) = (Vec::new(), Vec::new());
    for mut batch in batches {
        let schools = [&batch.enrollments.columns.school, &batch.payments.columns.school];
        let counted = batch.headcounts.iter().map(|line| &line.school);
        for &school in schools.into_iter().flatten().chain(counted) {
            uses[school as usize] += 1;
        }
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

/// Gives the rows of a batch the number of their sheet.
fn place_in(batch: &mut Batch, sheet: SheetId) {
    batch.enrollments.columns.sheet.fill(sheet);
    batch.payments.columns.sheet.fill(sheet);
    batch.headcounts.iter_mut().for_each(|line| line.place.sheet = sheet);
    batch.rejections.iter_mut().for_each(|rejection| rejection.place.sheet = sheet);
}
