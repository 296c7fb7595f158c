"""Capacitated facility location: the siting model with assignment and fixed costs alone."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.errors import Clash, InfeasibleError, InputError, Problem
from optimize.plan import Plan, choose_sites
from optimize.problem import SiteProblem
from optimize.solve import SolverSettings

YEAR = 2026
"""One year that stands for the whole question; its number has no meaning."""

PLAIN_SITE = {
    "area": "all",
    "seismic_zone": "",
    "min_mw": 0.0,
    "first_fiscal_year": YEAR,
    "pue_peak": 1.0,
    "pue_annual": 1.0,
    "coincidence_share": 1.0,
}
"""A site without any limit but its size: one unit of demand takes one unit of capacity."""

WORKLOAD = {
    "kind": "it_mw",
    "latency_bound": True,
    "shift_share": 0.0,
    "shortfall_price_myen": math.nan,
}

LARGEST_DEMAND_MW = 1000.0
LARGEST_COST_MYEN = 1000.0
"""Demand and money are stated in units that make the largest of each one GW, one billion yen:
what HiGHS takes for zero is then the same share of every problem."""


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """Which facilities open and whom they serve, proven within the gap.

    Attributes
    ----------
    open_sites : Index
        Sites that open, in the order of the site table.
    assignment : DataFrame, index (site, point)
        amount (in the unit of demand), share of the point's demand [-], cost; served pairs only.
    cost : float
        Fixed cost of the open sites plus the cost of serving, in the unit of the input.
    bound : float
        No solution can cost less.
    gap_share : float
        (cost - bound) / cost. [-]
    """

    open_sites: pd.Index
    assignment: pd.DataFrame
    cost: float
    bound: float
    gap_share: float


def choose_facilities(
    sites: pd.DataFrame,
    demand: pd.Series,
    cost: pd.DataFrame,
    *,
    settings: SolverSettings | None = None,
) -> FacilityPlan:
    """Open facilities and serve every point at least cost; a point may be served by several.

    The model, the textbook one in its strong form::

        minimise    sum_s fixed_cost[s] open[s] + sum_{s,p} cost[s,p] amount[s,p]
        subject to  sum_s amount[s,p]  = demand[p]                for each p
                    sum_p amount[s,p] <= capacity[s] open[s]      for each s
                    amount[s,p] <= demand[p] open[s]              for each s, p

    Parameters
    ----------
    sites : DataFrame, index site
        fixed_cost of opening, capacity in the unit of demand (infinite: no limit).
    demand : Series, index point
        Amount that each point needs.
    cost : DataFrame, index site, columns point
        Cost of serving ONE UNIT of the point's demand; NaN where a site cannot serve a point.
        Published instances often give the cost of the whole demand: pass
        ``whole_cost / demand`` (columns are divided by point).
    settings : SolverSettings, optional
        Without it the gap is one part in ten million.

    Returns
    -------
    FacilityPlan

    Raises
    ------
    InputError
        The tables do not fit together.
    InfeasibleError
        The capacity that can reach the points is too small.
    PlanError
        The gap was not proven in time.

    Examples
    --------
    >>> sites = pd.DataFrame({"fixed_cost": [10.0, 4.0], "capacity": [9.0, 3.0]}, index=["a", "b"])
    >>> demand = pd.Series([2.0, 3.0], index=["x", "y"])
    >>> cost = pd.DataFrame([[1.0, 1.0], [2.0, 2.0]], index=["a", "b"], columns=["x", "y"])
    >>> plan = choose_facilities(sites, demand, cost)
    >>> list(plan.open_sites), round(plan.cost, 6)
    (['a'], 15.0)
    """
    problems = _find_problems(sites, demand, cost)
    if problems:
        raise InputError("facility tables", problems)
    missing = float(demand.sum() - sites["capacity"].sum())
    if missing > 0:
        clash = Clash("sites.capacity", "all sites together", missing, "units of demand")
        raise InfeasibleError("No facilities can serve every point.", [clash])
    cost = cost.loc[sites.index, demand.index]
    units = _units(sites, demand, cost)
    problem = _as_problem(sites, demand, cost, units=units)
    plan = choose_sites(problem, settings or SolverSettings(gap_share=1e-7))
    return _read(plan, sites, cost, units=units)


@dataclass(frozen=True, slots=True)
class _Units:
    """The caller's units in one MW and one M¥ of the model."""

    amount: float
    money: float


def _units(sites: pd.DataFrame, demand: pd.Series, cost: pd.DataFrame) -> _Units:
    whole = float((cost.fillna(0.0).to_numpy() * demand.to_numpy()).max())
    dearest = max(float(sites["fixed_cost"].max()), whole)
    return _Units(
        amount=float(demand.max()) / LARGEST_DEMAND_MW or 1.0,
        money=dearest / LARGEST_COST_MYEN or 1.0,
    )


def _find_problems(sites: pd.DataFrame, demand: pd.Series, cost: pd.DataFrame) -> list[Problem]:
    found = []
    for name, keys in {"sites": sites.index, "demand": demand.index}.items():
        if keys.has_duplicates or keys.empty:
            found.append(Problem(name, "keys twice or none", "each key once, at least one"))
    if set(cost.index) != set(sites.index) or set(cost.columns) != set(demand.index):
        found.append(Problem("cost", "other keys", "a row for each site, a column for each point"))
    numbers = {
        "sites.fixed_cost": sites["fixed_cost"],
        "sites.capacity": sites["capacity"],
        "demand": demand,
    }
    for name, column in numbers.items():
        for key in column.index[~(column >= 0)]:
            found.append(Problem(f"{name}[{key}]", str(column[key]), "a number from 0 up"))
    return found


def _as_problem(
    sites: pd.DataFrame, demand: pd.Series, cost: pd.DataFrame, *, units: _Units
) -> SiteProblem:
    """One year, no typical days: only assignment, capacity and fixed cost are left."""
    keys, points = _keys("site", len(sites)), _keys("point", len(demand))
    capacity = sites["capacity"].clip(upper=demand.sum()).to_numpy() / units.amount
    fixed = sites["fixed_cost"].to_numpy() / units.money
    pairs: Any = pd.DataFrame(cost.to_numpy().T, index=points, columns=keys).stack()
    pairs = (pairs * units.amount / units.money).dropna().rename_axis(["metro", "site"])
    return SiteProblem(
        years=(YEAR,),
        sites=pd.DataFrame(PLAIN_SITE | {"max_mw": capacity, "ramp_mw_per_year": capacity}, keys),
        costs=pd.DataFrame(
            {"fixed_myen_per_year": fixed, "per_mw_myen_per_year": 0.0},
            index=pd.MultiIndex.from_product([keys, ["fixed"]], names=["site", "item"]),
        ),
        workloads=pd.DataFrame(WORKLOAD, index=pd.Index(["demand"], name="workload")),
        demand=_of_year(pd.Series([demand.sum()], index=["demand"]), "workload") / units.amount,
        metros=_of_year(demand.set_axis(points), "metro").to_frame("it_mw") / units.amount,
        pairs=pairs.to_frame("myen_per_mw_year"),
        tight_assignment=True,
    )


def _keys(kind: str, count: int) -> pd.Index:
    """Keys of our own: those of the caller may be numbers, which the model takes for years."""
    return pd.Index([f"{kind} {i}" for i in range(count)], name=kind)


def _of_year(column: pd.Series, name: str) -> pd.Series:
    index = pd.MultiIndex.from_product([column.index, [YEAR]], names=[name, "fiscal_year"])
    return pd.Series(column.to_numpy(float), index=index)


def _read(plan: Plan, sites: pd.DataFrame, cost: pd.DataFrame, *, units: _Units) -> FacilityPlan:
    """Back to the caller's keys and units; the cost is added up from the tables."""
    keys, points = _keys("site", len(sites)), _keys("point", len(cost.columns))
    serve: Any = plan.serve["it_mw"]
    served = serve.droplevel("fiscal_year").unstack("metro")
    amount: Any = served.reindex(index=keys, columns=points).fillna(0.0) * units.amount
    amount.index, amount.columns = cost.index.rename("site"), cost.columns.rename("point")
    parts = {"amount": amount, "share": amount / amount.sum()}
    parts["cost"] = amount * cost.fillna(0.0).to_numpy()
    table = pd.DataFrame({name: part.stack() for name, part in parts.items()})
    table = table[table["amount"] > 0]
    built = plan.sites["built"].droplevel("fiscal_year").reindex(keys)
    opened = sites.index[built.to_numpy(bool)]
    return FacilityPlan(
        open_sites=opened,
        assignment=table,
        cost=float(table["cost"].sum() + sites.loc[opened, "fixed_cost"].sum()),
        bound=plan.record.bound_myen * units.money,
        gap_share=plan.record.gap_share,
    )
