"""One self-contained page: a Folium map with everything it needs inside.

Folium and branca compile the text they are given as Jinja templates, so that a name such as
``{{ ... }}`` in a table would run as code. Here nothing from a table passes through them: the
data stand once in the page, as JSON, and our own script reads it there. The content security
policy lists the scripts of the page by their hash; whatever else might slip in does not run.
"""

import base64
import hashlib
import logging
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from data.errors import SourceUnavailableError
from maps import assets
from maps.content import MapContent
from maps.layers import LAYERS, group, pane
from maps.payload import megabytes_of, page_data, require_sendable, script_json
from maps.style import theme_css

log = logging.getLogger(f"siting.{__name__}")

LEAFLET_SCRIPT = "js_lib_leaflet/leaflet.js"
LEAFLET_STYLE = "js_lib_leaflet/leaflet.css"


class Raw(Element):
    """Text that reaches the page as it is; branca's own element would compile it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: object) -> str:
        """The text, untouched."""
        return self.text


class PlanMap(folium.Map):
    """A Folium map that needs Leaflet only and may be zoomed on a phone."""

    default_js: ClassVar[list[tuple[str, str]]] = [("leaflet", LEAFLET_SCRIPT)]
    default_css: ClassVar[list[tuple[str, str]]] = [("leaflet_css", LEAFLET_STYLE)]
    _template = Template(
        "{% macro html(this, kwargs) %}"
        "<main><div class='folium-map' id={{ this.get_name()|tojson }}></div></main>"
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {"
        "center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }} });"
        "{% endmacro %}"
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(location=[37.6, 137.2], zoom_start=5, tiles=None, **options)
        self._id = "plan"


class PlanFigure(Figure):
    """A page that fetches nothing and runs nothing but the scripts it was built with."""

    def __init__(self, data: Mapping[str, Any], title: str) -> None:
        super().__init__(title=title)
        self.data = data

    def render(self, **kwargs: object) -> str:
        """The whole page."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        styles = [assets.leaflet_style(), theme_css() + assets.own_style()]
        scripts = [assets.leaflet_script(), self.script.render() + "\n" + start_script()]
        head = "".join(code.render() for code in offline_parts(self.header))
        body = f"{self.html.render()}\n{assets.own('panel.html')}"
        block = f'<script type="application/json" id="plan-data">{script_json(self.data)}</script>'
        page = PAGE.format(
            policy=content_policy(scripts, styles),
            title=escape(self.title or "", quote=True),
            head=head + "".join(f"<style>{css}</style>" for css in unix_lines(styles)),
            body=body + block + "".join(f"<script>{js}</script>" for js in unix_lines(scripts)),
        )
        # A lone half of a surrogate pair cannot be written as UTF-8; it shows as "?".
        return page.encode("utf-8", "replace").decode("utf-8")


PAGE = """<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
{head}
</head>
<body>
{body}
</body>
</html>
"""


def draw_plan(content: MapContent, *, compare: MapContent | None = None) -> PlanMap:
    """The plan as an interactive map, also shown as such in a notebook.

    Parameters
    ----------
    content : MapContent
        The run to draw.
    compare : MapContent, optional
        A second run on the same page; the reader switches between the two.

    Returns
    -------
    PlanMap
        A Folium map with one pane and one group per layer.
    """
    figure = PlanFigure(page_data(content, compare), page_title(content.summary))
    plan_map = PlanMap(
        zoom_control=False,
        attribution_control=False,
        min_zoom=4,
        max_zoom=12,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=110,
    )
    for layer in LAYERS:
        pane(layer).add_to(plan_map)
        group(layer).add_to(plan_map)
    figure.add_child(plan_map, name="plan_map")
    return plan_map


def save_map(content: MapContent, path: Path, *, compare: MapContent | None = None) -> Path:
    """Write the map as one file that opens on a closed network.

    The file appears in one step: a reader never meets half of it, and an error leaves an
    older file as it was.

    Parameters
    ----------
    content : MapContent
        The run to draw.
    path : Path
        The HTML file.
    compare : MapContent, optional
        A second run on the same page.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        If the page would exceed 10 MB; it names the largest layer.
    """
    figure = draw_plan(content, compare=compare).get_root()
    page = figure.render()
    require_sendable(page, figure.data)
    write_in_one_step(page, path)
    log.info("map of %.2f MB written to %s", megabytes_of(page), path.name)
    return path


def write_in_one_step(text: str, path: Path) -> None:
    """Write a file beside `path`, then put it in its place."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)  # noqa: PTH105 - the atomic step, named as the manual names it
    finally:
        partial.unlink(missing_ok=True)


def page_title(summary: Mapping[str, Any]) -> str:
    """The run's title in both languages, for the browser's tab."""
    titles = summary["title"]
    return " | ".join(dict.fromkeys(str(titles[key]) for key in ("ja", "en") if titles.get(key)))


def start_script() -> str:
    """Our script, and the call that hands it the map and its groups."""
    groups = ", ".join(f"{layer.name}: feature_group_{layer.name}" for layer in LAYERS)
    shown = [layer.name for layer in LAYERS if layer.shown]
    return f"{assets.own_script()}\ndrawPlan(map_plan, {{{groups}}}, {script_json(shown)});"


def offline_parts(header: Element) -> list[Element]:
    """The parts of the header that are not links; a link to anything but Leaflet is refused."""
    parts = header._children.values()
    links = [part for part in parts if isinstance(part, (JavascriptLink, CssLink))]
    strangers = [link.url for link in links if link.url not in (LEAFLET_SCRIPT, LEAFLET_STYLE)]
    if strangers:
        raise SourceUnavailableError(
            f"the page works without a network and cannot fetch {', '.join(strangers)}; "
            "draw with elements that need Leaflet only"
        )
    return [part for part in parts if part not in links]


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """A policy under which the page may reach nothing and run only these texts."""
    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def hashes(texts: list[str]) -> str:
    """Each text as the policy names it."""
    digests = [hashlib.sha256(text.encode("utf-8")).digest() for text in unix_lines(texts)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def unix_lines(texts: list[str]) -> list[str]:
    """Texts with the line ends that a browser hashes, whatever the files came with."""
    return [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
