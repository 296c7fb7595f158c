"""Which uncertain input matters most: moved alone, and over all samples together."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from siting.robust.solves import PLAN, sites_of

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]

FEWEST_RANKED = 4
"""Fewer samples have too few orders to say anything."""

MOST_ORDERED, DRAWN_ORDERS = 7, 10_000

SAME = 1e-9
"""Correlations that differ by less are equal."""


def swing_row(value: Any, base: Row, moved: Row) -> Row:
    """What one input at one value changes, all others as the scenario has them.

    Returns
    -------
    dict
        value, status, extra_myen (cost less the scenario's), sure (whether the two proofs rule out
        that it is zero), comes, leaves (sites), reason.
    """
    row: Row = {"value": value, "status": moved["status"], "reason": moved.get("reason")}
    if moved["status"] != PLAN:
        return row | {"extra_myen": None, "sure": None, "comes": [], "leaves": []}
    before, after = set(sites_of(base)), set(sites_of(moved))
    sure = moved["bound_myen"] > base["cost_myen"] or base["bound_myen"] > moved["cost_myen"]
    return row | {
        "extra_myen": moved["cost_myen"] - base["cost_myen"],
        "sure": sure,
        "comes": sorted(after - before),
        "leaves": sorted(before - after),
    }


def swing_summary(swings: Sequence[Row]) -> Row:
    """Width of an input's swings: swing_myen [M¥] and sites_changed, both with the scenario's."""
    extras = [0.0, *(row["extra_myen"] for row in swings if row["extra_myen"] is not None)]
    changes = [len(row["comes"]) + len(row["leaves"]) for row in swings]
    return {
        "swing_myen": max(extras) - min(extras),
        "sites_changed": max(changes, default=0),
        "without_plan": sum(row["status"] != PLAN for row in swings),
    }


def rank_correlation(values: Sequence[float], results: Sequence[float]) -> Row:
    """Spearman's rank correlation and its p value; both None where it cannot be told.

    The p value is the share of all orders of the results (of 10,000 drawn ones from eight samples
    on) whose correlation is as far from zero: the usual approximation is far off for few samples.

    Examples
    --------
    >>> rank_correlation([1, 2, 3, 4], [10, 20, 40, 30])["rho"]
    0.8
    >>> rank_correlation([1, 2, 3, 4], [5, 5, 5, 5])
    {'rho': None, 'p_value': None}
    """
    too_few = len(values) < FEWEST_RANKED
    if too_few or np.ptp(values) == 0 or np.ptp(results) == 0:
        return {"rho": None, "p_value": None}
    first, second = (_standard_ranks(one) for one in (values, results))
    rho = float(first @ second)
    by_chance = _orders(second) @ first
    return {"rho": round(rho, 12), "p_value": float(np.mean(np.abs(by_chance) >= abs(rho) - SAME))}


def _standard_ranks(values: Sequence[float]) -> Floats:
    """Ranks, ties shared, with mean zero and length one."""
    ranks = rankdata(values) - (len(values) + 1) / 2
    standard: Floats = ranks / np.linalg.norm(ranks)
    return standard


def _orders(ranks: Floats) -> Floats:
    """All orders of few ranks, or the given one and seeded draws of others."""
    if len(ranks) <= MOST_ORDERED:
        return np.array(list(permutations(ranks)))
    drawn = np.tile(ranks, (DRAWN_ORDERS, 1))
    drawn[1:] = np.random.default_rng(0).permuted(drawn[1:], axis=1)
    return drawn


def ranks_of(
    values: Sequence[Any], choices: Sequence[Any], base: Row, plans: Mapping[str, Row]
) -> Row:
    """Rank correlation of an input with cost, and with how many sites differ from the scenario's.

    Choices that are not numbers have the order in which they are listed.
    """
    numbers = [_as_number(value, choices) for value in values]
    own = set(sites_of(base))
    differ = [len(own ^ set(sites_of(plan))) for plan in plans.values()]
    return {
        "cost": rank_correlation(numbers, [plan["cost_myen"] for plan in plans.values()]),
        "sites": rank_correlation(numbers, differ),
    }


def _as_number(value: Any, choices: Sequence[Any]) -> float:
    words = any(isinstance(one, bool) or not isinstance(one, int | float) for one in choices)
    return float(choices.index(value)) if choices and words else float(value)
