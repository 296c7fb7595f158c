"""Land use of National Land Numerical Information (L03): classes by mesh code.

L03-b has one class for each cell of 100 m (土地利用細分メッシュ), as shapefile or GeoJSON and as
raster (L03-b_r); L03-a the area of each class in a third mesh of 1 km (土地利用3次メッシュ). Cells
are placed by their mesh codes; the polygons of the files are not looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine

from data import landuse_file
from data.errors import InputError, Problem
from data.landuse_file import LandUseTable, read_landuse_table
from data.layer import CellLayer, LayerOptions
from data.mesh import mesh_codes
from data.mesh_tiles import MeshTiles
from data.nlni_forms import LAND_USE_CODES, LAND_USE_SIGNS, LAND_USES
from data.raster import read_raster
from data.read_nlni import nlni_credit
from data.vector_layer import SourceFile, shortened, source_files

FORMS = (".shp", ".geojson", ".tif", ".tiff")
RASTERS = (".tif", ".tiff")
CLASSES = {use.word: float(use.number) for use in LAND_USES}
SHARE_STEPS = 200
"""Shares of a cell are kept in steps of half a percent, one byte each."""

OFF_GRID, SAME_SIZE = 0.05, 1e-5
"""Shares of a cell by which a raster may be off the mesh, and its cells off their size."""

SLACK = 1e-6
"""Rounding of corners. [degrees]"""

Bytes = npt.NDArray[np.uint8]


@dataclass
class _Gathered:
    """Tiles filled so far, and what was odd on the way."""

    where: str
    word: str | None
    tiles: dict[int, MeshTiles] = field(default_factory=dict)
    epsg: dict[int, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differ: int = 0


def read_landuse(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Land use by mesh code, of L03-a or L03-b.

    Parameters
    ----------
    paths : sequence of Path
        ZIP archives as downloaded, folders, or files; all of one level.
    options : LayerOptions
        `column`: a class word; the layer is then the share of the cell with that class. `credit`,
        `licence`.

    Returns
    -------
    CellLayer
        Kind `class` with `classes` paddy, farmland, forest, wasteland, building, transport, road,
        rail, other, water, beach, sea, golf to the numbers of the raster edition; of L03-a the
        class with the largest area in the cell. With `column` kind `number`, unit `share`.
        Outside the surveyed area (解析範囲外) and for unknown codes NaN; `notes` count the latter.
        Old editions are in the Tokyo datum, and `source.crs` says so.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        A file is not L03, is damaged, has codes of another level, or levels or datums are mixed.
    """
    where = str(paths[0])
    if options.column is not None and options.column not in CLASSES:
        expected = "a class: " + ", ".join(CLASSES)
        raise InputError(where, [Problem("column", options.column, expected, file=where)])
    gathered = _Gathered(where, options.column)
    for path in map(Path, paths):
        with source_files(path, FORMS) as (files, left):
            gathered.notes += [f"{path}: {note}" for note in left]
            for file in files:
                _gather(file, gathered, options)
    source = _one_source(gathered)
    if not source.known_cells:
        found = "no cell with a known class"
        raise InputError(where, [Problem("land use", found, "at least one", file=where)])
    if gathered.differ:
        gathered.notes.append(f"{gathered.differ:,} cells differ between files: the first counts")
    credit = nlni_credit("L03", gathered.names, options)
    notes = shortened(gathered.notes)
    if options.column is not None:
        return CellLayer(source, "number", "share", credit, notes=notes)
    return CellLayer(source, "class", "", credit, dict(CLASSES), notes)


def _gather(file: SourceFile, gathered: _Gathered, options: LayerOptions) -> None:
    gathered.names.append(file.name)
    if file.path.suffix.lower() in RASTERS:
        _gather_raster(file, gathered, options)
        return
    table = read_landuse_table(file.path, file.name)
    if table.codes is None:
        level, numbers = 1000, _of_areas(table, gathered)
    else:
        level, numbers = 100, _of_codes(table.codes, gathered, file.name)
    _put(gathered, (level, table.epsg), _mesh_numbers(table.mesh), numbers, file.name)


def _put(
    gathered: _Gathered,
    level_epsg: tuple[int, int],
    codes: npt.NDArray[np.int64],
    numbers: Bytes,
    where: str,
) -> None:
    level, epsg = level_epsg
    if gathered.word is not None and level == 100:
        wanted = CLASSES[gathered.word]
        numbers = np.where(numbers == 0, 0, 1 + SHARE_STEPS * (numbers == wanted)).astype(np.uint8)
    tiles = gathered.tiles.setdefault(
        level, MeshTiles(f"EPSG:{epsg}", level, _meaning(gathered.word))
    )
    gathered.epsg.setdefault(epsg, where)
    misfits, differ = tiles.put(codes, numbers)
    gathered.differ += differ
    if misfits and misfits == len(codes):
        found = f"none in {len(codes):,} rows"
        digits = {100: "ten", 1000: "eight"}[level]
        expected = f"mesh codes of {digits} digits ({level} m)"
        raise InputError(where, [Problem("mesh codes", found, expected, file=where)])
    if misfits:
        gathered.notes.append(f"{where}: {misfits:,} rows have no mesh code and were left out")


def _meaning(word: str | None) -> npt.NDArray[np.float64]:
    """Value of each byte: the number of a class, or a share from 1 (none) upwards."""
    values = np.arange(256, dtype=float) if word is None else (np.arange(256) - 1) / SHARE_STEPS
    values[0] = np.nan
    return values


def _one_source(gathered: _Gathered) -> MeshTiles:
    problems = []
    if len(gathered.tiles) > 1:
        found = "cells of 100 m and of 1000 m"
        problems.append(Problem("level", found, "one level", file=gathered.where))
    if len(gathered.epsg) > 1:
        found = " and ".join(f"EPSG:{epsg} ({name})" for epsg, name in gathered.epsg.items())
        problems.append(Problem("datum", found, "one datum", file=gathered.where))
    if problems:
        raise InputError(gathered.where, problems)
    return next(iter(gathered.tiles.values()))


def _mesh_numbers(cells: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Mesh codes as numbers; -1 where there is none."""
    try:
        return cells.astype(np.int64)
    except (ValueError, TypeError, OverflowError):
        texts = [_text(cell) for cell in cells]
        return np.array(
            [
                int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
                for text in texts
            ]
        )


def _text(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode("ascii", "replace").strip()
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _of_codes(codes: npt.NDArray[Any], gathered: _Gathered, where: str) -> Bytes:
    """Number of each cell's class; 0 where it is unknown."""
    plain = codes if codes.dtype.kind == "S" else np.array([_text(cell) for cell in codes], "U8")
    kinds, place = np.unique(plain, return_inverse=True)
    texts = [_text(kind) for kind in kinds.tolist()]
    known = [_number(text) for text in texts]
    counts = np.bincount(place.ravel(), minlength=len(texts))
    for text, number, count in zip(texts, known, counts, strict=True):
        if number == 0 and text.strip("0"):
            gathered.notes.append(f"{where}: {count:,} cells have the unknown code {text}")
    return np.array(known, dtype=np.uint8)[place.ravel()]


def _number(code: str) -> int:
    """Number of a class by its code of four digits, or by its sign in editions up to 2006.

    >>> _number("0902"), _number("A"), _number("0000"), _number("7")
    (92, 100, 0, 70)
    """
    if len(code) == 1:
        return LAND_USE_SIGNS.get(code.upper(), 0)
    return LAND_USE_CODES.get(int(code), 0) if code.isascii() and code.isdigit() else 0


def _of_areas(table: LandUseTable, gathered: _Gathered) -> Bytes:
    """Class with the largest area, or with a word the share of its area, of each third mesh."""
    numbers = list(table.areas)
    areas = np.stack([_square_metres(table.areas[number]) for number in numbers])
    total = areas.sum(axis=0)
    if gathered.word is None:
        largest = np.array(numbers, dtype=np.uint8)[areas.argmax(axis=0)]
        return np.where(total > 0, largest, 0).astype(np.uint8)
    wanted = CLASSES[gathered.word]
    if wanted not in numbers:
        found = ", ".join(use.word for use in LAND_USES if use.number in numbers)
        problem = Problem(
            "column", gathered.word, f"a class of this edition: {found}", file=table.where
        )
        raise InputError(table.where, [problem])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = areas[numbers.index(int(wanted))] / total
    return np.where(total > 0, 1 + np.rint(np.nan_to_num(share) * SHARE_STEPS), 0).astype(np.uint8)


def _square_metres(cells: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    texts = [_text(cell) for cell in cells] if cells.dtype.kind in "SO" else cells
    try:
        values = np.array(
            [text or "0" for text in texts] if cells.dtype.kind in "SO" else texts, float
        )
    except ValueError:
        values = np.zeros(len(cells))
    return np.where(np.isfinite(values) & (values > 0), values, 0.0)


def _gather_raster(file: SourceFile, gathered: _Gathered, options: LayerOptions) -> None:
    """The raster edition, whose values are the numbers, first mesh by first mesh."""
    asked = replace(options, crs=options.crs or f"EPSG:{landuse_file.JGD2011_EPSG}")
    source = read_raster([file.path], asked).source
    west, south, east, north = source.bounds
    odd = 0
    for row in range(math.floor(south * 1.5 + SLACK), math.ceil(north * 1.5 - SLACK)):
        for col in range(math.floor(west + SLACK), math.ceil(east - SLACK)):
            box = (col + SLACK, row / 1.5 + SLACK, col + 1 - SLACK, (row + 1) / 1.5 - SLACK)
            values, transform = source.window(box)
            codes, numbers = _of_raster(values, transform, file.name)
            odd += int((~np.isnan(values) & (values != 0)).sum()) - len(codes)
            _put(gathered, (100, landuse_file.JGD2011_EPSG), codes, numbers, file.name)
    if odd:
        gathered.notes.append(f"{file.name}: {odd:,} cells have a value that is no class")


def _of_raster(
    values: npt.NDArray[np.float64], transform: Affine, where: str
) -> tuple[npt.NDArray[np.int64], Bytes]:
    """Mesh codes and numbers of the known cells of a window."""
    per_lon, per_lat = 1 / transform.a, -1 / transform.e
    west, north = (transform.c - 100) * 800, transform.f * 1200
    off = max(abs(west - round(west)), abs(north - round(north)))
    if max(abs(per_lon / 800 - 1), abs(per_lat / 1200 - 1)) > SAME_SIZE or off > OFF_GRID:
        found = f"cells of 1/{per_lon:g} by 1/{per_lat:g} degrees"
        expected = "the mesh of 100 m: 1/800 by 1/1200 degrees"
        raise InputError(where, [Problem("cells", found, expected, file=where)])
    known = np.isin(values, list(CLASSES.values()))
    row, col = np.nonzero(known)
    codes = mesh_codes(round(north) - 1 - row, round(west) + col, 100)
    return codes, values[known].astype(np.uint8)
