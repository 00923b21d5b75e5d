//! `headcount.csv`: the pupils behind each line of a count sheet that does not agree.

use std::io::{self, Write};

use super::words::guarded;

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

/// Writes the file, byte order mark included.
pub fn write(names: &[HeadcountName], mut out: impl Write) -> io::Result<()> {
    out.write_all(super::BOM)?;
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "school_code",
        "school_name",
        "grade",
        "class",
        "count_date",
        "name",
        "id_masked",
        "student_number_masked",
        "status",
        "source_file",
        "source_row",
    ])?;
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
        write(&[name], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("\n1,甲,高一,2,2026-03-01,'@张,330127********1012,,在读,x.csv,9\n"));
    }
}
