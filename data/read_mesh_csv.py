"""CSV files by mesh code: J-SHIS hazard maps and the mesh statistics of Japan's censuses.

J-SHIS (NIED, データ規約集): lines of comments that begin with #, the last of which names the
columns (`# CODE, T30_I45_PS, ...`), then one line a mesh of 250 m, about 6 million in all.

Mesh statistics (e-Stat, 地域メッシュ統計): a line of column ids (KEY_CODE, HTKSYORI, HTKSAKI,
GASSAN, T001141001, ...), a line of Japanese names, CP932. Only cells with somebody or something to
count are listed: what is not listed is not known here, though for a count it means none. `*`
stands for a withheld number (HTKSYORI 2): the publisher added it to the neighbour named in
HTKSAKI, whose own row (HTKSYORI 1) therefore counts more than its cell. Totals of people are never
withheld. `-` is "no such figure" in official tables; for a count it means none, for a mean nothing
at all. As a file does not say which, both marks are read as unknown, and the notes say how many.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.errors import InputError, Problem
from data.layer import CellLayer, Credit, LayerOptions, Publication
from data.mesh import CODE_DIGITS, PARTS, ROWS_PER_DEGREE, mesh_cells
from data.mesh_source import MeshSource
from data.mesh_table import (
    CodeValues,
    Heading,
    code_values,
    column_number,
    head_lines,
    plain,
    shown,
    split,
)
from data.packed_files import PackedFile, Wanted, packed_files

JSHIS = Publication(
    reader="jshis",
    title_ja="J-SHIS 地震ハザードステーション 確率論的地震動予測地図・表層地盤 (250mメッシュ)",
    title_en="J-SHIS, probabilistic seismic hazard maps and surface ground (250 m mesh)",
    publisher="防災科学技術研究所 (NIED)",
    licence="J-SHIS 利用規約 (credit NIED)",
    size="about 6 million rows for the country, some hundred MB unpacked; also by first mesh",
    url="https://www.j-shis.bosai.go.jp/",
    files=("P-Y*-MAP-*.csv", "Z-V*-JAPAN-AMP-VS400_M250*.csv", "*.zip"),
)
MESH_STATISTICS = Publication(
    reader="mesh_statistics",
    title_ja="地域メッシュ統計 (国勢調査・経済センサス)",
    title_en="Grid square statistics (population census, economic census)",
    publisher="総務省統計局 (Statistics Bureau of Japan), e-Stat",
    licence="政府統計の総合窓口 (e-Stat) 利用規約 (CC BY 4.0 compatible)",
    size="up to about 1 MB zipped per first mesh, 151 files for the country at 500 m",
    url="https://www.e-stat.go.jp/gis",
    files=("tblT*.txt", "tblT*.zip"),
)
PUBLICATIONS = (JSHIS, MESH_STATISTICS)

MOST_BYTES = 4 * 2**30
CODE_NAMES = ("CODE", "MESH_CODE", "MESHCODE", "KEY_CODE")
LEVELS = {8: 1000, 9: 500, 10: 250}
"""Digits of a code to the size of the cell, unless the scenario says 100. [m]"""
FIXED = ("KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN")
UNITS = {"_PS": "-", "ARV": "-", "AVS": "m/s"}
"""End of a J-SHIS column name to its unit: probability, amplification, shear wave speed."""

Ints = npt.NDArray[np.int64]
FindHeading = Callable[[PackedFile, LayerOptions], Heading]


def read_jshis(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """A column of J-SHIS, such as the probability of intensity 6 upper in 30 years.

    Parameters
    ----------
    paths : sequence of Path
        `.csv`, `.zip` that hold them, or folders.
    options : LayerOptions
        `column` such as T30_I60_PS (may be left out if there is only one), `nodata`, `cell_m`,
        `encoding`, `credit`, `licence`.

    Returns
    -------
    CellLayer
        Numbers; EPSG:6668.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        No such column, codes that are none, a code twice, values that are no numbers.
    """
    layer = _layer(paths, options, _jshis_heading, (JSHIS, ("*.csv",)))
    name = plain(options.column or "")
    unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), "")
    return replace(layer, unit=unit)


def read_mesh_statistics(paths: Sequence[Path], options: LayerOptions) -> CellLayer:
    """A column of the mesh statistics, by its id or its Japanese name.

    Parameters
    ----------
    paths : sequence of Path
        `.txt` or `.csv` as published, `.zip` that hold them, or folders.
    options : LayerOptions
        `column` such as T001141001 or 人口（総数）, and as `read_jshis`.

    Returns
    -------
    CellLayer
        Numbers as published, per cell; EPSG:6668.

    Raises
    ------
    SourceUnavailableError
        A file is not there.
    InputError
        As `read_jshis`; a code in two files too: files by prefecture hold only their own part of
        a cell on the border, files by first mesh hold all of it.
    """
    return _layer(paths, options, _statistics_heading, (MESH_STATISTICS, ("*.txt", "*.csv")))


def _layer(
    paths: Sequence[Path],
    options: LayerOptions,
    heading_of: FindHeading,
    published: tuple[Publication, tuple[str, ...]],
) -> CellLayer:
    publication, patterns = published
    problems: list[Problem] = []
    files = packed_files(paths, Wanted(patterns, MOST_BYTES, "table by mesh code"), problems)
    tables = []
    for file in files:
        try:
            tables.append(_table(file, options, heading_of))
        except InputError as error:
            problems.extend(error.problems)
    where = str(paths[0]) if len(paths) == 1 else f"{len(paths)} files"
    if problems:
        raise InputError(where, problems)
    codes = np.concatenate([table.codes for table in tables])
    values = np.concatenate([table.values for table in tables])
    if options.nodata is not None:
        values[values == options.nodata] = np.nan
    source = _source(codes, values, options, where)
    line_ja = options.credit or f"{publication.title_ja} ({publication.publisher})"
    line_en = options.credit or f"{publication.title_en} ({publication.publisher})"
    credit = Credit(line_ja, line_en, options.licence or publication.licence, publication.url)
    return CellLayer(source, "number", "", credit, notes=_notes(tables))


def _table(file: PackedFile, options: LayerOptions, heading_of: FindHeading) -> CodeValues:
    heading = heading_of(file, options)
    code = next((n for n, name in enumerate(heading.names) if plain(name) in CODE_NAMES), None)
    if code is None:
        found = "columns " + shown(heading.names)
        expected = "a column " + " or ".join(CODE_NAMES)
        raise InputError(file.name, [Problem("columns", found, expected, file=file.name)])
    wanted = options.column
    others = [n for n in heading.names if n and plain(n) not in CODE_NAMES + FIXED]
    if wanted is None and len(others) == 1:
        wanted = others[0]
    if wanted is None:
        expected = "one of " + ", ".join(others)
        raise InputError(file.name, [Problem("column", "not stated", expected, file=file.name)])
    return code_values(file, heading, code, column_number(heading, wanted, file))


def _jshis_heading(file: PackedFile, options: LayerOptions) -> Heading:
    """The last comment names the columns; if none does, the first row must."""
    lines = head_lines(file, options.encoding)
    comments = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in reversed(lines[:comments]):
        names = split(line.lstrip("# "))
        if names and plain(names[0]) in CODE_NAMES:
            return Heading(names, (), comments)
    names = split(lines[comments]) if comments < len(lines) else ()
    return Heading(names, (), comments + 1)


def _statistics_heading(file: PackedFile, options: LayerOptions) -> Heading:
    lines = head_lines(file, options.encoding)
    names = split(lines[0]) if lines else ()
    labels = split(lines[1]) if len(lines) > 1 else ()
    if labels and not labels[0] and len(labels) == len(names):
        return Heading(names, labels, 2)
    return Heading(names, (), 1)


def _source(
    codes: Ints, values: npt.NDArray[np.float64], options: LayerOptions, where: str
) -> MeshSource:
    cell_m = _level(codes, options, where)
    rows, cols = mesh_cells(codes, cell_m)
    wrong = codes[rows < 0]
    if len(wrong):
        found = f"{len(wrong):,} that are none, such as {shown(wrong.tolist())}"
        expected = f"codes of the {cell_m} m mesh with {CODE_DIGITS[cell_m]} digits"
        raise InputError(where, [Problem("codes", found, expected, file=where)])
    wide = 360 * ROWS_PER_DEGREE * PARTS[cell_m]  # more than any column
    place = rows * wide + cols
    order = np.argsort(place, kind="stable")
    place = place[order]
    double = codes[order][1:][place[1:] == place[:-1]]
    if len(double):
        found = f"{len(double):,} codes twice, such as {shown(double.tolist())}"
        fix = "Take files that do not overlap (by first mesh, not by prefecture)"
        raise InputError(where, [Problem("codes", found, "each code once", fix, file=where)])
    return MeshSource(cell_m, rows[order], cols[order], values[order])


def _level(codes: Ints, options: LayerOptions, where: str) -> int:
    digits = len(str(int(codes[0])))
    cell_m = LEVELS.get(digits)
    if options.cell_m is not None and CODE_DIGITS[options.cell_m] == digits:
        return options.cell_m
    if options.cell_m is not None:
        expected = f"{CODE_DIGITS[options.cell_m]} digits, as cell_m is {options.cell_m}"
        found = f"{int(codes[0])}, with {digits}"
        raise InputError(where, [Problem("codes", found, expected, file=where)])
    if cell_m is None:
        found = f"{int(codes[0])}, with {digits} digits"
        fix = "Meshes of 125 m (11 digits) and first and second meshes are not read"
        raise InputError(where, [Problem("codes", found, "8, 9 or 10 digits", fix, file=where)])
    return cell_m


def _notes(tables: Sequence[CodeValues]) -> tuple[str, ...]:
    marks: dict[str, int] = {}
    for table in tables:
        for mark, count in table.marks.items():
            marks[mark] = marks.get(mark, 0) + count
    return tuple(
        f"{count:,} cells hold {mark or 'nothing'} instead of a number and are not known"
        for mark, count in sorted(marks.items())
    )
