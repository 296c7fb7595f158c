"""Injections at the nodes of a network and the rows that keep its branches within their rating.

  respect_network  |flow[b] after outage o| <= rating[b]       for each b, o (or none), place, year

with flow = (ptdf[b] + lodf[b,o] ptdf[o]) injection. A place is a stress case or a slice. Rows are
made straight from the compiled columns, for there are far more of them than ever bind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from data.errors import Clash, InfeasibleError
from optimize.matrix import SCALE, Floats, Matrix
from optimize.model.contracts import own_supply
from optimize.model.dispatch import draw_shares
from optimize.model.terms import by_key, total
from optimize.model.ties import ties_by_year
from optimize.nodal import NodalGrid
from optimize.problem import Dispatch, SiteProblem

LIMIT = "respect_network"
SMALLEST_FACTOR = 1e-9
"""Smaller coefficients are noise of the factors, and HiGHS drops them."""

SMALLEST_OVERLOAD_MW = 1e-3
"""A flow nobody can change may be off by rounding. [MW]"""

Place = tuple[str, int]
"""Stress case or slice, and fiscal year."""
NodeTerm = tuple[str, float, Any]
"""Node, MW put in there per unit, variable."""
Row = tuple[int, int, int]
"""Positions of branch, outage (-1: none) and place."""


@dataclass(frozen=True, slots=True)
class Injections:
    """Injection of every place as an affine function of the columns of a matrix."""

    places: tuple[Place, ...]
    constant_mw: Floats
    """Shape (places, nodes)."""
    per_column: tuple[Any, ...]
    """Each place: sparse array, shape (nodes, columns), MW per unit of the model's variable."""

    def at(self, values: Floats) -> Floats:
        """Injections of a solution in model units, shape (places, nodes). [MW]"""
        moved = np.array([part @ values for part in self.per_column])
        return np.asarray(self.constant_mw + moved.reshape(self.constant_mw.shape))


def declare_nodal(model: pyo.ConcreteModel, problem: SiteProblem, grid: NodalGrid) -> None:
    """Split what training moves in an area over its sites; it matters where on the network."""
    sites = problem.sites.index[problem.sites["area"].isin(grid.areas)].tolist()
    places = (model.SHIFTING, model.YEARS, model.SLICES)
    most_mw = _most_shift_mw(problem)
    model.site_shift_mw = pyo.Var(
        sites, *places, bounds=lambda _, s, w, y, t: (-most_mw[s], most_mw[s])
    )
    if not sites or not len(model.SHIFTING) or problem.dispatch is None:
        return
    area = problem.sites["area"].to_dict()
    members = {a: [s for s in sites if area[s] == a] for a in grid.areas}

    def summed(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        parts = [(1.0, model.site_shift_mw[s, w, y, t]) for s in members[a]]
        return total([*parts, (-1.0, model.shift_mw[a, w, y, t])]) == 0

    with_sites = [a for a in grid.areas if members[a]]
    model.sum_of_shift = pyo.Constraint(with_sites, *places, rule=summed)
    _bound_site_shift(model, problem, problem.dispatch, sites)


def _most_shift_mw(problem: SiteProblem) -> dict[str, float]:
    """No site moves more than it can draw: its contract covers the peak of its servers. [MW]"""
    per_contract = (problem.sites["pue_annual"] / problem.sites["pue_peak"]).clip(lower=1.0)
    return by_key(problem.sites["max_mw"] * per_contract)


def _bound_site_shift(
    model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch, sites: list[str]
) -> None:
    """Each site moves at most its own flexible share and takes it back within the day."""
    shift, share = by_key(problem.workloads["shift_share"]), draw_shares(dispatch)
    days = dispatch.slices.groupby("day", sort=False).groups
    hours = by_key(dispatch.slices["hours"])
    per_it = by_key((1.0 + problem.overhead_share) * problem.sites["pue_annual"])

    def less(model: pyo.ConcreteModel, s: str, w: str, y: int, t: str) -> object:
        floor = shift[w] * share[w][t] * per_it[s]
        return model.site_shift_mw[s, w, y, t] + floor * model.it_mw[s, w, y] >= 0

    def more(model: pyo.ConcreteModel, s: str, w: str, y: int, t: str) -> object:
        room = min(shift[w] * share[w][t], 1.0 - share[w][t]) * per_it[s]
        return model.site_shift_mw[s, w, y, t] - room * model.it_mw[s, w, y] <= 0

    def returned(model: pyo.ConcreteModel, s: str, w: str, y: int, day: str) -> object:
        return total((hours[t], model.site_shift_mw[s, w, y, t]) for t in days[day]) == 0

    places = (sites, model.SHIFTING, model.YEARS)
    model.site_shift_down = pyo.Constraint(*places, model.SLICES, rule=less)
    model.site_shift_up = pyo.Constraint(*places, model.SLICES, rule=more)
    model.site_shift_within_day = pyo.Constraint(*places, list(days), rule=returned)


def read_injections(
    model: pyo.ConcreteModel, matrix: Matrix, problem: SiteProblem, grid: NodalGrid
) -> Injections:
    """Injections in terms of the columns of the compiled model."""
    column = {id(variable): i for i, variable in enumerate(matrix.variables)}
    node = {name: i for i, name in enumerate(grid.nodes)}
    places: list[Place] = [(c, y) for y in problem.years for c in grid.base_mw.index]
    constants = [grid.base_mw.loc[c].reindex(grid.nodes).fillna(0.0) for c, _ in places]
    terms = [list(_case_terms(model, grid, place)) for place in places]
    if problem.dispatch is not None and grid.areas:
        for y in problem.years:
            for t in problem.dispatch.slices.index:
                places.append((t, y))
                constants.append(_slice_constant(problem.dispatch, grid, t))
                terms.append(list(_slice_terms(model, problem, grid, (t, y))))
    shape = (len(grid.nodes), matrix.shape[1])
    parts = tuple(_sparse(each, node, column, shape) for each in terms)
    stacked = np.array([c.to_numpy(float) for c in constants]).reshape(len(places), len(node))
    return Injections(tuple(places), stacked, parts)


def _case_terms(model: pyo.ConcreteModel, grid: NodalGrid, place: Place) -> Iterator[NodeTerm]:
    """Contract power of the sites, balanced by the nodes that pick it up."""
    case, year = place
    part = float(grid.draw_share.get(case, 1.0))
    pickup = [(n, s) for n, s in zip(grid.nodes, grid.pickup_of(case).tolist(), strict=True) if s]
    for site, at in grid.site_node.items():
        variable = model.contract_mw[site, year]
        yield str(at), -part, variable
        for node, share in pickup:
            yield node, part * share, variable


def _slice_constant(dispatch: Dispatch, grid: NodalGrid, t: str) -> Any:
    demand = dispatch.demand_mw.loc[t].reindex(grid.demand_share.index.get_level_values("area"))
    at_nodes = -grid.demand_share * demand.to_numpy(float)
    return at_nodes.groupby(level="node").sum().reindex(grid.nodes).fillna(0.0)


def _slice_terms(
    model: pyo.ConcreteModel, problem: SiteProblem, grid: NodalGrid, place: Place
) -> Iterator[NodeTerm]:
    """Supply and shed demand by share, ties at their ends, the draw of sites where they are."""
    t, y = place
    for (a, g, node), share in by_key(grid.supply_share).items():
        if (a, g, y, t) in model.supply_mw:
            yield node, float(share), model.supply_mw[a, g, y, t]
    for (a, node), share in by_key(grid.demand_share).items():
        yield node, float(share), model.unserved_mw[a, y, t]
    yield from _own_terms(model, problem, grid, place)
    for (tie, way), (start, end, _) in ties_by_year(problem)[y].items():
        for a, sign in ((start, -1.0), (end, 1.0)):
            if (tie, a) in grid.tie_node.index:
                yield grid.tie_node[tie, a], sign, model.flow_mw[tie, way, y, t]
    yield from _draw_at_nodes(model, problem, grid, place)


def _own_terms(
    model: pyo.ConcreteModel, problem: SiteProblem, grid: NodalGrid, place: Place
) -> Iterator[NodeTerm]:
    """New plants and stores under contract: where the area has such plants, else as its demand."""
    t, y = place
    own, placed = own_supply(model, problem), by_key(grid.supply_share)
    like = {a: by_key(grid.demand_share.xs(a, level="area")) for a in grid.areas if own[a]}
    for a, spread in like.items():
        for sign, variable, key in own[a]:
            same = {n: p for (*unit, n), p in placed.items() if tuple(unit) == key}
            shares = same or spread
            for node, share in shares.items():
                yield node, sign * float(share), variable[*key, y, t]


def _draw_at_nodes(
    model: pyo.ConcreteModel, problem: SiteProblem, grid: NodalGrid, place: Place
) -> Iterator[NodeTerm]:
    t, y = place
    share = draw_shares(problem.dispatch) if problem.dispatch is not None else {}
    per_it = by_key((1.0 + problem.overhead_share) * problem.sites["pue_annual"])
    area = by_key(problem.sites["area"])
    for site, at in grid.site_node.items():
        if area[site] not in grid.areas:
            continue
        for w in model.WORKLOADS:
            yield at, -share[w][t] * per_it[site], model.it_mw[site, w, y]
        for w in model.SHIFTING:
            yield at, -1.0, model.site_shift_mw[site, w, y, t]


def _sparse(
    terms: Sequence[NodeTerm], node: dict[str, int], column: dict[int, int], shape: tuple[int, int]
) -> Any:
    kept = [(node[n], column[id(v)], c) for n, c, v in terms if c]
    rows, columns, values = zip(*kept, strict=True) if kept else ((), (), ())
    return sparse.csr_array((np.array(values, float), (rows, columns)), shape=shape)


def every_row(grid: NodalGrid, injections: Injections) -> list[Row]:
    """All rows of the full model: each rated branch, without and with each screened outage."""
    rated = np.flatnonzero(np.isfinite(grid.rating_mw)).tolist()
    outages = grid.screened.tolist()
    return [
        (b, o, p)
        for p in range(len(injections.places))
        for b in rated
        for o in (-1, *outages)
        if b != o
    ]


def add_rows(
    matrix: Matrix, grid: NodalGrid, injections: Injections, rows: Sequence[Row]
) -> Matrix:
    """Return the matrix with these limits of the network at its end.

    Raises
    ------
    InfeasibleError
        A branch is overloaded whatever is decided: the base case itself does not hold.
    """
    if not rows:
        return matrix
    lines, lowest, highest = [], [], []
    for row in rows:
        line, constant = _line(grid, injections, row)
        lines.append(line)
        lowest.append(-grid.rating_mw[row[0]] - constant)
        highest.append(grid.rating_mw[row[0]] - constant)
    stacked = sparse.csr_array(np.array(lines))
    _refuse_hopeless(grid, injections, rows, (stacked, np.array(lowest), np.array(highest)))
    scaled = sparse.csr_array(stacked @ sparse.diags_array(matrix.column_scale / SCALE))
    return replace(
        matrix,
        rows=sparse.csr_array(sparse.vstack([matrix.rows, scaled])),
        row_lower=np.concatenate([matrix.row_lower, np.array(lowest) / SCALE]),
        row_upper=np.concatenate([matrix.row_upper, np.array(highest) / SCALE]),
        row_names=np.concatenate([matrix.row_names, np.full(len(rows), LIMIT)]),
        row_keys=[*matrix.row_keys, *(name_row(grid, injections, row) for row in rows)],
        row_scale=np.concatenate([matrix.row_scale, np.full(len(rows), SCALE)]),
    )


def _line(grid: NodalGrid, injections: Injections, row: Row) -> tuple[Floats, float]:
    """Coefficients of all columns and the constant part of one flow. [MW]"""
    b, o, p = row
    weights, constant = grid.ptdf[b], 0.0 if grid.base_flow_mw is None else grid.base_flow_mw[b]
    if o >= 0:
        taken = grid.lodf[b, o]
        weights = weights + taken * grid.ptdf[o]
        constant += 0.0 if grid.base_flow_mw is None else taken * grid.base_flow_mw[o]
    line = np.asarray(injections.per_column[p].T @ weights)
    line[np.abs(line) < SMALLEST_FACTOR] = 0.0
    return line, float(constant + weights @ injections.constant_mw[p])


def name_row(grid: NodalGrid, injections: Injections, row: Row) -> tuple[str, str, str, int]:
    """Branch, outage ("" for none), case or slice, and year of a row."""
    b, o, p = row
    return (grid.branches[b], grid.branches[o] if o >= 0 else "", *injections.places[p])


def _refuse_hopeless(
    grid: NodalGrid, injections: Injections, rows: Sequence[Row], parts: tuple[Any, Floats, Floats]
) -> None:
    lines, lowest, highest = parts
    over = np.maximum(lowest, -highest)
    hopeless = (np.diff(lines.indptr) == 0) & (over > SMALLEST_OVERLOAD_MW)
    if hopeless.any():
        clashes = [
            clash_of(name_row(grid, injections, rows[i]), float(over[i]))
            for i in np.flatnonzero(hopeless).tolist()
        ]
        raise InfeasibleError("The network is overloaded whatever is decided.", clashes)


def clash_of(name: tuple[str, str, str, int], over_mw: float) -> Clash:
    """One overload in words."""
    branch, outage, place, year = name
    when = f" after the outage of {outage}" if outage else ""
    return Clash("network rating", f"{branch}{when}, {place}, {year}", over_mw, "MW")
