"""The contract of every table that crosses a package border."""

from collections.abc import Mapping
from types import MappingProxyType

from data.contract import DATE_PATTERN, Column, Contract, key, text
from data.contracts_clean import CLEAN_TABLES
from data.contracts_demand import AREA_TABLES, COMPUTE_TABLES, FORECAST_TABLES
from data.contracts_loads import LOAD_TABLES, USER_LOAD_TABLES
from data.contracts_network import NETWORK_TABLES
from data.contracts_place import PLACE_TABLES
from data.contracts_series import SERIES_TABLES
from data.contracts_supply import GRID_TABLES, SUPPLY_TABLES, TIME_TABLES

SOURCES = Contract(
    (
        key("source"),
        text("title"),
        text("publisher"),
        Column("published", filled=False, pattern=DATE_PATTERN),
        Column("url", filled=False, pattern=r"https?://\S+"),
        text("licence", filled=False),
    ),
    ("source",),
)

CONTRACTS: Mapping[str, Contract] = MappingProxyType(
    {
        "sources": SOURCES,
        **AREA_TABLES,
        **FORECAST_TABLES,
        **GRID_TABLES,
        **PLACE_TABLES,
        **COMPUTE_TABLES,
        **SUPPLY_TABLES,
        **CLEAN_TABLES,
        **TIME_TABLES,
        **SERIES_TABLES,
        **LOAD_TABLES,
        **USER_LOAD_TABLES,
        **NETWORK_TABLES,
    }
)
"""Contract of every table by name; all but `USER_ONLY` are bundled."""

USER_ONLY = ("occto_area", *USER_LOAD_TABLES, *NETWORK_TABLES, *SERIES_TABLES)
"""Tables that come from a user's file only."""

BUNDLED: tuple[str, ...] = tuple(name for name in CONTRACTS if name not in USER_ONLY)
"""Tables shipped in data/japan."""
