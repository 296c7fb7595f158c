"""pandapower in an environment of its own (it needs an older pandas), asked through JSON."""

import json
import subprocess
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.layer import Credit
from data.network import BRANCH_COLUMNS, BUS_COLUMNS, GENERATOR_COLUMNS, Network

PYTHON = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"
CREDIT = Credit("pandapower", "pandapower", "BSD-3-Clause")
MARK = "PEER-ANSWER "

START = """
import json, sys, warnings, logging
warnings.simplefilter("ignore")  # the peer's own, none of ours
logging.disable(logging.CRITICAL)
import numpy as np
import pandapower as pp
import pandapower.networks as networks
asked = json.loads(sys.stdin.read())

def answer(**values):
    plain = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}
    print("PEER-ANSWER " + json.dumps(plain))

def solved(name):
    net = getattr(networks, name)()
    pp.rundcpp(net, numba=False)
    return net
"""

CASES = """
from pandapower.pypower.makeLODF import makeLODF
from pandapower.pypower.makePTDF import makePTDF
np.seterr(all="ignore")
found = {}
for name in asked["names"]:
    ppc = solved(name)._ppc
    found[name] = {k: np.real(ppc[k]).astype(float).tolist() for k in ("bus", "branch", "gen")}
    found[name]["base_mva"] = float(ppc["baseMVA"])
    if asked["factors"]:
        ptdf = np.real(makePTDF(ppc["baseMVA"], ppc["bus"], ppc["branch"]))
        lodf = np.real(makeLODF(ppc["branch"], ptdf.copy()))
        found[name] |= {"ptdf": ptdf.tolist(), "lodf": np.nan_to_num(lodf).tolist()}
answer(**found)
"""


def ask(script, **asked):
    """What `script` answers; the test is skipped where the peers' environment is not there."""
    if not PYTHON.exists():
        pytest.skip("no peers' environment: python3 -m venv .venv-peers, pandapower in it")
    return run_script(script, **asked)


def run_script(script, **asked):
    done = subprocess.run(
        [PYTHON, "-c", START + script],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    assert done.returncode == 0, done.stderr
    assert answers, done.stdout + done.stderr
    return json.loads(answers[-1].removeprefix(MARK))


def is_there():
    return PYTHON.exists()


@cache
def peer_case(name):
    """A case that the peer ships; buses, branches and generators are named by position."""
    return _network(ask(CASES, names=[name], factors=False)[name])


@cache
def peer_answers(*names):
    """Name to (Network, flows, PTDF, LODF) that the peer found, in one process for all."""
    found = ask(CASES, names=names, factors=True)
    return {
        name: (
            _network(case),
            np.array(case["branch"])[:, 13],
            np.array(case["ptdf"]),
            np.array(case["lodf"]),
        )
        for name, case in found.items()
    }


def _network(case):
    bus, branch, gen = (np.array(case[k]) for k in ("bus", "branch", "gen"))
    return network_of_ppc(case["base_mva"], bus, branch, gen)


def network_of_ppc(base_mva, bus, branch, gen):
    """The common form of arrays in the columns of MATPOWER (manual, tables B-1 to B-3)."""
    names = [f"b{int(number)}" for number in bus[:, 0]]
    is_slack = bus[:, 1] == 3
    buses = pd.DataFrame(
        {
            "name": names,
            "kv": np.where(bus[:, 9] > 0, bus[:, 9], np.nan),
            "lat": np.nan,
            "lon": np.nan,
            "area": "",
            "load_mw": bus[:, 2] + bus[:, 4],
            "is_slack": is_slack,
            "in_service": bus[:, 1] != 4,
        },
        index=pd.Index(names, name="bus"),
    )[list(BUS_COLUMNS)]
    return Network(base_mva, buses, _branches(branch, buses), _generators(gen), CREDIT)


def _branches(branch, buses):
    ends = [[f"b{int(number)}" for number in branch[:, column]] for column in (0, 1)]
    kv = [buses["kv"].reindex(end).to_numpy() for end in ends]
    ratio, shift = branch[:, 8], branch[:, 9]
    is_line = ((ratio == 0) | (ratio == 1)) & (shift == 0) & (kv[0] == kv[1])
    names = [f"l{i}" for i in range(len(branch))]
    return pd.DataFrame(
        {
            "name": names,
            "from_bus": ends[0],
            "to_bus": ends[1],
            "kind": np.where(is_line, "line", "transformer"),
            "x_pu": branch[:, 3],
            "ratio": np.where(ratio == 0, 1.0, ratio),
            "shift_deg": shift,
            "rating_mw": np.where(branch[:, 5] > 0, branch[:, 5], np.nan),
            "km": np.nan,
            "in_service": branch[:, 10] == 1,
        },
        index=pd.Index(names, name="branch"),
    )[list(BRANCH_COLUMNS)]


def _generators(gen):
    names = [f"g{i}" for i in range(len(gen))]
    return pd.DataFrame(
        {
            "name": names,
            "bus": [f"b{int(number)}" for number in gen[:, 0]],
            "p_mw": gen[:, 1],
            "min_mw": np.nan,
            "max_mw": np.nan,
            "cost_per_mwh": np.nan,
            "in_service": gen[:, 7] > 0,
        },
        index=pd.Index(names, name="generator"),
    )[list(GENERATOR_COLUMNS)]


def seconds_of(do):
    """(Wall-clock seconds, result) of a call."""
    start = time.perf_counter()
    result = do()
    return time.perf_counter() - start, result
