"""Scenario section `screen`: its grid and its layers."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from data.mesh import PARTS
from siting.part import Misfit, Name, Part, Prefecture

Builtin = Literal[
    "land",
    "coast",
    "prefectures",
    "zones",
    "bulk_plants",
    "grid_points",
    "landing_points",
    "exchanges",
    "cities",
    "annual_mean_c",
    "august_mean_c",
]
"""Layers that need no file."""

ReaderName = Literal[
    "raster",
    "vector",
    "table",
    "nlni_l03",
    "nlni_a31",
    "nlni_a33",
    "nlni_a40",
    "nlni_a10",
    "nlni_a11",
    "nlni_a29",
    "nlni_a13",
    "nlni_l05",
    "gsi_dem",
    "gsi_dem_slope",
    "gsi_tiles",
    "gsi_tiles_slope",
    "jshis",
    "mesh_statistics",
    "osm_substations",
    "osm_lines",
]

Word = Annotated[str, Field(min_length=1, max_length=200)]
Box = Annotated[tuple[float, float, float, float], Field(strict=False)]


class StudyGrid(Part):
    """The cells on which all layers meet."""

    mesh: Literal["jis", "equal_area"] = "jis"
    """`jis`: the Japanese standard mesh, whose cells have codes and differ in area with latitude
    (every km2 is counted with the area of its row); `equal_area`: squares in a projection centred
    on the study, for any country. [-]"""
    cell_m: Annotated[int, Field(ge=50, le=10_000)] = 1000
    """Size of a cell: 1000, 500, 250 or 100 for the mesh. [m]"""
    prefectures: Annotated[tuple[Prefecture, ...], Field(strict=False)] = ()
    """Only these prefectures, by two-digit code; empty = all of Japan. [-]"""
    bounds: Box | None = None
    """Only this box: west, south, east, north; null = all. [degrees]"""
    boundary: Name | None = None
    """Layer of areas that are the land to be looked at; null = Japan's prefectures as shipped.
    [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The mesh has four sizes; a box has an inside."""
        if self.mesh == "jis" and self.cell_m not in PARTS:
            expected = "one of " + ", ".join(map(str, PARTS))
            fix = "Take one of them, or grid.mesh: equal_area"
            yield Misfit(("cell_m",), str(self.cell_m), expected, fix)
        if self.bounds is not None:
            west, south, east, north = self.bounds
            if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
                found = ", ".join(f"{v:g}" for v in self.bounds)
                yield Misfit(("bounds",), found, "west, south, east, north in degrees")


class Join(Part):
    """Columns of a table that are joined to the features of a layer by a key."""

    file: Word
    """Table as CSV, below the same folder as the layer. [-]"""
    key: Word
    """Column of the table that names a feature. [-]"""
    on: Word
    """Column of the layer that holds the same names. [-]"""
    encoding: Word | None = None
    """Encoding; null = found out. [-]"""


class LayerSpec(Part):
    """One layer: where it is and how it is read."""

    builtin: Builtin | None = None
    """A layer made of what is shipped. [-]"""
    file: Word | None = None
    """File, folder or pattern (`dem/*.zip`) below the folder of the scenario or of --layers. [-]"""
    reader: ReaderName | None = None
    """How to read it; null = by the ending of the file. [-]"""
    layer: Word | None = None
    """Layer of a file with several. [-]"""
    column: Word | None = None
    """Column that holds the value. [-]"""
    band: Annotated[int, Field(ge=1)] = 1
    """Band of a raster. [-]"""
    nodata: float | None = None
    """Number that means "not known", where the file does not say so. [-]"""
    crs: Word | None = None
    """Reference system such as EPSG:6668, where the file does not state one. [-]"""
    encoding: Word | None = None
    """Encoding of text, where the file does not say so. [-]"""
    cell_m: Literal[1000, 500, 250, 100] | None = None
    """Level of a mesh whose codes have ten digits. [m]"""
    join: Join | None = None
    """Table joined to the features. [-]"""
    needed: bool = True
    """false: the study goes on without the file, and says what it then does not know. [-]"""
    credit: Word | None = None
    """Whose data they are; null = as the reader knows. [-]"""
    licence: Word | None = None
    """Under which licence; null = as the reader knows. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """A layer is either shipped or a file."""
        if (self.builtin is None) == (self.file is None):
            found = "neither builtin nor file" if self.file is None else "both builtin and file"
            yield Misfit((), found, "builtin or file, one of them")
