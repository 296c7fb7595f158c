"""The page of `siting robust`: one HTML file in the look of the report, without scripts."""

from collections.abc import Mapping
from typing import Any, Literal

from markupsafe import Markup

from siting.report import asset, environment
from siting.report_numbers import money, percent
from siting.robust.charts import draw_regret, draw_shares, draw_swings
from siting.robust.texts import (
    answer_text,
    choice_text,
    extra_text,
    failed_rows,
    interval_text,
    moves_text,
    names_text,
    range_text,
    rank_text,
    regret_text,
    sample_values,
    spread_text,
    value_text,
)
from siting.robust.words import STATUS, text

Row = Mapping[str, Any]


def page_html(told: Row, language: Literal["ja", "en"] = "ja") -> str:
    """Page of a robustness study.

    Parameters
    ----------
    told : mapping
        Content of robust.json.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    template = environment().from_string(asset("robust.html.j2"))
    style = Markup(asset("report.css") + asset("report_parts.css"))
    return template.render(view(told), language=language, style=style)


def view(told: Row) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    return {
        "told": told,
        "text": text,
        "answer": answer_text(told),
        "choice": choice_text(told),
        "drawn": drawn_text(told),
        "tried": text("sets_tried", tried=len(told["sets"]), found=told["sets_found"]),
        "inputs_note": text("inputs_note", count=2 * len(told["inputs"])),
        "failed": [_draw_row(row, told) for row in failed_rows(told)],
        "sites": [_site_row(row, told) for row in told["sites"]],
        "sets": [_set_row(row, told) for row in told["sets"]],
        "inputs": [_input_row(row, told) for row in told["inputs"]],
        "draws": [_draw_row(row, told) for row in told["draws"]],
        # the labels in these figures are escaped by the writer of SVG
        "figures": {
            "shares": Markup(draw_shares(told["sites"])),
            "regret": Markup(draw_regret(told["sets"])),
            "swings": Markup(draw_swings(told["inputs"])),
        },
    }


def drawn_text(told: Row) -> Mapping[str, str]:
    """How it was drawn and how exactly solved."""
    return text("drawn", seed=told["samples"]["seed"], gap=percent(told["gap_share"], 2))


def least_regret_sites(told: Row) -> list[str]:
    """Sites of the set of least largest regret; none where there is no such set."""
    return list(told["sets"][0]["sites"]) if told["choice"]["set"] is not None else []


def _site_row(row: Row, told: Row) -> Row:
    return {
        **row,
        "interval": interval_text(row),
        "mw_text": spread_text(row["mw"]),
        "start_text": spread_text(row["start_fiscal_year"], year=True),
        "in_set": row["site"] in least_regret_sites(told),
    }


def _set_row(row: Row, told: Row) -> Row:
    return {
        **row,
        "sites_text": names_text(row["sites"], told["names"]),
        "largest": regret_text(row, "largest_myen"),
        "at_most": regret_text(row, "largest_at_most_myen"),
        "mean": regret_text(row, "mean_myen"),
    }


def _input_row(row: Row, told: Row) -> Row:
    swings = [
        {
            **swing,
            "shown": value_text(swing["value"], times=row["times"]),
            "extra": extra_text(swing),
            "moves": moves_text(swing, told["names"]),
        }
        for swing in row["swings"]
    ]
    return {
        **row,
        "range": range_text(row),
        "swings": swings,
        "rank_cost": rank_text(row["rank"]["cost"]),
        "rank_sites": rank_text(row["rank"]["sites"]),
    }


def _draw_row(row: Row, told: Row) -> Row:
    return {
        **row,
        "shown": sample_values(row, told),
        "result": STATUS[row["status"]],
        "cost": money(row["cost_myen"]),
        "sites_text": names_text(row["sites"], told["names"]),
    }
