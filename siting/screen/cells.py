"""The cells of a study: where there is land, how much, and in which prefecture and area."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from data.coverage import covered_cells, on_lattice
from data.errors import InputError, Problem
from data.facts import read_fact
from data.lattice import Lattice, equal_area_lattice, mesh_lattice
from data.layer import Bounds
from grid.areas import area_of_municipality, municipality_of_point
from siting.scenario_layers import StudyGrid

if TYPE_CHECKING:
    import geopandas

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]

MOST_CELLS = 60_000_000
"""Land cells that can be held at once: about 0.5 GB a layer."""

BLOCK_SIDE = 512
AREA = 2


@dataclass(frozen=True)
class Block:
    """A window of the study with the land cells in it."""

    lattice: Lattice
    """The window."""
    local: Ints
    """Flat numbers of the land cells inside the window, shape (cells,)."""
    position: Ints
    """Where these cells stand in `Cells`, shape (cells,)."""
    lon: Floats
    lat: Floats

    def take(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Values of the land cells out of an array over the whole window."""
        return np.asarray(values, dtype=np.float32).reshape(-1)[self.local]


@dataclass(frozen=True)
class Cells:
    """Land cells in ascending order of their flat number; all arrays have shape (cells,).

    Attributes
    ----------
    lattice : Lattice
    cell : int array
        Flat number, row * cols + col.
    land_share : float array
        Share of the cell that is land of the study. [-]
    prefecture : text array
        Two-digit code of the prefecture with most of the land; "" outside Japan's.
    area : text array
        Supply area; "" outside Japan's.
    """

    lattice: Lattice
    cell: Ints
    land_share: Floats
    prefecture: Texts
    area: Texts

    def __len__(self) -> int:
        return len(self.cell)

    @cached_property
    def row(self) -> Ints:
        """Row of each cell."""
        return self.cell // self.lattice.cols

    @cached_property
    def col(self) -> Ints:
        """Column of each cell."""
        return self.cell % self.lattice.cols

    @cached_property
    def land_km2(self) -> Floats:
        """Land of each cell. [km2]"""
        return self.lattice.row_km2[self.row] * self.land_share

    @cached_property
    def centre(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of the middle of each cell. [degrees]"""
        return self.lattice.centres(self.cell)

    def position_of(self, cell: Ints) -> Ints:
        """Where cells stand in these arrays; -1 for cells without land."""
        at = np.minimum(np.searchsorted(self.cell, cell), max(len(self.cell) - 1, 0))
        known = self.cell[at] == cell if len(self.cell) else np.zeros(len(cell), dtype=bool)
        return np.where(known, at, -1)

    def blocks(self, side: int = BLOCK_SIDE) -> Iterator[Block]:
        """Windows that hold land, each with its cells."""
        cols = -(-self.lattice.cols // side)
        owner = (self.row // side) * cols + self.col // side
        order = np.argsort(owner, kind="stable")
        starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
        windows = list(self.lattice.blocks(side))
        lon, lat = self.centre
        for position in np.split(order, starts[1:]) if len(order) else ():
            window = windows[owner[position[0]]]
            part = self.lattice.window(*window)
            local = (self.row[position] - window[0]) * part.cols + self.col[position] - window[2]
            yield Block(part, local, position, lon[position], lat[position])


def study_cells(grid: StudyGrid, boundary: "geopandas.GeoDataFrame | None") -> Cells:
    """Land cells of a study.

    Parameters
    ----------
    grid : StudyGrid
        Mesh, size of the cells and what part of the land is asked for.
    boundary : GeoDataFrame or None
        Areas that are the land to be looked at, EPSG:4326; None = Japan's prefectures as shipped
        (Natural Earth 1:10 million; the coast is true to about 0.5 km).

    Returns
    -------
    Cells
        Cells with any land at all.

    Raises
    ------
    InputError
        No land in what is asked for, or more cells than can be held.
    """
    lattice, ground = study_lattice(grid, boundary)
    pairs = covered_cells(on_lattice(ground, lattice).to_numpy(), lattice)
    covered = pairs.groupby("cell")["share"].sum()
    cell, share = covered.index.to_numpy(), np.minimum(covered.to_numpy(), 1.0)
    code, area = _whose(cell, lattice, prefecture_polygons())
    return Cells(lattice, cell, share, code, area)


def study_lattice(
    grid: StudyGrid, boundary: "geopandas.GeoDataFrame | None"
) -> tuple[Lattice, Any]:
    """Grid of a study, and the land in it as polygons (GeoSeries, EPSG:4326).

    Raises
    ------
    InputError
        As `study_cells`.
    """
    land = prefecture_polygons()
    if grid.prefectures:
        land = land[land["code"].isin(grid.prefectures)]
    if boundary is not None:
        land = boundary.clip(land, keep_geom_type=True) if grid.prefectures else boundary
    ground = _ground(land, grid.bounds)
    west, south, east, north = (float(edge) for edge in ground.total_bounds)
    make = mesh_lattice if grid.mesh == "jis" else equal_area_lattice
    lattice = make((west, south, east, north), grid.cell_m)
    _refuse_size(lattice, ground)
    return lattice, ground


def prefecture_polygons() -> "geopandas.GeoDataFrame":
    """Japan's prefectures as shipped: code, names, area, EPSG:4326."""
    from importlib.resources import files

    import geopandas

    text = (files("data") / "japan" / "prefectures.geojson").read_bytes()
    frame = geopandas.read_file(text)
    return frame.set_geometry(frame.geometry.make_valid())


def _ground(land: Any, box: Bounds | None) -> Any:
    """Polygons of the land in a box, so that what lies in two of the areas counts once."""
    import geopandas
    import shapely

    areas = land.geometry.to_numpy()
    whole = shapely.union_all(areas[shapely.get_dimensions(areas) == AREA])
    inside = whole if box is None else shapely.intersection(whole, shapely.box(*box))
    parts = shapely.get_parts(shapely.get_parts([inside]))
    parts = parts[(shapely.get_dimensions(parts) == AREA) & ~shapely.is_empty(parts)]
    if not len(parts):
        fix = "Check bounds (west, south, east, north), prefectures and boundary"
        raise InputError("screen.grid", [Problem("land", "none", "some land to look at", fix)])
    return geopandas.GeoSeries(parts, crs=land.crs)


def _refuse_size(lattice: Lattice, ground: Any) -> None:
    """Refuse a study whose land alone is too many cells, before any array is made."""
    inside = ground.to_crs("+proj=cea +ellps=GRS80")
    cells = float(inside.area.sum()) / lattice.cell_m**2
    window = lattice.rows * lattice.cols
    if cells > MOST_CELLS or window > 40 * MOST_CELLS:
        found = f"about {cells:,.0f} land cells of {lattice.cell_m} m in a window of {window:,}"
        fix = "Take larger cells, or fewer prefectures (grid.prefectures, grid.bounds)"
        problem = Problem("screen.grid.cell_m", found, f"at most {MOST_CELLS:,} land cells", fix)
        raise InputError("screen.grid", [problem])


def _whose(cell: Ints, lattice: Lattice, prefectures: Any) -> tuple[Texts, Texts]:
    """Prefecture with most of each cell, and the supply area."""
    pairs = covered_cells(on_lattice(prefectures.geometry, lattice).to_numpy(), lattice)
    most = pairs.sort_values("share", kind="stable").drop_duplicates("cell", keep="last")
    position = np.searchsorted(cell, most["cell"].to_numpy())
    position = np.minimum(position, len(cell) - 1)
    known = cell[position] == most["cell"].to_numpy()
    owner = np.full(len(cell), -1)
    owner[position[known]] = most["area"].to_numpy()[known]
    names = {key: np.append(prefectures[key].to_numpy(str), "") for key in ("code", "area")}
    code, area = names["code"][owner], names["area"][owner]
    return code, _with_split_prefectures(code, area, cell, lattice)


def _with_split_prefectures(code: Texts, area: Texts, cell: Ints, lattice: Lattice) -> Texts:
    """Areas where a prefecture belongs to two: decided by the municipality of the cell's middle.

    Where the middle is at sea or across the border of the prefecture, the nearest cell of the same
    prefecture decides.
    """
    rule = read_fact("area_rule")
    wide = np.array(area, dtype="<U16")
    for prefecture in {key[:2] for key in rule["code"] if len(key) > 2}:
        own = np.flatnonzero(code == prefecture)
        lon, lat = lattice.centres(cell[own])
        found = [municipality_of_point(y, x) for x, y in zip(lon, lat, strict=True)]
        inside = np.array([one.startswith(prefecture) for one in found], dtype=bool)
        if inside.any():
            known = {one: area_of_municipality(one, rule) for one in set(found) if one}
            wide[own[inside]] = [known[one] for one in found if one.startswith(prefecture)]
            places = np.column_stack(np.divmod(cell[own], lattice.cols))
            nearest = cKDTree(places[inside]).query(places[~inside])[1]
            wide[own[~inside]] = wide[own[inside]][nearest]
    return wide
