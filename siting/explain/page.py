"""The page of an explanation: one HTML file in the look of the report, without scripts."""

from collections.abc import Mapping
from typing import Any, Literal

from markupsafe import Markup

from siting.explain.flexible_texts import TITLE, worth_lines
from siting.explain.terminal import plan_line
from siting.explain.view import in_both, price_rows, site_view
from siting.explain.words import NOTES, text
from siting.report import asset, environment
from siting.report_numbers import number
from siting.report_words import area_names, both

Row = Mapping[str, Any]

MOST_PRICES = 20
MOST_DEMANDS = 10

STYLES = ("report.css", "report_parts.css", "explain.css")


def page_html(told: Row, language: Literal["ja", "en"] = "ja") -> str:
    """Page of an explained run.

    Parameters
    ----------
    told : mapping
        Content of explain.json.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    template = environment().from_string(asset("explain.html.j2"))
    style = Markup("".join(map(asset, STYLES)))
    return template.render(view(told), language=language, style=style)


def view(told: Row) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    limits = [row for row in told["prices"] if not row["demand"]]
    demands = [row for row in told["prices"] if row["demand"]]
    return {
        "told": told,
        "plan": in_both(plan_line, told),
        "notes": [NOTES[note] for note in told["notes"]],
        "prices": price_rows(limits, MOST_PRICES),
        "more_prices": max(len(limits) - MOST_PRICES, 0),
        "checked": sum(row["check"] != "not_checked" for row in limits),
        "demands": price_rows(demands, MOST_DEMANDS),
        "sites": site_view(told["sites"]),
        "worth": list(worth_lines(told["flexibility"])) if told.get("flexibility") else [],
        "worth_title": TITLE,
        "why": [_why_row(row) for row in told["why"]],
        "text": text,
    }


def _why_row(row: Row) -> Row:
    area = area_names().get(row["area"], both(row["area"], row["area"]))
    return {**row, "area": area, "mw": number(row["last_mw"])}
