"""The two exact queries of aidcheck in Polars: lazy, streaming engine, every column a string.

    python exact_queries_polars.py FOLDER OUT

FOLDER is made by `aidcheck generate --plain`. Whole rows go to OUT/dual_enrollment.csv and
OUT/repeat_payment.csv; the counts are printed as one line of JSON.
"""

import json
import sys
from pathlib import Path

import polars as pl

NUMBER = "身份证号"
SCHOOL = "学校标识码"
INSTALMENT = [NUMBER, "资助项目", "学年", "学期", "月份"]


def is_empty(column: str) -> pl.Expr:
    return pl.col(column) == ""


def scan(file: Path) -> pl.LazyFrame:
    # Empty cells stay "", so that in the joins an empty month is equal to an empty month.
    return pl.scan_csv(file, infer_schema=False, empty_string_is_null=False)


def dual_enrollment(folder: Path) -> pl.LazyFrame:
    """Active enrolments that share a number at different schools."""
    active = scan(folder / "enrollments.csv").filter(
        pl.col("学籍状态") == "在读", is_empty("离校日期"), ~is_empty(NUMBER)
    )
    shared = active.group_by(NUMBER).agg(pl.col(SCHOOL).n_unique().alias("n")).filter(pl.col("n") > 1)
    return active.join(shared, on=NUMBER, how="semi").sort(NUMBER, SCHOOL)


def repeat_payment(folder: Path) -> pl.LazyFrame:
    """Effective payments that share number, programme, year, term and month."""
    paid = scan(folder / "payments.csv").filter(
        (pl.col("发放状态") == "已发放") | is_empty("发放状态"), ~is_empty(NUMBER)
    )
    repeated = paid.group_by(INSTALMENT).agg(pl.len().alias("n")).filter(pl.col("n") > 1)
    return paid.join(repeated, on=INSTALMENT, how="semi").sort(INSTALMENT)


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    dual, repeat = pl.collect_all(
        [dual_enrollment(folder), repeat_payment(folder)], engine="streaming"
    )
    dual.write_csv(out / "dual_enrollment.csv")
    repeat.write_csv(out / "repeat_payment.csv")
    counts = {
        "dual_rows": dual.height,
        "dual_numbers": dual[NUMBER].n_unique(),
        "repeat_rows": repeat.height,
        "repeat_instalments": repeat.select(INSTALMENT).n_unique(),
    }
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
