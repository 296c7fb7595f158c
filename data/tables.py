"""The gate for tables: a frame passes its contract or every fault in it is listed at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from data.contract import Column, Contract
from data.contracts import BUNDLED, CONTRACTS
from data.errors import InputError
from data.faults import Fault, FaultKind, problem_of

__all__ = ["BUNDLED", "CONTRACTS", "Column", "Contract", "check"]

FIRST_ROW_LINE = 2  # below the header
FLAGS = {"true": True, "false": False, "True": True, "False": False}


def check(
    frame: pd.DataFrame, name: str, *, where: str, lines: Sequence[int] | None = None
) -> pd.DataFrame:
    """Table `frame` in the types, order and completeness of its contract.

    Columns that may be left out are added with their default. Text in number columns is read as
    numbers. An empty cell, where the contract allows it, stays NaN: not known.

    Parameters
    ----------
    frame : DataFrame, shape (rows, columns)
        Cells as text or already typed; the index is ignored.
    name : str
        Name of a contract in `CONTRACTS`.
    where : str
        File name for the messages.
    lines : sequence of int, optional
        Line of each row in the file; row position + 2 when left out.

    Returns
    -------
    DataFrame, shape (rows, contract columns)
        Index 0 … rows - 1.

    Raises
    ------
    InputError
        With every missing or unknown column, every empty, mistyped or out-of-range cell and every
        key used twice.
    """
    contract = CONTRACTS[name]
    complete = _with_defaults(frame.reset_index(drop=True), contract)
    typed = complete.copy()
    for column in contract.columns:
        if column.name in typed:
            typed[column.name] = _typed(complete[column.name], column)
    faults = {(f.column, f.row): f for f in _exchanged_ends(typed, contract)}
    faults |= {(f.column, f.row): f for f in _rejected_by_contract(complete, typed, contract)}
    # a cell that could not be read is now empty too: say what stood there instead
    faults |= {(f.column, f.row): f for f in _unreadable(complete, typed, contract)}
    if faults:
        line_of = lines or range(FIRST_ROW_LINE, FIRST_ROW_LINE + len(typed))
        problems = [problem_of(fault, contract, where, line_of) for fault in faults.values()]
        raise InputError(where, sorted(problems, key=lambda p: (p.line or 0, p.where)))
    return typed[list(contract.names)]


def _with_defaults(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    absent = [c for c in contract.columns if not c.present and c.name not in frame]
    return frame.assign(**{c.name: c.default or None for c in absent})


def _typed(cells: pd.Series, column: Column) -> pd.Series:
    if column.kind == "text":
        texts = cells.astype("str")
        return texts.fillna(column.empty) if column.empty is not None else texts
    if column.kind == "flag":
        flags = cells.astype("string").map(FLAGS)
        return flags if flags.isna().any() else flags.astype(bool)
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    numbers = numbers.where(numbers.abs() < float("inf"))
    if column.kind == "whole":
        numbers = numbers.where(numbers.mod(1) == 0)
        return numbers if numbers.isna().any() else numbers.astype("int64")
    return numbers


def _unreadable(before: pd.DataFrame, after: pd.DataFrame, contract: Contract) -> Iterator[Fault]:
    for name in contract.names:
        if name in after:
            lost = before[name].notna() & after[name].isna()
            for row in lost[lost].index:
                yield Fault("cell", name, int(row), str(before[name][row]))


def _rejected_by_contract(
    before: pd.DataFrame, after: pd.DataFrame, contract: Contract
) -> Iterator[Fault]:
    import pandera.errors

    try:
        _schema(contract).validate(after, lazy=True)
    except pandera.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            yield _fault(case, before)
    for row in _rows_of_double_keys(after, contract):
        names = contract.key
        found = ", ".join(str(before[name][row]) for name in names)
        yield Fault("double", ", ".join(names), row, found)


def _exchanged_ends(frame: pd.DataFrame, contract: Contract) -> Iterator[Fault]:
    for low, high in contract.ranges:
        if low in frame and high in frame:
            for row in frame.index[frame[low] > frame[high]]:
                found = f"{frame[high][row]:g}, below {low} {frame[low][row]:g}"
                yield Fault("order", high, int(row), found)


def _schema(contract: Contract) -> Any:
    import pandera.pandas as pa

    columns = {
        column.name: pa.Column(nullable=not column.filled, checks=_checks(column))
        for column in contract.columns
    }
    return pa.DataFrameSchema(columns, strict=True)


def _checks(column: Column) -> list[Any]:
    import pandera.pandas as pa

    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed))
    if column.pattern:
        checks.append(pa.Check.str_matches(rf"(?:{column.pattern})\Z"))
    if column.least is not None:
        checks.append(pa.Check.ge(column.least))
    if column.most is not None:
        checks.append(pa.Check.le(column.most))
    return checks


def _fault(case: Any, before: pd.DataFrame) -> Fault:
    if case.check == "column_in_dataframe":
        return Fault("missing", str(case.failure_case), None, "no such column")
    if case.check == "column_in_schema":
        return Fault("unknown", str(case.failure_case), None, "a column this table does not have")
    kind: FaultKind = "empty" if case.check == "not_nullable" else "cell"
    column, row = str(case.column), int(case.index)
    found = "an empty cell" if kind == "empty" else str(before[column][row])
    return Fault(kind, column, row, found)


def _rows_of_double_keys(frame: pd.DataFrame, contract: Contract) -> list[int]:
    names = [name for name in contract.key if name in frame]
    if len(names) < len(contract.key):
        return []
    whole = frame[[n for n in names if contract.by_name[n].filled]].notna().all(axis=1)
    double = frame.duplicated(names) & whole
    return [int(row) for row in double[double].index]
