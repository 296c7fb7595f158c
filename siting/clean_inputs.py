"""Clean power of the scenario as numbers and keys: offers, stores, and the share asked for."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from data.facts import read_fact
from data.units import myen_from_yen
from grid.supply import WITHOUT_EMISSIONS
from optimize.base import BaseDispatch
from optimize.clean import HOURS_OF_YEAR, CleanPower
from optimize.problem import Dispatch, SiteProblem
from siting.by_year import by_key, value_held
from siting.certificates import certificate_table
from siting.contract_costs import (
    KWH_PER_MWH,
    battery_costs,
    parameter,
    plant_myen_per_mw_year,
)
from siting.intensity import location_based_intensity
from siting.scenario import Scenario

MOST_VINTAGES = 3
"""Years of construction told apart for each kind of plant: more would slow every plan down."""

SEEN_AS = {"solar": "solar", "onshore": "wind"}
"""New plant -> plant of the typical days whose weather it shares."""

FACTOR_KINDS = ("retailer_residual", "retailer_adjusted")
"""Factors of retailers that may stand for power without contract, the better one first."""

Offer = dict[str, Any]


def tech_of(key: str) -> str:
    """Technology in the key of an offer, which also holds the year of construction.

    >>> tech_of("solar:2030"), tech_of("nuclear")
    ('solar', 'nuclear')
    """
    return key.partition(":")[0]


def clean_power(scenario: Scenario, problem: SiteProblem) -> CleanPower | None:
    """What may be contracted and what is asked for; None where nothing is.

    The clean part of the grid comes with the base dispatch, see `with_grid_share`.

    Parameters
    ----------
    scenario : Scenario
    problem : SiteProblem
        With sites, ties and typical days.
    """
    limit, dispatch = scenario.limits.clean, problem.dispatch
    if limit is None or dispatch is None:
        return None
    areas = _areas(scenario, problem)
    rows = [row for row in _offers(scenario, problem, dispatch) if row["area"] in areas]
    offers = pd.DataFrame(rows, columns=OFFER_COLUMNS).set_index(["area", "tech"])
    return CleanPower(
        offers=offers,
        availability=_availability(offers, dispatch),
        share=_held(limit.share_by_year, problem),
        stores=_stores(scenario, areas),
        matching=limit.matching,
        excess_share=math.nan if limit.excess_share is None else limit.excess_share,
        residual_t_per_mwh=residual_factors(scenario),
        t_metric="direct",
        certificates=certificate_table(scenario),
        claimed_share=_held(limit.claimed_share_by_year, problem),
    )


def _held(by_year: Mapping[int, float], problem: SiteProblem) -> pd.Series:
    """Share of each modelled year that something is asked of. [-]"""
    share = pd.Series({y: value_held(by_year, y) for y in problem.years}, dtype=float)
    return share.dropna().rename_axis("fiscal_year")


OFFER_COLUMNS = [
    "area",
    "tech",
    "potential_mw",
    "first_fiscal_year",
    "myen_per_mw_year",
    "cost_myen_per_mwh",
    "additional",
    "t_per_mwh",
]


def _areas(scenario: Scenario, problem: SiteProblem) -> list[str]:
    """Areas asked for, or all that a candidate's area has lines to, however far. North first."""
    if scenario.contracts.areas is not None:
        return list(scenario.contracts.areas)
    pairs = set(zip(problem.ties["from_area"], problem.ties["to_area"], strict=True))
    reached: set[str] = set(problem.sites["area"])
    found: set[str] = set()
    while reached != found:
        found = set(reached)
        reached |= {b for a, b in pairs if a in found} | {a for a, b in pairs if b in found}
    return [area for area in read_fact("areas")["area"] if area in reached]


def _offers(scenario: Scenario, problem: SiteProblem, dispatch: Dispatch) -> Iterator[Offer]:
    """All offers of Japan that have a potential within the years modelled."""
    techs = scenario.contracts.techs
    last = max(problem.years)
    made = {
        "solar": lambda: _growing(scenario, problem, "solar"),
        "onshore": lambda: _growing(scenario, problem, "onshore"),
        "offshore": lambda: _offshore(scenario),
        "geothermal": lambda: _geothermal(scenario),
        "nuclear": lambda: _nuclear(scenario, dispatch),
    }
    for tech in (tech for tech in made if tech in techs):
        for offer in made[tech]():
            seen = _weather(offer["area"], tech, dispatch) is not None
            if seen and offer["potential_mw"] > 0 and offer["first_fiscal_year"] <= last:
                yield {"cost_myen_per_mwh": 0.0, "t_per_mwh": 0.0, "additional": True} | offer


def vintages(scenario: Scenario, tech: str, years: Sequence[int]) -> dict[int, float]:
    """Modelled years in which plants are built -> years of building up to each.

    Years of building start when the first contract gives power; the years between two vintages
    belong to the later one, so that no more stands in any year than could be built by then.
    """
    lead = by_key(scenario.contracts.lead_years)[tech]
    start = scenario.contract_year + math.ceil(lead)
    able = [year for year in years if year >= start]
    count = min(len(able), MOST_VINTAGES)
    chosen = [able[round((i + 1) * len(able) / count) - 1] for i in range(count)]
    before = [start - 1, *chosen]
    return {year: float(year - early) for year, early in zip(chosen, before, strict=False)}


def _growing(scenario: Scenario, problem: SiteProblem, tech: str) -> Iterator[Offer]:
    """Sun and wind on land: a share of today's fleet can be contracted anew each year."""
    fleets = read_fact("fleets").query("tech == 'solar'").set_index("area")["mw"]
    fleet = fleets.to_dict() if tech == "solar" else by_key(scenario.assumptions.wind_fleet_mw)
    growth = by_key(scenario.contracts.growth_share_per_year)[tech]
    for year, built in vintages(scenario, tech, problem.years).items():
        for area, mw in fleet.items():
            yield _plant(scenario, str(area), tech, year) | {"potential_mw": mw * growth * built}


def _plant(scenario: Scenario, area: str, tech: str, year: int) -> Offer:
    """A new plant built for `year`."""
    cost = plant_myen_per_mw_year(tech, year, scenario.contracts.cost_case)
    key = f"{tech}:{year}"
    return {"area": area, "tech": key, "first_fiscal_year": year, "myen_per_mw_year": cost}


def _offshore(scenario: Scenario) -> Iterator[Offer]:
    """Promotion zones, at the low end of their size, from the year assumed of each."""
    zones = read_fact("offshore_zones").query("status == 'promotion'")
    years = read_fact("offshore_years").set_index("zone")["first_fiscal_year"]
    zones = zones.assign(year=zones["zone"].map(years)).dropna(subset="year")
    mw: Any = zones.groupby(["area", "year"])["low_mw"].sum()
    for (area, year), low_mw in mw.items():
        plant = _plant(scenario, area, "offshore", int(year))
        yield plant | {"potential_mw": float(low_mw)}


def _geothermal(scenario: Scenario) -> Iterator[Offer]:
    lead = by_key(scenario.contracts.lead_years)["geothermal"]
    year = scenario.contract_year + math.ceil(lead)
    for area, mw in by_key(scenario.contracts.geothermal_mw).items():
        yield _plant(scenario, area, "geothermal", year) | {"potential_mw": mw}


def _nuclear(scenario: Scenario, dispatch: Dispatch) -> Iterator[Offer]:
    """Output of the units that ran; paid for whatever they can run, above the market's price."""
    premium = scenario.contracts.nuclear_premium_yen_per_kwh * KWH_PER_MWH
    for area, mw in nuclear_claim_mw(scenario, dispatch).items():
        yield {
            "area": area,
            "tech": "nuclear",
            "first_fiscal_year": scenario.contract_year,
            "myen_per_mw_year": myen_from_yen(premium) * HOURS_OF_YEAR,
            "potential_mw": mw,
            "additional": False,
        }


def nuclear_claim_mw(scenario: Scenario, dispatch: Dispatch) -> dict[str, float]:
    """Nuclear output that may be contracted, by area; none where it may not. [MW]"""
    limit = scenario.limits.clean
    if "nuclear" not in scenario.contracts.techs or (limit is not None and limit.only_new):
        return {}
    units = read_fact("nuclear_units").query("days_seen > 0").groupby("area")["peak_mw"].sum()
    plants = dispatch.supply["capacity_mw"]
    able = {str(a): min(float(mw), plants.get((a, "nuclear"), 0.0)) for a, mw in units.items()}
    return {a: mw * scenario.contracts.nuclear_share for a, mw in able.items()}


def _availability(offers: pd.DataFrame, dispatch: Dispatch) -> pd.DataFrame:
    """Share of each offer that can run by slice. [-]"""
    columns = {
        (area, key): _weather(area, tech_of(key), dispatch) for area, key in offers.index.tolist()
    }
    table = pd.DataFrame(columns, index=dispatch.slices.index)
    return table if len(offers) else table.reindex(columns=offers.index)


def _weather(area: str, tech: str, dispatch: Dispatch) -> pd.Series | None:
    """Share of capacity that can run by slice; None where the typical days do not know it.

    Wind at sea has the shape of the area's wind on land, at the study's output.
    """
    known, slices = dispatch.availability, dispatch.slices.index
    if tech == "geothermal":
        return pd.Series(parameter("capacity_factor_geothermal"), index=slices)
    key = (area, "wind" if tech == "offshore" else SEEN_AS.get(tech, tech))
    if key not in known:
        return None
    share: Any = known[key]
    if tech != "offshore":
        return share
    hours = dispatch.hours_per_year()
    mean = float((share * hours).sum() / hours.sum())
    return (share * parameter("capacity_factor_offshore") / mean).clip(upper=1.0)


def _stores(scenario: Scenario, areas: Sequence[str]) -> pd.DataFrame:
    asked = scenario.contracts
    built = list(areas) if "battery" in asked.techs and asked.battery_mw_per_area > 0 else []
    index = pd.MultiIndex.from_product([built, ["battery"]], names=["area", "tech"])
    figures = battery_costs(scenario).to_dict() | {
        "potential_mw": asked.battery_mw_per_area,
        "first_fiscal_year": scenario.contract_year,
        "most_hours": asked.battery_most_hours,
    }
    return pd.DataFrame(figures, index=index)


def residual_factors(scenario: Scenario) -> pd.Series:
    """Factor of power without contract by area, the newest of a retailer there. [t/MWh]"""
    table = read_fact("emission_factors")
    rank = {kind: place for place, kind in enumerate(reversed(FACTOR_KINDS))}
    ranked = table.assign(rank=table["kind"].map(rank)).dropna(subset="rank")
    known = ranked.sort_values(["rank", "fiscal_year"])
    factor = known.groupby("subject")["t_per_mwh"].last()
    elsewhere = scenario.contracts.residual_t_per_mwh_elsewhere
    by_area = factor.reindex(read_fact("areas")["area"])
    return by_area.fillna(math.nan if elsewhere is None else elsewhere).rename_axis("area")


def with_grid_share(scenario: Scenario, problem: SiteProblem, base: BaseDispatch) -> SiteProblem:
    """The problem with the clean part of what the grid delivers, traced along the flows.

    Parameters
    ----------
    base : BaseDispatch
        The system without the data centres.

    Notes
    -----
    Nuclear, large hydro, sun and wind count; small plants that are not published one by one do
    not. Nuclear output that may be contracted does not count either, contracted or not.
    """
    limit, clean, dispatch = scenario.limits.clean, problem.clean, problem.dispatch
    if limit is None or clean is None or dispatch is None or not limit.counts_grid():
        return problem
    techs = dispatch.supply.index.get_level_values("tech")
    counted = pd.Series(techs.isin(WITHOUT_EMISSIONS), index=dispatch.supply.index, dtype=float)
    for area, mw in nuclear_claim_mw(scenario, dispatch).items():
        if mw > 0:
            counted[area, "nuclear"] -= mw / float(dispatch.supply["capacity_mw"][area, "nuclear"])
    share = location_based_intensity(problem, base, counted)
    return replace(problem, clean=replace(clean, grid_clean_share=share.clip(0.0, 1.0)))
