"""Elevation tiles of GSI's maps (標高タイル PNG: dem_png, dem5a_png, dem5b_png, dem5c_png).

Tiles of 256 x 256 pixels lie as {z}/{x}/{y}.png in Web Mercator (EPSG:3857). A height stands in the
colour: x = 65536 R + 256 G + B; h = 0.01 x below 2^23, unknown at 2^23 (R 128, G 0, B 0),
h = 0.01 (x - 2^24) above. Source: GSI, 標高タイルの詳細仕様.
"""

import math
import struct
import threading
import warnings
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from data.errors import InputError, Problem, SourceUnavailableError
from data.layer import Array, CellLayer, CellSource, Credit, LayerOptions, Publication
from data.own_cells import Mosaic, OwnCells
from data.slope import SlopeSource

PUBLICATION = Publication(
    reader="gsi_tiles",
    title_ja="地理院タイル 標高タイル（PNG形式）",
    title_en="GSI Tiles, elevation tiles (PNG)",
    publisher="国土地理院 (Geospatial Information Authority of Japan)",
    licence="国土地理院コンテンツ利用規約 (credit; some uses of survey results need an approval)",
    size="up to about 100 KB a tile; a tile of zoom 14 covers about 2 km x 2 km",
    url="https://maps.gsi.go.jp/development/ichiran.html",
    files=("{z}/{x}/{y}.png",),
)
CREDIT = Credit(
    "地理院タイル 標高タイル (国土地理院)",
    "GSI Tiles, elevation (GSI of Japan)",
    "国土地理院コンテンツ利用規約",
    PUBLICATION.url,
)
SIDE = 256
HALF_WORLD_M = math.pi * 6_378_137.0
DEEPEST = 18
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = (2, 6)
"""PNG colour types: red, green, blue; the same with transparency."""
MOST_BYTES = 2**20
"""Four bytes a pixel make a quarter of it, however badly packed."""
KEPT_TILES = 64
FIRST_SHOWN = 5

_QUIET = threading.Lock()

Numbers = tuple[int, int, int]


def read_gsi_tiles(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Heights above sea level.

    Parameters
    ----------
    paths : sequence of Path
        Folders with tiles as {z}/{x}/{y}.png at any depth below.
    options : LayerOptions
        `layer`: zoom, such as "14"; None takes the deepest for which every tile of a shallower
        zoom has a tile below it. `credit` and `licence` replace the publisher's.

    Returns
    -------
    CellLayer
        Numbers in m; EPSG:3857.

    Raises
    ------
    SourceUnavailableError
        No tile is there.
    InputError
        The zoom is none of those there, or files are no tiles of that form.
    """
    tiles = _tiles(paths)
    where = str(paths[0]) if len(paths) == 1 else f"{len(paths)} folders"
    zoom = _zoom(tiles, options.layer, where)
    chosen = [(numbers, path) for numbers, path in tiles if numbers[0] == zoom]
    wrong = [path for _, path in chosen if not _is_tile(path)]
    if wrong:
        first = ", ".join(str(path) for path in wrong[:FIRST_SHOWN])
        found = f"{len(wrong)} other files, first: {first}"
        expected = f"PNG of {SIDE} x {SIDE} pixels, red, green, blue of 8 bits"
        raise InputError(where, [Problem("tiles", found, expected)])
    pieces = tuple(TilePiece(path, *numbers) for numbers, path in chosen)
    credit = replace(
        CREDIT,
        line_ja=options.credit or CREDIT.line_ja,
        line_en=options.credit or CREDIT.line_en,
        licence=options.licence or CREDIT.licence,
    )
    notes = (f"zoom {zoom}, {len(pieces)} tiles",)
    return CellLayer(Mosaic("EPSG:3857", pieces), "number", "m", credit, notes=notes)


def read_gsi_tiles_slope(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Slope of the ground; arguments as `read_gsi_tiles`.

    Returns
    -------
    CellLayer
        Numbers in %; Mercator's stretch is taken out, see `data.slope`.
    """
    heights = read_gsi_tiles(paths, options)
    source: CellSource = SlopeSource(heights.source)
    return replace(heights, source=source, unit="%")


def _tiles(paths: Sequence[Path]) -> list[tuple[Numbers, Path]]:
    tiles = []
    for folder in map(Path, paths):
        found = [(numbers, path) for path in folder.rglob("*.png") if (numbers := _numbers(path))]
        if not found:
            raise SourceUnavailableError(
                f"{folder} is not there or holds no tiles {{z}}/{{x}}/{{y}}.png. "
                "Put them in place or correct the path"
            )
        tiles.extend(sorted(found))
    return tiles


def _numbers(path: Path) -> Numbers | None:
    """Zoom, column and row that the path of a tile says."""
    words = (path.parts[-3], path.parts[-2], path.stem) if len(path.parts) > 2 else ("", "", "")
    if not all(word.isascii() and word.isdigit() and len(word) < 7 for word in words):
        return None
    z, x, y = (int(word) for word in words)
    return (z, x, y) if z <= DEEPEST and x < 2**z and y < 2**z else None


def _zoom(tiles: Sequence[tuple[Numbers, Path]], stated: str | None, where: str) -> int:
    by_zoom: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for (z, x, y), _ in tiles:
        by_zoom[z].add((x, y))
    if stated is not None:
        if stated not in map(str, by_zoom):
            expected = "one of " + ", ".join(map(str, sorted(by_zoom)))
            raise InputError(where, [Problem("layer", stated, expected, "State a zoom")])
        return int(stated)
    zooms = sorted(by_zoom, reverse=True)
    complete = (z for z in zooms if all(_below(by_zoom, s, z) for s in zooms if s < z))
    return next(complete)  # the shallowest has none above it


def _below(by_zoom: dict[int, set[tuple[int, int]]], shallow: int, deep: int) -> bool:
    step = deep - shallow
    return by_zoom[shallow] <= {(x >> step, y >> step) for x, y in by_zoom[deep]}


def _is_tile(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(26)
    if len(head) < 26 or head[:8] != SIGNATURE or path.stat().st_size > MOST_BYTES:
        return False
    width, height, bits, colour = struct.unpack(">IIBB", head[16:26])
    return (width, height, bits) == (SIDE, SIDE, 8) and colour in COLOURS


@dataclass(frozen=True, slots=True)
class TilePiece:
    """One tile as a piece of the whole, read when it is needed."""

    path: Path
    z: int
    x: int
    y: int

    @property
    def cells(self) -> OwnCells:
        """Where it lies. [m of the map]"""
        step = 2 * HALF_WORLD_M / (SIDE * 2**self.z)
        west = self.x * SIDE * step - HALF_WORLD_M
        return OwnCells(west, HALF_WORLD_M - self.y * SIDE * step, step, step, SIDE, SIDE)

    def read(self, row0: int, row1: int, col0: int, col1: int) -> Array:
        """Heights of rows and columns; not to be written to. [m]

        Raises
        ------
        InputError
            The tile is damaged or gone.
        """
        try:
            heights = _heights(self.path, self.path.stat().st_mtime_ns)
        except (RasterioError, OSError) as error:
            problem = Problem("file", f"unreadable ({error})", "a whole tile", file=str(self.path))
            raise InputError(str(self.path), [problem]) from None
        return heights[row0:row1, col0:col1]


@lru_cache(maxsize=KEPT_TILES)
def _heights(path: Path, changed_ns: int) -> Array:
    if not _whole(path.read_bytes()):
        raise OSError("cut off or damaged")
    # a tile says its place by its name only, of which the opening would warn; filters are global
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path.resolve(), driver="PNG") as dataset:
            bands = dataset.read()
    heights = heights_of(bands[:3])
    if len(bands) == 4:
        heights[bands[3] == 0] = np.nan
    heights.flags.writeable = False
    return heights


def _whole(content: bytes) -> bool:
    """Whether all parts of a PNG are there and unharmed: GDAL would read what is missing as 0."""
    place = len(SIGNATURE)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        end = place + 8 + length
        if content[end : end + 4] != struct.pack(">I", zlib.crc32(content[place + 4 : end])):
            return False
        if content[place + 4 : place + 8] == b"IEND":
            return True
        place = end + 4
    return False


def heights_of(colours: Iterable[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]) -> Array:
    """Heights that colours stand for.

    Parameters
    ----------
    colours : three uint8 arrays of one shape
        Red, green, blue.

    Returns
    -------
    float array
        NaN where unknown. [m]

    Examples
    --------
    >>> heights_of(np.array([[0, 128, 255], [1, 0, 255], [2, 0, 255]], np.uint8)).tolist()
    [2.58, nan, -0.01]
    """
    red, green, blue = (np.asarray(each, dtype=np.int64) for each in colours)
    x = red * 2**16 + green * 2**8 + blue
    centimetres = np.where(x < 2**23, x, x - 2**24).astype(np.float64)
    centimetres[x == 2**23] = np.nan
    return centimetres / 100.0
