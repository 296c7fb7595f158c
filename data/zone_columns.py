"""Headings of a list of zones: which column of the contract each means, in which unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from data.application_words import folded, heading_and_unit, lookup, plain_word, shortened
from data.contracts_supply import GRID_TABLES
from data.errors import Problem
from data.read_csv import TextTable
from data.zone_words import (
    BASIS_OF_HEADING,
    CAPACITY,
    HEADINGS,
    LEAD,
    NAME_COLUMNS,
    UNDIRECTED,
)

NEAR = 0.8
"""Likeness from which an unknown heading is taken for a slip of the pen."""

UNIT_OF_COLUMN: Mapping[str, str] = {
    "cap_low_mw": "mw",
    "cap_high_mw": "mw",
    "cap_mw": "mw",
    "capacity_mw": "mw",
    "lead_time_low_y": "年",
    "lead_time_high_y": "年",
    "lead_time_y": "年",
    "max_distance_m": "m",
    "precision_km": "km",
}
"""Headings that state their unit by their name."""

NEEDS_UNIT = (
    "cap_low_mw",
    "cap_high_mw",
    CAPACITY,
    "lead_time_low_y",
    "lead_time_high_y",
    LEAD,
    "max_distance_m",
)


@dataclass(frozen=True, slots=True)
class ZoneColumns:
    """A list of zones whose columns are called as in the contract."""

    cells: pd.DataFrame
    """Columns of the contract (and `cap_range`, `lead_range`) that the file has, as text."""
    lines: tuple[int, ...]
    headings: Mapping[str, str]
    """Column to the heading in the file."""
    unused: tuple[str, ...]
    problems: tuple[Problem, ...]

    def unit(self, column: str) -> str:
        """Unit that the heading of a column states, folded; "" where it states none."""
        heading = self.headings.get(column, column)
        word, bracket = heading_and_unit(heading)
        return bracket or UNIT_OF_COLUMN.get(word, "")

    def heading(self, column: str) -> str:
        """Heading of a column and, where that is another word, the column itself."""
        heading = shortened(" ".join(self.headings.get(column, column).split()))
        return heading if heading == column else f"{heading} ({column})"


def column_meanings() -> dict[str, str]:
    """Every plain heading to its column."""
    names = {name: "" for name in GRID_TABLES["zones"].names}
    return lookup(names | dict(HEADINGS))


def known_headings(cells: Sequence[str]) -> int:
    """How many of some cells are headings of a list of zones."""
    ways = column_meanings()
    return sum(plain_word(heading_and_unit(cell)[0]) in ways for cell in cells)


def with_columns(table: TextTable, where: str) -> ZoneColumns:
    """Rename columns to those of the contract; problems are kept, not raised."""
    ways = column_meanings()
    means = {str(name): _column_of(str(name), ways) for name in table.frame.columns}
    headings, beside = _chosen(means)
    doubles = _doubles(means, headings)
    unknown = [name for name, column in means.items() if not column]
    unknown = [name for name in unknown if name not in headings.values()]
    problems = [*table.problems, *_slips(unknown, ways, headings, where)]
    if doubles:
        found = ", ".join(shortened(name) for name in doubles)
        problems.append(Problem("headings", found, "one column for each meaning", file=where))
    problems += _undirected(headings, where)
    cells = pd.DataFrame({c: table.frame[n] for c, n in headings.items()}, dtype=object)
    unused = tuple(shortened(name) for name in (*unknown, *beside))
    return ZoneColumns(cells, table.lines, headings, unused, tuple(problems))


def basis_of_heading(heading: str) -> str:
    """What the heading of a capacity says of its basis; "" if nothing.

    >>> basis_of_heading("順潮流空容量(MW)"), basis_of_heading("供給可能容量(MW)")
    ('aki_yoryo_forward', '')
    """
    word = folded(heading)
    return next((basis for sign, basis in BASIS_OF_HEADING.items() if sign in word), "")


def _column_of(heading: str, ways: Mapping[str, str]) -> str:
    word, bracket = heading_and_unit(heading)
    whole = ways.get(plain_word(heading), "")
    if bracket and basis_of_heading(bracket) and ways.get(plain_word(word)) == CAPACITY:
        return CAPACITY  # 空容量(順潮流)
    return whole or ways.get(plain_word(word), "")


def _chosen(means: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Heading of each column, the contract's own name before others, and headings left beside."""
    headings: dict[str, str] = {}
    for name, column in means.items():
        own = heading_and_unit(name)[0] == column
        if column and (column not in headings or own):
            headings[column] = name
    if "asset_name" not in headings:
        own_name = next((n for n in means if plain_word(n) in NAME_COLUMNS), None)
        headings |= {} if own_name is None else {"asset_name": own_name}
    beside = [n for n, column in means.items() if column and headings[column] != n]
    return headings, beside


def _doubles(means: Mapping[str, str], headings: Mapping[str, str]) -> list[str]:
    """Headings of one meaning, none of which is the contract's own name."""
    return [
        name
        for name, column in means.items()
        if column
        and list(means.values()).count(column) > 1
        and heading_and_unit(headings[column])[0] != column
    ]


def _slips(
    unknown: Sequence[str], ways: Mapping[str, str], headings: Mapping[str, str], where: str
) -> list[Problem]:
    """Headings that are almost one we miss: left out they would be lost without a word."""
    missing = [way for way, column in ways.items() if column not in headings and way.isascii()]
    found = {n: get_close_matches(plain_word(n), missing, n=1, cutoff=NEAR) for n in unknown}
    return [
        Problem(name, "an unknown heading", "a known one", f"Did you mean {near[0]}?", file=where)
        for name, near in found.items()
        if near
    ]


def _undirected(headings: Mapping[str, str], where: str) -> list[Problem]:
    """Free capacity that does not say for whom, in a list that does not say it either."""
    heading = headings.get(CAPACITY, "")
    word, bracket = heading_and_unit(heading)
    undirected = plain_word(word) in UNDIRECTED and not basis_of_heading(bracket)
    if not undirected or "cap_basis" in headings:
        return []
    fix = (
        "If it is for demand, call it 順潮流空容量 or 需要側空容量, or add a column cap_basis; "
        "空き容量 alone usually is room for generators (逆潮流)"
    )
    found = "free capacity without a direction"
    return [Problem(heading, found, "headroom for demand (順潮流)", fix, file=where)]
