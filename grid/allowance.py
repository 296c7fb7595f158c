"""How much individually counted load each forecast holds, by area and fiscal year.

OCCTO publishes the count of data centres and chip fabs for Japan in a few years of each forecast;
of the areas almost nothing. Every figure therefore comes with a range and says what it is:

    published       stands in the forecast; the range is the rounding of the figure (10 MW)
    interpolated    straight line between two known years; the range is those two
    computed        a published share of the national figure, or what known areas leave of it
    user_table      the user's own table, or a line between its years
    bound           no figure of its own: from nothing to all that known areas leave
    not_published   the forecast says nothing for this year
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import CONFIDENCES
from data.errors import InputError, Problem
from grid.areas import AREAS
from grid.counted_rows import COUNT, COUNT_ENERGY, USER, national_rows, rows_by_area
from grid.outlook import JAPAN, REST_OF_JAPAN, interpolate_years

Texts = npt.NDArray[np.str_]

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
        """Every forecast known, oldest first; of a user's own perhaps only the peaks."""
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
        it must lie; `allowance_gwh` [GWh], known for Japan and for areas of the user's table;
        `basis`, `confidence`, `source`.

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
    japan = _path(national_rows(forecasts.national, forecasts.user, vintage), years)
    stated = {area: _path(rows, years) for area, rows in _stated(forecasts, vintage).items()}
    shares = _shares(forecasts).drop(index=list(stated), errors="ignore")
    named = _by_share(shares, vintage, japan) | stated
    rest = _rest(japan, shares, stated).assign(confidence=_marks_of_rest(japan, named))
    # the one area that is left holds all that is left
    other = rest if len(named) == len(AREAS) - 1 else _bound(rest)
    areas = {area: _or_else(named[area], other) if area in named else other for area in AREAS}
    together = {} if len(named) == len(AREAS) else {REST_OF_JAPAN: rest}
    return pd.concat(areas | together | {JAPAN: japan}, names=["area", "fiscal_year"])


def _bound(rest: pd.DataFrame) -> pd.DataFrame:
    """From nothing to all that is left: what is known of an area without a figure."""
    known = rest["allowance_high_mw"].notna()
    return rest.assign(
        allowance_mw=np.nan,
        allowance_low_mw=pd.Series(0.0, rest.index).where(known),
        basis=np.where(known, "bound", "not_published"),
    )


def _or_else(table: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """A table, and in the years that it does not know the other one."""
    return table.where(table["allowance_mw"].notna(), other)[COLUMNS]


def _stated(forecasts: Forecasts, vintage: str) -> dict[str, pd.DataFrame]:
    return rows_by_area(forecasts.area, forecasts.user, vintage)


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
    """What is left for the areas without a figure of their own.

    An area may be stated for some years only. In the others it may hold anything, from nothing to
    all: what is left is then no figure, but still has an upper end.
    """

    def left(column: str, share: str, taken: str, unknown: float) -> pd.Series:
        others = sum((table[taken].fillna(unknown) for table in stated.values()), 0.0)
        return (japan[column] * (1.0 - shares[share].sum()) - others).clip(lower=0)

    nobody = pd.Series(0, index=japan.index)
    unknown_areas = sum((table["allowance_mw"].isna() for table in stated.values()), nobody)
    figure_mw = left("allowance_mw", "high", "allowance_mw", 0.0)
    rest = japan.assign(
        allowance_mw=figure_mw.where(unknown_areas == 0),
        allowance_low_mw=left("allowance_low_mw", "high", "allowance_high_mw", np.inf),
        allowance_high_mw=left("allowance_high_mw", "low", "allowance_low_mw", 0.0),
        allowance_gwh=np.nan,
    )
    return rest.assign(basis=_basis_of_rest(rest))


def _basis_of_rest(rest: pd.DataFrame) -> Texts:
    known = [rest["allowance_mw"].notna(), rest["allowance_high_mw"].notna()]
    return np.select(known, ["computed", "bound"], "not_published")


def _marks_of_rest(japan: pd.DataFrame, named: Mapping[str, pd.DataFrame]) -> list[str]:
    """Mark of the least certain figure behind what is left; "" where Japan is not known."""
    marks = pd.concat([table["confidence"] for table in (japan, *named.values())], axis=1)
    return [_weakest(list(row)) if row[0] else "" for row in marks.to_numpy()]


def _computed_where_known(japan: pd.DataFrame) -> Texts:
    return np.where(japan["allowance_mw"].notna(), "computed", "not_published")


def _path(rows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Count by year with its range, and how far to trust it."""
    count = rows[rows["quantity"] == COUNT].set_index("fiscal_year").sort_index()
    path = interpolate_years(count["value"].astype(float), years)
    energy = rows[rows["quantity"] == COUNT_ENERGY].set_index("fiscal_year")["value"]
    ends = _ends(count, path.index)
    return pd.DataFrame(
        {
            "allowance_mw": path["value"],
            "allowance_low_mw": ends["low"].clip(lower=0),
            "allowance_high_mw": ends["high"],
            "allowance_gwh": interpolate_years(energy.astype(float), years)["value"],
            "basis": path["basis"].mask(ends["is_user"], "user_table"),
            "confidence": ends["confidence"],
            "source": ends["source"],
        }
    )


def _ends(count: pd.DataFrame, years: pd.Index) -> pd.DataFrame:
    """Known figures around each year: the smaller, the larger, the less certain one's mark."""
    known = count.reset_index().to_dict("records")  # plain rows: a table a year is ten times slower
    columns = ["low", "high", "confidence", "source", "is_user"]
    rows = [_around(known, year) for year in years]
    return pd.DataFrame(rows, index=years, columns=columns).astype({"low": float, "high": float})


def _around(known: Sequence[Mapping[Hashable, Any]], year: int) -> tuple[Any, ...]:
    """Row of `_ends`; outside the known years nothing is known."""
    before = [row for row in known if row["fiscal_year"] <= year]
    after = [row for row in known if row["fiscal_year"] >= year]
    if not before or not after:
        return np.nan, np.nan, "", "", False
    ends = (before[-1], after[0])
    mark = _weakest([row["confidence"] for row in ends])
    return (
        np.fmin.reduce([row["value"] - row["rounding_mw"] for row in ends]),
        np.fmax.reduce([row["value"] + row["rounding_mw"] for row in ends]),
        mark,
        next((row["source"] for row in ends if row["confidence"] == mark), ""),
        all(row["source"] == USER for row in ends),
    )


def _weakest(marks: Sequence[str]) -> str:
    """The mark that trusts a figure least; "" where there is none."""
    known = [mark for mark in marks if mark in CONFIDENCES]
    return max(known, key=CONFIDENCES.index) if known else ""
