"""The ten supply areas of Japan."""

from collections.abc import Sequence

import pandas as pd
import reversejp

from data.contract import AREAS
from data.errors import InputError, Problem

__all__ = [
    "AREAS",
    "area_of_municipality",
    "area_of_point",
    "areas_of_points",
    "municipality_name_en",
    "municipality_of_point",
]

PREFECTURE_DIGITS = 2
MUNICIPALITY_DIGITS = 5  # JIS X 0402 without its check digit
JMA_MUNICIPALITY_DIGITS = 7  # reversejp: JIS X 0402 plus two digits for parts of a municipality


def area_of_municipality(code: str, rule: pd.DataFrame) -> str:
    """Supply area of a municipality.

    The longer code wins: a municipality named in the rule overrides its prefecture (Shizuoka west
    of the Fuji river, Reinan in Fukui). A ward follows its designated city.

    Parameters
    ----------
    code : str
        JIS X 0402 code, five digits with leading zeros.
    rule : DataFrame
        Columns `code` (two-digit prefecture or five-digit municipality, text) and `area`.

    Returns
    -------
    str
        One of `AREAS`.

    Raises
    ------
    InputError
        The code is not five digits, or the rule names neither it nor its prefecture.

    Examples
    --------
    >>> rule = pd.DataFrame({"code": ["22", "22100"], "area": ["tokyo", "chubu"]})
    >>> area_of_municipality("22100", rule), area_of_municipality("22210", rule)
    ('chubu', 'tokyo')
    """
    area_by_code = rule.set_index("code")["area"]
    if len(code) != MUNICIPALITY_DIGITS or not code.isdecimal():
        raise InputError("municipality code", [_bad_code(code)])
    for known_as in (code, _city_of_ward(code, rule), code[:PREFECTURE_DIGITS]):
        if known_as in area_by_code.index:
            return str(area_by_code[known_as])
    raise InputError("municipality code", [_bad_code(code)])


def area_of_point(lat: float, lon: float, rule: pd.DataFrame) -> str:
    """Supply area of a point on land, by its municipality.

    Resolution is the municipality: Fuji and Fujinomiya count as tokyo although the river, not
    their boundary, divides 50 Hz from 60 Hz.

    Parameters
    ----------
    lat, lon : float
        Position. [degrees, JGD2011]
    rule : DataFrame
        See `area_of_municipality`.

    Returns
    -------
    str
        One of `AREAS`.

    Raises
    ------
    InputError
        The point lies at sea or outside Japan.
    """
    code = municipality_of_point(lat, lon)
    if not code:
        raise InputError("point", [_not_on_land(lat, lon, "point")])
    return area_of_municipality(code, rule)


def areas_of_points(points: pd.DataFrame, rule: pd.DataFrame) -> pd.Series:
    """Supply area of many points, refusing all points off the land at once.

    Parameters
    ----------
    points : DataFrame, shape (places,)
        Columns `lat`, `lon`. [degrees, JGD2011]
    rule : DataFrame
        See `area_of_municipality`.

    Returns
    -------
    Series, shape (places,)
        Area keys on the index of `points`, named `area`.
    """
    codes = [
        municipality_of_point(lat, lon)
        for lat, lon in zip(points["lat"], points["lon"], strict=True)
    ]
    _refuse_points_off_land(points, codes)
    areas = [area_of_municipality(code, rule) for code in codes]
    return pd.Series(areas, index=points.index, name="area", dtype="str")


def municipality_of_point(lat: float, lon: float) -> str:
    """JIS X 0402 code (five digits) of the municipality around a point, "" off the land.

    Polygons are the Meteorological Agency's municipal areas, compiled into `reversejp`.
    """
    hits = [str(hit.code) for hit in reversejp.find_properties(lon, lat)]
    codes = [code for code in hits if len(code) == JMA_MUNICIPALITY_DIGITS]
    return codes[0][:MUNICIPALITY_DIGITS] if codes else ""


def municipality_name_en(lat: float, lon: float) -> str:
    """English name of the municipality around a point, "" off the land.

    >>> municipality_name_en(35.807, 140.117)
    'Inzai City'
    """
    hits = reversejp.find_properties(lon, lat)
    names = [str(hit.en_name) for hit in hits if len(str(hit.code)) == JMA_MUNICIPALITY_DIGITS]
    return names[0] if names else ""


def _city_of_ward(code: str, rule: pd.DataFrame) -> str:
    """Code in the rule of the designated city a ward belongs to, "" if there is none.

    Designated cities and their wards hold the codes PP1xx, each city below its wards.
    """
    block = code[: PREFECTURE_DIGITS + 1]
    cities = [c for c in rule["code"] if len(c) == MUNICIPALITY_DIGITS and c.startswith(block)]
    return max((c for c in cities if block.endswith("1") and c <= code), default="")


def _refuse_points_off_land(points: pd.DataFrame, codes: Sequence[str]) -> None:
    problems = [
        _not_on_land(lat, lon, f"point {key}")
        for key, lat, lon, code in zip(
            points.index, points["lat"], points["lon"], codes, strict=True
        )
        if not code
    ]
    if problems:
        raise InputError("points", problems)


def _bad_code(code: str) -> Problem:
    return Problem(
        where="municipality code",
        found=repr(code),
        expected="a Japanese municipality as five digits, such as 01235 for Ishikari",
        fix="Keep the leading zero and leave out the check digit",
    )


def _not_on_land(lat: float, lon: float, where: str) -> Problem:
    return Problem(
        where=where,
        found=f"lat {lat}, lon {lon}, at sea or outside Japan",
        expected="a point on land in Japan",
        fix="Check that lat and lon are not exchanged, or move the point ashore",
    )
