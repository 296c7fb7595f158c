"""The page of `siting frontier`: one HTML file in the look of the report, without scripts."""

from collections.abc import Mapping
from typing import Any, Literal

from markupsafe import Markup

from siting.frontier.chart import draw_frontier
from siting.frontier.texts import (
    answer_text,
    areas_text,
    dropped_text,
    least_text,
    missed_text,
    names_text,
    price_text,
    step_text,
    value_text,
)
from siting.frontier.words import text
from siting.report import asset, environment
from siting.report_numbers import money, number, percent
from siting.report_words import Both, area_names, both

Row = Mapping[str, Any]

STYLES = ("report.css", "report_parts.css", "explain.css")


def page_html(told: Row, language: Literal["ja", "en"] = "ja") -> str:
    """Page of a frontier.

    Parameters
    ----------
    told : mapping
        Content of frontier.json.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    template = environment().from_string(asset("frontier.html.j2"))
    style = Markup("".join(map(asset, STYLES)))
    return template.render(view(told), language=language, style=style)


def view(told: Row) -> dict[str, Any]:
    """All that page and terminal show, cell by cell."""
    measure, year = told["measure"], told["last_fiscal_year"]
    names = {site["site"]: site["name"] for row in told["points"] for site in row["sites"]}
    return {
        "told": told,
        "text": text,
        "title": text(f"title_{measure}"),
        "value_word": text(f"value_{measure}"),
        "answer": answer_text(told),
        "least": least_text(told),
        "proof": text("proof", gap=percent(told["gap_share"], 2)),
        "dropped": [dropped_text(row) for row in told["dropped"]],
        "missed": missed_text(told),
        "rows": [_point_row(row, told, names) for row in told["points"]],
        "changes_note": text("changes_note", year=year),
        "chart_note": text("chart_note", measure=text(f"value_{measure}")),
        "mw_word": text("mw", year=year),
        # labels in the figure are escaped by the writer of SVG
        "figure": Markup(draw_frontier(told)),
    }


def _point_row(row: Row, told: Row, names: Mapping[str, Both]) -> dict[str, Any]:
    first = row["number"] == told["points"][0]["number"]
    return {
        **row,
        "value_text": value_text(row["value"]),
        "limit_text": value_text(row["limit"]),
        "cost_text": money(row["cost_myen"]),
        "extra_text": money(row["extra_myen"]),
        "step_text": both("—", "—") if first else step_text(row, told),
        "price_text": price_text(row["price_myen"], told),
        "gap_text": percent(row["gap_share"], 2),
        "comes_text": names_text(row["comes"], names),
        "leaves_text": names_text(row["leaves"], names),
        "areas_text": areas_text(row["area_change_mw"]),
        "site_rows": [_site_row(site) for site in row["sites"]],
    }


def _site_row(site: Row) -> dict[str, Any]:
    area = area_names().get(site["area"], both(site["area"], site["area"]))
    return {**site, "area": area, "mw": number(site["last_mw"])}
