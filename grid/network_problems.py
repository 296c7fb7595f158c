"""Everything that is wrong with a finished network, in one list.

Whether generation and load fit together is no fault of the tables; the studies say it.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.errors import Problem
from data.network import BRANCH_KINDS, Network
from grid.network_parts import Parts, parts_of
from grid.network_slack import islands_of

MOST_KV_DIFFERENCE_SHARE = 0.02
"""Ends of one line may differ by rounding of nominal voltages (154 and 155 kV), not by a class."""
MOST_KV = 1500.0
"""Above every transmission voltage in use (1,150 kV AC, 1,100 kV DC): such a number is in volts."""


def find_network_problems(network: Network, *, take_largest: bool = False) -> list[Problem]:
    """Every problem of `network`; an empty list means that it can be computed.

    Parameters
    ----------
    network : Network
    take_largest : bool
        An island without slack is balanced by its largest generator instead of being refused.

    Returns
    -------
    list of Problem
        One for each bus, branch, generator or island that cannot be used. What is out of service
        is only checked for its id and the buses it names.
    """
    doubles = list(_ids(network))
    problems = [*_base(network), *doubles, *_unknown_buses(network)]
    problems += [*_buses(network), *_branches(network), *_generators(network)]
    if not doubles:  # islands of rows that cannot be told apart would mean nothing
        problems += _islands(parts_of(network), take_largest)
    return problems


def _base(network: Network) -> Iterator[Problem]:
    if not (np.isfinite(network.base_mva) and network.base_mva > 0):
        yield Problem("base_mva", f"{network.base_mva:g}", "a positive number of MVA")
    if not network.buses["in_service"].astype(bool).any():
        yield Problem("buses", "no bus in service", "at least one bus in service")


def _ids(network: Network) -> Iterator[Problem]:
    tables = {"bus": network.buses, "branch": network.branches, "generator": network.generators}
    for kind, table in tables.items():
        counts = table.index.value_counts(sort=False, dropna=False)
        for name, count in counts[counts > 1].items():
            found = f"{name} in {count} rows"
            yield Problem(f"{kind} id", found, "each id once", "Rename or remove the others.")
        if (table.index.isna() | (table.index == "")).any():
            yield Problem(f"{kind} id", "an empty id", "a name for each row")


def _unknown_buses(network: Network) -> Iterator[Problem]:
    ends = [(network.branches, "branch", "from_bus"), (network.branches, "branch", "to_bus")]
    for table, kind, column in [*ends, (network.generators, "generator", "bus")]:
        for name, bus in table.loc[~table[column].isin(network.buses.index), column].items():
            yield Problem(f"{kind} {name}, {column}", str(bus), "the id of a bus in the table")


def _buses(network: Network) -> Iterator[Problem]:
    buses = _in_service(network.buses)
    for name, kv in buses.loc[(buses["kv"] <= 0) | (buses["kv"] > MOST_KV), "kv"].items():
        fix = "Divide volts by 1,000." if kv > MOST_KV else "Leave it empty if it is not known."
        yield Problem(f"bus {name}, kv", f"{kv:g}", f"kV above 0, at most {MOST_KV:g}", fix)
    yield from _not_finite(buses, "bus", "load_mw")


def _branches(network: Network) -> Iterator[Problem]:
    branches = _in_service(network.branches)
    for name, kind in branches.loc[~branches["kind"].isin(BRANCH_KINDS), "kind"].items():
        yield Problem(f"branch {name}, kind", str(kind), "one of " + ", ".join(BRANCH_KINDS))
    for name, bus in branches.loc[branches["from_bus"] == branches["to_bus"], "from_bus"].items():
        yield Problem(f"branch {name}", f"both ends at {bus}", "two different buses")
    yield from _series(branches[branches["kind"] != "link"])
    yield from _ratings(branches)
    yield from _voltages(network, branches[branches["kind"] != "transformer"])


def _series(branches: pd.DataFrame) -> Iterator[Problem]:
    """Reactance, tap and shift: a negative reactance (series capacitor) may stand, zero not."""
    x_pu = branches["x_pu"].astype(float)
    fix = "Make it a link if it has no impedance."
    for name, value in x_pu[~np.isfinite(x_pu) | (x_pu == 0)].items():
        yield Problem(f"branch {name}, x_pu", f"{value:g}", "a reactance that is not zero", fix)
    ratio = branches["ratio"].astype(float)
    for name, value in ratio[~(np.isfinite(ratio) & (ratio > 0))].items():
        yield Problem(f"branch {name}, ratio", f"{value:g}", "a tap above 0, 1 without one")
    yield from _not_finite(branches, "branch", "shift_deg")


def _ratings(branches: pd.DataFrame) -> Iterator[Problem]:
    rating_mw = branches["rating_mw"].astype(float)
    for name, value in rating_mw[(rating_mw <= 0) | np.isinf(rating_mw)].items():
        fix = "Leave it empty if none is stated; set in_service to false if it is open."
        yield Problem(f"branch {name}, rating_mw", f"{value:g}", "MW above 0", fix)


def _voltages(network: Network, branches: pd.DataFrame) -> Iterator[Problem]:
    kv = network.buses["kv"][~network.buses.index.duplicated()]
    ends = pd.DataFrame(
        {end: kv.reindex(branches[f"{end}_bus"]).to_numpy() for end in ("from", "to")},
        index=branches.index,
    )
    gap_share = (ends["from"] - ends["to"]).abs() / ends.max(axis=1)
    for name, row in ends[gap_share > MOST_KV_DIFFERENCE_SHARE].iterrows():
        found = f"{row['from']:g} kV at one end, {row['to']:g} kV at the other"
        fix = "Make it a transformer or correct a bus."
        yield Problem(f"branch {name}, kv", found, "the same voltage within 2 %", fix)


def _generators(network: Network) -> Iterator[Problem]:
    generators = _in_service(network.generators)
    yield from _not_finite(generators, "generator", "p_mw")
    crossed = generators["min_mw"] > generators["max_mw"]
    for name, row in generators[crossed].iterrows():
        found = f"{row['min_mw']:g}, above max_mw {row['max_mw']:g}"
        yield Problem(f"generator {name}, min_mw", found, "at most max_mw")


def _islands(parts: Parts, take_largest: bool) -> Iterator[Problem]:
    islands = islands_of(parts)
    if len(parts.buses) and islands.is_dead.all():
        yield Problem("buses", "no slack, load or generator in service", "at least a slack bus")
    refused = ~islands.has_slack & ~islands.is_dead
    if take_largest:
        refused &= ~islands.has_generator
    for island in islands.first_bus[refused].index:
        fix = "Mark a bus as slack, or let its largest generator take its balance."
        if not islands.has_generator[island]:
            fix = "It has load but no generator: connect it or take it out of service."
        found = f"an island of {islands.size[island]} bus(es) without slack"
        where = f"island of bus {islands.first_bus[island]}"
        yield Problem(where, found, "a slack bus in each island", fix)


def _in_service(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["in_service"].astype(bool)]


def _not_finite(table: pd.DataFrame, kind: str, column: str) -> Iterator[Problem]:
    for name, value in table.loc[~np.isfinite(table[column].astype(float)), column].items():
        yield Problem(f"{kind} {name}, {column}", f"{value:g}", "a number")
