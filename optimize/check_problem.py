"""What can be wrong with a site problem: every finding, each with what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from data.errors import Problem
from optimize.check_clean import clean_problems
from optimize.embodied import embodied_problems
from optimize.flexibility import flexibility_problems

if TYPE_CHECKING:
    from optimize.problem import Dispatch, SiteProblem

LEAST = {
    "min_mw": 0,
    "max_mw": 0,
    "first_fiscal_year": 0,
    "ramp_mw_per_year": 0,
    "coincidence_share": 0,
    "pue_peak": 1,
    "pue_annual": 1,
}
"""Least value of each number of a site; not one of them may be unknown."""

MOST_KEYS = 5
"""Keys named in one finding; the rest are counted."""


def find_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Everything that would make the model wrong or silently empty."""
    yield from _year_problems(problem)
    yield from _site_problems(problem)
    yield from _demand_problems(problem)
    yield from _workload_problems(problem)
    yield from _key_problems(problem)
    yield from _gap_problems(problem)
    yield from _group_problems(problem)
    yield from _low_problems(problem)
    yield from _waiting_problems(problem)
    yield from _carbon_problems(problem)
    yield from clean_problems(problem)
    yield from flexibility_problems(problem)
    yield from embodied_problems(problem)
    if problem.dispatch is not None:
        yield from _slice_problems(problem, problem.dispatch)
        yield from _area_problems(problem, problem.dispatch)


def _year_problems(problem: SiteProblem) -> Iterator[Problem]:
    if not problem.years or list(problem.years) != sorted(set(problem.years)):
        yield Problem("years", str(problem.years), "increasing fiscal years, at least one")


def _site_problems(problem: SiteProblem) -> Iterator[Problem]:
    sites = problem.sites
    if sites.empty and not problem.demand.empty:
        yield Problem("sites", "no candidate", "at least one candidate site")
    for site in sites.index[sites.index.duplicated()]:
        yield Problem(f"sites[{site}]", "the key twice", "each site once")
    for column, low in LEAST.items():
        for site in sites.index[~(sites[column] >= low)]:
            found = str(sites.loc[site, column])
            yield Problem(f"sites[{site}].{column}", found, f"a number from {low} up")
    for site in sites.index[sites["min_mw"] > sites["max_mw"]]:
        row = sites.loc[site]
        found = f"min {row['min_mw']} above max {row['max_mw']}"
        yield Problem(f"sites[{site}]", found, "min_mw not above max_mw")


def _demand_problems(problem: SiteProblem) -> Iterator[Problem]:
    for key, value in problem.demand.items():
        if not value >= 0:
            yield Problem(f"demand[{key}]", str(value), "a number from 0 up")
    for key, share in problem.kept_share.items():
        if not 0 <= share <= 1:
            yield Problem(f"kept_share[{key}]", str(share), "a share from 0 to 1")


def _workload_problems(problem: SiteProblem) -> Iterator[Problem]:
    kinds = problem.workloads["kind"]
    for workload, kind in kinds.items():
        if kind not in ("eflops", "it_mw"):
            yield Problem(f"workloads[{workload}].kind", str(kind), "eflops or it_mw")
    bound = problem.workloads["latency_bound"].astype(bool)
    for workload in kinds.index[bound & (kinds != "it_mw")]:
        # metros ask for MW: an amount of unmet EFLOPS cannot be taken off them
        yield Problem(f"workloads[{workload}].kind", str(kinds[workload]), "it_mw: latency-bound")
    for workload in kinds.index[kinds == "eflops"]:
        for year in problem.years:
            if not problem.mw_per_eflops.get((workload, year), math.nan) > 0:
                where = f"mw_per_eflops[{workload}, {year}]"
                yield Problem(where, "no positive number", "MW of IT power per EFLOPS")


def _key_problems(problem: SiteProblem) -> Iterator[Problem]:
    referring = {
        "costs": problem.costs.index.get_level_values("site"),
        "group_sites": problem.group_sites["site"],
        "pairs": problem.pairs.index.get_level_values("site"),
    }
    options = problem.reinforcements.index
    yield from _unknown("lifts", problem.lifts["option"], options, "a reinforcement option")
    for table, keys in referring.items():
        yield from _unknown(table, keys, problem.sites.index, "a key of the site table")
    asked = problem.demand.index.get_level_values(0)
    yield from _unknown("demand", asked, problem.workloads.index, "a key of the workload table")
    counted = problem.forecast.index.get_level_values("group")
    areas = problem.forecast_areas["group"]
    yield from _unknown("forecast", counted, areas, "a group with areas in forecast_areas")


def _unknown(
    table: str, keys: Iterable[Any], known: Iterable[Any], expected: str
) -> Iterator[Problem]:
    names = set(known)
    for key in dict.fromkeys(key for key in keys if key not in names):
        yield Problem(f"{table}[{key}]", "an unknown key", expected)


def _gap_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Unknown numbers are left out before this point: a gap in a row would void its limit."""
    tables = {
        "costs": problem.costs,
        "groups": problem.groups,
        "reinforcements": problem.reinforcements,
        "lifts": problem.lifts,
        "forecast": problem.forecast,
        "reserve": problem.reserve,
        "ties": problem.ties,
        "fences": problem.fences,
        "carbon": problem.carbon[["price_myen_per_t"]],
        "metros": problem.metros,
        "pairs": problem.pairs,
    }
    for name, table in tables.items():
        keys = list(table.index[table.isna().any(axis=1)])
        if keys:
            yield Problem(name, f"gaps at {_listed(keys)}", "a number in every cell")


def _listed(keys: list[Any]) -> str:
    shown = ", ".join(str(key) for key in keys[:MOST_KEYS])
    more = len(keys) - MOST_KEYS
    return f"{shown} and {more} more" if more > 0 else shown


def _group_problems(problem: SiteProblem) -> Iterator[Problem]:
    """A group without headroom in a year would have no limit in that year."""
    given = set(problem.groups.index)
    for group in dict.fromkeys([*problem.group_sites["group"], *problem.lifted()["group"]]):
        missing = [year for year in problem.years if (group, year) not in given]
        if missing:
            found = f"no headroom in {_listed(missing)}"
            yield Problem(f"groups[{group}]", found, "headroom_mw for every year")
    lifted = problem.lifted()
    for option, group in lifted[lifted.duplicated(["option", "group"])][["option", "group"]].values:
        yield Problem(f"lifts[{option}]", f"{group} twice", "each group once")


def _low_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Every group needs a low end once lows are feared; none lies above the headroom."""
    gamma, low_mw = problem.low_headroom.gamma, problem.low_headroom.low_mw
    if gamma < 0:
        yield Problem("low_headroom.gamma", str(gamma), "a whole number from 0 up")
    if gamma <= 0:
        return
    headroom_mw = problem.groups["headroom_mw"]
    low_mw = low_mw.reindex(headroom_mw.index)
    fit = (low_mw >= 0) & (low_mw <= headroom_mw)
    for key in headroom_mw.index[~fit & headroom_mw.notna()]:
        expected = f"a number from 0 to the headroom, {headroom_mw[key]:g} MW"
        yield Problem(f"low_headroom.low_mw[{key}]", f"{low_mw[key]:g}", expected)


def _waiting_problems(problem: SiteProblem) -> Iterator[Problem]:
    waiting = problem.waiting
    if waiting is None:
        return
    wanted = waiting.wanted_it_mw.reindex(list(problem.years))
    for year in wanted.index[~(wanted >= 0)]:
        where = f"waiting.wanted_it_mw[{year}]"
        yield Problem(where, str(wanted[year]), "MW of IT power from 0 up, every modelled year")
    if not waiting.price_myen_per_mw_year >= 0:
        found = str(waiting.price_myen_per_mw_year)
        yield Problem("waiting.price_myen_per_mw_year", found, "a number from 0 up")
    if waiting.mean_years < 0:
        yield Problem("waiting.mean_years", str(waiting.mean_years), "a number from 0 up")
    if waiting.full_from is not None and waiting.full_from > max(problem.years, default=0):
        expected = "a modelled year or one before: later it would limit nothing"
        yield Problem("waiting.full_from", str(waiting.full_from), expected)


def _carbon_problems(problem: SiteProblem) -> Iterator[Problem]:
    years = [year for year in problem.carbon.index if year in problem.years]
    if not years:
        return
    if problem.dispatch is None:
        expected = "typical days: without them nothing is known to be emitted"
        yield Problem("carbon", "no dispatch", expected)
        return
    table = problem.dispatch.intensity_t_per_mwh
    wanted = [(year, slice_) for year in years for slice_ in problem.dispatch.slices.index]
    areas = list(dict.fromkeys(problem.sites["area"]))
    rows = table.reindex(index=wanted, columns=areas)
    keys = list(rows.index[rows.isna().any(axis=1)])
    if keys:
        where = "dispatch.intensity_t_per_mwh"
        yield Problem(where, f"gaps at {_listed(keys)}", "t/MWh for every priced or capped year")


def _slice_problems(problem: SiteProblem, dispatch: Dispatch) -> Iterator[Problem]:
    tables = {
        "demand_mw": dispatch.demand_mw,
        "availability": dispatch.availability,
        "draw_share": dispatch.draw_share,
    }
    for name, table in tables.items():
        if not table.index.equals(dispatch.slices.index):
            yield Problem(f"dispatch.{name}", "other slices", "one row for every slice")
        elif not (table >= 0).all(axis=None):
            yield Problem(f"dispatch.{name}", "gaps or negative numbers", "numbers from 0 up")
    for workload in problem.workloads.index.difference(dispatch.draw_share.columns):
        yield Problem(f"dispatch.draw_share[{workload}]", "no column", "one for each workload")


def _area_problems(problem: SiteProblem, dispatch: Dispatch) -> Iterator[Problem]:
    """An area without demand has no balance: power from it would come from nowhere."""
    ends = [*problem.ties["from_area"], *problem.ties["to_area"]]
    for area in sorted({*problem.sites["area"], *ends} - set(dispatch.demand_mw.columns)):
        expected = "demand of the area of every site and tie"
        yield Problem(f"dispatch.demand_mw[{area}]", "no column", expected)
