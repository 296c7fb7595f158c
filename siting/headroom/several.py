"""Several buses at once, and works: the two questions beside the room of each bus."""

from typing import Any

import pandas as pd

from data.network import Network
from grid.hosting_case import Case
from grid.hosting_joint import Way, joint_capacity, taking_matrix
from grid.hosting_run import Run
from grid.hosting_works import WorksQuestion, rank_works
from siting.headroom.question import Asked, Rule

MOST_TAKING = 12
"""Buses up to which it is worked out how much each takes from each: a program a pair."""


def joint_answers(case: Case, asked: Asked, run: Run) -> list[dict[str, Any]]:
    """What the buses of `--joint` host together, one answer a rule.

    Returns
    -------
    list of dict
        rule, total_mw and single_sum_mw (None or NaN: not limited) [MW], branch, outage, reason,
        buses (bus, single_mw, joint_mw: one way to place the total), taking (by bus where load is
        placed, MW each bus loses for each MW; empty for more than `MOST_TAKING` buses).
    """
    return [_joint(case, rule, list(asked.joint), run) for rule in asked.rules]


def _joint(case: Case, rule: Rule, buses: list[str], run: Run) -> dict[str, Any]:
    way = Way(dispatch=rule)
    found = joint_capacity(case, buses, way)
    taking = taking_matrix(case, buses, way, run=run) if len(buses) <= MOST_TAKING else None
    return {
        "rule": rule,
        "total_mw": found.total_mw,
        "single_sum_mw": float(found.alone_mw.sum(skipna=False)),
        "branch": found.branch,
        "outage": found.outage,
        "reason": found.reason,
        "buses": [
            {"bus": bus, "single_mw": found.alone_mw[bus], "joint_mw": found.placed_mw[bus]}
            for bus in buses
        ],
        "taking": {} if taking is None else {at: row.to_dict() for at, row in taking.iterrows()},
    }


def ranked_works(
    network: Network, options: pd.DataFrame, case: Case, asked: Asked, run: Run
) -> pd.DataFrame:
    """Reinforcement options of `--works` by MW of N-1 room for each million yen.

    Measured at the buses of `--bus`, else of `--joint`, else at all, under the first rule.

    Returns
    -------
    DataFrame
        option, bus, before_mw, after_mw, gained_mw [MW], cost_myen, mw_per_myen, lead_years.
    """
    buses = list(asked.buses or asked.joint or case.grid.bus_of)
    question = WorksQuestion(dispatch=asked.rules[0], question=case.question)
    return rank_works(network, options, buses, question, run=run)
