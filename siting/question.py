"""The scenario and its facts posed as a siting problem: numbers and keys only."""

import math
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.errors import InputError, Problem
from data.facts import read_fact
from data.read_occto_area import read_occto_area
from grid.adequacy import adequacy_table
from grid.outlook import counted_dc_path_mw, forecast_groups, forecast_members
from grid.ties import TieCapacities
from optimize.model.needed import needed_it_mw
from optimize.problem import LowHeadroom, SiteProblem, Spread, Waiting
from siting.by_year import by_key
from siting.candidates import Candidates, group_headroom_mw
from siting.clean_inputs import clean_power
from siting.cost import line_myen_per_year, site_costs
from siting.embodied_inputs import embodied_of
from siting.flexible_inputs import flexibility_of
from siting.latency_tables import latency_tables
from siting.nodal_inputs import NodalInputs
from siting.scenario import Scenario
from siting.scenario_place import ReinforcementOption
from siting.typical_year import typical_year
from siting.why import REASONS
from siting.workloads import workload_tables
from siting.year_limits import carbon_by_year, fences_by_year, ties_by_year


@dataclass(frozen=True, slots=True)
class Question:
    """A site problem and what could not be put into it."""

    problem: SiteProblem
    ties: TieCapacities
    forecast_unknown: tuple[int, ...]
    """Fiscal years without a published or computed count."""
    t_per_mwh: pd.Series
    """Direct emissions by (area, tech). [t/MWh]"""
    carbon: pd.DataFrame
    """Cap and price by year; part of the problem once its intensity is known."""
    network: NodalInputs | None = None
    """Network that the plan must not overload."""


def pose(scenario: Scenario, candidates: Candidates) -> Question:
    """Put all tables of the problem together; carbon intensity comes with the base dispatch.

    Raises
    ------
    InputError
        Tables do not fit together, or no candidate is left.
    """
    years = scenario.years.modelled()
    sites = candidates.usable
    if sites.empty:
        raise InputError(scenario.origin.file or scenario.name, [_no_place(scenario, candidates)])
    year, t_per_mwh = typical_year(scenario)
    ties = ties_by_year(scenario)
    forecast = _forecast(scenario)
    problem = SiteProblem(
        years=years,
        sites=_sites(scenario, sites),
        costs=site_costs(scenario, sites),
        **workload_tables(scenario),
        overhead_share=scenario.demand.overhead_share,
        discount_share=scenario.costs.discount_share,
        **_headroom(scenario, candidates),
        forecast=forecast.dropna(subset="limit_mw"),
        forecast_areas=forecast_members(list(dict.fromkeys(forecast.index.get_level_values(0)))),
        reserve=_reserve(scenario),
        ties=ties.known[["from_area", "to_area", "capacity_mw"]],
        fences=fences_by_year(scenario),
        **latency_tables(scenario, sites),
        spread=_spread(scenario),
        dispatch=year,
        embodied=embodied_of(scenario),
    )
    problem = _with_waiting(scenario, problem)
    flexibility = flexibility_of(scenario)
    problem = replace(problem, clean=clean_power(scenario, problem), flexibility=flexibility)
    missing = forecast["limit_mw"].isna()
    unknown = sorted(set(forecast.index[missing].get_level_values("fiscal_year")))
    return Question(problem, ties, tuple(unknown), t_per_mwh, carbon_by_year(scenario))


def _no_place(scenario: Scenario, candidates: Candidates) -> Problem:
    """No candidate is left: how many fell to which reason."""
    counts = candidates.table["reason"].value_counts()
    said = [f"{count} {REASONS[str(reason)]['en']}" for reason, count in counts.items()]
    found = f"no place that may be chosen ({'; '.join(said)})"
    fix = "Ask for more areas, kinds or years, or count more sources of headroom"
    return scenario.problem(("candidates",), found=found, expected="at least one", fix=fix)


def _sites(scenario: Scenario, sites: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": sites["area"],
            "seismic_zone": sites["seismic_zone"],
            "min_mw": sites["min_mw"],
            "max_mw": sites["max_mw"],
            "first_fiscal_year": sites["first_fiscal_year"].astype(int),
            "ramp_mw_per_year": scenario.facility.ramp_mw_per_year,
            "pue_peak": sites["pue_peak"],
            "pue_annual": sites["pue_annual"],
            "coincidence_share": scenario.assumptions.coincidence_share,
        }
    ).rename_axis("site")


def _headroom(scenario: Scenario, candidates: Candidates) -> dict[str, Any]:
    members = candidates.groups.members.rename(columns={"place": "site"})
    usable = members[members["site"].isin(candidates.usable.index)]
    headroom = group_headroom_mw(scenario, candidates.groups)
    used = headroom.index.get_level_values("group").isin(usable["group"])
    return {
        "groups": headroom[used].to_frame(),
        "group_sites": usable.reset_index(drop=True),
        "reinforcements": _reinforcements(scenario, set(usable["group"])),
        "lifts": _lifts(scenario, set(usable["group"])),
        "low_headroom": LowHeadroom(
            scenario.headroom.gamma,
            candidates.groups.limits["low_mw"].clip(lower=0.0),  # below it where a queue is longer
        ),
    }


def _reinforcements(scenario: Scenario, groups: set[str]) -> pd.DataFrame:
    """Options of the scenario of whose groups one has a candidate; the first such is its own."""
    rows = {
        name: {
            "group": _lifted(option, groups)[0],
            "added_mw": option.added_mw,
            "first_fiscal_year": (option.from_year or scenario.contract_year)
            + math.ceil(option.lead_years),
            "myen_per_year": line_myen_per_year(scenario, option.cost_myen),
        }
        for name, option in scenario.reinforcements.items()
        if groups & {option.group, *option.also_lifts}
    }
    columns = ["group", "added_mw", "first_fiscal_year", "myen_per_year"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("option")


def _lifts(scenario: Scenario, groups: set[str]) -> pd.DataFrame:
    """Further groups that an option lifts, as far as they have a candidate."""
    rows = [
        (name, group, option.added_mw)
        for name, option in scenario.reinforcements.items()
        for group in _lifted(option, groups)[1:]
    ]
    table = pd.DataFrame(rows, columns=["option", "group", "added_mw"])
    return table.astype({"option": str, "group": str, "added_mw": float})


def _lifted(option: ReinforcementOption, groups: set[str]) -> list[str]:
    return [group for group in (option.group, *option.also_lifts) if group in groups]


def _with_waiting(scenario: Scenario, problem: SiteProblem) -> SiteProblem:
    """The problem with its time to power counted, if the scenario asks for that."""
    limit = scenario.limits.waiting
    if limit is None:
        return problem
    wanted = needed_it_mw(problem)
    if limit.wanted == "at_once":
        wanted = pd.Series(wanted.max(), index=wanted.index)
    waiting = Waiting(
        wanted,
        price_myen_per_mw_year=limit.price_myen_per_mw_year,
        mean_years=math.nan if limit.mean_years is None else limit.mean_years,
        full_from=limit.full_from,
    )
    return replace(problem, waiting=waiting)


def _forecast(scenario: Scenario) -> pd.DataFrame:
    """Counted additions of Tokyo, the rest and Japan, less what other projects use up."""
    limit = scenario.limits.forecast
    keys = ["group", "fiscal_year"]
    if limit is None:
        index = pd.MultiIndex.from_arrays([[], []], names=keys)
        columns = ["limit_mw", "over_price_myen_per_mw"]
        return pd.DataFrame(columns=columns, index=index, dtype=float)
    path = counted_dc_path_mw(
        read_fact("forecast_national"),
        limit.vintage,
        scenario.years.modelled(),
        dc_share_of_counted=scenario.assumptions.dc_share_of_counted,
    )
    file = limit.area_table_file
    table = None if file is None else read_occto_area(scenario.path_of(file))
    if table is not None:
        table = table[table["vintage"] == limit.vintage]
    groups = forecast_groups(path, shares=_published_shares(), area_table=table)
    left = 1.0 - limit.already_counted_share
    return groups.assign(
        limit_mw=groups["limit_mw"] * left, over_price_myen_per_mw=limit.over_price_myen_per_mw
    )[["limit_mw", "over_price_myen_per_mw"]]


def _published_shares() -> dict[str, float]:
    """Areas whose share of the counted additions is published, at the upper end given."""
    shares = read_fact("forecast_area").query("quantity == 'counted_share'")
    value = shares["value"].fillna(shares["value_high"])
    return dict(zip(shares["area"], value, strict=True))


def _reserve(scenario: Scenario) -> pd.DataFrame:
    limit = scenario.limits.reserve
    table = adequacy_table(
        read_fact("area_peaks"),
        scenario.years.modelled(),
        seasons=list(limit.seasons) if limit else [],
        winter_peak_share=by_key(scenario.assumptions.winter_peak_share),
        h1_uplift_share=scenario.assumptions.h1_uplift_share,
        required_share={
            "h3": limit.h3_share if limit else 0.0,
            "h1": limit.h1_share if limit else 0.0,
        },
    )
    return table[["supply_mw", "demand_mw", "margin_share"]].dropna()


def _spread(scenario: Scenario) -> Spread:
    spread = scenario.limits.spread
    unlimited = spread.largest_area_share >= 1.0
    return Spread(
        largest_area_share=math.nan if unlimited else spread.largest_area_share,
        min_sites=spread.min_sites,
        max_sites=spread.max_sites,
        zone_cap_mw=dict(spread.seismic_zone_cap_mw),
        budget_myen=math.nan if spread.budget_myen is None else spread.budget_myen,
    )
