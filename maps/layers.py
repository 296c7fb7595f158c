"""The map's layers as Folium objects: which there are, and which lies above which."""

from dataclasses import dataclass

from folium import FeatureGroup
from folium.map import CustomPane


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer the script fills; its pane has the same name."""

    name: str
    z_index: int
    clickable: bool = True
    shown: bool = True
    """Whether it is on when the page opens."""


# Hierarchy: sites over interconnectors over zones over the base. One saturated fill at a
# time, so the reserve margins wait until they are asked for. Leaflet keeps 600 and above.
LAYERS = (
    Layer("sea", 200, clickable=False),
    Layer("land", 210),
    Layer("margins", 220, shown=False),
    Layer("borders", 230, clickable=False),
    Layer("zones", 250),
    Layer("network", 255),
    Layer("ties", 260),
    Layer("candidates", 400),
    Layer("sites", 410),
    Layer("labels", 420, clickable=False),
)

# What an explanation adds waits until it is asked for, and then lies above the sites it speaks of.
EXPLAINED_LAYERS = (
    *LAYERS,
    Layer("prices", 412, shown=False),
    Layer("alternatives", 415, shown=False),
)

# The points lie on a canvas that lets the mouse through to the areas below it; the script
# asks the points first.
LOADS_LAYERS = (
    Layer("sea", 200, clickable=False),
    Layer("land", 210),
    Layer("headroom", 220),
    Layer("borders", 230, clickable=False),
    Layer("points", 400, clickable=False),
    Layer("chips", 410),
    Layer("labels", 420, clickable=False),
)

# Cells, routes and connection points lie on surfaces that let the mouse through to the map; the
# script asks the points first, then the cells.
SCREEN_LAYERS = (
    Layer("sea", 200, clickable=False),
    Layer("land", 210, clickable=False),
    Layer("cells", 220, clickable=False),
    Layer("borders", 230, clickable=False),
    Layer("campuses", 300, clickable=False),
    Layer("routes", 310, clickable=False),
    Layer("points", 320, clickable=False),
    Layer("hubs", 400),
    Layer("sites", 410),
    Layer("labels", 420, clickable=False),
)

# Lines below buses; the N-0 rings around all of them wait until they are asked for.
HEADROOM_LAYERS = (
    Layer("sea", 200, clickable=False),
    Layer("land", 210, clickable=False),
    Layer("borders", 230, clickable=False),
    Layer("branches", 300),
    Layer("rings", 390, clickable=False, shown=False),
    Layer("buses", 400),
    Layer("labels", 420, clickable=False),
)


def pane(layer: Layer) -> CustomPane:
    """The drawing surface of `layer`."""
    element = CustomPane(layer.name, z_index=layer.z_index, pointer_events=layer.clickable)
    element._id = layer.name  # branca draws ids at random; two builds must not differ
    return element


def group(layer: Layer) -> FeatureGroup:
    """The Leaflet group of `layer`, empty; the page's script fills and shows it."""
    element = FeatureGroup(name=layer.name, control=False, show=False)
    element._id = layer.name
    return element
