"""What can be wrong with clean power under contract: every finding, with what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from data.errors import Problem
from optimize.clean import MATCHINGS, CleanPower

if TYPE_CHECKING:
    from optimize.problem import Dispatch, SiteProblem

METRICS = ("life_cycle", "direct")
PRICES = ("myen_per_mw_year", "potential_mw", "first_fiscal_year")


def clean_problems(problem: SiteProblem) -> Iterator[Problem]:
    """Everything that would make contracts wrong or silently empty."""
    clean = problem.clean
    if clean is None:
        return
    if problem.dispatch is None:
        expected = "typical days: without them nothing is drawn or matched"
        yield Problem("clean", "no dispatch", expected)
        return
    yield from _choice_problems(clean)
    yield from _share_problems(problem, clean)
    yield from _certificate_problems(clean)
    yield from _offer_problems(clean, problem.dispatch)
    yield from _store_problems(clean, problem.dispatch)
    yield from _availability_problems(clean, problem.dispatch)
    yield from _grid_problems(problem, clean, problem.dispatch)


def _choice_problems(clean: CleanPower) -> Iterator[Problem]:
    for name, found, known in (
        ("matching", clean.matching, MATCHINGS),
        ("t_metric", clean.t_metric, METRICS),
    ):
        if found not in known:
            yield Problem(f"clean.{name}", str(found), " or ".join(known))
    if clean.excess_share < 0:
        yield Problem("clean.excess_share", str(clean.excess_share), "a number from 0 up")
    factor = clean.residual_t_per_mwh
    for area in factor.index[factor < 0]:
        where = f"clean.residual_t_per_mwh[{area}]"
        yield Problem(where, str(factor[area]), "t/MWh from 0 up, or nothing if unknown")


def _share_problems(problem: SiteProblem, clean: CleanPower) -> Iterator[Problem]:
    share = clean.share
    for year in share.index[~((share >= 0) & (share <= 1))]:
        yield Problem(f"clean.share[{year}]", str(share[year]), "a share from 0 to 1")
    for year in share.index.difference(list(problem.years)):
        yield Problem(f"clean.share[{year}]", "a year that is not modelled", "a modelled year")


def _certificate_problems(clean: CleanPower) -> Iterator[Problem]:
    """A year of the claim that is not modelled is left alone: one year is dispatched by itself."""
    share, table = clean.claimed_share, clean.certificates
    for year in share.index[~((share >= 0) & (share <= 1))]:
        yield Problem(f"clean.claimed_share[{year}]", str(share[year]), "a share from 0 to 1")
    for kind in table.index[table.index.duplicated()]:
        yield Problem(f"clean.certificates[{kind}]", "the kind twice", "each kind once")
    yield from _number_problems("certificates", table, ["myen_per_gwh"])
    potential = table["potential_gwh"]
    for kind in table.index[potential < 0]:
        where = f"clean.certificates[{kind}].potential_gwh"
        yield Problem(where, str(potential[kind]), "GWh from 0 up, or nothing for no limit")


def _offer_problems(clean: CleanPower, dispatch: Dispatch) -> Iterator[Problem]:
    offers = clean.offers
    yield from _key_problems("offers", offers, dispatch)
    columns = [*PRICES, "cost_myen_per_mwh", "t_per_mwh"]
    yield from _number_problems("offers", offers, columns)
    claimed = offers.index[~offers["additional"].astype(bool)]
    for unit in claimed.difference(dispatch.supply.index):
        expected = "a unit of dispatch.supply: what is not additional is a claim on one"
        yield Problem(f"clean.offers[{unit}]", "no such plant", expected)


def _store_problems(clean: CleanPower, dispatch: Dispatch) -> Iterator[Problem]:
    stores = clean.stores
    yield from _key_problems("stores", stores, dispatch)
    yield from _number_problems("stores", stores, [*PRICES, "myen_per_mwh_year"])
    for column in ("efficiency_in", "efficiency_out"):
        fit = (stores[column] > 0) & (stores[column] <= 1)
        for key in stores.index[~fit]:
            where = f"clean.stores[{key}].{column}"
            yield Problem(where, str(stores.loc[key, column]), "a share above 0, at most 1")
    hours = clean.most_hours()
    for key in hours.index[~(hours >= 0)]:
        yield Problem(f"clean.stores[{key}].most_hours", str(hours[key]), "hours from 0 up")
    if len(stores):
        yield from _order_problems(dispatch)


def _order_problems(dispatch: Dispatch) -> Iterator[Problem]:
    """A store needs the slices of a day in a row and in the order of their hours."""
    day, hour = dispatch.slices["day"], dispatch.slices["hour"]
    runs = int((day != day.shift()).sum())
    if runs != day.nunique() or not hour.groupby(day).is_monotonic_increasing.all():
        expected = "the slices of each day in a row, by hour: a store is filled in that order"
        yield Problem("dispatch.slices", "another order", expected)


def _key_problems(name: str, table: pd.DataFrame, dispatch: Dispatch) -> Iterator[Problem]:
    for key in table.index[table.index.duplicated()]:
        yield Problem(f"clean.{name}[{key}]", "the key twice", "each area and technology once")
    areas = table.index.get_level_values("area")
    for area in areas.difference(dispatch.demand_mw.columns).unique():
        yield Problem(f"clean.{name}[{area}]", "an unknown area", "an area of dispatch.demand_mw")


def _number_problems(name: str, table: pd.DataFrame, columns: Iterable[str]) -> Iterator[Problem]:
    for column in columns:
        for key in table.index[~(table[column] >= 0)]:
            found = str(table.loc[key, column])
            yield Problem(f"clean.{name}[{key}].{column}", found, "a number from 0 up")


def _availability_problems(clean: CleanPower, dispatch: Dispatch) -> Iterator[Problem]:
    table = clean.availability
    if not table.index.equals(dispatch.slices.index):
        yield Problem("clean.availability", "other slices", "one row for every slice")
        return
    for offer in clean.offers.index.difference(table.columns):
        yield Problem(f"clean.availability[{offer}]", "no column", "one for each offer")
    yield from _shares_in("clean.availability", table)


def _grid_problems(
    problem: SiteProblem, clean: CleanPower, dispatch: Dispatch
) -> Iterator[Problem]:
    """Clean power of the grid is given for every year and area that needs it, or not at all."""
    table = clean.grid_clean_share
    if table.empty:
        return
    wanted = [(y, t) for y in clean.share.index for t in dispatch.slices.index]
    areas = list(dict.fromkeys(problem.sites["area"]))
    rows = table.reindex(index=wanted, columns=areas)
    if rows.isna().any(axis=None):
        expected = "a share for each year with clean.share, every slice and area with sites"
        yield Problem("clean.grid_clean_share", "gaps", expected)
    yield from _shares_in("clean.grid_clean_share", rows.dropna())


def _shares_in(name: str, table: Any) -> Iterator[Problem]:
    if not ((table >= 0) & (table <= 1)).all(axis=None):
        yield Problem(name, "gaps, negative numbers or numbers above 1", "shares from 0 to 1")
