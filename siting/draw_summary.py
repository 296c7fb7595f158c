"""When the data centres of a plan draw, and what they add to the load that plants must follow."""

from typing import Any

import numpy as np
import pandas as pd

from optimize.plan import Plan
from siting.day_names import day_rows
from siting.question import Question

Row = dict[str, Any]

ALL = "all"
"""Key of the areas with data centres together."""

NOISE_MW = 1e-3
"""Less than a kilowatt is the solver's rounding."""

SHARE_DIGITS, MW_DIGITS = 4, 1
"""More digits say nothing, and the file is mailed."""


def draw_summary(question: Question, plan: Plan) -> Row | None:
    """Draw by typical day and hour of the last year; None without typical days or draw.

    Returns
    -------
    dict or None
        fiscal_year; days; hours (first of each slice); weight_hours: how often a year a cell comes
        [h]. `areas`, largest draw first, all together as `all` where there are several: mean_mw,
        draw_share: draw of a cell over the mean [-], sun_share: what the sun supplies over demand
        and draw [-]. `residual`: load of the areas with data centres less what sun and wind could
        supply, sorted, without and with the draw: hours [h], mw [MW].
    """
    dispatch, year = question.problem.dispatch, question.problem.years[-1]
    if dispatch is None or plan.balance.empty:
        return None
    balance: Any = plan.balance.xs(year, level="fiscal_year")
    most = balance["draw_mw"].groupby(level="area").max()
    areas = list(most.index[most > NOISE_MW])
    if not areas:
        return None
    used = balance[balance.index.get_level_values("area").isin(areas)]
    slices = dispatch.slices.assign(weight_hours=dispatch.hours_per_year())
    days = list(dict.fromkeys(slices["day"]))
    return {
        "fiscal_year": year,
        "days": day_rows(days),
        "hours": sorted(set(slices["hour"].astype(int))),
        "weight_hours": _grid(slices["weight_hours"], slices, days, MW_DIGITS),
        "areas": _areas(used, slices, days),
        "residual": _residual(used, slices["weight_hours"]),
    }


def _areas(used: pd.DataFrame, slices: pd.DataFrame, days: list[str]) -> list[Row]:
    """Every area with draw, and all of them together where there are several."""
    tables = {str(area): rows.droplevel("area") for area, rows in used.groupby(level="area")}
    if len(tables) > 1:
        tables[ALL] = used.groupby(level="slice", sort=False).sum()
    index = slices.index
    rows = [_area(area, table.reindex(index), slices, days) for area, table in tables.items()]
    return sorted(rows, key=lambda row: -row["mean_mw"])


def _area(area: str, table: pd.DataFrame, slices: pd.DataFrame, days: list[str]) -> Row:
    hours = slices["weight_hours"]
    mean_mw = float((table["draw_mw"] * hours).sum() / hours.sum())
    use = table["demand_mw"] + table["draw_mw"]
    sun = _supply(table, "solar_mw") / use.where(use > 0)
    return {
        "area": area,
        "mean_mw": round(mean_mw, MW_DIGITS),
        "draw_share": _grid(table["draw_mw"] / mean_mw, slices, days, SHARE_DIGITS),
        "sun_share": _grid(sun, slices, days, SHARE_DIGITS),
    }


def _supply(table: pd.DataFrame, column: str) -> pd.Series:
    """Supply of a technology; an area without a plant of it has no value there, and no supply."""
    if column not in table:
        return pd.Series(0.0, index=table.index)
    return table[column].fillna(0.0)


def _grid(values: pd.Series, slices: pd.DataFrame, days: list[str], digits: int) -> list[list[Any]]:
    """A value by typical day (rows) and slice (columns); None where there is none."""
    cells = slices.assign(value=values.reindex(slices.index)).pivot_table(
        index="day", columns="hour", values="value", dropna=False, observed=False
    )
    return [
        [None if np.isnan(value) else round(float(value), digits) for value in row]
        for row in cells.reindex(days).to_numpy()
    ]


def _residual(used: pd.DataFrame, hours: pd.Series) -> Row:
    """Two load duration curves: what is left for plants with fuel, water and ties."""
    free = _supply(used, "solar_mw") + _supply(used, "wind_mw") + used["curtailed_mw"].fillna(0.0)
    without = (used["demand_mw"] - free).groupby(level="slice").sum()
    with_draw = without + used["draw_mw"].groupby(level="slice").sum()
    return {"without": _sorted(without, hours), "with": _sorted(with_draw, hours)}


def _sorted(load_mw: pd.Series, hours: pd.Series) -> Row:
    ordered = load_mw.sort_values(ascending=False, kind="stable")
    lasting = hours.reindex(ordered.index)
    return {
        "hours": [round(float(each), MW_DIGITS) for each in lasting],
        "mw": [round(float(each), MW_DIGITS) for each in ordered],
    }
