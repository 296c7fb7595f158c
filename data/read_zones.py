"""Welcome zones in the forms people have them: CSV, GeoJSON, GeoPackage, KML, KMZ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.contracts_supply import GRID_TABLES
from data.errors import InputError, Problem, SourceUnavailableError
from data.generation_side import refuse_generation_headings
from data.read_csv import TextTable, parse_csv
from data.tables import check
from data.text_file import read_text_file
from data.zone_cells import area_of_tso, translated, tso_of_area
from data.zone_columns import ZoneColumns, basis_of_heading, known_headings, with_columns
from data.zone_features import ZoneFeatures, read_zone_features
from data.zone_words import CAPACITY

CONTRACT = "zones"
TABLES = (".csv", ".txt")
FOOTPRINT = "footprint_km2"
NAMELESS = "名称なし"

MOST_LINES_ABOVE = 10
"""Titles and remarks that may stand above the headings."""

KINDS_BY_NAME: Mapping[str, str] = {
    r"変電所$|開閉所$|[sS][sS]$|（変）$|\(変\)$": "substation",
    r"バンク$|変圧器$|[0-9]B$": "bank",
    r"線$": "line",
}
"""Endings of names that give away what an asset is."""

KINDS_BY_HEADING: Mapping[str, str] = {"変電所": "substation", "線": "line", "ゾーン": "zone"}


def read_zone_file(path: Path | str) -> tuple[pd.DataFrame, list[str]]:
    """Welcome zones of a user's file, in Japanese or English headings.

    Parameters
    ----------
    path : Path or str
        CSV (UTF-8, CP932 or UTF-16; titles above the headings are skipped), or GeoJSON,
        GeoPackage, Shapefile, FlatGeobuf or KML, also in a ZIP or KMZ. See docs/zones.md.

    Returns
    -------
    zones : DataFrame, shape (zones, contract columns + 1)
        Contract `zones`, and `footprint_km2`: area of a polygon (NaN for all else), of which
        `lat` and `lon` are the representative point and `precision_km`, where the file states
        none, the distance to its farthest edge.
    notes : list of str
        What was withheld, derived, renamed or not used.

    Raises
    ------
    SourceUnavailableError
        The vector file is not there.
    InputError
        Every problem of the file; a list of free capacity for generation is refused by its
        columns. Rows that state `cap_basis` aki_yoryo_reverse pass the contract and are refused
        by `grid.zones.refuse_generation_side`.
    """
    where = str(path)
    features = _opened(Path(path))
    refuse_generation_headings(_all_headings(features.table.frame), where=where)
    columns = with_columns(features.table, where)
    cells, problems, notes = translated(columns, where)
    if features.place.notna().any(axis=None):
        cells = _with_place(cells, features.place)
    notes += _fill(cells, columns, features.place)
    checked = _checked(cells, columns, where, [*columns.problems, *problems])
    if columns.unused:
        notes.append("not used: " + ", ".join(columns.unused))
    zones = checked.assign(**{FOOTPRINT: features.place[FOOTPRINT].to_numpy(dtype=float)})
    return zones, [*features.notes, *notes]


def _opened(path: Path) -> ZoneFeatures:
    """Rows of the file, and where they lie if it says so by shapes."""
    if path.suffix.lower() not in TABLES:
        if not path.exists():
            raise SourceUnavailableError(
                f"{path} is not there. Put the file in place or correct the path"
            )
        return read_zone_features(path)
    text = read_text_file(path, what="a list of zones as CSV")
    table, notes = _below_titles(parse_csv(text, where=str(path)), text, str(path))
    nowhere = pd.DataFrame(
        np.nan, index=range(len(table.frame)), columns=["lat", "lon", FOOTPRINT, "reach_km"]
    )
    return ZoneFeatures(table, nowhere, notes)


def _below_titles(table: TextTable, text: str, where: str) -> tuple[TextTable, tuple[str, ...]]:
    """The table that starts at the first row with headings; one without is left as it is.

    A list for generators is refused here too where its headings stand below a title or on two
    lines.
    """
    if known_headings([str(name) for name in table.frame.columns]) > 1:
        return table, ()
    lines = text.splitlines(keepends=True)
    for above in range(1, min(MOST_LINES_ABOVE, len(lines))):
        lower = _parsed("".join(lines[above:]), where)
        if lower is not None and known_headings([str(name) for name in lower.frame.columns]) > 1:
            moved = tuple(line + above for line in lower.lines)
            return replace(lower, lines=moved), (f"{above} lines above the headings left out",)
    head = table.frame.head(MOST_LINES_ABOVE).to_numpy(dtype=object).ravel()
    refuse_generation_headings([str(cell) for cell in head if pd.notna(cell)], where=where)
    return table, ()


def _all_headings(frame: pd.DataFrame) -> list[str]:
    """Headings, and the first row below them if it holds no number: a second line of headings."""
    first = [str(cell) for cell in frame.iloc[0].dropna()] if len(frame) else []
    has_numbers = any(re.match(r"[約~〜～]?\d", cell) for cell in first)
    return [str(name) for name in frame.columns] + ([] if has_numbers else first)


def _parsed(text: str, where: str) -> TextTable | None:
    try:
        return parse_csv(text, where=where)
    except InputError:
        return None


def _with_place(cells: pd.DataFrame, place: pd.DataFrame) -> pd.DataFrame:
    """Shapes give the place; rows without one keep what their columns say."""
    nothing = pd.Series(None, index=cells.index, dtype=object)
    shaped = place["lat"].notna()
    own = {name: cells.get(name, nothing) for name in ("lat", "lon", "precision_km")}
    reach_km = place["reach_km"].where(own["precision_km"].isna()).round(3)
    return cells.assign(
        lat=own["lat"].astype(object).mask(shaped, place["lat"]),
        lon=own["lon"].astype(object).mask(shaped, place["lon"]),
        precision_km=own["precision_km"].astype(object).mask(reach_km.notna(), reach_km),
    )


def _fill(cells: pd.DataFrame, columns: ZoneColumns, place: pd.DataFrame) -> list[str]:
    """Derive in place what the rest of a row says without doubt; a note on each."""
    notes = [*_fill_owner(cells), *_fill_kind(cells, columns, place)]
    if CAPACITY in columns.headings and "cap_basis" not in cells:
        heading = columns.headings[CAPACITY]
        if basis := basis_of_heading(heading):
            cells["cap_basis"] = basis
            notes.append(f"cap_basis {basis}: from the heading {heading}")
    _fill_bracket(cells, columns)
    _add_columns_that_may_be_empty(cells)
    return [*notes, *_fill_names(cells)]


def _fill_owner(cells: pd.DataFrame) -> list[str]:
    """Utility and supply area give each other: each area of Japan has one utility."""
    if "area" not in cells and "tso" in cells:
        areas = cells["tso"].map(lambda tso: area_of_tso(str(tso)) or None)
        cells["area"] = areas.astype(object)
        return ["area: from the utility"]
    if "tso" not in cells and "area" in cells:
        cells["tso"] = cells["area"].map(tso_of_area()).astype(object)
        return ["tso: the utility of the area"]
    return []


def _fill_kind(cells: pd.DataFrame, columns: ZoneColumns, place: pd.DataFrame) -> list[str]:
    if "asset_type" in cells or "asset_name" not in cells:
        return []
    names = cells["asset_name"].fillna("").astype(str)
    kind = pd.Series(None, index=cells.index, dtype=object)
    kind = kind.mask(place[FOOTPRINT].notna(), "zone")
    for pattern, word in KINDS_BY_NAME.items():
        kind = kind.mask(kind.isna() & names.str.contains(pattern, regex=True), word)
    heading = columns.headings["asset_name"]
    of_heading = next((word for sign, word in KINDS_BY_HEADING.items() if sign in heading), None)
    kind = kind.mask(kind.isna(), of_heading)
    cells["asset_type"] = kind
    return ["asset_type: from the ending of the name or its heading, or zone for an area"]


def _fill_bracket(cells: pd.DataFrame, columns: ZoneColumns) -> None:
    """A heading such as リードタイム(契約から) states from when it counts."""
    if "lead_time_from" in cells:
        return
    heading = "".join(columns.headings.get(name, "") for name in ("lead_range", "lead_time_low_y"))
    start = "contract" if "契約" in heading else "application" if "申込" in heading else None
    if start:
        cells["lead_time_from"] = start


def _add_columns_that_may_be_empty(cells: pd.DataFrame) -> None:
    """Columns whose cells may be empty need not be in a file that knows nothing of them."""
    for column in GRID_TABLES[CONTRACT].columns:
        needed = column.name in ("cap_low_mw", "cap_high_mw")
        if column.present and not column.filled and column.name not in cells and not needed:
            cells[column.name] = None
    for low, high in (("cap_low_mw", "cap_high_mw"), ("cap_high_mw", "cap_low_mw")):
        if low in cells and high not in cells:
            cells[high] = None


def _fill_names(cells: pd.DataFrame) -> list[str]:
    """Names that are blank, or repeat as they do in what utilities publish, made different."""
    if not {"asset_name", "tso", "asset_type"} <= set(cells):
        return []
    blank = cells["asset_name"].isna()
    names = cells["asset_name"].mask(blank, NAMELESS).astype(str)
    keys = cells[["tso", "asset_type"]].fillna("").astype(str).assign(name=names)
    same_rows = cells.astype(str).duplicated(keep=False) & ~blank
    if "voltage_kv" in cells:
        repeated = keys.duplicated(keep=False) & cells["voltage_kv"].notna() & ~same_rows
        names = names.mask(repeated, names + " (" + cells["voltage_kv"].astype(str) + " kV)")
    count = keys.assign(name=names).groupby(list(keys)).cumcount() + 1
    cells["asset_name"] = names.where((count == 1) | same_rows, names + "#" + count.astype(str))
    changed = cells["asset_name"].ne(keys["name"]) | blank
    first = ", ".join(cells["asset_name"][changed].head(3))
    said = (
        f"asset_name: {int(changed.sum())} names that were blank or not alone told apart: {first}"
    )
    return [said] if changed.any() else []


def _checked(
    cells: pd.DataFrame, columns: ZoneColumns, where: str, problems: Sequence[Problem]
) -> pd.DataFrame:
    """Through the contract; everything wrong in one list, in the file's own headings."""
    try:
        table = check(cells, CONTRACT, where=where, lines=columns.lines)
    except InputError as error:
        found = [replace(p, where=_own_words(p.where, columns)) for p in error.problems]
        told = {(problem.where, problem.line) for problem in problems}
        problems = [*problems, *(p for p in found if (p.where, p.line) not in told)]
    if problems:
        ordered = sorted(dict.fromkeys(problems), key=lambda p: (p.line or 0, p.where))
        raise InputError(where, ordered)
    return table


def _own_words(column: str, columns: ZoneColumns) -> str:
    names = [columns.heading(part) for part in re.split(r",\s*", column)]
    return ", ".join(names)
