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
    """Flows without branch `out`; 0 on branches off supply. Own angles, no factors."""
    grid = case.grid
    on = np.ones(len(grid.branches), bool)
    injection = balanced(grid, injection_mw)
    if out is not None:
        on[out] = False
        live = living(case, out)
        injection = np.where(live, injection, 0.0)
        injection -= made_up(case, injection, out)
        on &= live[grid.from_bus] & live[grid.to_bus]
    return angles_to_flows(grid, injection, on)


def made_up(case, injection, out):
    """What each node makes less after an outage, so that each part that lives balances."""
    less = np.zeros(len(injection))
    live, part = living(case, out), parts_without(case.grid, out)
    for label in set(part[live]):
        inside = part == label
        sizes = (
            case.balancing.share,
            case.generators.supply_mw(len(inside)),
            case.grid.slack_share,
        )
        share = next(np.where(inside, s, 0) for s in sizes if s[inside].sum() > 1e-9)
        less += share / share.sum() * injection[inside].sum()
    return less


def beyond_mw(case, injection_mw, made_mw):
    """What each maker makes beyond its maximum after each islanding outage; straight in both."""
    g, nodes = case.generators, len(case.grid.buses)
    has_one = np.bincount(g.node, minlength=nodes) > 0
    most_mw = np.where(has_one, g.at_nodes(g.max_mw, nodes), np.inf)
    beyond = []
    for out in islanding(case.grid):
        live = living(case, out)
        injection = np.where(live, balanced(case.grid, injection_mw), 0.0)
        after_mw = made_mw - made_up(case, injection, out) - most_mw
        makes = made_up(case, np.where(live, 1.0, 0.0), out) > 0
        beyond.append(np.where(makes & np.isfinite(after_mw), after_mw, -1e9))
    return np.array(beyond)


def islanding(grid):
    whole = len(set(grid.island.tolist()))
    return [k for k in range(len(grid.branches)) if len(set(parts_without(grid, k))) > whole]


def made_at_set_points(case):
    """What each node makes before any load is added, the slack's left-over included."""
    g, nodes = case.generators, len(case.grid.buses)
    made = g.at_nodes(g.p_mw, nodes)
    return made + balanced(case.grid, case.injection_mw) - case.injection_mw


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


def parts_without(grid, out):
    """Label of the connected part of each node without a branch."""
    keep = np.arange(len(grid.branches)) != out
    size = len(grid.buses)
    graph = coo_array(
        (np.ones(keep.sum()), (grid.from_bus[keep], grid.to_bus[keep])), shape=(size, size)
    )
    return connected_components(graph, directed=False)[1]


def living(case, out):
    """Nodes on supply without a branch, by the stated rule, from the graph alone."""
    grid, g = case.grid, case.generators
    size = len(grid.buses)
    part = parts_without(grid, out)
    a, b = part[grid.from_bus[out]], part[grid.to_bus[out]]
    live = np.ones(size, bool)
    if a == b:
        return live
    load = g.at_nodes(g.p_mw, size) - case.injection_mw
    for mine, other in ((a, b), (b, a)):
        more = served_mw(case, part == mine, load) - served_mw(case, part == other, load)
        if not (grid.slack_share[part == mine].any() or more > 1e-6):
            live[part == mine] = False
    return live


def served_mw(case, inside, load_mw):
    load = max(load_mw[inside].sum(), 0.0)
    supply = case.generators.supply_mw(len(inside))[inside].sum()
    return load if case.grid.slack_share[inside].any() else min(load, supply)


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

    here = case.grid.island == case.grid.island[node]
    made_mw, share = made_at_set_points(case), np.where(here, case.balancing.share, 0.0)
    short = [
        beyond_mw(case, with_loads(case, {node: mw}), made_mw + mw * share) for mw in (0.0, 1.0)
    ]

    def holds(mw):
        after = [zero + mw * (one - zero) for zero, one in zip(at_zero, at_one, strict=True)]
        if not all((np.abs(flow) <= case.rating_mw + 1e-7).all() for flow in after):
            return False
        if security == "n0":
            return True
        # a side on which there is no new load may fall short without it: that stops nothing here
        grows = (short[1] - short[0]) > 1e-9
        return not (grows & (short[0] + mw * (short[1] - short[0]) > 1e-7)).any()

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


def reserve_rows(case, at):
    """What makers make after islanding outages: matrix and limits of (node, sign) as `all_rows`."""
    g, grid = case.generators, case.grid
    size = len(grid.buses)
    has_one = np.bincount(g.node, minlength=size) > 0
    most = np.where(has_one, g.at_nodes(g.max_mw, size), np.inf)
    load = g.at_nodes(g.p_mw, size) - case.injection_mw
    matrix, limit = [np.zeros((0, len(at)))], [np.zeros(0)]
    for out in islanding(grid):
        live = living(case, out)
        columns = []
        for node, sign in at:
            one = np.zeros(size)
            one[node] = sign if live[node] else 0.0
            columns.append(np.maximum(one, 0.0) - made_up(case, one, out))
        held = np.isfinite(most) & (made_up(case, np.where(live, 1.0, 0.0), out) > 0)
        matrix.append(np.array(columns).T[held])
        limit.append((most + made_up(case, np.where(live, -load, 0.0), out))[held])
    return np.vstack(matrix), np.concatenate(limit)
