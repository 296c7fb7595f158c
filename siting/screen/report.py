"""The report of a screening: one HTML file that reads on a closed network and prints on A4.

It shows the figures of summary.json and computes none of its own. Text from layers reaches the
page as values of our own template, escaped; the page holds no script, and its policy would stop
one.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from siting.loads_words import confidence_word
from siting.report import asset, environment
from siting.report_words import area_names
from siting.run_files import plain
from siting.screen.amounts import area_text, rough, share_text
from siting.screen.charts import draw_scores
from siting.screen.report_ranks import rank_scale, rank_ticks
from siting.screen.report_tables import (
    MOST_SITES,
    area_rows,
    criterion_rows,
    hub_rows,
    land_parts,
    layer_rows,
    rule_rows,
    shared_rows,
    site_rows,
)
from siting.screen.report_view import answer_text, find_tiles, firm_view, hub_text, unknown_lines
from siting.screen.rule_words import layer_titles

log = logging.getLogger(__name__)


def write_report(
    summary: Mapping[str, Any], path: Path, *, language: Literal["ja", "en"] = "ja"
) -> None:
    """Write the report of a screening.

    Parameters
    ----------
    summary : mapping
        The answer, as in summary.json of kind "screen".
    path : Path
        HTML file to write.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    page = report_html(summary, language=language)
    path.write_bytes(page.encode())
    log.info("wrote the report: %d kB", len(page) // 1000)


def report_html(summary: Mapping[str, Any], *, language: Literal["ja", "en"] = "ja") -> str:
    """Return the page of `write_report` as text."""
    settings = environment()
    settings.globals |= {"trust_word": confidence_word}
    settings.filters |= {"km2": area_text, "share": share_text, "rough": rough}
    template = settings.from_string(asset("screen_report.html.j2"))
    style = Markup(asset("report.css") + asset("screen_report.css"))
    return template.render(view(plain(summary)), language=language, style=style)


def view(run: dict[str, Any]) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    titles, names = layer_titles(run), area_names()
    hubs, score = hub_rows(run), run["score"]
    histogram = score["histogram"]
    return {
        "run": run,
        "answer": answer_text(run),
        "tiles": find_tiles(run),
        "unknowns": unknown_lines(run),
        "parts": land_parts(run),
        "rules": rule_rows(run, titles),
        "areas": area_rows(run, names),
        "scores": Markup(draw_scores(histogram["edges"], histogram["km2"], score["percentiles"])),
        "criteria": _with_markup(criterion_rows(run, titles)),
        "sites": site_rows(run, titles, names),
        "more_sites": max(0, len(run["sites"]) - MOST_SITES),
        "ticks": rank_ticks(rank_scale(run["sites"])),
        "firm": firm_view(run),
        "percentiles": sorted(score["percentiles"].items(), key=lambda item: float(item[0])),
        "hubs": hubs,
        "hub_text": hub_text(hubs),
        "shared": shared_rows(run),
        "layers": layer_rows(run),
        "sources": run.get("sources", []),
    }


def _with_markup(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose SVG goes into the page as it is: matplotlib has escaped its text."""
    return [{**row, "svg": Markup(row["svg"])} for row in rows]
