"""Colours of the forecast check's map, beside those of every map.

Areas take a diverging scale: reds where the additions exceed what the forecast holds, blues
where there is room, green where it already holds all of them. Not known is grey and hatched and
belongs to neither side. Applications take violet by stage, the surest strongest, so that they
stand apart from every fill below them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from maps.style import DARK, LIGHT

STAGES = 5
"""Steps of the violet ramp: study, applied, accepted, contract, supplied."""

LOADS_LIGHT: Mapping[str, str] = MappingProxyType(
    {
        **LIGHT,
        "over-3": "#d9694f",
        "over-2": "#ea9a82",
        "over-1": "#f7cdbd",
        "room-1": "#d3e6f0",
        "room-2": "#9fcbe0",
        "room-3": "#64a7c9",
        "inside": "#bfe0c4",
        "nodata": "#eceff1",
        "nodata-line": "#b3bec6",
        "over-ink": "#b0331a",
        "room-ink": "#0b5c8f",
        "inside-ink": "#2b6b3a",
        "over-soft": "#fbe6df",
        "room-soft": "#e1eff7",
        "inside-soft": "#e2f2e4",
        "stage-1": "#c7b6e6",
        "stage-2": "#a384d4",
        "stage-3": "#7d58bd",
        "stage-4": "#56339a",
        "stage-5": "#2c1460",
        "stage-rim": "#56339a",
        "area-border": "#5c6b77",
    }
)

LOADS_DARK: Mapping[str, str] = MappingProxyType(
    {
        **DARK,
        "over-3": "#a8432b",
        "over-2": "#7b3a29",
        "over-1": "#543530",
        "room-1": "#25424f",
        "room-2": "#285d78",
        "room-3": "#2d7ba3",
        "inside": "#2c5a40",
        "nodata": "#262f38",
        "nodata-line": "#4b5a66",
        "over-ink": "#ff9a7d",
        "room-ink": "#7cc7ea",
        "inside-ink": "#8fd6a3",
        "over-soft": "#43231b",
        "room-soft": "#163446",
        "inside-soft": "#1c3a28",
        "stage-1": "#6a58a0",
        "stage-2": "#8a72c4",
        "stage-3": "#aa94e0",
        "stage-4": "#cfc1f4",
        "stage-5": "#f6f1ff",
        "stage-rim": "#cfc1f4",
        "area-border": "#8c9caa",
    }
)
