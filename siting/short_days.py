"""Days of a year on which energy goes unserved."""

from typing import Any

import pandas as pd

Row = dict[str, Any]

MOST_DAYS = 20

LEAST_GWH = 1e-6
"""A kilowatt-hour: less is what the solver leaves of nothing."""

MWH_PER_GWH = 1000.0


def short_days(slices: pd.DataFrame, balance: pd.DataFrame) -> list[Row]:
    """Days that fall short, the worst first.

    Parameters
    ----------
    slices : DataFrame, index slice
        day, hours [h], weight_days.
    balance : DataFrame, index (area, slice)
        unserved_mw. [MW]

    Returns
    -------
    list of dict
        day as the slices name it; unserved_gwh of all its repetitions and areas; hours of one such
        day that fall short; the area with most of it. At most `MOST_DAYS`.
    """
    mw: Any = balance["unserved_mw"].unstack("area").reindex(slices.index)
    per_day = slices["hours"] * slices["weight_days"] / MWH_PER_GWH
    gwh = mw.mul(per_day, axis=0).groupby(slices["day"], sort=False).sum()
    total = gwh.sum(axis=1)
    worst = total[total > LEAST_GWH].sort_values(ascending=False, kind="stable")
    hours = slices["hours"].where(mw.sum(axis=1) > 0.0, 0).groupby(slices["day"]).sum()
    return [
        {
            "day": str(day),
            "unserved_gwh": float(short),
            "hours": int(hours[day]),
            "area": str(gwh.loc[day].idxmax()),
        }
        for day, short in worst.head(MOST_DAYS).items()
    ]
