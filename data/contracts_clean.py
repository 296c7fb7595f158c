"""Contracts of what clean power under contract costs."""

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
}
"""Cost of power by year of construction, what turns it into a cost by MW, and when zones start."""
