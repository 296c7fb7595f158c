"""One self-contained page: a Folium map with everything it needs inside.

Folium and branca compile the text they are given as Jinja templates, so that a name such as
``{{ ... }}`` in a table would run as code. Here nothing from a table passes through them: the
data stand once in the page, as JSON, and our own script reads it there. The content security
policy lists the scripts of the page by their hash; whatever else might slip in does not run.
"""

import logging
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import folium
from branca.element import Element, Figure
from folium.template import Template

from maps import assets
from maps.kit import PageKit
from maps.layers import group, pane
from maps.payload import megabytes_of, require_sendable, script_json
from maps.policy import LEAFLET_SCRIPT, LEAFLET_STYLE, content_policy, offline_parts, unix_lines

log = logging.getLogger(f"siting.{__name__}")


class Raw(Element):
    """Text that reaches the page as it is; branca's own element would compile it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: object) -> str:
        """The text, untouched."""
        return self.text


class PageMap(folium.Map):
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

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(location=[37.6, 137.2], zoom_start=5, tiles=None, **options)
        self._id = name


class PageFigure(Figure):
    """A page that fetches nothing and runs nothing but the scripts it was built with."""

    def __init__(self, kit: PageKit, data: Mapping[str, Any], title: str) -> None:
        super().__init__(title=title)
        self.kit = kit
        self.data = data

    def render(self, **kwargs: object) -> str:
        """The whole page."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        styles = [assets.leaflet_style(), self.kit.style()]
        scripts = [assets.leaflet_script(), self.script.render() + "\n" + self.kit.script()]
        head = "".join(code.render() for code in offline_parts(self.header))
        body = f"{self.html.render()}\n{self.kit.panel()}{self.data_block()}"
        page = PAGE.format(
            policy=content_policy(scripts, styles),
            title=escape(self.title or "", quote=True),
            head=head + "".join(f"<style>{css}</style>" for css in unix_lines(styles)),
            body=body + "".join(f"<script>{js}</script>" for js in unix_lines(scripts)),
        )
        # A lone half of a surrogate pair cannot be written as UTF-8; it shows as "?".
        return page.encode("utf-8", "replace").decode("utf-8")

    def data_block(self) -> str:
        """The data, in the one place where they stand."""
        block = f'<script type="application/json" id="{self.kit.name}-data">'
        return f"{block}{script_json(self.data)}</script>"


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


def draw_page(kit: PageKit, data: Mapping[str, Any], title: str) -> PageMap:
    """A page's map with one pane and one group per layer, in its own figure."""
    figure = PageFigure(kit, data, title)
    page_map = PageMap(
        kit.name,
        zoom_control=False,
        attribution_control=False,
        min_zoom=4,
        max_zoom=12,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=110,
    )
    for layer in kit.layers:
        pane(layer).add_to(page_map)
        group(layer).add_to(page_map)
    figure.add_child(page_map, name=f"{kit.name}_map")
    return page_map


def save_page(page_map: PageMap, path: Path) -> Path:
    """Write a drawn page as one file that opens on a closed network.

    The file appears in one step: a reader never meets half of it, and an error leaves an
    older file as it was.

    Raises
    ------
    InputError
        If the page would exceed 10 MB; it names the largest layer.
    """
    figure = page_map.get_root()
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
    """The title in both languages, for the browser's tab."""
    titles = summary["title"]
    return " | ".join(dict.fromkeys(str(titles[key]) for key in ("ja", "en") if titles.get(key)))
