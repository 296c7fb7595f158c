"""Power listed by stage and year, beside what the newest forecast holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.loads_report_view import (
    JAPAN,
    REST,
    Index,
    Names,
    Row,
    allowance_text,
    any_case,
    area_order,
    name_of,
    table_years,
)
from siting.loads_words import STAGES
from siting.report_numbers import Number


def pipeline_by_stage(summary: Row, area: str) -> dict[str, list[Number]]:
    """Power in service by stage and year, unweighted; no row means nothing listed. [MW]"""
    found = {
        (row["stage"], row["fiscal_year"]): row["mw"]
        for row in summary["pipeline"]
        if row["area"] == area
    }
    return {stage: [found.get((stage, year), 0.0) for year in summary["years"]] for stage in STAGES}


def pipeline_totals(by_stage: Mapping[str, Sequence[Number]]) -> list[Number]:
    """All stages of each year together; None where no stage is known. [MW]"""
    years = zip(*by_stage.values(), strict=True)
    return [
        sum(known) if (known := [mw for mw in year if mw is not None]) else None for year in years
    ]


def pipeline_table(summary: Row, index: Index, names: Names) -> list[dict[str, Any]]:
    """Power listed over what the newest forecast holds, by area and year."""
    shown, years = table_years(summary["years"]), summary["years"]
    rows: list[dict[str, Any]] = []
    for area in area_order(summary):
        listed = dict(zip(years, pipeline_totals(pipeline_by_stage(summary, area)), strict=True))
        if area == REST or not any(listed.values()):
            continue
        held = {year: any_case(summary, index, area, year) for year in shown}
        cells = [{"mw": listed[y], "allowance": allowance_text(held[y])} for y in shown]
        rows.append({"name": name_of(area, names), "cells": cells})
    return rows


def stage_table(summary: Row) -> list[dict[str, Any]]:
    """Power of the country by stage and year."""
    by_stage = pipeline_by_stage(summary, JAPAN)
    places = [summary["years"].index(year) for year in table_years(summary["years"])]
    return [
        {"name": STAGES[stage], "values": [values[place] for place in places]}
        for stage, values in by_stage.items()
    ]
