"""Lists of applications for power, as planning desks keep them: CSV or XLSX."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from data.application_cells import CELLS, MW_OF, mw_cell, percent_cell
from data.application_list import POWER, ApplicationList, unit_of_power, with_headings
from data.application_problems import (
    SHARES,
    in_percent,
    problems_as_understood,
    problems_as_written,
)
from data.application_words import shortened
from data.errors import InputError, Problem
from data.facts import read_fact
from data.municipality import municipality_code, municipality_names
from data.read_csv import parse_csv
from data.tables import check
from data.text_file import read_text_file
from data.workbook import ENDINGS, read_workbook

__all__ = ["ApplicationList", "checked_applications", "open_applications"]

CONTRACT = "applications"


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
    opened = with_headings(table, where)
    opened = replace(opened, unused=(*opened.unused, *(f"sheet {name}" for name in sheets)))
    return _translated(opened)


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
        written = {
            name: dict(zip(opened.lines, column, strict=True))
            for name, column in opened.written.items()
        }
        problems.extend(_in_own_words(fault, opened, written) for fault in error.problems)
    if problems:
        raise InputError(opened.where, sorted(set(problems), key=_place))
    return table.assign(line=opened.lines)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.where


def _in_own_words(
    problem: Problem, opened: ApplicationList, written: Mapping[Hashable, Mapping[int, Any]]
) -> Problem:
    """A problem that names the file's own heading and shows the cell as it is written there."""
    column, found = problem.where, problem.found
    cell = written.get(column, {}).get(problem.line or 0)
    if isinstance(cell, str):
        found = " ".join(cell.split())
    heading = opened.headings.get(column, column)
    where = column if heading == column else f"{heading} ({column})"
    return replace(problem, where=shortened(where), found=shortened(found))


def _translated(opened: ApplicationList) -> ApplicationList:
    """Put every cell into canonical words; equal cells are looked at once."""
    cells = opened.cells.copy()
    municipalities = read_fact("municipalities")
    names = municipality_names(municipalities)
    translate = CELLS | {"municipality": lambda cell: municipality_code(cell, names)}
    if POWER in cells:
        unit = unit_of_power(opened.headings[POWER])
        translate[POWER] = mw_cell(unit if unit in MW_OF else "")
    translate |= {
        name: percent_cell for name in SHARES if name in cells and in_percent(opened.headings[name])
    }
    for name in translate.keys() & set(cells.columns):
        cells[name] = _mapped(cells.loc[:, name], translate[name])
    problems = (*opened.problems, *problems_as_written(opened))
    translated = replace(opened, cells=cells, problems=problems)
    more = problems_as_understood(translated, set(municipalities["code"]))
    return replace(translated, problems=(*problems, *more))


def _mapped(column: pd.Series, translate: Callable[[str], str]) -> pd.Series:
    """Translate each different text of a column once; "" becomes not stated."""
    texts = {text: translate(text) or None for text in column.dropna().unique()}
    return column.map(texts, na_action="ignore").astype(object)
