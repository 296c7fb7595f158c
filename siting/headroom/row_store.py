"""Rows of hosting capacity kept by what they depend on, so that a stopped run goes on.

One file a network, rule and way of balancing; a line a bus, appended as soon as it is known:

    ["3f2a…", "A", {"n0_mw": 105.0, ...}]

Programs of several buses and works have files of their own, a line a question as text.

A line that a killed process left half written does not match its sum and is worked out again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from data.network import Network
from grid.hosting_run import Run
from siting.run_files import plain

VERSION = 2
"""Raised when a row changes its meaning: what was kept before is then not found."""

SUM_LETTERS = 16


def network_hash(network: Network) -> str:
    """Hash of everything in a network that its headroom depends on."""
    digest = hashlib.sha256(f"{VERSION} {siting.__version__} {network.base_mva!r}".encode())
    for table in (network.buses, network.branches, network.generators):
        digest.update(_text(table).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _text(table: pd.DataFrame) -> str:
    return str(table.to_csv(float_format="%.17g"))


@dataclass(frozen=True, slots=True)
class RowStore:
    """Finished rows of one question; `folder` None keeps nothing."""

    folder: Path | None
    key: str

    def table(self, buses: Sequence[str] | None = None) -> pd.DataFrame:
        """Finished rows of these buses, index bus, all when left out; damaged ones are missing."""
        rows = self._read() if self.folder is not None else {}
        asked = list(rows) if buses is None else buses
        return pd.DataFrame.from_dict(
            {bus: rows[bus] for bus in asked if bus in rows}, orient="index"
        ).rename_axis("bus")

    def run(self, progress: Callable[[float, str], None] | None = None) -> Run:
        """A run that goes on from all rows and keeps those that come."""
        done = self.table()
        return Run(progress, self.add, done if len(done) else None)

    def add(self, rows: pd.DataFrame) -> None:
        """Keep rows, index bus.

        A disk that is full or read-only only costs the next run its time.
        """
        if self.folder is None or rows.empty:
            return
        text = "".join(f"{_line(str(bus), row)}\n" for bus, row in rows.to_dict("index").items())
        with suppress(OSError):
            self._path().parent.mkdir(parents=True, exist_ok=True)
            with self._path().open("ab") as file:
                # on a line of its own, whatever a killed process left before it
                file.write(f"\n{text}".encode("utf-8", "surrogatepass"))

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            text = self._path().read_bytes().decode("utf-8", "replace")
        except OSError:
            return {}
        found = (_read_line(line) for line in text.split("\n") if line)
        return dict(each for each in found if each is not None)

    def _path(self) -> Path:
        assert self.folder is not None
        return self.folder / "headroom" / f"{self.key}.jsonl"


def _line(bus: str, row: dict[Any, Any]) -> str:
    """A row as text; NaN, which JSON lacks, as null."""
    values = {str(name): plain(value) for name, value in row.items()}
    return json.dumps([_sum(bus, values), bus, values], ensure_ascii=False)


def _read_line(line: str) -> tuple[str, dict[str, Any]] | None:
    """Bus and row, None where the line is not whole or not ours."""
    try:
        told, bus, values = json.loads(line)
        if told != _sum(bus, values):
            return None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return bus, {
        name: nan if value is None and name.endswith("_mw") else value
        for name, value in values.items()
    }


def _sum(bus: str, values: dict[str, Any]) -> str:
    body = json.dumps([bus, values], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()[:SUM_LETTERS]
