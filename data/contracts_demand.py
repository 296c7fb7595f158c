"""Contracts of what asks for power: areas, forecasts, computing."""

from data.contract import (
    NAMES,
    VINTAGE,
    Column,
    Contract,
    amount,
    area,
    choice,
    facts,
    key,
    number,
    position,
    prefecture,
    text,
    year,
)

NATIONAL_QUANTITIES = (
    "peak_mw",
    "energy_gwh",
    "counted_mw",
    "counted_dc_mw",
    "counted_fab_mw",
    "counted_energy_gwh",
    "counted_dc_energy_gwh",
    "counted_fab_energy_gwh",
)

AREA_QUANTITIES = (
    *NATIONAL_QUANTITIES,
    "counted_share",
    "counted_dc_energy_share",
    "peak_growth_share_per_year",
    "energy_growth_share_per_year",
    "energy_change_share",
)

AREA_TABLES = {
    "areas": facts(
        area(),
        *NAMES,
        Column("occto_code", pattern=r"\d{1,2}"),
        Column("frequency_hz", "whole", least=50, most=60),
        Column("interconnected", "flag"),
        *position("label_"),
        by="area",
    ),
    "area_rule": facts(Column("code", pattern=r"\d{2}(\d{3})?"), area(), by="code"),
    "area_peaks": facts(
        area(),
        choice("quantity", ("annual_peak", "supply_at_peak", "observed_peak")),
        year(),
        amount("mw"),
        by="area quantity fiscal_year",
    ),
    "cluster_prefectures": facts(prefecture("prefecture_code"), *NAMES, by="prefecture_code"),
    "cluster_criteria": facts(key("criterion"), number("value"), text("unit"), by="criterion"),
}

FORECAST_TABLES = {
    "forecast_national": facts(
        VINTAGE,
        year(),
        choice("quantity", NATIONAL_QUANTITIES),
        amount("value"),
        text("unit"),
        by="vintage fiscal_year quantity",
    ),
    "forecast_area": facts(
        VINTAGE,
        year(),
        area(),
        choice("quantity", AREA_QUANTITIES),
        number("value", filled=False),
        number("value_low", filled=False),
        number("value_high", filled=False),
        text("unit"),
        by="vintage fiscal_year area quantity",
    ),
    "occto_area": Contract(
        (
            VINTAGE,
            year(),
            area(extra=("japan",)),
            choice("quantity", NATIONAL_QUANTITIES),
            amount("value"),
        ),
        ("vintage", "fiscal_year", "area", "quantity"),
    ),
    "queue": facts(area(extra=("japan",)), key("quantity"), amount("mw"), by="area quantity as_of"),
}

COMPUTE_TABLES = {
    "hardware": facts(
        key("hardware"),
        text("name"),
        year("first_fiscal_year"),
        choice("precision", ("fp16", "fp8", "fp4", "fp64")),
        amount("mw_per_eflops_low"),
        amount("mw_per_eflops_high"),
        by="hardware precision",
    ),
    "programme": facts(
        key("item"),
        amount("eflops"),
        choice("precision", ("fp16", "fp8", "fp4", "fp64")),
        year("by_fiscal_year"),
        by="item",
    ),
    "subsidies": facts(
        key("operator"),
        text("name_ja"),
        amount("amount_oku_yen"),
        key("place", filled=False),
        by="operator",
    ),
    "parameters": facts(
        key("parameter"),
        number("value", filled=False),
        number("low", filled=False),
        number("high", filled=False),
        text("unit"),
        by="parameter",
    ),
}
