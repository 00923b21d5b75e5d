//! What is said of amounts and groups of columns that are not read.

use super::NotUnderstood;
use super::amounts::Amounts;
use super::columns::ColumnPlan;
use crate::record::Message;

/// Headers that a message names before it only counts them.
const NAMED: usize = 24;

/// The first of many headers, and how many more there are.
fn listed(headers: &[String]) -> Message {
    let first = &headers[..headers.len().min(NAMED)];
    let mut said = Message::new(first.join("、"), first.join(", "));
    let more = headers.len() - first.len();
    if more > 0 {
        said.push(&format!(" 等，另有 {more} 个"), &format!(" and {more} more"));
    }
    said
}

/// A list of money or of those who get some, without an amount that is understood. `said_by` is the title or
/// name that says so.
pub(super) fn no_amounts(
    columns: Vec<ColumnPlan>,
    amounts: &Amounts,
    said_by: Option<&str>,
) -> NotUnderstood {
    let mut missing = match said_by {
        Some(text) => Message::new(
            format!(
                "名称“{text}”表明是发放表，或受助、困难学生名单，但没有看懂的金额列，不能当作名册（名单上的学生不能自证在籍，其他学生也不因此不在籍）"
            ),
            format!(
                "its name “{text}” says that it lists money, or pupils who get or need aid, but no amount is understood; it is no roster (a pupil on it may be at no school, one who is not may be at one)"
            ),
        ),
        None => Message::new(
            "有像金额的列，但看不懂，不能当作名册",
            "columns look like amounts and are not understood; such a list is no roster",
        ),
    };
    if !amounts.unread.is_empty() {
        let Message { zh, en } = listed(&amounts.unread);
        missing.push(
            &format!("；像金额的列：{zh}"),
            &format!("; columns that look like amounts: {en}"),
        );
    }
    if let Some(sum) = &amounts.not_the_sum {
        missing.push(
            &format!("，但各行相加不等于“{sum}”"),
            &format!(", but they do not add up to “{sum}”"),
        );
    }
    missing.push(
        "；请在 aidcheck.toml 的 [[mapping]] 中指定金额列（columns = { \"列名\" = \"amount\" }，可指定几列）；如果其实是全体学生的名册，请写 kind = \"enrollment\"",
        "; name the amount columns in [[mapping]] of aidcheck.toml (columns = { \"header\" = \"amount\" }, several if need be); if it is a roster of all pupils after all, write kind = \"enrollment\"",
    );
    let seen = columns.into_iter().map(|column| column.header);
    let seen = seen.filter(|header| !header.trim().is_empty()).take(60).collect();
    NotUnderstood { seen, missing, instead: None }
}

/// Amounts of a pay list that are not read.
pub(super) fn amounts_left(Amounts { unread, not_the_sum, .. }: &Amounts) -> Option<Message> {
    if let Some(sum) = not_the_sum {
        let Message { zh, en } = listed(unread);
        return Some(Message::new(
            format!(
                "有 {} 个金额列没有读取（{zh}）：各行相加不等于“{sum}”；请核对各列，或在 [[mapping]] 中指定金额列",
                unread.len()
            ),
            format!(
                "{} columns of amounts were not read ({en}): they do not add up to “{sum}”; look them over, or name the amounts in [[mapping]]",
                unread.len()
            ),
        ));
    }
    let Message { zh, en } = listed(unread);
    (!unread.is_empty()).then(|| {
        Message::new(
            format!("有 {} 个金额列没有读取（{zh}）：看不出各是哪个项目、学期或月份；请在表头写明（如“国家助学金金额”“9月”），或在 [[mapping]] 中指定", unread.len()),
            format!("{} columns of amounts were not read ({en}): which programme, term or month they are for is not said; say it in the headers, or name them in [[mapping]]", unread.len()),
        )
    })
}

/// Groups of columns that are not read.
pub(super) fn not_put_together(groups: &[String]) -> Option<Message> {
    let Message { zh, en } = listed(groups);
    (!groups.is_empty()).then(|| {
        Message::new(
            format!("“{zh}”下分成几列，不知如何合并，没有读取；请加一列小计，或在 [[mapping]] 中指定"),
            format!("“{en}” stands over several columns that cannot be put together and were not read; add a column with their sum, or name one in [[mapping]]"),
        )
    })
}

/// Lists side by side with a heading of its own over each.
pub(super) fn apart(seen: Vec<String>, left: &str, right: &str) -> NotUnderstood {
    let missing = Message::new(
        format!(
            "左右并排的名单各有标题（“{left}”与“{right}”），一行中的学生不属于同一份名单，未读取；请分成两张工作表，或上下排列并各写标题和表头"
        ),
        format!(
            "lists stand side by side, each with a heading of its own (“{left}” and “{right}”), and were not read; put each on a sheet of its own, or one below the other with title and header"
        ),
    );
    NotUnderstood { seen, missing, instead: None }
}
