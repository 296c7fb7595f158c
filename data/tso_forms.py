"""The form of a utility's file: where its header stands, what its columns hold, in which unit."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from data.errors import InputError, Problem
from data.tso_headings import (
    QUANTITY_BY_HEADING,
    UNITS,
    Heading,
    Unit,
    plain,
    read_heading,
    stated_unit,
    unit_of_name,
)

SEARCHED_ROWS = 20
"""A header below these lines is none."""

UNIT_OF_WIDE_FORM = "MW"
"""OCCTO's series by area state no unit; this project's form of them is in MW."""

KNOWN_UNITS = "MW平均, MW, kW, 万kW, MWh, kWh, 万kWh or 30分kWh"


EDGES = (" ,", ", ", '" ', ' "', "\n ", " \n", " \r", "\t", "\u3000")
"""A blank at the edge of a cell; most files have none, and stripping every cell takes time."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a CSV file."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of values."""

    place: int
    heading: str
    quantity: str
    area: str | None
    """Area of this column; None = the file's."""
    unit: Unit


@dataclass(frozen=True, slots=True)
class Form:
    """How to read the rows of a file."""

    times: Mapping[str, int]
    """Place of each column of time: date, date_time, time, slot, from, to."""
    columns: tuple[FormColumn, ...]
    body: list[Row]
    """Records below the header that are not blank."""


def split_rows(text: str, where: str) -> list[Row]:
    """Records of a CSV text with the line each starts on; cells without blanks around them.

    Raises
    ------
    InputError
        A quote that is never closed.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    edged = f"\n{text}\n"
    has_blanks = any(edge in edged for edge in EDGES)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append(Row(line, [cell.strip() for cell in cells] if has_blanks else cells))
            line = reader.line_num + 1
    except csv.Error as error:
        expected = 'a closing " for each opening one'
        problem = Problem("quotes", str(error), expected, file=where, line=line)
        raise InputError(where, [problem]) from None
    return rows


def find_form(rows: Sequence[Row], where: str) -> Form:
    """Form of a file.

    Parameters
    ----------
    rows : sequence of Row
        All records of the file.
    where : str
        File name for the messages.

    Raises
    ------
    InputError
        No header, unknown or repeated headings, no unit or one not known.
    """
    header = _header(rows)
    if header is None:
        expected = "a line with DATE, DATE_TIME, 月日 or 日付 and the names of quantities"
        found = f"no header in the first {min(len(rows), SEARCHED_ROWS)} lines"
        raise InputError(where, [Problem("header", found, expected, file=where)])
    above, row, below = list(rows[:header]), rows[header], list(rows[header + 1 :])
    groups = _groups(above[-1].cells if above else [], len(row.cells))
    headings = [read_heading(*pair) for pair in zip(row.cells, groups, strict=True)]
    body = [below_row for below_row in below if any(below_row.cells)]
    units = body.pop(0).cells if body and _is_unit_row(body[0].cells) else []
    problems = [*_bad_headings(row, headings, body, where), *_no_time(row, headings, where)]
    named = [_unit_name(place, heading, units, above) for place, heading in enumerate(headings)]
    problems.extend(_bad_units(row, headings, named, where))
    if problems:
        raise InputError(where, problems)
    times = {heading.time: place for place, heading in enumerate(headings) if heading.time}
    return Form(times, tuple(_columns(row, headings, named)), body)


def _header(rows: Sequence[Row]) -> int | None:
    """Place of the first row with a heading of a date."""
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        if any(read_heading(cell).time in ("date", "date_time") for cell in row.cells):
            return place
    return None


def _groups(cells: Sequence[str], width: int) -> list[str]:
    """Heading over each column; a merged cell stands in its first column only."""
    groups, group = [], ""
    for place in range(width):
        cell = cells[place] if place < len(cells) else ""
        if any(sign.isdigit() for sign in cell) or stated_unit(cell):
            cell = ""  # an update stamp or a unit heads no column
        group = cell or group
        groups.append(group)
    return groups


def _is_unit_row(cells: Sequence[str]) -> bool:
    """Whether a row below the header holds units, not values."""
    return any(unit_of_name(cell) for cell in cells) or (
        bool(cells[0]) and not any(sign.isdigit() for cell in cells for sign in cell)
    )


def _unit_name(place: int, heading: Heading, units: Sequence[str], above: Sequence[Row]) -> str:
    """Unit as stated: in the heading, below it, or for the whole file; "" if nowhere."""
    if heading.unit:
        return heading.unit
    if place < len(units):
        return plain(units[place]).strip("-")
    whole = (stated_unit(cell) for row in above for cell in row.cells)
    default = UNIT_OF_WIDE_FORM if heading.area else ""
    return next((unit for unit in whole if unit), default)


def _bad_headings(
    row: Row, headings: Sequence[Heading], body: Sequence[Row], where: str
) -> Iterator[Problem]:
    seen: set[tuple[str | None, str | None, str | None]] = set()
    for place, (cell, heading) in enumerate(zip(row.cells, headings, strict=True)):
        key = (heading.quantity, heading.area, heading.time)
        if heading.is_known:
            if key in seen:
                yield _at(row, where, cell, "the same heading twice", "each quantity once")
            seen.add(key)
        elif cell or any(place < len(other.cells) and other.cells[place] for other in body):
            expected = f"one of {', '.join(QUANTITY_BY_HEADING)}, or an area"
            fix = "Is this a utility's area file? Correct the heading, or remove the column"
            found = f"an unknown heading in column {place + 1}"
            yield _at(row, where, cell or "(no heading)", found, expected, fix)


def _no_time(row: Row, headings: Sequence[Heading], where: str) -> Iterator[Problem]:
    times = {heading.time for heading in headings}
    if "date_time" not in times and not times & {"time", "slot", "from"}:
        expected = "TIME, 時刻, 時間帯_自 or slot beside the date"
        yield _at(row, where, "time", "no column for it", expected)
    if not any(heading.quantity or heading.area for heading in headings):
        yield _at(row, where, "columns", "no quantity and no area", "エリア需要 or an area")


def _bad_units(
    row: Row, headings: Sequence[Heading], named: Sequence[str], where: str
) -> Iterator[Problem]:
    valued = [h.quantity is not None or h.area is not None for h in headings]
    names = [name for name, is_value in zip(named, valued, strict=True) if is_value]
    if "" in names:
        fix = "Write 単位[MW平均] in the first line, or the unit in brackets behind each heading"
        yield _at(row, where, "unit", "no unit stated", KNOWN_UNITS, fix)
    for name in dict.fromkeys(names):
        if name and unit_of_name(name) is None:
            yield _at(row, where, "unit", f"unknown unit {name}", KNOWN_UNITS)


def _columns(row: Row, headings: Sequence[Heading], named: Sequence[str]) -> Iterator[FormColumn]:
    for place, (heading, name) in enumerate(zip(headings, named, strict=True)):
        if heading.quantity or heading.area:
            quantity = heading.quantity or "demand"
            unit = UNITS[plain(name).lower()]
            yield FormColumn(place, row.cells[place], quantity, heading.area, unit)


def _at(row: Row, where: str, what: str, found: str, expected: str, fix: str = "") -> Problem:
    return Problem(what, found, expected, fix, file=where, line=row.line)
