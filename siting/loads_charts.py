"""Charts of the forecast check: stages under a forecast, forecasts beside each other, draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from siting.loads_chart_parts import (
    YEARS_HEIGHT,
    Band,
    Line,
    Size,
    draw_band,
    draw_line,
    in_data,
    known,
    places_of,
    set_height,
    write_scale,
    write_years,
    year_axes,
)
from siting.report_charts import Layer, stack_bars
from siting.report_numbers import Number, number, percent
from siting.report_svg import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    RULE,
    WIDTH,
    inline_svg,
    new_figure,
    put_label,
    put_text,
)
from siting.report_words import Both

BAR_WIDTH = 0.78
LINE_HEIGHT = 14
"""Least distance of two labels at the ends of lines, in units of the figure."""

END_WIDTH = 118


@dataclass(frozen=True, slots=True)
class Note:
    """A change between two forecasts, written at its year."""

    year: int
    start: float
    end: float
    text: Both


@dataclass(frozen=True, slots=True)
class Spread:
    """Draws by year, what the forecast holds, and the share of draws above it."""

    band: Band
    middles: tuple[Number, ...]
    forecast: Line
    chances: tuple[Number, ...] = field(default=())


def draw_pipeline(
    name: str,
    years: Sequence[int],
    layers: Sequence[Layer],
    forecast: Line,
    *,
    band: Band,
    size: Size,
) -> str:
    """Power by stage, stacked, with the forecast as a line and its range as a band.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    years : sequence of int
        Fiscal years, one bar each.
    layers : sequence of Layer
        Stages from the bottom up. [MW]
    forecast : Line
        What the forecast holds; gaps where it says nothing. [MW]
    band : Band
        Range of what the forecast holds. [MW]
    size : Size
        Size of the figure.
    """
    figure = new_figure(size.height, size.width)
    axes = year_axes(figure, years, height=size.height - YEARS_HEIGHT - 8)
    tops, _ = stack_bars(axes, layers, len(years))
    set_height(axes, [*tops, *known(forecast.values)], band)
    draw_band(axes, band)
    draw_line(axes, forecast, casing=True)
    write_scale(axes, size.steps)
    write_years(axes, years, size.width)
    return inline_svg(figure, name)


def draw_fan(
    name: str, years: Sequence[int], lines: Sequence[Line], *, notes: Sequence[Note] = ()
) -> str:
    """Lines over the years, each named at its end.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    years : sequence of int
        Fiscal years.
    lines : sequence of Line
        Forecasts and cases. [MW]
    notes : sequence of Note
        Changes to point out. [MW]
    """
    height = 330
    figure = new_figure(height)
    axes = year_axes(figure, years, height=height - YEARS_HEIGHT - 8, right=END_WIDTH)
    set_height(axes, [value for line in lines for value in known(line.values)])
    for line in lines:
        draw_line(axes, line)
    for note in notes:
        _draw_note(axes, years, note)
    _write_ends(axes, years, lines)
    write_scale(axes, 5)
    write_years(axes, years, WIDTH - END_WIDTH)
    return inline_svg(figure, name)


def draw_spread(name: str, years: Sequence[int], spread: Spread) -> str:
    """Band of the draws against the forecast; below it the chance of exceeding the forecast.

    Parameters
    ----------
    name : str
        Name of the figure in the page.
    years : sequence of int
        Fiscal years.
    spread : Spread
        Draws and forecast [MW], chances [-].
    """
    height, below = 330, 78
    figure = new_figure(height)
    base = YEARS_HEIGHT + below + 26
    axes = year_axes(figure, years, height=height - base - 8, bottom=base)
    middle = Line(spread.forecast.name, ACCENT, spread.middles)
    tops = [*known(spread.band.highs), *known(spread.forecast.values)]
    set_height(axes, tops)
    draw_band(axes, spread.band)
    draw_line(axes, middle)
    draw_line(axes, spread.forecast, casing=True)
    write_scale(axes, 4)
    bars = year_axes(figure, years, height=below, bottom=YEARS_HEIGHT)
    _draw_chances(bars, spread.chances)
    write_years(bars, years, WIDTH)
    return inline_svg(figure, name)


def _draw_note(axes: Any, years: Sequence[int], note: Note) -> None:
    """An arrow from one value to the other, its text below where lines rarely run."""
    place = list(years).index(note.year)
    arrow = {"arrowstyle": "-|>", "color": BAD, "linewidth": 1.6, "shrinkA": 4, "shrinkB": 4}
    ends = {"xy": (place, note.end), "xytext": (place, note.start)}
    axes.annotate("", **ends, arrowprops=arrow)
    foot = in_data(axes, 20)
    if min(note.start, note.end) > 2 * foot:
        dots = {"color": BAD, "linewidth": 0.9, "linestyle": ":"}
        axes.plot([place, place], [foot, min(note.start, note.end)], **dots)
    style = {"color": BAD, "ha": "center", "va": "baseline", "fontweight": "bold", "fontsize": 11}
    put_label(axes, place, in_data(axes, 8), note.text, **style)


def _write_ends(axes: Any, years: Sequence[int], lines: Sequence[Line]) -> None:
    """Names at the right, kept apart, each joined to the last value of its line."""
    ends = [(places[-1], line) for line in lines if (places := places_of(line.values))]
    ends.sort(key=lambda end: end[1].values[end[0]] or 0.0)
    levels = spread_out([end[1].values[end[0]] or 0.0 for end in ends], in_data(axes, LINE_HEIGHT))
    for (place, line), level in zip(ends, levels, strict=True):
        x, value = len(years) - 0.5, line.values[place]
        style = {"color": line.colour, "linewidth": 0.7, "clip_on": False}
        axes.plot([place, x + 0.1], [value, level], **style)
        look = {"va": "center_baseline", "ha": "left", "color": line.colour, "fontsize": 11}
        put_label(axes, x + 0.2, level, line.name, **look)


def spread_out(levels: Sequence[float], least: float) -> list[float]:
    """Rising levels moved up as little as keeps neighbours `least` apart."""
    found: list[float] = []
    for level in levels:
        found.append(max(level, found[-1] + least) if found else level)
    return found


def _draw_chances(axes: Any, chances: Sequence[Number]) -> None:
    """Bars from 0 to 100 %, each with its number; no bar where nothing is known."""
    axes.set_ylim(0, 1.0)
    axes.axhline(0, color=MUTED, linewidth=0.9)
    axes.axhline(1, color=RULE, linewidth=0.8)
    for place, share in enumerate(chances):
        if share is not None:
            axes.bar(place, share, BAR_WIDTH, color=BAD, alpha=0.2 + 0.7 * share)
        text = percent(share, 0).replace(" %", "")
        at = (share or 0.0) + 0.04
        put_text(axes, place, at, text, ha="center", va="bottom", fontsize=10.5, color=INK)


def change_text(start: float, end: float) -> str:
    """A change in GW, as the trade press writes it.

    Examples
    --------
    >>> change_text(5380, 4200)
    '5.38 → 4.20 GW'
    """
    return f"{number(start / 1e3, 2)} → {number(end / 1e3, 2)} GW"
