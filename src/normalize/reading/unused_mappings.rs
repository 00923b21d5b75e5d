//! What of the configuration's `[[mapping]]` came to nothing: a slip in a name would look like success.

use super::FileReading;
use super::file_pattern::matches_pattern;
use crate::ingest::SheetPlan;
use crate::policy::{Config, MappingRule};
use crate::record::Message;

/// Notices of mappings that fit no file or sheet, and of their columns that no sheet has.
pub fn unused_mappings(readings: &[FileReading], config: &Config) -> Vec<Message> {
    let rules = config.mapping.iter().enumerate();
    rules.flat_map(|(at, rule)| unused(readings, &config.mapping[..at], rule)).collect()
}

fn unused(readings: &[FileReading], before: &[MappingRule], rule: &MappingRule) -> Vec<Message> {
    let notice = |zh: String, en: String| {
        let place = format!("[[mapping]] files = \"{}\"", rule.files);
        vec![Message::new(format!("配置 {place}：{zh}"), format!("configuration, {place}: {en}"))]
    };
    let mut files =
        readings.iter().filter(|file| matches_pattern(&rule.files, &file.name)).peekable();
    if files.peek().is_none() {
        return notice(
            "没有文件与它相符，未起作用；请核对文件名（* 代表任意文字）".into(),
            "fits no file and did nothing; check the name (* stands for any text)".into(),
        );
    }
    let sheets: Vec<_> =
        files.flat_map(|file| file.sheets.iter().map(move |sheet| (file, sheet))).collect();
    let fits = |rule: &MappingRule, (file, sheet): &(&FileReading, &super::SheetReading)| {
        let sheets = rule.sheets.as_ref();
        matches_pattern(&rule.files, &file.name)
            && sheets.is_none_or(|pattern| matches_pattern(pattern, &sheet.name))
    };
    let fitting: Vec<_> = sheets.iter().filter(|place| fits(rule, place)).collect();
    if let (Some(pattern), true, false) = (&rule.sheets, fitting.is_empty(), sheets.is_empty()) {
        return notice(
            format!("没有工作表与 sheets = \"{pattern}\" 相符，未起作用；请核对工作表名"),
            format!("no sheet fits sheets = \"{pattern}\", it did nothing; check the sheet's name"),
        );
    }
    let own: Vec<_> =
        fitting.iter().filter(|place| !before.iter().any(|earlier| fits(earlier, place))).collect();
    if own.is_empty() && !fitting.is_empty() {
        return notice(
            "与它相符的表都已用了前面的 [[mapping]]，未起作用；请把它移到前面".into(),
            "every sheet that it fits took an earlier [[mapping]], it did nothing; move it up"
                .into(),
        );
    }
    let plans: Vec<&SheetPlan> = own.iter().filter_map(|(_, sheet)| sheet.plan.as_ref()).collect();
    let missing: Vec<&str> = rule
        .columns
        .keys()
        .map(String::as_str)
        .filter(|key| {
            !plans.iter().flat_map(|plan| &plan.columns).any(|column| column.is_named(key))
        })
        .collect();
    if plans.is_empty() || missing.is_empty() {
        return Vec::new();
    }
    notice(
        format!("表头里没有“{}”，未起作用；请照表头原样填写", missing.join("”“")),
        format!("no header is “{}”; write it as it stands in the file", missing.join("”, “")),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_configured;
    use super::*;

    fn notices(toml: &str) -> Vec<String> {
        let config = Config::parse(toml, "aidcheck.toml").unwrap();
        let roster =
            "姓名,身份证号,就读学校,几班\n王小明,330127201203051012,河源县第一小学,三1班\n";
        let readings = read_configured(
            vec![("河源县第一小学.csv", roster.as_bytes().to_vec()), ("坏.csv", b"a\n".to_vec())],
            &config,
        );
        let notices = unused_mappings(&readings, &config);
        notices.into_iter().map(|notice| notice.en.into_owned()).collect()
    }

    #[test]
    fn what_fits_is_not_mentioned() {
        let fits = "[[mapping]]\nfiles = \"河源*.csv\"\ncolumns = { \" 几班\" = \"class\" }\n";
        assert_eq!(notices(fits), [""; 0]);
        assert_eq!(
            notices("[[mapping]]\nfiles = \"坏.csv\"\ncolumns = { \"名\" = \"name\" }\n"),
            [""; 0]
        );
    }

    /// Several columns may hold amounts: that one of them is found excuses no other.
    #[test]
    fn a_slip_in_one_of_several_amount_columns_is_said() {
        let list =
            "姓名,身份证号,学校,九月,十月\n王小明,330127201203051012,河源县第一小学,230,230\n";
        let grouped = "姓名,身份证号,学校,伙食,,交通,\n,,,九月,十月,九月,十月\n\
                       王小明,330127201203051012,河源县第一小学,230,230,20,20\n";
        for (text, columns, missing) in [
            (list, "\"九月\" = \"amount\", \"十 月\" = \"amount\"", None),
            (list, "\"九月\" = \"amount\", \"拾月\" = \"amount\"", Some("“拾月”")),
            (grouped, "\"伙食九月\" = \"amount\", \"交通九月\" = \"amount\"", None),
            (
                grouped,
                "\"伙食九月\" = \"amount\", \"交通费九月\" = \"amount\"",
                Some("“交通费九月”"),
            ),
        ] {
            let toml = format!(
                "[[mapping]]\nfiles = \"*\"\nkind = \"payment\"\ncolumns = {{ {columns} }}\n"
            );
            let config = Config::parse(&toml, "aidcheck.toml").unwrap();
            let readings = read_configured(vec![("发放.csv", text.as_bytes().to_vec())], &config);
            assert!(readings[0].sheets[0].plan.is_some(), "{columns}");
            let notices = unused_mappings(&readings, &config);
            let said = notices.first().map(|notice| &*notice.en);
            assert_eq!(said.is_some(), missing.is_some(), "{columns}: {said:?}");
            assert!(
                missing.is_none_or(|key| said.is_some_and(|said| said.contains(key))),
                "{said:?}"
            );
        }
    }

    #[test]
    fn what_fits_nothing_is_said_with_what_it_is() {
        for (toml, said) in [
            ("[[mapping]]\nfiles = \"没有*.xlsx\"\nkind = \"payment\"\n", "fits no file"),
            ("[[mapping]]\nfiles = \"*\"\nsheets = \"一班\"\n", "sheets = \"一班\""),
            (
                "[[mapping]]\nfiles = \"*\"\n[[mapping]]\nfiles = \"河源*\"\nread_hidden = true\n",
                "earlier [[mapping]]",
            ),
            (
                "[[mapping]]\nfiles = \"河源*\"\ncolumns = { \"班\" = \"class\", \"姓名\" = \"name\" }\n",
                "no header is “班”",
            ),
        ] {
            let notices = notices(toml);
            let [notice] = &notices[..] else { panic!("{toml}: {notices:?}") };
            assert!(notice.contains(said), "{notice}");
        }
    }
}
