"""The steps of `siting explain`, in order: read, pose again, plan again, prices, other plans."""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from data.errors import InfeasibleError, InputError
from optimize.fixed_sites import FixedSites
from optimize.plan import Plan, choose_sites
from siting.explain.clashes import clash_summary, of_error
from siting.explain.flexible import worth_of_flexibility
from siting.explain.names import names_of
from siting.explain.own_limits import naming_of, own_headroom
from siting.explain.prices import priced_limits, told
from siting.explain.question import COMMAND, Asked, find_problems
from siting.explain.sites import around, settings_of, site_summary, standing
from siting.finished_run import FinishedRun, read_run
from siting.posed import Posed, Progress, part_of, pose_study
from siting.run_files import plain
from siting.scenario import Scenario
from siting.screen.homes import Homes

Row = dict[str, Any]

FORMAT = 1

JAPAN_TIME = timezone(timedelta(hours=9))

PLAN_SHARE = (0.15, 0.5)
"""Part of the progress bar that belongs to planning again."""

HEADROOMS = ("respect_headroom", "respect_low_headroom")
"""Limits whose key is a group of sites."""

SAME_COST_SHARE = 1e-4
"""Costs that differ by less are those of the same plan."""


def explain_run(
    folder: Path,
    asked: Asked,
    *,
    homes: Homes | None = None,
    progress: Progress | None = None,
) -> Row:
    """Say why a finished run says what it says.

    Parameters
    ----------
    folder : Path
        Run folder; nothing is written into it here.
    asked : Asked
    homes : Homes, optional
        Folders of the layers of the scenario's section `screen`, where it has one.
    progress : callable, optional
        Told the share done and the step.

    Returns
    -------
    dict
        Plain values: what explain.json holds; docs/explain.md describes it.

    Raises
    ------
    InputError
        It is no run folder, its files are gone, or an option cannot be.
    PlanError
        The plan could not be found again in the time of the scenario.
    """
    tell = progress or (lambda share, text: None)
    _refuse(asked)
    run = read_run(folder, command=COMMAND, files=asked.files)
    posed = pose_study(run.scenario, homes, tell)
    started = time.perf_counter()
    plan = _plan_again(posed, part_of(tell, *PLAN_SHARE))
    seconds = {"plan": time.perf_counter() - started}
    summary = _head(run.scenario) | {
        "kind": "run",
        "variant": run.summary.get("variant"),  # a lock file names none
        "title": run.summary["title"],
        "created_run": run.summary["created"],
        "plan": _about(plan, run),
        "why": _why(run),
        "prices": None,
        "sites": None,
        "flexibility": None,
        "notes": list(run.notes),
    }
    tell(0.5, "prices")
    _add_prices(summary, posed, plan, seconds)
    if posed.question.network is None:
        tell(0.55, "flexible draw")
        _add_worth(summary, posed, plan, seconds)
        tell(0.65, "other plans")
        _add_sites(summary, posed, plan, asked, seconds)
    else:
        summary["notes"].append("network")
    tell(1.0, "done")
    result: Row = plain(summary | {"seconds": seconds})
    return result


def explain_scenario(
    scenario: Scenario,
    asked: Asked,
    *,
    homes: Homes | None = None,
    progress: Progress | None = None,
) -> Row:
    """Say which limits of a scenario clash, if they do.

    Raises
    ------
    InputError
        A table, a name or an option cannot be used.
    PlanError
        The time did not suffice to say whether the limits clash at all.
    """
    tell = progress or (lambda share, text: None)
    _refuse(asked)
    try:
        posed = pose_study(scenario, homes, tell)
        tell(0.2, "clashes")
        clash = clash_summary(posed, asked.time_limit_s)
    except InfeasibleError as error:
        clash = of_error(error)
    tell(1.0, "done")
    title = scenario.title.model_dump()
    result: Row = plain(_head(scenario) | {"kind": "scenario", "title": title, "clash": clash})
    return result


def _refuse(asked: Asked) -> None:
    problems = find_problems(asked)
    if problems:
        raise InputError(COMMAND, problems)


def _head(scenario: Scenario) -> Row:
    return {
        "format": FORMAT,
        "name": scenario.name,
        "variant": scenario.origin.variant,
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "version": siting.__version__,
    }


def _plan_again(posed: Posed, progress: Progress) -> Plan:
    """The plan, from the same question, seed and gap as the run had."""
    network = None if posed.question.network is None else posed.question.network.grid
    return choose_sites(
        posed.question.problem,
        settings_of(posed.scenario),
        network=network,
        base_cost_myen=posed.base.cost_myen,
        progress=progress,
    )


def _about(plan: Plan, run: FinishedRun) -> Row:
    """How the plan found again compares with the run's."""
    cost, recorded = plan.record.cost_myen, run.solve.get("cost_myen")
    chosen = {row["site"] for row in run.summary["sites"]}
    known = float(recorded) if isinstance(recorded, float | int) else float("nan")
    same_cost = abs(cost - known) <= SAME_COST_SHARE * abs(known)
    return {
        "cost_myen": cost,
        "bound_myen": plan.record.bound_myen,
        "gap_share": plan.record.gap_share,
        "recorded_cost_myen": recorded,
        "same": bool(same_cost and chosen == _chosen(plan)),
    }


def _chosen(plan: Plan) -> set[str]:
    used = plan.sites["contract_mw"] > 0
    return set(used[used].index.get_level_values("site"))


def _why(run: FinishedRun) -> list[Row]:
    """What the run's own summary says of each chosen site."""
    return [
        {
            "site": row["site"],
            "name": {"ja": row["name_ja"], "en": row["name_en"]},
            "area": row["area"],
            "start_fiscal_year": row["start_fiscal_year"],
            "last_mw": row["by_year"][-1]["contract_mw"],
            "why": row["why"],
            "binding": row["binding"],
            "next_best": row["next_best"],
        }
        for row in run.summary["sites"]
    ]


def _add_prices(summary: Row, posed: Posed, plan: Plan, seconds: dict[str, float]) -> None:
    """Prices; where a network has to be respected, those of its plan, unchecked."""
    started, naming = time.perf_counter(), naming_of(posed)
    own = own_headroom(posed)
    if posed.question.network is not None:
        summary["prices"] = told(priced_limits(plan.limits, None, plan, own), None, naming)
    else:
        fixed = FixedSites(
            posed.question.problem,
            plan,
            settings_of(posed.scenario),
            base_cost_myen=posed.base.cost_myen,
        )
        # clean power also holds a tie to one way at a time, by a row of its own: a tie that grows
        # would have to change that row as well
        clean = posed.question.problem.clean is not None
        found = priced_limits(fixed.limits(), None if clean else fixed.ties(), plan, own)
        summary["notes"] += ["clean"] if clean else []
        summary["prices"] = told(found, fixed, naming)
    _add_members(summary["prices"], posed)
    seconds["prices"] = time.perf_counter() - started


def _add_worth(summary: Row, posed: Posed, plan: Plan, seconds: dict[str, float]) -> None:
    started = time.perf_counter()
    summary["flexibility"] = worth_of_flexibility(posed, plan)
    seconds["flexibility"] = time.perf_counter() - started


def _add_members(prices: list[Row], posed: Posed) -> None:
    """Sites that share a headroom with a price; a map can lay the price where they are."""
    table = posed.question.problem.group_sites
    members = {str(group): sorted(own) for group, own in table.groupby("group")["site"]}
    for row in prices:
        shared = row["limit"] in HEADROOMS
        row["sites"] = members.get(row["key"], []) if shared else []


def _add_sites(
    summary: Row, posed: Posed, plan: Plan, asked: Asked, seconds: dict[str, float]
) -> None:
    started = time.perf_counter()
    near = around(posed, plan, _nearest(posed, plan, summary), asked)
    summary["sites"] = site_summary(near, asked, names_of(posed))
    seconds["sites"] = time.perf_counter() - started


def _nearest(posed: Posed, plan: Plan, summary: Row) -> pd.Series:
    """Sites not chosen: those named as next best first, then the cheapest for their own works."""
    problem, chosen = posed.question.problem, standing(plan)
    cost = problem.costs.groupby("site").sum().reindex(problem.sites.index).fillna(0.0)
    unit = cost["per_mw_myen_per_year"] + cost["fixed_myen_per_year"] / problem.sites["max_mw"]
    named = {row["next_best"]["site"] for row in summary["why"] if row["next_best"]}
    order = unit.to_frame("myen").assign(later=~unit.index.isin(list(named)))
    order = order[~order.index.isin(list(chosen))].sort_values(["later", "myen"])
    return order["myen"]
