"""Colours of the screening's map, beside those of every map.

The score takes a ramp from pale yellow over green to deep blue in steps that look equally large
(equal distances in OKLab) and of ever less light on light land, ever more on dark land. Sites and
their routes are plum, a hue that the ramp does not touch; what is excluded is a quiet grey.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from maps.style import DARK, LIGHT

STEPS = 9
"""Corner colours of the ramp of scores; the page blends between neighbours."""

Lab = tuple[float, float, float]

# Lightness, chroma and hue [°] at both ends and between them; hues run from yellow to blue.
LIGHT_CORNERS = ((0.955, 0.055, 103), (0.80, 0.105, 150), (0.62, 0.105, 205), (0.40, 0.115, 258))
DARK_CORNERS = ((0.36, 0.055, 262), (0.52, 0.085, 225), (0.70, 0.105, 175), (0.92, 0.125, 108))


def ramp(corners: tuple[Lab, ...], steps: int = STEPS) -> list[str]:
    """Colours at equal distances along a path through OKLab.

    Parameters
    ----------
    corners : tuple of (lightness 0 to 1, chroma, hue in degrees)
        Places the path leads through.
    steps : int
        How many colours.

    Returns
    -------
    list of str
        Colours as #rrggbb, the first and last at the ends of the path.
    """
    path = [oklab(corners, at / 400) for at in range(401)]
    lengths = [0.0]
    for one, other in pairwise(path):
        lengths.append(lengths[-1] + math.dist(one, other))
    wanted = [lengths[-1] * step / (steps - 1) for step in range(steps)]
    nearest = [min(range(401), key=lambda at: abs(lengths[at] - length)) for length in wanted]
    return [hex_colour(path[at]) for at in nearest]


def oklab(corners: tuple[Lab, ...], share: float) -> Lab:
    """Lightness, a and b at a share of the way through the corners."""
    place = share * (len(corners) - 1)
    first = min(int(place), len(corners) - 2)
    rest = place - first
    light, chroma, hue = (
        one + rest * (other - one)
        for one, other in zip(corners[first], corners[first + 1], strict=True)
    )
    angle = math.radians(hue)
    return light, chroma * math.cos(angle), chroma * math.sin(angle)


def hex_colour(lab: Lab) -> str:
    """A colour of OKLab as #rrggbb, after Björn Ottosson's matrices.

    Examples
    --------
    >>> hex_colour((1.0, 0.0, 0.0)), hex_colour((0.0, 0.0, 0.0))
    ('#ffffff', '#000000')
    """
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return "#" + "".join(f"{round(255 * encoded(channel)):02x}" for channel in (red, green, blue))


def encoded(linear: float) -> float:
    """A channel of light as sRGB stores it, 0 to 1."""
    held = min(1.0, max(0.0, linear))
    return 12.92 * held if held <= 0.0031308 else 1.055 * held ** (1 / 2.4) - 0.055


def score_colours(corners: tuple[Lab, ...]) -> dict[str, str]:
    """The ramp under its names in the palette."""
    return {f"score-{step}": colour for step, colour in enumerate(ramp(corners))}


SCREEN_LIGHT: Mapping[str, str] = MappingProxyType(
    {
        **LIGHT,
        **score_colours(LIGHT_CORNERS),
        "excluded": "#d5d9dd",
        "excluded-line": "#b9c0c6",
        "opened-line": "#8a2a63",
        "site": "#8c1d5e",
        "site-ink": "#ffffff",
        "site-soft": "#f9e9f2",
        "site-rim": "#ffffff",
        "route": "#8c1d5e",
        "point": "#17222c",
        "hub": "#ffffff",
        "hub-rim": "#17222c",
        "good": "#12694b",
    }
)

SCREEN_DARK: Mapping[str, str] = MappingProxyType(
    {
        **DARK,
        **score_colours(DARK_CORNERS),
        "excluded": "#252b31",
        "excluded-line": "#39434c",
        "opened-line": "#ff9fd0",
        "site": "#ff9fd0",
        "site-ink": "#2a0a1c",
        "site-soft": "#43213a",
        "site-rim": "#0e151b",
        "route": "#ff9fd0",
        "point": "#eaf0f4",
        "hub": "#16202a",
        "hub-rim": "#eaf0f4",
        "good": "#7fd6b0",
    }
)
