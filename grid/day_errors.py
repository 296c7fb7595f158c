"""How far typical days are off the year they stand for."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from grid.typical_days import ChosenDays, residual_load_mw

JAPAN = "japan"
MWH_PER_GWH = 1000.0
MEANS = {"demand_mw": "energy_gwh", "solar_share": "solar_share", "wind_share": "wind_share"}

Figure = tuple[str, str, float, float]
"""Area, figure, of the year, of the typical days."""


def day_errors(hours: pd.DataFrame, chosen: ChosenDays, capacity_mw: pd.Series) -> pd.DataFrame:
    """Energy, peak, sun and wind of each area, in the year and in the days that stand for it.

    Parameters
    ----------
    hours : DataFrame
        As in `grid.typical_days.choose_days`.
    chosen : ChosenDays
        Its result.
    capacity_mw : Series, index (area, tech)
        Fleets of sun and wind. [MW]

    Returns
    -------
    DataFrame, index (area, figure)
        year, typical, error_share (typical over year less one [-], NaN where the year has nothing).
        Figures: energy_gwh [GWh], peak_mw [MW]; solar_share, wind_share: mean over the year [-].
        `japan`, all areas together: energy_gwh, peak_mw, residual_peak_mw and
        residual_minimum_mw, of the load that sun and wind leave [MW].
    """
    days, weights = _wide(chosen), _weights(chosen)
    rows = [*_by_area(hours, days, weights), *_together(hours, days, weights, capacity_mw)]
    columns = ["area", "figure", "year", "typical"]
    table = pd.DataFrame(rows, columns=columns).set_index(columns[:2])
    known = table["year"].where(table["year"] != 0.0)
    return table.assign(error_share=(table["typical"] - table["year"]) / known.abs())


def _wide(chosen: ChosenDays) -> pd.DataFrame:
    """Index (day, hour), columns (area, quantity), without those not known."""
    wide: Any = chosen.days.set_index(["day", "hour", "area"])[list(MEANS)].unstack("area")
    table: pd.DataFrame = wide.swaplevel(axis=1).rename_axis(columns=["area", "quantity"])
    return table.dropna(axis=1, how="all")


def _weights(chosen: ChosenDays) -> pd.Series:
    return chosen.kinds.set_index("day")["days_per_year"]


def _by_area(hours: pd.DataFrame, days: pd.DataFrame, weights: pd.Series) -> Iterator[Figure]:
    areas, quantities = (hours.columns.get_level_values(level) for level in (0, 1))
    for area, quantity in zip(areas, quantities, strict=True):
        year, typical = hours[area, quantity], days[area, quantity]
        total = float((typical * _of_hours(typical, weights)).sum())
        scale = MWH_PER_GWH if quantity == "demand_mw" else float(len(hours))
        yield str(area), MEANS[quantity], float(year.sum()) / scale, total / scale
        if quantity == "demand_mw":
            yield str(area), "peak_mw", float(year.max()), float(typical.max())


def _together(
    hours: pd.DataFrame, days: pd.DataFrame, weights: pd.Series, capacity_mw: pd.Series
) -> Iterator[Figure]:
    year, typical = residual_load_mw(hours, capacity_mw), residual_load_mw(days, capacity_mw)
    total = float((typical["demand"] * _of_hours(typical, weights)).sum())
    yield JAPAN, "energy_gwh", float(year["demand"].sum()) / MWH_PER_GWH, total / MWH_PER_GWH
    yield JAPAN, "peak_mw", float(year["demand"].max()), float(typical["demand"].max())
    for name, end in (("residual_peak_mw", "max"), ("residual_minimum_mw", "min")):
        yield JAPAN, name, float(year["residual"].agg(end)), float(typical["residual"].agg(end))


def _of_hours(table: pd.DataFrame | pd.Series, weights: pd.Series) -> pd.Series:
    """How often a year each hour comes."""
    often = weights.reindex(table.index.get_level_values("day"))
    return often.set_axis(table.index)
