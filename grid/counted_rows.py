"""Rows of the count as they are stated: by the forecast, or by the user's own table."""

import pandas as pd

from grid.areas import AREAS
from grid.outlook import JAPAN

ROUNDING_MW = 5.0
"""Half of 1 万kW, the last digit in which the national count is printed."""

COUNT = "counted_mw"
COUNT_ENERGY = "counted_energy_gwh"
PARTS_OF_COUNT = ("counted_dc_mw", "counted_fab_mw")
PEAK = "peak_mw"

USER = "user_file"
"""Source of the user's rows."""

COLUMNS = ["fiscal_year", "quantity", "value", "source", "confidence", "rounding_mw"]


def national_rows(national: pd.DataFrame, user: pd.DataFrame | None, vintage: str) -> pd.DataFrame:
    """Every national figure of a forecast, the best one for each year and quantity.

    The user's row for Japan wins, then the sum of the user's areas where all ten have one, then
    the facts. A count that leaves the fabs out is taken only where nothing else is known.

    Parameters
    ----------
    national : DataFrame
        Facts table `forecast_national`.
    user : DataFrame, optional
        The user's table: vintage, fiscal_year, area (japan too), quantity, value. [MW, GWh]
    vintage : str
        Month of publication.

    Returns
    -------
    DataFrame
        `fiscal_year`, `quantity`, `value` [MW, GWh], `source`, `confidence`, `rounding_mw`: by
        how much the true figure may differ [MW].
    """
    facts = national[national["vintage"] == vintage].assign(rounding_mw=ROUNDING_MW)
    if user is None:
        return facts[COLUMNS]
    rows = _user_rows(user, vintage)
    own, areas = rows[rows["area"] == JAPAN], rows[rows["area"] != JAPAN]
    sums = _sums_of_all_areas(areas)
    ranked = [own[own["is_whole"]], sums[sums["is_whole"]], facts, own, sums]
    filled = [table[COLUMNS] for table in ranked if len(table)] or [facts[COLUMNS]]
    return pd.concat(filled).drop_duplicates(["fiscal_year", "quantity"], ignore_index=True)


def rows_by_area(
    area: pd.DataFrame, user: pd.DataFrame | None, vintage: str
) -> dict[str, pd.DataFrame]:
    """Rows of each area that has a count of its own in a forecast.

    Parameters
    ----------
    area : DataFrame
        Facts table `forecast_area`.
    user : DataFrame, optional
        As in `national_rows`; its rows of an area replace the facts.
    vintage : str
        Month of publication.

    Returns
    -------
    dict of str to DataFrame
        Area to columns as in `national_rows`, among others.
    """
    facts = area[area["vintage"] == vintage].assign(rounding_mw=0.0)
    stated = {str(name): rows for name, rows in facts[facts["quantity"] == COUNT].groupby("area")}
    if user is None:
        return stated
    rows = _user_rows(user, vintage)
    counted = rows.loc[rows["quantity"] == COUNT, "area"]
    own = rows[rows["area"].isin(counted) & (rows["area"] != JAPAN)]
    return stated | {str(name): rows for name, rows in own.groupby("area")}


def _sums_of_all_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums over the ten areas where every one has a figure, as rows for Japan.

    Not of peaks: those of the areas do not fall on one hour.
    """
    groups = rows[rows["quantity"] != PEAK].groupby(["fiscal_year", "quantity"])
    sums = groups.agg(value=("value", "sum"), is_whole=("is_whole", "all"))
    complete = sums[groups.size() == len(AREAS)].reset_index()
    return complete.assign(source=USER, confidence="assumed", rounding_mw=0.0)


def _user_rows(user: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """The user's rows of one forecast, the count added where only its parts are stated."""
    rows = _with_count(user[user["vintage"] == vintage])
    return rows.assign(source=USER, confidence="assumed", rounding_mw=0.0)


def _with_count(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the count where only its parts are stated; fabs left out are none and not `is_whole`."""
    keys = ["vintage", "fiscal_year", "area"]
    stated = rows.pivot(index=keys, columns="quantity", values="value")
    wide = stated.reindex(columns=[COUNT, *PARTS_OF_COUNT])
    dc, fab = (wide[name] for name in PARTS_OF_COUNT)
    count = pd.DataFrame({"value": dc + fab.fillna(0.0), "is_whole": fab.notna()})
    added = count[wide[COUNT].isna() & dc.notna()].reset_index().assign(quantity=COUNT)
    return pd.concat([rows.assign(is_whole=True), added], ignore_index=True)
