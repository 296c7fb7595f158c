"""Which share of the year's draw has to be claimed, market-based: by contracts or certificates.

A certificate is bought for one year and matches no hours. What contracts leave open of the claim
is a column of its own, so that the row which certificates meet hangs on no slice: it stays with
the siting where the typical days are priced out, and is left out where a year is dispatched again.
"""

import math
from collections.abc import Iterator

import pyomo.environ as pyo

from optimize.clean import CleanPower
from optimize.model.clean import GWH_PER_MWH, delivered_terms, energy_terms
from optimize.model.contracts import most_output_mw
from optimize.model.dispatch import most_draw_mw
from optimize.model.terms import by_key, total
from optimize.problem import Dispatch, SiteProblem


def cover_claim(model: pyo.ConcreteModel, problem: SiteProblem) -> None:
    """State what has to be claimed in each year; nothing where no share of it is asked for."""
    clean, dispatch = problem.clean, problem.dispatch
    if clean is None or dispatch is None:
        return
    asked = [y for y in problem.years if y in clean.claimed_share.index]
    if asked:
        _declare_certificates(model, problem, clean, dispatch, asked)
        _state_claim(model, clean, dispatch, asked)


def _declare_certificates(
    model: pyo.ConcreteModel,
    problem: SiteProblem,
    clean: CleanPower,
    dispatch: Dispatch,
    asked: list[int],
) -> None:
    claimed = by_key(clean.claimed_share)
    most_gwh = most_drawn_gwh(problem, dispatch)
    able_gwh = _most_delivered_gwh(problem, clean, dispatch)
    potential = by_key(clean.certificates["potential_gwh"].fillna(math.inf))
    model.CERTIFICATES = pyo.Set(initialize=list(potential))
    model.certificate_gwh = pyo.Var(
        model.CERTIFICATES,
        asked,
        bounds=lambda _, kind, y: (0.0, min(potential[kind], claimed[y] * most_gwh)),
    )
    # negative where contracts deliver more than is claimed: the price of the claim is then zero
    model.open_claim_gwh = pyo.Var(asked, bounds=lambda _, y: (-able_gwh, claimed[y] * most_gwh))


def most_drawn_gwh(problem: SiteProblem, dispatch: Dispatch) -> float:
    """More than all data centres can draw in a year: every site full, all year. [GWh]"""
    hours = float(dispatch.hours_per_year().sum())
    return sum(most_draw_mw(problem, dispatch).values()) * hours * GWH_PER_MWH


def _most_delivered_gwh(problem: SiteProblem, clean: CleanPower, dispatch: Dispatch) -> float:
    hours = by_key(dispatch.hours_per_year())
    runs = most_output_mw(problem, clean).values()
    return sum(mw * hours[t] for each in runs for t, mw in each.items()) * GWH_PER_MWH


def _state_claim(
    model: pyo.ConcreteModel, clean: CleanPower, dispatch: Dispatch, asked: list[int]
) -> None:
    claimed = by_key(clean.claimed_share)

    def counted(model: pyo.ConcreteModel, y: int) -> object:
        delivered = delivered_terms(model, dispatch, y)
        drawn = energy_terms(model, dispatch, y, -claimed[y])
        return total([(1.0, model.open_claim_gwh[y]), *delivered, *drawn]) >= 0

    def covered(model: pyo.ConcreteModel, y: int) -> object:
        bought = [(1.0, model.certificate_gwh[kind, y]) for kind in model.CERTIFICATES]
        return total([*bought, (-1.0, model.open_claim_gwh[y])]) >= 0

    model.count_claim = pyo.Constraint(asked, rule=counted)
    model.claim_share = pyo.Constraint(asked, rule=covered)


def certificate_terms(
    model: pyo.ConcreteModel, problem: SiteProblem
) -> Iterator[tuple[int, float, pyo.Var]]:
    """Year, price and variable of all that certificates cost, for the objective."""
    if problem.clean is None or model.component("certificate_gwh") is None:
        return
    price = by_key(problem.clean.certificates["myen_per_gwh"])
    for kind, y in model.certificate_gwh:
        yield y, float(price[kind]), model.certificate_gwh[kind, y]
