"""Contracts of series that only a user brings: demand by half-hour, own typical days."""

from data.contract import Column, amount, area, choice, facts, key, number, share
from data.contract import Contract as Table

SOURCES_OF_POWER = (
    "nuclear",
    "thermal",
    "lng",
    "coal",
    "oil",
    "thermal_other",
    "hydro",
    "geothermal",
    "biomass",
    "solar",
    "wind",
    "pumped",
    "battery",
    "tie",
    "other",
)
"""What meets demand; pumping, charging and exports are negative."""

HELD_BACK = ("thermal_curtailed", "biomass_curtailed", "solar_curtailed", "wind_curtailed")
"""Power that plants were told not to produce."""

FORECASTS = ("forecast_demand", "forecast_generation", "forecast_solar_wind")

QUANTITIES = ("demand", *SOURCES_OF_POWER, *HELD_BACK, "total", *FORECASTS)
"""What a utility's file may hold; `total` is the utility's own sum of the sources."""

START_PATTERN = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:00\+09:00"

STAMP_PATTERN = r"\d{4}-\d\d-\d\d ([01]\d|2[0-3]):(00|30)"
STAMP_WORDS = "the start of an hour, 0:00 to 23:00, or of its half, such as 2026-04-01 00:00"

SERIES_TABLES = {
    "area_demand": Table(
        (
            Column("start", pattern=START_PATTERN),
            Column("minutes", "whole", least=30, most=60),
            area(),
            choice("quantity", QUANTITIES),
            number("mw", filled=False),
        ),
        ("area", "quantity", "start"),
    ),
    "user_hours": Table(
        (
            Column("time", pattern=STAMP_PATTERN, words=STAMP_WORDS),
            area(),
            amount("demand_mw"),
            share("solar_share", filled=False, present=False),
            share("wind_share", filled=False, present=False),
        ),
        ("area", "time"),
    ),
    "user_typical_days": facts(
        area(),
        key("day"),
        Column("hour", "whole", least=0, most=23),
        amount("demand_mw"),
        by="area day hour",
    ),
}
