//! A sheet's first rows, and what the configuration says of it → what the sheet is and how its rows are typed.

use std::num::NonZeroU32;

use super::ReadSettings;
use super::file_pattern::matches_pattern;
use super::file_reading::SheetReading;
use crate::ingest::{
    ForcedMapping, HeaderBook, InputFile, MergedCells, NotUnderstood, RowCounts, SheetPlan,
    plan_sheet,
};
use crate::normalize::long_cells::{cut, is_long};
use crate::normalize::type_sheet;
use crate::policy::MappingRule;
use crate::record::{Message, RecordKind};

/// Physical rows looked at before a sheet is understood.
pub(super) const HEAD_ROWS: usize = 60;
/// Characters of a cell that are shown as a header.
const SHOWN_OF_HEADER: usize = 40;
/// Headers that are shown of a sheet that is not understood.
const SHOWN_HEADERS: usize = 20;

/// What the configuration says of a sheet; the first rule that fits.
pub(super) fn mapping_of<'a>(
    file: &InputFile,
    sheet: &str,
    settings: &ReadSettings<'a>,
) -> Option<&'a MappingRule> {
    settings.config.mapping.iter().find(|rule| {
        matches_pattern(&rule.files, &file.name)
            && rule.sheets.as_ref().is_none_or(|pattern| matches_pattern(pattern, sheet))
    })
}

/// The rows by which a sheet is understood.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub head: &'a [Vec<String>],
    /// The physical number of the first.
    pub first: u32,
    /// As the file tells them; `None` where its format has none.
    pub merged: Option<&'a [MergedCells]>,
    /// Titles of the list above them, where they are a further list of a sheet.
    pub titles_above: Option<&'a [String]>,
}

impl Rows<'_> {
    /// The plan of these rows, in physical row numbers.
    fn plan(
        &self,
        headers: &HeaderBook,
        file: &str,
        sheet: &str,
        forced: Option<&ForcedMapping>,
    ) -> Result<SheetPlan, NotUnderstood> {
        let above = self.titles_above.unwrap_or(&[]);
        if self.first == 1 {
            return plan_sheet(headers, file, sheet, self.head, self.merged, forced, above);
        }
        // The planner counts from 1.
        let move_by = i64::from(self.first) - 1;
        let moved = |row: u32, by: i64| u32::try_from(i64::from(row) + by).unwrap_or(0);
        let moved_cells = |cells: &MergedCells, by: i64| MergedCells {
            first_row: moved(cells.first_row, by),
            last_row: moved(cells.last_row, by),
            ..*cells
        };
        let merged: Option<Vec<MergedCells>> = self
            .merged
            .map(|merged| merged.iter().map(|cells| moved_cells(cells, -move_by)).collect());
        let merged = merged.as_deref();
        let mut plan = plan_sheet(headers, file, sheet, self.head, merged, forced, above)?;
        plan.header_row = moved(plan.header_row, move_by);
        for cells in &mut plan.fill_down.regions {
            *cells = moved_cells(cells, move_by);
        }
        for (first, last) in &mut plan.fill_down.continuations {
            (*first, *last) = (moved(*first, move_by), moved(*last, move_by));
        }
        Ok(plan)
    }
}

/// Understands a sheet from its first rows.
pub(super) fn plan(
    file: &InputFile,
    sheet: &str,
    rows: Rows,
    settings: &ReadSettings,
) -> SheetReading {
    let forced = mapping_of(file, sheet, settings).map(|rule| ForcedMapping {
        kind: rule.kind,
        register: rule.register,
        // It names that of the first list.
        header_row: rule.header_row.filter(|_| rows.titles_above.is_none()).map(NonZeroU32::get),
        columns: rule.columns.clone(),
    });
    let short: Option<Vec<Vec<String>>> =
        rows.head.iter().flatten().any(|cell| is_long(cell)).then(|| {
            rows.head
                .iter()
                .map(|row| row.iter().map(|cell| cut(cell).into_owned()).collect())
                .collect()
        });
    let rows = Rows { head: short.as_deref().unwrap_or(rows.head), ..rows };
    let planned =
        |forced: Option<&ForcedMapping>| rows.plan(settings.headers, &file.name, sheet, forced);
    // The configuration speaks of a sheet's first list; a further one is of its own kind, if it shows one.
    let planned = match &forced {
        Some(forced) if rows.titles_above.is_some() => {
            let columns = forced.columns.clone();
            planned(Some(&ForcedMapping { columns, ..ForcedMapping::default() }))
                .or_else(|_| planned(Some(forced)))
        }
        forced => planned(forced.as_ref()),
    };
    match planned {
        Ok(plan) if !is_checked(plan.kind) => {
            let (zh, en) = words_of(plan.kind);
            let problem = Message::new(
                format!("识别为“{zh}”，本版本还没有使用它的规则，未核对"),
                format!("understood as a {en}; no rule of this version uses it"),
            );
            SheetReading { plan: Some(plan), ..SheetReading::unread(sheet, problem) }
        }
        Ok(plan) => {
            let typing = type_sheet(&plan, settings.policy, settings.as_of);
            let problem = plan.unread.clone();
            SheetReading {
                name: sheet.into(),
                plan: Some(plan),
                typing: Some(typing),
                counts: RowCounts::default(),
                first_row: rows.first.max(1),
                hidden_rows: 0,
                problem,
                incomplete: false,
                instead: None,
                batches: Vec::new(),
            }
        }
        Err(NotUnderstood { missing, instead: Some(instead), .. }) => {
            SheetReading::no_list(sheet, instead, missing)
        }
        Err(NotUnderstood { seen, missing, .. }) => {
            if seen.is_empty() {
                let nothing = Message::new(
                    format!("前 {HEAD_ROWS} 行没有任何文字，无法识别；请检查文件，或重新导出"),
                    format!(
                        "its first {HEAD_ROWS} rows hold no text; check the file or export it again"
                    ),
                );
                return SheetReading::unread(sheet, nothing);
            }
            let mut shown: Vec<String> =
                seen.iter().take(SHOWN_HEADERS).map(|header| shown_header(header)).collect();
            if seen.len() > SHOWN_HEADERS {
                shown.push("…".into());
            }
            SheetReading::unread(
                sheet,
                Message::new(
                    format!("无法识别：看到的表头是“{}”；{}", shown.join("、"), missing.zh),
                    format!("not understood: headers seen “{}”; {}", shown.join(", "), missing.en),
                ),
            )
        }
    }
}

fn shown_header(header: &str) -> String {
    let mut shown: String = header.chars().take(SHOWN_OF_HEADER).collect();
    if shown.len() < header.len() {
        shown.push('…');
    }
    shown
}

/// Whether a rule of this version reads rows of a kind.
fn is_checked(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Enrollment | RecordKind::Payment | RecordKind::Headcount)
}

/// A kind of sheet in Chinese and English.
fn words_of(kind: RecordKind) -> (&'static str, &'static str) {
    match kind {
        RecordKind::Enrollment => ("学籍或名册", "list of enrolments"),
        RecordKind::Payment => ("资助发放表", "list of payments"),
        RecordKind::Headcount => ("清点表", "count sheet"),
        RecordKind::MonthlyReport => ("资助进展月报", "monthly report"),
        RecordKind::Recognition => ("困难学生认定名单", "list of recognised pupils"),
        RecordKind::WatchList => ("查重比对名单", "watch-list"),
        RecordKind::SchoolFund => ("校内资助台账", "school fund ledger"),
    }
}
