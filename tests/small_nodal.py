"""Networks small enough to check by taking branches out one by one."""

import numpy as np
import pandas as pd

from optimize.nodal import NodalGrid


def factors(nodes, ends, susceptance):
    """PTDF against the first node and LODF, from the textbook with dense matrices."""
    incidence = np.zeros((len(ends), nodes))
    for i, (a, b) in enumerate(ends):
        incidence[i, a], incidence[i, b] = 1.0, -1.0
    weighted = np.asarray(susceptance)[:, None] * incidence
    inner = (incidence.T @ weighted)[1:, 1:]
    ptdf = np.zeros((len(ends), nodes))
    ptdf[:, 1:] = weighted[:, 1:] @ np.linalg.inv(inner)
    lodf = np.full((len(ends), len(ends)), np.nan)
    for o, (a, b) in enumerate(ends):
        moved = ptdf[:, a] - ptdf[:, b]
        if abs(1.0 - moved[o]) > 1e-9:
            lodf[:, o] = moved / (1.0 - moved[o])
            lodf[o, o] = -1.0
    return ptdf, lodf


def flows_without(nodes, ends, susceptance, injection, out=None):
    """DC flows by angles with one branch taken out for good; NaN if the network splits."""
    kept = [i for i in range(len(ends)) if i != out]
    laplace = np.zeros((nodes, nodes))
    for i in kept:
        a, b = ends[i]
        laplace[[a, b], [a, b]] += susceptance[i]
        laplace[[a, b], [b, a]] -= susceptance[i]
    flow = np.full(len(ends), np.nan)
    if np.linalg.matrix_rank(laplace) == nodes - 1:
        angle = np.linalg.lstsq(laplace, injection, rcond=None)[0]
        for i in kept:
            a, b = ends[i]
            flow[i] = susceptance[i] * (angle[a] - angle[b])
    return flow


def ring(count, chords=()):
    return [(i, (i + 1) % count) for i in range(count)] + list(chords)


def case_grid(ends, rating_mw, sites, **changes):
    """Equal branches; site -> node number; node 0 supplies everything in the case 'peak'."""
    count = 1 + max(max(pair) for pair in ends)
    names = tuple(f"n{i}" for i in range(count))
    ptdf, lodf = factors(count, ends, changes.pop("susceptance", np.ones(len(ends))))
    pickup = changes.pop("pickup", np.eye(count)[0])
    base = changes.pop("base", {"peak": np.zeros(count)})
    return NodalGrid(
        nodes=names,
        branches=tuple(f"{a}-{b}" for a, b in ends),
        ptdf=ptdf,
        lodf=lodf,
        rating_mw=np.broadcast_to(np.asarray(rating_mw, float), (len(ends),)),
        site_node=pd.Series({s: f"n{i}" for s, i in sites.items()}, dtype="str"),
        pickup_share=pd.DataFrame([pickup], index=[""], columns=names),
        base_mw=pd.DataFrame.from_dict(base, orient="index", columns=names),
        **changes,
    )


def random_cases(seed, sites, count=6):
    """A meshed grid with a spur, two stress cases that hold with N-1, random ratings above."""
    rng = np.random.default_rng(seed)
    ends = [*ring(count - 1, [(0, 2), (1, 3)]), (2, count - 1)]
    susceptance = rng.uniform(0.5, 2.0, len(ends))
    base = {name: rng.normal(0, 20, count) for name in ("peak", "noon")}
    base = {name: mw - mw.mean() for name, mw in base.items()}
    worst = np.zeros(len(ends))
    for mw in base.values():
        for out in (None, *range(len(ends))):
            after = flows_without(count, ends, susceptance, mw, out)
            worst = np.fmax(worst, np.abs(after))
    pickup = rng.dirichlet(np.ones(count))
    at = {s: int(rng.integers(count)) for s in sites}
    rating = worst + rng.uniform(2, 40, len(ends))
    grid = case_grid(ends, rating, at, susceptance=susceptance, base=base, pickup=pickup)
    return grid, ends, susceptance


def slice_grid(seed, problem, count=5, spare=(5.0, 60.0)):
    """The areas of a random problem on one meshed grid, its tie as a DC link."""
    rng = np.random.default_rng(seed)
    ends = ring(count, [(0, 2)])
    names = tuple(f"n{i}" for i in range(count))
    ptdf, lodf = factors(count, ends, rng.uniform(0.5, 2.0, len(ends)))

    def spread(keys, levels):
        rows = {
            (*key, n): w
            for key in keys
            for n, w in zip(names, rng.dirichlet(np.ones(count)), strict=True)
        }
        index = pd.MultiIndex.from_tuples(list(rows), names=[*levels, "node"])
        return pd.Series(list(rows.values()), index=index)

    ties = problem.ties.reset_index()
    entry = {(t, a): rng.choice(names) for t in ties["tie"].unique() for a in ("north", "south")}
    index = pd.MultiIndex.from_tuples(list(entry), names=["tie", "area"])
    return NodalGrid(
        nodes=names,
        branches=tuple(f"{a}-{b}" for a, b in ends),
        ptdf=ptdf,
        lodf=lodf,
        rating_mw=rng.uniform(60, 120, len(ends)) + rng.uniform(*spare, len(ends)),
        site_node=pd.Series({s: rng.choice(names) for s in problem.sites.index}, dtype="str"),
        pickup_share=pd.DataFrame(1.0 / count, index=[""], columns=names),
        demand_share=spread([("north",), ("south",)], ["area"]),
        supply_share=spread(list(problem.dispatch.supply.index), ["area", "tech"]),
        tie_node=pd.Series(list(entry.values()), index=index),
    )
