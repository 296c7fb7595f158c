"""Figures of `siting robust`: how often sites are chosen, regret by sample, what inputs do."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_numbers import money, percent
from siting.report_svg import (
    ACCENT,
    BAD,
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
from siting.report_words import Both, both
from siting.robust.texts import value_text
from siting.robust.words import text

Row = Mapping[str, Any]

NAME_WIDTH, RIGHT = 140, 44
ROW_HEIGHT, HEAD = 24, 22
LONGEST_NAME = 20
OTHER_COLOUR = "#93a1ad"


def draw_shares(rows: Sequence[Row]) -> str:
    """Bars of how often each site is chosen, with the 95 % interval as a line."""
    if not rows:
        return ""
    figure, axes = _rows_figure(len(rows), (0.0, 1.0))
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        axes.axvline(share, color=RULE, linewidth=0.8)
        put_text(axes, share, -0.75, percent(share, 0), ha="center", va="baseline", fontsize=10)
    for place, row in enumerate(rows):
        colour = ACCENT if row["in_plan"] else OTHER_COLOUR
        share = row["share"] or 0.0
        axes.barh(place, share, 0.62, color=colour)
        ends = [row["low_share"], row["high_share"]]
        axes.plot(ends, [place, place], color=INK, linewidth=1.4, clip_on=False)
        _name(axes, place, row["name"], before=-0.025)
        style = {"ha": "left", "va": "center_baseline", "fontsize": 10}
        put_text(axes, 1.03, place, percent(row["share"], 0), **style)
    return inline_svg(figure, "shares")


def draw_regret(sets: Sequence[Row]) -> str:
    """A dot a sample on a line of regret, a bar at the mean; samples without a plan counted."""
    known = [cell["regret_myen"] for row in sets for cell in row["cells"].values()]
    top = max((value for value in known if value is not None), default=0.0) or 1.0
    figure, axes = _rows_figure(len(sets), (0.0, top))
    _money_scale(axes, 0.0, top)
    for place, row in enumerate(sets):
        values = [c["regret_myen"] for c in row["cells"].values() if c["regret_myen"] is not None]
        colour = ACCENT if row["number"] == 1 else MUTED
        style = {"color": colour, "markeredgecolor": WHITE, "markeredgewidth": 0.8}
        axes.plot(values, [place] * len(values), "o", markersize=8, clip_on=False, **style)
        if row["mean_myen"] is not None:
            ends = [place - 0.36, place + 0.36]
            axes.plot([row["mean_myen"]] * 2, ends, color=INK, linewidth=1.6, clip_on=False)
        _name(axes, place, _set_name(row), before=-0.04 * top)
        if row["without_plan"]:
            count = row["without_plan"]
            style = {"ha": "left", "va": "center_baseline", "color": BAD}
            put_text(axes, 1.04 * top, place, f"×{count}", **style)
    return inline_svg(figure, "regret")


def draw_swings(inputs: Sequence[Row]) -> str:
    """A tornado: what each input at its ends changes in cost, the widest on top."""
    extras = [
        s["extra_myen"] for row in inputs for s in row["swings"] if s["extra_myen"] is not None
    ]
    low, high = min([0.0, *extras]), max([0.0, *extras])
    if low == high:
        high = low + 1.0
    room = 0.2 * (high - low)
    figure, axes = _rows_figure(len(inputs), (low - room, high + room))
    _money_scale(axes, low, high)
    axes.axvline(0.0, color=INK, linewidth=1.2)
    for place, row in enumerate(inputs):
        _name(axes, place, both(row["input"], row["input"]), before=low - 1.05 * room)
        known = [swing for swing in row["swings"] if swing["extra_myen"] is not None]
        for swing in sorted(known, key=lambda one: -abs(one["extra_myen"])):
            extra = swing["extra_myen"]
            axes.barh(place, extra, 0.62, color=BAD if extra > 0 else ACCENT, edgecolor=WHITE)
        _end_values(axes, place, row, known)
    return inline_svg(figure, "swings")


def _end_values(axes: Any, place: int, row: Row, known: Sequence[Row]) -> None:
    """Values at the two ends of a bar."""
    for side, pick in (("right", min), ("left", max)):
        end = pick(known, key=lambda one: float(one["extra_myen"]), default=None)
        if end is None or (end["extra_myen"] >= 0.0) != (side == "left"):
            continue
        label = value_text(end["value"], times=row["times"])
        gap = "\u2009"
        label = {lang: f"{gap}{shown}{gap}" for lang, shown in label.items()}
        style = {"ha": side, "va": "center_baseline", "fontsize": 10}
        put_label(axes, end["extra_myen"], place, label, **style)


def _rows_figure(rows: int, bounds: tuple[float, float]) -> tuple[Any, Any]:
    """Figure and axes with one row a line, the first on top."""
    height = ROW_HEIGHT * max(rows, 1)
    figure = new_figure(height + HEAD + 4)
    width = WIDTH - NAME_WIDTH - RIGHT
    axes = new_axes(figure, left=NAME_WIDTH, bottom=4, width=width, height=height)
    axes.set_xlim(*bounds)
    axes.set_ylim(max(rows, 1) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure, axes


def _money_scale(axes: Any, low: float, high: float) -> None:
    """Lines at round sums along the top."""
    step = round_step((high - low) / 3)
    for count in range(int(low / step), int(high / step + 1e-9) + 1):
        axes.axvline(count * step, color=RULE, linewidth=0.8)
        put_label(axes, count * step, -0.75, money(count * step), ha="center", fontsize=10)


def _name(axes: Any, place: int, name: Both, *, before: float) -> None:
    shown = {lang: _shortened(said) for lang, said in name.items()}
    put_label(axes, before, place, shown, ha="right", va="center_baseline", color=INK)


def _shortened(name: str) -> str:
    """A name that fits beside the bars; the tables have it in full."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _set_name(row: Row) -> Both:
    said = text("set")
    own = text("scenario_zero")
    mark = {lang: f" ({own[lang]})" if row["own"] else "" for lang in ("ja", "en")}
    return both(
        f"{said['ja']} {row['number']}{mark['ja']}", f"{said['en']} {row['number']}{mark['en']}"
    )
