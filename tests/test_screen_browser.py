"""The map of a screening in a real browser with the network off."""

import csv
import io
import math
import time
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from matplotlib.image import imread

from maps.screen_page import ScreenCells, save_screen_map
from tests.conftest import watched_pages
from tests.small_screens import (
    CRITERIA,
    RULES,
    STEP_X,
    STEP_Y,
    active_mask,
    combine,
    row_km2,
    screen_cells,
    screen_content,
    screen_summary,
)

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1440, 900), (390, 844)
VIEWS = {name: index for index, name in enumerate(("sites", "weights", "rules", "layers"))}


@pytest.fixture(scope="module")
def content():
    return screen_content()


@pytest.fixture
def open_map(browser, tmp_path):
    """Open a screening as a page; nothing may be asked for or complained about."""
    with watched_pages(browser) as show:

        def opened(content, size=DESKTOP, fragment="", **options):
            path = save_screen_map(content, tmp_path / "map.html")
            return show(path, size, fragment, **options)

        yield opened


def view(page, name):
    page.click(f"#views button >> nth={VIEWS[name]}")


def kpi(page, key):
    return page.inner_text(f'[data-kpi="{key}"] b')


def move_weight(page, index, factor):
    page.eval_on_selector(
        f"#weight-{index}",
        "(s, v) => { s.value = v; s.dispatchEvent(new Event('input'));"
        " return new Promise(requestAnimationFrame); }",
        factor,
    )


def address(page):
    """The part of the address that holds the choices, once it has been written."""
    return page.evaluate("new Promise(done => setTimeout(() => done(location.hash), 300))")


def listed(page):
    return page.eval_on_selector_all("#ranking button", "all => all.map(one => one.dataset.site)")


def colour_at(page, lat, lon):
    """Red, green, blue and opacity of the cells' canvas at a place, and the map's zoom."""
    return page.evaluate(
        """([lat, lon]) => {
        const drawn = document.querySelector('canvas.cells');
        const copy = new OffscreenCanvas(drawn.width, drawn.height);
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(drawn, 0, 0);
        const frame = drawn.getBoundingClientRect();
        const place = map_screen.latLngToContainerPoint([lat, lon]);
        return [...pen.getImageData(place.x - frame.x, place.y - frame.y, 1, 1).data];
        }""",
        [lat, lon],
    )


def look_at(page, lat, lon, zoom):
    page.evaluate(
        "([lat, lon, zoom]) => { map_screen.setView([lat, lon], zoom, {animate: false}) }",
        [lat, lon, zoom],
    )


def middle(cells, at):
    lat = cells.north - (int(cells.row[at]) + 0.5) * cells.step_y
    return lat, cells.west + (int(cells.col[at]) + 0.5) * cells.step_x


def hint(page, lat, lon):
    """What the page says of the place under the mouse."""
    x, y = page.evaluate(
        "([lat, lon]) => Object.values(map_screen.latLngToContainerPoint([lat, lon]))", [lat, lon]
    )
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    return page.inner_text(".leaflet-tooltip.hint")


def site_scores(content, factors):
    """Score of each site by hand: the mean of what is known, by weight."""
    found = {}
    for site in content.summary["sites"]:
        pairs = [
            (row[4] * factors.get(row[0], 1), site["scores"][row[0]])
            for row in CRITERIA
            if site["scores"][row[0]] is not None
        ]
        total = sum(weight for weight, _ in pairs)
        found[site["site"]] = sum(weight * score for weight, score in pairs) / total
    return found


def test_the_page_is_ready_soon_with_the_runs_own_figures(content, open_map):
    page = open_map(content)
    assert page.evaluate("performance.now()") < 4000
    totals = content.summary["totals"]
    for key in ("land", "excluded", "open"):
        assert kpi(page, key) == f"{totals[f'{key}_km2']:,.0f}km²"
    assert kpi(page, "siteCount") == "12"
    assert listed(page) == [site["site"] for site in content.summary["sites"]]
    assert page.is_hidden("#changed")
    assert page.is_hidden("#made")


# Where the cells lie


@pytest.mark.parametrize(("lat", "lon"), [(43.5, 143.0), (26.5, 128.0)])
@pytest.mark.parametrize("zoom", [7, 9.5, 12])
def test_a_cell_lies_exactly_where_its_degrees_are(content, open_map, lat, lon, zoom):
    row, col = round((46 - lat) * 10), round((lon - 122) * 10)
    page = open_map(replace(content, cells=lone_cell(row, col), summary=screen_summary(sites=[])))
    north, west = 46 - row / 10, 122 + col / 10
    look_at(page, north - 0.05, west + 0.05, zoom)
    pixel = 360 / (256 * 2**zoom)
    height = pixel * math.cos(math.radians(lat))
    for y, x, inside in (
        (north - 0.05, west + 0.05, True),
        (north - 1.5 * height, west + 1.5 * pixel, True),
        (north - 0.1 + 1.5 * height, west + 0.1 - 1.5 * pixel, True),
        (north + 1.5 * height, west + 0.05, False),
        (north - 0.1 - 1.5 * height, west + 0.05, False),
        (north - 0.05, west - 1.5 * pixel, False),
        (north - 0.05, west + 0.1 + 1.5 * pixel, False),
    ):
        assert (colour_at(page, y, x)[3] == 255) == inside, (y, x)


def lone_cell(row, col):
    """One cell of a tenth of a degree on a lattice over all Japan."""
    score = np.array([200], dtype=np.uint8)
    scores = {name: score for name, *_ in CRITERIA}
    place = (np.array([row]), np.array([col]))
    return ScreenCells(122, 46, 0.1, 0.1, 220, 260, *place, score, scores, np.zeros(1, np.uint32))


def test_from_afar_a_pixel_shows_the_mean_of_its_cells_not_one_of_them(content, open_map):
    count = 64
    row, col = np.divmod(np.arange(count * count, dtype=np.int32), count)
    score = np.where((row + col) % 2, 254, 0).astype(np.uint8)
    fine = ScreenCells(
        140, 36, 0.001, 0.001, count, count, row, col, score,
        {name: score for name, *_ in CRITERIA}, np.zeros(count * count, np.uint32),
    )  # fmt: skip
    plain = replace(fine, score=np.full_like(score, 127))
    summary = screen_summary(sites=[], points=[], backtest=[], score={})
    seen = []
    for cells in (fine, plain):
        page = open_map(replace(content, cells=cells, summary=summary))
        look_at(page, 35.968, 140.032, 6)
        seen.append(colour_at(page, 35.968, 140.032))
    assert seen[0] == seen[1]


def test_excluded_cells_are_grey_and_open_ones_are_not(content, open_map):
    page = open_map(content)
    cells = content.cells
    out = (cells.rules & active_mask()) > 0
    for at in (int(np.flatnonzero(out)[5]), int(np.flatnonzero(~out)[5])):
        red, green, blue, _ = colour_at(page, *middle(cells, at))
        assert (max(red, green, blue) - min(red, green, blue) < 12) == out[at]


# New weights


def test_a_weight_scores_all_sites_and_cells_anew(content, open_map):
    page = open_map(content)
    view(page, "weights")
    factors = {"power": 0.25, "city": 2}
    move_weight(page, 0, 0.25)
    move_weight(page, 4, 2)
    view(page, "sites")
    expected = site_scores(content, factors)
    assert listed(page) == sorted(expected, key=expected.get, reverse=True)
    assert listed(page) != [site["site"] for site in content.summary["sites"]]
    shown = page.eval_on_selector_all(
        "#ranking .figure", "all => all.map(one => Number(one.textContent))"
    )
    assert shown == pytest.approx(sorted(expected.values(), reverse=True), abs=0.006)

    cells = content.cells
    weights = {row[0]: row[4] * factors.get(row[0], 1) for row in CRITERIA}
    score = combine(cells.scores, weights)
    is_open = (cells.rules & active_mask()) == 0
    unknown = is_open & (cells.scores["flood"] == 255)
    for at in (*np.flatnonzero(is_open)[[3, 50, 300]], np.flatnonzero(unknown)[0]):
        text = hint(page, *middle(cells, at))
        assert float(text.split()[-1]) == pytest.approx(score[at] / 254, abs=0.006)


def test_other_weights_are_marked_kept_in_the_address_and_taken_back(content, open_map):
    page = open_map(content)
    own = listed(page)
    view(page, "weights")
    move_weight(page, 1, 0)
    assert page.inner_text("#changed-text") == "元の計算と違う重み"
    assert "元の計算と違う重み" in page.inner_text("#time")
    assert page.inner_text("#weights li >> nth=1 >> b") == "0%"
    assert "w=flood%3A0" in address(page)
    other = open_map(content, fragment=address(page))
    view(other, "weights")
    assert other.input_value("#weight-1") == "0"
    assert other.is_visible("#changed")
    other.click("#back")
    assert other.is_hidden("#changed")
    view(other, "sites")
    assert listed(other) == own


def test_weights_that_are_all_nothing_give_no_score(content, open_map):
    page = open_map(content, fragment="#w=" + ",".join(f"{row[0]}:0" for row in CRITERIA))
    assert set(page.locator("#ranking .figure").all_inner_texts()) == {"—"}
    is_open = (content.cells.rules & active_mask()) == 0
    assert "不明" in hint(page, *middle(content.cells, np.flatnonzero(is_open)[40]))


@pytest.mark.parametrize("asked", ["power:9", "power:-1", "power:x", "nobody:2", ":::,,", "power"])
def test_an_address_that_says_nonsense_opens_the_run(content, open_map, asked):
    page = open_map(content, fragment=f"#w={asked}&r=nobody,,")
    assert page.is_hidden("#changed")


# Rules


def opened_km2(rule):
    """Land that only this rule excludes."""
    cells = screen_cells()
    own = np.uint32(1 << [row[0] for row in RULES].index(rule))
    only = ((cells.rules & own) > 0) & ((cells.rules & active_mask() & ~own) == 0)
    return float(row_km2()[cells.row[only]].sum()), only


def test_a_rule_switched_off_opens_what_only_it_excluded(content, open_map):
    page = open_map(content)
    view(page, "rules")
    gain, only = opened_km2("paddy")
    assert gain > 50
    shown = page.inner_text('[data-rule="paddy"] .gain b')
    assert shown == f"{gain:,.0f}"
    page.click('[data-rule="paddy"] input')
    total = content.summary["totals"]["open_km2"] + gain
    assert kpi(page, "open") == f"約{total:,.0f}km²"
    assert page.inner_text('[data-rule="paddy"] .gain').startswith(f"今は開いている約{gain:,.0f}")
    assert page.inner_text("#changed-text") == "元の計算と違うルール"
    assert "r=paddy" in address(page)
    at = np.flatnonzero(only)[30]
    assert "切ったルールで開いた土地" in hint(page, *middle(content.cells, at))
    page.click("#back")
    assert "土地利用＝田" in hint(page, *middle(content.cells, at))


def test_a_relaxed_rule_starts_off_and_can_be_switched_on(content, open_map):
    cells = content.cells
    bit = np.uint32(1 << 5)
    hit = ((cells.rules & bit) > 0) & ((cells.rules & active_mask()) == 0)
    page = open_map(content)
    view(page, "rules")
    assert not page.is_checked('[data-rule="near_school"] input')
    page.click('[data-rule="near_school"] input')
    total = content.summary["totals"]["open_km2"] - row_km2()[cells.row[hit]].sum()
    assert kpi(page, "open") == f"約{total:,.0f}km²"


def test_a_site_that_a_rule_takes_out_comes_last_and_says_so(content, open_map):
    sites = [dict(site) for site in content.summary["sites"]]
    bit = np.uint32(1 << 5)
    cells = content.cells
    hit = ((cells.rules & bit) > 0) & ((cells.rules & active_mask()) == 0)
    lat, lon = middle(cells, np.flatnonzero(hit)[0])
    sites[0] |= {"lat": lat, "lon": lon}
    page = open_map(
        replace(content, summary=screen_summary(sites=sites)), fragment="#r=near_school"
    )
    assert listed(page)[-1] == sites[0]["site"]
    assert "今の除外で対象外" in page.inner_text("#ranking li >> nth=-1")


# Sites, points, hubs


def test_a_site_popup_tells_why_and_what_is_not_known(content, open_map):
    site = next(row for row in content.summary["sites"] if row["site"] == "s-12-0001")
    page = open_map(content)
    page.click(f'#ranking [data-site="{site["site"]}"]')
    text = " ".join(page.inner_text(".leaflet-popup").split())
    for expected in (
        site["name_ja"],
        f"{site['rank']}位",
        f"{site['score']:.2f}",
        site["reason_ja"],
        f"{site['values']['power']:.2f} km",
        f"{site['scores']['power']:.2f}",
        "印西変電所",
        "275 kV",
        f"{site['straight_km']:.1f} km",
        f"{site['route_km']:.1f} km",
        "210 ha",
        "東京 0.4 ms",
        "1,000回の重みの抽選",
        "この候補地で分からないこと",
        "使える土地",
        "千葉県印西市 その2",
    ):
        assert expected in text
    assert page.locator(".bars li").count() == len(CRITERIA)


def test_a_score_that_is_not_known_is_never_an_empty_bar(content, open_map):
    sites = [{**s, "scores": {**s["scores"], "flood": None}} for s in content.summary["sites"]]
    page = open_map(replace(content, summary=screen_summary(sites=sites)))
    page.click("#ranking button >> nth=0")
    bar = page.locator(".bars .unscored")
    assert "不明" in bar.inner_text()
    assert bar.locator(".score-bar i").count() == 0


def test_pins_are_numbered_and_open_from_the_keyboard(content, open_map):
    page = open_map(content)
    first = content.summary["sites"][0]
    assert page.inner_text(f'.leaflet-marker-icon[data-site="{first["site"]}"]') == "1"
    page.focus(f'.leaflet-marker-icon[data-site="{first["site"]}"]')
    page.keyboard.press("Enter")
    assert first["name_ja"] in page.inner_text(".leaflet-popup")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.dataset.site") == first["site"]


def test_routes_end_where_the_data_say_and_straight_ones_are_dashed(content, open_map):
    page = open_map(content)
    known = sum(site["route"] is not None for site in content.summary["sites"])
    lines = page.locator(".leaflet-routes-pane path")
    assert lines.count() == 2 * len(content.summary["sites"])
    dashed = page.locator(".leaflet-routes-pane path[stroke-dasharray]").count()
    assert dashed == len(content.summary["sites"]) - known == 2


def test_a_hub_shows_its_percentile_and_what_excluded_it(content, open_map):
    page = open_map(content)
    names = page.inner_text(".leaflet-labels-pane")
    assert "印西 P93" in names
    assert "成田 除外" in names
    page.click(".leaflet-hubs-pane .hub >> nth=1")
    assert "土地利用＝田" in page.inner_text(".leaflet-popup")


def test_a_connection_point_opens_before_the_cell_below_it(content, open_map):
    page = open_map(content)
    look_at(page, 35.762, 140.018, 10)
    page.mouse.click(720, 450)
    text = page.inner_text(".leaflet-popup")
    assert "新京葉変電所" in text
    assert "500 kV" in text


def test_a_cell_says_its_scores_and_the_rules_that_hold(content, open_map):
    page = open_map(content)
    both = np.flatnonzero((content.cells.rules & np.uint32(0b1001)) == 0b1001)[0]
    look_at(page, *middle(content.cells, both), 12)
    page.keyboard.press("Escape")
    page.mouse.click(720, 450)
    text = page.inner_text(".leaflet-popup")
    assert "除外された土地" in text
    assert "傾斜 > 15 %" in text
    assert "土地利用＝田" in text


def test_search_finds_by_name_and_place_and_a_click_flies_there(content, open_map):
    page = open_map(content)
    page.fill("#search", "茨城")
    assert len(listed(page)) == 3
    page.fill("#search", "narita")
    page.click("#ranking button")
    zoom = page.evaluate("map_screen.getZoom()")
    assert zoom >= 9.5
    assert "成田" in page.inner_text(".leaflet-popup")
    page.fill("#search", "nowhere")
    assert page.inner_text("#ranking") == "該当なし"


# What must not be missed


def test_made_data_say_so_everywhere(content, open_map):
    page = open_map(replace(content, summary=screen_summary(made=True)), PHONE)
    assert "作ったデータ" in page.inner_text("#time")
    page.click("#grab")
    assert "作ったデータ" in page.inner_text("#made")


def test_what_is_not_known_stands_in_the_panel_and_first_in_the_notes(content, open_map):
    many = content.summary["unknowns"] * 2
    page = open_map(replace(content, summary=screen_summary(unknowns=many)))
    assert "土砂災害は見ていない" in page.inner_text("#unknowns")
    assert "ほか 3" in page.inner_text("#unknowns")
    page.click("#unknowns button")
    notes = page.inner_text("#notes-body")
    assert notes.startswith("分かっていないこと")
    for expected in ("国土数値情報", "CC BY 4.0", "OpenStreetMap", "practitioners", "無い"):
        assert expected in notes


def test_both_languages_say_everything(content, open_map):
    page = open_map(content, fragment="#lang=en")
    view(page, "rules")
    assert "Slope > 15 %" in page.inner_text("#rules")
    view(page, "weights")
    assert "distance to Substations" in page.inner_text("#weights")
    view(page, "layers")
    assert "Score of each cell" in page.inner_text("#view-layers")
    assert "OpenStreetMap" in page.inner_text("#layer-list")
    page.click("#language")
    assert "変電所までの距離" in page.text_content("#weights")
    assert page.get_attribute("html", "lang") == "ja"


# Files


def exported(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value.path().read_bytes()


def test_csv_holds_the_current_ranking_and_starts_no_formula(content, open_map):
    starts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1"]
    sites = [dict(site) for site in content.summary["sites"]]
    for site, start in zip(sites, starts, strict=False):
        site["name_ja"] = start
    page = open_map(replace(content, summary=screen_summary(sites=sites)), fragment="#w=power:0")
    text = exported(page, "#save-csv").decode("utf-8")
    assert text.startswith("\ufeffrank,run_rank,site,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    expected = site_scores(content, {"power": 0})
    order = sorted(expected, key=expected.get, reverse=True)
    assert [row["site"] for row in rows] == order
    assert [int(row["rank"]) for row in rows] == list(range(1, 13))
    assert float(rows[0]["score"]) == pytest.approx(expected[order[0]], abs=1e-3)
    assert {row["settings"] for row in rows} == {"power x0"}
    names = {row["site"]: row["name_ja"] for row in rows}
    for site, start in zip(sites, starts, strict=False):
        assert names[site["site"]] == f"'{start}"


def test_geojson_holds_the_current_ranking(content, open_map):
    page = open_map(content)
    text = exported(page, "#save-geojson").decode()
    features = page.evaluate("text => JSON.parse(text).features", text)
    first = content.summary["sites"][0]
    assert len(features) == 12
    assert features[0]["geometry"]["coordinates"] == [first["lon"], first["lat"]]
    assert features[0]["properties"]["rank"] == 1
    assert features[0]["properties"]["settings"] == "run"


# Sizes


def test_the_phone_shows_all_and_scrolls_sideways_nowhere(content, open_map):
    page = open_map(content, PHONE, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not page.locator("#panel-body").is_visible()
    page.click("#grab")
    for name in VIEWS:
        view(page, name)
        assert page.evaluate("document.querySelector('#panel-body').scrollWidth") <= PHONE[0]
    view(page, "sites")
    page.click("#ranking button >> nth=0")
    assert page.get_attribute("#grab", "aria-expanded") == "false"
    popup = settled_box(page, ".leaflet-popup-content-wrapper")
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= PHONE[0]
    card = page.locator("#time").bounding_box()
    assert popup["y"] >= card["y"] + card["height"]


def settled_box(page, selector):
    """Box of an element once the map has moved it to where it fits."""
    boxes = [None]
    for _ in range(20):
        boxes.append(page.locator(selector).bounding_box())
        if boxes[-1] == boxes[-2]:
            break
        page.wait_for_timeout(250)
    return boxes[-1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_not_blank(content, open_map, tmp_path, scheme):
    page = open_map(content, color_scheme=scheme)
    picture = tmp_path / "map.png"
    page.screenshot(path=picture)
    pixels = imread(picture)[:, 380:1320, :3]
    assert min(pixels[..., channel].std() for channel in (0, 2)) > 0.02
    assert (pixels.mean() > 0.5) == (scheme == "light")


def test_the_theme_switch_repaints_the_cells(content, open_map):
    page = open_map(content, color_scheme="light")
    at = middle(content.cells, np.flatnonzero((content.cells.rules & active_mask()) > 0)[5])
    light = colour_at(page, *at)
    page.click("#theme")
    assert sum(colour_at(page, *at)[:3]) < sum(light[:3]) - 200


def test_a_run_without_sites_cells_or_rules_can_be_drawn(content, open_map):
    none = np.zeros(0, dtype=np.uint8)
    cells = replace(
        content.cells, row=none, col=none, score=none, scores={}, rules=none.astype(np.uint32)
    )
    bare = {"title": {"ja": "空", "en": "empty"}}
    page = open_map(replace(content, cells=cells, summary=bare))
    assert kpi(page, "land") == "—"
    assert "候補地はありません" in page.inner_text("#ranking")
    view(page, "rules")
    assert "除外ルールはありません" in page.inner_text("#rules")
    exported(page, "#save-csv")


def many_cells(rows=620, cols=622, criteria=10):
    """As many cells as all Japan has land at 1 km."""
    random = np.random.default_rng(4)
    row, col = np.divmod(np.arange(rows * cols, dtype=np.int32), cols)
    wave = np.sin(row / 40)[None] * np.cos(col / 30 + np.arange(criteria)[:, None])
    columns = np.clip(120 + 100 * wave + random.normal(0, 8, (criteria, len(row))), 0, 254)
    names = [f"c{index}" for index in range(criteria)]
    scores = dict(zip(names, columns.astype(np.uint8), strict=True))
    rules = random.integers(0, 64, len(row), dtype=np.uint32) * (random.random(len(row)) < 0.3)
    score = columns.mean(axis=0).astype(np.uint8)
    return ScreenCells(
        135, 38, STEP_X, STEP_Y, rows, cols, row, col, score, scores, rules.astype(np.uint32)
    )


def test_385000_cells_open_and_answer_at_once(content, open_map, tmp_path):
    cells = many_cells()
    assert len(cells.row) > 385_000
    row = content.summary["criteria"][0]
    criteria = [{**row, "criterion": name, "layer": name} for name in cells.scores]
    many = replace(content, cells=cells, summary=screen_summary(criteria=criteria))
    begun = time.perf_counter()
    assert save_screen_map(many, tmp_path / "many.html").stat().st_size < 7e6
    assert time.perf_counter() - begun < 10
    page = open_map(many)
    assert page.evaluate("performance.now()") < 6000
    view(page, "weights")
    times = page.evaluate(
        """async () => {
        const [slider, times] = [document.querySelector('#weight-0'), []];
        for (const value of [0.2, 1.8, 0, 1.1, 0.6, 1.4, 0.3]) {
            const begun = performance.now();
            slider.value = value;
            slider.dispatchEvent(new Event('input'));
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - begun);
            await new Promise((done) => setTimeout(done, 60));
        }
        return times;
        }"""
    )
    assert min(times) < 100
    assert page.is_visible("#changed")


# Text from data is text

TEMPLATE = "{{7*7}}{% raw %}{# gone #}${7*7}"
MARKUP = "</script><script>window.ran=1</script><img src=x onerror=window.ran=1><!--'\"`&lt;"
LINK = "javascript:window.ran=1//"
FORMAT_KEYS = {"type", "condition", "measure", "shape", "kind", "threshold"}


def spoil(value, attack, key=None):
    """`value` with `attack` before every text that is no word of the format."""
    if isinstance(value, dict):
        return {
            (attack + name if key in ("scores", "values", "latency_ms") else name): spoil(
                each, attack, name
            )
            for name, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [spoil(each, attack, key) for each in value]
    return attack + value if isinstance(value, str) and key not in FORMAT_KEYS else value


@pytest.mark.parametrize("attack", [TEMPLATE, MARKUP, LINK])
def test_hostile_text_shows_literally_and_nothing_runs(content, open_map, attack):
    cells = replace(
        content.cells, scores={attack + name: each for name, each in content.cells.scores.items()}
    )
    hostile = replace(
        content,
        summary=spoil(content.summary, attack),
        cells=cells,
        prefectures=spoil(content.prefectures, attack),
        areas=spoil(content.areas, attack),
    )
    page = open_map(hostile)
    shown = [page.inner_text("#panel")]
    for name in ("weights", "rules", "layers"):
        view(page, name)
        shown.append(page.inner_text(f"#view-{name}"))
    move_weight(page, 0, 0.5)
    view(page, "sites")
    page.click("#ranking button >> nth=0")
    shown.append(page.inner_text(".leaflet-popup"))
    page.keyboard.press("Escape")
    page.click("#controls .home")
    page.click(".leaflet-hubs-pane .hub >> nth=1")
    shown.append(page.inner_text(".leaflet-popup"))
    page.click("#language")
    page.click("#open-notes")
    shown.append(page.inner_text("#notes"))
    page.click("#close-notes")
    header = exported(page, "#save-csv").decode().splitlines()[0]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in header.split(","))
    assert all(attack in unescape(text) or attack in text for text in shown)
    assert page.title().startswith(attack)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.scripts.length") == 3
    assert page.locator("img").count() == 0
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"https:", "http:", "file:"}
