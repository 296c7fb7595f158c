"""The netCDF file that PyPSA exports, as tables by component.

`export_to_netcdf` writes one variable a column (`lines_x` on the dimension `lines_i`, which holds
the names), and of values that change over time `loads_t_p_set` (snapshots by elements) with
`loads_t_p_set_i`. Columns whose cells are all at their default are left out, as in the folder.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.element_table import ElementTable, keys_of
from data.errors import InputError, Problem
from data.netcdf_arrays import EXPORT_CSV, Values, Variables, open_netcdf
from data.pypsa_folder import COMPONENTS, PypsaFolder

FIRST_SNAPSHOT = "snapshots_snapshot"
OLD_SNAPSHOT = "snapshots"
"""Before PyPSA 0.18 the dimension itself held the times."""

CHANGING = ("p_set", "p", "p0", "p_min_pu", "p_max_pu", "efficiency")
"""Values over time that are read."""

SINCE = re.compile(r"(day|hour|minute|second|nanosecond)s since (.+)")
EXPECTED = "a network that network.export_to_netcdf wrote"


@dataclass(slots=True)
class PypsaNetcdf(PypsaFolder):
    """Tables of a file by component, and the first row of what changes over time."""

    series: dict[str, dict[str, object]] = field(default_factory=dict)
    start: str = ""

    def has_series(self, name: str, attribute: str) -> bool:
        """Whether a value changes over time."""
        return f"{name}_t_{attribute}" in self.series

    def _first_row(self, name: str, attribute: str, keys: set[str]) -> dict[str, float]:
        self.snapshot = self.snapshot or self.start
        where = f"{name}_t_{attribute}"
        row = self.series[where]
        return {key: self._cell(where, key, cell) for key, cell in row.items() if key in keys}

    def _cell(self, where: str, key: str, cell: object) -> float:
        try:
            return float(str(cell))
        except ValueError:
            problem = Problem(f"{where} {key}", str(cell)[:60], "a number", file=str(self.path))
            self.problems.append(problem)
            return np.nan


def open_pypsa_netcdf(path: Path) -> PypsaNetcdf:
    """Read the static tables and the first snapshot of a file.

    Raises
    ------
    InputError
        It is no netCDF file, is broken or holds no network of PyPSA.
    """
    network = PypsaNetcdf(path, {})
    with open_netcdf(path) as variables:
        names = set(variables.names())
        if "buses_i" not in names:
            problem = Problem("buses_i", "no such variable", EXPECTED, EXPORT_CSV, str(path))
            raise InputError(str(path), [problem])
        for component in COMPONENTS:
            if f"{component}_i" in names:
                _open_component(network, component, variables, names)
        network.start = _first_snapshot(variables, names)
    return network


def _open_component(
    network: PypsaNetcdf, component: str, variables: Variables, names: set[str]
) -> None:
    keys = keys_of(variables.column(f"{component}_i").tolist())
    columns = {}
    for name in sorted(names):
        attribute = name.removeprefix(f"{component}_")
        if attribute == name or attribute == "i":
            continue
        if attribute.removeprefix("t_") in CHANGING and attribute.startswith("t_"):
            _open_series(network, name, variables, names)
        elif not attribute.startswith("t_"):
            columns[attribute] = _cells(network, name, variables.column(name), len(keys))
    frame = pd.DataFrame(columns, index=range(len(keys)))
    table = ElementTable(component, str(network.path), frame, keys, network.problems)
    table.check_keys()
    network.tables[component] = table


def _cells(network: PypsaNetcdf, name: str, values: Values, rows: int) -> list[Any]:
    if len(values) != rows:
        found, expected = f"{len(values)} values", f"{rows}, one for each element"
        network.problems.append(Problem(name, found, expected, file=str(network.path)))
        return [None] * rows
    if values.dtype.kind == "O":  # an empty text is an empty cell, as in a CSV file
        return [text or None for text in values]
    return list(values.tolist())


def _open_series(network: PypsaNetcdf, name: str, variables: Variables, names: set[str]) -> None:
    if f"{name}_i" not in names:
        expected = f"{name}_i, which says whose values they are"
        network.problems.append(
            Problem(name, "no names of elements", expected, file=str(network.path))
        )
        return
    keys = keys_of(variables.column(f"{name}_i").tolist())
    row = variables.first_row(name)
    network.series[name] = dict(zip(keys, _cells(network, name, row, len(keys)), strict=True))


def _first_snapshot(variables: Variables, names: set[str]) -> str:
    """Text of the first snapshot; times are counts since a day, as netCDF has no dates."""
    name = next((each for each in (FIRST_SNAPSHOT, OLD_SNAPSHOT) if each in names), "")
    values = variables.column(name) if name else np.array([])
    if not len(values):
        return ""
    since = SINCE.fullmatch(variables.text(name, "units"))
    if since is None:
        return str(values[0])
    try:
        start = pd.Timestamp(since[2])
        return str(start + pd.Timedelta(f"{int(values[0])} {since[1]}s"))
    except (ValueError, OverflowError):
        return str(values[0])
