//! What was understood of a file, for people.

use std::fmt::Write;

use comfy_table::{Table, presets};

use aidcheck::ingest::Rejected;
use aidcheck::normalize::{FileReading, SheetReading};
use aidcheck::record::{Language, Message};
use aidcheck::rules::{CaseKind, Feeds};

use super::describe::{rejected_by_reason, rules_fed, unmapped};
use super::sample::Sample;
use super::words::{field, from, how, kind, pick, shared, skipped};

/// Columns that are shown one by one.
const COLUMNS_SHOWN: usize = 100;
/// Columns without a meaning that are named.
const UNKNOWN_SHOWN: usize = 20;

/// One file in lines.
pub fn text_of(file: &FileReading, language: Language) -> String {
    let page = Page { language };
    let mut text = format!("{}\n", file.name);
    let mut facts = vec![file.format.to_string()];
    facts.extend((!file.encoding.is_empty()).then(|| file.encoding.to_string()));
    facts.extend(file.delimiter.map(|delimiter| match delimiter {
        '\t' => page.say("制表符分隔", "separated by tabs").to_string(),
        other => format!("{} {other}", page.say("分隔符", "delimiter")),
    }));
    facts.push(size(file.size));
    page.line(&mut text, 1, &facts.join(page.say("，", ", ")));
    if let Some(same) = &file.same_as {
        page.line(
            &mut text,
            1,
            &format!(
                "{}{same}",
                page.say("与此文件完全相同，只读一次：", "same bytes as, read once: ")
            ),
        );
    }
    if let Some(error) = &file.error {
        page.line(
            &mut text,
            1,
            &format!("{}{}", page.say("不能使用：", "cannot be used: "), error.get(language)),
        );
    }
    for note in &file.notes {
        page.line(&mut text, 1, note.get(language));
    }
    for sheet in &file.sheets {
        page.sheet(&mut text, sheet);
    }
    text
}

struct Page {
    language: Language,
}

impl Page {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        pick(self.language, zh, en)
    }

    fn line(&self, text: &mut String, depth: usize, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:indent$}{line}", "", indent = depth * 2);
    }

    fn sheet(&self, text: &mut String, sheet: &SheetReading) {
        if !sheet.name.is_empty() {
            self.line(text, 1, &format!("{}“{}”", self.say("工作表", "sheet "), sheet.name));
        }
        if sheet.first_row > 1 {
            let row = sheet.first_row;
            let line = match self.language {
                Language::Zh => format!("第 {row} 行起是另一个名单"),
                Language::En => format!("from row {row} on another list"),
            };
            self.line(text, 2, &line);
        }
        if let Some(problem) = &sheet.problem {
            self.line(text, 2, problem.get(self.language));
        }
        if let Some(plan) = &sheet.plan {
            let what = kind(plan.kind, plan.register, self.language);
            let mut line = match self.language {
                Language::Zh => format!("{what}，表头在第 {} 行", plan.header_row),
                Language::En => format!("{what}, header in row {}", plan.header_row),
            };
            if plan.sides > 1 {
                line += &match self.language {
                    Language::Zh => format!("，一行并排 {} 名学生", plan.sides),
                    Language::En => format!(", {} pupils side by side", plan.sides),
                };
            }
            if plan.payments.len() > 1 {
                line += &match self.language {
                    Language::Zh => format!("，一行 {} 笔发放", plan.payments.len()),
                    Language::En => format!(", {} payments on a line", plan.payments.len()),
                };
            }
            self.line(text, 2, &line);
            for title in &plan.titles {
                self.line(text, 2, &format!("{}“{}”", self.say("表题 ", "title "), short(title)));
            }
        }
        self.rows(text, sheet);
        self.columns(text, sheet);
        self.taken(text, sheet);
        self.sample(text, sheet);
        self.refused(text, sheet);
        self.rules(text, sheet);
    }

    fn rows(&self, text: &mut String, sheet: &SheetReading) {
        let counts = &sheet.counts;
        if counts.rows_in == 0 {
            return;
        }
        let mut line = match self.language {
            Language::Zh => format!(
                "共 {} 行 = 可核对 {} + 不能使用 {} + 跳过 {}",
                counts.rows_in,
                counts.checked,
                counts.rejected,
                counts.skipped()
            ),
            Language::En => format!(
                "{} rows = {} checked + {} rejected + {} skipped",
                counts.rows_in,
                counts.checked,
                counts.rejected,
                counts.skipped()
            ),
        };
        if counts.skipped() > 0 {
            let why = skipped(counts, self.language);
            line += &match self.language {
                Language::Zh => format!("（{why}）"),
                Language::En => format!(" ({why})"),
            };
        }
        if sheet.hidden_rows > 0 {
            line += &match self.language {
                Language::Zh => format!("；其中隐藏或筛选掉的 {} 行照常读取", sheet.hidden_rows),
                Language::En => {
                    format!("; {} rows are hidden or filtered and were read", sheet.hidden_rows)
                }
            };
        }
        self.line(text, 2, &line);
    }

    fn columns(&self, text: &mut String, sheet: &SheetReading) {
        let Some(plan) = &sheet.plan else { return };
        let mut table = table();
        table.set_header([
            self.say("列", "column"),
            self.say("表头", "header"),
            self.say("识别为", "understood as"),
            self.say("依据", "by"),
        ]);
        let known =
            plan.columns.iter().filter(|column| column.field.is_some() || column.offer_serves());
        let many = known.clone().count().saturating_sub(COLUMNS_SHOWN);
        for column in known.take(COLUMNS_SHOWN) {
            let spare = column.offer.as_ref().map(|(of, _)| *of);
            let what = column.field.or(spare).map_or("", |of| field(of, self.language));
            table.add_row([
                letters(column.index),
                short(&column.full_header()),
                what.to_string(),
                how(column.how, column.field.is_some(), self.language).to_string(),
            ]);
        }
        self.table(text, &table);
        if many > 0 {
            self.line(
                text,
                2,
                &match self.language {
                    Language::Zh => format!("…… 另有 {many} 列"),
                    Language::En => format!("… and {many} more columns"),
                },
            );
        }
        let unknown_columns = unmapped(plan).count();
        let mut unknown: Vec<String> = unmapped(plan)
            .take(UNKNOWN_SHOWN)
            .map(|column| match &column.offer {
                Some((_, known)) => match self.language {
                    Language::Zh => format!("“{}”（是否即“{known}”？）", short(&column.header)),
                    Language::En => format!("“{}” (meant as “{known}”?)", short(&column.header)),
                },
                None => format!("“{}”", short(&column.header)),
            })
            .collect();
        if unknown_columns > UNKNOWN_SHOWN {
            unknown.push(match self.language {
                Language::Zh => format!("…… 共 {unknown_columns} 列"),
                Language::En => format!("… {unknown_columns} in all"),
            });
        }
        if !unknown.is_empty() {
            let list = unknown.join(self.say("、", ", "));
            self.line(
                text,
                2,
                &format!("{}{list}", self.say("未识别的列：", "columns not known: ")),
            );
        }
    }

    fn taken(&self, text: &mut String, sheet: &SheetReading) {
        for taken in sheet.typing.iter().flat_map(|typing| &typing.taken) {
            let what = shared(taken.what, self.language);
            let place = from(taken.from, self.language);
            let line = match (self.language, taken.value.as_str()) {
                (Language::Zh, "") => format!("{what}：取自{place}“{}”", short(&taken.text)),
                (Language::Zh, value) => {
                    format!("{what}：{value}，取自{place}“{}”", short(&taken.text))
                }
                (Language::En, "") => format!("{what}: from the {place} “{}”", short(&taken.text)),
                (Language::En, value) => {
                    format!("{what}: {value}, from the {place} “{}”", short(&taken.text))
                }
            };
            self.line(text, 2, &line);
        }
    }

    fn sample(&self, text: &mut String, sheet: &SheetReading) {
        let Some(sample) = Sample::of(sheet, self.language) else { return };
        // Columns that say nothing in these rows are left out.
        let shown: Vec<usize> = (0..sample.headings.len())
            .filter(|&at| sample.rows.iter().any(|row| !row[at].is_empty()))
            .collect();
        let mut table = table();
        table.set_header(shown.iter().map(|&at| {
            let (_, zh, en) = sample.headings[at];
            self.say(zh, en)
        }));
        for row in &sample.rows {
            table.add_row(shown.iter().map(|&at| short(&row[at])));
        }
        self.line(text, 2, self.say("前几条记录：", "the first records:"));
        self.table(text, &table);
    }

    fn refused(&self, text: &mut String, sheet: &SheetReading) {
        for ((what, column, reason), count) in rejected_by_reason(sheet, self.language) {
            if sheet.problem.as_ref().is_some_and(|problem| problem.get(self.language) == reason) {
                continue;
            }
            let unit = match what {
                Rejected::Row => self.say("行不能使用", "rows rejected"),
                Rejected::Cell => self.say("格不能使用", "cells emptied"),
            };
            let place = match column.as_str() {
                "" => String::new(),
                column => format!("“{}” ", short(column)),
            };
            self.line(text, 2, &format!("{count} {unit}{} {place}{reason}", self.say("：", ":")));
        }
    }

    fn rules(&self, text: &mut String, sheet: &SheetReading) {
        let name = |kind: CaseKind| match self.language {
            Language::Zh => kind.chinese(),
            Language::En => kind.name(),
        };
        if sheet.plan.is_some() && sheet.counts.checked + sheet.counts.rejected == 0 {
            let line = self.say("只有表头，没有数据行", "a header and no rows");
            return self.line(text, 2, line);
        }
        let because = |kind: CaseKind, why: &Message| match self.language {
            Language::Zh => format!("{}（{}）", name(kind), why.zh),
            Language::En => format!("{} ({})", name(kind), why.en),
        };
        let fed = rules_fed(sheet);
        let (mut can, mut cannot) = (Vec::new(), Vec::new());
        for (kind, feeds) in &fed {
            match feeds {
                Feeds::Yes(None) => can.push(name(*kind).to_string()),
                Feeds::Yes(Some(why)) => can.push(because(*kind, why)),
                Feeds::No(why) => cannot.push(because(*kind, why)),
                Feeds::OtherKind => {}
            }
        }
        let separator = self.say("、", ", ");
        if !can.is_empty() {
            let line = format!("{}{}", self.say("可用于：", "feeds: "), can.join(separator));
            self.line(text, 2, &line);
        }
        if !cannot.is_empty() {
            let line =
                format!("{}{}", self.say("不能用于：", "cannot feed: "), cannot.join(separator));
            self.line(text, 2, &line);
        }
    }

    fn table(&self, text: &mut String, table: &Table) {
        for line in table.to_string().lines() {
            self.line(text, 2, line.trim_end());
        }
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// The letters by which Excel calls a column, counted from 0.
fn letters(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (index % 26) as u8));
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// A text on one line, cut where it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_in_excel() {
        for (index, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(index), expected);
        }
    }
}
