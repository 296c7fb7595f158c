"""Scenario sections about money and about what nobody publishes."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from siting.part import (
    Area,
    Misfit,
    Name,
    NotNegative,
    Part,
    Positive,
    Prefecture,
    Range,
    Share,
    Tech,
    Text,
    Title,
    Voltage,
    completed_by,
    copy_of,
)

# 15.15 and 14.12 USD/W (Turner & Townsend index 2025, shell and services without IT) at 150 yen.
CONSTRUCTION_MYEN_PER_MW = {"tokyo": 2272.0, "kansai": 2118.0}

# Low ends follow TEPCO PG's potential map (154/66 kV: 50 MW free, 275 kV: 400 MW free) cut down,
# high ends the usual size of one connection in that class. Nobody publishes these ranges.
HEADROOM_BY_VOLTAGE_MW = {
    66: (10.0, 50.0),
    77: (10.0, 50.0),
    110: (20.0, 75.0),
    132: (20.0, 100.0),
    154: (50.0, 200.0),
    187: (200.0, 600.0),
    220: (200.0, 600.0),
    275: (200.0, 600.0),
    500: (300.0, 1000.0),
}
# Welcome zones promise 2.5-5 years, works in the upper system take 5 or 10 (TEPCO PG).
LEAD_TIME_BY_VOLTAGE_YEARS = {
    66: 3.0,
    77: 3.0,
    110: 3.0,
    132: 4.0,
    154: 4.0,
    187: 5.0,
    220: 5.0,
    275: 6.0,
    500: 8.0,
}
WINTER_PEAK_SHARE = {
    "hokkaido": 1.0,
    "tohoku": 1.0,
    "tokyo": 0.9,
    "chubu": 0.9,
    "hokuriku": 1.0,
    "kansai": 0.9,
    "chugoku": 0.98,
    "shikoku": 0.95,
    "kyushu": 0.95,
    "okinawa": 0.7,
}
WINTER_DEMAND_RATIO = {
    "hokkaido": 1.3,
    "tohoku": 1.25,
    "tokyo": 1.2,
    "chubu": 1.15,
    "hokuriku": 1.3,
    "kansai": 1.2,
    "chugoku": 1.2,
    "shikoku": 1.15,
    "kyushu": 1.2,
    "okinawa": 0.95,
}
AUTUMN_DEMAND_RATIO = {
    "hokkaido": 1.02,
    "tohoku": 1.02,
    "tokyo": 1.05,
    "chubu": 1.05,
    "hokuriku": 1.02,
    "kansai": 1.05,
    "chugoku": 1.05,
    "shikoku": 1.05,
    "kyushu": 1.07,
    "okinawa": 1.25,
}
WIND_FLEET_MW = {
    "hokkaido": 1300.0,
    "tohoku": 2200.0,
    "tokyo": 450.0,
    "chubu": 400.0,
    "hokuriku": 170.0,
    "kansai": 190.0,
    "chugoku": 370.0,
    "shikoku": 300.0,
    "kyushu": 650.0,
    "okinawa": 15.0,
}
FUEL_COST_YEN_PER_KWH = {"coal": 8.0, "gas": 11.0, "oil": 20.0, "nuclear": 2.0, "hydro": 0.0}
# "several hundred million yen per km" for overhead lines, one to some tens of billion for a
# large connection (Denki Shimbun citing OCCTO 2016; a developer's figure); split by class assumed.
CONNECTION_FIXED_MYEN = {
    66: 800.0,
    77: 800.0,
    110: 1000.0,
    132: 1500.0,
    154: 2000.0,
    187: 3000.0,
    220: 4000.0,
    275: 6000.0,
    500: 15000.0,
}
CONNECTION_MYEN_PER_KM = {
    66: 200.0,
    77: 200.0,
    110: 250.0,
    132: 300.0,
    154: 400.0,
    187: 500.0,
    220: 600.0,
    275: 800.0,
    500: 1500.0,
}
LAND_MYEN_PER_HA = {
    "hokkaido": 100.0,
    "tohoku": 120.0,
    "tokyo": 800.0,
    "chubu": 400.0,
    "hokuriku": 150.0,
    "kansai": 600.0,
    "chugoku": 200.0,
    "shikoku": 200.0,
    "kyushu": 200.0,
    "okinawa": 400.0,
}


class Costs(Part):
    """Prices with a source, and how money is counted over time."""

    discount_share: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Real discount rate a year. [-]"""
    building_life_years: Positive = 20.0
    """Years over which a building is paid off. [years]"""
    line_life_years: Positive = 30.0
    """Years over which connection, fibre and reinforcement are paid off. [years]"""
    construction_myen_per_mw: dict[Area, NotNegative] = Field(
        default_factory=copy_of(CONSTRUCTION_MYEN_PER_MW)
    )
    """Building and its services without IT, per MW of IT, by area; other areas take
    assumptions.construction_elsewhere_myen_per_mw. [million yen/MW]"""
    subsidy_myen: dict[Annotated[str, Field(min_length=1)], NotNegative] = Field(
        default_factory=dict
    )
    """Support paid once if the place is chosen, by place. [million yen]"""


class Group(Part):
    """Upper-system headroom that several places share, from a named regional statement."""

    name: Title
    """Name shown on the map and in the report. [-]"""
    prefectures: Annotated[tuple[Prefecture, ...], Field(strict=False)] = ()
    """Two-digit codes of the prefectures it covers. [-]"""
    places: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()
    """Or the places it covers. [-]"""
    low_mw: NotNegative
    """Headroom if the statement is read carefully. [MW]"""
    high_mw: NotNegative
    """Headroom if the statement is read at its word. [MW]"""
    note: Text
    """Who said it, where and when. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """An ordered range, and exactly one way of saying what is covered."""
        if self.low_mw > self.high_mw:
            expected = f"{self.high_mw:g} (high_mw) or less"
            yield Misfit(("low_mw",), f"{self.low_mw:g}", expected, "Swap the two")
        if bool(self.prefectures) == bool(self.places):
            found = "both prefectures and places" if self.places else "neither of the two"
            yield Misfit((), found, "either prefectures or places")


class Assumptions(Part):
    """Everything nobody publishes, in one place; shown as assumed wherever it is used.

    Tables may be stated in part: keys left out keep their default.
    """

    headroom_by_voltage_mw: Annotated[
        dict[Voltage, Range], completed_by(HEADROOM_BY_VOLTAGE_MW)
    ] = Field(default_factory=copy_of(HEADROOM_BY_VOLTAGE_MW))
    """Headroom [low, high] of a place without a published figure, by voltage class. [MW]"""
    lead_time_by_voltage_years: Annotated[
        dict[Voltage, NotNegative], completed_by(LEAD_TIME_BY_VOLTAGE_YEARS)
    ] = Field(default_factory=copy_of(LEAD_TIME_BY_VOLTAGE_YEARS))
    """Years from contract to power where none is published, by voltage class. [years]"""
    h1_uplift_share: Share = 0.05
    """Severe-weather peak above the normal one; observed peaks of summer 2026 were 2-9 % above
    H3. [-]"""
    coincidence_share: Share = 1.0
    """Draw at the area's peak as a share of contract power; 1 is the careful reading. [-]"""
    dc_share_of_counted: Share = 0.86
    """Data centres in what OCCTO counts together with fabs, for the forecast of January 2024 that
    never tells them apart; 6.16 of 7.15 GW a year later. [-]"""
    pue_slope_per_c: NotNegative = 0.005
    """Rise of PUE per degree of outdoor air. [1/°C]"""
    winter_peak_share: Annotated[dict[Area, Share], completed_by(WINTER_PEAK_SHARE)] = Field(
        default_factory=copy_of(WINTER_PEAK_SHARE)
    )
    """Winter peak as a share of the annual peak, by area. [-]"""
    winter_demand_ratio: Annotated[dict[Area, Positive], completed_by(WINTER_DEMAND_RATIO)] = Field(
        default_factory=copy_of(WINTER_DEMAND_RATIO)
    )
    """Demand of a winter day against a spring day, by area. [-]"""
    autumn_demand_ratio: Annotated[dict[Area, Positive], completed_by(AUTUMN_DEMAND_RATIO)] = Field(
        default_factory=copy_of(AUTUMN_DEMAND_RATIO)
    )
    """Demand of an autumn day against a spring day, by area. [-]"""
    wind_fleet_mw: Annotated[dict[Area, NotNegative], completed_by(WIND_FLEET_MW)] = Field(
        default_factory=copy_of(WIND_FLEET_MW)
    )
    """Wind power in service, by area. [MW]"""
    fuel_cost_yen_per_kwh: Annotated[
        dict[Tech, NotNegative], completed_by(FUEL_COST_YEN_PER_KWH)
    ] = Field(default_factory=copy_of(FUEL_COST_YEN_PER_KWH))
    """Running cost of supply without carbon price, by type. [yen/kWh]"""
    gas_combined_cycle_share: Share = 0.7
    """Gas plants that are combined cycle (0.376 t/MWh); the others are steam (0.476). [-]"""
    unlisted_cost_yen_per_kwh: NotNegative = 12.0
    """Running cost of small thermal, biomass and other plants that are not published one by one.
    [yen/kWh]"""
    unlisted_t_per_mwh: NotNegative = 0.4
    """Emissions of those plants. [t/MWh]"""
    hydro_daily_share: Share = 0.35
    """Energy of large hydro in a day against running at full output. [-]"""
    construction_elsewhere_myen_per_mw: NotNegative = 2118.0
    """Building cost where no index is published (as Osaka). [million yen/MW]"""
    connection_fixed_myen: Annotated[
        dict[Voltage, NotNegative], completed_by(CONNECTION_FIXED_MYEN)
    ] = Field(default_factory=copy_of(CONNECTION_FIXED_MYEN))
    """Connection without the line, by voltage class. [million yen]"""
    connection_myen_per_km: Annotated[
        dict[Voltage, NotNegative], completed_by(CONNECTION_MYEN_PER_KM)
    ] = Field(default_factory=copy_of(CONNECTION_MYEN_PER_KM))
    """Connecting line, by voltage class. [million yen/km]"""
    connection_km: NotNegative = 2.0
    """Length of the connecting line; places are known to about 2-5 km only. [km]"""
    land_myen_per_ha: Annotated[dict[Area, NotNegative], completed_by(LAND_MYEN_PER_HA)] = Field(
        default_factory=copy_of(LAND_MYEN_PER_HA)
    )
    """Industrial land, by area. [million yen/ha]"""
    fibre_myen_per_km: NotNegative = 5.0
    """Optical fibre; "several million yen per km" (Denki Shimbun). [million yen/km]"""
    groups: dict[Name, Group] = Field(default_factory=dict)
    """Upper-system headroom from named regional statements, by group. [-]"""
