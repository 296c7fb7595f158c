"""Code that goes into the page: Leaflet from its installed package, and our own files."""

import base64
import mimetypes
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

SCRIPTS = (
    "dom.js",
    "words.js",
    "format.js",
    "plan.js",
    "state.js",
    "symbols.js",
    "charts.js",
    "popups.js",
    "base.js",
    "margins.js",
    "zones.js",
    "ties.js",
    "sites.js",
    "labels.js",
    "inset.js",
    "legends.js",
    "panel.js",
    "limits.js",
    "ranking.js",
    "years.js",
    "notes.js",
    "export.js",
    "start.js",
)
"""In the order in which they build on each other; they share one scope."""

STYLES = ("page.css", "panel.css", "map.css", "popup.css", "phone.css", "print.css")


def own(name: str) -> str:
    """Text of one of our own assets."""
    return (files("maps") / "assets" / name).read_text(encoding="utf-8")


def own_script() -> str:
    """Our scripts as one function, so that nothing of theirs becomes global."""
    body = "\n".join(own(name) for name in SCRIPTS)
    return f"function drawPlan(map, groups, shown) {{\n'use strict';\n{body}\n}}"


def own_style() -> str:
    """Our style sheets, later ones winning."""
    return "\n".join(own(name) for name in STYLES)


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
