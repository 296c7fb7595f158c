"""Power by the hour: supply, transport and the draw of data centres on typical days."""

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from optimize.clean import CLEAN_DISPATCH
from optimize.model.contracts import own_supply
from optimize.model.terms import Term, by_key, total
from optimize.model.ties import limit_interchange, net_import, ties_by_year
from optimize.problem import Dispatch, SiteProblem

DISPATCH_VARIABLES = (
    "supply_mw",
    "unserved_mw",
    "flow_mw",
    "shift_mw",
    "site_shift_mw",
    "given_up_mw",
    "moved_mw",
    "route_mw",
    *CLEAN_DISPATCH,
)
"""Decisions that follow from the siting; the solver may price them out for a first guess."""


DrawShare = dict[str, dict[str, float]]
"""Workload -> slice -> share of full use."""


def declare_dispatch(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Facility power of each area and, where typical days are given, how it is supplied.

    `area_draw_mw` is facility power at full use: annual PUE times IT power with overhead; the
    draw of a slice is that times the workload's share of full use, plus what training moves.
    """
    model.area_draw_mw = pyo.Var(
        model.AREAS, model.WORKLOADS, model.YEARS, domain=pyo.NonNegativeReals
    )
    members = problem.sites.groupby("area").groups
    per_it_mw = ((1.0 + problem.overhead_share) * problem.sites["pue_annual"]).to_dict()

    def drawn(model: pyo.ConcreteModel, a: str, w: str, y: int) -> object:
        sites = [(per_it_mw[s], model.it_mw[s, w, y]) for s in members.get(a, [])]
        return total([*sites, (-1.0, model.area_draw_mw[a, w, y])]) == 0

    model.sum_of_draw = pyo.Constraint(model.AREAS, model.WORKLOADS, model.YEARS, rule=drawn)
    dispatch = problem.dispatch
    model.SLICES = pyo.Set(initialize=[] if dispatch is None else dispatch.slices.index.tolist())
    _declare_shift(model, problem)


def state_dispatch(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Supply, ties and draw balance in every area, year and slice."""
    if problem.dispatch is None:
        return
    _declare_supply(model, problem, problem.dispatch)
    _balance_power(model, problem, problem.dispatch)
    _limit_daily_energy(model, problem.dispatch)
    _shift_within_day(model, problem, problem.dispatch)
    places = [(y, t) for y in problem.years for t in model.SLICES]
    model.respect_fences = limit_interchange(model.flow_mw, problem, places)


def draw_terms(model: pyo.ConcreteModel, share: DrawShare, a: str, y: int, t: str) -> list[Term]:
    """Terms of what the data centres of area `a` draw in slice `t`. [MW]"""
    steady = [(share[w][t], model.area_draw_mw[a, w, y]) for w in model.WORKLOADS]
    moved = [(1.0, model.shift_mw[a, w, y, t]) for w in model.SHIFTING]
    moved += [(1.0, model.moved_mw[a, w, y, t]) for w in model.MOVING]
    return [*steady, *moved, *((-1.0, model.given_up_mw[a, w, y, t]) for w in model.CURTAILING)]


def draw_shares(dispatch: Dispatch) -> DrawShare:
    """Draw of each workload and slice as share of full use, for fast look-up. [-]"""
    return {str(w): by_key(column) for w, column in dispatch.draw_share.items()}


def most_draw_mw(problem: SiteProblem, dispatch: Dispatch) -> dict[str, float]:
    """Most that the data centres of each area can draw: all sites full, in the highest slice. [MW]

    Contract power covers the draw at the peak; were the annual PUE above that of the peak, the
    draw could exceed it by as much.
    """
    ratio = (problem.sites["pue_annual"] / problem.sites["pue_peak"]).clip(lower=1.0)
    highest = max(1.0, float(dispatch.draw_share.to_numpy(dtype=float).max(initial=0.0)))
    most = (problem.sites["max_mw"] * ratio).groupby(problem.sites["area"]).sum() * highest
    return {str(area): float(mw) for area, mw in most.items()}


def _declare_supply(model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch) -> None:
    capacity_mw = dispatch.supply["capacity_mw"].to_dict()
    runs = {
        unit: (dispatch.availability[unit] * capacity_mw[unit]).to_dict() for unit in capacity_mw
    }
    ties = ties_by_year(problem)
    model.UNITS = pyo.Set(dimen=2, initialize=list(capacity_mw))
    model.supply_mw = pyo.Var(
        model.UNITS,
        model.YEARS,
        model.SLICES,
        bounds=lambda _, a, g, y, t: (0.0, runs[a, g][t]),
    )
    demand_mw = {a: column.to_dict() for a, column in dispatch.demand_mw.items()}
    most_mw = problem.sites.groupby("area")["max_mw"].sum().to_dict()
    model.unserved_mw = pyo.Var(
        list(demand_mw),
        model.YEARS,
        model.SLICES,
        bounds=lambda _, a, y, t: (0.0, demand_mw[a][t] + most_mw.get(a, 0.0)),
    )
    carried = [(*tie, y, t) for y in problem.years for tie in ties[y] for t in model.SLICES]
    model.flow_mw = pyo.Var(carried, bounds=lambda _, tie, way, y, t: (0.0, ties[y][tie, way][2]))


def _balance_power(model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch) -> None:
    demand_mw = {str(a): by_key(column) for a, column in dispatch.demand_mw.items()}
    ties = ties_by_year(problem)
    share = draw_shares(dispatch)
    own = own_supply(model, problem)
    techs = defaultdict(list)
    for area, tech in dispatch.supply.index:
        techs[area].append(tech)

    def balanced(model: pyo.ConcreteModel, a: str, y: int, t: str) -> object:
        supply = [(1.0, model.supply_mw[a, g, y, t]) for g in techs[a]]
        supply += [(sign, variable[*key, y, t]) for sign, variable, key in own[a]]
        flows = net_import(model.flow_mw, ties[y], a, (y, t))
        draw = [(-part, var) for part, var in draw_terms(model, share, a, y, t)]
        return total([*supply, *flows, (1.0, model.unserved_mw[a, y, t]), *draw]) == demand_mw[a][t]

    model.balance_power = pyo.Constraint(list(demand_mw), model.YEARS, model.SLICES, rule=balanced)


def _limit_daily_energy(model: pyo.ConcreteModel, dispatch: Dispatch) -> None:
    """Hydro has water for a share of the day; pumping is not modelled."""
    share = dispatch.supply["daily_energy_share"].dropna()
    capacity_mw = dispatch.supply["capacity_mw"]
    days = dispatch.slices.groupby("day", sort=False).groups
    hours = dispatch.slices["hours"].to_dict()
    energy_mwh = {unit: 24.0 * share[unit] * capacity_mw[unit] for unit in share.index}

    def watered(model: pyo.ConcreteModel, a: str, g: str, y: int, day: str) -> object:
        run = total((hours[t], model.supply_mw[a, g, y, t]) for t in days[day])
        return run <= float(energy_mwh[a, g])

    model.limit_daily_energy = pyo.Constraint(
        list(energy_mwh), model.YEARS, list(days), rule=watered
    )


def _declare_shift(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Draw that training moves into (+) or out of (-) a slice; none without typical days."""
    shifting = problem.workloads.index[problem.workloads["shift_share"] > 0]
    model.SHIFTING = pyo.Set(initialize=shifting.tolist())
    most_mw = problem.sites.groupby("area")["max_mw"].sum().to_dict()

    def bounds(_: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> tuple[float, float]:
        return (-most_mw.get(a, 0.0), most_mw.get(a, 0.0))

    model.shift_mw = pyo.Var(model.AREAS, model.SHIFTING, model.YEARS, model.SLICES, bounds=bounds)


def _shift_within_day(model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch) -> None:
    """Moved draw returns within its day, bounded by the flexible share and by full power."""
    shift = problem.workloads["shift_share"].to_dict()
    days = dispatch.slices.groupby("day", sort=False).groups
    hours = dispatch.slices["hours"].to_dict()
    share: Any = dispatch.draw_share.at

    def less(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        floor = float(shift[w] * share[t, w])
        return model.shift_mw[a, w, y, t] + floor * model.area_draw_mw[a, w, y] >= 0

    def more(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        room = float(min(shift[w] * share[t, w], 1.0 - share[t, w]))
        return model.shift_mw[a, w, y, t] - room * model.area_draw_mw[a, w, y] <= 0

    def returned(model: pyo.ConcreteModel, a: str, w: str, y: int, day: str) -> object:
        return total((hours[t], model.shift_mw[a, w, y, t]) for t in days[day]) == 0

    places = (model.AREAS, model.SHIFTING, model.YEARS)
    model.shift_down = pyo.Constraint(*places, model.SLICES, rule=less)
    model.shift_up = pyo.Constraint(*places, model.SLICES, rule=more)
    model.shift_within_day = pyo.Constraint(*places, list(days), rule=returned)
