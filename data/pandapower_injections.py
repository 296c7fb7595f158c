"""What feeds and loads the buses of a pandapower file."""

import numpy as np
import pandas as pd

from data.element_table import ABOVE_ZERO, Array, ElementTable, Flags
from data.network_parts import NetworkParts, generator_rows
from data.pandapower_json import PandapowerFile

PHASES = "abc"

REFUSED = ("motor", "tcsc", "vsc", "b2b_vsc", "line_dc", "vsc_stacked", "vsc_bipolar")
"""They carry power and have no counterpart here."""

LEFT_OUT = ("svc", "ssc")
"""Reactive power only."""


def demand_mw(file: PandapowerFile, bus_kv: pd.Series, notes: NetworkParts) -> pd.Series:
    """Fixed demand by bus: loads, wards and shunts at 1 p.u., storages, DC lines.

    Parameters
    ----------
    file : PandapowerFile
        All its tables.
    bus_kv : Series, index bus
        Nominal voltages. [kV]
    notes : NetworkParts
        Its notes grow.

    Returns
    -------
    Series, index bus
        [MW]
    """
    drawn = [
        _scaled(file.table("load"), bus_kv, ("p_mw",)),
        _scaled(file.table("storage"), bus_kv, ("p_mw",)),
        _scaled(file.table("ward"), bus_kv, ("ps_mw", "pz_mw")),
        _scaled(file.table("xward"), bus_kv, ("ps_mw", "pz_mw")),
        _scaled(file.table("asymmetric_load"), bus_kv, tuple(f"p_{p}_mw" for p in PHASES)),
        -_scaled(file.table("asymmetric_sgen"), bus_kv, tuple(f"p_{p}_mw" for p in PHASES)),
        _shunts(file.table("shunt"), bus_kv),
        *_dc_lines(file.table("dcline"), bus_kv),
    ]
    for name, text in (
        ("storage", "storages are fixed demand, as in the file"),
        ("ward", "wards are fixed demand at 1 p.u."),
        ("xward", "extended wards are fixed demand at 1 p.u., their inner source left out"),
        ("dcline", "DC lines are fixed withdrawals and infeeds"),
    ):
        notes.note(len(file.table(name)), text)
    total = pd.concat(drawn).groupby(level=0).sum()
    return total.reindex(bus_kv.index, fill_value=0.0)


def _scaled(table: ElementTable, bus_kv: pd.Series, columns: tuple[str, ...]) -> pd.Series:
    buses = table.buses("bus", bus_kv.index)
    power = sum((table.numbers(column) for column in columns), start=np.zeros(len(table)))
    return _in_service(table, buses, power * table.numbers("scaling", 1.0))


def _shunts(table: ElementTable, bus_kv: pd.Series) -> pd.Series:
    """Active power of shunts at 1 p.u. of the bus."""
    buses = table.buses("bus", bus_kv.index)
    kv = bus_kv.reindex(buses).to_numpy()
    rated = table.numbers("vn_kv", np.nan, ABOVE_ZERO)
    with np.errstate(all="ignore"):
        share = np.where(np.isnan(rated), 1.0, kv / rated) ** 2
    tabular = table.flags("step_dependency_table", False)
    fix = "Set step_dependency_table to false and give p_mw itself"
    table.refuse(np.flatnonzero(tabular), "values by step in a table", "p_mw in the row", fix)
    return _in_service(table, buses, table.numbers("p_mw") * table.numbers("step", 1.0) * share)


def _dc_lines(table: ElementTable, bus_kv: pd.Series) -> tuple[pd.Series, pd.Series]:
    """What leaves one end and, less the losses, arrives at the other."""
    ends = table.buses("from_bus", bus_kv.index), table.buses("to_bus", bus_kv.index)
    power = table.numbers("p_mw")
    kept = 1 - table.numbers("loss_percent", 0.0) / 100
    arrives = np.abs(power) * kept - table.numbers("loss_mw", 0.0)
    forward = power > 0
    at_from = np.where(forward, power, -arrives)
    at_to = np.where(forward, -arrives, -power)
    at_to = np.where(power == 0, table.numbers("loss_mw", 0.0), at_to)
    at_from = np.where(power == 0, 0.0, at_from)
    return _in_service(table, ends[0], at_from), _in_service(table, ends[1], at_to)


def _in_service(table: ElementTable, buses: list[str], power: Array) -> pd.Series:
    active = np.where(table.flags("in_service", True), power, 0.0)
    return pd.Series(active, index=pd.Index(buses, dtype=object), dtype=float)


def add_generators(parts: NetworkParts, file: PandapowerFile, bus_kv: pd.Series) -> pd.Series:
    """Add gen, sgen and ext_grid; say which buses take up what is left over.

    Returns
    -------
    Series of bool, index bus
        Slack buses.
    """
    slack: set[str] = set()
    for name in ("gen", "sgen", "ext_grid"):
        table = file.table(name)
        buses = table.buses("bus", bus_kv.index)
        in_service = table.flags("in_service", True)
        takes_rest = _takes_rest(table)
        slack |= {bus for bus, rest in zip(buses, takes_rest & in_service, strict=True) if rest}
        power = _set_point(table)
        low, high = _limits(table, power)
        columns = {"name": table.texts("name"), "p_mw": power, "min_mw": low, "max_mw": high}
        cost = _marginal_cost(file.table("poly_cost"), table, power)
        keys = [f"{name} {key}" for key in table.keys]
        parts.generators.append(
            generator_rows(keys, buses, cost_per_mwh=cost, in_service=in_service, **columns)
        )
    count = len(file.table("ext_grid"))
    parts.note(count, "external grids have the set point 0 MW: they take up what is left over")
    parts.note(len(file.table("pwl_cost")), "piecewise costs are not read: not known")
    return pd.Series([bus in slack for bus in bus_kv.index], index=bus_kv.index, dtype=bool)


def _takes_rest(table: ElementTable) -> Flags:
    if table.name == "ext_grid":
        return np.full(len(table), True)
    return table.flags("slack", False) if table.name == "gen" else np.full(len(table), False)


def _set_point(table: ElementTable) -> Array:
    if table.name == "ext_grid":
        return np.zeros(len(table))
    return table.numbers("p_mw") * table.numbers("scaling", 1.0)


def _limits(table: ElementTable, power: Array) -> tuple[Array, Array]:
    """Limits as stated; what is not controllable stays where it is."""
    low, high = table.numbers("min_p_mw", np.nan), table.numbers("max_p_mw", np.nan)
    crossed = low > high
    table.refuse(np.flatnonzero(crossed), "min_p_mw above max_p_mw", "the least below the most")
    fixed = ~table.flags("controllable", table.name != "sgen")
    return np.where(fixed, power, low), np.where(fixed, power, high)


def _marginal_cost(costs: ElementTable, table: ElementTable, power: Array) -> Array:
    """Slope of the cost polynomial at the set point; NaN without one."""
    linear, square = costs.numbers("cp1_eur_per_mw", 0.0), costs.numbers("cp2_eur_per_mw2", 0.0)
    slopes = {}
    rows = zip(costs.texts("et"), costs.texts("element"), linear, square, strict=True)
    for kind, element, first, second in rows:
        if kind == table.name:
            slopes[element] = (first, second)
    none = (np.nan, 0.0)
    found = np.array([slopes.get(key, none) for key in table.keys]).reshape(-1, 2)
    return found[:, 0] + 2 * found[:, 1] * power


def refuse_others(file: PandapowerFile, notes: NetworkParts) -> None:
    """Problems for tables in service that carry power and cannot be represented."""
    for name in REFUSED:
        table = file.table(name)
        active = np.flatnonzero(table.flags("in_service", True))
        fix = "Replace them by loads and generators, or put them out of service"
        table.refuse(active, f"a {name}, which has no counterpart in a DC network", "none", fix)
    for name in LEFT_OUT:
        notes.note(len(file.table(name)), f"elements of {name} left out: reactive power only")
