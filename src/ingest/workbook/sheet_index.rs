//! The sheets that an XLSX or XLSB names, in their order, and the part in which each stands.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::{FxHashMap, FxHashSet};

use super::limits::MOST_SHEETS;
use super::package::{Package, PackageError};
use super::problems::Problem;
use super::xml_attributes::attribute;

/// What kind of sheet a part holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SheetKind {
    Cells,
    Chart,
    Dialog,
    Macro,
}

impl SheetKind {
    /// Why a sheet of this kind is passed over; `None` for one of cells.
    pub(super) fn problem(self) -> Option<Problem> {
        match self {
            SheetKind::Cells => None,
            SheetKind::Chart => Some(Problem::Chart),
            SheetKind::Dialog => Some(Problem::Dialog),
            SheetKind::Macro => Some(Problem::Macro),
        }
    }
}

/// A sheet as the workbook names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedSheet {
    pub name: String,
    pub hidden: bool,
    pub kind: SheetKind,
    /// The part; empty if the workbook does not say.
    pub part: String,
}

/// A relationship of a part to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relationship {
    pub kind: String,
    pub target: String,
}

/// Where the workbook's own part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkbookPart {
    /// `xl/`, or another folder; empty for the root.
    pub folder: String,
    pub file: String,
}

impl WorkbookPart {
    /// The part that the package's own relationships name.
    pub(super) fn find(package: &mut Package<'_>) -> Result<WorkbookPart, PackageError> {
        // The last one counts, as for the reader underneath.
        let path = relationships(package, "_rels/.rels")?
            .into_iter()
            .rfind(|(_, related)| related.kind.ends_with("/relationships/officeDocument"))
            .map_or("xl/workbook.xml".into(), |(_, related)| related.target);
        let path = path.strip_prefix('/').unwrap_or(&path).to_string();
        Ok(match path.rsplit_once('/') {
            Some((folder, file)) => {
                WorkbookPart { folder: format!("{folder}/"), file: file.to_string() }
            }
            None => WorkbookPart { folder: String::new(), file: path },
        })
    }

    pub(super) fn relationships(&self) -> String {
        format!("{}_rels/{}.rels", self.folder, self.file)
    }

    /// The full name of a part named from here.
    pub(super) fn resolve(&self, target: &str) -> String {
        match target.strip_prefix('/') {
            Some(absolute) => absolute.to_string(),
            None => format!("{}{target}", self.folder),
        }
    }
}

/// The relationships that a part states, each with its id, in their order.
pub(super) fn relationships(
    package: &mut Package<'_>,
    part: &str,
) -> Result<Vec<(String, Relationship)>, PackageError> {
    let mut found = Vec::new();
    let text = package.text(part)?.unwrap_or_default();
    each_tag(&text, |tag| {
        if tag.local_name().as_ref() == "Relationship" {
            let of = |name| attribute(tag, name).unwrap_or_default();
            found.push((of("Id"), Relationship { kind: of("Type"), target: of("Target") }));
        }
    })?;
    Ok(found)
}

/// What an XLSX says of its sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XlsxIndex {
    pub sheets: Vec<NamedSheet>,
    pub epoch_1904: bool,
    /// Some sheet has a kind, a state, a name or a place that a strict reader refuses.
    pub odd: bool,
}

/// The sheets of an XLSX.
pub(super) fn xlsx_index(
    package: &mut Package<'_>,
    workbook: &WorkbookPart,
) -> Result<XlsxIndex, PackageError> {
    let related: FxHashMap<_, _> =
        relationships(package, &workbook.relationships())?.into_iter().collect();
    let text = package.text(&format!("{}{}", workbook.folder, workbook.file))?.unwrap_or_default();
    let mut index = XlsxIndex { sheets: Vec::new(), epoch_1904: false, odd: false };
    let mut names = FxHashSet::default();
    each_tag(&text, |tag| match tag.local_name().as_ref() {
        "workbookPr" => {
            if let Some(epoch) = attribute(tag, "date1904") {
                index.epoch_1904 = matches!(epoch.as_str(), "1" | "true");
            }
        }
        "sheet" => {
            let name = attribute(tag, "name").unwrap_or_default();
            let state = attribute(tag, "state").unwrap_or("visible".into());
            let part = attribute(tag, "id").and_then(|id| related.get(&id));
            let kind = part.map(|part| kind_of(&part.kind));
            index.odd |= !matches!(state.as_str(), "visible" | "hidden" | "veryHidden")
                || !matches!(kind, Some(Some(kind)) if kind != SheetKind::Macro)
                || !names.insert(name.clone());
            index.sheets.push(NamedSheet {
                name,
                hidden: matches!(state.as_str(), "hidden" | "veryHidden"),
                kind: kind.flatten().unwrap_or(SheetKind::Cells),
                part: part.map_or(String::new(), |part| workbook.resolve(&part.target)),
            });
        }
        _ => {}
    })?;
    index.sheets = check_count(index.sheets)?;
    Ok(index)
}

/// The sheets, if they are neither none nor too many.
pub(super) fn check_count(sheets: Vec<NamedSheet>) -> Result<Vec<NamedSheet>, PackageError> {
    match sheets.len() {
        0 => Err(PackageError::Damaged("it names no sheet".into())),
        many if many > MOST_SHEETS => Err(PackageError::TooLarge(format!("{many} sheets"))),
        _ => Ok(sheets),
    }
}

/// The kind of sheet behind a relationship's type; `None` for another thing.
pub(super) fn kind_of(relationship: &str) -> Option<SheetKind> {
    match relationship.rsplit('/').next()? {
        "worksheet" => Some(SheetKind::Cells),
        "chartsheet" => Some(SheetKind::Chart),
        "dialogsheet" => Some(SheetKind::Dialog),
        "xlMacrosheet" | "xlIntlMacrosheet" | "macrosheet" => Some(SheetKind::Macro),
        _ => None,
    }
}

fn each_tag(text: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Result<(), PackageError> {
    let mut xml = Reader::from_str(text);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    loop {
        match xml.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => each(&tag),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(PackageError::Damaged(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::workbook::testing::zip_of;

    #[test]
    fn sheets_are_named_in_order_with_their_kind_and_part() {
        let bytes = zip_of(&[
            (
                "_rels/.rels",
                br#"<Relationships><Relationship Id="a" Type="x/relationships/officeDocument" Target="/xl/workbook.xml"/></Relationships>"#,
            ),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"一班\" sheetId=\"1\" r:id=\"r1\"/>\
                 <sheet name=\"宏\" state=\"veryHidden\" r:id=\"r2\"/><sheet name=\"缺\" r:id=\"r9\"/></sheets></workbook>"
                    .as_bytes(),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                br#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
                    <Relationship Id="r2" Type="x/xlMacrosheet" Target="/xl/macrosheets/sheet1.xml"/></Relationships>"#,
            ),
        ]);
        let mut package = Package::open(&bytes).unwrap();
        let workbook = WorkbookPart::find(&mut package).unwrap();
        let index = xlsx_index(&mut package, &workbook).unwrap();
        assert!(index.odd && !index.epoch_1904);
        let sheets = index.sheets;
        let seen: Vec<_> =
            sheets.iter().map(|s| (s.name.as_str(), s.hidden, s.kind, s.part.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("一班", false, SheetKind::Cells, "xl/worksheets/sheet1.xml"),
                ("宏", true, SheetKind::Macro, "xl/macrosheets/sheet1.xml"),
                ("缺", false, SheetKind::Cells, ""),
            ]
        );
    }
}
