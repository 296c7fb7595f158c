"""Reinforcement options, ranked by what they add to hosting capacity for their cost."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from data.network import Network
from grid.hosting import hosting_fixed
from grid.hosting_case import Case, Question, case_of
from grid.hosting_program import Dispatch, Security
from grid.hosting_redispatch import hosting_redispatch
from grid.hosting_run import Run
from grid.hosting_work_case import case_with_work

WORK_COLUMNS = (
    "kind",
    "branch",
    "from_bus",
    "to_bus",
    "x_pu",
    "rating_mw",
    "cost_myen",
    "lead_years",
)
"""Columns of an option; index option (text)."""
KINDS = ("new_circuit", "upgrade")


@dataclass(frozen=True, slots=True)
class WorksQuestion:
    """Which capacity the options are measured by."""

    dispatch: Dispatch = "fixed"
    security: Security = "n1"
    question: Question = field(default_factory=Question)


def rank_works(
    network: Network,
    options: pd.DataFrame,
    buses: list[str],
    asked: WorksQuestion | None = None,
    *,
    case: Case | None = None,
    run: Run | None = None,
) -> pd.DataFrame:
    """MW that each option adds at each bus, the most for the money first.

    Every option is put into the network alone and the capacity computed anew, with its own outage
    among the outages: nothing is estimated. The factors follow from those of the network as it is
    (`grid.hosting_work_case`). Gains of several options do not add up.

    Parameters
    ----------
    network : Network
    options : DataFrame, index option
        kind `new_circuit`: from_bus, to_bus, x_pu, rating_mw [MW] (NaN: never binds); branch must
        be empty or absent. kind `upgrade`: branch, its new rating_mw, and x_pu where the work
        changes it (NaN: as it was). cost_myen [million yen, above 0], lead_years [years, NaN not
        known].
    buses : list of str
    asked : WorksQuestion, optional
    case : Case, optional
        Of the network and the question, where it is there already.
    run : Run, optional
        Rows of an option are handed on together; `done` has the columns of the result.

    Returns
    -------
    DataFrame
        option, bus, before_mw, after_mw, gained_mw [MW], cost_myen, mw_per_myen, lead_years.
        A negative gain is real: a circuit can draw flow onto a weaker branch. after_mw NaN: nothing
        limits the bus any more, the gain is inf. Both NaN: nothing limited it before, gain NaN.

    Raises
    ------
    InputError
        With every fault of the options.
    """
    problems = list(_faults(network, options, buses))
    if problems:
        raise InputError("reinforcement options", problems)
    asked, run = asked or WorksQuestion(), run or Run()
    known = set() if run.done is None else set(run.done["option"])
    base = case_of(network, asked.question) if case is None else case
    before = _capacity(base, buses, asked) if set(options.index) - known else pd.Series()
    tables = [] if run.done is None else [run.done]
    for place, option in enumerate(options.index):
        run.report(place / len(options), "reinforcement options")
        if option in known:
            continue
        work = options.loc[option]
        changed = case_with_work(base, network, work, with_work(network, work))
        after = _capacity(changed, buses, asked)
        tables.append(work_rows(work, before, after))
        run.hand_on(tables[-1])
    run.report(1.0, "reinforcement options")
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(
        ["mw_per_myen", "option", "bus"], ascending=[False, True, True], ignore_index=True
    )


def with_work(network: Network, work: pd.Series) -> Network:
    """Network after one option.

    Parameters
    ----------
    network : Network
    work : Series
        Row of the options, its name is the option.
    """
    branches = network.branches.copy()
    if work["kind"] == "upgrade":
        branches.loc[work["branch"], "rating_mw"] = work["rating_mw"]
        if pd.notna(work.get("x_pu")):
            branches.loc[work["branch"], "x_pu"] = work["x_pu"]
        return replace(network, branches=branches)
    circuit = {
        "name": str(work.name),
        "from_bus": work["from_bus"],
        "to_bus": work["to_bus"],
        "kind": "line",
        "x_pu": float(work["x_pu"]),
        "ratio": 1.0,
        "shift_deg": 0.0,
        "rating_mw": float(work["rating_mw"]),
        "km": np.nan,
        "in_service": True,
    }
    row = pd.DataFrame([circuit], index=pd.Index([str(work.name)], name=branches.index.name))
    added = pd.concat([branches, row[list(branches.columns.intersection(row.columns))]])
    return replace(network, branches=added)


def _capacity(case: Case, buses: list[str], asked: WorksQuestion) -> pd.Series:
    compute = hosting_fixed if asked.dispatch == "fixed" else hosting_redispatch
    return compute(case, buses)[f"{asked.security}_mw"]


def work_rows(work: pd.Series, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Rows of one option, as of `rank_works`, from capacities at the same buses.

    Parameters
    ----------
    work : Series
        Row of the options, its name is the option.
    before, after : Series, index bus
        NaN where nothing limits. [MW]
    """
    # NaN is "unlimited" here: nothing is gained on it, and everything by coming to it
    gained = (after - before).where(after.notna() | before.isna(), np.inf)
    return pd.DataFrame(
        {
            "option": str(work.name),
            "bus": before.index,
            "before_mw": before.to_numpy(),
            "after_mw": after.to_numpy(),
            "gained_mw": gained.to_numpy(),
            "cost_myen": float(work["cost_myen"]),
            "mw_per_myen": gained.to_numpy() / float(work["cost_myen"]),
            "lead_years": float(work["lead_years"]),
        }
    )


def _faults(network: Network, options: pd.DataFrame, buses: list[str]) -> Iterator[Problem]:
    absent = [c for c in ("kind", "rating_mw", "cost_myen", "lead_years") if c not in options]
    for column in absent:
        yield Problem(f"options.{column}", "no such column", "a column")
    for option in options.index[options.index.duplicated()].unique():
        yield Problem("options", f"{option} twice", "each option once")
    for bus in buses:
        if bus not in network.buses.index:
            yield Problem("buses", bus, "a bus of the network")
    if not absent:
        for option, work in options.iterrows():
            yield from _faults_of(network, str(option), work)


def _faults_of(network: Network, option: str, work: pd.Series) -> Iterator[Problem]:
    where = f"options.{option}"
    if work["kind"] not in KINDS:
        yield Problem(f"{where}.kind", str(work["kind"]), "one of " + ", ".join(KINDS))
    elif work["kind"] == "upgrade":
        if work.get("branch") not in network.branches.index:
            yield Problem(f"{where}.branch", str(work.get("branch")), "a branch of the network")
    else:
        yield from _faults_of_circuit(network, option, work)
    for column in ("rating_mw", "cost_myen", "x_pu", "lead_years"):
        value = _number(work.get(column))
        least = "0 or more" if column == "lead_years" else "more than 0"
        is_wrong = value < 0 if column == "lead_years" else value <= 0
        if is_wrong or (column == "cost_myen" and pd.isna(value)):
            yield Problem(f"{where}.{column}", str(work.get(column)), least)


def _number(cell: object) -> float:
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


def _faults_of_circuit(network: Network, option: str, work: pd.Series) -> Iterator[Problem]:
    where = f"options.{option}"
    if option in network.branches.index:
        yield Problem("options", option, "a name that no branch has")
    for end in ("from_bus", "to_bus"):
        if work.get(end) not in network.buses.index:
            yield Problem(f"{where}.{end}", str(work.get(end)), "a bus of the network")
    if work.get("from_bus") == work.get("to_bus"):
        yield Problem(f"{where}.to_bus", str(work.get("to_bus")), "another bus than from_bus")
    if pd.isna(work.get("x_pu")):
        yield Problem(f"{where}.x_pu", "nothing", "a reactance above 0")
