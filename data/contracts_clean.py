"""Contracts of clean power under contract, and of the carbon in servers and buildings."""

from data.contract import amount, choice, facts, key, number, text, year

CLEAN_TECHS = ("solar", "onshore", "offshore", "geothermal", "nuclear")
"""Plants whose power may be contracted; `onshore` and `offshore` are wind."""

CLEAN_TABLES = {
    "clean_costs": facts(
        choice("tech", CLEAN_TECHS),
        year(),
        amount("low_yen_per_kwh"),
        amount("high_yen_per_kwh", filled=False),
        by="tech fiscal_year",
    ),
    "clean_parameters": facts(
        key("parameter"),
        number("value", filled=False),
        number("low", filled=False),
        number("high", filled=False),
        text("unit"),
        by="parameter",
    ),
    "offshore_years": facts(key("zone"), year("first_fiscal_year"), by="zone"),
    "embodied_carbon": facts(
        choice("part", ("servers", "building")),
        choice("case", ("low", "mid", "high")),
        amount("t_per_mw"),
        by="part case",
    ),
}
"""Cost of power by year of construction, what turns it into a cost by MW, when zones start,
and the embodied carbon of a megawatt of servers and of contract power."""
