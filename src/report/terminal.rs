//! What the terminal says at the end of a run.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::Path;

use comfy_table::{Cell, CellAlignment, Color, Table, presets};

use super::manifest::{RUN_FILE, place};
use super::{CASES, HEADCOUNT, HEADCOUNT_SUMS, REJECTED, Report, SCHOOLS, count_cases, words};
use crate::cases::life::{Change, Changes};
use crate::cases::{CaseRow, CaseStatus};
use crate::record::Language;
use crate::rules::{CaseKind, Role, Severity};

/// A list shows this many lines; the rest is counted.
const LINES: usize = 12;
/// The schools with most open cases that are shown.
const SCHOOLS_SHOWN: usize = 10;

/// The summary of a report that is about to stand in `out`.
pub fn summary(report: &Report, out: &Path, color: bool) -> String {
    let page = Page { report, color };
    let mut text = page.missing();
    text.push_str(&page.lead());
    text.push_str(&page.configuration());
    match report.changes.filter(|changes| !changes.first_night) {
        // What stood yesterday was told yesterday.
        Some(changes) => {
            text.push_str(&page.changed(changes));
            text.push_str(&page.standing(changes));
        }
        None => {
            text.push_str(&page.kinds());
            text.push_str(&page.schools());
        }
    }
    text.push_str(&page.counts());
    text.push_str(&page.set_aside());
    text.push_str(&page.warnings());
    text.push_str(&page.not_checked());
    text.push_str(&page.next(out));
    text
}

/// What changed since the run before, and nothing else; empty if nothing did.
pub fn since_last(report: &Report, color: bool) -> String {
    let page = Page { report, color };
    match report.changes {
        Some(changes) if !changes.is_empty() => page.missing() + page.changed(changes).trim_start(),
        _ => String::new(),
    }
}

struct Page<'a> {
    report: &'a Report<'a>,
    color: bool,
}

impl Page<'_> {
    /// The differences that an inspector asks about on the spot, line by line.
    fn counts(&self) -> String {
        let counted: Vec<&CaseRow> = self
            .report
            .rows
            .iter()
            .filter(|row| row.kind == CaseKind::HeadcountMismatch && row.role == Role::Count)
            .collect();
        if counted.is_empty() {
            return String::new();
        }
        let mut text = format!("\n{}\n", self.say("清点不符", "Counts that differ"));
        for row in counted.iter().take(LINES) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {}", row.reason.get(self.report.language));
        }
        if counted.len() > LINES {
            let more = counted.len() - LINES;
            text.push_str(&match self.report.language {
                Language::Zh => format!("  …… 另有 {more} 行，见 {CASES}\n"),
                Language::En => format!("  … and {more} more, see {CASES}\n"),
            });
        }
        text
    }

    /// Files that were there at the run before and are not tonight: said on top.
    fn missing(&self) -> String {
        let missing = self.report.changes.map_or(&[][..], |changes| &changes.missing_inputs);
        if missing.is_empty() {
            return String::new();
        }
        let title = match self.report.language {
            Language::Zh => format!("上次有、这次没有的文件（{} 个）：", missing.len()),
            Language::En => format!("Files of the last run that are missing ({}):", missing.len()),
        };
        self.list(&title, missing.to_vec()).trim_start().to_string() + "\n"
    }

    /// What is new, open again, overdue and gone, each case on a line.
    fn changed(&self, changes: &Changes) -> String {
        let mut text = String::new();
        for (title, cases) in [
            (self.say("新增", "New"), &changes.new),
            (self.say("重新打开", "Reopened"), &changes.reopened),
            (self.say("长期未答复、应上报", "Unanswered for too long"), &changes.escalated),
            (self.say("逾期未答复", "Overdue"), &changes.overdue),
            (self.say("已不再存在", "Resolved"), &changes.resolved),
        ] {
            let title = match self.report.language {
                Language::Zh => format!("{title} {} 件", grouped(cases.len() as u64)),
                Language::En => format!("{title}: {}", grouped(cases.len() as u64)),
            };
            text.push_str(&self.list(&title, cases.iter().map(|case| self.change(case)).collect()));
        }
        if text.is_empty() {
            let nothing = self.say("与上次相比没有变化。", "Nothing changed since the last run.");
            text = format!("\n{nothing}\n");
        }
        text
    }

    /// `2025-0137 双重学籍 待核实 河源县第一中学、河源县第二中学（why）`; nobody is named.
    fn change(&self, case: &Change) -> String {
        let language = self.report.language;
        let (kind, severity) = match language {
            Language::Zh => (case.kind.chinese(), case.severity.chinese()),
            Language::En => (case.kind.name(), case.severity.name()),
        };
        let mut line = format!("{}  {kind}  {severity}  {}", case.number, case.schools);
        // That it is gone says the title.
        let why = case.why.as_ref().filter(|_| case.status != CaseStatus::Resolved);
        if let Some(why) = why {
            match language {
                Language::Zh => line += &format!("（{}）", why.zh),
                Language::En => line += &format!(" ({})", why.en),
            }
        }
        line.trim_end().to_string()
    }

    /// The cases that were told before, as one line.
    fn standing(&self, changes: &Changes) -> String {
        let chinese = self.report.language == Language::Zh;
        let kinds: Vec<String> = changes
            .standing
            .iter()
            .map(|(kind, count)| {
                let name = if chinese { kind.chinese() } else { kind.name() };
                format!("{name} {}", grouped(*count))
            })
            .collect();
        let [standing, waived, unchecked] =
            [changes.standing(), changes.waived, changes.unchecked].map(grouped);
        let (kinds, mut rest) = (kinds.join(if chinese { "，" } else { ", " }), Vec::new());
        if changes.waived > 0 {
            rest.push(if chinese {
                format!("豁免 {waived} 件")
            } else {
                format!("{waived} waived")
            });
        }
        if changes.unchecked > 0 {
            rest.push(match chinese {
                true => format!("本次未能重新核查 {unchecked} 件"),
                false => format!("{unchecked} not re-checked tonight"),
            });
        }
        let rest: String = rest
            .iter()
            .map(|part| format!("{}{part}", if chinese { "；" } else { "; " }))
            .collect();
        match (chinese, kinds.is_empty()) {
            (true, true) => format!("\n此前未结 {standing} 件{rest}。\n"),
            (true, false) => format!("\n此前未结 {standing} 件（{kinds}）{rest}。\n"),
            (false, true) => format!("\nStanding from before: {standing}{rest}.\n"),
            (false, false) => format!("\nStanding from before: {standing} ({kinds}){rest}.\n"),
        }
    }

    /// The wording in the report's language.
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.report.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn lead(&self) -> String {
        let manifest = &self.report.manifest;
        let failed = manifest.inputs.iter().filter(|input| input.error.is_some()).count();
        let same = manifest.inputs.iter().filter(|input| input.same_as.is_some()).count();
        let read = manifest.inputs.len().saturating_sub(failed + same);
        let rows = manifest.row_counts();
        let [total, checked, rejected, skipped] =
            [rows.rows_in, rows.checked, rows.rejected, rows.skipped()].map(grouped);
        let as_of = &manifest.as_of;
        let mut text = match self.report.language {
            Language::Zh => format!(
                "截至 {as_of}：读取文件 {read} 个，共 {total} 行 = 检查 {checked} + 不可用 {rejected} + 跳过 {skipped}。\n"
            ),
            Language::En => format!(
                "As of {as_of}: {read} files read, {total} rows = {checked} checked + {rejected} rejected + {skipped} skipped.\n"
            ),
        };
        if !rows.closes() {
            text.push_str(self.say(
                "注意：行数不平，请把 run.json 交给维护人员。\n",
                "Careful: the rows do not add up; please send run.json to the maintainers.\n",
            ));
        }
        text
    }

    /// Which configuration holds, so that nobody wonders why a setting is not followed.
    fn configuration(&self) -> String {
        match (self.report.manifest.config.as_str(), self.report.language) {
            ("", Language::Zh) => "配置：没有 aidcheck.toml，使用内置设置。\n".into(),
            ("", Language::En) => "Configuration: no aidcheck.toml, the shipped settings.\n".into(),
            (file, Language::Zh) => format!("配置：{file}\n"),
            (file, Language::En) => format!("Configuration: {file}\n"),
        }
    }

    fn kinds(&self) -> String {
        let counts = count_cases(self.report.rows);
        if counts.iter().all(|(_, counts)| counts.cases == 0) {
            let unchecked = !self.report.manifest.not_checked.is_empty();
            let found_none = match unchecked {
                false => self.say("没有发现问题。", "No discrepancy was found."),
                true => self.say(
                    "在能够检查的范围内没有发现问题；未能检查的见下。",
                    "No discrepancy was found in what could be checked; the rest is named below.",
                ),
            };
            return format!("\n{found_none}\n");
        }
        let mut table = self.table(&[
            self.say("问题类型", "kind"),
            self.say("错误", "errors"),
            self.say("待核实", "warnings"),
            self.say("提示", "infos"),
        ]);
        for (kind, counts) in counts.iter().filter(|(_, counts)| counts.cases > 0) {
            table.add_row(vec![
                Cell::new(match self.report.language {
                    Language::Zh => format!("{} {}", kind.chinese(), kind.name()),
                    Language::En => format!("{} {}", kind.name(), kind.chinese()),
                }),
                self.number(counts.errors, Color::Red),
                self.number(counts.warnings, Color::Yellow),
                self.number(counts.infos, Color::Reset),
            ]);
        }
        format!("\n{table}\n")
    }

    /// Rows of cases that wait for somebody.
    fn open_rows(&self) -> impl Iterator<Item = &CaseRow> {
        let rows = self.report.rows.iter();
        rows.filter(|row| row.severity != Severity::Info && row.status.is_open())
    }

    fn schools(&self) -> String {
        // Errors and warnings of a school, and its name.
        let mut schools: BTreeMap<(&str, &str), (u64, u64, &str)> = BTreeMap::new();
        let mut seen = HashSet::new();
        for row in self.open_rows() {
            let Some(school) = words::school_of(row) else { continue };
            let entry = schools.entry(school).or_default();
            if entry.2.is_empty() {
                entry.2 = &row.school_name;
            }
            if seen.insert((school, row.case_id.as_str())) {
                let count =
                    if row.severity == Severity::Error { &mut entry.0 } else { &mut entry.1 };
                *count += 1;
            }
        }
        let mut schools: Vec<_> = schools.into_iter().collect();
        schools.sort_by_key(|(_, (errors, warnings, _))| std::cmp::Reverse(errors + warnings));
        if schools.is_empty() {
            return String::new();
        }
        let mut table = self.table(&[
            self.say("待处理最多的学校", "schools with most open cases"),
            self.say("错误", "errors"),
            self.say("待核实", "warnings"),
        ]);
        for ((code, _), (errors, warnings, name)) in schools.iter().take(SCHOOLS_SHOWN) {
            table.add_row(vec![
                Cell::new(format!("{code} {name}").trim()),
                self.number(*errors, Color::Red),
                self.number(*warnings, Color::Yellow),
            ]);
        }
        let mut text = format!("\n{table}\n");
        let rest = schools.len().saturating_sub(SCHOOLS_SHOWN);
        if rest > 0 {
            text.push_str(&self.more(rest, CASES));
        }
        text
    }

    /// Files and lists that others stand for.
    fn set_aside(&self) -> String {
        let mut lines = self.report.manifest.unused_configuration.clone();
        for input in &self.report.manifest.inputs {
            if let Some(same) = &input.same_as {
                let verb = self.say("与", "is the same as");
                let end = self.say("内容相同，未重复读取", "and was not read again");
                lines.push(format!("{} {verb} {same} {end}", input.file));
            }
            for sheet in input.sheets.iter().filter(|sheet| !sheet.superseded_for.is_empty()) {
                let place = place(&input.file, &sheet.sheet);
                let schools = &sheet.superseded_for;
                let first = schools.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
                let dots = if schools.len() > 3 { ", …" } else { "" };
                let number = schools.len();
                lines.push(match self.report.language {
                    Language::Zh => {
                        format!("{place}：{number} 所学校以更新的名单为准（{first}{dots}）")
                    }
                    Language::En => {
                        format!("{place}: a later list stands for {number} schools ({first}{dots})")
                    }
                });
            }
        }
        self.list(self.say("相同和被取代的名单", "Same and superseded lists"), lines)
    }

    fn warnings(&self) -> String {
        let mut lines = Vec::new();
        for input in &self.report.manifest.inputs {
            let said = input.error.iter().chain(&input.notes);
            lines.extend(said.map(|said| format!("{}: {said}", input.file)));
            for sheet in &input.sheets {
                let place = place(&input.file, &sheet.sheet);
                lines.extend(sheet.warnings.iter().map(|warning| format!("{place}: {warning}")));
            }
        }
        self.list(self.say("注意", "Warnings"), lines)
    }

    fn not_checked(&self) -> String {
        let mut groups: BTreeMap<(&str, &str), (u64, HashSet<&str>)> = BTreeMap::new();
        for entry in &self.report.manifest.not_checked {
            let group = groups.entry((&entry.rule, &entry.reason)).or_default();
            group.0 += entry.rows;
            group.1.insert(if entry.school.is_empty() { &entry.file } else { &entry.school });
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, (rows, _))| std::cmp::Reverse(*rows));
        let lines = groups.iter().map(|((rule, reason), (rows, places))| {
            let (none, rows, places) = (*rows == 0, grouped(*rows), places.len());
            let chinese = CaseKind::by_name(rule).filter(|_| self.report.language == Language::Zh);
            let rule: &str = match chinese {
                Some(kind) => kind.chinese(),
                None => rule,
            };
            match self.report.language {
                // A kind of file that is not among the inputs: no rows to count.
                Language::Zh if none => format!("{rule}：{reason}"),
                Language::En if none => format!("{rule}: {reason}"),
                Language::Zh => format!("{rule}：{reason}（{rows} 行，{places} 处）"),
                Language::En => format!("{rule}: {reason} ({rows} rows, {places} places)"),
            }
        });
        self.list(self.say("未能检查", "Not checked"), lines.collect())
    }

    fn next(&self, out: &Path) -> String {
        let mut lines = vec![(CASES, self.say("全部问题", "all cases"))];
        if self.open_rows().next().is_some() {
            lines.push((SCHOOLS, self.say("发给各校核查", "a file for each school to answer")));
        }
        if !self.report.rejections.is_empty() {
            lines.push((REJECTED, self.say("不可用的行和单元格", "rows and cells not usable")));
        }
        if !self.report.headcount_names.is_empty() {
            lines.push((HEADCOUNT, self.say("清点不符的名单", "names behind the counts")));
        }
        if !self.report.headcount_sums.is_empty() {
            let sums = self
                .say("各校各年级应到与实到合计", "expected and counted heads by school and grade");
            lines.push((HEADCOUNT_SUMS, sums));
        }
        let mut text = format!("\n{}\n", self.say("接下来打开：", "What to open next:"));
        for (file, what) in lines {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {}  {what}", out.join(file).display());
        }
        text
    }

    /// A titled list, cut after [`LINES`] lines; nothing where there are none.
    fn list(&self, title: &str, lines: Vec<String>) -> String {
        if lines.is_empty() {
            return String::new();
        }
        let mut text = format!("\n{title}\n");
        for line in lines.iter().take(LINES) {
            let _ = writeln!(text, "  {line}");
        }
        if lines.len() > LINES {
            text.push_str(&self.more(lines.len() - LINES, RUN_FILE));
        }
        text
    }

    fn more(&self, rest: usize, file: &str) -> String {
        match self.report.language {
            Language::Zh => format!("  …… 另有 {rest} 项，见 {file}\n"),
            Language::En => format!("  … and {rest} more, see {file}\n"),
        }
    }

    fn table(&self, headers: &[&str]) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(headers.iter().enumerate().map(|(index, header)| {
            let alignment = if index == 0 { CellAlignment::Left } else { CellAlignment::Right };
            Cell::new(header).set_alignment(alignment)
        }));
        table
    }

    fn number(&self, number: u64, color: Color) -> Cell {
        let cell = Cell::new(grouped(number)).set_alignment(CellAlignment::Right);
        if number > 0 && color != Color::Reset { cell.fg(color) } else { cell }
    }
}

/// A number with commas: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
#[path = "terminal_tests.rs"]
mod tests;
