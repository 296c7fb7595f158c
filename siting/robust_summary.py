"""What a run says of headroom that may turn out low, and of waiting for power."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from optimize.plan import Plan
from optimize.read_robust import read_waiting, read_worst_case
from siting.group_names import Text
from siting.question import Question
from siting.scenario import Scenario

Row = dict[str, Any]


def robust_summary(question: Question, plan: Plan, names: Mapping[str, Text]) -> list[Row] | None:
    """The worst case of each year; None where the scenario does not ask for one (`gamma` 0).

    Returns
    -------
    list of dict
        Rows of `optimize.read_robust.read_worst_case`, with `gamma` (groups that may be low at
        once) and `low_groups` as key, name_ja and name_en. [MW of server power]
    """
    gamma = question.problem.low_headroom.gamma
    if gamma == 0:
        return None
    rows: list[Any] = read_worst_case(question.problem, plan).reset_index().to_dict("records")
    return [
        {**row, "gamma": gamma, "low_groups": [_named(key, names) for key in row["low_groups"]]}
        for row in rows
    ]


def waiting_summary(scenario: Scenario, question: Question, plan: Plan) -> Row | None:
    """Time to power by year with its price and limit; None where waiting is not counted.

    Returns
    -------
    dict
        price_myen_per_mw_year [M¥/(MW a)], mean_years_limit, mean_years [years], full_from
        [fiscal year], years: rows of `optimize.read_robust.read_waiting`. Without anything
        wanted nothing waits, and mean_years is None.
    """
    limit = scenario.limits.waiting
    if limit is None:
        return None
    table = read_waiting(question.problem, plan)
    return {
        "price_myen_per_mw_year": limit.price_myen_per_mw_year,
        "mean_years_limit": limit.mean_years,
        "full_from": limit.full_from,
        "mean_years": _mean_years(table),
        "years": table.reset_index().to_dict("records"),
    }


def _mean_years(table: pd.DataFrame) -> float | None:
    """Mean wait of the megawatts wanted, as the limit counts it. [years]"""
    most_mw = float(table["wanted_it_mw"].max()) if len(table) else 0.0
    return float(table["late_mw_years"].sum()) / most_mw if most_mw > 0 else None


def _named(key: str, names: Mapping[str, Text]) -> Row:
    """A group by its names; one without a name stands for itself."""
    name = names.get(key, {"ja": key, "en": key})
    return {"key": key, "name_ja": name["ja"], "name_en": name["en"]}
