"""Prices, statuses and names of an explained run keep clear of each other on the map."""

from dataclasses import replace

import pytest

from maps.page import save_map
from siting.map_explanation import map_explanation
from tests.conftest import watched_pages
from tests.small_explanations import make_explanation, make_price, make_site

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1280, 900), (390, 844)
STATUSES = ("always", "sometimes", "undecided", "never")
BOXES = """() => {
    const seen = (one) => getComputedStyle(one).visibility !== "hidden";
    const boxes = (css) => [...document.querySelectorAll(css)].filter(seen).map((one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return [left, top, right, bottom]; });
    return {
        signs: boxes(".leaflet-alternatives-pane [data-status] svg"),
        small: boxes(".leaflet-alternatives-pane .badge.small svg"),
        chips: boxes(".price-chip"),
        discs: boxes("path[data-price]"),
        names: boxes(".leaflet-labels-pane .site-name span"),
        all: document.querySelectorAll(".leaflet-alternatives-pane [data-status]").length,
    }; }"""


def crowded(content, sites=60):
    """Places packed far closer than signs are wide, each with a status, some with prices."""
    summary = content.summary
    first, *_ = summary["candidates"]
    places = [
        first | {"site": f"p{n}", "lat": 33.2 + 0.11 * (n % 8), "lon": 130.4 + 0.13 * (n // 8)}
        for n in range(sites)
    ]
    rows = [make_site(row["site"], STATUSES[n % 4], in_plan=False) for n, row in enumerate(places)]
    prices = [
        make_price("respect_headroom", f"p{n}", 3.0 * 4**step, sites=[f"p{n}"])
        for step, n in enumerate((3, 4, 12, 40))
    ]
    ties = [
        make_price("tie", f"{tie['tie']}/forward", 5.0 + n) for n, tie in enumerate(content.ties)
    ]
    summary = summary | {"candidates": places}
    told = make_explanation(summary, rows=rows, plans=[], prices=[*prices, *ties])
    return replace(content, summary=summary, explanation=map_explanation(told, summary))


@pytest.fixture
def open_map(browser, tmp_path, map_content):
    with watched_pages(browser) as show:

        def opened(size):
            path = save_map(crowded(map_content()), tmp_path / "map.html")
            page = show(path, size, "#y=2035&lang=en")
            for layer in ("alternatives", "prices"):  # behind the sheet on a phone
                page.eval_on_selector(f'#layers [value="{layer}"]', "one => one.click()")
            page.wait_for_timeout(300)  # names before fade away
            return page

        yield opened


def touching(boxes, others=None):
    """Pairs of boxes that share more than a pixel both ways."""
    pairs = (
        [(a, b) for n, a in enumerate(boxes) for b in boxes[:n]]
        if others is None
        else [(a, b) for a in boxes for b in others]
    )
    return [
        (a, b)
        for a, b in pairs
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]


def held_back(page):
    text = page.text_content("#held-back")
    return int(text.split()[-1]) if text else 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_covers_another_at_national_zoom(open_map, size):
    page = open_map(size)
    found = page.evaluate(BOXES)
    assert len(found["chips"]) >= 8
    assert len(found["discs"]) == 4
    for kind in ("signs", "chips", "names"):
        assert touching(found[kind]) == []
    assert touching(found["signs"], found["chips"] + found["discs"]) == []
    assert touching(found["chips"], found["discs"]) == []
    assert touching(found["names"], found["signs"] + found["chips"] + found["discs"]) == []
    assert 0 < len(found["small"]) <= len(found["signs"]) < found["all"] == 60
    assert held_back(page) == 60 - len(found["signs"])


def test_a_closer_look_shows_more_and_prices_that_leave_give_room(open_map):
    page = open_map(DESKTOP)
    before = page.evaluate(BOXES)
    page.click("#controls button >> nth=0")
    page.wait_for_function("count => document.querySelector('#held-back').textContent !== count",
                           arg=page.text_content("#held-back"))  # fmt: skip
    after = page.evaluate(BOXES)
    assert held_back(page) == 60 - len(after["signs"]) < 60 - len(before["signs"])
    page.eval_on_selector('#layers [value="prices"]', "one => one.click()")
    assert page.locator(".price-chip").count() == 0
    alone = page.evaluate(BOXES)
    assert len(alone["signs"]) > len(after["signs"])
    beside = """all => all.map(one => [one.style.left, one.style.top])"""
    first = page.eval_on_selector_all('[data-alternative="p4"] .badge', beside)
    assert first == [["0px", "0px"]]  # beside its price before


def test_a_sign_that_waits_is_out_of_reach_of_the_keyboard(open_map):
    page = open_map(PHONE)
    taken = page.eval_on_selector_all(
        ".leaflet-alternatives-pane [data-status]",
        "all => all.map(one => { one.focus(); return document.activeElement === one; })",
    )
    assert taken.count(False) == held_back(page) > 0
