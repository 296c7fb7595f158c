"""What has to be said of a user's zones and queue; nothing is changed for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from grid.zone_age import age_warnings
from grid.zones import located_zones
from siting.scenario import Scenario
from siting.zone_inputs import UserQueue, UserZones
from siting.zone_places import NO_STATION
from siting.zones_used import queue_used, zones_used

Notice = Mapping[str, Any]
"""`reason` (a word), `ja`, `en`, and `rows` where single zones are meant: all of them, of which the
texts name the first."""

MOST_NAMED = 5

WHY_LOST: Mapping[str, tuple[str, str]] = {
    "no_name": ("名称なし", "no name"),
    "no_station": ("該当なし", "no station like it"),
    "low_score": ("確信度不足", "not near enough"),
    "ambiguous": ("候補が複数", "fits several"),
}
"""Reasons of `grid.station_match.match_stations` in few words."""

NOTES: Sequence[tuple[str, str]] = (
    (r"not used: (.*)", r"使わなかった列: \1"),
    (r"area: from the utility", "エリアは事業者から補った"),
    (r"tso: the utility of the area", "事業者はエリアから補った"),
    (r"asset_type: from the ending .*", "設備種別は名称の末尾または見出しから補った"),
    (r"cap_basis (\w+): from the heading (.*)", r"根拠 \1 は見出し「\2」から補った"),
    (
        r"asset_name: (\d+) names that were blank or not alone told apart: (.*)",
        r"空または重複する名称 \1 件を区別した: \2",
    ),
    (
        r"(.*): (\d+) cells withheld or not stated \((.*)\), taken as not known",
        r"\1: 非公表または記載なし \2 件(\3)は不明とした",
    ),
    (r"additive_group (.*) is called (.*)", r"グループ「\1」のキーは \2"),
    (r"(\d+) lines above the headings left out", r"見出しより上の \1 行は読まない"),
)
"""Notes of `data.read_zones` as patterns, and what they are in Japanese."""


def find_notices(
    used: UserZones, queue: UserQueue | None, today: date | None = None
) -> tuple[Notice, ...]:
    """Everything to be said, in the order of weight.

    Parameters
    ----------
    used : UserZones
    queue : UserQueue or None
    today : date, optional
        Day of the study. Of zones shipped only those with a position are looked at: no place
        takes any other.
    """
    told = used.warnings
    if used.is_shipped:
        told = tuple(age_warnings(located_zones(used.zones), today=today or date.today()))
    return (*told, *_lost(used.lost), *_named(used.named), *_notes(used), *_unused(queue))


def own_notices(scenario: Scenario) -> tuple[Notice, ...]:
    """The notices of a scenario that names zones or a queue of its own; none for any other.

    Raises
    ------
    InputError
        A file cannot be used.
    """
    return find_notices(zones_used(scenario), queue_used(scenario)) if has_own(scenario) else ()


def has_own(scenario: Scenario) -> bool:
    """Whether the scenario names a file of zones or a queue."""
    headroom = scenario.headroom
    return headroom.zones_file is not None or headroom.queue_file is not None


def note_in_japanese(note: str) -> str:
    """A note of the reader in Japanese; one that is not known stays as it is.

    >>> note_in_japanese("not used: 備考")
    '使わなかった列: 備考'
    """
    for pattern, japanese in NOTES:
        if match := re.fullmatch(pattern, note, re.DOTALL):
            return match.expand(japanese)
    return f"ファイルの注記: {note}"


def _lost(lost: pd.DataFrame) -> Iterator[Notice]:
    """Zones without a place: classes of a map by number, others with the nearest names."""
    if lost.empty:
        return
    is_class = lost["reason"] == NO_STATION
    rows = _rows(lost[~is_class])
    if rows:
        yield {
            "reason": "not_located",
            "ja": f"位置が分からず候補地に使えないゾーン{len(rows)}件: "
            + _first([_guess(row, 0) for row in rows], 0),
            "en": f"{len(rows)} zones without a position, which serve no place: "
            + _first([_guess(row, 1) for row in rows], 1),
            "rows": rows,
        }
    if count := int(is_class.sum()):
        yield {
            "reason": "no_substation",
            "ja": f"変電所を示さない区分のゾーン{count}件は候補地に使わない",
            "en": f"{count} zones are classes of a map without a substation and serve no place",
        }


def _guess(row: Mapping[str, Any], language: int) -> str:
    """A zone, why it has no place, and the best guesses with their scores."""
    why = WHY_LOST[row["reason"]][language]
    near = f": {row['guesses']}" if row["guesses"] else ""
    return f"{row['zone']} [{why}{near}]"


def _named(named: pd.DataFrame) -> Iterator[Notice]:
    """Zones placed by name, with the score."""
    rows = _rows(named)
    texts = [f"{row['zone']} = {row['station_name']} ({row['score']:.2f})" for row in rows]
    if rows:
        yield {
            "reason": "located_by_name",
            "ja": f"名称の一致で位置を補ったゾーン{len(rows)}件(一致度): {_first(texts, 0)}",
            "en": f"{len(rows)} zones placed by their names (score): {_first(texts, 1)}",
            "rows": rows,
        }


def _notes(used: UserZones) -> Iterator[Notice]:
    for note in used.notes:
        ja, en = note_in_japanese(note), f"zones file: {note}"
        yield {"reason": "note", "ja": f"ゾーンのファイル: {ja}", "en": en}


def _unused(queue: UserQueue | None) -> Iterator[Notice]:
    if queue is not None and queue.unused:
        listed = ", ".join(queue.unused)
        yield {
            "reason": "unused",
            "ja": f"申込み一覧で使わなかった列・シート: {listed}",
            "en": f"queue: columns and sheets not used: {listed}",
        }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _first(texts: Sequence[str], language: int) -> str:
    """The first few, and how many more there are."""
    more = len(texts) - MOST_NAMED
    rest = (f" ほか{more}件", f" and {more} more")[language] if more > 0 else ""
    return ", ".join(texts[:MOST_NAMED]) + rest
