"""Steps of a frontier kept as files: broken off, it goes on where it stopped.

Each step is one small JSON file that appears whole or not at all. Its name is a hash of the model's
own numbers, of the limit and of the package versions; a file that cannot be read is done again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from siting.frontier.question import COMMAND
from siting.lock import versions
from siting.run_files import write_json
from siting.whole_file import into_output, make_output

STEPS = "steps"
"""Folder of the steps, in that of the output."""

Row = Mapping[str, Any]


class StepFiles(MutableMapping[str, Row]):
    """A folder as a mapping from the name of a step to what was found.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Raises
    ------
    InputError
        It cannot be made, or later: cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = make_output(folder, command=COMMAND)
        self.taken = 0
        self._versions = json.dumps(versions(), sort_keys=True)

    def __getitem__(self, name: str) -> Row:
        try:
            row = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise KeyError(name) from None
        if not isinstance(row, dict) or row.get("step") != name:
            raise KeyError(name)
        self.taken += 1
        return row

    def __setitem__(self, name: str, row: Row) -> None:
        told = {**row, "step": name}
        file = self._path(name).name
        into_output(self.folder, file, lambda path: write_json(told, path), command=COMMAND)

    def __delitem__(self, name: str) -> None:
        self._path(name).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.folder.glob("*.json")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, name: str) -> Path:
        digest = hashlib.sha256(f"{self._versions} {name}".encode()).hexdigest()
        return self.folder / f"{digest[:32]}.json"
