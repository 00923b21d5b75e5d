"""The two exact queries of aidcheck in DuckDB: every column a string.

    python exact_queries_duckdb.py FOLDER OUT

FOLDER is made by `aidcheck generate --plain`. Whole rows go to OUT/dual_enrollment.csv and
OUT/repeat_payment.csv; the counts are printed as one line of JSON.
"""

import json
import sys
from pathlib import Path

import duckdb

# Active enrolments that share a number at different schools.
DUAL = """
CREATE TEMP TABLE dual AS
WITH active AS (
    SELECT * FROM read_csv('{folder}/enrollments.csv', header = true, delim = ',', all_varchar = true)
    WHERE "学籍状态" = '在读' AND coalesce("离校日期", '') = '' AND coalesce("身份证号", '') <> ''
),
shared AS (
    SELECT "身份证号" FROM active GROUP BY 1 HAVING count(DISTINCT "学校标识码") > 1
)
SELECT * FROM active SEMI JOIN shared USING ("身份证号") ORDER BY "身份证号", "学校标识码"
"""

# Effective payments that share number, programme, year, term and month. Empty keys are made '' so
# that they are equal to each other.
REPEAT = """
CREATE TEMP TABLE repeat AS
WITH paid AS (
    SELECT * REPLACE (
        coalesce("资助项目", '') AS "资助项目", coalesce("学年", '') AS "学年",
        coalesce("学期", '') AS "学期", coalesce("月份", '') AS "月份"
    )
    FROM read_csv('{folder}/payments.csv', header = true, delim = ',', all_varchar = true)
    WHERE coalesce("发放状态", '') IN ('已发放', '') AND coalesce("身份证号", '') <> ''
),
repeated AS (
    SELECT "身份证号", "资助项目", "学年", "学期", "月份" FROM paid
    GROUP BY ALL HAVING count(*) > 1
)
SELECT * FROM paid SEMI JOIN repeated USING ("身份证号", "资助项目", "学年", "学期", "月份")
ORDER BY "身份证号", "资助项目", "学年", "学期", "月份"
"""

COUNTS = """
SELECT (SELECT count(*) FROM dual), (SELECT count(DISTINCT "身份证号") FROM dual),
       (SELECT count(*) FROM repeat),
       (SELECT count(*) FROM (
           SELECT DISTINCT "身份证号", "资助项目", "学年", "学期", "月份" FROM repeat))
"""


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    database = duckdb.connect()
    for query in (DUAL, REPEAT):
        database.execute(query.format(folder=quoted(folder)))
    for table, file in (("dual", "dual_enrollment.csv"), ("repeat", "repeat_payment.csv")):
        database.execute(f"COPY {table} TO '{quoted(out / file)}' (HEADER)")
    names = ["dual_rows", "dual_numbers", "repeat_rows", "repeat_instalments"]
    print(json.dumps(dict(zip(names, database.execute(COUNTS).fetchone()))))


if __name__ == "__main__":
    main()
