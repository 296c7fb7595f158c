"""Colours of the map, for daylight and for dark rooms.

Sites take a sequential ramp by start year, soonest strongest: darkest on light land, brightest
on dark land. Orange and red mean tight, on lines and areas alike. Zones are violet and hatched,
so that the hatch tells them apart where the hue does not.
"""

from collections.abc import Mapping
from types import MappingProxyType

START_CLASSES = 6
"""How many classes of start year can be told apart."""

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#17222c",
        "muted": "#56646f",
        "line": "#dde3e8",
        "card": "#ffffff",
        "soft": "#eef2f5",
        "accent": "#0b5c8f",
        "focus": "#d98a00",
        "sea": "#e9eff3",
        "shoal": "#f5f9fb",
        "grid": "#dbe4ea",
        "land": "#fcfbf8",
        "border": "#a3b0ba",
        "coast": "#7f909d",
        "halo": "#ffffff",
        "casing": "#ffffff",
        "hollow": "#ffffff",
        "candidate": "#5f6f7b",
        "start-1": "#0a2a5c",
        "start-2": "#12528f",
        "start-3": "#1e7fb8",
        "start-4": "#2f98b6",
        "start-5": "#6fbfbf",
        "start-6": "#a5d8c6",
        "ring": "#ffffff",
        "rim": "#0a2a5c",
        "calm": "#4b6475",
        "busy": "#c77700",
        "tight": "#c2401c",
        "unknown": "#98a5af",
        "zone": "#6a3fb5",
        "zone-soft": "#f0eafa",
        "zone-ink": "#4d2a8c",
        "margin-1": "#e2937a",
        "margin-2": "#f3cfa6",
        "margin-3": "#f1ead0",
        "margin-4": "#d5e4d0",
        "margin-5": "#aacdb6",
        "margin-none": "#e4e7ea",
        "mark": "#8a5300",
        "mark-soft": "#fff4e0",
        "area-ink": "#6c7a86",
    }
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#eaf0f4",
        "muted": "#a3b3bf",
        "line": "#2b3844",
        "card": "#16202a",
        "soft": "#0f171e",
        "accent": "#3a9bd6",
        "focus": "#ffb938",
        "sea": "#0e151b",
        "shoal": "#131d25",
        "grid": "#18232c",
        "land": "#202c37",
        "border": "#465766",
        "coast": "#5c7082",
        "halo": "#0e151b",
        "casing": "#0e151b",
        "hollow": "#16202a",
        "candidate": "#93a5b3",
        "start-1": "#f1fbff",
        "start-2": "#b9e6f7",
        "start-3": "#7cc7ea",
        "start-4": "#4aa3d3",
        "start-5": "#367fb2",
        "start-6": "#356694",
        "ring": "#0e151b",
        "rim": "#dff3fb",
        "calm": "#8ba3b4",
        "busy": "#f0a63c",
        "tight": "#f0714a",
        "unknown": "#667684",
        "zone": "#b08cf0",
        "zone-soft": "#2b1f45",
        "zone-ink": "#d3bff7",
        "margin-1": "#8f3d27",
        "margin-2": "#75502a",
        "margin-3": "#4b4a36",
        "margin-4": "#31493f",
        "margin-5": "#2a6350",
        "margin-none": "#2a333c",
        "mark": "#ffc873",
        "mark-soft": "#3a2c12",
        "area-ink": "#93a5b3",
    }
)


def theme_css(light: Mapping[str, str] = LIGHT, dark: Mapping[str, str] = DARK) -> str:
    """Both palettes as custom properties; the page picks one by `data-theme`, paper is light."""
    in_the_dark = f"@media screen{{:root[data-theme=dark]{{{properties(dark)}}}}}"
    return f":root{{{properties(light)}}}\n{in_the_dark}\n"


def properties(palette: Mapping[str, str]) -> str:
    """A palette as CSS declarations.

    Examples
    --------
    >>> properties({"ink": "#000000"})
    '--ink:#000000;'
    """
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours after WCAG 2.2, 1 to 21. [-]

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour after WCAG 2.2, 0 to 1. [-]"""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
