"""Hosting capacity the slow way: take branches out, solve the angles, bisect the load."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.made_networks import line, network

TOP_MW = 4096.0


def random_case_network(seed, *, radial=True, rating=(60.0, 400.0)):
    """A connected network with parallel lines, phase shifts, and generators of known limits."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 7))
    names = [f"n{i}" for i in range(size)]
    makes = [i == 0 or rng.random() < 0.5 for i in range(size)]
    buses = [
        {"bus": b, "load_mw": float(rng.uniform(0, 40)), "is_slack": i == 0}
        for i, b in enumerate(names)
    ]
    generators = [
        {"generator": f"g{i}", "bus": names[i], "p_mw": float(rng.uniform(0, 40)),
         "max_mw": float(rng.uniform(150, 400))}
        for i in range(size) if makes[i]
    ]  # fmt: skip
    pairs = [(int(rng.integers(0, i)), i) for i in range(1, size)]
    if not radial:
        pairs = [(i, (i + 1) % size) for i in range(size)]
    for _ in range(int(rng.integers(1, size + 2))):
        pairs.append(tuple(int(i) for i in rng.choice(size, size=2, replace=False)))
    branches = [
        line(f"l{k}", names[a], names[b], x_pu=float(rng.uniform(0.02, 0.3)),
             rating_mw=float(rng.uniform(*rating)) if rng.random() < 0.9 else float("nan"),
             shift_deg=float(rng.uniform(-1, 1)) if rng.random() < 0.2 else 0.0)
        for k, (a, b) in enumerate(pairs)
    ]  # fmt: skip
    return network(buses, branches, generators)


def two_buses(*ratings_mw, load_mw=40.0, max_mw=500.0, x_pu=()):
    lines = [
        line(f"l{i}", "a", "b", rating_mw=r, x_pu=(x_pu or [0.1] * 9)[i])
        for i, r in enumerate(ratings_mw)
    ]
    return network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": load_mw}],
        lines,
        [{"generator": "g", "bus": "a", "p_mw": load_mw, "max_mw": max_mw}],
    )


def two_sources():
    """A chain a - b - c: sources at both ends, 20 and 60 MW of room, 200 and 100 MW maximum."""
    return network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 220.0}, {"bus": "c"}],
        [line("ab", "a", "b", rating_mw=190.0), line("bc", "b", "c", rating_mw=90.0)],
        [
            {"generator": "ga", "bus": "a", "p_mw": 180.0, "max_mw": 200.0},
            {"generator": "gc", "bus": "c", "p_mw": 40.0, "max_mw": 100.0},
        ],
    )


def mesh(rows, columns):
    rng = np.random.default_rng(3)
    names = [[f"n{r}_{c}" for c in range(columns)] for r in range(rows)]
    buses = [{"bus": b, "load_mw": 1.0, "is_slack": b == "n0_0"} for row in names for b in row]
    ends = [(names[r][c], names[r][c + 1]) for r in range(rows) for c in range(columns - 1)]
    ends += [(names[r][c], names[r + 1][c]) for r in range(rows - 1) for c in range(columns)]
    lines = [
        line(
            f"l{i}", a, b, x_pu=float(rng.uniform(0.05, 0.2)), rating_mw=float(rng.uniform(95, 200))
        )
        for i, (a, b) in enumerate(ends)
    ]
    return network(buses, lines, [{"generator": "g", "bus": "n0_0", "p_mw": 90.0}])


def with_loads(case, loads_mw):
    """Injections with new loads {node: MW}, met by the rule."""
    injection = case.injection_mw.copy()
    for node, mw in loads_mw.items():
        here = case.grid.island == case.grid.island[node]
        injection[node] -= mw
        injection[here] += mw * case.balancing.share[here]
    return injection


def flows(case, injection_mw, out=None):
    """Flows without branch `out`; NaN at nodes' branches off supply. Own angles, no factors."""
    grid = case.grid
    on = np.ones(len(grid.branches), bool)
    injection = balanced(grid, injection_mw)
    live = np.ones(len(grid.buses), bool)
    if out is not None:
        on[out] = False
        live = living(case, out)
        if not live.all():
            rest = live & (grid.island == grid.island[grid.from_bus[out]])
            share = np.where(rest, case.balancing.share, 0)
            if share.sum() < 1e-9:
                share = np.where(rest, case.generators.supply_mw(len(rest)), 0)
            injection = np.where(live, injection, 0.0)
            injection -= share / share.sum() * injection[rest].sum()
        if not live[grid.from_bus[out]] and not live[grid.to_bus[out]]:
            live[:] = False
    on &= live[grid.from_bus] & live[grid.to_bus]
    return angles_to_flows(grid, injection, on)


def angles_to_flows(grid, injection, on):
    ends = np.zeros((len(grid.branches), len(grid.buses)))
    ends[np.arange(len(ends)), grid.from_bus] += 1
    ends[np.arange(len(ends)), grid.to_bus] -= 1
    b = np.where(on, grid.susceptance_mw, 0.0)
    source = injection + ends.T @ (b * grid.shift_rad)
    angle = np.linalg.pinv(ends.T @ (b[:, None] * ends)) @ source
    return b * (ends @ angle - grid.shift_rad)


def balanced(grid, injection_mw):
    left = np.array([injection_mw[grid.island == i].sum() for i in grid.island])
    return injection_mw - grid.slack_share * left


def living(case, out):
    """Nodes on supply without a branch, by the stated rule, from the graph alone."""
    grid = case.grid
    keep = np.arange(len(grid.branches)) != out
    size = len(grid.buses)
    graph = coo_array(
        (np.ones(keep.sum()), (grid.from_bus[keep], grid.to_bus[keep])), shape=(size, size)
    )
    _, part = connected_components(graph, directed=False)
    a, b = part[grid.from_bus[out]], part[grid.to_bus[out]]
    live = np.ones(size, bool)
    if a != b:
        source = case.balancing.share + case.generators.supply_mw(size)
        rank = [
            ((source[part == p] > 0).any(), (part == p).sum(),
             round(case.balancing.share[part == p].sum(), 9)) for p in (a, b)
        ]  # fmt: skip
        live[part == (a if rank[0] < rank[1] else b)] = False
    return live


def overloaded(case, injection_mw, *, security):
    """Largest flow above its rating, over all outages. [MW]"""
    over = []
    for out in [None, *range(len(case.grid.branches))] if security == "n1" else [None]:
        over.append(np.nanmax(np.abs(flows(case, injection_mw, out)) - case.rating_mw))
    return max(over)


def cut_off(case, node):
    return not all(living(case, out)[node] for out in range(len(case.grid.branches)))


def capacity(case, node, *, security):
    """Largest load at a node by bisection; the base must bear its own load."""
    if security == "n1" and cut_off(case, node):
        return 0.0
    low, high = 0.0, min(TOP_MW, float(case.balancing.most_mw[node]))

    states = [None, *range(len(case.grid.branches))] if security == "n1" else [None]
    at_zero = [flows(case, case.injection_mw, out) for out in states]
    at_one = [flows(case, with_loads(case, {node: 1.0}), out) for out in states]

    def holds(mw):
        after = [zero + mw * (one - zero) for zero, one in zip(at_zero, at_one, strict=True)]
        return all((np.abs(flow) <= case.rating_mw + 1e-7).all() for flow in after)

    if holds(high):
        return high
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def all_rows(case, node_of_x, *, security, start=None):
    """Matrix and flows at zero of every rated branch in every state, by removing branches.

    `node_of_x` lists (node, sign): +1 for a generator, -1 for a load. `start` is what is there at
    zero: the loads, without any generator, when left out.
    """
    grid, g = case.grid, case.generators
    if start is None:
        start = case.injection_mw - g.at_nodes(g.p_mw, len(grid.buses))
    states = [None, *range(len(grid.branches))] if security == "n1" else [None]
    rated = np.isfinite(case.rating_mw)
    matrix, zero, limit = [], [], []
    for out in states:
        at_zero = flows(case, start, out)[rated]
        columns = []
        for node, sign in node_of_x:
            one = start.copy()
            one[node] += sign
            columns.append(flows(case, one, out)[rated] - at_zero)
        matrix.append(np.column_stack(columns))
        zero.append(at_zero)
        limit.append(case.rating_mw[rated])
    return np.vstack(matrix), np.concatenate(zero), np.concatenate(limit)
