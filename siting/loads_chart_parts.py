"""Parts that charts over the years share: axes, scales, lines, bands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from siting.report_numbers import Number
from siting.report_svg import (
    MUTED,
    RULE,
    UNITS_PER_INCH,
    WHITE,
    WIDTH,
    new_axes,
    put_text,
    round_step,
)
from siting.report_words import Both

RANGE_COLOUR = "#b39ddb"
YEARS_HEIGHT = 20
YEAR_WIDTH = 34
"""Room that a year's four digits need, in units of the figure."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a figure, and how many lines its scale has."""

    width: float
    height: float
    steps: int = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the years, with dots where its value is published."""

    name: Both
    colour: str
    values: tuple[Number, ...]
    published: tuple[bool, ...] = ()
    dash: Any = "solid"
    weight: float = 2.0


@dataclass(frozen=True, slots=True)
class Band:
    """A range over the years."""

    lows: tuple[Number, ...] = ()
    highs: tuple[Number, ...] = ()
    colour: str = RANGE_COLOUR


NO_BAND = Band()


def year_axes(
    figure: Any,
    years: Sequence[int],
    *,
    height: float,
    bottom: float = YEARS_HEIGHT,
    right: float = 0,
) -> Any:
    """Axes over the whole width with one place for each year."""
    width = figure.get_figwidth() * UNITS_PER_INCH - right
    axes = new_axes(figure, left=0, bottom=bottom, width=width, height=height)
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def set_height(axes: Any, values: Sequence[float], band: Band = NO_BAND) -> None:
    """Room for all values; a band may run out at the top but never squeezes them."""
    top = max(values, default=0.0)
    widest = max(known(band.highs), default=0.0)
    axes.set_ylim(0, 1.12 * max(top, min(widest, 1.5 * top or widest)) or 1.0)


def write_scale(axes: Any, steps: int) -> None:
    """Round steps as thin lines, each with its value above it at the left."""
    top = axes.get_ylim()[1]
    step = round_step(top / (steps + 1.5))
    axes.axhline(0, color=MUTED, linewidth=0.9)
    for place in range(1, math.floor(top / step + 1e-9) + 1):
        axes.axhline(place * step, color=RULE, linewidth=0.8, zorder=0.5)
        style = {"va": "bottom", "ha": "left", "fontsize": 10.5}
        put_text(axes, -0.5, place * step, f"{place * step:,.6g}", **style)


def write_years(axes: Any, years: Sequence[int], width: float) -> None:
    """Years below their place: as many as fit, counted back from the last."""
    step = math.ceil(len(years) * YEAR_WIDTH / width) or 1
    below = axes.get_ylim()[0] - in_data(axes, 13)
    for place in range(len(years) - 1, -1, -step):
        at_edge = place == len(years) - 1 and width < WIDTH / 2
        where, side = (place + 0.5, "right") if at_edge else (place, "center")
        put_text(axes, where, below, str(years[place]), ha=side, va="baseline", fontsize=11)


def in_data(axes: Any, units: float) -> float:
    """So many units of the figure as a height in the values of the axes."""
    low, high = axes.get_ylim()
    return float(units * (high - low) * axes.figure.dpi / UNITS_PER_INCH / axes.bbox.height)


def draw_band(axes: Any, band: Band) -> None:
    """A range behind the bars, its edges before them; none where one end is unknown."""
    for places in runs_of(band.lows, band.highs):
        lows = [band.lows[place] for place in places]
        highs = [band.highs[place] for place in places]
        if lows != highs:
            fill = {"color": band.colour, "alpha": 0.45, "linewidth": 0, "zorder": 0.8}
            axes.fill_between(places, lows, highs, **fill)
            for edge in (lows, highs):
                axes.plot(places, edge, color=band.colour, linewidth=1.2)


def draw_line(axes: Any, line: Line, *, casing: bool = False) -> None:
    """A line through neighbouring known values, dots where they are published."""
    style = {"color": line.colour, "linewidth": line.weight, "linestyle": line.dash}
    for places in runs_of(line.values):
        values = [line.values[place] for place in places]
        if casing:
            axes.plot(places, values, color=WHITE, linewidth=line.weight + 2.4)
        axes.plot(places, values, **style, solid_capstyle="round")
        if len(places) == 1:
            axes.plot(places, values, "o", markersize=3, color=line.colour)
    for place, published in enumerate(line.published):
        if published and line.values[place] is not None:
            look = {"markeredgecolor": line.colour, "markerfacecolor": WHITE}
            axes.plot(place, line.values[place], "o", markersize=6, markeredgewidth=1.8, **look)


def runs_of(*series: Sequence[Number]) -> list[list[int]]:
    """Places of neighbouring years in which all series are known."""
    together = [
        place for place in range(len(series[0])) if all(one[place] is not None for one in series)
    ]
    runs = groupby(enumerate(together), key=lambda pair: pair[1] - pair[0])
    return [[place for _, place in run] for _, run in runs]


def places_of(values: Sequence[Number]) -> list[int]:
    """Places of known values."""
    return [place for place, value in enumerate(values) if value is not None]


def known(values: Sequence[Number]) -> list[float]:
    """Values that are known."""
    return [value for value in values if value is not None]
