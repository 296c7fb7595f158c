"""Scenario sections that limit a plan: forecast, reserve, carbon, spread, ties, solver."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from siting.part import (
    Area,
    FiscalYear,
    Misfit,
    Name,
    NotNegative,
    Part,
    Positive,
    Share,
    Vintage,
    copy_of,
)
from siting.scenario_clean import CleanLimit

# Lower edge of the GX-ETS price band in FY2026, and 3 % a year real until FY2030 (METI).
GX_PRICE_YEN_PER_T = {2026: 1700.0, 2030: 1913.0}


class ForecastLimit(Part):
    """Stay inside the data-centre load that OCCTO's forecast counts by area and year."""

    vintage: Vintage = "2026-01"
    """Month in which the forecast was published. [-]"""
    area_table_file: str | None = None
    """OCCTO's figures by area as CSV (`siting new area-table`); null = the national figure and
    the shares published. [-]"""
    already_counted_share: Share = 0.0
    """Share of the counted load that named projects outside this study use up. [-]"""
    over_price_myen_per_mw: NotNegative = 50.0
    """Price of a megawatt above the forecast; the excess is reported. [million yen/MW/year]"""


class ReserveLimit(Part):
    """Keep a reserve of firm supply above demand in every area."""

    h3_share: Share = 0.08
    """Reserve above the normal-weather peak (H3). [-]"""
    h1_share: Share = 0.03
    """Reserve above the severe-weather peak (H1). [-]"""
    seasons: Annotated[
        tuple[Literal["summer", "winter"], ...], Field(strict=False, min_length=1)
    ] = ("summer", "winter")
    """Seasons whose peak is tested. [-]"""


class EmbodiedCarbon(Part):
    """Carbon that went into servers and buildings, in even parts over the years they serve.

    It is told apart from location-based carbon, and counts in cap or price only where asked.
    """

    case: Literal["low", "mid", "high"] = "mid"
    """Which of the bundled figures counts (table `embodied_carbon`). [-]"""
    server_t_per_mw: NotNegative | None = None
    """Your own figure for servers by server power; null = that of the case. [t/MW]"""
    building_t_per_mw: NotNegative | None = None
    """Your own figure for building, power and cooling plant by contract power; null = that of the
    case. [t/MW]"""
    server_life_years: Positive = 5.0
    """Years until servers are replaced by new ones of the same carbon. [years]"""
    building_life_years: Positive = 40.0
    """Years that building and plant serve. [years]"""
    counts_in_cap: bool = False
    """Whether the cap holds it together with the emissions of the draw. [-]"""
    counts_in_price: bool = False
    """Whether the carbon price is paid on it too. [-]"""


class CarbonLimit(Part):
    """Cap and price of location-based emissions."""

    cap_kt_by_year: dict[FiscalYear, NotNegative] = Field(default_factory=dict)
    """Most CO2 in a year, from that fiscal year until the next one stated; empty = no cap.
    [kt/year]"""
    price_yen_per_t_by_year: dict[FiscalYear, NotNegative] = Field(
        default_factory=copy_of(GX_PRICE_YEN_PER_T)
    )
    """Carbon price, straight line between the years stated, flat outside them. [yen/t]"""
    embodied: EmbodiedCarbon | None = None
    """Carbon of construction and servers; null = not counted. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """What counts in a cap or a price needs one: else it would silently count nowhere."""
        if self.embodied is None:
            return
        for counts, table in (
            ("counts_in_cap", self.cap_kt_by_year),
            ("counts_in_price", self.price_yen_per_t_by_year),
        ):
            if getattr(self.embodied, counts) and not table:
                name = "cap_kt_by_year" if counts == "counts_in_cap" else "price_yen_per_t_by_year"
                expected = f"false, as {name} is empty"
                yield Misfit(("embodied", counts), "true", expected, f"State {name} or set false")


class SpreadLimit(Part):
    """Do not put all eggs in one basket."""

    largest_area_share: Share = 1.0
    """Largest share of contract power in one supply area. [-]"""
    min_sites: Annotated[int, Field(ge=0)] = 0
    """Fewest sites in the last year; 0 = as few as demand asks for. [-]"""
    max_sites: Annotated[int, Field(ge=1)] | None = None
    """Most sites; null = no limit. [-]"""
    seismic_zone_cap_mw: dict[Name, NotNegative] = Field(default_factory=dict)
    """Most contract power in places that one great earthquake would hit together, by zone.
    [MW]"""
    budget_myen: Positive | None = None
    """Most that may be spent in net present cost; null = no limit. [million yen]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Room for the fewest sites asked for."""
        if self.max_sites is not None and self.max_sites < self.min_sites:
            expected = f"{self.min_sites} (min_sites) or more"
            yield Misfit(("max_sites",), str(self.max_sites), expected)


class WaitingLimit(Part):
    """Time to power: server power that is wanted and not yet connected.

    A megawatt waits from the year it is wanted until a contract can power it, at most until the
    end of the years modelled; a modelled year counts for every year until the next one.
    """

    wanted: Literal["demand", "at_once"] = "demand"
    """From when power is wanted: `demand`, in the year the demand asks for it (it waits only if
    demand may stay unmet); `at_once`, the most any year asks for, from the first year on. [-]"""
    price_myen_per_mw_year: NotNegative = 0.0
    """Price of a megawatt of server power that waits a year. [million yen/MW/year]"""
    mean_years: NotNegative | None = None
    """Longest wait, averaged over the megawatts wanted; null = no limit. [years]"""
    full_from: FiscalYear | None = None
    """Fiscal year from which nothing may wait; null = no such year. [fiscal year]"""


class Limits(Part):
    """What a plan must respect; `null` switches forecast, reserve, carbon, clean, waiting off."""

    forecast: ForecastLimit | None = ForecastLimit()
    """OCCTO's counted additions by area. [-]"""
    reserve: ReserveLimit | None = ReserveLimit()
    """Reserve of firm supply. [-]"""
    carbon: CarbonLimit | None = CarbonLimit()
    """Cap and price of emissions. [-]"""
    clean: CleanLimit | None = None
    """Share of the draw from clean power; null = not asked for. [-]"""
    waiting: WaitingLimit | None = None
    """Time to power; null = not counted. [-]"""
    spread: SpreadLimit = SpreadLimit()
    """Diversification, number of sites, budget. [-]"""


class Ties(Part):
    """Lines between supply areas."""

    reinforcements: Literal["planned", "none", "aim"] = "planned"
    """Which works count: decided ones, none beyond today, or also those only aimed at. [-]"""
    delay_years: Annotated[int, Field(ge=0, le=20)] = 0
    """Years by which all works on lines come later than stated. [years]"""
    fence_mw: dict[Area, Positive] = Field(default_factory=dict)
    """Largest net interchange of an area in the mid-region loop, where known. [MW]"""


class Solver(Part):
    """When the search may stop."""

    gap_share: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """Distance from the proven best at which a plan is good enough. [-]"""
    time_limit_s: Positive = 600.0
    """Longest search. [s]"""
