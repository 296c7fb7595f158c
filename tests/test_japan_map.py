"""The map and the report of the Japan scenario in a real browser with the network off."""

import json

import pytest

from tests.conftest import BROWSER_WAITS_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def open_page(browser, japan_run):
    """Open a file of the run; afterwards nothing may have been asked for or complained about."""
    complaints = []
    viewport = {"width": 1440, "height": 900}
    context = browser.new_context(offline=True, viewport=viewport)
    page = context.new_page()
    page.set_default_timeout(BROWSER_WAITS_MS)
    for event in ("console", "pageerror", "dialog", "requestfailed"):
        page.on(event, lambda found: complaints.append(str(found)))
    page.on("request", lambda request: complaints.append(request.url))

    def opened(name):
        address = (japan_run.folder / name).as_uri()
        page.goto(address)
        complaints.remove(address)
        return page

    yield opened
    assert complaints == []
    context.close()


@pytest.fixture
def japan_map(open_page):
    page = open_page("map.html")
    page.wait_for_selector("html[data-ready]")
    return page


def set_year(page, index):
    page.eval_on_selector(
        "#year", "(s, i) => { s.value = i; s.dispatchEvent(new Event('input')) }", index
    )


def figure(page, key):
    return page.inner_text(f'[data-kpi="{key}"] b').replace(",", "").strip()


def test_every_year_of_the_slider_shows_its_figures(japan_map, japan_run):
    for index, row in enumerate(japan_run.summary["kpis"]):
        set_year(japan_map, index)
        assert japan_map.inner_text("#year-now").startswith(str(row["fiscal_year"]))
        mw = row["contract_mw"]
        expected = f"{mw:.0f}MW" if mw < 1000 else f"{mw / 1000:.2f}GW"
        assert figure(japan_map, "contract_mw").replace(" ", "") == expected
        assert figure(japan_map, "sites").startswith(str(row["sites"]))


def test_every_site_explains_itself(japan_map, japan_run):
    set_year(japan_map, 9)
    for site in japan_run.summary["sites"]:
        japan_map.focus(f'path[data-site="{site["site"]}"]')
        japan_map.keyboard.press("Enter")
        text = japan_map.inner_text(".leaflet-popup")
        assert site["name_ja"] in text
        assert f"{site['by_year'][-1]['contract_mw']:.0f}" in text.replace(",", "")
        assert site["why"]["ja"][0] in text
        marked = {"assumed": "仮定", "operator": "事業者", "published": "公表"}
        assert marked[site["headroom_basis"]] in text
        assert "undefined" not in text
        assert "NaN" not in text
        japan_map.keyboard.press("Escape")
        japan_map.wait_for_selector(".leaflet-popup", state="detached")


def test_every_layer_can_be_switched_and_explains_its_marks(japan_map):
    japan_map.click('#layers [value="margins"]')
    assert japan_map.locator(".area-chip").count() == 10
    for pane in ("candidates", "zones", "ties"):
        mark = japan_map.locator(f".leaflet-{pane}-pane path[tabindex]").first
        mark.focus()
        japan_map.keyboard.press("Enter")
        text = japan_map.inner_text(".leaflet-popup")
        assert len(text) > 10
        assert "undefined" not in text
        assert "NaN" not in text
        japan_map.keyboard.press("Escape")
        japan_map.wait_for_selector(".leaflet-popup", state="detached")


def test_the_language_and_the_notes(japan_map, japan_run):
    japan_map.click("#language")
    assert japan_run.summary["title"]["en"] in japan_map.inner_text("#panel")
    japan_map.click("#open-notes")
    notes = japan_map.inner_text("#notes")
    for row in [*japan_run.summary["assumptions"], *japan_run.summary["unknowns"]]:
        assert " ".join(row["en"].split()) in " ".join(notes.split())


def test_the_report_opens_and_has_no_sideways_scrolling(open_page, japan_run):
    page = open_page("report.html")
    assert japan_run.summary["title"]["ja"] in page.title()
    assert page.locator("table.sites tbody tr:not(.more)").count() == len(
        japan_run.summary["sites"]
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    text = page.inner_text("body")
    assert "NaN" not in text
    assert "undefined" not in text


def test_the_map_is_small_enough_to_send(japan_run):
    page = (japan_run.folder / "map.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 10e6
    assert "http-equiv" in page
    assert json.dumps(japan_run.summary["name"]) in page
