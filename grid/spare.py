"""Room for more load under the reserve standards: own supply, ties, conditional connection."""

import numpy as np
import pandas as pd

from grid.slices import HOURS_PER_DAY
from grid.transfer import spare_with_ties

NONE = "none"
"""Case without any addition."""

PEAK_DAYS = {"summer_peak": "summer", "winter_peak": "winter"}

NET = ["fiscal_year", "season", "standard", "case"]
COLUMNS = [
    "area",
    *NET,
    "supply_mw",
    "demand_mw",
    "new_mw",
    "required_share",
    "own_margin_share",
    "tied_margin_share",
    "import_mw",
    "spare_own_mw",
    "spare_mw",
    "conditional_mw",
    "relieved_mw",
    "binding",
    "limited_by",
    "basis",
]


def adequacy_with_additions(
    base: pd.DataFrame,
    new_mw: pd.DataFrame,
    ties: pd.DataFrame,
    *,
    relief: pd.DataFrame,
    conditional_share: float,
) -> pd.DataFrame:
    """Margins and room of each area with and without additions, alone and with ties.

    Load = `demand_mw` + `new_mw`; r = `required_share`. Capacity over ties is what remains after
    the shortfalls of all other areas, additions included (`grid.transfer.spare_with_ties`); each
    area is asked alone, so the rooms of two areas do not add up.

    A conditional load gives way by `conditional_share` for the highest hours of the day, three in
    `peak_relief`. Room X for firm load then takes min(X / (1 - conditional_share), X + L) of it:
    within those hours it draws less, in the next highest hour all of it, and there the demand
    known today has fallen by L = relief_share * `demand_mw`. Additions are taken as level over
    the day, they do not fall.

    Parameters
    ----------
    base : DataFrame, index (area, standard, season, fiscal_year)
        Result of `grid.adequacy.adequacy_table`. [MW, -]
    new_mw : DataFrame
        Columns `case`, `area`, `fiscal_year`, `new_mw`: load at the peak that the forecast behind
        `base` does not hold, one row a case, area and year. No row means no addition, NaN an
        unknown one. Rows beyond the areas and years of `base` are not used. [MW]
    ties : DataFrame, index (tie, direction, fiscal_year)
        `TieCapacities.known` of `grid.ties`, over the years of `base`. [MW]
    relief : DataFrame
        Columns `area`, `season`, `relief_share`; result of `peak_relief`. [-]
    conditional_share : float
        Share of a conditional load that gives way, from 0 to below 1. [-]

    Returns
    -------
    DataFrame, one row an area, fiscal_year, season, standard and case (`none` and those given)
        `supply_mw`, `demand_mw` without additions, `new_mw` [MW]; `required_share`;
        `own_margin_share` = supply / load - 1; `tied_margin_share` = r + (1 + r) `spare_mw` / load,
        the margin over its load when the area takes all the firm capacity it can get, lower
        than its own where others need its capacity [-]; `import_mw`, firm capacity that then
        arrives over ties; `spare_own_mw` = supply / (1 + r) - load, and `spare_mw`, the same with
        ties: load that still fits, negative if the standard is broken; `conditional_mw`, what
        could be let in beyond `spare_mw` if it were conditional, 0 where nothing fits;
        `relieved_mw` = min(conditional_share * `new_mw`, L), by how much the additions
        would lower the peak if they were conditional themselves (the two share L: not to be added)
        [MW]; `binding` and `limited_by` as in `spare_with_ties`; `basis` of the annual peak.
        Unknown supply, demand or addition makes the row NaN.
    """
    table = _with_cases(base, new_mw)
    table = table.join(_over_ties(table, ties))
    load_mw = table["demand_mw"] + table["new_mw"]
    factor = 1 + table["required_share"]
    table["own_margin_share"] = table["supply_mw"] / load_mw - 1
    table["tied_margin_share"] = table["required_share"] + table["firm_mw"] / load_mw
    table["spare_own_mw"] = table["supply_mw"] / factor - load_mw
    table["spare_mw"] = table["firm_mw"] / factor
    relief_mw = _relief_mw(table, relief)
    gained = conditional_share / (1 - conditional_share) * table["spare_mw"].clip(lower=0)
    table["conditional_mw"] = _at_most(gained, relief_mw)
    table["relieved_mw"] = _at_most(conditional_share * table["new_mw"], relief_mw)
    return table[COLUMNS]


def peak_relief(typical_days: pd.DataFrame, *, hours: int = 3) -> pd.DataFrame:
    """What some hours of giving way can take off the peak day of each area and season.

    The highest `hours` hours, in a row or not, may be lowered down to the next highest, not below:
    there nobody gives way any more.

    Parameters
    ----------
    typical_days : DataFrame
        Columns `area`, `day`, `hour`, `demand_mw` of the days `summer_peak` and `winter_peak`,
        winter filled (`grid.slices.season_days`). [MW]
    hours : int
        Hours a day that a load may be asked to give way, 0 to 23. [h]

    Returns
    -------
    DataFrame
        `area`, `season`, `relief_share` = 1 - next highest hour / highest hour [-], NaN where an
        hour of the day is not known.
    """
    days = typical_days[typical_days["day"].isin(PEAK_DAYS)]
    profile = days.pivot(index=["area", "day"], columns="hour", values="demand_mw")
    # Missing hours become NaN and sort to the end, so that an incomplete day has no highest hour.
    rising = np.sort(profile.reindex(columns=range(HOURS_PER_DAY)).to_numpy(dtype=float), axis=1)
    highest, following = pd.Series(rising[:, -1]), pd.Series(rising[:, -1 - hours])
    return pd.DataFrame(
        {
            "area": profile.index.get_level_values("area"),
            "season": profile.index.get_level_values("day").map(PEAK_DAYS),
            "relief_share": 1 - following / highest,
        }
    )


def _with_cases(base: pd.DataFrame, new_mw: pd.DataFrame) -> pd.DataFrame:
    """Rows of `base` once for each case, with the load that the case adds."""
    rows = base.reset_index().rename(columns={"margin_share": "required_share"})
    rows = rows.drop(columns="own_margin_share")
    cases = pd.DataFrame({"case": [NONE, *dict.fromkeys(new_mw["case"])]})
    keys = ["case", "area", "fiscal_year"]
    table = rows.merge(cases, how="cross").merge(
        new_mw[[*keys, "new_mw"]], on=keys, how="left", indicator="listed", validate="m:1"
    )
    added = table["new_mw"].where(table["listed"] == "both", 0.0)
    return table.assign(new_mw=added).drop(columns="listed")


def _over_ties(table: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Firm capacity each row could still use, over the ties of its year, on the rows' index."""
    load_mw = table["demand_mw"] + table["new_mw"]
    available_mw = table["supply_mw"] - (1 + table["required_share"]) * load_mw
    links = ties.reset_index()
    parts = [_of_one_net(own, available_mw[own.index], links) for _, own in table.groupby(NET)]
    return pd.concat(parts).rename(columns={"spare_mw": "firm_mw"})


def _of_one_net(own: pd.DataFrame, available_mw: pd.Series, links: pd.DataFrame) -> pd.DataFrame:
    """Rows `own` of one year, season, standard and case: keyed by area inside, by row outside."""
    of_year = links[links["fiscal_year"] == own["fiscal_year"].iloc[0]]
    spare = spare_with_ties(available_mw.set_axis(pd.Index(own["area"])), of_year)
    return spare.set_axis(own.index)


def _relief_mw(table: pd.DataFrame, relief: pd.DataFrame) -> pd.Series:
    """L of each row: what the hours of giving way can take off its demand."""
    share = relief.set_index(["area", "season"])["relief_share"].astype(float)
    keys = pd.MultiIndex.from_frame(table[["area", "season"]])
    return pd.Series(share.reindex(keys).to_numpy(), index=table.index) * table["demand_mw"]


def _at_most(mw: pd.Series, limit_mw: pd.Series) -> pd.Series:
    """The lower of the two; nothing stays nothing even where the limit is unknown."""
    least = pd.concat([mw, limit_mw], axis=1).min(axis=1, skipna=False)
    return least.mask(mw == 0, 0.0)
