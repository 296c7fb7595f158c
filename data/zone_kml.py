"""Placemarks of a KML file with their own data, in whatever folders they lie."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import shapely
from shapely.geometry.base import BaseGeometry

from data.errors import InputError, Problem
from data.feature_file import refuse_content

LARGEST_BYTES = 64 * 2**20
MOST_DEEP = 12
"""Geometries inside geometries; none needs more."""

BREAK = re.compile(r"<\s*(?:br|/p|/tr|/li|/div)\b[^>]*>|[\r\n]+", re.I)
CELL_END = re.compile(r"<\s*/t[dh]\s*>\s*<\s*t[dh]\b[^>]*>", re.I)
TAG = re.compile(r"<[^>]*>")
PAIR = re.compile(r"\s*([^:：=]{1,40})\s*[:：=]\s*(.*?)\s*")

Placemark = tuple[dict[str, str], BaseGeometry | None]


def read_placemarks(path: Path, where: str) -> list[Placemark]:
    """Data and geometry of every placemark.

    ExtendedData (Data and SchemaData) counts before pairs `key: value` in the description, whether
    those are lines or rows of an HTML table; what else the description says becomes `note`.

    Parameters
    ----------
    path : Path
        KML file.
    where : str
        Its name for the messages.

    Returns
    -------
    list of (dict of str to str, geometry or None)
        In longitude and latitude, without heights.

    Raises
    ------
    InputError
        No KML, a document type in it, more than 64 MB, or coordinates that are none; all of them.
    """
    refuse_content(path, where)
    if path.stat().st_size > LARGEST_BYTES:
        raise _refused(where, "more", f"a KML file of at most {LARGEST_BYTES // 2**20} MB")
    try:
        root = ElementTree.fromstring(path.read_bytes())  # no document type: refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _refused(where, f"broken XML ({error})", "a whole KML file") from None
    marks, problems = [], []
    for place, element in enumerate(_all(root, "Placemark"), 1):
        try:
            marks.append((_data(element), _geometry(element)))
        except (ValueError, shapely.errors.ShapelyError) as error:
            name = f"placemark {place}, coordinates"
            problems.append(
                Problem(name, str(error)[:80], "lon,lat or lon,lat,height", file=where, line=place)
            )
    if problems:
        raise InputError(where, problems)
    return marks


def description_pairs(text: str) -> tuple[dict[str, str], str]:
    """Pairs `key: value` of a description, and what is left of it.

    >>> description_pairs("空容量: 100～200MW<br>電圧：154kV<br>要相談")
    ({'空容量': '100～200MW', '電圧': '154kV'}, '要相談')
    """
    pairs: dict[str, str] = {}
    rest = []
    for line in BREAK.split(CELL_END.sub(": ", text)):
        plain = unescape(TAG.sub("", line)).strip()
        pair = PAIR.fullmatch(plain)
        if pair and not pair[2].startswith("//"):
            pairs.setdefault(pair[1].strip(), pair[2])
        elif plain:
            rest.append(plain)
    return pairs, " ".join(rest)


def _data(element: ElementTree.Element) -> dict[str, str]:
    described, rest = description_pairs(_text(element, "description"))
    stated = {
        data.get("name", ""): _text(data, "value") or (data.text or "").strip()
        for kind in ("Data", "SimpleData")
        for data in _all(element, kind)
    }
    cells = {"name": _text(element, "name")} | described | stated
    if rest:
        cells.setdefault("note", rest)
    return {key.strip(): value for key, value in cells.items() if key.strip() and value}


def _geometry(element: ElementTree.Element) -> BaseGeometry | None:
    shapes = list(_shapes(element, 0))
    if not shapes:
        return None
    united = shapes[0] if len(shapes) == 1 else shapely.geometrycollections(shapes)
    return shapely.make_valid(united)


def _shapes(element: ElementTree.Element, depth: int) -> Iterator[BaseGeometry]:
    if depth > MOST_DEEP:
        raise ValueError("geometries nested too deeply")
    for child in element:
        kind = _tag(child)
        if kind == "MultiGeometry":
            yield from _shapes(child, depth + 1)
        elif kind == "Point":
            yield shapely.Point(_coordinates(child)[0])
        elif kind in ("LineString", "LinearRing"):
            yield shapely.LineString(_coordinates(child))
        elif kind == "Polygon":
            yield _polygon(child)


def _polygon(element: ElementTree.Element) -> BaseGeometry:
    outer = [_coordinates(ring) for ring in _all(element, "outerBoundaryIs")]
    inner = [_coordinates(ring) for ring in _all(element, "innerBoundaryIs")]
    if not outer:
        raise ValueError("an area without outline")
    return shapely.Polygon(outer[0], inner)


def _coordinates(element: ElementTree.Element) -> list[tuple[float, float]]:
    text = next((found.text or "" for found in _all(element, "coordinates")), "")
    points = []
    for part in text.split():
        numbers = [float(number) for number in part.split(",")]
        if len(numbers) not in (2, 3) or not all(abs(number) < 1e6 for number in numbers):
            raise ValueError(part)
        points.append((numbers[0], numbers[1]))
    if not points:
        raise ValueError("no coordinates")
    return points


def _all(element: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    return (found for found in element.iter() if _tag(found) == kind)


def _text(element: ElementTree.Element, kind: str) -> str:
    found = next((child for child in element if _tag(child) == kind), None)
    return "".join(found.itertext()).strip() if found is not None else ""


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _refused(where: str, found: str, expected: str) -> InputError:
    return InputError(where, [Problem("file", found, expected, file=where)])
