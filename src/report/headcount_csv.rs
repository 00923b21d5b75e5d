//! `headcount.csv`: the pupils behind each line of a count sheet that does not agree.

use std::io::{self, Write};

use super::words::{self, guarded};
use crate::record::Language;

/// One pupil expected at a count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadcountName {
    pub school_code: String,
    pub school_name: String,
    pub grade: String,
    pub class: String,
    pub count_date: String,
    pub name: String,
    pub id_masked: String,
    pub student_number_masked: String,
    /// What the register says, in the report's language.
    pub status: String,
    pub source_file: String,
    pub source_row: u32,
}

const HEADER: [(&str, &str); 11] = [
    ("学校标识码", "school_code"),
    ("学校", "school_name"),
    ("年级", "grade"),
    ("班级", "class"),
    ("清点日期", "count_date"),
    ("姓名", "name"),
    ("身份证号(隐)", "id_masked"),
    ("学籍号(隐)", "student_number_masked"),
    ("学籍状态", "status"),
    ("文件", "source_file"),
    ("行号", "source_row"),
];

/// Writes the file, byte order mark included.
pub fn write(names: &[HeadcountName], language: Language, mut out: impl Write) -> io::Result<()> {
    out.write_all(super::BOM)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(HEADER.map(|words| words::in_language(words, language)))?;
    for name in names {
        let texts = [
            &name.school_code,
            &name.school_name,
            &name.grade,
            &name.class,
            &name.count_date,
            &name.name,
            &name.id_masked,
            &name.student_number_masked,
            &name.status,
            &name.source_file,
        ];
        for text in texts {
            csv.write_field(&*guarded(text))?;
        }
        csv.write_field(name.source_row.to_string())?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        let name = HeadcountName {
            school_code: "1".into(),
            school_name: "甲".into(),
            grade: "高一".into(),
            class: "2".into(),
            count_date: "2026-03-01".into(),
            name: "@张".into(),
            id_masked: "330127********1012".into(),
            student_number_masked: String::new(),
            status: "在读".into(),
            source_file: "x.csv".into(),
            source_row: 9,
        };
        let mut out = Vec::new();
        write(&[name], Language::Zh, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("\u{feff}学校标识码,学校,年级,"));
        assert!(
            text.ends_with("\r\n1,甲,高一,2,2026-03-01,'@张,330127********1012,,在读,x.csv,9\r\n")
        );
    }
}
