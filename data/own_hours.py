"""A user's own year by the hour: demand of every area, and what its sun and wind could give."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.contract import AREAS
from data.contracts_series import STAMP_WORDS
from data.errors import InputError, Problem
from data.hour_gaps import find_gap_problems
from data.read_csv import TextTable, parse_csv
from data.row_runs import capped
from data.tables import check
from data.text_file import read_text_file
from data.tso_time import MINUTES_PER_DAY, UNREADABLE, Times, at, read_clock, read_dates, spell

TABLE = "user_hours"
KEYS = ["area", "quantity"]
QUANTITIES = ("demand_mw", "solar_share", "wind_share")
EARLIEST, LATEST = np.datetime64("1900-01-01"), np.datetime64("2200-01-01")
"""Outside of them a year is a slip of the pen."""

STAMP = re.compile(r"(\S+)[ T]+(\S+?)(?:\+09:?00)?")


def read_own_hours(path: Path | str) -> pd.DataFrame:
    """Read one year of demand, sun and wind by the hour or half-hour.

    Parameters
    ----------
    path : Path or str
        CSV of the contract `user_hours`, in UTF-8 or CP932; docs/hours.md describes it.

    Returns
    -------
    DataFrame, shape (8,760 or 8,784 hours, area-quantities)
        Index `start`, JST without zone, every hour of a year from some midnight on. Columns
        (area, quantity) in OCCTO's order of areas: `demand_mw` [MW] of all ten, `solar_share` and
        `wind_share` [-] where they are known. Half-hours are the mean of their hour.

    Raises
    ------
    InputError
        Every problem of the file with its line.
    """
    where = str(path)
    text = parse_csv(read_text_file(path), where=where)
    starts = read_starts(text.frame["time"]) if "time" in text.frame else None
    rows, problems = _checked(text, starts, where)
    if problems or rows is None:
        raise InputError(where, sorted(problems, key=lambda problem: problem.line or 0))
    return _by_hour(rows)


def read_starts(cells: pd.Series) -> Times:
    """Moments of cells such as 2026-04-01 00:00, 2026/4/1 0:30 or 2026-04-01T00:00:00+09:00.

    Returns
    -------
    ndarray of datetime64[m], shape (cells,)
        NaT where a cell is no hour or half-hour; 24:00 is none, since it ends an hour.
    """
    known, place = np.unique(cells.fillna("").to_numpy(dtype=str), return_inverse=True)
    parts = [STAMP.fullmatch(cell) for cell in known]
    days = read_dates([found[1] if found else "-" for found in parts])
    minutes = read_clock([found[2] if found else "-" for found in parts])
    is_slot = (minutes < MINUTES_PER_DAY) & (minutes % 30 == 0)
    is_slot &= (days >= EARLIEST) & (days < LATEST)
    return at(days, np.where(is_slot, minutes, UNREADABLE))[place]


def _checked(
    text: TextTable, starts: Times | None, where: str
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Rows in the types of the contract, with their start and line, and all that is wrong."""
    frame, table = text.frame, None
    problems = list(text.problems)
    if starts is not None:
        problems += capped(_unreadable(text, starts, where))
        said = [spell(start) for start in starts]
        frame = frame.assign(time=frame["time"].where(np.isnat(starts), said))
    try:
        table = check(frame, TABLE, where=where, lines=text.lines)
    except InputError as error:
        told = ("time",) if starts is not None else ()
        problems += _few_of_each([each for each in error.problems if each.where not in told])
    if starts is not None and len(starts) and not np.isnat(starts).any():
        cells = frame.reindex(columns=["area", *QUANTITIES]) if table is None else table
        rows = cells[["area", *QUANTITIES]].assign(start=starts, line=list(text.lines))
        if rows["area"].isin(AREAS).all():
            problems += find_gap_problems(rows, where)
            return rows, problems
    return None, problems


def _unreadable(text: TextTable, starts: Times, where: str) -> Iterator[Problem]:
    """Times that are none, 30 February among them, which the contract would let through."""
    for row in np.flatnonzero(np.isnat(starts)):
        cell = text.frame["time"].iloc[row]
        found = "an empty cell" if pd.isna(cell) else str(cell)
        yield Problem("time", found, STAMP_WORDS, file=where, line=text.lines[row])


def _few_of_each(problems: Sequence[Problem]) -> list[Problem]:
    """A flood of one kind is cut; a file of a year has 87,600 lines."""
    kinds = dict.fromkeys(problem.where for problem in problems)
    return [each for kind in kinds for each in capped(p for p in problems if p.where == kind)]


def _by_hour(rows: pd.DataFrame) -> pd.DataFrame:
    """One column an area and quantity; a quantity without any value is left out."""
    hour = rows["start"].dt.floor("h").dt.as_unit("us").rename("start")
    means: Any = rows.groupby([hour, "area"])[list(QUANTITIES)].mean().unstack("area")
    table = means.swaplevel(axis=1).rename_axis(columns=KEYS)
    order = pd.MultiIndex.from_product([AREAS, QUANTITIES], names=KEYS)
    known: pd.DataFrame = table.reindex(columns=order).dropna(axis=1, how="all")
    return known
