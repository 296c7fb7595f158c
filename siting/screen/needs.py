"""Layers that a scenario needs, and what to do about those that are not there."""

from pathlib import Path
from typing import Any

from data.errors import InputError
from data.layer_readers import publication_of, reader_of
from siting.scenario import Scenario
from siting.screen.layer_files import LayerFiles, find_file_problems, layer_files, screen_of
from siting.screen.layer_table import stated_row, used_by


def layer_needs(scenario: Scenario, folder: Path | None) -> list[dict[str, Any]]:
    """One row a layer: state, files, publisher, licence, size, where to get and to put it.

    Parameters
    ----------
    scenario : Scenario
        With a section `screen`.
    folder : Path or None
        Folder looked at first.

    Raises
    ------
    InputError
        No section `screen`, or names that lead out of the folder.
    """
    screen = screen_of(scenario)
    problems = list(find_file_problems(scenario, screen))
    if problems:
        raise InputError(scenario.origin.file or scenario.name, problems)
    rows = []
    for files in layer_files(scenario, screen, folder):
        row = stated_row(files) | _state(files) | _publication(files)
        rows.append(row | {"needed": files.spec.needed, "used_by": used_by(screen, files.name)})
    return rows


def is_blocking(row: dict[str, Any]) -> bool:
    """Whether a run cannot start because of this layer."""
    return row["state"] == "missing" and bool(row["needed"])


def _state(files: LayerFiles) -> dict[str, str]:
    if files.pattern is None:
        return {"state": "shipped", "put_ja": "", "put_en": ""}
    if files.paths:
        return {"state": "have", "put_ja": "", "put_en": ""}
    return {
        "state": "missing",
        "put_ja": f"{files.pattern} に置く",
        "put_en": f"put it at {files.pattern}",
    }


def _publication(files: LayerFiles) -> dict[str, Any]:
    """Who publishes it; empty for general formats, whose files only the user knows."""
    found = None
    if files.spec.file is not None:
        found = publication_of(
            reader_of(files.paths or (Path(files.spec.file),), files.spec.reader)
        )
    if found is None:
        return {"publisher": "", "size": "", "patterns": []}
    return {
        "publisher": found.publisher,
        "licence": files.spec.licence or found.licence,
        "size": found.size,
        "url": found.url,
        "patterns": list(found.files),
    }
