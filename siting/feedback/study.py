"""A plan dispatched again in all its hours and planned anew until both agree."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import siting
from data.errors import InfeasibleError
from siting.feedback.agreement import Agreement, agreement_of
from siting.feedback.corrections import Correction, corrections, gain_of
from siting.feedback.question import COMMAND, Asked, refuse
from siting.finished_run import LOCK, FinishedRun, read_run
from siting.lock import content_hash, versions
from siting.posed import Progress, part_of
from siting.redispatch import FILE as REDISPATCH
from siting.redispatch import redispatch_run, refuse_scope, write_redispatch
from siting.run_files import plain, write_json
from siting.run_pages import draw_pages
from siting.scenario import Scenario
from siting.scenario_file import load_scenario
from siting.scenario_yaml import read_document
from siting.study import run_study
from siting.whole_file import into_output, make_output

Row = dict[str, Any]

FILE = "feedback.json"
FORMAT = 1

DISPATCH_SHARE = 0.4
"""Part of a round's progress that belongs to the dispatch; the rest plans anew."""


def feed_back(folder: Path, asked: Asked, progress: Progress | None = None) -> Row:
    """Dispatch a year of a plan in all its hours, and plan anew with what was found, by rounds.

    Each plan is a run folder of its own with its redispatch.json. What is there already from an
    earlier call is not done again. The share of clean power to be reached stays that of the first
    plan, however much more a later one asks for.

    Parameters
    ----------
    folder : Path
        Run folder of the first plan; only its redispatch.json and its pages are written anew.
    asked : Asked
    progress : callable, optional
        Told the share done and the step.

    Returns
    -------
    dict
        Plain values: what feedback.json in the folder of `asked` holds; docs/redispatch.md
        describes it.

    Raises
    ------
    InputError
        It is no run folder, an option cannot be used, or the plan cannot be dispatched again.
    PlanError
        HiGHS found no optimum. That no plan meets all limits any more ends the rounds instead.
    """
    refuse(asked)
    run = read_run(folder, command=COMMAND, files=asked.files)
    refuse_scope(run.scenario, _year(run, asked))
    make_output(asked.output, command=COMMAND)
    made: Sequence[Correction] = ()
    rows: list[Row] = []
    ended = ""
    while not ended:
        number = len(rows)
        part = _part_of_round(progress, number, asked.rounds)
        told = _dispatched(run, asked, rows[0]["required_share"] if rows else None, part)
        found = agreement_of(told, asked.within_percent)
        rows.append(_row(run, told, found, made))
        made = () if found.agrees else corrections(run.scenario, told, found, gain_of(rows))
        ended = _ended(found, made, is_last=number == asked.rounds)
        _keep(run, told, {"rounds": rows, "ended": ended, "within_percent": asked.within_percent})
        if not ended:
            try:
                run = _planned(run, made, asked, number + 1, part)
            except InfeasibleError as error:
                rows.append(_no_plan(made, error))
                ended = "no_plan"
    return _written(asked, folder, told, rows, ended)


def _year(run: FinishedRun, asked: Asked) -> int:
    return run.scenario.years.last if asked.fiscal_year is None else asked.fiscal_year


def _ended(found: Agreement, made: Sequence[Correction], *, is_last: bool) -> str:
    """Why there is no further round; empty if there is one."""
    if found.agrees:
        return "agrees"
    if not made:
        return "nothing_left"
    return "rounds" if is_last else ""


def _part_of_round(progress: Progress | None, number: int, rounds: int) -> Progress:
    """Progress of a round: the dispatch of its plan, then the plan of the next."""
    if progress is None:
        return lambda share, text: None
    whole = progress

    def told(share: float, text: str) -> None:
        whole((number + share) / (rounds + 1), f"round {number}: {text}")

    return told


def _dispatched(
    run: FinishedRun, asked: Asked, share: float | None, progress: Progress
) -> Mapping[str, Any]:
    """The re-dispatch that lies in the run folder if it answers this, else a new one."""
    kept = _kept(run, asked, share)
    if kept is not None:
        return kept
    return redispatch_run(
        run.folder,
        fiscal_year=_year(run, asked),
        files=run.scenario.origin.folder,
        asked_share=share,
        progress=part_of(progress, 0.0, DISPATCH_SHARE),
    )


def _kept(run: FinishedRun, asked: Asked, share: float | None) -> Row | None:
    """A re-dispatch of exactly this run, year and share, if one lies in its folder."""
    try:
        told = json.loads((run.folder / REDISPATCH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = {
        "version": siting.__version__,
        "created_run": run.summary["created"],
        "fiscal_year": _year(run, asked),
        "asked_share": share,
    }
    if not isinstance(told, dict) or "short_days" not in told:
        return None
    return told if all(told.get(key) == value for key, value in same.items()) else None


def _planned(
    run: FinishedRun, made: Sequence[Correction], asked: Asked, number: int, progress: Progress
) -> FinishedRun:
    """Plan with the corrections in a folder of its own, unless that was done already."""
    home = run.scenario.origin.folder
    sets = [each.as_set for each in made]
    scenario = load_scenario(run.folder / LOCK, sets=sets, home=home)
    variant = run.summary.get("variant")  # a lock file names none
    scenario._origin = replace(scenario.origin, variant=variant)
    folder = asked.round_folder(number)
    if not _is_done(folder, scenario):
        part = part_of(progress, DISPATCH_SHARE, 1.0)
        run_study(scenario, output=folder, homes=asked.homes, progress=part)
    return read_run(folder, command=COMMAND, files=home)


def _is_done(folder: Path, scenario: Scenario) -> bool:
    """Whether the folder is the run of this very scenario, by these versions of the packages."""
    if not (folder / LOCK).is_file():
        return False
    lock = read_document(folder / LOCK).values.get("lock")
    asked = {"hash": content_hash(scenario), "versions": versions()}
    return isinstance(lock, dict) and all(lock.get(key) == value for key, value in asked.items())


def _row(
    run: FinishedRun, told: Mapping[str, Any], found: Agreement, made: Sequence[Correction]
) -> Row:
    """A round: what was planned with, what came out, how far it is off."""
    year = told["calendar_year"]
    return {
        "folder": run.folder.name,
        "changes": [asdict(each) for each in made],
        "plan_myen": run.summary["net_present_cost"]["myen"],
        "required_share": year.get("required_share"),
        "planned_share": told["plan"].get("required_share"),
        "hourly_share": year.get("hourly_share"),
        "agrees": found.agrees,
        "off": asdict(found),
        "clash": None,
    }


def _no_plan(made: Sequence[Correction], error: InfeasibleError) -> Row:
    """A round that found no plan."""
    return {"changes": [asdict(each) for each in made], "agrees": False, "clash": str(error)}


def _keep(run: FinishedRun, told: Mapping[str, Any], rounds: Row) -> None:
    """The re-dispatch and the rounds up to it in the run folder, and its pages."""
    told = plain({**told, **rounds})
    write_redispatch(told, run.folder)
    draw_pages(run.folder)


def _written(
    asked: Asked, first: Path, told: Mapping[str, Any], rows: Sequence[Row], ended: str
) -> Row:
    """What feedback.json holds, written."""
    head = {key: told[key] for key in ("name", "variant", "title", "created", "fiscal_year")}
    result: Row = plain(
        {
            "format": FORMAT,
            **head,
            "first": str(first),
            "within_percent": asked.within_percent,
            "ended": ended,
            "rounds": rows,
        }
    )
    into_output(asked.output, FILE, lambda path: write_json(result, path), command=COMMAND)
    return result
