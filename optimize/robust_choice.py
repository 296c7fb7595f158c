"""One question in several scenarios: how often sites are chosen, and which set to regret least.

Every scenario is solved, and every set of sites so found is tried in every other scenario: the
sites of the last year stand or do not stand as in the set, all else (sizes, years, works, dispatch)
is decided anew. The regret of a set in a scenario is what it costs there beyond the best plan of
that scenario. The set of least largest regret is the best of the sets tried: another set that is
best in no scenario could do better, and is not looked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import InfeasibleError, InputError, Problem
from optimize.highs import SolverSettings
from optimize.master import SAME_COST
from optimize.matrix import Matrix, compile_model
from optimize.model import build_model
from optimize.plan import Plan, choose_sites
from optimize.problem import SiteProblem
from optimize.solve import solve

SiteNames = frozenset[str]


@dataclass(frozen=True, slots=True)
class RobustChoice:
    """How sets of sites do in scenarios.

    Attributes
    ----------
    plans : dict of str to Plan
        Best plan of each scenario.
    sets : dict of str to tuple of str
        Sites of each set tried, by the name of the scenario in which it is best; a set that is
        best in several scenarios has the name of the first.
    chosen_share : Series, index `site`
        Share of scenarios whose best plan has the site in the last year. [-]
    cost_myen : DataFrame, index set, columns scenario
        Cost of the best plan with those sites; infinite where there is none. [M¥]
    regret_myen : DataFrame, index set, columns scenario
        That less the scenario's best cost: never below zero. [M¥]
    regret_at_most_myen : DataFrame, index set, columns scenario
        That less the scenario's proven bound: what the regret cannot exceed. [M¥]
    best_set : str or None
        Set of least largest regret among those tried; None if each fails in some scenario.
    proven : bool
        Whether no other of the sets tried can have a smaller largest regret, gaps considered.
    """

    plans: dict[str, Plan]
    sets: dict[str, tuple[str, ...]]
    chosen_share: pd.Series
    cost_myen: pd.DataFrame
    regret_myen: pd.DataFrame
    regret_at_most_myen: pd.DataFrame
    best_set: str | None
    proven: bool


def robust_choice(
    scenarios: Sequence[tuple[str, SiteProblem]],
    settings: SolverSettings | None = None,
    *,
    base_cost_myen: Mapping[str, float] | None = None,
) -> RobustChoice:
    """Solve every scenario and try every set of sites in every other.

    Parameters
    ----------
    scenarios : sequence of (name, SiteProblem)
        With the same candidates; years and everything else may differ.
    settings : SolverSettings, optional
        Gap and time limit of each solve.
    base_cost_myen : mapping, optional
        Cost of supplying today's demand by scenario, as in `choose_sites`; zero if left out. [M¥]

    Raises
    ------
    InputError
        No scenario, a name twice, or other candidates.
    InfeasibleError, PlanError
        A scenario has no plan of its own.
    """
    _check(scenarios)
    settings, base = settings or SolverSettings(), dict(base_cost_myen or {})
    plans = {
        name: choose_sites(problem, settings, base_cost_myen=base.get(name, 0.0))
        for name, problem in scenarios
    }
    built = {name: _sites_of(plan) for name, plan in plans.items()}
    sets = {sites: name for name, sites in reversed(built.items())}
    names = {name: sites for sites, name in reversed(sets.items())}
    cost, bound = _matrices(scenarios, plans, names, settings=settings, base=base)
    least = least_regret(cost, bound, _own(plans))
    return RobustChoice(
        plans=plans,
        sets={name: tuple(sorted(sites)) for name, sites in names.items()},
        chosen_share=_chosen_share(_candidates(scenarios), list(built.values())),
        cost_myen=cost,
        regret_myen=least.regret_myen,
        regret_at_most_myen=least.at_most_myen,
        best_set=least.best_set,
        proven=least.proven,
    )


@dataclass(frozen=True, slots=True)
class LeastRegret:
    """Regret of sets of sites, and the set of least largest regret; as in `RobustChoice`."""

    regret_myen: pd.DataFrame
    at_most_myen: pd.DataFrame
    best_set: str | None
    proven: bool


def least_regret(cost: pd.DataFrame, bound: pd.DataFrame, own: pd.DataFrame) -> LeastRegret:
    """Regret from what every set costs in every scenario.

    Parameters
    ----------
    cost, bound : DataFrame, index set, columns scenario
        Cost of the best plan with those sites and its proven bound; both infinite where there is
        none, cost infinite and bound minus infinity where that was not settled. [M¥]
    own : DataFrame, index scenario
        cost_myen and bound_myen of the scenario's best plan, whatever its sites. [M¥]
    """
    best = cost.min().clip(upper=own["cost_myen"])
    regret = cost - best
    at_most = cost - own["bound_myen"]
    largest = regret.max(axis=1)
    if not np.isfinite(largest).any():
        return LeastRegret(regret, at_most, None, True)
    best_set = str(largest.idxmin())
    proven = _proven(best_set, at_most, bound - best, best.abs().max())
    return LeastRegret(regret, at_most, best_set, proven)


def _proven(best_set: str, at_most: pd.DataFrame, at_least: pd.DataFrame, cost: float) -> bool:
    """Whether the largest regret of every other set is at least that of `best_set`."""
    others = at_least.clip(lower=0.0).max(axis=1).drop(index=best_set)
    return bool((others >= at_most.loc[best_set].max() - SAME_COST * cost).all())


def _chosen_share(candidates: list[str], built: list[SiteNames]) -> pd.Series:
    share = {site: np.mean([site in one for one in built]) for site in candidates}
    return pd.Series(share, dtype=float, name="share").rename_axis("site")


def _check(scenarios: Sequence[tuple[str, SiteProblem]]) -> None:
    names = [name for name, _ in scenarios]
    problems = []
    if not names:
        problems.append(Problem("scenarios", "none", "at least one"))
    problems += [
        Problem(f"scenario {name}", "the name twice", "a name of its own")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    first = set(_candidates(scenarios))
    problems += [
        Problem(f"scenario {name}", "other candidates", f"those of {names[0]}")
        for name, problem in scenarios
        if set(problem.sites.index) != first
    ]
    if problems:
        raise InputError("scenarios to choose for", problems)


def _candidates(scenarios: Sequence[tuple[str, SiteProblem]]) -> list[str]:
    return list(scenarios[0][1].sites.index) if scenarios else []


def _sites_of(plan: Plan) -> SiteNames:
    last = plan.sites.index.get_level_values("fiscal_year").max()
    built = plan.sites["built"].xs(last, level="fiscal_year")
    return frozenset(str(site) for site in built.index[built])


def _own(plans: Mapping[str, Plan]) -> pd.DataFrame:
    rows = {name: (plan.record.cost_myen, plan.record.bound_myen) for name, plan in plans.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["cost_myen", "bound_myen"])


def _matrices(
    scenarios: Sequence[tuple[str, SiteProblem]],
    plans: Mapping[str, Plan],
    sets: Mapping[str, SiteNames],
    *,
    settings: SolverSettings,
    base: Mapping[str, float],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cost and proven bound of every set in every scenario; each model is compiled once. [M¥]"""
    cost = pd.DataFrame(index=pd.Index(sets, name="set"), columns=list(plans), dtype=float)
    bound = cost.copy()
    for name, problem in scenarios:
        matrix = compile_model(build_model(problem))
        own = _sites_of(plans[name])
        for label, sites in sets.items():
            if sites == own:
                record = plans[name].record
                pair = record.cost_myen, record.bound_myen
            else:
                fixed = fix_last_sites(matrix, sites, problem.years[-1])
                pair = _solved(fixed, settings, base.get(name, 0.0))
            cost.loc[label, name], bound.loc[label, name] = pair
    return cost, bound


def _solved(matrix: Matrix, settings: SolverSettings, base_myen: float) -> tuple[float, float]:
    """Cost and bound; infinite if there is no plan. [M¥]"""
    try:
        found = solve(matrix, settings, base_cost_myen=base_myen)
    except InfeasibleError:
        return np.inf, np.inf
    return found.cost_myen, found.bound_myen


def fix_last_sites(matrix: Matrix, sites: SiteNames, year: int) -> Matrix:
    """The matrix with just these sites standing in `year`, its last one."""
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    for column in np.flatnonzero(matrix.column_names == "build"):
        site, built_by = matrix.variables[column].index()
        if built_by == year:
            lower[column] = upper[column] = float(site in sites)
    return replace(matrix, lower=lower, upper=upper)
