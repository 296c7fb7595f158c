"""The map of hosting capacity as one self-contained page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maps.content import CONFIDENCE_LABELS, Labels
from maps.figure import PageMap, draw_page, page_title, save_page
from maps.kit import HEADROOM_KIT
from maps.loads_page import pack


@dataclass(frozen=True, slots=True)
class HeadroomContent:
    """One answer of `siting headroom`, ready to be drawn; nothing in it is computed again."""

    summary: Mapping[str, Any]
    """The run's summary.json of kind `headroom`. An unknown figure is null, never 0."""
    prefectures: Mapping[str, Any]
    """GeoJSON FeatureCollection; properties code, name_ja, name_en, area. [WGS 84]"""
    areas: Sequence[Mapping[str, Any]] = ()
    """Supply areas: area, name_ja, name_en and the label point lat, lon. [°]"""
    confidence_labels: Labels = field(default_factory=lambda: CONFIDENCE_LABELS)
    """Words for the marks that stand beside figures, by mark, ja and en."""


def draw_headroom(content: HeadroomContent) -> PageMap:
    """The answer as an interactive map, also shown as such in a notebook.

    Parameters
    ----------
    content : HeadroomContent
        The answer to draw.

    Returns
    -------
    PageMap
        A Folium map with one pane and one group per layer.
    """
    return draw_page(HEADROOM_KIT, headroom_data(content), page_title(content.summary))


def save_headroom_map(content: HeadroomContent, path: Path) -> Path:
    """Write the map of an answer as one file that opens on a closed network.

    Parameters
    ----------
    content : HeadroomContent
        The answer to draw.
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
    """
    return save_page(draw_headroom(content), path)


def headroom_data(content: HeadroomContent) -> dict[str, Any]:
    """Everything the page draws; the summary packed."""
    return {
        "years": [],
        "summary": pack(content.summary),
        "prefectures": content.prefectures,
        "areas": list(content.areas),
        "confidence": dict(content.confidence_labels),
    }
