"""Sets of sites tried in every sample, and what they cost beyond its best plan."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from optimize.robust_choice import LeastRegret, least_regret
from siting.robust.solves import PLAN, UNSETTLED, sites_of

Row = dict[str, Any]
Sites = tuple[str, ...]


def sets_to_try(base: Row, plans: Sequence[Row], most: int) -> list[Sites]:
    """The scenario's own set, that of the dearest sample, then the most usual; at most so many.

    The dearest sample asks for most, so that its set is the likeliest to do everywhere. The most
    usual is the one that most samples have; of those, the one that differs from the sets of all
    samples in the fewest sites.
    """
    found = [sites_of(plan) for plan in plans]
    dearest = sorted(plans, key=lambda plan: plan["cost_myen"])[-1:]
    usual = sorted(set(found), key=lambda one: (-found.count(one), _apart(one, found), one))
    order = [sites_of(base), *(sites_of(plan) for plan in dearest), *usual]
    return list(dict.fromkeys(order))[:most]


def _apart(one: Sites, found: Sequence[Sites]) -> int:
    return sum(len(set(one) ^ set(other)) for other in found)


def count_sets(base: Row, plans: Sequence[Row]) -> int:
    """Different sets of sites there are to try."""
    return len({sites_of(plan) for plan in (base, *plans)})


def regret_of(cells: Mapping[str, Sequence[Row]], plans: Mapping[str, Row]) -> LeastRegret:
    """Regret of every set in every sample that has a plan.

    Parameters
    ----------
    cells : mapping of str to sequence of dict
        By sample, what each set costs there: status, cost_myen, bound_myen.
    plans : mapping of str to dict
        Best plan of the same samples.
    """
    cost = pd.DataFrame({name: [_cost(row) for row in rows] for name, rows in cells.items()})
    bound = pd.DataFrame({name: [_bound(row) for row in rows] for name, rows in cells.items()})
    labels = [str(place) for place in range(len(cost))]
    cost.index = bound.index = pd.Index(labels, name="set")
    rows = {name: (plan["cost_myen"], plan["bound_myen"]) for name, plan in plans.items()}
    own = pd.DataFrame.from_dict(rows, orient="index", columns=["cost_myen", "bound_myen"])
    return least_regret(cost, bound, own)


def _cost(row: Row) -> float:
    return float(row["cost_myen"]) if row["status"] == PLAN else np.inf


def _bound(row: Row) -> float:
    if row["status"] == UNSETTLED:
        return -np.inf
    return float(row["bound_myen"]) if row["status"] == PLAN else np.inf


def set_rows(
    sets: Sequence[Sites], cells: Mapping[str, Sequence[Row]], plans: Mapping[str, Row]
) -> tuple[list[Row], Row]:
    """What is told of each set, the least largest regret first, and of the choice among them.

    Returns
    -------
    rows : list of dict
        number, sites, own (the scenario's), best_in (samples), cells (by sample: status, regret
        and the most that it can be [M¥]), mean_myen and largest_myen over all samples, None where
        one has no plan with the set; without_plan, unsettled (samples).
    choice : dict
        number of the set of least largest regret or None, proven.
    """
    found = regret_of(cells, plans)
    rows = [_set_row(place, sets, cells, plans, found) for place in range(len(sets))]
    best = None if found.best_set is None else int(found.best_set)
    order = sorted(rows, key=lambda row: _standing(row, best))
    for number, row in enumerate(order, 1):
        row["number"] = number
    return order, {"set": None if best is None else 1, "proven": found.proven}


def _standing(row: Row, best: int | None) -> tuple[object, ...]:
    """Order of the sets: the chosen one, then by largest regret, then by samples without a plan."""
    failed = row["without_plan"] + row["unsettled"]
    return row["place"] != best, failed, row["largest_myen"] or 0.0, row["place"]


def _set_row(
    place: int,
    sets: Sequence[Sites],
    cells: Mapping[str, Sequence[Row]],
    plans: Mapping[str, Row],
    found: LeastRegret,
) -> Row:
    regret, at_most = found.regret_myen.iloc[place], found.at_most_myen.iloc[place]
    told = {
        name: {
            "status": rows[place]["status"],
            "reason": rows[place].get("reason"),
            "regret_myen": _finite(regret[name]),
            "at_most_myen": _finite(at_most[name]),
        }
        for name, rows in cells.items()
    }
    statuses = [row["status"] for row in told.values()]
    return {
        "place": place,
        "sites": list(sets[place]),
        "own": place == 0,
        "best_in": sum(sites_of(plan) == sets[place] for plan in plans.values()),
        "cells": told,
        "mean_myen": _finite(regret.mean()),
        "largest_myen": _finite(regret.max()),
        "largest_at_most_myen": _finite(at_most.max()),
        "without_plan": sum(status not in (PLAN, UNSETTLED) for status in statuses),
        "unsettled": statuses.count(UNSETTLED),
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
