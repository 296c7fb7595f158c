"""What a plan says of low headroom and of waiting: the worst groups by year, and what is late."""

import pandas as pd

from optimize.model.compute import peak_mw_per_it_mw
from optimize.model.needed import needed_it_mw
from optimize.model.nesting import Nested
from optimize.model.robust import it_mw_lost_per_mw, losing_walk
from optimize.model.terms import by_key
from optimize.plan import Plan
from optimize.problem import SiteProblem, year_spans

Lost = tuple[float, tuple[str, ...]]
"""Server power lost [MW], and the groups at their low end that lose it."""


def read_worst_case(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Which low headroom would hurt a plan most, by year.

    Returns
    -------
    DataFrame, index fiscal_year
        needed_it_mw [MW], connected_it_mw (what all contracts can power) [MW], lost_it_mw (most
        that any `gamma` groups at their low end take of it, never too little) [MW], low_groups
        (tuple of those groups).
    """
    walk = losing_walk(problem) if problem.low_headroom.gamma > 0 else []
    excess = _excess_it_mw(problem, plan, walk)
    gamma = problem.low_headroom.gamma
    worst = {y: _most_lost(walk, excess.get(y, {}), gamma) for y in problem.years}
    return pd.DataFrame(
        {
            "needed_it_mw": needed_it_mw(problem),
            "connected_it_mw": _connected_it_mw(problem, plan),
            "lost_it_mw": {y: lost for y, (lost, _) in worst.items()},
            "low_groups": {y: groups for y, (_, groups) in worst.items()},
        }
    ).rename_axis("fiscal_year")


def read_waiting(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """What is wanted, connected and late by year; no rows where waiting is not counted.

    Returns
    -------
    DataFrame, index fiscal_year
        wanted_it_mw, connected_it_mw, late_it_mw [MW], late_mw_years (over the years that the
        modelled year stands for). Their sum over the largest wanted is the mean wait in years.
    """
    columns = ["wanted_it_mw", "connected_it_mw", "late_it_mw", "late_mw_years"]
    if problem.waiting is None:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="fiscal_year"), dtype=float)
    connected = _connected_it_mw(problem, plan)
    wanted = problem.waiting.wanted_it_mw.reindex(connected.index)
    late = (wanted - connected).clip(lower=0.0)
    spans = pd.Series(year_spans(problem.years))
    table = pd.concat([wanted, connected, late, late * spans], axis=1)
    return table.set_axis(columns, axis=1).rename_axis("fiscal_year")


def _connected_it_mw(problem: SiteProblem, plan: Plan) -> pd.Series:
    peak = pd.Series(peak_mw_per_it_mw(problem))
    contract = plan.sites["contract_mw"].unstack("fiscal_year")
    return contract.div(peak, axis=0).sum().reindex(list(problem.years))


def _excess_it_mw(
    problem: SiteProblem, plan: Plan, walk: list[Nested]
) -> dict[int, dict[str, float]]:
    """Server power above the low end of each group, by year. [MW]"""
    per_mw = it_mw_lost_per_mw(problem, walk)
    groups = plan.groups[plan.groups.index.isin(list(per_mw), level="group")]
    fall = problem.groups["headroom_mw"] - problem.low_headroom.low_mw
    over = groups["used_mw"] - groups["headroom_mw"] + fall.reindex(groups.index)
    by_year: dict[int, dict[str, float]] = {}
    for (group, year), mw in by_key(over).items():
        by_year.setdefault(year, {})[group] = per_mw[group] * mw
    return by_year


def _most_lost(walk: list[Nested], excess_mw: dict[str, float], gamma: int) -> Lost:
    """Longest path through the walk, as in `optimize.model.robust`."""
    nothing: Lost = (0.0, ())
    best = {(len(walk), b): nothing for b in range(gamma + 1)}
    for i in reversed(range(len(walk))):
        for b in range(gamma + 1):
            best[i, b] = best[i + 1, b]
            if b > 0:
                lost, groups = best[walk[i].after, b - 1]
                low = (excess_mw[walk[i].group] + lost, (walk[i].group, *groups))
                best[i, b] = max(best[i, b], low, key=lambda found: found[0])
    return best[0, gamma]
