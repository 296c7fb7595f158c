"""A run whose places and title are written by somebody with bad intentions."""

import csv
import io
import re

import pytest

from tests.conftest import BROWSER_WAITS_MS, read_run
from tests.small_studies import SMALL

pytestmark = pytest.mark.browser

TITLE = "{{7*7}}${7*7}{% raw %}</title><script>window.ran=1</script>"
NAMES = {
    "script": "</script><script>window.ran=1;alert(1)</script>",
    "image": "<img src=x onerror=window.ran=1><svg onload=window.ran=1>",
    "quotes": "\"'`><b onclick=window.ran=1>&lt;",
    "braces": "{{7*7}}{% raw %}{# gone #}${7*7}$&$1$`",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "wide": "＝1＋1",
    "tilde": "[red]x[/red] \\u003c 👾 ‮drow",
}
HEAD = "place,name_ja,name_en,lat,lon,area,voltage_kv,source,as_of,confidence,note"


@pytest.fixture(scope="module")
def hostile_run(command, tmp_path_factory):
    """The small scenario with hostile places; all of them are needed to meet demand."""
    home = tmp_path_factory.mktemp("hostile")
    with (home / "mine.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD.split(","))
        for i, (key, name) in enumerate(NAMES.items()):
            place = [33.0 + i / 4, 131.0, "kyushu", 66, "own", "2026-11-01", "found"]
            writer.writerow([key, name, f"{name} in English", *place, name])
    quoted = TITLE.replace("'", "''")
    text = SMALL.replace("小さな例", f"'{quoted}'").replace("A small example", f"'{quoted}'")
    begin, end = text.index("candidates:"), text.index("latency:")
    text = text[:begin] + "candidates: {file: mine.csv}\n" + text[end:]
    text = text.replace("{2029: 50, 2032: 200, 2035: 400}", "{2035: 160}")
    text = text.replace("{2032: 30, 2035: 60}", "{2035: 1}")
    (home / "scenario.yaml").write_text(text, encoding="utf-8")
    done = command("run", "scenario.yaml", "--set", "latency.bound_ms=100", cwd=home)
    assert done.code == 0, done.err
    run = read_run(home / "runs" / "small", done.out)
    assert {site["site"] for site in run.summary["sites"]} == set(NAMES)
    return run


@pytest.fixture
def open_page(browser, hostile_run):
    """Open a file of the run offline; nothing may run, complain or be asked for."""
    complaints = []
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_default_timeout(BROWSER_WAITS_MS)
    for event in ("console", "pageerror", "dialog"):
        page.on(event, lambda found: complaints.append(str(found)))
    page.on("request", lambda request: complaints.append(request.url))

    def opened(name):
        address = (hostile_run.folder / name).as_uri()
        page.goto(address)
        complaints.remove(address)
        return page

    yield opened
    assert page.evaluate("window.ran") is None
    assert complaints == []
    context.close()


def test_map_shows_every_name_as_it_is_written(open_page, hostile_run):
    page = open_page("map.html")
    page.wait_for_selector("html[data-ready]")
    assert page.title().startswith(TITLE)
    assert page.locator("script").count() == 3
    panel = page.inner_text("#panel")
    for key, name in NAMES.items():
        mark = page.locator(f'path[data-site="{key}"]')
        mark.focus()
        page.keyboard.press("Enter")
        assert " ".join(name.split()) in " ".join(page.inner_text(".leaflet-popup").split())
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
    assert TITLE in panel
    assert page.locator("img").count() == 0


def test_report_shows_every_name_as_it_is_written(open_page):
    page = open_page("report.html")
    text = page.evaluate("document.body.textContent")
    for name in (TITLE, *NAMES.values()):
        assert name in text
    assert page.title().startswith(TITLE) or TITLE in page.title()
    assert page.locator("img[src], script:not([data-own])").count() <= 1
    assert page.locator("[onclick], [onload], [onerror]").count() == 0


def test_no_cell_of_the_table_is_a_formula(hostile_run):
    text = (hostile_run.folder / "sites.csv").read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    by_site = {row["site"]: row for row in table}
    assert by_site["formula"]["name_ja"] == "'" + NAMES["formula"]
    assert by_site["wide"]["name_ja"] == "'" + NAMES["wide"]
    assert by_site["script"]["name_ja"] == NAMES["script"]
    signs = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    for row in table:
        for cell in row.values():
            assert not cell.startswith(signs) or cell.lstrip("-").replace(".", "").isdigit()


def test_terminal_prints_markup_as_it_is(hostile_run):
    assert "[red]x[/red]" in hostile_run.stdout
    assert "\x1b" not in hostile_run.stdout


def test_places_without_a_name_take_their_key(command, tmp_path):
    rows = "place,lat,lon,area,voltage_kv\nmy-town,33.6,131.1,kyushu,220\n"
    (tmp_path / "mine.csv").write_text(rows, encoding="utf-8")
    begin, end = SMALL.index("candidates:"), SMALL.index("latency:")
    text = SMALL[:begin] + "candidates: {file: mine.csv}\n" + SMALL[end:]
    text = text.replace("{2029: 50, 2032: 200, 2035: 400}", "{2035: 200}")
    text = text.replace("{2032: 30, 2035: 60}", "{2035: 1}")
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    done = command("run", "scenario.yaml", "--set", "latency.bound_ms=100", cwd=tmp_path)
    assert done.code == 0, done.err
    run = read_run(tmp_path / "runs" / "small", done.out)
    (site,) = run.summary["sites"]
    assert (site["name_ja"], site["name_en"]) == ("my-town", "my-town")
    written = (run.folder / "sites.csv", run.folder / "summary.json", run.folder / "report.html")
    for text in [done.out, *(path.read_text(encoding="utf-8") for path in written)]:
        assert not re.search(r"\bnan\b", text, flags=re.IGNORECASE)
