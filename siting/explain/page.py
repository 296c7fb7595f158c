"""The page of an explanation: one HTML file in the look of the report, without scripts."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from markupsafe import Markup

from siting.explain.terminal import plan_line, site_lines
from siting.explain.texts import check_text, extra_text, price_text
from siting.explain.words import NOTES, STATUS, differs, text
from siting.report import asset, environment
from siting.report_numbers import money, number
from siting.report_words import Both, area_names, both

Row = Mapping[str, Any]

MOST_PRICES = 20
MOST_DEMANDS = 10

GROUPS = ("always", "sometimes", "undecided", "never")
"""Order of the strip."""


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
    style = Markup(asset("report.css") + asset("report_parts.css"))
    return template.render(view(told), language=language, style=style)


def view(told: Row) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    limits = [row for row in told["prices"] if not row["demand"]]
    demands = [row for row in told["prices"] if row["demand"]]
    return {
        "told": told,
        "plan": in_both(plan_line, told),
        "notes": [NOTES[note] for note in told["notes"]],
        "prices": _price_rows(limits, MOST_PRICES),
        "more_prices": max(len(limits) - MOST_PRICES, 0),
        "checked": sum(row["check"] != "not_checked" for row in limits),
        "demands": _price_rows(demands, MOST_DEMANDS),
        "sites": _sites(told["sites"]),
        "why": [_why_row(row) for row in told["why"]],
        "text": text,
    }


def in_both(tell: Any, *values: Any) -> Both:
    """A line told in both languages."""
    return both(tell(*values, "ja"), tell(*values, "en"))


def _price_rows(rows: Sequence[Row], most: int) -> list[Row]:
    """Rows with the length of their bar, the dearest filling its cell; for each unit its own."""
    dearest: dict[str, float] = {}
    for row in rows:
        unit = row["per"]["en"]
        dearest[unit] = max(dearest.get(unit, 0.0), row["worth_myen"])
    return [
        {
            **row,
            "percent": _percent(row["worth_myen"], dearest[row["per"]["en"]]),
            "price": price_text(row["worth_myen"]),
            "check_text": check_text(row),
        }
        for row in rows[:most]
    ]


def _percent(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 1) if whole > 0.0 else 0.0


def _sites(sites: Row | None) -> Row | None:
    if sites is None:
        return None
    rows = [_site_row(row, sites) for row in sites["rows"] if row["status"] != "not_asked"]
    lines = list(zip(site_lines(sites, "ja"), site_lines(sites, "en"), strict=True))
    return {
        **sites,
        "rows": rows,
        "groups": [
            {
                "status": status,
                "word": STATUS[status],
                "sites": [row for row in rows if row["status"] == status],
            }
            for status in GROUPS
            if sites["counts"][status]
        ],
        "lines": [both(ja, en) for ja, en in lines],
        "percent": f"{sites['within_percent']:g}",
        "plans": [
            {**plan, "extra": money(plan["extra_myen"]), "differs": differs(plan)}
            for plan in sites["plans"]
        ],
    }


def _site_row(row: Row, sites: Row) -> Row:
    return {
        **row,
        "word": STATUS[row["status"]],
        "with": extra_text(row, "with", sites),
        "without": extra_text(row, "without", sites),
    }


def _why_row(row: Row) -> Row:
    area = area_names().get(row["area"], both(row["area"], row["area"]))
    return {**row, "area": area, "mw": number(row["last_mw"])}
