//! Precision against recall over the threshold on the confidence, drawn as SVG.

use std::error::Error;
use std::ops::Range;

use plotters::prelude::*;

use super::{CurvePoint, Evaluation};
use crate::record::{Language, Message};

const SIZE: (u32, u32) = (900, 680);
const FONT: &str = "sans-serif";
/// Points nearer than this to the last one drawn cannot be told from it.
const APART: f64 = 0.001;
/// Thresholds that are marked on a line, where it still moves between them.
const MARKED: [f64; 3] = [0.99, 0.8, 0.5];
/// Colours that stay apart for most colour-blind readers (Okabe and Ito).
const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 90, 90),
];

impl Evaluation {
    /// One line a kind, as an SVG that stands alone: no script, no font of its own, no link.
    ///
    /// A kind whose cases are all equally sure is a point. The axes begin at a tenth below the lowest
    /// point, so that what happens near 1 can be seen.
    pub fn curve_svg(&self, language: Language) -> Result<String, Box<dyn Error + Send + Sync>> {
        let mut svg = String::new();
        draw(self, language, &mut svg)?;
        Ok(svg)
    }
}

fn draw(
    evaluation: &Evaluation,
    language: Language,
    svg: &mut String,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let title = Message::new("查准率与查全率，随置信度阈值", "Precision and recall by threshold");
    let recall = Message::new("查全率", "recall");
    let precision = Message::new("查准率", "precision");
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let points = || evaluation.curves.values().flatten();
    let mut chart = ChartBuilder::on(&root)
        .caption(title.get(language), (FONT, 20))
        .margin(16)
        .margin_right(48)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d(
            axis(points().map(|point| point.recall)),
            axis(points().map(|point| point.precision)),
        )?;
    chart
        .configure_mesh()
        .x_desc(recall.get(language))
        .y_desc(precision.get(language))
        .axis_desc_style((FONT, 16))
        .label_style((FONT, 13))
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225))
        .x_label_formatter(&|value| format!("{value:.2}"))
        .y_label_formatter(&|value| format!("{value:.2}"))
        .draw()?;
    let colored = evaluation.curves.iter().zip(COLORS.iter().cycle());
    for (number, ((kind, curve), color)) in colored.enumerate() {
        let Some(last) = curve.last() else { continue };
        let line = thinned(curve).map(|point| (point.recall, point.precision));
        let name = format!("{kind}  ({:.3}; {:.3})", last.recall, last.precision);
        let label = Message::new(
            format!("{name} ≥ {}", last.threshold),
            format!("{name} at ≥ {}", last.threshold),
        );
        chart
            .draw_series(LineSeries::new(line, color.stroke_width(2)))?
            .label(label.get(language))
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 14, y + 4)], color.filled()));
        let marks = marked(curve);
        chart.draw_series(marks.iter().map(|&(_, point)| {
            EmptyElement::at((point.recall, point.precision))
                + Circle::new((0, 0), 4, color.filled())
        }))?;
        // Two lines often run close together: their labels stand below and above.
        let below = if number % 2 == 0 { 5 } else { -16 };
        let named = marks.iter().filter(|_| marks.len() > 1);
        chart.draw_series(named.map(|&(threshold, point)| {
            let text = format!("≥ {threshold}");
            let style = (FONT, 12).into_font().color(color);
            EmptyElement::at((point.recall, point.precision)) + Text::new(text, (7, below), style)
        }))?;
    }
    if !evaluation.curves.is_empty() {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerLeft)
            .margin(12)
            .label_font((FONT, 13))
            .background_style(WHITE.mix(0.85))
            .border_style(RGBColor(200, 200, 200))
            .draw()?;
    }
    root.present()?;
    Ok(())
}

/// From a tenth below the lowest value, in tenths, to a little over 1.
fn axis(values: impl Iterator<Item = f64>) -> Range<f64> {
    let lowest = values.fold(1.0, f64::min);
    let from = ((lowest * 10.0).floor() - 1.0).clamp(0.0, 9.0) / 10.0;
    from..1.0 + (1.0 - from) / 50.0
}

/// The points that can be told apart, the first and the last among them.
fn thinned(curve: &[CurvePoint]) -> impl Iterator<Item = &CurvePoint> {
    let last = curve.len().saturating_sub(1);
    let mut drawn: Option<&CurvePoint> = None;
    curve.iter().enumerate().filter_map(move |(number, point)| {
        let near = drawn.is_some_and(|drawn| !apart(drawn, point));
        if near && number != last {
            return None;
        }
        drawn = Some(point);
        Some(point)
    })
}

/// Points to mark, each with its threshold: the surest, those of the marked thresholds, and the last.
fn marked(curve: &[CurvePoint]) -> Vec<(f64, &CurvePoint)> {
    let at = |threshold: f64| {
        let point = curve.iter().rev().find(|point| point.threshold >= threshold);
        point.map(|point| (threshold, point))
    };
    let first = curve.first().map(|point| point.threshold);
    let last = curve.last().map(|point| point.threshold);
    let thresholds = first.into_iter().chain(MARKED).chain(last);
    let mut marked: Vec<(f64, &CurvePoint)> = Vec::new();
    for (threshold, point) in thresholds.filter_map(at) {
        if marked.last().is_none_or(|(_, last)| apart(last, point)) {
            marked.push((threshold, point));
        }
    }
    marked
}

fn apart(one: &CurvePoint, other: &CurvePoint) -> bool {
    (one.recall - other.recall).abs() >= APART || (one.precision - other.precision).abs() >= APART
}
