"""The report of a forecast check: one HTML file that reads on a closed network and prints on A4.

It shows the answer's figures and computes none. Text from the user's list reaches the page as
values of our own template, escaped; the page holds no script, and its policy would stop one.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from siting.loads_figures import draw_loads_figures
from siting.loads_report_adequacy import adequacy_blocks, case_tabs, contributor_blocks
from siting.loads_report_boxes import find_boxes
from siting.loads_report_details import detail_rows
from siting.loads_report_pipeline import pipeline_table, stage_table
from siting.loads_report_tables import (
    chance_rows,
    comparison_blocks,
    draw_rows,
    notice_rows,
    peak_notes,
    peak_rows,
    peak_years,
    signed,
    unknown_chances,
)
from siting.loads_report_verdict import cards, tiles
from siting.loads_report_view import (
    empty_areas,
    index_verdict,
    matrix,
    table_years,
    vintage_order,
)
from siting.loads_words import confidence_word, loads_word
from siting.report import asset, environment
from siting.report_words import area_names
from siting.run_files import plain

log = logging.getLogger(__name__)


def write_loads_report(
    summary: Mapping[str, Any], path: Path, *, language: Literal["ja", "en"] = "ja"
) -> None:
    """Write the report of a forecast check.

    Parameters
    ----------
    summary : mapping
        The answer, as in forecast.json.
    path : Path
        HTML file to write.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    page = loads_report_html(summary, language=language)
    path.write_bytes(page.encode())
    log.info("wrote the report: %d kB", len(page) // 1000)


def loads_report_html(summary: Mapping[str, Any], *, language: Literal["ja", "en"] = "ja") -> str:
    """Return the page of `write_loads_report` as text."""
    settings = environment()
    settings.globals |= {"say": loads_word, "trust_word": confidence_word}
    settings.filters |= {"signed": signed}
    template = settings.from_string(asset("loads_report.html.j2"))
    style = Markup(asset("report.css") + asset("loads_report.css"))
    return template.render(loads_view(plain(summary)), language=language, style=style)


def loads_view(answer: dict[str, Any]) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    names, index = area_names(), index_verdict(answer)
    tabs, vintages = case_tabs(answer["cases"]), vintage_order(answer)
    return {
        "answer": answer,
        "years": table_years(answer["years"]),
        "boxes": find_boxes(answer, index, names),
        "cards": cards(answer, index, names),
        "tiles": tiles(answer, index),
        "matrices": [(v, matrix(answer, index, v, names)) for v in vintages],
        "empty": empty_areas(answer, names),
        "details": detail_rows(answer, index, names),
        "stages": stage_table(answer),
        "pipeline": pipeline_table(answer, index, names),
        "contributors": [(case, contributor_blocks(answer, case, names)) for case in tabs],
        "adequacy": [(case, adequacy_blocks(answer, case, names)) for case in tabs],
        "comparison": comparison_blocks(answer),
        "peaks": peak_rows(answer),
        "peak_years": peak_years(answer),
        "peak_notes": peak_notes(answer),
        "chances": chance_rows(answer, names),
        "chance_unknown": unknown_chances(answer, names),
        "draws": draw_rows(answer),
        "notices": notice_rows(answer),
        "trust": {row["field"]: row["confidence"] for row in answer["assumptions"]},
        "places": {row["source"]: n for n, row in enumerate(answer["sources"], start=1)},
        "figures": draw_loads_figures(answer, index, names),
    }
