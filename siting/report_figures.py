"""Figures of the report with what is written beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_answer import Names, Row, power_by_area
from siting.report_charts import (
    AREA_COLOURS,
    ITEM_COLOURS,
    OTHER_COLOUR,
    Layer,
    draw_carbon,
    draw_stack,
)
from siting.report_dots import Span, draw_spans
from siting.report_numbers import Number, billion_yen, money, number, oku_yen
from siting.report_view import (
    cost_rows,
    in_order,
    own_margin_share,
    power_by_basis,
    tightest_margins,
)
from siting.report_words import COST_ITEMS, Both, both, word

MARGIN_BOUNDS = (-0.2, 0.4)
"""Margins between which areas can be told apart; beyond them the number is written. [-]"""

BASIS_COLOURS = {"published": "#0b5c8f", "operator": "#6a3fb5", "assumed": "#e0a03c"}
"""What is known of a site's headroom, from firm to assumed; the order of the stack."""

Figure = Mapping[str, Any]
"""Keys `svg`, and `legend`: rows of colour, name and value."""


def draw_figures(summary: Row, areas: Names, ties: Names) -> dict[str, Figure]:
    """All figures of a report by name.

    Parameters
    ----------
    summary : mapping
        The run's summary.
    areas, ties : mapping
        Names by key, in the order in which they are to stand.
    """
    return {
        "power": _power(summary, areas),
        "bases": _bases(summary),
        "costs": _costs(summary),
        "carbon": _carbon(summary),
        "h3": _margins(summary, "h3", areas),
        "h1": _margins(summary, "h1", areas),
        "ties": _ties(summary, ties),
    }


def _power(summary: Row, areas: Names) -> Figure:
    """Contract power by area against what the forecast counts."""
    years = summary["years"]
    power = {year: power_by_area(summary["sites"], year) for year in years}
    used = in_order({area for by_area in power.values() for area in by_area}, areas)
    layers = [
        Layer(AREA_COLOURS.get(area, OTHER_COLOUR), tuple(power[y].get(area, 0.0) for y in years))
        for area in reversed(used)
    ]
    limits = _by_year(
        [row for row in summary["forecast"] if row["group"] == "japan"], "limit_mw", years
    )
    legend = [
        _entry(AREA_COLOURS.get(area, OTHER_COLOUR), areas.get(area, word(area)), mw)
        for area in used
        if (mw := number(power[years[-1]].get(area, 0.0)))
    ]
    return {"svg": draw_stack("power", years, layers, limits=limits), "legend": legend}


def _bases(summary: Row) -> Figure:
    """Contract power by what is known of the headroom under it."""
    years = summary["years"]
    power = [{r["basis"]: r["mw"] for r in power_by_basis(summary, year)} for year in years]
    used = [basis for basis in BASIS_COLOURS if any(basis in one for one in power)]
    layers = [Layer(BASIS_COLOURS[b], tuple(one.get(b, 0.0) for one in power)) for b in used]
    legend = [
        _entry(BASIS_COLOURS[basis], word(basis), number(power[-1].get(basis, 0.0)))
        for basis in reversed(used)
    ]
    return {"svg": draw_stack("bases", years, layers), "legend": legend}


def _costs(summary: Row) -> Figure:
    """Yearly cost by item."""
    years = summary["years"]
    rows = cost_rows(summary, years, COST_ITEMS)
    layers = [Layer(ITEM_COLOURS.get(r["item"], OTHER_COLOUR), tuple(r["values"])) for r in rows]
    legend = [
        _entry(ITEM_COLOURS.get(row["item"], OTHER_COLOUR), row["name"], money(row["values"][-1]))
        for row in reversed(rows)
    ]
    return {"svg": draw_stack("costs", years, layers, scale=_money_scale), "legend": legend}


def _money_scale(myen: float) -> Both:
    """Money on the axis; its unit stands in the caption."""
    return both(oku_yen(myen), billion_yen(myen).removesuffix(".0"))


def _carbon(summary: Row) -> Figure:
    """CO2 under its cap."""
    years, rows = summary["years"], summary["carbon"]
    kt = [None if t is None else t / 1e3 for t in _by_year(rows, "t", years)]
    caps = [None if t is None else t / 1e3 for t in _by_year(rows, "cap_t", years)]
    intensities = _by_year(rows, "intensity_t_per_mwh", years)
    svg = draw_carbon(years, kt, caps_kt=caps, intensities=intensities)
    return {"svg": svg, "legend": [], "capped": any(cap is not None for cap in caps)}


def _margins(summary: Row, standard: str, areas: Names) -> Figure:
    """Reserve margins of the first and the last year, before and after imports."""
    rows = tightest_margins(summary["areas"], standard)
    first, last = summary["years"][0], summary["years"][-1]
    required = [row["required_share"] for row in rows.values() if row["required_share"] is not None]
    spans = [
        Span(
            areas.get(area, word(area)),
            **_ends(rows.get((area, first)), rows.get((area, last))),
        )
        for area in in_order({area for area, _ in rows}, areas)
    ]
    least = max(required, default=None)
    svg = draw_spans(f"margin-{standard}", spans, required=least, bounds=MARGIN_BOUNDS)
    return {"svg": svg, "legend": [], "required": least}


def _ends(first: Row | None, last: Row | None) -> dict[str, Number]:
    """Margins of a first and of a last year, each with the one before imports."""
    return {
        "first": first["margin_share"] if first else None,
        "last": last["margin_share"] if last else None,
        "first_origin": own_margin_share(first) if first else None,
        "last_origin": own_margin_share(last) if last else None,
    }


def _ties(summary: Row, names: Names) -> Figure:
    """Mean use of the interconnectors in the first and the last year."""
    use = {(row["tie"], row["fiscal_year"]): row["mean_use_share"] for row in summary["ties"]}
    first, last = summary["years"][0], summary["years"][-1]
    spans = [
        Span(names.get(tie, word(tie)), use.get((tie, first)), use.get((tie, last)))
        for tie in in_order({tie for tie, _ in use}, names)
    ]
    return {"svg": draw_spans("ties", spans), "legend": []}


def _by_year(rows: Sequence[Row], quantity: str, years: Sequence[int]) -> list[Number]:
    """One quantity for each year; None where there is no row."""
    found = {row["fiscal_year"]: row[quantity] for row in rows}
    return [found.get(year) for year in years]


def _entry(colour: str, name: Both, value: str | Both) -> Row:
    """One line of a legend."""
    text = both(value, value) if isinstance(value, str) else value
    return {"colour": colour, "name": name, "value": text}
