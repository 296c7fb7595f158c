"""Contracts of where things stand: places, stations, offshore zones."""

from data.contract import (
    NAMES,
    Column,
    amount,
    area,
    choice,
    facts,
    key,
    number,
    position,
    prefecture,
    text,
)

PLACE_KINDS = (
    "hub",
    "programme",
    "cluster_industrial",
    "bulk_plant",
    "offshore_landing",
    "industrial",
    "screened",
)

DISTANCE_CLASSES = ("<=20", "20-100", "100-300", ">300")

PLACE_TABLES = {
    "places": facts(
        key("place"),
        text("name_ja", filled=False, present=False),
        text("name_en", filled=False, present=False),
        Column("kind", present=False, default="industrial", allowed=PLACE_KINDS),
        prefecture("prefecture_code", filled=False, present=False),
        text("municipality", filled=False, present=False),
        *position(),
        amount("precision_km", filled=False, present=False),
        area(),
        Column("seismic_zone", filled=False, present=False, empty=""),
        amount("voltage_kv", filled=False),
        choice("ix_class", DISTANCE_CLASSES, filled=False, present=False),
        choice("landing_class", DISTANCE_CLASSES, filled=False, present=False),
        by="place",
    ),
    "place_figures": facts(
        key("place"), key("quantity"), number("value"), text("unit"), by="place quantity as_of"
    ),
    "climate": facts(
        key("station"),
        *NAMES,
        *position(),
        number("annual_mean_c"),
        number("august_mean_c", filled=False),
        by="station",
    ),
    "metros": facts(key("metro"), *NAMES, *position(), by="metro"),
    "landing_points": facts(
        key("landing_point"),
        *NAMES,
        *position(),
        amount("precision_km"),
        by="landing_point",
    ),
    "offshore_zones": facts(
        key("zone"),
        *NAMES,
        area(),
        *position(),
        amount("precision_km"),
        amount("low_mw"),
        amount("high_mw"),
        choice("status", ("promotion", "promising")),
        by="zone",
    ),
}
