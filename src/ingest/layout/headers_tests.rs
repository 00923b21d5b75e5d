//! Every header that the domain names is read as its field.

use super::*;

const SYNONYMS: &str = "
name: 姓名 学生姓名 学生 名字 幼儿姓名 受助学生姓名 *姓名 姓名* 姓　名
former-name: 曾用名
spelled-name: 姓名拼音 英文姓名
id-type: 身份证件类型 证件类型 有效证件类型 身份证类型
id-number: 身份证号 身份证号码 身份证 身份证件号 身份证件号码 证件号 证件号码 证件编号 有效证件号 公民身份号码 公民身份证号码 身份证件号（18位）
id-validity: 身份证件有效期 证件有效期
sex: 性别 性别码
birth-date: 出生日期 出生年月 出生 生日 出生时间 出生年月日
student-number: 全国学籍号 学籍号 国网学籍号 学籍主号 全国学籍号码
auxiliary-number: 学籍辅号 学籍副号 省学籍辅号 省学籍号 地方学籍号 广州学籍号 教育ID 教育Id号 个人标识码
local-number: 学号 班内学号 班级学号 座号 考号 准考证号
school-code: 学校标识码 学校(机构)标识码 机构代码 学校代码 幼儿园代码 园所标识码 机构标识码
school-name: 学校名称 学校全称 学校 就读学校 所在学校 园所名称 幼儿园名称 学籍所在学校 机构名称
campus: 校区 学籍校区 教学点 校区名称 所属校区
stage: 学段 教育阶段 学历层次 办学类型
grade: 年级 年级名称 所在年级 级 届/级 届
class: 班级 班级名称 班别 所属班级 行政班 班号
major: 专业 专业名称 专业码 专业类别
study-length: 学制 修业年限
enrollment-status: 学籍状态 学生状态 学生当前状态 在校状态 状态 就学状态 异动类型
student-type: 学生类别 学生类型 招生类别 入学方式 学习形式(全日制/非全日制)
residence: 就读方式 是否寄宿 是否住校
entry-date: 入学日期 入学年月 入学时间 入学年度 入校时间 入园时间 报到日期 转入日期 注册时间 入园年月
exit-date: 离校日期 离园日期 毕业时间 毕业年月 转出日期 退学日期 毕业日期 离园时间 转出年月
movement-date: 异动日期 变动时间
suspension-date: 休学日期 休学时间
ethnicity: 民族 民族码
nationality: 国籍/地区 国别 港澳台侨外
address: 户口所在地 户籍所在地 户籍地址 户籍地 户口所在地行政区划 现住址 现居住地 家庭住址 家庭地址 通信地址
household: 户口性质(农业/非农业) 户编号 乡镇 村组（社区） 县内/县外 省内/省外
guardian-name: 监护人姓名 家长姓名 监护人1姓名 成员1姓名 父亲姓名 母亲姓名 监护人(父亲) 户主姓名 监护人 家长 家庭成员 家庭成员或监护人姓名
relation: 关系 监护人1角色 与学生关系
guardian-id: 监护人身份证号 监护人证件号码 家长身份证号 成员1身份证件号
phone: 联系电话 电话 手机 手机号 手机号码 家长电话 监护人1电话 监护人手机 家庭成员电话
hardship-flag: 是否建档立卡 是否低保 是否特困供养 是否孤儿 是否残疾(生) 残疾证号 残疾类型 是否烈士子女 是否留守儿童 是否随迁子女 是否需要申请资助 是否享受一补
note: 备注 说明 不在校原因
programme: 资助项目 资助项目名称 项目名称 资助类型 资助方式 资助类别 补助项目 发放项目
school-year: 学年 资助学年 年度 年份 认定学年
term: 学期 资助学期 发放学期
month: 月份 发放月份 资助月份 所属月份
batch: 发放批次 期数
month-count: 资助月数
level: 档次 资助档次 资助等级 资助级别
amount: 金额 资助金额 发放金额 实发金额 应发金额 补助金额 资助标准 资助资金 应补助金额(元) 金额(万元)
pay-date: 发放日期 发放时间 打卡时间 到账时间 交易日期 发放年月
payment-status: 发放状态 打卡状态 是否发放 发放结果 银行反馈
failure-reason: 失败原因
review-status: 审核状态 评审结果 是否受助
card: 银行卡号 银行账号 卡号 账号 资助卡号 中职资助卡号 学生资助卡号 一卡通账号 社保卡号 惠民惠农一卡通
card-holder: 户名 开户名 持卡人 账户名
holder-id: 持卡人身份证号
bank: 开户行 开户银行 发卡行
hardship: 困难类型 贫困类型 贫困特征 家庭经济困难类型 特殊困难类型 认定类型 认定等级 困难等级 认定依据
signature: 领款人 签名 代领人 经办人 学生签字
count-date: 核查日期 清点时间 检查日期 清点年月
registered-count: 学籍人数 在籍人数 系统人数 注册人数
counted-count: 在校人数 实到人数 清点人数 现场人数 实到人数（人）
leave-count: 请假人数
intern-count: 顶岗实习 岗位实习人数
suspended-count: 休学人数
absent-count: 缺勤 未到人数
boarder-count: 住校人数
aided-count: 受助人数 享受助学金人数
waived-count: 免学费人数
difference-count: 差异人数
difference-reason: 差异原因 未到原因
inspector: 核查人 清点人
headteacher: 学校负责人
recognition-date: 认定日期
notice-period: 公示起止
other-school: 重复学校 比对学校
other-register: 重复学籍类型
comparison-date: 比对时间
comparison-result: 核查要求 核查结果
ownership: 办学性质
fund-income: 事业收入 学费收入
fund-share: 应提取比例
fund-due: 应提取金额
fund-set-aside: 实际提取金额
fund-spent: 支出金额
fund-purpose: 用途 支出项目
fund-balance: 结余
school-name: 本校名称
";

#[test]
fn every_synonym_of_the_domain_is_read() {
    let book = HeaderBook::shipped().unwrap();
    for line in SYNONYMS.lines().filter(|line| !line.is_empty()) {
        let (field, headers) = line.split_once(": ").unwrap();
        let field: Field = serde_json::from_value(field.into()).unwrap();
        for header in headers.split(' ') {
            assert_eq!(book.field(header), Some(field), "{header}");
        }
    }
}

const ABBREVIATIONS: &str = "
name: XM XSXM
former-name: CYM ZYM
spelled-name: XMPY YWXM
id-type: SFZJLXM SFZJLX ZJLXM YXZJLX
id-number: SFZJH SFZH YXZJH
id-validity: SFZJYXQ SFZYXQ
sex: XBM XB
birth-date: CSRQ
student-number: QGXJH XJH
auxiliary-number: XJFH XJH JYID
local-number: XH BNXH
ordinal: XH
school-code: XXBSM XXDM XXM
school-name: XXMC XX
campus: XQDM XQ
stage: XD XDM
grade: NJ NJDM NJMC
class: BH BJ BJDM BJMC XZBMC
major: ZYM ZYMC ZYDM
study-length: XZ
enrollment-status: XSDQZTM XSDQZT ZT
student-type: XSLBM ZSLB RXFSM
residence: JDFSM
entry-date: RXNY RXRQ RXND
exit-date: BYNY
movement-date: YDRQ
ethnicity: MZ MZM
nationality: GJDQM GATQWM
address: HKSZD HKSZDXZQHM XZZ TXDZ JTZZ
household: HKXZM
guardian-name: CY1XM JHRXM
relation: CY1GX CY1GXM
guardian-id: CY1SFZJH
phone: LXDH YDDH
hardship-flag: SFGE SFLS SFLSET SFXYSQZZ SFXSYB CJLX
note: BZ
programme: ZZXM ZZFS XM
school-year: XN
term: XQ
month: YF
level: ZZDC
amount: ZZJE FFJE JE
pay-date: FFRQ
payment-status: FFZT ZT
review-status: SHZT
card: YHKH YHZH
bank: KHH
hardship: PKTZ
";

#[test]
fn every_abbreviation_of_the_domain_may_be_read() {
    let book = HeaderBook::shipped().unwrap();
    for line in ABBREVIATIONS.lines().filter(|line| !line.is_empty()) {
        let (field, headers) = line.split_once(": ").unwrap();
        let field: Field = serde_json::from_value(field.into()).unwrap();
        for header in headers.split(' ') {
            assert!(book.abbreviation(header).contains(&field), "{header} {field:?}");
            assert_eq!(book.field(header), None, "{header} is decided by its values");
        }
    }
}

#[test]
fn dress_does_not_hide_a_header() {
    let book = HeaderBook::shipped().unwrap();
    for (header, field) in [
        ("姓名\n(必填)", Field::Name),
        ("1.姓名", Field::Name),
        ("2、身份证号码", Field::IdNumber),
        ("姓名 Name", Field::Name),
        ("★学籍号：", Field::StudentNumber),
        ("“班级”", Field::Class),
        ("金额［元］", Field::Amount),
    ] {
        assert_eq!(book.field(header), Some(field), "{header}");
    }
}
