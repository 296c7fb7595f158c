"""Slots that are missing or there twice, within a file and between the files of an area."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from data.errors import Problem
from data.read_tso_csv import Sheet
from data.row_runs import capped
from data.tso_time import Numbers, Times, spell

REPEATS = {
    "equal": "the same values as",
    "conflicting": "other values than",
    "overlapping": "overlapping",
}

GO_ON = "Get the missing part, or go on without it by --allow-gaps"


@dataclass(frozen=True, slots=True)
class Gap:
    """Slots without a row between two that have one."""

    areas: tuple[str, ...]
    is_forecast: bool
    first: str
    """Start of the first missing slot, such as 2026-04-02 00:30."""
    until: str
    """End of the last missing slot."""
    slots: int
    """Number of missing slots, of the length used after the gap."""
    file: str
    """File in which the series goes on."""
    line: int

    @property
    def problem(self) -> Problem:
        """The gap as a fault of the input."""
        found = f"no row from {self.first} to {self.until} ({self.slots} slots)"
        where = f"{'forecast' if self.is_forecast else 'slots'} of {', '.join(self.areas)}"
        expected = "every slot from the first to the last"
        return Problem(where, found, expected, GO_ON, file=self.file, line=self.line)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Slots of all files that speak of the same areas, in the order of time."""

    areas: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    sheet: Numbers
    """Place in `sheets` of each slot's file."""
    row: Numbers
    """Row in that file."""
    starts: Times
    ends: Times
    """Greatest end of this slot and all before."""
    holder: Numbers
    """Place of the slot with that end."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that speak of the same time."""

    before: Sheet
    sheet: Sheet
    line_before: int
    line: int
    place: int
    """Place of the second in the timeline."""
    kind: str
    """A key of `REPEATS`; "" if the two hold different quantities."""

    def run_key(self, number: int) -> tuple[object, ...]:
        """The same for neighbours: same files and kind, lines that follow each other in both."""
        lines = (self.line_before - number, self.line - number)
        return (id(self.before), id(self.sheet), self.kind, *lines)


def timelines(sheets: Sequence[Sheet]) -> list[Timeline]:
    """One timeline for the areas that share their files, actual and forecast apart."""
    by_area: dict[tuple[bool, str], list[int]] = {}
    for place, sheet in enumerate(sheets):
        for area in sheet.areas:
            by_area.setdefault((sheet.is_forecast, area), []).append(place)
    shared: dict[tuple[int, ...], list[str]] = {}
    for (_, area), places in by_area.items():
        shared.setdefault(tuple(places), []).append(area)
    return [
        _timeline(tuple(areas), [sheets[place] for place in places])
        for places, areas in shared.items()
    ]


def find_gaps(timeline: Timeline) -> list[Gap]:
    """Gaps of a timeline, earliest first."""
    found = []
    for place in np.flatnonzero(timeline.starts[1:] > timeline.ends[:-1]) + 1:
        sheet = timeline.sheets[timeline.sheet[place]]
        first, until = timeline.ends[place - 1], timeline.starts[place]
        gap = Gap(
            timeline.areas,
            sheet.is_forecast,
            spell(first),
            spell(until),
            int((until - first) / np.timedelta64(sheet.minutes, "m")),
            sheet.file,
            int(sheet.lines[timeline.row[place]]),
        )
        found.append(gap)
    return found


def find_repeats(timeline: Timeline) -> Iterator[Problem]:
    """Slots that are there twice, with the same values or others; neighbours as one problem."""
    places = np.flatnonzero(timeline.starts[1:] < timeline.ends[:-1]) + 1
    pairs = [_pair(timeline, int(timeline.holder[place - 1]), int(place)) for place in places]
    told = [pair for pair in pairs if pair.kind]
    steps = [pair.run_key(place) for place, pair in enumerate(told)]
    numbered = zip(steps, told, strict=True)
    grouped = (list(run) for _, run in groupby(numbered, key=lambda each: each[0]))
    yield from capped(_repeat(timeline, [pair for _, pair in run]) for run in grouped)


def _timeline(areas: tuple[str, ...], sheets: list[Sheet]) -> Timeline:
    sizes = [len(sheet.starts) for sheet in sheets]
    sheet = np.repeat(np.arange(len(sheets)), sizes)
    row = np.concatenate([np.arange(size) for size in sizes])
    starts = np.concatenate([each.starts for each in sheets])
    minutes = np.array([each.minutes for each in sheets], dtype="timedelta64[m]")
    order = np.lexsort((row, sheet, starts))
    ends = (starts + minutes[sheet])[order]
    greatest = np.maximum.accumulate(ends)
    holder = np.maximum.accumulate(np.where(ends == greatest, np.arange(len(ends)), 0))
    return Timeline(areas, tuple(sheets), sheet[order], row[order], starts[order], greatest, holder)


def _pair(timeline: Timeline, before: int, after: int) -> Pair:
    one, other = (timeline.sheets[timeline.sheet[place]] for place in (before, after))
    rows = timeline.row[[before, after]]
    kind = _kind(one, other, *rows)
    return Pair(one, other, int(one.lines[rows[0]]), int(other.lines[rows[1]]), after, kind)


def _kind(one: Sheet, other: Sheet, row: int, other_row: int) -> str:
    """How two slots agree: equal, conflicting, overlapping; "" = nothing in common."""
    common = [key for key in one.keys if key in other.keys]
    if not common:
        return ""
    if one.starts[row] != other.starts[other_row] or one.minutes != other.minutes:
        return "overlapping"
    values = one.mw[row, [one.keys.index(key) for key in common]]
    others = other.mw[other_row, [other.keys.index(key) for key in common]]
    return "equal" if np.array_equal(values, others, equal_nan=True) else "conflicting"


def _repeat(timeline: Timeline, run: list[Pair]) -> Problem:
    first, last = run[0], run[-1]
    span, lines = spell(timeline.starts[first.place]), ""
    if len(run) > 1:
        span += f" to {spell(timeline.starts[last.place])}, {len(run)} slots"
        lines = f" (lines {first.line} to {last.line})"
    known = f"line {first.line_before}"
    if first.before is not first.sheet:
        known = f"{first.before.file}, {known}"
    found = f"{span}{lines} again, {REPEATS[first.kind]} {known}"
    where = f"slots of {', '.join(timeline.areas)}"
    fix = "Find out which is right" if first.kind == "conflicting" else "Remove one of the two"
    expected = "each slot of an area once"
    return Problem(where, found, expected, fix, file=first.sheet.file, line=first.line)
