"""Parts of an explanation as pages show them, cell by cell."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.explain.terminal import site_lines
from siting.explain.texts import check_text, extra_text, price_text
from siting.explain.words import STATUS, differs
from siting.report_numbers import money
from siting.report_words import Both, both

Row = Mapping[str, Any]

GROUPS = ("always", "sometimes", "undecided", "never")
"""Order of the strip."""


def in_both(tell: Any, *values: Any) -> Both:
    """A line told in both languages."""
    return both(tell(*values, "ja"), tell(*values, "en"))


def price_rows(rows: Sequence[Row], most: int) -> list[Row]:
    """Rows with the length of their bar, the dearest filling its cell; for each unit its own."""
    dearest: dict[str, float] = {}
    for row in rows:
        unit = row["per"]["en"]
        dearest[unit] = max(dearest.get(unit, 0.0), row["worth_myen"])
    return [
        {
            **row,
            "percent": _percent(row["worth_myen"], dearest[row["per"]["en"]]),
            "price": price_text(row["worth_myen"]),
            "check_text": check_text(row),
        }
        for row in rows[:most]
    ]


def _percent(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 1) if whole > 0.0 else 0.0


def site_view(sites: Row | None) -> Row | None:
    """Sites by status with what each costs, and the other plans; None where none were asked."""
    if sites is None:
        return None
    rows = [site_row(row, sites) for row in sites["rows"] if row["status"] != "not_asked"]
    lines = list(zip(site_lines(sites, "ja"), site_lines(sites, "en"), strict=True))
    return {
        **sites,
        "rows": rows,
        "groups": [
            {
                "status": status,
                "word": STATUS[status],
                "sites": [row for row in rows if row["status"] == status],
            }
            for status in GROUPS
            if sites["counts"][status]
        ],
        "lines": [both(ja, en) for ja, en in lines],
        "percent": f"{sites['within_percent']:g}",
        "plans": [
            {**plan, "extra": money(plan["extra_myen"]), "differs": differs(plan)}
            for plan in sites["plans"]
        ],
    }


def site_row(row: Row, sites: Row) -> Row:
    """A site with its status in words and what a plan with and without it costs more."""
    return {
        **row,
        "word": STATUS[row["status"]],
        "with": extra_text(row, "with", sites),
        "without": extra_text(row, "without", sites),
    }
