"""A list of applications as it was read, and what its headings mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from data.application_words import HEADINGS, heading_and_unit, lookup, plain_word, shortened
from data.contracts_loads import APPLICATIONS
from data.errors import Problem
from data.read_csv import TextTable

POWER = "contract_mw"
POWER_IN_KW = {"contract_kw": "kw", "contract_man_kw": "万kw", "contract_gw": "gw"}
UNSTATED = "?"
NEAR = 0.8
"""Likeness from which an unknown heading is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A list as it was read: canonical words where they were understood."""

    where: str
    cells: pd.DataFrame
    """Columns of the contract that the file has, cells as text."""
    written: pd.DataFrame
    """The same cells as they stand in the file."""
    lines: tuple[int, ...]
    headings: dict[str, str]
    """Column of the contract to the heading in the file."""
    unused: tuple[str, ...]
    """Headings and sheets of the file that mean nothing here."""
    problems: tuple[Problem, ...]


def with_headings(table: TextTable, where: str) -> ApplicationList:
    """List with its columns named as the contract does; problems are kept, not raised."""
    ways = lookup(HEADINGS)
    means = {str(name): _column_of(str(name), ways) for name in table.frame.columns}
    doubles = [
        n for n, column in means.items() if column and list(means.values()).count(column) > 1
    ]
    unknown = [name for name, column in means.items() if not column]
    headings = {column: name for name, column in reversed(means.items()) if column}
    problems = [*table.problems, *_slips(unknown, ways, headings, where)]
    if doubles:
        found = ", ".join(doubles)
        problems.append(Problem("headings", found, "one column for each meaning", file=where))
    if not headings:
        problems.append(_no_headings(unknown, where))
    cells = pd.DataFrame({c: table.frame[n] for c, n in headings.items()}, dtype=object)
    ordered = cells[[column for column in APPLICATIONS.names if column in cells]]
    return ApplicationList(
        where=where,
        cells=ordered,
        written=ordered,
        lines=table.lines,
        headings=headings,
        unused=tuple(shortened(name) for name in unknown),
        problems=tuple(problems),
    )


def _no_headings(unknown: Sequence[str], where: str) -> Problem:
    """Often a title stands above the headings."""
    fix = "Delete what stands above the headings, or begin it with #"
    found = shortened(", ".join(unknown))
    return Problem("headings", found, "a first row such as id, contract_mw, ...", fix, file=where)


def _column_of(heading: str, ways: dict[str, str]) -> str:
    """Column of the contract that a heading means, or ""."""
    word, _ = heading_and_unit(heading)
    if word in POWER_IN_KW:
        return POWER
    return ways.get(plain_word(word), "")


def _slips(
    unknown: Sequence[str], ways: dict[str, str], headings: dict[str, str], where: str
) -> list[Problem]:
    """Headings that are almost one we miss: left out they would be lost without a word."""
    missing = {way: column for way, column in ways.items() if column not in headings}
    near = {
        name: get_close_matches(plain_word(name), missing, n=1, cutoff=NEAR) for name in unknown
    }
    return [
        Problem(name, "an unknown heading", "a known one", f"Did you mean {found[0]}?", file=where)
        for name, found in near.items()
        if found
    ]


def unit_of_power(heading: str) -> str:
    """Unit of power that a heading states by its name or in brackets, else `UNSTATED`."""
    word, unit = heading_and_unit(heading)
    stated = POWER_IN_KW.get(word) or ("mw" if word == POWER else "")
    return unit or stated or UNSTATED
