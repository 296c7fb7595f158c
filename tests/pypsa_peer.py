"""Clean power stated in PyPSA, in the peers' environment: buses and links instead of our rows.

Grey and clean power are two commodities on buses of their own. The data centres hang on a third bus
that a link feeds from either; what is clean and not matched goes by a link into the grey bus.
"""

import json
import subprocess

import pytest

from tests.pandapower_peer import PYTHON

MARK = "PEER-ANSWER "

SCRIPT = """
import json, logging, sys, warnings
warnings.simplefilter("ignore")  # the peer's own, none of ours
logging.disable(logging.CRITICAL)
import numpy as np
import pandas as pd
try:
    import pypsa
except ImportError:
    print("PEER-ANSWER null")
    sys.exit(0)
STEP, FLOW = 1e-7, 1e-6


def network_of(case):
    hours = np.array(case["hours"])
    weight = hours * np.array(case["weight_days"])
    n = pypsa.Network()
    n.set_snapshots(pd.RangeIndex(len(hours)))
    n.snapshot_weightings["objective"] = weight
    n.snapshot_weightings["stores"] = hours
    for area, mw in case["demand"].items():
        n.add("Bus", [area, f"{area} clean"])
        n.add("Load", f"{area} demand", bus=area, p_set=mw)
        n.add("Link", f"{area} excess", bus0=f"{area} clean", bus1=area, p_nom=1e4,
              marginal_cost=STEP)
    for unit in case["supply"]:
        n.add("Generator", f"{unit['area']} {unit['tech']}", bus=unit["area"],
              p_nom=unit["mw"], marginal_cost=unit["myen_per_mwh"])
    for offer in case["offers"]:
        n.add("Generator", f"offer {offer['area']}", bus=f"{offer['area']} clean",
              p_nom_extendable=True, p_nom_max=offer["mw"], p_max_pu=offer["runs"],
              capital_cost=offer["myen_per_mw"], marginal_cost=offer["myen_per_mwh"])
    for store in case["stores"]:
        _add_store(n, store)
    _add_draw(n, case)
    for tie in case["ties"]:
        for kind in ("", " clean"):
            n.add("Link", f"tie {tie['from']}{kind}", bus0=tie["from"] + kind,
                  bus1=tie["to"] + kind, p_nom=tie["mw"], marginal_cost=FLOW)
    return n, hours, weight


def _add_store(n, store):
    clean, inner = f"{store['area']} clean", f"{store['area']} store"
    n.add("Bus", inner)
    n.add("Link", "charge", bus0=clean, bus1=inner, efficiency=store["in"],
          p_nom_extendable=True, p_nom_max=store["mw"], capital_cost=store["myen_per_mw"])
    n.add("Link", "discharge", bus0=inner, bus1=clean, efficiency=store["out"], p_nom=1e4,
          marginal_cost=STEP * store["out"])
    n.add("Store", "energy", bus=inner, e_nom_extendable=True, e_cyclic=True,
          capital_cost=store["myen_per_mwh"])


def _add_draw(n, case):
    area, draw = case["area"], np.array(case["draw"])
    n.add("Bus", "centre")
    n.add("Load", "centre", bus="centre", p_set=draw)
    n.add("Link", "grey", bus0=area, bus1="centre", p_nom=1e4)
    n.add("Link", "match", bus0=f"{area} clean", bus1="centre", p_nom=1e4)
    down, up = case["shift"] * draw, np.minimum(case["shift"] * draw, case["full_mw"] - draw)
    n.add("Generator", "moved", bus="centre", p_nom=1.0, p_min_pu=-up, p_max_pu=down)


def rules_of(case, hours, weight):
    def state(n, snapshots):
        m = n.model
        link, made = m.variables["Link-p"], m.variables["Generator-p"]
        for day in sorted(set(case["day"])):
            here = np.flatnonzero(np.array(case["day"]) == day)
            moved = made.sel(name="moved").isel(snapshot=here)
            m.add_constraints((moved * hours[here]).sum() == 0, name=f"moved {day}")
        match = (link.sel(name="match") * weight).sum()
        if case["matching"] == "annual":
            for area in case["demand"]:
                match = match + (link.sel(name=f"{area} excess") * weight).sum()
        asked = case["share"] * float(weight @ np.array(case["draw"]))
        m.add_constraints(match >= asked, name="share")
        if case["stores"]:
            out = case["stores"][0]["out"]
            power = m.variables["Link-p_nom"].sel(name="charge")
            both = link.sel(name="charge") + out * link.sel(name="discharge")
            m.add_constraints(both - power <= 0, name="power")
        for tie in case["ties"]:
            both = sum(link.sel(name=f"tie {tie['from']}{k}") for k in ("", " clean"))
            m.add_constraints(both <= tie["mw"], name=f"tie {tie['from']}")
        if case["ties"]:
            used = sum(
                link.sel(name=f"tie {tie['from']}{k}") / tie["mw"]
                for tie in case["ties"] for k in ("", " clean")
            )
            m.add_constraints(used <= 1, name="one way")
    return state


answers = []
for case in json.loads(sys.stdin.read()):
    n, hours, weight = network_of(case)
    status = n.optimize(solver_name="highs", extra_functionality=rules_of(case, hours, weight),
                        include_objective_constant=False, io_api="direct")
    flows = n.links_t.p0 if hasattr(n, "links_t") else n.c.links.dynamic.p0
    answers.append({"status": status[1], "cost": float(n.objective),
                    "matched_mwh": float(weight @ flows["match"].to_numpy())})
print("PEER-ANSWER " + json.dumps(answers))
"""


def optimise(cases):
    """Status, cost [M¥] and matched energy [MWh] that PyPSA finds for each case."""
    if not PYTHON.exists():
        pytest.skip("no peers' environment: make .venv-peers/installed")
    done = subprocess.run(
        [PYTHON, "-c", SCRIPT],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    found = json.loads(answers[-1].removeprefix(MARK))
    if found is None:
        pytest.skip("no pypsa in the peers' environment: make .venv-peers/installed")
    return found
