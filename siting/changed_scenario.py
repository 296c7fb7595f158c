"""A scenario with some values changed, and what is wrong with the values of its uncertain inputs.

What an uncertain input may become is tried value by value when the scenario is read, so that a bad
one is told with its line and not after an hour of solving.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from data.errors import Problem
from siting.scenario import Keys, Place, Scenario, problem_at
from siting.scenario_merge import field_keys
from siting.scenario_problems import problems_of
from siting.scenario_reference import written
from siting.scenario_uncertain import UncertainInput
from siting.scenario_yaml import shown

Values = Mapping[str, Any]
"""Value of uncertain inputs by name; the others stay as the scenario has them."""

NOT_AN_INPUT: Mapping[str, str] = {
    "format": "it is no input",
    "name": "it is no input",
    "title": "it is no input",
    "seed": "it is no input",
    "variants": "it is no input",
    "uncertain": "it is no input",
    "solver": "it says how exactly to answer, not what is asked",
    "years": "costs of other years cannot be compared",
    "candidates": "the same places have to be looked at in every sample",
    "screen": "the same places have to be looked at in every sample",
    "network": "a set of sites is not tried on a network",
}
"""Sections that cannot be drawn, and why."""


class _NotMultipliedError(Exception):
    """`times` meets something that is no number."""


def changed(scenario: Scenario, values: Values) -> Scenario:
    """The scenario with uncertain inputs at given values, from the same file and folder.

    Parameters
    ----------
    scenario : Scenario
        With a section `uncertain`.
    values : mapping of str to value
        By name of the input.

    Raises
    ------
    ValidationError
        The values do not make a scenario; of values that were checked, only together.
    """
    made = Scenario.model_validate(_filled(scenario, values))
    made._origin = scenario.origin
    return made


def _filled(scenario: Scenario, values: Values) -> dict[str, Any]:
    filled = scenario.model_dump() | {"uncertain": None, "variants": {}}
    inputs = {} if scenario.uncertain is None else scenario.uncertain.inputs
    for name, value in values.items():
        put(filled, field_keys(inputs[name].field), value, times=inputs[name].times)
    return filled


def put(values: dict[str, Any], keys: Keys, value: Any, *, times: bool = False) -> None:
    """Put a value under keys of a nested mapping; a section that is null is begun."""
    at: Any = values
    for key in keys[:-1]:
        if not isinstance(at.get(key), dict):
            at[key] = {}
        at = at[key]
    at[keys[-1]] = _multiplied(at.get(keys[-1]), value) if times else value


def _multiplied(value: Any, factor: Any) -> Any:
    if isinstance(value, dict):
        return {key: _multiplied(item, factor) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_multiplied(item, factor) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _NotMultipliedError(shown(value))
    return value * factor


def tried_values(one: UncertainInput) -> list[tuple[Keys, Any]]:
    """Values of an input that are tried when it is read, each with the key it stands under."""
    if one.choices:
        return [(("choices", place), choice) for place, choice in enumerate(one.choices)]
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    # a draw is hardly ever a whole number, so a field of whole numbers is found out here
    return [(("low",), low), (("high",), high), (("low",), low + (high - low) * 0.381966)]


def find_input_problems(scenario: Scenario, places: Mapping[Keys, Place]) -> Iterator[Problem]:
    """What is wrong with the fields and values of the uncertain inputs, with file and line."""
    if scenario.uncertain is None:
        return
    for name, one in scenario.uncertain.inputs.items():
        home: Keys = ("uncertain", "inputs", name)
        keys = field_keys(one.field)
        if not all(keys):
            fix = "Example: assumptions.fuel_cost_yen_per_kwh"
            found = repr(one.field)
            yield problem_at(
                places, (*home, "field"), found=found, expected="a dotted field", fix=fix
            )
        elif keys[0] in NOT_AN_INPUT:
            found, fix = one.field, f"Draw another field: {NOT_AN_INPUT[str(keys[0])]}"
            expected = "a field that may be drawn"
            yield problem_at(places, (*home, "field"), found=found, expected=expected, fix=fix)
        else:
            yield from dict.fromkeys(_value_problems(scenario, name, places))


def _value_problems(
    scenario: Scenario, name: str, places: Mapping[Keys, Place]
) -> Iterator[Problem]:
    """What each value of one input would make wrong."""
    assert scenario.uncertain is not None
    one, home = scenario.uncertain.inputs[name], ("uncertain", "inputs", name)
    for key, value in tried_values(one):
        try:
            filled = _filled(scenario, {name: value})
            Scenario.model_validate(filled)
        except _NotMultipliedError as error:
            at: Keys = (*home, "times")
            found = f"{error} in {one.field}"
            expected = "a number, or a table of numbers, to multiply"
            yield problem_at(places, at, found=found, expected=expected)
        except ValidationError as error:
            for problem in problems_of(error, filled, {}):
                yield _told_of(problem, one, (*home, *key), places)


def _told_of(
    problem: Problem, one: UncertainInput, keys: Keys, places: Mapping[Keys, Place]
) -> Problem:
    """A problem of the changed scenario as one of the input; an unknown field is the field's."""
    if problem.found == "an unknown key":
        at, found = (*keys[:3], "field"), f"{problem.found} {problem.where}"
    else:
        at, found = keys, f"{problem.found} in {problem.where or one.field}"
    fix = problem.fix
    if problem.expected == "a whole number" and not one.choices:
        fix = "List the whole numbers as choices"
    return problem_at(places, at, found=found, expected=problem.expected, fix=fix)


def find_drawn_problems(scenario: Scenario, draws: Mapping[str, Values]) -> Iterator[Problem]:
    """Draws whose values do not go together, though each alone does."""
    for sample, values in draws.items():
        filled = _filled(scenario, values)
        try:
            Scenario.model_validate(filled)
        except ValidationError as error:
            drawn = ", ".join(f"{name} {written(value)}" for name, value in values.items())
            for problem in problems_of(error, filled, {}):
                found = f"{problem.found} with {drawn}"
                yield Problem(f"sample {sample}: {problem.where}", found, problem.expected)


def field_text(scenario: Scenario, field: str) -> str:
    """What the scenario has under a field, on one line; `null` where it has nothing."""
    at: Any = scenario.model_dump()
    for key in field_keys(field):
        at = at.get(key) if isinstance(at, dict) else None
    return written(at)


__all__ = [
    "Values",
    "changed",
    "field_text",
    "find_drawn_problems",
    "find_input_problems",
    "put",
    "tried_values",
]
