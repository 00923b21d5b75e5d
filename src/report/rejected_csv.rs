//! `rejected.csv`: rows and cells that could not be used, and why, for whoever exported them.

use std::io::{self, Write};

use super::words::guarded;
use crate::ingest::{Rejected, Rejection};
use crate::record::{Language, SheetRef};

/// Writes the file, byte order mark included. `sheets` is indexed by the rejections' sheet ids.
pub fn write(
    rejections: &[Rejection],
    sheets: &[SheetRef],
    language: Language,
    mut out: impl Write,
) -> io::Result<()> {
    out.write_all(super::BOM)?;
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["file", "sheet", "row", "what", "column", "value", "reason"])?;
    for rejection in rejections {
        let sheet = sheets.get(rejection.place.sheet.0 as usize);
        let (file, sheet) =
            sheet.map_or(("", ""), |sheet| (sheet.file.as_str(), sheet.sheet.as_str()));
        let what = match rejection.what {
            Rejected::Row => "row",
            Rejected::Cell => "cell",
        };
        csv.write_record([
            &*guarded(file),
            &*guarded(sheet),
            &rejection.place.row.to_string(),
            what,
            &*guarded(&rejection.column),
            &*guarded(&rejection.value),
            &*guarded(rejection.reason.get(language)),
        ])?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Message, RowRef, SheetId};

    #[test]
    fn a_cell_that_would_be_a_formula_is_shown_as_text() {
        let rejections = [Rejection {
            place: RowRef { sheet: SheetId(0), row: 5 },
            what: Rejected::Cell,
            column: "金额".into(),
            value: "=A1".into(),
            reason: Message::new("不是金额", "no amount"),
        }];
        let sheets = [SheetRef { file: "x.xlsx".into(), sheet: "表1".into() }];
        let mut out = Vec::new();
        write(&rejections, &sheets, Language::Zh, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\u{feff}file,sheet,row,what,column,value,reason\nx.xlsx,表1,5,cell,金额,'=A1,不是金额\n"
        );
    }
}
