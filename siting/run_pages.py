"""Map and report of a run folder, drawn from the files that lie there, without solving."""

import json
from pathlib import Path
from typing import Any

from data.errors import InputError, Problem
from maps.content import MapContent
from maps.page import save_map
from siting.later_files import LaterFiles, ignored_lines, read_later_files
from siting.map_content import map_content
from siting.map_explanation import map_explanation
from siting.report import write_report
from siting.report_words import Both
from siting.run_folder import restore_run_folder

MAP, REPORT = "map.html", "report.html"


def draw_pages(folder: Path) -> LaterFiles:
    """Draw map and report from summary.json and what later commands wrote beside it.

    Returns
    -------
    LaterFiles
        What the pages show beside the summary.

    Raises
    ------
    InputError
        It is no run folder of this version, or the map would be too large to send.
    """
    summary = read_summary(folder)
    later = read_later_files(folder, summary)
    write_report(summary, folder / REPORT, solve=_solve(folder), later=later)
    save_map(_content(summary, later), folder / MAP)
    return later


def redraw_map(run_dir: Path, *, compare: Path | None = None) -> Path:
    """Draw map and report of a finished run again, without solving.

    Laid beside another run the map becomes `map-vs-<other>.html`, so that the run's own map stays.
    """
    restore_run_folder(run_dir)
    if compare is None:
        draw_pages(run_dir)
        return run_dir / MAP
    target = run_dir / f"map-vs-{compare.resolve().name}.html"
    return save_map(content_of(run_dir), target, compare=content_of(compare))


def content_of(folder: Path) -> MapContent:
    """What the map of a run shows."""
    summary = read_summary(folder)
    return _content(summary, read_later_files(folder, summary))


def ignored_of(folder: Path) -> list[Both]:
    """What to say of files of later commands that do not belong to the run."""
    try:
        summary = read_summary(folder)
    except InputError:
        return []
    return list(ignored_lines(read_later_files(folder, summary)))


def _content(summary: dict[str, Any], later: LaterFiles) -> MapContent:
    return map_content(summary, map_explanation(later.explanation, summary))


def read_summary(folder: Path) -> dict[str, Any]:
    """Read the summary of a finished run.

    Raises
    ------
    InputError
        There is none of this format.
    """
    found = "no summary of this format"
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        summary, found = None, str(error)
    if isinstance(summary, dict) and summary.get("format") == 1 and "zones" in summary:
        return summary
    problem = Problem("summary.json", found, "a finished run of this version", "Run it again")
    raise InputError(str(folder), [problem])


def _solve(folder: Path) -> dict[str, Any] | None:
    """The solver's record; None where somebody kept only the summary."""
    try:
        value = json.loads((folder / "solve.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
