"""The electric side against its budgets, beside pandapower where it is there.

    python benchmarks/bench_network.py [runs]

Cases come from pandapower in an environment of its own (.venv-peers), which also measures its
contingency loop; without it there is nothing to measure. The loop is timed on a few placements and
scaled by their number, since all of them would take it hours.
"""

import os
import resource
import statistics
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grid.network_arrays import grid_of, operating_point
from grid.powerflow import factors
from grid.screening_n1 import screen_n1
from tests.pandapower_peer import CASES, is_there, network_of_ppc, run_script, seconds_of

LARGE, SCREENED = "case2869pegase", "case118"
PLACEMENTS, ADDED_MW = 1000, 50.0
LOOPED = 2
KB_PER_GB = 1e6
MOST_FACTORS_S, MOST_GB, LEAST_RATIO = 20.0, 4.0, 20.0

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


def main() -> None:
    """Print the table."""
    if not is_there():
        raise SystemExit("no .venv-peers with pandapower: nothing to measure beside")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    large, screened = (case(name) for name in (LARGE, SCREENED))
    found = [measure(large, screened) for _ in range(runs)]
    middle = {key: statistics.median(run[key] for run in found) for key in found[0]}
    asked = [(bus, ADDED_MW) for bus in range(LOOPED)]
    loop = run_script(LOOP, name=SCREENED, placements=asked)["seconds"]
    loop_s = statistics.mean(loop) * PLACEMENTS
    gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB
    print(f"DC power flow, {runs} runs, median, {os.cpu_count()} cores\n")
    line(f"{LARGE}: checks and arrays", middle["arrays_s"], "s")
    line(f"{LARGE}: PTDF and LODF", middle["factors_s"], "s", f"at most {MOST_FACTORS_S:g}")
    line("memory of the whole process", gb, "GB", f"at most {MOST_GB:g}")
    line(f"{SCREENED}: {PLACEMENTS:,} placements, N-1", middle["screen_s"], "s")
    line(f"pandapower's loop, {LOOPED} timed, scaled", loop_s, "s")
    line("times faster", loop_s / middle["screen_s"], "-", f"at least {LEAST_RATIO:g}")


def case(name: str) -> dict:
    return run_script(CASES, names=[name], factors=False)[name]


def measure(large: dict, screened: dict) -> dict[str, float]:
    """Seconds of each step."""
    arrays_s, grid = seconds_of(lambda: grid_of(network(large)))
    factors_s, _ = seconds_of(lambda: factors(grid))
    screen_s, _ = seconds_of(lambda: screen(network(screened)))
    return {"arrays_s": arrays_s, "factors_s": factors_s, "screen_s": screen_s}


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


def line(name: str, value: float, unit: str, budget: str = "") -> None:
    print(f"  {name:44}{value:12,.2f} {unit:3} {budget}")


if __name__ == "__main__":
    main()
