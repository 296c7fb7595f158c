"""What is asked of `siting redispatch --feed-back`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import InputError, Problem
from siting.run_folder import find_problems
from siting.screen.homes import Homes

COMMAND = "siting redispatch --feed-back"

MOST_ROUNDS = 20
MOST_PERCENT = 50.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of feeding a re-dispatch back."""

    output: Path
    """Folder of the plans made anew."""
    fiscal_year: int | None = None
    rounds: int = 3
    """Plans made anew at most."""
    within_percent: float = 1.0
    """Allowed difference of the cost of supplying all areas. [%]"""
    files: Path | None = None
    """Folder of the files that the run's scenario names; None: the run folder."""
    homes: Homes | None = None
    """Folders of the layers of its section `screen`, where it has one."""

    def round_folder(self, number: int) -> Path:
        """Run folder of a plan made anew, from 1 on."""
        return self.output / f"round-{number}"


def refuse(asked: Asked) -> None:
    """Raise every problem of the options at once.

    Raises
    ------
    InputError
        An option cannot be used.
    """
    problems = list(_problems(asked))
    if problems:
        raise InputError(COMMAND, problems)


def _problems(asked: Asked) -> Iterator[Problem]:
    if not 1 <= asked.rounds <= MOST_ROUNDS:
        yield Problem("--rounds", str(asked.rounds), f"1 to {MOST_ROUNDS}")
    if not 0.0 < asked.within_percent <= MOST_PERCENT:
        expected = f"percent above 0, up to {MOST_PERCENT:g}"
        yield Problem("--within", f"{asked.within_percent:g}", expected)
    for number in range(1, min(asked.rounds, MOST_ROUNDS) + 1):
        for problem in find_problems(asked.round_folder(number)):
            fix = "Name another folder by --feed-back"
            yield replace(problem, where="--feed-back", fix=fix)
