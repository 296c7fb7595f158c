"""Supply against peak demand in each area, before data centres that a plan adds."""

from collections.abc import Mapping, Sequence

import pandas as pd

from grid.outlook import interpolate_years

STANDARDS = ("h3", "h1")
SUMMER = "summer"


def adequacy_table(
    peaks: pd.DataFrame,
    years: Sequence[int],
    *,
    seasons: Sequence[str],
    winter_peak_share: Mapping[str, float],
    h1_uplift_share: float,
    required_share: Mapping[str, float],
) -> pd.DataFrame:
    """Own supply and demand of each area at its seasonal peak, under both weather standards.

    H3 is the mean of the three highest daily peaks in normal weather, H1 the once-in-ten-years
    peak. Summer H3 is the annual peak in every area: a little too strict where winter is higher.
    Winter supply is the supply at the annual peak, the only one published here. Values between
    published years are interpolated, beyond them held; no growth is invented.

    Parameters
    ----------
    peaks : DataFrame
        Columns `area`, `quantity` (`annual_peak`, `supply_at_peak`), `fiscal_year`, `mw`; facts
        table `area_peaks`, with further years appended where the user has them. [MW]
    years : sequence of int
        Fiscal years.
    seasons : sequence of str
        Of `summer`, `winter`.
    winter_peak_share : mapping of str to float
        Area to winter H3 over annual peak, an assumption; without it winter is unknown. [-]
    h1_uplift_share : float
        H1 over H3, less one. [-]
    required_share : mapping of str to float
        Standard (`h3`, `h1`) to the margin it requires: 0.08 and 0.03. [-]

    Returns
    -------
    DataFrame, index (area, standard, season, fiscal_year)
        `supply_mw`, `demand_mw` [MW], `margin_share` that the standard requires, `own_margin_share`
        that the area has before any interconnector's help [-], `basis` of the annual peak
        (published, interpolated or held).
    """
    yearly = pd.concat(
        {str(area): _peak_and_supply(own, years) for area, own in peaks.groupby("area")},
        names=["area", "fiscal_year"],
    ).reset_index()
    cases = _seasons_of_areas(sorted(set(yearly["area"])), seasons, winter_peak_share).merge(
        _standards(h1_uplift_share, required_share), how="cross"
    )
    table = yearly.merge(cases, on="area")
    table["demand_mw"] = table["peak_mw"] * table["season_share"] * (1 + table["uplift_share"])
    table["own_margin_share"] = table["supply_mw"] / table["demand_mw"] - 1
    index = ["area", "standard", "season", "fiscal_year"]
    columns = ["supply_mw", "demand_mw", "margin_share", "own_margin_share", "basis"]
    return table.set_index(index)[columns].sort_index()


def _peak_and_supply(own: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Annual peak and supply of one area over the years."""
    of = {
        quantity: interpolate_years(
            own[own["quantity"] == quantity].set_index("fiscal_year")["mw"], years, hold_ends=True
        )
        for quantity in ("annual_peak", "supply_at_peak")
    }
    return pd.DataFrame(
        {
            "peak_mw": of["annual_peak"]["value"],
            "supply_mw": of["supply_at_peak"]["value"],
            "basis": of["annual_peak"]["basis"],
        }
    )


def _seasons_of_areas(
    areas: Sequence[str], seasons: Sequence[str], winter_peak_share: Mapping[str, float]
) -> pd.DataFrame:
    """Seasonal peak over annual peak, one row an area and season."""
    rows = [
        (area, season, 1.0 if season == SUMMER else winter_peak_share.get(area, float("nan")))
        for area in areas
        for season in seasons
    ]
    return pd.DataFrame(rows, columns=["area", "season", "season_share"])


def _standards(h1_uplift_share: float, required_share: Mapping[str, float]) -> pd.DataFrame:
    """Uplift and required margin, one row a standard."""
    return pd.DataFrame(
        {
            "standard": STANDARDS,
            "uplift_share": [0.0, h1_uplift_share],
            "margin_share": [required_share[standard] for standard in STANDARDS],
        }
    )
