//! What the user may type.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use aidcheck::record::Language;
use aidcheck::rules::CaseKind;

/// 学生资助数据核查：双重学籍、重复发放、非在籍发放、人数不符 … |
/// Checks student-aid data: double enrolment, repeated aid, pay to children who are not there.
#[derive(Debug, Parser)]
#[command(
    name = "aidcheck",
    version,
    after_help = EXAMPLES,
    help_template = FRAME,
    next_help_heading = OPTIONS,
    subcommand_help_heading = "命令 Commands",
    subcommand_value_name = "COMMAND",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// 输出语言 | Language of what people read
    #[arg(long, value_enum, global = true)]
    pub lang: Option<LanguageArgument>,
    /// 只输出错误 | Print nothing but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// 显示帮助 | Show this help
    #[arg(long, short, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本 | Show the version
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
}

pub(super) const OPTIONS: &str = "选项 Options";
/// The frame of every help text, in both languages.
pub(super) const FRAME: &str =
    "{about-with-newline}\n用法 Usage: {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
例 Examples:
  aidcheck 导出文件夹                        核查一个文件夹 (check a folder; same as `aidcheck check`)
  aidcheck check 导出 --out 报告 --as-of 2025-10-15
  aidcheck check 导出 --only dual-enrollment,repeat-payment
  aidcheck inspect 导出/名册.xlsx            看文件如何被识别 (how a file is understood)
  aidcheck headcount 导出                    只核对清点人数 (on-site reconciliation alone)

退出码 Exit codes: 0 已运行 ran; 1 仅用于 --fail-on; 2 用法或配置错误 usage or configuration;
  3 没有可用的输入 no usable input; 4 无法写出结果 output could not be written";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 核查文件或文件夹，写出报告 | Check files or folders and write the report
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck check 导出 --out 报告\n  aidcheck check 导出 --only dual-enrollment --as-of 2025-10-15\n  aidcheck check 导出 --quiet --fail-on error"
    )]
    Check(CheckArguments),
    /// 只核对现场清点人数 | On-site reconciliation alone
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck headcount 学籍.csv 清点表.xlsx        结果在 aidcheck-headcount/ (the result)"
    )]
    Headcount(HeadcountArguments),
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck inspect 导出\n  aidcheck inspect 名册.xlsx --json\n  aidcheck inspect 名册.xlsx --write-mapping"
    )]
    /// 查看每个文件如何被识别 | Show how each file is understood, before anything is checked
    Inspect(InspectArguments),
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck generate --students 2000 --seed 1 --out 虚构县\n  aidcheck generate --students 1000000 --seed 7 --plain --out 大县"
    )]
    /// 生成一个虚构县的数据及其真相 | Make a synthetic county and its truth
    Generate(GenerateArguments),
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck evaluate --cases aidcheck-report/cases.csv --truth 虚构县.truth.csv\n  aidcheck evaluate --cases cases.csv --truth 虚构县.truth.csv --curve 曲线.svg"
    )]
    /// 用真相衡量一份 cases.csv | Recall, precision and calibration of a cases.csv against a truth
    Evaluate(EvaluateArguments),
    /// 写出带注释的 aidcheck.toml | Write a commented aidcheck.toml
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck init 导出文件夹"
    )]
    Init(InitArguments),
    /// 案件：列表、查看、豁免、结案、日志 | Cases: list, show, waive, close, and their log
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        subcommand_help_heading = "命令 Commands",
        subcommand_value_name = "COMMAND",
        disable_help_subcommand = true
    )]
    Cases(super::cases::CasesArguments),
    /// 列出全部规则 | The catalogue of rules
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck rules\n  aidcheck rules --json"
    )]
    Rules(RulesArguments),
    /// 并列比较两条记录，说明是不是同一人 | Two records side by side, with what each field says
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck compare 学籍.csv:120 名册.xlsx:37"
    )]
    Compare(CompareArguments),
    /// 身份识别模型：学习、查看 | The identity model: learn it, show it
    #[command(
        help_template = FRAME,
        subcommand_help_heading = "命令 Commands",
        subcommand_value_name = "COMMAND",
        disable_help_subcommand = true
    )]
    Model(ModelArguments),
}

#[derive(Debug, Args)]
pub struct CompareArguments {
    /// 文件:行号（Excel 中的行号） | FILE:ROW, the row as Excel shows it
    #[arg(value_name = "ROW", help_heading = "输入 Inputs")]
    pub first: String,
    /// 另一条记录 | The other record
    #[arg(value_name = "ROW", help_heading = "输入 Inputs")]
    pub second: String,
    /// 全县人数，默认取模型中的人数，否则按 100000 | How many people the county has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    pub people: Option<u64>,
    /// 配置文件 | Configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 核查基准日 | The day to which the run looks
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 机器可读的输出 | Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ModelArguments {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// 从本县数据学习模型，写成文件 | Learn the model from a county's own records
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Example:\n  aidcheck model learn 导出 --out aidcheck-model.toml"
    )]
    Learn(LearnArguments),
    /// 显示模型中每一级的分量 | Print the weight of every level
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck model show\n  aidcheck model show --config aidcheck.toml --json"
    )]
    Show(ShowModelArguments),
    /// 每种分块键各得多少对记录，并可逐对列出 | How many pairs each blocking key yields, and which
    #[command(
        help_template = FRAME,
        next_help_heading = OPTIONS,
        after_help = "例 Examples:\n  aidcheck model pairs 导出\n  aidcheck model pairs 导出 --key name-and-phone --least 0.3"
    )]
    Pairs(PairsArguments),
}

#[derive(Debug, Args)]
pub struct PairsArguments {
    #[command(flatten)]
    pub common: CommonArguments,
    /// 逐对列出此键的记录（文件:行号，可交给 aidcheck compare） | List this key's pairs as FILE:ROW
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// 只列是同一人的概率不低于此的 | List pairs of at least this probability
    #[arg(long, value_name = "P", default_value_t = 0.5)]
    pub least: f64,
}

#[derive(Debug, Args)]
pub struct LearnArguments {
    #[command(flatten)]
    pub common: CommonArguments,
    /// 模型文件，默认 aidcheck-model.toml | The model's file
    #[arg(long, value_name = "FILE", default_value = "aidcheck-model.toml")]
    pub out: PathBuf,
    /// 文件已存在时替换 | Replace the file if it exists
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Args)]
pub struct ShowModelArguments {
    /// 配置文件 | Configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 机器可读的输出 | Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of every command that reads data.
#[derive(Debug, Args)]
pub struct CommonArguments {
    /// 文件或文件夹（文件夹含子文件夹） | Files or folders, folders with all they hold
    #[arg(required = true, value_name = "PATH", help_heading = "输入 Inputs")]
    pub paths: Vec<PathBuf>,
    /// 配置文件，默认为当前文件夹或首个输入文件夹中的 aidcheck.toml | Configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 核查基准日，如 2025-10-15；默认取配置或今天 | The day to which the run looks
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 线程数，默认为处理器核数 | Threads; all cores by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// 不显示进度条 | No progress bars
    #[arg(long)]
    pub no_progress: bool,
    /// 机器可读的输出 | Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What `check` and `headcount` share.
#[derive(Debug, Args)]
pub struct ReportArguments {
    #[command(flatten)]
    pub common: CommonArguments,
    /// 报告文件夹，默认 aidcheck-report，headcount 为 aidcheck-headcount | The report's folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 有文件不能使用或不合格行过多时即停止 | Refuse if a file cannot be used or too many of its rows
    #[arg(long)]
    pub strict: bool,
    /// 发现这种程度的案件时以 1 退出；new 指新增或重新打开 | Exit 1 if such cases exist; new: new or reopened
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// 只显示与上次相比的变化，没有变化则不输出 | Print only what changed since the last run
    #[arg(long, conflicts_with = "no_store")]
    pub since_last: bool,
    /// 不使用案件库：所有案件都算新增 | Without the case store: every case is new
    #[arg(long)]
    pub no_store: bool,
    /// 另一个 aidcheck 正在运行时最多等待多少秒 | Wait up to this many seconds for another run
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u64,
    #[command(flatten)]
    pub log: LogArguments,
}

/// The log of runs that nobody watches.
#[derive(Debug, Args)]
pub struct LogArguments {
    /// 把运行经过追加到此日志文件（不含学生信息） | Append what happens to this log; it names no pupil
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// 日志格式：text 每行一句，json 每行一个对象 | A sentence a line, or a JSON object a line
    #[arg(long, value_enum, default_value_t = LogFormat::Text, requires = "log")]
    pub log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct HeadcountArguments {
    #[command(flatten)]
    pub report: ReportArguments,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    pub report: ReportArguments,
    /// 只查这些问题（逗号分隔，名称见 aidcheck rules） | Only these kinds
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind)]
    pub only: Vec<CaseKind>,
    /// 不查这些问题 | All but these kinds
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind)]
    pub skip: Vec<CaseKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    New,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageArgument {
    Zh,
    En,
}

impl From<LanguageArgument> for Language {
    fn from(language: LanguageArgument) -> Language {
        match language {
            LanguageArgument::Zh => Language::Zh,
            LanguageArgument::En => Language::En,
        }
    }
}

#[derive(Debug, Args)]
pub struct InspectArguments {
    #[command(flatten)]
    pub common: CommonArguments,
    /// 把识别结果写入 aidcheck.toml 的 [[mapping]]，供修改 | Put what was understood into aidcheck.toml
    #[arg(long)]
    pub write_mapping: bool,
}

#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// 学生数 | How many students
    #[arg(long, value_name = "N")]
    pub students: usize,
    /// 随机种子，相同种子得到相同数据 | Seed; the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// 写入的新文件夹；真相写在 DIR.truth.csv | New folder; the truth goes to DIR.truth.csv
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// 每种记录一个简单 CSV | One plain CSV per record kind
    #[arg(long)]
    pub plain: bool,
    /// 损坏记录的倍数，1 为通常，0 为无 | How many times the usual share of records is spoiled
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub spoilage: f64,
    /// 基准日 | The county's today
    #[arg(long, value_name = "DATE", value_parser = day, default_value = "2025-10-15")]
    pub as_of: NaiveDate,
}

#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// 核查得到的 cases.csv | The cases.csv of a run
    #[arg(long, value_name = "FILE")]
    pub cases: PathBuf,
    /// generate 写出的 truth.csv | The truth that `generate` wrote
    #[arg(long, value_name = "FILE")]
    pub truth: PathBuf,
    /// 把查准率-查全率曲线画成 SVG | Draw precision against recall as SVG
    #[arg(long, value_name = "FILE.svg")]
    pub curve: Option<PathBuf>,
    /// 机器可读的输出 | Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InitArguments {
    /// 写到哪个文件夹，默认当前文件夹 | The folder to write to
    #[arg(default_value = ".", value_name = "DIR", help_heading = "文件夹 Folder")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct RulesArguments {
    /// 机器可读的输出 | Print JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "请写成 2025-10-15 这样的日期 | write the date as 2025-10-15".to_string())
}

pub(super) fn kind(name: &str) -> Result<CaseKind, String> {
    CaseKind::by_name(name.trim()).ok_or_else(|| {
        let nearest = CaseKind::ALL
            .into_iter()
            .max_by(|a, b| {
                strsim::jaro_winkler(a.name(), name)
                    .total_cmp(&strsim::jaro_winkler(b.name(), name))
            })
            .map_or("", CaseKind::name);
        let all: Vec<&str> = CaseKind::ALL.into_iter().map(CaseKind::name).collect();
        format!(
            "没有这种问题；是否为 {nearest}？ no such kind; did you mean {nearest}? ({})",
            all.join(", ")
        )
    })
}

/// A folder dropped on the program is checked: without a subcommand, `check` is meant.
pub fn with_default_command(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    const KNOWN: [&str; 10] = [
        "check",
        "headcount",
        "inspect",
        "generate",
        "evaluate",
        "init",
        "cases",
        "rules",
        "compare",
        "model",
    ];
    let first = arguments.get(1).and_then(|first| first.to_str()).unwrap_or("");
    let is_flag = ["-h", "--help", "-V", "--version", ""].contains(&first);
    let command_follows = arguments
        .iter()
        .skip(2)
        .any(|word| word.to_str().is_some_and(|word| KNOWN.contains(&word)));
    let is_command = KNOWN.contains(&first) || (first.starts_with('-') && command_follows);
    if !is_flag && !is_command {
        arguments.insert(1, "check".into());
    }
    arguments
}
