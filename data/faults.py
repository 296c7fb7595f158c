"""Faults of a table, put into words for the person who can repair them."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from data.contract import Column, Contract
from data.errors import Problem

FaultKind = Literal["missing", "unknown", "empty", "double", "order", "cell"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a table that its contract does not allow."""

    kind: FaultKind
    column: str
    row: int | None
    """Position of the row; None when the whole column is meant."""
    found: str


def problem_of(fault: Fault, contract: Contract, where: str, line_of: Sequence[int]) -> Problem:
    """Name file, line and column of a fault, what was expected there and what to do."""
    line = None if fault.row is None else line_of[fault.row]
    expected, fix = _expected(fault, contract), _fix(fault, contract)
    found = " ".join(fault.found.split())  # a cell may hold line breaks
    return Problem(fault.column, found, expected, fix, file=where, line=line)


def _expected(fault: Fault, contract: Contract) -> str:
    if fault.kind == "unknown":
        return "only " + ", ".join(contract.names)
    if fault.kind == "double":
        return "each of these only once"
    if fault.kind == "order":
        return "the high end of the range at or above its low end"
    column = contract.by_name[fault.column]
    return f"a column with {column.expected}" if fault.kind == "missing" else column.expected


def _fix(fault: Fault, contract: Contract) -> str:
    if fault.kind == "missing":
        return f"Add the column {fault.column} to the first line"
    if fault.kind == "unknown":
        near = get_close_matches(fault.column, contract.names, n=1)
        return f"Did you mean {near[0]}?" if near else "Remove or rename it"
    if fault.kind == "double":
        return "Remove the line or give it another key"
    return _fix_of_cell(fault.found, contract.by_name[fault.column]) if fault.kind == "cell" else ""


def _fix_of_cell(found: str, column: Column) -> str:
    if column.kind in ("number", "whole") and "," in found:
        return "Write the number without thousands separators"
    near = get_close_matches(found.lower(), column.allowed, n=1)
    return f"Did you mean {near[0]}?" if near else ""
