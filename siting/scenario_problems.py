"""What pydantic found wrong, told in the scenario's own words."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from data.errors import Problem
from siting.part import Misfit
from siting.scenario import Keys, Place, Scenario, problem_at
from siting.scenario_merge import did_you_mean
from siting.scenario_yaml import shown

NUMBER = "a number"
EXPECTED: dict[str, str] = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": NUMBER,
    "finite_number": "a finite number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of {ge:g} or more",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of {le:g} or less",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_short": "text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "missing": "a value (it has no default)",
}
PATTERN_WORDS = {
    r"^[a-z0-9][a-z0-9-]{0,63}$": "a-z, 0-9 and -, at most 64, not beginning with -",
    r"^[a-z0-9][a-z0-9_-]{0,63}$": "a-z, 0-9, _ and -, at most 64, beginning with a-z or 0-9",
    r"^(0[1-9]|[1-3]\d|4[0-7])$": "a prefecture code from 01 to 47",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date, as 2025-08-01",
}
QUOTED = re.compile(r"'([^']*)'")
# Names that pydantic adds to a path when it has chosen one kind of statement.
TAGS = ("all", "list", "eflops", "it_mw", "occto_share", "word", "number")


def problems_of(
    error: ValidationError, values: Any, places: Mapping[Keys, Place]
) -> Iterator[Problem]:
    """Every finding of a failed validation as a problem with file, line and repair."""
    for detail in error.errors(include_url=False):
        keys = written_keys(detail["loc"], values)
        for misfit in _misfits(detail):
            yield problem_at(
                places,
                (*keys, *misfit.field),
                found=misfit.found,
                expected=misfit.expected,
                fix=misfit.fix,
            )


def written_keys(loc: tuple[str | int, ...], values: Any) -> Keys:
    """Turn pydantic's path into the keys of the file: without the tags of a choice.

    >>> written_keys(("time", "days", "list", 0), {"time": {"days": [5]}})
    ('time', 'days', 0)
    """
    keys: list[str | int] = []
    for step in loc:
        if step == "[key]" or (step in TAGS and not _has(values, step)):
            continue
        keys.append(step)
        values = values[step] if _has(values, step) else None
    return tuple(keys)


def _has(values: Any, step: str | int) -> bool:
    """Whether `values` can be entered by `step`."""
    if isinstance(values, dict):
        return step in values
    return isinstance(values, list) and isinstance(step, int) and step < len(values)


def _misfits(detail: ErrorDetails) -> tuple[Misfit, ...]:
    """What one finding says: usually one misfit, several for fields that do not fit together."""
    kind, found = detail["type"], shown(detail["input"])
    if kind == "misfit":
        return tuple(detail["ctx"]["misfits"])
    if kind == "missing":
        return (Misfit((), "nothing", EXPECTED[kind], "Add this key"),)
    describe = _DESCRIBED.get(kind)
    if describe is not None:
        return (Misfit((), *describe(detail)),)
    template = EXPECTED.get(kind)
    expected = template.format(**detail.get("ctx", {})) if template else detail["msg"]
    return (Misfit((), found, expected, _repair(kind, detail["input"])),)


def _repair(kind: str, value: object) -> str:
    """Say what to do where the likely slip is known."""
    if kind == "float_type" and isinstance(value, str):
        return "Write the number alone, without unit, thousands comma or quotes"
    if kind in ("model_type", "model_attributes_type", "dict_type") and value is None:
        return "Remove the empty section, or fill it"
    if kind == "string_type" and isinstance(value, int | float):
        return "Put it in quotes"
    return ""


def _unknown_key(detail: ErrorDetails) -> tuple[str, str, str]:
    """Describe a key the section does not have."""
    known = known_keys(detail["loc"][:-1])
    key = str(detail["loc"][-1])
    expected = f"one of: {', '.join(known)}" if known else "no such key"
    return "an unknown key", expected, did_you_mean(key, known) or "Remove it"


def _unknown_word(detail: ErrorDetails) -> tuple[str, str, str]:
    """Describe a value that is none of those allowed."""
    expected = detail["ctx"]["expected"]
    fix = did_you_mean(str(detail["input"]), QUOTED.findall(expected))
    return shown(detail["input"]), expected, fix


def _unknown_kind(detail: ErrorDetails) -> tuple[str, str, str]:
    """Describe a `kind` that does not exist or is left out."""
    found = f"kind {detail['ctx']['tag']!r}" if "tag" in detail["ctx"] else "no kind"
    kinds = TAGS[2:]
    fix = did_you_mean(str(detail["ctx"].get("tag", "")), kinds)
    return found, f"kind: one of {', '.join(kinds)}", fix


def _wrong_pattern(detail: ErrorDetails) -> tuple[str, str, str]:
    """Describe text of the wrong shape."""
    pattern = detail["ctx"]["pattern"]
    return shown(detail["input"]), PATTERN_WORDS.get(pattern, pattern), ""


_DESCRIBED: dict[str, Callable[[ErrorDetails], tuple[str, str, str]]] = {
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _unknown_kind,
    "string_pattern_mismatch": _wrong_pattern,
}


def known_keys(loc: tuple[str | int, ...]) -> list[str]:
    """Keys of the section at a pydantic path.

    >>> known_keys(("years",))
    ['first', 'last', 'step']
    """
    types: list[Any] = [Scenario]
    for step in loc:
        types = [inner for outer in types for inner in _entered(outer, step)]
    return [key for section in types if _is_section(section) for key in section.model_fields]


def _entered(kind: Any, step: str | int) -> list[Any]:
    """Types one step below a type."""
    if _is_section(kind):
        if str(step) in kind.model_fields:
            return _unpacked(kind.model_fields[str(step)])
        tag = kind.model_fields.get("kind")
        return [kind] if tag is not None and step in get_args(tag.annotation) else []
    inner = get_args(kind)
    return _unpacked(inner[1]) if get_origin(kind) is dict else []


def _unpacked(kind: Any) -> list[Any]:
    """Types behind annotations and choices."""
    if isinstance(kind, FieldInfo):
        return _unpacked(kind.annotation)
    if get_origin(kind) is Annotated:
        return _unpacked(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for member in get_args(kind) for inner in _unpacked(member)]
    return [kind]


def _is_section(kind: Any) -> bool:
    """Whether a type is a section of the scenario."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)
