"""An answer from network to run folder."""

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from siting.headroom.question import Asked
from siting.headroom.run import Progress, answer_headroom
from siting.run_files import plain
from siting.run_folder import run_folder
from siting.run_log import log_to


def headroom_study(
    network: Path,
    asked: Asked,
    output: Path | None,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer and, where asked for, write the folder, which appears only when all is done.

    Parameters
    ----------
    network : Path
        File or folder of the network.
    asked : Asked
    output : Path, optional
        Folder of the answer; nothing is written when left out.
    cache : Path, optional
        Folder of finished rows.

    Returns
    -------
    dict
        The summary, in JSON's own kinds.

    Raises
    ------
    InputError
        The network, a name or the folder cannot be used.
    """
    with ExitStack() as stack:
        folder = None
        if output is not None:
            folder = stack.enter_context(run_folder(output))
            stack.enter_context(log_to(folder / "run.log"))
        answer = answer_headroom(network, asked, cache, progress=progress)
        if progress is not None:
            progress(0.95, "files")
        # the drawing libraries take longer to import than a small network to answer
        from siting.headroom.files import write_headroom, zones_of
        from siting.headroom.summary import summary_of

        derived = zones_of(answer, date.today().isoformat())
        summary: dict[str, Any] = plain(summary_of(answer, derived))
        if folder is not None:
            write_headroom(answer, summary, derived, folder)
        if progress is not None:
            progress(1.0, "done")
    return summary
