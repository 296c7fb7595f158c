"""The days chosen from the user's own year as the summary of a run shows them."""

from typing import Any

from grid.day_errors import day_errors
from grid.hourly_year import is_leap_day
from grid.slices import HOURS_PER_DAY
from grid.typical_days import extreme_days, residual_load_mw
from siting.day_names import day_rows
from siting.own_year import OwnYear, own_year
from siting.scenario import Scenario

Row = dict[str, Any]


def days_summary(scenario: Scenario) -> Row | None:
    """Which days stand for the year of `time.hourly_file`, and how far they are off; None without.

    Returns
    -------
    dict
        file; first and last date of the year; hours. `left_out`: day and forced of the 29 February
        of a leap year, None without. `days`: day, name_ja, name_en, days_per_year,
        forced (names of `grid.typical_days.FORCED`). `errors`: area, figure, year, typical and
        error_share, see `grid.day_errors`. `factors`: area, quantity and what the hours of the days
        that are not forced were multiplied by [-].
    """
    own = own_year(scenario)
    if own is None:
        return None
    chosen, hours = own.chosen, own.hours
    kinds = chosen.kinds.set_index("day")
    errors = day_errors(hours, chosen, own.capacity_mw)
    return {
        "file": scenario.time.hourly_file,
        "first": f"{hours.index[0]:%Y-%m-%d}",
        "last": f"{hours.index[-1]:%Y-%m-%d}",
        "hours": len(hours),
        "left_out": _left_out(own),
        "days": [
            {
                **row,
                "days_per_year": float(kinds["days_per_year"][row["day"]]),
                "forced": kinds["forced"][row["day"]].split(),
            }
            for row in day_rows(kinds.index)
        ],
        # what is left is the rounding of the computer
        "errors": errors.round(9).reset_index().to_dict("records"),
        "factors": chosen.factors.rename("factor").reset_index().to_dict("records"),
    }


def _left_out(own: OwnYear) -> Row | None:
    """The day that makes the file's year a leap year, and which extremes of it go with that day."""
    hours = own.file_hours
    if len(hours) == len(own.hours):
        return None
    place = int(is_leap_day(hours.index).argmax()) // HOURS_PER_DAY
    extremes = extreme_days(residual_load_mw(hours, own.capacity_mw))
    day = f"{hours.index[place * HOURS_PER_DAY]:%Y-%m-%d}"
    return {"day": day, "forced": extremes.get(place, [])}
