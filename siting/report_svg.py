"""Figures as SVG that stands inside an HTML page.

Text stays text: it can be selected and takes the reader's fonts. Every label is there in both
languages, and the page shows one. The same data give the same bytes on every machine, so layout
never asks how wide a text is: matplotlib measures with its own font, the reader sees another.
"""

import io
import math
import re
import unicodedata
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from siting.report_words import Both

INK = "#17222c"
MUTED = "#5b6975"
RULE = "#dde4ea"
ACCENT = "#0b5c8f"
WARN = "#c77700"
BAD = "#c2401c"
WHITE = "#ffffff"

WIDTH = 420
"""Usual width of a figure in its own units; a column of the page is about as many pixels wide."""

TEXT = 12
"""Size of text in a figure, in its own units."""

UNITS_PER_INCH = 72

BESIDE = 6
"""Distance of the labels of a scale from their axes, in units of the figure."""

WIDE, USUAL, NARROW = 1.0, 0.66, 0.34
"""Width of a full-width sign or a dash, of others and of stops and commas over the size of the
text, as in a wide face (Verdana, DejaVu Sans): a reader's own font hardly needs more."""
DASHES = "\u2212\u2014"
"""The true minus sign, and the dash for what is not known."""

SETTINGS: dict[str, Any] = {"svg.fonttype": "none"}

# Layout uses the one font that comes with matplotlib. Names come from tables: a dollar sign in
# them is a dollar sign.
LABEL_STYLE: dict[str, Any] = {
    "color": MUTED,
    "fontsize": TEXT,
    "family": "DejaVu Sans",
    "parse_math": False,
    "clip_on": False,
}

NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))

TAG = re.compile(r"<[^>]*>")
LANGUAGE_GROUP = re.compile(r'<g id="(ja|en)">')
OTHER_GROUP = re.compile(r'<g id="[^"]*"')
FONT = re.compile(r" ?font-family: [^;\"]*;?")


def new_figure(height: float, width: float = WIDTH) -> Any:
    """An empty figure of a size in its units. Text must be added to it before `inline_svg`."""
    figure = Figure(figsize=(width / UNITS_PER_INCH, height / UNITS_PER_INCH))
    FigureCanvasSVG(figure)
    return figure


def new_axes(figure: Any, *, left: float, bottom: float, width: float, height: float) -> Any:
    """Axes at a place in figure units from the lower left; no frame, no ticks, no labels."""
    across, up = figure.get_size_inches() * UNITS_PER_INCH
    axes = figure.add_axes((left / across, bottom / up, width / across, height / up))
    axes.set_frame_on(False)
    axes.tick_params(length=0, labelbottom=False, labelleft=False)
    axes.set_axisbelow(True)
    return axes


def put_label(axes: Any, x: float, y: float, text: Both, **style: Any) -> None:
    """Write a text in both languages at one place; the page shows one of them."""
    if text["ja"] == text["en"]:
        put_text(axes, x, y, text["en"], **style)
        return
    for language in ("ja", "en"):
        axes.text(x, y, text[language], gid=language, **(LABEL_STYLE | style))


def put_text(axes: Any, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text that is the same in both languages, such as a number."""
    axes.text(x, y, text, **(LABEL_STYLE | style))


def text_width(text: str, size: float = TEXT) -> float:
    """Width that a text needs in a wide font, in units of the figure.

    >>> text_width("15,000"), text_width("5億円")
    (43.68, 31.92)
    """
    wide = sum(sign in DASHES or unicodedata.east_asian_width(sign) in "WF" for sign in text)
    narrow = sum(sign in ".,: " for sign in text)
    usual = len(text) - wide - narrow
    return round(size * (WIDE * wide + USUAL * usual + NARROW * narrow), 2)


def label_scale(axes: Any, labels: Sequence[tuple[float, Both]], *, least: float) -> float:
    """Write the labels of a scale left of its axes and give them the room that they need.

    Parameters
    ----------
    axes : Axes
        From `new_axes`; their left edge moves right if the widest label asks for it.
    labels : sequence of (float, Both)
        Heights in the values of the axes, and texts.
    least : float
        Room that is there in any case, so that figures with short labels look alike.

    Returns
    -------
    float
        The room left of the axes, in units of the figure.
    """
    widest = max((text_width(text[key]) for _, text in labels for key in text), default=0.0)
    left = max(least, widest + BESIDE)
    set_left(axes, left)
    (first, last), units = axes.get_xlim(), axes.get_position().width * _figure_width(axes)
    beside = first - BESIDE / units * (last - first)
    for height, text in labels:
        put_label(axes, beside, height, text, ha="right", va="center_baseline")
    return left


def set_left(axes: Any, left: float) -> None:
    """Move the left edge of axes to a place in units of the figure; the right one stays."""
    place, share = axes.get_position(), left / _figure_width(axes)
    axes.set_position((share, place.y0, place.x1 - share, place.height))


def _figure_width(axes: Any) -> float:
    return float(axes.figure.get_figwidth() * UNITS_PER_INCH)


def round_step(rough: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten.

    >>> round_step(0.07), round_step(130), round_step(1.0)
    (0.1, 200.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))


def inline_svg(figure: Any, name: str) -> str:
    """SVG of a figure to stand in a page beside others.

    Parameters
    ----------
    figure : Figure
        From `new_figure`.
    name : str
        Name of the figure, different from all others of the page: its ids are made from it.
    """
    file = io.StringIO()
    with matplotlib.rc_context(SETTINGS | {"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(file, format="svg", metadata=NO_METADATA, transparent=True)
    text = file.getvalue()
    body = text[text.index(">", text.index("<svg")) + 1 :]
    width, height = figure.get_size_inches() * UNITS_PER_INCH
    opening = f'<svg viewBox="0 0 {width:g} {height:g}" aria-hidden="true" focusable="false">'
    return opening + TAG.sub(_tidy, re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL))


def _tidy(match: re.Match[str]) -> str:
    """One tag without matplotlib's font and without ids that would repeat in the page."""
    tag = LANGUAGE_GROUP.sub(r'<g class="\1">', match[0])
    tag = OTHER_GROUP.sub("<g", tag)
    return FONT.sub("", tag).replace("xlink:href", "href").replace("\n", " ")
