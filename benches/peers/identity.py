"""aidcheck and Splink on the same plain counties: double enrolments found, wall time and peak memory, as Markdown.

    python identity.py [--students 60000 300000] [--seed 7] [--rounds 1] [--folder /tmp/identity]

The interpreter needs requirements.txt. Counties that are missing are generated. aidcheck runs `check --only
dual-enrollment --no-store`, Splink runs splink_dual.py at each threshold; both are measured by `aidcheck
evaluate` against the county's truth. All programs run in turn in one sitting; with more rounds the median
time and the highest peak count. Unix only (wait4).
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from run import (
    AS_OF,
    HERE,
    REPO,
    busy_seconds,
    commit,
    cores,
    cpu_model,
    default_scratch,
    lines_in,
    measure,
    others_share,
    own_seconds,
    text_of,
    total_memory_gib,
)

OURS = "aidcheck"
KIND = "dual-enrollment"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, nargs="+", default=[60_000, 300_000])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.99, 0.8])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/identity"), help="of the counties")
    parser.add_argument("--aidcheck", type=Path, default=REPO / "target/release/aidcheck")
    parser.add_argument("--python", default=sys.executable, help="with Splink installed")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


def county(binary: Path, folder: Path, students: int, seed: int) -> Path:
    """The county, generated if it or its truth is missing."""
    place = folder / f"{students}-{seed}"
    if not truth_of(place).exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--students", students, "--seed", seed, "--plain", "--out", place]
        subprocess.run([str(part) for part in (binary, "generate", *options)], check=True, stdout=sys.stderr)
    return place


def truth_of(place: Path) -> Path:
    return place.with_name(f"{place.name}.truth.csv")


def commands(options: argparse.Namespace, binary: Path, place: Path, scratch: Path) -> dict[str, tuple[list, Path]]:
    """Each program's command, and where it writes its cases."""
    out = scratch / "ours"
    check = [binary, "check", place, "--as-of", AS_OF, "-q", "--no-store", "--only", KIND, "--out", out]
    runs = {OURS: (check, out / "cases.csv")}
    for threshold in options.thresholds:
        cases = scratch / f"splink-{threshold}.csv"
        splink = [options.python, HERE / "splink_dual.py", place, cases, "--threshold", threshold]
        runs[f"Splink, {threshold}"] = (splink, cases)
    return runs


def evaluation(binary: Path, cases: Path, place: Path) -> dict:
    command = [binary, "evaluate", "--cases", cases, "--truth", truth_of(place), "--json"]
    return json.loads(text_of([str(part) for part in command]))


def figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def scores(measured: dict[str, dict], times: dict[str, list[tuple[float, float]]], told_by: dict[str, dict]) -> None:
    print("| program | wall (s) | of it training | peak (MiB) | recall | precision | F1 | traps flagged | ECE |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, result in measured.items():
        score = result["kinds"][KIND]
        wall = statistics.median(seconds for seconds, _ in times[name])
        peak = max(peak for _, peak in times[name])
        training = f"{told_by[name]['seconds']['train']:.1f}" if name in told_by else "–"
        traps = f"{score['flagged']:,} of {score['traps']:,}"
        error = result["calibration"].get(KIND, {}).get("expected_error")
        print(
            f"| {name} | {wall:.2f} | {training} | {peak:.0f} | {figure(score['recall'])} | "
            f"{figure(score['precision'])} | {figure(score['f1'])} | {traps} | {figure(error)} |"
        )
    for name, told in told_by.items():
        print(f"\n{name}: {told['pairs']:,} pairs; EM on {' and on '.join(told['trained_on'])}.")


def details(measured: dict[str, dict], part: str, title: str) -> None:
    """Found of each detail, a column a program."""
    table: dict[str, dict[str, dict]] = {}
    for name, result in measured.items():
        for score in result[part]:
            if score["kind"] == KIND:
                table.setdefault(score["detail"], {})[name] = score
    print(f"\n| {title} | groups | " + " | ".join(measured) + " |")
    print("|---|---:|" + "---:|" * len(measured))
    for detail, by_name in table.items():
        groups = next(iter(by_name.values()))["groups"]
        cells = [figure(by_name[name]["found"] / groups) for name in measured]
        print(f"| {detail} | {groups:,} | " + " | ".join(cells) + " |")


def main() -> None:
    options = arguments()
    if not options.aidcheck.exists():
        sys.exit(f"{options.aidcheck} is missing: cargo build --release")
    lines: list[tuple] = []
    with tempfile.TemporaryDirectory(prefix="aidcheck-identity-", dir=default_scratch()) as folder:
        scratch = Path(folder)
        # A copy, so that a build in the middle of the sitting changes nothing.
        binary = scratch / "aidcheck"
        shutil.copy2(options.aidcheck, binary)
        places = {students: county(binary, options.folder, students, options.seed) for students in options.students}
        before = (time.perf_counter(), busy_seconds(), own_seconds())
        for students, place in places.items():
            of = scratch / str(students)
            of.mkdir()
            runs = commands(options, binary, place, of)
            times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
            told: dict[str, dict] = {}
            for _ in range(options.rounds):
                for name, (command, _) in runs.items():
                    seconds, peak, output = measure(command, scratch / "log")
                    times[name].append((seconds, peak))
                    if name != OURS:
                        told[name] = json.loads(output)
                    print(f"{students:,}: {name}: {seconds:.2f} s, {peak:.0f} MiB", file=sys.stderr)
            measured = {name: evaluation(binary, cases, place) for name, (_, cases) in runs.items()}
            rows = lines_in(place / "enrollments.csv") - 1
            lines.append((students, rows, measured, times, told))
        wall = time.perf_counter() - before[0]
        busy = None if before[1] is None else (busy_seconds() or 0) - before[1]
        others = others_share(wall, busy, own_seconds() - before[2])

    code = "import duckdb, splink; print(f'Splink {splink.__version__} on DuckDB {duckdb.__version__}')"
    print(f"{date.today()}, commit {commit()}. {options.rounds} rounds. {text_of([options.python, '-c', code])}.")
    print(f"CPU taken by others in the sitting: {others} (above 5% the times are not to be trusted).")
    print(f"Machine: {cpu_model()}, {cores()} cores, {total_memory_gib():.0f} GiB.")
    for students, rows, measured, times, told in lines:
        print(f"\n{students:,} pupils, seed {options.seed}: {rows:,} enrolments.\n")
        scores(measured, times, told)
    _, _, measured, _, _ = lines[-1]
    print("\nThe last county by the truth's details, share found and share flagged:")
    details(measured, "discrepancies", "recall of")
    details(measured, "traps", "flagged of trap")


if __name__ == "__main__":
    main()
