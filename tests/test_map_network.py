"""The network on the plan map: its layer, its lines and what it says of sites and zones."""

from dataclasses import replace

import pytest

from maps.page import save_map
from maps.payload import sizes_mb
from tests.conftest import watched_pages
from tests.small_limits import limited, make_line, make_network

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1440, 900), (390, 844)
BAD = "<img src=x onerror=window.ran=1>{{7*7}}"


@pytest.fixture
def open_map(browser, tmp_path):
    """Open contents as a page; afterwards nothing may have been asked for or complained about."""
    with watched_pages(browser) as show:
        yield lambda content, size=DESKTOP, fragment="#y=2035": show(
            save_map(content, tmp_path / "map.html"), size, fragment
        )


@pytest.fixture
def networked(map_content):
    """A content with all parts; the queue stands before the first of its zones."""

    def build(**changes):
        content = map_content()
        summary = limited(content.summary) | {"network": make_network(**changes)}
        summary["queue"]["zones"][0]["zone"] = content.zones[0]["zone"]
        return replace(content, summary=summary)

    return build


def stroke(page, branch):
    """Colour of the visible line under the one that takes the clicks."""
    course = page.get_attribute(f'path[data-branch="{branch}"]', "d")
    paths = page.locator(f'.leaflet-network-pane path[d="{course}"][stroke-opacity="1"]')
    return paths.last.get_attribute("stroke")


def popup(page, selector):
    page.focus(selector)
    page.keyboard.press("Enter")
    return page.inner_text(".leaflet-popup")


def test_lines_are_coloured_by_their_worst_load_and_parallel_ones_are_one(networked, open_map):
    page = open_map(networked())
    found = {branch: stroke(page, branch) for branch in ("east-1", "west-1", "north-1", "free-1")}
    names = {"east-1": "tight", "west-1": "calm", "north-1": "busy", "free-1": "unknown"}
    assert found == {branch: f"var(--{name})" for branch, name in names.items()}
    assert page.locator('path[data-branch="east-2"]').count() == 0
    legend = page.inner_text('[data-layer="network"] .legend')
    for expected in ("< 80%", "定格なし", "2035年度", "定格は仮定", "作りものの系統"):
        assert expected in legend
    page.click('#layers [value="network"]')
    assert page.locator(".leaflet-network-pane path").count() == 0
    assert not page.locator('[data-layer="network"] .legend').is_visible()


def test_without_a_network_there_is_no_layer(map_content, open_map):
    page = open_map(map_content())
    assert page.locator('#layers [value="network"]').count() == 0
    assert page.locator(".leaflet-network-pane path").count() == 0


def test_a_line_says_its_flow_rating_and_outage_in_either_language(networked, open_map):
    page = open_map(networked())
    text = popup(page, 'path[data-branch="east-1"]')
    for expected in (
        "東幹線1L",
        "500 kV",
        "100%",
        "1,234MW",
        "2,600MW",
        "仮定",
        "東幹線2Lの停止後",
    ):
        assert expected in text
    page.click("#language")
    text = page.inner_text(".leaflet-popup")
    assert "after the loss of 東幹線2L" in text
    assert "stress case" in text
    page.keyboard.press("Escape")
    page.dispatch_event('path[data-branch="free-1"]', "mouseover")
    assert "Rating — MW" in page.inner_text(".leaflet-tooltip.hint >> nth=-1")


def test_sites_zones_and_limits_say_what_holds_them(networked, open_map):
    page = open_map(networked())
    page.fill("#search", "aki")
    page.click("#others-list button >> nth=0")
    text = page.inner_text(".leaflet-popup")
    assert "系統のために入りません" in text
    assert "東幹線1L (東幹線2Lの停止後, ピーク断面, 2035年度)" in text
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    text = popup(page, ".leaflet-zones-pane path[tabindex] >> nth=0")
    for expected in ("申込みの待ち行列", "空きあり", "150–250 MW"):
        assert expected in text
    limits = page.inner_text("#limits")
    for expected in ("360 / 380 MW", "0 / 100 MW", "系統: 東幹線1L"):
        assert expected in limits
    page.keyboard.press("Escape")
    page.click("#open-notes")
    assert "公表から1年以上たったゾーンがあります" in page.inner_text("#notes")


def test_names_of_a_network_stay_text_on_a_phone(networked, open_map):
    line = make_line("b", BAD, [[34, 135], [35, 136]], 0.9, outage="c", outage_name=BAD)
    page = open_map(networked(lines=[line]), size=PHONE)
    assert BAD in popup(page, 'path[data-branch="b"]')
    assert page.evaluate("window.ran") is None
    # the map glides until the popup is inside: wait for that, or fail by the time limit
    inside = """width => { const popup = document.querySelector(".leaflet-popup");
        const box = popup.getBoundingClientRect();
        return box.left >= 0 && box.right <= width; }"""
    page.wait_for_function(inside, arg=PHONE[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_size_of_a_page_names_the_network_as_its_layer(networked):
    content = networked(lines=[make_line("b", "x" * 100_000, [[34, 135], [35, 136]], 0.9)])
    sizes = sizes_mb({"runs": [{"summary": content.summary, "zones": [], "ties": []}]})
    assert next(iter(sizes)) == "network"
