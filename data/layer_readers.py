"""Which reader opens which layer."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from data.layer import Bounds, Layer, LayerOptions, Publication

CELL_READERS = {
    "raster": ("data.raster", "read_raster"),
    "gsi_dem": ("data.read_gsi_dem", "read_gsi_dem"),
    "gsi_dem_slope": ("data.read_gsi_dem", "read_gsi_dem_slope"),
    "gsi_tiles": ("data.read_gsi_tiles", "read_gsi_tiles"),
    "gsi_tiles_slope": ("data.read_gsi_tiles", "read_gsi_tiles_slope"),
    "jshis": ("data.read_mesh_csv", "read_jshis"),
    "mesh_statistics": ("data.read_mesh_csv", "read_mesh_statistics"),
    "nlni_l03": ("data.read_nlni_landuse", "read_landuse"),
}
"""Readers of numbers or classes in cells: module and function (paths, options)."""

FEATURE_READERS = {
    "vector": ("data.vector_layer", "read_vector_layer"),
    "table": ("data.vector_layer", "read_vector_layer"),
    "osm_substations": ("data.read_osm_power", "read_osm_substations"),
    "osm_lines": ("data.read_osm_power", "read_osm_lines"),
    "nlni_a31": ("data.read_nlni", "read_flood"),
    "nlni_a33": ("data.read_nlni", "read_landslide"),
    "nlni_a40": ("data.read_nlni", "read_tsunami"),
    "nlni_a10": ("data.read_nlni", "read_parks"),
    "nlni_a11": ("data.read_nlni", "read_conservation"),
    "nlni_a29": ("data.read_nlni", "read_use_zones"),
    "nlni_a13": ("data.read_nlni", "read_forest"),
    "nlni_l05": ("data.read_nlni", "read_industrial_sites"),
}
"""Readers of points, lines and areas: module and function (paths, options, bounds)."""

OPENSTREETMAP = Publication(
    reader="osm_",
    title_ja="OpenStreetMap の変電所・送電線",
    title_en="OpenStreetMap substations and lines",
    publisher="OpenStreetMap contributors",
    licence="ODbL 1.0",
    size="about 2 GB for all Japan as .osm.pbf; some 20 MB with only what has a key power",
    url="https://download.geofabrik.de/asia/japan.html",
    files=("*.osm.pbf", "*.gpkg", "*.geojson"),
)
"""Both readers take cuts of the same database."""

RASTER_ENDINGS = (".tif", ".tiff", ".img", ".asc", ".jp2", ".nc")


def reader_of(paths: Sequence[Path], stated: str | None) -> str:
    """Word of the reader: as stated, else by the ending of the files.

    >>> reader_of([Path("slope.TIF")], None), reader_of([Path("parks.gpkg")], None)
    ('raster', 'vector')
    """
    if stated is not None:
        return stated
    is_raster = paths and all(path.suffix.lower() in RASTER_ENDINGS for path in paths)
    return "raster" if is_raster else "vector"


def open_layer(
    paths: Sequence[Path], reader: str, options: LayerOptions, bounds: Bounds | None
) -> Layer:
    """Open the files of one layer.

    Parameters
    ----------
    paths : sequence of Path
        At least one file.
    reader : str
        A word of `CELL_READERS` or `FEATURE_READERS`.
    options : LayerOptions
    bounds : (west, south, east, north) or None
        Box that matters; features elsewhere may be left out. [degrees]

    Raises
    ------
    InputError
        A file cannot be used.
    """
    if reader in CELL_READERS:
        return _function(*CELL_READERS[reader])(paths, options)
    return _function(*FEATURE_READERS[reader])(paths, options, bounds=bounds)


def publication_of(reader: str) -> Publication | None:
    """Where the files of a reader come from; None for general formats."""
    module, _ = (CELL_READERS | FEATURE_READERS)[reader]
    if reader.startswith("nlni_"):
        known: dict[str, Publication] = import_module("data.read_nlni").NLNI_PUBLICATIONS
        return known.get(reader)
    if reader.startswith(OPENSTREETMAP.reader):
        return replace(OPENSTREETMAP, reader=reader)
    home = import_module(module)
    one = getattr(home, "PUBLICATION", None)
    stated = getattr(home, "PUBLICATIONS", () if one is None else (one,))
    # a model of heights and the slopes made of it are one publication
    return next((each for each in stated if reader.startswith(each.reader)), None)


def _function(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
