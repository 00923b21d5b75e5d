//! The inspectors' count sheets, one workbook a school, with their line of totals.

use super::GenerateError;
use super::counts::{self, Tally};
use super::full::Office;
use super::table::{Format, Table};

/// The most schools that the inspectors come to.
const VISITED: usize = 8;

/// Writes the sheets of every second school.
pub(crate) fn write(office: &mut Office, tallies: &[Tally]) -> Result<(), GenerateError> {
    let world = office.world;
    let mut ordinal = 0;
    for school in (0..world.county.schools.len()).step_by(2).take(VISITED) {
        let lines = counts::lines(&world.county, tallies, school, world.seed, &mut ordinal);
        if lines.is_empty() {
            continue;
        }
        let name = &world.county.schools[school].name;
        let file = format!("现场清点/清点表_{name}.xlsx");
        let mut table = Table {
            titles: vec![format!("{name}到校清点核实表")],
            header: vec![
                "学校名称",
                "核查日期",
                "年级",
                "班级",
                "在籍人数",
                "实到人数",
                "请假人数",
                "顶岗实习人数",
                "备注",
            ],
            ..Table::default()
        };
        let mut totals = [0; 4];
        for line in lines {
            let figures = [line.registered, line.counted, line.leave, line.interns];
            let mut cells = vec![
                name.clone(),
                world.calendar.count_day().to_string(),
                line.grade_word(&world.county).to_owned(),
                format!("{}班", line.class),
            ];
            cells.extend(figures.map(|figure| figure.to_string()));
            cells.push(line.note.to_owned());
            let number = table.push(cells);
            totals.iter_mut().zip(figures).for_each(|(total, figure)| *total += figure);
            office.summary.headcounts += 1;
            if let Some(planted) = line.planted {
                office.note("headcount-mismatch", planted, (file.clone(), number));
            }
        }
        let mut cells = vec!["合计".to_owned(), String::new(), String::new(), String::new()];
        cells.extend(totals.map(|total| total.to_string()));
        table.push(cells);
        office.save(&file, Format::XlsxNumbers, &[table])?;
    }
    Ok(())
}
