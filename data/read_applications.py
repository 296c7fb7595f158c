"""Lists of applications for power, as planning desks keep them: CSV or XLSX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from data.application_cells import CELLS, MW_OF, has_unit, mw_cell
from data.application_words import HEADINGS, heading_and_unit, lookup, plain_word
from data.contracts_loads import APPLICATIONS
from data.errors import InputError, Problem
from data.facts import read_fact
from data.municipality import municipality_code, municipality_names
from data.read_csv import TextTable, parse_csv
from data.tables import check
from data.text_file import read_text_file
from data.workbook import ENDINGS, read_workbook

CONTRACT = "applications"
POWER = "contract_mw"
POWER_IN_KW = {"contract_kw": "kw", "contract_man_kw": "万kw", "contract_gw": "gw"}
WAYS_TO_THE_AREA = "an area, lat and lon, or a municipality"
NEAR = 0.8
"""Likeness from which an unknown heading is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A list as it was read: canonical words where they were understood."""

    where: str
    cells: pd.DataFrame
    """Columns of the contract that the file has, cells as text."""
    lines: tuple[int, ...]
    headings: dict[str, str]
    """Column of the contract to the heading in the file."""
    unused: tuple[str, ...]
    """Headings and sheets of the file that mean nothing here."""
    problems: tuple[Problem, ...]


def open_applications(path: Path | str) -> ApplicationList:
    """Read a list and put its cells into canonical words; problems are kept, not raised.

    Parameters
    ----------
    path : Path or str
        CSV in UTF-8, CP932 or UTF-16, or XLSX. Headings in Japanese or as in the contract
        `applications`.

    Returns
    -------
    ApplicationList
        For `checked_applications`.

    Raises
    ------
    InputError
        The file is no table at all.
    """
    where = str(path)
    if Path(path).suffix.lower() in ENDINGS:
        table, sheets = read_workbook(path)
    else:
        text = read_text_file(path, what="a list of applications as CSV or XLSX")
        table, sheets = parse_csv(text, where=where, comments_in_body=False), ()
    opened = _with_headings(table, where)
    opened = replace(opened, unused=(*opened.unused, *(f"sheet {name}" for name in sheets)))
    return _with_ways_to_the_area(_translated(opened, table))


def checked_applications(
    opened: ApplicationList, *, more_problems: Sequence[Problem] = ()
) -> pd.DataFrame:
    """Pass a list through its contract, or raise with every problem of it.

    Parameters
    ----------
    opened : ApplicationList
        From `open_applications`.
    more_problems : sequence of Problem
        Found elsewhere, to be told in the same list.

    Returns
    -------
    DataFrame, shape (applications, contract columns + 1)
        Columns of the contract `applications`, and `line`, the row in the file.

    Raises
    ------
    InputError
        Everything wrong in the file.
    """
    problems = [*opened.problems, *more_problems]
    try:
        table = check(opened.cells, CONTRACT, where=opened.where, lines=opened.lines)
    except InputError as error:
        problems.extend(_in_own_words(problem, opened.headings) for problem in error.problems)
    if problems:
        raise InputError(opened.where, sorted(set(problems), key=_place))
    return table.assign(line=opened.lines)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.where


def _in_own_words(problem: Problem, headings: dict[str, str]) -> Problem:
    """A problem that also names the file's own heading of the column."""
    heading = headings.get(problem.where, problem.where)
    if heading == problem.where:
        return problem
    return replace(problem, where=f"{heading} ({problem.where})")


def _with_headings(table: TextTable, where: str) -> ApplicationList:
    """Name the columns as the contract does."""
    ways = lookup(HEADINGS)
    means = {str(name): _column_of(str(name), ways) for name in table.frame.columns}
    doubles = [
        n for n, column in means.items() if column and list(means.values()).count(column) > 1
    ]
    unknown = [name for name, column in means.items() if not column]
    problems = [*table.problems]
    if doubles:
        found = ", ".join(doubles)
        problems.append(Problem("headings", found, "one column for each meaning", file=where))
    problems.extend(_slips(unknown, ways, where))
    headings = {column: name for name, column in reversed(means.items()) if column}
    cells = pd.DataFrame({c: table.frame[n] for c, n in headings.items()}, dtype=object)
    ordered = cells[[column for column in APPLICATIONS.names if column in cells]]
    return ApplicationList(
        where,
        ordered,
        table.lines,
        headings,
        tuple(name for name in unknown if name),
        tuple(problems),
    )


def _column_of(heading: str, ways: dict[str, str]) -> str:
    """Column of the contract that a heading means, or ""."""
    word, _ = heading_and_unit(heading)
    if word in POWER_IN_KW:
        return POWER
    return ways.get(plain_word(word), "")


def _slips(unknown: Sequence[str], ways: dict[str, str], where: str) -> list[Problem]:
    """Headings that are almost one of ours: left out they would be lost without a word."""
    near = {name: get_close_matches(plain_word(name), ways, n=1, cutoff=NEAR) for name in unknown}
    return [
        Problem(name, "an unknown heading", "a known one", f"Did you mean {found[0]}?", file=where)
        for name, found in near.items()
        if found
    ]


def _translated(opened: ApplicationList, table: TextTable) -> ApplicationList:
    """Put every cell into canonical words; equal cells are looked at once."""
    cells = opened.cells.copy()
    names = municipality_names(read_fact("municipalities"))
    translate = CELLS | {"municipality": lambda cell: municipality_code(cell, names)}
    problems = [*opened.problems]
    if POWER in cells:
        unit = _unit_of_power(opened.headings[POWER])
        problems.extend(_unit_problems(cells[POWER], unit, opened))
        translate[POWER] = mw_cell(unit if unit in MW_OF else "")
    for name in translate.keys() & set(cells.columns):
        cells[name] = _mapped(cells.loc[:, name], translate[name])
    return replace(opened, cells=cells, problems=tuple(problems))


def _mapped(column: pd.Series, translate: Callable[[str], str]) -> pd.Series:
    """Translate each different text of a column once; "" becomes not stated."""
    texts = {text: translate(text) or None for text in column.dropna().unique()}
    return column.map(texts, na_action="ignore").astype(object)


def _unit_of_power(heading: str) -> str:
    """Unit of power a heading states: by its name, or in brackets; "?" where it states none."""
    word, unit = heading_and_unit(heading)
    stated = POWER_IN_KW.get(word) or ("mw" if word == POWER else "")
    return unit or stated or "?"


def _unit_problems(cells: pd.Series, unit: str, opened: ApplicationList) -> list[Problem]:
    """A heading without a unit is no harm where every cell has its own."""
    if unit in MW_OF:
        return []
    heading = opened.headings[POWER]
    fix = f"Write {heading_and_unit(heading)[0]}(MW), (万kW) or (kW)"
    if unit != "?":
        return [Problem(heading, f"the unit {unit}", "MW, 万kW, kW or GW", fix, file=opened.where)]
    bare = [text for text in cells.dropna().unique() if not has_unit(text)]
    if not bare:
        return []
    found = f"no unit, in the heading nor in cells such as {bare[0]}"
    return [Problem(heading, found, "MW, 万kW, kW or GW", fix, file=opened.where)]


def _with_ways_to_the_area(opened: ApplicationList) -> ApplicationList:
    """Add a problem for each row that says nowhere in Japan it lies."""
    cells = opened.cells
    stated = {c: cells[c].notna() for c in ("area", "lat", "lon", "municipality") if c in cells}
    nobody = pd.Series(False, index=cells.index)
    lat, lon = stated.get("lat", nobody), stated.get("lon", nobody)
    half = lat ^ lon
    lost = ~(stated.get("area", nobody) | (lat & lon) | stated.get("municipality", nobody)) & ~half
    problems = [
        Problem("area", "nothing", WAYS_TO_THE_AREA, file=opened.where, line=opened.lines[row])
        for row in cells.index[lost]
    ] + [
        Problem("lat, lon", "only one of them", "both", file=opened.where, line=opened.lines[row])
        for row in cells.index[half]
    ]
    return replace(opened, problems=(*opened.problems, *problems))
