//! The measure of a report as tables for a terminal.

use comfy_table::{CellAlignment, Table, presets};

use super::{Calibration, DetailScore, Evaluation, share};
use crate::record::{Language, Message};

impl Evaluation {
    /// All tables. The first has no title, so that its lines are one kind each after one of headers.
    pub fn text(&self, language: Language) -> String {
        let mut parts = vec![self.by_kind(language)];
        let recall = Message::new("查全率，按问题的形式", "Recall by kind of spoilage");
        let traps = Message::new("误报，按陷阱", "Flagged by kind of trap");
        let groups = Message::new("应查", "groups");
        let columns = [groups, Message::new("查出", "found"), Message::new("查全率", "recall")];
        parts.extend(by_detail(&self.discrepancies, &recall, &columns, language));
        let all = Message::new("陷阱", "traps");
        let columns = [all, Message::new("误报", "flagged"), Message::new("占比", "share")];
        parts.extend(by_detail(&self.traps, &traps, &columns, language));
        for (kind, calibration) in &self.calibration {
            parts.push(calibrated(kind, calibration, language));
        }
        parts.join("\n")
    }

    fn by_kind(&self, language: Language) -> String {
        let mut table = Lines::new(
            language,
            &[
                Message::new("类型", "kind"),
                Message::new("应查", "groups"),
                Message::new("查出", "found"),
                Message::new("查全率", "recall"),
                Message::new("案件", "cases"),
                Message::new("属实", "true"),
                Message::new("查准率", "precision"),
                Message::new("陷阱", "traps"),
                Message::new("误报", "flagged"),
                Message::new("F1", "F1"),
            ],
            1,
        );
        for (kind, score) in &self.kinds {
            table.add(vec![
                kind.clone(),
                score.groups.to_string(),
                score.found.to_string(),
                figure(score.recall),
                score.raised.to_string(),
                score.right.to_string(),
                figure(score.precision),
                score.traps.to_string(),
                score.flagged.to_string(),
                figure(score.f1),
            ]);
        }
        table.text()
    }
}

/// One line a detail, under a title; none without details.
fn by_detail(
    details: &[DetailScore],
    title: &Message,
    columns: &[Message; 3],
    language: Language,
) -> Option<String> {
    let [groups, found, part] = columns.clone();
    let texts = [Message::new("类型", "kind"), Message::new("形式", "detail")];
    let [kind, detail] = texts;
    let mut table = Lines::new(language, &[kind, detail, groups, found, part], 2);
    for score in details {
        table.add(vec![
            score.kind.clone(),
            score.detail.clone(),
            score.groups.to_string(),
            score.found.to_string(),
            figure(share(score.found, score.groups)),
        ]);
    }
    (!details.is_empty()).then(|| format!("{}\n{}", title.get(language), table.text()))
}

/// The bins of one kind that hold cases, under a title with the error.
fn calibrated(kind: &str, calibration: &Calibration, language: Language) -> String {
    let error = figure(calibration.expected_error);
    let cases = calibration.cases;
    let title = Message::new(
        format!("{kind}：置信度校准，含 info，案件 {cases} 个，期望校准误差（ECE）{error}"),
        format!("{kind}: calibration, info included, {cases} cases, expected error (ECE) {error}"),
    );
    let mut table = Lines::new(
        language,
        &[
            Message::new("置信度", "confidence"),
            Message::new("案件", "cases"),
            Message::new("平均置信度", "mean"),
            Message::new("属实比例", "share true"),
        ],
        1,
    );
    for bin in &calibration.bins {
        table.add(vec![
            format!("{:.1}-{:.1}", bin.from, bin.to),
            bin.cases.to_string(),
            figure(bin.mean_confidence),
            figure(bin.share_true),
        ]);
    }
    format!("{}\n{}", title.get(language), table.text())
}

/// A share in thousandths, `-` where there is none.
fn figure(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
}

/// A table without frame.
struct Lines {
    table: Table,
}

impl Lines {
    /// All columns but the first `texts` hold figures.
    fn new(language: Language, columns: &[Message], texts: usize) -> Lines {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(columns.iter().map(|column| column.get(language)));
        for column in table.column_iter_mut().skip(texts) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        Lines { table }
    }

    fn add(&mut self, cells: Vec<String>) {
        self.table.add_row(cells);
    }

    fn text(&self) -> String {
        // The table pads its lines on both sides; the first cell is never empty.
        let padded = self.table.to_string();
        padded.lines().map(|line| format!("{}\n", line.trim())).collect()
    }
}
