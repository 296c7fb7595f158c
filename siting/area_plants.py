"""Power plants of every area as a scenario sees them: large units, sun, wind and the rest."""

import pandas as pd

from data.facts import read_fact
from grid.supply import fleet, unlisted_supply
from siting.by_year import by_key
from siting.scenario import Scenario


def area_plants(scenario: Scenario) -> pd.DataFrame:
    """Large units seen, sun, wind, and what the supply plan counts beyond them.

    Returns
    -------
    DataFrame, index (area, tech)
        Columns of `grid.supply.fleet`; plants with capacity only.
    """
    assumed = scenario.assumptions
    large = fleet(
        read_fact("supply_observed"),
        read_fact("fleets"),
        wind_fleet_mw=by_key(assumed.wind_fleet_mw),
        fuel_cost_yen_per_kwh=by_key(assumed.fuel_cost_yen_per_kwh),
        t_per_mwh=_direct_emissions(scenario),
        hydro_daily_share=assumed.hydro_daily_share,
    )
    peaks = read_fact("area_peaks").query("quantity == 'supply_at_peak'").set_index("area")
    rest = unlisted_supply(
        large,
        peaks["mw"],
        cost_yen_per_kwh=assumed.unlisted_cost_yen_per_kwh,
        t_per_mwh=assumed.unlisted_t_per_mwh,
    )
    plants = pd.concat([large, rest]).sort_index()
    return plants[plants["capacity_mw"] > 0]


def _direct_emissions(scenario: Scenario) -> dict[str, float]:
    """Direct emissions by fuel; gas between combined cycle and steam. [t/MWh]."""
    factors = read_fact("emission_factors").query("kind == 'direct_tech'").set_index("subject")
    factor = factors["t_per_mwh"]
    cycle = scenario.assumptions.gas_combined_cycle_share
    gas = cycle * factor["lng_combined_cycle"] + (1.0 - cycle) * factor["lng_steam"]
    return {"coal": float(factor["coal"]), "oil": float(factor["oil"]), "gas": float(gas)}
