"""Clean power under contract for the data centres: what may be contracted and what is asked for.

Ways of counting are kept apart and are never mixed:

- hourly: contracted clean energy counts where and while the data centres draw (24/7 matching);
- annual: the year's contracted clean energy counts, whenever it runs;
- claimed, market-based: the annual way, and certificates bought for the year count too;
- location-based: the intensity of the system without the data centres, contracts or not.
"""

import math
from dataclasses import dataclass, field

import pandas as pd

MATCHINGS = ("hourly", "annual")

CLEAN_DISPATCH = (
    "clean_gen_mw",
    "charge_mw",
    "discharge_mw",
    "level_mwh",
    "season_mwh",
    "matched_mw",
    "clean_flow_mw",
    "excess_mw",
)
"""Decisions of every slice; the solver may price them out. Each has finite bounds of its own.

What is contracted in a year (`clean_mw`, `store_mw`, `store_mwh`) is not among them: it stays with
the sites, so that the bound proven without the slices still knows what a contract costs.
"""

HOURS_OF_YEAR = 8760.0


def _by_area(columns: tuple[str, ...]) -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([[], []], names=["area", "tech"])
    return pd.DataFrame({column: pd.Series(dtype=float) for column in columns}, index=index)


def _no_stores() -> pd.DataFrame:
    return _by_area(
        (
            "myen_per_mw_year",
            "myen_per_mwh_year",
            "efficiency_in",
            "efficiency_out",
            "potential_mw",
            "first_fiscal_year",
        )
    )


def _no_grid_share() -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([[], []], names=["fiscal_year", "slice"])
    return pd.DataFrame(index=index)


def _no_certificates() -> pd.DataFrame:
    table = {"myen_per_gwh": float, "potential_gwh": float, "additional": bool}
    columns = {column: pd.Series(dtype=kind) for column, kind in table.items()}
    return pd.DataFrame(columns, index=pd.Index([], name="kind"))


def _no_claim() -> pd.Series:
    return pd.Series([], index=pd.Index([], name="fiscal_year"), dtype=float)


def _no_residual() -> pd.Series:
    return pd.Series([], index=pd.Index([], name="area"), dtype=float, name="residual_t_per_mwh")


@dataclass(frozen=True, slots=True)
class CleanPower:
    """Offers of clean power and storage, and the share of the draw they have to cover.

    Attributes
    ----------
    offers : DataFrame, index (area, tech)
        potential_mw [MW], first_fiscal_year, myen_per_mw_year of contracted capacity [M¥/(MW a)],
        cost_myen_per_mwh [M¥/MWh], additional (bool), t_per_mwh [t/MWh] in the metric `t_metric`.
        An additional plant is new and adds supply to its area, matched or not. Any other offer
        is a claim on the unit of `Dispatch.supply` with the same key: it adds nothing, and no
        more can be claimed than that unit runs.
    availability : DataFrame, index `slice`, columns (area, tech)
        Share of contracted capacity that can run. [-]
    share : Series, index `fiscal_year`
        Share of the draw of all data centres to be covered; a year left out asks for nothing. [-]
    stores : DataFrame, index (area, tech)
        myen_per_mw_year of power [M¥/(MW a)], myen_per_mwh_year of energy [M¥/(MWh a)],
        efficiency_in, efficiency_out [-], potential_mw [MW], first_fiscal_year; optionally
        most_hours, the longest discharge at full power [h] (NaN or left out: a year). Stores
        hold contracted clean power only.
    matching : str
        "hourly" or "annual": which way of counting `share` is asked of.
    grid_clean_share : DataFrame, index (fiscal_year, slice), columns area
        Clean share of what the grid delivers without these contracts; counted in the hourly way
        only. Plants whose output can be claimed must not be in it, or they count twice. Empty: no
        clean power of the grid counts. [-]
    excess_share : float
        Most contracted clean energy of a year that is not matched in its slice, as share of the
        draw; NaN: free. A new plant displaces supply wherever it runs, and the plan pays for all
        supply: where offers cost less than what they displace, a plan without this limit builds
        them for everybody, asked for or not. [-]
    residual_t_per_mwh : Series, index area
        Factor of power without contract, market-based; NaN or left out: unknown. [t/MWh]
    t_metric : str
        What `t_per_mwh` counts: "life_cycle" or "direct".
    certificates : DataFrame, index `kind`
        Certificates that may be bought for each year alone: myen_per_gwh [M¥/GWh], potential_gwh
        of a year (NaN: no limit) [GWh/a], additional (bool). They count for `claimed_share` only:
        never by the hour, in `share`, or in location-based carbon.
    claimed_share : Series, index `fiscal_year`
        Share of the year's draw of all data centres to be covered by contracted clean energy
        delivered in that year, whenever, or by certificates; a year left out asks for nothing,
        and so does one that is not modelled. Stands beside `share`. [-]
    """

    offers: pd.DataFrame
    availability: pd.DataFrame
    share: pd.Series
    stores: pd.DataFrame = field(default_factory=_no_stores)
    matching: str = "hourly"
    grid_clean_share: pd.DataFrame = field(default_factory=_no_grid_share)
    excess_share: float = math.nan
    residual_t_per_mwh: pd.Series = field(default_factory=_no_residual)
    t_metric: str = "life_cycle"
    certificates: pd.DataFrame = field(default_factory=_no_certificates)
    claimed_share: pd.Series = field(default_factory=_no_claim)

    def most_hours(self) -> pd.Series:
        """Longest discharge of each store at full power. [h]"""
        if "most_hours" not in self.stores:
            return pd.Series(HOURS_OF_YEAR, index=self.stores.index)
        return self.stores["most_hours"].fillna(HOURS_OF_YEAR)
