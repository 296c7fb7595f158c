"""Time slices: blocks of hours in typical days, each standing for many days of a year."""

from collections.abc import Collection, Mapping

import pandas as pd

from data.errors import InputError, Problem

HOURS_PER_DAY = 24
RENEWABLES = ("solar", "wind")

DAY_BEHIND = {
    "autumn_weekday": "spring_weekday",
    "autumn_holiday": "spring_holiday",
    "autumn_still": "spring_weekday",
    "winter_weekday": "spring_weekday",
    "winter_holiday": "spring_holiday",
    "winter_peak": "spring_weekday",
}
"""Day whose demand shape stands in where the observed series do not reach."""


def season_days(
    typical_days: pd.DataFrame,
    *,
    winter_demand_ratio: Mapping[str, float],
    autumn_demand_ratio: Mapping[str, float],
) -> pd.DataFrame:
    """Typical days with the demand of autumn and winter filled from spring.

    Observed demand covers spring and summer. The other seasons take the spring shape of the same
    kind of day times a ratio for each area; the result says so.

    Parameters
    ----------
    typical_days : DataFrame
        Facts table `typical_days`: `area`, `day`, `hour`, `demand_mw` [MW], ...
    winter_demand_ratio, autumn_demand_ratio : mapping of str to float
        Area to demand over spring demand, assumptions. [-]

    Returns
    -------
    DataFrame
        `typical_days` with `demand_mw` filled and `demand_basis` (observed or assumed).

    Raises
    ------
    InputError
        An area to be filled has no ratio.
    """
    is_gap = typical_days["demand_mw"].isna() & typical_days["day"].isin(DAY_BEHIND)
    gaps = typical_days[is_gap]
    ratios = {"winter": winter_demand_ratio, "autumn": autumn_demand_ratio}
    _refuse_missing_ratios(gaps, ratios)
    season = gaps["day"].str.split("_").str[0]
    ratio = [ratios[name][area] for name, area in zip(season, gaps["area"], strict=True)]
    spring = typical_days.set_index(["area", "day", "hour"])["demand_mw"]
    behind = pd.MultiIndex.from_arrays(
        [gaps["area"], gaps["day"].map(DAY_BEHIND), gaps["hour"]], names=spring.index.names
    )
    filled = typical_days.assign(demand_basis="observed")
    filled.loc[is_gap, "demand_mw"] = spring.reindex(behind).to_numpy() * ratio
    filled.loc[is_gap, "demand_basis"] = "assumed"
    return filled


def scale_day_to_peak(
    typical_days: pd.DataFrame, day: str, *, peak_mw: Mapping[str, float]
) -> pd.DataFrame:
    """Stretch the demand of one day so that its greatest hour equals a peak.

    Parameters
    ----------
    typical_days : DataFrame
        Columns `area`, `day`, `hour`, `demand_mw`. [MW]
    day : str
        Day to stretch, such as `winter_peak`.
    peak_mw : mapping of str to float
        Area to peak; areas not named stay as they are. [MW]

    Returns
    -------
    DataFrame
        `typical_days` with that day's demand changed.
    """
    is_day = (typical_days["day"] == day) & typical_days["area"].isin(peak_mw)
    own = typical_days[is_day]
    top_mw = own.groupby("area")["demand_mw"].transform("max")
    stretched = typical_days.copy()
    stretched.loc[is_day, "demand_mw"] = own["demand_mw"] * own["area"].map(dict(peak_mw)) / top_mw
    return stretched


def slice_table(
    day_kinds: pd.DataFrame, *, days: Collection[str] | None, hours_per_slice: int
) -> pd.DataFrame:
    """Slices of the chosen days, in the order of the table and of the clock.

    The chosen days stand for the whole year: weights of days left out are spread over them in
    proportion.

    Parameters
    ----------
    day_kinds : DataFrame
        Facts table `day_kinds`: `day`, `days_per_year`.
    days : collection of str, or None
        Days to use; None for all.
    hours_per_slice : int
        Length of a slice, a divisor of 24. [h]

    Returns
    -------
    DataFrame, index slice
        `day`, `hour` (start, JST), `hours` [h], `weight_days` (days a year it stands for).

    Raises
    ------
    InputError
        An unknown day, no day, or hours that do not divide the day.
    """
    _refuse_bad_time(day_kinds["day"], days, hours_per_slice)
    kinds = day_kinds if days is None else day_kinds[day_kinds["day"].isin(days)]
    spread = day_kinds["days_per_year"].sum() / kinds["days_per_year"].sum()
    starts = pd.DataFrame({"hour": range(0, HOURS_PER_DAY, hours_per_slice)})
    table = kinds[["day", "days_per_year"]].merge(starts, how="cross")
    table = table.assign(hours=hours_per_slice, weight_days=table["days_per_year"] * spread)
    names = pd.Index(slice_names(table["day"], table["hour"]), name="slice")
    return table[["day", "hour", "hours", "weight_days"]].set_index(names)


def slice_names(days: pd.Series, hours: pd.Series) -> list[str]:
    """Key of each slice: its day and the hour it starts."""
    return [f"{day}-{hour:02d}" for day, hour in zip(days, hours, strict=True)]


def slice_demand(typical_days: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Mean demand in each slice.

    Parameters
    ----------
    typical_days : DataFrame
        Columns `area`, `day`, `hour`, `demand_mw`, every hour of the day. [MW]
    slices : DataFrame, index slice
        Result of `slice_table`.

    Returns
    -------
    DataFrame, index slice, columns area
        [MW]
    """
    return _block_means(typical_days, slices, "demand_mw")


def slice_availability(typical_days: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Mean output of solar and wind over their capacity in each slice.

    Parameters
    ----------
    typical_days : DataFrame
        Columns `area`, `day`, `hour`, `solar_share`, `wind_share`. [-]
    slices : DataFrame, index slice
        Result of `slice_table`.

    Returns
    -------
    DataFrame, index slice, columns (area, tech)
        [-], NaN where no series is known.
    """
    means = {tech: _block_means(typical_days, slices, f"{tech}_share") for tech in RENEWABLES}
    table = pd.concat(means, axis=1).swaplevel(axis=1).sort_index(axis=1)
    return table.rename_axis(columns=["area", "tech"])


def _block_means(typical_days: pd.DataFrame, slices: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean of a column over the hours of each slice, one column an area.

    A block with a missing hour is missing: a mean over what is left would look complete.
    """
    hours_per_slice = int(slices["hours"].iloc[0])
    used = typical_days[typical_days["day"].isin(slices["day"])]
    start = used["hour"] // hours_per_slice * hours_per_slice
    blocks = used.assign(slice=slice_names(used["day"], start)).groupby(["slice", "area"])[column]
    means = blocks.mean().where(blocks.count() == hours_per_slice)
    return means.unstack("area").reindex(slices.index)


def _refuse_missing_ratios(gaps: pd.DataFrame, ratios: Mapping[str, Mapping[str, float]]) -> None:
    problems = [
        Problem(f"{season}_demand_ratio.{area}", "nothing", "demand over spring demand, about 1")
        for season, by_area in ratios.items()
        for area in sorted(set(gaps["area"][gaps["day"].str.startswith(season)]) - set(by_area))
    ]
    if problems:
        raise InputError("assumptions", problems)


def _refuse_bad_time(known: pd.Series, days: Collection[str] | None, hours: int) -> None:
    chosen = list(known) if days is None else list(days)
    listing = ", ".join(known)
    problems = [
        Problem("time.days", repr(day), f"one of {listing}")
        for day in chosen
        if day not in set(known)
    ]
    if not chosen:
        problems.append(Problem("time.days", "an empty list", f"all, or some of {listing}"))
    if hours < 1 or HOURS_PER_DAY % hours:
        problems.append(Problem("time.hours_per_slice", str(hours), "a divisor of 24"))
    if problems:
        raise InputError("time", problems)
