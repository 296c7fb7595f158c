"""What the map needs beside the summary: borders, areas, zones and the course of ties."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd

from data.facts import read_fact
from grid.zones import zone_keys
from maps.content import MapContent

NOT_IN_SUMMARY = ("zones", "draw")
"""Parts of summary.json that the map has elsewhere, or does not show."""


def map_content(
    summary: dict[str, Any], explanation: Mapping[str, Any] | None = None
) -> MapContent:
    """Everything the map of one run shows.

    Parameters
    ----------
    summary : dict
        The run's summary.json.
    explanation : mapping, optional
        Of `siting.map_explanation`; None: the run was not explained.
    """
    return MapContent(
        summary={part: rows for part, rows in summary.items() if part not in NOT_IN_SUMMARY},
        prefectures=prefecture_outlines(),
        areas=area_labels(),
        zones=summary["zones"],
        ties=tie_paths(),
        explanation=explanation,
    )


def prefecture_outlines() -> dict[str, Any]:
    """Outlines of the prefectures as GeoJSON, each with its supply area."""
    file = files("data") / "japan" / "prefectures.geojson"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def area_labels() -> list[dict[str, Any]]:
    """Names of the areas and where they are written."""
    areas = read_fact("areas").rename(columns={"label_lat": "lat", "label_lon": "lon"})
    return _plain(areas[["area", "name_ja", "name_en", "lat", "lon"]])


def zones_drawn(zones: pd.DataFrame) -> list[dict[str, Any]]:
    """Zones with a position; classes of a map without substations cannot be drawn.

    Parameters
    ----------
    zones : DataFrame
        Zones a study used, in the contract `zones`: those shipped, or the user's.
    """
    table = pd.DataFrame(
        {
            "zone": zone_keys(zones),
            "name_ja": zones["asset_name"],
            "name_en": zones["name_en"],
            "area": zones["area"],
            "lat": zones["lat"],
            "lon": zones["lon"],
            "precision_km": zones["precision_km"],
            "low_mw": zones["cap_low_mw"],
            "high_mw": zones["cap_high_mw"],
            "voltage_kv": zones["voltage_kv"].fillna(zones["lead_out_voltage_kv"]),
            "lead_low_y": zones["lead_time_low_y"],
            "lead_high_y": zones["lead_time_high_y"],
            "additive_group": zones["additive_group"],
            "as_of": zones["as_of"],
            "confidence": zones["confidence"],
            "source": zones["source"],
        }
    )
    return _plain(table.dropna(subset=["lat", "lon"]))


def tie_paths() -> list[dict[str, Any]]:
    """Interconnectors with names and course."""
    ties = read_fact("ties")
    return [
        {
            "tie": tie["tie"],
            "name_ja": tie["name_ja"],
            "name_en": tie["name_en"],
            "kind": tie["kind"],
            "loop": bool(tie["loop"]),
            "path": [[tie["from_lat"], tie["from_lon"]], [tie["to_lat"], tie["to_lon"]]],
        }
        for tie in ties.to_dict("records")
    ]


def _plain(table: pd.DataFrame) -> list[Any]:
    """Rows with null for what is not known."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
