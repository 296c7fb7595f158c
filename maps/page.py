"""The map of a plan as one self-contained page."""

from pathlib import Path

from maps.content import MapContent
from maps.figure import PageMap, draw_page, page_title, save_page
from maps.kit import EXPLAINED_KIT, PLAN_KIT
from maps.payload import page_data


def draw_plan(content: MapContent, *, compare: MapContent | None = None) -> PageMap:
    """The plan as an interactive map, also shown as such in a notebook.

    Parameters
    ----------
    content : MapContent
        The run to draw.
    compare : MapContent, optional
        A second run on the same page; the reader switches between the two.

    Returns
    -------
    PageMap
        A Folium map with one pane and one group per layer.
    """
    contents = (content, *([] if compare is None else [compare]))
    explained = any(each.explanation is not None for each in contents)
    kit = EXPLAINED_KIT if explained else PLAN_KIT
    return draw_page(kit, page_data(content, compare), page_title(content.summary))


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
    return save_page(draw_plan(content, compare=compare), path)
