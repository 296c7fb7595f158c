"""Pictures of ranks: a dot and a range on a logarithmic scale, as places in percent."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_numbers import UNKNOWN, number

Row = Mapping[str, Any]


def rank_scale(sites: Sequence[Row]) -> float:
    """Last rank that the pictures of ranks must reach."""
    ranks = [site[key] for site in sites for key in ("rank", "rank_p95") if site[key] is not None]
    return float(max(ranks, default=2))


def rank_place(rank: float, scale: float) -> float:
    """Place of a rank between left and right, by its logarithm. [-]

    >>> rank_place(1, 100), rank_place(10, 100), rank_place(100, 100)
    (0.0, 0.5, 1.0)
    """
    if scale <= 1:
        return 0.0
    return min(1.0, max(0.0, math.log(max(rank, 1.0)) / math.log(scale)))


def rank_picture(site: Row, scale: float) -> dict[str, Any]:
    """Range and dot of a rank, in percent of the width; no range where weights were not drawn."""
    low, high = site["rank_p5"], site["rank_p95"]
    dot = 100 * rank_place(site["rank"], scale)
    if low is None or high is None:
        return {"dot": dot, "left": None, "width": None, "text": UNKNOWN}
    left = 100 * rank_place(low, scale)
    width = 100 * rank_place(high, scale) - left
    text = number(low) if low == high else f"{number(low)}–{number(high)}"
    return {"dot": dot, "left": left, "width": width, "text": text}


def rank_ticks(scale: float) -> list[dict[str, Any]]:
    """Ranks written above the pictures: 1, 10, 100 and so on."""
    powers = [10.0**power for power in range(6) if 10.0**power <= scale]
    return [{"text": number(rank), "left": 100 * rank_place(rank, scale)} for rank in powers]
