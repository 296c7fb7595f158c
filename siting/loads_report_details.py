"""Figures behind the verdict of the forecast check, each with the range it lies in."""

from typing import Any

from siting.loads_report_view import (
    Index,
    Names,
    Row,
    case_order,
    is_loose,
    last_year,
    listed_areas,
    name_of,
    over_range,
    short_case,
    verdict_of,
)
from siting.loads_words import VERDICTS, basis_word
from siting.report_numbers import Number, mw_range, number


def detail_rows(summary: Row, index: Index, names: Names) -> list[dict[str, Any]]:
    """Figures behind the verdict on the newest forecast: one block an area, one row a case."""
    worst = {
        (row["area"], row["case"]): row["worst_fiscal_year"]
        for row in summary["firsts"]
        if row["vintage"] == summary["newest"]
    }
    last = last_year(summary, index)
    blocks: list[dict[str, Any]] = []
    for area in listed_areas(summary):
        keys = [(case, worst.get((area, case), last)) for case in case_order(summary["cases"])]
        rows = [index.get((area, summary["newest"], case, year)) for case, year in keys]
        own = [_detail(row) for row in rows if row is not None]
        blocks.append({"name": name_of(area, names), "rows": own})
    return [block for block in blocks if block["rows"]]


def _detail(row: Row) -> dict[str, Any]:
    """Figures of one area, case and year; a range stands alone where nothing else is known."""
    state = verdict_of(row)
    allowance = (row["allowance_low_mw"], row["allowance_high_mw"])
    return dict(row) | {
        "case_name": short_case(row["case"]),
        "state": state,
        "verdict_name": VERDICTS[state],
        "allowance": figure_with_range(row["allowance_mw"], allowance),
        "loose": state != "unknown" and is_loose(row),
        "over": _over(row, state),
        "basis_name": basis_word(row["basis"]),
    }


def _over(row: Row, state: str) -> list[str]:
    """MW above the forecast; its range only where it exceeds or nobody can tell."""
    if state in ("exceeds", "unknown"):
        return figure_with_range(row["over_mw"], over_range(row))
    return [number(row["over_mw"])]


def figure_with_range(value: Number, ends: tuple[Number, Number]) -> list[str]:
    """A figure, then its range where it has one; the range alone where there is no figure.

    Examples
    --------
    >>> figure_with_range(7620.0, (7615.0, 7625.0)), figure_with_range(None, (0.0, 3431.0))
    (['7,620', '7,615–7,625'], ['0–3,431'])
    >>> figure_with_range(20.0, (20.0, 20.0)), figure_with_range(None, (None, None))
    (['20'], ['—'])
    """
    if value is None:
        return [mw_range(*ends)]
    ranged = any(end is not None and end != value for end in ends)
    return [number(value), mw_range(*ends)] if ranged else [number(value)]
