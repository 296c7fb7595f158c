"""Heat map of a share by typical day and hour."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.patches import Rectangle

from siting.report_numbers import Number
from siting.report_svg import (
    INK,
    MUTED,
    WHITE,
    WIDTH,
    inline_svg,
    new_axes,
    new_figure,
    put_label,
    put_text,
)
from siting.report_words import Both

ROW_HEIGHT = 19
NAME_WIDTH = 104
BELOW, ABOVE, BESIDE = 18, 6, 4

MOST_ROWS = 16
"""Days that have a row of full height each; more of them share the height of these."""

NAME_HEIGHT = 13
"""Least distance of two names, in units of the figure."""

SCALE = ("#c9a45c", "#f1ead6", "#9fd0a0", "#1d7a46")
"""Brown for nothing, pale at a third, light green at two thirds, dark green for all."""
UNKNOWN = "#e6e9ec"
SUNNY = "#e3a008"
STRIPS = 8
"""Parts of a cell of which the first is the mark of a sunny hour."""

DARK_FROM = 0.85
"""Share from which the numbers in the cells are white. [-]"""

MOST_NUMBERS = 8
"""Hours up to which a cell has room for its number."""

COLOURS = LinearSegmentedColormap.from_list("share", SCALE)

Colours = Sequence[Sequence[str]]
"""Colour by day and slice of the day."""


def colour_of(share: Number) -> str:
    """Colour of a share from 0 to 1."""
    return UNKNOWN if share is None else to_hex(COLOURS(min(max(share, 0.0), 1.0)))


def is_long(days: Sequence[Any]) -> bool:
    """Whether there are more days than can have a row of full height each."""
    return len(days) > MOST_ROWS


def draw_heat(
    name: str,
    days: Sequence[Both],
    hours: Sequence[int],
    shares: Sequence[Sequence[Number]],
) -> str:
    """A row for each day, a column for each slice of the day.

    Of many days the rows are thin, bear no numbers, and not every one is named.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    days : sequence of Both
        Names of the typical days, from the top down.
    hours : sequence of int
        First hour of each slice.
    shares : sequence of sequence of float or None
        Share by day and slice; None where nothing is drawn. [-]
    """
    colours = [[colour_of(share) for share in own] for own in shares]
    if is_long(days):
        return draw_long(name, days, hours, colours)
    figure, axes = _day_axes(days, hours, ROW_HEIGHT)
    for row, own in enumerate(shares):
        for column, share in enumerate(own):
            _draw_cell(axes, column, row, share, numbered=len(hours) <= MOST_NUMBERS)
    return inline_svg(figure, name)


def draw_long(
    name: str,
    days: Sequence[Both],
    hours: Sequence[int],
    colours: Colours,
    sunny: Sequence[Sequence[bool]] = (),
) -> str:
    """Thin rows of many days, as high together as `MOST_ROWS` full ones; some are named.

    The cells are one small picture: as shapes of their own those of a year would weigh megabytes.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    days : sequence of Both
        Names of the days, from the top down.
    hours : sequence of int
        First hour of each slice.
    colours : sequence of sequence of str
        By day and slice.
    sunny : sequence of sequence of bool, optional
        Cells with a mark at their left edge.
    """
    figure, axes = _day_axes(days, hours, ROW_HEIGHT * MOST_ROWS / len(days))
    cells = np.array([[to_rgb(colour) for colour in own] for own in colours])
    strips = np.repeat(cells, STRIPS, axis=1)
    if sunny:
        strips[:, ::STRIPS][np.array(sunny)] = to_rgb(SUNNY)
    area = (0, len(hours), len(days), 0)
    axes.imshow(strips, interpolation="none", aspect="auto", extent=area)
    axes.vlines(range(1, len(hours)), 0, len(days), color=WHITE, linewidth=0.8)
    return inline_svg(figure, name)


def _day_axes(days: Sequence[Both], hours: Sequence[int], row_height: float) -> tuple[Any, Any]:
    """Figure and axes with one unit for each day and slice, days and hours named where it fits."""
    height = row_height * len(days)
    figure = new_figure(height + BELOW + ABOVE)
    width = WIDTH - NAME_WIDTH - BESIDE
    axes = new_axes(figure, left=NAME_WIDTH, bottom=BELOW, width=width, height=height)
    axes.set_xlim(0, len(hours))
    axes.set_ylim(len(days), 0)
    for row in range(0, len(days), math.ceil(NAME_HEIGHT / row_height)):
        style = {"ha": "right", "va": "center_baseline", "fontsize": 11}
        put_label(axes, -0.02 * len(hours), row + 0.5, days[row], **style)
    for column, hour in enumerate(hours):
        if len(hours) <= MOST_NUMBERS or column % 3 == 0:
            style = {"ha": "center", "va": "baseline", "fontsize": 10, "color": MUTED}
            put_text(axes, column + 0.5, len(days) + 13 / row_height, f"{hour}", **style)
    return figure, axes


def _draw_cell(axes: Any, column: int, row: int, share: Number, *, numbered: bool) -> None:
    fill = colour_of(share)
    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=fill, edgecolor=WHITE, linewidth=0.8))
    if numbered and share is not None:
        ink = WHITE if share >= DARK_FROM else INK
        text = {"ha": "center", "va": "center_baseline", "fontsize": 9, "color": ink}
        put_text(axes, column + 0.5, row + 0.5, f"{100 * share:.0f}", **text)
