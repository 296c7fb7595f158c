"""The question put to the optimiser: numbers and keys only, checked once before a model exists."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from data.errors import InputError
from optimize.check_problem import find_problems
from optimize.clean import CleanPower
from optimize.embodied import Embodied
from optimize.flexibility import Flexibility

UNSERVED_PRICE_MYEN_PER_MWH = 0.5
"""Price of energy that cannot be supplied: 500 yen/kWh, far above any fuel: a last resort."""


def _empty(*keys: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a table without rows: a limit that does not apply."""
    index = pd.MultiIndex.from_arrays([[] for _ in keys], names=keys)
    return pd.DataFrame({column: pd.Series(dtype=float) for column in columns}, index=index)


def _no_groups() -> pd.DataFrame:
    return _empty("group", "fiscal_year", columns=("headroom_mw",))


def _no_members() -> pd.DataFrame:
    return pd.DataFrame({"group": pd.Series(dtype=str), "site": pd.Series(dtype=str)})


def _no_reinforcements() -> pd.DataFrame:
    columns = ["group", "added_mw", "first_fiscal_year", "myen_per_year"]
    return pd.DataFrame(columns=columns, index=pd.Index([], name="option"))


def _no_lifts() -> pd.DataFrame:
    kinds = {"option": str, "group": str, "added_mw": float}
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


def _no_low() -> pd.Series:
    return _empty("group", "fiscal_year", columns=("low_mw",))["low_mw"]


def _no_forecast() -> pd.DataFrame:
    return _empty("group", "fiscal_year", columns=("limit_mw", "over_price_myen_per_mw"))


def _no_forecast_areas() -> pd.DataFrame:
    return pd.DataFrame({"group": pd.Series(dtype=str), "area": pd.Series(dtype=str)})


def _no_reserve() -> pd.DataFrame:
    keys = ("area", "standard", "season", "fiscal_year")
    return _empty(*keys, columns=("supply_mw", "demand_mw", "margin_share"))


def _no_ties() -> pd.DataFrame:
    keys = ("tie", "direction", "fiscal_year")
    return _empty(*keys, columns=("from_area", "to_area", "capacity_mw"))


def _no_fences() -> pd.DataFrame:
    return _empty("area", "fiscal_year", columns=("net_mw",))


def _no_carbon() -> pd.DataFrame:
    columns = {"cap_t": pd.Series(dtype=float), "price_myen_per_t": pd.Series(dtype=float)}
    return pd.DataFrame(columns, index=pd.Index([], name="fiscal_year"))


def _no_metros() -> pd.DataFrame:
    return _empty("metro", "fiscal_year", columns=("it_mw",))


def _no_pairs() -> pd.DataFrame:
    return _empty("metro", "site", columns=("myen_per_mw_year",))


def _no_intensity() -> pd.DataFrame:
    return _empty("fiscal_year", "slice", columns=())


def _no_efficiency() -> pd.Series:
    index = pd.MultiIndex.from_arrays([[], []], names=["workload", "fiscal_year"])
    return pd.Series([], index=index, dtype=float, name="mw_per_eflops")


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Typical days of the areas: what is demanded, can be supplied and is drawn."""

    slices: pd.DataFrame
    """Index `slice`; columns day, hour [h], hours [h], weight_days [days a year] and, where they
    are not one after another, in_a_row: how many of them are at a time [days]."""
    supply: pd.DataFrame
    """Index (area, tech); columns capacity_mw [MW], cost_myen_per_mwh [M¥/MWh],
    daily_energy_share [-] (NaN: not limited)."""
    availability: pd.DataFrame
    """Index `slice`, columns (area, tech): share of capacity that can run. [-]"""
    demand_mw: pd.DataFrame
    """Index `slice`, columns area: demand without the data centres to be sited. [MW]"""
    draw_share: pd.DataFrame
    """Index `slice`, columns workload: draw as share of full facility power. [-]"""
    intensity_t_per_mwh: pd.DataFrame = field(default_factory=_no_intensity)
    """Index (fiscal_year, slice), columns area: location-based carbon intensity. [t/MWh]"""
    unserved_price_myen_per_mwh: float = UNSERVED_PRICE_MYEN_PER_MWH

    def hours_per_year(self) -> pd.Series:
        """Hours of a year that each slice stands for. [h]"""
        return self.slices["hours"] * self.slices["weight_days"]

    def days_in_a_row(self) -> pd.Series:
        """How often each day comes one after another; index day. [days]"""
        column = "in_a_row" if "in_a_row" in self.slices else "weight_days"
        return self.slices.groupby("day", sort=False)[column].first()


@dataclass(frozen=True, slots=True)
class Spread:
    """Limits that keep the plan from leaning on one place; NaN, None or empty: no such limit."""

    largest_area_share: float = math.nan
    min_sites: int = 0
    max_sites: int | None = None
    zone_cap_mw: Mapping[str, float] = field(default_factory=dict)
    budget_myen: float = math.nan


@dataclass(frozen=True, slots=True)
class LowHeadroom:
    """How low headroom may turn out, and in how many groups at once."""

    gamma: int = 0
    """Groups at their low end for which the demand still has power; 0: none."""
    low_mw: pd.Series = field(default_factory=_no_low)
    """Index (group, fiscal_year): headroom before reinforcements at its low end. [MW]"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Power that is wanted by a year, and what waiting for it costs or how long it may last."""

    wanted_it_mw: pd.Series
    """Index fiscal_year: server power wanted by then, every modelled year. [MW]"""
    price_myen_per_mw_year: float = 0.0
    """Price of one MW that waits one year. [M¥/(MW a)]"""
    mean_years: float = math.nan
    """Longest mean wait of the MW wanted; NaN: not limited. [a]"""
    full_from: int | None = None
    """Fiscal year from which nothing may wait."""


@dataclass(frozen=True, slots=True)
class SiteProblem:
    """Everything the model needs to know, and nothing about maps or files.

    All tables are joined by key. Money is million yen of the base year, power is MW, IT power is
    server power before overhead and cooling.

    Attributes
    ----------
    years : tuple of int
        Fiscal years modelled, increasing, any spacing.
    sites : DataFrame, index `site`
        area, seismic_zone ("" for none), min_mw, max_mw (contract power if built) [MW],
        first_fiscal_year, ramp_mw_per_year [MW/a], pue_peak, pue_annual, coincidence_share [-].
    costs : DataFrame, index (site, item)
        fixed_myen_per_year if built [M¥/a], per_mw_myen_per_year of contract power [M¥/(MW a)].
    workloads : DataFrame, index `workload`
        kind ("eflops" or "it_mw"), latency_bound, shift_share [-],
        shortfall_price_myen per unit and year (NaN: demand has to be met).
    demand : Series, index (workload, fiscal_year)
        EFLOPS or IT MW, as the kind says; rows left out mean no demand.
    mw_per_eflops : Series, index (workload, fiscal_year)
        IT power of one EFLOPS installed in that year. [MW/EFLOPS]
    kept_share : Series, index (workload, fiscal_year)
        Least part of its IT power of the modelled year before that each site keeps, where servers
        that need less replace others; rows left out: all of it. [-]
    groups, group_sites : DataFrame
        Headroom of each group by year [MW] and which sites draw on it; groups may nest.
    reinforcements : DataFrame, index `option`
        group, added_mw [MW], first_fiscal_year, myen_per_year [M¥/a].
    lifts : DataFrame
        option, group, added_mw: further groups that the same works lift, at no further cost. [MW]
    low_headroom : LowHeadroom
    waiting : Waiting, optional
    forecast, forecast_areas : DataFrame
        What OCCTO counted for a group of areas [MW] and the price of exceeding it [M¥/(MW a)].
    reserve : DataFrame, index (area, standard, season, fiscal_year)
        supply_mw, demand_mw [MW], margin_share [-].
    ties : DataFrame, index (tie, direction, fiscal_year)
        from_area, to_area, capacity_mw [MW].
    fences : DataFrame, index (area, fiscal_year)
        Largest net interchange of an area in the mid-region loop. [MW]
    carbon : DataFrame, index `fiscal_year`
        cap_t (NaN: no cap) [t], price_myen_per_t [M¥/t].
    metros : DataFrame, index (metro, fiscal_year)
        it_mw of latency-bound work to be served. [MW]
    pairs : DataFrame, index (metro, site)
        Pairs within the latency bound, with myen_per_mw_year. [M¥/(MW a)]
    """

    years: tuple[int, ...]
    sites: pd.DataFrame
    costs: pd.DataFrame
    workloads: pd.DataFrame
    demand: pd.Series
    mw_per_eflops: pd.Series = field(default_factory=_no_efficiency)
    kept_share: pd.Series = field(default_factory=_no_efficiency)
    overhead_share: float = 0.0
    discount_share: float = 0.0
    groups: pd.DataFrame = field(default_factory=_no_groups)
    group_sites: pd.DataFrame = field(default_factory=_no_members)
    reinforcements: pd.DataFrame = field(default_factory=_no_reinforcements)
    lifts: pd.DataFrame = field(default_factory=_no_lifts)
    low_headroom: LowHeadroom = field(default_factory=LowHeadroom)
    waiting: Waiting | None = None
    forecast: pd.DataFrame = field(default_factory=_no_forecast)
    forecast_areas: pd.DataFrame = field(default_factory=_no_forecast_areas)
    reserve: pd.DataFrame = field(default_factory=_no_reserve)
    ties: pd.DataFrame = field(default_factory=_no_ties)
    fences: pd.DataFrame = field(default_factory=_no_fences)
    carbon: pd.DataFrame = field(default_factory=_no_carbon)
    metros: pd.DataFrame = field(default_factory=_no_metros)
    pairs: pd.DataFrame = field(default_factory=_no_pairs)
    spread: Spread = field(default_factory=Spread)
    dispatch: Dispatch | None = None
    clean: CleanPower | None = None
    """Clean power under contract and the share of the draw that it has to cover."""
    flexibility: Flexibility | None = None
    """Draw that may be given up at a price or moved to another area."""
    embodied: Embodied | None = None
    """Carbon in servers and buildings; stated in the model only where cap or price count it."""
    tight_assignment: bool = False
    """State serve <= demand x build for every pair: a stronger, larger model; for pure location."""

    def __post_init__(self) -> None:
        problems = list(find_problems(self))
        if problems:
            raise InputError("site problem", problems)

    @property
    def areas(self) -> list[str]:
        """Areas that occur anywhere in the problem, in order of first appearance."""
        names = list(self.sites["area"])
        if self.dispatch is not None:
            names += list(self.dispatch.demand_mw.columns)
        names += list(self.reserve.index.get_level_values("area"))
        return list(dict.fromkeys(names))

    def lifted(self) -> pd.DataFrame:
        """Columns option, group, added_mw: every group that each reinforcement lifts. [MW]"""
        own = self.reinforcements.rename_axis("option").reset_index()
        own = own[["option", "group", "added_mw"]]
        return pd.concat([own, self.lifts], ignore_index=True) if len(self.lifts) else own

    def year_weights(self) -> dict[int, float]:
        """Present value of one yen a year, spent every year until the next modelled one. [-]"""
        growth = 1.0 + self.discount_share
        first = self.years[0]
        return {
            year: sum(growth ** (first - year - k) for k in range(span))
            for year, span in year_spans(self.years).items()
        }

    def full_hours(self) -> pd.Series:
        """Hours a year at full use by workload; all of them without typical days. [h]"""
        if self.dispatch is None:
            return pd.Series(8760.0, index=self.workloads.index)
        hours = self.dispatch.hours_per_year()
        return self.dispatch.draw_share.mul(hours, axis=0).sum()


def year_spans(years: tuple[int, ...]) -> dict[int, int]:
    """Years that each modelled year stands for; the last stands as long as the one before it.

    Examples
    --------
    >>> year_spans((2026, 2028, 2033))
    {2026: 2, 2028: 5, 2033: 5}
    """
    spans = [after - before for before, after in pairwise(years)]
    spans.append(spans[-1] if spans else 1)
    return dict(zip(years, spans, strict=True))
