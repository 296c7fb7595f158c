"""A screening from scenario to run folder."""

from pathlib import Path
from typing import Any

from siting.run_files import plain
from siting.run_folder import run_folder
from siting.run_log import log_to
from siting.scenario import Scenario
from siting.screen.homes import Homes
from siting.screen.run import Progress, run_screen
from siting.screen.summary import summary_of


def screen_study(
    scenario: Scenario, homes: Homes, output: Path, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Screen and write the run folder, which appears only when all is done.

    Parameters
    ----------
    scenario : Scenario
        With a section `screen`.
    homes : Homes
        Folders of layers and of measured blocks.
    output : Path
        Run folder.

    Returns
    -------
    dict
        The summary, in JSON's own kinds.

    Raises
    ------
    InputError
        A layer, the scenario or the folder cannot be used.
    """
    from siting.screen.files import write_screen

    with run_folder(output) as folder, log_to(folder / "run.log"):
        found = run_screen(scenario, homes, progress=progress)
        summary: dict[str, Any] = plain(summary_of(found))
        if progress is not None:
            progress(0.98, "files")
        write_screen(found, summary, folder)
        if progress is not None:
            progress(1.0, "done")
    return summary
