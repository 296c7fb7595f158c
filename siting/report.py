"""The report of a run: one HTML file that reads on a closed network and prints on A4.

Text from tables reaches the page as values of our own template, escaped; nothing of it is ever
compiled. The page holds no script, and its content security policy would stop one.
"""

import logging
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from siting.later_files import LaterFiles
from siting.report_alarms import find_alarms
from siting.report_answer import sentences
from siting.report_clean import clean_view
from siting.report_days import days_view
from siting.report_draw import draw_view
from siting.report_embodied import embodied_view
from siting.report_explained import explained_view, redispatch_view
from siting.report_figures import draw_figures
from siting.report_flexible import flexible_view
from siting.report_limits import robust_view, waiting_view
from siting.report_network import held_back, network_view
from siting.report_numbers import billion_yen, money, mw_range, number, oku_yen, percent, value_text
from siting.report_queue import queue_view
from siting.report_servers import servers_view
from siting.report_view import (
    MOST_GROUPS,
    forecast_table,
    group_rows,
    margin_table,
    power_by_basis,
    shown_years,
    site_rows,
    tie_table,
)
from siting.report_words import Both, area_names, both, tie_names, word
from siting.run_files import plain

log = logging.getLogger(__name__)

SOLVE_FIELDS = (
    "status",
    "gap_share",
    "cost_myen",
    "bound_myen",
    "rows",
    "columns",
    "nonzeros",
    "binaries",
    "build_seconds",
    "hand_over_seconds",
    "highs_seconds",
    "seed",
)
"""Fields of the solver's record in the order of the page; what is not recorded is left out."""

IN_BOTH = Markup('<span class="ja" lang="ja">{}</span><span class="en" lang="en">{}</span>')

WEB = ("https://", "http://")


def write_report(
    summary: Mapping[str, Any],
    path: Path,
    *,
    solve: Mapping[str, Any] | None = None,
    later: LaterFiles | None = None,
    language: Literal["ja", "en"] = "ja",
) -> None:
    """Write the report of a run.

    Parameters
    ----------
    summary : mapping
        The run's summary, as in summary.json.
    path : Path
        HTML file to write.
    solve : mapping, optional
        The solver's record, fields of `optimize.plan.SolveRecord`.
    later : LaterFiles, optional
        What later commands found out about this run.
    language : "ja" or "en"
        Language shown first; the reader can change it.
    """
    page = report_html(summary, solve=solve, later=later, language=language)
    path.write_bytes(page.encode())
    log.info("wrote the report: %d kB", len(page) // 1000)


def report_html(
    summary: Mapping[str, Any],
    *,
    solve: Mapping[str, Any] | None = None,
    later: LaterFiles | None = None,
    language: Literal["ja", "en"] = "ja",
) -> str:
    """Return the page of `write_report` as text."""
    run = plain(summary)
    template = environment().from_string(asset("report.html.j2"))
    record = {key: value for key, value in plain(solve or {}).items() if value is not None}
    shown = view(run, later)
    style = Markup("".join(asset(name) for name, needed in _styles(shown) if needed))
    return template.render(shown, solve=record, language=language, style=style)


def _styles(shown: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    """Style sheets and whether a report needs them: it is mailed, so it carries no more."""
    return (
        ("report.css", True),
        ("report_parts.css", True),
        ("report_hours.css", shown["draw"] is not None),
        ("explain.css", shown["explained"] is not None),
    )


def view(run: dict[str, Any], later: LaterFiles | None = None) -> dict[str, Any]:
    """All that the template shows, cell by cell."""
    later = later or LaterFiles()
    areas = area_names()
    ties = tie_names(areas)
    years = shown_years(run["years"])
    last = run["kpis"][-1] if run["kpis"] else None
    groups = group_rows(run)
    figures = draw_figures(run, areas, ties) if run["years"] else {}
    return {
        "run": run,
        "years": years,
        "all_years_shown": len(years) == len(run["years"]),
        "areas": areas,
        "last": last,
        "alarms": find_alarms(run, areas),
        "sentences": sentences(run, areas),
        "bases": power_by_basis(run, last["fiscal_year"]) if last else [],
        "figures": {name: _with_markup(figure) for name, figure in figures.items()},
        "sites": site_rows(run, years, areas),
        "margins": {name: margin_table(run, name, years, areas) for name in ("h3", "h1")},
        "forecast": forecast_table(run, years, areas),
        "ties": tie_table(run, years, ties),
        "groups": groups[:MOST_GROUPS],
        "more_groups": len(groups[MOST_GROUPS:]),
        "solve_fields": SOLVE_FIELDS,
        "explained": explained_view(later.explanation),
        "redispatched": redispatch_view(later.redispatch),
        **_parts_asked_for(run),
    }


def _parts_asked_for(run: dict[str, Any]) -> dict[str, Any]:
    """Parts that are there only where the scenario asks for them; None where it does not."""
    robust, waiting = robust_view(run.get("robust")), waiting_view(run.get("waiting"))
    clean, draw = clean_view(run.get("clean"), run["sources"]), draw_view(run.get("draw"))
    return {
        "robust": robust and _with_markup(robust),
        "waiting": waiting and _with_markup(waiting),
        "network": network_view(run),
        "held_back": held_back(run),
        "queue": queue_view(run.get("queue")),
        "clean": clean and {**clean, "figures": [_with_markup(f) for f in clean["figures"]]},
        "flexible": flexible_view(run.get("flexibility")),
        "embodied": embodied_view(run.get("embodied"), run["carbon"], run["sources"]),
        "servers": servers_view(run.get("servers")),
        "draw": draw and _draw_with_markup(draw),
        "own_year": days_view(run.get("own_year")),
        "notices": run.get("notices") or [],
    }


def _with_markup(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A figure whose SVG goes into the page as it is: matplotlib has escaped its text."""
    return {**figure, "svg": Markup(figure["svg"])}


def _draw_with_markup(draw: Mapping[str, Any]) -> dict[str, Any]:
    return {**_with_markup(draw), "areas": [_with_markup(area) for area in draw["areas"]]}


def environment() -> Environment:
    """Jinja with everything escaped, nothing undefined and our formats."""
    settings = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    settings.globals |= {"t": lambda ja, en: in_both(both(ja, en)), "word": word}
    settings.filters |= {
        "both": in_both,
        "number": number,
        "percent": percent,
        "money": lambda myen: in_both(money(myen)),
        "oku_yen": oku_yen,
        "billion_yen": billion_yen,
        "mw_range": mw_range,
        "value_text": value_text,
        "web": lambda url: str(url) if str(url).startswith(WEB) else "",
    }
    return settings


def in_both(text: Both) -> Markup:
    """A text in both languages; the page's style sheet shows one."""
    ja, en = escape(text["ja"]), escape(text["en"])
    return ja if ja == en else IN_BOTH.format(ja, en)


def asset(name: str) -> str:
    """Text of a file of the report's own."""
    return (files("siting") / "assets" / name).read_text(encoding="utf-8")
