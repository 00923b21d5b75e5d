//! The canonical fields that a column of an input file can hold.

use serde::{Deserialize, Serialize};

/// One canonical field (domain: column names). Names in TOML are kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    // The person.
    Name,
    FormerName,
    /// 姓名拼音, 英文姓名
    SpelledName,
    IdType,
    IdNumber,
    /// 证件有效期
    IdValidity,
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
    /// How a guardian or card holder is related to the pupil.
    Relation,
    Phone,
    Ethnicity,
    /// 国籍, 港澳台侨外
    Nationality,
    Address,
    /// 户口性质, 户编号, 乡镇, 村组
    Household,
    /// 是否低保, 是否孤儿, 残疾证号 …
    HardshipFlag,
    // The enrolment.
    SchoolCode,
    SchoolName,
    /// 省市县区 of the school, where a column holds it.
    District,
    /// 校区, 教学点: two campuses of one school are one school.
    Campus,
    Stage,
    Grade,
    Class,
    Major,
    /// 学制
    StudyLength,
    /// 学生类别, 招生类别, 入学方式, 学习形式
    StudentType,
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
    /// 持卡人身份证号
    HolderId,
    Bank,
    Hardship,
    /// 领款人, 代领人, 学生签字
    Signature,
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
    /// 免学费人数
    WaivedCount,
    DifferenceCount,
    DifferenceReason,
    Inspector,
    /// 学校负责人
    Headteacher,
    // The lists of recognition and comparison.
    /// 认定日期
    RecognitionDate,
    /// 公示起止
    NoticePeriod,
    /// 重复学校, 比对学校
    OtherSchool,
    /// 重复学籍类型
    OtherRegister,
    ComparisonDate,
    /// 核查要求, 核查结果
    ComparisonResult,
    // A school's own fund.
    /// 办学性质
    Ownership,
    /// 事业收入, 学费收入
    FundIncome,
    /// 应提取比例
    FundShare,
    /// 应提取金额
    FundDue,
    /// 实际提取金额
    FundSetAside,
    /// 支出金额
    FundSpent,
    /// 用途, 支出项目
    FundPurpose,
    /// 结余
    FundBalance,
    // Everywhere.
    /// 序号
    Ordinal,
    Note,
}
