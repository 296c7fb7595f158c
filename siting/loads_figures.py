"""Figures of the forecast check's report with what is written beside them."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from siting.loads_chart_parts import Band, Line, Size
from siting.loads_charts import (
    Note,
    Spread,
    change_text,
    draw_fan,
    draw_pipeline,
    draw_spread,
)
from siting.loads_report_adequacy import WITHOUT
from siting.loads_report_pipeline import pipeline_by_stage, pipeline_totals
from siting.loads_report_view import (
    JAPAN,
    REST,
    Index,
    Names,
    Row,
    allowance_text,
    any_case,
    area_order,
    case_order,
    last_year,
    name_of,
    short_case,
    vintage_order,
)
from siting.loads_words import STAGES, STATED
from siting.report_charts import Layer
from siting.report_dots import Span, draw_spans
from siting.report_figures import MARGIN_BOUNDS
from siting.report_numbers import Number
from siting.report_svg import ACCENT, INK
from siting.report_words import both

STAGE_COLOURS = {
    "supplied": "#0a3560",
    "contract": "#2b74a8",
    "accepted": "#6aa6cc",
    "applied": "#a9cbe2",
    "study": "#d9e8f2",
}
"""From firm to vague, dark to pale; the order of the stack from the bottom."""

CASE_COLOURS = {"contracted": "#0a3560", "weighted": "#1d7f74", "all": "#a87a17"}
OLDER_COLOURS = ("#5b6975", "#8a97a3")
BAND_COLOUR = "#9ac3e0"
WIDE, NARROW, SMALL = Size(680, 320), Size(420, 300), Size(168, 118, steps=2)
FORECAST = both("想定", "Forecast")

Figure = dict[str, Any]
"""Keys `svg`, which goes into the page as it is (matplotlib has escaped its text), and captions."""


def draw_loads_figures(summary: Row, index: Index, names: Names) -> dict[str, Any]:
    """All figures of a report by name.

    Parameters
    ----------
    summary : mapping
        The answer, as in forecast.json.
    index : mapping
        Rows of its verdict by area, vintage, case and fiscal year.
    names : mapping
        Names of areas, in the order in which they are to stand.
    """
    return {
        "wide": _pipeline(summary, index, JAPAN, size=WIDE),
        "narrow": _pipeline(summary, index, JAPAN, size=NARROW),
        "areas": _small_pipelines(summary, index, names),
        "stages": stage_legend(summary),
        "fan": _fan(summary, index),
        "spread": _spread(summary, index),
        "h3": _margins(summary, "h3", names),
        "h1": _margins(summary, "h1", names),
    }


def _pipeline(summary: Row, index: Index, area: str, *, size: Size) -> Markup:
    """Power listed in one area by stage, under what the newest forecast holds."""
    by_stage = pipeline_by_stage(summary, area)
    layers = [Layer(colour, tuple(by_stage[stage])) for stage, colour in STAGE_COLOURS.items()]
    forecast, band = _forecast(summary, index, area)
    name = f"pipeline-{area}-{size.width:g}"
    svg = draw_pipeline(name, summary["years"], layers, forecast, band=band, size=size)
    return Markup(svg)


def _forecast(summary: Row, index: Index, area: str) -> tuple[Line, Band]:
    """What the newest forecast holds for an area: a line, and a range where it is one."""
    rows = [any_case(summary, index, area, year) for year in summary["years"]]
    published = tuple(row is not None and row["basis"] in STATED for row in rows)
    line = Line(FORECAST, INK, _column(rows, "allowance_mw"), published)
    return line, Band(_column(rows, "allowance_low_mw"), _column(rows, "allowance_high_mw"))


def _column(rows: Sequence[Row | None], key: str) -> tuple[Number, ...]:
    """One quantity of rows by year; None where there is no row."""
    return tuple(None if row is None else row[key] for row in rows)


def _small_pipelines(summary: Row, index: Index, names: Names) -> list[Figure]:
    """One small figure an area that has something listed, and the forecast beside it in words."""
    last = last_year(summary, index)
    place = summary["years"].index(last)
    figures = []
    for area in area_order(summary):
        totals = pipeline_totals(pipeline_by_stage(summary, area))
        if area in (JAPAN, REST) or not any(totals):
            continue
        svg = _pipeline(summary, index, area, size=SMALL)
        held = allowance_text(any_case(summary, index, area, last))
        name = name_of(area, names)
        figures.append({"name": name, "svg": svg, "listed": totals[place], "held": held})
    return figures


def stage_legend(summary: Row) -> list[Row]:
    """Stages with their colour, number, power and chance to be built."""
    own = {row["stage"]: row for row in summary["totals"]["stages"]}
    return [
        {
            "stage": stage,
            "colour": STAGE_COLOURS[stage],
            "name": STAGES[stage],
            "applications": own.get(stage, {}).get("applications"),
            "contract_mw": own.get(stage, {}).get("contract_mw"),
            "probability": own.get(stage, {}).get("probability"),
        }
        for stage in STAGES
    ]


def _fan(summary: Row, index: Index) -> Figure:
    """National count of each forecast, and the three cases of the list."""
    lines = [*_forecast_lines(summary), *_case_lines(summary, index)]
    notes = _notes(summary)
    return {"svg": Markup(draw_fan("fan", summary["years"], lines, notes=notes))}


def _forecast_lines(summary: Row) -> list[Line]:
    """One line a forecast, the newest in ink and the others in greys."""
    lines = []
    for place, vintage in enumerate(reversed(vintage_order(summary))):
        rows = [_counted(summary, vintage).get(year) for year in summary["years"]]
        published = tuple(row is not None and row["basis"] in STATED for row in rows)
        newest = vintage == summary["newest"]
        colour = INK if newest else OLDER_COLOURS[(place + 1) % len(OLDER_COLOURS)]
        name = both(f"{vintage}想定", f"Forecast {vintage}")
        line = Line(name, colour, _column(rows, "value"), published, weight=2.4 if newest else 1.6)
        lines.append(line)
    return lines


def _counted(summary: Row, vintage: str) -> dict[int, Row]:
    """National count of one forecast by year."""
    rows = summary["vintage_comparison"]
    own = (row for row in rows if (row["quantity"], row["vintage"]) == ("counted_mw", vintage))
    return {row["fiscal_year"]: row for row in own}


def _case_lines(summary: Row, index: Index) -> list[Line]:
    """The list in each of its cases, dashed."""
    lines = []
    for case in case_order(summary["cases"]):
        rows = [index.get((JAPAN, summary["newest"], case, year)) for year in summary["years"]]
        short = short_case(case)
        name = both(f"リスト {short['ja']}", f"List, {short['en']}")
        colour = CASE_COLOURS.get(case, ACCENT)
        lines.append(Line(name, colour, _column(rows, "additions_mw"), dash=(0, (4, 1.6))))
    return lines


def _notes(summary: Row) -> list[Note]:
    """The largest change between the two newest forecasts in a year that both publish."""
    newest, *older = vintage_order(summary)
    if not older:
        return []
    before, after = _counted(summary, older[0]), _counted(summary, newest)
    both_publish = [
        year
        for year in summary["years"]
        if year in before and year in after
        if before[year]["basis"] in STATED and after[year]["basis"] in STATED
    ]
    pairs = [(year, before[year]["value"], after[year]["value"]) for year in both_publish]
    if not pairs:
        return []
    year, start, end = max(pairs, key=lambda pair: abs(pair[2] - pair[1]))
    text = change_text(start, end)
    return [Note(year, start, end, both(f"{year}年度 {text}", f"FY{year} {text}"))]


def _spread(summary: Row, index: Index) -> Figure | None:
    """Draws of the country against the newest forecast, with the chance to exceed it."""
    draws = {row["fiscal_year"]: row for row in summary["draws"] if row["area"] == JAPAN}
    rows = [draws.get(year) for year in summary["years"]]
    if not draws:
        return None
    band = Band(_column(rows, "p10_mw"), _column(rows, "p90_mw"), colour=BAND_COLOUR)
    chances = {
        row["fiscal_year"]: row["exceed_share"]
        for row in summary["chance"]
        if (row["area"], row["vintage"]) == (JAPAN, summary["newest"])
    }
    shares = tuple(chances.get(year) for year in summary["years"])
    forecast, _ = _forecast(summary, index, JAPAN)
    spread = Spread(band, _column(rows, "p50_mw"), forecast, shares)
    return {"svg": Markup(draw_spread("spread", summary["years"], spread))}


def _margins(summary: Row, standard: str, names: Names) -> Figure:
    """Margins of the last year without and with all applications, own and with ties."""
    case, year = case_order(summary["cases"])[-1], summary["years"][-1]
    rows = [
        row
        for row in summary["adequacy"]
        if row["standard"] == standard and row["fiscal_year"] == year
    ]
    required = [row["required_share"] for row in rows if row["required_share"] is not None]
    spans = [
        Span(name_of(area, names), **_ends(rows, area, case))
        for area in area_order(summary)
        if any(row["area"] == area for row in rows)
    ]
    least = max(required, default=None)
    svg = draw_spans(f"margin-{standard}", spans, required=least, bounds=MARGIN_BOUNDS)
    return {"svg": Markup(svg), "required": least}


def _ends(rows: Sequence[Row], area: str, case: str) -> dict[str, Number]:
    """Margins of the season with least room in the case, and of the same season without it."""
    own = [row for row in rows if row["area"] == area]
    known = [row for row in own if row["case"] == case and row["tied_margin_share"] is not None]
    if not known:
        return {"first": None, "last": None}
    last = min(known, key=lambda row: row["tied_margin_share"])
    pairs = ((row["case"], row["season"]) for row in own)
    firsts = dict(zip(pairs, own, strict=True))
    first = firsts.get((WITHOUT, last["season"]))
    return {
        "first": first["tied_margin_share"] if first else None,
        "last": last["tied_margin_share"],
        "first_origin": first["own_margin_share"] if first else None,
        "last_origin": last["own_margin_share"],
    }
