"""Inputs on which the blocking of identities could go quadratic: what `aidcheck check` takes as rows double.

    python worst_cases.py [--rows 50000 100000 200000] [--rounds 1] [--only NAME …] [--keep DIR]

Each input is one CSV of enrolments (all people made up here), ordinary but for one thing. Prints Markdown:
seconds and peak memory by number of rows, and by how much the time grew from one number to the next. Linear
time grows by 2.0 as rows double; a quadratic block, by 4. A run that takes longer than --limit seconds is
ended and shown as such. Standard library only. Unix only.
"""

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
AS_OF = "2025-10-15"
HEADER = (
    "姓名,性别,出生日期,身份证号,全国学籍号,学校标识码,学校名称,学段,年级,班级,学籍状态,入学日期,离校日期,监护人姓名,联系电话"
).split(",")
NAME, SEX, BIRTH, NUMBER, STUDENT_NUMBER, SCHOOL, SCHOOL_NAME = range(7)
CLASS, GUARDIAN, PHONE = 9, 13, 14
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文辉力健志远子轩梓涵浩宇欣怡雨晨博思佳"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SCHOOLS = 200
BORN_FROM, BORN_DAYS = date(2013, 9, 1), 364


def with_check(body: str) -> str:
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS)) % 11]


def person(row: int, chance: random.Random) -> list[str]:
    """Row `row` of an ordinary register: a first- or second-year junior in one of two hundred schools."""
    born = BORN_FROM + timedelta(days=chance.randrange(BORN_DAYS))
    # Place, birth date and number within the day keep all numbers apart for some 36 million rows.
    place, within = divmod(row, 999)
    number = with_check(f"{330100 + place % 100:06}{born:%Y%m%d}{within + 1:03}")
    sex = "男" if int(number[16]) % 2 else "女"
    school = chance.randrange(SCHOOLS)
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
    guardian = name[0] + "".join(chance.choices(GIVEN, k=2))
    return [
        name,
        sex,
        born.isoformat(),
        number,
        "G" + number,
        f"3333{school:06}",
        f"河源县第{school + 1}初级中学",
        "初中",
        "初一",
        f"{chance.randrange(20) + 1}班",
        "在读",
        "2025-09-01",
        "",
        guardian,
        f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}",
    ]


def unchanged(row: list[str]) -> None:
    pass


def one_phone(row: list[str]) -> None:
    row[PHONE] = "13800000001"


def one_name(row: list[str]) -> None:
    row[NAME] = "张伟"


def no_numbers(row: list[str]) -> None:
    row[NUMBER] = row[STUDENT_NUMBER] = ""


def one_birth_date(row: list[str]) -> None:
    # The number keeps its own date: what is typed on every row is the column.
    row[BIRTH] = "2014-01-01"


def one_school(row: list[str]) -> None:
    row[SCHOOL], row[SCHOOL_NAME], row[CLASS] = "3333000000", "河源县第1初级中学", "1班"


def one_family(row: list[str]) -> None:
    row[GUARDIAN], row[PHONE] = "王桂英", "13800000001"


def one_class_and_name_without_numbers(row: list[str]) -> None:
    for change in (one_name, no_numbers, one_school):
        change(row)


def one_of_everything(row: list[str]) -> None:
    for change in (one_name, no_numbers, one_birth_date, one_school, one_family):
        change(row)


WORST = {
    "ordinary": unchanged,
    "one phone on every row": one_phone,
    "one guardian and phone on every row": one_family,
    "one name on every row": one_name,
    "one birth date on every row": one_birth_date,
    "all numbers empty": no_numbers,
    "all in one class of one school": one_school,
    "one name, one class, numbers empty": one_class_and_name_without_numbers,
    "all of this at once": one_of_everything,
}


def make(file: Path, rows: int, change) -> None:
    chance = random.Random(7)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for number in range(rows):
            row = person(number, chance)
            change(row)
            writer.writerow(row)


def run(command: list, limit: float) -> tuple[float, float] | None:
    """Seconds and peak MiB; none if it took longer than the limit. A failure ends the program."""
    # A process of its own, so that the peak is the run's and not the largest child's so far.
    script = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, timeout=float(sys.argv[1])).returncode\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "sys.exit(code)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, str(limit), *[str(part) for part in command]], capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if "TimeoutExpired" in done.stderr:
        return None
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}: {command}\n{done.stderr}")
    # Bytes on macOS, KiB elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, int(done.stdout) * unit / 2**20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 100_000, 200_000])
    parser.add_argument("--rounds", type=int, default=1, help="the fastest counts")
    parser.add_argument("--only", nargs="+", choices=list(WORST), metavar="NAME", default=list(WORST))
    parser.add_argument("--check", nargs="+", metavar="KIND", help="as check --only; all rules without it")
    parser.add_argument("--limit", type=float, default=120, help="seconds")
    parser.add_argument("--keep", type=Path, help="leave the inputs in this folder")
    parser.add_argument("--aidcheck", type=Path, default=REPO / "target/release/aidcheck")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    print("| input | " + " | ".join(f"{rows:,} rows (s)" for rows in options.rows) + " | growth | peak (MiB) |")
    print("|---|" + "---:|" * len(options.rows) + "---:|---:|")
    with tempfile.TemporaryDirectory(prefix="aidcheck-worst-") as folder:
        scratch = Path(folder)
        binary = scratch / "aidcheck"
        shutil.copy2(options.aidcheck, binary)
        kinds = ["--only", ",".join(options.check)] if options.check else []
        for name in options.only:
            times: list[float | None] = []
            peak = 0.0
            for rows in options.rows:
                place = (options.keep or scratch) / f"{name.replace(' ', '-')}-{rows}"
                place.mkdir(parents=True, exist_ok=True)
                make(place / "全国学籍.csv", rows, WORST[name])
                out = scratch / "out"
                command = [binary, "check", place, "--as-of", AS_OF, "-q", "--no-store", *kinds, "--out", out]
                runs = [run(command, options.limit) for _ in range(options.rounds)]
                whole = [measured for measured in runs if measured]
                times.append(min((seconds for seconds, _ in whole), default=None))
                peak = max([peak, *(mib for _, mib in whole)])
                shutil.rmtree(out, ignore_errors=True)
                if not options.keep:
                    shutil.rmtree(place)
            cells = ["over limit" if seconds is None else f"{seconds:.2f}" for seconds in times]
            growth = [
                f"{later / earlier:.1f}" if earlier and later else "–" for earlier, later in zip(times, times[1:])
            ]
            print(f"| {name} | {' | '.join(cells)} | {', '.join(growth)} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
