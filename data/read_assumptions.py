"""What a forecast check assumes: the shipped table, and a user's own values laid over it."""

from collections.abc import Hashable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import InputError, Problem
from data.facts import read_fact
from data.read_csv import TextTable, parse_csv
from data.tables import check
from data.text_file import read_text_file

TABLE = "forecast_assumptions"
SHARE = "share"
HOURS, MOST_HOURS = "h", 23
"""A load that gives way all day long is none: at least one hour of the day must remain."""
CONDITIONAL = "conditional-share"
CORNERS = ("low", "value", "high")


def read_assumptions(path: Path | str | None = None) -> pd.DataFrame:
    """Assumptions of a forecast check.

    Parameters
    ----------
    path : Path or str, optional
        The user's CSV (`siting new additions` writes one); rows left out keep the shipped value.

    Returns
    -------
    DataFrame, index assumption
        Columns of the facts table `forecast_assumptions`. [units in the column `unit`]

    Raises
    ------
    InputError
        Every problem of the file: an unknown name, a share outside 0 to 1, ends that do not hold
        the value between them.
    """
    shipped = read_fact(TABLE).set_index("assumption")
    if path is None:
        return shipped
    own = _own_table(Path(path), shipped)
    changed = shipped.copy()
    for corner in CORNERS:
        changed.loc[own.index, corner] = own[corner].to_numpy(dtype=float)
    stated = own.index[_differs(own, shipped)]
    changed.loc[stated, "source"] = "user_file"
    changed.loc[stated, "confidence"] = "assumed"
    changed.loc[stated, "note"] = own.loc[stated, "note"]
    return changed


def assumptions_template() -> str:
    """The shipped assumptions as a CSV to edit."""
    shipped = read_fact(TABLE)[["assumption", "value", "low", "high", "unit", "note"]]
    comments = (
        "# What siting forecast assumes. Change values here; rows you delete keep the shipped one.",
        "# realised-*: chance that an application of that stage is built; low and high are what",
        "# one draw may take for all of that stage. compared-*: share compared with OCCTO's count.",
    )
    return "\n".join((*comments, shipped.to_csv(index=False, lineterminator="\n")))


def _differs(own: pd.DataFrame, shipped: pd.DataFrame) -> pd.Series:
    """Whether a row says something else than the shipped one."""
    theirs, ours = own[list(CORNERS)].astype(float), shipped.loc[own.index, list(CORNERS)]
    return ~((theirs == ours) | (theirs.isna() & ours.isna())).all(axis=1)


def _own_table(path: Path, shipped: pd.DataFrame) -> pd.DataFrame:
    """The user's rows by assumption; everything wrong in them is raised at once."""
    where = str(path)
    text = read_text_file(path, what="a table of assumptions as CSV")
    table = parse_csv(text, where=where)
    problems = [*table.problems]
    own = pd.DataFrame()
    try:
        own = check(table.frame, "user_assumptions", where=where, lines=table.lines)
    except InputError as error:
        problems.extend(error.problems)
    if "assumption" in table.frame:
        problems.extend(_unknown(table, shipped, where))
        problems.extend(_misfits(table, shipped, where))
    if problems:
        raise InputError(where, sorted(set(problems), key=lambda p: (p.line or 0, p.where)))
    return own.set_index("assumption")


def _unknown(table: TextTable, shipped: pd.DataFrame, where: str) -> list[Problem]:
    known = list(shipped.index)
    names = zip(table.frame["assumption"], table.lines, strict=True)
    near = [
        (str(name), line, get_close_matches(str(name), known, n=1))
        for name, line in names
        if isinstance(name, str) and name not in known
    ]
    return [
        Problem(
            "assumption",
            name,
            f"one of {', '.join(known)}",
            f"Did you mean {found[0]}?" if found else "",
            file=where,
            line=line,
        )
        for name, line, found in near
    ]


def _misfits(table: TextTable, shipped: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Rows of known assumptions whose numbers or unit cannot be."""
    cells = table.frame.reindex(columns=["assumption", *CORNERS, "unit"])
    for row, line in zip(cells.to_dict("records"), table.lines, strict=True):
        name = row["assumption"]
        if name in shipped.index:
            for found, expected, fix in _faults_of(row, shipped.loc[name]):
                yield Problem(str(name), found, expected, fix, file=where, line=line)


def _faults_of(row: Mapping[Hashable, Any], ours: pd.Series) -> Iterator[tuple[str, str, str]]:
    """What was found, what was expected and how to repair it."""
    cells = pd.Series([row[corner] for corner in CORNERS], dtype=object)
    corners = pd.to_numeric(cells, errors="coerce").astype(float)
    known = corners.dropna()
    found = ", ".join(f"{value:g}" for value in known)
    if pd.isna(row["value"]) and pd.notna(ours["value"]):
        yield "no value", "a number", "Write one, or delete the row to keep the shipped value"
    if ours["unit"] == SHARE and not known.between(0, 1).all():
        yield found, "shares from 0 to 1", "Write 0.3 for 30 %"
    if ours["unit"] == HOURS and not known.isin(range(MOST_HOURS + 1)).all():
        yield found, f"whole hours from 0 to {MOST_HOURS}", ""
    if ours.name == CONDITIONAL and known.ge(1).any():
        yield found, "a share below 1", "A load that gives way altogether takes no room at all"
    if not known.is_monotonic_increasing:
        yield found, "low <= value <= high", ""
    if pd.notna(row["unit"]) and row["unit"] != ours["unit"]:
        yield f"the unit {row['unit']}", f"the unit {ours['unit']}", "Change the numbers to it"
