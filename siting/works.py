"""Works that a scenario offers to reinforce the grid, and which of them a plan takes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from optimize.plan import Plan
from siting.group_names import Text
from siting.question import Question

Row = dict[str, Any]


def works_summary(question: Question, plan: Plan, names: Mapping[str, Text]) -> list[Row] | None:
    """One row for each of the works on offer; None where the scenario offers none.

    Returns
    -------
    list of dict or None
        option, groups (names of what is lifted), added_mw [MW], earliest_fiscal_year,
        in_service_fiscal_year (None: not taken), myen_per_year [M¥/a].
    """
    offered = question.problem.reinforcements
    if offered.empty:
        return None
    lifted = question.problem.lifted()
    return [
        {
            "option": str(option),
            "groups": [
                dict(names.get(group, {"ja": group, "en": group}))
                for group in lifted.loc[lifted["option"] == option, "group"]
            ],
            "added_mw": float(row["added_mw"]),
            "earliest_fiscal_year": int(row["first_fiscal_year"]),
            "in_service_fiscal_year": _first_year(plan.reinforcements["in_service"], option),
            "myen_per_year": float(row["myen_per_year"]),
        }
        for option, row in offered.iterrows()
    ]


def _first_year(in_service: pd.Series, option: object) -> int | None:
    years = in_service.xs(option, level="option")
    return int(years.index[years.to_numpy(dtype=bool)].min()) if years.any() else None


def works_at(question: Question, plan: Plan) -> dict[str, list[Text]]:
    """What the works that a plan takes add to each group of places, in words."""
    found: dict[str, list[Text]] = defaultdict(list)
    in_service = plan.reinforcements["in_service"]
    for option, group, added_mw in question.problem.lifted().itertuples(index=False):
        year = _first_year(in_service, option)
        if year is not None:
            found[str(group)].append(
                {
                    "ja": f"工事「{option}」により{year}年度から +{added_mw:,.0f} MW",
                    "en": f"Works “{option}” add {added_mw:,.0f} MW from FY{year}",
                }
            )
    return found
