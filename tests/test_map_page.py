import re
from dataclasses import replace
from importlib.resources import files

import folium
import pytest

from data.errors import InputError, SourceUnavailableError
from maps.assets import SCRIPTS, STYLES
from maps.content import MapContent
from maps.page import draw_plan, save_map


def test_two_builds_are_identical(map_content):
    first, second = (draw_plan(map_content()).get_root() for _ in range(2))
    assert first.render() == second.render() == first.render()


def test_the_page_is_small_and_fetches_nothing(map_content, tmp_path):
    page = save_map(map_content(), tmp_path / "map.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 3e6
    assert not re.search(r"<(?:link|img|iframe|object|base)\b|<script[^>]+src=|@import", page)
    assert "connect-src 'none'" in page
    assert "unsafe" not in page.split("</title>")[0]


def test_the_map_is_a_folium_tree_with_a_group_for_each_layer(map_content):
    drawn = draw_plan(map_content())
    assert isinstance(drawn, folium.Map)
    groups = [child for child in drawn._children.values() if isinstance(child, folium.FeatureGroup)]
    assert {"sites", "zones", "ties", "margins"} <= {group.tile_name for group in groups}


def test_the_map_shows_itself_in_a_notebook(map_content):
    shown = draw_plan(map_content())._repr_html_()
    assert shown.startswith("<div")
    assert "plan-data" in shown


def test_the_title_is_text(map_content):
    content = map_content()
    title = {"ja": "</title><script>1</script>{{7*7}}", "en": None}
    page = (
        draw_plan(replace(content, summary={**content.summary, "title": title})).get_root().render()
    )
    assert "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;{{7*7}}</title>" in page


def test_half_a_surrogate_pair_does_not_stop_the_writing(map_content, tmp_path):
    content = map_content()
    broken = replace(content, summary={**content.summary, "name": "\ud800"})
    assert save_map(broken, tmp_path / "map.html").stat().st_size > 1e5


def test_a_link_to_somewhere_else_is_refused_by_name(map_content):
    drawn = draw_plan(map_content())
    drawn.get_root().header.add_child(folium.JavascriptLink("https://cdn.example/x.js"))
    with pytest.raises(SourceUnavailableError, match=r"https://cdn\.example/x\.js"):
        drawn.get_root().render()


def test_a_refused_map_leaves_the_old_file_and_no_other(map_content, tmp_path):
    target = tmp_path / "map.html"
    target.write_text("old")
    content = map_content()
    bulky = {**content.summary, "unknowns": [{"ja": "x" * 11_000_000, "en": ""}]}
    with pytest.raises(InputError, match="unknowns"):
        save_map(replace(content, summary=bulky), target)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert target.read_text() == "old"


def test_every_asset_is_in_the_page_and_none_parses_data_as_markup():
    folder = files("maps") / "assets"
    names = {path.name for path in folder.iterdir() if not path.name.startswith(("_", "."))}
    assert names == {*SCRIPTS, *STYLES, "panel.html"}
    own = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, own)


def test_an_empty_plan_can_be_drawn(map_content):
    content = map_content()
    bare = {"title": {"ja": "空", "en": "empty"}, "years": [2026]}
    empty = MapContent(bare, content.prefectures, content.areas)
    assert "plan-data" in draw_plan(empty).get_root().render()
