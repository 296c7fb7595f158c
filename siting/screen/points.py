"""Connection points: where a site may join the grid."""

import re
from typing import Any

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from data.facts import read_fact
from data.layer import CellLayer, Layer
from data.osm_voltage import voltage_class
from siting.screen.builtin import grid_points

COLUMNS = ["name_ja", "name_en", "lon", "lat", "voltage_kv", "confidence"]


def connection_points(layer: Layer | None, name: str | None) -> pd.DataFrame:
    """Places at which a line to the grid may end.

    Parameters
    ----------
    layer : Layer or None
        Points or areas with a column `voltage_kv` [kV]; None = the places shipped with a voltage.
    name : str or None
        Name of the layer, for messages and keys.

    Returns
    -------
    DataFrame, index point
        name_ja, name_en, lon, lat [degrees], voltage_kv (class of Japan's grid) [kV], confidence.
        Points without a known class, and those that a reader has marked not suitable, are left out.

    Raises
    ------
    InputError
        The layer has no voltages.
    """
    if layer is None:
        return grid_points()[COLUMNS]
    if isinstance(layer, CellLayer) or "voltage_kv" not in layer.frame:
        found = "cells" if isinstance(layer, CellLayer) else "no column voltage_kv"
        problem = Problem(f"layer {name}", found, "points with a column voltage_kv [kV]")
        raise InputError(f"screen.layers.{name}", [problem])
    frame = layer.frame
    if "suitable" in frame:
        frame = frame[frame["suitable"].fillna(False).astype(bool)]
    place = frame.geometry.representative_point()
    table = pd.DataFrame(
        {
            "point": _keys(frame, name or "point"),
            "name_ja": _names(frame, "name_ja"),
            "name_en": _names(frame, "name_en"),
            "lon": place.x.to_numpy(),
            "lat": place.y.to_numpy(),
            "voltage_kv": _classes(frame["voltage_kv"]),
            "confidence": "user_file",
        }
    )
    return table.dropna(subset="voltage_kv").set_index("point")


def suitable_classes(wanted_mw: float) -> list[float]:
    """Voltage classes that can take a site of this size, the lowest first. [kV]"""
    classes = read_fact("voltage_classes").sort_values("voltage_kv")
    large_enough = classes["max_mw"].isna() | (classes["max_mw"] >= wanted_mw)
    return [float(kv) for kv in classes["voltage_kv"][large_enough]]


def _keys(frame: Any, name: str) -> pd.Series:
    """Keys that are unique: of the object where it has one, else its number in the file."""
    number = pd.Series(frame.index, dtype="str").to_numpy()
    ids = frame["osm_id"].astype("str").to_numpy() if "osm_id" in frame else number
    usable = np.array([re.fullmatch(r"[a-z0-9-]+", one.lower()) is not None for one in ids])
    keys = pd.Series(np.where(usable, ids, number), dtype="str").str.lower()
    double = keys.duplicated(keep=False)
    keys = keys.where(~double, keys + "-" + pd.Series(number))
    # "1-1" beside two "1": then the numbers alone
    return f"{name}-" + (pd.Series(number) if keys.duplicated().any() else keys)


def _names(frame: Any, column: str) -> Any:
    for each in (column, "name"):
        if each in frame:
            return frame[each].astype("object").where(frame[each].notna(), None).to_numpy()
    return np.full(len(frame), None, dtype=object)


def _classes(voltage_kv: pd.Series) -> Any:
    known = pd.to_numeric(voltage_kv, errors="coerce").astype(float)
    classes = {kv: voltage_class(kv) for kv in known.dropna().unique()}
    return known.map(classes).to_numpy(dtype=float)
