"""Adequacy and the largest applications, as tables of the forecast check's report."""

from collections.abc import Mapping, Sequence
from typing import Any

from data.facts import read_fact
from siting.loads_report_view import Names, Row, area_order, case_order, name_of
from siting.loads_words import LIMITED_BY, NO_TIES, TIE_DIRECTIONS, basis_word, loads_word
from siting.report_dots import ROUNDING_SHARE
from siting.report_numbers import UNKNOWN, Number, percent
from siting.report_words import Both, both

UNTOLD = both(UNKNOWN, UNKNOWN)
WITHOUT = "none"
STANDARDS = ("h3", "h1")
SEASONS = ("summer", "winter")


def contributor_blocks(summary: Row, case: str, names: Names) -> list[dict[str, Any]]:
    """Largest applications in the worst year, one block an area that exceeds."""
    own = [
        row
        for row in summary["contributors"]
        if row["vintage"] == summary["newest"] and row["case"] == case
    ]
    blocks: list[dict[str, Any]] = []
    for area in area_order(summary):
        rows = sorted((row for row in own if row["area"] == area), key=lambda row: row["rank"])
        if rows:
            most = max(row["mw"] or 0.0 for row in rows) or 1.0
            bars = [dict(row) | {"bar": (row["mw"] or 0.0) / most} for row in rows]
            name, year = name_of(area, names), rows[0]["fiscal_year"]
            blocks.append({"name": name, "year": year, "rows": bars})
    return blocks


def adequacy_blocks(summary: Row, case: str, names: Names) -> list[dict[str, Any]]:
    """Margins and spare power of one case: one block an area, in the year that matters there."""
    found = {
        (r["area"], r["fiscal_year"], r["standard"], r["season"], r["case"]): r
        for r in summary["adequacy"]
    }
    arrows = tie_arrows(names)
    years = adequacy_years(summary, case)
    blocks: list[dict[str, Any]] = []
    for area in area_order(summary):
        keys = [(area, years.get(area), std, season) for std in STANDARDS for season in SEASONS]
        pairs = [(found.get((*key, WITHOUT)), found.get((*key, case))) for key in keys]
        rows = [_adequacy_row(before, after, arrows) for before, after in pairs if after]
        if rows:
            blocks.append({"name": name_of(area, names), "year": years[area], "rows": rows})
    return blocks


def adequacy_years(summary: Row, case: str) -> dict[str, int]:
    """Year shown by area: the first in which the newest forecast is exceeded, or the last."""
    firsts = {
        row["area"]: row["first_fiscal_year"]
        for row in summary["firsts"]
        if row["vintage"] == summary["newest"] and row["case"] == case
    }
    lasts: dict[str, int] = {}
    for row in summary["adequacy"]:
        lasts[row["area"]] = max(row["fiscal_year"], lasts.get(row["area"], row["fiscal_year"]))
    return {area: firsts.get(area, last) for area, last in lasts.items()}


def _adequacy_row(before: Row | None, after: Row, arrows: Mapping[Any, Both]) -> dict[str, Any]:
    """One standard and season, without and with the additions."""
    return {
        "standard": after["standard"],
        "season": loads_word(after["season"]),
        "required": after["required_share"],
        "after": after,
        "relieved": None if after["relieved_mw"] is None else -after["relieved_mw"],
        "tied_state": margin_state(after["tied_margin_share"], after["required_share"]),
        "margins": [margins_text(before), margins_text(after)],
        "binding": [tie_arrow(tie, arrows) for tie in after["binding"] or []],
        "limited_by": limit_of(after),
        "basis": basis_word(after["basis"]),
    }


def limit_of(row: Row) -> Both:
    """What holds the room down where no tie is named; a dash where the room is not known."""
    if row["spare_mw"] is None:
        return UNTOLD
    if row["area"] not in linked_areas():
        return NO_TIES
    return LIMITED_BY.get(str(row["limited_by"]), UNTOLD)


def linked_areas() -> set[str]:
    """Areas that any interconnector reaches."""
    ties = read_fact("ties")
    return {*ties["from_area"], *ties["to_area"]}


def margins_text(row: Row | None) -> str:
    """Margin of an area's own supply and with ties, in percent; a dash where neither is known."""
    shares = [row[key] for key in ("own_margin_share", "tied_margin_share")] if row else [None]
    if all(share is None for share in shares):
        return UNKNOWN
    return " → ".join(percent(share).removesuffix(" %") for share in shares)


def margin_state(share: Number, required: Number) -> str:
    """Whether a margin reaches what is required: low, fine, or unknown."""
    if share is None or required is None:
        return "unknown"
    return "low" if share < required - ROUNDING_SHARE else "fine"


def tie_arrows(names: Names) -> dict[tuple[str, str], Both]:
    """Interconnectors by the way the power goes, as `Tohoku → Tokyo`."""
    ties = read_fact("ties")
    found: dict[tuple[str, str], Both] = {}
    for tie, start, end in zip(ties["tie"], ties["from_area"], ties["to_area"], strict=True):
        for direction, a, b in (("forward", start, end), ("reverse", end, start)):
            ja, en = (f"{name_of(a, names)[x]} → {name_of(b, names)[x]}" for x in ("ja", "en"))
            found[tie, direction] = both(ja, en)
    return found


def tie_arrow(tie: Row, arrows: Mapping[Any, Both]) -> Both:
    """Name of one interconnector and direction; one that no table knows stands for itself."""
    key = (tie["tie"], tie["direction"])
    side = TIE_DIRECTIONS.get(tie["direction"]) or loads_word(tie["direction"])
    return arrows.get(key) or both(f"{tie['tie']}（{side['ja']}）", f"{tie['tie']} ({side['en']})")


def case_tabs(cases: Sequence[str]) -> list[str]:
    """Cases as tabs, the widest first: what may come must be seen before what is certain."""
    return case_order(cases)[::-1]
