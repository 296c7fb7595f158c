"""Standard line and transformer values by voltage, for a network whose own are not public."""

from dataclasses import dataclass

import numpy as np

from data.facts import read_fact

LINE_SOURCE = (
    "standard line types of Oeding and Oswald, Elektrische Kraftwerke und Netze, 2011, as PyPSA "
    "lists them, at the nearest voltage; reactance times frequency over 50 Hz"
)
CIRCUITS_SOURCE = "two circuits a route, as Japanese trunk lines are usually built; assumed"
LENGTH_SOURCE = "great circle times 1.25, the length factor of PyPSA-Earth"
PATH_SOURCE = "shortest way along OpenStreetMap lines of 2017"
NEIGHBOUR_SOURCE = "mean of the places of its neighbours"
TRANSFORMER_SOURCE = "0.14 p.u. on 2 x 1,000 MVA (500 kV) or 2 x 450 MVA; assumed, no source found"
RATING_SOURCE = LINE_SOURCE + "; raised to the largest observed flow where that is higher"

LENGTH_FACTOR = 1.25
CIRCUITS = 2
BASE_MVA = 100.0
TRANSFORMER_X = 0.14
TRANSFORMERS = 2

HZ = dict.fromkeys(("hokkaido", "tohoku", "tokyo"), 50.0)
"""The other areas have 60 Hz."""


@dataclass(frozen=True, slots=True)
class LineType:
    """Bundle conductors of one circuit."""

    name: str
    kv: float
    x_ohm_per_km: float
    """At 50 Hz."""
    most_ka: float


LINE_COLUMNS = ["line_type", "nominal_kv", "x_ohm_per_km", "current_ka"]
LINE_TYPES = tuple(
    LineType(f"{name} {kv}", kv, x, ka)
    for name, kv, x, ka in read_fact("line_types")[LINE_COLUMNS].to_numpy(object)
)
"""Nearest for 187 and 220 kV: 2-bundle; 275 kV: 3-bundle; 500 kV: 4-bundle (750 kV is as near as
the step from 380 to 500, but its conductors are far larger; PyPSA-Earth too takes 380 for 500)."""


def line_type(kv: float) -> LineType:
    """Line type of the nearest voltage."""
    return min(LINE_TYPES, key=lambda each: abs(each.kv - kv))


def line_x_pu(kv: float, km: float, hz: float) -> float:
    """Reactance of one circuit on `BASE_MVA`. [p.u.]

    Examples
    --------
    >>> round(line_x_pu(500.0, 100.0, 50.0), 5)
    0.00984
    """
    return line_type(kv).x_ohm_per_km * hz / 50.0 * km * BASE_MVA / kv**2


def circuit_rating_mw(kv: float) -> float:
    """Thermal rating of one circuit at power factor 1. [MW]

    Examples
    --------
    >>> round(circuit_rating_mw(500.0))
    2234
    """
    return float(np.sqrt(3.0) * kv * line_type(kv).most_ka)


def transformer_mva(kv: float) -> float:
    """Assumed size of one transformer whose upper side has this voltage. [MVA]"""
    return 1000.0 if kv >= 500.0 else 450.0


def transformer_x_pu(kv: float) -> float:
    """Reactance of one transformer on `BASE_MVA`. [p.u.]"""
    return TRANSFORMER_X * BASE_MVA / transformer_mva(kv)
