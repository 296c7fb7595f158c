"""Time in the utilities' files: dates, clock labels, length of a slot, start or end of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[Any]

MINUTES_PER_DAY = 1440
SLOT_LENGTHS = (30, 60)
UNREADABLE = -1

DATE = re.compile(r"(\d{4})(?:[/.-]|年)(\d\d?)(?:[/.-]|月)(\d\d?)日?")
COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
CLOCK = re.compile(r"(\d\d?)(?::|時)(?:(\d\d)(?::00|分)?)?")
COMPACT_CLOCK = re.compile(r"(\d\d)(\d\d)")

Convention = Literal["start", "end", "unclear"]


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of the slots of a file."""

    times: Times
    """Minutes, JST without zone; NaT where a label cannot be read."""
    has_24: bool = False
    """Some label says 24:00, so labels are ends."""
    are_starts: bool = False
    """The form itself says that labels are starts."""


def read_dates(cells: Sequence[str]) -> Times:
    """Dates of cells such as 2026/4/1, 2026-04-01, 20260401 or 2026年4月1日.

    An empty cell takes the date above it: some forms write it on the first row of a day only.

    Returns
    -------
    ndarray of datetime64[m], shape (cells,)
        NaT where a cell cannot be read.
    """
    days = _mapped(cells, _date, "datetime64[m]")
    is_stated = np.fromiter((cell != "" for cell in cells), dtype=bool, count=len(cells))
    row_of_date = np.maximum.accumulate(np.where(is_stated, np.arange(len(cells)), -1))
    return np.where(row_of_date < 0, np.datetime64("NaT"), days[row_of_date])


def read_clock(cells: Sequence[str]) -> Numbers:
    """Minutes after midnight of cells such as 0:30, 00:30, 0030, 24:00, 0時.

    Returns
    -------
    ndarray of int, shape (cells,)
        0 to 1440; -1 where a cell cannot be read.
    """
    return _mapped(cells, _clock, "int64")


def read_slots(cells: Sequence[str]) -> Numbers:
    """Minutes after midnight of slot numbers 0 to 47, the form of OCCTO's series; -1 = unreadable.

    Returns
    -------
    ndarray of int, shape (cells,)
    """
    return _mapped(cells, _slot, "int64")


def at(days: Times, minutes: Numbers) -> Times:
    """Moments of dates and minutes after midnight; NaT where either is unreadable."""
    moments = days + minutes.astype("timedelta64[m]")
    return np.where(minutes == UNREADABLE, np.datetime64("NaT"), moments)


def slot_minutes(times: Times) -> int | None:
    """Most frequent distance between neighbouring labels; None with fewer than two.

    Examples
    --------
    >>> slot_minutes(np.array(["2026-04-01T00:00", "2026-04-01T00:30"], dtype="datetime64[m]"))
    30
    """
    known = np.unique(times[~np.isnat(times)])
    if len(known) < 2:
        return None
    steps, counts = np.unique(np.diff(known).astype(np.int64), return_counts=True)
    return int(steps[counts.argmax()])


def convention(labels: Labels, minutes: int, *, publisher_writes_ends: bool) -> Convention:
    """Whether labels are the start or the end of their slot.

    24:00 is an end. Otherwise the first label decides: midnight is a start, one slot later an
    end, if the labels then make whole days or the publisher is known to write ends. A file that
    begins elsewhere could be either.

    Parameters
    ----------
    labels : Labels
        At least one readable.
    minutes : int
        Length of a slot. [min]
    publisher_writes_ends : bool
        The publisher's other files are labelled by the end.
    """
    if labels.are_starts:
        return "start"
    if labels.has_24:
        return "end"
    known = labels.times[~np.isnat(labels.times)]
    first, last = (minute_of_day(moment) for moment in (known.min(), known.max()))
    if first == 0:
        return "start"
    is_whole = first == minutes and last == 0
    return "end" if is_whole or (first == minutes and publisher_writes_ends) else "unclear"


def minute_of_day(moment: Any) -> Any:
    """Minutes after midnight of moments in minutes."""
    return (moment - moment.astype("datetime64[D]")).astype(np.int64)


def spell(moment: Any) -> str:
    """A moment as people write it.

    Examples
    --------
    >>> spell(np.datetime64("2026-04-01T00:30"))
    '2026-04-01 00:30'
    """
    return str(np.datetime64(moment, "m")).replace("T", " ")


def _mapped(cells: Sequence[str], read: Callable[[str], Any], kind: str) -> Numbers:
    """Read each different cell once: a year has 365 dates and 48 clock labels."""
    place = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    values = np.array([read(cell) for cell in place], dtype=kind)
    return values[np.fromiter((place[cell] for cell in cells), dtype=np.intp, count=len(cells))]


def _date(cell: str) -> date | None:
    found = DATE.fullmatch(cell) or COMPACT_DATE.fullmatch(cell)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:  # such as 31 April
        return None


def _clock(cell: str) -> int:
    found = CLOCK.fullmatch(cell) or COMPACT_CLOCK.fullmatch(cell)
    if not found:
        return UNREADABLE
    hour, minute = int(found[1]), int(found[2] or 0)
    total = 60 * hour + minute
    return total if minute < 60 and total <= MINUTES_PER_DAY else UNREADABLE


def _slot(cell: str) -> int:
    number = int(cell) if cell.isascii() and cell.isdigit() else UNREADABLE
    slots = MINUTES_PER_DAY // SLOT_LENGTHS[0]
    return number * SLOT_LENGTHS[0] if 0 <= number < slots else UNREADABLE
