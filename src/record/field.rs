//! The canonical fields that a column of an input file can hold.

use serde::{Deserialize, Serialize};

/// One canonical field (domain: column names). Names in TOML are kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    // The person.
    Name,
    FormerName,
    IdType,
    IdNumber,
    Sex,
    BirthDate,
    /// 全国学籍号, 学籍号: letter and 18 characters.
    StudentNumber,
    /// 学籍辅号 and other numbers that are no national key.
    AuxiliaryNumber,
    /// 学号: the school's own number, or the national one (told by content).
    LocalNumber,
    GuardianName,
    GuardianId,
    Phone,
    Ethnicity,
    Address,
    // The enrolment.
    SchoolCode,
    SchoolName,
    /// 省市县区 of the school, where a column holds it.
    District,
    Stage,
    Grade,
    Class,
    Major,
    Residence,
    /// 学籍状态, 学生状态, 异动类型; a bare 状态 is told by the kind of the file.
    EnrollmentStatus,
    /// 入学日期, 报到日期, 转入日期
    EntryDate,
    /// 离校日期, 转出日期, 退学日期, 毕业时间
    ExitDate,
    /// 异动日期, 变动日期: what it dates depends on the status of the row.
    MovementDate,
    /// 休学日期
    SuspensionDate,
    // The payment.
    Programme,
    SchoolYear,
    Term,
    Month,
    /// 发放批次, 期数: a month only where it says so (`9月`, `2025-09`).
    Batch,
    /// 资助月数: how many months an amount covers.
    MonthCount,
    Level,
    Amount,
    PayDate,
    PaymentStatus,
    /// 审核状态, 评审结果, 是否受助: a refusal means that nothing was paid.
    ReviewStatus,
    /// 失败原因: a reason means that the payment failed.
    FailureReason,
    Card,
    CardHolder,
    Bank,
    Hardship,
    // The count sheet.
    CountDate,
    /// 学籍人数, 在籍人数, 系统人数, 注册人数: what the sheet says is registered.
    RegisteredCount,
    /// 实到人数, 清点人数, 在校人数, 现场人数
    CountedCount,
    LeaveCount,
    /// 病假人数, where leave is broken down.
    SickLeaveCount,
    /// 事假人数, where leave is broken down.
    PersonalLeaveCount,
    InternCount,
    SuspendedCount,
    /// 缺勤人数, 未到人数: absent without a reason that excuses.
    AbsentCount,
    /// 其他有故未到人数 (exams, matches, other campus)
    ExcusedCount,
    BoarderCount,
    AidedCount,
    DifferenceCount,
    DifferenceReason,
    Inspector,
    // Everywhere.
    /// 序号
    Ordinal,
    Note,
}
