"""Contracts of a network as CSV files: buses, branches, and generators if there are any."""

from data.contract import AREAS, Column, Contract, text
from data.element_table import LARGEST_KV
from data.network import BRANCH_KINDS

LEAST_KV = 0.001

TECHS = (
    "nuclear",
    "coal",
    "gas",
    "oil",
    "hydro",
    "solar",
    "wind",
    "unlisted",
    "pumped",
    "geothermal",
    "biomass",
    "other",
)
"""Kinds of plant; the first eight are those of the supply of typical days."""


def _number(name: str, *, default: str = "", filled: bool = True, words: str = "") -> Column:
    """A number; the column may be left out."""
    return Column(name, "number", filled=filled, present=False, default=default, words=words)


def _unknown(name: str, *, least: float | None = None, words: str = "") -> Column:
    """A number that may be not known: an empty cell, or no such column."""
    return Column(name, "number", filled=False, present=False, least=least, words=words)


def _flag(name: str, default: str) -> Column:
    return Column(name, "flag", present=False, default=default)


def _assumed() -> Column:
    """Values of the row that are not published; see `data.assumed_cells`."""
    return Column("assumed", filled=False, present=False, empty="")


def _name() -> Column:
    return Column("name", filled=False, present=False, empty="")


BUSES = Contract(
    (
        text("bus"),
        _name(),
        Column(
            "kv",
            "number",
            least=LEAST_KV,
            most=LARGEST_KV,
            words=f"a nominal voltage in kV, at most {LARGEST_KV:g} (66 for 66,000 V)",
        ),
        Column("lat", "number", filled=False, present=False, least=-90, most=90),
        Column("lon", "number", filled=False, present=False, least=-180, most=180),
        Column("area", filled=False, present=False, allowed=AREAS),
        _number("load_mw", default="0"),
        _flag("is_slack", "false"),
        _flag("in_service", "true"),
        _assumed(),
    ),
    ("bus",),
)
"""Nodes of a network. [kV, degrees, MW]"""

BRANCHES = Contract(
    (
        text("branch"),
        _name(),
        text("from_bus"),
        text("to_bus"),
        Column("kind", present=False, default="line", allowed=BRANCH_KINDS),
        _unknown("x_ohm"),
        _unknown("x_pu"),
        Column("ratio", "number", present=False, default="1", least=0.1, most=10),
        _number("shift_deg", default="0"),
        _unknown(
            "rating_mw", least=0.001, words="a power above 0 in MW; empty where none is known"
        ),
        _unknown("km", least=0),
        _flag("in_service", "true"),
        _assumed(),
    ),
    ("branch",),
)
"""Lines, transformers and links. [ohm, p.u. on 100 MVA, -, degrees, MW, km]"""

GENERATORS = Contract(
    (
        text("generator"),
        _name(),
        text("bus"),
        Column("p_mw", "number"),
        _unknown("min_mw"),
        _unknown("max_mw"),
        _unknown("cost_per_mwh"),
        Column("tech", filled=False, present=False, allowed=TECHS),
        _flag("in_service", "true"),
        _assumed(),
    ),
    ("generator",),
)
"""What feeds the buses. [MW, currency/MWh]"""

INJECTIONS = Contract(
    (
        text("bus"),
        _number("load_mw", default="0"),
        _number("p_mw", default="0"),
        _unknown("min_mw"),
        _unknown("max_mw"),
        _unknown("cost_per_mwh"),
        _flag("is_slack", "false"),
    ),
    ("bus",),
)
"""Load, generation and slack beside a map that has none. [MW, currency/MWh]"""

NETWORK_TABLES = {
    "network_buses": BUSES,
    "network_branches": BRANCHES,
    "network_generators": GENERATORS,
    "network_injections": INJECTIONS,
}
"""Tables of a user's own network; none is bundled."""
