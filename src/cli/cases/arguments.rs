//! What the user may type after `aidcheck cases`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use aidcheck::cases::CaseStatus;
use aidcheck::record::Fen;
use aidcheck::rules::{CaseKind, Severity};

use super::super::arguments::{FRAME, OPTIONS, day, kind};

#[derive(Debug, Args)]
pub struct CasesArguments {
    #[command(subcommand)]
    pub command: CasesCommand,
    #[command(flatten)]
    pub store: StoreArguments,
}

/// Where the store is, and how to answer; the same for every command.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// 案件库，默认为报告旁的 .aidcheck/cases.sqlite | The case store; beside the report by default
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// 报告文件夹，默认 aidcheck-report | The report's folder
    #[arg(long, global = true, value_name = "DIR", visible_alias = "report")]
    pub out: Option<PathBuf>,
    /// 配置文件 | Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 今天的日期，默认取系统日期 | Today; the system's by default
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 机器可读的输出 | Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// 以 CSV 输出 | Print CSV
    #[arg(long, global = true, conflicts_with = "json")]
    pub csv: bool,
}

/// Who acts.
#[derive(Debug, Args)]
pub struct DoerArguments {
    /// 操作人，默认取系统用户名 | Who does it; the system's user by default
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// 另一个 aidcheck 正在运行时最多等待多少秒 | Wait up to this many seconds for another run
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u64,
}

/// Which cases.
#[derive(Debug, Args)]
pub struct FilterArguments {
    /// 状态（逗号分隔）：new open sent answered waived resolved reopened | States
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    pub status: Vec<CaseStatus>,
    /// 问题类型（逗号分隔，名称见 aidcheck rules） | Kinds
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind)]
    pub kind: Vec<CaseKind>,
    /// 学校代码，或校名的一部分 | A school's code, or a part of its name
    #[arg(long, value_name = "SCHOOL")]
    pub school: Option<String>,
    /// 程度：error warning info | Severities
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',', value_parser = severity)]
    pub severity: Vec<Severity>,
    /// 此日及以后首次发现 | First seen on this day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<NaiveDate>,
    /// 首次发现至今已超过多少天 | First seen more than this many days ago
    #[arg(long, value_name = "DAYS")]
    pub older_than: Option<u32>,
    /// 涉及金额不少于（元） | Money at stake, in yuan, at least
    #[arg(long, value_name = "YUAN", value_parser = yuan)]
    pub min_amount: Option<Fen>,
    /// 只列逾期未答复的 | Only those whose answer is overdue
    #[arg(long)]
    pub overdue: bool,
    /// 只列满期限（escalation_days）仍未答复、应上报的 | Only those unanswered for too long
    #[arg(long)]
    pub escalated: bool,
    /// 只列交给此人的 | Only those assigned to
    #[arg(long, value_name = "NAME")]
    pub assigned: Option<String>,
    /// 已结的也列出 | Resolved ones too
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    #[command(flatten)]
    pub filter: FilterArguments,
    /// 最多列出多少件，0 为全部 | At most this many, 0 for all
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

/// One case.
#[derive(Debug, Args)]
pub struct OneArguments {
    /// 案件编号，如 2025-0137 或 DE-… | The case: its short number or its id
    #[arg(value_name = "CASE", help_heading = "案件 Case")]
    pub case: String,
}

#[derive(Debug, Args)]
pub struct WaiveArguments {
    /// 案件编号 | The case: its short number or its id
    #[arg(value_name = "CASE", help_heading = "案件 Case")]
    pub case: String,
    /// 理由，如“已核对户口簿，不是同一人” | Why it is allowed
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub reason: String,
    /// 豁免到哪天（含） | The last day on which the waiver holds
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: NaiveDate,
    #[command(flatten)]
    pub doer: DoerArguments,
}

/// A change with a reason.
#[derive(Debug, Args)]
pub struct ReasonArguments {
    /// 案件编号 | The case: its short number or its id
    #[arg(value_name = "CASE", help_heading = "案件 Case")]
    pub case: String,
    /// 理由 | Why
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub reason: String,
    #[command(flatten)]
    pub doer: DoerArguments,
}

#[derive(Debug, Args)]
pub struct AssignArguments {
    /// 案件编号 | The case: its short number or its id
    #[arg(value_name = "CASE", help_heading = "案件 Case")]
    pub case: String,
    /// 交给谁；留空为不交给任何人 | To whom; empty for nobody
    #[arg(long, value_name = "NAME")]
    pub to: String,
    #[command(flatten)]
    pub doer: DoerArguments,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    #[command(flatten)]
    pub filter: FilterArguments,
    /// 写入的文件，默认写到标准输出 | The file to write; the standard output by default
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SendArguments {
    /// 只发给这些学校（代码或全名，逗号分隔） | Only to these schools, by code or full name
    #[arg(long, value_name = "SCHOOL", value_delimiter = ',')]
    pub school: Vec<String>,
    #[command(flatten)]
    pub doer: DoerArguments,
}

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// 学校的回复：文件、文件夹或压缩包 | The schools' answers: files, folders or archives
    #[arg(value_name = "PATH", required = true, help_heading = "回复 Replies")]
    pub paths: Vec<PathBuf>,
    /// 是哪所学校的回复（代码或全名），看不出时写明 | Whose answers, where it cannot be told
    #[arg(long, value_name = "SCHOOL")]
    pub school: Option<String>,
    #[command(flatten)]
    pub doer: DoerArguments,
}

#[derive(Debug, Subcommand)]
pub enum CasesCommand {
    /// 列出案件 | List cases
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck cases list --kind repeat-payment --min-amount 1000\n  aidcheck cases list --school 一中 --older-than 30"
    )]
    List(ListArguments),
    /// 查看一件案件 | Show a case in full
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases show 2025-0137")]
    Show(OneArguments),
    /// 说明一件案件的依据 | Explain what a case rests on
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases explain 2025-0137")]
    Explain(OneArguments),
    /// 把未发和逾期的案件发给学校 | Write what schools are to be asked, and start the clock
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck cases send\n  aidcheck cases send --school 3433027001"
    )]
    Send(SendArguments),
    /// 导入学校的核查回复 | Take in what schools answered
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck cases import-replies 回复/\n  aidcheck cases import-replies 回复.xlsx --school 3433027001"
    )]
    ImportReplies(ImportArguments),
    /// 豁免：看过了，到某天为止不再提 | Waive a case until a day
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck cases waive 2025-0137 --reason 已核对户口簿，不是同一人 --until 2026-08-31"
    )]
    Waive(WaiveArguments),
    /// 结案；更新的数据中仍存在时会重新打开 | Close a case; a newer export that shows it reopens it
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases close 2025-0137 --reason 已追回")]
    Close(ReasonArguments),
    /// 重新打开一件案件 | Open a case again
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases reopen 2025-0137 --reason 答复与数据不符")]
    Reopen(ReasonArguments),
    /// 把案件交给某人 | Assign a case to somebody
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases assign 2025-0137 --to 李老师")]
    Assign(AssignArguments),
    /// 一件案件的全部经过 | All that happened to a case
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases history 2025-0137")]
    History(OneArguments),
    /// 导出案件清单 | Export the list of cases
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases export --all --to 案件清单.csv")]
    Export(ExportArguments),
    /// 验证日志完整、未被改动 | Prove that the log is whole
    #[command(help_template = FRAME, next_help_heading = OPTIONS, after_help = "例 Example:\n  aidcheck cases verify-log")]
    VerifyLog,
}

fn status(name: &str) -> Result<CaseStatus, String> {
    CaseStatus::by_name(name.trim()).ok_or_else(|| {
        let all: Vec<&str> = CaseStatus::ALL.into_iter().map(CaseStatus::name).collect();
        format!("没有这种状态 no such state ({})", all.join(", "))
    })
}

fn severity(name: &str) -> Result<Severity, String> {
    [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .find(|severity| severity.name() == name.trim())
        .ok_or_else(|| "请写 error、warning 或 info | error, warning or info".to_string())
}

/// Yuan with at most two decimals.
fn yuan(text: &str) -> Result<Fen, String> {
    let wrong = || "请写金额，如 1150 或 312.50 | an amount such as 1150 or 312.50".to_string();
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    whole.checked_mul(100).and_then(|fen| fen.checked_add(part)).map(Fen).ok_or_else(wrong)
}

/// A text that says something.
fn words(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("请写明理由 | give a reason".into()),
        words => Ok(words.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_become_fen() {
        let fen = ["1150", "312.50", "0.5", "7.05"].map(|text| yuan(text).unwrap().0);
        assert_eq!(fen, [115_000, 31_250, 50, 705]);
        for wrong in ["", "-1", "1.234", "千", "1e3", "99999999999999999999"] {
            assert!(yuan(wrong).is_err(), "{wrong}");
        }
    }
}
