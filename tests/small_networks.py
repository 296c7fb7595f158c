"""Tiny networks whose headroom can be worked out by head.

Triangle, all reactances equal, slack at A, 30 MW of load at B and at C:

    A --AB 100-- B      flows AB 30, AC 30, BC 0 MW
    A --AC  90-- C
    B --BC 100-- C

Load at B runs over AB with two thirds and over AC and BC with one: N-0 (100 - 30) * 3/2 = 105 MW by
AB. With AB out everything runs over AC: N-1 90 - 60 = 30 MW. Load at C: N-0 (90 - 30) * 3/2 = 90
MW by AC, N-1 30 MW by AC with AB out. Load at the slack is made where it is: no limit.
"""

import pandas as pd

from data.layer import Credit
from data.network import Network

NAN = float("nan")
CREDIT = Credit("作った系統", "made network", "CC0", as_of="2026-04")
PLACES = {"A": (33.60, 130.70), "B": (32.80, 130.80), "C": (33.15, 131.55), "D": (33.10, 131.50)}

TRIANGLE_N0 = {"A": NAN, "B": 105.0, "C": 90.0}
TRIANGLE_N1 = {"A": NAN, "B": 30.0, "C": 30.0}


def bus_table(rows):
    columns = ["bus", "name", "kv", "lat", "lon", "area", "load_mw", "is_slack", "in_service"]
    return pd.DataFrame(rows, columns=columns).set_index("bus")


def branch_table(rows):
    columns = ["branch", "name", "from_bus", "to_bus", "kind", "x_pu", "ratio", "shift_deg",
               "rating_mw", "km", "in_service"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).set_index("branch")


def generator_table(rows):
    columns = ["generator", "name", "bus", "p_mw", "min_mw", "max_mw", "cost_per_mwh", "in_service"]
    return pd.DataFrame(rows, columns=columns).set_index("generator")


def bus(name, load_mw=0.0, *, kv=220.0, slack=False, located=True, area="", title=None):
    lat, lon = PLACES[name] if located else (NAN, NAN)
    return (name, title or f"{name}変電所", kv, lat, lon, area, load_mw, slack, True)


def line(name, rating_mw, *, x_pu=0.1, kind="line"):
    return (name, f"{name}線", name[0], name[1], kind, x_pu, 1.0, 0.0, rating_mw, 60.0, True)


def network(buses, branches, generators):
    return Network(
        100.0, bus_table(buses), branch_table(branches), generator_table(generators), CREDIT
    )


def triangle(*, load_mw=30.0, located=True, ab_mw=100.0, ac_mw=90.0, area=""):
    """The triangle above."""
    where = {"located": located, "area": area}
    return network(
        [bus("A", slack=True, **where), bus("B", load_mw, **where), bus("C", load_mw, **where)],
        [line("AB", ab_mw), line("AC", ac_mw), line("BC", 100.0)],
        [("G", "G", "A", 2 * load_mw, 0.0, 500.0, 5.0, True)],
    )


def spur():
    """The triangle with D at 66 kV, 50 MW of transformer away from C: its outage islands D."""
    flat = triangle()
    buses = pd.concat([flat.buses, bus_table([bus("D", 10.0, kv=66.0)])])
    branches = pd.concat([flat.branches, branch_table([line("CD", 50.0, kind="transformer")])])
    return Network(100.0, buses, branches, flat.generators, CREDIT)


def write_network(network, folder):
    """The network as CSV files in the columns of docs/network.md; per unit on 100 MVA."""
    folder.mkdir(parents=True)
    for name in ("buses", "branches", "generators"):
        getattr(network, name).to_csv(folder / f"{name}.csv", encoding="utf-8")
    return folder
