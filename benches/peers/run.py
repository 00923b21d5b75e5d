"""aidcheck beside Polars and DuckDB on one county: wall time and peak memory, as Markdown.

    python run.py [--rounds 5] [--folder /tmp/county] [--students 1000000]

Standard library only. `--python` names the interpreter that has requirements.txt installed. All
programs run in turn in one sitting, after one round that is not counted; each round begins with
another program. Unix only (wait4).

Output goes to memory (/dev/shm) where it has room, or to --scratch. On a disk with ext4, creating the
1,800 files of a report can take a second more for some minutes after as many files were deleted, also
by an earlier sitting; that is the file system's time. Nothing is removed before the end of a sitting.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
AS_OF = "2025-10-15"
SEED = 7
CSV_FILES = ("enrollments.csv", "payments.csv", "headcounts.csv")
EXACT, POLARS, DUCKDB, ALL = "aidcheck, two rules", "Polars", "DuckDB", "aidcheck, everything"


def default_scratch() -> Path:
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30:
        return memory
    return Path(tempfile.gettempdir())


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/county"))
    parser.add_argument("--students", type=int, default=1_000_000)
    parser.add_argument("--aidcheck", type=Path, default=REPO / "target/release/aidcheck")
    parser.add_argument("--python", default=sys.executable, help="with Polars and DuckDB installed")
    parser.add_argument("--scratch", type=Path, default=default_scratch(), help="for the output")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


def make_county(binary: Path, folder: Path, students: int) -> None:
    if all((folder / file).exists() for file in CSV_FILES):
        return
    command = [binary, "generate", "--students", str(students), "--seed", str(SEED), "--plain"]
    subprocess.run([*command, "--out", folder], check=True)


def measure(command: list, log: Path) -> tuple[float, float, str]:
    """Seconds, peak MiB and standard output of one command; a failure ends the sitting."""
    with log.open("w+b") as output:
        start = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdout=output)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"exit code {child.returncode}: {child.args}")
        output.seek(0)
        # Bytes on macOS, KiB elsewhere.
        unit = 1 if sys.platform == "darwin" else 1024
        return seconds, usage.ru_maxrss * unit / 2**20, output.read().decode()


def cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def total_memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def text_of(command: list) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit() -> str:
    """The commit of the working tree; the binary is whatever was last built from it."""
    git = ["git", "--no-optional-locks", "-C", REPO]
    try:
        head = text_of([*git, "rev-parse", "--short", "HEAD"])
        changed = [*git, "diff", "--quiet", "HEAD", "--", "src", "Cargo.toml", "Cargo.lock"]
        return head + (" with local changes" if subprocess.run(changed).returncode else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def busy_seconds() -> float | None:
    """CPU seconds of everybody since the machine started, with what the host took away (Linux)."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    return sum(os.times()[:4])


def others_share(wall: float, busy: float | None, own: float) -> str:
    if busy is None:
        return "unknown"
    return f"{max(busy - own, 0) / (wall * (os.cpu_count() or 1)):.0%}"


def lines_in(file: Path) -> int:
    with file.open("rb") as data:
        return sum(block.count(b"\n") for block in iter(lambda: data.read(1 << 20), b""))


def sitting(options: argparse.Namespace, binary: Path, scratch: Path) -> dict[str, list[dict]]:
    """Runs everything in turn; the first round is not kept."""
    check = [binary, "check", options.folder, "--as-of", AS_OF, "-q"]
    commands = {
        EXACT: [*check, "--no-store", "--only", "dual-enrollment,repeat-payment", "--out"],
        POLARS: [options.python, HERE / "exact_queries_polars.py", options.folder],
        DUCKDB: [options.python, HERE / "exact_queries_duckdb.py", options.folder],
        ALL: [*check, "--out"],
    }
    names = list(commands)
    runs: dict[str, list[dict]] = {name: [] for name in names}
    for number in range(options.rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            out = scratch / f"out-{number}-{names.index(name)}"
            seconds, peak, output = measure([*commands[name], out], scratch / "log")
            run = {"seconds": seconds, "peak": peak}
            if name in (POLARS, DUCKDB):
                run["counts"] = json.loads(output)
            else:
                manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
                run["timings"] = manifest["timings_ms"]
                run["counts"] = manifest["counts"]
            if number > 0:
                runs[name].append(run)
            print(f"round {number}: {name}: {seconds:.2f} s, {peak:.0f} MiB", file=sys.stderr)
    return runs


def print_wall(runs: dict[str, list[dict]]) -> None:
    base = statistics.median(run["seconds"] for run in runs[POLARS])
    print("| program | wall min (s) | median | max | peak memory (MiB) | median to Polars' |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, all_of in runs.items():
        seconds = [run["seconds"] for run in all_of]
        median = statistics.median(seconds)
        peak = max(run["peak"] for run in all_of)
        spread = f"{min(seconds):.2f} | {median:.2f} | {max(seconds):.2f}"
        print(f"| {name} | {spread} | {peak:.0f} | {median / base:.2f} |")


def print_stages(runs: dict[str, list[dict]]) -> None:
    """Medians by stage. What `timings_ms` does not count is start, the report, and the end."""
    stages = sorted({stage for name in (EXACT, ALL) for run in runs[name] for stage in run["timings"]})
    print("| stage, median (ms) | " + " | ".join((EXACT, ALL)) + " |")
    print("|---|---:|---:|")
    for stage in stages:
        cells = [
            f"{statistics.median(run['timings'].get(stage, 0) for run in runs[name]):.0f}"
            for name in (EXACT, ALL)
        ]
        print(f"| {stage} | " + " | ".join(cells) + " |")
    rest = [
        statistics.median(run["seconds"] * 1000 - sum(run["timings"].values()) for run in runs[name])
        for name in (EXACT, ALL)
    ]
    print(f"| not in `timings_ms` | {rest[0]:.0f} | {rest[1]:.0f} |")


def main() -> None:
    options = arguments()
    versions = text_of(
        [options.python, "-c", "import polars, duckdb; print(polars.__version__, duckdb.__version__)"]
    ).split()
    if not options.aidcheck.exists():
        sys.exit(f"{options.aidcheck} is missing: cargo build --release")
    with tempfile.TemporaryDirectory(prefix="aidcheck-peers-", dir=options.scratch) as folder:
        scratch = Path(folder)
        # A copy, so that a build in the middle of the sitting changes nothing.
        binary = scratch / "aidcheck"
        shutil.copy2(options.aidcheck, binary)
        built_from = commit()
        make_county(binary, options.folder, options.students)
        before = (time.perf_counter(), busy_seconds(), own_seconds())
        runs = sitting(options, binary, scratch)
        wall = time.perf_counter() - before[0]
        busy = None if before[1] is None else (busy_seconds() or 0) - before[1]
        others = others_share(wall, busy, own_seconds() - before[2])
        own_version = text_of([binary, "--version"])

    counts = [run["counts"] for name in (POLARS, DUCKDB) for run in runs[name]]
    if any(count != counts[0] for count in counts):
        sys.exit(f"Polars and DuckDB disagree: {runs[POLARS][0]['counts']} {runs[DUCKDB][0]['counts']}")

    size = sum((options.folder / file).stat().st_size for file in CSV_FILES)
    rows = [f"{lines_in(options.folder / file) - 1:,} rows in {file}" for file in CSV_FILES]
    print(f"{date.today()}, commit {built_from}. {options.rounds} rounds.")
    print(f"CPU taken by others in the sitting: {others} (above 5% the times are not to be trusted).")
    print(
        f"Machine: {cpu_model()}, {cores()} cores, {total_memory_gib():.0f} GiB; "
        f"{platform.system()} {platform.machine()}."
    )
    print(
        f"{own_version}, Polars {versions[0]}, DuckDB {versions[1]}, "
        f"Python {text_of([options.python, '-c', 'import platform; print(platform.python_version())'])}."
    )
    print(f"Output to {options.scratch}. Data: {size / 1e6:.0f} MB; {'; '.join(rows)}.\n")
    print_wall(runs)
    print()
    print_stages(runs)
    print("\nFound by both peers: " + ", ".join(f"{k} {v:,}" for k, v in counts[0].items()) + ".")
    cases = {kind: of["cases"] for kind, of in runs[EXACT][0]["counts"].items() if of["cases"]}
    print(f"Found by {EXACT}, in cases: " + ", ".join(f"{k} {v:,}" for k, v in cases.items()) + ".")


if __name__ == "__main__":
    main()
