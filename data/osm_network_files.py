"""Which files of OpenStreetMap make a network: one with both, or a pair in a folder."""

import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyogrio.errors

from data.errors import InputError, Problem
from data.layer import FeatureLayer, LayerOptions
from data.osm_tags import HEADS
from data.read_osm_power import read_osm_lines, read_osm_substations

RAW = (".osm", ".pbf")
STATION_WORDS = re.compile(r"sub_?station|station|node", re.IGNORECASE)
LINE_WORDS = re.compile(r"line|edge|cable", re.IGNORECASE)
EXPECTED = (
    "a file with power=substation and power=line (.osm, .osm.pbf, .geojson, .gpkg), or a folder "
    "with substations.* and lines.*"
)
Source = tuple[Path, str | None]
"""File and layer in it."""


def osm_pair(folder: Path) -> tuple[Path, Path] | None:
    """File of the substations and file of the lines in a folder, by their names; None without.

    `power_substations.gpkg` is one of substations, `osm_lines.geojson` one of lines; with several
    of a kind the first in the order of names.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in HEADS)
    stations = [path for path in files if STATION_WORDS.search(path.stem)]
    lines = [p for p in files if LINE_WORDS.search(p.stem) and p not in stations]
    return (stations[0], lines[0]) if stations and lines else None


def read_osm_pair(path: Path) -> tuple[FeatureLayer, FeatureLayer]:
    """Substations and lines of a folder or a file.

    Raises
    ------
    InputError
        Neither is there, or a file cannot be read; all problems of both.
    """
    sources = _sources(path)
    problems: list[Problem] = []
    layers: list[FeatureLayer] = []
    for read, (file, layer) in zip((read_osm_substations, read_osm_lines), sources, strict=True):
        try:
            layers.append(read([file], replace(LayerOptions(), layer=layer)))
        except InputError as error:
            problems += error.problems
    if not problems:
        counts = [len(layer.frame) for layer in layers]
        if not counts[1]:
            found = f"{counts[0]} substations and no lines"
            problems.append(Problem("features", found, EXPECTED, file=str(path)))
    if problems:
        raise InputError(str(path), tuple(dict.fromkeys(problems)))
    return _as_tables(layers[0]), _as_tables(layers[1])


def _as_tables(layer: FeatureLayer) -> FeatureLayer:
    frame: gpd.GeoDataFrame = layer.frame.reset_index(drop=True)
    return replace(layer, frame=frame)


def _sources(path: Path) -> tuple[Source, Source]:
    if path.is_dir():
        pair = osm_pair(path)
        if pair is None:
            problem = Problem("network", "no such pair of files", EXPECTED, file=str(path))
            raise InputError(str(path), [problem])
        return (pair[0], None), (pair[1], None)
    if path.suffix.lower() in RAW:
        return (path, None), (path, None)
    layers = _layers(path)
    stations = [name for name in layers if STATION_WORDS.search(name)]
    lines = [name for name in layers if LINE_WORDS.search(name) and name not in stations]
    if len(layers) > 1 and stations and lines:
        return (path, stations[0]), (path, lines[0])
    return (path, None), (path, None)


def _layers(path: Path) -> list[str]:
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError:
        return []  # the reader says what is wrong with it
