"""The steps of `siting robust`, in order: draw, solve every sample, try sets, move inputs alone."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import siting
from data.errors import InfeasibleError, InputError, PlanError, Problem
from siting.changed_scenario import Values, changed, field_text, find_drawn_problems
from siting.posed import Progress
from siting.robust.draws import draw_samples, ends_of
from siting.robust.importance import ranks_of, swing_row, swing_summary
from siting.robust.kept import COMMAND, Kept, open_kept
from siting.robust.question import Asked, refuse
from siting.robust.sets import Sites, count_sets, set_rows, sets_to_try
from siting.robust.shares import site_rows
from siting.robust.solves import INFEASIBLE, NO_PLACE, PLAN, Sample, sites_of
from siting.run_files import plain
from siting.scenario import Scenario

Row = dict[str, Any]

FORMAT = 1

JAPAN_TIME = timezone(timedelta(hours=9))

SOLVES = "solves"
"""Folder of the finished solves, below the output folder."""


class _Steps:
    """Progress as one step after another."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._tell = progress or (lambda share, text: None)
        self._total, self._done = total, 0

    def next(self, text: str) -> None:
        """Say what begins now."""
        self._tell(min(self._done / self._total, 0.99), text)
        self._done += 1


def robust_study(
    scenario: Scenario, asked: Asked, *, output: Path, progress: Progress | None = None
) -> Row:
    """Draw the uncertain inputs of a scenario and say how its answer depends on them.

    Parameters
    ----------
    scenario : Scenario
        With a section `uncertain`.
    asked : Asked
    output : Path
        Folder in which finished solves are kept and found again.
    progress : callable, optional
        Told the share done and the step.

    Returns
    -------
    dict
        Plain values: what robust.json holds; docs/robust.md describes it.

    Raises
    ------
    InputError
        The scenario draws nothing or cannot be used, or the folder cannot be written.
    InfeasibleError, PlanError
        The scenario itself has no plan, or none is proven in time.
    """
    started = time.perf_counter()
    refuse(scenario, asked)
    uncertain = scenario.uncertain
    assert uncertain is not None  # refused above
    count = asked.samples or uncertain.samples
    draws = draw_samples(uncertain, count, scenario.seed)
    problems = list(find_drawn_problems(scenario, draws))
    if problems:
        raise InputError(COMMAND, problems)
    kept = open_kept(output / SOLVES)
    ends = sum(len(ends_of(one)) for one in uncertain.inputs.values())
    steps = _Steps(progress, 1 + count * (1 + asked.sets) + ends)
    result = _answer(scenario, draws, asked, kept, steps)
    counts = {"reused": kept.reused, "solved": kept.solved}
    told: Row = plain(result | counts | {"seconds": time.perf_counter() - started})
    return told


def _answer(
    scenario: Scenario, draws: Mapping[str, Values], asked: Asked, kept: Kept, steps: _Steps
) -> Row:
    """All that is told, step by step."""
    samples = {name: Sample(changed(scenario, values), kept) for name, values in draws.items()}
    steps.next("the scenario itself")
    base = _base(Sample(changed(scenario, {}), kept).best())
    bests = _bests(samples, steps)
    plans = {name: best for name, best in bests.items() if best["status"] == PLAN}
    found = list(plans.values())
    sets = sets_to_try(base, found, asked.sets)
    cells = {name: _tried(name, samples[name], best, sets, steps) for name, best in plans.items()}
    rows, choice = set_rows(sets, cells, plans) if plans else ([], {"set": None, "proven": False})
    inputs, moved = _inputs(scenario, base, draws, plans, kept=kept, steps=steps)
    return _head(scenario) | {
        "samples": {"asked": len(draws), "with_plan": len(plans), "seed": scenario.seed},
        "draws": _draw_rows(draws, bests),
        "scenario": _about(base),
        "gap_share": scenario.solver.gap_share,
        "sites": site_rows(base, found),
        "sets": rows,
        "choice": choice,
        "sets_found": count_sets(base, found),
        "inputs": inputs,
        "names": _names([base, *found, *moved]),
    }


def _base(best: Row) -> Row:
    """The plan of the scenario itself, without which there is nothing to compare with."""
    if best["status"] == PLAN:
        return best
    if best["status"] == NO_PLACE:
        fix = "siting check says more"
        problem = Problem("scenario", best["reason"], "at least one candidate", fix)
        raise InputError(COMMAND, [problem])
    if best["status"] == INFEASIBLE:
        raise InfeasibleError(
            f"The scenario itself has no plan: {best['reason']}\n"
            "siting explain SCENARIO says which limits clash"
        )
    raise PlanError(f"The scenario itself: {best['reason']}")


def _bests(samples: Mapping[str, Sample], steps: _Steps) -> dict[str, Row]:
    found = {}
    for name, sample in samples.items():
        steps.next(f"sample {name}")
        found[name] = sample.best()
    return found


def _tried(name: str, sample: Sample, best: Row, sets: Sequence[Sites], steps: _Steps) -> list[Row]:
    """What each set costs in one sample; its own best plan is known already."""
    own, rows = sites_of(best), []
    for number, sites in enumerate(sets, 1):
        steps.next(f"sample {name}, set {number}")
        rows.append(best if sites == own else sample.with_sites(sites))
    sample.forget_model()
    return rows


def _head(scenario: Scenario) -> Row:
    return {
        "format": FORMAT,
        "name": scenario.name,
        "title": scenario.title.model_dump(),
        "variant": scenario.origin.variant,
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "version": siting.__version__,
    }


def _about(base: Row) -> Row:
    keys = ("cost_myen", "bound_myen", "gap_share")
    return {key: base[key] for key in keys} | {"sites": sorted(base["sites"])}


def _draw_rows(draws: Mapping[str, Values], bests: Mapping[str, Row]) -> list[Row]:
    """Every sample with its values and what came of it; none is left out."""
    return [
        {
            "sample": name,
            "values": dict(values),
            "status": bests[name]["status"],
            "reason": bests[name].get("reason"),
            "cost_myen": bests[name].get("cost_myen"),
            "sites": sorted(bests[name].get("sites", ())),
        }
        for name, values in draws.items()
    ]


def _inputs(
    scenario: Scenario,
    base: Row,
    draws: Mapping[str, Values],
    plans: Mapping[str, Row],
    *,
    kept: Kept,
    steps: _Steps,
) -> tuple[list[Row], list[Row]]:
    """What every input does, the one of the widest swing in cost first; and the plans for it."""
    rows, plans_moved = [], []
    uncertain = scenario.uncertain
    for name, one in uncertain.inputs.items() if uncertain else ():
        swings = []
        for value in ends_of(one):
            steps.next(f"{name} alone")
            moved = Sample(changed(scenario, {name: value}), kept).best()
            swings.append(swing_row(value, base, moved))
            plans_moved.append(moved)
        values = [draws[sample][name] for sample in plans]
        rows.append(
            {"input": name, **one.model_dump(), "now": field_text(scenario, one.field)}
            | {"swings": swings, "rank": ranks_of(values, one.choices, base, plans)}
            | swing_summary(swings)
        )
    rows.sort(key=lambda row: (-row["swing_myen"], -row["sites_changed"], row["input"]))
    return rows, plans_moved


def _names(plans: Sequence[Row]) -> Row:
    """Names of every site of any plan."""
    return {site: row["name"] for plan in plans for site, row in plan.get("sites", {}).items()}
