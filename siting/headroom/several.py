"""Several buses at once, and works: the two questions beside the room of each bus."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from data.network import Network
from grid.hosting_case import Case
from grid.hosting_joint import Way, joint_capacity, taking_matrix
from grid.hosting_run import Run
from grid.hosting_works import WorksQuestion, rank_works, work_rows
from siting.headroom.question import Asked, Rule
from siting.headroom.row_store import RowStore
from siting.run_files import plain

Progress = Callable[[float, str], None]

MOST_TAKING = 12
"""Buses up to which it is worked out how much each takes from each: a program a pair."""


Stores = Callable[[str], RowStore]
"""Rule, or `works`, to where its finished programs are kept."""


def joint_answers(
    case: Case, asked: Asked, stores: Stores, progress: Progress
) -> list[dict[str, Any]]:
    """What the buses of `--joint` host together, one answer a rule.

    Parameters
    ----------
    case : Case
    asked : Asked
    stores : callable
        `joint-` and a rule to its store: programs that are there are not solved again.
    progress : callable
        Told the share done of one rule and the step.

    Returns
    -------
    list of dict
        rule, total_mw and single_sum_mw (None or NaN: not limited) [MW], branch, outage, reason,
        buses (bus, single_mw, joint_mw: one way to place the total), taking (by bus where load is
        placed, MW each bus loses for each MW; empty for more than `MOST_TAKING` buses).
    """
    buses = list(asked.joint)
    if not buses:
        return []
    where = {rule: stores(f"joint-{rule}") for rule in asked.rules}
    return [_joint(case, rule, (buses, store), progress) for rule, store in where.items()]


def _joint(
    case: Case, rule: Rule, asked: tuple[list[str], RowStore], progress: Progress
) -> dict[str, Any]:
    (buses, store), way = asked, Way(dispatch=rule)
    found = joint_capacity(case, buses, way, run=store.run(progress))
    taking = None
    if len(buses) <= MOST_TAKING:
        # a new run finds what was kept a moment ago
        taking = taking_matrix(case, buses, way, run=store.run(progress))
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
    works: tuple[Network, pd.DataFrame],
    case: Case,
    asked: Asked,
    store: RowStore,
    progress: Progress,
) -> pd.DataFrame:
    """Reinforcement options of `--works` by MW of N-1 room for each million yen.

    Measured at the buses of `--bus`, else of `--joint`, else at all, under the first rule.

    Parameters
    ----------
    works : tuple of Network and DataFrame
        The options.
    case : Case
        Of the network.
    asked : Asked
    store : RowStore
        Options that are there, as they are now, are not worked out again.
    progress : callable

    Returns
    -------
    DataFrame
        option, bus, before_mw, after_mw, gained_mw [MW], cost_myen, mw_per_myen, lead_years.
    """
    network, options = works
    buses = list(asked.buses or asked.joint or case.grid.bus_of)
    question = WorksQuestion(dispatch=asked.rules[0], question=case.question)
    keys = {str(option): _key(row) for option, row in options.iterrows()}
    done = _finished(options, keys, buses, store.table())
    run = Run(progress, lambda rows: store.add(_kept(rows, keys)), done)
    return rank_works(network, options, buses, question, case=case, run=run)


def _key(work: pd.Series) -> str:
    """What the capacity after an option depends on; its cost and its name do not count."""
    columns = ("kind", "branch", "from_bus", "to_bus", "x_pu", "rating_mw")
    values = {name: work.get(name) for name in columns}
    return json.dumps([str(work.name), plain(values)], ensure_ascii=False, sort_keys=True)


def _kept(rows: pd.DataFrame, keys: dict[str, str]) -> pd.DataFrame:
    """Rows of an option as the store wants them, index the option and bus as text."""
    index = [_line_key(keys[option], bus) for option, bus in rows[["option", "bus"]].to_numpy()]
    return rows[["before_mw", "after_mw"]].set_axis(index)


def _line_key(key: str, bus: str) -> str:
    return json.dumps([key, bus], ensure_ascii=False)


def _finished(
    options: pd.DataFrame, keys: dict[str, str], buses: list[str], kept: pd.DataFrame
) -> pd.DataFrame | None:
    """Rows of the options of which every bus is there; None if there is no such option."""
    tables = []
    for option, work in options.iterrows():
        asked = [_line_key(keys[str(option)], bus) for bus in buses]
        if set(asked) <= set(kept.index):
            found = kept.loc[asked].set_axis(pd.Index(buses, name="bus")).astype(float)
            tables.append(work_rows(work, found["before_mw"], found["after_mw"]))
    return pd.concat(tables, ignore_index=True) if tables else None
