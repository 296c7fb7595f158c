"""Reference of the scenario file, written from the sections themselves."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from siting.part import Part
from siting.scenario import Scenario

HEAD = """# Every field of a scenario

Written by `make readme` from the sections in `siting/scenario*.py`; a test compares the two.

A field that is left out takes its default. Values are taken in the order default, file, `variants`,
`--set`. Shares are 0 to 1, money is in million yen (`myen`) or yen, years are fiscal years (2026 =
April 2026 to March 2027), `[-]` is a field without a unit. An unknown field is refused.
"""

TABLE_HEAD = (
    "| field | unit | default | may be | meaning |",
    "|---|---|---|---|---|",
)

TYPE_WORDS = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
}

Node = Mapping[str, Any]
"""A piece of JSON schema."""


def reference_text() -> str:
    """The reference as Markdown: one table a section, in the order of the file."""
    tables = [_table(path, section) for path, section in find_sections(Scenario, "")]
    return "\n".join([HEAD, *tables])


def find_sections(section: type[Part], path: str) -> Iterator[tuple[str, type[Part]]]:
    """Yield a section and all below it, each with the path that leads there.

    Parameters
    ----------
    section : type of Part
        Section to start from.
    path : str
        Its dotted path; "" for the whole file. NAME stands for a name the user chooses.
    """
    yield path, section
    for name, field in section.model_fields.items():
        for part in _parts(field.annotation):
            chosen = "" if field.annotation is part or _is_optional(field, part) else ".NAME"
            yield from find_sections(part, f"{path}.{name}{chosen}".removeprefix("."))


def _parts(annotation: Any) -> list[type[Part]]:
    """Sections inside an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for inner in get_args(annotation) for part in _parts(inner)]


def _is_optional(field: FieldInfo, part: type[Part]) -> bool:
    """Whether a field is that section or null."""
    return set(get_args(field.annotation)) == {part, type(None)}


def _table(path: str, section: type[Part]) -> str:
    """Heading, purpose and fields of a section."""
    title = f"`{path}`" if path else "Top of the file"
    if "kind" in section.model_fields:
        title += f", kind `{get_args(section.model_fields['kind'].annotation)[0]}`"
    properties = section.model_json_schema(ref_template="{model}")["properties"]
    rows = [_row(name, field, properties[name]) for name, field in section.model_fields.items()]
    purpose = " ".join((section.__doc__ or "").split())
    return "\n".join([f"## {title}", "", purpose, "", *TABLE_HEAD, *rows, ""])


def _row(name: str, field: FieldInfo, node: Node) -> str:
    """One field as a line of its table."""
    meaning, unit = meaning_and_unit(field.description or "")
    cells = [f"`{name}`", unit, _default(field), _may_be(node), meaning]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def meaning_and_unit(text: str) -> tuple[str, str]:
    """Split the text under a field into what it means and its unit.

    Examples
    --------
    >>> meaning_and_unit("Length of a time slice; must divide the day. [h]")
    ('Length of a time slice; must divide the day.', 'h')
    """
    joined = " ".join(text.split())
    found = re.fullmatch(r"(.*\S)\s*\[([^\]]+)\]", joined)
    return (found[1], found[2]) if found else (joined, "-")


def _default(field: FieldInfo) -> str:
    """Default as it would be written in the file."""
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    return "see below" if isinstance(value, Part) else f"`{written(value)}`"


def written(value: Any) -> str:
    """A value as YAML on one line.

    Examples
    --------
    >>> written({66: (10.0, 50.0)}), written(None), written(True), written(1)
    ('{66: [10, 50]}', 'null', 'true', '1')
    """
    if isinstance(value, Part):
        return written(value.model_dump())
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _may_be(node: Node) -> str:
    """What a field takes, in words."""
    if not node:
        return "any value"
    if "$ref" in node:
        return "section"
    if "enum" in node:
        return "one of " + ", ".join(f"`{value}`" for value in node["enum"])
    if "const" in node:
        return f"`{node['const']}`"
    if alternatives := node.get("anyOf") or node.get("oneOf"):
        return " or ".join(dict.fromkeys(_may_be(each) for each in alternatives))
    return _may_hold(node) or TYPE_WORDS[node["type"]] + _bounds(node)


def _may_hold(node: Node) -> str:
    """What a list or a table takes; "" for anything else."""
    if "prefixItems" in node:
        return "[" + ", ".join(_may_be(item) for item in node["prefixItems"]) + "]"
    if node["type"] == "array":
        return f"list of: {_may_be(node['items'])}"
    if node["type"] == "object":
        patterns = list(node.get("patternProperties", {}).values())
        values = patterns[0] if patterns else node["additionalProperties"]
        return "table of: " + ("any fields" if values is True else _may_be(values))
    return ""


def _bounds(node: Node) -> str:
    """Bounds of a number."""
    ends = {
        "minimum": ", at least",
        "exclusiveMinimum": ", above",
        "maximum": ", at most",
        "exclusiveMaximum": ", below",
    }
    return "".join(f"{words} {node[end]:.10g}" for end, words in ends.items() if end in node)
