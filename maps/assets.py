"""Code that goes into the page: Leaflet from its installed package, and our own files."""

import base64
import mimetypes
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

PLAN_SCRIPTS = (
    "dom.js",
    "words.js",
    "plan_words.js",
    "format.js",
    "data.js",
    "network_data.js",
    "plan.js",
    "state.js",
    "icons.js",
    "symbols.js",
    "charts.js",
    "costs.js",
    "popup_parts.js",
    "popups.js",
    "hatches.js",
    "base.js",
    "chips.js",
    "margins.js",
    "zones.js",
    "ties.js",
    "popup_frame.js",
    "network_popups.js",
    "network.js",
    "sites.js",
    "labels.js",
    "site_labels.js",
    "inset.js",
    "site_inset.js",
    "legend_parts.js",
    "legends.js",
    "panel.js",
    "plan_panel.js",
    "limits.js",
    "more_limits.js",
    "ranking.js",
    "years.js",
    "notes.js",
    "save.js",
    "export.js",
    "start.js",
)
"""Of the plan map, in the order in which they build on each other."""

EXPLAINED_SCRIPTS = (
    *PLAN_SCRIPTS[:-1],
    "explained_words.js",
    "explained_data.js",
    "other_plans.js",
    "alternatives.js",
    "prices.js",
    "explained_places.js",
    PLAN_SCRIPTS[-1],
)
"""Of the plan map of a run that was explained; the last script starts the page."""

LOADS_SCRIPTS = (
    "dom.js",
    "words.js",
    "loads_words.js",
    "format.js",
    "data.js",
    "loads_data.js",
    "state.js",
    "icons.js",
    "loads_verdicts.js",
    "loads_symbols.js",
    "loads_charts.js",
    "popup_parts.js",
    "loads_adequacy.js",
    "loads_area_popup.js",
    "loads_point_popup.js",
    "hatches.js",
    "base.js",
    "chips.js",
    "popup_frame.js",
    "loads_areas.js",
    "loads_canvas.js",
    "loads_points.js",
    "labels.js",
    "loads_labels.js",
    "inset.js",
    "loads_inset.js",
    "legend_parts.js",
    "loads_legends.js",
    "panel.js",
    "loads_panel.js",
    "loads_ranking.js",
    "loads_search.js",
    "years.js",
    "notes.js",
    "loads_notes.js",
    "save.js",
    "loads_export.js",
    "start.js",
)
"""Of the map of a forecast check; whatever does not begin with `loads_` it shares."""

SCREEN_SCRIPTS = (
    "dom.js",
    "words.js",
    "screen_words.js",
    "format.js",
    "data.js",
    "screen_data.js",
    "screen_state.js",
    "icons.js",
    "screen_cells.js",
    "screen_levels.js",
    "screen_scale.js",
    "screen_rules.js",
    "screen_ranks.js",
    "popup_parts.js",
    "screen_popup_parts.js",
    "screen_site_popup.js",
    "screen_popups.js",
    "base.js",
    "popup_frame.js",
    "screen_raster.js",
    "screen_routes.js",
    "screen_points.js",
    "screen_hubs.js",
    "screen_pins.js",
    "screen_pointer.js",
    "labels.js",
    "screen_labels.js",
    "inset.js",
    "screen_inset.js",
    "legend_parts.js",
    "screen_legends.js",
    "panel.js",
    "screen_panel.js",
    "screen_weights.js",
    "screen_rule_list.js",
    "screen_ranking.js",
    "screen_card.js",
    "screen_notes.js",
    "save.js",
    "screen_export.js",
    "screen_start.js",
)
"""Of the map of a screening; whatever does not begin with `screen_` it shares."""

HEADROOM_SCRIPTS = (
    "dom.js",
    "words.js",
    "headroom_words.js",
    "format.js",
    "data.js",
    "headroom_data.js",
    "headroom_state.js",
    "icons.js",
    "headroom_scales.js",
    "popup_parts.js",
    "headroom_popups.js",
    "base.js",
    "popup_frame.js",
    "headroom_branches.js",
    "headroom_buses.js",
    "labels.js",
    "headroom_labels.js",
    "inset.js",
    "headroom_inset.js",
    "legend_parts.js",
    "headroom_legends.js",
    "panel.js",
    "headroom_panel.js",
    "headroom_ranking.js",
    "notes.js",
    "headroom_notes.js",
    "save.js",
    "headroom_export.js",
    "headroom_start.js",
)
"""Of the map of hosting capacity; whatever does not begin with `headroom_` it shares."""

SCRIPTS = tuple(
    dict.fromkeys(EXPLAINED_SCRIPTS + LOADS_SCRIPTS + SCREEN_SCRIPTS + HEADROOM_SCRIPTS)
)
"""Every script there is, once."""

PLAN_STYLES = ("page.css", "panel.css", "map.css", "popup.css", "phone.css", "print.css")

EXPLAINED_STYLES = (*PLAN_STYLES, "explained.css")

LOADS_STYLES = (*PLAN_STYLES, "loads.css")

SCREEN_STYLES = (*PLAN_STYLES, "screen.css")

HEADROOM_STYLES = (*PLAN_STYLES, "headroom.css")

STYLES = (*LOADS_STYLES, "explained.css", "screen.css", "headroom.css")
"""Every style sheet there is."""


def own(name: str) -> str:
    """Text of one of our own assets."""
    return (files("maps") / "assets" / name).read_text(encoding="utf-8")


def joined(names: tuple[str, ...]) -> str:
    """Several of our own assets, one after the other."""
    return "\n".join(own(name) for name in names)


def leaflet_script() -> str:
    """Leaflet's code, without the pointer to a source map that is not in the page."""
    code = (leaflet_folder() / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", code).replace("</script", "<\\/script")


def leaflet_style() -> str:
    """Leaflet's style sheet with its few images inside."""
    css = (leaflet_folder() / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\((images/[^)]+)\)", lambda match: f"url({data_uri(match[1])})", css)


def data_uri(name: str) -> str:
    """An image of Leaflet's as a data URI."""
    kind = mimetypes.guess_type(name)[0]
    content = base64.b64encode(leaflet_folder().joinpath(*name.split("/")).read_bytes()).decode()
    return f"data:{kind};base64,{content}"


def leaflet_folder() -> Traversable:
    """Where the installed package django-js-lib-leaflet keeps Leaflet 1.9.4."""
    return files("js_lib_leaflet") / "static" / "js_lib_leaflet"
