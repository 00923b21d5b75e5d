use super::*;
use crate::record::Language;

const CASES_HEADER: &str =
    "\u{FEFF}case_id,kind,severity,confidence,role,source_file,source_sheet,source_row\n";
const TRUTH_HEADER: &str = "group,kind,trap,detail,file,row\n";

fn attempted(cases: &str, truth: &str) -> Result<Evaluation, EvaluateError> {
    let folder = tempfile::tempdir().unwrap();
    let (cases_path, truth_path) =
        (folder.path().join("cases.csv"), folder.path().join("truth.csv"));
    std::fs::write(&cases_path, format!("{CASES_HEADER}{cases}")).unwrap();
    std::fs::write(&truth_path, format!("{TRUTH_HEADER}{truth}")).unwrap();
    evaluate(&cases_path, &truth_path)
}

fn measured(cases: &str, truth: &str) -> Evaluation {
    attempted(cases, truth).unwrap()
}

/// Four double enrolments, two of them with a digit gone wrong, and two traps.
const TRUTH: &str = "\
    g1,dual-enrollment,0,exact,a.csv,2\ng1,dual-enrollment,0,exact,a.csv,3\n\
    g2,dual-enrollment,0,exact,a.csv,4\ng2,dual-enrollment,0,exact,a.csv,5\n\
    g3,dual-enrollment,0,one-digit,a.csv,6\ng3,dual-enrollment,0,one-digit,a.csv,7\n\
    g4,dual-enrollment,0,one-digit,a.csv,8\ng4,dual-enrollment,0,one-digit,a.csv,9\n\
    t1,dual-enrollment,1,twins,a.csv,10\nt1,dual-enrollment,1,twins,a.csv,11\n\
    t2,dual-enrollment,1,namesakes,a.csv,12\nt2,dual-enrollment,1,namesakes,a.csv,13\n\
    g5,invalid-id,0,swap,a.csv,14\n";

/// The two rows of a case of double enrolment.
fn pair(id: &str, severity: &str, confidence: &str, rows: [u32; 2]) -> String {
    let start = format!("{id},dual-enrollment,{severity},{confidence}");
    let [first, second] = rows;
    format!("{start},subject,a.csv,,{first}\n{start},counterpart,a.csv,,{second}\n")
}

/// Seven cases: g1, g2, the trap t1, g3, g1 again, and as `info` g4 and the trap t2.
fn seven_cases() -> String {
    [
        pair("DE-1", "error", "1", [2, 3]),
        pair("DE-2", "error", "0.99", [4, 5]),
        pair("DE-3", "error", "0.95", [10, 11]),
        pair("DE-4", "warning", "0.85", [6, 7]),
        pair("DE-5", "warning", "0.82", [2, 3]),
        pair("DE-6", "info", "0.5", [8, 9]),
        pair("DE-7", "info", "0.3", [12, 13]),
    ]
    .concat()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-12
}

#[test]
fn recall_precision_and_f1_leave_info_cases_out() {
    let dual = &measured(&seven_cases(), TRUTH).kinds["dual-enrollment"];
    assert_eq!((dual.groups, dual.found, dual.recall), (4, 3, Some(0.75)));
    // The trap and the second case on g1 are false.
    assert_eq!((dual.raised, dual.right, dual.precision), (5, 3, Some(0.6)));
    assert_eq!((dual.traps, dual.flagged), (2, 1));
    // 2 · 0.75 · 0.6 / (0.75 + 0.6)
    assert!(near(dual.f1.unwrap(), 0.9 / 1.35));
}

#[test]
fn a_kind_of_which_no_case_was_raised_has_no_precision() {
    let invalid = &measured(&seven_cases(), TRUTH).kinds["invalid-id"];
    assert_eq!((invalid.groups, invalid.recall), (1, Some(0.0)));
    assert_eq!((invalid.raised, invalid.precision, invalid.f1), (0, None, None));
}

#[test]
fn spoilage_and_traps_are_told_apart() {
    let evaluation = measured(&seven_cases(), TRUTH);
    let lines = |scores: &[DetailScore]| -> Vec<(String, usize, usize)> {
        scores.iter().map(|score| (score.detail.clone(), score.groups, score.found)).collect()
    };
    let expected = [("exact", 2, 2), ("one-digit", 2, 1), ("swap", 1, 0)];
    assert_eq!(lines(&evaluation.discrepancies), expected.map(|(a, b, c)| (a.to_owned(), b, c)));
    let expected = [("namesakes", 1, 0), ("twins", 1, 1)];
    assert_eq!(lines(&evaluation.traps), expected.map(|(a, b, c)| (a.to_owned(), b, c)));
}

#[test]
fn calibration_looks_at_info_cases_too() {
    let evaluation = measured(&seven_cases(), TRUTH);
    let calibration = &evaluation.calibration["dual-enrollment"];
    let bin = |number: usize| {
        let bin = &calibration.bins[number];
        (bin.cases, bin.right, bin.mean_confidence.unwrap(), bin.share_true.unwrap())
    };
    assert_eq!(bin(9), (3, 2, (1.0 + 0.99 + 0.95) / 3.0, 2.0 / 3.0));
    assert_eq!(bin(8), (2, 1, (0.85 + 0.82) / 2.0, 0.5));
    assert_eq!(bin(5), (1, 1, 0.5, 1.0));
    assert_eq!(bin(3), (1, 0, 0.3, 0.0));
    assert_eq!((calibration.cases, calibration.bins[0].mean_confidence), (7, None));
    // n · |share true − mean confidence| is 3 · |2/3 − 0.98|, 2 · |0.5 − 0.835|, 0.5 and 0.3.
    let error = (0.94 + 0.67 + 0.5 + 0.3) / 7.0;
    assert!(near(calibration.expected_error.unwrap(), error), "{calibration:?}");
    assert!(!evaluation.calibration.contains_key("invalid-id"));
}

#[test]
fn a_confidence_on_the_border_of_two_bins_belongs_to_the_upper_and_1_to_the_last() {
    let cases = [
        pair("DE-1", "error", "0.3", [2, 3]),
        pair("DE-2", "error", "0.7", [4, 5]),
        pair("DE-3", "error", "1", [6, 7]),
        pair("DE-4", "error", "0", [8, 9]),
    ];
    let evaluation = measured(&cases.concat(), TRUTH);
    let bins = &evaluation.calibration["dual-enrollment"].bins;
    let filled: Vec<usize> = (0..10).filter(|&bin| bins[bin].cases == 1).collect();
    assert_eq!(filled, [0, 3, 7, 9]);
}

#[test]
fn the_curve_has_a_point_for_every_confidence_from_the_surest_down() {
    let evaluation = measured(&seven_cases(), TRUTH);
    let points: Vec<_> = evaluation.curves["dual-enrollment"]
        .iter()
        .map(|point| (point.threshold, point.cases, point.recall, point.precision))
        .collect();
    let expected = [
        (1.0, 1, 0.25, 1.0),
        (0.99, 2, 0.5, 1.0),
        (0.95, 3, 0.5, 2.0 / 3.0),
        (0.85, 4, 0.75, 0.75),
        (0.82, 5, 0.75, 0.6),
        (0.5, 6, 1.0, 4.0 / 6.0),
        (0.3, 7, 1.0, 4.0 / 7.0),
    ];
    assert_eq!(points, expected);
}

#[test]
fn of_two_cases_on_one_discrepancy_the_surer_is_the_right_one() {
    let cases = [pair("DE-1", "info", "0.2", [2, 3]), pair("DE-2", "error", "0.9", [2, 3])];
    let evaluation = measured(&cases.concat(), TRUTH);
    let bins = &evaluation.calibration["dual-enrollment"].bins;
    assert_eq!((bins[2].right, bins[9].right), (0, 1));
}

#[test]
fn equally_sure_cases_make_one_point() {
    let cases = [pair("DE-1", "error", "1", [2, 3]), pair("DE-2", "error", "1", [10, 11])];
    let evaluation = measured(&cases.concat(), TRUTH);
    let expected = CurvePoint { threshold: 1.0, cases: 2, recall: 0.25, precision: 0.5 };
    assert_eq!(evaluation.curves["dual-enrollment"], [expected]);
}

#[test]
fn a_kind_whose_cases_are_all_equally_sure_is_drawn_only_if_it_rests_on_a_match() {
    let invalid = |id, severity, confidence, row| {
        format!("{id},invalid-id,{severity},{confidence},subject,a.csv,,{row}\n")
    };
    let equal =
        seven_cases() + &invalid("IN-1", "warning", "1", 14) + &invalid("IN-2", "info", "0.4", 15);
    assert!(measured(&equal, TRUTH).curves.keys().eq(["dual-enrollment"]));
    let different = equal + &invalid("IN-3", "warning", "0.6", 16);
    let evaluation = measured(&different, TRUTH);
    let points: Vec<_> = evaluation.curves["invalid-id"]
        .iter()
        .map(|point| (point.threshold, point.recall, point.precision))
        .collect();
    assert_eq!(points, [(1.0, 1.0, 1.0), (0.6, 1.0, 0.5)]);
}

#[test]
fn witnesses_are_left_out() {
    let witness = |row| format!("DE-1,dual-enrollment,error,1,witness,b.csv,,{row}\n");
    let cases = pair("DE-1", "error", "1", [2, 3]) + &[7, 8, 9].map(witness).concat();
    let dual = &measured(&cases, TRUTH).kinds["dual-enrollment"];
    assert_eq!((dual.found, dual.raised, dual.right), (1, 1, 1));
}

#[test]
fn a_case_that_is_mostly_something_else_finds_nothing() {
    let row = |row| format!("DE-1,dual-enrollment,error,1,subject,a.csv,,{row}\n");
    let evaluation = measured(&[2, 3, 21, 22, 23].map(row).concat(), TRUTH);
    let dual = &evaluation.kinds["dual-enrollment"];
    assert_eq!((dual.found, dual.raised, dual.right), (0, 1, 0));
}

#[test]
fn a_confidence_that_is_no_probability_is_refused() {
    for confidence in ["1.5", "-0.1", "NaN"] {
        let error = attempted(&pair("DE-1", "error", confidence, [2, 3]), TRUTH).unwrap_err();
        assert!(error.to_string().contains("DE-1"), "{error}");
    }
}

#[test]
fn a_truth_without_rows_is_refused() {
    let error = attempted(&seven_cases(), "").unwrap_err();
    assert!(matches!(error, EvaluateError::NoTruth { .. }), "{error}");
}

#[test]
fn the_text_in_both_languages() {
    let evaluation = measured(&seven_cases(), TRUTH);
    let text = [Language::Zh, Language::En].map(|language| evaluation.text(language));
    insta::assert_snapshot!(text.join("\n---\n"));
}

#[test]
fn the_curve_is_drawn_with_its_axes_named_and_nothing_that_runs_or_is_fetched() {
    let svg = measured(&seven_cases(), TRUTH).curve_svg(Language::En).unwrap();
    for text in ["recall", "precision", "dual-enrollment"] {
        assert!(svg.contains(text), "{text} is missing in {svg}");
    }
    for text in ["<script", "href", "url("] {
        assert!(!svg.contains(text), "{text} stands in {svg}");
    }
    // One line through seven points.
    let line = svg.lines().find(|line| line.contains("<polyline") && line.contains("#0072B2"));
    let points = line.and_then(|line| line.split("points=\"").nth(1)).unwrap();
    assert_eq!(points.split('"').next().unwrap().split_whitespace().count(), 7);
}

#[test]
fn a_report_without_cases_can_be_drawn_too() {
    let evaluation = measured("", TRUTH);
    assert_eq!(evaluation.kinds["dual-enrollment"].recall, Some(0.0));
    assert!(evaluation.curve_svg(Language::Zh).unwrap().contains("查全率"));
}
