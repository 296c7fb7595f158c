"""The map of a forecast check as one self-contained page.

Summary and points travel packed (gzip in base64): a list of 50,000 applications stays small
enough to be sent, and the page unpacks it without asking anyone.
"""

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from maps.content import CONFIDENCE_LABELS, Labels
from maps.figure import PageMap, draw_page, page_title, save_page
from maps.kit import LOADS_KIT
from maps.payload import script_json

POINT_DECIMALS: Mapping[str, int] = {"lat": 4, "lon": 4, "contract_mw": 3, "probability": 4}
"""Places behind the point in the page; 0.0001 degrees are 11 m."""


@dataclass(frozen=True, slots=True)
class LoadsContent:
    """One forecast check, ready to be drawn; nothing in it is computed again."""

    summary: Mapping[str, Any]
    """The check's forecast.json. An unknown figure is null, never 0."""
    points: Mapping[str, Sequence[Any]]
    """Applications with a position, as columns of one length. [°, MW, fiscal years]"""
    prefectures: Mapping[str, Any]
    """GeoJSON FeatureCollection; properties code, name_ja, name_en, area. [WGS 84]"""
    areas: Sequence[Mapping[str, Any]]
    """Supply areas: area, name_ja, name_en and the label point lat, lon. [°]"""
    ties: Sequence[Mapping[str, Any]] = ()
    """Interconnectors by name: tie, name_ja, name_en. One not listed shows its key."""
    confidence_labels: Labels = field(default_factory=lambda: CONFIDENCE_LABELS)
    """Words for the marks that stand beside figures, by mark, ja and en."""


def draw_loads(content: LoadsContent) -> PageMap:
    """The check as an interactive map, also shown as such in a notebook.

    Parameters
    ----------
    content : LoadsContent
        The check to draw.

    Returns
    -------
    PageMap
        A Folium map with one pane and one group per layer.

    Raises
    ------
    ValueError
        The columns of the points differ in length.
    """
    return draw_page(LOADS_KIT, loads_data(content), page_title(content.summary))


def save_loads_map(content: LoadsContent, path: Path) -> Path:
    """Write the map of a check as one file that opens on a closed network.

    Parameters
    ----------
    content : LoadsContent
        The check to draw.
    path : Path
        The HTML file; it appears in one step or not at all.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        If the page would exceed 10 MB; it names the largest layer.
    ValueError
        The columns of the points differ in length.
    """
    return save_page(draw_loads(content), path)


def loads_data(content: LoadsContent) -> dict[str, Any]:
    """Everything the page draws; summary and points packed."""
    return {
        "years": sorted(int(year) for year in content.summary["years"]),
        "summary": pack(content.summary),
        "points": pack(short_columns(content.points)),
        "prefectures": content.prefectures,
        "areas": list(content.areas),
        "ties": list(content.ties),
        "confidence": dict(content.confidence_labels),
    }


def short_columns(points: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The columns with no more digits than the map can show.

    Examples
    --------
    >>> short_columns({"lat": [35.123456], "name": ["A"]})
    {'lat': [35.1235], 'name': ['A']}
    """
    lengths = {name: len(column) for name, column in points.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns of the points differ in length: {lengths}")
    return {
        name: np.round(np.asarray(column, dtype=float), POINT_DECIMALS[name]).tolist()
        if name in POINT_DECIMALS
        else column
        for name, column in points.items()
    }


def pack(value: object) -> str:
    """`value` as JSON, compressed; the same value always gives the same text."""
    text = script_json(value).encode("utf-8", "replace")
    return base64.b64encode(gzip.compress(text, mtime=0)).decode("ascii")
