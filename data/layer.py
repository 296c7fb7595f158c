"""What a reader makes of a file: a layer of cells or of features, and whose work it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt
from affine import Affine

if TYPE_CHECKING:
    import geopandas

Array = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose data they are, as map and report must say it."""

    line_ja: str
    line_en: str
    licence: str
    url: str = ""
    as_of: str = ""


class CellSource(Protocol):
    """Values in cells of their own size and reference system, read by window."""

    @property
    def crs(self) -> str:
        """Reference system, as text that pyproj reads."""
        ...

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of all that is there. [units of `crs`]"""
        ...

    def window(self, bounds: Bounds) -> tuple[Array, Affine]:
        """Values of every own cell that touches `bounds`.

        Parameters
        ----------
        bounds : (west, south, east, north)
            Box in the units of `crs`.

        Returns
        -------
        values : float array, shape (rows, cols)
            North first; NaN where nothing is known. (0, 0) where the box holds no cell.
        transform : Affine
            Column and row to coordinates.
        """
        ...


@dataclass(frozen=True, slots=True)
class CellLayer:
    """A layer of numbers or of classes in cells."""

    source: CellSource
    kind: Literal["number", "class"]
    unit: str
    credit: Credit
    classes: dict[str, float] = field(default_factory=dict)
    """Word of each class to the number that stands for it in the cells."""
    notes: tuple[str, ...] = ()
    """What a reader had to decide or repair, for the report."""


@dataclass(frozen=True, slots=True)
class FeatureLayer:
    """A layer of points, lines or areas with columns."""

    frame: "geopandas.GeoDataFrame"
    """EPSG:4326, valid geometry."""
    credit: Credit
    notes: tuple[str, ...] = ()


Layer = CellLayer | FeatureLayer


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a layer of one publisher comes from, for those who do not have it yet."""

    reader: str
    """Word in the scenario."""
    title_ja: str
    title_en: str
    publisher: str
    licence: str
    size: str
    """Rough size of a download, with what it covers."""
    url: str
    files: tuple[str, ...]
    """Patterns of the file names as published."""


class Reader(Protocol):
    """Makes one layer of one or more files of a publisher."""

    def __call__(self, paths: Sequence[Path], options: "LayerOptions") -> Layer:
        """Layer of all files together."""
        ...


@dataclass(frozen=True, slots=True)
class LayerOptions:
    """What the scenario says about reading a layer."""

    layer: str | None = None
    """Layer of a file with several."""
    column: str | None = None
    """Column of a table that holds the value."""
    band: int = 1
    """Band of a raster."""
    nodata: float | None = None
    """Value that means "not known", where the file does not say so itself."""
    crs: str | None = None
    """Reference system, where the file does not state one."""
    encoding: str | None = None
    """Encoding of text, where the file does not say so itself."""
    cell_m: int | None = None
    """Level of a mesh, where codes of ten digits could be two."""
    credit: str | None = None
    """Whose data they are."""
    licence: str | None = None
