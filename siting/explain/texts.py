"""Numbers of an explanation as text, the same on terminal and page."""

from collections.abc import Mapping
from typing import Any

from siting.explain.words import CHECKS, text
from siting.report_numbers import money, number, short
from siting.report_words import Both, both

Row = Mapping[str, Any]

WHOLE_FROM = 100.0
SMALLEST_MYEN = 1e-4


def price_text(myen: float) -> str:
    """A price in M¥: three figures where it is small.

    >>> price_text(1234.5), price_text(12.34), price_text(0.04567)
    ('1,234', '12.3', '0.0457')
    """
    if abs(myen) < SMALLEST_MYEN:
        return "0"
    if abs(myen) >= WHOLE_FROM:
        return number(myen)
    return f"{myen:.3g}"


def amount(value: float) -> str:
    """A relaxation.

    >>> amount(1234.5), amount(0.25)
    ('1,234', '0.25')
    """
    return short(value, digits=3, whole_from=1000)


def check_text(row: Row) -> Both:
    """Whether solving again agrees with a price."""
    words, said = CHECKS[row["check"]], price_text(row["price_myen"])
    return both(words["ja"].format(price=said), words["en"].format(price=said))


def extra_text(row: Row, side: str, sites: Row) -> Both:
    """What a plan with (without) a site costs more than the plan, or what it costs at least.

    A plan in hand says at most so much; else a bound that is proven says at least; else nothing is
    known.
    """
    known = row[f"{side}_extra_myen"]
    if row["in_plan"] == (side == "with"):
        return text("this_plan")
    if known is not None:
        return _after("≤ ", money(known))
    least = row[f"{side}_at_least_extra_myen"]
    settled = row["status"] in ("always", "never")
    if least is None:
        return text("impossible") if settled else both("—", "—")
    if not settled and least <= 0.0:
        return both("—", "—")
    bound = max(least, sites["limit_myen"] - sites["best_myen"]) if settled else least
    return _after("≥ ", money(bound))


def _after(sign: str, amount_text: Both) -> Both:
    return both(sign + amount_text["ja"], sign + amount_text["en"])
