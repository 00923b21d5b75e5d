//! Rows below the header that are no records: sums, signatures, remarks, and what every printed page repeats.

use super::class_in_name::heading_of;
use super::page_head::equals_header;
use crate::ingest::SkipReason;
use crate::record::in_simplified;

/// Why a row below the header is no record; `None` for a record.
pub fn skip_reason(cells: &[&str], headers: &[&str]) -> Option<SkipReason> {
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let Some(first) = filled.next() else { return Some(SkipReason::Blank) };
    let first = &*in_simplified(first);
    let alone = filled.next().is_none();
    if headers.len() > 1 && equals_header(cells, headers) {
        return Some(SkipReason::Header);
    }
    let mut sums = cells.iter().map(|cell| cell.trim()).enumerate();
    if sums.any(|(at, cell)| if at < 6 { is_sum(cell) } else { is_bare_sum(cell) })
        || is_head_count(first)
    {
        return Some(SkipReason::Subtotal);
    }
    if is_signature(first) {
        return Some(SkipReason::Signature);
    }
    if heading_of(cells).is_some() {
        return Some(SkipReason::Title);
    }
    if is_remark(first) || (alone && (is_page_number(first) || is_numbered_remark(first))) {
        return Some(SkipReason::Note);
    }
    (alone && is_day(first)).then_some(SkipReason::Signature)
}

const SUMS: [&str; 6] = ["小计", "合计", "总计", "共计", "累计", "页计"];

/// 小计, 合计, with blanks between the characters or not, and nothing else.
fn is_bare_sum(cell: &str) -> bool {
    let mut characters = cell.chars().filter(|c| !c.is_whitespace());
    matches!(
        (characters.next(), characters.next(), characters.next()),
        (Some('小' | '合' | '总' | '總' | '共' | '累'), Some('计' | '計'), None)
    )
}

/// 合计, 本页小计, 高一小计, 河源一中合计：, 总计50人. A name that holds such a word (王小计, 总计明) is none.
fn is_sum(cell: &str) -> bool {
    // Every sum holds 计: most cells are done here.
    if !cell.contains(['计', '計']) || cell.len() > 90 {
        return false;
    }
    let cell: String = in_simplified(cell).chars().filter(|c| !c.is_whitespace()).collect();
    let Some((at, word)) = SUMS.iter().filter_map(|word| Some((cell.rfind(word)?, word))).max()
    else {
        return false;
    };
    let (before, after) = (&cell[..at], &cell[at + word.len()..]);
    let closes = after.is_empty()
        || after.starts_with([':', '：', '(', '（', ',', '，', '共', '大', '¥', '￥'])
        || after.starts_with(|c: char| c.is_ascii_digit())
        || ["人", "金额", "人民币", "元", "数", "发放", "学生"]
            .iter()
            .any(|word| after.starts_with(word));
    if !closes {
        return false;
    }
    const OF_GROUPS: [char; 24] = [
        '级', '班', '校', '部', '段', '园', '页', '县', '镇', '乡', '区', '市', '季', '度', '期',
        '月', '年', '项', '档', '生', '男', '女', ')', '）',
    ];
    // One character before it may be a surname: 段小计, 项小计.
    const ALONE: [&str; 9] = ["级", "班", "校", "页", "镇", "乡", "县", "男", "女"];
    let of_a_group = match before.chars().count() {
        1 => ALONE.contains(&before),
        _ => before.ends_with(OF_GROUPS),
    };
    const SCHOOLS: [&str; 8] = ["中学", "小学", "学校", "高中", "初中", "中职", "职高", "中专"];
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let unnumbered = before.trim_end_matches(numeral);
    before.is_empty()
        || of_a_group
        || SCHOOLS.iter().any(|school| before.ends_with(school))
        || SUMS.iter().any(|word| before.ends_with(word))
        || (unnumbered.len() < before.len() && matches!(unnumbered, "" | "高" | "初" | "职" | "第"))
        // 河源一中小计
        || before
            .strip_suffix(['中', '小', '幼', '高'])
            .is_some_and(|name| name.chars().count() >= 2 && name.ends_with(numeral))
}

/// 共50人, 男生25人女生25人, 全班共计50人: heads counted in words.
fn is_head_count(cell: &str) -> bool {
    const OPENINGS: [&str; 11] =
        ["共", "男", "女", "总人数", "合", "本班", "全班", "本页", "全校", "人数", "应到"];
    let count = cell
        .char_indices()
        .any(|(at, c)| c == '人' && cell[..at].trim_end().ends_with(|c: char| c.is_ascii_digit()));
    count && OPENINGS.iter().any(|opening| cell.starts_with(opening))
}

/// 填表人：…, 审核人, 校长签字, 单位（盖章）: a label of the foot, not a name that begins like one.
fn is_signature(cell: &str) -> bool {
    const LABELS: [&str; 37] = [
        "填表人",
        "审核人",
        "经办人",
        "校长",
        "园长",
        "制表人",
        "制表单位",
        "制表日期",
        "制表时间",
        "制表",
        "学校负责人",
        "单位负责人",
        "负责人",
        "填报人",
        "填报单位",
        "复核人",
        "复核",
        "核查人",
        "清点人",
        "班主任",
        "审核",
        "领款人",
        "代领人",
        "填报时间",
        "填报日期",
        "填表时间",
        "填表日期",
        "单位公章",
        "公章",
        "主管领导",
        "分管领导",
        "分管校长",
        "出纳",
        "会计",
        "财务",
        "联系人",
        "监督电话",
    ];
    // Labels that are no signature without a colon or 签字: words that may open a name or a cell.
    const WITH_COLON: [&str; 6] = ["出纳", "会计", "财务", "联系人", "审核", "复核"];
    if [
        "签字",
        "签名",
        "盖章",
        "单位盖章",
        "学校盖章",
        "单位公章",
        "单位（",
        "单位(",
        "（盖章",
        "(盖章",
    ]
    .iter()
    .any(|label| cell.starts_with(label))
    {
        return true;
    }
    LABELS.iter().any(|label| {
        let Some(rest) = without_inner_blanks(cell, label) else { return false };
        let more = ["签", "盖", "意见", "姓名", "电话", "日期", "（", "("];
        let labelled = rest.trim_start().starts_with([':', '：', '_', '＿', '—', '/', '、'])
            || more.iter().any(|word| rest.starts_with(word));
        let ends = rest.trim().is_empty() || rest.starts_with(char::is_whitespace);
        labelled || (ends && !WITH_COLON.contains(label))
    })
}

/// What follows a label at the head of a cell, blanks between the label's characters let pass.
fn without_inner_blanks<'c>(cell: &'c str, label: &str) -> Option<&'c str> {
    let mut rest = cell;
    for wanted in label.chars() {
        rest = rest.trim_start().strip_prefix(wanted)?;
    }
    Some(rest)
}

/// 备注：…, 说明：…, 注意事项
fn is_remark(cell: &str) -> bool {
    const LABELS: [&str; 8] =
        ["备注", "注", "说明", "填表说明", "填报说明", "注意事项", "温馨提示", "填写说明"];
    LABELS.iter().any(|label| {
        cell.strip_prefix(label).is_some_and(|rest| {
            rest.trim_start().starts_with([':', '：'])
                || (rest.is_empty() && label.chars().count() >= 4)
        })
    })
}

/// 1.本表一式两份。: a numbered sentence with nothing beside it.
fn is_numbered_remark(cell: &str) -> bool {
    let rest = cell.trim_start_matches(['(', '（']).trim_start_matches(|c: char| {
        c.is_ascii_digit() || "一二三四五六七八九十①②③④⑤⑥⑦⑧⑨".contains(c)
    });
    rest.len() < cell.len()
        && (rest.starts_with(['.', '．', '、', ')', '）'])
            || cell.starts_with(['①', '②', '③', '④', '⑤']))
        && rest.chars().count() >= 6
        && !rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

/// 第 3 页 共 10 页, 第3页, 3/10, - 3 -
fn is_page_number(cell: &str) -> bool {
    let bare: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let marks: String = bare.chars().filter(|c| !c.is_ascii_digit()).collect();
    let chinese = bare.chars().count() <= 16
        && marks.chars().all(|c| "第页共,，/、码:：一二三四五六七八九十总".contains(c))
        && (marks.contains("第页") || marks.contains("共页") || marks.contains("页码"));
    let chinese_numeral =
        bare.starts_with('第') && bare.ends_with('页') && bare.chars().count() <= 12;
    let latin = bare.to_ascii_lowercase();
    let latin = digits > 0 && latin.starts_with("page") && latin.len() <= 14;
    let dashed = bare.starts_with(['-', '—']) && matches!(marks.as_str(), "--" | "——");
    let of = marks == "/" && (2..=6).contains(&digits);
    chinese || chinese_numeral || latin || (digits > 0 && dashed) || of
}

/// 2025年9月10日, alone at the foot.
fn is_day(cell: &str) -> bool {
    let marks: String =
        cell.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    matches!(marks.as_str(), "年月日" | "日期:年月日" | "日期：年月日")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_records_are_told_apart() {
        use SkipReason::*;
        let headers = ["序号", "姓名", "金额"];
        for (cells, reason) in [
            (&["", " ", ""][..], Some(Blank)),
            (&[], Some(Blank)),
            (&["序号", "姓名 ", "金额"], Some(Header)),
            (&["序 号", "姓\n名", "金额"], Some(Header)),
            (&["", "合 计", "3000"], Some(Subtotal)),
            (&["本页小计", "", "3000"], Some(Subtotal)),
            (&["", "高一小计", "", "50"], Some(Subtotal)),
            (&["1", "河源一中", "高一", "", "", "", "", "小 计", "50"], Some(Subtotal)),
            (&["", "河源县第一中学合计：", "", "50"], Some(Subtotal)),
            (&["高一(3)班小计"], Some(Subtotal)),
            (&["合计人民币（大写）"], Some(Subtotal)),
            (&["合计", "50人"], Some(Subtotal)),
            (&["全班共50人，男生25人"], Some(Subtotal)),
            (&["", "经办人：王", ""], Some(Signature)),
            (&["填表人", "王某", "审核人"], Some(Signature)),
            (&["校 长（签字）："], Some(Signature)),
            (&["单位（盖章）"], Some(Signature)),
            (&["学校负责人签字：", "", "2025年9月10日"], Some(Signature)),
            (&["", "2025 年 9 月 10 日"], Some(Signature)),
            (&["", "高一(3)班"], Some(Title)),
            (&["注：金额为元"], Some(Note)),
            (&["备注：以上名单已公示"], Some(Note)),
            (&["2、本表一式两份，学校留存一份。"], Some(Note)),
            (&["", "第 3 页 共 10 页"], Some(Note)),
            (&["第三页"], Some(Note)),
            (&["3/10"], Some(Note)),
            (&["- 3 -"], Some(Note)),
            (&["Page 3 of 10"], Some(Note)),
        ] {
            assert_eq!(skip_reason(cells, &headers), reason, "{cells:?}");
        }
    }

    #[test]
    fn nobody_is_lost_for_a_name() {
        let headers = ["序号", "姓名", "金额"];
        for cells in [
            &["1", "王小计", "500"][..],
            &["1", "总计明", "500"],
            &["1", "段小计", "500"],
            &["高一"],
            &["1", "欧阳合计", "500"],
            &["钟审核", "男", "500"],
            &["校长明", "女", "500"],
            &["制小表", "女", "500"],
            &["审核", "女", "500"],
            &["会计", "女", "500"],
            &["注小明", "女", "500"],
            &["共小人", "女", "500"],
            &["2", "姓名", "金额"],
            &["2025-09-10"],
            &["1", "王一", "500", "", "", "", "累计三次"],
        ] {
            assert_eq!(skip_reason(cells, &headers), None, "{cells:?}");
        }
    }
}
