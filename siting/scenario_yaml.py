"""YAML text as plain values, with the line of every value and all duplicate keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from data.errors import InputError, Problem
from siting.scenario import Keys, Place, dotted

# A scenario has a few hundred lines and five levels; more is a wrong file or an attack.
MAX_BYTES = 1_000_000
MAX_DEPTH = 20

WORDS_OF_YAML: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
# No octal, no sixty-based numbers, no `yes` or `on`: those of YAML 1.1 turn 010 into 8 and 1:30
# into 90. Longer digit rows are no quantity of ours and stay text.
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
NOT_FINITE = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """What one file says, and where."""

    values: Any
    places: dict[Keys, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is noted while walking through one file."""

    file: str
    places: dict[Keys, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, node: Node, keys: Keys, *, found: str, expected: str) -> None:
        """Note a problem at the line of `node`."""
        line = node.start_mark.line + 1
        self.problems.append(Problem(dotted(keys), found, expected, "", self.file, line))


class _Composer(yaml.BaseLoader):
    """The safest loader of PyYAML (it builds text only), without aliases and endless nesting."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            text = "an alias (*name); write the value out instead"
            raise ComposerError(None, None, text, self.peek_event().start_mark)
        if self.depth >= MAX_DEPTH:
            text = f"more than {MAX_DEPTH} levels of nesting"
            raise ComposerError(None, None, text, self.peek_event().start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_document(path: Path) -> Document:
    """Read a YAML file whose top is a mapping.

    Raises
    ------
    InputError
        The file is missing, a folder, too large, not UTF-8, empty or not YAML.
    """
    document = parse_document(_read_text(path), file=str(path))
    if not isinstance(document.values, dict):
        found = "an empty file" if document.values is None else shown(document.values)
        fix = "Start from a ready one: siting new japan my-study"
        problem = Problem("file", found, "keys and values (name: ..., demand: ...)", fix)
        raise refused(path, problem)
    return document


def parse_document(text: str, *, file: str) -> Document:
    """Parse YAML text; `file` is the name that problems carry."""
    try:
        loader = _Composer(text)
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise InputError(file, [_syntax_problem(error, file)]) from None
    reading = _Reading(file)
    values = _value(node, (), reading) if node is not None else None
    return Document(values, reading.places, tuple(reading.problems))


def refused(path: Path, problem: Problem) -> InputError:
    """Build the error for a file that cannot be read at all."""
    return InputError(str(path), [problem])


def _read_text(path: Path) -> str:
    """Bytes of the file as text."""
    where, wanted = "file", "a scenario file (YAML)"
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        fix = f"Name the file in it, such as {path / 'scenario.yaml'}"
        raise refused(path, Problem(where, "a folder", wanted, fix)) from None
    except OSError as error:
        found = (error.strerror or "an unreadable file").lower()
        fix = "Check the path; `siting new japan my-study` writes a ready scenario"
        raise refused(path, Problem(where, found, wanted, fix)) from None
    if len(raw) > MAX_BYTES:
        raise refused(path, Problem(where, "a file above 1 MB", f"{wanted} below 1 MB"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fix = "Save it again as UTF-8 (in Notepad: Save as, Encoding UTF-8)"
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(where, "text that is not UTF-8", "UTF-8", fix, str(path), line)
        raise refused(path, problem) from None


def _syntax_problem(error: yaml.YAMLError, file: str) -> Problem:
    """What PyYAML stumbled over, in one line."""
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or " ".join(str(error).split())
    line = mark.line + 1 if mark is not None else None
    fix = "Check indentation, colons and quotes near this line"
    return Problem("YAML", str(said), "well-formed YAML", fix, file, line)


def _value(node: Node, keys: Keys, reading: _Reading) -> Any:
    """Plain value of a node; notes its place and what is wrong on the way."""
    reading.places.setdefault(keys, Place(reading.file, node.start_mark.line + 1, keys))
    if isinstance(node, MappingNode):
        pairs = _pairs(node, keys, reading)
        return {key: _value(child, (*keys, key), reading) for key, child in pairs}
    if isinstance(node, SequenceNode):
        return [_value(child, (*keys, i), reading) for i, child in enumerate(node.value)]
    if node.tag != BaseResolver.DEFAULT_SCALAR_TAG:
        reading.refuse(node, keys, found=f"the tag {node.tag}", expected="a plain value")
    quoted = isinstance(node, ScalarNode) and node.style is not None
    return node.value if quoted else scalar(node.value)


def _pairs(node: MappingNode, keys: Keys, reading: _Reading) -> Iterator[tuple[str | int, Node]]:
    """Keys and value nodes of a mapping; notes the line of each key and keys said twice."""
    lines: dict[str | int, int] = {}
    for key_node, child in node.value:
        if not isinstance(key_node, ScalarNode):
            reading.refuse(key_node, keys, found="a list or mapping as key", expected="a word")
            continue
        key, line = _key(key_node), key_node.start_mark.line + 1
        if key in lines:
            found = f"the key again (first on line {lines[key]})"
            reading.refuse(key_node, (*keys, key), found=found, expected="each key once")
        lines.setdefault(key, line)
        reading.places[*keys, key] = Place(reading.file, line, (*keys, key))
        yield key, child


def _key(node: ScalarNode) -> str | int:
    """Years and voltages are numbers, all other keys are text as written."""
    plain = node.style is None and INTEGER.fullmatch(node.value)
    return int(node.value) if plain else str(node.value)


def scalar(text: str) -> str | int | float | bool | None:
    """Value of an unquoted word.

    >>> [scalar(text) for text in ("60", "1.5e3", "true", "2026-01", "08", "no")]
    [60, 1500.0, True, '2026-01', '08', 'no']
    """
    if text.lower() in WORDS_OF_YAML:
        return WORDS_OF_YAML[text.lower()]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text) and not LEADING_ZERO.fullmatch(text):
        return float(text)
    if NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def shown(value: object) -> str:
    """A value in few words, safe to print."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
