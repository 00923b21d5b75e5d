//! A sheet is typed block by block. What stands once for many pupils (merged cells, a text above blanks, a
//! heading) holds for them wherever the blocks are cut.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::batch::{Batch, SheetTyping};
use super::class::fold_class;
use super::laid_out_rows::FromAbove;
use super::sheet_typing::type_sheet;
use super::typer::Typer;
use crate::ingest::{FillDown, HeaderBook, MergedCells, plan_sheet, skip_reason};
use crate::policy::Policy;

/// How a sheet says the grade and class of the pupils below.
#[derive(Debug, Clone, Copy, PartialEq)]
enum SaidOnce {
    /// In cells merged downwards.
    Merged,
    /// In the first row, with blanks below.
    Above,
    /// In a line of its own.
    Heading,
}

/// What stands between two classes.
#[derive(Debug, Clone, Copy)]
enum Between {
    Nothing,
    Blank,
    Header,
    Subtotal,
}

/// A class: its number, its pupils, and what follows it.
type Class = (u8, u8, Between);

const HEADER: [&str; 4] = ["年级", "班级", "姓名", "身份证号"];

#[derive(Debug, Default)]
struct Sheet {
    rows: Vec<Vec<String>>,
    merged: Vec<MergedCells>,
    /// Row, name and class of every pupil.
    pupils: Vec<(u32, String, String)>,
}

impl Sheet {
    fn of(classes: &[Class], said: SaidOnce) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.push(HEADER);
        for &(class, pupils, between) in classes {
            let grade = ["三年级", "四年级"][usize::from(class % 2)];
            let class = format!("{grade}({class})班");
            if said == SaidOnce::Heading {
                sheet.push(["", &class, "", ""]);
            }
            let first_row = sheet.rows.len() as u32 + 1;
            for nth in 0..pupils {
                let says = nth == 0 && said != SaidOnce::Heading;
                let (grade, text) = if says { (grade, &*class) } else { ("", "") };
                let name =
                    format!("王{}", char::from_u32(0x4E8C + sheet.rows.len() as u32).unwrap());
                sheet.push([grade, text, &name, "330127201203051012"]);
                sheet.pupils.push((sheet.rows.len() as u32, name, fold_class(&class).into_owned()));
            }
            let last_row = sheet.rows.len() as u32;
            if said == SaidOnce::Merged && pupils > 1 {
                sheet.merged.extend([0, 1].map(|column| MergedCells {
                    first_row,
                    last_row,
                    first_column: column,
                    last_column: column,
                }));
            }
            match between {
                Between::Nothing => {}
                Between::Blank => sheet.push([""; 4]),
                Between::Header => sheet.push(HEADER),
                Between::Subtotal => sheet.push(["", "小计", "", "3"]),
            }
        }
        sheet
    }

    fn push(&mut self, cells: [&str; 4]) {
        self.rows.push(cells.map(String::from).to_vec());
    }

    fn typing(&self, said: SaidOnce) -> SheetTyping {
        let book = HeaderBook::shipped().unwrap();
        let policy = Policy::shipped().unwrap();
        let head = &self.rows[..self.rows.len().min(60)];
        let merged = Some(&self.merged[..]);
        let plan = plan_sheet(&book, "名册.xlsx", "", head, merged, None, &[]).unwrap();
        let mut typing = type_sheet(&plan, &policy, NaiveDate::from_ymd_opt(2025, 11, 30).unwrap());
        match said {
            SaidOnce::Merged => assert_eq!(typing.fill_down.regions.len(), self.merged.len()),
            SaidOnce::Heading => assert!(typing.fill_down.headings),
            // Told by the pattern of many rows; here whatever the rows look like.
            SaidOnce::Above => {
                typing.fill_down = FillDown { columns: vec![0, 1], ..FillDown::default() };
            }
        }
        typing
    }

    /// Types the rows, a block ending before each row (from 0) that `cut` names.
    fn typed(&self, typing: &SheetTyping, cut: impl Fn(usize) -> bool) -> Batch {
        let mut whole = Batch::default();
        let mut above: Option<FromAbove> = None;
        let mut from = 0;
        for to in 1..=self.rows.len() {
            if to < self.rows.len() && !cut(to) {
                continue;
            }
            let mut typer = Typer::new(typing, skip_reason);
            if let Some(above) = above.take() {
                typer = typer.below(above);
            }
            for (row, line) in (from as u32 + 1..).zip(&self.rows[from..to]) {
                let cells: Vec<&str> = line.iter().map(String::as_str).collect();
                typer.row(row, &cells);
            }
            let (mut batch, left) = typer.finish_block();
            whole.append(&mut batch);
            (above, from) = (Some(left), to);
        }
        whole
    }
}

/// Row, name and class of every record.
fn pupils(batch: &Batch) -> Vec<(u32, String, String)> {
    (0..batch.enrollments.len())
        .map(|at| {
            let pupil = batch.enrollments.get(at);
            let name = batch.enrollments.text(pupil.name).to_string();
            (pupil.row, name, batch.labels.get(pupil.class).to_string())
        })
        .collect()
}

fn classes() -> impl Strategy<Value = Vec<Class>> {
    let between = prop_oneof![
        3 => Just(Between::Nothing),
        1 => Just(Between::Blank),
        1 => Just(Between::Header),
        1 => Just(Between::Subtotal),
    ];
    prop::collection::vec((1u8..9, 1u8..6, between), 1..9)
}

proptest! {
    #[test]
    fn wherever_blocks_are_cut_every_pupil_has_the_class_that_is_said_once(
        classes in classes(),
        said in prop::sample::select(vec![SaidOnce::Merged, SaidOnce::Above, SaidOnce::Heading]),
        cuts in prop::collection::vec(any::<bool>(), 80),
    ) {
        let sheet = Sheet::of(&classes, said);
        let typing = sheet.typing(said);
        let whole = sheet.typed(&typing, |_| false);
        let cut = sheet.typed(&typing, |row| cuts[row]);
        let row_by_row = sheet.typed(&typing, |_| true);
        prop_assert_eq!(pupils(&whole), &sheet.pupils[..]);
        prop_assert_eq!(pupils(&cut), &sheet.pupils[..]);
        prop_assert_eq!(pupils(&row_by_row), &sheet.pupils[..]);
        prop_assert!(whole.counts.closes());
        prop_assert_eq!((cut.counts, row_by_row.counts), (whole.counts, whole.counts));
        prop_assert_eq!((&cut.rejections, &row_by_row.rejections), (&whole.rejections, &whole.rejections));
    }
}

#[test]
fn a_merged_cell_is_not_carried_beyond_its_last_row_into_a_later_block() {
    let mut sheet = Sheet::of(&[(1, 3, Between::Nothing)], SaidOnce::Merged);
    sheet.push(["", "", "李一", "330127201203051020"]);
    let typing = sheet.typing(SaidOnce::Merged);
    for cut in 1..=4 {
        let batch = sheet.typed(&typing, |row| row == cut);
        let seen: Vec<String> = pupils(&batch).into_iter().map(|(.., class)| class).collect();
        let class = fold_class("四年级(1)班");
        assert_eq!(seen, [&*class, &class, &class, ""], "cut before row {cut}");
    }
}
