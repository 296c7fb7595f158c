"""Text from tables is text: in the template, in the page, in the browser, in a spreadsheet."""

import csv
import io
from dataclasses import fields, replace

import pytest

from maps.page import save_map
from tests.conftest import BROWSER_WAITS_MS

pytestmark = pytest.mark.browser

TEMPLATE = "{{7*7}}{% raw %}{# gone #}${7*7}"
MARKUP = (
    "</script><script>window.ran=1;alert(1)</script>"
    "<img src=x onerror=window.ran=1><svg onload=window.ran=1><!--'\"`&lt;"
)
FORMULA = "=cmd|' /C calc'!A0"
LINK = "javascript:window.ran=1//"

# Words of the format itself; a table with other words is refused before it gets here.
FORMAT_KEYS = {"type", "standard", "season", "status", "kind", "headroom_basis", "basis", "item"}


def spoil(value, attack, spared, key=None):
    """`value` with `attack` before every text; equal texts stay equal, so keys still join."""
    if isinstance(value, dict):
        return {name: spoil(each, attack, spared, name) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [spoil(each, attack, spared, key) for each in value]
    return attack + value if isinstance(value, str) and key not in spared else value


def spoiled(content, attack, spared):
    values = {
        part.name: spoil(getattr(content, part.name), attack, spared) for part in fields(content)
    }
    labels = {attack + mark: each for mark, each in content.confidence_labels.items()}
    return replace(content, **values | {"confidence_labels": spoil(labels, attack, ())})


def walk(page):
    """Open everything that shows text from the tables; returns all that was shown."""
    shown = [page.inner_text("#panel")]
    page.click('#layers [value="margins"]')
    for pane in ("sites", "candidates", "zones", "ties"):
        mark = page.locator(f".leaflet-{pane}-pane path[tabindex]").first
        mark.hover(force=True)
        mark.focus()
        page.keyboard.press("Enter")
        shown.append(page.inner_text(".leaflet-popup"))
        page.keyboard.press("Escape")
    page.click("#language")
    page.click("#open-notes")
    shown.append(page.inner_text("#notes"))
    page.click("#close-notes")
    return shown


@pytest.mark.parametrize("spared", [FORMAT_KEYS, {"type"}], ids=["texts", "format words too"])
@pytest.mark.parametrize("attack", [TEMPLATE, MARKUP, FORMULA, LINK])
def test_hostile_text_shows_literally_and_nothing_runs(
    browser, map_content, tmp_path, attack, spared
):
    content = spoiled(map_content(), attack, spared)
    path = save_map(content, tmp_path / "map.html", compare=content)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page, complaints = context.new_page(), []
    page.set_default_timeout(BROWSER_WAITS_MS)
    for event in ("console", "pageerror", "dialog"):
        page.on(event, lambda complaint: complaints.append(complaint))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    shown = walk(page)
    assert all(attack in text for text in shown)
    assert page.title().startswith(attack)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.scripts.length") == 3
    assert page.locator("img").count() == 0
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"https:", "http:", "file:"}
    assert complaints == []
    with page.expect_download() as download:
        page.click("#save-csv")
    cells = csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"), newline=""))
    texts = [cell for row in cells for cell in row if not cell.replace(".", "").isdigit()]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(attack in text for text in texts)
    context.close()


def test_even_markup_that_got_in_would_not_run(browser, map_content, tmp_path):
    path = save_map(map_content(), tmp_path / "map.html")
    context = browser.new_context(offline=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path.as_uri())
    markup = "<img src=x onerror=window.ran=1><button onclick=window.ran=1>x</button>"
    page.evaluate("markup => { document.body.innerHTML = markup }", markup)
    page.click("button")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in complaints)
    context.close()
