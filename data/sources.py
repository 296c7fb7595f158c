"""Who published what: the sources and the list of every number shipped."""

from collections.abc import Sequence

import pandas as pd

from data.contract import Contract
from data.facts import read_fact
from data.tables import BUNDLED, CONTRACTS
from data.units import unit_of

INVENTORY_COLUMNS = [
    "table",
    "key",
    "quantity",
    "value",
    "unit",
    "confidence",
    "source",
    "title",
    "publisher",
    "as_of",
    "licence",
    "note",
]


def read_sources() -> pd.DataFrame:
    """Sources of all bundled figures.

    Returns
    -------
    DataFrame, shape (sources, 6)
        Columns source, title, publisher, published, url, licence.
    """
    return read_fact("sources")


def inventory(names: Sequence[str] = BUNDLED) -> pd.DataFrame:
    """Every number shipped, one a row, with who published it and how far to trust it.

    Parameters
    ----------
    names : sequence of str
        Tables of facts wanted.

    Returns
    -------
    DataFrame, shape (numbers, 12)
        Columns table, key, quantity, value, unit, confidence, source, title, publisher, as_of,
        licence, note. Figures that are not known have no row.
    """
    tables = [numbers_of(read_fact(name), name) for name in names if name != "sources"]
    credits = read_sources()[["source", "title", "publisher", "licence"]]
    numbers = pd.concat([table for table in tables if len(table)], ignore_index=True)
    return numbers.merge(credits, on="source", how="left", validate="m:1")[INVENTORY_COLUMNS]


def numbers_of(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Numbers of one checked table, one a row.

    Parameters
    ----------
    frame : DataFrame, shape (rows, contract columns)
        As `data.tables.check` returns it.
    name : str
        Name of its contract.

    Returns
    -------
    DataFrame
        Columns table, key, quantity, value, unit, source, as_of, confidence, note.
    """
    contract = CONTRACTS[name]
    kept = ["source", "as_of", "confidence", "note"]
    rows = frame[kept].assign(table=name, key=_key_text(frame, contract), stated_unit="")
    if "unit" in frame:
        rows["stated_unit"] = frame["unit"]
    values = frame[quantities_of(contract)].astype(float)
    melted = rows.join(values).melt(
        id_vars=list(rows.columns), var_name="quantity", value_name="number"
    )
    units = melted["quantity"].map(unit_of)
    melted["unit"] = units.where(units != "", melted["stated_unit"])
    known = melted.drop(columns="stated_unit").dropna(subset="number")
    return known.rename(columns={"number": "value"}).reset_index(drop=True)


def quantities_of(contract: Contract) -> list[str]:
    """Columns of a table that hold numbers and do not only name the row."""
    return [
        column.name
        for column in contract.columns
        if column.kind in ("number", "whole") and column.name not in contract.key
    ]


def _key_text(frame: pd.DataFrame, contract: Contract) -> pd.Series:
    parts = [frame[name].astype("string").fillna("") for name in contract.key]
    text = parts[0]
    for part in parts[1:]:
        text = text + ", " + part
    return text.astype(object)
