"""What is asked of `siting explain`."""

from dataclasses import dataclass
from pathlib import Path

from data.errors import Problem
from siting.finished_run import find_files_problems

COMMAND = "siting explain"

MOST_WITHIN = 50.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `siting explain`."""

    within_percent: float = 1.0
    """How much more other plans may cost. [%]"""
    time_limit_s: float = 120.0
    """For the questions about other plans, all together."""
    others: int = 10
    """Sites not chosen that are asked about, the nearest to being chosen; below zero: all."""
    files: Path | None = None
    """Folder of the files that the scenario names; None: beside it."""


def find_problems(asked: Asked) -> list[Problem]:
    """What is wrong with the options; empty if nothing."""
    problems = []
    if not 0.0 <= asked.within_percent <= MOST_WITHIN:
        expected = f"percent from 0 to {MOST_WITHIN:g}"
        problems.append(Problem("--within", f"{asked.within_percent:g}", expected))
    if not 1.0 <= asked.time_limit_s < float("inf"):
        problems.append(Problem("--time-limit", f"{asked.time_limit_s:g}", "1 s or more"))
    return problems + find_files_problems(asked.files)
