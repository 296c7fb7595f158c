"""What flexible draw is worth: the same question asked again with a load that follows nothing."""

from dataclasses import replace
from typing import Any

import pandas as pd

from data.errors import InfeasibleError
from optimize.fixed_sites import FixedSites
from optimize.highs import SolverSettings
from optimize.plan import Plan, choose_sites
from optimize.problem import SiteProblem, year_spans
from optimize.reach import Reach, reach_of
from siting.explain.sites import settings_of
from siting.posed import Posed

Row = dict[str, Any]

NOISE_MYEN = 0.5
"""Savings below this are rounding."""


def worth_of_flexibility(posed: Posed, plan: Plan) -> Row | None:
    """Cost, carbon, room and time that flexible draw saves; None where the load is rigid.

    Returns
    -------
    dict
        `rigid`: None where no rigid plan exists, else cost_myen, bound_myen and saves_myen of the
        plan planned anew, with the ends of what is proven (saves_at_least_myen,
        saves_at_most_myen), co2_kt and surplus_gwh over all years [kt, GWh]: less emitted, less
        sun and wind left unused. `held`: None where the plan's sites hold no rigid load, else
        saves_myen with the sites of the plan. `reach`: None without a conditional connection, else
        more_it_mw, sooner_years and the bounds more_at_most_it_mw, sooner_at_most_years of what
        the limits allow, money no object.
    """
    problem = posed.question.problem
    stiff = rigid(problem)
    if stiff is None:
        return None
    settings = settings_of(posed.scenario)
    base = posed.base.cost_myen
    return {
        "rigid": _against(problem, plan, _planned(stiff, settings, base)),
        "held": _held(problem, stiff, plan, settings, base),
        "reach": _more(problem, stiff, settings),
    }


def rigid(problem: SiteProblem) -> SiteProblem | None:
    """The problem with a load that follows nothing; None where it follows nothing as it is."""
    flexibility, shifts = problem.flexibility, problem.workloads["shift_share"] > 0
    if flexibility is None and not shifts.any():
        return None
    workloads = problem.workloads.assign(shift_share=0.0)
    return replace(problem, flexibility=None, workloads=workloads)


def _planned(problem: SiteProblem, settings: SolverSettings, base_myen: float) -> Plan | None:
    try:
        return choose_sites(problem, settings, base_cost_myen=base_myen)
    except InfeasibleError:
        return None


def _against(problem: SiteProblem, plan: Plan, stiff: Plan | None) -> Row | None:
    if stiff is None:
        return None
    own, other = plan.record, stiff.record
    emitted = stiff.carbon["emitted_t"] - plan.carbon["emitted_t"]
    spans = pd.Series(year_spans(problem.years))
    return {
        "cost_myen": other.cost_myen,
        "bound_myen": other.bound_myen,
        "saves_myen": other.cost_myen - own.cost_myen,
        "saves_at_least_myen": other.bound_myen - own.cost_myen,
        "saves_at_most_myen": other.cost_myen - own.bound_myen,
        "co2_kt": float((emitted * spans).sum()) / 1000.0,
        "surplus_gwh": _surplus_gwh(problem, stiff) - _surplus_gwh(problem, plan),
    }


def _surplus_gwh(problem: SiteProblem, plan: Plan) -> float:
    """Sun and wind that could have run and did not, over all years. [GWh]"""
    assert problem.dispatch is not None
    table: Any = plan.balance["curtailed_mw"].unstack("slice")
    mwh = table.mul(problem.dispatch.hours_per_year(), axis="columns").sum(axis=1)
    spans = pd.Series(year_spans(problem.years))
    return float((mwh.groupby(level="fiscal_year").sum() * spans).sum()) / 1000.0


def _held(
    problem: SiteProblem,
    stiff: SiteProblem,
    plan: Plan,
    settings: SolverSettings,
    base_myen: float,
) -> Row | None:
    """With the plan's sites and works; their sizes are chosen again, for the rigid load too."""
    try:
        costs = [
            FixedSites(each, plan, settings, base_cost_myen=base_myen).solution.cost_myen
            for each in (problem, stiff)
        ]
    except InfeasibleError:
        return None
    saved = costs[1] - costs[0]
    return {"saves_myen": saved if abs(saved) > NOISE_MYEN else 0.0}


def _more(problem: SiteProblem, stiff: SiteProblem, settings: SolverSettings) -> Row | None:
    flexibility = problem.flexibility
    if flexibility is None or not (flexibility.relief_share > 0).any():
        return None
    able = reach_of(problem, settings)
    try:
        unable = reach_of(stiff, settings)
    except InfeasibleError:
        return {"most_it_mw": able.most_it_mw, "wait_years": able.wait_years}
    return _compared(able, unable)


def _compared(able: Reach, unable: Reach) -> Row:
    return {
        "most_it_mw": able.most_it_mw,
        "wait_years": able.wait_years,
        "more_it_mw": able.most_it_mw - unable.most_it_mw,
        "more_at_most_it_mw": able.at_most_it_mw - unable.most_it_mw,
        "sooner_years": unable.wait_years - able.wait_years,
        "sooner_at_most_years": unable.wait_years - able.wait_at_least_years,
    }
