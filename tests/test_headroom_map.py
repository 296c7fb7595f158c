"""The map of hosting capacity as a text, and in a real browser with the network off."""

import csv
import io
import json
import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

import siting.headroom.run as steps
from maps.headroom_page import draw_headroom, save_headroom_map
from maps.headroom_style import HEADROOM_DARK, HEADROOM_LIGHT
from maps.kit import HEADROOM_KIT, PLAN_KIT
from maps.style import contrast
from siting.headroom.files import map_content, zones_of
from siting.headroom.question import Asked
from siting.headroom.run import answer_headroom
from siting.headroom.summary import summary_of
from siting.run_files import plain
from tests.conftest import watched_pages
from tests.small_networks import NAN, branch_table, bus_table, spur, triangle

DESKTOP, PHONE = (1440, 900), (390, 844)
BOTH = Asked(rules=("fixed", "redispatch"), joint=("B", "C"))
THEMES = pytest.mark.parametrize("palette", [HEADROOM_LIGHT, HEADROOM_DARK], ids=["light", "dark"])


def content_of(network, asked=None, path="net.m"):
    """What the map shows of a network in memory."""
    before = steps.read_network
    steps.read_network = lambda _: network
    try:
        answer = answer_headroom(steps.Path(path), asked or Asked())
    finally:
        steps.read_network = before
    return map_content(plain(summary_of(answer, zones_of(answer, "2026-11-26"))))


@pytest.fixture(scope="module")
def content():
    return content_of(spur(), BOTH)


# The page as a text


def test_two_builds_are_identical(content):
    first, second = (draw_headroom(content).get_root() for _ in range(2))
    assert first.render() == second.render()


def test_the_page_is_small_and_fetches_nothing(content, tmp_path):
    page = save_headroom_map(content, tmp_path / "map.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1e6
    assert not re.search(r"<(?:link|img|iframe|object|base)\b|<script[^>]+src=|@import", page)
    assert "connect-src 'none'" in page
    assert "unsafe" not in page.split("</title>")[0]


def test_the_page_holds_every_asset_of_its_own_and_none_parses_data_as_markup():
    names = {path.name for path in (files("maps") / "assets").iterdir()}
    own = {name for name in names if name.lstrip("_").startswith("headroom")}
    kit = (*HEADROOM_KIT.scripts, *HEADROOM_KIT.styles, HEADROOM_KIT.sections)
    assert own == {name for name in kit if name.lstrip("_").startswith("headroom")}
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, HEADROOM_KIT.script())


def test_what_is_not_its_own_it_shares_with_the_plan_map():
    others = {name for name in HEADROOM_KIT.scripts if not name.startswith("headroom_")}
    assert others < set(PLAN_KIT.scripts)


def test_every_word_stands_in_both_languages_and_is_there():
    folder = files("maps") / "assets"
    text = (folder / "headroom_words.js").read_text(encoding="utf-8")
    pairs = re.findall(r'^  (\w+): \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\],$', text, re.M)
    assert len(pairs) == len(re.findall(r"^  \w+: ", text, re.M)) > 60
    assert all(("{count}" in ja) == ("{count}" in en) for _, ja, en in pairs)
    known = {key for key, _, _ in pairs} | set(
        re.findall(r"^  (\w+): \[", (folder / "words.js").read_text(encoding="utf-8"), re.M)
    )
    own = "\n".join(
        (folder / name).read_text(encoding="utf-8")
        for name in (*HEADROOM_KIT.scripts, HEADROOM_KIT.sections)
        if "headroom" in name
    )
    asked = set(re.findall(r'word\("(\w+)"\)|data-(?:text|label)="(\w+)"', own))
    assert {one or other for one, other in asked} <= known


def test_a_title_that_is_markup_or_a_template_stays_text(content):
    title = {"ja": "</title><script>1</script>{{7*7}}", "en": None}
    hostile = replace(content, summary={**content.summary, "title": title})
    page = draw_headroom(hostile).get_root().render()
    assert "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;{{7*7}}</title>" in page


@THEMES
def test_marks_stand_out(palette):
    for line in ("bus", "over", "bind-1", "bind-2", "bind-3"):
        assert contrast(palette[line], palette["land"]) >= 3, line
    assert contrast(palette["over"], palette["over-soft"]) >= 4.5
    assert contrast(palette["ink"], palette["accent-soft"]) >= 4.5


# In a browser


@pytest.fixture
def open_map(browser, tmp_path):
    """Open an answer as a page; nothing may be asked for or complained about."""
    with watched_pages(browser) as show:

        def opened(content, size=DESKTOP, fragment="#lang=en", **options):
            path = save_headroom_map(content, tmp_path / "map.html")
            return show(path, size, fragment, **options)

        yield opened


def kpi(page, key):
    return page.inner_text(f'[data-kpi="{key}"] b')


def listed(page):
    return page.eval_on_selector_all("#ranking button", "all => all.map(one => one.dataset.bus)")


def radius(page, bus):
    """Half the width of a circle on the map. [pixels]"""
    box = page.locator(f'path[data-bus="{bus}"]').evaluate("e => e.getBBox().width")
    return box / 2


def popup(page):
    """Text of the popup, once the one before has faded."""
    expect(page.locator(".popup")).to_have_count(1)
    return page.inner_text(".popup")


def downloaded(page, button):
    with page.expect_download() as found:
        page.click(button)
    return found.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.browser
def test_the_page_opens_with_the_figures_of_the_run(content, open_map):
    page = open_map(content)
    assert [kpi(page, key) for key in ("busCount", "roomCount", "binders")] == ["4", "3", "2"]
    assert kpi(page, "largest") == "430MW"
    assert listed(page)[0] == "A"
    assert listed(page)[-1] == "D"
    assert "do not add up" in page.inner_text("#alone")
    assert page.is_hidden("#alarm")


@pytest.mark.browser
def test_the_area_of_a_circle_is_its_n1_figure(content, open_map):
    """A radius is drawn in whole pixels."""
    page = open_map(content)
    per_pixel = radius(page, "A") / 430**0.5
    assert radius(page, "B") == pytest.approx(per_pixel * 20**0.5, abs=0.75)
    assert page.get_attribute('path[data-bus="D"]', "stroke") == "var(--over)"


@pytest.mark.browser
def test_a_popup_names_what_binds_and_leads_to_it(content, open_map):
    page = open_map(content)
    page.click('#ranking [data-bus="B"]')
    text = popup(page)
    for part in ("20", "100", "AC線", "AB線", "do not add up", "220 kV"):
        assert part in text
    page.click('.popup .link:text("AC線")')
    text = popup(page)
    for part in ("AC線", "Rating", "90 MW", "41%", "A変電所 → C変電所"):
        assert part in text
    page.click("#language")
    assert "定格" in popup(page)


@pytest.mark.browser
def test_a_click_on_a_circle_or_a_line_opens_it(content, open_map):
    page = open_map(content)
    page.locator('path[data-bus="A"]').click()
    assert "A変電所" in page.inner_text(".popup h3")
    assert "generation at its maximum" in popup(page)
    page.keyboard.press("Escape")
    middle = page.evaluate("Object.values(map_headroom.latLngToContainerPoint([33.2, 130.75]))")
    page.mouse.click(*middle)
    assert popup(page).startswith("AB線")


@pytest.mark.browser
def test_the_voltage_filter_takes_buses_lines_and_rows_along(content, open_map):
    page = open_map(content)
    lines = page.locator(".leaflet-branches-pane path.reach").count()
    page.click('[data-voltage="220"]')
    assert listed(page) == ["D"]
    assert page.locator("path[data-bus]").count() == 1
    assert page.locator(".leaflet-branches-pane path.reach").count() == 0 < lines
    assert "without=220" in page.evaluate("location.hash")
    page.click('[data-voltage="220"]')
    assert len(listed(page)) == 4


@pytest.mark.browser
def test_lines_are_painted_by_loading_or_by_how_often_they_bind(content, open_map):
    page = open_map(content)

    def colours():
        paths = "all => all.map(e => e.getAttribute('stroke'))"
        return set(page.eval_on_selector_all(".leaflet-branches-pane path", paths))

    assert "var(--calm)" in colours()
    page.click("#paints button >> nth=1")
    assert {"var(--bind-3)", "var(--unknown)"} <= colours()
    assert "var(--calm)" not in colours()
    assert "20% or more" in page.inner_text('[data-layer="branches"] .legend')


@pytest.mark.browser
def test_the_rule_changes_figures_and_joint_answer(open_map):
    """A second generator at B: redispatch frees the lines that the slack loads."""
    network = triangle()
    network.generators.loc["H"] = ["H", "B", 0.0, 0.0, 300.0, 9.0, True]
    page = open_map(content_of(network, BOTH))
    before = page.inner_text("#ranking")
    assert "Together 30 MW" in re.sub(r"\s+", " ", page.inner_text("#joint"))
    page.click("#rules button >> nth=1")
    assert page.inner_text("#ranking") != before
    assert "rule=redispatch" in page.evaluate("location.hash")
    assert "Together 30 MW" not in re.sub(r"\s+", " ", page.inner_text("#joint"))


@pytest.mark.browser
def test_an_infeasible_base_case_is_the_first_thing_said(open_map):
    page = open_map(content_of(triangle(load_mw=120)))
    assert page.inner_text("#alarm").endswith("above their rating: 2")
    assert "infeasible" in page.inner_text("#alarm")
    page.click("#open-notes")
    assert "AC線" in page.inner_text("#notes-body")


@pytest.mark.browser
def test_unknown_is_neither_zero_nor_a_circle_with_area(open_map):
    free = triangle()
    free.branches["rating_mw"] = NAN
    free.generators["max_mw"] = NAN
    page = open_map(content_of(free))
    assert kpi(page, "largest") == "—"
    assert "no limit found" in page.inner_text("#ranking")
    assert "rating not known" in page.inner_text('[data-layer="branches"] .legend')
    assert "0 MW" not in page.inner_text("#ranking")


@pytest.mark.browser
def test_exports_hold_the_columns_of_the_table(content, open_map):
    page = open_map(content)
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "#save-csv"))))
    assert list(rows[0])[:7] == [
        "bus", "rule", "n0_mw", "n0_branch", "n1_mw", "n1_branch", "n1_outage",
    ]  # fmt: skip
    found = {row["bus"]: row for row in rows}["B"]
    assert (float(found["n0_mw"]), found["n1_outage"], found["rule"]) == (100, "AB", "fixed")
    features = json.loads(downloaded(page, "#save-geojson"))["features"]
    assert len(features) == 4
    assert features[0]["geometry"]["coordinates"] == [130.7, 33.6]


@pytest.mark.browser
def test_hostile_names_are_text(open_map):
    hostile = triangle()
    hostile.buses.loc["B", "name"] = "<img src=x onerror=alert(1)>{{7*7}}"
    hostile.branches.loc["AC", "name"] = "=cmd()</script><b>"
    page = open_map(content_of(hostile))
    page.click('#ranking [data-bus="B"]')
    assert "<img src=x onerror=alert(1)>{{7*7}}" in page.inner_text(".popup h3")
    assert "=cmd()</script><b>" in popup(page)


@pytest.mark.browser
def test_a_phone_shows_the_whole_network_and_the_sheet_opens(content, open_map):
    page = open_map(content, PHONE, has_touch=True, is_mobile=True)
    top = page.locator("#panel").bounding_box()["y"]
    for bus in "ABCD":
        box = page.locator(f'path[data-bus="{bus}"]').bounding_box()
        assert 0 <= box["y"] + box["height"] / 2 < top
        assert 0 <= box["x"] + box["width"] / 2 <= PHONE[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.tap("#grab")
    page.tap('#ranking [data-bus="C"]')
    assert "C変電所" in page.inner_text(".popup h3")


@pytest.mark.browser
def test_keyboard_and_search(content, open_map):
    page = open_map(content)
    page.focus('path[data-bus="C"]')
    page.keyboard.press("Enter")
    assert "C変電所" in page.inner_text(".popup h3")
    page.keyboard.press("Escape")
    page.fill("#search", "cd線")
    assert listed(page) == ["D"]


@pytest.mark.thorough
def test_two_thousand_buses_stay_a_page_that_can_be_sent(tmp_path):
    """A grid of buses one step apart, no hosting: what the page weighs."""
    side = 45
    rows = [
        (f"n{i}", f"地点{i}", 154.0, 33 + row / 30, 130.6 + column / 30, "", 1.0, i == 0, True)
        for i, (row, column) in enumerate(np.ndindex(side, side))
    ]
    pairs = [(i, i + 1) for i in range(side * side) if (i + 1) % side]
    pairs += [(i, i + side) for i in range(side * (side - 1))]
    lines = [
        (f"l{k}", f"線{k}", f"n{i}", f"n{j}", "line", 0.1, 1.0, 0.0, 100.0, 3.0, True)
        for k, (i, j) in enumerate(pairs)
    ]
    buses, branches = bus_table(rows).reset_index(), branch_table(lines).reset_index()
    figures = pd.DataFrame({"bus": buses["bus"], "rule": "fixed"}).assign(
        n0_mw=np.linspace(0, 400, len(buses)), n1_mw=np.linspace(0, 200, len(buses))
    )
    summary = content_of(triangle()).summary | {
        "buses": buses.to_dict("records"),
        "branches": branches.assign(flow_mw=10.0, loading_share=0.1).to_dict("records"),
        "rows": figures.to_dict("records"),
    }
    path = save_headroom_map(map_content(plain(summary)), tmp_path / "map.html")
    assert path.stat().st_size < 1.5e6
