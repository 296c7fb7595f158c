"""The verdict of the forecast check in plain words: how far over, from when, because of whom."""

from collections.abc import Iterable, Sequence
from typing import Any

from siting.loads_report_view import (
    JAPAN,
    Index,
    Names,
    Row,
    area_order,
    case_order,
    last_year,
    least_over_mw,
    mw_text,
    name_of,
    room_mw,
    verdict_of,
)
from siting.loads_words import CASES, VERDICTS, loads_word
from siting.report_numbers import number
from siting.report_words import Both, both

NAMED = 3
"""Applications that a card names; the section of the largest ones has more."""


def firsts_of(summary: Row, vintages: Sequence[str]) -> list[Row]:
    """Areas and cases that exceed one of these forecasts."""
    return [row for row in summary["firsts"] if row["vintage"] in vintages]


def cards(summary: Row, index: Index, names: Names) -> list[dict[str, Any]]:
    """One card a case: verdict, sentences, and the applications behind it."""
    return [_card(summary, index, case, names) for case in case_order(summary["cases"])]


def _card(summary: Row, index: Index, case: str, names: Names) -> dict[str, Any]:
    """The verdict of one case on the newest forecast."""
    firsts = [row for row in firsts_of(summary, [summary["newest"]]) if row["case"] == case]
    own = {row["area"]: row for row in firsts}
    rows = known_rows(summary, index, case)
    state = "exceeds" if own else _state_of(rows)
    japan = _japan_over(own[JAPAN], index) if JAPAN in own else _japan_within(rows)
    areas = [area for area in area_order(summary) if area in own and area != JAPAN]
    return {
        "case": CASES.get(case, loads_word(case)),
        "state": state,
        "verdict": VERDICTS[state],
        "sentences": [japan, _areas_sentence(areas, own, names)],
        "named": _named(summary, own, case),
    }


def known_rows(summary: Row, index: Index, case: str) -> list[Row]:
    """The country's rows of one case that the newest forecast lets one judge."""
    rows = (index.get((JAPAN, summary["newest"], case, year)) for year in summary["years"])
    return [row for row in rows if row is not None and verdict_of(row) != "unknown"]


def _state_of(rows: Sequence[Row]) -> str:
    """Verdict over all years, none of which is exceeded; years without anything say nothing."""
    if not rows:
        return "unknown"
    listed = [row for row in rows if row["additions_mw"] != 0]
    return "inside" if listed and all(verdict_of(row) == "inside" for row in listed) else "fits"


def _japan_over(first: Row, index: Index) -> Both:
    """From when and by how much the country is over, in power and energy."""
    start, worst = first["first_fiscal_year"], first["worst_fiscal_year"]
    row = index.get((JAPAN, first["vintage"], first["case"], worst))
    mw = mw_text(least_over_mw(row) if row else first["worst_over_mw"])
    energy = _energy(_energy_row(index, first))
    return both(
        f"全国では{start}年度から超え、もっとも大きい{worst}年度の超過は{mw}です。{energy['ja']}",
        f"Japan is over from FY{start}, by most in FY{worst}: {mw}. {energy['en']}",
    )


def _energy_row(index: Index, first: Row) -> Row | None:
    """The country's row with the most energy over; a forecast gives energy for few years only."""
    key = (JAPAN, first["vintage"], first["case"])
    rows = [row for place, row in index.items() if place[:3] == key and row["over_gwh"] is not None]
    return max(rows, key=lambda row: row["over_gwh"], default=None)


def _energy(row: Row | None) -> Both:
    """Energy beside the power, or that no forecast of it is published."""
    if row is None:
        return both("電力量は想定の値がなく不明です。", "Energy: the forecast gives no figure.")
    gwh, year = f"{number(row['over_gwh'])}\u00a0GWh", row["fiscal_year"]
    if not row["over_gwh"]:
        return both(f"電力量は{year}年度も収まります。", f"Energy stays within it in FY{year}.")
    return both(f"電力量の超過は{year}年度に{gwh}です。", f"Energy is over by {gwh} in FY{year}.")


def _japan_within(rows: Sequence[Row]) -> Both:
    """How near the country comes to the forecast."""
    if not rows:
        return both(
            "全国の想定値がないため判定できません。",
            "There is no national figure to judge by.",
        )
    tight = tightest(rows)
    if tight is None or _state_of(rows) == "inside":
        return both(
            "全国では、この数え方の申込はすべて想定に計上済みです。",
            "In Japan as a whole the forecast already holds all that this case counts.",
        )
    year, mw = tight["fiscal_year"], mw_text(room_mw(tight))
    return both(
        f"全国では収まります。余裕がもっとも小さいのは{year}年度の{mw}です。",
        f"Japan stays within it; the least room is {mw} in FY{year}.",
    )


def tightest(rows: Iterable[Row]) -> Row | None:
    """The row with the least room that is known."""
    known = [row for row in rows if room_mw(row) is not None]
    return min(known, key=lambda row: room_mw(row) or 0.0, default=None)


def _areas_sentence(areas: Sequence[str], own: dict[str, Row], names: Names) -> Both:
    """Which areas are over, from when and by how much."""
    if not areas:
        return both("超えるエリアはありません。", "No area is over.")
    parts = []
    for area in areas:
        name, row = name_of(area, names), own[area]
        year, mw = row["first_fiscal_year"], mw_text(row["worst_over_mw"])
        text = both(f"{name['ja']}（{year}年度から、+{mw}）", f"{name['en']} (FY{year}, +{mw})")
        parts.append(text)
    ja, en = "、".join(p["ja"] for p in parts), ", ".join(p["en"] for p in parts)
    return both(f"エリア別では{ja}が超えます。", f"By area: {en}.")


def _named(summary: Row, own: dict[str, Row], case: str) -> list[Row]:
    """Largest applications behind the country's excess, else behind the first area's."""
    area = next((area for area in area_order(summary) if area in own), None)
    rows = [
        row
        for row in summary["contributors"]
        if (row["area"], row["vintage"], row["case"]) == (area, summary["newest"], case)
    ]
    return sorted(rows, key=lambda row: row["rank"])[:NAMED]


def tiles(summary: Row, index: Index) -> dict[str, Any]:
    """Figures of the country in the last year, one row a case."""
    last = last_year(summary, index)
    cases = [
        {"case": CASES.get(case, loads_word(case)), "row": row, "state": verdict_of(row)}
        for case in case_order(summary["cases"])
        for row in [index.get((JAPAN, summary["newest"], case, last))]
    ]
    return {"year": last, "cases": cases, "widest": cases[-1]["row"] if cases else None}
