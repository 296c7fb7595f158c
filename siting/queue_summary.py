"""The queue before the zones as the summary of a run shows it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from grid.queue import queue_weight, released_by_year_mw
from grid.zones import zone_keys
from siting.candidates import Candidates
from siting.scenario import Scenario
from siting.zone_inputs import ZoneQueue, sharing_by_key
from siting.zones_used import queue_rule

Row = dict[str, Any]

ZONE_COLUMNS = [
    "fiscal_year",
    "published_low_mw",
    "published_high_mw",
    "held_mw",
    "low_mw",
    "high_mw",
    "standing",
]
SHARED_COLUMNS = [
    "published_low_mw",
    "published_high_mw",
    "held_mw",
    "low_mw",
    "high_mw",
    "zones",
]

OUTSIDE: Mapping[str, tuple[str, str]] = {
    "no_name": ("接続点の記載なし", "names no connection point"),
    "no_station": ("一致するゾーンなし", "no zone of such a name"),
    "low_score": ("十分に一致するゾーンなし", "no zone whose name is near enough"),
    "ambiguous": ("複数のゾーンに一致", "fits more than one zone"),
}
"""Why an application reduces no zone, by the reasons of `grid.station_match.match_stations`."""


def queue_summary(scenario: Scenario, candidates: Candidates) -> Row | None:
    """Published, held and left of each zone in the last year; None without a queue.

    Zones that hold nothing and serve no place looked at are left out.

    Returns
    -------
    dict or None
        `count`, `applications` (how many), `share_by_stage` (chance by stage, where that counts),
        `zones`, the longest queue first, `shared` (limits of several zones, with what is held at
        all of them), `released` (what the three-year rule gives back, in full whatever the
        chance, by zone and year), and `outside`: applications that reduce nothing. [MW]
    """
    queue = candidates.queue
    if queue is None:
        return None
    count = scenario.headroom.queue_count
    shares = queue_rule(scenario).share_by_stage if count == "expected" else None
    return {
        "count": count,
        "applications": len(queue.placed) + len(queue.outside),
        "share_by_stage": shares,
        "zones": _zones(candidates, queue),
        "shared": _shared(queue),
        "released": _released(scenario, queue),
        "outside": [_outside(row) for row in _rows(queue.outside)],
    }


def _zones(candidates: Candidates, queue: ZoneQueue) -> list[Row]:
    left = queue.left
    last = left[left["fiscal_year"] == left["fiscal_year"].max()]
    served = set(candidates.table["zone"])
    shown = last[(last["held_mw"] > 0) | last["point"].isin(served)]
    ordered = shown.sort_values(["held_mw", "point"], ascending=[False, True], kind="stable")
    names = zone_names(candidates.zones)
    sharing = sharing_by_key(candidates.zones)
    return [
        {
            "zone": row["point"],
            **names[row["point"]],
            **{name: row[name] for name in ZONE_COLUMNS},
            "sharing": sharing[row["point"]],
        }
        for row in _rows(ordered)
    ]


def zone_names(zones: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Names of each zone by its key."""
    japanese = zones["asset_name"].fillna("")
    english = zones["name_en"].fillna(japanese)
    rows = zip(zone_keys(zones), japanese, english, strict=True)
    return {str(key): {"name_ja": str(ja), "name_en": str(en)} for key, ja, en in rows}


def _shared(queue: ZoneQueue) -> list[Row]:
    """Limits that several zones share, where any of them holds power, in the last year."""
    last = queue.shared.index.get_level_values("fiscal_year").max()
    table: Any = queue.shared.xs(last, level="fiscal_year")
    used = table[(table["zones"] > 1) & (table["held_mw"] > 0)].reset_index()
    figures = used.rename(columns={"sharing": "group"}).assign(fiscal_year=last)
    return _rows(figures[["group", "fiscal_year", *SHARED_COLUMNS]])


def _released(scenario: Scenario, queue: ZoneQueue) -> list[Row]:
    """By what counts at all, also in the years between two that are modelled."""
    rule, years = queue_rule(scenario), range(scenario.years.first, scenario.years.last + 1)
    counted = queue.placed[queue_weight(queue.placed, rule) > 0]
    given = released_by_year_mw(counted, years, rule)
    return _rows(given.rename(columns={"point": "zone"}))


def _rows(table: pd.DataFrame) -> list[Row]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _outside(row: Mapping[str, Any]) -> Row:
    ja, en = OUTSIDE[row["reason"]]
    point = row["connection_point"]
    return {
        "id": row["id"],
        "connection_point": point if isinstance(point, str) else "",
        "contract_mw": row["contract_mw"],
        "reason": {"word": row["reason"], "ja": ja, "en": en},
        "guesses": row["guesses"],
    }
