"""The supply area of each application, by what its row says of the place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.crs import JAPAN_BOUNDS
from data.errors import InputError, Problem
from grid.areas import AREAS, area_of_municipality, municipality_of_point

NOT_IN_THE_RULE = "a municipality of Japan, five digits"
NOT_ON_LAND = "a point on land in Japan"


@dataclass(frozen=True, slots=True)
class FoundAreas:
    """Areas of the rows, and the rows where they could not be told."""

    area: pd.Series
    """Area key by row; missing where it could not be told."""
    found_by: pd.Series
    """`stated`, `position` or `municipality` by row."""
    elsewhere: pd.Series
    """Area of the position, else of the municipality, where that is not the area of the row;
    missing in all other rows."""
    problems: tuple[Problem, ...]


def find_areas(
    cells: pd.DataFrame, lines: tuple[int, ...], rule: pd.DataFrame, *, where: str
) -> FoundAreas:
    """Take the area stated, else that of the position, else that of the municipality.

    Parameters
    ----------
    cells : DataFrame
        Cells of a list as text; columns `area`, `lat`, `lon`, `municipality` where the list has
        them. Cells that are no area, number or code are left for the gate to refuse.
    lines : tuple of int
        Line of each row in the file.
    rule : DataFrame
        See `grid.areas.area_of_municipality`.
    where : str
        File name for the messages.

    Returns
    -------
    FoundAreas
        On the index of `cells`.
    """
    nothing = pd.Series(None, index=cells.index, dtype=object)
    stated = cells.get("area", nothing)
    lat, lon = (
        pd.to_numeric(cells.get(name, nothing), errors="coerce").astype(float)
        for name in ("lat", "lon")
    )
    located = _codes_of_positions(lat, lon)
    named = cells.get("municipality", nothing)
    by_position = _areas_of_codes(located, rule)
    by_name = _areas_of_codes(named, rule)
    area = stated.fillna(by_position).fillna(by_name)
    problems = [
        *_problems_at_sea(stated, lat, lon, located, lines, where),
        *_problems_of_codes(stated, lat, named, by_name, lines, where),
    ]
    other = by_position.where(by_position.notna() & (by_position != area), by_name)
    differs = area.isin(AREAS) & other.notna() & (other != area)
    found_by = np.select(
        [stated.notna(), by_position.notna()], ["stated", "position"], "municipality"
    )
    return FoundAreas(area, pd.Series(found_by, cells.index), other.where(differs), tuple(problems))


def _codes_of_positions(lat: pd.Series, lon: pd.Series) -> pd.Series:
    """Municipality around each known position; "" off the land."""
    west, south, east, north = JAPAN_BOUNDS
    known = lat.between(south, north) & lon.between(west, east)  # the gate refuses the others
    codes = [municipality_of_point(*place) for place in zip(lat[known], lon[known], strict=True)]
    return pd.Series(codes, index=lat.index[known], dtype=object).reindex(lat.index)


def _areas_of_codes(codes: pd.Series, rule: pd.DataFrame) -> pd.Series:
    """Area of each municipality code; missing where the rule names none."""
    areas: dict[str, str] = {}
    for code in codes.dropna().unique():
        try:
            areas[code] = area_of_municipality(code, rule)
        except InputError:
            continue
    return codes.map(areas).astype(object)


def _problems_at_sea(
    stated: pd.Series,
    lat: pd.Series,
    lon: pd.Series,
    codes: pd.Series,
    lines: tuple[int, ...],
    where: str,
) -> list[Problem]:
    """Positions without municipality in rows that state no area."""
    lost = codes.eq("") & stated.isna()
    fix = "Check that lat and lon are not exchanged, or state the area"
    return [
        Problem(
            "lat, lon",
            f"{lat.iloc[place]}, {lon.iloc[place]}, at sea or outside Japan",
            NOT_ON_LAND,
            fix,
            file=where,
            line=lines[place],
        )
        for place in np.flatnonzero(lost)
    ]


def _problems_of_codes(
    stated: pd.Series,
    lat: pd.Series,
    named: pd.Series,
    by_name: pd.Series,
    lines: tuple[int, ...],
    where: str,
) -> list[Problem]:
    """Codes of five digits that are no municipality; names are refused by the gate."""
    is_code = named.astype("str").str.fullmatch(r"\d{5}").fillna(False).astype(bool)
    lost = is_code & by_name.isna() & stated.isna() & lat.isna()
    return [
        Problem(
            "municipality", str(named.iloc[place]), NOT_IN_THE_RULE, file=where, line=lines[place]
        )
        for place in np.flatnonzero(lost)
    ]
