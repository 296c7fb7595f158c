"""Heat map of a share by typical day and hour."""

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap, to_hex
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
BELOW, ABOVE, BESIDE = 18, 2, 4

SCALE = ("#c9a45c", "#f1ead6", "#9fd0a0", "#1d7a46")
"""Brown for nothing, pale at a third, light green at two thirds, dark green for all."""
UNKNOWN = "#e6e9ec"

DARK_FROM = 0.85
"""Share from which the numbers in the cells are white. [-]"""

MOST_NUMBERS = 8
"""Hours up to which a cell has room for its number."""

COLOURS = LinearSegmentedColormap.from_list("share", SCALE)


def colour_of(share: Number) -> str:
    """Colour of a share from 0 to 1."""
    return UNKNOWN if share is None else to_hex(COLOURS(min(max(share, 0.0), 1.0)))


def draw_heat(
    name: str,
    days: Sequence[Both],
    hours: Sequence[int],
    shares: Sequence[Sequence[Number]],
) -> str:
    """A row for each day, a column for each slice of the day.

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
    figure = new_figure(ROW_HEIGHT * len(days) + BELOW + ABOVE)
    axes = new_axes(
        figure,
        left=NAME_WIDTH,
        bottom=BELOW,
        width=WIDTH - NAME_WIDTH - BESIDE,
        height=ROW_HEIGHT * len(days),
    )
    axes.set_xlim(0, len(hours))
    axes.set_ylim(len(days), 0)
    for row, (day, own) in enumerate(zip(days, shares, strict=True)):
        style = {"ha": "right", "va": "center_baseline", "fontsize": 11}
        put_label(axes, -0.02 * len(hours), row + 0.5, day, **style)
        for column, share in enumerate(own):
            _draw_cell(axes, column, row, share, numbered=len(hours) <= MOST_NUMBERS)
    for column, hour in enumerate(hours):
        if len(hours) <= MOST_NUMBERS or column % 3 == 0:
            style = {"ha": "center", "va": "baseline", "fontsize": 10, "color": MUTED}
            put_text(axes, column + 0.5, len(days) + 13 / ROW_HEIGHT, f"{hour}", **style)
    return inline_svg(figure, name)


def _draw_cell(axes: Any, column: int, row: int, share: Number, *, numbered: bool) -> None:
    fill = colour_of(share)
    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=fill, edgecolor=WHITE, linewidth=0.8))
    if numbered and share is not None:
        ink = WHITE if share >= DARK_FROM else INK
        text = {"ha": "center", "va": "center_baseline", "fontsize": 9, "color": ink}
        put_text(axes, column + 0.5, row + 0.5, f"{100 * share:.0f}", **text)
