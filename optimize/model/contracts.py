"""Clean power under contract: how much in each year, and what it gives in each slice."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optimize.clean import CleanPower
from optimize.model.terms import by_key, total
from optimize.problem import SiteProblem

EXCESS_PRICE_MYEN_PER_MWH = 1e-7
"""A tenth of a yen: clean energy is matched wherever it can be, so that what is reported as matched
does not depend on the solver's mood."""

DISCHARGE_PRICE_MYEN_PER_MWH = 1e-7
"""A tenth of a yen: a store never charges and discharges at once only because it costs nothing."""

Own = dict[str, list[tuple[float, pyo.Var, tuple[str, str]]]]
"""Area -> sign, variable and key (area, tech) of what contracts put into its balance."""


def declare_contracts(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """Contracted capacity by year, kept once contracted, and its output within availability."""
    clean = problem.clean
    if clean is None:
        return
    runs = most_output_mw(problem, clean)
    offers, most = clean.offers.index.tolist(), most_by_year(problem, clean.offers["potential_mw"])
    first = by_key(clean.offers["first_fiscal_year"])
    model.OFFERS = pyo.Set(dimen=2, initialize=offers)
    model.clean_mw = pyo.Var(
        model.OFFERS,
        model.YEARS,
        bounds=lambda _, a, g, y: (0.0, most[a, g] if y >= first[a, g] else 0.0),
    )
    model.clean_gen_mw = pyo.Var(
        model.OFFERS,
        model.YEARS,
        model.SLICES,
        bounds=lambda _, a, g, y, t: (0.0, runs[a, g][t] if y >= first[a, g] else 0.0),
    )
    share = {key: by_key(clean.availability[key]) for key in offers}

    def kept(model: pyo.ConcreteModel, a: str, g: str, y: int, z: int) -> object:
        return model.clean_mw[a, g, y] <= model.clean_mw[a, g, z]

    def within(model: pyo.ConcreteModel, a: str, g: str, y: int, t: str) -> object:
        able = (-share[a, g][t], model.clean_mw[a, g, y])
        return total([(1.0, model.clean_gen_mw[a, g, y, t]), able]) <= 0

    model.keep_clean = pyo.Constraint(model.OFFERS, list(pairwise(problem.years)), rule=kept)
    model.run_within_contract = pyo.Constraint(model.OFFERS, model.YEARS, model.SLICES, rule=within)


def claim_what_runs(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """No more of an existing plant can be claimed than it runs."""
    clean = problem.clean
    if clean is None:
        return
    claims = clean.offers.index[~clean.offers["additional"].astype(bool)].tolist()

    def claimed(model: pyo.ConcreteModel, a: str, g: str, y: int, t: str) -> object:
        return model.clean_gen_mw[a, g, y, t] <= model.supply_mw[a, g, y, t]

    model.CLAIMS = pyo.Set(dimen=2, initialize=claims)
    model.claim_what_runs = pyo.Constraint(model.CLAIMS, model.YEARS, model.SLICES, rule=claimed)


def own_supply(model: pyo.ConcreteModel, problem: SiteProblem) -> Own:
    """What contracts add to the balance of each area: new plants and stores, not mere claims."""
    own: Own = defaultdict(list)
    if problem.clean is None:
        return own
    for (area, tech), new in by_key(problem.clean.offers["additional"]).items():
        if new:
            own[area].append((1.0, model.clean_gen_mw, (area, tech)))
    for area, tech in problem.clean.stores.index:
        own[area].append((1.0, model.discharge_mw, (area, tech)))
        own[area].append((-1.0, model.charge_mw, (area, tech)))
    return own


def most_by_year(problem: SiteProblem, potential: Any) -> dict[tuple[str, str], float]:
    """Potential of each offer or store as plain numbers. [MW]"""
    return {key: float(mw) for key, mw in potential.items()}


def most_output_mw(problem: SiteProblem, clean: CleanPower) -> dict[tuple[str, str], Any]:
    """Most that each offer can give in each slice: all of its potential. [MW]"""
    potential = clean.offers["potential_mw"]
    return {key: by_key(clean.availability[key] * potential[key]) for key in clean.offers.index}


def clean_terms(
    model: pyo.ConcreteModel, problem: SiteProblem
) -> Iterator[tuple[int, float, pyo.Var]]:
    """Year, price and variable of all that contracts and stores cost, for the objective."""
    clean = problem.clean
    if clean is None or problem.dispatch is None:
        return
    hours = by_key(problem.dispatch.hours_per_year())
    per_mw, per_mwh = (by_key(clean.offers[c]) for c in ("myen_per_mw_year", "cost_myen_per_mwh"))
    for a, g, y in model.clean_mw:
        yield y, per_mw[a, g], model.clean_mw[a, g, y]
    for a, g, y, t in model.clean_gen_mw:
        yield y, hours[t] * per_mwh[a, g], model.clean_gen_mw[a, g, y, t]
    power, energy = (by_key(clean.stores[c]) for c in ("myen_per_mw_year", "myen_per_mwh_year"))
    for a, k, y in model.store_mw:
        yield y, power[a, k], model.store_mw[a, k, y]
        yield y, energy[a, k], model.store_mwh[a, k, y]
    for a, k, y, t in model.discharge_mw:
        yield y, hours[t] * DISCHARGE_PRICE_MYEN_PER_MWH, model.discharge_mw[a, k, y, t]
    for a, y, t in model.excess_mw:
        yield y, hours[t] * EXCESS_PRICE_MYEN_PER_MWH, model.excess_mw[a, y, t]
