"""What is asked of `siting robust`, and what it refuses."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.errors import InputError, Problem
from siting.changed_scenario import changed, tried_values
from siting.robust.kept import COMMAND
from siting.scenario import Keys, Scenario
from siting.scenario_uncertain import FEWEST_SAMPLES, MOST_SAMPLES
from siting.study_problems import find_study_problems

MOST_SETS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `siting robust`."""

    samples: int | None = None
    """Draws; None: as many as the scenario says."""
    sets: int = 6
    """Most sets of sites tried in every sample."""


def refuse(scenario: Scenario, asked: Asked) -> None:
    """Raise every problem of scenario and options at once.

    Raises
    ------
    InputError
        The scenario draws nothing, has parts that are not drawn, or an option cannot be.
    """
    problems = [*_option_problems(asked), *_part_problems(scenario)]
    problems += find_study_problems(scenario)
    problems += [] if scenario.network else find_value_problems(scenario)
    if problems:
        raise InputError(scenario.origin.file or COMMAND, problems)


def _option_problems(asked: Asked) -> Iterator[Problem]:
    samples = asked.samples
    if samples is not None and not FEWEST_SAMPLES <= samples <= MOST_SAMPLES:
        expected = f"{FEWEST_SAMPLES} to {MOST_SAMPLES}"
        yield Problem("--samples", str(samples), expected)
    if not 1 <= asked.sets <= MOST_SETS:
        yield Problem("--sets", str(asked.sets), f"1 to {MOST_SETS}")


def _part_problems(scenario: Scenario) -> Iterator[Problem]:
    if scenario.uncertain is None:
        fix = "Say what is uncertain: docs/robust.md has a section to copy"
        yield Problem("uncertain", "nothing", "a section uncertain", fix)
    parts: dict[str, tuple[object, str]] = {
        "network": (scenario.network, "Leave it out: --set network=null"),
        "screen": (
            scenario.screen,
            "Screen first (siting screen), then give its sites as candidates.file",
        ),
    }
    for name, (part, fix) in parts.items():
        if part is not None:
            keys: Keys = (name,)
            expected = "null: siting robust does not look at it"
            yield scenario.problem(keys, found="a section", expected=expected, fix=fix)


def find_value_problems(scenario: Scenario) -> Iterator[Problem]:
    """Names that a value of an uncertain input asks for and no table has."""
    if scenario.uncertain is None:
        return
    known = {(p.where, p.found) for p in find_study_problems(scenario)}
    for name, one in scenario.uncertain.inputs.items():
        named = [(key, value) for key, value in tried_values(one) if _may_name(value)]
        for key, value in named:
            for problem in find_study_problems(changed(scenario, {name: value})):
                if (problem.where, problem.found) not in known:
                    keys: Keys = ("uncertain", "inputs", name, *key)
                    found = f"{problem.found} in {problem.where}"
                    yield scenario.problem(
                        keys, found=found, expected=problem.expected, fix=problem.fix
                    )


def _may_name(value: object) -> bool:
    """Whether a value may hold a name that a table has to know; a number never does."""
    return not isinstance(value, bool | int | float)
