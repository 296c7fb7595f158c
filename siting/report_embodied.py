"""Embodied carbon: what the report says of it, apart from the carbon of the draw."""

from collections.abc import Iterable
from typing import Any

from siting.report_answer import Row
from siting.report_numbers import number, percent
from siting.report_words import Both, both

Told = dict[str, Any]

PARTS: dict[str, Both] = {
    "servers": both("サーバー（IT電力あたり）", "Servers (per MW of IT power)"),
    "building": both(
        "建物・受変電・冷却（契約電力あたり）",
        "Building, power and cooling (per MW of contract power)",
    ),
}


Rows = Iterable[Row]


def embodied_view(embodied: Row | None, carbon: Rows, sources: Rows) -> Told | None:
    """Embodied carbon year by year; None where it is not asked for.

    Parameters
    ----------
    embodied : mapping or None
        Part `embodied` of a summary.
    carbon, sources : iterable of mappings
        Parts `carbon`, the location-based carbon it is set beside, and `sources`.
    """
    if not embodied or not embodied["years"]:
        return None
    titles = {row["source"]: f"{row['title']} ({row['publisher']})" for row in sources}
    drawn = {row["fiscal_year"]: row["t"] for row in carbon}
    last = embodied["years"][-1]
    return {
        "sentence": _sentence(last, drawn.get(last["fiscal_year"])),
        "counts": _where_it_counts(embodied),
        "in_cap": embodied["in_cap"],
        "parts": [
            {**row, "name": PARTS[row["part"]], "title": titles.get(row["source"], row["source"])}
            for row in embodied["parts"]
        ],
        "rows": [_row(row) for row in embodied["years"]],
    }


def _row(row: Row) -> Told:
    tonnes = ("servers_t", "building_t", "t", "standing_t", "capped_t", "cap_t")
    in_kt = {f"{key[:-1]}kt": _kt(row[key]) for key in tonnes}
    return {"fiscal_year": row["fiscal_year"], "t_per_mwh": row["t_per_mwh"], **in_kt}


def _kt(tonnes: float | None) -> float | None:
    return None if tonnes is None else tonnes / 1e3


def _sentence(last: Row, drawn_t: float | None) -> Both:
    """The last year, and how it compares with the carbon of the draw."""
    year, kt, per_mwh = last["fiscal_year"], number(last["t"] / 1e3, 1), last["t_per_mwh"]
    share = percent(last["t"] / drawn_t, 0) if drawn_t else ""
    of_ja, of_en = (
        (f"、使用電力のCO₂（ロケーション基準）に対して{share}", f", {share} of it on top")
        if share
        else ("", "")
    )
    return both(
        f"{year}年度の内包CO₂は年{kt} kt（使用量1 MWhあたり{number(per_mwh, 3)} t）{of_ja}です。",
        f"In FY{year} embodied CO₂ is {kt} kt a year ({number(per_mwh, 3)} t per MWh of draw): "
        f"it is no part of the location-based CO₂ of the draw{of_en}.",
    )


def _where_it_counts(embodied: Row) -> Both:
    ways = {
        (False, False): both(
            "上限にも炭素価格にも数えていません（参考値）。",
            "It counts neither against the cap nor for the carbon price: it is told, no more.",
        ),
        (True, False): both(
            "CO₂の上限には、使用電力のCO₂に加えて数えています。炭素価格はかけていません。",
            "The cap holds it with the CO₂ of the draw; no carbon price is paid on it.",
        ),
        (False, True): both(
            "炭素価格をかけています。CO₂の上限には数えていません。",
            "The carbon price is paid on it; it does not count against the cap.",
        ),
        (True, True): both(
            "CO₂の上限に、使用電力のCO₂に加えて数え、炭素価格もかけています。",
            "The cap holds it with the CO₂ of the draw, and the carbon price is paid on it.",
        ),
    }
    return ways[bool(embodied["in_cap"]), bool(embodied["in_price"])]
