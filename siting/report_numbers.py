"""Numbers of the report as text."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from data.units import oku_yen_from_myen
from siting.report_words import Both, both

UNKNOWN = "—"
"""What stands where a number is not known."""

MINUS = "\u2212"

MYEN_PER_BILLION_YEN = 1e3

Number = float | None


def number(value: Number, digits: int = 0) -> str:
    """A number with thousands commas and a true minus sign.

    Examples
    --------
    >>> number(3449.6), number(0.3024, 3), number(None), number(-0.2), number(-1200)
    ('3,450', '0.302', '—', '0', '−1,200')
    """
    if value is None:
        return UNKNOWN
    rounded = round(value, digits) + 0.0  # turns -0.0 into 0.0
    return f"{rounded:,.{digits}f}".replace("-", MINUS)


def percent(share: Number, digits: int = 1) -> str:
    """A share as percent.

    Examples
    --------
    >>> percent(0.0254), percent(-0.1, 0), percent(None)
    ('2.5 %', '−10 %', '—')
    """
    if share is None:
        return UNKNOWN
    return f"{number(100 * share, digits)} %"


def mw_range(low_mw: Number, high_mw: Number) -> str:
    """A range in MW; an open end is neither zero nor infinite, and says so.

    Examples
    --------
    >>> mw_range(31, 100), mw_range(200, 200), mw_range(1001, None), mw_range(None, None)
    ('31–100', '200', '≥ 1,001', '—')
    """
    if low_mw is None and high_mw is None:
        return UNKNOWN
    if high_mw is None:
        return f"≥ {number(low_mw)}"
    if low_mw is None:
        return f"≤ {number(high_mw)}"
    if low_mw == high_mw:
        return number(low_mw)
    return f"{number(low_mw)}–{number(high_mw)}"


def money(myen: Number) -> Both:
    """Money in the unit each language counts in.

    Examples
    --------
    >>> dict(money(596_200)), dict(money(-300))
    ({'ja': '5,962億円', 'en': '¥596.2 bn'}, {'ja': '−3億円', 'en': '−¥0.3 bn'})
    """
    if myen is None:
        return both(UNKNOWN, UNKNOWN)
    amount = billion_yen(myen)
    sign = MINUS if amount.startswith(MINUS) else ""
    return both(oku_yen(myen) + "億円", f"{sign}¥{amount.removeprefix(MINUS)} bn")


def oku_yen(myen: Number) -> str:
    """Million yen in 億円; small amounts keep one decimal."""
    return UNKNOWN if myen is None else short(oku_yen_from_myen(myen), whole_from=100)


def billion_yen(myen: Number) -> str:
    """Million yen in billions; small amounts keep two decimals."""
    if myen is None:
        return UNKNOWN
    amount = myen / MYEN_PER_BILLION_YEN
    return number(amount, 1) if abs(amount) >= 10 else short(amount, digits=2)


def short(value: float, *, digits: int = 1, whole_from: float = math.inf) -> str:
    """A number with up to `digits` decimals, none from `whole_from` on, no empty ones.

    Examples
    --------
    >>> short(13.70), short(0.0), short(596.2, whole_from=100)
    ('13.7', '0', '596')
    """
    text = number(value, 0 if abs(value) >= whole_from else digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_text(value: Any) -> str:
    """The value of a scenario field as one reads it aloud.

    Examples
    --------
    >>> value_text({"66": [10.0, 50.0], "154": [50.0, 200.0]})
    '66: 10–50; 154: 50–200'
    >>> value_text([1, 2, 3]), value_text(0.05), value_text(None), value_text(True)
    ('1, 2, 3', '0.05', '—', 'true')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return f"{value:,.6g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_inner(item)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [_inner(item) for item in value]
        return "–".join(texts) if _is_range(value) else ", ".join(texts)
    return str(value)


def _inner(value: Any) -> str:
    """A value inside another one; tables get braces."""
    return f"{{{value_text(value)}}}" if isinstance(value, Mapping) else value_text(value)


def _is_range(values: Sequence[Any]) -> bool:
    """Two rising numbers are a range from low to high."""
    numbers = [v for v in values if isinstance(v, float | int)]
    return len(values) == len(numbers) == 2 and numbers[0] <= numbers[1]
