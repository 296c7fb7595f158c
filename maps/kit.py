"""What makes one kind of page out of the parts that all pages share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from maps import assets
from maps.explained_style import EXPLAINED_DARK, EXPLAINED_LIGHT
from maps.headroom_style import HEADROOM_DARK, HEADROOM_LIGHT
from maps.layers import (
    EXPLAINED_LAYERS,
    HEADROOM_LAYERS,
    LAYERS,
    LOADS_LAYERS,
    SCREEN_LAYERS,
    Layer,
)
from maps.loads_style import LOADS_DARK, LOADS_LIGHT
from maps.payload import script_json
from maps.screen_style import SCREEN_DARK, SCREEN_LIGHT
from maps.style import DARK, LIGHT, theme_css


@dataclass(frozen=True, slots=True)
class PageKit:
    """The own parts of a kind of page; everything else is the same on all of them."""

    name: str
    """Stands in the ids of map and data block."""
    scripts: tuple[str, ...]
    """In the order in which they build on each other; they share one scope."""
    styles: tuple[str, ...]
    """Style sheets, later ones winning."""
    sections: str
    """Markup of the panel between the key figures and the buttons below."""
    layers: tuple[Layer, ...]
    light: Mapping[str, str]
    dark: Mapping[str, str]
    unpacks: bool = False
    """Whether the script waits for packed data."""

    def panel(self) -> str:
        """The markup beside the map."""
        frame = assets.own("panel.html")
        return frame.replace("<!-- sections -->\n", assets.own(self.sections))

    def style(self) -> str:
        """Colours and style sheets as one text."""
        return theme_css(self.light, self.dark) + assets.joined(self.styles)

    def script(self) -> str:
        """The page's scripts as one function, and the call that hands it the map's groups."""
        kind = "async function" if self.unpacks else "function"
        name = f"draw{self.name.capitalize()}"
        groups = ", ".join(f"{each.name}: feature_group_{each.name}" for each in self.layers)
        shown = script_json([layer.name for layer in self.layers if layer.shown])
        body = f"'use strict';\n{assets.joined(self.scripts)}"
        call = f"{name}(map_{self.name}, {{{groups}}}, {shown});"
        return f"{kind} {name}(map, groups, shown) {{\n{body}\n}}\n{call}"


PLAN_KIT = PageKit(
    name="plan",
    scripts=assets.PLAN_SCRIPTS,
    styles=assets.PLAN_STYLES,
    sections="_plan_sections.html",
    layers=LAYERS,
    light=LIGHT,
    dark=DARK,
)

EXPLAINED_KIT = replace(
    PLAN_KIT,
    scripts=assets.EXPLAINED_SCRIPTS,
    styles=assets.EXPLAINED_STYLES,
    layers=EXPLAINED_LAYERS,
    light=EXPLAINED_LIGHT,
    dark=EXPLAINED_DARK,
)
"""The plan map of a run that was explained; without an explanation a page carries none of it."""

LOADS_KIT = PageKit(
    name="loads",
    scripts=assets.LOADS_SCRIPTS,
    styles=assets.LOADS_STYLES,
    sections="_loads_sections.html",
    layers=LOADS_LAYERS,
    light=LOADS_LIGHT,
    dark=LOADS_DARK,
    unpacks=True,
)

SCREEN_KIT = PageKit(
    name="screen",
    scripts=assets.SCREEN_SCRIPTS,
    styles=assets.SCREEN_STYLES,
    sections="_screen_sections.html",
    layers=SCREEN_LAYERS,
    light=SCREEN_LIGHT,
    dark=SCREEN_DARK,
    unpacks=True,
)

HEADROOM_KIT = PageKit(
    name="headroom",
    scripts=assets.HEADROOM_SCRIPTS,
    styles=assets.HEADROOM_STYLES,
    sections="_headroom_sections.html",
    layers=HEADROOM_LAYERS,
    light=HEADROOM_LIGHT,
    dark=HEADROOM_DARK,
    unpacks=True,
)
