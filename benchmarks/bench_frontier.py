"""A frontier of nine points against one solve, in one run.

    python benchmarks/bench_frontier.py [years.step] [carbon|waiting]

On the Japan scenario, every third year unless another step is given; every year takes a minute
more. A second thread helps the frontier, so two cores are needed for the budget. Both times are of
the same model with the same settings, building and reading all tables of every point included;
screening and the base dispatch are not.
Nothing is taken over from an earlier run. Only the ratio says something: a shared machine may be
twice as slow as yesterday.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from optimize.frontier import Frontier, carbon_frontier, waiting_frontier
from optimize.plan import choose_sites
from siting.explain.sites import settings_of
from siting.posed import pose_study
from siting.scenario_file import load_scenario

SCENARIO = Path(__file__).resolve().parents[1] / "examples" / "japan" / "scenario.yaml"
POINTS = 9
MOST_RATIO = 3.0
WAITING = "limits.waiting={wanted: at_once}"


def main() -> int:
    """Print times and points; 1 where the budget is missed."""
    given = dict(enumerate(sys.argv))
    step, measure = given.get(1, "3"), given.get(2, "carbon")
    sets = [f"years.step={step}", *([WAITING] if measure == "waiting" else [])]
    posed = pose_study(load_scenario(SCENARIO, None, sets))
    problem, base = posed.question.problem, posed.base.cost_myen
    settings = settings_of(posed.scenario)
    started = time.perf_counter()
    choose_sites(problem, settings, base_cost_myen=base)
    one_s = time.perf_counter() - started
    frontier = waiting_frontier if measure == "waiting" else carbon_frontier
    started = time.perf_counter()
    found = frontier(problem, settings, points=POINTS, base_cost_myen=base)
    all_s = time.perf_counter() - started
    show(found, measure)
    ratio = all_s / one_s
    print(f"one solve {one_s:.1f} s, {POINTS} points {all_s:.1f} s, ratio {ratio:.2f}", end=" ")
    print(f"(budget {MOST_RATIO:g}: {'kept' if ratio <= MOST_RATIO else 'MISSED'})")
    return 0 if ratio <= MOST_RATIO else 1


def show(found: Frontier, measure: str) -> None:
    """One line a point."""
    print(f"\nJapan, {measure}: no plan has less than {found.least_at_least:.3f} {found.unit}")
    for point in found.points:
        record = point.plan.record
        cost = f"{record.cost_myen / 1e6:.4f} trillion yen, gap {record.gap_share:.2%}"
        print(f"{point.value:9.3f} {found.unit}  {cost}  {point.way:8} {point.seconds:6.1f} s")
    print(f"{len(found.dropped)} points left out")


if __name__ == "__main__":
    raise SystemExit(main())
