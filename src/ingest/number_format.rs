//! Number formats of XLS: which of them show a day, a time or a duration.

/// What a number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownAs {
    Number,
    Date,
    /// Hours beyond a day: `[h]:mm`.
    Duration,
}

/// What a built-in format shows; those of East Asia (27 to 36, 50 to 58) are dates and times.
pub(super) fn builtin_format(id: u16) -> ShownAs {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => ShownAs::Date,
        46 => ShownAs::Duration,
        _ => ShownAs::Number,
    }
}

/// What a format's code shows, told from its first section: `yyyy"年"m"月"`, `[$-804]yyyy/m/d;@`.
pub(super) fn custom_format(code: &str) -> ShownAs {
    let mut characters = code.chars();
    let mut shown = ShownAs::Number;
    while let Some(character) = characters.next() {
        match character {
            ';' => break,
            // The next character is shown, or its width kept.
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.by_ref().find(|character| *character == '"')),
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let unit = inside.to_ascii_lowercase();
                let first = unit.chars().next();
                if matches!(first, Some('h' | 'm' | 's')) && unit.chars().all(|c| Some(c) == first)
                {
                    return ShownAs::Duration;
                }
            }
            'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => shown = ShownAs::Date,
            // An exponent, not the year of an era, once digits were shown.
            '0' | '#' | '?' if shown == ShownAs::Number => return ShownAs::Number,
            _ => {}
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_those_of_numbers() {
        for code in [
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy/m/d;@",
            "[DBNum1][$-804]yyyy\"年\"m\"月\"",
            "yyyy-mm-dd",
            "m/d/yy h:mm",
            "h:mm AM/PM",
            "YYYY\\-MM",
            "[Red]d-mmm",
        ] {
            assert_eq!(custom_format(code), ShownAs::Date, "{code}");
        }
        for code in [
            "General",
            "GENERAL",
            "0",
            "@",
            "#,##0.00",
            "0.00E+00",
            "0\"d\"",
            "_ * #,##0_ ;",
            "\"日\"@",
            "¥#,##0;[Red]d",
            "",
            "[Red]0",
            "G/通用格式",
            "\\d0",
        ] {
            assert_eq!(custom_format(code), ShownAs::Number, "{code}");
        }
        assert_eq!(custom_format("[h]:mm:ss"), ShownAs::Duration);
        assert_eq!(custom_format("[mm]:ss"), ShownAs::Duration);
    }
}
