"""The bundled facts of Japan."""

from functools import cache
from importlib.resources import files

import pandas as pd

from data.read_csv import parse_csv
from data.tables import check


def read_fact(name: str) -> pd.DataFrame:
    """Bundled table `name`, through its contract.

    Parameters
    ----------
    name : str
        One of `data.tables.BUNDLED`, such as `area_peaks`.

    Returns
    -------
    DataFrame, shape (rows, contract columns)
        NaN stands for not known. The last columns of every table but `sources` are source (id in
        `sources`), as_of, confidence and note.

    Examples
    --------
    >>> peaks = read_fact("area_peaks").query("quantity == 'annual_peak'")
    >>> float(peaks["mw"].sum())
    161070.0
    """
    return _checked(name).copy()


@cache
def _checked(name: str) -> pd.DataFrame:
    """The table, read and checked once in a process; callers get copies of it."""
    where = f"data/japan/{name}.csv"
    file = files("data") / "japan" / f"{name}.csv"
    table = parse_csv(file.read_text(encoding="utf-8"), where=where)
    return check(table.frame, name, where=where, lines=table.lines)
