"""The figure of a frontier: cost over the cheapest plan against what is left of the measure."""

import math
from collections.abc import Mapping
from typing import Any

from siting.frontier.texts import value_text
from siting.report_numbers import money
from siting.report_svg import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    WHITE,
    WIDTH,
    inline_svg,
    new_axes,
    new_figure,
    put_label,
    put_text,
    round_step,
)

Row = Mapping[str, Any]

LEFT, RIGHT, BOTTOM, TOP = 84, 14, 26, 18
PLOT_HEIGHT = 230
MARGIN_SHARE = 0.06


def draw_frontier(told: Row) -> str:
    """Points with their numbers, a line through them, a broken one at the least there can be."""
    points = told["points"]
    values = [row["value"] for row in points]
    extras = [row["extra_myen"] for row in points]
    figure = new_figure(PLOT_HEIGHT + BOTTOM + TOP)
    size = {"width": WIDTH - LEFT - RIGHT, "height": PLOT_HEIGHT}
    axes = new_axes(figure, left=LEFT, bottom=BOTTOM, **size)
    _bounds(axes, [*values, told["least_at_least"]], extras)
    _scales(axes)
    axes.axvline(told["least_at_least"], color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.plot(values, extras, color=ACCENT, linewidth=1.6)
    style = {"markersize": 9, "markeredgecolor": WHITE, "markeredgewidth": 1.0}
    axes.plot(values, extras, "o", color=ACCENT, clip_on=False, **style)
    _numbers(axes, points)
    return inline_svg(figure, "frontier")


def _bounds(axes: Any, values: list[float], extras: list[float]) -> None:
    """Room on all sides, also where all points are one."""
    for least, most, put in (
        (min(values), max(values), axes.set_xlim),
        (min(extras), max(extras), axes.set_ylim),
    ):
        wide = (most - least) or abs(most) or 1.0
        put(least - MARGIN_SHARE * wide, most + MARGIN_SHARE * wide)
    axes.set_xticks([])
    axes.set_yticks([])


def _scales(axes: Any) -> None:
    """Lines at round values, both ways."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    below = low - 18 / PLOT_HEIGHT * (high - low)
    for value in _round_values(left, right):
        axes.axvline(value, color=RULE, linewidth=0.8)
        shown = value_text(value).rstrip("0").rstrip(".")
        put_text(axes, value, below, shown or "0", ha="center", va="baseline")
    beside = left - 8 / (WIDTH - LEFT - RIGHT) * (right - left)
    for myen in _round_values(low, high):
        axes.axhline(myen, color=RULE, linewidth=0.8)
        put_label(axes, beside, myen, money(myen), ha="right", va="center_baseline")


def _round_values(low: float, high: float) -> list[float]:
    step = round_step((high - low) / 4)
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def _numbers(axes: Any, points: list[Row]) -> None:
    """Number of each point above it, or to its right where the next is close."""
    for row in points:
        put_text(
            axes,
            row["value"],
            row["extra_myen"] + 10 / PLOT_HEIGHT * (axes.get_ylim()[1] - axes.get_ylim()[0]),
            str(row["number"]),
            ha="center",
            va="bottom",
            color=INK,
        )
