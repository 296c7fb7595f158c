"""What an answer rests on and does not know, in both languages."""

from typing import Any

import numpy as np

from data.network import Network
from data.osm_network_injections import LOAD_SOURCE
from siting.headroom.run import HeadroomAnswer
from siting.headroom.zones import Derived
from siting.report_words import Both, both

MOST_KEYS = 3


def assumption_rows(network: Network) -> list[dict[str, Any]]:
    """Values that were not in the file but assumed, one row for each kind and source."""
    rows = []
    for (table, column, source), part in network.assumed.groupby(
        ["table", "column", "source"], sort=False
    ):
        keys = ", ".join(map(str, part["key"].head(MOST_KEYS)))
        more = f" + {len(part) - MOST_KEYS}" if len(part) > MOST_KEYS else ""
        rows.append(
            {
                "field": f"{table}.{column}",
                "value": len(part),
                "unit": "-",
                "ja": f"{source} ({keys}{more})",
                "en": f"{source} ({keys}{more})",
                "confidence": "assumed",
            }
        )
    return rows


def unknown_texts(answer: HeadroomAnswer, derived: Derived) -> list[dict[str, str]]:
    """What the figures do not say, most important first."""
    case, buses = answer.case, answer.network.buses
    unrated = int(np.isnan(case.grid.rating_mw).sum())
    nowhere = int((~buses[["lat", "lon"]].notna().all(axis=1)).sum())
    told = [
        both(
            "電圧・無効電力・安定度・短絡は見ていない(直流法の潮流のみ)",
            "Voltage, reactive power, stability, short circuit: not looked at (DC power flow)",
        )
    ]
    if unrated:
        told.append(
            both(
                f"定格不明の設備 {unrated}: 制約にならないものとして扱った",
                f"{unrated} branches without rating: taken as never binding",
            )
        )
    unsized = int(np.isnan(case.generators.max_mw).sum())
    if unsized:
        told.append(
            both(
                f"最大出力不明の発電機 {unsized}: 停止後も含め制約にならないものとして扱った",
                f"{unsized} generators without max_mw: taken as never limiting, after outages too",
            )
        )
    if nowhere:
        told.append(both(f"位置不明の地点 {nowhere}", f"{nowhere} buses without a place"))
    # A load that a file states as assumed is some load; only those of a map are none at all.
    unloaded = int(answer.network.assumed["source"].eq(LOAD_SOURCE).sum())
    if unloaded:
        told.insert(0, _load_text(unloaded, len(buses)))
    told += list(_zone_texts(derived))
    return [dict(each) for each in told]


def _load_text(unloaded: int, buses: int) -> Both:
    """Said first: without load such figures are those of empty wires."""
    return both(
        f"負荷の分からない地点 {unloaded} / {buses}: 0 と仮定した。数字は空の設備の容量で、"
        "実際の空き容量ではない",
        f"Load of {unloaded} of {buses} buses: assumed to be 0, so the figures are the capacity of "
        "empty wires, not real headroom",
    )


def _zone_texts(derived: Derived) -> list[Both]:
    out = derived.left_out
    texts = {
        "no_area": both(
            f"供給エリアが分からずゾーンにしない地点 {out.get('no_area', 0)}",
            f"{out.get('no_area', 0)} buses in no known supply area: no zone",
        ),
        "no_figure": both(
            f"上限が見つからずゾーンにしない地点 {out.get('no_figure', 0)}",
            f"{out.get('no_figure', 0)} buses without any limit found: no zone",
        ),
        "infeasible": both(
            "基準ケースが成り立たないため、ゾーンは作らない",
            "No zones, since the base case is infeasible",
        ),
    }
    return [text for reason, text in texts.items() if out.get(reason)]
