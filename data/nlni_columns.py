"""Columns of National Land Numerical Information: which product a file is."""

import re

import geopandas as gpd
import pandas as pd

from data.errors import InputError, Problem

NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "A31": ((),),
    "A33": (("A33_001", "A33_002"),),
    "A40": (("A40_003",),),
    "A29": (("A29_004",),),
    "L05": (("L05_002", "L05_003", "L05_005"),),
    "A10": (("LAYER_NO",), ("A10_001",), ("A10_002",), ("A10_003",)),
    "A11": (("LAYER_NO",), ("A11_001",), ("A11_002",), ("A11_003",)),
    "A13": (("LAYER_NO",), ("A13_001",), ("A13_002",), ("A13_003",)),
}
"""Columns of a product, in one or another edition."""

ATTRIBUTE = re.compile(r"([A-Z]\d\d)[a-z]{0,2}_(?:[a-z]_)?\d{2,6}")
"""Name of an attribute: the product, perhaps a letter of the form, and a number."""

LAYERS = {"A09": range(1, 5), "A12": range(5, 7), "A13": range(7, 11)}
LAYERS |= {"A10": range(11, 14), "A11": range(14, 17)}
"""Numbers in LAYER_NO, which five products share."""

READERS = ("A31", "A33", "A40", "A10", "A11", "A29", "A13", "L03", "L05")
SHOWN = 12


def column(frame: pd.DataFrame, name: str) -> str | None:
    """The column of that name in whatever capitals; None if there is none."""
    found = [str(own) for own in frame.columns if str(own).casefold() == name.casefold()]
    return found[0] if found else None


def refuse_other_product(frame: gpd.GeoDataFrame, product: str, where: str) -> None:
    """Raise, naming the columns and what they look like, if a file is not of the product.

    A frame without features passes: its columns may be all there is.
    """
    like = product_of(frame)
    complete = any(
        all(column(frame, name) is not None for name in names) for names in NEEDED[product]
    )
    if complete and (like == product or frame.empty):
        return
    own = [str(name) for name in frame.columns.drop(frame.geometry.name)]
    found = ", ".join(own[:SHOWN]) + (", ..." if len(own) > SHOWN else "") or "no columns"
    needed = " or ".join(", ".join(names) or f"{product}_..." for names in NEEDED[product])
    fix = ""
    if like and like != product:
        reader = f": reader nlni_{like.lower()}" if like in READERS else ""
        fix = f"It looks like {like}{reader}"
    expected = f"those of National Land Numerical Information {product} ({needed})"
    raise InputError(where, [Problem("columns", found, expected, fix, file=where)])


def product_of(frame: pd.DataFrame) -> str:
    """Product a table looks like, "" if like none."""
    codes = [match.group(1) for name in frame.columns if (match := ATTRIBUTE.fullmatch(str(name)))]
    if codes:
        return max(dict.fromkeys(codes), key=codes.count)
    name = column(frame, "LAYER_NO")
    if name is None:
        return ""
    numbers = pd.to_numeric(frame[name], errors="coerce").dropna()
    shares = {code: float(numbers.isin(layers).sum()) for code, layers in LAYERS.items()}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] else ""
