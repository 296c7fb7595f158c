"""The map of a screening as a text: what stands in the page, and what is refused."""

import base64
import gzip
import json
import math
import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.errors import InputError
from maps.kit import PLAN_KIT, SCREEN_KIT
from maps.screen_page import (
    cell_data,
    draw_screen,
    pack_column,
    rule_planes,
    save_screen_map,
    screen_data,
)
from maps.screen_style import SCREEN_DARK, SCREEN_LIGHT, STEPS
from maps.style import contrast
from tests.small_screens import screen_cells, screen_content, screen_summary

THEMES = pytest.mark.parametrize("palette", [SCREEN_LIGHT, SCREEN_DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def content():
    return screen_content()


def unpacked(text, dtype):
    """A column as the page reads it: sums of the differences, wrapping as the type does."""
    steps = np.frombuffer(gzip.decompress(base64.b64decode(text)), dtype)
    return np.cumsum(steps, dtype=dtype)


def test_two_builds_are_identical(content):
    first, second = (draw_screen(content).get_root() for _ in range(2))
    assert first.render() == second.render() == first.render()


def test_the_page_is_small_and_fetches_nothing(content, tmp_path):
    page = save_screen_map(content, tmp_path / "map.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1e6
    assert not re.search(r"<(?:link|img|iframe|object|base)\b|<script[^>]+src=|@import", page)
    assert "connect-src 'none'" in page
    assert "unsafe" not in page.split("</title>")[0]


def test_the_page_holds_every_asset_of_its_own_and_none_parses_data_as_markup():
    names = {path.name for path in (files("maps") / "assets").iterdir()}
    own = {name for name in names if name.lstrip("_").startswith("screen")}
    assert own == {
        name
        for name in (*SCREEN_KIT.scripts, *SCREEN_KIT.styles, SCREEN_KIT.sections)
        if name.lstrip("_").startswith("screen")
    }
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, SCREEN_KIT.script())


def test_what_is_not_the_screenings_own_it_shares_with_the_plan_map():
    others = {name for name in SCREEN_KIT.scripts if not name.startswith("screen_")}
    assert others < set(PLAN_KIT.scripts)
    assert len(others) > 12


def test_every_word_stands_in_both_languages():
    text = (files("maps") / "assets" / "screen_words.js").read_text(encoding="utf-8")
    pairs = re.findall(r'^  (\w+): \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\],$', text, re.M)
    assert len(pairs) == len(re.findall(r"^  \w+: ", text, re.M)) > 100
    for key, japanese, english in pairs:
        for part in ("{layer}", "{value}", "{top}"):
            assert (part in japanese) == (part in english), key


def test_the_title_is_text(content):
    title = {"ja": "</title><script>1</script>{{7*7}}", "en": None}
    hostile = replace(content, summary=screen_summary(title=title))
    page = draw_screen(hostile).get_root().render()
    assert "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;{{7*7}}</title>" in page


def test_a_name_that_would_be_a_template_stays_a_name(content):
    names = [{**row, "name_ja": "{{7*7}}{% raw %}"} for row in content.areas]
    page = draw_screen(replace(content, areas=names)).get_root().render()
    assert "{{7*7}}{% raw %}" in page


# Cells


def test_cells_come_back_as_they_were_whatever_their_order(content):
    cells = screen_cells()
    shuffled = np.random.default_rng(2).permutation(len(cells.row))
    mixed = replace(
        cells,
        row=cells.row[shuffled],
        col=cells.col[shuffled],
        score=cells.score[shuffled],
        scores={name: column[shuffled] for name, column in cells.scores.items()},
        rules=cells.rules[shuffled],
    )
    data = cell_data(mixed, content.summary)
    assert data["count"] == len(cells.row)
    assert (unpacked(data["row"], "<i4") == cells.row).all()
    assert (unpacked(data["col"], "<i4") == cells.col).all()
    assert (unpacked(data["score"], "u1") == cells.score).all()
    assert (unpacked(data["rules"][0], "<u4") == cells.rules).all()
    for row, packed in zip(content.summary["criteria"], data["scores"], strict=True):
        assert (unpacked(packed, "u1") == cells.scores[row["criterion"]]).all()


@given(arrays("<u4", st.integers(0, 50), elements=st.integers(0, 2**32 - 1)))
def test_packing_loses_nothing(column):
    assert (unpacked(pack_column(column), "<u4") == column).all()


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_planes_hold_every_bit(values):
    wide = np.array(values, dtype=np.uint64)
    low, high = (plane.astype(np.uint64) for plane in rule_planes(wide))
    assert (low | high << np.uint64(32)).tolist() == values


def test_columns_that_do_not_fit_are_refused(content):
    cells = screen_cells()
    for wrong, message in (
        (replace(cells, score=cells.score[1:]), "differ in length"),
        (replace(cells, rows=20), "row of the cells leaves the lattice of 20"),
        (replace(cells, scores={}), "without scores for"),
        (replace(cells, rules=cells.rules.astype(np.uint8) & 1), None),
    ):
        if message is None:
            assert cell_data(wrong, content.summary)["rules"]
            continue
        with pytest.raises(ValueError, match=message):
            draw_screen(replace(content, cells=wrong))


def test_more_rules_than_bits_are_refused(content):
    many = content.summary["rules"] * 6
    with pytest.raises(ValueError, match="36 rules in 32 bits"):
        draw_screen(replace(content, summary=screen_summary(rules=many)))
    wide = replace(content.cells, rules=content.cells.rules.astype(np.uint64))
    drawn = screen_data(replace(content, cells=wide, summary=screen_summary(rules=many)))
    assert len(drawn["cells"]["rules"]) == 2


def test_outlines_and_routes_are_no_finer_than_a_metre(content):
    packed = screen_data(content)["summary"]
    summary = json.loads(gzip.decompress(base64.b64decode(packed)))
    shown = json.dumps([[site["polygon"], site["route"]] for site in summary["sites"]])
    assert max(len(digits) for digits in re.findall(r"\.(\d+)", shown)) <= 5
    assert summary["sites"][0]["polygon"]["type"] == "Polygon"
    assert any(site["route"] is None for site in summary["sites"])


def test_an_unknown_figure_stays_unknown(content):
    sites = [{**site, "route_km": float("nan")} for site in content.summary["sites"]]
    packed = screen_data(replace(content, summary=screen_summary(sites=sites)))["summary"]
    summary = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert {site["route_km"] for site in summary["sites"]} == {None}


def test_a_page_too_large_to_send_is_refused_and_leaves_the_old_file(content, tmp_path):
    target = tmp_path / "map.html"
    target.write_text("old")
    noise = np.random.default_rng(1).integers(0, 255, 9_000_000, dtype=np.uint8)
    row, col = np.divmod(np.arange(9_000_000, dtype=np.int32), 3000)
    bulky = replace(
        content.cells,
        rows=3000,
        cols=3000,
        row=row,
        col=col,
        score=noise,
        scores=dict.fromkeys(content.cells.scores, np.zeros_like(noise)),
        rules=np.zeros(len(noise), dtype=np.uint32),
    )
    with pytest.raises(InputError, match="cells"):
        save_screen_map(replace(content, cells=bulky), target)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert target.read_text() == "old"


# Colours


def linear(channel):
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def oklab_of(colour):
    """OKLab of #rrggbb, by the published forward matrices (the module has the inverse ones)."""
    rgb = np.array([linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5)])
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    turned = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(turned) @ np.cbrt(np.array(cones) @ rgb)


@THEMES
def test_steps_of_the_ramp_look_equally_large_and_go_one_way(palette):
    path = [oklab_of(palette[f"score-{step}"]) for step in range(STEPS)]
    steps = [math.dist(one, other) for one, other in pairwise(path)]
    assert max(steps) / min(steps) < 1.12
    lightness = [lab[0] for lab in path]
    assert lightness == sorted(lightness, reverse=palette is SCREEN_LIGHT)


@THEMES
def test_what_is_excluded_is_grey_and_apart_from_every_score(palette):
    grey = oklab_of(palette["excluded"])
    assert math.hypot(*grey[1:]) < 0.02
    gaps = [math.dist(grey, oklab_of(palette[f"score-{step}"])) for step in range(STEPS)]
    assert min(gaps) > 0.06


@THEMES
def test_sites_and_their_words_are_legible(palette):
    assert contrast(palette["site"], palette["site-ink"]) >= 4.5
    assert contrast(palette["site"], palette["card"]) >= 4.5
    assert contrast(palette["site"], palette["site-soft"]) >= 4.5
    assert contrast(palette["site"], palette["excluded"]) >= 3
    assert contrast(palette["good"], palette["card"]) >= 4.5
    assert contrast(palette["point"], palette["excluded"]) >= 3


def test_both_palettes_name_the_same_colours():
    assert SCREEN_LIGHT.keys() == SCREEN_DARK.keys()
