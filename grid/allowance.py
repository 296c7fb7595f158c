"""How much individually counted load each forecast holds, by area and fiscal year.

OCCTO publishes the count of data centres and chip fabs for Japan in a few years of each forecast;
of the areas almost nothing. Every figure therefore comes with a range and says what it is:

    published       stands in the forecast; the range is the rounding of the figure (10 MW)
    interpolated    straight line between two published years; the range is those two
    computed        a published share of the national figure
    user_table      the user's own table, or a line between its years
    bound           nothing is published but what all areas without a figure hold together
    not_published   the forecast says nothing for this year
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import CONFIDENCES
from data.errors import InputError, Problem
from grid.areas import AREAS
from grid.outlook import JAPAN, REST_OF_JAPAN, interpolate_years

Texts = npt.NDArray[np.str_]

ROUNDING_MW = 5.0
"""Half of 1 万kW, the last digit in which the count is printed."""

COUNT = "counted_mw"
COUNT_ENERGY = "counted_energy_gwh"
PARTS_OF_COUNT = ("counted_dc_mw", "counted_fab_mw")

COLUMNS = [
    "allowance_mw",
    "allowance_low_mw",
    "allowance_high_mw",
    "allowance_gwh",
    "basis",
    "confidence",
    "source",
]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What is known of the count, from the facts and from the user."""

    national: pd.DataFrame
    """Facts table `forecast_national`: vintage, fiscal_year, quantity, value and provenance."""
    area: pd.DataFrame
    """Facts table `forecast_area`: its rows `counted_mw` and `counted_share`."""
    user: pd.DataFrame | None = None
    """The user's table: vintage, fiscal_year, area (japan too), quantity, value. [MW, GWh]"""
    least_share: float = 0.55
    """Least share of an area whose share is published as "a little under", an assumption. [-]"""

    @property
    def vintages(self) -> tuple[str, ...]:
        """Every forecast there is a count for, oldest first."""
        user = set() if self.user is None else set(self.user["vintage"])
        return tuple(sorted(set(self.national["vintage"]) | user))


def allowances(forecasts: Forecasts, vintages: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Count of each forecast in each area, the areas without a figure together, and Japan.

    Parameters
    ----------
    forecasts : Forecasts
        What is known.
    vintages : sequence of str
        Forecasts wanted.
    years : sequence of int
        Fiscal years.

    Returns
    -------
    DataFrame, index (vintage, area, fiscal_year)
        `allowance_mw` [MW], NaN = unknown; `allowance_low_mw`, `allowance_high_mw`: between which
        it must lie; `allowance_gwh` [GWh]; `basis`, `confidence`, `source`.

    Raises
    ------
    InputError
        A forecast is not known.
    """
    problems = unknown_vintages(forecasts, vintages)
    if problems:
        raise InputError("demand forecast", problems)
    tables = {vintage: _of_vintage(forecasts, vintage, years) for vintage in vintages}
    return pd.concat(tables, names=["vintage", "area", "fiscal_year"])[COLUMNS]


def unknown_vintages(forecasts: Forecasts, vintages: Sequence[str]) -> list[Problem]:
    """One problem for each forecast that is not known."""
    known = ", ".join(forecasts.vintages)
    fix = "A later forecast can be loaded with the table of areas (--area-table)"
    return [
        Problem("--vintage", vintage, f"one of {known}", fix)
        for vintage in vintages
        if vintage not in forecasts.vintages
    ]


def named_areas(forecasts: Forecasts, vintage: str) -> tuple[str, ...]:
    """Areas with a figure of their own; the others stand together in `rest-of-japan`."""
    shares, stated = _shares(forecasts), _stated(forecasts, vintage)
    return tuple(area for area in AREAS if area in shares.index or area in stated)


def _of_vintage(forecasts: Forecasts, vintage: str, years: Sequence[int]) -> pd.DataFrame:
    japan = _japan(forecasts, vintage, years)
    stated = _by_statement(forecasts, vintage, years)
    shares = _shares(forecasts).drop(index=list(stated), errors="ignore")
    named = _by_share(shares, vintage, japan) | stated
    rest = _rest(japan, shares, stated)
    bound = rest.assign(allowance_mw=np.nan, allowance_low_mw=0.0, allowance_gwh=np.nan)
    known = bound["allowance_high_mw"].notna()
    bound["basis"] = np.where(known, "bound", "not_published")
    bound.loc[~known, "allowance_low_mw"] = np.nan
    areas = {area: named.get(area, bound) for area in AREAS}
    together = {} if len(named) == len(AREAS) else {REST_OF_JAPAN: rest}
    return pd.concat(areas | together | {JAPAN: japan}, names=["area", "fiscal_year"])


def _japan(forecasts: Forecasts, vintage: str, years: Sequence[int]) -> pd.DataFrame:
    """National count: the facts, else the user's row for Japan, else the sum of all ten areas."""
    facts = forecasts.national[forecasts.national["vintage"] == vintage]
    own = _user_japan(forecasts, vintage)
    if COUNT in set(own["quantity"]):
        return _path(own, years, user=True)
    return _path(facts, years, user=False)


def _user_japan(forecasts: Forecasts, vintage: str) -> pd.DataFrame:
    """The user's figures for Japan; sums where every area has one."""
    columns = ["fiscal_year", "quantity", "value", "source", "confidence"]
    if forecasts.user is None:
        return pd.DataFrame(columns=columns)
    rows = _with_whole_count(forecasts.user[forecasts.user["vintage"] == vintage])
    own = rows[rows["area"] == JAPAN]
    sums = rows[rows["area"] != JAPAN].groupby(["fiscal_year", "quantity"])["value"]
    whole = sums.sum()[sums.size() == len(AREAS)].reset_index()
    both = pd.concat([own, whole]).drop_duplicates(["fiscal_year", "quantity"])
    return both.assign(source="user_file", confidence="assumed")[columns]


def _by_statement(
    forecasts: Forecasts, vintage: str, years: Sequence[int]
) -> dict[str, pd.DataFrame]:
    """Areas whose count is stated, by the user or, where it is nothing, by the forecast."""
    paths = {}
    for area, rows in _stated(forecasts, vintage).items():
        is_user = "user_file" in set(rows["source"])
        paths[area] = _path(rows, years, user=is_user, rounding_mw=0.0)
    return paths


def _stated(forecasts: Forecasts, vintage: str) -> dict[str, pd.DataFrame]:
    """Rows of each area that has a count of its own; the user's win."""
    facts = forecasts.area[forecasts.area["vintage"] == vintage]
    stated = {str(area): rows for area, rows in facts[facts["quantity"] == COUNT].groupby("area")}
    if forecasts.user is None:
        return stated
    user = _with_whole_count(forecasts.user[forecasts.user["vintage"] == vintage])
    user = user[user["area"] != JAPAN].assign(source="user_file", confidence="assumed")
    with_count = user[user["area"].isin(user.loc[user["quantity"] == COUNT, "area"])]
    return stated | {str(area): rows for area, rows in with_count.groupby("area")}


def _with_whole_count(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the count where only its parts are stated; fabs left out are taken as none."""
    keys = ["vintage", "fiscal_year", "area"]
    parts = rows[rows["quantity"].isin(PARTS_OF_COUNT)]
    has_dc = parts.loc[parts["quantity"] == "counted_dc_mw", keys]
    sums = parts.groupby(keys, as_index=False)["value"].sum().merge(has_dc, on=keys)
    whole = rows.loc[rows["quantity"] == COUNT, keys]
    missing = sums.merge(whole, on=keys, how="left", indicator=True)
    added = missing[missing["_merge"] == "left_only"].drop(columns="_merge")
    return pd.concat([rows, added.assign(quantity=COUNT)], ignore_index=True)


def _shares(forecasts: Forecasts) -> pd.DataFrame:
    """Areas with a published share of the count: at most `high`, in which forecast."""
    rows = forecasts.area[forecasts.area["quantity"] == "counted_share"]
    high = rows["value"].fillna(rows["value_high"])
    low = rows["value"].fillna(rows["value_low"]).fillna(forecasts.least_share)
    return rows.assign(low=np.minimum(low, high), high=high).set_index("area")


def _by_share(shares: pd.DataFrame, vintage: str, japan: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Areas by their share of the national figure; other forecasts than its own borrow it."""
    paths = {}
    for area, share in shares.iterrows():
        mark = str(share["confidence"]) if share["vintage"] == vintage else "assumed"
        paths[str(area)] = japan.assign(
            allowance_mw=japan["allowance_mw"] * share["high"],
            allowance_low_mw=japan["allowance_low_mw"] * share["low"],
            allowance_high_mw=japan["allowance_high_mw"] * share["high"],
            allowance_gwh=np.nan,
            basis=_computed_where_known(japan),
            confidence=[_weakest([known, mark]) if known else "" for known in japan["confidence"]],
            source=np.where(japan["allowance_mw"].notna(), str(share["source"]), ""),
        )
    return paths


def _rest(
    japan: pd.DataFrame, shares: pd.DataFrame, stated: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """What is left for the areas without a figure of their own."""

    def left(column: str, share: str, taken: str) -> pd.Series:
        others = 0.0 * japan[column] + sum(table[taken] for table in stated.values())
        return (japan[column] * (1.0 - shares[share].sum()) - others).clip(lower=0)

    marks = pd.concat([table["confidence"] for table in (japan, *stated.values())], axis=1)
    share_marks = list(shares["confidence"])
    return japan.assign(
        allowance_mw=left("allowance_mw", "high", "allowance_mw"),
        allowance_low_mw=left("allowance_low_mw", "high", "allowance_high_mw"),
        allowance_high_mw=left("allowance_high_mw", "low", "allowance_low_mw"),
        allowance_gwh=np.nan,
        basis=_computed_where_known(japan),
        confidence=[_weakest([*row, *share_marks]) if row[0] else "" for row in marks.to_numpy()],
    )


def _computed_where_known(japan: pd.DataFrame) -> Texts:
    return np.where(japan["allowance_mw"].notna(), "computed", "not_published")


def _path(
    rows: pd.DataFrame, years: Sequence[int], *, user: bool, rounding_mw: float = ROUNDING_MW
) -> pd.DataFrame:
    """Count by year with its range, and how far to trust it."""
    count = rows[rows["quantity"] == COUNT].set_index("fiscal_year").sort_index()
    path = interpolate_years(count["value"].astype(float), years)
    energy = rows[rows["quantity"] == COUNT_ENERGY].set_index("fiscal_year")["value"]
    rounding = 0.0 if user else rounding_mw
    ends = _ends(count, path.index)
    return pd.DataFrame(
        {
            "allowance_mw": path["value"],
            "allowance_low_mw": (ends["low"] - rounding).clip(lower=0),
            "allowance_high_mw": ends["high"] + rounding,
            "allowance_gwh": interpolate_years(energy.astype(float), years)["value"],
            "basis": path["basis"].where(path["value"].isna() | (not user), "user_table"),
            "confidence": ends["confidence"],
            "source": ends["source"],
        }
    )


def _ends(count: pd.DataFrame, years: pd.Index) -> pd.DataFrame:
    """Published figures around each year: the smaller, the larger, the less certain one's mark."""
    rows = []
    for year in years:
        before, after = count[count.index <= year].tail(1), count[count.index >= year].head(1)
        ends = pd.concat([before, after]) if len(before) and len(after) else count.iloc[:0]
        mark = _weakest(list(ends["confidence"]))
        source = next(iter(ends.loc[ends["confidence"] == mark, "source"]), "")
        rows.append((ends["value"].min(), ends["value"].max(), mark, source))
    columns = ["low", "high", "confidence", "source"]
    return pd.DataFrame(rows, index=years, columns=columns).astype({"low": float, "high": float})


def _weakest(marks: Sequence[str]) -> str:
    """The mark that trusts a figure least; "" where there is none."""
    known = [mark for mark in marks if mark in CONFIDENCES]
    return max(known, key=CONFIDENCES.index) if known else ""
