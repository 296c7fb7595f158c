"""A network of one's own: buses.csv, branches.csv and, if there are any, generators.csv."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.assumed_cells import COLUMN as ASSUMED
from data.assumed_cells import assumed_cells, find_assumed_problems
from data.element_table import ElementTable, Flags, keys_of
from data.errors import InputError, Problem
from data.network import Network
from data.network_parts import (
    NetworkParts,
    branch_rows,
    bus_rows,
    finished,
    generator_rows,
)
from data.read_csv import TextTable, parse_csv
from data.tables import check
from data.text_file import read_text_file

BASE_MVA = 100.0
"""Base of x_pu in the file, as docs/network.md says."""

KEYS = {"buses": "bus", "branches": "branch", "generators": "generator"}
"""File to the column that names its rows."""

EITHER = "x_ohm or x_pu, one of them, and not 0"
FLAG_COLUMNS = ("is_slack", "in_service")


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A file as it stands, and typed where it passed its contract."""

    text: ElementTable
    typed: pd.DataFrame | None


def read_network_csv(folder: Path) -> Network:
    """Read a network from CSV files in the columns of docs/network.md.

    Parameters
    ----------
    folder : Path
        Holds `buses.csv`, `branches.csv` and, if wanted, `generators.csv`; UTF-8, CP932 or UTF-16.

    Returns
    -------
    Network
        On a base of 100 MVA.

    Raises
    ------
    InputError
        Every problem of all files, with file and line.
    """
    parts = NetworkParts(folder, BASE_MVA)
    tables = {name: _open(folder / f"{name}.csv", name, parts) for name in KEYS}
    _check_between(tables)
    typed = {name: table.typed for name, table in tables.items() if table is not None}
    buses, branches, generators = (typed.get(name) for name in KEYS)
    if buses is not None and branches is not None and not parts.problems:
        table = buses.assign(area=buses["area"].fillna("")).set_index("bus")
        table = table.drop(columns=ASSUMED)
        parts.buses.append(bus_rows(table.index.to_list(), **_columns(table)))
        _add_branches(parts, branches, table["kv"])
        if generators is not None:
            parts.generators.append(_generators(generators))
        _note_assumed(parts, tables)
    return finished(parts)


def _note_assumed(parts: NetworkParts, tables: dict[str, OwnTable | None]) -> None:
    for name, table in tables.items():
        if table is not None:
            parts.assumed.extend(assumed_cells(table.text.frame, name, KEYS[name]))
    parts.note(len(parts.assumed), "values are stated to be assumed")


def _check_between(tables: dict[str, OwnTable | None]) -> None:
    """What no contract sees; on the cells as written, so that all is found the first time."""
    buses, branches, generators = (tables[name] for name in KEYS)
    if branches is not None:
        _check_reactance(branches.text)
    if generators is not None:
        _check_limits(generators.text)
    if buses is not None:
        known = set(buses.text.keys)
        for table in (branches, generators):
            if table is not None:
                _check_buses(table.text, known)


def _columns(table: pd.DataFrame) -> dict[str, object]:
    return {str(name): table[name].to_numpy() for name in table}


def _open(path: Path, name: str, parts: NetworkParts) -> OwnTable | None:
    if name == "generators" and not path.exists():
        parts.notes.append("no generators.csv: the network has no generators")
        return None
    try:
        read = parse_csv(read_text_file(path), where=str(path))
    except InputError as error:
        parts.problems.extend(error.problems)
        return None
    parts.problems.extend(read.problems)
    wrong = find_assumed_problems(read.frame, name, file=str(path), lines=read.lines)
    parts.problems.extend(wrong)
    return OwnTable(_as_text(read, name, path, parts), _typed(read, name, path, parts))


def _typed(read: TextTable, name: str, path: Path, parts: NetworkParts) -> pd.DataFrame | None:
    try:
        lower = {c: read.frame[c].str.lower() for c in FLAG_COLUMNS if c in read.frame}
        frame = read.frame.assign(**lower)
        return check(frame, f"network_{name}", where=str(path), lines=read.lines)
    except InputError as error:
        parts.problems.extend(error.problems)
        return None


def _as_text(read: TextTable, name: str, path: Path, parts: NetworkParts) -> ElementTable:
    column = KEYS[name]
    cells = read.frame[column].to_list() if column in read.frame else [None] * len(read.lines)
    return ElementTable(column, str(path), read.frame, keys_of(cells), parts.problems, read.lines)


def _check_buses(text: ElementTable, known: set[str]) -> None:
    for column in ("from_bus", "to_bus", "bus"):
        if column in text:
            filled = np.flatnonzero(text.frame[column].notna())
            text.part(filled.tolist()).buses(column, known)


def _add_branches(parts: NetworkParts, rows: pd.DataFrame, bus_kv: pd.Series) -> None:
    x_ohm, x_pu = rows["x_ohm"].to_numpy(float), rows["x_pu"].to_numpy(float)
    is_link = (rows["kind"] == "link").to_numpy(bool)
    kv = bus_kv.reindex(rows["from_bus"]).to_numpy(float)
    x = np.where(np.isnan(x_pu), x_ohm * BASE_MVA / kv**2, x_pu)
    ours = ["branch", "from_bus", "to_bus", "kind", "x_ohm", "x_pu", ASSUMED]
    columns = _columns(rows.drop(columns=ours))
    ends = rows["from_bus"].to_list(), rows["to_bus"].to_list()
    made = branch_rows(rows["branch"].to_list(), ends, "line", x_pu=x, **columns)
    parts.branches.append(made.assign(kind=rows["kind"].to_list(), x_pu=np.where(is_link, 0.0, x)))


def _check_reactance(text: ElementTable) -> None:
    """As written, so that it is told beside whatever else is wrong in the file."""
    is_link = np.array([word == "link" for word in text.texts("kind")], dtype=bool)
    x_ohm, x_pu = _written(text, "x_ohm"), _written(text, "x_pu")
    stated = x_ohm.notna().to_numpy(int) + x_pu.notna().to_numpy(int)
    zero = ((x_ohm == 0) | (x_pu == 0)).to_numpy(bool)
    nonzero = ((x_ohm.fillna(0) != 0) | (x_pu.fillna(0) != 0)).to_numpy(bool)
    _report(text, ~is_link & (stated == 0), "nothing", EITHER)
    _report(text, ~is_link & (stated == 2), "both", EITHER)
    fix = "Write kind link where buses are joined without impedance"
    _report(text, ~is_link & (stated == 1) & zero, "0", EITHER, fix)
    _report(text, is_link & nonzero, "a reactance", "nothing or 0 for a link")


def _written(text: ElementTable, column: str) -> pd.Series:
    """Numbers of a column; text that is none counts as some number, its contract tells it."""
    if column not in text:
        return pd.Series(np.nan, index=text.frame.index)
    cells = text.frame[column]
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    return numbers.where(numbers.notna() | cells.isna(), np.inf)


def _report(text: ElementTable, wrong: Flags, found: str, expected: str, fix: str = "") -> None:
    for place in np.flatnonzero(wrong):
        where = f"{text.name} {text.keys[place]}.x_ohm, x_pu"
        line = text.lines[place]
        text.problems.append(Problem(where, found, expected, fix, text.file, line))


def _check_limits(text: ElementTable) -> None:
    low, high = _written(text, "min_mw"), _written(text, "max_mw")
    for place in np.flatnonzero((low > high) & (low < np.inf)):
        found = f"{high.iloc[place]:g}, below min_mw {low.iloc[place]:g}"
        where, line = f"generator {text.keys[place]}.max_mw", text.lines[place]
        text.problems.append(Problem(where, found, "min_mw or more", "", text.file, line))


def _generators(rows: pd.DataFrame) -> pd.DataFrame:
    """Generators; with a column `tech` besides where the file tells any."""
    tech = rows["tech"].fillna("").to_list()
    columns = _columns(rows.drop(columns=["generator", "bus", "tech", ASSUMED]))
    made = generator_rows(rows["generator"].to_list(), rows["bus"].to_list(), **columns)
    return made.assign(tech=tech) if any(tech) else made
