"""The queue before the zones of a plan: what the report says of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from siting.report_answer import Row
from siting.report_numbers import UNKNOWN, Number, number
from siting.report_words import COUNTS, STANDINGS, Both, both, same

STATES: Mapping[str, str] = {"oversubscribed": "low", "full": "low", "uncertain": "tight"}

Told = dict[str, Any]


def queue_view(queue: Row | None) -> Told | None:
    """Published, held and left by zone; None where no list of applications is given.

    Parameters
    ----------
    queue : mapping or None
        Part `queue` of a summary.
    """
    if not queue:
        return None
    zones = sorted(queue["zones"], key=lambda row: (-(row["held_mw"] or 0.0), row["zone"]))
    outside = [_outside(row) for row in queue["outside"]]
    return {
        "count": COUNTS.get(queue["count"], same(queue["count"])),
        "applications": queue["applications"],
        "held_mw": sum(row["held_mw"] or 0.0 for row in zones),
        "year": max((row["fiscal_year"] for row in zones), default=None),
        "zones": [_zone(row) for row in zones] + [_shared(row) for row in queue.get("shared", ())],
        "outside": outside,
        "outside_mw": sum(row["contract_mw"] or 0.0 for row in outside),
    }


def _outside(row: Row) -> Told:
    """An application that no zone takes, with the zones it might have meant."""
    return {**row, "why": _reason(row["reason"]), "guesses": row.get("guesses") or ""}


def _reason(reason: object) -> Both:
    """A reason as a text or as a pair of texts."""
    return both(reason["ja"], reason["en"]) if isinstance(reason, Mapping) else same(reason)


def _zone(row: Row) -> Told:
    """One zone with its bar: what is held, surely left, perhaps left, and held beyond it."""
    return {
        "name": both(
            row["name_ja"] or row["zone"], row["name_en"] or row["name_ja"] or row["zone"]
        ),
        "standing": STANDINGS.get(row["standing"], same(row["standing"])),
        "state": STATES.get(row["standing"], ""),
        **_figures(row),
    }


def _shared(row: Row) -> Told:
    """A limit of several zones with what is held at all of them."""
    group = row["group"]
    name = both(f"ゾーン共通の上限 {group}", f"Joint limit of zones {group}")
    return {"name": name, "standing": None, "state": "", **_figures(row)}


def _figures(row: Row) -> Told:
    return {
        "published": (row["published_low_mw"], row["published_high_mw"]),
        "held_mw": row["held_mw"],
        "left": left_range(row["low_mw"], row["high_mw"]),
        "bar": bar_shares(row),
    }


def left_range(low_mw: Number, high_mw: Number) -> str:
    """What is left of a range; less than nothing is nothing.

    Examples
    --------
    >>> left_range(-40.0, 60.0), left_range(20.0, None), left_range(-9.0, -1.0)
    ('0–60', '≥ 20', '0')
    """
    ends = [None if mw is None else max(mw, 0.0) for mw in (low_mw, high_mw)]
    if ends == [None, None]:
        return UNKNOWN
    low, high = ends
    if high is None:
        return f"≥ {number(low)}"
    return number(high) if low in (None, high) else f"{number(low)}–{number(high)}"


def bar_shares(row: Row) -> list[tuple[str, float]]:
    """Parts of a zone's bar as shares: held, left, perhaps, over; none if nothing is published."""
    published = max(_known((row["published_low_mw"], row["published_high_mw"])), default=0.0)
    if not published:
        return []
    held = row["held_mw"] or 0.0
    left = max(row["low_mw"] or 0.0, 0.0)
    most = max(_known((row["low_mw"], row["high_mw"])), default=0.0)
    parts = {
        "held": min(held, published),
        "left": left,
        "perhaps": max(most - left, 0.0),
        "over": max(held - published, 0.0),
    }
    whole = sum(parts.values())
    return [(kind, mw / whole) for kind, mw in parts.items() if mw > 0]


def _known(values: Iterable[Number]) -> Sequence[float]:
    return [value for value in values if value is not None]
