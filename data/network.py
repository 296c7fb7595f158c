"""A power network as plain tables, whatever file it came from."""

from dataclasses import dataclass, field

import pandas as pd

from data.layer import Credit

BRANCH_KINDS = ("line", "transformer", "link")
"""A link has no impedance: a closed switch or a bus-bar coupler."""

BUS_COLUMNS = ("name", "kv", "lat", "lon", "area", "load_mw", "is_slack", "in_service")
BRANCH_COLUMNS = (
    "name",
    "from_bus",
    "to_bus",
    "kind",
    "x_pu",
    "ratio",
    "shift_deg",
    "rating_mw",
    "km",
    "in_service",
)
GENERATOR_COLUMNS = (
    "name",
    "bus",
    "p_mw",
    "min_mw",
    "max_mw",
    "cost_per_mwh",
    "in_service",
)


@dataclass(frozen=True, slots=True)
class Network:
    """A network for DC studies; every table is joined by key, never by row order.

    Attributes
    ----------
    base_mva : float
        Base of all per-unit values. [MVA]
    buses : DataFrame, index bus (text)
        name, kv [kV], lat, lon [degrees, NaN not known], area (supply area or ""), load_mw (net
        fixed demand without generators; shunts included) [MW], is_slack (takes up what is left
        over; several may), in_service.
    branches : DataFrame, index branch (text)
        name, from_bus, to_bus, kind (`BRANCH_KINDS`), x_pu (series reactance on base_mva; 0 for
        a link) [p.u.], ratio (off-nominal tap, 1 without), shift_deg (phase shift, positive delays
        the to side) [degrees], rating_mw (most it may carry; NaN: none stated) [MW], km (NaN not
        known) [km], in_service.
    generators : DataFrame, index generator (text)
        name, bus, p_mw (set point), min_mw, max_mw (NaN not known) [MW], cost_per_mwh (NaN not
        known; any currency) [1/MWh], in_service. External grids are generators on a slack bus.
        A further column tech (kind of plant, "" not known) where the file tells any.
    notes : tuple of str
        What the reader decided, repaired or left out, with counts.
    assumed : DataFrame, columns table, key, column, source
        Values that were not in the file but assumed (voltage-class defaults); empty if none.
    """

    base_mva: float
    buses: pd.DataFrame
    branches: pd.DataFrame
    generators: pd.DataFrame
    credit: Credit
    notes: tuple[str, ...] = ()
    assumed: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["table", "key", "column", "source"])
    )
