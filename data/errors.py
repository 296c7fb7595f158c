"""The error tree: who can repair what.

SitingError
├── InputError               edit the named file           exit code 2
├── SourceUnavailableError   put the named file in place   exit code 2
└── PlanError                change the question           exit code 3
    └── InfeasibleError      names the limits that clash

Anything else that escapes is our bug and shows a traceback (exit code 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with the way to repair it."""

    where: str
    """Field, column or cell, in the user's own words."""
    found: str
    """What stands there."""
    expected: str
    """What may stand there."""
    fix: str = ""
    """What to do about it."""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{self.where}: found {self.found}, expected {self.expected}"
        text = f"{place}: {text}" if place else text
        return f"{text}. {self.fix}" if self.fix else text


class SitingError(Exception):
    """Anything this toolkit refuses, in words for the person who can repair it."""

    exit_code = 1


class InputError(SitingError):
    """The user's input is wrong; carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where = where
        self.problems = tuple(problems)
        listing = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"{where} cannot be used:\n{listing}")


class SourceUnavailableError(SitingError):
    """A file that is needed is not there; the text says where to get it and where to put it."""

    exit_code = 2


class PlanError(SitingError):
    """The question has no answer as it stands."""

    exit_code = 3


class InfeasibleError(PlanError):
    """No plan meets all limits; `clashes` names them with the least relaxation of each."""

    def __init__(self, message: str, clashes: Sequence["Clash"] = ()) -> None:
        self.clashes = tuple(clashes)
        listing = "\n".join(f"  - {clash}" for clash in self.clashes)
        super().__init__(f"{message}\n{listing}" if listing else message)


@dataclass(frozen=True, slots=True)
class Clash:
    """One limit that would have to give way, and by how much at the least."""

    limit: str
    """Scenario field that sets the limit."""
    where: str
    """Site, area, group or year in which it binds."""
    relax_by: float
    unit: str
    at: tuple[tuple[tuple[str | int, ...], float], ...] = ()
    """The largest places by key with their amounts, as far as they are known one by one."""
    count: int = 1
    """Places and years that `relax_by` adds up."""

    def __str__(self) -> str:
        amount = f"{self.relax_by:,.4g} {self.unit}"
        return f"{self.limit} ({self.where}): would have to give way by {amount}"
