"""What is asked, and of what: a run folder or a scenario file."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.errors import InputError, Problem
from siting.lock import content_hash
from siting.run_folder import SUMMARY, restore_run_folder
from siting.scenario import Scenario
from siting.scenario_file import load_scenario
from siting.scenario_yaml import read_document

LOCK = "scenario.lock.yaml"
SOLVE = "solve.json"
RUN_FILES = (SUMMARY, LOCK, SOLVE)

MOST_WITHIN = 50.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `siting explain`."""

    within_percent: float = 1.0
    """How much more other plans may cost. [%]"""
    time_limit_s: float = 120.0
    """For the questions about other plans, all together."""
    others: int = 10
    """Sites not chosen that are asked about, the nearest to being chosen; below zero: all."""
    files: Path | None = None
    """Folder of the files that the scenario names; None: beside it."""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run as it lies in its folder."""

    folder: Path
    scenario: Scenario
    summary: dict[str, Any]
    solve: dict[str, Any]
    notes: tuple[str, ...]
    """Keys of `siting.explain.words` that have to be said about it."""


def read_run(folder: Path, asked: Asked) -> FinishedRun:
    """Read a run folder: scenario as it was locked, summary, record of the solver.

    Raises
    ------
    InputError
        It is no run folder of this version, or the scenario's files are not where they were.
    """
    restore_run_folder(folder)
    missing = [name for name in RUN_FILES if not (folder / name).is_file()]
    if missing:
        expected = f"a run folder (with {', '.join(RUN_FILES)}), or a scenario file"
        fix = "siting run writes one"
        found = f"{folder} without {', '.join(missing)}"
        raise InputError("siting explain", [Problem("RUN", found, expected, fix)])
    scenario = _as_locked(folder / LOCK, asked)
    summary = _read_json(folder / SUMMARY)
    if summary.get("format") != 1 or "sites" not in summary:
        problem = Problem(SUMMARY, "no summary of this format", "a finished run", "Run it again")
        raise InputError(str(folder), [problem])
    same = _locked_hash(folder / LOCK) == content_hash(scenario)
    notes = () if same else ("files_changed",)
    return FinishedRun(folder, scenario, summary, _read_json(folder / SOLVE), notes)


def find_problems(asked: Asked) -> list[Problem]:
    """What is wrong with the options; empty if nothing."""
    problems = []
    if not 0.0 <= asked.within_percent <= MOST_WITHIN:
        expected = f"percent from 0 to {MOST_WITHIN:g}"
        problems.append(Problem("--within", f"{asked.within_percent:g}", expected))
    if not 1.0 <= asked.time_limit_s < float("inf"):
        problems.append(Problem("--time-limit", f"{asked.time_limit_s:g}", "1 s or more"))
    if asked.files is not None and not asked.files.is_dir():
        problems.append(Problem("--files", str(asked.files), "a folder"))
    return problems


def _as_locked(lock: Path, asked: Asked) -> Scenario:
    """The scenario; a lock file lies in the run folder, not beside the files it names."""
    home = asked.files or lock.parent
    try:
        scenario = load_scenario(lock, home=home)
    except InputError as error:
        raise InputError(str(lock), [_with_files(each, asked) for each in error.problems]) from None
    return scenario


def _with_files(problem: Problem, asked: Asked) -> Problem:
    if asked.files is not None or not problem.expected.startswith("a file"):
        return problem
    return replace(problem, fix="Name the folder of the scenario that was run by --files")


def _locked_hash(lock: Path) -> str:
    values = read_document(lock).values.get("lock")
    return str(values.get("hash")) if isinstance(values, dict) else ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = Problem(path.name, str(error), "a finished run of this version", "Run it again")
        raise InputError(str(path.parent), [problem]) from None
    return value if isinstance(value, dict) else {}
