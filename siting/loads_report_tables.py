"""Further tables of the forecast check's report: forecasts, peaks, draws, what stands out."""

from collections.abc import Mapping
from typing import Any

from siting.loads_report_view import (
    JAPAN,
    Names,
    Row,
    area_order,
    name_of,
    table_years,
    vintage_order,
)
from siting.loads_words import PEAK_NOTES, QUANTITIES, STATED
from siting.report_numbers import Number, number
from siting.report_words import Both, both

MOST_LISTED = 12
"""Rows and ids of one remark that the page lists; the files have all of them."""


def comparison_blocks(summary: Row) -> list[dict[str, Any]]:
    """National figures by forecast, one block a quantity, with the change to the newest."""
    found = {
        (row["quantity"], row["vintage"], row["fiscal_year"]): row
        for row in summary["vintage_comparison"]
    }
    known = {key[0] for key, row in found.items() if row["value"] is not None}
    return [
        _comparison_block(summary, quantity, found) for quantity in QUANTITIES if quantity in known
    ]


def _comparison_block(summary: Row, quantity: str, found: Mapping[Any, Row]) -> dict[str, Any]:
    """One quantity: a row a forecast, and what moved since the one before the newest."""
    years, vintages = table_years(summary["years"]), vintage_order(summary)
    rows: list[dict[str, Any]] = [
        {
            "vintage": vintage,
            "cells": [_comparison_cell(found.get((quantity, vintage, year))) for year in years],
        }
        for vintage in vintages
    ]
    changes = [
        _change(*(row["cells"][place]["value"] for row in rows[:2])) if len(rows) > 1 else None
        for place in range(len(years))
    ]
    texts = [signed(change) for change in changes]
    return {"name": QUANTITIES[quantity], "rows": rows, "changes": texts, "moved": any(changes)}


def _comparison_cell(row: Row | None) -> dict[str, Any]:
    """One value, and whether it stands in the forecast itself."""
    if row is None:
        return {"value": None, "published": False}
    return {"value": row["value"], "published": row["basis"] in STATED}


def _change(newest: Number, before: Number) -> Number:
    """What moved; None where either is unknown."""
    return None if newest is None or before is None else newest - before


def signed(value: Number) -> str:
    """A change with its sign.

    Examples
    --------
    >>> signed(-1180.0), signed(12.0), signed(0.2), signed(None)
    ('−1,180', '+12', '0', '—')
    """
    text = number(value)
    return f"+{text}" if value is not None and text != "0" and value > 0 else text


def peak_rows(summary: Row) -> list[dict[str, Any]]:
    """Coincident against non-coincident peaks: three rows a forecast, over `peak_years`."""
    found = {(row["vintage"], row["fiscal_year"]): row for row in summary["peaks"]}
    years = peak_years(summary)
    blocks: list[dict[str, Any]] = []
    for vintage in vintage_order(summary):
        cells = [found.get((vintage, year)) for year in years]
        rows = {
            key: [cell[key] if cell else None for cell in cells]
            for key in ("coincident_mw", "non_coincident_mw")
        }
        pairs = zip(rows["non_coincident_mw"], rows["coincident_mw"], strict=True)
        more = [signed(_change(summed, together)) for summed, together in pairs]
        if any(value is not None for values in rows.values() for value in values):
            blocks.append({"vintage": vintage, **rows, "difference": more})
    return blocks


def peak_years(summary: Row) -> list[int]:
    """Years for which any forecast gives a peak: few, so that the others would only be dashes."""
    known = {
        row["fiscal_year"]
        for row in summary["peaks"]
        if row["coincident_mw"] is not None or row["non_coincident_mw"] is not None
    }
    return table_years(sorted(known)) if known else []


def peak_notes(summary: Row) -> list[Both]:
    """Remarks on peaks, each once; a remark that has no words stands for itself."""
    notes = dict.fromkeys(row["note"] for row in summary["peaks"] if row["note"])
    return [PEAK_NOTES.get(note) or both(str(note), str(note)) for note in notes]


def chance_rows(summary: Row, names: Names) -> list[dict[str, Any]]:
    """Share of draws above the newest forecast, by area and year."""
    found = {
        (row["area"], row["fiscal_year"]): row["exceed_share"]
        for row in summary["chance"]
        if row["vintage"] == summary["newest"]
    }
    areas = {area for (area, _), share in found.items() if share is not None}
    years = table_years(summary["years"])
    return [
        {"name": name_of(area, names), "cells": [_chance_cell(found.get((area, y))) for y in years]}
        for area in area_order(summary)
        if area in areas
    ]


def unknown_chances(summary: Row, names: Names) -> list[Both]:
    """Names of areas whose chance is not known in any year."""
    own = [row for row in summary["chance"] if row["vintage"] == summary["newest"]]
    known = {row["area"] for row in own if row["exceed_share"] is not None}
    return [
        name_of(area, names)
        for area in area_order(summary)
        if area not in known and any(row["area"] == area for row in own)
    ]


def _chance_cell(share: Number) -> dict[str, Any]:
    """A chance with its tint."""
    if share is None:
        return {"share": None, "state": "unknown"}
    state = "low" if share >= 0.5 else "tight" if share >= 0.1 else "fine"
    return {"share": share, "state": state}


def draw_rows(summary: Row) -> list[dict[str, Any]]:
    """Draws of the country by year: P90, P50, P10 and the mean."""
    found = {row["fiscal_year"]: row for row in summary["draws"] if row["area"] == JAPAN}
    years = table_years(summary["years"])
    return [
        {"name": name, "values": [found[year][key] if year in found else None for year in years]}
        for name, key in (("P90", "p90_mw"), ("P50", "p50_mw"), ("P10", "p10_mw"))
        if found
    ]


def notice_rows(summary: Row) -> list[dict[str, Any]]:
    """What stands out in the list, with the rows and ids it concerns."""
    return [
        {
            "text": both(row["ja"], row["en"]),
            "rows": row["rows"][:MOST_LISTED],
            "ids": row["ids"][:MOST_LISTED],
            "more_rows": max(0, len(row["rows"]) - MOST_LISTED),
            "more_ids": max(0, len(row["ids"]) - MOST_LISTED),
        }
        for row in summary["notices"]
    ]
