"""A year set out from days that are stated once: the same rows and columns, at other dates.

To state 8,760 hours in Pyomo takes longer than to solve them. Days that are the same in every
number have the same rows, so each is stated once and copied to its dates here. What sums over the
year gives each copy its part; what a day passes on (the level of a store at midnight) goes to the
day that follows it on the dates.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

from optimize.day_parts import NO_DAY, Places
from optimize.days_on_dates import DaysOnDates
from optimize.matrix import Floats, Matrix, parts_of


class Copy:
    """A column at its date."""

    __slots__ = ("key",)

    def __init__(self, key: Hashable) -> None:
        self.key = key

    def index(self) -> Hashable:
        """Key, as a Pyomo variable tells it."""
        return self.key


def repeated(matrix: Matrix, year: DaysOnDates) -> Matrix:
    """The model of all dates from that of days stated once.

    Parameters
    ----------
    matrix : Matrix
        In the cost and in rows that sum over the year, a day weighs as much as all its dates
        together; in its own rows as much as one.
    year : DaysOnDates

    Returns
    -------
    Matrix
        Columns and rows of each day in the order of time, then those of no day.
    """
    dates = _Dates.of(year)
    columns = _Laid.out([v.index() for v in matrix.variables], dates)
    rows = _Laid.out(matrix.row_keys, dates)
    at, of_row = columns.source, rows.source
    times = np.append(dates.times, 1.0)  # of no day: once
    return replace(
        matrix,
        cost=matrix.cost[at] / times[columns.day[at]],
        lower=matrix.lower[at],
        upper=matrix.upper[at],
        integer=matrix.integer[at],
        rows=_entries(matrix, dates, columns, rows),
        row_lower=matrix.row_lower[of_row],
        row_upper=matrix.row_upper[of_row],
        column_names=matrix.column_names[at],
        row_names=matrix.row_names[of_row],
        row_keys=rows.keys(dates),
        column_scale=matrix.column_scale[at],
        row_scale=matrix.row_scale[of_row],
        variables=[Copy(key) for key in columns.keys(dates)],
    )


@dataclass(frozen=True, slots=True)
class _Dates:
    """Days stated once by number, and which of them each date has."""

    number: Mapping[str, int]
    """Slice and day stated once -> number of the day."""
    day_at: Places
    """Number of the day of each date, in the order of time."""
    times: Floats
    """How many dates each day has."""
    names: Sequence[Mapping[str, str]]
    """For each date: slice and day stated once -> slice and day there."""

    @classmethod
    def of(cls, year: DaysOnDates) -> "_Dates":
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for t, day in year.dispatch.slices["day"].items():
            names[day] |= {year.like[day]: day, year.like[str(t)]: str(t)}
        days = {day: i for i, day in enumerate(dict.fromkeys(year.like[d] for d in names))}
        day_at = np.array([days[year.like[day]] for day in names])
        number = {t: days[year.like[day]] for day, known in names.items() for t in known}
        times = np.bincount(day_at).astype(float)
        return cls(number, day_at, times, list(names.values()))

    def laid(self, day: Places) -> list[Places]:
        """What each date has of things of these days, and at last those of no day."""
        of_day = [np.flatnonzero(day == number) for number in (*range(len(self.times)), NO_DAY)]
        return [of_day[number] for number in (*self.day_at.tolist(), NO_DAY)]


@dataclass(frozen=True, slots=True)
class _Laid:
    """Columns or rows laid out by date, those of no day last."""

    known: Sequence[Any]
    """Keys as stated."""
    named: Sequence[int]
    """Where in its key each has its slice or day; NO_DAY without one."""
    day: Places
    """Number of the day of each; NO_DAY without one."""
    place: Places
    """Where each stands among those of its day."""
    source: Places
    """Which of those stated stands at each place of the year."""
    start: Places
    """Where each date begins, then those of no day, and the end."""

    @classmethod
    def out(cls, keys: Sequence[Any], dates: _Dates) -> "_Laid":
        named = [_named(key, dates.number) for key in keys]
        day = np.array(
            [
                NO_DAY if at == NO_DAY else dates.number[parts_of(key)[at]]
                for key, at in zip(keys, named, strict=True)
            ],
            dtype=np.int64,
        )
        laid = dates.laid(day)
        place = np.empty(len(keys), dtype=np.int64)
        for those in laid:
            place[those] = np.arange(len(those))
        start = np.cumsum([0, *map(len, laid)])
        return cls(keys, named, day, place, np.concatenate(laid), start)

    def keys(self, dates: _Dates) -> list[Any]:
        """Keys at the dates, in the order of the year."""
        source, found = self.source.tolist(), list[Any]()
        for names, (begin, end) in zip(dates.names, pairwise(self.start.tolist()), strict=False):
            found += [self._key(i, names) for i in source[begin:end]]
        return found + [self.known[i] for i in source[self.start[-2] :]]

    def _key(self, stated: int, names: Mapping[str, str]) -> Any:
        key, at = self.known[stated], self.named[stated]
        if not isinstance(key, tuple):
            return names[key]
        return key[:at] + (names[key[at]],) + key[at + 1 :]  # noqa: RUF005 - half the time of stars


def _named(key: Any, number: Mapping[str, int]) -> int:
    """Place of the slice or day in a key, near its end."""
    parts = parts_of(key)
    return next((i for i in reversed(range(len(parts))) if parts[i] in number), NO_DAY)


def _entries(matrix: Matrix, dates: _Dates, columns: _Laid, rows: _Laid) -> Any:
    """Sparse, shape (rows, columns) of the year."""
    stated = sparse.coo_array(matrix.rows)
    row, column = (each.astype(np.int64) for each in stated.coords)
    row_day, column_day = rows.day[row], columns.day[column]
    passed_on = (row_day != NO_DAY) & (column_day != NO_DAY) & (row_day != column_day)
    times = np.append(dates.times, 1.0)
    value = stated.data / np.where(row_day == NO_DAY, times[column_day], 1.0)
    laid = dates.laid(np.where(row_day == NO_DAY, column_day, row_day))
    date, entry = np.repeat(np.arange(len(laid)), [*map(len, laid)]), np.concatenate(laid)
    to, then, over = column[entry], date.copy(), passed_on[entry]
    then[over] = (date[over] + 1) % len(dates.day_at)
    to[over] = _same_at(matrix, columns, to[over], dates.day_at[then[over]])
    at = _at(rows, row[entry], date), _at(columns, to, then)
    return sparse.csr_array((value[entry], at), shape=(len(rows.source), len(columns.source)))


def _at(laid: _Laid, stated: Places, date: Places) -> Places:
    """Where in the year what is stated stands at a date."""
    date = np.where(laid.day[stated] == NO_DAY, len(laid.start) - 2, date)
    found: Places = laid.start[date] + laid.place[stated]
    return found


def _same_at(matrix: Matrix, columns: _Laid, stated: Places, day: Places) -> Places:
    """The columns that are to other days what those stated are to their own."""

    def key(i: int) -> tuple[Any, ...]:
        parts, named = parts_of(columns.known[i]), columns.named[i]
        return str(matrix.column_names[i]), *parts[:named], *parts[named + 1 :]

    names = np.unique(matrix.column_names[stated])
    able = np.flatnonzero(np.isin(matrix.column_names, names))
    known = {(int(columns.day[i]), key(i)): i for i in able.tolist()}
    if len(known) != len(able):
        raise ValueError(f"What goes on to the next day has one {names} for each day")
    pairs = zip(stated.tolist(), day.tolist(), strict=True)
    return np.array([known[number, key(i)] for i, number in pairs], dtype=np.int64)
