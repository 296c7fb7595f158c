"""Every source behind the numbers shipped, with the marks its figures carry."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from data.contracts import BUNDLED
from data.sources import inventory


def list_sources(tables: Sequence[str] = BUNDLED) -> list[dict[str, Any]]:
    """Sources with title, publisher, address, newest date and marks, one row each.

    Parameters
    ----------
    tables : sequence of str
        Tables of facts whose sources are wanted.
    """
    numbers = inventory(tables)
    return [_row(str(source), rows) for source, rows in numbers.groupby("source", sort=True)]


def _row(source: str, rows: pd.DataFrame) -> dict[str, Any]:
    first = rows.iloc[0]
    return {
        "source": source,
        "title": first["title"],
        "publisher": first["publisher"],
        "url": first.get("url"),
        "licence": first["licence"],
        "as_of": str(rows["as_of"].astype(str).max()),
        "confidence_marks": sorted(set(rows["confidence"])),
    }
