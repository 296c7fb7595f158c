"""Rows of a file told in few words: neighbours as one run, a flood of problems cut with a count."""

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from data.errors import Problem
from data.tso_time import Numbers

MOST_TOLD = 100
"""Problems of one kind in one file that are told one by one."""


def runs(mask: Numbers) -> list[tuple[int, int]]:
    """First and last place of each run of true values.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def told_lines(lines: Numbers, first: int, last: int) -> str:
    """Lines of a run, if it is longer than one row.

    Examples
    --------
    >>> told_lines(np.array([3, 4, 5]), 0, 2)
    ' (lines 3 to 5)'
    """
    return "" if first == last else f" (lines {lines[first]} to {lines[last]})"


def capped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems of a kind, and how many more there are."""
    found = iter(problems)
    yield from islice(found, MOST_TOLD)
    rest = list(found)
    if rest:
        more = f"{len(rest)} more of this kind, the last in line {rest[-1].line}"
        yield Problem(rest[0].where, more, rest[0].expected, file=rest[0].file, line=rest[0].line)
