"""Labels of the rows of a utility's file, and the slots they stand for."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from data.errors import Problem
from data.row_runs import capped
from data.tso_forms import Form, Row
from data.tso_time import (
    MINUTES_PER_DAY,
    SLOT_LENGTHS,
    UNREADABLE,
    Labels,
    Numbers,
    Times,
    at,
    convention,
    minute_of_day,
    read_clock,
    read_dates,
    read_slots,
    slot_minutes,
    spell,
)

CLOCK_COLUMNS = ("from", "slot", "time")
DATE_AND_CLOCK = re.compile(r"(.*?)[ T]+(.*)|(.*日)(.*)")

EXPECTED_DATE = "a date such as 2026/4/1 or 20260401"
EXPECTED_CLOCK = "a time such as 0:30, 0030 or 0時"
EXPECTED_SLOT = "a slot from 0 to 47"


def file_labels(rows: Sequence[Row], form: Form) -> Labels:
    """Labels of rows that hold values.

    Parameters
    ----------
    rows : sequence of Row
        Each with a cell for every column.
    form : Form
        Where date and time stand.
    """
    dates, clock = _texts(rows, form)
    minutes = _minutes(clock, form)
    return Labels(
        at(read_dates(dates), minutes),
        has_24=bool((minutes == MINUTES_PER_DAY).any()),
        are_starts=_clock_column(form) in ("from", "slot"),
    )


def label_problems(
    labels: Labels, rows: Sequence[Row], form: Form, where: str
) -> Iterator[Problem]:
    """Dates and times that cannot be read, and slots whose end does not fit their start."""
    dates, clock = _texts(rows, form)
    is_lost = np.isnat(read_dates(dates))
    is_bad = _minutes(clock, form) == UNREADABLE
    first = [place == 0 or bool(cell) for place, cell in enumerate(dates)]
    yield from capped(
        _bad("date", dates[place], EXPECTED_DATE, rows[place].line, where)
        for place in np.flatnonzero(is_lost & np.array(first)).tolist()
    )
    expected = EXPECTED_SLOT if _clock_column(form) == "slot" else EXPECTED_CLOCK
    yield from capped(
        _bad("time", clock[place], expected, rows[place].line, where)
        for place in np.flatnonzero(is_bad).tolist()
    )
    if "to" in form.times:
        yield from _bad_ends(labels, rows, form, where)


def start_times(
    labels: Labels, rows: Sequence[Row], where: str, *, is_kyushu: bool
) -> tuple[Times, int, list[Problem]]:
    """Start of each slot, its length [min], and why they cannot be told.

    Parameters
    ----------
    labels : Labels
        Of the rows.
    rows : sequence of Row
        For the lines.
    where : str
        File name for the messages.
    is_kyushu : bool
        Kyushu's files are known to be labelled by the end of the slot.
    """
    minutes = slot_minutes(labels.times)
    if minutes not in SLOT_LENGTHS:
        found = "a single slot" if minutes is None else f"{minutes} minutes from row to row"
        return labels.times, 0, [Problem("step", found, "30 or 60 minutes", file=where)]
    said = convention(labels, minutes, publisher_writes_ends=is_kyushu)
    shift = np.timedelta64(minutes if said == "end" else 0, "m")
    problems = list(capped(_off_grid(labels.times, minutes, rows, where)))
    if said == "unclear":
        problems.append(_unclear(labels.times, minutes, rows, where))
    return labels.times - shift, minutes, problems


def _texts(rows: Sequence[Row], form: Form) -> tuple[list[str], list[str]]:
    """Date and clock of each row as written."""
    if "date_time" not in form.times:
        date, clock = form.times["date"], form.times[_clock_column(form)]
        return [row.cells[date] for row in rows], [row.cells[clock] for row in rows]
    place = form.times["date_time"]
    pairs = [_split(row.cells[place]) for row in rows]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _split(cell: str) -> tuple[str, str]:
    found = DATE_AND_CLOCK.fullmatch(cell)
    if not found:
        return cell, ""
    date, clock = (found[1], found[2]) if found[1] is not None else (found[3], found[4])
    return date, clock


def _clock_column(form: Form) -> str:
    return next((name for name in CLOCK_COLUMNS if name in form.times), "date_time")


def _minutes(clock: Sequence[str], form: Form) -> Numbers:
    return read_slots(clock) if _clock_column(form) == "slot" else read_clock(clock)


def _bad(what: str, found: str, expected: str, line: int, where: str) -> Problem:
    return Problem(what, repr(found) if found else "an empty cell", expected, file=where, line=line)


def _bad_ends(labels: Labels, rows: Sequence[Row], form: Form, where: str) -> Iterator[Problem]:
    """Slots that do not end one step after they start."""
    texts = [row.cells[form.times["to"]] for row in rows]
    length = (read_clock(texts) - minute_of_day(labels.times)) % MINUTES_PER_DAY
    step = slot_minutes(labels.times)
    wrong = ~np.isnat(labels.times) & (length != step) if step is not None else length < 0
    yield from capped(
        _bad("時間帯_至", texts[place], f"{step} minutes after 時間帯_自", rows[place].line, where)
        for place in np.flatnonzero(wrong).tolist()
    )


def _off_grid(times: Times, minutes: int, rows: Sequence[Row], where: str) -> Iterator[Problem]:
    """Labels between the slots."""
    for place in np.flatnonzero(minute_of_day(times) % minutes).tolist():
        found = f"{spell(times[place])} in a file of {minutes}-minute slots"
        expected = f"a multiple of {minutes} minutes"
        yield Problem("step", found, expected, file=where, line=rows[place].line)


def _unclear(times: Times, minutes: int, rows: Sequence[Row], where: str) -> Problem:
    found = f"labels from {spell(times.min())} to {spell(times.max())}"
    expected = f"a first label at 0:00 (slots by their start), or ends as {minutes // 60}:"
    expected = f"{expected}{minutes % 60:02d} … 24:00 (slots by their end)"
    fix = "It is unclear whether labels are the start or the end of a slot: give whole days"
    return Problem("time", found, expected, fix, file=where, line=rows[0].line)
