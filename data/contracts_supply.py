"""Contracts of what gives power: ties, zones, plants, typical days."""

from data.contract import (
    DATE_PATTERN,
    NAMES,
    Column,
    amount,
    area,
    choice,
    facts,
    key,
    position,
    share,
    text,
    year,
)

CAP_BASES = (
    "welcome_zone",
    "potential_map",
    "operator_statement",
    "aki_yoryo_forward",
    "aki_yoryo_reverse",
    "derived",
)

EXTRACTIONS = ("manual", "pdf_table", "colour_sampling")
EMISSION_KINDS = (
    "direct_tech",
    "national_average",
    "retailer_residual",
    "retailer_adjusted",
    "retailer_unadjusted",
    "retailer_basic",
)

MIX_TECHS = ("thermal", "nuclear", "hydro", "solar", "wind", "biomass", "geothermal")

SEASONS = ("spring", "summer", "autumn", "winter")

DAY_KINDS = ("weekday", "holiday", "minimum", "peak", "still")

DIRECTIONS = ("forward", "reverse")

GRID_TABLES = {
    "ties": facts(
        key("tie"),
        *NAMES,
        area("from_area"),
        area("to_area"),
        choice("kind", ("ac", "hvdc", "fc")),
        Column("loop", "flag"),
        *position("from_"),
        *position("to_"),
        by="tie",
    ),
    "tie_capacity": facts(
        key("tie"),
        choice("direction", DIRECTIONS),
        year("from_fiscal_year"),
        amount("capacity_mw"),
        choice("status", ("existing", "planned", "aim")),
        text("project", filled=False),
        amount("project_cost_oku_yen", filled=False),
        by="tie direction from_fiscal_year",
    ),
    "zones": facts(
        key("tso"),
        area(),
        choice("asset_type", ("zone", "substation", "line", "bank", "class")),
        text("asset_name"),
        text("name_en", filled=False, present=False),
        amount("voltage_kv", filled=False),
        *position(filled=False),
        amount("precision_km", filled=False, present=False),
        amount("cap_low_mw", filled=False),
        amount("cap_high_mw", filled=False),
        choice("cap_basis", CAP_BASES),
        amount("lead_time_low_y", filled=False, present=False),
        amount("lead_time_high_y", filled=False, present=False),
        choice("lead_time_from", ("contract", "application"), filled=False, present=False),
        amount("max_distance_m", filled=False, present=False),
        amount("lead_out_voltage_kv", filled=False, present=False),
        key("additive_group", filled=False),
        Column("valid_until", filled=False, present=False, pattern=DATE_PATTERN),
        text("source_title", filled=False, present=False),
        text("source_url", filled=False, present=False),
        text("licence", filled=False, present=False),
        Column("extraction", present=False, default="manual", allowed=EXTRACTIONS),
        by="tso asset_type asset_name",
    ),
    "voltage_classes": facts(
        amount("voltage_kv"), amount("min_mw"), amount("max_mw", filled=False), by="voltage_kv"
    ),
    "line_types": facts(
        text("line_type"),
        amount("nominal_kv"),
        amount("x_ohm_per_km"),
        amount("current_ka"),
        by="line_type",
    ),
    "transformer_types": facts(
        amount("voltage_kv"),
        amount("size_mva"),
        share("x_share"),
        by="voltage_kv",
    ),
}

SUPPLY_TABLES = {
    "supply_observed": facts(
        area(),
        choice("tech", ("coal", "gas", "oil", "nuclear", "hydro")),
        amount("mw"),
        by="area tech",
    ),
    "supply_mix": facts(
        area(), year("calendar_year"), choice("tech", MIX_TECHS), share("share"), by="area tech"
    ),
    "emission_factors": facts(
        key("subject"),
        choice("kind", EMISSION_KINDS),
        amount("t_per_mwh"),
        year(),
        by="subject kind fiscal_year",
    ),
    "curtailment": facts(
        area(),
        year(),
        share("curtailed_share", filled=False),
        amount("curtailed_twh", filled=False),
        by="area fiscal_year",
    ),
    "nuclear_units": facts(
        key("unit"),
        text("name_ja"),
        area(),
        amount("peak_mw"),
        Column("days_seen", "whole", least=0),
        by="unit",
    ),
    "fleets": facts(area(), choice("tech", ("solar", "wind")), amount("mw"), by="area tech"),
}

TIME_TABLES = {
    "day_kinds": facts(
        key("day"),
        choice("season", SEASONS),
        choice("kind", DAY_KINDS),
        *NAMES,
        amount("days_per_year"),
        by="day",
    ),
    "typical_days": facts(
        area(),
        key("day"),
        Column("hour", "whole", least=0, most=23),
        amount("demand_mw", filled=False),
        share("solar_share", filled=False),
        share("wind_share", filled=False),
        by="area day hour",
    ),
}
