"""Scenario sections about clean power: how much is asked for, and what may be contracted."""

from typing import Annotated, Literal

from pydantic import Field

from siting.part import (
    Area,
    FiscalYear,
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


class CleanLimit(Part):
    """Cover a share of the data centres' draw with clean power."""

    share_by_year: Annotated[dict[FiscalYear, Share], Field(min_length=1)]
    """Share of the draw of all data centres, from that fiscal year until the next one stated;
    nothing is asked of earlier years. [-]"""
    matching: Literal["hourly", "annual"] = "hourly"
    """`hourly`: clean power counts where and while it is drawn (24/7); `annual`: the year's clean
    energy under contract counts, whenever it runs. [-]"""
    grid_counts: bool = True
    """Whether the clean part of what the grid delivers counts too, in the hourly way only. [-]"""
    excess_share: NotNegative | None = None
    """Most clean energy under contract that is not matched in its hour, as share of the draw; null
    = no limit, and plants cheaper than the fuel they replace are then built for everybody. [-]"""


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
