"""Dot charts of shares by place: reserve margins and the use of interconnectors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siting.report_numbers import Number, percent
from siting.report_svg import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    RULE,
    WARN,
    WHITE,
    WIDTH,
    inline_svg,
    new_axes,
    new_figure,
    put_label,
    put_text,
    round_step,
)
from siting.report_words import Both, both

OTHER_COLOUR = "#4b6475"
ROW_HEIGHT = 26
NAME_WIDTH = 118
LONGEST_NAME = 18
OUTSIDE_WIDTH = 36
HEAD_HEIGHT = 22
BUSY_SHARE, TIGHT_SHARE = 0.6, 0.8
"""Use of an interconnector from which it counts as busy and as tight, as on the map. [-]"""

NOT_KNOWN = both("不明", "not known")

ROUNDING_SHARE = 5e-4
"""A margin this little below what is required is rounding."""


@dataclass(frozen=True, slots=True)
class Span:
    """One row of a dot chart: what was first, what is last, each with a point to start from."""

    name: Both
    first: Number
    last: Number
    first_origin: Number = None
    last_origin: Number = None


def draw_spans(
    name: str,
    spans: Sequence[Span],
    *,
    required: float | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> str:
    """Dots of the first and of the last year by place, on a line of shares; "" without rows.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    spans : sequence of Span
        Rows from the top. Values outside `bounds` are drawn at the edge, with their number.
    required : float, optional
        Share that must be reached; dots below it are red. Without it, high shares warn.
    bounds : tuple of float
        Shares at both ends. [-]
    """
    if not spans:
        return ""
    height = ROW_HEIGHT * len(spans)
    figure = new_figure(height + HEAD_HEIGHT + 4)
    width = WIDTH - NAME_WIDTH - OUTSIDE_WIDTH
    axes = new_axes(figure, left=NAME_WIDTH, bottom=4, width=width, height=height)
    axes.set_xlim(*bounds)
    axes.set_ylim(len(spans) - 0.5, -0.5)
    axes.set_yticks([])
    _share_scale(axes, bounds)
    if required is not None:
        axes.axvline(required, color=INK, linewidth=1.4)
    for row, span in enumerate(spans):
        _draw_span(axes, row, span, required=required, bounds=bounds)
    return inline_svg(figure, name)


def _draw_span(
    axes: Any, row: int, span: Span, *, required: float | None, bounds: tuple[float, float]
) -> None:
    """One row: name, dot of the first year, dot of the last year below it."""
    before = bounds[0] - 0.04 * (bounds[1] - bounds[0])
    name = {language: _shortened(text) for language, text in span.name.items()}
    put_label(axes, before, row, name, ha="right", va="center_baseline", color=INK)
    if span.first is None and span.last is None:
        middle = sum(bounds) / 2
        put_label(axes, middle, row, NOT_KNOWN, ha="center", va="center_baseline")
    first = _Look(MUTED, bounds, 5.0)
    last = _Look(_dot_colour(span.last, required), bounds, 7.0)
    _draw_dots(axes, row - 0.2, span.first, span.first_origin, first)
    _draw_dots(axes, row + 0.18, span.last, span.last_origin, last)
    if row:
        axes.axhline(row - 0.5, color=RULE, linewidth=0.6)


def _shortened(name: str) -> str:
    """A name that fits beside the dots; the tables have it in full."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a dot is drawn: colour, the line's ends, size."""

    colour: str
    bounds: tuple[float, float]
    size: float


def _draw_dots(axes: Any, y: float, share: Number, origin: Number, look: _Look) -> None:
    """One dot, with a line from a hollow one; outside the bounds a triangle with the number."""
    if share is None:
        return
    low, high = look.bounds
    if origin is not None:
        ends = [min(max(value, low), high) for value in (origin, share)]
        axes.plot(ends, [y, y], color=look.colour, linewidth=1.4, clip_on=False)
        hollow = {"markerfacecolor": WHITE, "markeredgewidth": 1.2}
        _draw_marker(axes, y, origin, look, size=look.size - 1.5, **hollow)
    _draw_marker(axes, y, share, look, size=look.size)
    outside = share if origin is None or share > high else origin
    if outside > high:
        beyond = high + 0.022 * (high - low)
        put_text(axes, beyond, y, percent(outside, 0), va="center_baseline", fontsize=9.5)


def _draw_marker(
    axes: Any, y: float, share: float, look: _Look, *, size: float, **style: Any
) -> None:
    """A dot at its place, or a triangle at the edge beyond which it lies."""
    low, high = look.bounds
    marker = "o" if low <= share <= high else (">" if share > high else "<")
    inside = min(max(share, low), high)
    style = {"markeredgecolor": look.colour} | style
    axes.plot(inside, y, marker, markersize=size, color=look.colour, clip_on=False, **style)


def _dot_colour(share: Number, required: float | None) -> str:
    """Red below what is required; without a requirement, the colours of ties on the map."""
    if share is None:
        return MUTED
    if required is not None:
        return BAD if share < required - ROUNDING_SHARE else ACCENT
    if share >= TIGHT_SHARE:
        return BAD
    return WARN if share >= BUSY_SHARE else OTHER_COLOUR


def _share_scale(axes: Any, bounds: tuple[float, float]) -> None:
    """Percent along the top."""
    step = round_step((bounds[1] - bounds[0]) / 5)
    first = math.ceil(bounds[0] / step - 1e-9)
    ticks = [step * i for i in range(first, math.floor(bounds[1] / step + 1e-9) + 1)]
    axes.set_xticks(ticks)
    axes.xaxis.grid(True, color=RULE, linewidth=0.8)
    for tick in ticks:
        put_text(axes, tick, -0.72, percent(tick, 0), ha="center", va="baseline", fontsize=10)
