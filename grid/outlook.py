"""Official demand forecasts, by vintage and fiscal year.

Every figure says how it came about in the column `basis`:

    published       stands in the named forecast
    interpolated    straight line between two published years
    computed        total of data centres and fabs times the data centres' share of it
    not_published   the forecast says nothing, the value is NaN
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.areas import AREAS

JAPAN = "japan"
REST_OF_JAPAN = "rest-of-japan"


def national_path(
    national: pd.DataFrame, vintage: str, *, quantity: str, years: Sequence[int]
) -> pd.DataFrame:
    """One quantity of one national forecast over the years.

    Parameters
    ----------
    national : DataFrame
        Facts table `forecast_national`.
    vintage : str
        Month of publication, such as `2026-01`.
    quantity : str
        As in the table, unit in the name.
    years : sequence of int
        Fiscal years.

    Returns
    -------
    DataFrame, index fiscal_year
        `value` in the quantity's unit and `basis`. Nothing is extrapolated.

    Raises
    ------
    InputError
        The vintage is not in the table.
    """
    return interpolate_years(_published(national, vintage, quantity), years)


def counted_dc_path_mw(
    national: pd.DataFrame,
    vintage: str,
    years: Sequence[int],
    *,
    dc_share_of_counted: float = np.nan,
) -> pd.DataFrame:
    """Data centres that a forecast counts individually, at the national peak.

    Where a vintage publishes only the sum with semiconductor fabs, the sum is scaled by the data
    centres' share in the nearest year that publishes both.

    Parameters
    ----------
    national : DataFrame
        Facts table `forecast_national`.
    vintage : str
        Month of publication.
    years : sequence of int
        Fiscal years.
    dc_share_of_counted : float
        Assumed share for a vintage that never separates the two (2024-01); NaN leaves it unknown.

    Returns
    -------
    DataFrame, index fiscal_year
        `dc_mw` [MW] and `basis`.
    """
    dc = _published(national, vintage, "counted_dc_mw")
    counted = _published(national, vintage, "counted_mw")
    path = interpolate_years(dc, years)
    total_mw = interpolate_years(counted, years)["value"]
    share = _share_of_nearest_year(dc / counted, path.index, otherwise=dc_share_of_counted)
    computed = path["value"].isna() & (total_mw * share).notna()
    return pd.DataFrame(
        {
            "dc_mw": path["value"].fillna(total_mw * share),
            "basis": path["basis"].mask(computed, "computed"),
        }
    )


def compare_vintages(
    national: pd.DataFrame, *, quantity: str, years: Sequence[int]
) -> pd.DataFrame:
    """One quantity in every vintage side by side.

    Returns
    -------
    DataFrame, index fiscal_year, columns vintage
        Value in the quantity's unit, NaN outside the years a vintage covers.
    """
    vintages = sorted(national["vintage"].unique())
    paths = {
        vintage: national_path(national, vintage, quantity=quantity, years=years)["value"]
        for vintage in vintages
    }
    return pd.DataFrame(paths).rename_axis(columns="vintage")


def forecast_groups(
    dc_path: pd.DataFrame, *, shares: Mapping[str, float], area_table: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Limits on new data centres from a forecast: named areas, the others together, and Japan.

    No forecast publishes data centres by area. An area becomes a group only by a published or
    assumed share of the national figure, or by the user's own table, which wins.

    Parameters
    ----------
    dc_path : DataFrame, index fiscal_year
        Result of `counted_dc_path_mw`.
    shares : mapping of str to float
        Area to its share of the national figure (Tokyo: "a little under 60 %"). [-]
    area_table : DataFrame, optional
        User's table, columns `fiscal_year`, `area`, `quantity`, `value`; rows `counted_dc_mw` of
        the same vintage are used. [MW]

    Returns
    -------
    DataFrame, index (group, fiscal_year)
        `limit_mw` [MW] and `basis`. Which areas a group holds: `forecast_members`.
    """
    years = dc_path.index
    japan_mw = dc_path["dc_mw"]
    by_share = {
        area: pd.DataFrame({"limit_mw": share * japan_mw, "basis": "computed"}, index=years)
        for area, share in shares.items()
    }
    areas = by_share | ({} if area_table is None else _user_limits(area_table, years))
    named_mw = sum((frame["limit_mw"] for frame in areas.values()), 0.0 * japan_mw)
    rest_mw = (japan_mw - named_mw).clip(lower=0)
    rest = pd.DataFrame({"limit_mw": rest_mw, "basis": "computed"})
    japan = dc_path.rename(columns={"dc_mw": "limit_mw"})
    groups = areas | ({REST_OF_JAPAN: rest} if areas else {}) | {JAPAN: japan}
    return pd.concat(groups, names=["group", "fiscal_year"])


def forecast_members(groups: Sequence[str]) -> pd.DataFrame:
    """Areas inside each forecast group, one row a pair, columns `group` and `area`.

    Examples
    --------
    >>> members = forecast_members(["tokyo", "rest-of-japan", "japan"])
    >>> members.groupby("group").size().to_dict()
    {'japan': 10, 'rest-of-japan': 9, 'tokyo': 1}
    """
    named = [group for group in groups if group in AREAS]
    rest = [area for area in AREAS if area not in named]
    members_of = {JAPAN: list(AREAS), REST_OF_JAPAN: rest} | {area: [area] for area in named}
    pairs = [(group, area) for group in groups for area in members_of[group]]
    return pd.DataFrame(pairs, columns=["group", "area"])


def interpolate_years(
    published: pd.Series, years: Sequence[int], *, hold_ends: bool = False
) -> pd.DataFrame:
    """Straight lines between published years.

    Parameters
    ----------
    published : Series, index fiscal_year
        Published values; may be empty.
    years : sequence of int
        Fiscal years wanted.
    hold_ends : bool
        Keep the first and last value beyond the published years, marked `held`, instead of NaN.

    Returns
    -------
    DataFrame, index fiscal_year
        `value` and `basis`.
    """
    index = pd.Index(np.asarray(years, dtype=np.int64), name="fiscal_year")
    known = published.dropna().sort_index()
    if known.empty:
        return pd.DataFrame({"value": np.nan, "basis": "not_published"}, index=index)
    beyond = None if hold_ends else np.nan
    value = np.interp(index, known.index, known, left=beyond, right=beyond)
    outside = (index < known.index.min()) | (index > known.index.max())
    basis = np.select(
        [index.isin(known.index), outside],
        ["published", "held" if hold_ends else "not_published"],
        "interpolated",
    )
    return pd.DataFrame({"value": value, "basis": basis}, index=index)


def _published(national: pd.DataFrame, vintage: str, quantity: str) -> pd.Series:
    """Published values of a quantity by fiscal year."""
    vintages = sorted(national["vintage"].unique())
    if vintage not in vintages:
        problem = Problem("vintage", repr(vintage), f"one of {', '.join(vintages)}")
        raise InputError("demand forecast", [problem])
    rows = national[(national["vintage"] == vintage) & (national["quantity"] == quantity)]
    return rows.set_index("fiscal_year")["value"]


def _share_of_nearest_year(share: pd.Series, years: pd.Index, *, otherwise: float) -> pd.Series:
    """Share in the published year nearest to each wanted year, the earlier one at a tie."""
    known = share.dropna().sort_index()
    if known.empty:
        return pd.Series(otherwise, index=years)
    distance = np.abs(np.subtract.outer(years.to_numpy(), known.index.to_numpy()))
    return pd.Series(known.to_numpy()[distance.argmin(axis=1)], index=years)


def _user_limits(area_table: pd.DataFrame, years: pd.Index) -> dict[str, pd.DataFrame]:
    is_limit = (area_table["quantity"] == "counted_dc_mw") & area_table["area"].isin(AREAS)
    rows = area_table[is_limit]
    return {
        str(area): interpolate_years(own.set_index("fiscal_year")["value"], years.tolist())
        .rename(columns={"value": "limit_mw"})
        .assign(basis="user_table")
        for area, own in rows.groupby("area", sort=False)
    }
