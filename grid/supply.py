"""Power plants of each area, by technology."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from data.units import myen_from_yen

WITHOUT_FUEL = ("solar", "wind")
WITHOUT_EMISSIONS = ("nuclear", "hydro", "solar", "wind")
"""No direct emissions; building and fuel supply are outside the boundary of these figures."""

UNLISTED = "unlisted"
KWH_PER_MWH = 1000.0


def fleet(
    supply_observed: pd.DataFrame,
    fleets: pd.DataFrame,
    *,
    wind_fleet_mw: Mapping[str, float],
    fuel_cost_yen_per_kwh: Mapping[str, float],
    t_per_mwh: Mapping[str, float],
    hydro_daily_share: float,
) -> pd.DataFrame:
    """Plants of each area with cost and direct emissions.

    Large units count with the greatest output seen in the season observed, a lower bound on what
    is there. A technology without a figure in an area is left out, not set to zero.

    Parameters
    ----------
    supply_observed : DataFrame
        Facts table `supply_observed`: `area`, `tech`, `mw` [MW], `confidence`.
    fleets : DataFrame
        Facts table `fleets`, the same columns, solar.
    wind_fleet_mw : mapping of str to float
        Area to assumed wind fleet; replaces a wind row of `fleets`. [MW]
    fuel_cost_yen_per_kwh : mapping of str to float
        Technology to assumed cost of one more kWh; solar and wind cost nothing. [yen/kWh]
    t_per_mwh : mapping of str to float
        Burning technologies to direct emissions. [t/MWh]
    hydro_daily_share : float
        Energy of a day over that of full output all day. [-]

    Returns
    -------
    DataFrame, index (area, tech)
        `capacity_mw` [MW], `cost_myen_per_mwh`, `t_per_mwh`, `daily_energy_share` (hydro only, NaN
        elsewhere) [-], `confidence`.

    Raises
    ------
    InputError
        A technology has no cost or no emission factor; all of them are named.
    """
    wind = pd.DataFrame(
        {"area": list(wind_fleet_mw), "mw": list(wind_fleet_mw.values()), "tech": "wind"}
    ).assign(confidence="assumed")
    columns = ["area", "tech", "mw", "confidence"]
    rows = pd.concat([supply_observed[columns], fleets[columns], wind[columns]])
    rows = rows.dropna(subset="mw").drop_duplicates(["area", "tech"], keep="last")
    fuel_cost = {tech: _myen_per_mwh(cost) for tech, cost in fuel_cost_yen_per_kwh.items()}
    cost = dict.fromkeys(WITHOUT_FUEL, 0.0) | fuel_cost
    emissions = dict.fromkeys(WITHOUT_EMISSIONS, 0.0) | dict(t_per_mwh)
    _refuse_gaps(rows["tech"], {"fuel_cost_yen_per_kwh": cost, "t_per_mwh": emissions})
    table = pd.DataFrame(
        {
            "area": rows["area"],
            "tech": rows["tech"],
            "capacity_mw": rows["mw"].astype(float),
            "cost_myen_per_mwh": rows["tech"].map(cost),
            "t_per_mwh": rows["tech"].map(emissions),
            "daily_energy_share": np.where(rows["tech"] == "hydro", hydro_daily_share, np.nan),
            "confidence": rows["confidence"],
        }
    )
    return table.set_index(["area", "tech"]).sort_index()


def unlisted_supply(
    plants: pd.DataFrame,
    supply_mw: pd.Series,
    *,
    cost_yen_per_kwh: float,
    t_per_mwh: float,
) -> pd.DataFrame:
    """What the supply plan counts beyond the large units seen, as one technology `unlisted`.

    Small thermal, biomass, geothermal and run-of-river plants are not among the units published
    one by one. Without them an area cannot cover its own peak on paper.

    Parameters
    ----------
    plants : DataFrame, index (area, tech)
        Result of `fleet`.
    supply_mw : Series, index area
        Supply at the annual peak in the supply plan. [MW]
    cost_yen_per_kwh : float
        Assumed cost. [yen/kWh]
    t_per_mwh : float
        Assumed direct emissions. [t/MWh]

    Returns
    -------
    DataFrame, index (area, tech)
        Columns of `fleet`; areas with a gap only. The plan's small summer share of solar and wind
        is inside the gap, so it is a little too large.
    """
    technologies = plants.index.get_level_values("tech")
    firm_mw = plants["capacity_mw"][~technologies.isin(WITHOUT_FUEL)].groupby(level="area").sum()
    gap_mw = (supply_mw - firm_mw.reindex(supply_mw.index, fill_value=0.0)).rename("capacity_mw")
    table = gap_mw[gap_mw > 0].rename_axis("area").to_frame().assign(tech=UNLISTED)
    return (
        table.set_index("tech", append=True)
        .sort_index()
        .assign(
            cost_myen_per_mwh=_myen_per_mwh(cost_yen_per_kwh),
            t_per_mwh=t_per_mwh,
            daily_energy_share=np.nan,
            confidence="assumed",
        )
    )


def _myen_per_mwh(cost_yen_per_kwh: float) -> float:
    return myen_from_yen(KWH_PER_MWH * cost_yen_per_kwh)


def _refuse_gaps(techs: pd.Series, by_field: Mapping[str, Mapping[str, float]]) -> None:
    problems = [
        Problem(f"{field}.{tech}", "nothing", "a number for every technology of the fleet")
        for field, values in by_field.items()
        for tech in sorted(set(techs) - set(values))
    ]
    if problems:
        raise InputError("assumptions", problems)
