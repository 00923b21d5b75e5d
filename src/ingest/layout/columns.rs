//! What each column of a table means: by its header, by the shape of its values, and among its neighbours.

use crate::record::{Field, RecordKind, in_simplified};

use super::header_rows::KnownHeaders;
use super::headers::{HeaderBook, normalize};
use super::shapes::{OF_ENROLLMENT, OF_PAYMENT, OF_REVIEW, is_student_number, shape_fits};
use super::whose_number::{are_numbers, sound_numbers};

/// What one column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// From 0.
    pub index: usize,
    /// The header as it stands; of a header of several rows the texts that belong together.
    pub header: String,
    pub field: Option<Field>,
    pub how: How,
    /// For an unknown header the nearest known one and its field; offered, never taken. For a second choice
    /// that is not used, the column that serves, and its field.
    pub offer: Option<(Field, String)>,
    /// Where several pupils stand side by side on a line: which of them it describes, from 0.
    pub side: Option<usize>,
    /// Where a line holds several payments: which of them it describes, from 0.
    pub payment: Option<usize>,
    /// What stands over its header, the nearest last.
    pub groups: Vec<String>,
    /// Its cells in the first rows are all blank.
    pub blank: bool,
}

impl ColumnPlan {
    /// Whether its cells are not read on their own, because another column serves or takes them in.
    pub fn offer_serves(&self) -> bool {
        matches!(self.how, How::SecondChoice | How::Part)
    }

    /// Whether a key of the configuration names it: its header, or its header with the groups over it, as is
    /// needed where other groups stand over the same header.
    pub fn is_named(&self, key: &str) -> bool {
        keys_of(&self.groups, &self.header).contains(&normalize(key))
    }

    /// Whether its amounts are in 万元: its header says the unit, else the nearest group that names one, else
    /// `titles` do.
    pub(super) fn in_ten_thousands(&self, titles: bool) -> bool {
        let unit = |text: &String| match text.contains(['万', '萬']) {
            true => Some(true),
            false => text.contains('元').then_some(false),
        };
        let mut texts = std::iter::once(&self.header).chain(self.groups.iter().rev());
        texts.find_map(unit).unwrap_or(titles)
    }

    /// Its header with the groups over it, as a person would name the column.
    pub fn full_header(&self) -> String {
        let own = self.header.trim();
        let over = self.groups.iter().map(|group| group.trim()).filter(|group| *group != own);
        over.chain([own]).collect::<Vec<_>>().join(" / ")
    }
}

/// By what a column was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its header is known.
    Header,
    /// Its header is an abbreviation; the shape of its values decided.
    Abbreviation,
    /// Its header means several things; values or the kind of the sheet decided.
    Content,
    /// The configuration says so.
    Forced,
    /// It is one of several columns that hold the field together. Without a field it is taken into
    /// another one.
    Part,
    /// Another column holds the same field with more usable content. With a field it is asked where
    /// that one is blank, without it is not used.
    SecondChoice,
    Unknown,
}

/// Reads the headers of a table, with the rows below for what they leave open.
pub(super) fn plan_columns(
    known: &KnownHeaders,
    headers: Vec<String>,
    mut groups: Vec<Vec<String>>,
    rows: &[Vec<String>],
) -> Vec<ColumnPlan> {
    groups.resize(headers.len(), Vec::new());
    headers
        .into_iter()
        .zip(groups)
        .enumerate()
        .map(|(index, (header, groups))| plan_column(known, index, header, groups, rows))
        .collect()
}

fn plan_column(
    known: &KnownHeaders,
    index: usize,
    header: String,
    groups: Vec<String>,
    rows: &[Vec<String>],
) -> ColumnPlan {
    let sample = sample_of(rows, index);
    let forced = keys_of(&groups, &header).iter().find_map(|key| known.forced.get(key));
    let (field, how) = if let Some(&field) = forced {
        (Some(field), How::Forced)
    } else if let Some(field) = known.book.field(&header) {
        let filled = sample.iter().filter(|cell| !cell.trim().is_empty()).count();
        let national = sample.iter().filter(|cell| is_student_number(cell)).count();
        if field == Field::LocalNumber && national > 0 && national * 2 >= filled {
            (Some(Field::StudentNumber), How::Content)
        } else if field == Field::LocalNumber && are_numbers(&sample) {
            (Some(Field::IdNumber), How::Content)
        } else {
            (Some(field), How::Header)
        }
    } else {
        match known.book.abbreviation(&header).iter().find(|&&field| shape_fits(field, &sample)) {
            Some(&field) => (Some(field), How::Abbreviation),
            None => (None, How::Unknown),
        }
    };
    let offer = if field.is_none() { known.book.nearest(&header) } else { None };
    let blank = sample.iter().all(|cell| cell.trim().is_empty());
    ColumnPlan { index, header, field, how, offer, side: None, payment: None, groups, blank }
}

/// By what the configuration may name a column: equal headers below different groups with their groups.
fn keys_of(groups: &[String], header: &str) -> [String; 2] {
    [normalize(&format!("{}{header}", groups.concat())), normalize(header)]
}

/// The cells of a column, blank ones included.
pub(super) fn sample_of(rows: &[Vec<String>], index: usize) -> Vec<&str> {
    rows.iter().map(|row| row.get(index).map_or("", String::as_str)).collect()
}

/// Fields that several columns may hold, each in its own right: dates of leaving by kind, guardians …
fn holds_many(field: Field) -> bool {
    matches!(
        field,
        Field::EntryDate
            | Field::ExitDate
            | Field::GuardianName
            | Field::GuardianId
            | Field::Relation
            | Field::Address
            | Field::AuxiliaryNumber
            | Field::HardshipFlag
            | Field::Household
            | Field::Signature
            | Field::SpelledName
            | Field::StudentType
            | Field::Nationality
            | Field::Campus
    )
}

/// Fields of which a further column is asked where the first is blank.
fn has_fallback(field: Field) -> bool {
    matches!(
        field,
        Field::IdNumber
            | Field::StudentNumber
            | Field::SchoolCode
            | Field::SchoolName
            | Field::Phone
    )
}

/// How well a column holds a field; compared in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    forced: bool,
    /// Not right behind a guardian's or card holder's column, whose number it may be.
    own: bool,
    has_content: bool,
    /// Of ID numbers: how many are a resident's, check character and all. A file's running number fits as well.
    sound: usize,
    /// How well the header says it: the amount paid before the standard.
    preference: i8,
    usable: usize,
}

/// Of two columns for one field one is the first choice. The loser is a second choice, asked where the
/// first is blank, if it may hold the same thing of the same pupil, else it is not used.
pub(super) fn settle_doubles(book: &HeaderBook, columns: &mut [ColumnPlan], rows: &[Vec<String>]) {
    let mut first_choices: Vec<usize> = Vec::new();
    for second in 0..columns.len() {
        let Some(field) = columns[second].field.filter(|&field| !holds_many(field)) else {
            continue;
        };
        if columns[second].how == How::Part {
            continue;
        }
        let (side, payment) = (columns[second].side, columns[second].payment);
        let rival = first_choices.iter().position(|&first| {
            let first = &columns[first];
            first.field == Some(field)
                && (first.side == side || first.side.is_none() || side.is_none())
                && (first.payment == payment || first.payment.is_none() || payment.is_none())
        });
        let Some(place) = rival else {
            first_choices.push(second);
            continue;
        };
        let first = first_choices[place];
        let (a, b) = {
            let claim = |at| claim(book, columns, at, field, rows);
            (claim(first), claim(second))
        };
        // Of two equal headers the later may be another person's, however full it is.
        let same_header = normalize(&columns[first].header) == normalize(&columns[second].header);
        let wins = if same_header {
            (b.forced, b.own, b.has_content) > (a.forced, a.own, a.has_content)
        } else {
            b > a
        };
        let (winner, loser) = if wins { (second, first) } else { (first, second) };
        first_choices[place] = winner;
        let (mine, theirs) = (sample_of(rows, winner), sample_of(rows, loser));
        // 无, / and their like are no numbers.
        let says = |cell: &str| cell.trim().chars().count() >= 4;
        let both = |(a, b): &(&&str, &&str)| says(a) && says(b);
        let pairs: Vec<_> = mine.iter().zip(&theirs).filter(both).collect();
        let differ = pairs.iter().filter(|(a, b)| a.trim() != b.trim()).count();
        let asked = has_fallback(field)
            && !same_header
            && !stands_behind_another(columns, loser)
            && differ * 2 <= pairs.len();
        let serving = columns[winner].header.clone();
        let loser = &mut columns[loser];
        loser.how = How::SecondChoice;
        if !asked {
            loser.field = None;
            loser.offer = Some((field, serving));
        }
    }
}

fn claim(
    book: &HeaderBook,
    columns: &[ColumnPlan],
    at: usize,
    field: Field,
    rows: &[Vec<String>],
) -> Claim {
    let column = &columns[at];
    let usable = sample_of(rows, column.index)
        .iter()
        .filter(|cell| !cell.trim().is_empty() && shape_fits(field, &[cell]))
        .count();
    Claim {
        forced: column.how == How::Forced,
        has_content: usable > 0,
        own: !stands_behind_another(columns, at),
        sound: if field == Field::IdNumber { sound_numbers(rows, column.index) } else { 0 },
        preference: preference(book, field, &normalize(&column.header)),
        usable,
    }
}

/// Whether the columns right before speak of a guardian or a card holder.
fn stands_behind_another(columns: &[ColumnPlan], at: usize) -> bool {
    let mut before = columns[..at].iter().rev();
    let nearest = before.find(|column| {
        !matches!(column.field, Some(Field::Relation | Field::Phone | Field::IdType))
    });
    nearest.is_some_and(|column| {
        matches!(
            column.field,
            Some(Field::GuardianName | Field::GuardianId | Field::CardHolder | Field::HolderId)
        )
    })
}

/// How well a header says its field where several headers do; 0 for most.
fn preference(book: &HeaderBook, field: Field, header: &str) -> i8 {
    let (better, worse): (&[&str], &[&str]) = match field {
        Field::Amount => return book.amounts.preference(header),
        Field::Level => (&["档"], &["困难", "认定"]),
        Field::CountedCount => (&["实到", "清点", "现场", "实际"], &[]),
        Field::EnrollmentStatus => (&["学籍状态", "当前状态"], &["异动", "变动"]),
        Field::Month => (&["月"], &["批次", "期数"]),
        Field::PayDate => (&["到账", "打卡"], &[]),
        Field::Phone => (&["学生", "本人"], &["监护", "家", "父", "母", "成员"]),
        Field::IdNumber => (&[], &["其他", "学号"]),
        _ => return 0,
    };
    let says = |words: &[&str]| i8::from(words.iter().any(|word| header.contains(word)));
    says(better) - says(worse)
}

/// A bare 状态 (ZT) is that of the payment, of its review, or of the enrolment: its words decide, then the
/// kind of the list.
pub(super) fn settle_status(columns: &mut [ColumnPlan], kind: RecordKind, rows: &[Vec<String>]) {
    for at in 0..columns.len() {
        let column = &columns[at];
        let bare = matches!(normalize(&column.header).as_str(), "状态" | "当前状态" | "ZT");
        if !bare || column.how == How::Forced {
            continue;
        }
        let says = |words: &[&str]| {
            let cells = sample_of(rows, column.index);
            cells
                .iter()
                .map(|cell| in_simplified(cell))
                .filter(|cell| words.iter().any(|word| cell.contains(word)))
                .count()
        };
        let (payment, enrollment) = (says(&OF_PAYMENT), says(&OF_ENROLLMENT));
        let review = says(&OF_REVIEW);
        let field = match payment.cmp(&enrollment) {
            // 退回 is said by reviewers and by banks.
            _ if review > 0
                && review >= payment
                && (enrollment == 0 || kind == RecordKind::Payment) =>
            {
                Field::ReviewStatus
            }
            std::cmp::Ordering::Greater => Field::PaymentStatus,
            std::cmp::Ordering::Less => Field::EnrollmentStatus,
            std::cmp::Ordering::Equal if kind == RecordKind::Payment => Field::PaymentStatus,
            std::cmp::Ordering::Equal => continue,
        };
        let taken = columns.iter().enumerate().any(|(other, column)| {
            other != at && column.field == Some(field) && column.how != How::SecondChoice
        });
        let column = &mut columns[at];
        if taken || column.field == Some(field) {
            continue;
        }
        column.field = Some(field);
        column.how = How::Content;
    }
}
