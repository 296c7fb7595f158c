"""Vector files of any format and number, as one layer of features."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd

from data.archive import is_archive, unpacked
from data.crs import WGS84_EPSG
from data.errors import InputError, Problem, SourceUnavailableError
from data.feature_file import read_feature_file
from data.feature_repair import degree_problems, repaired, touching
from data.layer import Bounds, Credit, FeatureLayer, LayerOptions
from data.user_table import read_user_table, with_numbers

TABLES = (".csv", ".txt")
IN_ARCHIVES = (
    ".shp",
    ".gpkg",
    ".fgb",
    ".parquet",
    ".geojson",
    ".json",
    ".topojson",
    ".kml",
    ".gml",
)
"""Endings looked for in an archive and in a folder, the first that is there wins: publishers pack
the same features in several forms."""

MOST_NOTES = 30

LON_LAT = (("lon", "lat"), ("longitude", "latitude"), ("経度", "緯度"))
"""Columns of longitude and latitude in a table."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, and what it is called in messages."""

    path: Path
    name: str


def read_vector_layer(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """All features of one or more vector files, in longitude and latitude.

    GeoPackage, Shapefile (in CP932 or UTF-8, whether its .cpg is right or not), GeoJSON,
    FlatGeobuf, GeoParquet, KML, KMZ, TopoJSON, GML and whatever else GDAL reads; ZIP archives of
    these; folders; CSV with columns lon and lat, longitude and latitude, or 経度 and 緯度.

    Parameters
    ----------
    paths : sequence of Path
        Files; the columns of all are united.
    options : LayerOptions
        `layer` of files with several, `crs` for files that state none, `encoding` of shapefiles
        and CSV, `credit`, `licence`.
    bounds : (west, south, east, north), optional
        Only features whose extent touches this box are kept. [degrees]

    Returns
    -------
    FeatureLayer
        EPSG:4326, geometry column `geometry`, flat and valid. Empty, with a note, where features
        exist but none touches the box. `notes` say what was repaired or left out.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        Every problem of the first file that cannot be used; coordinates that lie in Japan only
        with latitude and longitude exchanged are refused, never exchanged.
    """
    frames, notes = [], []
    for file, frame, found in each_file(paths, options, bounds):
        frames.append(frame)
        notes += [f"{file}: {note}" for note in found]
    frame = united(frames, notes)
    refuse_nothing(frame, str(paths[0]), notes, bounds)
    return FeatureLayer(frame, user_credit(paths, options), shortened(notes))


def each_file(
    paths: Sequence[Path],
    options: LayerOptions,
    bounds: Bounds | None,
    endings: Sequence[str] = IN_ARCHIVES,
) -> Iterator[tuple[str, gpd.GeoDataFrame, list[str]]]:
    """Name, features and notes of each file behind the paths, as `read_vector_layer` reads them."""
    for path in map(Path, paths):
        with source_files(path, endings) as (files, left):
            for file in files:
                frame, notes = _read(file, options, bounds)
                yield file.name, frame, [*left, *notes]
                left = []


def shortened(notes: Sequence[str]) -> tuple[str, ...]:
    """Notes for a report; of a layer of hundreds of files the first stand for all."""
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    return (*notes[:MOST_NOTES], f"{len(notes) - MOST_NOTES:,} more notes of this kind")


def refuse_nothing(
    frame: gpd.GeoDataFrame, where: str, notes: list[str], bounds: Bounds | None
) -> None:
    """Raise if there are no features; where a study box may be the reason, note it instead."""
    if len(frame):
        return
    if bounds is None:
        found = f"none ({'; '.join(notes)})" if notes else "none"
        raise InputError(where, [Problem("features", found, "at least one", file=where)])
    notes.append("nothing here touches the area of study")


@contextmanager
def source_files(
    path: Path, endings: Sequence[str]
) -> Iterator[tuple[list[SourceFile], list[str]]]:
    """The files behind a path, and notes on those left alone: itself, or inside a folder or ZIP.

    Of several forms of the same features (`endings`, the preferred first) one is taken.

    Raises
    ------
    SourceUnavailableError
        Nothing is there.
    InputError
        The archive cannot be used or holds nothing of the kind.
    """
    if not path.exists():
        raise SourceUnavailableError(
            f"{path} is not there. Put the file in place or correct the path"
        )
    if path.is_dir() and path.suffix.lower() != ".gdb":
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in endings)
        if not found:
            expected = "a file " + " or ".join(endings)
            raise InputError(str(path), [Problem("folder", "none", expected, file=str(path))])
        yield _one_form(found, endings, str(path))
    elif is_archive(path):
        with unpacked(path, endings) as members:
            yield _one_form(members, endings, str(path))
    else:
        yield [SourceFile(path, str(path))], []


def _one_form(
    found: Sequence[Path], endings: Sequence[str], where: str
) -> tuple[list[SourceFile], list[str]]:
    form = next(end for end in endings if any(p.suffix.lower() == end for p in found))
    taken = [SourceFile(p, f"{where}/{p.name}") for p in found if p.suffix.lower() == form]
    others = sorted({p.suffix.lower() for p in found} - {form})
    left = f"{form} read, {', '.join(others)} beside it not"
    return taken, [left] if others else []


def user_credit(paths: Sequence[Path], options: LayerOptions) -> Credit:
    """As the scenario says, or the name of the file."""
    name = Path(paths[0]).name
    return Credit(
        line_ja=options.credit or f"利用者のファイル（{name}）",
        line_en=options.credit or f"User's file ({name})",
        licence=options.licence or "",
    )


def _read(
    file: SourceFile, options: LayerOptions, bounds: Bounds | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    if file.path.suffix.lower() in TABLES:
        return _read_points(file, options, bounds)
    frame, notes = read_feature_file(file.path, file.name, options, bounds)
    return frame, notes


def _read_points(
    file: SourceFile, options: LayerOptions, bounds: Bounds | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    table = read_user_table(file.path, options.encoding)
    lon, lat = _lon_lat(table.frame, file.name)
    typed, notes = with_numbers(table.frame)
    problems = [
        Problem(name, str(table.frame[name][row]), "degrees", file=file.name, line=table.lines[row])
        for name in (lon, lat)
        if typed[name].dtype != float
        for row in _no_numbers(table.frame[name])
    ]
    if problems:
        raise InputError(file.name, problems)
    points = gpd.points_from_xy(typed[lon].astype(float), typed[lat].astype(float))
    frame = gpd.GeoDataFrame(typed, geometry=points, crs=WGS84_EPSG)
    if problems := degree_problems(frame.geometry.bounds, file.name):
        raise InputError(file.name, problems)
    frame, repairs = repaired(frame)
    if frame.empty:
        found = f"empty in all {len(table.frame):,} rows"
        raise InputError(file.name, [Problem(f"{lon}, {lat}", found, "degrees", file=file.name)])
    return frame if bounds is None else touching(frame, bounds), notes + repairs


def _lon_lat(frame: pd.DataFrame, where: str) -> tuple[str, str]:
    lower = {str(name).strip().lower(): str(name) for name in frame.columns}
    for lon, lat in LON_LAT:
        if lon in lower and lat in lower:
            return lower[lon], lower[lat]
    expected = ", or ".join(f"{lon} and {lat}" for lon, lat in LON_LAT)
    problem = Problem("columns", ", ".join(map(str, frame.columns)), expected, file=where)
    raise InputError(where, [problem])


def _no_numbers(cells: pd.Series) -> list[int]:
    numbers = pd.to_numeric(cells, errors="coerce")
    return np.flatnonzero(cells.notna() & numbers.isna()).tolist()


def united(frames: Sequence[gpd.GeoDataFrame], notes: list[str]) -> gpd.GeoDataFrame:
    """One frame of all columns; a column that some files lack is empty in their rows."""
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    shared = set.intersection(*(set(frame.columns) for frame in filled))
    every = list(dict.fromkeys(name for frame in filled for name in frame.columns))
    if apart := [name for name in every if name not in shared]:
        notes.append("columns that only some files have: " + ", ".join(apart))
    rows = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
    return cast(gpd.GeoDataFrame, gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84_EPSG))
