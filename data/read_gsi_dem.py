"""Elevation models of the Fundamental Geospatial Data of Japan (基盤地図情報 数値標高モデル), GML.

One file holds the heights of one mesh: a third mesh of 225 x 150 cells (DEM5A, 5B, 5C) or a second
mesh of 1125 x 750 cells (DEM10A, 10B). Corners stand as latitude, longitude; heights run from the
north-west corner eastwards and southwards (`+x-y`), one line a cell as `kind,height`, with -9999
where nothing is known. Cells left out before `gml:startPoint` and after the last line are unknown.
Source: GSI, 基盤地図情報ダウンロードデータ ファイル仕様書.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import InputError, Problem
from data.gsi_dem_gml import MOST_BYTES, DemPiece, read_head
from data.layer import CellLayer, CellSource, Credit, LayerOptions, Publication
from data.own_cells import Mosaic
from data.packed_files import PackedFile, Wanted, packed_files
from data.slope import SlopeSource

PUBLICATION = Publication(
    reader="gsi_dem",
    title_ja="基盤地図情報 数値標高モデル",
    title_en="Fundamental Geospatial Data, digital elevation model",
    publisher="国土地理院 (Geospatial Information Authority of Japan)",
    licence="国土地理院コンテンツ利用規約 (credit; some uses of survey results need an approval)",
    size="per second mesh, zipped: 10 m model roughly 1 to 3 MB, 5 m model several MB",
    url="https://fgd.gsi.go.jp/download/",
    files=("FG-GML-*DEM*.xml", "FG-GML-*dem*.xml", "FG-GML-*.zip"),
)

CREDIT = Credit(
    "基盤地図情報 数値標高モデル (国土地理院)",
    "Fundamental Geospatial Data, digital elevation model (GSI of Japan)",
    "国土地理院コンテンツ利用規約",
    PUBLICATION.url,
)
WANTED = Wanted(("*dem*.xml",), MOST_BYTES, "elevation model")
SAME_STEP = 1e-6
SAME_GRID = 0.02


def read_gsi_dem(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Heights above sea level.

    Parameters
    ----------
    paths : sequence of Path
        `.xml` as published, `.zip` that hold them, or folders of either.
    options : LayerOptions
        `credit` and `licence` replace the publisher's.

    Returns
    -------
    CellLayer
        Numbers in m; EPSG:6668 or, for older files, EPSG:4612. Where files overlap (DEM5A, 5B and
        5C of one mesh), the first in order of name that knows a height wins.

    Raises
    ------
    SourceUnavailableError
        A file is not there, or a folder or archive holds no elevation model.
    InputError
        With every problem of every file.
    """
    problems: list[Problem] = []
    files = packed_files(paths, WANTED, problems)
    pieces = [piece for file in files if (piece := _piece(file, problems)) is not None]
    where = str(paths[0]) if len(paths) == 1 else f"{len(paths)} files"
    if not problems:
        problems.extend(_misfits(pieces))
    if problems:
        raise InputError(where, problems)
    systems = {piece.head.crs for piece in pieces}
    notes = () if len(systems) == 1 else ("files of JGD2000 and JGD2011 are read as JGD2011",)
    crs = "EPSG:6668" if len(systems) > 1 else systems.pop()
    credit = replace(
        CREDIT,
        line_ja=options.credit or CREDIT.line_ja,
        line_en=options.credit or CREDIT.line_en,
        licence=options.licence or CREDIT.licence,
    )
    return CellLayer(Mosaic(crs, tuple(pieces)), "number", "m", credit, notes=notes)


def read_gsi_dem_slope(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """Slope of the ground between the cells of the elevation model; arguments as `read_gsi_dem`.

    Returns
    -------
    CellLayer
        Numbers in %; see `data.slope` for the rule.
    """
    heights = read_gsi_dem(paths, options)
    source: CellSource = SlopeSource(heights.source)
    return replace(heights, source=source, unit="%")


def _piece(file: PackedFile, problems: list[Problem]) -> DemPiece | None:
    try:
        return DemPiece(file, read_head(file))
    except InputError as error:
        problems.extend(error.problems)
        return None


def _misfits(pieces: Sequence[DemPiece]) -> list[Problem]:
    """Files that do not share one grid, such as 5 m and 10 m together."""
    base = pieces[0].head.cells
    problems = []
    for piece in pieces[1:]:
        cells = piece.head.cells
        steps = abs(cells.step_x / base.step_x - 1), abs(cells.step_y / base.step_y - 1)
        off = max(abs(each - round(each)) for each in base.offset(cells))
        if max(steps) > SAME_STEP or off > SAME_GRID:
            found = f'{cells.step_x * 3600:g}" x {cells.step_y * 3600:g}"'
            expected = f'cells of {base.step_x * 3600:g}" x {base.step_y * 3600:g}" on one grid'
            fix = "Take 5 m and 10 m models as two layers"
            problems.append(Problem("cell size", found, expected, fix, file=piece.file.name))
    return problems
