"""Charts of a screening: how the open land scores, and how a criterion turns values into scores."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from siting.report_numbers import number
from siting.report_svg import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    UNITS_PER_INCH,
    WIDTH,
    inline_svg,
    new_axes,
    new_figure,
    put_label,
    put_text,
    round_step,
)
from siting.report_words import both
from siting.screen.amounts import rough

SOFT = "#8cc3df"
HEIGHT = 250
LEFT, BOTTOM, TOP, RIGHT = 54, 38, 34, 10
SHAPE_WIDTH, SHAPE_HEIGHT = 250, 112
SHAPE_LEFT, SHAPE_BOTTOM = 26, 34
MOST_VALUE_LABELS = 5
MARKED = ("5", "50", "95")
"""Percentiles that stand in the picture; the table has all of them."""

Number = float | None


def draw_scores(
    edges: Sequence[float], km2: Sequence[Number], percentiles: Mapping[str, Number]
) -> str:
    """Open land by score as bars, with lines at percentiles; "" without any land.

    Parameters
    ----------
    edges : sequence of float, length bars + 1
        Scores between the bars. [-]
    km2 : sequence of float or None
        Open land of each bar. [km2]
    percentiles : mapping
        Score by percentile ("5", "50", "95"); unknown ones are left out. [-]
    """
    heights = [value or 0.0 for value in km2]
    if not heights or max(heights) <= 0:
        return ""
    figure = new_figure(HEIGHT)
    size = {"width": WIDTH - LEFT - RIGHT, "height": HEIGHT - BOTTOM - TOP}
    axes = new_axes(figure, left=LEFT, bottom=BOTTOM, **size)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.04 * max(heights))
    widths = [after - before for before, after in pairwise(edges)]
    style = {"align": "edge", "color": SOFT, "edgecolor": "#ffffff", "linewidth": 0.8}
    axes.bar(edges[:-1], heights, widths, **style)
    _area_scale(axes, max(heights))
    _score_scale(axes, edges[0], edges[-1])
    _mark_percentiles(axes, percentiles)
    return inline_svg(figure, "scores")


def _area_scale(axes: Any, top: float) -> None:
    """Round steps of area at the left."""
    step = round_step(top / 4)
    ticks = [step * place for place in range(int(top / step + 1e-9) + 1)]
    axes.set_yticks(ticks)
    axes.yaxis.grid(True, color=RULE, linewidth=0.8)
    axes.axhline(0, color=MUTED, linewidth=0.9)
    before = -across(axes, 6)
    for tick in ticks:
        put = {"ha": "right", "va": "center_baseline", "transform": axes.get_yaxis_transform()}
        put_text(axes, before, tick, f"{tick:,.6g}", **put)
    style = {"ha": "right", "va": "baseline", "transform": axes.transAxes}
    put_text(axes, before, 1 + up(axes, 10), "km²", **style)


def _score_scale(axes: Any, low: float, high: float) -> None:
    """Scores below the bars."""
    place = axes.get_xaxis_transform()
    for step in range(5):
        at = low + (high - low) * step / 4
        put = {"ha": "center", "va": "baseline", "transform": place}
        put_text(axes, at, -up(axes, 14), f"{at:.3g}", **put)
    text = both("点数", "score")
    style = {"ha": "center", "va": "baseline", "transform": place}
    put_label(axes, (low + high) / 2, -up(axes, 29), text, **style)


def _mark_percentiles(axes: Any, percentiles: Mapping[str, Number]) -> None:
    """Lines at a few percentiles, their names in two rows so that near ones stay apart."""
    low, high = axes.get_xlim()
    for row, key in enumerate(MARKED):
        score = percentiles.get(key)
        if score is None:
            continue
        axes.axvline(score, color=ACCENT if key == "50" else INK, linewidth=1.4, linestyle="-")
        above = 1 + up(axes, 5 + 12 * (row % 2))
        edge = "left" if score < low + 0.1 * (high - low) else "right" if score > 0.9 * high else ""
        style = {"ha": edge or "center", "va": "baseline", "fontsize": 10.5, "color": INK}
        put = style | {"transform": axes.get_xaxis_transform()}
        put_text(axes, score, above, f"P{key} {number(score, 2)}", **put)


def up(axes: Any, units: float) -> float:
    """Units of the figure as a share of the height of `axes`."""
    return float(units * axes.figure.dpi / UNITS_PER_INCH / axes.bbox.height)


def across(axes: Any, units: float) -> float:
    """Units of the figure as a share of the width of `axes`."""
    return float(units * axes.figure.dpi / UNITS_PER_INCH / axes.bbox.width)


def draw_shape(name: str, corners: Sequence[Sequence[float]], unit: str) -> str:
    """How a criterion turns a value into a score: a broken line, flat outside its corners.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    corners : sequence of (value, score)
        Corner points, in any order. [unit, -]
    unit : str
        Unit of the value.
    """
    points = sorted((float(value), float(score)) for value, score in corners)
    if not points:
        return ""
    figure = new_figure(SHAPE_HEIGHT, SHAPE_WIDTH)
    size = {"width": SHAPE_WIDTH - SHAPE_LEFT - 14, "height": SHAPE_HEIGHT - SHAPE_BOTTOM - 10}
    axes = new_axes(figure, left=SHAPE_LEFT, bottom=SHAPE_BOTTOM, **size)
    low, high = points[0][0], points[-1][0]
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(-0.04, 1.06)
    line = [(low - room, points[0][1]), *points, (high + room, points[-1][1])]
    xs, ys = zip(*line, strict=True)
    axes.fill_between(xs, ys, color=SOFT, alpha=0.35, linewidth=0)
    axes.plot(xs, ys, color=ACCENT, linewidth=2)
    axes.plot(*zip(*points, strict=True), "o", color=ACCENT, markersize=4.5)
    _shape_scales(axes, [x for x, _ in points], unit)
    return inline_svg(figure, name)


def _shape_scales(axes: Any, values: Sequence[float], unit: str) -> None:
    """0 and 1 at the left, the corners' values below, as many as keep apart."""
    for score in (0, 1):
        axes.axhline(score, color=MUTED if score == 0 else RULE, linewidth=0.8)
        put = {"ha": "right", "va": "center_baseline", "transform": axes.get_yaxis_transform()}
        put_text(axes, -across(axes, 5), score, str(score), **(put | {"fontsize": 10.5}))
    below = {"va": "baseline", "transform": axes.get_xaxis_transform(), "fontsize": 10.5}
    for value in apart(values, *axes.get_xlim()):
        put_text(axes, value, -up(axes, 13), rough(value, 3), ha="center", **below)
    if unit not in ("", "-"):
        middle = sum(axes.get_xlim()) / 2
        put_text(axes, middle, -up(axes, 27), unit, ha="center", **below)


def apart(values: Sequence[float], low: float, high: float) -> list[float]:
    """Values that keep a fifth of the width between them; the first and the last always stay.

    Examples
    --------
    >>> apart([0, 1, 5, 20], 0, 20)
    [0, 5, 20]
    """
    least = (high - low) / MOST_VALUE_LABELS
    last = values[-1]
    kept = [values[0]]
    for value in values[1:-1]:
        if value - kept[-1] >= least and last - value >= least:
            kept.append(value)
    return kept if last == kept[-1] else [*kept, last]
