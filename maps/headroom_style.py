"""Colours of the headroom map, beside those of every map.

Lines take the calm, busy and tight of every map by loading, and a deeper red where the base case is
above the rating; how often a line binds takes three steps of violet. Buses are one blue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from maps.style import DARK, LIGHT

HEADROOM_LIGHT: Mapping[str, str] = MappingProxyType(
    {
        **LIGHT,
        "bus": "#0b5c8f",
        "bus-rim": "#ffffff",
        "over": "#a8123a",
        "over-soft": "#fdeaee",
        "accent-soft": "#e3f0f8",
        "bind-1": "#9a80cc",
        "bind-2": "#6a3fb5",
        "bind-3": "#3a1a78",
    }
)

HEADROOM_DARK: Mapping[str, str] = MappingProxyType(
    {
        **DARK,
        "bus": "#56b1e6",
        "bus-rim": "#0e151b",
        "over": "#ff8aa3",
        "over-soft": "#45141f",
        "accent-soft": "#17344a",
        "bind-1": "#8f73cb",
        "bind-2": "#b996f5",
        "bind-3": "#e6d9ff",
    }
)
