"""The list of every number shipped, as `siting sources` shows it."""

from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import InputError, Problem
from data.sources import inventory
from siting.scenario_merge import did_you_mean


def chosen_numbers(table: str | None) -> pd.DataFrame:
    """All numbers, or those of one table of facts; columns as `data.sources.inventory`.

    Raises
    ------
    InputError
        No such table.
    """
    numbers = inventory()
    if table is None:
        return numbers
    known = sorted(numbers["table"].unique())
    if table not in known:
        fix = did_you_mean(table, known)
        problem = Problem("--table", repr(table), f"one of: {', '.join(known)}", fix)
        raise InputError("siting sources", [problem])
    return numbers[numbers["table"] == table]


def rows_of(numbers: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain mappings, for the terminal."""
    return [{str(key): value for key, value in row.items()} for row in numbers.to_dict("records")]


def write_numbers(numbers: pd.DataFrame, path: Path) -> None:
    """Write numbers as CSV that Excel opens with Japanese intact (UTF-8 with mark).

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    try:
        numbers.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    except OSError as error:
        found = f"{path} ({error.strerror or error})"
        problem = Problem("--csv", found, "a file that can be written", "Name another place")
        raise InputError("siting sources", [problem]) from None
