"""Rasters (GeoTIFF and what else GDAL reads) as a source of cells, read by window."""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import rasterio
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from data.errors import InputError, Problem, SourceUnavailableError
from data.layer import Array, CellLayer, Credit, LayerOptions
from data.own_cells import Mosaic, OwnCells
from data.raster_checks import REFUSED_DRIVERS, raster_problems

SAME_STEP = 1e-6
"""Share by which cell sizes of one mosaic may differ."""
SAME_GRID = 0.01
"""Share of a cell by which tiles of one mosaic may be off the common grid."""
OPEN_FILES = 16
"""Rasters one thread keeps open."""
ENDINGS = (".tif", ".tiff")


def read_raster(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Layer of one raster, or of several tiles of one reference system and cell size.

    Nothing but the headers is read; values come by window, with nodata, masks, scale and offset
    of the file honoured. Where tiles overlap, the first that knows a value wins.

    Parameters
    ----------
    paths : sequence of Path
        Rasters, or folders of GeoTIFF files.
    options : LayerOptions
        `band`, `nodata` (as stored, in addition to what the file says), `crs` (only where the
        file states none), `credit`, `licence`.

    Returns
    -------
    CellLayer
        Classes if the band has a colour table, numbers otherwise.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        With every problem of every file: no reference system, no or rotated place, no such band,
        complex numbers, cut off, more claimed than it can hold, tiles that do not fit together.
    """
    files = raster_files(paths)
    problems: list[Problem] = []
    opened = [_opened(path, options, problems) for path in files]
    heads = [head for head in opened if head is not None]
    if not problems:
        problems.extend(_misfits(heads))
    where = str(paths[0]) if len(paths) == 1 else f"{len(files)} rasters"
    if problems:
        raise InputError(where, problems)
    pieces = tuple(head.band for head in heads)
    first = heads[0]
    line = options.credit or first.band.path.name
    credit = Credit(line, line, options.licence or "")
    kind: Literal["class", "number"] = "class" if first.coloured else "number"
    notes = tuple(dict.fromkeys(note for head in heads for note in head.notes))
    return CellLayer(Mosaic(first.crs, pieces), kind, first.unit, credit, notes=notes)


def raster_files(paths: Sequence[Path]) -> list[Path]:
    """Files named, with folders replaced by the GeoTIFF files in them.

    Raises
    ------
    SourceUnavailableError
        A file is not there or a folder holds no GeoTIFF.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS)
        else:
            inside = [path] if path.is_file() else []
        if not inside:
            raise SourceUnavailableError(
                f"{path} is not there or holds no raster. Put the file in place or correct the path"
            )
        files.extend(inside)
    return files


@dataclass(frozen=True, slots=True)
class RasterBand:
    """One band of one file; holds no open file, so that threads and processes may share it."""

    path: Path
    band: int
    cells: OwnCells
    south_up: bool
    nodata: float | None

    def read(self, row0: int, row1: int, col0: int, col1: int) -> Array:
        """Values of rows and columns, scaled; NaN where nothing is known.

        Raises
        ------
        InputError
            The file is cut off, damaged or gone.
        """
        if self.south_up:
            row0, row1 = self.cells.rows - row1, self.cells.rows - row0
        window = Window(col0, row0, col1 - col0, row1 - row0)
        try:
            values = self._values(_dataset(self.path), window)
        except (RasterioError, OSError) as error:
            fix = "The file is cut off or damaged: copy or download it again"
            found = f"unreadable cells ({error.__cause__ or error})"
            problem = Problem("file", found, "values in every cell", fix, file=str(self.path))
            raise InputError(str(self.path), [problem]) from None
        return values[::-1] if self.south_up else values

    def _values(self, dataset: Any, window: Window) -> Array:
        stored = dataset.read(self.band, window=window)
        values = stored.astype(np.float64)
        unknown = _equal(stored, self.nodata) | _equal(stored, dataset.nodatavals[self.band - 1])
        unknown |= ~np.isfinite(values)
        flags = {flag.name for flag in dataset.mask_flag_enums[self.band - 1]}
        if flags & {"per_dataset", "alpha"}:
            unknown |= dataset.read_masks(self.band, window=window) == 0
        scale, offset = dataset.scales[self.band - 1], dataset.offsets[self.band - 1]
        if (scale, offset) != (1.0, 0.0):
            values = values * scale + offset
        values[unknown] = np.nan
        return values


def _equal(stored: Any, nodata: float | None) -> Any:
    """Where a stored value is the mark for unknown, which may be written with more digits."""
    if nodata is None or np.isnan(nodata):
        return np.zeros(stored.shape, dtype=bool)
    with np.errstate(over="ignore"):
        mark = stored.dtype.type(nodata) if stored.dtype.kind == "f" else nodata
    return stored == mark


_HANDLES = threading.local()


def _dataset(path: Path) -> Any:
    """The file opened in this thread of this process; a handle must not be shared."""
    if getattr(_HANDLES, "process", None) != os.getpid():
        _HANDLES.process, _HANDLES.files = os.getpid(), OrderedDict()
    files: OrderedDict[tuple[str, int, int], Any] = _HANDLES.files
    try:
        state = path.stat()
    except OSError as error:
        raise RasterioIOError(str(error)) from None
    key = (str(path), state.st_mtime_ns, state.st_size)
    if key not in files:
        files[key] = _open(path)
        while len(files) > OPEN_FILES:
            files.popitem(last=False)[1].close()
    files.move_to_end(key)
    return files[key]


def _open(path: Path) -> Any:
    """Open a file that holds cells itself; others could lead to other files or to the network."""
    with path.open("rb") as file:
        head = file.read(1024)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{") or b"<VRTDataset" in head:
        raise RasterioIOError("a description of other files")
    dataset = rasterio.open(path.resolve())
    if dataset.driver in REFUSED_DRIVERS:
        dataset.close()
        raise RasterioIOError(f"a {dataset.driver} file, which points to other files")
    return dataset


@dataclass(frozen=True, slots=True)
class _Head:
    band: RasterBand
    crs: str
    unit: str
    coloured: bool
    notes: tuple[str, ...]


def _opened(path: Path, options: LayerOptions, problems: list[Problem]) -> _Head | None:
    """What the header says; None with its problems added to the list."""
    where = str(path)
    try:
        dataset = _quietly(path)
    except (RasterioError, OSError) as error:
        found = f"not a raster ({error})"
        fix = "Convert it with gdal_translate; virtual rasters: name their parts instead"
        problems.append(Problem("file", found, "GeoTIFF or another raster", fix, file=where))
        return None
    with dataset:
        crs, notes = _crs(dataset, options, where, problems)
        found_here = list(raster_problems(dataset, options.band, path.stat().st_size, where))
        problems.extend(found_here)
        if found_here or crs is None:
            return None
        return _head(path, dataset, options, crs, notes)


def _quietly(path: Path) -> Any:
    """Open; a raster without a place is refused in words, not by a warning."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return _open(path)


def _head(
    path: Path, dataset: Any, options: LayerOptions, crs: str, notes: tuple[str, ...]
) -> _Head:
    step_y = dataset.transform.e
    south_up = step_y > 0
    north = dataset.transform.f + (dataset.height * step_y if south_up else 0.0)
    west, step_x = dataset.transform.c, dataset.transform.a
    cells = OwnCells(west, north, step_x, abs(step_y), dataset.height, dataset.width)
    band = RasterBand(path, options.band, cells, south_up, options.nodata)
    coloured = dataset.colorinterp[options.band - 1].name == "palette"
    return _Head(band, crs, dataset.units[options.band - 1] or "", coloured, notes)


def _crs(
    dataset: Any, options: LayerOptions, where: str, problems: list[Problem]
) -> tuple[str | None, tuple[str, ...]]:
    """Reference system of a file as text, or None with the problem added; and what to note."""
    if dataset.crs:
        number = dataset.crs.to_epsg()
        text = f"EPSG:{number}" if number else str(dataset.crs.to_wkt())
        if options.crs and not _same(options.crs, text):
            note = f"{Path(where).name} states its own reference system; {options.crs} is ignored"
            return text, (note,)
        return text, ()
    if options.crs:
        try:
            return CRS(options.crs).to_string(), ()
        except CRSError:
            problems.append(Problem("crs", options.crs, "a code such as EPSG:6668", file=where))
            return None, ()
    fix = "State crs (such as EPSG:6668) at the layer, or write it in with gdal_edit -a_srs"
    expected = "a stated coordinate reference system"
    problems.append(Problem("CRS", "none", expected, fix, file=where))
    return None, ()


def _same(first: str, second: str) -> bool:
    try:
        return bool(CRS(first).equals(CRS(second), ignore_axis_order=True))
    except CRSError:
        return False


def _misfits(heads: Sequence[_Head]) -> list[Problem]:
    """Tiles that are not of one mosaic with the first."""
    first = heads[0]
    base = first.band.cells
    problems = []
    for head in heads[1:]:
        cells, where = head.band.cells, str(head.band.path)
        near = (abs(cells.step_x / base.step_x - 1), abs(cells.step_y / base.step_y - 1))
        off = max(abs(each - round(each)) for each in base.offset(cells))
        if head.crs != first.crs and not _same(head.crs, first.crs):
            found = CRS(head.crs).name
            problems.append(Problem("CRS", found, f"that of {first.band.path.name}", file=where))
        elif max(near) > SAME_STEP:
            found = f"{cells.step_x:g} x {cells.step_y:g}"
            expected = f"{base.step_x:g} x {base.step_y:g} as in {first.band.path.name}"
            problems.append(Problem("cell size", found, expected, file=where))
        elif off > SAME_GRID:
            fix = "Bring the tiles onto one grid with gdalwarp -tap"
            found = f"off by {off:.2f} of a cell"
            expected = f"cells on the grid of {first.band.path.name}"
            problems.append(Problem("extent", found, expected, fix, file=where))
    return problems
