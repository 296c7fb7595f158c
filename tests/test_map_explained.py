"""The layers of an explained run on the plan map: other plans and prices of limits."""

from dataclasses import replace
from itertools import pairwise

import pytest

from maps.explained_style import EXPLAINED_DARK, EXPLAINED_LIGHT, PRICE_CLASSES
from maps.kit import EXPLAINED_KIT, PLAN_KIT
from maps.page import draw_plan, save_map
from maps.payload import sizes_mb
from maps.style import contrast
from siting.map_explanation import map_explanation
from tests.conftest import watched_pages
from tests.small_explanations import make_explanation, make_plan, make_price, make_rows, make_site

browser_only = pytest.mark.browser
DESKTOP, PHONE = (1440, 900), (375, 812)
BAD = "<img src=x onerror=window.ran=1>{{7*7}}"
STATUS = '.leaflet-alternatives-pane [data-status="{}"]'


@pytest.fixture
def explained(map_content):
    """A content with an invented explanation."""

    def build(**changes):
        content = map_content()
        told = make_explanation(content.summary, **changes)
        return replace(content, explanation=map_explanation(told, content.summary))

    return build


@pytest.fixture
def open_map(browser, tmp_path):
    """Open contents as a page; afterwards nothing may have been asked for or complained about."""
    with watched_pages(browser) as show:

        def opened(content, size=DESKTOP, compare=None, fragment="#y=2035", **options):
            path = save_map(content, tmp_path / "map.html", compare=compare)
            return show(path, size, fragment, **options)

        yield opened


def switch(page, layer):
    page.click(f'#layers [value="{layer}"]')


def popup(page, selector):
    page.focus(selector)
    page.keyboard.press("Enter")
    return page.inner_text(".leaflet-popup")


def named_are(page, there, gone):
    """Wait until the names on the map have changed; those before fade away."""
    changed = """([there, gone]) => {
        const names = document.querySelector(".leaflet-labels-pane").textContent;
        return names.includes(there) && !names.includes(gone); }"""
    page.wait_for_function(changed, arg=[there, gone])


# --- what is handed to the page -----------------------------------------------------------------


def test_a_run_without_an_explanation_carries_none_of_it(map_content):
    page = draw_plan(map_content()).get_root().render()
    assert "explanation" not in page.split('id="plan-data"')[1].split("</script>")[0]
    assert "STATUS_SHAPES" not in page
    assert "alt-always" not in page
    assert set(PLAN_KIT.scripts) < set(EXPLAINED_KIT.scripts)
    assert map_explanation(None, map_content().summary) is None


def test_sites_are_counted_in_the_plans_told(map_content):
    summary = map_content().summary
    told = map_explanation(make_explanation(summary), summary)["alternatives"]
    found = {row["site"]: (row["found_in"], row["of_plans"]) for row in told["sites"]}
    assert found == {
        "inzai": (2, 2), "kikuyo": (1, 2), "akita": (1, 2), "oita": (0, 2), "sakata": (0, 2),
    }  # fmt: skip
    costs = {row["site"]: row["cost"]["en"] for row in told["sites"]}
    assert costs["kikuyo"] == costs["akita"] == "≤ ¥0.28 bn"
    assert costs["inzai"] == costs["sakata"] == "≥ ¥5.2 bn"
    assert costs["oita"] == "—"


def test_another_plan_says_what_leaves_with_the_power_it_had(map_content):
    summary = map_content().summary
    (plan,) = map_explanation(make_explanation(summary), summary)["alternatives"]["plans"]
    assert plan["leaves"] == [{"site": "kikuyo", "mw": 170}]
    assert plan["sites"] == [{"site": "akita", "mw": 250.0}, {"site": "inzai", "mw": 250.0}]
    assert plan["comes"] == ["akita"]


def test_prices_without_a_place_are_counted_and_demand_is_left_out(map_content):
    summary = map_content().summary
    told = map_explanation(make_explanation(summary), summary)
    assert [row["key"] for row in told["prices"]] == [
        "kikuyo", "noto", "inzai", "tohoku-tokyo/forward",
    ]  # fmt: skip
    assert told["unplaced"] == 1


def test_an_explanation_written_before_powers_were_told_can_be_drawn(map_content):
    summary = map_content().summary
    plan = make_plan(["inzai"], [], ["kikuyo"])
    del plan["mw"]
    price = make_price("respect_headroom", "kikuyo", 26.7)
    del price["sites"]
    told = map_explanation(make_explanation(summary, plans=[plan], prices=[price]), summary)
    assert told["alternatives"]["plans"][0]["sites"] == [{"site": "inzai", "mw": None}]
    assert told["prices"][0]["sites"] == ["kikuyo"]


def test_a_plan_found_again_that_is_another_is_said(map_content):
    summary = map_content().summary
    told = make_explanation(summary, sites=None, notes=["network"])
    told["plan"]["same"] = False
    shown = map_explanation(told, summary)
    assert shown["alternatives"] is None
    assert len(shown["notes"]) == 2
    assert "not the run's plan" in shown["notes"][1]["en"]


def test_the_size_of_a_page_counts_the_explanation(explained):
    content = explained(notes=[])
    heavy = {**content.explanation, "notes": ["x" * 100_000]}
    run = {"summary": {}, "zones": [], "ties": [], "explanation": heavy}
    assert next(iter(sizes_mb({"runs": [run]}))) == "explanation"


@pytest.mark.parametrize("palette", [EXPLAINED_LIGHT, EXPLAINED_DARK], ids=["light", "dark"])
def test_marks_stand_out_from_land_and_dearer_prices_more(palette):
    assert EXPLAINED_LIGHT.keys() == EXPLAINED_DARK.keys()
    for name in ("always", "sometimes", "undecided", "never", "comes", "stays", "leaves"):
        assert contrast(palette[f"alt-{name}"], palette["land"]) >= 3
        assert contrast(palette[f"alt-{name}"], palette["card"]) >= 3
    steps = [contrast(palette[f"price-{1 + n}"], palette["land"]) for n in range(PRICE_CLASSES)]
    assert steps[0] >= 2.7
    assert all(two > 1.2 * one for one, two in pairwise(steps))
    for name in ("comes", "stays", "leaves"):  # as text in the panel
        assert contrast(palette[f"alt-{name}"], palette["card"]) >= 4.5


# --- in the browser -----------------------------------------------------------------------------


@browser_only
def test_statuses_wait_until_asked_for_and_have_a_shape_each(explained, open_map):
    page = open_map(explained())
    assert page.locator(".leaflet-alternatives-pane [data-status]").count() == 0
    switch(page, "alternatives")
    shapes = page.eval_on_selector_all(
        ".leaflet-alternatives-pane [data-status]",
        "all => all.map(one => [one.dataset.status, one.querySelector('path').getAttribute('d')])",
    )
    assert sorted(status for status, _ in shapes) == [
        "always", "never", "sometimes", "sometimes", "undecided",
    ]  # fmt: skip
    assert len({shape for _, shape in shapes}) == 4
    legend = page.inner_text('[data-layer="alternatives"] .legend')
    for expected in ("1%以内", "必ず入る", "入らない", "未決着", "未調査 1 地点"):
        assert expected in legend
    switch(page, "alternatives")
    assert page.locator(".leaflet-alternatives-pane [data-status]").count() == 0


@browser_only
def test_a_status_explains_itself_from_the_keyboard_in_both_languages(explained, open_map):
    page = open_map(explained())
    switch(page, "alternatives")
    text = popup(page, '[data-alternative="kikuyo"]')
    for expected in ("菊陽", "場合による", "この計画にある", "≤ 2.8億円", "1 / 2", "次点は秋田"):
        assert expected in text
    page.click("#language")
    text = page.inner_text(".leaflet-popup")
    for expected in ("Extra cost without it", "≤ ¥0.28 bn", "largest size", "Next best: Akita"):
        assert expected in text
    page.click(".leaflet-popup .more button")
    page.wait_for_selector(".leaflet-popup:has-text('Yearly cost by item')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert "Extra cost with it" in popup(page, '[data-alternative="akita"]')
    label = page.get_attribute(STATUS.format("never"), "aria-label")
    assert label == "sakata site never in"


@browser_only
def test_another_plan_is_laid_over_the_map_with_its_power(explained, open_map):
    page = open_map(explained(), fragment="#y=2035&lang=en")
    switch(page, "alternatives")
    assert page.locator("[data-fate]").count() == 0
    page.focus("#plan-choice button >> nth=0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Plan 1"
    fates = page.eval_on_selector_all(
        "path[data-fate]",
        "all => all.map(one => [one.getAttribute('aria-label'), one.dataset.fate]).sort()",
    )
    assert fates == [
        ["Akita 250 MW comes", "comes"],
        ["Inzai 250 MW stays", "stays"],
        ["Kikuyo 170 MW leaves", "leaves"],
    ]
    told = page.inner_text("#plan-told")
    for expected in ("¥0.28 bn", "differs in 2", "Akita", "250 MW comes", "170 MW leaves"):
        assert expected in told
    named_are(page, "Akita 250", "Kikuyo")
    page.click("#plan-choice button >> nth=0")
    assert page.locator("[data-fate]").count() == 0
    named_are(page, "Kikuyo 170", "Akita")


@browser_only
def test_prices_lie_at_places_and_on_ties(explained, open_map):
    page = open_map(explained(), fragment="#y=2035&lang=en")
    assert page.locator("[data-price]").count() == 0
    switch(page, "prices")
    fills = {
        key: page.get_attribute(f'path[data-price="{key}"]', "fill")
        for key in ("kikuyo", "noto", "inzai")
    }
    assert fills == {
        "kikuyo": "var(--price-3)", "noto": "var(--price-2)", "inzai": "var(--hollow)",
    }  # fmt: skip
    dashes = {
        key: page.get_attribute(f'path[data-price="{key}"]', "stroke-dasharray") for key in fills
    }
    assert dashes == {"kikuyo": None, "noto": "3 3", "inzai": None}
    assert page.inner_text('[data-price="tohoku-tokyo/forward"]').strip() == "¥185 M"
    text = popup(page, '[data-price="kikuyo"]')
    for expected in ("¥26.7 M", "26,700 yen/kW", "✓ confirmed by solving again", "all years"):
        assert expected in text
    page.click("#language")
    assert "2,670万円" in page.inner_text(".leaflet-popup")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    text = popup(page, '[data-price="noto"]')
    for expected in ("再計算なし", "この容量を分け合う地点", "300万円"):
        assert expected in text
    legend = page.inner_text('[data-layer="prices"] .legend')
    for expected in ("100万円未満", "1,000万円–1億円", "1億円以上", "報告書に： 1"):
        assert expected in legend


@browser_only
def test_a_tie_with_prices_both_ways_shows_the_dearer(explained, open_map):
    ways = [
        make_price("tie", "tohoku-tokyo/forward", 20.0),
        make_price("tie", "tohoku-tokyo/reverse", 40.0, saves_myen=None, check="not_checked"),
        make_price("tie", "no-such-tie/forward", 40.0),
        make_price("respect_headroom", "nowhere", 40.0, sites=["nowhere"]),
        make_price("respect_headroom", "inzai", 0.0, sites=["inzai"], check="held"),
    ]
    page = open_map(explained(prices=ways), fragment="#y=2035&lang=en")
    switch(page, "prices")
    assert page.locator("[data-price]").count() == 1
    assert page.inner_text("[data-price]").strip() == "¥40 M"
    text = popup(page, "[data-price]")
    assert text.index("¥40 M") < text.index("¥20 M")
    assert "not solved again" in text


@browser_only
def test_the_second_run_has_its_own_explanation_or_none(explained, map_content, open_map):
    page = open_map(explained(), compare=map_content("no-new-ties", 1))
    switch(page, "alternatives")
    page.click("#plan-choice button >> nth=1")
    page.click("#runs button >> nth=1")
    assert page.locator('#layers [value="alternatives"]').count() == 0
    assert page.locator(".leaflet-alternatives-pane [data-status]").count() == 0
    assert page.locator("[data-fate]").count() == 0
    page.click("#runs button >> nth=0")
    assert page.locator(".leaflet-alternatives-pane [data-status]").count() == 5
    assert page.locator("[data-fate]").count() == 0


@browser_only
def test_names_stay_text_and_a_phone_shows_all(explained, open_map):
    named = {"ja": BAD, "en": BAD}
    rows = [*make_rows()[1:], make_site("inzai", "always", in_plan=True) | {"name": named}]
    price = make_price("respect_headroom", "inzai", 3.0, where=named, what=named, sites=["inzai"])
    page = open_map(explained(rows=rows, prices=[price]), size=PHONE)
    page.click("#grab")
    switch(page, "prices")
    switch(page, "alternatives")
    page.click("#plan-choice button >> nth=1")
    assert page.evaluate("document.querySelector('#panel-body').scrollWidth") <= PHONE[0]
    page.click("#grab")
    assert BAD in popup(page, '[data-price="inzai"]')
    inside = """width => { const popup = document.querySelector(".leaflet-popup");
        const box = popup.getBoundingClientRect();
        return box.left >= 0 && box.right <= width; }"""
    page.wait_for_function(inside, arg=PHONE[0])
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
