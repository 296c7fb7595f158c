"""Files of the made county: the same rows give the same bytes, with no date of today in them."""

import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyogrio
from shapely import LineString, Polygon

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_county_shapes import NOTE

DATE = "2026-04-01"
ZIP_DATE = (2026, 4, 1, 0, 0, 0)
SHAPE_PARTS = ("shp", "shx", "dbf", "prj")
"""No .cpg: files of the National Land Numerical Information come without."""

KML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><name>架空 made</name>"
)


def write_zip(path: Path, members: Mapping[str, bytes]) -> None:
    """Write an archive whose members all carry one date."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content, compresslevel=9)


def shapefile(frame: gpd.GeoDataFrame, stem: str) -> dict[str, bytes]:
    """Parts of a Shapefile in CP932 by file name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.shp"
        options = {"DBF_DATE_LAST_UPDATE": DATE, "RESIZE": "YES"}
        pyogrio.write_dataframe(frame, path, encoding="CP932", layer_options=options)
        return {f"{stem}.{part}": path.with_suffix(f".{part}").read_bytes() for part in SHAPE_PARTS}


def write_shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write a loose Shapefile in CP932 that does not say so."""
    for name, content in shapefile(frame, path.stem).items():
        (path.parent / name).write_bytes(content)


def write_geopackage(path: Path, frame: gpd.GeoDataFrame, layer: str) -> None:
    """Write a GeoPackage with a fixed date of change."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{DATE}T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(frame, path, layer=layer)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_flatgeobuf(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write a FlatGeobuf."""
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", layer=path.stem)


def write_geojson(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write GeoJSON, one feature a line, and say at the top that it is made.

    In JGD2011 the file names its reference system as the National Land Numerical Information does.
    """
    features = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in _of(frame)]
    crs = ""
    if frame.crs.to_epsg() == 6668:
        name = {"name": "urn:ogc:def:crs:EPSG::6668"}
        crs = '"crs":' + json.dumps({"type": "name", "properties": name}) + ",\n"
    head = (
        f'{{"type":"FeatureCollection","name":"{path.stem}","note":"{NOTE}",\n{crs}"features":[\n'
    )
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8", newline="\n")


def _of(frame: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Features without the ids that only count rows."""
    kept = ("type", "properties", "geometry")
    return [{key: each[key] for key in kept} for each in frame.iterfeatures(na="null")]


def write_kml(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write placemarks of lines and areas without holes."""
    marks = [
        f"\n<Placemark><name>{row.name_}</name><description>{NOTE}</description>"
        f"<ExtendedData><Data name='note'><value>{NOTE}</value></Data></ExtendedData>"
        f"{_kml_shape(row.geometry)}</Placemark>"
        for row in frame.rename(columns={"name": "name_"}).itertuples()
    ]
    text = KML_HEAD + "".join(marks) + "\n</Document></kml>\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _kml_shape(shape: LineString | Polygon) -> str:
    is_line = isinstance(shape, LineString)
    corners = shape.coords if is_line else shape.exterior.coords
    listed = "<coordinates>" + " ".join(f"{x},{y}" for x, y in corners) + "</coordinates>"
    if is_line:
        return f"<LineString>{listed}</LineString>"
    ring = f"<LinearRing>{listed}</LinearRing>"
    return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
