"""Finished solves kept in a folder, so that a run that was broken off goes on where it stopped.

Each solve is one small JSON file that appears whole or not at all. Its name is a hash of all that
can change the result: the scenario with the drawn values, the files that it names, what is asked,
and the versions of the packages. Nothing else is trusted: a file that cannot be read is solved
again.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from siting.lock import content_hash, versions
from siting.run_files import plain, write_json
from siting.scenario import Scenario
from siting.whole_file import into_output, make_output

Row = dict[str, Any]

COMMAND = "siting robust"

FORMAT = 1
"""Of the kept files; raise it when what is kept changes."""


class Kept:
    """Solves of one folder, and how many were found there or done anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reused = 0
        self.solved = 0
        self._versions = versions()

    def key(self, scenario: Scenario, asked: str, sites: tuple[str, ...] = ()) -> str:
        """Name of a solve: 32 hexadecimal digits."""
        parts = {
            "format": FORMAT,
            "versions": self._versions,
            "scenario": content_hash(scenario),
            "asked": asked,
            "sites": sorted(sites),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

    def find(self, key: str) -> Row | None:
        """A finished solve, None if there is none that can be read."""
        try:
            found = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "status" in found else None

    def get(self, key: str, solve: Callable[[], Row]) -> Row:
        """A finished solve: found, or done now and kept."""
        found = self.find(key)
        if found is not None:
            self.reused += 1
            return found
        result: Row = plain(solve())
        self.solved += 1
        name = f"{key}.json"
        into_output(self.folder, name, lambda path: write_json(result, path), command=COMMAND)
        return result


def open_kept(folder: Path) -> Kept:
    """Kept solves of a folder, which is made if it is not there.

    Raises
    ------
    InputError
        It cannot be made.
    """
    return Kept(make_output(folder, command=COMMAND))
