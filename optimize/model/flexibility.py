"""Draw given up for a few hours at a price, and draw moved to servers of another area.

give_up_part       given up <= curtail_share draw share[t] full draw             for each a, w, y, t
give_up_hours      hours given up within a day, and within a year                for each a, w, y
give_up_energy     sum hours given up <= energy share sum hours draw             for each a, w, y
move_out           moved out <= move_share draw share[t] full draw               for each a, w, y, t
move_in_balance    what is moved out elsewhere is moved in, as server power      for each w, y, t
draw_within_power  0 <= draw <= full draw, whatever is shifted, moved, given up  for each a, w, y, t
"""

import math
from collections.abc import Iterator

import pyomo.environ as pyo

from optimize.flexibility import Flexibility
from optimize.model.dispatch import draw_shares, most_draw_mw
from optimize.model.terms import by_key, total
from optimize.problem import Dispatch, SiteProblem


def declare_flexibility(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """What each workload may give up or move; nothing without typical days or flexibility."""
    flexibility, dispatch = problem.flexibility, problem.dispatch
    given = flexibility is not None and dispatch is not None
    flexibility = flexibility if flexibility is not None and given else Flexibility()
    curtail, move = flexibility.curtail_share, flexibility.move_share
    model.CURTAILING = pyo.Set(initialize=curtail.index[curtail > 0].tolist())
    model.MOVING = pyo.Set(initialize=move.index[move > 0].tolist())
    if dispatch is None or not given:
        return
    most_mw = most_draw_mw(problem, dispatch)
    places = (model.YEARS, model.SLICES)
    model.given_up_mw = pyo.Var(
        model.AREAS,
        model.CURTAILING,
        *places,
        bounds=lambda _, a, w, y, t: (0.0, most_mw.get(a, 0.0)),
    )
    model.moved_mw = pyo.Var(
        model.AREAS,
        model.MOVING,
        *places,
        bounds=lambda _, a, w, y, t: (-most_mw.get(a, 0.0), most_mw.get(a, 0.0)),
    )
    _give_up(model, flexibility, dispatch)
    _limit_hours(model, flexibility, dispatch)
    _limit_energy(model, flexibility, dispatch)
    _move(model, problem, flexibility, dispatch)
    _stay_within_power(model, dispatch)


def _give_up(model: pyo.ConcreteModel, flexibility: Flexibility, dispatch: Dispatch) -> None:
    part, share = by_key(flexibility.curtail_share), draw_shares(dispatch)

    def within(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        most = (-part[w] * share[w][t], model.area_draw_mw[a, w, y])
        return total([(1.0, model.given_up_mw[a, w, y, t]), most]) <= 0

    model.give_up_part = pyo.Constraint(
        model.AREAS, model.CURTAILING, model.YEARS, model.SLICES, rule=within
    )


def _limit_hours(model: pyo.ConcreteModel, flexibility: Flexibility, dispatch: Dispatch) -> None:
    """Energy given up within a day and within a year, as hours of the whole part."""
    part, share = by_key(flexibility.curtail_share), draw_shares(dispatch)
    days = dispatch.slices.groupby("day", sort=False).groups
    by_day, by_year = by_key(dispatch.slices["hours"]), by_key(dispatch.hours_per_year())
    most_day, most_year = flexibility.curtail_hours_per_day, flexibility.curtail_hours_per_year

    def in_day(model: pyo.ConcreteModel, a: str, w: str, y: int, d: str) -> object:
        highest = max(share[w][t] for t in days[d])
        most = (-part[w] * most_day * highest, model.area_draw_mw[a, w, y])
        return total([*((by_day[t], model.given_up_mw[a, w, y, t]) for t in days[d]), most]) <= 0

    def in_year(model: pyo.ConcreteModel, a: str, w: str, y: int) -> object:
        most = (-part[w] * most_year * max(share[w].values()), model.area_draw_mw[a, w, y])
        used = ((by_year[t], model.given_up_mw[a, w, y, t]) for t in model.SLICES)
        return total([*used, most]) <= 0

    places = (model.AREAS, model.CURTAILING, model.YEARS)
    if not math.isnan(most_day):
        model.give_up_hours_a_day = pyo.Constraint(*places, list(days), rule=in_day)
    if not math.isnan(most_year):
        model.give_up_hours_a_year = pyo.Constraint(*places, rule=in_year)


def _limit_energy(model: pyo.ConcreteModel, flexibility: Flexibility, dispatch: Dispatch) -> None:
    part = flexibility.curtail_energy_share
    if math.isnan(part):
        return
    hours, share = by_key(dispatch.hours_per_year()), draw_shares(dispatch)
    full_hours = {w: sum(hours[t] * share[w][t] for t in hours) for w in model.CURTAILING}

    def within(model: pyo.ConcreteModel, a: str, w: str, y: int) -> object:
        used = [(hours[t], model.given_up_mw[a, w, y, t]) for t in model.SLICES]
        return total([*used, (-part * full_hours[w], model.area_draw_mw[a, w, y])]) <= 0

    model.give_up_energy = pyo.Constraint(model.AREAS, model.CURTAILING, model.YEARS, rule=within)


def _move(
    model: pyo.ConcreteModel, problem: SiteProblem, flexibility: Flexibility, dispatch: Dispatch
) -> None:
    part, share = by_key(flexibility.move_share), draw_shares(dispatch)
    pue = pue_of_areas(problem)

    def out(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        most = (part[w] * share[w][t], model.area_draw_mw[a, w, y])
        return total([(1.0, model.moved_mw[a, w, y, t]), most]) >= 0

    def balanced(model: pyo.ConcreteModel, w: str, y: int, t: str) -> object:
        moved = [(1.0 / pue[a], model.moved_mw[a, w, y, t]) for a in model.AREAS if a in pue]
        return total(moved) == 0

    places = (model.MOVING, model.YEARS, model.SLICES)
    model.move_out = pyo.Constraint(model.AREAS, *places, rule=out)
    if pue:
        model.move_in_balance = pyo.Constraint(*places, rule=balanced)


def pue_of_areas(problem: SiteProblem) -> dict[str, float]:
    """Mean annual PUE of each area's candidates, weighted by their largest size. [-]"""
    sites = problem.sites[problem.sites["max_mw"] > 0]
    size = sites.groupby("area")["max_mw"].sum()
    mean = (sites["pue_annual"] * sites["max_mw"]).groupby(sites["area"]).sum() / size
    return {str(area): float(pue) for area, pue in mean.items()}


def _stay_within_power(model: pyo.ConcreteModel, dispatch: Dispatch) -> None:
    """Whatever is shifted, moved and given up, a workload draws from nothing to its full power."""
    share = draw_shares(dispatch)

    def changes(a: str, w: str, y: int, t: str) -> list[tuple[float, pyo.Var]]:
        return [
            (sign, variable[a, w, y, t])
            for sign, variable, able in (
                (1.0, model.shift_mw, model.SHIFTING),
                (1.0, model.moved_mw, model.MOVING),
                (-1.0, model.given_up_mw, model.CURTAILING),
            )
            if w in able
        ]

    def some(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        steady = (share[w][t], model.area_draw_mw[a, w, y])
        return total([*changes(a, w, y, t), steady]) >= 0

    def full(model: pyo.ConcreteModel, a: str, w: str, y: int, t: str) -> object:
        # what is given up makes no room: the servers are there but not used
        kept = [term for term in changes(a, w, y, t) if term[0] > 0]
        room = (share[w][t] - 1.0, model.area_draw_mw[a, w, y])
        return total([*kept, room]) <= 0

    able = list(dict.fromkeys([*model.CURTAILING, *model.MOVING]))
    places = (model.AREAS, able, model.YEARS, model.SLICES)
    model.draw_from_nothing = pyo.Constraint(*places, rule=some)
    model.draw_within_power = pyo.Constraint(
        model.AREAS, model.MOVING, model.YEARS, model.SLICES, rule=full
    )


def flexibility_terms(
    model: pyo.ConcreteModel, problem: SiteProblem
) -> Iterator[tuple[int, float, pyo.Var]]:
    """Year, price and variable of what is given up, for the objective."""
    if problem.flexibility is None or problem.dispatch is None:
        return
    hours = by_key(problem.dispatch.hours_per_year())
    price = problem.flexibility.curtail_price_myen_per_mwh
    for a, w, y, t in model.given_up_mw:
        yield y, hours[t] * price, model.given_up_mw[a, w, y, t]
