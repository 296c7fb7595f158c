"""Sites that every plan within x % has, some have, none has; and the plans most unlike this one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from optimize.highs import SolverSettings
from optimize.near_optimal import Alternative, Asked, NearOptimal, near_plan
from optimize.plan import Plan
from siting.explain import question
from siting.posed import Posed
from siting.scenario import Scenario

Row = dict[str, Any]

ORDER = ("always", "sometimes", "undecided", "never", "not asked")

MOST_ALTERNATIVES = 3


def settings_of(scenario: Scenario, time_limit_s: float | None = None) -> SolverSettings:
    """The solver as the scenario asks for it."""
    solver = scenario.solver
    limit_s = solver.time_limit_s if time_limit_s is None else time_limit_s
    return SolverSettings(gap_share=solver.gap_share, time_limit_s=limit_s, seed=scenario.seed)


def around(posed: Posed, plan: Plan, nearest: pd.Series, asked: question.Asked) -> NearOptimal:
    """Ask what can be had for little more than a plan.

    Parameters
    ----------
    posed : Posed
        Without a network.
    plan : Plan
    nearest : Series, index site
        Sites not chosen, the first of them asked about first.
    asked : siting.explain.question.Asked
    """
    chosen = standing(plan)
    others = [site for site in nearest.index if site not in chosen]
    if asked.others >= 0:
        others = others[: asked.others]
    wanted = Asked(
        slack_share=asked.within_percent / 100.0,
        most=MOST_ALTERNATIVES,
        sites=frozenset({*chosen, *others}),
    )
    settings = settings_of(posed.scenario, asked.time_limit_s)
    base = posed.base.cost_myen
    return near_plan(posed.question.problem, plan, wanted, settings, base_cost_myen=base)


def standing(plan: Plan) -> set[str]:
    """Sites that stand in the last year."""
    built = plan.sites["built"]
    last = built.xs(built.index.get_level_values("fiscal_year").max(), level="fiscal_year")
    return set(last.index[last > 0])


def site_summary(near: NearOptimal, asked: question.Asked, names: Mapping[str, Any]) -> Row:
    """What the page shows of `around`."""
    best = near.best.record.cost_myen
    rows = [_row(str(site), row, best, names) for site, row in near.sites.iterrows()]
    rows.sort(key=lambda row: (ORDER.index(row["status"]), not row["in_plan"], row["site"]))
    counts = {status: sum(row["status"] == status for row in rows) for status in ORDER}
    others = [_plan_row(each, near, names) for each in near.alternatives]
    return {
        "within_percent": asked.within_percent,
        "limit_myen": near.limit_myen,
        "best_myen": best,
        "most_sites": near.most_sites,
        "time_limit_s": asked.time_limit_s,
        "complete": near.complete,
        "counts": {status.replace(" ", "_"): count for status, count in counts.items()},
        "rows": [row | {"status": row["status"].replace(" ", "_")} for row in rows],
        "plans": others,
    }


def _row(site: str, row: pd.Series, best: float, names: Mapping[str, Any]) -> Row:
    def extra(column: str) -> float | None:
        value = float(row[column]) - best
        return value if np.isfinite(value) else None

    return {
        "site": site,
        "name": names[site],
        "status": str(row["status"]),
        "in_plan": bool(row["in_best"]),
        "with_extra_myen": extra("with_myen"),
        "without_extra_myen": extra("without_myen"),
        "with_at_least_extra_myen": extra("with_at_least_myen"),
        "without_at_least_extra_myen": extra("without_at_least_myen"),
    }


def _plan_row(each: Alternative, near: NearOptimal, names: Mapping[str, Any]) -> Row:
    before, after = standing(near.best), set(each.sites)
    return {
        "cost_myen": each.cost_myen,
        "extra_myen": each.cost_myen - near.best.record.cost_myen,
        "differs_by": each.differs_by,
        "differs_at_most": each.differs_at_most if _is_told(each, len(near.sites)) else None,
        "leaves": [_site(site, names) for site in sorted(before - after)],
        "comes": [_site(site, names) for site in sorted(after - before)],
        "sites": sorted(after),
        "mw": _last_mw(each.plan, after),
    }


def _last_mw(plan: Plan, sites: set[str]) -> dict[str, float]:
    """Contract power of the last year by site. [MW]"""
    power = plan.sites["contract_mw"]
    last: Any = power.xs(power.index.get_level_values("fiscal_year").max(), level="fiscal_year")
    return {site: float(last[site]) for site in sorted(sites)}


def _site(site: str, names: Mapping[str, Any]) -> Row:
    return {"site": site, "name": names[site]}


def _is_told(each: Alternative, candidates: int) -> bool:
    """Whether the farthest that any plan could differ says more than that there are so many."""
    return each.differs_at_most < candidates or each.differs_by == candidates
