"""Numbers of a frontier as text, the same on terminal and page."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.frontier.words import text
from siting.report_numbers import UNKNOWN, money, number, percent
from siting.report_words import Both, area_names, both

Row = Mapping[str, Any]

NOTHING = both("—", "—")
VALUE_DIGITS = 3


def value_text(value: float | None) -> str:
    """Mt or years."""
    return number(value, VALUE_DIGITS)


def price_text(myen: float | None, told: Row) -> Both:
    """Price of one unit less: M¥ per Mt is yen per t."""
    if myen is None:
        return both(UNKNOWN, UNKNOWN)
    per = text(f"per_{told['measure']}")
    if told["measure"] == "carbon":
        return both(f"{number(myen)} {per['ja']}", f"{number(myen)} {per['en']}")
    shown = money(myen)
    return both(f"{shown['ja']}{per['ja']}", f"{shown['en']} {per['en']}")


def answer_text(told: Row) -> Both:
    """The answer in one line."""
    first, last = told["points"][0], told["points"][-1]
    unit = text(f"unit_{told['measure']}")
    values = {"first": value_text(first["value"]), "unit": unit, "cost": money(first["cost_myen"])}
    if first is last:
        return text("one", **values)
    share = last["extra_myen"] / abs(first["cost_myen"]) if first["cost_myen"] else None
    values |= {"last": value_text(last["value"]), "extra": money(last["extra_myen"])}
    return text("answer", points=len(told["points"]), share=percent(share, 2), **values)


def least_text(told: Row) -> Both:
    """What no plan can go below; rounded down, as more would not be proven."""
    scale = 10**VALUE_DIGITS
    least = int(told["least_at_least"] * scale) / scale
    return text(f"least_{told['measure']}", least=value_text(least))


def dropped_text(row: Row) -> Both:
    """A point left out and the one that is no worse."""
    values = {key: value_text(row[key]) for key in ("limit", "value", "by_value")}
    cost, by_cost = money(row["cost_myen"]), money(row["by_cost_myen"])
    return text("dropped_row", cost=cost, by_cost=by_cost, **values)


def missed_text(told: Row) -> Both | None:
    """Limits for which no plan was proven in time, if any."""
    if not told["missed"]:
        return None
    return text("missed", limits=", ".join(map(value_text, told["missed"])))


def step_text(row: Row, told: Row) -> Both:
    """Price from the point before, marked where the proofs leave open that it is zero."""
    shown = price_text(row["step_myen"], told)
    if not row["within_gap"]:
        return shown
    gap = text("within_gap")
    return both(f"{shown['ja']}({gap['ja']})", f"{shown['en']} ({gap['en']})")


def names_text(sites: Sequence[str], names: Mapping[str, Both]) -> Both:
    """Names of sites in a row."""
    if not sites:
        return NOTHING
    parts = [names[site] for site in sites]
    return both("、".join(p["ja"] for p in parts), "; ".join(p["en"] for p in parts))


def areas_text(change_mw: Mapping[str, float]) -> Both:
    """Change of power by area with its sign, the largest first."""
    if not change_mw:
        return NOTHING
    names = area_names()
    order = sorted(change_mw.items(), key=lambda one: (-abs(one[1]), one[0]))
    parts = [(names.get(area, both(area, area)), signed_mw(mw)) for area, mw in order]
    shown = {lang: [f"{name[lang]} {mw}" for name, mw in parts] for lang in ("ja", "en")}
    return both("、".join(shown["ja"]), "; ".join(shown["en"]))


def signed_mw(mw: float) -> str:
    """MW with a sign.

    >>> signed_mw(12.04), signed_mw(-0.26)
    ('+12', '−0.3')
    """
    shown = number(mw, 0 if abs(mw) >= 10 else 1)
    return f"+{shown}" if mw > 0 else shown
