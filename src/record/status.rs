//! The small closed sets: kinds of record, registers, stages, states.

use serde::{Deserialize, Serialize};

/// What the rows of a sheet are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    Enrollment,
    Payment,
    Headcount,
    MonthlyReport,
    Recognition,
    WatchList,
    SchoolFund,
}

/// The register an enrolment file belongs to, in order of precedence: of the witnesses of one
/// enrolment, the record of the first register speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Register {
    /// The national student-status system (学籍), primary to senior high.
    StudentStatus,
    /// The national vocational system (中职).
    Vocational,
    /// The preschool system (学前).
    Preschool,
    /// A school's own list (名册).
    Roster,
}

impl Register {
    /// Whether this is one of the state's registers, and not a school's own list.
    pub fn is_official(self) -> bool {
        self != Register::Roster
    }
}

/// A stage of schooling (学段).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Preschool,
    Primary,
    Junior,
    Senior,
    Vocational,
    Special,
}

/// Sex as registered (GB/T 2261.1: 1 male, 2 female).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sex {
    #[default]
    Unknown,
    Male,
    Female,
}

/// A pupil's year within a stage: 高一 is (senior, 1), 七年级 (junior, 1), 大班 (preschool, 3).
/// `year` 0 means not known; `stage` is `None` where the words do not say it (`一年级`, `2023级`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Grade {
    pub stage: Option<Stage>,
    pub year: u8,
}

/// What a register says of a pupil (学籍状态).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum EnrollmentStatus {
    /// No status column or cell: the list holds active pupils.
    #[default]
    Unstated,
    /// 在读, 在校, 在籍, 正常, 招生, 转入, 升级 …
    Active,
    /// 复学: studying again, counts as active.
    Resumed,
    /// 休学, 停学, 保留入学资格: occupies a place, does not entitle.
    Suspended,
    TransferredOut,
    Withdrawn,
    Graduated,
    Deceased,
    /// 开除, 注销, 流失, 辍学, 出国 and other ends.
    OtherExit,
}

impl EnrollmentStatus {
    /// The word for a status (学籍状态).
    pub fn chinese(self) -> &'static str {
        match self {
            EnrollmentStatus::Unstated => "未注明",
            EnrollmentStatus::Active => "在读",
            EnrollmentStatus::Resumed => "复学",
            EnrollmentStatus::Suspended => "休学",
            EnrollmentStatus::TransferredOut => "转出",
            EnrollmentStatus::Withdrawn => "退学",
            EnrollmentStatus::Graduated => "毕业",
            EnrollmentStatus::Deceased => "死亡",
            EnrollmentStatus::OtherExit => "其他离校",
        }
    }

    /// Whether the stay has ended.
    pub fn is_exit(self) -> bool {
        matches!(
            self,
            EnrollmentStatus::TransferredOut
                | EnrollmentStatus::Withdrawn
                | EnrollmentStatus::Graduated
                | EnrollmentStatus::Deceased
                | EnrollmentStatus::OtherExit
        )
    }

    /// Whether the pupil studies there (active, resumed, or no status said).
    pub fn is_active(self) -> bool {
        matches!(
            self,
            EnrollmentStatus::Unstated | EnrollmentStatus::Active | EnrollmentStatus::Resumed
        )
    }
}

/// What became of a payment (发放状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentStatus {
    /// No status column or cell: the list holds payments made.
    #[default]
    Unstated,
    /// 已发放, 成功, 是
    Paid,
    /// 未发放, 待发放, 否
    Pending,
    /// 发放失败
    Failed,
    /// 退回, 退汇
    Returned,
    /// 冲正, 红冲
    Reversed,
    /// 已撤销, 作废
    Cancelled,
    /// A word that is not understood: taken as paid, but it settles nothing.
    Unclear,
}

impl PaymentStatus {
    /// Whether the money arrived and stayed, as far as this row says.
    pub fn is_effective(self) -> bool {
        matches!(self, PaymentStatus::Unstated | PaymentStatus::Paid | PaymentStatus::Unclear)
    }
}
