"""One file of land use (L03): mesh codes, and what stands beside them."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pyogrio
import pyogrio.errors

from data.errors import InputError, Problem
from data.feature_file import refuse_content
from data.nlni_forms import LAND_USES, OLD_AREA_COLUMNS
from data.shapefile import open_dbf, sibling

MESH = ("L03b_001", "L03a_001", "メッシュ", "3次メッシュコード")
CODE = ("L03b_002", "土地利用種別", "土地利用種")
NO_DATA = ("解析範囲外",)
DBF_NAME_BYTES = 10

TOKYO_EPSG, JGD2011_EPSG = 4301, 6668
OLD_EDITION = re.compile(r"L03-[ab]-(76|87|91|97)(?=[_.-])")
"""Editions whose codes are of the Tokyo datum, unless their name says jgd."""

Cells = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class LandUseTable:
    """What one file holds: either a code, or areas, by mesh."""

    where: str
    epsg: int
    mesh: Cells
    """Mesh codes as the file has them, shape (n,)."""
    codes: Cells | None
    """Land use of each mesh, shape (n,)."""
    areas: dict[int, Cells]
    """Number of a class to its areas, shape (n,). [m2]"""


def read_landuse_table(path: Path, where: str) -> LandUseTable:
    """Mesh codes and land use of a shapefile (its .dbf alone) or GeoJSON.

    The geometry is not looked at: the code says where a cell is.

    Raises
    ------
    InputError
        It cannot be read, or is not L03-a or L03-b.
    """
    table = path if path.suffix.lower() == ".dbf" else sibling(path, ".dbf")
    if path.suffix.lower() in (".shp", ".dbf"):
        if table is None:
            raise _refused(where, "no .dbf beside it", "all parts of the shapefile")
        columns = _of_dbf(table)
    else:
        columns = _by_gdal(path, where)
    mesh = _found(columns, MESH)
    codes = _found(columns, CODE)
    areas = {} if codes is not None else _areas(columns, where)
    if mesh is None or (codes is None and not areas):
        names = ", ".join(list(columns)[:12]) or "no columns"
        expected = "L03b_001 and L03b_002, メッシュ and 土地利用種, or areas by class (L03-a)"
        raise InputError(where, [Problem("columns", names, expected, file=where)])
    return LandUseTable(where, _epsg(path, where), mesh, codes, areas)


def _of_dbf(path: Path) -> dict[str, Cells]:
    dbf = open_dbf(path)
    return {_name(field.name): dbf.cells(field) for field in dbf.fields}


def _name(raw: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "ignore")  # a sign cut by the ten bytes a name may have


def _by_gdal(path: Path, where: str) -> dict[str, Cells]:
    refuse_content(path, where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, read_geometry=False)
    except (pyogrio.errors.DataSourceError, ValueError, OSError, RuntimeError) as error:
        raise _refused(where, f"nothing readable ({error})", "a shapefile or GeoJSON") from None
    return {str(name).strip(): frame[name].to_numpy() for name in frame.columns}


def _found(columns: dict[str, Cells], names: Sequence[str]) -> Cells | None:
    for name in names:
        for form in _forms(name):
            if form in columns:
                return columns[form]
    return None


def _forms(name: str) -> tuple[str, ...]:
    """A name, and what of it a .dbf in CP932 or UTF-8 keeps."""
    cut = [name.encode(e)[:DBF_NAME_BYTES].decode(e, "ignore") for e in ("cp932", "utf-8")]
    return tuple(dict.fromkeys([name, *cut]))


def _areas(columns: dict[str, Cells], where: str) -> dict[int, Cells]:
    if "L03a_013" in columns:
        fix = "Take an edition of 1991 or later"
        raise _refused(where, "an edition of 1976 or 1987", "areas by class since 1991", fix)
    found = {use.number: _found(columns, use.columns) for use in LAND_USES}
    found |= {n: columns[name] for name, n in OLD_AREA_COLUMNS.items() if name in columns}
    return {number: cells for number, cells in found.items() if cells is not None}


def _epsg(path: Path, where: str) -> int:
    """Datum of the codes: as the .prj says, else by the edition."""
    note = sibling(path, ".prj")
    if note is not None:
        return TOKYO_EPSG if b"okyo" in note.read_bytes()[:4000] else JGD2011_EPSG
    return TOKYO_EPSG if OLD_EDITION.search(where) and "jgd" not in where else JGD2011_EPSG


def _refused(where: str, found: str, expected: str, fix: str = "") -> InputError:
    return InputError(where, [Problem("file", found, expected, fix, file=where)])
