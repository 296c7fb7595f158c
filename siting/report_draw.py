"""When the data centres draw: what the report says of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from siting.draw_summary import ALL
from siting.report_heat import UNKNOWN, draw_long, is_long
from siting.report_numbers import number
from siting.report_svg import (
    ACCENT,
    MUTED,
    RULE,
    WIDTH,
    inline_svg,
    label_scale,
    new_axes,
    new_figure,
    put_text,
    round_step,
)
from siting.report_words import Both, area_names, both, same

Row = Mapping[str, Any]
Told = dict[str, Any]

FLAT_SHARE = 0.03
"""Draw that stays this near its mean in every hour is flat: nothing follows the grid."""

SUNNY_SHARE = 0.3
"""Share of demand and draw from which the sun makes an hour a sunny one."""

MOST_AREAS = 4

STEPS = (0.70, 0.85, 0.95, 1.05, 1.15, 1.30)
"""Bounds of the colours of a cell, as share of the mean draw."""

STEP_COLOURS = ("#a8762b", "#d9b779", "#f0e3c8", "#eef2f5", "#cfe3f0", "#8dbbdb", "#0b5c8f")
"""The same as in report_hours.css, for many days, which are a picture and no table."""

TOGETHER = both("データセンターのあるエリアの合計", "All areas with data centres")

MW_PER_GW = 1000.0
HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 236, 46, 14, 26, 12


def draw_view(draw: Row | None) -> Told | None:
    """Tables of the draw by day and hour, and the duration curve; None where none is known.

    Parameters
    ----------
    draw : mapping or None
        Part `draw` of a summary.
    """
    if not draw or not draw["areas"]:
        return None
    shown = draw["areas"][: MOST_AREAS + 1]
    moving = [row for row in shown if not is_flat(row)]
    return {
        "year": draw["fiscal_year"],
        "hours": draw["hours"],
        "areas": [_area(row, draw) for row in moving],
        "many_days": is_long(draw["days"]),
        "more_areas": len(draw["areas"]) - len(shown),
        "flat": _about_flat([row for row in shown if is_flat(row)]),
        "svg": draw_duration(draw["residual"]),
        "sentence": _about_residual(draw["residual"]),
        "sunny_percent": number(100 * SUNNY_SHARE),
    }


def is_flat(row: Row) -> bool:
    """Whether the draw of an area hardly changes by the hour."""
    return all(abs(share - 1.0) <= FLAT_SHARE for share in _known(row["draw_share"]))


def _known(cells: Sequence[Sequence[float | None]]) -> list[float]:
    return [share for row in cells for share in row if share is not None]


def _name(row: Row) -> Both:
    return TOGETHER if row["area"] == ALL else area_names().get(row["area"], same(row["area"]))


def _about_flat(rows: Sequence[Row]) -> Both | None:
    """One line instead of tables in which every cell would say the same; None if all move."""
    if not rows:
        return None
    names = [(_name(row), number(row["mean_mw"])) for row in rows]
    off = max(abs(share - 1.0) for row in rows for share in _known(row["draw_share"]))
    limit = number(max(1.0, np.ceil(round(100.0 * off, 2))))
    ja = "、".join(f"{name['ja']}（{mw} MW）" for name, mw in names)
    en = ", ".join(f"{name['en']} ({mw} MW)" for name, mw in names)
    return both(
        f"どの代表日・時間帯も平均との差が{limit} %以内で、系統に合わせて動いていません：{ja}。",
        f"Within {limit} % of the mean in every hour of every typical day, so nothing follows the "
        f"grid: {en}.",
    )


def _area(row: Row, draw: Row) -> Told:
    """What is said of an area, with its days as rows of a table or, if many, as a picture."""
    days = [both(day["name_ja"], day["name_en"]) for day in draw["days"]]
    cells = [
        [_cell(*pair) for pair in zip(*own, strict=True)]
        for own in zip(row["draw_share"], row["sun_share"], strict=True)
    ]
    many = is_long(days)
    return {
        "name": _name(row),
        "mean_mw": row["mean_mw"],
        "sentence": _about_sun(row, draw["weight_hours"]),
        "rows": [] if many else _rows(days, cells),
        "svg": _picture(row["area"], days, draw["hours"], cells) if many else "",
    }


def _rows(days: Sequence[Both], cells: Sequence[Sequence[Told]]) -> list[Told]:
    return [{"day": day, "cells": own} for day, own in zip(days, cells, strict=True)]


def _picture(
    area: str, days: Sequence[Both], hours: Sequence[int], cells: Sequence[Sequence[Told]]
) -> str:
    """The cells of many days in the colours of the table, without numbers."""
    colours = [[_colour(cell) for cell in own] for own in cells]
    sunny = [[cell["sunny"] for cell in own] for own in cells]
    return draw_long(f"draw-{area}", days, hours, colours, sunny)


def _colour(cell: Told) -> str:
    return UNKNOWN if cell["step"] == "none" else STEP_COLOURS[cell["step"]]


def _cell(share: float | None, sun: float | None) -> Told:
    if share is None:
        return {"text": "—", "step": "none", "sunny": False}
    step = sum(share >= bound for bound in STEPS)
    return {"text": number(100 * share), "step": step, "sunny": (sun or 0.0) >= SUNNY_SHARE}


def _about_sun(row: Row, weights: Sequence[Sequence[float]]) -> Both:
    """How the draw of sunny hours stands to that of the others."""
    hours = np.array(weights, dtype=float)
    share = np.array(row["draw_share"], dtype=float)
    sunny = np.array(row["sun_share"], dtype=float) >= SUNNY_SHARE
    known = np.isfinite(share) & np.isfinite(hours)
    if not (sunny & known).any() or not (~sunny & known).any():
        return both("太陽光の多い時間帯はありません。", "No hour is a sunny one here.")
    inside, outside = (
        100.0 * float((share * hours)[part & known].sum() / hours[part & known].sum())
        for part in (sunny, ~sunny)
    )
    sun, rest = number(inside), number(outside)
    return both(
        f"太陽光の多い時間帯には平均の{sun} %、ほかの時間帯には{rest} %を使います。",
        f"It draws {sun} % of its mean in sunny hours and {rest} % in others.",
    )


def _about_residual(residual: Row) -> Both:
    """What the draw adds to the highest and to the lowest load."""
    before, after = residual["without"]["mw"], residual["with"]["mw"]
    top, bottom = number(after[0] - before[0]), number(after[-1] - before[-1])
    share = number(100.0 * (after[0] / before[0] - 1.0), 1) if before[0] > 0 else "—"
    return both(
        f"データセンターは、残余需要の最大を{top} MW（{share} %）、最小を{bottom} MW押し上げます。",
        f"The data centres raise the highest residual load by {top} MW ({share} %) and the lowest "
        f"by {bottom} MW.",
    )


def draw_duration(residual: Row) -> str:
    """Load duration curves without the draw and with it, GW over the hours of a year."""
    figure = new_figure(HEIGHT)
    height = HEIGHT - BOTTOM - TOP
    axes = new_axes(figure, left=LEFT, bottom=BOTTOM, width=WIDTH - LEFT - RIGHT, height=height)
    curves = [_steps(residual[key]) for key in ("without", "with")]
    for (hours, gw), colour in zip(curves, (MUTED, ACCENT), strict=True):
        axes.step(hours, gw, where="post", color=colour, linewidth=2)
    loads = np.concatenate([gw for _, gw in curves])
    _scale(axes, float(curves[0][0][-1]), min(0.0, float(loads.min())), float(loads.max()))
    return inline_svg(figure, "draw-duration")


def _steps(curve: Row) -> tuple[Any, Any]:
    """Hours at which each load begins, and the end; loads in GW, the last one twice."""
    ends = np.cumsum([0.0, *curve["hours"]])
    gw = np.array(curve["mw"], dtype=float) / MW_PER_GW
    return ends, np.append(gw, gw[-1])


def _scale(axes: Any, hours: float, low: float, high: float) -> None:
    """Round steps of load and of hours, with a line and a number each."""
    top = high or 1.0
    step = round_step((top - low) / 4)
    ticks = np.arange(np.ceil(low / step), np.floor(top / step + 1e-9) + 1) * step
    axes.set_xlim(0, hours)
    axes.set_ylim(1.05 * low, 1.06 * top)
    axes.set_yticks(ticks)
    axes.set_xticks(np.arange(0, hours + 1, 2000))
    axes.yaxis.grid(True, color=RULE, linewidth=0.8)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    span = 1.06 * top - 1.05 * low
    label_scale(axes, [(tick, same(f"{tick + 0.0:,.4g}")) for tick in ticks], least=LEFT)
    for hour in range(0, int(hours) + 1, 2000):
        below = 1.05 * low - 17 / (HEIGHT - BOTTOM - TOP) * span
        put_text(axes, hour, below, f"{hour:,}", ha="center", va="baseline")
