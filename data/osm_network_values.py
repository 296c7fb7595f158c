"""Standard values of lines and transformers by voltage, where nothing is stated of them."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import reversejp

from data.facts import read_fact

BASE_MVA = 100.0
TRANSFORMERS = 2
"""Side by side at each pair of neighbouring voltages."""

LINE_SOURCE = (
    "standard line types of Oeding and Oswald, Elektrische Kraftwerke und Netze, 2011, as PyPSA "
    "lists them, at the nearest voltage"
)
X_SOURCE = LINE_SOURCE + "; reactance times frequency over 50 Hz"
TRANSFORMER_SOURCE = "two transformers by the table transformer_types; assumed, no source found"
USUAL_HZ = 60.0
"""Where the area is not known: the larger reactance."""

Floats = npt.NDArray[np.float64]


def circuit_values(kv: Floats, km: Floats, hz: Floats) -> tuple[Floats, Floats]:
    """Reactance on 100 MVA and thermal rating of one circuit.

    Parameters
    ----------
    kv, km, hz : float arrays of one shape

    Returns
    -------
    x_pu, rating_mw : float arrays of the same shape
        [p.u., MW at power factor 1]

    Examples
    --------
    >>> x_pu, rating_mw = circuit_values(np.array([500.0]), np.array([100.0]), np.array([50.0]))
    >>> x_pu.round(5).tolist(), rating_mw.round().tolist()
    ([0.00984], [2234.0])
    """
    types = read_fact("line_types")
    nearest = np.abs(kv[:, None] - types["nominal_kv"].to_numpy(float)).argmin(axis=1)
    x_ohm = types["x_ohm_per_km"].to_numpy(float)[nearest] * hz / 50.0 * km
    current_ka = types["current_ka"].to_numpy(float)[nearest]
    return x_ohm * BASE_MVA / kv**2, np.sqrt(3.0) * kv * current_ka


def transformer_values(kv: Floats) -> tuple[Floats, Floats]:
    """Reactance on 100 MVA and size of a transformer by its upper voltage class. [p.u., MVA]"""
    table = read_fact("transformer_types").set_index("voltage_kv").loc[kv.tolist()]
    mva = table["size_mva"].to_numpy(float)
    return table["x_share"].to_numpy(float) * BASE_MVA / mva, mva


def areas_at(lat: Floats, lon: Floats) -> list[str]:
    """Supply area of each place by its municipality; "" off the land."""
    rows = read_fact("area_rule")
    rule = dict(zip(rows["code"].map(str), rows["area"].map(str), strict=True))
    return [_area(lat_, lon_, rule) for lat_, lon_ in zip(lat, lon, strict=True)]


def frequency_hz(areas: pd.Series) -> Floats:
    """Frequency of each area; NaN where it is not known."""
    hz = read_fact("areas").set_index("area")["frequency_hz"].astype(float)
    return np.array(areas.map(hz), dtype=np.float64)


def _area(lat: float, lon: float, rule: dict[str, str]) -> str:
    codes = [str(hit.code) for hit in reversejp.find_properties(lon, lat)]
    code = next((each[:5] for each in codes if len(each) == 7), "")
    # a ward holds a code above that of its city, both PP1xx
    cities = [c for c in rule if len(c) == 5 and c[:3] == code[:3] and c <= code and c[2] == "1"]
    for known_as in (code, max(cities, default=""), code[:2]):
        if known_as in rule:
            return rule[known_as]
    return ""
