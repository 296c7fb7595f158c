"""One elevation model in GML: its head and its heights, without an XML parser.

The files are read as text between known tags: nothing is expanded, nothing else is looked up, and a
document type is refused. `data.read_gsi_dem` describes the format.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data.errors import InputError, Problem
from data.layer import Array
from data.own_cells import OwnCells
from data.packed_files import PackedFile

HEAD_BYTES = 16_384
"""The head ends long before: about 1,500 bytes."""
TAIL_BYTES = 4_096
MOST_BYTES = 64 * 2**20
"""A second mesh of the 10 m model has about 18 MB of text."""
MOST_CELLS = 10_000_000
UNKNOWN_BELOW_M = -9_000.0
"""-9999 stands for unknown, also written -9999. and -9999.00; no ground lies so low."""
KEPT_PIECES = 16
"""Models kept parsed: up to 7 MB each."""

PAIR = r"<gml:{tag}[^<>]*>\s*([-+0-9.eE]+)[\s,]+([-+0-9.eE]+)\s*</gml:{tag}>"
TUPLES = re.compile(rb"<gml:tupleList[^<>]*>")
TUPLES_END = b"</gml:tupleList>"
ORDER = re.compile(rb"<gml:sequenceRule[^<>]*\border\s*=\s*[\"']([^\"']*)[\"']")
SYSTEM = re.compile(rb"<gml:Envelope[^<>]*\bsrsName\s*=\s*[\"']([^\"']*)[\"']")
HEIGHT = re.compile(rb",[ \t]*([-+0-9.eE]+)")
SYSTEMS = {
    "jgd2024": "EPSG:6668",  # heights were measured anew, positions stayed
    "jgd2011": "EPSG:6668",
    "jgd2000": "EPSG:4612",
    "6668": "EPSG:6668",
    "4612": "EPSG:4612",
}


@dataclass(frozen=True, slots=True)
class DemHead:
    """Where the heights of one file lie."""

    crs: str
    cells: OwnCells


def read_head(file: PackedFile) -> DemHead:
    """Corner, size and reference system.

    Raises
    ------
    InputError
        With everything the head lacks.
    """
    head = file.content(HEAD_BYTES)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _wrong(file, "file", "a document type", "an elevation model as downloaded")
    places = {tag: _pair(head, tag) for tag in ("lowerCorner", "upperCorner", "low", "high")}
    missing = [f"gml:{tag}" for tag, pair in places.items() if pair is None]
    if missing:
        found = "no " + ", ".join(missing)
        raise _wrong(file, "file", found, "an elevation model in GML (JPGIS 2014 GML)")
    south, west = places["lowerCorner"] or (0.0, 0.0)
    north, east = places["upperCorner"] or (0.0, 0.0)
    low, high = places["low"] or (0.0, 0.0), places["high"] or (0.0, 0.0)
    cols, rows = round(high[0] - low[0]) + 1, round(high[1] - low[1]) + 1
    _refuse_place(file, (west, south, east, north), rows, cols)
    step_x, step_y = _tidy((east - west) / cols), _tidy((north - south) / rows)
    west, north = _snapped(west, step_x), _snapped(north, step_y)
    return DemHead(_system(file, head), OwnCells(west, north, step_x, step_y, rows, cols))


def _tidy(step: float) -> float:
    """A step in whole hundredths of a second: corners are printed with nine digits or so."""
    hundredths = round(step * 360_000)
    return hundredths / 360_000 if abs(step * 360_000 - hundredths) < 1e-3 else step


def _snapped(corner: float, step: float) -> float:
    """A corner on a whole number of cells, if it is one but for its printed digits."""
    cells = round(corner / step)
    return cells * step if abs(corner / step - cells) < 1e-3 else corner


def _pair(text: bytes, tag: str) -> tuple[float, float] | None:
    found = re.search(PAIR.format(tag=tag).encode(), text)
    try:
        return (float(found[1]), float(found[2])) if found else None
    except ValueError:
        return None


def _refuse_place(
    file: PackedFile, bounds: tuple[float, float, float, float], rows: int, cols: int
) -> None:
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        found = f"{south:g} {west:g} to {north:g} {east:g}"
        raise _wrong(file, "gml:Envelope", found, "latitude and longitude of two corners")
    if not (rows > 0 and cols > 0 and rows * cols <= MOST_CELLS):
        found = f"{cols} x {rows} cells"
        raise _wrong(file, "gml:GridEnvelope", found, f"1 to {MOST_CELLS:,} cells")


def _system(file: PackedFile, head: bytes) -> str:
    found = SYSTEM.search(head)
    name = found[1].decode("utf-8", "replace") if found else "none"
    for part, crs in SYSTEMS.items():
        if part in name.lower():
            return crs
    raise _wrong(file, "srsName", name, "fguuid:jgd2011.bl or fguuid:jgd2000.bl")


def _wrong(file: PackedFile, where: str, found: str, expected: str) -> InputError:
    return InputError(file.name, [Problem(where, found, expected, file=file.name)])


def read_heights(file: PackedFile, head: DemHead) -> Array:
    """All heights of a file.

    Returns
    -------
    float array, shape (rows, cols)
        North first; NaN where unknown or left out. [m]

    Raises
    ------
    InputError
        No list of heights, another order than `+x-y`, or more heights than cells.
    """
    text = file.content(MOST_BYTES)
    opening = TUPLES.search(text)
    end = text.find(TUPLES_END)
    if opening is None or end < opening.end():
        raise _wrong(file, "gml:tupleList", "none, or cut off", "heights of every cell")
    rest = text[end : end + TAIL_BYTES]
    order = ORDER.search(rest)
    if order is not None and order[1].strip() != b"+x-y":
        found = order[1].decode("utf-8", "replace")
        raise _wrong(file, "gml:sequenceRule", found, "+x-y")
    heights = _numbers(file, text[opening.end() : end])
    size = head.cells.rows * head.cells.cols
    point = _pair(rest, "startPoint")
    if point is None and len(heights) != size:
        raise _wrong(file, "gml:startPoint", "none", "the place of the first height")
    start_x, start_y = point or (0.0, 0.0)
    start = int(start_y) * head.cells.cols + int(start_x)
    if start < 0 or start + len(heights) > size:
        found = f"{len(heights):,} heights from cell {start:,}"
        raise _wrong(file, "gml:tupleList", found, f"at most {size:,} cells")
    values = np.full(size, np.nan)
    values[start : start + len(heights)] = np.where(heights > UNKNOWN_BELOW_M, heights, np.nan)
    return values.reshape(head.cells.rows, head.cells.cols)


def _numbers(file: PackedFile, text: bytes) -> Array:
    found = HEIGHT.findall(text)
    # a line without a readable height would move all that follow by one cell
    if len(found) != text.count(b","):
        raise _wrong(file, "gml:tupleList", "lines without a height", "kind,height in every line")
    try:
        return np.array(found, dtype=np.bytes_).astype(np.float64)
    except ValueError as error:
        raise _wrong(file, "gml:tupleList", str(error), "kind,height in every line") from None


@lru_cache(maxsize=KEPT_PIECES)
def _kept(file: PackedFile, head: DemHead, changed_ns: int) -> Array:
    values = read_heights(file, head)
    values.flags.writeable = False
    return values


@dataclass(frozen=True, slots=True)
class DemPiece:
    """One file as a piece of the whole; parsed when it is first read, then kept for a while."""

    file: PackedFile
    head: DemHead

    @property
    def cells(self) -> OwnCells:
        """Where it lies."""
        return self.head.cells

    def read(self, row0: int, row1: int, col0: int, col1: int) -> Array:
        """Heights of rows and columns; not to be written to. [m]"""
        try:
            changed_ns = self.file.path.stat().st_mtime_ns
        except OSError as error:
            raise _wrong(self.file, "file", str(error), "the file as it was") from None
        return _kept(self.file, self.head, changed_ns)[row0:row1, col0:col1]
