"""Flexible draw of a plan as the summary of a run shows it, and what giving up costs each site."""

from typing import Any

import pandas as pd

from optimize.flexibility import Flexibility
from optimize.plan import Plan
from optimize.problem import SiteProblem
from optimize.read_sites import relief_mw
from siting.flexible_inputs import relief_share
from siting.question import Question
from siting.scenario import Scenario

Row = dict[str, Any]

CHANGES = {"shifted_gwh": "shifted_mw", "moved_gwh": "moved_mw", "given_up_gwh": "given_up_mw"}
"""Energy of a year and the power it is summed from."""


def flexible_summary(scenario: Scenario, question: Question, plan: Plan) -> Row | None:
    """What the load follows the grid with; None where it may not.

    Returns
    -------
    dict
        As asked for: shift_share, move_share, inference_move_share, curtail (None or share,
        hours_per_day, hours_per_year, energy_share, price_yen_per_kwh, conditional_connection).
        `years`:
        shifted_gwh and moved_gwh (what came in from other hours or areas), given_up_gwh, paid_myen
        [M¥/a], relief_mw (contract power that headroom and reserve need not hold). `areas`: the
        same of the last year by area with draw_gwh; moved_gwh is net there. `sites`: relief_mw of
        the last year.
    """
    asked, dispatch = scenario.flexibility, question.problem.dispatch
    curtail = asked.curtail
    if dispatch is None or not (asked.training_shift_share or question.problem.flexibility):
        return None
    relief = relief_mw(question.problem, plan.workloads["it_mw"])
    last = question.problem.years[-1]
    return {
        "shift_share": asked.training_shift_share,
        "move_share": asked.training_move_share,
        "inference_move_share": asked.inference_move_share,
        "curtail": None if curtail is None else curtail.model_dump(),
        "relief_share": relief_share(scenario),
        "years": _years(question.problem, plan, relief).reset_index().to_dict("records"),
        "areas": _areas(question.problem, plan, last).reset_index().to_dict("records"),
        "sites": _relieved(relief, last),
    }


def _years(problem: SiteProblem, plan: Plan, relief: pd.Series) -> pd.DataFrame:
    energy = _energy_gwh(problem, plan)
    came_in = energy.clip(lower=0.0).groupby(level="fiscal_year").sum()
    paid = paid_myen(problem, plan).groupby(level="fiscal_year").sum()
    table = came_in.assign(
        paid_myen=paid.reindex(came_in.index).fillna(0.0),
        relief_mw=relief.groupby(level="fiscal_year").sum().reindex(came_in.index).fillna(0.0),
    )
    return table.reindex(pd.Index(problem.years, name="fiscal_year"))


def _areas(problem: SiteProblem, plan: Plan, year: int) -> pd.DataFrame:
    energy = _energy_gwh(problem, plan)
    shifted = energy["shifted_gwh"].clip(lower=0.0)
    by_area = energy.assign(shifted_gwh=shifted).groupby(level=["area", "fiscal_year"]).sum()
    hours = _hours(problem, plan)
    draw = (plan.balance["draw_mw"] * hours / 1000.0).groupby(level=["area", "fiscal_year"]).sum()
    table: Any = by_area.assign(draw_gwh=draw).xs(year, level="fiscal_year")
    return table[table["draw_gwh"] > 0]


def _energy_gwh(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Energy of every change by area, year and slice, zero for one that is not allowed. [GWh]"""
    hours = _hours(problem, plan)
    none = pd.Series(0.0, index=plan.balance.index)
    parts = {name: plan.balance.get(column, none) for name, column in CHANGES.items()}
    return pd.DataFrame({name: mw * hours / 1000.0 for name, mw in parts.items()})


def _hours(problem: SiteProblem, plan: Plan) -> pd.Series:
    assert problem.dispatch is not None
    slices = plan.balance.index.get_level_values("slice")
    hours = problem.dispatch.hours_per_year().reindex(slices)
    return pd.Series(hours.to_numpy(), index=plan.balance.index)


def paid_myen(problem: SiteProblem, plan: Plan) -> pd.Series:
    """Paid for draw given up, by (area, fiscal_year). [M¥/a]"""
    if problem.flexibility is None or problem.dispatch is None:
        index = pd.MultiIndex.from_arrays([[], []], names=["area", "fiscal_year"])
        return pd.Series([], index=index, dtype=float)
    mwh = _energy_gwh(problem, plan)["given_up_gwh"] * 1000.0
    by_area = mwh.groupby(level=["area", "fiscal_year"]).sum()
    return by_area * problem.flexibility.curtail_price_myen_per_mwh


def _relieved(relief: pd.Series, year: int) -> list[Row]:
    """Sites with power that may be called off in the last year."""
    last: Any = relief.xs(year, level="fiscal_year")
    return [{"site": site, "relief_mw": mw} for site, mw in last.items() if mw > 0]


def flexible_costs(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Payment for draw given up, shared among an area's sites by their flexible servers.

    Returns
    -------
    DataFrame, index (site, item, fiscal_year)
        myen, undiscounted, item `given_up`; empty where nothing is given up. [M¥/a]
    """
    paid = paid_myen(problem, plan)
    keys = ["site", "fiscal_year"]
    flexibility = problem.flexibility or Flexibility()
    flexible = flexibility.curtail_share.index
    servers = plan.workloads["it_mw"]
    servers = servers[servers.index.get_level_values("workload").isin(flexible)]
    mw = servers.groupby(level=keys).sum().rename("mw").reset_index()
    mw["area"] = mw["site"].map(problem.sites["area"])
    share = mw["mw"] / mw.groupby(["area", "fiscal_year"])["mw"].transform("sum")
    places = pd.MultiIndex.from_frame(mw[["area", "fiscal_year"]])
    myen = share.fillna(0.0).to_numpy() * paid.reindex(places).fillna(0.0).to_numpy()
    table = mw[keys].assign(item="given_up", myen=myen)
    return table.set_index(["site", "item", "fiscal_year"]).query("myen > 0")
