"""MATPOWER case files as text: which field holds which matrix; nothing in them is evaluated.

A case (MATPOWER User's Manual, appendix B) is a MATLAB function that fills the fields of `mpc`.
Only literal numbers, strings and matrices of them are read. A statement that computes anything is
refused by its line: what would be read without it is another network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.errors import Problem

SAVE_FLAT = "In MATPOWER: savecase('flat.m', loadcase('this_case')), which writes plain numbers"
SOFT_NEWLINE = "\r"
"""A line that continues: it counts as a line but ends no row."""

MOST_COMPUTED = 20
LITERAL = "plain numbers; nothing in the file is computed"

BETWEEN = re.compile(r"[\s;,]*")
ASSIGNMENT = re.compile(r"mpc\.(\w+(?:\.\w+)*)[ \t]*=[ \t]*")
HARMLESS = re.compile(r"(function\b.*|end(function)?|return|define_constants|)\Z")
QUOTED = re.compile(r"'((?:[^'\n]|'')*)'|\"([^\"\n]*)\"")
CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Cells of one row as text, and the line it starts on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseText:
    """Fields of a case; faults are kept."""

    scalars: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Line and text of single values."""
    matrices: dict[str, tuple[MatrixRow, ...]] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Texts of cell arrays, such as bus_name."""
    problems: list[Problem] = field(default_factory=list)
    computed: list[Problem] = field(default_factory=list)
    """Statements that are more than an assignment of literals; part of `problems` at the end."""


def parse_case(text: str, *, where: str) -> CaseText:
    """Take a case file apart.

    Parameters
    ----------
    text : str
        Whole file.
    where : str
        File name for the messages.

    Returns
    -------
    CaseText
        Every field of `mpc` that holds literal values.
    """
    clean = _without_comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    case, place = CaseText(), 0
    while (place := BETWEEN.match(clean, place).end()) < len(clean):  # type: ignore[union-attr]
        found = ASSIGNMENT.match(clean, place)
        if found is None:
            place = _skip_statement(clean, place, case, where)
        else:
            place = _read_value(clean, found, case, where)
    if len(case.computed) > MOST_COMPUTED:
        found_more = f"{len(case.computed) - MOST_COMPUTED} more"
        case.computed[MOST_COMPUTED:] = [Problem("statement", found_more, LITERAL, file=where)]
    case.problems.extend(case.computed)
    return case


def _without_comments(text: str) -> str:
    """Blank out comments and join continued lines; line counts stay."""
    kept, depth = [], 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare == "%{" or depth:
            depth += (bare == "%{") - (bare == "%}")
            kept.append("\n")
            continue
        kept.append(_without_comment(line))
    return "".join(kept)


def _without_comment(line: str) -> str:
    if "%" not in line and "..." not in line:
        return line + "\n"
    # blank quoted text first: a % or ... inside it is no comment
    masked = QUOTED.sub(lambda quoted: "_" * len(quoted[0]), line)
    ends = [place for sign in ("%", "...") if (place := masked.find(sign)) >= 0]
    first = min(ends, default=len(line))
    continued = masked.startswith("...", first)
    return line[:first] + (" " + SOFT_NEWLINE if continued else "\n")


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + text.count(SOFT_NEWLINE, 0, place) + 1


def _skip_statement(text: str, place: int, case: CaseText, where: str) -> int:
    end = _end_of_statement(text, place)
    statement = " ".join(text[place:end].split())
    if not HARMLESS.match(statement):
        case.computed.append(_computed(statement, _line(text, place), where))
    return end + 1


def _end_of_statement(text: str, place: int) -> int:
    ends = [found for sign in ";\n" if (found := text.find(sign, place)) >= 0]
    return min(ends, default=len(text))


def _computed(statement: str, line: int, where: str) -> Problem:
    return Problem("statement", statement[:60], LITERAL, SAVE_FLAT, file=where, line=line)


def _read_value(text: str, found: re.Match[str], case: CaseText, where: str) -> int:
    name, start = found[1], found.end()
    opening = text[start : start + 1]
    if opening not in CLOSING:
        end = _end_of_statement(text, start)
        case.scalars[name] = (_line(text, start), text[start:end].strip())
        return end + 1
    end = _closing(text, start, CLOSING[opening])
    if end < 0:
        line, expected = _line(text, start), f"a closing {CLOSING[opening]}"
        case.problems.append(Problem(f"mpc.{name}", "no end", expected, file=where, line=line))
        return len(text)
    _check_repeated(name, case, _line(text, start), where)
    if opening == "[":
        case.matrices[name] = tuple(_rows(text[start + 1 : end], _line(text, start)))
    else:
        quoted = QUOTED.finditer(text, start, end)
        case.names[name] = tuple((word[1] or word[2] or "").strip() for word in quoted)
    after = _end_of_statement(text, end)
    if rest := text[end + 1 : after].strip():
        statement = f"mpc.{name} = {opening}...{CLOSING[opening]}{rest}"
        case.computed.append(_computed(statement, _line(text, end), where))
    return after + 1


def _check_repeated(name: str, case: CaseText, line: int, where: str) -> None:
    if name in case.matrices:
        problem = Problem(f"mpc.{name}", "a second time", "each field once", file=where, line=line)
        case.problems.append(problem)


def _closing(text: str, start: int, sign: str) -> int:
    """Place of the closing bracket, none of those inside quotes."""
    if sign == "]":
        return text.find(sign, start)
    place = start
    while place < len(text) and text[place] != sign:
        quoted = QUOTED.match(text, place)
        place = quoted.end() if quoted else place + 1
    return place if place < len(text) else -1


def _rows(body: str, line: int) -> Iterator[MatrixRow]:
    for written in body.split("\n"):
        for row in written.split(";"):
            cells = tuple(row.replace(",", " ").split())
            skipped = row[: len(row) - len(row.lstrip())].count(SOFT_NEWLINE)
            if cells:
                yield MatrixRow(line + skipped, cells)
            line += row.count(SOFT_NEWLINE)
        line += 1
