"""Amounts of a screening as text: no more figures than can be known."""

import math
from typing import Any

from siting.report_numbers import UNKNOWN, Number, money, number, percent
from siting.report_words import Both, both

FINE_KM = 0.25
"""Half of a cell from which on distances have one decimal. [km]"""


def rough(value: Number, figures: int = 2) -> str:
    """A number with few significant figures: sites are not known to the last metre.

    Examples
    --------
    >>> rough(1234.5), rough(4.13), rough(0.0837), rough(30.2, 3), rough(0), rough(None)
    ('1,200', '4.1', '0.084', '30.2', '0', '—')
    """
    if not value:
        return number(value)
    digits = figures - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    text = number(rounded, max(digits, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def rough_money(myen: Number) -> Both:
    """Money to two figures, in the unit each language counts in."""
    if not myen:
        return money(myen)
    text = money(round(myen, 1 - math.floor(math.log10(abs(myen)))))
    return both(text["ja"], text["en"].replace(".0 bn", " bn"))


def rough_km(km: Number, cell_m: float) -> str:
    """A distance from the middle of a cell: below half a cell nothing is known. [km]

    Examples
    --------
    >>> rough_km(0.15, 1000), rough_km(0.92, 1000), rough_km(0.153, 100), rough_km(12.3, 1000)
    ('<0.5', '0.9', '0.15', '12')
    """
    half_km = cell_m / 2e3
    if km is not None and km < half_km:
        return f"<{half_km:g}"
    return rough(None if km is None else round(km, 1 if half_km >= FINE_KM else 2))


def short_percent(share: float) -> str:
    """A share as percent, whole from ten percent on.

    >>> short_percent(0.5), short_percent(0.004)
    ('50 %', '0.4 %')
    """
    return percent(share, 0 if share >= 0.1 or share == 0 else 1)


def with_unit(text: str, unit: Any) -> str:
    """A number with its unit, if it has one.

    >>> with_unit("15", "%"), with_unit("3", "-")
    ('15 %', '3')
    """
    return text if unit in (None, "", "-") else f"{text} {unit}"


def area_text(km2: Number) -> str:
    """An area with as many decimals as its size needs.

    >>> area_text(372004.2), area_text(31.44), area_text(0.316), area_text(None)
    ('372,004', '31.4', '0.32', '—')
    """
    if km2 is None:
        return UNKNOWN
    size = abs(km2)
    return number(km2, 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2)


def share_of(part: Number, whole: Number) -> Number:
    """Part of a whole; None where either is unknown or there is no whole. [-]"""
    return None if part is None or not whole else part / whole


def share_text(share: Number) -> str:
    """A share as percent; unknown is a dash, and what is nearly all is not called all.

    >>> share_text(0.9996), share_text(1), share_text(None), share_text(0.93)
    ('99.9 %', '100 %', '—', '93 %')
    """
    if share is None:
        return UNKNOWN
    if 0.995 <= share < 1:
        return percent(min(share, 0.999))
    return short_percent(share)
