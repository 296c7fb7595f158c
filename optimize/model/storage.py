"""Stores of contracted clean power, chronological within each typical day and across the days.

The days follow one another as they are given in `Dispatch.slices`, each repeated `days_in_a_row`
times, and after the last comes the first again:

    level[t]   = level before t + hours[t] (efficiency_in charge[t] - discharge[t]/efficiency_out)
                 in the first repeat of the day, from season[d], the level at its start
    season[d'] = season[d] + days_in_a_row[d] (level at the end of the day - season[d])

The level of later repeats is that of the first plus as many times the day's gain, so it stays
within the store in every repeat if it does in the first and in the last. With a year of 8,760
hours, every day once, this is the plain chronology.
"""

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optimize.model.terms import Term, by_key, gathered, total
from optimize.problem import Dispatch, SiteProblem


def declare_storage(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Power and energy of every store by year, kept once built, and how they are used."""
    clean, dispatch = problem.clean, problem.dispatch
    if clean is None or dispatch is None:
        return
    potential, hours = by_key(clean.stores["potential_mw"]), by_key(clean.most_hours())
    first = by_key(clean.stores["first_fiscal_year"])

    def power(_: object, a: str, k: str, y: int, *slice_: str) -> tuple[float, float]:
        return (0.0, float(potential[a, k]) if y >= first[a, k] else 0.0)

    def energy(_: object, a: str, k: str, y: int, *place: str) -> tuple[float, float]:
        return (0.0, hours[a, k] * power(None, a, k, y)[1])

    model.STORES = pyo.Set(dimen=2, initialize=clean.stores.index.tolist())
    model.DAYS = pyo.Set(initialize=list(dict.fromkeys(dispatch.slices["day"])))
    model.store_mw = pyo.Var(model.STORES, model.YEARS, bounds=power)
    model.store_mwh = pyo.Var(model.STORES, model.YEARS, bounds=energy)
    places = (model.STORES, model.YEARS, model.SLICES)
    model.charge_mw = pyo.Var(*places, bounds=power)
    model.discharge_mw = pyo.Var(*places, bounds=power)
    model.level_mwh = pyo.Var(*places, bounds=energy)
    model.season_mwh = pyo.Var(model.STORES, model.YEARS, model.DAYS, bounds=energy)
    _keep_stores(model, problem)
    _stay_within(model)
    _follow_level(model, problem, dispatch)
    _repeat_days(model, dispatch)


def _keep_stores(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    def power(model: pyo.ConcreteModel, a: str, k: str, y: int, z: int) -> object:
        return model.store_mw[a, k, y] <= model.store_mw[a, k, z]

    def energy(model: pyo.ConcreteModel, a: str, k: str, y: int, z: int) -> object:
        return model.store_mwh[a, k, y] <= model.store_mwh[a, k, z]

    steps = list(pairwise(problem.years))
    model.keep_store_mw = pyo.Constraint(model.STORES, steps, rule=power)
    model.keep_store_mwh = pyo.Constraint(model.STORES, steps, rule=energy)


def _stay_within(model: pyo.ConcreteModel) -> None:
    """Charge and discharge share the store's power; the level stays within its energy.

    One or the other runs: of all that is allowed this is the convex hull.
    """
    places = (model.STORES, model.YEARS, model.SLICES)

    def power(model: pyo.ConcreteModel, a: str, k: str, y: int, t: str) -> object:
        used = [(1.0, model.charge_mw[a, k, y, t]), (1.0, model.discharge_mw[a, k, y, t])]
        return total([*used, (-1.0, model.store_mw[a, k, y])]) <= 0

    def energy(model: pyo.ConcreteModel, a: str, k: str, y: int, t: str) -> object:
        return model.level_mwh[a, k, y, t] <= model.store_mwh[a, k, y]

    model.store_within_power = pyo.Constraint(*places, rule=power)
    model.store_within_energy = pyo.Constraint(*places, rule=energy)


def _follow_level(model: pyo.ConcreteModel, problem: SiteProblem, dispatch: Dispatch) -> None:
    """The level after a slice is that before it, plus what goes in, less what comes out."""
    assert problem.clean is not None
    gain = by_key(problem.clean.stores["efficiency_in"])
    loss = by_key(problem.clean.stores["efficiency_out"])
    hours, day = by_key(dispatch.slices["hours"]), by_key(dispatch.slices["day"])
    before = _slice_before(dispatch)

    def followed(model: pyo.ConcreteModel, a: str, k: str, y: int, t: str) -> object:
        earlier = before[t]
        start = (
            model.season_mwh[a, k, y, day[t]]
            if earlier is None
            else model.level_mwh[a, k, y, earlier]
        )
        into = (hours[t] * gain[a, k], model.charge_mw[a, k, y, t])
        out = (-hours[t] / loss[a, k], model.discharge_mw[a, k, y, t])
        return total([(1.0, start), into, out, (-1.0, model.level_mwh[a, k, y, t])]) == 0

    model.store_level = pyo.Constraint(model.STORES, model.YEARS, model.SLICES, rule=followed)


def _repeat_days(model: pyo.ConcreteModel, dispatch: Dispatch) -> None:
    """Days follow one another, each as often as it counts; the last repeat stays within too."""
    slices = dispatch.slices
    in_a_row, day = by_key(dispatch.days_in_a_row()), by_key(slices["day"])
    days = list(dict.fromkeys(slices["day"]))
    after = dict(zip(days, [*days[1:], days[0]], strict=True))
    last = {d: slices.index[slices["day"] == d][-1] for d in days}
    repeated = [t for t in slices.index if in_a_row[day[t]] > 1]

    def gained(a: str, k: str, y: int, d: str, times: float) -> list[Term]:
        end, start = model.level_mwh[a, k, y, last[d]], model.season_mwh[a, k, y, d]
        return [(times, end), (-times, start)]

    def passed_on(model: pyo.ConcreteModel, a: str, k: str, y: int, d: str) -> object:
        start, then = model.season_mwh[a, k, y, d], model.season_mwh[a, k, y, after[d]]
        # one typical day: the level returns to its start; the terms of `start` cancel
        kept = [] if after[d] == d else [(1.0, start), (-1.0, then)]
        return total([*kept, *gained(a, k, y, d, in_a_row[d])]) == 0

    def at_last(a: str, k: str, y: int, t: str) -> list[Term]:
        more = gained(a, k, y, day[t], in_a_row[day[t]] - 1.0)
        return [(1.0, model.level_mwh[a, k, y, t]), *more]

    def full(model: pyo.ConcreteModel, a: str, k: str, y: int, t: str) -> object:
        return total([*gathered(at_last(a, k, y, t)), (-1.0, model.store_mwh[a, k, y])]) <= 0

    def empty(model: pyo.ConcreteModel, a: str, k: str, y: int, t: str) -> object:
        return total(gathered(at_last(a, k, y, t))) >= 0

    model.store_season = pyo.Constraint(model.STORES, model.YEARS, model.DAYS, rule=passed_on)
    if len(days) == 1:
        repeated = []  # every repeat of the only day is the same
    model.store_full_at_last = pyo.Constraint(model.STORES, model.YEARS, repeated, rule=full)
    model.store_empty_at_last = pyo.Constraint(model.STORES, model.YEARS, repeated, rule=empty)


def _slice_before(dispatch: Dispatch) -> dict[str, str | None]:
    """Each slice -> the one before it within its day, None for the first."""
    day: dict[str, Any] = by_key(dispatch.slices["day"])
    before: dict[str, str | None] = dict.fromkeys(day)
    before |= {t: s for s, t in pairwise(day) if day[s] == day[t]}
    return before
