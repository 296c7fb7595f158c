"""Changes laid over a scenario: default < file < variant < --set."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from data.errors import InputError, Problem
from siting.scenario import Keys, Place
from siting.scenario_yaml import Document, parse_document, scalar, shown

Places = dict[Keys, Place]


def with_variant(base: Document, variant: str) -> Document:
    """Lay the changes of one variant over the file.

    Mappings merge key by key; everything else, also `null`, `{}` and a mapping of another `kind`,
    replaces what stood there.

    Raises
    ------
    InputError
        The file has no such variant, or it is not a mapping.
    """
    variants = base.values.get("variants") or {}
    if not isinstance(variants, dict) or variant not in variants:
        raise InputError("--variant", [unknown_variant(variant, variants)])
    changes = variants[variant]
    if not isinstance(changes, dict):
        place = base.places["variants", variant]
        where = f"variants.{variant}"
        problem = Problem(where, shown(changes), "a mapping", "", place.file, place.line)
        raise InputError(place.file, [problem])
    return overlaid(base, Document(changes, moved(base.places, ("variants", variant))))


def unknown_variant(variant: str, variants: object) -> Problem:
    """Problem of a variant that the file does not have."""
    known = [str(name) for name in variants] if isinstance(variants, dict) else []
    expected = f"one of: {', '.join(known)}" if known else "no variant (the file has none)"
    return Problem("--variant", shown(variant), expected, did_you_mean(variant, known))


def with_sets(base: Document, sets: Iterable[str]) -> Document:
    """Lay `path.to.field=value` changes over a document, one after the other.

    Raises
    ------
    InputError
        A change has no `=` or no readable value; all such changes at once.
    """
    problems: list[Problem] = []
    for text in sets:
        try:
            base = overlaid(base, _parse_set(text))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError("--set", problems)
    return base


def _parse_set(text: str) -> Document:
    """One `--set` as a document with a single value."""
    path, equals, value_text = text.partition("=")
    names = [name.strip() for name in path.split(".")]
    if not equals or not all(names):
        fix = "Example: --set demand.reference_pue=1.15"
        problem = Problem("--set", shown(text), "field.name=value", fix)
        raise InputError("--set", [problem])
    source = f"--set {text}"
    parsed = parse_document(value_text, file=source)
    if parsed.problems:
        raise InputError("--set", parsed.problems)
    value = parsed.values
    keys = field_keys(path)
    places = {
        keys[:length]: Place(source, None, keys[:length]) for length in range(1, len(keys) + 1)
    }
    places |= {(*keys, *inner): Place(source, None, (*keys, *inner)) for inner in parsed.places}
    for key in reversed(keys):
        value = {key: value}
    return Document(value, places)


def field_keys(path: str) -> Keys:
    """Keys of a dotted field; years and voltages are numbers.

    >>> field_keys("limits.carbon.cap_kt_by_year.2035")
    ('limits', 'carbon', 'cap_kt_by_year', 2035)
    """
    return tuple(_key(name.strip()) for name in path.split("."))


def _key(name: str) -> str | int:
    """Years and voltages are numbers."""
    value = scalar(name)
    return value if type(value) is int else name


def moved(places: Mapping[Keys, Place], top: Keys) -> Places:
    """Places below `top`, under the keys they have without it."""
    depth = len(top)
    return {keys[depth:]: place for keys, place in places.items() if keys[:depth] == top}


def overlaid(base: Document, changes: Document) -> Document:
    """Lay `changes` over `base`; the place of a changed value is where the change stands."""
    places = dict(base.places)
    values = _merged(base.values, changes.values, (), places, changes.places)
    return Document(values, places, base.problems)


def _merged(
    base: Any, changes: Any, keys: Keys, places: Places, changed_places: Mapping[Keys, Place]
) -> Any:
    """Deep merge; moves the places of what is replaced."""
    both = isinstance(base, dict) and isinstance(changes, dict)
    is_cleared = changes == {} and bool(keys)  # a variant that changes nothing clears nothing
    if both and not is_cleared and not _other_kind(base, changes):
        merged = dict(base)
        for key, change in changes.items():
            below = (*keys, key)
            merged[key] = _merged(base.get(key), change, below, places, changed_places)
        return merged
    depth = len(keys)
    for old in [old for old in places if old[:depth] == keys]:
        del places[old]
    new = {at: place for at, place in changed_places.items() if at[:depth] == keys}
    places.update(new)
    return changes


def _other_kind(base: dict[Any, Any], changes: dict[Any, Any]) -> bool:
    """A workload of another kind has other fields, so nothing of the old one may remain."""
    return "kind" in base and "kind" in changes and base["kind"] != changes["kind"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or nothing.

    >>> did_you_mean("reference_peu", ["reference_pue", "overhead_share"])
    'Did you mean reference_pue?'
    """
    near = get_close_matches(word, list(known), n=1)
    return f"Did you mean {near[0]}?" if near else ""
