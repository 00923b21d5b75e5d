"""Double enrolments found by Splink on DuckDB in a plain county, as a cases.csv for `aidcheck evaluate`.

    python splink_dual.py COUNTY OUT [--threshold 0.99] [--seed 1]

COUNTY is a folder of `aidcheck generate --plain`. Prints one line of JSON: versions, counts, seconds by
step and the peak memory of this process. Columns that the county does not have, or that are empty, are
left out of the model.

u is estimated on the million random pairs that Splink takes by default. Most of that time goes to DuckDB's
damerau_levenshtein, some 4 microseconds a pair of numbers, and does not grow with the county.

Settings: cells are cleaned of blanks, quotes and full width; numbers that are no 15 to 18 digits, or made
of two different characters at most, are taken as missing. u comes from random pairs, m from EM on two
blockings. A double enrolment is one cluster with open stays (在读, 复学 or 休学, no leaving date) at two
schools or more, one of them not suspended. One cluster is one case.
"""

import argparse
import csv
import json
import logging
import resource
import sys
import time
from pathlib import Path

import duckdb
import splink
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

HEADERS = {
    "name": ["姓名"],
    "number": ["身份证号", "身份证件号"],
    "birth": ["出生日期"],
    "sex": ["性别"],
    "guardian": ["监护人姓名", "监护人"],
    "phone": ["联系电话", "监护人电话", "手机号"],
    "school": ["学校标识码"],
    "status": ["学籍状态"],
    "left_on": ["离校日期"],
}
NEEDED = ("name", "number", "birth", "school", "status")
OPTIONAL = ("sex", "guardian", "phone")
OPEN = ("在读", "复学", "休学")
SUSPENDED = "休学"
WIDE = "０１２３４５６７８９Ｘｘ"
NARROW = "0123456789XX"
CASE_COLUMNS = (
    "case_id,kind,severity,confidence,status,first_seen,last_seen,school_code,school_name,stage,grade,class,"
    "name,id_number,student_number,programme,school_year,term,month,amount,pay_date,enrollment_status,"
    "valid_from,valid_to,role,source_file,source_sheet,source_row,reason"
).split(",")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("county", type=Path)
    parser.add_argument("out", type=Path, help="the cases.csv to write")
    parser.add_argument("--threshold", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def read(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    """Makes the table `pupils`, and says which optional columns hold anything."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines))
    column = {field: next((name for name in names if name in header), None) for field, names in HEADERS.items()}
    missing = [HEADERS[field][0] for field in NEEDED if column[field] is None]
    if missing:
        sys.exit(f"{file}: no column {', '.join(missing)}")

    def cell(field: str) -> str:
        return f"""nullif(trim("{column[field]}"), '')""" if column[field] else "NULL::VARCHAR"

    connection.execute(
        f"""
        CREATE TABLE pupils AS
        WITH cells AS (
            -- Row 1 is the header.
            SELECT row_number() OVER () + 1 AS unique_id, {", ".join(f"{cell(field)} AS {field}" for field in HEADERS)}
            FROM read_csv(?, header = true, all_varchar = true, parallel = false)
        ), cleaned AS (
            SELECT * REPLACE (upper(regexp_replace(translate(number, '{WIDE}', '{NARROW}'), '[ ''"=]', '', 'g')) AS number)
            FROM cells
        )
        SELECT * REPLACE (
            CASE WHEN regexp_full_match(number, '[0-9]{{14,17}}[0-9X]')
                  AND len(list_distinct(string_split(number, ''))) > 2 THEN number END AS number
        )
        FROM cleaned ORDER BY unique_id
        """,
        [str(file)],
    )
    counts = connection.execute(f"SELECT {', '.join(f'count({field})' for field in OPTIONAL)} FROM pupils").fetchall()[0]
    return [field for field, count in zip(OPTIONAL, counts) if count]


def name_like(column: str) -> comparisons.CustomComparison:
    """Exact with term frequency, one character off, alike, else."""
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            levels.LevenshteinLevel(column, 1),
            levels.JaroWinklerLevel(column, 0.7),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def settings(present: list[str]) -> SettingsCreator:
    compared = [
        name_like("name"),
        comparisons.DamerauLevenshteinAtThresholds("number", [1, 2]),
        comparisons.LevenshteinAtThresholds("birth", [1]),
    ]
    blocking = [block_on("number"), block_on("name", "birth")]
    if "sex" in present:
        compared.append(comparisons.ExactMatch("sex"))
    if "guardian" in present:
        compared.append(name_like("guardian"))
    if "phone" in present:
        compared.append(comparisons.LevenshteinAtThresholds("phone", [1]))
        blocking.append(block_on("birth", "phone"))
    if "guardian" in present and "phone" in present:
        blocking.append(block_on("guardian", "phone"))
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=compared,
        blocking_rules_to_generate_predictions=blocking,
        retain_matching_columns=False,
    )


def train(linker: Linker, present: list[str]) -> list[str]:
    """m by EM, once with the number fixed and once with other fields, for the number's own levels.

    Splink gives up when the m of a level comes out as 0; the next fields are then tried. Says which were taken.
    """
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    others = [["name", "phone"], ["birth", "phone"]] if "phone" in present else []
    for fields in [["name", "birth"], *others]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
            return fields
        except ValueError as error:
            print(f"EM on {' and '.join(fields)}: {error}", file=sys.stderr)
    sys.exit("no EM session for the levels of the number came to an end")


def cases(connection: duckdb.DuckDBPyConnection, clusters: str, pairs: str) -> list[tuple]:
    """(cluster, confidence, row, school, name, number, status) of each row of a double enrolment."""
    open_statuses = ", ".join(f"'{status}'" for status in OPEN)
    return connection.execute(
        f"""
        WITH members AS (
            SELECT c.cluster_id, p.* FROM {clusters} c JOIN pupils p USING (unique_id)
            WHERE p.status IN ({open_statuses}) AND p.left_on IS NULL
        ), doubled AS (
            SELECT cluster_id FROM members GROUP BY cluster_id
            HAVING count(DISTINCT school) > 1 AND bool_or(status <> '{SUSPENDED}')
        ), sure AS (
            -- A cluster is as sure as its surest pair.
            SELECT c.cluster_id, max(e.match_probability) AS confidence
            FROM {pairs} e JOIN {clusters} c ON e.unique_id_l = c.unique_id GROUP BY c.cluster_id
        )
        SELECT m.cluster_id, s.confidence, m.unique_id, m.school, m.name, m.number, m.status
        FROM members m JOIN doubled USING (cluster_id) JOIN sure s USING (cluster_id)
        ORDER BY m.cluster_id, m.unique_id
        """
    ).fetchall()


def write(rows: list[tuple], out: Path) -> int:
    """A cases.csv; the first row of a case is its subject. How many cases it holds."""
    written = set()
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, CASE_COLUMNS, restval="")
        writer.writeheader()
        for cluster, confidence, row, school, name, number, status in rows:
            role = "counterpart" if cluster in written else "subject"
            written.add(cluster)
            writer.writerow(
                {
                    "case_id": f"DE-{cluster}",
                    "kind": "dual-enrollment",
                    "severity": "error",
                    "confidence": f"{confidence:.6f}",
                    "status": "new",
                    "school_code": school,
                    "name": name,
                    "id_number": number or "",
                    "enrollment_status": status,
                    "role": role,
                    "source_file": "enrollments.csv",
                    "source_row": row,
                }
            )
    return len(written)


def main() -> None:
    options = arguments()
    logging.getLogger("splink").setLevel(logging.ERROR)
    seconds: dict[str, float] = {}
    start = time.perf_counter()

    def step(name: str) -> None:
        nonlocal start
        seconds[name] = round(time.perf_counter() - start, 2)
        start = time.perf_counter()

    connection = duckdb.connect()
    present = read(connection, options.county / "enrollments.csv")
    step("read")
    linker = Linker(
        DuckDBAPI(connection).register("pupils"), settings(present), log_level=logging.ERROR
    )
    linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=options.seed)
    trained = train(linker, present)
    step("train")
    pairs = linker.inference.predict(threshold_match_probability=options.threshold)
    step("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=options.threshold
    )
    step("cluster")
    rows = cases(connection, clusters.physical_name, pairs.physical_name)
    found = write(rows, options.out)
    step("write")
    # Bytes on macOS, KiB elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    count = connection.execute(f"SELECT count(*) FROM {pairs.physical_name}").fetchall()[0][0]
    print(
        json.dumps(
            {
                "splink": splink.__version__,
                "duckdb": duckdb.__version__,
                "columns": ["name", "number", "birth", *present],
                "trained_on": ["number", " and ".join(trained)],
                "pairs": count,
                "cases": found,
                "seconds": seconds,
                "peak_mib": round(peak),
            }
        )
    )


if __name__ == "__main__":
    main()
