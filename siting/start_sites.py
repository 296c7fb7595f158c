"""The sites of a finished run, for another plan to start from."""

import json
from pathlib import Path

from data.errors import InputError, Problem
from siting.run_folder import SUMMARY, restore_run_folder
from siting.scenario import Scenario

OPTION = "--start"


def start_sites(folder: Path, scenario: Scenario) -> dict[str, int]:
    """Read which sites stand in a run, and from which fiscal year.

    Parameters
    ----------
    folder : Path
        Run folder of any scenario whose places have the same names.
    scenario : Scenario
        What is to be planned.

    Raises
    ------
    InputError
        It is no run folder, or the scenario has a network: its plan is found in rounds that start
        from nothing.
    """
    restore_run_folder(folder)
    sites, problems = _read_sites(folder / SUMMARY), []
    if sites is None:
        expected, fix = f"a run folder with {SUMMARY}", "siting run writes one"
        problems.append(Problem(OPTION, str(folder), expected, fix))
    if scenario.network is not None:
        expected, fix = "a scenario without network", f"Run it without {OPTION}"
        problems.append(Problem("network", "a network to respect", expected, fix))
    if sites is None or problems:
        raise InputError("siting run", problems)
    return sites


def _read_sites(path: Path) -> dict[str, int] | None:
    """Site -> fiscal year from which it stands; None if the file is not that of a run."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["sites"]
        return {str(row["site"]): int(row["start_fiscal_year"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return None
