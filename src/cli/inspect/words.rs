//! What people read for the terms of `inspect`, in Chinese and English.

use aidcheck::ingest::{From, How, RowCounts};
use aidcheck::normalize::Shared;
use aidcheck::record::{Field, Language, NumberState, RecordKind, Register, Stage, Term};

/// Picks the wording.
pub fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The kebab-case name by which a closed set is written.
pub fn kebab<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The kind and register of a sheet.
pub fn kind(kind: RecordKind, register: Option<Register>, language: Language) -> &'static str {
    let (zh, en) = match (kind, register) {
        (RecordKind::Enrollment, Some(Register::StudentStatus)) => {
            ("学籍", "enrolments of the student-status register")
        }
        (RecordKind::Enrollment, Some(Register::Vocational)) => {
            ("中职学籍", "enrolments of the vocational register")
        }
        (RecordKind::Enrollment, Some(Register::Preschool)) => {
            ("学前学籍", "enrolments of the preschool register")
        }
        (RecordKind::Enrollment, _) => ("学校名册", "enrolments of a school's roster"),
        (RecordKind::Payment, _) => ("资助发放表", "payments"),
        (RecordKind::Headcount, _) => ("清点表", "count sheet"),
        (RecordKind::MonthlyReport, _) => ("资助进展月报", "monthly report"),
        (RecordKind::Recognition, _) => ("困难学生认定名单", "list of recognised pupils"),
        (RecordKind::WatchList, _) => ("查重比对名单", "watch-list"),
        (RecordKind::SchoolFund, _) => ("校内资助台账", "school fund ledger"),
    };
    pick(language, zh, en)
}

/// By what a column was understood.
pub fn how(how: How, has_field: bool, language: Language) -> &'static str {
    let (zh, en) = match how {
        How::Header => ("表头", "header"),
        How::Abbreviation => ("缩写表头，按内容判断", "abbreviation, by its content"),
        How::Content => ("按内容判断", "by its content"),
        How::Forced => ("配置指定", "by the configuration"),
        How::Part if has_field => ("几列合成", "of several columns together"),
        How::Part => ("并入另一列", "goes into another column"),
        How::SecondChoice if has_field => ("另一列为空时取用", "used where the other is blank"),
        How::SecondChoice => ("未用，已取另一列", "not used, another column serves"),
        How::Unknown => ("未识别", "not known"),
    };
    pick(language, zh, en)
}

/// Where something shared was taken from.
pub fn from(from: From, language: Language) -> &'static str {
    let (zh, en) = match from {
        From::Column => ("列", "column"),
        From::Title => ("表题", "title"),
        From::SheetName => ("工作表名", "sheet's name"),
        From::FileName => ("文件名", "file's name"),
    };
    pick(language, zh, en)
}

/// What holds for all rows of a sheet.
pub fn shared(what: Shared, language: Language) -> &'static str {
    let (zh, en) = match what {
        Shared::SchoolCode => ("学校标识码", "school code"),
        Shared::SchoolName => ("学校", "school"),
        Shared::Stage => ("学段", "stage"),
        Shared::Grade => ("年级", "grade"),
        Shared::Class => ("班级", "class"),
        Shared::Programme => ("资助项目", "programme"),
        Shared::SchoolYear => ("学年", "school year"),
        Shared::Term => ("学期", "term"),
        Shared::Month => ("月份", "month"),
        Shared::DocumentDate => ("制表日期", "document date"),
        Shared::CountDate => ("核查日期", "count date"),
    };
    pick(language, zh, en)
}

/// The field that holds the same as something shared.
pub fn field_of(what: Shared) -> Option<Field> {
    Some(match what {
        Shared::SchoolCode => Field::SchoolCode,
        Shared::SchoolName => Field::SchoolName,
        Shared::Stage => Field::Stage,
        Shared::Grade => Field::Grade,
        Shared::Class => Field::Class,
        Shared::Programme => Field::Programme,
        Shared::SchoolYear => Field::SchoolYear,
        Shared::Term => Field::Term,
        Shared::Month => Field::Month,
        Shared::CountDate => Field::CountDate,
        Shared::DocumentDate => return None,
    })
}

/// The skipped rows of a sheet by reason, those that occur.
pub fn skipped(counts: &RowCounts, language: Language) -> String {
    let parts = [
        (counts.blank, "空行", "blank"),
        (counts.title, "表题", "title"),
        (counts.header, "表头", "header"),
        (counts.subtotal, "合计", "sums"),
        (counts.signature, "签字", "signatures"),
        (counts.note, "备注", "notes"),
        (counts.continuation, "续行", "continued"),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(rows, ..)| *rows > 0)
        .map(|(rows, zh, en)| format!("{} {rows}", pick(language, zh, en)))
        .collect();
    said.join(pick(language, "、", ", "))
}

/// The state of a number; empty for a usable one.
pub fn number_state(state: NumberState, language: Language) -> &'static str {
    let (zh, en) = match state {
        NumberState::Usable => ("", ""),
        NumberState::CompletedByCentury => ("15位补全", "completed from 15 digits"),
        NumberState::CompletedByStudentNumber => {
            ("由学籍号补全", "completed from the student number")
        }
        NumberState::Missing => ("空", "none"),
        NumberState::Placeholder => ("占位", "placeholder"),
        NumberState::OfAdult => ("成年人号码", "an adult's"),
        NumberState::Masked => ("被遮盖", "masked"),
        NumberState::SpoiledTail => ("Excel 截断", "cut by Excel"),
        NumberState::SpoiledScientific => ("科学计数法", "scientific notation"),
        NumberState::BadLength => ("位数不对", "wrong length"),
        NumberState::BadCharacter => ("有多余字符", "odd character"),
        NumberState::BadDate => ("出生日期不对", "bad birth date"),
        NumberState::BadCheck => ("校验码不符", "check character fails"),
    };
    pick(language, zh, en)
}

/// A stage.
pub fn stage(stage: Stage, language: Language) -> &'static str {
    let (zh, en) = match stage {
        Stage::Preschool => ("学前", "preschool"),
        Stage::Primary => ("小学", "primary"),
        Stage::Junior => ("初中", "junior"),
        Stage::Senior => ("普高", "senior"),
        Stage::Vocational => ("中职", "vocational"),
        Stage::Special => ("特教", "special"),
    };
    pick(language, zh, en)
}

/// A term.
pub fn term(term: Term, language: Language) -> &'static str {
    match term {
        Term::Autumn => pick(language, "秋季", "autumn"),
        Term::Spring => pick(language, "春季", "spring"),
    }
}

/// A canonical field.
pub fn field(field: Field, language: Language) -> &'static str {
    let (zh, en) = match field {
        Field::Name => ("姓名", "name"),
        Field::FormerName => ("曾用名", "former name"),
        Field::SpelledName => ("姓名拼音", "spelled name"),
        Field::IdType => ("证件类型", "id type"),
        Field::IdNumber => ("证件号", "id number"),
        Field::IdValidity => ("证件有效期", "id validity"),
        Field::Sex => ("性别", "sex"),
        Field::BirthDate => ("出生日期", "birth date"),
        Field::StudentNumber => ("全国学籍号", "student number"),
        Field::AuxiliaryNumber => ("学籍辅号", "auxiliary number"),
        Field::LocalNumber => ("学号", "local number"),
        Field::GuardianName => ("监护人姓名", "guardian name"),
        Field::GuardianId => ("监护人证件号", "guardian id"),
        Field::Relation => ("关系", "relation"),
        Field::Phone => ("电话", "phone"),
        Field::Ethnicity => ("民族", "ethnicity"),
        Field::Nationality => ("国籍", "nationality"),
        Field::Address => ("住址", "address"),
        Field::Household => ("户籍", "household"),
        Field::HardshipFlag => ("困难标识", "hardship flag"),
        Field::SchoolCode => ("学校标识码", "school code"),
        Field::SchoolName => ("学校名称", "school name"),
        Field::District => ("所在地区", "district"),
        Field::Campus => ("校区", "campus"),
        Field::Stage => ("学段", "stage"),
        Field::Grade => ("年级", "grade"),
        Field::Class => ("班级", "class"),
        Field::Major => ("专业", "major"),
        Field::StudyLength => ("学制", "study length"),
        Field::StudentType => ("学生类别", "student type"),
        Field::Residence => ("就读方式", "residence"),
        Field::EnrollmentStatus => ("学籍状态", "enrollment status"),
        Field::EntryDate => ("入学日期", "entry date"),
        Field::ExitDate => ("离校日期", "exit date"),
        Field::MovementDate => ("异动日期", "movement date"),
        Field::SuspensionDate => ("休学日期", "suspension date"),
        Field::Programme => ("资助项目", "programme"),
        Field::SchoolYear => ("学年", "school year"),
        Field::Term => ("学期", "term"),
        Field::Month => ("月份", "month"),
        Field::Batch => ("批次", "batch"),
        Field::MonthCount => ("资助月数", "month count"),
        Field::Level => ("档次", "level"),
        Field::Amount => ("金额", "amount"),
        Field::PayDate => ("发放日期", "pay date"),
        Field::PaymentStatus => ("发放状态", "payment status"),
        Field::ReviewStatus => ("审核状态", "review status"),
        Field::FailureReason => ("失败原因", "failure reason"),
        Field::Card => ("银行卡号", "card"),
        Field::CardHolder => ("户名", "card holder"),
        Field::HolderId => ("持卡人证件号", "holder id"),
        Field::Bank => ("开户行", "bank"),
        Field::Hardship => ("困难类型", "hardship"),
        Field::Signature => ("签名", "signature"),
        Field::CountDate => ("清点日期", "count date"),
        Field::RegisteredCount => ("学籍人数", "registered count"),
        Field::CountedCount => ("实到人数", "counted count"),
        Field::LeaveCount => ("请假人数", "leave count"),
        Field::SickLeaveCount => ("病假人数", "sick leave count"),
        Field::PersonalLeaveCount => ("事假人数", "personal leave count"),
        Field::InternCount => ("实习人数", "intern count"),
        Field::SuspendedCount => ("休学人数", "suspended count"),
        Field::AbsentCount => ("未到人数", "absent count"),
        Field::ExcusedCount => ("其他有故人数", "excused count"),
        Field::BoarderCount => ("住校人数", "boarder count"),
        Field::AidedCount => ("受助人数", "aided count"),
        Field::WaivedCount => ("免学费人数", "waived count"),
        Field::DifferenceCount => ("差异人数", "difference count"),
        Field::DifferenceReason => ("差异原因", "difference reason"),
        Field::Inspector => ("清点人", "inspector"),
        Field::Headteacher => ("学校负责人", "headteacher"),
        Field::RecognitionDate => ("认定日期", "recognition date"),
        Field::NoticePeriod => ("公示起止", "notice period"),
        Field::OtherSchool => ("比对学校", "other school"),
        Field::OtherRegister => ("重复学籍类型", "other register"),
        Field::ComparisonDate => ("比对时间", "comparison date"),
        Field::ComparisonResult => ("核查结果", "comparison result"),
        Field::Ownership => ("办学性质", "ownership"),
        Field::FundIncome => ("事业收入", "fund income"),
        Field::FundShare => ("应提取比例", "fund share"),
        Field::FundDue => ("应提取金额", "fund due"),
        Field::FundSetAside => ("实际提取金额", "fund set aside"),
        Field::FundSpent => ("支出金额", "fund spent"),
        Field::FundPurpose => ("用途", "fund purpose"),
        Field::FundBalance => ("结余", "fund balance"),
        Field::Ordinal => ("序号", "ordinal"),
        Field::Note => ("备注", "note"),
    };
    pick(language, zh, en)
}
