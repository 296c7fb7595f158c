"""Scenario sections about clean power: how much is asked for, and what may be contracted."""

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
    completed_by,
    copy_of,
)

CleanTech = Literal["solar", "onshore", "offshore", "geothermal", "nuclear", "battery"]
GrowingTech = Literal["solar", "onshore"]
NewTech = Literal["solar", "onshore", "geothermal"]

# Japan adds 3-4 GW of sun a year to some 73 GW and less than 1 GW of wind to some 6 GW.
GROWTH_SHARE_PER_YEAR = {"solar": 0.04, "onshore": 0.08}
LEAD_YEARS = {"solar": 2.0, "onshore": 4.0, "geothermal": 8.0}
GEOTHERMAL_MW = {"hokkaido": 50.0, "tohoku": 100.0, "kyushu": 100.0}


FIT_CERTIFICATE = "fit-non-fossil"
"""The one kind of certificate whose price is published."""


class CleanLimit(Part):
    """Cover a share of the data centres' draw with clean power; ask at least one way."""

    share_by_year: dict[FiscalYear, Share] = Field(default_factory=dict)
    """Share of the draw of all data centres, counted as `matching` says, from that fiscal year
    until the next one stated; nothing is asked of earlier years. [-]"""
    claimed_share_by_year: dict[FiscalYear, Share] = Field(default_factory=dict)
    """Market-based: share of the year's draw to be covered by clean energy under contract, whenever
    it runs, or by `contracts.certificates`; from that fiscal year until the next one stated. It
    stands beside `share_by_year`, whatever its matching. [-]"""
    only_new: bool = False
    """Additionality: only new plants, stores that they fill and certificates marked `additional`
    count: no output of existing plants, and nothing of the grid whatever `grid_counts` says. [-]"""
    matching: Literal["hourly", "annual"] = "hourly"
    """`hourly`: clean power counts where and while it is drawn (24/7); `annual`: the year's clean
    energy under contract counts, whenever it runs. [-]"""
    grid_counts: bool = True
    """Whether the clean part of what the grid delivers counts too, in the hourly way only. [-]"""
    excess_share: NotNegative | None = None
    """Most clean energy under contract that is not matched in its hour, as share of the draw; null
    = no limit, and plants cheaper than the fuel they replace are then built for everybody. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Asked in no way at all, the section would silently do nothing."""
        if not self.share_by_year and not self.claimed_share_by_year:
            expected = "a share here or in claimed_share_by_year"
            fix = "State one, as {2030: 0.8}, or leave limits.clean out"
            yield Misfit(("share_by_year",), "nothing", expected, fix)

    def counts_grid(self) -> bool:
        """Whether the clean part of the grid counts."""
        return self.grid_counts and not self.only_new


class Certificate(Part):
    """A kind of certificate that may be bought by the year; it matches no hours."""

    price_yen_per_kwh: NotNegative | None = None
    """Its price; null = the published floor of FIT certificates, for `fit-non-fossil` only: an
    auction may clear above it. [yen/kWh]"""
    gwh_per_year: NotNegative | None = None
    """Most that may be bought in a year; null = no limit. [GWh/year]"""
    additional: bool = False
    """Whether it counts with `limits.clean.only_new`. [-]"""


class Contracts(Part):
    """What clean power may be contracted and at which price; counts only with `limits.clean`."""

    techs: Annotated[tuple[CleanTech, ...], Field(strict=False, min_length=1)] = (
        "solar",
        "onshore",
        "offshore",
        "geothermal",
        "nuclear",
        "battery",
    )
    """Plants and stores that may be contracted; `nuclear` is output of existing plants. [-]"""
    areas: Annotated[tuple[Area, ...], Field(strict=False, min_length=1)] | None = None
    """Areas in which they may stand; null = everywhere a data centre's area has a line to. [-]"""
    cost_case: Literal["low", "mid", "high"] = "mid"
    """Which end of METI's cost of power counts. [-]"""
    growth_share_per_year: Annotated[
        dict[GrowingTech, Share], completed_by(GROWTH_SHARE_PER_YEAR)
    ] = Field(default_factory=copy_of(GROWTH_SHARE_PER_YEAR))
    """New plants that data centres may contract in a year, as share of today's fleet. [-]"""
    lead_years: Annotated[dict[NewTech, NotNegative], completed_by(LEAD_YEARS)] = Field(
        default_factory=copy_of(LEAD_YEARS)
    )
    """Years from the contract to the first power of a new plant. [years]"""
    geothermal_mw: dict[Area, NotNegative] = Field(default_factory=copy_of(GEOTHERMAL_MW))
    """New geothermal power that may be contracted, by area. [MW]"""
    nuclear_share: Share = 0.1
    """Share of the output of nuclear units in operation that may be contracted; the rest counts as
    clean power of the grid. [-]"""
    nuclear_premium_yen_per_kwh: NotNegative = 1.5
    """Price of a nuclear output contract above the market: METI's 12.5 yen of FY2040 less gas at
    11. The plant runs anyway, so this buys the claim only. [yen/kWh]"""
    battery_mw_per_area: NotNegative = 2000.0
    """Batteries that may be contracted in an area. [MW]"""
    battery_most_hours: Positive = 12.0
    """Longest discharge of a battery at full power. [h]"""
    battery_sized_hours: Positive = 3.5
    """Discharge of the batteries whose cost METI tells by kWh: turns the cost of their power
    electronics into one by kW. [h]"""
    battery_life_years: Positive = 20.0
    """Years over which a battery is paid off. [years]"""
    battery_cost_share: NotNegative = 1.0
    """Cost of a battery against FY2024. [-]"""
    battery_round_trip_share: Annotated[float, Field(gt=0, le=1)] = 0.85
    """Energy out of a battery for energy into it. [-]"""
    residual_t_per_mwh_elsewhere: NotNegative | None = 0.423
    """Residual factor where no retailer's is known: the national average; null = unknown, and with
    it the market-based emissions. [t/MWh]"""
    certificates: dict[Name, Certificate] = Field(
        default_factory=lambda: {FIT_CERTIFICATE: Certificate()}
    )
    """Certificates that may be bought, by kind, for `limits.clean.claimed_share_by_year` alone; a
    table stated here takes the place of the default. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """A price is published for one kind of certificate only."""
        for kind, each in self.certificates.items():
            if each.price_yen_per_kwh is None and kind != FIT_CERTIFICATE:
                expected = f"a price: only that of {FIT_CERTIFICATE} is published"
                fix = "State what you pay for it"
                yield Misfit(("certificates", kind, "price_yen_per_kwh"), "nothing", expected, fix)
