"""What clean power and flexible draw cost on Japan, and whether more is never cheaper or dearer.

    python benchmarks/bench_decarbonise.py [years.step]

Every plan is the real command on the Japan scenario, every third year unless another step is
given. Costs are compared between what is proven: a plan may be dearer than the best by its gap, so
a cost that falls by less than the gap is no fall; flexible plans start from the sites of the one
before and must not cost more at all. A re-dispatch of all hours is timed as well.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "examples" / "japan" / "scenario.yaml"
SITING = [sys.executable, "-m", "siting.cli"]

SHARES = (0.0, 0.8, 0.95, 1.0)
"""Of the draw from clean power, hour by hour, from FY2030 on."""
FLEXIBLE = (0.0, 0.1, 0.2, 0.3, 0.4)
"""Of the training draw, moved in time and among areas."""
MOST_REDISPATCH_S = 30.0


@dataclass(frozen=True, slots=True)
class Solved:
    """One plan of the command."""

    cost_myen: float
    bound_myen: float
    seconds: float
    highs_seconds: float
    handed_seconds: float
    """Building and handing over."""
    summary: dict[str, Any]
    folder: Path


def main() -> int:
    """Print the tables; 1 where more clean costs less or more flexible costs more."""
    step = sys.argv[1] if len(sys.argv) > 1 else "3"
    with tempfile.TemporaryDirectory() as home:
        every = f"years.step={step}"
        clean = [plan(Path(home) / f"clean-{s}", *clean_sets(s), every) for s in SHARES]
        flexible: list[Solved] = []
        for share in FLEXIBLE:  # each from the sites of the one before: it saves less than the gap
            start = flexible[-1].folder if flexible else None
            folder = Path(home) / f"flexible-{share}"
            flexible.append(plan(folder, *flexible_sets(share), every, start=start))
        years = [redispatch(each.folder) for each in clean]
    print(f"\nJapan, every {step} years: clean power hour by hour")
    show(SHARES, clean, clean_share)
    print("\nTraining that moves in time and among areas")
    show(FLEXIBLE, flexible, carbon_kt)
    print(f"\n8,760 hours of the last year (budget {MOST_REDISPATCH_S:g} s)")
    quick = [dispatch_s <= MOST_REDISPATCH_S for _, dispatch_s in years]
    for share, (whole_s, dispatch_s), kept in zip(SHARES, years, quick, strict=True):
        told = f"{share:5.0%} clean: dispatches {dispatch_s:.1f} s, the command {whole_s:.1f} s"
        print(f"{told} ({'kept' if kept else 'MISSED'})")
    never_dearer = all(two.cost_myen <= one.cost_myen for one, two in pairwise(flexible))
    monotone = rises(clean) and never_dearer
    print("monotone" if monotone else "NOT monotone")
    return 0 if monotone and all(quick) else 1


def clean_sets(share: float) -> list[str]:
    """Settings that ask for clean power."""
    if share == 0.0:
        return []
    asked = f"{{share_by_year: {{2030: {share}}}, excess_share: 0.2}}"
    return [f"limits.clean={asked}"]


def flexible_sets(share: float) -> list[str]:
    """Settings of a load that moves."""
    names = ("training_shift_share", "training_move_share")
    return [f"flexibility.{name}={share}" for name in names]


def plan(folder: Path, *sets: str, start: Path | None = None) -> Solved:
    """Run the command and read what it wrote."""
    words = [word for each in sets for word in ("--set", each)]
    words += [] if start is None else ["--start", str(start)]
    started = time.perf_counter()
    subprocess.run(
        [*SITING, "run", str(SCENARIO), *words, "--output", str(folder)],
        check=True,
        capture_output=True,
        cwd=folder.parent,
    )
    seconds = time.perf_counter() - started
    record = json.loads((folder / "solve.json").read_text(encoding="utf-8"))
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    handed = record["build_seconds"] + record["hand_over_seconds"]
    return Solved(
        record["cost_myen"],
        record["bound_myen"],
        seconds,
        record["highs_seconds"],
        handed,
        summary,
        folder,
    )


def redispatch(folder: Path) -> tuple[float, float]:
    """Seconds of the command, with start and pages, and of its dispatches alone."""
    started = time.perf_counter()
    subprocess.run([*SITING, "redispatch", str(folder)], check=True, capture_output=True)
    whole_s = time.perf_counter() - started
    told = json.loads((folder / "redispatch.json").read_text(encoding="utf-8"))
    return whole_s, told["seconds"]


def rises(plans: Sequence[Solved]) -> bool:
    """Whether no plan's cost is provably below what came before it."""
    return all(two.cost_myen >= one.bound_myen for one, two in pairwise(plans))


def show(shares: Sequence[float], plans: Sequence[Solved], column: Any) -> None:
    """One line a plan."""
    first = plans[0].cost_myen
    for share, each in zip(shares, plans, strict=True):
        gap = 1.0 - each.bound_myen / each.cost_myen
        ratio = each.handed_seconds / each.highs_seconds
        cost = f"{each.cost_myen / 1e6:7.4f} trillion yen ({each.cost_myen / first - 1:+.2%})"
        work = f"{each.seconds:6.1f} s, build and hand-over / HiGHS {ratio:.2f}"
        sites = f"{len(each.summary['sites']):3d} sites"
        print(f"{share:5.0%}  {cost}, gap {gap:.2%}  {sites}  {column(each)}  {work}")


def clean_share(each: Solved) -> str:
    """What was reached, and the clean energy against the flow of ties."""
    clean = each.summary["clean"]
    if clean is None:
        return "nothing asked"
    last = clean["years"][-1]
    return (
        f"{last['hourly_share']:.1%} clean, {last['against_flow_gwh'] or 0:,.0f} GWh against flows"
    )


def carbon_kt(each: Solved) -> str:
    """Emissions of the last year."""
    return f"{each.summary['kpis'][-1]['co2_kt']:,.0f} kt"


if __name__ == "__main__":
    raise SystemExit(main())
