"""The map of a forecast check: the page, and the page in a real browser with the network off."""

import csv
import io
import re
from dataclasses import replace
from html import unescape
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.image import imread

from data.errors import InputError
from maps.kit import LOADS_KIT, PLAN_KIT
from maps.loads_page import draw_loads, save_loads_map, short_columns
from maps.loads_style import LOADS_DARK, LOADS_LIGHT, STAGES
from maps.style import contrast
from tests.conftest import watched_pages
from tests.small_loads import loads_content

BROWSER = pytest.mark.browser
DESKTOP, PHONE = (1440, 900), (390, 844)
THEMES = pytest.mark.parametrize("palette", [LOADS_LIGHT, LOADS_DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def content():
    return loads_content()


# The page as a text


def test_two_builds_are_identical(content):
    first, second = (draw_loads(content).get_root() for _ in range(2))
    assert first.render() == second.render() == first.render()


def test_300_applications_stay_below_a_megabyte_and_a_half(content, tmp_path):
    page = save_loads_map(content, tmp_path / "map.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1.5e6
    assert not re.search(r"<(?:link|img|iframe|object|base)\b|<script[^>]+src=|@import", page)
    assert "connect-src 'none'" in page
    assert "unsafe" not in page.split("</title>")[0]


def test_the_page_holds_every_asset_of_its_own_and_none_parses_data_as_markup():
    names = {path.name for path in (files("maps") / "assets").iterdir()}
    own = {name for name in names if name.lstrip("_").startswith("loads")}
    assert own <= {*LOADS_KIT.scripts, *LOADS_KIT.styles, LOADS_KIT.sections}
    assert not [name for name in (*PLAN_KIT.scripts, *PLAN_KIT.styles) if name in own]
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, LOADS_KIT.script())


def test_what_is_not_the_checks_own_it_shares_with_the_plan_map():
    others = {name for name in LOADS_KIT.scripts if not name.startswith("loads_")}
    assert others < set(PLAN_KIT.scripts)
    assert len(others) > 15


def test_the_title_is_text(content):
    title = {"ja": "</title><script>1</script>{{7*7}}", "en": None}
    hostile = replace(content, summary={**content.summary, "title": title})
    page = draw_loads(hostile).get_root().render()
    assert "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;{{7*7}}</title>" in page


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        short_columns({"id": ["a", "b"], "lat": [35.0]})


def test_places_keep_four_decimals_and_an_unknown_figure_stays_unknown():
    columns = short_columns({"lat": [35.123456], "contract_mw": [float("nan")], "name": ["A"]})
    assert columns["lat"] == [35.1235]
    assert columns["contract_mw"][0] != columns["contract_mw"][0]
    assert columns["name"] == ["A"]


def test_a_page_too_large_to_send_is_refused_and_leaves_the_old_file(content, tmp_path):
    target = tmp_path / "map.html"
    target.write_text("old")
    letters = np.random.default_rng(3).integers(0x4E00, 0x9F00, 6_000_000, dtype=np.uint32)
    noise = letters.tobytes().decode("utf-32-le")
    bulky = {**content.points, "name": [noise, *content.points["name"][1:]]}
    with pytest.raises(InputError, match="points"):
        save_loads_map(replace(content, points=bulky), target)
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert target.read_text() == "old"


@THEMES
@pytest.mark.parametrize("kind", ["over", "room", "inside"])
def test_verdicts_are_legible_on_their_own_ground_and_on_a_card(palette, kind):
    for ground in (palette[f"{kind}-soft"], palette["card"]):
        assert contrast(palette[f"{kind}-ink"], ground) >= 4.5


@THEMES
def test_stages_can_be_told_apart_and_surer_ones_stand_out_more(palette):
    steps = [contrast(palette[f"stage-{step}"], palette["land"]) for step in range(1, STAGES + 1)]
    assert steps == sorted(steps)
    assert all(later / earlier > 1.2 for earlier, later in pairwise(steps))
    assert contrast(palette["stage-rim"], palette["land"]) >= 3


@THEMES
def test_an_unknown_area_has_a_colour_of_its_own(palette):
    fills = [palette[f"{side}-{step}"] for side in ("over", "room") for step in (1, 2, 3)]
    assert len({*fills, palette["inside"], palette["nodata"]}) == 8


# The page in a browser


@pytest.fixture
def open_map(browser, tmp_path):
    """Open a check as a page; afterwards nothing may have been asked for or complained about."""
    with watched_pages(browser) as show:

        def opened(content, size=DESKTOP, fragment="", **options):
            path = save_loads_map(content, tmp_path / "map.html")
            return show(path, size, fragment, **options)

        yield opened


def kpi(page, key):
    return page.inner_text(f'[data-kpi="{key}"] b')


def fill(page, area):
    return page.get_attribute(f'path[data-area="{area}"] >> nth=0', "fill")


def chip(page, area):
    return " ".join(page.inner_text(f'.area-chip[data-area="{area}"]').split())


def set_year(page, index):
    page.eval_on_selector(
        "#year", "(s, i) => { s.value = i; s.dispatchEvent(new Event('input')) }", index
    )


def verdict(content, area, year, vintage, case):
    key = {"area": area, "fiscal_year": year, "vintage": vintage, "case": case}
    return next(row for row in content.summary["verdict"] if key.items() <= row.items())


def gigawatts(mw):
    return f"{mw / 1000:.2f}GW" if mw >= 1000 else f"{mw:.0f}MW"


# A copy of the canvas to read from: Chromium complains when the canvas itself is read often.
PIXELS = """() => {
    const drawn = document.querySelector('.leaflet-points-pane canvas');
    const copy = new OffscreenCanvas(drawn.width, drawn.height);
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.drawImage(drawn, 0, 0);
    return pen;
}"""


def canvas_ink(page):
    """Number of pixels that hold a point, and their mean red. [-, 0 to 255]"""
    return page.evaluate(
        f"""() => {{
        const pen = ({PIXELS})();
        const {{ data }} = pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
        let [red, painted] = [0, 0];
        for (let at = 0; at < data.length; at += 4)
            if (data[at + 3] > 250) {{ red += data[at]; painted += 1; }}
        return [painted, red / painted];
        }}"""
    )


def centre_colour(page):
    """Open the largest application, which brings it to the middle; its colour there."""
    return page.evaluate(
        f"""() => {{
        document.querySelector('#applications button').click();
        const frame = document.querySelector('.leaflet-points-pane canvas').getBoundingClientRect();
        const place = [innerWidth / 2 - frame.x, innerHeight / 2 - frame.y];
        return [...({PIXELS})().getImageData(...place, 1, 1).data];
        }}"""
    )


@BROWSER
def test_the_page_is_ready_soon(content, open_map):
    page = open_map(content)
    assert page.evaluate("performance.now()") < 4000


@BROWSER
def test_key_figures_are_those_of_japan_in_the_chosen_year_vintage_and_case(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    row = verdict(content, "japan", 2035, "2026-01", "all")
    assert row["verdict"] == "exceeds"
    assert kpi(page, "additions_mw") == gigawatts(row["additions_mw"])
    assert kpi(page, "counted_mw") == gigawatts(row["counted_mw"])
    assert kpi(page, "allowance_mw") == gigawatts(row["allowance_mw"])
    assert kpi(page, "over_mw") == gigawatts(row["over_mw"])
    assert "想定の枠を超過" in page.inner_text("#kpis")


@BROWSER
@pytest.mark.parametrize("case", ["contracted", "weighted", "all"])
@pytest.mark.parametrize("year", [2026, 2035])
def test_every_area_is_coloured_by_its_verdict(content, open_map, year, case):
    page = open_map(content, fragment=f"#y={year}&v=2026-01&c={case}")
    family = {"exceeds": "--over-", "fits": "--room-", "inside": "--inside", "unknown": "hatch"}
    for area in content.areas:
        row = verdict(content, area["area"], year, "2026-01", case)
        assert family[row["verdict"]] in fill(page, area["area"])


@BROWSER
def test_vintage_case_and_year_change_colours_and_figures(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    seen = {(fill(page, "tokyo"), chip(page, "tokyo"), kpi(page, "over_mw"))}
    page.click("#vintages button >> nth=0")
    assert "over" in fill(page, "tokyo")
    assert chip(page, "tokyo").startswith("東京 超過")
    seen.add((fill(page, "tokyo"), chip(page, "tokyo"), kpi(page, "over_mw")))
    page.click("#cases button >> nth=0")
    assert "room" in fill(page, "tokyo")
    seen.add((fill(page, "tokyo"), chip(page, "tokyo"), kpi(page, "over_mw")))
    set_year(page, 0)
    seen.add((fill(page, "tokyo"), chip(page, "tokyo"), kpi(page, "over_mw")))
    assert len(seen) == 4
    assert "y=2025" in page.url
    assert "v=2024-01&c=contracted" in page.url


@BROWSER
def test_choices_move_by_arrow_keys_and_keep_the_focus(content, open_map):
    page = open_map(content, fragment="#c=contracted")
    page.focus('#cases [aria-checked="true"]')
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "確率加重"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text('#cases [aria-checked="true"]') == "全件"


@BROWSER
def test_an_unknown_verdict_never_looks_like_room_whatever_its_figures_say(content, open_map):
    rows = [
        {**row, "verdict": "not a word of the format", "allowance_mw": 1e6, "over_mw": 0.0}
        for row in content.summary["verdict"]
    ]
    page = open_map(replace(content, summary={**content.summary, "verdict": rows}))
    for area in content.areas:
        assert fill(page, area["area"]) == "url(#unknown-hatch)"
        assert chip(page, area["area"]) == f"{area['name_ja']} 不明"
    assert kpi(page, "over_mw").strip() == "—"
    assert page.locator("#ranking .verdict:not(.unknown)").count() == 0
    assert "不明" in page.inner_text('[data-layer="headroom"] .legend')


@BROWSER
def test_a_range_shows_as_a_range_and_takes_its_colour_from_the_verdict(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    row = verdict(content, "kansai", 2035, "2026-01", "all")
    assert (row["verdict"], row["allowance_mw"]) == ("unknown", None)
    page.click('#ranking [data-area="kansai"]')
    text = page.inner_text(".leaflet-popup")
    assert "600–2,600" in text
    assert "枠の幅の中で判定できない" in text
    page.click("#cases button >> nth=1")
    weighted = verdict(content, "kansai", 2035, "2026-01", "weighted")
    low, high = (
        weighted[f"allowance_{end}_mw"] - weighted["additions_mw"] for end in ("low", "high")
    )
    assert chip(page, "kansai") == f"関西 余裕 {low:,.0f}–{high:,.0f}"


@BROWSER
def test_areas_are_ranked_with_the_most_exceeded_first_and_the_unknown_last(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    shown = page.eval_on_selector_all("#ranking button", "all => all.map(one => one.dataset.area)")
    rows = {area: verdict(content, area, 2035, "2026-01", "all") for area in shown}
    assert sorted(shown) == sorted(content.summary["areas"])
    over = [area for area in shown if rows[area]["verdict"] == "exceeds"]
    assert over == sorted(over, key=lambda area: -rows[area]["over_mw"])
    order = [
        ["exceeds", "fits", "inside", "unknown"].index(rows[area]["verdict"]) for area in shown
    ]
    assert order == sorted(order)
    assert len(over) >= 3


@BROWSER
def test_an_area_popup_tells_all_there_is_to_defend_a_verdict(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    page.click('#ranking [data-area="hokkaido"]')
    text = " ".join(page.inner_text(".leaflet-popup").split())
    row = verdict(content, "hokkaido", 2035, "2026-01", "all")
    key = {"area": "hokkaido", "fiscal_year": 2035, "vintage": "2026-01"}
    chance = next(row for row in content.summary["chance"] if key.items() <= row.items())
    for mw in (row["additions_mw"], row["allowance_mw"], row["over_mw"]):
        assert f"{mw:,.0f} MW".replace(" ", "") in text.replace(" ", "")
    assert page.locator(".verdicts td button").count() == 9
    for count, button in zip(content.summary["cases"], range(6, 9), strict=True):
        cell = page.locator(".verdicts td button").nth(button).get_attribute("class")
        assert verdict(content, "hokkaido", 2035, "2026-01", count)["verdict"] in cell
    for expected in (
        f"{chance['exceed_share']:.0%}",
        "P10–P90",
        "H3 夏",
        "H1 冬",
        "相馬双葉幹線 →",
        "二次情報",
        "超過の主な要因",
        "需要想定 2026年1月 (2026-01-21)",
    ):
        assert expected in text
    assert page.locator(".popup .chart rect").count() > 20


@BROWSER
def test_a_cell_of_the_popup_chooses_vintage_and_case(content, open_map):
    page = open_map(content, fragment="#y=2035&v=2026-01&c=all")
    page.click('#ranking [data-area="tokyo"]')
    page.click(".verdicts td button >> nth=0")
    assert page.inner_text('#vintages [aria-checked="true"]') == "2024-01"
    assert page.inner_text('#cases [aria-checked="true"]') == "契約済のみ"
    # the popup is drawn again before its cell takes the focus
    page.wait_for_selector('.verdicts [aria-pressed="true"]:focus')


@BROWSER
def test_an_area_popup_opens_by_a_click_on_the_land_and_from_the_keyboard(content, open_map):
    page = open_map(content, fragment="#y=2035&c=all")
    box = page.locator('path[data-area="hokkaido"]').bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.55)
    row = verdict(content, "hokkaido", 2035, "2026-01", "all")
    page.wait_for_selector(f".hint:has-text('超過{row['over_mw']:.0f}')")
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.55)
    assert "北海道" in page.inner_text(".leaflet-popup h3")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    page.focus(".leaflet-marker-icon[role=button] >> nth=0")
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup").is_visible()


@BROWSER
def test_a_point_opens_from_the_list_and_by_a_click_on_the_map(content, open_map):
    page = open_map(content, fragment="#y=2035")
    largest = max(range(300), key=lambda index: content.points["contract_mw"][index])
    page.click("#applications button >> nth=0")
    text = page.inner_text(".leaflet-popup")
    for column in ("name", "applicant", "id"):
        assert content.points[column][largest] in text
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.dataset.point") == str(largest)
    frame = page.locator(".leaflet-points-pane canvas").bounding_box()
    assert frame["width"] > 1000
    # The list has put the point in the middle of the window.
    page.mouse.click(DESKTOP[0] / 2, DESKTOP[1] / 2)
    assert page.locator(".leaflet-popup .facts").is_visible()


@BROWSER
def test_points_not_supplied_yet_are_hollow(content, open_map):
    points = {name: column[:1] for name, column in content.points.items()}
    points |= {"contract_mw": [400.0], "start": [2030], "counted": [False], "stage": [4]}
    page = open_map(replace(content, points=points), fragment="#y=2029")
    hollow = centre_colour(page)
    set_year(page, 5)
    filled = centre_colour(page)
    assert sum(hollow[:3]) > 700  # near white
    assert sum(filled[:3]) < 250  # the darkest violet


@BROWSER
def test_layers_switch_off_with_their_legends(content, open_map):
    page = open_map(content)
    page.click('#layers [value="points"]')
    assert page.locator(".leaflet-points-pane canvas").count() == 0
    assert not page.locator('[data-layer="points"] .legend').is_visible()
    page.click('#layers [value="headroom"]')
    assert page.locator(".area-chip").count() == 0
    page.click("#applications button >> nth=0")
    assert page.locator(".leaflet-points-pane canvas").count() == 1


@BROWSER
def test_search_looks_at_names_applicants_ids_and_connection_points(content, open_map):
    page = open_map(content)
    for asked, column in [
        ("a-00007", "id"),
        ("架空電算株式会社7", "applicant"),
        ("変電所38", "point"),
    ]:
        page.fill("#search", asked)
        rows = page.eval_on_selector_all(
            "#applications button", "all => all.map(b => +b.dataset.point)"
        )
        found = {i for i, value in enumerate(content.points[column]) if asked in value.lower()}
        assert set(rows) <= found
        assert len(rows) == min(20, len(found)) > 0
    page.fill("#search", "nobody")
    assert "該当なし" in page.inner_text("#applications")


@BROWSER
def test_the_language_switch_reaches_everything(content, open_map):
    page = open_map(content, fragment="#y=2035&c=all")
    page.click("#language")
    text = page.inner_text("#panel")
    for expected in (
        "Load list against the forecast",
        "Forecast published in",
        "Exceeds the forecast",
    ):
        assert expected in text
    page.click('#ranking [data-area="tokyo"]')
    words = page.inner_text("#choices") + page.inner_text("#layers") + page.inner_text(".popup")
    assert not re.search(r"[ぁ-んァ-ヶ]", words)
    assert "lang=en" in page.url


@BROWSER
def test_notices_assumptions_and_sources_can_be_read(content, open_map):
    page = open_map(content)
    page.click("#notices")
    text = page.inner_text("#notes")
    for expected in ("空押さえ", "A-00002", "probability.study", "公表されていない", "OCCTO"):
        assert expected in text
    assert page.get_attribute("#notes a", "rel") == "noopener noreferrer"


@BROWSER
def test_a_phone_shows_all_without_sideways_scrolling(content, open_map):
    page = open_map(content, size=PHONE, fragment="#y=2035&c=all", device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not page.locator("#panel-body").is_visible()
    boxes = [each.bounding_box() for each in page.locator(".area-chip").all()[:-1]]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] for box in boxes)
    page.click("#grab")
    assert page.locator("#panel-body").is_visible()
    assert page.evaluate("document.querySelector('#panel-body').scrollWidth") <= PHONE[0]
    page.click('#ranking [data-area="tokyo"]')
    assert page.get_attribute("#grab", "aria-expanded") == "false"
    popup = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= PHONE[0]


@BROWSER
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_not_blank(content, open_map, tmp_path, scheme):
    page = open_map(content, color_scheme=scheme)
    picture = tmp_path / "map.png"
    page.screenshot(path=picture)
    pixels = imread(picture)[:, 380:1320, :3]
    assert min(pixels[..., channel].std() for channel in (0, 2)) > 0.02
    assert (pixels.mean() > 0.5) == (scheme == "light")


@BROWSER
def test_the_theme_switch_repaints_the_points(content, open_map):
    page = open_map(content, color_scheme="light")
    light = canvas_ink(page)[1]
    page.click("#theme")
    assert canvas_ink(page)[1] > light + 15


def exported(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value.path().read_bytes()


@BROWSER
def test_csv_holds_the_points_and_starts_no_formula(content, open_map):
    starts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "＝1"]
    names = [*starts, *content.points["name"][len(starts) :]]
    page = open_map(replace(content, points={**content.points, "name": names}))
    text = exported(page, "#save-csv").decode("utf-8")
    assert text.startswith("\ufeffid,name,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [row["name"] for row in rows[: len(starts)]] == [f"'{start}" for start in starts]
    assert len(rows) == 300
    assert float(rows[7]["contract_mw"]) == pytest.approx(content.points["contract_mw"][7])
    assert int(rows[7]["supply_start"]) == content.points["start"][7]


@BROWSER
def test_geojson_holds_the_points(content, open_map):
    page = open_map(content)
    features = page.evaluate(
        "text => JSON.parse(text).features", exported(page, "#save-geojson").decode()
    )
    assert len(features) == 300
    lon, lat = features[0]["geometry"]["coordinates"]
    assert lon == pytest.approx(content.points["lon"][0], abs=1e-4)
    assert lat == pytest.approx(content.points["lat"][0], abs=1e-4)


@BROWSER
def test_a_check_without_points_or_verdicts_can_be_drawn(content, open_map):
    none = {name: [] for name in content.points}
    bare = {
        name: content.summary[name] for name in ("title", "years", "vintages", "cases", "newest")
    }
    page = open_map(replace(content, points=none, summary=bare))
    assert kpi(page, "additions_mw").strip() == "—"
    assert fill(page, "tokyo") == "url(#unknown-hatch)"
    assert "位置の分かる申込はありません" in page.inner_text("#applications")


@BROWSER
@pytest.mark.thorough
def test_50000_points_open_and_answer(open_map, tmp_path):
    many = loads_content(50_000)
    assert save_loads_map(many, tmp_path / "many.html").stat().st_size < 6e6
    page = open_map(many, fragment="#y=2035")
    assert page.evaluate("performance.now()") < 8000
    assert canvas_ink(page)[0] > 5000
    start = page.evaluate("performance.now()")
    set_year(page, 0)
    assert page.evaluate("performance.now()") - start < 1500
    page.fill("#search", "A-49999")
    page.click("#applications button >> nth=0")
    assert "A-49999" in page.inner_text(".leaflet-popup")


# Text from the list is text

TEMPLATE = "{{7*7}}{% raw %}{# gone #}${7*7}"
MARKUP = "</script><script>window.ran=1</script><img src=x onerror=window.ran=1><!--'\"`&lt;"
LINK = "javascript:window.ran=1//"
FORMAT_KEYS = {"type", "standard", "season", "stage", "kind", "verdict", "basis", "case", "area"}


def spoil(value, attack, key=None):
    """`value` with `attack` before every text that is no word of the format."""
    if isinstance(value, dict):
        return {name: spoil(each, attack, name) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [spoil(each, attack, key) for each in value]
    return attack + value if isinstance(value, str) and key not in FORMAT_KEYS else value


@BROWSER
@pytest.mark.parametrize("attack", [TEMPLATE, MARKUP, LINK])
def test_hostile_text_shows_literally_and_nothing_runs(content, open_map, attack):
    kept = {name: content.summary[name] for name in ("areas", "cases")}
    hostile = replace(
        content,
        summary=spoil(content.summary, attack) | kept,
        points=spoil(content.points, attack),
        prefectures=spoil(content.prefectures, attack),
        areas=spoil(content.areas, attack),
        ties=spoil(content.ties, attack),
    )
    page = open_map(hostile, fragment="#y=2035&c=all")
    shown = [page.inner_text("#panel")]
    page.click("#cases button >> nth=2")
    page.click('#ranking [data-area="hokkaido"]')
    shown.append(page.inner_text(".leaflet-popup"))
    page.keyboard.press("Escape")
    page.click("#applications button >> nth=0")
    shown.append(page.inner_text(".leaflet-popup"))
    page.click("#language")
    page.click("#open-notes")
    shown.append(page.inner_text("#notes"))
    page.click("#close-notes")
    assert all(attack in unescape(text) or attack in text for text in shown)
    assert page.title().startswith(attack)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.scripts.length") == 3
    assert page.locator("img").count() == 0
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"https:", "http:", "file:"}
