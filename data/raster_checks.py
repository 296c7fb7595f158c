"""What can be wrong with a raster or its place before a value of it is read."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from data.errors import Problem
from data.lattice import Lattice
from data.layer import Bounds, CellSource

MOST_BLOCK_BYTES = 256 * 2**20
"""Largest block: one value cannot be read without its whole block in memory."""

CLAIM_BYTES = 2**30
MOST_RATIO = 20_000
"""A raster of more than `CLAIM_BYTES` must store at least a byte for so many it claims.

Deflate cannot pass 1,032 : 1; other packings reach some 20,000 : 1 on one repeated value. Blocks
that are left out (sparse files) claim nothing."""

BLOCKS_LOOKED_AT = 50_000
ROTATION = 1e-9
"""Share of a cell by which rows may lean before a raster counts as rotated."""

REFUSED_DRIVERS = frozenset(
    ("VRT", "GTI", "DERIVED", "MEM", "HTTP", "WMS", "WMTS", "WCS", "STACTA", "STACIT", "OGCAPI")
)
"""Formats whose files point to other files or to the network."""


def raster_problems(dataset: Any, band: int, size: int, where: str) -> Iterator[Problem]:
    """Everything that is wrong with an opened raster apart from its reference system.

    Parameters
    ----------
    dataset : rasterio.DatasetReader
        Opened raster.
    band : int
        Band wanted, from 1.
    size : int
        Bytes of the file.
    where : str
        File name for the messages.
    """
    yield from _place_problems(dataset, where)
    if not 1 <= band <= dataset.count:
        bands = "band 1" if dataset.count == 1 else f"1 to {dataset.count}"
        yield Problem("band", str(band), bands, file=where)
        return
    dtype = dataset.dtypes[band - 1]
    if "complex" in dtype or dtype == "unknown":
        yield Problem("values", f"{dtype} numbers", "whole or decimal numbers", file=where)
        return
    yield from _size_problems(dataset, band, size, where)


def _place_problems(dataset: Any, where: str) -> Iterator[Problem]:
    transform = dataset.transform
    if transform.is_identity or transform.a == 0 or transform.e == 0:
        fix = "Write it in with gdal_edit -a_ullr, or add the world file"
        yield Problem("extent", "no place on the ground", "corner and cell size", fix, file=where)
        return
    if not np.isfinite(np.asarray(transform[:6], dtype=float)).all():
        yield Problem("extent", "not a number", "corner and cell size", file=where)
    lean = max(abs(transform.b / transform.a), abs(transform.d / transform.e))
    if lean > ROTATION or transform.a < 0:
        fix = "Turn it with gdalwarp"
        found = "rotated or mirrored rows"
        yield Problem("extent", found, "rows from west to east", fix, file=where)


def _size_problems(dataset: Any, band: int, size: int, where: str) -> Iterator[Problem]:
    width = np.dtype(dataset.dtypes[band - 1]).itemsize
    block_rows, block_cols = dataset.block_shapes[band - 1]
    block_bytes = block_rows * block_cols * width
    if block_bytes > MOST_BLOCK_BYTES:
        found = f"blocks of {block_bytes / 2**20:,.0f} MiB"
        expected = f"at most {MOST_BLOCK_BYTES // 2**20} MiB a block"
        fix = "Write it anew with gdal_translate -co TILED=YES"
        yield Problem("blocks", found, expected, fix, file=where)
        return
    down = -(-dataset.height // block_rows)
    across = -(-dataset.width // block_cols)
    claimed = dataset.height * dataset.width * width
    absurd = _absurd(dataset, claimed, size, where)
    if dataset.driver != "GTiff":
        if claimed > CLAIM_BYTES and claimed > MOST_RATIO * size:
            yield absurd
        return
    if claimed > CLAIM_BYTES and down * across > size:
        yield absurd  # not even the list of blocks fits into the file
        return
    stored, end, all_seen = _stored_blocks(dataset, band, down, across)
    if end > size:
        found = f"{size:,} bytes, but a block that ends at byte {end:,}"
        fix = "The file is cut off: copy or download it again"
        yield Problem("file", found, "all blocks inside the file", fix, file=where)
    elif claimed > CLAIM_BYTES and (
        (all_seen and not stored) or stored * claimed > MOST_RATIO * size
    ):
        yield absurd


def _absurd(dataset: Any, claimed: int, size: int, where: str) -> Problem:
    found = f"{dataset.width:,} x {dataset.height:,} cells ({claimed / 2**30:,.1f} GiB)"
    return Problem(
        "size", f"{found} in {size:,} bytes", "a file that can hold what it claims", file=where
    )


def _stored_blocks(dataset: Any, band: int, down: int, across: int) -> tuple[float, int, bool]:
    """Share of the blocks that are stored, the byte after the last, and whether all were seen.

    Of very many blocks only a part is looked at, evenly spread, with the last ones.
    """
    total = down * across
    step = max(1, -(-total // BLOCKS_LOOKED_AT))
    numbers = sorted(
        {*range(0, total, step), *range(max(0, total - across), total, step), total - 1}
    )
    stored, end = 0, 0
    for number in numbers:
        row, col = divmod(number, across)
        offset = dataset.get_tag_item(f"BLOCK_OFFSET_{col}_{row}", "TIFF", bidx=band)
        if offset is None:
            continue
        length = dataset.get_tag_item(f"BLOCK_SIZE_{col}_{row}", "TIFF", bidx=band)
        stored += 1
        end = max(end, int(offset) + int(length or 0))
    return stored / len(numbers), end, step == 1


def overlap_problem(source: CellSource, lattice: Lattice, *, where: str = "") -> Problem | None:
    """Say that a layer lies nowhere on the study, with the likely reason.

    Parameters
    ----------
    source : CellSource
        Any source of cells.
    lattice : Lattice
        The study's cells.
    where : str
        File or layer for the message.

    Returns
    -------
    Problem or None
        None where the two share ground.
    """
    wanted = bounds_in(lattice, source.crs)
    west, south, east, north = source.bounds
    if wanted is not None and _meet(source.bounds, wanted):
        return None
    fix = "The layer lies elsewhere, or its stated reference system is wrong"
    if wanted is not None and _meet((south, west, north, east), wanted):
        fix = "Latitude and longitude are exchanged"
    found = f"{west:g}, {south:g}, {east:g}, {north:g}"
    name = CRS(source.crs).name
    return Problem("extent", f"{found} ({name})", "ground of the study", fix, file=where)


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def bounds_in(lattice: Lattice, crs: str) -> Bounds | None:
    """Box around a lattice in another reference system; None where that cannot show it."""
    return bounds_between(lattice.bounds, lattice.crs, crs)


def bounds_between(bounds: Bounds, crs: str, other: str) -> Bounds | None:
    """Box around a box of `crs` in the reference system `other`; None where it cannot show it."""
    transformer = Transformer.from_crs(crs, other, always_xy=True)
    try:
        box = transformer.transform_bounds(*bounds, densify_pts=21, errcheck=True)
    except ProjError:
        return None
    return box if np.isfinite(box).all() else None
