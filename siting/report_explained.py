"""What explain.json and redispatch.json say, as parts of the report."""

from collections.abc import Mapping
from typing import Any

from siting.explain.terminal import plan_line
from siting.explain.view import in_both, price_rows, site_view
from siting.explain.words import NOTES, text
from siting.feedback.view import rounds_view
from siting.redispatch_terminal import lines
from siting.redispatch_words import FIGURE_WORDS
from siting.report_numbers import MINUS, number, percent
from siting.report_words import Both, both
from siting.words import LANGUAGES
from siting.year_figures import SHARES, figures_told

Row = Mapping[str, Any]
Told = dict[str, Any]

MOST_PRICES = 10

HOLDS_SHARE = 0.01
"""Cost this near the plan's: the typical days held. [-]"""

NO_GWH = 0.05
"""Unserved energy below this is none."""

SMALL = 10.0
"""Figures below this show a decimal."""

HOLDS = both("代表日による計画は全時間でも成り立ちます。", "The typical days hold for the year.")
PLAN_AGAIN = both(
    "代表日は年間の姿を十分には表していません。時間の区切りを細かくする（time.hours_per_slice）か、"
    "代表日を増やして（time.days）解き直してください。",
    "The typical days do not stand for the year: plan again with shorter blocks of hours "
    "(time.hours_per_slice) or more days (time.days).",
)


def explained_view(told: Row | None) -> Told | None:
    """Sites by status and the dearest limits; None where the run was not explained."""
    if told is None:
        return None
    limits = [row for row in told["prices"] if not row["demand"]]
    return {
        "plan": in_both(plan_line, told),
        "notes": [NOTES[note] for note in told["notes"] if note in NOTES],
        "prices": price_rows(limits, MOST_PRICES),
        "more_prices": max(len(limits) - MOST_PRICES, 0),
        "sites": site_view(told["sites"]),
        "text": text,
    }


def redispatch_view(told: Row | None) -> Told | None:
    """The plan's year beside the same year in all its hours; None where it was not done."""
    if told is None:
        return None
    shown = figures_told(told["plan"], told["calendar_year"])
    rows = [_figure(key, told) for key in shown if key != "hours"]
    return {
        "year": told["fiscal_year"],
        "hours": number(told["calendar_year"]["hours"]),
        "rows": rows,
        "sentence": meaning(told),
        "rounds": rounds_view(told),
        "lines": [both(*pair) for pair in zip(*(lines(told, x) for x in LANGUAGES), strict=True)],
    }


def meaning(told: Row) -> Both:
    """Whether the plan's typical days held over all hours, in one sentence or two."""
    cost = told["difference"]["cost_myen"]["percent"]
    unserved = told["calendar_year"]["unserved_gwh"]
    more = told["difference"]["unserved_gwh"]["absolute"]
    off = "—" if cost is None else f"{cost:+.2f}".replace("-", MINUS)
    missed_gwh = told["calendar_year"].get("missed_gwh") or 0.0
    holds = cost is not None and abs(cost) <= 100.0 * HOLDS_SHARE and missed_gwh < NO_GWH
    served = _served(unserved, more)
    verdict = HOLDS if holds and more is not None and more < NO_GWH else PLAN_AGAIN
    return both(
        f"全エリアの供給費用は計画より{off} %。{served['ja']}{verdict['ja']}",
        f"Supplying all areas costs {off} % against the plan. {served['en']} {verdict['en']}",
    )


def _served(gwh: float | None, more: float | None) -> Both:
    """What goes unserved over all hours, and how much of it the plan did not see."""
    if gwh is None or more is None:
        return both("供給できない電力量は不明です。", "What goes unserved is not known.")
    if gwh < NO_GWH:
        return both("供給できない時間はありません。", "No energy goes unserved.")
    new = number(max(more, 0.0), 1)
    return both(
        f"供給できない電力量は{number(gwh, 1)} GWhで、うち計画に現れなかった分は{new} GWhです。",
        f"{number(gwh, 1)} GWh go unserved, {new} GWh of it not seen in the plan.",
    )


def _figure(key: str, told: Row) -> Told:
    change = told["difference"][key]
    values = [told["plan"][key], told["calendar_year"][key], change["absolute"]]
    if key in SHARES:
        values = [None if value is None else 100.0 * value for value in values]
    small = all(value is None or abs(value) < SMALL for value in values)
    digits = 2 if key in SHARES else int(small)
    texts = [number(value, digits) for value in values]
    sign = "+" if (change["absolute"] or 0.0) > 0 and texts[2] not in ("0", "0.0", "0.00") else ""
    share = None if change["percent"] is None else change["percent"] / 100.0
    return {
        "name": FIGURE_WORDS[key],
        "values": [*texts[:2], sign + texts[2]],
        "percent": percent(share, 2),
    }
