"""`siting redispatch`: one year of a finished plan dispatched again, every hour by itself."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from data.errors import InputError, Problem
from optimize.problem import Dispatch
from siting.alike_days import dispatch_alike
from siting.dated_days import DatedDays, dated_days
from siting.finished_run import FinishedRun, read_run
from siting.held_plan import Held, dispatch_both, held_of, is_held
from siting.posed import Progress
from siting.run_files import plain, write_json
from siting.run_year import BALANCE, FLOWS, RunYear, hourly_days, hourly_draw, run_year
from siting.scenario import Scenario
from siting.short_days import short_days
from siting.whole_file import into_run
from siting.year_figures import (
    TwoDispatches,
    difference,
    figures_of,
    figures_of_run,
    solve_both,
    without_noise,
)

Row = dict[str, Any]

FORMAT = 1
FILE = "redispatch.json"
COMMAND = "siting redispatch"

JAPAN_TIME = timezone(timedelta(hours=9))

SAME_SHARE = 1e-4
"""Figures that differ by less are those of the same year."""


def redispatch_run(
    folder: Path,
    *,
    fiscal_year: int | None = None,
    files: Path | None = None,
    asked_share: float | None = None,
    progress: Progress | None = None,
) -> Row:
    """Dispatch a year of a finished plan in all its hours and say how far the plan was off.

    Parameters
    ----------
    folder : Path
        Run folder; nothing is written into it here.
    fiscal_year : int, optional
        A modelled year; the last one when left out.
    files : Path, optional
        Folder of the files that the run's scenario names.
    asked_share : float, optional
        Share of clean power to be reached by the hour; None: the one the plan was made with. [-]
    progress : callable, optional
        Told the share done and the step.

    Returns
    -------
    dict
        Plain values: what redispatch.json holds; docs/redispatch.md describes it.

    Raises
    ------
    InputError
        It is no run folder, or the plan rests on what a re-dispatch cannot hold.
    PlanError
        HiGHS found no optimum.
    """
    tell = progress or (lambda share, text: None)
    run = read_run(folder, command=COMMAND, files=files, needed=(BALANCE, FLOWS))
    year = run.scenario.years.last if fiscal_year is None else fiscal_year
    refuse_scope(run.scenario, year)
    answer = _answer(run, year, asked_share, tell)
    tell(1.0, "done")
    result: Row = plain(_head(run) | answer)
    return result


def write_redispatch(told: Mapping[str, Any], folder: Path) -> Path:
    """Write redispatch.json into a run folder in one step; nothing else there is touched.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    return into_run(folder, FILE, lambda path: write_json(told, path), command=COMMAND)


def _answer(run: FinishedRun, year: int, asked_share: float | None, tell: Progress) -> Row:
    """The plan's year, its typical days by the hour, and the year's days by the hour."""
    planned, hourly = run_year(run, year), hourly_days(run.scenario)
    stated, areas_before = figures_of_run(planned, run.summary, year)
    started = time.perf_counter()
    dated = dated_days(run.scenario, planned.dispatch, hourly, year)
    if is_held(run.scenario):
        held = held_of(run, planned, year)
        held = replace(held, asked_share=asked_share)
        again, spread, calendar = _joined(held, planned, hourly, dated, tell)
    else:
        tell(0.1, "every hour")
        again, spread, calendar = _apart(planned, hourly, dated)
    seconds = time.perf_counter() - started
    same_blocks, _ = figures_of(again)
    in_order, areas = figures_of(calendar)
    costs_the_same = _is_near(same_blocks["cost_myen"], stated["cost_myen"])
    return {
        "fiscal_year": year,
        "asked_share": asked_share,
        "days": dated.days,
        "plan": stated,
        "plan_again": same_blocks,
        "hours_of_typical_days": figures_of(spread)[0],
        "calendar_year": in_order,
        "difference": difference(stated, in_order),
        "short_days": short_days(calendar.dispatch.slices, calendar.after.balance),
        "areas": _area_rows(without_noise(areas_before), without_noise(areas)),
        "held": is_held(run.scenario),
        "one_way": _one_way(spread),
        "own_hours": run.scenario.time.hourly_file is not None,
        "distinct_days": calendar.distinct_days,
        "seconds": seconds,
        "notes": [*run.notes, *(() if costs_the_same else ("other_cost",))],
    }


Three = tuple[TwoDispatches, TwoDispatches, TwoDispatches]
"""The plan's own blocks, its typical days by the hour, the year's days by the hour."""


def _apart(planned: RunYear, hourly: Dispatch, dated: DatedDays) -> Three:
    """Nothing joins the hours of one day to another: the draw stands as planned."""
    grid, factor = planned.grid, planned.t_per_mwh
    draw = hourly_draw(planned, hourly)
    at = [dated.like[t] for t in dated.dispatch.slices.index]
    dated_draw = draw.loc[at].set_axis(dated.dispatch.slices.index)
    return (
        solve_both(planned.dispatch, grid, planned.draw_mw, factor),
        solve_both(hourly, grid, draw, factor),
        solve_both(dated.dispatch, grid, dated_draw, factor),
    )


def _joined(
    held: Held, planned: RunYear, hourly: Dispatch, dated: DatedDays, tell: Progress
) -> Three:
    """Stores, yearly limits or moved draw join the hours: what is decided is held."""
    tell(0.1, "the plan's own hours")
    again = dispatch_both(replace(held, asked_share=None), planned.dispatch)
    tell(0.2, "typical days by the hour")
    with ThreadPoolExecutor(1) as beside:  # ties that run one way, while the year is stated
        one_way = beside if held.scenario.limits.clean is not None else None
        spread = dispatch_both(held, hourly, one_way=one_way)
        tell(0.4, "every hour")
        assert spread.held is not None
        first: Any = {"start": spread.held.prices, "like": dated.like}
        if held.scenario.time.hourly_file is None:
            return again, spread, dispatch_alike(held, dated, **first)
        return again, spread, dispatch_both(held, dated.dispatch, **first)


def _one_way(spread: TwoDispatches) -> Row | None:
    """The typical days by the hour where no clean power goes against the flow of a tie."""
    asked = None if spread.held is None else spread.held.one_way
    found = None if asked is None else asked.result()
    return None if found is None else asdict(found)


def _is_near(value: float, stated: float) -> bool:
    return abs(value - stated) <= SAME_SHARE * abs(stated)


def _head(run: FinishedRun) -> Row:
    return {
        "format": FORMAT,
        "name": run.scenario.name,
        "variant": run.summary.get("variant"),  # a lock file names none
        "title": run.summary["title"],
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "created_run": run.summary["created"],
        "version": siting.__version__,
    }


def _area_rows(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    return [
        {
            "area": area,
            "plan": before.loc[area].to_dict(),
            "calendar_year": after.loc[area].to_dict(),
        }
        for area in after.index
    ]


def refuse_scope(scenario: Scenario, year: int) -> None:
    """Raise what cannot be dispatched again.

    Raises
    ------
    InputError
        The plan has a network, which is not stated for other hours than those of the plan, or the
        year is none of it.
    """
    problems = []
    if scenario.network is not None:
        fix = "Only plans without one can be dispatched again so far; see docs/redispatch.md"
        problems.append(Problem("network", "a network to respect", "a plan without it", fix))
    years = scenario.years.modelled()
    if year not in years:
        problems.append(Problem("--year", str(year), f"one of {', '.join(map(str, years))}"))
    if problems:
        raise InputError(COMMAND, problems)
