"""Lines, impedances and switches of a pandapower file as branches."""

import math
from collections import defaultdict

import numpy as np
import pandas as pd

from data.element_table import ABOVE_ZERO, NOT_NEGATIVE, ElementTable, Flags
from data.network_parts import NetworkParts, branch_rows

UNLIMITED_KA = 99999.0
"""What pandapower's converters write for a line without a limit."""

SWITCH_X_SHARE = 1 / math.sqrt(5)
"""Reactance in the impedance of a bus-bus switch, where r is 2 x as pandapower takes it."""

TABLE_OF = {"l": "line", "t": "trafo", "t3": "trafo3w"}


def add_lines(parts: NetworkParts, table: ElementTable, bus_kv: pd.Series, is_open: Flags) -> None:
    """Add the lines.

    Parameters
    ----------
    parts : NetworkParts
        Grows.
    table : ElementTable
        `line`.
    bus_kv : Series, index bus
        Nominal voltages. [kV]
    is_open : bool array, shape (lines,)
        An open switch stands at one of its ends.
    """
    ends = table.buses("from_bus", bus_kv.index), table.buses("to_bus", bus_kv.index)
    kv = bus_kv.reindex(ends[0]).to_numpy()
    km = table.numbers("length_km", bounds=NOT_NEGATIVE)
    parallel = table.numbers("parallel", 1.0, ABOVE_ZERO)
    df = table.numbers("df", 1.0, ABOVE_ZERO)
    with np.errstate(all="ignore"):
        x_pu = table.numbers("x_ohm_per_km") * km / parallel * parts.base_mva / kv**2
    table.refuse(np.flatnonzero(x_pu == 0), "no reactance", "a reactance; a switch where it is 0")
    ka = table.numbers("max_i_ka", np.nan, NOT_NEGATIVE)
    rating_mw = _rating_mw(parts, ka, kv) * df * parallel
    rows = {"name": table.texts("name"), "x_pu": x_pu, "rating_mw": rating_mw, "km": km}
    in_service = table.flags("in_service", True) & ~is_open
    keys = [f"line {key}" for key in table.keys]
    parts.branches.append(branch_rows(keys, ends, "line", in_service=in_service, **rows))
    several = int((parallel > 1).sum())
    parts.note(several, "lines stand for several in parallel; an outage takes all of them")


def _rating_mw(parts: NetworkParts, ka: np.ndarray, kv: np.ndarray) -> np.ndarray:
    stated = (ka > 0) & (ka < UNLIMITED_KA)
    without = int((~stated & ~np.isnan(ka)).sum())
    parts.note(without, "lines have 0 or 99,999 kA as limit, taken as none stated")
    return np.where(stated, ka, np.nan) * kv * math.sqrt(3)


def add_impedances(parts: NetworkParts, table: ElementTable, bus_kv: pd.Series) -> None:
    """Add impedances between two buses; without rating, as the file has none."""
    ends = table.buses("from_bus", bus_kv.index), table.buses("to_bus", bus_kv.index)
    sn_mva = table.numbers("sn_mva", bounds=ABOVE_ZERO)
    x_pu = table.numbers("xft_pu") * parts.base_mva / sn_mva
    table.refuse(np.flatnonzero(x_pu == 0), "no reactance", "a reactance; a switch where it is 0")
    uneven = table.numbers("xtf_pu", np.nan)
    differs = int((~np.isclose(uneven, table.numbers("xft_pu"), equal_nan=True)).sum())
    parts.note(differs, "impedances differ by direction; that of from to to is taken")
    keys = [f"impedance {key}" for key in table.keys]
    rows = {"name": table.texts("name"), "x_pu": x_pu}
    in_service = table.flags("in_service", True)
    parts.branches.append(branch_rows(keys, ends, "line", in_service=in_service, **rows))


def add_switches(parts: NetworkParts, table: ElementTable, bus_kv: pd.Series) -> None:
    """Add switches between buses: links, or lines where they have an impedance."""
    bus_to_bus = [place for place, kind in enumerate(table.texts("et")) if kind == "b"]
    couplers = table.part(bus_to_bus)
    ends = couplers.buses("bus", bus_kv.index), couplers.buses("element", bus_kv.index)
    kv = bus_kv.reindex(ends[0]).to_numpy()
    z_ohm = couplers.numbers("z_ohm", 0.0, NOT_NEGATIVE)
    x_pu = z_ohm * SWITCH_X_SHARE * parts.base_mva / kv**2
    ka = couplers.numbers("in_ka", np.nan, NOT_NEGATIVE)
    rows = branch_rows(
        [f"switch {key}" for key in couplers.keys],
        ends,
        "link",
        name=couplers.texts("name"),
        x_pu=x_pu,
        rating_mw=np.where(ka > 0, ka, np.nan) * kv * math.sqrt(3),
        in_service=couplers.flags("closed", True),
    )
    rows["kind"] = np.where(x_pu > 0, "line", "link")
    parts.branches.append(rows)


def open_ends(table: ElementTable) -> dict[tuple[str, str], set[str]]:
    """Buses at which an element is cut off, by table and element; faults are kept."""
    kinds, elements, buses = table.texts("et"), table.texts("element"), table.texts("bus")
    closed = table.flags("closed", True)
    other = [place for place, kind in enumerate(kinds) if kind not in {"b", *TABLE_OF}]
    table.refuse(other, "another et", "l, t, t3 or b")
    cut: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, element, bus, is_closed in zip(kinds, elements, buses, closed, strict=True):
        if kind in TABLE_OF and not is_closed:
            cut[TABLE_OF[kind], element].add(bus)
    return dict(cut)


def is_cut(table: ElementTable, cut: dict[tuple[str, str], set[str]]) -> Flags:
    """Which elements have an open switch at any end."""
    return np.array([(table.name, key) in cut for key in table.keys], dtype=bool)


def is_cut_at(table: ElementTable, cut: dict[tuple[str, str], set[str]], column: str) -> Flags:
    """Which elements have an open switch at the bus of this column."""
    buses = table.texts(column)
    ends = zip(table.keys, buses, strict=True)
    return np.array([bus in cut.get((table.name, key), ()) for key, bus in ends], dtype=bool)
