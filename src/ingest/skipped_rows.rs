//! Rows below the header that are no records.

use super::accounting::SkipReason;

/// Why a row below the header is no record; `None` for a record.
pub fn skip_reason(cells: &[&str], headers: &[&str]) -> Option<SkipReason> {
    let first = match cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty()) {
        None => return Some(SkipReason::Blank),
        Some(first) => first,
    };
    let repeats = cells.len().max(headers.len()) > 1
        && (0..cells.len().max(headers.len())).all(|index| {
            let text = |row: &[&'_ str]| row.get(index).map_or(0, |cell| cell.trim().len());
            text(cells) == text(headers)
                && cells.get(index).map(|cell| cell.trim()).unwrap_or("")
                    == headers.get(index).map(|cell| cell.trim()).unwrap_or("")
        });
    if repeats {
        return Some(SkipReason::Header);
    }
    if cells.iter().take(4).any(|cell| is_sum(cell.trim())) {
        return Some(SkipReason::Subtotal);
    }
    const FOOT: [&str; 31] = [
        "填表人",
        "审核人",
        "经办人",
        "校长",
        "园长",
        "制表",
        "负责人",
        "签字",
        "签名",
        "填报人",
        "复核人",
        "单位公章",
        "单位盖章",
        "学校盖章",
        "备注：",
        "备注:",
        "注：",
        "注:",
        "说明：",
        "说明:",
        "单位负责人",
        "核查人",
        "清点人",
        "班主任",
        "审核：",
        "审核:",
        "领款人",
        "代领人",
        "学校负责人",
        "填报时间",
        "填表时间",
    ];
    FOOT.iter().any(|word| first.starts_with(word)).then_some(SkipReason::Signature)
}

/// 小计, 合计, 总计, 共计, 本页小计, with blanks between the characters or not; 高一小计, 全校合计.
fn is_sum(cell: &str) -> bool {
    if let Some(what) = ["小计", "合计", "总计"].iter().find_map(|word| cell.strip_suffix(word))
        && (what.chars().count() >= 2 || what.ends_with(['级', '班', '校', '部', '段', '园']))
    {
        return true;
    }
    let mut characters = cell.chars().filter(|c| !c.is_whitespace());
    match characters.next() {
        Some('小' | '合' | '总' | '共') => characters.next() == Some('计'),
        Some('本') => characters.next() == Some('页') && characters.nth(1) == Some('计'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_records_are_told_apart() {
        let headers = ["序号", "姓名", "金额"];
        for (cells, reason) in [
            (&["", " ", ""][..], Some(SkipReason::Blank)),
            (&[], Some(SkipReason::Blank)),
            (&["序号", "姓名 ", "金额"], Some(SkipReason::Header)),
            (&["", "合 计", "3000"], Some(SkipReason::Subtotal)),
            (&["本页小计", "", "3000"], Some(SkipReason::Subtotal)),
            (&["", "高一小计", "", "50"], Some(SkipReason::Subtotal)),
            (&["", "经办人：王", ""], Some(SkipReason::Signature)),
            (&["注：金额为元"], Some(SkipReason::Signature)),
            (&["1", "王小计", "500"], None),
            (&["1", "总计明", "500"], Some(SkipReason::Subtotal)),
            (&["2", "姓名", "金额"], None),
        ] {
            assert_eq!(skip_reason(cells, &headers), reason, "{cells:?}");
        }
    }
}
