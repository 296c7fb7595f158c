"""Tables of the forecast check's report, each cell ready to be read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from siting.loads_words import CASES, VERDICTS, loads_word
from siting.report_numbers import UNKNOWN, Number, mw_range, number
from siting.report_view import shown_years
from siting.report_words import Both, both

Row = Mapping[str, Any]
Names = Mapping[str, Both]
Index = Mapping[tuple[str, str, str, int], Row]
"""Rows of the verdict by area, vintage, case and fiscal year."""

JAPAN, REST = "japan", "rest-of-japan"
MOST_YEARS = 12
"""Years that a table has room for on paper."""

NOTHING = both("なし", "none")
"""Where nothing is listed and nobody knows what the forecast holds."""

NOISE_MW = 1e-6
SHORT_CASES: Names = {
    "contracted": both("契約", "contract"),
    "weighted": both("加重", "weighted"),
    "all": both("全件", "all"),
}


def index_verdict(summary: Row) -> Index:
    """Rows of the verdict by area, vintage, case and fiscal year."""
    keys = ("area", "vintage", "case", "fiscal_year")
    return {tuple(row[key] for key in keys): row for row in summary["verdict"]}


def area_order(summary: Row) -> list[str]:
    """Areas of the tables: the country, its areas from north to south, the others together."""
    areas = [area for area in summary["areas"] if area not in (JAPAN, REST)]
    wider = [area for area in (JAPAN, REST) if area in summary["areas"]]
    return [*wider[:1], *areas, *wider[1:]]


def vintage_order(summary: Row) -> list[str]:
    """Forecasts, the newest first."""
    newest = summary["newest"]
    return [newest, *(v for v in sorted(summary["vintages"], reverse=True) if v != newest)]


def case_order(cases: Iterable[str]) -> list[str]:
    """Cases from the narrowest to the widest."""
    order = list(CASES)
    return sorted(cases, key=lambda case: order.index(case) if case in order else len(order))


def table_years(years: Sequence[int]) -> list[int]:
    """Years that a table shows: all, or evenly spread ones with both ends."""
    return shown_years(years, MOST_YEARS)


def short_case(case: str) -> Both:
    """Short name of a case, for narrow columns."""
    return SHORT_CASES.get(case) or loads_word(case)


def matrix(summary: Row, index: Index, vintage: str, names: Names) -> list[dict[str, Any]]:
    """Verdict by area, case and year for one forecast: one block of rows an area."""
    years = table_years(summary["years"])
    return [
        {
            "name": name_of(area, names),
            "wide": area == JAPAN,
            "rows": [
                {
                    "case": short_case(case),
                    "cells": [verdict_cell(index.get((area, vintage, case, y))) for y in years],
                }
                for case in case_order(summary["cases"])
            ],
        }
        for area in listed_areas(summary)
    ]


def listed_areas(summary: Row) -> list[str]:
    """Areas with anything listed that is compared with a forecast, in the order of the tables."""
    listed = {row["area"] for row in summary["verdict"] if row["additions_mw"] != 0}
    return [area for area in area_order(summary) if area in listed or area == JAPAN]


def empty_areas(summary: Row, names: Names) -> list[Both]:
    """Names of the areas that the tables leave out because nothing is listed there."""
    listed = listed_areas(summary)
    return [name_of(area, names) for area in area_order(summary) if area not in listed]


def verdict_cell(row: Row | None) -> dict[str, Any]:
    """One cell: how much is over, or how much room is left; a dash where nobody can tell."""
    state = verdict_of(row)
    if row is not None and state == "fits" and not row["additions_mw"] and room_mw(row) is None:
        return {"state": "nothing", "text": NOTHING, "loose": False}
    if row is None or state == "unknown":
        return {"state": "unknown", "text": _plain(UNKNOWN), "loose": False}
    if state == "exceeds":
        text = _plain(f"+{number(least_over_mw(row))}")
        return {"state": state, "text": text, "loose": is_loose(row)}
    return {"state": state, "text": _within_text(state, room_mw(row)), "loose": is_loose(row)}


def _within_text(state: str, room: Number) -> Both:
    """Room left; where nobody knows it, a dash, or only that all is counted."""
    if state == "inside":
        return _plain("✓" if room is None else f"✓ {number(room)}")
    return _plain(number(room))


def is_loose(row: Row) -> bool:
    """Whether the verdict is another one at an end of the forecast's range."""
    low, high = over_range(row)
    if low is None or high is None or (row["allowance_mw"] is None and verdict_of(row) == "inside"):
        return False
    return low <= NOISE_MW if verdict_of(row) == "exceeds" else high > NOISE_MW


def verdict_of(row: Row | None) -> str:
    """The verdict of a row, `unknown` for anything that is none."""
    verdict = row["verdict"] if row else "unknown"
    return str(verdict) if verdict in VERDICTS else "unknown"


def room_mw(row: Row) -> Number:
    """What the forecast still holds beyond the list; None where either is unknown. [MW]"""
    if row["allowance_mw"] is None or row["additions_mw"] is None:
        return None
    return float(row["allowance_mw"] - row["additions_mw"])


def over_range(row: Row) -> tuple[Number, Number]:
    """How far the list is over: least and most, the same twice where it is no range. [MW]"""
    known = [row[key] for key in ("over_low_mw", "over_high_mw") if row[key] is not None]
    if row["over_mw"] is not None and not known:
        known = [row["over_mw"]]
    return (min(known), max(known)) if known else (None, None)


def least_over_mw(row: Row) -> Number:
    """What the list is over by, at least where only a range is known. [MW]"""
    least = over_range(row)[0]
    return least if row["over_mw"] is None else float(row["over_mw"])


def last_year(summary: Row, index: Index) -> int:
    """Last year in which the newest forecast has a national figure; the last one if never."""
    years = summary["years"]
    return max((year for year in years if covered(summary, index, year)), default=years[-1])


def covered(summary: Row, index: Index, year: int) -> bool:
    """Whether the newest forecast has a national figure for a year."""
    row = any_case(summary, index, JAPAN, year)
    return row is not None and row["allowance_mw"] is not None


def any_case(summary: Row, index: Index, area: str, year: int) -> Row | None:
    """A row of the newest forecast; what a forecast holds is the same in every case."""
    rows = (index.get((area, summary["newest"], case, year)) for case in summary["cases"])
    return next((row for row in rows if row is not None), None)


def allowance_text(row: Row | None) -> str:
    """What the forecast holds, as one number or as a range."""
    if row is None:
        return UNKNOWN
    if row["allowance_mw"] is not None:
        return number(row["allowance_mw"])
    return mw_range(row["allowance_low_mw"], row["allowance_high_mw"])


def name_of(area: str, names: Names) -> Both:
    """Name of an area; a key that no table knows stands for itself."""
    return names.get(area) or loads_word(area)


def mw_text(value: Number) -> str:
    """Power as it stands in a sentence: number and unit on one line."""
    return f"{number(value)}\u00a0MW"


def _plain(text: str) -> Both:
    """The same text in both languages."""
    return both(text, text)
