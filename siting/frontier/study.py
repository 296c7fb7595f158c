"""A scenario answered from its cheapest plan to the least carbon, or waiting, there can be."""

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from data.errors import InfeasibleError
from optimize.frontier import Along, Frontier, carbon_frontier, waiting_frontier
from siting.explain.names import names_of
from siting.explain.sites import settings_of
from siting.frontier.kept import StepFiles
from siting.frontier.points import dropped_rows, point_rows
from siting.frontier.question import Asked, refuse
from siting.posed import Posed, Progress, part_of, pose_study
from siting.run_files import plain
from siting.scenario import Scenario
from siting.screen.homes import Homes

JAPAN_TIME = timezone(timedelta(hours=9))

SOLVE_SHARE = (0.15, 0.98)
"""Part of the progress bar that belongs to the points."""


def frontier_study(
    scenario: Scenario,
    asked: Asked,
    *,
    homes: Homes | None = None,
    progress: Progress | None = None,
    kept: StepFiles | None = None,
) -> dict[str, Any]:
    """Find the points and say what changes from one to the next.

    Parameters
    ----------
    scenario : Scenario
    asked : Asked
    homes : Homes, optional
        Folders of the layers of its section `screen`, where it has one.
    progress : callable, optional
        Told the share done and the step.
    kept : StepFiles, optional
        Steps done earlier are taken over from there, and new ones put there.

    Returns
    -------
    dict
        Plain values: what frontier.json holds; docs/frontier.md describes it.

    Raises
    ------
    InputError
        The scenario or an option cannot be used.
    InfeasibleError, PlanError
        There is no plan, or none is proven in time.
    """
    started = time.perf_counter()
    refuse(scenario, asked)
    tell = progress or (lambda share, text: None)
    posed = pose_study(scenario, homes, tell)
    along = Along(part_of(tell, *SOLVE_SHARE), {} if kept is None else kept)
    found = _found(posed, asked, along)
    told: dict[str, Any] = plain(
        _head(scenario, asked)
        | {
            "unit": found.unit,
            "least_at_least": found.least_at_least,
            "points": point_rows(found, posed.question.problem, names_of(posed)),
            "dropped": dropped_rows(found),
            "missed": list(found.missed),
            "taken_over": 0 if kept is None else kept.taken,
            "seconds": time.perf_counter() - started,
        }
    )
    return told


def _found(posed: Posed, asked: Asked, along: Along) -> Frontier:
    frontier = {"carbon": carbon_frontier, "waiting": waiting_frontier}[asked.measure]
    try:
        return frontier(
            posed.question.problem,
            settings_of(posed.scenario),
            points=asked.points,
            base_cost_myen=posed.base.cost_myen,
            along=along,
        )
    except InfeasibleError as error:
        fix = "siting explain SCENARIO says which limits clash."
        raise InfeasibleError(f"{error}\n{fix}") from None


def _head(scenario: Scenario, asked: Asked) -> dict[str, Any]:
    return {
        "format": 1,
        "title": scenario.title.model_dump(),
        "variant": scenario.origin.variant,
        "sets": list(scenario.origin.sets),
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "measure": asked.measure,
        "asked_points": asked.points,
        "gap_share": scenario.solver.gap_share,
        "last_fiscal_year": scenario.years.modelled()[-1],
    }
