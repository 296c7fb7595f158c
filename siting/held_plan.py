"""What a finished run has decided for one year, held while its hours are dispatched again."""

from collections.abc import Hashable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from optimize.base import BaseDispatch
from optimize.days_on_dates import DaysOnDates
from optimize.held_year import HeldPlan, dispatch_held
from optimize.highs import SolverSettings
from optimize.problem import Dispatch, SiteProblem
from optimize.read_clean import CleanAnswer
from optimize.redispatch import YearDispatch, redispatch
from siting.clean_inputs import clean_power, with_grid_share
from siting.finished_run import FinishedRun
from siting.flexible_inputs import flexibility_of
from siting.intensity import location_based_intensity
from siting.latency_tables import latency_tables
from siting.run_year import RunYear
from siting.scenario import Scenario
from siting.workloads import workload_table
from siting.year_figures import TwoDispatches
from siting.year_limits import carbon_by_year, fences_by_year, ties_by_year

WORKLOADS, CONTRACTS, STORES = "workloads.parquet", "contracts.parquet", "stores.parquet"
SERVED = "served.parquet"

NOTHING_MW = 1e-3
"""A contract or store of less than a kilowatt is the solver's rounding."""


@dataclass(frozen=True, slots=True)
class Held:
    """Tables of a run that hold what it has decided for one year."""

    scenario: Scenario
    year: RunYear
    fiscal_year: int
    sites: pd.DataFrame
    """Candidates of the run, as `optimize.problem.SiteProblem.sites`."""
    it_mw: pd.Series
    """Index (site, workload). [MW]"""
    contract_mw: pd.Series
    """Index (area, tech). [MW]"""
    stores: pd.DataFrame
    """Index (area, tech); columns mw [MW], mwh [MWh]."""
    serve_mw: pd.Series
    """Index (metro, site): inference of a metropolis that a site serves. [MW]"""
    certificate_gwh: float = 0.0
    """Certificates that the plan buys for that year. [GWh]"""
    asked_share: float | None = None
    """Share of clean power to be reached; None: the one that the plan was made with. [-]"""


def is_held(scenario: Scenario) -> bool:
    """Whether stores, yearly limits or draw that follows the grid join the hours of a plan."""
    asked = scenario.flexibility
    moving = asked.training_shift_share > 0 or flexibility_of(scenario) is not None
    return scenario.limits.clean is not None or moving


def held_of(run: FinishedRun, year: RunYear, fiscal_year: int) -> Held:
    """Read what a run has decided for one year.

    Raises
    ------
    InputError
        A file of the run is missing: it was written by an earlier version.
    """
    keys = ["area", "tech"]
    clean = run.scenario.limits.clean is not None
    servers = _table(run, WORKLOADS, fiscal_year).set_index(["site", "workload"])
    contracts = _table(run, CONTRACTS, fiscal_year).set_index(keys) if clean else None
    stores = _table(run, STORES, fiscal_year).set_index(keys) if clean else None
    return Held(
        run.scenario,
        year,
        fiscal_year,
        _sites(_table(run, "candidates.parquet"), fiscal_year),
        servers["it_mw"],
        pd.Series(dtype=float) if contracts is None else _real(contracts)["mw"],
        pd.DataFrame({"mw": [], "mwh": []}) if stores is None else _real(stores)[["mw", "mwh"]],
        _served(run, fiscal_year),
        _bought_gwh(run, fiscal_year),
    )


def _bought_gwh(run: FinishedRun, fiscal_year: int) -> float:
    years = (run.summary.get("clean") or {}).get("years", ())
    bought = [row.get("certificate_gwh") for row in years if row["fiscal_year"] == fiscal_year]
    return sum(float(gwh) for gwh in bought if gwh is not None)


def _served(run: FinishedRun, fiscal_year: int) -> pd.Series:
    """Read only where inference may move: runs of earlier versions do not tell it."""
    if run.scenario.flexibility.inference_move_share == 0:
        return pd.Series(dtype=float)
    return _table(run, SERVED, fiscal_year).set_index(["metro", "site"])["it_mw"]


def _table(run: FinishedRun, name: str, fiscal_year: int | None = None) -> pd.DataFrame:
    try:
        table = pd.read_parquet(run.folder / name)
    except (OSError, ValueError) as error:
        problem = Problem(name, str(error), "a file of a finished run", "Run it again")
        raise InputError(str(run.folder), [problem]) from None
    return table if fiscal_year is None else table[table["fiscal_year"] == fiscal_year]


def _real(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["mw"] > NOTHING_MW]


def _sites(candidates: pd.DataFrame, fiscal_year: int) -> pd.DataFrame:
    """Places that could be chosen: what moves between areas counts with their mean PUE."""
    usable = candidates[candidates["reason"] == ""].set_index("place").rename_axis("site")
    columns = ["area", "lat", "lon", "max_mw", "pue_peak", "pue_annual"]
    return usable[columns].assign(
        seismic_zone="",
        min_mw=0.0,
        first_fiscal_year=fiscal_year,
        ramp_mw_per_year=usable["max_mw"],
        coincidence_share=1.0,
    )


def dispatch_both(
    held: Held,
    dispatch: Dispatch,
    *,
    start: Mapping[Hashable, float] | None = None,
    like: Mapping[str, str] | None = None,
    one_way: Executor | None = None,
    year: DaysOnDates | None = None,
) -> TwoDispatches:
    """Dispatch the year with everything decided held, and without data centres and contracts.

    Parameters
    ----------
    held : Held
    dispatch : Dispatch
        Slices of any days.
    start, like, one_way, year
        As in `optimize.held_year.dispatch_held`; with `year` the hours with data centres are those
        of all dates, the rest of those of `dispatch`.

    Raises
    ------
    PlanError
        HiGHS found no optimum in the scenario's time.
    """
    nothing = held.year.draw_mw.iloc[:0].reindex(dispatch.slices.index).fillna(0.0)
    before = redispatch(dispatch, held.year.grid, nothing)
    plan = _held_plan(held, dispatch, before)
    settings = SolverSettings(time_limit_s=held.scenario.solver.time_limit_s)
    found = dispatch_held(plan, settings, start=start, like=like, one_way=one_way, year=year)
    found = replace(found, clean=_claimed(found.clean, held.certificate_gwh))
    solved, of_all = plan.problem.dispatch, dispatch if year is None else year.dispatch
    assert solved is not None
    intensity: Any = solved.intensity_t_per_mwh.xs(held.fiscal_year, level="fiscal_year")
    return TwoDispatches(
        dispatch,
        YearDispatch(found.balance, found.flows, 1),
        before,
        intensity,
        found.balance["draw_mw"].unstack("area").reindex(of_all.slices.index),
        held=found,
    )


def _claimed(clean: CleanAnswer | None, certificate_gwh: float) -> CleanAnswer | None:
    """What the year claims with the certificates of the plan, which bind none of its hours."""
    if clean is None or certificate_gwh == 0.0:
        return clean
    drawn = clean.years["draw_gwh"].where(clean.years["draw_gwh"] > 0)
    years = clean.years.assign(
        certificate_gwh=certificate_gwh,
        claimed_share=clean.years["annual_share"] + certificate_gwh / drawn,
    )
    return replace(clean, years=years)


def _held_plan(held: Held, dispatch: Dispatch, before: YearDispatch) -> HeldPlan:
    """One year of the problem, with what is decided."""
    year, base = held.fiscal_year, _as_base(before, held.fiscal_year)
    whole = _problem(held, dispatch)
    factor = held.year.t_per_mwh
    one = _in_year(whole, year)
    dispatch = replace(dispatch, intensity_t_per_mwh=location_based_intensity(one, base, factor))
    carbon = carbon_by_year(held.scenario).loc[[year]].assign(cap_t=np.nan)
    one = replace(one, dispatch=dispatch, carbon=carbon, clean=_clean(held, whole))
    return HeldPlan(
        with_grid_share(held.scenario, one, base),
        _full_draw_mw(held),
        held.contract_mw,
        held.stores,
        held.it_mw,
        held.serve_mw,
    )


def _problem(held: Held, dispatch: Dispatch) -> SiteProblem:
    """Places, ties and days of all years; demand is held as servers, so none is asked for."""
    workloads = workload_table(held.scenario).assign(kind="it_mw")
    index = pd.MultiIndex.from_arrays([[], []], names=["site", "item"])
    columns = ["fixed_myen_per_year", "per_mw_myen_per_year"]
    nothing = pd.MultiIndex.from_arrays([[], []], names=["workload", "fiscal_year"])
    return SiteProblem(
        years=tuple(held.scenario.years.modelled()),
        sites=held.sites,
        costs=pd.DataFrame(index=index, columns=columns, dtype=float),
        workloads=workloads,
        demand=pd.Series([], index=nothing, dtype=float),
        overhead_share=held.scenario.demand.overhead_share,
        ties=ties_by_year(held.scenario).known[["from_area", "to_area", "capacity_mw"]],
        fences=fences_by_year(held.scenario),
        dispatch=dispatch,
        flexibility=flexibility_of(held.scenario),
        **_near(held),
    )


def _near(held: Held) -> dict[str, Any]:
    """Which sites each metropolis reaches, where inference may move."""
    if held.scenario.flexibility.inference_move_share == 0:
        return {}
    return latency_tables(held.scenario, held.sites)


def _in_year(problem: SiteProblem, year: int) -> SiteProblem:
    tables: Any = {name: getattr(problem, name) for name in ("ties", "fences")}
    parts = {
        name: table[table.index.get_level_values("fiscal_year") == year]
        for name, table in tables.items()
    }
    return replace(problem, years=(year,), **parts)


def _clean(held: Held, problem: SiteProblem) -> Any:
    """Contracts and stores of the plan alone; what else was on offer is left out."""
    clean = clean_power(held.scenario, problem)
    if clean is None:
        return None
    _refuse_unknown(CONTRACTS, held.contract_mw.index, clean.offers.index)
    _refuse_unknown(STORES, held.stores.index, clean.stores.index)
    offers = clean.offers.loc[held.contract_mw.index]
    return replace(
        clean,
        offers=offers,
        availability=clean.availability[list(offers.index)],
        share=_asked(held, clean.share),
        stores=clean.stores.loc[held.stores.index],
    )


def _asked(held: Held, share: pd.Series) -> pd.Series:
    """Share to be reached in that year; empty where nothing is asked for."""
    of_year = share[share.index == held.fiscal_year]
    if held.asked_share is None:
        return of_year
    return pd.Series(held.asked_share, index=of_year.index, dtype=float)


def _refuse_unknown(file: str, held: pd.Index, offered: pd.Index) -> None:
    """A scenario or facts that changed since may no longer offer what the plan has."""
    gone = held.difference(offered)
    if len(gone):
        names = ", ".join(" ".join(map(str, key)) for key in gone)
        expected = "what the scenario offers as it is now"
        raise InputError("re-dispatch", [Problem(file, names, expected, "Run it again")])


def _full_draw_mw(held: Held) -> pd.Series:
    """Facility power at full use by area and workload: annual PUE, overhead included. [MW]"""
    per_it_mw = (1.0 + held.scenario.demand.overhead_share) * held.sites["pue_annual"]
    site = held.it_mw.index.get_level_values("site")
    mw = held.it_mw * per_it_mw.reindex(site).to_numpy()
    area = held.sites["area"].reindex(site).to_numpy()
    workload = held.it_mw.index.get_level_values("workload")
    return mw.groupby([area, workload]).sum()


def _as_base(before: YearDispatch, year: int) -> BaseDispatch:
    """The year without data centres in the form that intensity and clean share are traced from."""

    def dated(table: pd.DataFrame) -> pd.DataFrame:
        names = [*table.index.names[:-1], "fiscal_year", "slice"]
        return table.reset_index().assign(fiscal_year=year).set_index(names)

    none = pd.Series(dtype=float)
    return BaseDispatch(float("nan"), none, dated(before.balance), dated(before.flows))
