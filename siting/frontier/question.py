"""What is asked of `siting frontier`, and what it refuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from data.errors import InputError, Problem
from siting.scenario import Keys, Scenario
from siting.study_problems import find_study_problems

COMMAND = "siting frontier"
FEWEST_POINTS, MOST_POINTS = 2, 50

Measure = Literal["carbon", "waiting"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `siting frontier`."""

    measure: Measure = "carbon"
    points: int = 9


def refuse(scenario: Scenario, asked: Asked) -> None:
    """Raise every problem of scenario and options at once.

    Raises
    ------
    InputError
        The scenario has a network, counts no waiting where that is asked, or an option cannot be.
    """
    problems = [*_option_problems(asked), *_part_problems(scenario, asked)]
    problems += find_study_problems(scenario)
    if problems:
        raise InputError(scenario.origin.file or COMMAND, problems)


def _option_problems(asked: Asked) -> Iterator[Problem]:
    if not FEWEST_POINTS <= asked.points <= MOST_POINTS:
        yield Problem("--points", str(asked.points), f"{FEWEST_POINTS} to {MOST_POINTS}")


def _part_problems(scenario: Scenario, asked: Asked) -> Iterator[Problem]:
    if scenario.network is not None:
        keys: Keys = ("network",)
        expected = "null: siting frontier does not look at it"
        fix = "Leave it out: --set network=null"
        yield scenario.problem(keys, found="a section", expected=expected, fix=fix)
    if asked.measure == "waiting" and scenario.limits.waiting is None:
        keys = ("limits", "waiting")
        # no default is taken: what is wanted by when decides what waiting means
        fix = "Say when power is wanted: --set 'limits.waiting={wanted: at_once}'"
        yield scenario.problem(keys, found="null", expected="a section", fix=fix)
