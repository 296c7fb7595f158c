"""The forecast check on 50,000 applications: seconds and memory of the whole command.

    python benchmarks/bench_forecast.py [runs]

The bare library beside it reads the same file with pandas and sums power by area and year, with no
check of any cell; its share tells what the checks, the margins and the draws cost.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_list import write_made_list

APPLICATIONS = 50_000
DRAWS = 10_000
ROOT = Path(__file__).resolve().parents[1]
SITING = [sys.executable, "-m", "siting.cli", "forecast"]
KB_PER_GB = 1e6
EXPECTED_CODES = (0, 3)

BARE = """
import sys
import pandas as pd
table = pd.read_csv(sys.argv[1], comment="#")
years = range(2024, 2036)
power = {y: table["contract_mw"].where(table["supply_start"] <= y, 0.0) for y in years}
print(pd.DataFrame(power).groupby(table["area"]).sum())
"""

BUDGETS = {
    "verdict and margins": (5.0, 1.0),
    "the same from XLSX": (None, None),
    f"with {DRAWS:,} draws": (30.0, None),
    "with every file": (None, None),
    "bare pandas": (None, None),
}
"""Step to the most seconds and the most GB it may take."""


def main() -> None:
    """Measure each step in a process of its own and print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as home:
        steps = commands(Path(home))
        found = {name: [measure(words) for _ in range(runs)] for name, words in steps.items()}
    print(f"siting forecast, {APPLICATIONS:,} applications, {runs} runs, median\n")
    print(f"{'':24}{'s':>8}{'budget':>8}{'GB':>8}{'budget':>8}{'x bare':>8}")
    bare_s = statistics.median(seconds for seconds, _ in found["bare pandas"])
    for name, values in found.items():
        print(line(name, values, bare_s))


def commands(home: Path) -> Mapping[str, list[str]]:
    """Command line of each step."""
    path, book = home / "list.csv", home / "list.xlsx"
    write_made_list(APPLICATIONS, path)
    write_workbook(path, book)
    quick = [*SITING, str(path), "--draws", "0"]
    return {
        "verdict and margins": quick,
        "the same from XLSX": [*SITING, str(book), "--draws", "0"],
        f"with {DRAWS:,} draws": [*SITING, str(path), "--draws", str(DRAWS)],
        "with every file": [*quick, "--output", str(home / "check")],
        "bare pandas": [sys.executable, "-c", BARE, str(path)],
    }


def write_workbook(path: Path, book: Path) -> None:
    """The same list as a workbook."""
    import pandas as pd

    table = pd.read_csv(path, comment="#", dtype={"municipality": "str"})
    table.to_excel(book, index=False, engine="xlsxwriter")


def measure(words: list[str]) -> tuple[float, float]:
    """Wall-clock seconds and the largest memory of a command. [s, GB]"""
    start = time.perf_counter()
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in EXPECTED_CODES:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}")
    return seconds, usage.ru_maxrss / KB_PER_GB


def line(name: str, values: list[tuple[float, float]], bare_s: float) -> str:
    """One row of the table: figures beside their budgets."""
    cells = [f"{name:24}"]
    for place, budget in enumerate(BUDGETS[name]):
        middle = statistics.median(value[place] for value in values)
        limit = "" if budget is None else f"{budget:.0f}"
        missed = budget is not None and middle > budget
        cells.append(f"{middle:8.2f}{limit:>8}{' MISSED' if missed else ''}")
    ratio = statistics.median(seconds for seconds, _ in values) / bare_s
    return "".join(cells) + f"{ratio:8.1f}"


if __name__ == "__main__":
    main()
