//! The one school that a title, a sheet's name or a file's name speaks of.
//!
//! A name ends in a school word (中学, 幼儿园, 职教中心) and has something of its own before it: 太和中学 is
//! a school; 初级中学, 全县中学, 义务教育学校 are kinds of schools or many.

/// What names of schools end in.
const ENDS: [&str; 39] = [
    "小学",
    "中学",
    "学校",
    "幼儿园",
    "幼稚园",
    "职高",
    "职中",
    "中专",
    "学院",
    "高中",
    "初中",
    "完中",
    "附中",
    "附小",
    "附幼",
    "实小",
    "实幼",
    "完小",
    "中心校",
    "教学点",
    "职校",
    "技校",
    "卫校",
    "体校",
    "艺校",
    "特校",
    "分校",
    "分园",
    "学园",
    "中心园",
    "托儿所",
    "书院",
    "职教中心",
    "职业教育中心",
    "职业技术教育中心",
    "特教中心",
    "特殊教育中心",
    "幼教中心",
    "幼儿教育中心",
];

/// Of these a county has many: 太和县小学 are all of them, 太和县中学 is one.
const MANY_IN_A_PLACE: [&str; 12] = [
    "小学",
    "幼儿园",
    "幼稚园",
    "学校",
    "高中",
    "初中",
    "中专",
    "完小",
    "完中",
    "中心校",
    "教学点",
    "托儿所",
];

/// Of these a county has one.
const ONE_IN_A_PLACE: [&str; 5] =
    ["职教中心", "职业教育中心", "职业技术教育中心", "特教中心", "特殊教育中心"];

/// Words that tell many schools, wherever they stand before the school word.
const MANY: [&str; 18] = [
    "各", "全县", "全市", "全区", "全省", "全国", "全镇", "全乡", "全体", "所有", "部分", "我县",
    "我市", "我区", "本县", "本市", "本区", "辖区",
];

/// Words that make of the school word behind them a kind of school or of pupil.
const KINDS: [&str; 36] = [
    "普通",
    "民办",
    "公办",
    "公立",
    "私立",
    "义务教育",
    "义教",
    "中等职业",
    "职业",
    "中职",
    "普高",
    "高中",
    "初中",
    "农村",
    "城区",
    "县城",
    "乡镇",
    "县直",
    "市直",
    "所在",
    "就读",
    "毕业",
    "家庭",
    "困难",
    "贫困",
    "脱贫",
    "低保",
    "立卡",
    "残疾",
    "留守",
    "享受",
    "资助",
    "秋季",
    "春季",
    "学期",
    "学年",
];

/// Further words that distinguish no school: a name of nothing else is none.
const PLAIN: [&str; 49] = [
    "初级",
    "高级",
    "完全",
    "中等",
    "高等",
    "九年",
    "十二年",
    "一贯制",
    "寄宿制",
    "寄宿",
    "技术",
    "学前",
    "教育",
    "特教",
    "特殊",
    "培智",
    "关于",
    "有关",
    "没有",
    "无",
    "附属",
    "示范性",
    "示范",
    "重点",
    "试点",
    "定点",
    "乡村",
    "城镇",
    "城乡",
    "小规模",
    "普惠性",
    "普惠",
    "直属",
    "基层",
    "某",
    "本",
    "我",
    "该",
    "贵",
    "原",
    "中",
    "小",
    "县",
    "市",
    "区",
    "省",
    "镇",
    "乡",
    "村",
];

/// The school named in a title, a sheet's name or a file's name: `学校名称：…`, else the longest run
/// that ends like a school's name. `None` where none or many are spoken of.
pub(super) fn school_in(text: &str) -> Option<String> {
    for key in ["学校名称", "园所名称", "幼儿园名称", "学校全称", "学校"] {
        for (at, _) in text.match_indices(key) {
            let rest = text[at + key.len()..]
                .trim_start_matches("(盖章)")
                .trim_start_matches("（盖章）")
                .trim_start();
            if let Some(value) = rest.strip_prefix(['：', ':']) {
                let value = without_stamp(value.split_whitespace().next().unwrap_or(""));
                let said = value.chars().filter(|c| c.is_alphanumeric()).count() >= 3;
                if said && !MANY.iter().any(|word| value.contains(word)) && !value.starts_with('某')
                {
                    return Some(value.to_string());
                }
            }
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '·' || c == '〇';
    text.split(|c: char| !is_name(c)).filter_map(school_in_run).max_by(|a, b| {
        // Of two equally long the first.
        a.chars().count().cmp(&b.chars().count()).then(std::cmp::Ordering::Greater)
    })
}

/// The longest stretch of a run that names one school: ends are tried from the last to the first, so that
/// the 高中 of a programme behind the name does not hide it.
fn school_in_run(run: &str) -> Option<String> {
    let run = without_leading_time(run);
    let mut ends = Vec::new();
    for suffix in ENDS {
        for (at, _) in run.match_indices(suffix) {
            // 小学生, 小学部, 大学园区
            if !run[at + suffix.len()..].starts_with(['生', '部', '段', '区']) {
                ends.push(at + suffix.len());
            }
        }
    }
    for numeral in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"] {
        for ending in ["中", "小", "幼", "高"] {
            for (at, found) in run.match_indices(&format!("{numeral}{ending}")) {
                let after = &run[at + found.len()..];
                // 统一中考, 高一小组, 第一中心园
                // 河源一中学生花名册 is of 河源一中.
                let plain = after.starts_with("学生")
                    || !after
                        .starts_with(['考', '学', '组', '心', '班', '专', '职', '等', '中', '小']);
                if at > 0 && plain {
                    ends.push(at + found.len());
                }
            }
        }
    }
    ends.sort_unstable();
    ends.into_iter()
        .rev()
        .map(|end| behind_a_year(&run[..end]))
        .find(|name| names_one_school(name))
        .map(String::from)
}

/// Whether a stretch that ends like a school's name is one, and not a kind of school or many (普通高中,
/// 全县小学).
fn names_one_school(name: &str) -> bool {
    let longest = ENDS.iter().filter(|end| name.ends_with(**end)).max_by_key(|end| end.len());
    let Some(&end) = longest else {
        // 河源一中, 县二小
        return name.chars().count() >= 3;
    };
    let own = &name[..name.len() - end.len()];
    if MANY.iter().any(|word| own.contains(word)) || joins_kinds(own) {
        return false;
    }
    if ONE_IN_A_PLACE.contains(&end) {
        return !own.is_empty() && (own == "县" || own == "市" || !distinguishes_none(own));
    }
    // 新建中学 is named after its district, 新建学校 are those of this year.
    if distinguishes_none(own) || (own, end) == ("新建", "学校") {
        return false;
    }
    // 阳光小区幼儿园 is one.
    let place = |own: &str| {
        own.ends_with(['县', '市', '区', '省'])
            && !["小区", "社区", "园区", "校区"].iter().any(|word| own.ends_with(word))
    };
    // 太和县中小学, 全县中小学校; but 汉中小学 is one.
    let schools_of_two_stages = match end {
        "小学" => own.strip_suffix('中'),
        "学校" => own.strip_suffix("中小"),
        _ => None,
    };
    if schools_of_two_stages.is_some_and(|own| place(own) || distinguishes_none(own)) {
        return false;
    }
    if place(own) && MANY_IN_A_PLACE.contains(&end) {
        return false;
    }
    // 职业学校 is a kind of school, 河源县职业学校 is one school.
    let kind = KINDS.iter().any(|word| own.ends_with(word)) && !own.ends_with("职业");
    !kind || end == "学院"
}

/// Whether what stands before the school word is put together of words that distinguish no school.
fn distinguishes_none(own: &str) -> bool {
    let mut rest = own;
    while let Some(word) =
        KINDS.iter().chain(&PLAIN).filter(|word| rest.starts_with(**word)).max_by_key(|w| w.len())
    {
        rest = &rest[word.len()..];
    }
    rest.is_empty()
}

/// A stretch from behind the year inside it: of 太和县2025年秋季高中 that is 高中.
fn behind_a_year(name: &str) -> &str {
    let mut digits = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 4);
    match digits.next_back().and_then(|year| name.rfind(year)) {
        Some(at) => without_leading_time(&name[at..]),
        None => name,
    }
}

/// Whether the school word is joined to another kind before it: 小学和中学, 普通高中及学校. The 和 of
/// 太和中学 joins nothing.
fn joins_kinds(own: &str) -> bool {
    own.strip_suffix(['和', '及', '与']).is_some_and(|first| {
        first.is_empty()
            || ENDS.iter().chain(&KINDS).any(|word| first.ends_with(word))
            || distinguishes_none(first)
    })
}

/// A name without the stamp that a form asks for behind it: `甲县东门小学（盖章）`.
fn without_stamp(name: &str) -> &str {
    let mut name = name.trim();
    for stamp in ["盖章", "公章", "章", "签章", "印章", "单位盖章", "学校盖章"] {
        for (open, close) in [("（", "）"), ("(", ")")] {
            if let Some(rest) = name.strip_suffix(&format!("{open}{stamp}{close}")) {
                name = rest.trim();
            }
        }
    }
    name
}

/// A run without the year, term and numbering it opens with: `2025-2026学年第一学期河源一中`.
fn without_leading_time(run: &str) -> &str {
    const TIMES: [&str; 22] = [
        "学年度",
        "学年",
        "年度",
        "年",
        "月份",
        "月",
        "日",
        "第一学期",
        "第二学期",
        "上学期",
        "下学期",
        "秋季学期",
        "春季学期",
        "秋季",
        "春季",
        "秋学期",
        "春学期",
        "学期",
        "上半年",
        "下半年",
        "附件",
        "度",
    ];
    let mut rest = run;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &rest[digits..];
        let shorter = if let Some(time) = TIMES.iter().find(|time| after.starts_with(**time)) {
            &after[time.len()..]
        } else if digits > 0 && (digits >= 4 || after.starts_with(['秋', '春'])) {
            after.trim_start_matches(['秋', '春'])
        } else {
            return rest;
        };
        rest = shorter;
        // 2025年秋河源一中, but 春晖小学 keeps its name.
        if let Some(plain) = rest.strip_prefix(['秋', '春'])
            && !plain.starts_with([
                '晖', '蕾', '苗', '雨', '蕊', '天', '实', '风', '华', '林', '江', '水', '田', '景',
                '季', '学',
            ])
        {
            rest = plain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_names_that_speak_of_one_school() {
        for (text, school) in [
            ("2025-2026学年第一学期河源县第一中学学生花名册", "河源县第一中学"),
            ("河源一中_2025年秋季_发放表", "河源一中"),
            ("河源县实验小学学生名册", "河源县实验小学"),
            ("河源一中学生花名册", "河源一中"),
            ("学校名称：河源县第三中学   学校标识码：3133012701", "河源县第三中学"),
            ("学校：河源二小 班级：一(1)班", "河源二小"),
            ("2025年秋河源县春晖小学名册", "河源县春晖小学"),
            ("2025年春晖小学名册", "春晖小学"),
            ("河源县职业技术学校免学费发放表", "河源县职业技术学校"),
            ("河源一中高中部高一(1)班", "河源一中"),
            ("城关镇中心幼儿园大班幼儿信息", "城关镇中心幼儿园"),
            ("河源县中等职业学校学生资助发放表", "河源县中等职业学校"),
            ("太和中学2025年秋季学期学生花名册", "太和中学"),
            ("太和中学学生花名册", "太和中学"),
            ("河源县特教学校名册", "河源县特教学校"),
            ("无为中学学生名册", "无为中学"),
            ("新建中学学生名册", "新建中学"),
            ("仁和小学学生名册", "仁和小学"),
            ("太和县职业教育中心2025年秋季学期学生花名册", "太和县职业教育中心"),
            ("太和县职教中心学生花名册", "太和县职教中心"),
            ("县职教中心学生花名册", "县职教中心"),
            ("太和职业学校学生名册", "太和职业学校"),
            ("太和县初级中学学生花名册", "太和县初级中学"),
            ("忠县中学学生花名册", "忠县中学"),
            ("大新镇杨庙教学点学生名册", "大新镇杨庙教学点"),
            ("杨庙小学教学点学生名册", "杨庙小学教学点"),
            ("杨庙完小学生名册", "杨庙完小"),
            ("阳光学园幼儿名册", "阳光学园"),
            ("汉中小学学生名册", "汉中小学"),
            ("太和县第八中学资助学生名单", "太和县第八中学"),
            ("太和县特殊教育学校学生名册", "太和县特殊教育学校"),
            ("太和县2025年秋季太和中学学生名册", "太和中学"),
            ("阳光小区幼儿园幼儿名册", "阳光小区幼儿园"),
        ] {
            assert_eq!(school_in(text).as_deref(), Some(school), "{text}");
        }
    }

    #[test]
    fn kinds_of_schools_and_many_schools_are_no_school() {
        for text in [
            "全县中等职业学校学生资助发放表",
            "资助系统_中职国家助学金_2025年9-10月",
            "2025年普通高中国家助学金发放表",
            "太和县普通高中资助名单",
            "河源县小学生营养改善计划",
            "河源县小学学籍导出",
            "全县幼儿园在园幼儿",
            "Sheet1",
            "初级中学学生花名册",
            "高级中学学生花名册",
            "乡镇初级中学学生花名册",
            "全县中学名册",
            "全县职业教育中心学生名册",
            "职业教育中心学生名册",
            "职业学校学生名册",
            "义务教育学校",
            "关于小学的通知附件",
            "无学校",
            "新建学校信息表",
            "特教学校名册",
            "中职学校名册",
            "县直小学名册",
            "太和县义务教育学校学生名册",
            "九年一贯制学校学生名册",
            "各学校",
            "请各学校于9月30日前填报",
            "由各中小学校填报",
            "某学校",
            "学校：",
            "学校：某学校",
            "学校：全县中学",
            "学校：________ 班级：____",
            "县教育局",
            "太和县教育局学生名册",
            "全市中小学校",
            "中小学学生名册",
            "太和县中小学学籍",
            "太和县小学和中学学生名册",
            "普通高中和中学名册",
            "太和县2025年秋季高中学生花名册",
            "脱贫家庭高中学生名单",
            "教学点学生名册",
            "村教学点学生名册",
            "太和县教学点学生名册",
            "幼儿园幼儿名册",
        ] {
            assert_eq!(school_in(text), None, "{text}");
        }
    }
}
