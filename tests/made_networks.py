"""Made networks for the tests of the electric side."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.layer import Credit
from data.network import BRANCH_COLUMNS, BUS_COLUMNS, GENERATOR_COLUMNS, Network

CREDIT = Credit("試験", "test", "CC0")
BUS = {"kv": 275.0, "lat": np.nan, "lon": np.nan, "area": "", "load_mw": 0.0, "is_slack": False}
BRANCH = {"kind": "line", "x_pu": 0.1, "ratio": 1.0, "shift_deg": 0.0, "rating_mw": 100.0}
GENERATOR = {"p_mw": 0.0, "min_mw": 0.0, "max_mw": np.nan, "cost_per_mwh": np.nan}


def network(buses, branches, generators=(), base_mva=100.0):
    """Rows as mappings; what is left out takes a plain value."""
    tables = (
        table(buses, "bus", BUS, BUS_COLUMNS),
        table(branches, "branch", BRANCH | {"km": np.nan}, BRANCH_COLUMNS),
        table(generators, "generator", GENERATOR, GENERATOR_COLUMNS),
    )
    return Network(base_mva, *tables, CREDIT)


def table(rows, key, defaults, columns):
    full = [defaults | {"in_service": True, "name": row[key]} | row for row in rows]
    return pd.DataFrame(full, columns=[key, *columns]).set_index(key)


def line(name, start, end, **values):
    return {"branch": name, "from_bus": start, "to_bus": end} | values


def ring(**values):
    """Three buses in a ring: a slack, 30 MW at b, 60 MW at c."""
    buses = [
        {"bus": "a", "is_slack": True},
        {"bus": "b", "load_mw": 30},
        {"bus": "c", "load_mw": 60},
    ]
    branches = [line("ab", "a", "b", **values), line("bc", "b", "c"), line("ac", "a", "c")]
    return network(buses, branches, [{"generator": "g", "bus": "a", "p_mw": 90.0}])


def changed(net, table, row, **values):
    """`net` with other values in one row of one table."""
    frame = getattr(net, table).copy()
    for column, value in values.items():
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = value
        frame[column] = frame[column].infer_objects()
    return replace(net, **{table: frame})


def without(net, branch):
    return changed(net, "branches", branch, in_service=False)


def random_network(seed, islands=1):
    """Connected islands with parallel branches, radial parts, taps, shifts and several slacks."""
    rng = np.random.default_rng(seed)
    buses, branches, generators = [], [], []
    for island in range(islands):
        size = int(rng.integers(2, 9))
        names = [f"n{island}_{i}" for i in range(size)]
        slacks = set(rng.choice(names, size=int(rng.integers(1, 3)), replace=size < 2))
        for name in names:
            load_mw = float(rng.uniform(0, 80))
            buses.append({"bus": name, "load_mw": load_mw, "is_slack": name in slacks})
            if rng.random() < 0.5 or name in slacks:
                max_mw = float(rng.choice([np.nan, 100.0, 300.0]))
                made = {"generator": f"g_{name}", "bus": name, "max_mw": max_mw}
                generators.append(made | {"p_mw": float(rng.uniform(0, 90))})
        pairs = [(names[int(rng.integers(0, i))], names[i]) for i in range(1, size)]
        for _ in range(int(rng.integers(0, size + 2))):
            pairs.append(tuple(rng.choice(names, size=2, replace=False)))
        for start, end in pairs:
            branches.append(line(f"l{len(branches)}", start, end, **random_values(rng)))
    return network(buses, branches, generators)


def random_values(rng):
    kind = rng.choice(["line", "transformer"])
    x_pu = float(np.exp(rng.uniform(np.log(0.01), np.log(0.5))))
    values = {"kind": kind, "x_pu": x_pu, "rating_mw": float(rng.uniform(20, 120))}
    if kind == "transformer":
        values |= {"ratio": float(rng.uniform(0.9, 1.1)), "shift_deg": float(rng.normal(0, 5))}
    return values


def cut(grid, out):
    """`grid` without the branch at position `out`: quicker than making it anew."""
    kept = np.arange(len(grid.branches)) != out
    names = tuple(np.array(grid.branches, dtype=object)[kept])
    arrays = ("from_bus", "to_bus", "susceptance_mw", "shift_rad", "rating_mw")
    return replace(grid, branches=names, **{key: getattr(grid, key)[kept] for key in arrays})
