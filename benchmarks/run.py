"""Speed and size against their budgets, all in one run.

    make bench
    python benchmarks/run.py [runs]

Every run is the real command in a process of its own on the Japan scenario. Budgets are compared
with the median. Nothing here is a test: a shared machine may be twice as slow as yesterday.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import bench_model
from benchmarks.map_picture import seconds_until_ready

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "examples" / "japan" / "scenario.yaml"
SITING = [sys.executable, "-m", "siting.cli"]
STEP = re.compile(r"siting\.study (.+): ([\d.]+) s$", re.MULTILINE)
BYTES_PER_MB = 1e6


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured, and the most it should be."""

    name: str
    unit: str
    budget: float | None = None


DEMO = Measure("siting run, end to end", "s", 60.0)
RATIO = Measure("(build + hand-over) / HiGHS", "-", 0.3)
SOLVER = Measure("  of the plan: HiGHS", "s")
HELP = Measure("siting --help", "s", 0.5)
MAP = Measure("map.html", "MB", 3.0)
READY = Measure("map.html until ready in Chromium", "s", 2.0)

Results = Mapping[Measure, float]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    found = [measure() for _ in range(runs)]
    print(f"Japan scenario, {runs} runs\n")
    for line in table(found):
        print(line)
    print("\nA synthetic nation of the same size, model steps only")
    sys.argv[1:] = [str(runs)]
    bench_model.main()


def measure() -> Results:
    """One round of everything."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "run"
        demo_s = seconds_of([*SITING, "run", str(SCENARIO), "--output", str(folder)])
        return {
            DEMO: demo_s,
            **steps(folder),
            **solver(folder),
            HELP: seconds_of([*SITING, "--help"]),
            MAP: (folder / "map.html").stat().st_size / BYTES_PER_MB,
            READY: seconds_until_ready(folder / "map.html"),
        }


def seconds_of(words: list[str]) -> float:
    """Wall-clock seconds of a command."""
    start = time.perf_counter()
    subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def steps(folder: Path) -> Results:
    """Seconds of each step, from the log of the run."""
    log = (folder / "run.log").read_text(encoding="utf-8")
    return {Measure(f"  {step}", "s"): float(seconds) for step, seconds in STEP.findall(log)}


def solver(folder: Path) -> Results:
    """Building and handing over the model against HiGHS, of the same run."""
    record = json.loads((folder / "solve.json").read_text(encoding="utf-8"))
    stated_s = record["build_seconds"] + record["hand_over_seconds"]
    return {SOLVER: record["highs_seconds"], RATIO: stated_s / record["highs_seconds"]}


def table(found: list[Results]) -> Iterator[str]:
    """Lines of the table: minimum, median, maximum, budget."""
    yield f"{'':36}{'':4}{'min':>9}{'median':>9}{'max':>9}{'budget':>9}"
    for what in found[0]:
        values = [run[what] for run in found]
        middle = statistics.median(values)
        ends = f"{min(values):9.2f}{middle:9.2f}{max(values):9.2f}"
        yield f"{what.name:36}{what.unit:4}{ends}{verdict(what.budget, middle)}"


def verdict(budget: float | None, value: float) -> str:
    """Budget and whether it is kept; nothing where there is none."""
    if budget is None:
        return ""
    return f"{budget:9.2f}  {'kept' if value <= budget else 'MISSED'}"


if __name__ == "__main__":
    main()
