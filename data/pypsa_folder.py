"""The folder of CSV files that PyPSA exports, as tables by component.

`export_to_csv_folder` writes one file a component (buses.csv, lines.csv, ...), and one for each
value that changes over time (loads-p_set.csv: a row a snapshot, a column an element). Columns whose
cells are all at their default are left out; the defaults are those of PyPSA's documentation
("Components").
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from data.element_table import Array, ElementTable, keys_of
from data.errors import InputError, Problem
from data.read_csv import parse_csv
from data.text_file import read_text_file

COMPONENTS = (
    "buses",
    "lines",
    "transformers",
    "links",
    "generators",
    "loads",
    "storage_units",
    "stores",
    "shunt_impedances",
)
MOST_COLUMNS = 1_000_000


@dataclass(slots=True)
class PypsaFolder:
    """Tables of a folder by component, and the snapshot that was read; faults are kept."""

    path: Path
    tables: dict[str, ElementTable]
    problems: list[Problem] = field(default_factory=list)
    snapshot: str = ""

    def table(self, name: str) -> ElementTable:
        """A component; an empty table where the folder has none."""
        empty = ElementTable(name, str(self.path / f"{name}.csv"), pd.DataFrame(), ())
        return self.tables.get(name, empty)

    def has_series(self, name: str, attribute: str) -> bool:
        """Whether a value changes over time."""
        return self._series_file(name, attribute).is_file()

    def first(self, name: str, attribute: str, empty: float) -> Array:
        """A value at the first snapshot, the static one where none changes over time.

        Returns
        -------
        float array, shape (elements of the whole component,)
        """
        table = self.table(name)
        static = table.numbers(attribute, empty)
        if not len(table) or not self.has_series(name, attribute):
            return static
        series = self._first_row(name, attribute, set(table.keys))
        changing = np.array([series.get(key, np.nan) for key in table.keys], dtype=float)
        return np.where(np.isnan(changing), static, changing)

    def _series_file(self, name: str, attribute: str) -> Path:
        return self.path / f"{name}-{attribute}.csv"

    def _first_row(self, name: str, attribute: str, keys: set[str]) -> dict[str, float]:
        """Only the first row: a year of hours of a country has hundreds of MB."""
        path = self._series_file(name, attribute)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file)
                header, row = next(reader, []), next(reader, [])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self._report(path, "file", str(error), "a CSV file in UTF-8")
            return {}
        if len(header) != len(row) or len(header) > MOST_COLUMNS:
            self._report(path, "cells", str(len(row)), f"{len(header)}, as in the header")
            return {}
        self.snapshot = self.snapshot or self._first_snapshot() or row[0]
        pairs = zip(header[1:], row[1:], strict=True)
        return {key: self._number(path, key, cell) for key, cell in pairs if key in keys}

    def _first_snapshot(self) -> str:
        """The time of it: from PyPSA 0.18 on the rows of the series only have numbers."""
        try:
            with (self.path / "snapshots.csv").open(encoding="utf-8-sig", newline="") as file:
                return str(next(csv.DictReader(file), {}).get("snapshot") or "")
        except (OSError, UnicodeDecodeError, csv.Error):
            return ""

    def _number(self, path: Path, key: str, cell: str) -> float:
        try:
            return float(cell) if cell.strip() else np.nan
        except ValueError:
            self._report(path, key, cell[:60], "a number")
            return np.nan

    def _report(self, path: Path, where: str, found: str, expected: str) -> None:
        self.problems.append(Problem(where, found, expected, file=str(path), line=2))


def open_pypsa(path: Path) -> PypsaFolder:
    """Read the static tables of a folder.

    Raises
    ------
    InputError
        There is no buses.csv in the folder.
    """
    folder = PypsaFolder(path, {})
    if not (path / "buses.csv").is_file():
        expected = "a folder with buses.csv, as network.export_to_csv_folder writes it"
        problem = Problem("buses.csv", "no such file", expected, file=str(path))
        raise InputError(str(path), [problem])
    for name in COMPONENTS:
        if (path / f"{name}.csv").is_file():
            _open_table(folder, name)
    return folder


def _open_table(folder: PypsaFolder, name: str) -> None:
    file = folder.path / f"{name}.csv"
    try:
        read = parse_csv(read_text_file(file), where=str(file), comments_in_body=False)
    except InputError as error:
        folder.problems.extend(error.problems)
        return
    folder.problems.extend(p for p in read.problems if p.found != "no rows")
    column = "name" if "name" in read.frame else str(read.frame.columns[0])
    keys = keys_of(read.frame[column].to_list())
    table = ElementTable(name, str(file), read.frame, keys, folder.problems, read.lines)
    table.check_keys()
    folder.tables[name] = table
