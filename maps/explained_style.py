"""Colours of the layers of an explained run: other plans, and prices of limits.

Statuses differ in shape as well as in colour. Prices take one hue, darker (on dark land lighter)
the dearer, that neither sites nor zones nor tight lines use.
"""

from collections.abc import Mapping
from types import MappingProxyType

from maps.style import DARK, LIGHT

PRICE_CLASSES = 4
"""Decades of M¥ per MW: below 1, 10, 100, and above."""

EXPLAINED_LIGHT: Mapping[str, str] = MappingProxyType(
    {
        **LIGHT,
        "alt-always": "#00664c",
        "alt-sometimes": "#a86a00",
        "alt-undecided": "#5f6f7b",
        "alt-never": "#6b7883",
        "alt-comes": "#00664c",
        "alt-stays": "#0b5c8f",
        "alt-leaves": "#b0360f",
        "price-1": "#c77fa6",
        "price-2": "#b04a86",
        "price-3": "#8a1f66",
        "price-4": "#540b40",
    }
)

EXPLAINED_DARK: Mapping[str, str] = MappingProxyType(
    {
        **DARK,
        "alt-always": "#4fd1ad",
        "alt-sometimes": "#f2b84b",
        "alt-undecided": "#b4c2cc",
        "alt-never": "#93a1ad",
        "alt-comes": "#4fd1ad",
        "alt-stays": "#5fb4e6",
        "alt-leaves": "#ff8a66",
        "price-1": "#b0608f",
        "price-2": "#d080b2",
        "price-3": "#eaa6cf",
        "price-4": "#fde3f2",
    }
)
