"""What a forecast check assumes: the shipped table, and a user's own values laid over it."""

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from data.errors import InputError, Problem
from data.facts import read_fact
from data.read_csv import read_user_csv
from data.units import PERCENT_PER_UNIT

TABLE = "forecast_assumptions"
SHARE = "share"
CORNERS = ("low", "value", "high")


def read_assumptions(path: Path | str | None = None) -> pd.DataFrame:
    """Assumptions of a forecast check.

    Parameters
    ----------
    path : Path or str, optional
        The user's CSV (`siting new applications` writes one); rows left out keep the shipped value.

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
    own = read_user_csv(path, "user_assumptions").set_index("assumption")
    problems = [*_unknown(own, shipped, str(path)), *_misfits(own, shipped, str(path))]
    if problems:
        raise InputError(str(path), problems)
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


def _unknown(own: pd.DataFrame, shipped: pd.DataFrame, where: str) -> list[Problem]:
    known = list(shipped.index)
    near = {name: get_close_matches(str(name), known, n=1) for name in own.index.difference(known)}
    return [
        Problem(
            "assumption",
            str(name),
            f"one of {', '.join(known)}",
            f"Did you mean {found[0]}?" if found else "",
            file=where,
        )
        for name, found in near.items()
    ]


def _misfits(own: pd.DataFrame, shipped: pd.DataFrame, where: str) -> list[Problem]:
    """Shares outside 0 to 1, and ranges that do not hold their value."""
    problems = []
    for name in own.index.intersection(shipped.index):
        corners = own.loc[name, list(CORNERS)].astype(float)
        if (
            corners["value"] != corners["value"]
            and shipped.loc[name, "value"] == shipped.loc[name, "value"]
        ):
            problems.append(Problem(str(name), "no value", "a number", file=where))
        if shipped.loc[name, "unit"] == SHARE and not corners.dropna().between(0, 1).all():
            found = ", ".join(f"{value:g}" for value in corners.dropna())
            fix = f"Write 0.3 for 30 of {PERCENT_PER_UNIT:g}"
            problems.append(Problem(str(name), found, "shares from 0 to 1", fix, file=where))
        if not corners.dropna().is_monotonic_increasing:
            found = ", ".join(f"{value:g}" for value in corners.dropna())
            problems.append(Problem(str(name), found, "low <= value <= high", file=where))
    return problems
