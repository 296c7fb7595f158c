"""`siting redispatch`: one year of a finished plan dispatched again, every hour by itself."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from data.errors import InputError, Problem
from data.facts import read_fact
from grid.hourly_year import calendar_days, day_counts
from optimize.problem import Dispatch
from siting.finished_run import FinishedRun, read_run
from siting.posed import Progress
from siting.run_files import plain, write_json
from siting.run_year import BALANCE, FLOWS, hourly_days, hourly_draw, on_calendar, run_year
from siting.scenario import Scenario
from siting.scenario_demand import Flexibility
from siting.whole_file import into_run
from siting.year_figures import difference, figures_of, figures_of_run, solve_both, without_noise

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
    _refuse_scope(run.scenario, year)
    tell(0.1, "every hour")
    answer = _answer(run, year)
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


def _answer(run: FinishedRun, year: int) -> Row:
    """The plan's year, its typical days by the hour, and the calendar's year by the hour."""
    planned, hourly = run_year(run, year), hourly_days(run.scenario)
    kinds = read_fact("day_kinds")
    counts = day_counts(calendar_days(kinds, year))
    stated, areas_before = figures_of_run(planned, run.summary, year)
    again = solve_both(planned.dispatch, planned.grid, planned.draw_mw, planned.t_per_mwh)
    two = solve_both(hourly, planned.grid, hourly_draw(planned, hourly), planned.t_per_mwh)
    same_blocks, _ = figures_of(again)
    spread, _ = figures_of(two)
    dated, areas = figures_of(two, on_calendar(hourly, counts))
    costs_the_same = _is_near(same_blocks["cost_myen"], stated["cost_myen"])
    return {
        "fiscal_year": year,
        "days": _day_rows(kinds, planned.dispatch, counts),
        "plan": stated,
        "plan_again": same_blocks,
        "hours_of_typical_days": spread,
        "calendar_year": dated,
        "difference": difference(stated, dated),
        "areas": _area_rows(without_noise(areas_before), without_noise(areas)),
        "distinct_days": two.distinct_days,
        "seconds": two.seconds,
        "notes": [*run.notes, *(() if costs_the_same else ("other_cost",))],
    }


def _is_near(value: float, stated: float) -> bool:
    return abs(value - stated) <= SAME_SHARE * abs(stated)


def _head(run: FinishedRun) -> Row:
    return {
        "format": FORMAT,
        "name": run.scenario.name,
        "variant": run.scenario.origin.variant,
        "title": run.summary["title"],
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "created_run": run.summary["created"],
        "version": siting.__version__,
    }


def _day_rows(kinds: pd.DataFrame, planned: Dispatch, counts: pd.Series) -> list[Row]:
    """How often each kind of day comes: in the plan (0: not looked at), and in the calendar."""
    weight = planned.slices.drop_duplicates("day").set_index("day")["weight_days"]
    names = kinds.set_index("day")[["name_ja", "name_en"]]
    return [
        {
            "day": day,
            "name": {"ja": names.at[day, "name_ja"], "en": names.at[day, "name_en"]},
            "plan_days": float(weight.get(day, 0.0)),
            "calendar_days": int(counts.get(day, 0)),
        }
        for day in names.index
    ]


def _area_rows(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    return [
        {
            "area": area,
            "plan": before.loc[area].to_dict(),
            "calendar_year": after.loc[area].to_dict(),
        }
        for area in after.index
    ]


def _refuse_scope(scenario: Scenario, year: int) -> None:
    """Without stores and moved load days stand alone, and only then is this the whole dispatch."""
    fix = "Only plans without it can be dispatched again so far; see docs/redispatch.md"
    without = "a plan without it"
    problems = []
    if scenario.limits.clean is not None:
        problems.append(Problem("limits.clean", "clean power under contract", without, fix))
    if scenario.network is not None:
        problems.append(Problem("network", "a network to respect", without, fix))
    none_asked = Flexibility().model_dump()
    found = scenario.flexibility.model_dump()
    asked = [name for name, value in found.items() if value != none_asked[name]]
    problems += [Problem(f"flexibility.{name}", "asked for", without, fix) for name in asked]
    years = scenario.years.modelled()
    if year not in years:
        problems.append(Problem("--year", str(year), f"one of {', '.join(map(str, years))}"))
    if problems:
        raise InputError(COMMAND, problems)
