"""The cheapest dispatch of one year whose data centres are given: hour by hour, day by day.

No store joins one day to the next, so every day is a linear problem of its own, coupled inside by
the water of hydro; days that are alike are solved once. The arrays go straight to HiGHS.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from data.errors import InputError, Problem
from optimize.highs import SolverSettings, solve_arrays
from optimize.matrix import SCALE, Floats, Mask, Matrix
from optimize.model.cost import FLOW_PRICE_MYEN_PER_MWH
from optimize.problem import Dispatch, SiteProblem

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class YearGrid:
    """What joins the areas in one year."""

    ties: pd.DataFrame
    """Index (tie, direction); columns from_area, to_area, capacity_mw. [MW]"""
    fences_mw: pd.Series
    """Index area: largest net interchange. [MW]"""


@dataclass(frozen=True, slots=True)
class YearDispatch:
    """What runs in every slice of a year."""

    balance: pd.DataFrame
    """Index (area, slice); columns as in `optimize.plan.Plan.balance`, without prices. [MW]"""
    flows: pd.DataFrame
    """Index (tie, direction, slice); column mw. [MW]"""
    distinct_days: int
    """Linear problems solved; days that are alike share one."""


def grid_of(problem: SiteProblem, fiscal_year: int) -> YearGrid:
    """Ties and fences of one year of a problem."""
    ties, fences = problem.ties, problem.fences
    ties = ties[ties.index.get_level_values("fiscal_year") == fiscal_year]
    fences = fences[fences.index.get_level_values("fiscal_year") == fiscal_year]
    return YearGrid(ties.droplevel("fiscal_year"), fences["net_mw"].droplevel("fiscal_year"))


def redispatch(dispatch: Dispatch, grid: YearGrid, draw_mw: pd.DataFrame) -> YearDispatch:
    """Cheapest dispatch of a year for a fixed draw, without contracts, flexibility or network.

    Parameters
    ----------
    dispatch : Dispatch
        Slices of any length in any number of days: 12 typical ones, or 365 of 24 hours.
    grid : YearGrid
    draw_mw : DataFrame, index slice, columns area
        Draw of the data centres; areas left out draw nothing. [MW]

    Returns
    -------
    YearDispatch

    Raises
    ------
    InputError
        An area draws that has no demand series, or a slice has no draw.
    PlanError
        HiGHS found no optimum, or a number is missing.
    """
    drawn = _checked_draw(dispatch, draw_mw)
    able = dispatch.availability[dispatch.supply.index] * dispatch.supply["capacity_mw"]
    able.columns = dispatch.supply.index  # named levels, whatever the availability calls its own
    days = _days_of(dispatch)
    shape = _Shape.of(dispatch, grid)
    parts: dict[bytes, Floats] = {}
    values = np.empty((len(dispatch.slices), shape.width))
    hours = dispatch.slices["hours"].to_numpy(dtype=float)
    able_mw = able.to_numpy(dtype=float)
    need_mw = (dispatch.demand_mw + drawn).to_numpy(dtype=float)
    for rows in days:
        day = (hours[rows], able_mw[rows], need_mw[rows])
        key = b"|".join(part.tobytes() for part in day)
        if key not in parts:
            parts[key] = _solve_day(shape, *day)
        values[rows] = parts[key]
    balance = _balance(dispatch, shape, values, drawn, able)
    flows = _flows(dispatch, grid, values[:, shape.width - len(grid.ties) :])
    return YearDispatch(balance, flows, len(parts))


def _checked_draw(dispatch: Dispatch, draw_mw: pd.DataFrame) -> pd.DataFrame:
    """Draw of every slice and area."""
    areas, slices = dispatch.demand_mw.columns, dispatch.slices.index
    problems = [
        Problem("draw_mw", f"area {area}", "an area with a demand series")
        for area in draw_mw.columns.difference(areas)
    ]
    drawn = draw_mw.reindex(slices)
    if drawn.isna().any(axis=None):
        found = f"nothing in {int(drawn.isna().any(axis=1).sum())} slices"
        problems.append(Problem("draw_mw", found, "a draw in every slice"))
    if problems:
        raise InputError("re-dispatch", problems)
    return drawn.reindex(columns=areas, fill_value=0.0)


def _days_of(dispatch: Dispatch) -> list[Any]:
    """Positions of the slices of each day."""
    number = pd.factorize(dispatch.slices["day"])[0]
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The part of every day's arrays that is the same: units, unserved energy, ties, in a row."""

    balance: Any
    """Sparse, shape (areas, width)."""
    fences: Any
    """Sparse, shape (fenced areas, width): net import."""
    water: Any
    """Sparse, shape (units with a daily limit, width)."""
    fence_mw: Floats
    water_mwh: Floats
    cost_myen_per_mwh: Floats
    """Shape (width,)."""
    tie_mw: Floats

    @property
    def width(self) -> int:
        """Columns of one slice."""
        return len(self.cost_myen_per_mwh)

    @classmethod
    def of(cls, dispatch: Dispatch, grid: YearGrid) -> "_Shape":
        areas, supply, ties = dispatch.demand_mw.columns, dispatch.supply, grid.ties
        of_unit = areas.get_indexer(supply.index.get_level_values("area"))
        run = _ones(of_unit, len(areas))
        ends = [areas.get_indexer(pd.Index(ties[end])) for end in ("to_area", "from_area")]
        net = _ones(ends[0], len(areas)) - _ones(ends[1], len(areas))
        balance = sparse.hstack([run, sparse.eye_array(len(areas)), net], format="csr")
        empty = sparse.csr_array((len(areas), len(supply) + len(areas)))
        imports = sparse.hstack([empty, net], format="csr")
        limited = np.flatnonzero(supply["daily_energy_share"].notna())
        share = supply["daily_energy_share"].to_numpy(dtype=float)[limited]
        width = balance.shape[1]
        return cls(
            balance=balance,
            fences=imports[areas.get_indexer(grid.fences_mw.index)],
            water=_ones(limited, width).T.tocsr(),
            fence_mw=grid.fences_mw.to_numpy(dtype=float),
            water_mwh=HOURS_PER_DAY * share * supply["capacity_mw"].to_numpy(dtype=float)[limited],
            cost_myen_per_mwh=np.concatenate(
                [
                    supply["cost_myen_per_mwh"].to_numpy(dtype=float),
                    np.full(len(areas), dispatch.unserved_price_myen_per_mwh),
                    np.full(len(ties), FLOW_PRICE_MYEN_PER_MWH),
                ]
            ),
            tie_mw=ties["capacity_mw"].to_numpy(dtype=float),
        )


def _ones(rows: Any, height: int) -> Any:
    """One 1 a column in the row named; none where it is -1. Sparse, shape (height, len(rows))."""
    known = np.flatnonzero(np.asarray(rows) >= 0)
    where = (np.asarray(rows)[known], known)
    return sparse.csr_array((np.ones(len(known)), where), shape=(height, len(rows)))


def _solve_day(shape: _Shape, hours: Floats, able_mw: Floats, need_mw: Floats) -> Floats:
    """Values of one day, shape (slices, width). [MW]"""
    slices = len(hours)
    each = sparse.eye_array(slices)
    rows = sparse.vstack(
        [
            sparse.kron(each, shape.balance),
            sparse.kron(each, shape.fences),
            sparse.kron(sparse.csr_array(hours[None, :]), shape.water),
        ],
        format="csr",
    )
    fence_mw = np.tile(shape.fence_mw, slices)
    most = [able_mw, need_mw.clip(min=0.0), np.tile(shape.tie_mw, (slices, 1))]
    free = np.full(len(shape.water_mwh), np.inf)
    upper_mw = np.concatenate(most, axis=1).ravel()
    matrix = Matrix.unnamed(
        cost=np.outer(hours, shape.cost_myen_per_mwh).ravel(),
        lower=0.0 * upper_mw,
        upper=upper_mw / SCALE,
        rows=sparse.csr_array(rows),
        row_lower=np.concatenate([need_mw.ravel(), -fence_mw, -free]) / SCALE,
        row_upper=np.concatenate([need_mw.ravel(), fence_mw, shape.water_mwh]) / SCALE,
    )
    return solve_arrays(matrix, SolverSettings()).values.reshape(slices, shape.width)


def _balance(
    dispatch: Dispatch, shape: _Shape, values: Floats, drawn: pd.DataFrame, able: pd.DataFrame
) -> pd.DataFrame:
    """Supply and demand of every area and slice; the net import closes the balance."""
    slices, units = dispatch.slices.index, dispatch.supply.index
    areas = dispatch.demand_mw.columns
    index = pd.MultiIndex.from_product([areas, slices], names=["area", "slice"])
    ran = pd.DataFrame(values[:, : len(units)], index=slices, columns=units)
    supply: Any = ran.T.rename_axis(columns="slice").stack().unstack("tech")
    supply = supply.reindex(index)
    unserved = values[:, len(units) : len(units) + len(areas)].T.ravel()
    demand = dispatch.demand_mw.reindex(slices).to_numpy(dtype=float).T.ravel()
    draw = drawn.to_numpy(dtype=float).T.ravel()
    unused = (able - ran).loc[:, _of_weather(dispatch)].T.groupby(level="area").sum().reindex(areas)
    return supply.add_suffix("_mw").assign(
        unserved_mw=unserved,
        demand_mw=demand,
        draw_mw=draw,
        net_import_mw=demand + draw - supply.sum(axis=1) - unserved,
        curtailed_mw=unused.fillna(0.0).to_numpy(dtype=float).ravel(),
    )


def _of_weather(dispatch: Dispatch) -> Mask:
    """Whether a unit burns nothing and changes with the weather, shape (units,): sun and wind."""
    share = dispatch.availability[dispatch.supply.index].to_numpy(dtype=float)
    free = dispatch.supply["cost_myen_per_mwh"].to_numpy(dtype=float) == 0
    varies: Mask = share.max(axis=0) > share.min(axis=0)
    return varies & free


def _flows(dispatch: Dispatch, grid: YearGrid, values: Floats) -> pd.DataFrame:
    """Power sent over every tie in each direction."""
    keys = [(*tie, t) for tie in grid.ties.index for t in dispatch.slices.index]
    names = ["tie", "direction", "slice"]
    if not keys:
        index = pd.MultiIndex.from_arrays([[], [], []], names=names)
    else:
        index = pd.MultiIndex.from_tuples(keys, names=names)
    return pd.DataFrame({"mw": values.T.ravel()}, index=index)
