"""What a reader of the forecast check must see first: exceeded, not to be judged, or all well."""

from collections.abc import Iterable, Sequence
from typing import Any

from siting.loads_report_verdict import firsts_of, known_rows, tightest
from siting.loads_report_view import (
    JAPAN,
    Index,
    Names,
    Row,
    any_case,
    area_order,
    case_order,
    covered,
    last_year,
    mw_text,
    name_of,
    room_mw,
    short_case,
    verdict_of,
    vintage_order,
)
from siting.loads_words import loads_word
from siting.report_words import Both, both

Alarm = dict[str, Any]
"""Keys `level` (bad, warn or calm), `title` and `lines`, the two latter in both languages."""


def find_boxes(summary: Row, index: Index, names: Names) -> list[Alarm]:
    """What a reader must see first: exceeded, exceeded before, not to be told, or all well."""
    newest, older = (
        firsts_of(summary, [summary["newest"]]),
        firsts_of(summary, vintage_order(summary)[1:]),
    )
    unknown = unknown_areas(summary, index)
    boxes = [
        _box("bad", _exceeds_title(summary), _over_lines(summary, newest, names)),
        _box("warn", _older_title(), _older_lines(summary, older, names)),
        _box("warn", _unknown_title(), _unknown_lines(unknown, index, summary, names)),
    ]
    if not newest and japan_known(summary, index):
        boxes.insert(0, _box("calm", _calm_title(summary), [_calm_line(summary, index)]))
    return [box for box in boxes if box["lines"]]


def _box(level: str, title: Both, lines: Iterable[Both]) -> Alarm:
    """One box with its lines."""
    return {"level": level, "title": title, "lines": list(lines)}


def _exceeds_title(summary: Row) -> Both:
    newest = summary["newest"]
    return both(
        f"最新のOCCTO想定（{newest}）を超えます",
        f"The list exceeds OCCTO's newest forecast ({newest})",
    )


def _older_title() -> Both:
    return both("以前の想定も超えます", "Earlier forecasts are exceeded too")


def _unknown_title() -> Both:
    return both(
        "想定に値がなく、判定できないエリアがあります",
        "Some areas cannot be judged: the forecast gives no figure",
    )


def _calm_title(summary: Row) -> Both:
    newest = summary["newest"]
    return both(
        f"最新のOCCTO想定（{newest}）を超えるエリアはありません",
        f"No area exceeds OCCTO's newest forecast ({newest})",
    )


def _over_lines(summary: Row, firsts: Sequence[Row], names: Names) -> list[Both]:
    """A line an area, its cases from the narrowest on."""
    lines = []
    for area in area_order(summary):
        own = {row["case"]: row for row in firsts if row["area"] == area}
        parts = [_over_part(own[case]) for case in case_order(own)]
        if parts:
            name = name_of(area, names)
            ja, en = "、".join(p["ja"] for p in parts), "; ".join(p["en"] for p in parts)
            lines.append(both(f"{name['ja']}：{ja}", f"{name['en']}: {en}"))
    return lines


def _over_part(first: Row) -> Both:
    """From when one case is over, and by how much at most."""
    case, mw = loads_word(first["case"]), mw_text(first["worst_over_mw"])
    start, worst = first["first_fiscal_year"], first["worst_fiscal_year"]
    return both(
        f"{case['ja']}は{start}年度から（最大+{mw}、{worst}年度）",
        f"{_small(case['en'])} from FY{start} (up to +{mw}, FY{worst})",
    )


def _older_lines(summary: Row, firsts: Sequence[Row], names: Names) -> list[Both]:
    """A line an earlier forecast: which areas, and in which cases."""
    lines = []
    for vintage in vintage_order(summary)[1:]:
        own = [(row["area"], row["case"]) for row in firsts if row["vintage"] == vintage]
        parts = [
            _older_part(name_of(area, names), [case for place, case in own if place == area])
            for area in area_order(summary)
            if area in dict(own)
        ]
        if parts:
            ja, en = "、".join(p["ja"] for p in parts), ", ".join(p["en"] for p in parts)
            lines.append(both(f"{vintage}想定：{ja}", f"{vintage}: {en}"))
    return lines


def _older_part(name: Both, cases: Iterable[str]) -> Both:
    """An area with the cases that are over there."""
    short = [short_case(case) for case in case_order(cases)]
    ja, en = "・".join(case["ja"] for case in short), " and ".join(case["en"] for case in short)
    return both(f"{name['ja']}（{ja}）", f"{name['en']} ({en})")


def unknown_areas(summary: Row, index: Index) -> list[str]:
    """Areas with something listed that the newest forecast does not let one judge."""
    years = [year for year in summary["years"] if covered(summary, index, year)]
    pairs = [(case, year) for case in summary["cases"] for year in years or summary["years"]]
    newest = summary["newest"]
    found = []
    for area in area_order(summary):
        rows = [index.get((area, newest, *pair)) for pair in pairs]
        if any(row and verdict_of(row) == "unknown" and row["additions_mw"] for row in rows):
            found.append(area)
    return found


def _unknown_lines(areas: Sequence[str], index: Index, summary: Row, names: Names) -> list[Both]:
    """One line with all of them and what is listed there at the end."""
    if not areas:
        return []
    last, case = last_year(summary, index), case_order(summary["cases"])[-1]
    parts = []
    for area in areas:
        row = index.get((area, summary["newest"], case, last))
        mw, name = mw_text(row["additions_mw"] if row else None), name_of(area, names)
        parts.append(both(f"{name['ja']} {mw}", f"{name['en']} {mw}"))
    ja, en = "、".join(p["ja"] for p in parts), ", ".join(p["en"] for p in parts)
    named = loads_word(case)
    return [
        both(f"{ja}（{named['ja']}、{last}年度）", f"{en} ({_small(named['en'])}, FY{last})"),
        both(
            "OCCTOのエリア別の値を表で渡すと判定できます（--area-table）。",
            "OCCTO's figures by area, given as a table, let one judge them (--area-table).",
        ),
    ]


def japan_known(summary: Row, index: Index) -> bool:
    """Whether the newest forecast gives the country a figure in any year."""
    rows = (any_case(summary, index, JAPAN, year) for year in summary["years"])
    return any(row is not None and verdict_of(row) != "unknown" for row in rows)


def _calm_line(summary: Row, index: Index) -> Both:
    """How near the country comes in the widest case."""
    tight = tightest(known_rows(summary, index, case_order(summary["cases"])[-1]))
    if tight is None:
        return both("挙げたものは計上済みです。", "All that is listed is already counted.")
    year, mw = tight["fiscal_year"], mw_text(room_mw(tight))
    return both(
        f"全件を数えても、全国の余裕はもっとも小さい{year}年度で{mw}です。",
        f"Even with all applications Japan keeps {mw} of room in its tightest year, FY{year}.",
    )


def _small(text: str) -> str:
    """A name inside an English sentence."""
    return text[:1].lower() + text[1:]
