"""One table of a network file: cells as they stand, read by column; faults are kept, not raised."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import Problem

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST_TOLD = 100
"""Problems of one column that are told one by one."""

LARGEST_KV = 1500.0
"""The highest nominal voltage in use is 1,200 kV (IEC 60038, table 5); above it stand volts."""

FLAG_WORDS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be, in words."""

    words: str
    fits: Callable[[Array], Flags]
    fix: str = ""


ANY = Bounds("a number", np.isfinite)
EVEN_ENDLESS = Bounds("a number", lambda values: ~np.isnan(values))
NOT_NEGATIVE = Bounds("0 or more", lambda values: values >= 0)
ABOVE_ZERO = Bounds("a number above 0", lambda values: (values > 0) & np.isfinite(values))
KILOVOLT = Bounds(
    f"a nominal voltage in kV, above 0 and at most {LARGEST_KV:g}",
    lambda values: (values > 0) & (values <= LARGEST_KV),
    "Above that it looks like V in a column of kV: divide by 1,000",
)


@dataclass(frozen=True, slots=True)
class ElementTable:
    """Elements of one kind.

    Attributes
    ----------
    name : str
        As the file calls the kind, such as line.
    file : str
        For the messages.
    frame : DataFrame, shape (elements, columns)
        Cells as they stand; None or NaN where empty.
    keys : tuple of str
        What the file calls each element.
    problems : list of Problem
        Grows with every column read; shared by all tables of a file.
    lines : tuple of int
        Line of each element; empty where the file has none.
    told : frozenset of (str, int)
        Column and place of cells whose fault is told already.
    """

    name: str
    file: str
    frame: pd.DataFrame
    keys: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    lines: tuple[int, ...] = ()
    told: frozenset[tuple[str, int]] = frozenset()

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, column: str) -> bool:
        return column in self.frame

    def numbers(self, column: str, empty: float | None = None, bounds: Bounds = ANY) -> Array:
        """A column as numbers.

        Parameters
        ----------
        column : str
            Its name in the file.
        empty : float, optional
            What an empty cell or a missing column stands for; None: neither may be.
        bounds : Bounds
            What the cells that are not empty may be.

        Returns
        -------
        float array, shape (elements,)
            NaN where a problem was found.
        """
        if not self._has(column, needed=empty is None):
            return np.full(len(self), np.nan if empty is None else empty)
        cells = self.frame[column]
        values = np.array(pd.to_numeric(cells, errors="coerce"), dtype=float)
        is_empty = cells.isna().to_numpy()
        wrong = ~is_empty & ~bounds.fits(values)
        self.report(column, np.flatnonzero(wrong), bounds)
        if empty is None:
            self.report(column, np.flatnonzero(is_empty), bounds)
            return np.where(wrong, np.nan, values)
        return np.where(is_empty, empty, np.where(wrong, np.nan, values))

    def flags(self, column: str, empty: bool) -> Flags:
        """A column of true and false; `empty` where it is missing or a cell is empty."""
        if not self._has(column, needed=False):
            return np.full(len(self), empty)
        cells = self.frame[column]
        words = cells.astype("str").str.strip().str.lower().map(FLAG_WORDS)
        wrong = words.isna().to_numpy() & cells.notna().to_numpy()
        self.report(column, np.flatnonzero(wrong), Bounds("true or false", np.isfinite))
        return np.array([empty if pd.isna(word) else bool(word) for word in words], dtype=bool)

    def texts(self, column: str) -> list[str]:
        """A column as text; "" where it is missing or a cell is empty."""
        if not self._has(column, needed=False):
            return [""] * len(self)
        return [text_of(cell) for cell in self.frame[column]]

    def buses(self, column: str, known: Collection[str]) -> list[str]:
        """A column that names buses; a bus that is not `known` is a problem."""
        if not self._has(column, needed=True):
            return [""] * len(self)
        named = self.texts(column)
        unknown = [place for place, bus in enumerate(named) if bus not in known]
        self.report(column, unknown, Bounds("a bus of the file", np.isfinite))
        return named

    def report(self, column: str, places: Iterable[int], bounds: Bounds) -> None:
        """Keep a problem for each cell in `places`; from a certain number on only their count."""
        cells = iter(place for place in places if (column, int(place)) not in self.told)
        for place in islice(cells, MOST_TOLD):
            self.problems.append(self._problem(column, int(place), bounds))
        if rest := list(cells):
            found = f"{len(rest)} more of this kind"
            where = f"{self.name}.{column}"
            self.problems.append(Problem(where, found, bounds.words, bounds.fix, self.file))

    def refuse(self, places: Iterable[int], found: str, expected: str, fix: str = "") -> None:
        """Keep one problem for elements that cannot be read at all; the first are named."""
        if named := [self.keys[place] for place in places]:
            more = ", ..." if len(named) > 5 else ""
            where = f"{self.name} {', '.join(named[:5])}{more}"
            told = f"{found} ({len(named)} elements)" if len(named) > 1 else found
            self.problems.append(Problem(where, told, expected, fix, file=self.file))

    def part(self, places: Sequence[int]) -> "ElementTable":
        """Some of the elements, with their faults in the same list."""
        keys = tuple(self.keys[place] for place in places)
        lines = tuple(self.lines[place] for place in places) if self.lines else ()
        frame = self.frame.iloc[list(places)]
        return ElementTable(self.name, self.file, frame, keys, self.problems, lines)

    def check_keys(self) -> None:
        """Report every element whose name stands there twice."""
        seen: set[str] = set()
        double = []
        for place, key in enumerate(self.keys):
            if key in seen:
                double.append(place)
            seen.add(key)
        for place in double[:MOST_TOLD]:
            found, fix = "twice", "Give each element its own"
            problem = Problem(f"{self.name} {self.keys[place]}", found, "each id once", fix)
            self.problems.append(self._placed(problem, place))
        if len(double) > MOST_TOLD:
            found = f"{len(double) - MOST_TOLD} more ids twice"
            self.problems.append(Problem(self.name, found, "each id once", file=self.file))

    def _has(self, column: str, *, needed: bool) -> bool:
        if column in self.frame:
            return True
        if needed and len(self):
            near = "" if "p_kw" not in self.frame else "The file is from before pandapower 2"
            where = f"{self.name}.{column}"
            problem = Problem(where, "no such column", "a column of that name", near, self.file)
            if problem not in self.problems:
                self.problems.append(problem)
        return False

    def _problem(self, column: str, place: int, bounds: Bounds) -> Problem:
        cell = self.frame[column].iloc[place]
        found = " ".join(text_of(cell).split())[:60] or "nothing"
        problem = Problem(f"{self.name} {self.keys[place]}.{column}", found, bounds.words)
        fix = bounds.fix if found != "nothing" else ""
        return self._placed(Problem(problem.where, found, bounds.words, fix), place)

    def _placed(self, problem: Problem, place: int) -> Problem:
        line = self.lines[place] if self.lines else None
        return Problem(problem.where, problem.found, problem.expected, problem.fix, self.file, line)


def text_of(cell: object) -> str:
    """A cell as text: whole numbers without their .0, nothing as ""."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NA:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def keys_of(cells: Sequence[object]) -> tuple[str, ...]:
    """Names of elements as text."""
    return tuple(text_of(cell) for cell in cells)
