//! Tables in markup: HTML pages saved as `.xls`, and XML Spreadsheet 2003.
//!
//! No tree of tags is built. A file is decoded as it is read (`markup_text`), its tags are followed one by
//! one (`html_table`, `xml_spreadsheet`), and a sheet is handed over once it is whole.

mod html_grid;
mod html_lists;
mod html_table;
mod html_tags;
mod markup_text;
mod xml_sheet;
mod xml_spreadsheet;

pub(super) use html_table::read_html;
pub(super) use xml_spreadsheet::read_xml;
