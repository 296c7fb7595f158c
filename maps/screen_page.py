"""The map of a screening run as one self-contained page.

Cells travel as packed columns (differences, gzip, base64), never as shapes: 385,000 cells with ten
criteria fit into a page that can be sent, and the page scores them anew when a weight moves.
"""

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.content import CONFIDENCE_LABELS, Labels
from maps.figure import PageMap, draw_page, page_title, save_page
from maps.kit import SCREEN_KIT
from maps.loads_page import pack

PLACE_DECIMALS = 5
"""Places behind the point of outlines and routes; 0.00001 degrees are 1 m."""

UNKNOWN_SCORE = 255
"""Stands in a column of scores where nothing is known."""

BEST_SCORE = 254
"""Stands in a column of scores for the score 1."""

RULES_A_PLANE = 32

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ScreenCells:
    """Land cells of a screening as columns of one length, on a lattice in degrees.

    A study in a projection is laid on such a lattice by the caller. About 400,000 cells is what
    a page should carry; more are averaged to larger cells before.
    """

    west: float
    """Outer edge of column 0. [°]"""
    north: float
    """Outer edge of row 0. [°]"""
    step_x: float
    """Width of a cell. [°]"""
    step_y: float
    """Height of a cell. [°]"""
    rows: int
    cols: int
    row: npt.NDArray[np.integer[Any]]
    """Row of each cell, from the north. shape (n,)"""
    col: npt.NDArray[np.integer[Any]]
    """Column of each cell, from the west. shape (n,)"""
    score: Bytes
    """Score with the run's own weights, 0 to 254 for 0 to 1; 255 = not known. shape (n,)"""
    scores: Mapping[str, Bytes]
    """The same by criterion; 255 where the criterion is left out. shape (n,) each"""
    rules: npt.NDArray[np.unsignedinteger[Any]]
    """Bit i: rule i of the summary holds here, also where it is relaxed. shape (n,)"""


@dataclass(frozen=True, slots=True)
class ScreenContent:
    """One screening run, ready to be drawn; nothing in it is computed again."""

    summary: Mapping[str, Any]
    """The run's summary.json of kind `screen`. An unknown figure is null, never 0."""
    cells: ScreenCells
    """The land cells."""
    prefectures: Mapping[str, Any]
    """GeoJSON FeatureCollection; properties code, name_ja, name_en, area. [WGS 84]"""
    areas: Sequence[Mapping[str, Any]] = ()
    """Supply areas: area, name_ja, name_en and the label point lat, lon. [°]"""
    confidence_labels: Labels = field(default_factory=lambda: CONFIDENCE_LABELS)
    """Words for the marks that stand beside figures, by mark, ja and en."""


def draw_screen(content: ScreenContent) -> PageMap:
    """The screening as an interactive map, also shown as such in a notebook.

    Parameters
    ----------
    content : ScreenContent
        The run to draw.

    Returns
    -------
    PageMap
        A Folium map with one pane and one group per layer.

    Raises
    ------
    ValueError
        The columns of the cells do not fit each other, the lattice or the summary.
    """
    return draw_page(SCREEN_KIT, screen_data(content), page_title(content.summary))


def save_screen_map(content: ScreenContent, path: Path) -> Path:
    """Write the map of a screening as one file that opens on a closed network.

    Parameters
    ----------
    content : ScreenContent
        The run to draw.
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
        The columns of the cells do not fit each other, the lattice or the summary.
    """
    return save_page(draw_screen(content), path)


def screen_data(content: ScreenContent) -> dict[str, Any]:
    """Everything the page draws; summary and cells packed."""
    summary = short_places(content.summary)
    return {
        "years": [],
        "summary": pack(summary),
        "cells": cell_data(content.cells, summary),
        "prefectures": content.prefectures,
        "areas": list(content.areas),
        "confidence": dict(content.confidence_labels),
    }


def cell_data(cells: ScreenCells, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The lattice, and each column packed, cells in reading order."""
    require_fitting(cells, summary)
    order = np.lexsort((cells.col, cells.row))
    lattice = ("west", "north", "step_x", "step_y", "rows", "cols")
    criteria = [str(row["criterion"]) for row in summary.get("criteria", [])]
    return {name: getattr(cells, name) for name in lattice} | {
        "count": len(order),
        "row": pack_column(cells.row[order].astype("<i4")),
        "col": pack_column(cells.col[order].astype("<i4")),
        "score": pack_column(cells.score[order]),
        "scores": [pack_column(cells.scores[name][order]) for name in criteria],
        "rules": [pack_column(plane[order]) for plane in rule_planes(cells.rules)],
    }


def require_fitting(cells: ScreenCells, summary: Mapping[str, Any]) -> None:
    """Refuse columns that the page could only show wrongly."""
    columns = {"row": cells.row, "col": cells.col, "score": cells.score, "rules": cells.rules}
    lengths = {name: len(column) for name, column in {**columns, **cells.scores}.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns of the cells differ in length: {lengths}")
    for name, column, most in (("row", cells.row, cells.rows), ("col", cells.col, cells.cols)):
        if len(column) and not 0 <= column.min() <= column.max() < most:
            raise ValueError(f"{name} of the cells leaves the lattice of {most}")
    criteria = {str(row["criterion"]) for row in summary.get("criteria", [])}
    if criteria - cells.scores.keys():
        raise ValueError(f"cells without scores for {sorted(criteria - cells.scores.keys())}")
    bits = 8 * np.asarray(cells.rules).dtype.itemsize
    if len(summary.get("rules", [])) > bits:
        raise ValueError(f"{len(summary['rules'])} rules in {bits} bits a cell; hand over 64 bits")


def rule_planes(rules: npt.NDArray[np.unsignedinteger[Any]]) -> list[npt.NDArray[np.uint32]]:
    """Bits of the rules in planes of 32, as a browser counts them.

    Examples
    --------
    >>> [plane.tolist() for plane in rule_planes(np.array([1 + (1 << 33)], dtype=np.uint64))]
    [[1], [2]]
    """
    wide = np.asarray(rules).astype(np.uint64)
    planes = [(wide & np.uint64(0xFFFFFFFF)).astype("<u4")]
    if rules.dtype.itemsize > 4:
        planes.append((wide >> np.uint64(RULES_A_PLANE)).astype("<u4"))
    return planes


def pack_column(column: npt.NDArray[Any]) -> str:
    """A column as differences from cell to cell, compressed; neighbours are alike.

    Examples
    --------
    >>> len(pack_column(np.arange(100_000, dtype="<i4"))) < 1000
    True
    """
    steps = np.diff(column, prepend=column.dtype.type(0))
    return base64.b64encode(gzip.compress(steps.tobytes(), mtime=0)).decode("ascii")


def short_places(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary with outlines and routes no finer than the map can show."""
    return dict(summary) | {"sites": [short_site(site) for site in summary.get("sites") or ()]}


def short_site(site: Mapping[str, Any]) -> dict[str, Any]:
    """One site with rounded geometry."""
    outline, route = site.get("polygon"), site.get("route")
    shape = outline and {**outline, "coordinates": rounded(outline.get("coordinates"))}
    return dict(site) | {"polygon": shape or None, "route": rounded(route)}


def rounded(value: Any) -> Any:
    """Numbers of nested lists with `PLACE_DECIMALS`.

    Examples
    --------
    >>> rounded([[139.1234567, 35.0], None])
    [[139.12346, 35.0], None]
    """
    if isinstance(value, (list, tuple)):
        return [rounded(each) for each in value]
    return round(value, PLACE_DECIMALS) if isinstance(value, float) else value
