"""One file of a utility: half-hourly or hourly demand, forecast and sources of an area, in MW."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.cell_numbers import read_numbers
from data.contracts_series import FORECASTS
from data.errors import InputError, Problem
from data.row_runs import capped, runs, told_lines
from data.text_file import read_text_file
from data.tie_sign import tie_counts_exports
from data.tso_forms import Form, Row, find_form, split_rows
from data.tso_labels import file_labels, label_problems, start_times
from data.tso_names import SAY_AREA, DemandFile, area_of_name, period_of_name
from data.tso_time import Numbers, Times, spell

WHAT = "a CSV file of area demand"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds."""

    file: str
    minutes: int
    """Length of a slot. [min]"""
    starts: Times
    """Start of each slot, JST without zone."""
    lines: Numbers
    """Line of each slot in the file."""
    keys: tuple[tuple[str, str], ...]
    """Area and quantity of each column."""
    mw: Numbers
    """Shape (slots, keys). [MW]; NaN = the cell is empty."""
    ends_early: bool
    """The file has rows without values at its end: the day was not over."""
    is_tie_turned: bool = False
    """The file counts exports as positive; here imports are."""

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas in the file."""
        return tuple(dict.fromkeys(area for area, _ in self.keys))

    @property
    def is_forecast(self) -> bool:
        """Whether the file holds forecasts, not what happened."""
        return any(quantity in FORECASTS for _, quantity in self.keys)

    @property
    def until(self) -> str:
        """End of the last slot, such as 2026-04-15 21:30."""
        return spell(self.starts.max() + np.timedelta64(self.minutes, "m"))


def read_tso_csv(file: DemandFile | Path | str) -> Sheet:
    """Read one file in any of the utilities' forms.

    Parameters
    ----------
    file : DemandFile, Path or str
        A DemandFile can say the area; else the file's name has to.

    Returns
    -------
    Sheet
        Slots in the order of time; rows without any value are left out.

    Raises
    ------
    InputError
        Every problem found in the file, with its line.
    """
    source = file if isinstance(file, DemandFile) else DemandFile(Path(file))
    where = str(source.path)
    rows = split_rows(read_text_file(source.path, what=WHAT), where)
    form = find_form(rows, where)
    problems = list(_area_problems(form, source, where))
    area = source.area or area_of_name(source.path.name) or ""
    sheet = _sheet(form, area, where, problems)
    if sheet is None or problems:
        raise InputError(where, problems)
    return sheet


def _area_problems(form: Form, source: DemandFile, where: str) -> Iterator[Problem]:
    """A file of one area has to tell which; one with a column for each area needs no word."""
    own = [column.area for column in form.columns if column.area is not None]
    if own and source.area is not None:
        expected = "the file's name alone"
        found = f"{source.area}= before a file with columns for {', '.join(own)}"
        yield Problem("area", found, expected, file=where)
    if len(own) < len(form.columns) and not (source.area or area_of_name(source.path.name)):
        expected = "a name with the area, such as eria_jukyu_202604_03.csv"
        yield Problem("area", "not told by the file's name", expected, SAY_AREA, file=where)


def _sheet(form: Form, area: str, where: str, problems: list[Problem]) -> Sheet | None:
    """The file's content; what is wrong with it is added to `problems`."""
    body = list(_whole_rows(form, where, problems))
    cells = [[row.cells[column.place] for column in form.columns] for row in body]
    values, unreadable = read_numbers(cells)
    heads = [column.heading for column in form.columns]
    problems.extend(
        capped(
            _bad_number(heads[column], cells[row][column], body[row].line, where)
            for row, column in unreadable
        )
    )
    is_filled = np.array(~np.isnan(values).all(axis=1))
    is_filled[[row for row, _ in unreadable]] = True  # what cannot be read is not nothing
    if not is_filled.any():
        problems.append(Problem("content", "no values", "rows with values", file=where))
        return None
    kept = [row for row, keep in zip(body, is_filled, strict=True) if keep]
    labels = file_labels(kept, form)
    wrong = list(label_problems(labels, kept, form, where))
    starts, minutes, unclear = start_times(labels, kept, where, is_kyushu=area == "kyushu")
    problems.extend(wrong or unclear)
    if wrong or unclear:
        return None
    factors = [column.unit.mw_in(minutes) for column in form.columns]
    order = np.argsort(starts, kind="stable")
    sheet = Sheet(
        where,
        minutes,
        starts[order],
        np.array([row.line for row in kept])[order],
        tuple((column.area or area, column.quantity) for column in form.columns),
        (values[is_filled] * factors)[order],
        ends_early=not is_filled[-1],
    )
    problems.extend(_outside_period(sheet))
    problems.extend(_impossible_demand(sheet))
    return _with_imports_positive(sheet)


def _with_imports_positive(sheet: Sheet) -> Sheet:
    quantities = [quantity for _, quantity in sheet.keys]
    if not tie_counts_exports(quantities, sheet.mw):
        return sheet
    signs = [-1.0 if quantity == "tie" else 1.0 for quantity in quantities]
    return replace(sheet, mw=sheet.mw * signs, is_tie_turned=True)


def _whole_rows(form: Form, where: str, problems: list[Problem]) -> Iterator[Row]:
    """Rows with a cell for every column; a line that breaks off is a problem."""
    width = 1 + max(*(column.place for column in form.columns), *form.times.values())
    short = [row for row in form.body if len(row.cells) < width]
    expected = f"{width} cells, as in the header"
    fix = "Is the file complete? Get it again"
    problems.extend(
        capped(
            Problem("cells", str(len(row.cells)), expected, fix, file=where, line=row.line)
            for row in short
        )
    )
    yield from (row for row in form.body if len(row.cells) >= width)


def _bad_number(heading: str, found: str, line: int, where: str) -> Problem:
    fix = "Correct the cell, or leave it empty if not known"
    return Problem(heading, repr(found), "a number", fix, file=where, line=line)


def _outside_period(sheet: Sheet) -> Iterator[Problem]:
    """Rows of another month or day than the name of the file says."""
    period = period_of_name(Path(sheet.file).name)
    if period is None:
        return
    unit = "M" if len(period) == len("2026-04") else "D"
    named = np.array(period, dtype=f"datetime64[{unit}]")
    outside = sheet.starts.astype(named.dtype) != named
    for first, last in runs(outside):
        span = f"{spell(sheet.starts[first])} to {spell(sheet.starts[last])}"
        found = f"{last - first + 1} rows of {span}{told_lines(sheet.lines, first, last)}"
        expected = f"rows of {period}, as the file's name says"
        fix = "Months mixed? Put each into a file of its own, or rename the file"
        line = int(sheet.lines[first])
        yield Problem("time", found, expected, fix, file=sheet.file, line=line)


def _impossible_demand(sheet: Sheet) -> Iterator[Problem]:
    """Demand of zero or below: a whole area is never without load."""
    fix = "Leave the cell empty if the demand is not known"
    for place, (area, quantity) in enumerate(sheet.keys):
        if quantity not in ("demand", "forecast_demand"):
            continue
        for first, last in runs(sheet.mw[:, place] <= 0):
            found = f"{sheet.mw[first, place]:g} MW{told_lines(sheet.lines, first, last)}"
            line = int(sheet.lines[first])
            what = f"demand of {area or 'the area'}"
            yield Problem(what, found, "more than 0", fix, file=sheet.file, line=line)
