"""Bars by year: power, money and carbon."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from siting.report_numbers import MINUS, Number, number
from siting.report_svg import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    RULE,
    WHITE,
    WIDTH,
    inline_svg,
    label_scale,
    new_axes,
    new_figure,
    put_text,
    round_step,
    set_left,
)
from siting.report_words import Both, both

# North to south from dark blue over green and ochre to violet; neighbours differ in lightness.
AREA_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "hokkaido": "#0a2a5c",
        "tohoku": "#2f7fb5",
        "tokyo": "#8cc3df",
        "chubu": "#1d6b62",
        "hokuriku": "#6cb3a0",
        "kansai": "#c9dfa8",
        "chugoku": "#a87a17",
        "shikoku": "#e3c16f",
        "kyushu": "#6a3fb5",
        "okinawa": "#c0a3e6",
    }
)
ITEM_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "energy": "#0b5c8f",
        "construction": "#6aa6cc",
        "land": "#b8892c",
        "connection": "#6a3fb5",
        "fibre": "#c0a3e6",
        "latency": "#93a1ad",
        "carbon_price": "#c2401c",
        "reinforcement": "#1d6b62",
        "subsidy": "#8fc9a6",
        "clean_power": "#4f9a3d",
        "given_up": "#e3c16f",
        "embodied_carbon": "#e08a6d",
    }
)
OTHER_COLOUR = "#4b6475"

LEFT, RIGHT, BOTTOM, TOP = 46, 8, 24, 14
PLOT_HEIGHT = 196
BAR_WIDTH = 0.74
MOST_YEAR_LABELS = 11
YEARS_BELOW = 17
"""Distance of the years' base line from the axis, in units of the figure."""

Scale = Callable[[float], Both]
"""Text of a value on the axis."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of a stack of bars, with a value for each year."""

    colour: str
    values: tuple[Number, ...]


def draw_stack(
    name: str,
    years: Sequence[int],
    layers: Sequence[Layer],
    *,
    limits: Sequence[Number] = (),
    scale: Scale | None = None,
    tell_excess: bool = True,
) -> str:
    """Stacked bars by year, with a limit over each bar where there is one.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    years : sequence of int
        Fiscal years, one bar each.
    layers : sequence of Layer
        From the bottom up; negative values hang below the line.
    limits : sequence of float or None
        Limit of each year in the values' unit; None where there is none.
    scale : callable, optional
        Text of a value on the axis, where the languages count in different units.
    tell_excess : bool
        Whether a bar above its limit is named in red; not where the limit is what is needed.
    """
    figure = new_figure(PLOT_HEIGHT + TOP + BOTTOM)
    axes = _year_axes(figure, years, bottom=BOTTOM, height=PLOT_HEIGHT)
    ups, downs = stack_bars(axes, layers, len(years))
    _draw_limits(axes, limits, ups if tell_excess else [0.0] * len(years))
    top = max([*ups, *_known(limits)], default=0.0)
    _value_scale(axes, min(downs, default=0.0), top, scale or _plain_scale)
    _write_years(axes, years)
    return inline_svg(figure, name)


def draw_shares(
    name: str, rows: Sequence[Mapping[str, Any]], layers: Sequence[Layer], asked: str
) -> str:
    """Stacked percentages by year under the share asked for: more than that is no fault.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    rows : sequence of mapping
        A year each: fiscal_year, and the share asked for (None: nothing) under the key `asked`.
    layers : sequence of Layer
        From the bottom up. [%]
    asked : str
    """
    limits = [None if row[asked] is None else 100.0 * row[asked] for row in rows]
    years = [row["fiscal_year"] for row in rows]
    return draw_stack(name, years, layers, limits=limits, tell_excess=False)


def stack_bars(axes: Any, layers: Sequence[Layer], years: int) -> tuple[list[float], list[float]]:
    """Draw layers on each other, negative values below the line; the ends reached both ways."""
    ups, downs = [0.0] * years, [0.0] * years
    for layer in layers:
        heights = [value or 0.0 for value in layer.values]
        starts = [u if h >= 0 else d for h, u, d in zip(heights, ups, downs, strict=True)]
        style = {"color": layer.colour, "edgecolor": WHITE, "linewidth": 0.6}
        axes.bar(range(years), heights, BAR_WIDTH, bottom=starts, **style)
        ups = [u + max(h, 0.0) for u, h in zip(ups, heights, strict=True)]
        downs = [d + min(h, 0.0) for d, h in zip(downs, heights, strict=True)]
    return ups, downs


def draw_carbon(
    years: Sequence[int],
    kt: Sequence[Number],
    *,
    caps_kt: Sequence[Number],
    intensities: Sequence[Number],
) -> str:
    """CO2 by year under its cap, and below it the intensity of the power used.

    Parameters
    ----------
    years : sequence of int
        Fiscal years.
    kt, caps_kt : sequence of float or None
        Emitted, and the most allowed. [kt]
    intensities : sequence of float or None
        CO2 per energy used. [t/MWh]
    """
    line_height, gap = 62, 16
    figure = new_figure(PLOT_HEIGHT + TOP + BOTTOM)
    bottom = BOTTOM + line_height + gap
    bars = _year_axes(figure, years, bottom=bottom, height=PLOT_HEIGHT + BOTTOM - bottom)
    heights = [value or 0.0 for value in kt]
    over = [_exceeds(value, cap) for value, cap in zip(kt, caps_kt, strict=True)]
    colours = [BAD if too_much else OTHER_COLOUR for too_much in over]
    bars.bar(range(len(years)), heights, BAR_WIDTH, color=colours)
    _draw_limits(bars, caps_kt, heights)
    top = max([*heights, *_known(caps_kt)], default=0.0)
    left = _value_scale(bars, 0.0, top, _plain_scale)
    line = _year_axes(figure, years, bottom=BOTTOM, height=line_height)
    set_left(line, left)
    _draw_line(line, intensities)
    _write_years(line, years)
    return inline_svg(figure, "carbon")


def _year_axes(figure: Any, years: Sequence[int], *, bottom: float, height: float) -> Any:
    """Axes with one place for each year."""
    axes = new_axes(figure, left=LEFT, bottom=bottom, width=WIDTH - LEFT - RIGHT, height=height)
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def _write_years(axes: Any, years: Sequence[int]) -> None:
    """Years below their bars; of many years not each one, but always the last."""
    step = math.ceil(len(years) / MOST_YEAR_LABELS) or 1
    low, high = axes.get_ylim()
    below = low - YEARS_BELOW / axes.bbox.height * (high - low)
    for place in range(len(years) - 1, -1, -step):
        put_text(axes, place, below, str(years[place]), ha="center", va="baseline")


def _draw_limits(axes: Any, limits: Sequence[Number], heights: Sequence[float]) -> None:
    """A dark bar over each year at its limit; what exceeds it is named in red."""
    for place, limit in enumerate(limits):
        if limit is None:
            continue
        axes.plot([place - 0.46, place + 0.46], [limit, limit], color=INK, linewidth=2)
        if _exceeds(heights[place], limit):
            text = f"+{number(heights[place] - limit)}"
            style = {"ha": "center", "va": "bottom", "color": BAD, "fontweight": "bold"}
            put_text(axes, place, heights[place], text, **(style | {"fontsize": 9.5}))


def _draw_line(axes: Any, values: Sequence[Number]) -> None:
    """A thin line with its first and last value written beside it."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return
    axes.plot(*zip(*known, strict=True), color=ACCENT, linewidth=1.8, marker="o", markersize=3.2)
    highest = max(value for _, value in known)
    axes.set_ylim(0, 1.45 * highest or 1)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    for place, value in dict.fromkeys((known[0], known[-1])):
        style = {"ha": "center", "va": "bottom", "color": ACCENT}
        put_text(axes, place, value + 0.1 * highest, number(value, 3), **style)


def _value_scale(axes: Any, low: float, high: float, scale: Scale) -> float:
    """Round steps from `low` to `high`, with a line and a text each; the room left of them."""
    top = high or 1.0
    step = round_step((top - low) / 4)
    ticks = [step * i for i in range(math.ceil(low / step), math.floor(top / step + 1e-9) + 1)]
    axes.set_ylim(1.08 * low, 1.1 * top)
    axes.set_yticks(ticks)
    axes.yaxis.grid(True, color=RULE, linewidth=0.8)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    return label_scale(axes, [(tick, scale(tick)) for tick in ticks], least=LEFT)


def _plain_scale(value: float) -> Both:
    """A value as it is, with as many decimals as it needs."""
    text = f"{value:,.6g}".replace("-", MINUS)
    return both(text, text)


def _exceeds(value: Number, limit: Number) -> bool:
    """Whether a value lies above a limit by more than solver noise."""
    return value is not None and limit is not None and value > limit * (1 + 1e-6) + 0.05


def _known(values: Sequence[Number]) -> list[float]:
    """Values that are known."""
    return [value for value in values if value is not None]
