"""A finished run, read back: its scenario as it was locked, its summary, the solver's record."""

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


def find_files_problems(files: Path | None) -> list[Problem]:
    """What is wrong with the option `--files`; empty if nothing."""
    if files is None or files.is_dir():
        return []
    return [Problem("--files", str(files), "a folder")]


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run as it lies in its folder."""

    folder: Path
    scenario: Scenario
    summary: dict[str, Any]
    solve: dict[str, Any]
    notes: tuple[str, ...]
    """Keys of `siting.explain.words` that have to be said about it."""


def read_run(
    folder: Path,
    *,
    command: str,
    files: Path | None = None,
    needed: tuple[str, ...] = (),
) -> FinishedRun:
    """Read a run folder: scenario as it was locked, summary, record of the solver.

    Parameters
    ----------
    folder : Path
    command : str
        Who asks, such as `siting explain`.
    files : Path, optional
        Folder of the files that the scenario names; None: the run folder.
    needed : tuple of str
        Further files of the run that the command reads.

    Raises
    ------
    InputError
        It is no run folder of this version, or the scenario's files are not where they were.
    """
    restore_run_folder(folder)
    wanted = (*RUN_FILES, *needed)
    missing = [name for name in wanted if not (folder / name).is_file()]
    problems = find_files_problems(files)
    if missing:
        expected, fix = f"a run folder (with {', '.join(wanted)})", "siting run writes one"
        found = f"{folder} without {', '.join(missing)}"
        problems.append(Problem("RUN", found, expected, fix))
    if problems:
        raise InputError(command, problems)
    scenario = _as_locked(folder / LOCK, files)
    summary = _read_json(folder / SUMMARY)
    if summary.get("format") != 1 or "sites" not in summary:
        problem = Problem(SUMMARY, "no summary of this format", "a finished run", "Run it again")
        raise InputError(str(folder), [problem])
    same = _locked_hash(folder / LOCK) == content_hash(scenario)
    notes = () if same else ("files_changed",)
    return FinishedRun(folder, scenario, summary, _read_json(folder / SOLVE), notes)


def _as_locked(lock: Path, files: Path | None) -> Scenario:
    """The scenario; a lock file lies in the run folder, not beside the files it names."""
    home = files or lock.parent
    try:
        scenario = load_scenario(lock, home=home)
    except InputError as error:
        raise InputError(str(lock), [_with_files(each, files) for each in error.problems]) from None
    return scenario


def _with_files(problem: Problem, files: Path | None) -> Problem:
    if files is not None or not problem.expected.startswith("a file"):
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
