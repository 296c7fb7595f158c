"""Columns of a table, joined to the features of a layer by a key."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import InputError, Problem
from data.layer import FeatureLayer
from data.read_csv import TextTable
from data.user_table import read_user_table, with_numbers

FIRST_SHOWN = 3


def join_table(
    layer: FeatureLayer, path: Path | str, key: str, on: str, encoding: str | None = None
) -> FeatureLayer:
    """The layer with the columns of a CSV beside its own.

    Keys are compared as text, so that leading zeros count; a code of five digits and one of six
    are different keys. Columns that hold nothing but numbers become numbers; empty stays NaN.

    Parameters
    ----------
    layer : FeatureLayer
        Several features may have one key.
    path : Path or str
        CSV, one row a key.
    key : str
        Column of the table.
    on : str
        Column of the layer.
    encoding : str, optional
        Of the table; found out when left out.

    Returns
    -------
    FeatureLayer
        The same features in the same order. A column whose name the layer has already gets
        `_table` at its end. `notes` count the keys without a partner on both sides.

    Raises
    ------
    SourceUnavailableError
        No such table.
    InputError
        A column is not there, a key is empty or twice in the table, or no key has a partner.
    """
    where = str(path)
    table = read_user_table(Path(path), encoding)
    _refuse_columns(layer, table, key=key, on=on, where=where)
    _refuse_keys(table, key, where)
    wanted = [key_text(value) for value in layer.frame[on]]
    keys = table.frame[key].astype(str).tolist()
    if not set(wanted) & set(keys):
        raise InputError(where, [_no_partner(wanted, keys, on, where)])
    columns, notes = with_numbers(table.frame.drop(columns=key))
    renamed = {name: _free(str(name), layer.frame.columns) for name in columns.columns}
    joined = columns.rename(columns=renamed).set_axis(keys).reindex(wanted)
    frame = layer.frame.assign(**{n: joined[n].array for n in joined.columns})
    notes += [
        f"column {old} of the table is {new} here" for old, new in renamed.items() if old != new
    ]
    notes += _unmatched(wanted, keys, Path(path).name)
    return replace(layer, frame=frame, notes=(*layer.notes, *notes))


def key_text(value: Any) -> str:
    """A key as text: 1100.0 of a column with gaps is 1100; nothing is "".

    >>> key_text(1100.0), key_text(" 01100 "), key_text(None)
    ('1100', '01100', '')
    """
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_columns(
    layer: FeatureLayer, table: TextTable, *, key: str, on: str, where: str
) -> None:
    problems = []
    if key not in table.frame:
        names = ", ".join(map(str, table.frame.columns))
        problems.append(Problem("key", key, f"a column of the table: {names}", file=where))
    own = layer.frame.columns.drop(layer.frame.geometry.name)
    if on not in own:
        expected = "a column of the layer: " + ", ".join(map(str, own))
        problems.append(Problem("on", on, expected, file=where))
    if problems:
        raise InputError(where, problems)


def _refuse_keys(table: TextTable, key: str, where: str) -> None:
    keys = table.frame[key]
    empty = [
        Problem(key, "an empty cell", "a key", file=where, line=line)
        for line, missing in zip(table.lines, keys.isna(), strict=True)
        if missing
    ]
    double = keys.duplicated() & keys.notna()
    twice = [
        Problem(key, f"{value} again", "each key once", file=where, line=line)
        for line, value, again in zip(table.lines, keys, double, strict=True)
        if again
    ]
    if empty or twice:
        raise InputError(where, [*empty, *twice])


def _no_partner(wanted: Sequence[str], keys: Sequence[str], on: str, where: str) -> Problem:
    theirs = list(dict.fromkeys(text for text in wanted if text))[:FIRST_SHOWN]
    found = f"no key that the layer has: {', '.join(keys[:FIRST_SHOWN])}, ..."
    fix = "Leading zeros and check digits count: bring both sides to one form"
    return Problem("key", found, f"such as {', '.join(theirs)} in column {on}", fix, file=where)


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_table"
    return name


def _unmatched(wanted: Sequence[str], keys: Sequence[str], name: str) -> list[str]:
    theirs, ours = set(wanted), set(keys)
    alone = [text for text in wanted if text not in ours]
    unused = [text for text in keys if text not in theirs]
    notes = []
    if alone:
        notes.append(f"{len(alone)} features have no row in {name}" + _such_as(alone))
    if unused:
        notes.append(f"{len(unused)} rows of {name} have no feature" + _such_as(unused))
    return notes


def _such_as(texts: Sequence[str]) -> str:
    shown = [text or "(empty)" for text in dict.fromkeys(texts)][:FIRST_SHOWN]
    return f": {', '.join(shown)}" + (", ..." if len(texts) > len(shown) else "")
