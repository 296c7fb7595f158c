"""Inference by metropolis, and which sites each of them reaches in time."""

from typing import Any

import pandas as pd

from data.facts import read_fact
from data.units import myen_from_yen
from grid.latency import great_circle_km, round_trip_ms
from siting.scenario import Scenario
from siting.workloads import metro_demand


def latency_tables(scenario: Scenario, sites: pd.DataFrame) -> dict[str, Any]:
    """Inference by metro, and the pairs of metro and site within the bound.

    Parameters
    ----------
    scenario : Scenario
    sites : DataFrame, index site
        lat, lon. [degrees]

    Returns
    -------
    dict
        `metros` and `pairs`, as `optimize.problem.SiteProblem` asks for them.
    """
    metros = read_fact("metros").set_index("metro").loc[list(scenario.latency.metros)]
    km = great_circle_km(
        metros["lat"].to_numpy()[:, None],
        metros["lon"].to_numpy()[:, None],
        sites["lat"].to_numpy(),
        sites["lon"].to_numpy(),
    )
    facts = read_fact("parameters").set_index("parameter")["value"]
    delay = round_trip_ms(
        km,
        route_factor=float(facts["route_factor"]),
        us_per_km=float(facts["fibre_us_per_km"]),
        terminal_ms=scenario.latency.terminal_ms,
    )
    index = pd.MultiIndex.from_product([metros.index, sites.index], names=["metro", "site"])
    cost = km.ravel() * myen_from_yen(scenario.latency.cost_yen_per_mw_km_year)
    pairs = pd.DataFrame({"myen_per_mw_year": cost}, index=index)
    near = pairs[delay.ravel() <= scenario.latency.bound_ms]
    return {"metros": metro_demand(scenario), "pairs": near}
