"""The electric side against its budgets, beside pandapower where it is there.

    python benchmarks/bench_network.py [runs]

Cases come from pandapower in an environment of its own (.venv-peers), which also measures its
contingency loop; without it there is nothing to measure. The loop is timed on a few placements and
scaled by their number, since all of them would take it hours.

The 2,869-bus case is above its ratings as it ships, so that nothing could be hosted and nothing
would have to be computed. Its ratings are lifted to 5 % above what flows with all in service and
after the worst outage, where they are lower: then the base holds and every bus has to be searched.
The generators of the 118-bus case get the limits of the case file, its slack (1e9 MW there) the
805.2 MW of MATPOWER's case118. Its lines are rated 9,900 MW, which never binds, so that they get
1.3 times what flows, at least 100 MW.
"""

import os
import resource
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grid.hosting import hosting_fixed
from grid.hosting_base import base_overloads
from grid.hosting_case import case_of
from grid.hosting_redispatch import hosting_redispatch
from grid.network_arrays import grid_of, operating_point
from grid.powerflow import factors
from grid.screening_n1 import screen_n1
from tests.pandapower_peer import CASES, is_there, network_of_ppc, run_script, seconds_of

LARGE, SCREENED = "case2869pegase", "case118"
PLACEMENTS, ADDED_MW = 1000, 50.0
LOOPED = 3
KB_PER_GB = 1e6
LIFTED, WIDE, LEAST_RATING_MW, SLACK_MW = 1.05, 1.3, 100.0, 805.2
MOST_HOSTING_S, MOST_REDISPATCH_S, MOST_GB, LEAST_RATIO = 60.0, 30.0, 4.0, 20.0
PMAX, PMIN = 8, 9
"""Columns of a generator (MATPOWER User's Manual, table B-2)."""

LOOP = """
import time
from pandapower.contingency import run_contingency
net = solved(asked["name"])
pp.create_load(net, 0, 0.0)
load = net.load.index[-1]
net.line["max_loading_percent"] = 100.0
net.trafo["max_loading_percent"] = 100.0
outages = {k: {"index": net[k].index.tolist()} for k in ("line", "trafo") if len(net[k])}

def solve(net, **ignored):
    pp.rundcpp(net, numba=False)

seconds = []
for bus, mw in asked["placements"]:
    net.load.at[load, "bus"], net.load.at[load, "p_mw"] = bus, mw
    start = time.perf_counter()
    run_contingency(net, outages, contingency_evaluation_function=solve)
    seconds.append(time.perf_counter() - start)
answer(seconds=seconds)
"""


def main() -> int:
    """Print the table; 1 where a budget is broken."""
    if not is_there():
        raise SystemExit("no .venv-peers with pandapower: nothing to measure beside")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    found = run_script(CASES, names=[LARGE, SCREENED], factors=False)
    large, screened = feasible(network(found[LARGE])), bounded(found[SCREENED])
    seconds = [measure(large, screened) for _ in range(runs)]
    middle = {key: statistics.median(run[key] for run in seconds) for key in seconds[0]}
    gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB
    asked = [(bus, ADDED_MW) for bus in range(LOOPED)]
    loop = run_script(LOOP, name=SCREENED, placements=asked)["seconds"]
    loop_s = statistics.mean(loop) * PLACEMENTS
    hosting_s, ratio = middle["case_s"] + middle["fixed_s"], loop_s / middle["screen_s"]
    print(f"DC power flow, median of {runs} runs, {os.cpu_count()} cores\n")
    line(f"{LARGE}: checks, PTDF, LODF, islanding", middle["case_s"], "s")
    line(f"{LARGE}: N-1 hosting of every bus, fixed", middle["fixed_s"], "s")
    kept = [
        line("both", hosting_s, "s", hosting_s < MOST_HOSTING_S, f"< {MOST_HOSTING_S:g}"),
        line("peak memory of the whole process", gb, "GB", gb < MOST_GB, f"< {MOST_GB:g}"),
        line(
            f"{SCREENED}: N-1 hosting of every bus, redispatch",
            middle["redispatch_s"],
            "s",
            middle["redispatch_s"] < MOST_REDISPATCH_S,
            f"< {MOST_REDISPATCH_S:g}",
        ),
    ]
    line(f"{SCREENED}: {PLACEMENTS:,} placements, N-1", middle["screen_s"], "s")
    line(f"pandapower's loop, {LOOPED} timed, scaled to {PLACEMENTS:,}", loop_s, "s")
    kept.append(line("times faster", ratio, "-", ratio >= LEAST_RATIO, f">= {LEAST_RATIO:g}"))
    return 0 if all(kept) else 1


def feasible(net):
    """The network with ratings that its own flows keep, with all in service and after outages."""
    over = base_overloads(case_of(net))
    needed_mw = (over["flow_mw"].abs() * LIFTED).groupby(over["branch"]).max()
    ratings = net.branches["rating_mw"].copy()
    ratings[needed_mw.index] = needed_mw
    return replace(net, branches=net.branches.assign(rating_mw=ratings))


def bounded(found: dict):
    """The network with the generators' limits of the case, and ratings from its own flows."""
    net, gen = network(found), np.array(found["gen"])
    limits = {"min_mw": np.maximum(gen[:, PMIN], 0.0), "max_mw": np.minimum(gen[:, PMAX], SLACK_MW)}
    case = case_of(net)
    most_mw = np.abs(case.flow_mw[:, None] + case.outages.factor * case.flow_mw).max(axis=1)
    rating_mw = np.maximum(WIDE * np.maximum(most_mw, np.abs(case.flow_mw)), LEAST_RATING_MW)
    branches = net.branches.copy()
    branches.loc[list(case.grid.branches), "rating_mw"] = rating_mw
    return replace(net, branches=branches, generators=net.generators.assign(**limits))


def measure(large, screened) -> dict[str, float]:
    """Seconds of each step."""
    case_s, case = seconds_of(lambda: case_of(large))
    fixed_s, table = seconds_of(lambda: hosting_fixed(case))
    if (table["n1_reason"] == "base").all():
        raise SystemExit("nothing was searched: the base is overloaded")
    small = case_of(screened)
    redispatch_s, table = seconds_of(lambda: hosting_redispatch(small))
    if not (table["n1_mw"] > 0).any():
        raise SystemExit("nothing was searched: no dispatch is secure")
    screen_s, _ = seconds_of(lambda: screen(screened))
    return {
        "case_s": case_s,
        "fixed_s": fixed_s,
        "redispatch_s": redispatch_s,
        "screen_s": screen_s,
    }


def screen(net) -> int:
    """All from the tables to the list of violations."""
    grid = grid_of(net)
    added_mw = np.zeros((PLACEMENTS, len(grid.buses)))
    rng = np.random.default_rng(1)
    added_mw[np.arange(PLACEMENTS), rng.integers(0, len(grid.buses), PLACEMENTS)] = ADDED_MW
    found = screen_n1(grid, factors(grid), operating_point(grid, net), added_mw)
    return len(found.violations())


def network(found: dict):
    bus, branch, gen = (np.array(found[k]) for k in ("bus", "branch", "gen"))
    return network_of_ppc(found["base_mva"], bus, branch, gen)


def line(name: str, value: float, unit: str, is_kept: bool = True, budget: str = "") -> bool:
    """Print a figure beside its budget."""
    said = f"{budget} {'kept' if is_kept else 'BROKEN'}" if budget else ""
    print(f"  {name:52}{value:12,.2f} {unit:3} {said}")
    return is_kept


if __name__ == "__main__":
    sys.exit(main())
