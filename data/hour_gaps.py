"""What a year by the hour must not lack: areas, hours, and values between values."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from data.contract import AREAS
from data.errors import Problem
from data.row_runs import capped, runs
from data.tso_time import spell

HOUR = pd.Timedelta(hours=1)
HALF = pd.Timedelta(minutes=30)
STARTS = "A time is the start of its hour in Japan's standard time"
SHARES = ("solar_share", "wind_share")

Gap = tuple[pd.Timestamp, pd.Timestamp]
"""First slot and last."""


def find_gap_problems(rows: pd.DataFrame, where: str) -> list[Problem]:
    """Areas and hours that lack, hours too many, series with holes, demand of nothing.

    Parameters
    ----------
    rows : DataFrame
        `start` (readable), `area` (known), `line`, `demand_mw`, `solar_share`, `wind_share`; the
        cells may still be text.
    where : str
        File name for the messages.
    """
    first, end = _year(rows)
    return [
        *_missing_areas(rows, where),
        *_wrong_span(rows, first, end, where),
        *capped(_gaps(rows[rows["start"] < end], first, where)),
        *_holes(rows, where),
        *capped(_nothing(rows, where)),
    ]


def _year(rows: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First moment, and the same of the next year."""
    first = pd.Timestamp(rows["start"].min())
    return first, first + pd.DateOffset(years=1)


def _missing_areas(rows: pd.DataFrame, where: str) -> Iterator[Problem]:
    there = set(rows["area"].unique())
    missing = [area for area in AREAS if area not in there]
    if missing:
        found, fix = f"no row of {', '.join(missing)}", "Add their hours: what is unknown is not 0"
        yield Problem("area", found, f"all of {', '.join(AREAS)}", fix, file=where)


def _wrong_span(
    rows: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp, where: str
) -> Iterator[Problem]:
    """The file begins at midnight and holds one year, no more and no less."""
    if first != first.normalize():
        line = int(rows["line"].to_numpy()[rows["start"].argmin()])
        found = f"the first at {spell(first)}"
        yield Problem("time", found, "0:00 of the first day", STARTS, file=where, line=line)
        return
    last = pd.Timestamp(rows["start"].max()).floor("h")
    hours, most = (last - first) // HOUR + 1, (end - first) // HOUR
    if hours != most:
        leap = ", with a 29 February" if most > 8760 else ""
        expected = f"{most:,} hours{leap}: {spell(first)} to {spell(end - HOUR)}"
        fix = "Cut it to one year" if hours > most else f"Add the {most - hours:,} hours that lack"
        found = f"{hours:,} hours, {spell(first)} to {spell(last)}"
        yield Problem("time", found, expected, fix, file=where)


def _gaps(rows: pd.DataFrame, first: pd.Timestamp, where: str) -> Iterator[Problem]:
    """Runs of slots that lack; areas that lack the same ones together."""
    last = pd.Timestamp(rows["start"].max()).floor("h") + HOUR
    found: dict[Gap, list[str]] = {}
    before: dict[Gap, int] = {}
    for area, own in rows.groupby("area", sort=False):
        for gap, line in _gaps_of(own, first, last):
            found.setdefault(gap, []).append(str(area))
            before.setdefault(gap, line)
    for (start, until), areas in sorted(found.items()):
        line = before[start, until]
        what = f"no row from {spell(start)} to {spell(until)}"
        told = f"hours of {', '.join(areas)}"
        yield Problem(told, what, "every hour of the year", file=where, line=line)


def _gaps_of(
    own: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp
) -> Iterator[tuple[Gap, int]]:
    """Gaps of one area and the line before each; half-hours where it has any."""
    step = HALF if (own["start"].dt.minute == HALF.seconds // 60).any() else HOUR
    slots = pd.date_range(first, last, freq=step, inclusive="left")
    lines = own.drop_duplicates("start").set_index("start")["line"].reindex(slots)
    before = lines.ffill().fillna(1)
    for start, until in runs(lines.isna().to_numpy()):
        yield (slots[start], slots[until]), int(before.iloc[start])


def _holes(rows: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Sun and wind of an area are known in every hour or in none."""
    for share in SHARES:
        empty = rows[share].isna()
        none = empty.groupby(rows["area"]).transform("all")
        for area, own in rows[empty & ~none].groupby("area", sort=False):
            expected = "a share in every hour of the area, or in none: it then counts as not known"
            found, line = f"{len(own):,} empty cells", int(own["line"].iloc[0])
            yield Problem(f"{share} of {area}", found, expected, file=where, line=line)


def _nothing(rows: pd.DataFrame, where: str) -> Iterator[Problem]:
    """An area that demands nothing is one that nobody measured."""
    demand: Any = pd.to_numeric(rows["demand_mw"], errors="coerce")
    for line in rows.loc[np.asarray(demand == 0.0), "line"]:
        expected = "more than 0: unknown is not zero"
        yield Problem("demand_mw", "0", expected, file=where, line=int(line))
