"""Reading alone, aidcheck beside other readers of the same file: wall time and peak memory, as Markdown.

    python ingest.py [--rounds 5] [--folder /tmp/county] [--xlsx-rows 200000]

CSV into typed columns (`aidcheck inspect --quiet`) beside Polars reading the file as plain strings; an
XLSX of the county's first rows beside python-calamine and openpyxl, which build Python lists of its
cells. The interpreter needs requirements.txt. All programs run in turn, after one round that is not
counted. Unix only (wait4).
"""

import argparse
import csv
import statistics
import sys
import tempfile
from pathlib import Path

from run import AS_OF, REPO, make_county, measure

READERS = {
    "Polars, all strings": "import polars, sys; polars.read_csv(sys.argv[1], infer_schema=False)",
    "python-calamine": (
        "import python_calamine, sys\n"
        "book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])\n"
        "for name in book.sheet_names: book.get_sheet_by_name(name).to_python()"
    ),
    "openpyxl, read only": (
        "import openpyxl, sys\n"
        "book = openpyxl.load_workbook(sys.argv[1], read_only=True)\n"
        "for sheet in book:\n"
        "    for row in sheet.iter_rows(values_only=True): pass"
    ),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/county"))
    parser.add_argument("--students", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=200_000)
    parser.add_argument("--aidcheck", type=Path, default=REPO / "target/release/aidcheck")
    parser.add_argument("--python", default=sys.executable)
    return parser.parse_args()


def make_workbook(source: Path, workbook: Path, rows: int) -> None:
    """The header and the first `rows` rows of a CSV, every cell a text."""
    import xlsxwriter

    with source.open(encoding="utf-8-sig", newline="") as lines:
        book = xlsxwriter.Workbook(workbook, {"constant_memory": True, "strings_to_numbers": False})
        sheet = book.add_worksheet()
        for number, row in zip(range(rows + 1), csv.reader(lines)):
            sheet.write_row(number, 0, row)
        book.close()


def table(options: argparse.Namespace, file: Path, peers: list[str], log: Path) -> None:
    inspect = [options.aidcheck, "inspect", file, "--quiet", "--as-of", AS_OF]
    commands = {"aidcheck": inspect}
    commands |= {name: [options.python, "-c", READERS[name], file] for name in peers}
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(options.rounds + 1):
        for name, command in commands.items():
            seconds, peak, _ = measure(command, log)
            if number > 0:
                runs[name].append((seconds, peak))
    print(f"\n`{file.name}`, {file.stat().st_size / 1e6:.0f} MB:\n")
    print("| reader | wall min (s) | median | max | peak memory (MiB) |")
    print("|---|---:|---:|---:|---:|")
    for name, all_of in runs.items():
        seconds = [seconds for seconds, _ in all_of]
        peak = max(peak for _, peak in all_of)
        spread = f"{min(seconds):.2f} | {statistics.median(seconds):.2f} | {max(seconds):.2f}"
        print(f"| {name} | {spread} | {peak:.0f} |")


def main() -> None:
    options = arguments()
    make_county(options.aidcheck, options.folder, options.students)
    enrollments = options.folder / "enrollments.csv"
    with tempfile.TemporaryDirectory() as scratch:
        workbook = Path(scratch) / "enrollments.xlsx"
        make_workbook(enrollments, workbook, options.xlsx_rows)
        log = Path(scratch) / "log"
        table(options, enrollments, ["Polars, all strings"], log)
        table(options, workbook, ["python-calamine", "openpyxl, read only"], log)


if __name__ == "__main__":
    main()
