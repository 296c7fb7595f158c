"""Made years of demand, sun and wind by the hour: their figures are invented."""

import io

import numpy as np
import pandas as pd

from data.contract import AREAS

BASE_MW = dict(
    zip(AREAS, (3400, 8600, 32000, 14500, 3200, 16000, 6700, 2900, 9700, 900), strict=True)
)
CAPACITY_MW = pd.Series(
    {
        (area, tech): base * part
        for area, base in BASE_MW.items()
        for tech, part in (("solar", 0.8), ("wind", 0.2))
    }
).rename_axis(["area", "tech"])


def made_year(first="2025-04-01", days=365, seed=1, areas=AREAS):
    """Wide table as `read_own_hours` returns it: seasons, weekends, weather that changes daily."""
    rng = np.random.default_rng(seed)
    start = pd.date_range(first, periods=24 * days, freq="h", name="start")
    hour, day = np.tile(np.arange(24), days), np.repeat(np.arange(days), 24)
    season = np.cos(2 * np.pi * (start.day_of_year.to_numpy() - 20) / 182.5)
    free = np.where(start.day_of_week.to_numpy() >= 5, 0.88, 1.0)
    clock = 1 + 0.2 * np.sin(2 * np.pi * (hour - 9) / 24)
    up = np.clip(np.sin(np.pi * (hour - 5.5) / 13), 0, None)
    columns = {}
    for area in areas:
        mood, sky, blow = (rng.uniform(low, 1, days)[day] for low in (0.9, 0.2, 0.02))
        columns[area, "demand_mw"] = BASE_MW[area] * (1 + 0.15 * season) * free * clock * mood
        columns[area, "solar_share"] = 0.8 * up * sky
        columns[area, "wind_share"] = 0.9 * blow
    table = pd.DataFrame(columns, index=start)
    return table.rename_axis(columns=["area", "quantity"])


def patterns(labels, first="2025-04-01"):
    """A year of days that are each one of a few patterns of Tokyo alone."""
    shapes = {
        name: 20_000 + 1_000 * place + 200 * np.sin(np.arange(24) * (place + 1))
        for place, name in enumerate(dict.fromkeys(labels))
    }
    start = pd.date_range(first, periods=24 * len(labels), freq="h", name="start")
    values = np.concatenate([shapes[name] for name in labels])
    columns = pd.MultiIndex.from_tuples([("tokyo", "demand_mw")], names=["area", "quantity"])
    return pd.DataFrame(values[:, None], index=start, columns=columns)


def csv_of(table, form="%Y-%m-%d %H:%M"):
    """The file of a wide table, as text."""
    long = table.stack("area", future_stack=True).reset_index()
    long = long.rename(columns={"start": "time"}).assign(time=lambda t: t["time"].dt.strftime(form))
    found = [name for name in ("demand_mw", "solar_share", "wind_share") if name in long]
    rows = io.StringIO()
    long[["time", "area", *found]].round(6).to_csv(rows, index=False, lineterminator="\n")
    return rows.getvalue()
