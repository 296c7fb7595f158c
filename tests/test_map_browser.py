"""The page in a real browser with the network off."""

import csv
import io
from dataclasses import replace

import pytest
from matplotlib.image import imread

from maps.page import save_map
from tests.conftest import watched_pages

pytestmark = pytest.mark.browser
DESKTOP, PHONE = (1440, 900), (390, 844)


@pytest.fixture
def open_map(browser, tmp_path):
    """Open contents as a page; afterwards nothing may have been asked for or complained about."""
    with watched_pages(browser) as show:

        def opened(content, size=DESKTOP, compare=None, fragment="", **options):
            path = save_map(content, tmp_path / "map.html", compare=compare)
            return show(path, size, fragment, **options)

        yield opened


def kpi(page, key):
    return page.inner_text(f'[data-kpi="{key}"] b')


def set_year(page, index):
    page.eval_on_selector(
        "#year", "(s, i) => { s.value = i; s.dispatchEvent(new Event('input')) }", index
    )


def radius(page, site):
    """Radius from the path Leaflet draws for a circle. [px]"""
    return float(page.get_attribute(f'path[data-site="{site}"]', "d").split("a")[1].split(",")[0])


def test_the_year_changes_figures_and_markers(map_content, open_map):
    page = open_map(map_content(), fragment="#y=2028")
    before = kpi(page, "contract_mw"), radius(page, "tomato")
    set_year(page, 9)
    assert page.inner_text("#year-now").startswith("2035")
    after = kpi(page, "contract_mw"), radius(page, "tomato")
    assert before[0] != after[0]
    assert after[1] > 3 * before[1]


def test_marker_area_follows_contract_power(map_content, open_map):
    page = open_map(map_content(), fragment="#y=2035")
    # 620 MW against 300 MW; Leaflet rounds radii to whole pixels
    area_ratio = (radius(page, "inzai") / radius(page, "ishikari")) ** 2
    assert area_ratio == pytest.approx(620 / 300, rel=0.15)


def test_play_runs_through_the_years(map_content, open_map):
    page = open_map(map_content(), fragment="#y=2033")
    page.click("#play")
    assert page.get_attribute("#play", "aria-label") == "一時停止"
    page.wait_for_selector("#year-now:has-text('2035')")
    page.wait_for_selector("#play[aria-label='再生']")


def test_a_popup_opens_by_click_and_says_why(map_content, open_map):
    page = open_map(map_content(), fragment="#y=2035")
    page.click('path[data-site="kikuyo"]')
    text = page.inner_text(".leaflet-popup")
    for expected in ("菊陽", "170MW", "仮定", "既存の275", "秋田", "ウェルカムゾーンマップ"):
        assert expected in text


def test_a_popup_opens_and_closes_from_the_keyboard(map_content, open_map):
    page = open_map(map_content())
    page.focus('path[data-site="inzai"]')
    page.keyboard.press("Enter")
    assert "印西" in page.inner_text(".leaflet-popup")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.dataset.site") == "inzai"


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (".leaflet-zones-pane path[tabindex]", "同じ群の値は足し合わせられません"),
        (".leaflet-ties-pane path[tabindex]", "平均利用率"),
        (".leaflet-candidates-pane path[tabindex]", "接続費が高く"),
    ],
)
def test_every_kind_of_mark_explains_itself(map_content, open_map, mark, expected):
    page = open_map(map_content())
    page.focus(f"{mark} >> nth=0")
    page.keyboard.press("Enter")
    assert expected in page.inner_text(".leaflet-popup")


def test_a_legend_leaves_with_its_layer(map_content, open_map):
    page = open_map(map_content())
    legend = page.locator('[data-layer="zones"] .legend')
    assert legend.is_visible()
    page.click('#layers [value="zones"]')
    assert not legend.is_visible()
    assert page.locator(".leaflet-zones-pane path").count() == 0


def test_reserve_margins_come_with_a_chip_for_each_area(map_content, open_map):
    page = open_map(map_content(), fragment="#y=2035")
    assert page.locator(".area-chip").count() == 0
    page.click('#layers [value="margins"]')
    assert page.locator(".area-chip").count() == 10
    assert "都道府県で近似" in page.inner_text('[data-layer="margins"] .legend')
    assert page.locator(".area-chip.over").all_inner_texts() == [
        "東京\n7.4%",
        "北陸\n7.9%",
        "関西\n6.3%",
    ]


def test_the_language_switch_reaches_everything(map_content, open_map):
    page = open_map(map_content())
    page.click("#language")
    assert page.get_attribute("html", "lang") == "en"
    text = page.inner_text("#panel")
    assert "AI data-centre siting plan" in text
    assert "契約電力" not in text
    assert page.get_attribute('path[data-site="inzai"]', "aria-label") == "Inzai 620 MW"
    assert "lang=en" in page.url


def test_search_finds_sites_and_candidates(map_content, open_map):
    page = open_map(map_content())
    page.fill("#search", "aki")
    assert page.locator("#others-list button").all_inner_texts()[0].strip().startswith("秋田")
    page.click("#others-list button >> nth=0")
    assert "接続費が高く" in page.inner_text(".leaflet-popup")


def test_the_second_scenario_redraws_sites_and_figures(map_content, open_map):
    page = open_map(map_content(), compare=map_content("no-new-ties", 1), fragment="#y=2030")
    first = kpi(page, "contract_mw"), radius(page, "tomato")
    page.click("#runs button >> nth=1")
    assert page.locator("#runs button").all_inner_texts() == ["A基本", "Bno-new-ties"]
    assert kpi(page, "contract_mw") != first[0]
    assert radius(page, "tomato") < first[1]
    assert "A: −" in page.inner_text('[data-kpi="contract_mw"] .delta')


def test_an_unknown_figure_is_a_dash_and_not_a_zero(map_content, open_map):
    content = map_content()
    kpis = [{**row, "co2_kt": float("nan")} for row in content.summary["kpis"]]
    page = open_map(replace(content, summary={**content.summary, "kpis": kpis}))
    assert kpi(page, "co2_kt").strip() == "—"


def test_assumptions_unknowns_and_sources_can_be_read(map_content, open_map):
    page = open_map(map_content())
    page.click("#open-notes")
    text = page.inner_text("#notes")
    for expected in ("assumptions.h1_uplift_share", "最大需要", "Places set by hand"):
        assert expected in text
    assert page.get_attribute("#notes a", "rel") == "noopener noreferrer"


def test_a_phone_shows_all_without_sideways_scrolling(map_content, open_map):
    page = open_map(map_content(), size=PHONE, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert not page.locator("#panel-body").is_visible()
    page.click("#grab")
    assert page.locator("#panel-body").is_visible()
    assert page.evaluate("document.querySelector('#panel-body').scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_not_blank(map_content, open_map, tmp_path, scheme):
    page = open_map(map_content(), color_scheme=scheme)
    picture = tmp_path / "map.png"
    page.screenshot(path=picture)
    pixels = imread(picture)[:, 380:1320, :3]
    land_and_sea = [colour.std() for colour in (pixels[..., 0], pixels[..., 2])]
    assert min(land_and_sea) > 0.02
    assert (pixels.mean() > 0.5) == (scheme == "light")


def exported(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value.path().read_bytes()


def test_csv_opens_in_a_spreadsheet_and_starts_no_formula(map_content, open_map):
    content = map_content()
    starts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "\rx", "＝1", 'plain, "quoted"']
    sites = [
        {**site, "name_ja": text}
        for site, text in zip(content.summary["sites"], starts, strict=False)
    ]
    page = open_map(replace(content, summary={**content.summary, "sites": sites}))
    text = exported(page, "#save-csv").decode("utf-8")
    assert text.startswith("\ufeffsite,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    names = [row["name_ja"] for row in rows[: len(starts)]]
    assert names == [f"'{start}" for start in starts[:-1]] + [starts[-1]]
    assert rows[0]["contract_mw_2035"] == "620"
    assert rows[len(starts)]["status"] == "not_chosen"


def test_geojson_holds_sites_and_candidates(map_content, open_map):
    page = open_map(map_content())
    features = page.evaluate(
        "text => JSON.parse(text).features", exported(page, "#save-geojson").decode()
    )
    assert len(features) == 26
    assert features[0]["geometry"]["coordinates"] == [140.15, 35.83]
