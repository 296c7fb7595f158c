"""The report of a screening: what it says, what it draws, and that it stays a page of text."""

import json
import re
from collections import defaultdict
from copy import deepcopy
from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.lattice import ELLIPSOID
from siting.cli import app
from siting.scenario_layers import Builtin, ReaderName
from siting.scenario_screen import ScoreRule, Screen
from siting.screen.amounts import rough
from siting.screen.charts import apart, draw_scores, draw_shape
from siting.screen.report import report_html, write_report
from siting.screen.report_ranks import rank_picture, rank_place, rank_ticks
from siting.screen.report_tables import hub_rows, land_parts, rule_rows, shared_rows
from siting.screen.report_view import answer_text, find_tiles, hub_text
from siting.screen.rule_words import CONDITIONS, MEASURES, condition_text, layer_titles
from siting.screen.score import Scores, criterion_score
from siting.screen.words import reason
from tests.conftest import ROOT
from tests.small_screens import screen_summary

ATTACK = (
    "{{ 7*7 }}{% for x in y %}{# c #} <script>alert(1)</script><img src=x onerror=alert(2)> "
    "\"><svg onload=alert(3)>' </style></title><iframe src=https://example.org> {0} {layer} "
    "$\\frac{1}{0}$ $x$ -->]]>&lt;b&gt; " + "とても長い名前" * 30
)
KEYS = {"kind", "area", "mesh", "unknown", "measure", "condition", "shape", "confidence"}
SHOWN = """language => [...document.querySelectorAll('.' + language)]
  .filter(element => element.getClientRects().length).length"""
WIDE_TABLES = """[...document.querySelectorAll('table')]
  .map(table => table.getBoundingClientRect().right - innerWidth).filter(px => px > 1)"""


def with_reasons(summary):
    for site in summary["sites"]:
        site |= {f"reason_{lang}": reason(site, summary, lang) for lang in ("ja", "en")}
    return summary


@pytest.fixture(scope="module")
def full():
    return with_reasons(screen_summary())


@pytest.fixture
def summary(full):
    return deepcopy(full)


@pytest.fixture(scope="module")
def html(full):
    return report_html(full)


class Page(HTMLParser):
    """What a browser would find: tags, attributes, and the text of each section."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.ids, self.texts = [], [], [], []
        self.sections, self.section = defaultdict(list), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "section":
            self.section = dict(attrs).get("id", "")

    def handle_data(self, data):
        if self.tags[-1:] != ["style"]:
            self.texts.append(data)
            self.sections[self.section].append(data)

    def text(self, section=None):
        parts = self.texts if section is None else self.sections[section]
        return " ".join(" ".join(parts).replace("\u00a0", " ").split())


def plan_of(**changes):
    """A summary of figures that can be added up by head: 1,000 km2, two rules, two criteria."""
    layer = {"credit_ja": "", "credit_en": "", "licence": "", "url": "", "as_of": "", "notes": []}
    layer |= {"reader": "vector", "kind": "cells", "files": [], "confidence": "user_file"}
    layer |= {"features": None, "known_share": 1.0}
    rule = {"condition": "above", "threshold": "15", "unit": "%", "soft": True, "relaxed": False}
    rule |= {"unknown": "keep", "note": None, "unknown_km2": 0.0}
    criterion = {"measure": "distance_km", "unit": "km", "shape": "linear", "classes": None}
    criterion |= {"unknown": "leave_out", "known_share": 1.0, "mean_score": 0.5, "note": None}
    plan = screen_summary() | {
        "layers": [
            layer | {"layer": "slope", "title_ja": "傾斜", "title_en": "slope"},
            layer | {"layer": "grid", "title_ja": "変電所", "title_en": "substations"},
        ],
        "rules": [
            rule | {"rule": "steep", "layer": "slope", "alone_km2": 300.0, "only_km2": 250.0},
            rule
            | {"rule": "far", "layer": "grid", "condition": "beyond_km", "threshold": "30"}
            | {"unit": "km", "alone_km2": 150.0, "only_km2": 100.0},
        ],
        "totals": {"land_km2": 1000.0, "excluded_km2": 400.0, "open_km2": 600.0, "by_area": []},
        "criteria": [
            criterion
            | {"criterion": "power", "layer": "grid", "weight": 3.0, "weight_share": 0.75}
            | {"corners": [[20, 0], [0, 1]]},
            criterion
            | {"criterion": "flat", "layer": "slope", "measure": "value", "unit": "%"}
            | {"weight": 1.0, "weight_share": 0.25, "corners": [[10, 0], [0, 1]]},
        ],
        "unknowns": [],
    }
    return plan | changes


def site_of(**changes):
    site = {"rank": 1, "score": 0.83, "known_weight_share": 1.0, "open_ha": 254.0}
    site |= {"usable_ha": 121.0, "scores": {"power": 0.94, "flat": 0.5}}
    site |= {"values": {"power": 1.234, "flat": 5.06}, "point": "osm-102"}
    site |= {"point_name": "印西変電所", "voltage_kv": 275, "straight_km": 3.2, "route_km": 4.123}
    return site | {"route_cost_myen": 912.3} | changes


# --- what the page says ---------------------------------------------------------------------


def test_the_answer_tells_land_sites_and_firmness(full):
    text = answer_text(full)
    totals = full["totals"]
    assert f"{totals['land_km2']:,.0f} km² of land" in text["en"]
    assert f"{totals['open_km2']:,.0f} km² stay open" in text["en"]
    assert "5 rules take out" in text["en"], "a relaxed rule takes nothing out"
    assert "Sites with enough connected land: 12" in text["en"]
    best = sorted(full["sites"], key=lambda site: site["rank"])
    for lang in ("ja", "en"):
        assert all(site[f"name_{lang}"] in text[lang] for site in best[:3])
    assert "1,000 draws of the weights (each ±50 %): 2 of them" in text["en"]


def test_no_site_is_said_and_told_how_to_find_some():
    page = Page(report_html(screen_summary(sites=[], sensitivity=None)))
    assert "No site meets the conditions." in page.text("answer")
    assert "Relax a rule" in page.text("sites")


def test_what_is_not_known_stands_before_everything_else(full, html):
    text = Page(html).text("not-known")
    for row in full["unknowns"]:
        assert row["text_ja"] in text
        assert row["text_en"] in text
    assert "Flood depth: known on 93 % of the land only" in text
    assert html.index('id="not-known"') < html.index("<nav") < html.index('id="rules"')


def test_made_data_are_named_first():
    made = report_html(screen_summary(made=True))
    assert made.index('id="made"') < made.index('id="answer"')
    assert "All of these data are made up" in Page(made).text("made")


def test_real_data_carry_no_such_warning(html):
    assert 'id="made"' not in html


def test_parts_of_the_land_add_up():
    parts = {row["part"]: row["km2"] for row in land_parts(plan_of())}
    assert parts == {"open": 600.0, "one": 350.0, "several": 50.0}
    shares = [row["share"] for row in land_parts(plan_of())]
    assert sum(shares) == pytest.approx(1.0)


def test_a_relaxed_rule_takes_no_part_of_the_land():
    plan = plan_of()
    plan["rules"][1] |= {"relaxed": True}
    plan["totals"] |= {"excluded_km2": 300.0, "open_km2": 700.0}
    parts = {row["part"]: row["km2"] for row in land_parts(plan)}
    assert parts == {"open": 700.0, "one": 250.0, "several": 50.0}


def test_rules_stand_by_what_they_cost_with_bars_to_scale():
    plan = plan_of()
    plan["rules"] = [*reversed(plan["rules"])]
    nothing = dict.fromkeys(("alone_km2", "only_km2", "unknown_km2"))
    plan["rules"].insert(0, plan["rules"][0] | nothing | {"rule": "gone", "missing": True})
    rows = rule_rows(plan, layer_titles(plan))
    assert [row["rule"] for row in rows] == ["steep", "far", "gone"]
    assert [(row["alone_bar"], row["only_bar"]) for row in rows[:2]] == [
        (1.0, pytest.approx(250 / 300)),
        (0.5, pytest.approx(100 / 300)),
    ]
    page = Page(report_html(plan)).text("rules")
    assert "no file: does not act" in page
    assert rows[2]["alone"] is None, "unknown is no zero"


@pytest.mark.parametrize(
    ("change", "ja", "en"),
    [
        ({}, "傾斜が 15 % を超える", "Slope above 15 %"),
        ({"condition": "below"}, "傾斜が 15 % 未満", "Slope below 15 %"),
        (
            {"condition": "within_km", "threshold": "0.5", "unit": "km"},
            "傾斜から 0.5 km 以内",
            "Within 0.5 km of slope",
        ),
        (
            {"condition": "overlap_above", "threshold": "0"},
            "傾斜が少しでも重なる",
            "Touched by slope",
        ),
        (
            {"condition": "overlap_above", "threshold": "0.25"},
            "傾斜が区画の 25 % を超えて重なる",
            "Slope covers more than 25 % of the cell",
        ),
        (
            {"condition": "among", "threshold": "田, 森林", "where": "year: 2021"},
            "傾斜 (year: 2021)の分類が 田, 森林 のどれか",
            "Slope (year: 2021): class is one of 田, 森林",
        ),
        ({"condition": "near"}, "傾斜 near 15", "Slope near 15"),
    ],
)  # fmt: skip
def test_rules_in_words(change, ja, en):
    plan = plan_of()
    told = condition_text(plan["rules"][0] | {"unit": "%"} | change, layer_titles(plan))
    assert told["ja"].startswith(ja)
    assert told["en"].startswith(en)


def test_words_are_there_in_both_languages():
    for words in (CONDITIONS, MEASURES):
        assert all(text["ja"] and text["en"] for text in words.values())


def test_tiles_are_the_figures_of_the_summary():
    tiles = {tile["name"]["en"]: tile["value"] for tile in find_tiles(plan_of(sensitivity=None))}
    assert tiles == {
        "Land": "1,000",
        "Excluded": "40",
        "Open land": "600",
        "Sites": "12",
        "Firmly on top": "—",
        "Points not known": "0",
    }


def test_every_site_stands_with_its_figures(full, html):
    text = Page(html).text("sites")
    for site in full["sites"]:
        assert site["name_ja"] in text
        assert site["name_en"] in text
        assert site["reason_en"] in text
        assert f"{site['score']:.2f}" in text
        assert f"{site['rank_p5']}–{site['rank_p95']}" in text
    assert "s-12-0001 is always better" in text


def test_the_page_holds_fifty_sites_and_says_how_many_more(full):
    sites = [full["sites"][0] | {"rank": rank, "site": f"s-{rank}"} for rank in range(1, 61)]
    page = Page(report_html(full | {"sites": sites}))
    assert sum(key.startswith("site-") for key in page.ids) == 50
    assert "10 more sites are in sites.csv" in page.text("sites")


def test_unknown_scores_are_hatched_and_no_zero(summary):
    summary["sites"][0]["scores"]["flood"] = None
    cells = re.findall(r'<td class="heat-cell ([\w-]+)"[^>]*>([^<]*)</td>', report_html(summary))
    assert ("heat-unknown", "—") in cells
    assert all(text == "—" for tint, text in cells if tint == "heat-unknown")


def test_nothing_unknown_is_shown_as_a_number(summary):
    figures = ("open_ha", "usable_ha", "land_mw", "cluster_ha", "route_km", "straight_km")
    figures += ("route_cost_myen", "rank_p5", "rank_p50", "rank_p95", "top_share", "in_cluster")
    figures += ("point", "point_name", "voltage_kv", "shared_km", "shared_with", "ix_class")
    for site in summary["sites"]:
        site |= dict.fromkeys((*figures, "landing_class", "latency_ms"))
        site |= {"scores": {}, "values": {}}
        site |= {"reason_en": reason(site, summary, "en")}
    page = Page(report_html(summary))
    assert "no substation within reach" in page.text("sites")
    assert "none of its criteria is known" in page.text("sites")
    assert not re.search(r"\b(nan|None|inf)\b", page.text())


def test_hubs_by_percentile_then_those_that_rules_take_out():
    hub = {"name_ja": "x", "lat": 35.0, "lon": 140.0, "note": None}
    rows = [
        hub | {"name_en": "Out", "score": 0.9, "percentile": 99.0, "excluded_by": ["steep"]},
        hub | {"name_en": "Low", "score": 0.2, "percentile": 10.0, "excluded_by": []},
        hub | {"name_en": "Away", "score": None, "percentile": None, "excluded_by": []},
        hub | {"name_en": "High", "score": 0.8, "percentile": 75.0, "excluded_by": []},
    ]
    hubs = hub_rows({"backtest": rows})
    assert [row["name"]["en"] for row in hubs] == ["High", "Low", "Out", "Away"]
    text = hub_text(hubs)["en"]
    assert "above: 1 of 4; taken out by a rule: 1; outside or no score: 1." in text
    page = Page(report_html(plan_of(backtest=rows))).text("hubs")
    assert "known to a few km only" in page
    assert "steep" in page


def test_shared_routes_name_their_sites(full):
    (row,) = shared_rows(full)
    named = {site["name"]["en"] for site in row["sites"]}
    assert named == {site["name_en"] for site in full["sites"] if site["shared_with"]}
    assert row["longest_km"] == 1.2
    assert row["name"]["en"] == "Inzai (275 kV)"


def test_layers_show_credit_licence_and_repairs(full, html):
    text = Page(html).text("layers")
    for row in full["layers"]:
        assert row["title_en"] in text
        if row["kind"] != "missing":
            assert row["credit_ja"] in text
            assert row["licence"] in text
    assert "3 areas crossed themselves and were mended" in text
    assert "no file" in text


# --- reasons --------------------------------------------------------------------------------


def test_reason_in_both_languages():
    plan = plan_of()
    assert reason(site_of(), plan, "en") == (
        "Rank 1 (score 0.83); strongest: substations 1.2 km away (0.94); weakest: slope 5.1 % "
        "(0.50); about 250 ha of connected land, about 120 ha of it usable; about 4.1 km of line "
        "to Inzai (275 kV), about ¥0.91 bn."
    )
    assert reason(site_of(), plan, "ja") == (
        "1位（点数 0.83）、強みは変電所まで 1.2 km (0.94)、弱みは傾斜 5.1 % (0.50)、"
        "まとまった土地 約250 ha（使える分 約120 ha）、"
        "印西変電所（275 kV）まで経路 約4.1 km・約9.1億円。"
    )


def test_strength_is_what_lifts_the_score_above_the_usual():
    plan = plan_of()
    plan["criteria"][0]["mean_score"] = 0.93  # near the grid everywhere: 3 * 0.01 < 1 * 0.4
    plan["criteria"][1]["mean_score"] = 0.1
    text = reason(site_of(), plan, "en")
    assert "strongest: slope 5.1 % (0.50) and substations 1.2 km away (0.94);" in text
    assert "weakest" not in text, "nothing is left that could be weak"


def test_reason_says_what_is_unknown_and_what_is_an_upper_bound():
    site = site_of(usable_ha=None, known_weight_share=0.75, route_km=None, route_cost_myen=None)
    site |= {"scores": {"power": 0.94, "flat": None}, "values": {"power": 1.234, "flat": None}}
    text = reason(site | {"voltage_kv": None}, plan_of(), "en")
    assert "at most about 250 ha of connected land, the usable part not known" in text
    assert "about 3.2 km straight to Inzai (voltage not known), cost not known" in text
    assert text.endswith("not known: slope (25 % of the weight).")


def test_a_site_in_the_cell_of_its_substation_has_a_straight_line():
    text = reason(site_of(route_km=0.0, straight_km=0.41), plan_of(), "en")
    assert "; <0.5 km straight to Inzai" in text


def test_reason_without_a_connection_or_land():
    text = reason(site_of(point=None, open_ha=None), plan_of(points=[]), "en")
    assert "size of the land not known; no substation within reach" in text


def test_class_and_share_in_words():
    plan = plan_of()
    plan["criteria"][0] |= {"measure": "overlap"}
    plan["criteria"][1] |= {"measure": "class"}
    text = reason(site_of(values={"power": 0.126, "flat": "荒地"}), plan, "en")
    assert "substations on 13 % of the cell" in text
    assert "slope: 荒地" in text


@given(st.floats(1e-6, 1e9), st.integers(1, 4))
def test_rough_numbers_keep_their_figures_and_no_more(value, figures):
    text = rough(value, figures).replace(",", "")
    assert float(text) == pytest.approx(value, rel=0.5000001 * 10 ** (1 - figures))
    assert len(text.replace(".", "").strip("0")) <= figures


# --- pictures -------------------------------------------------------------------------------


def test_ranks_stand_on_a_log_scale():
    assert [rank_place(rank, 100) for rank in (1, 10, 100, 1000)] == [0, 0.5, 1, 1]
    assert [tick["text"] for tick in rank_ticks(300)] == ["1", "10", "100"]
    picture = rank_picture({"rank": 10, "rank_p5": 1, "rank_p95": 100}, 100)
    assert (picture["left"], picture["width"], picture["dot"]) == (0, 100, 50)
    alone = rank_picture({"rank": 1, "rank_p5": None, "rank_p95": None}, 1)
    assert (alone["left"], alone["text"]) == (None, "—")


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12, unique=True))
def test_labels_below_a_shape_keep_apart(values):
    values = sorted(values)
    low, high = values[0], values[-1]
    kept = apart(values, low, high)
    assert {values[0], values[-1]} <= set(kept) <= set(values)
    assert all(after - before >= 0.199 * (high - low) for before, after in pairwise(kept))


def test_pictures_of_nothing_are_empty():
    assert draw_scores([0, 0.5, 1], [0, None], {}) == ""
    assert draw_shape("a", [], "km") == ""


def test_histogram_marks_the_percentiles():
    svg = draw_scores([0, 0.5, 1], [10, 30], {"5": 0.2, "50": None, "95": 0.9})
    assert "P5 0.20" in svg
    assert "P95 0.90" in svg
    assert "P50" not in svg
    assert svg.count('<g class="ja">') == 1, "the axis is named in both languages"


def test_shapes_name_their_corners(html):
    section = html[html.index('id="criteria"') : html.index('id="sites"')]
    assert section.count("<svg") == 4, "one criterion is of classes"
    for word in ("荒地", "建物用地", "km", "%"):
        assert word in section


# --- the page as a page ---------------------------------------------------------------------


@pytest.mark.parametrize("key", ["rules", "sites", "points", "backtest", "unknowns", "layers"])
def test_page_stands_without_a_table(full, key):
    assert full["title"]["ja"] in Page(report_html(full | {key: []})).text()


def test_page_stands_without_any_open_land(full):
    empty = {"percentiles": dict.fromkeys(("5", "50", "95"))}
    empty |= {"histogram": {"edges": [0, 0.5, 1], "km2": [0, 0]}}
    totals = {"land_km2": 0.0, "excluded_km2": 0.0, "open_km2": 0.0, "by_area": []}
    page = Page(report_html(full | {"score": empty, "sites": [], "totals": totals}))
    assert "No land is open." in page.text("scores")


def test_same_summary_gives_the_same_bytes(full, tmp_path):
    write_report(full, tmp_path / "a.html")
    write_report(json.loads(json.dumps(full)), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_language_that_opens_first(full, html):
    assert 'id="show-en" checked' in report_html(full, language="en")
    assert 'id="show-ja" checked' in html


def test_ids_are_unique_and_links_have_targets(html):
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    anchors = [v[1:] for _, name, v in page.attributes if name == "href" and v.startswith("#")]
    assert set(anchors) <= set(page.ids)


def poison(value, key=""):
    """The same summary with an attack in every text that a layer or a scenario could bring."""
    if isinstance(value, dict):
        return {
            (name if key != "classes" else f"{name} {ATTACK}"): poison(item, name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [poison(item, key) for item in value]
    if isinstance(value, str) and key == "url":
        return "javascript:alert(4)"
    return f"{value} {ATTACK}" if isinstance(value, str) and key not in KEYS else value


@pytest.fixture(scope="module")
def hostile():
    return with_reasons(poison(screen_summary(made=True)))


def test_hostile_text_is_only_text(hostile):
    page = Page(report_html(hostile))
    assert not {"script", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    targets = {value[:1] for _, name, value in page.attributes if name in ("href", "src")}
    assert targets <= {"#", "m", "d"}, "only anchors, map.html and the empty icon"
    for part in ("{{ 7*7 }}{% for x in y %}{# c #}", "$\\frac{1}{0}$ $x$", "{0} {layer}"):
        assert part in page.text()


def test_no_script_and_a_policy_against_one(html):
    assert "<script" not in html
    assert "default-src 'none'" in html


# --- in a browser ---------------------------------------------------------------------------


def open_page(browser, path, heard, width):
    """The page offline; `heard` collects dialogs, messages, errors and requests."""
    page = browser.new_context(offline=True, viewport={"width": width, "height": 900}).new_page()
    for event in ("dialog", "console", "pageerror", "requestfailed"):
        page.on(event, lambda thing, event=event: heard.append((event, str(thing))))
    page.on(
        "request",
        lambda request: heard.append(request.url) if request.url != path.as_uri() else None,
    )
    page.goto(path.as_uri())
    return page


def overflow_px(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_page_asks_for_nothing_and_switches(browser, html, tmp_path, width):
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    heard = []
    page = open_page(browser, tmp_path / "report.html", heard, width)
    assert overflow_px(page) <= 0
    assert page.evaluate(SHOWN, "en") == 0
    page.click("label[for=show-en]")
    assert page.evaluate(SHOWN, "ja") == 0
    assert page.evaluate(SHOWN, "en") > 100
    assert overflow_px(page) <= 0
    assert heard == []


@pytest.mark.browser
def test_bars_are_drawn_to_scale_in_a_browser(browser, tmp_path):
    write_report(plan_of(), tmp_path / "report.html")
    page = open_page(browser, tmp_path / "report.html", [], 1280)
    width = "selector => document.querySelector(selector).getBoundingClientRect().width"
    track = page.evaluate(width, ".costs .track")
    assert page.evaluate(width, ".costs li:nth-child(1) .alone") == pytest.approx(track, abs=1)
    assert page.evaluate(width, ".costs li:nth-child(2) .alone") == pytest.approx(track / 2, abs=1)
    parts = page.evaluate(width, ".parts")
    assert page.evaluate(width, ".part-open") == pytest.approx(0.6 * parts, abs=1)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_page_does_nothing_in_a_browser(browser, hostile, tmp_path, width):
    write_report(hostile, tmp_path / "report.html")
    heard = []
    page = open_page(browser, tmp_path / "report.html", heard, width)
    assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
    assert overflow_px(page) <= 0
    assert heard == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ja", "en"])
def test_prints_on_a4(browser, full, tmp_path, language):
    write_report(full, tmp_path / "report.html", language=language)
    page = open_page(browser, tmp_path / "report.html", [], 1280)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # 186 mm between A4's margins
    assert page.evaluate(WIDE_TABLES) == []
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", pdf)


@pytest.mark.browser
def test_twenty_criteria_fit_on_paper(browser, summary, tmp_path):
    row = summary["criteria"][0]
    summary["criteria"] = [row | {"criterion": f"criterion-{i}"} for i in range(20)]
    for site in summary["sites"]:
        site |= {"scores": {f"criterion-{i}": 1.0 for i in range(20)}}
    write_report(summary, tmp_path / "report.html")
    page = open_page(browser, tmp_path / "report.html", [], 1280)
    assert overflow_px(page) <= 0
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    assert page.evaluate(WIDE_TABLES) == []


# --- docs/screen.md -------------------------------------------------------------------------


def docs():
    return (ROOT / "docs" / "screen.md").read_text(encoding="utf-8")


def test_the_scenario_of_the_guide_is_a_scenario():
    (code,) = re.findall(r"```yaml\n(screen:\n.*?)```", docs(), re.S)
    screen = Screen.model_validate(yaml.safe_load(code)["screen"])
    assert list(screen.exclude) == ["steep", "deep-flood", "no-grid"]
    assert screen.exclude["no-grid"].soft


def test_the_worked_example_of_the_guide_is_right():
    """The guide's cells, counted by the functions that score every cell."""
    text = " ".join(docs().split())
    screen = yaml.safe_load(re.search(r"```yaml\n(screen:\n.*?)```", docs(), re.S)[1])["screen"]
    rules = [ScoreRule.model_validate(screen["score"][name]) for name in ("power", "flat")]
    measured = np.array([[5, 5], [3, np.nan]], dtype=np.float32)
    scores = np.stack([criterion_score(*each) for each in zip(rules, measured, strict=True)])
    found = Scores(("power", "flat"), scores, np.array([rule.weight for rule in rules]))
    known, partly = found.total()
    power, flat = scores[:, 0]
    assert f"(3 × {power:.2f} + 1 × {flat:.2f}) / 4 = {known:.2f}" in text
    share = found.known_weight_share()[1]
    assert f"= {partly:.2f}, of which {100 * share:.0f} % of the weight is known" in text


def test_the_mesh_cells_of_the_guide_have_that_area():
    text = " ".join(docs().split())
    told = re.search(r"about ([\d.]+) km² in Chiba and ([\d.]+) km² at the north end", text)
    for lat, km2 in zip((35.7, 45.4), told.groups(), strict=True):
        lons, lats = [0, 0, 1 / 80, 1 / 80], [lat + 1 / 120, lat, lat, lat + 1 / 120]
        area = abs(ELLIPSOID.polygon_area_perimeter(lons, lats)[0]) / 1e6
        assert float(km2) == pytest.approx(area, abs=0.006)


@pytest.mark.parametrize("command", ["screen", "layers"])
def test_the_commands_of_the_guide_are_real(command):
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    options = {"screen": ["layers", "output", "set", "variant"], "layers": ["layers"]}[command]
    for option in options:
        assert f"--{option}" in shown
        assert f"--{option}" in docs()


def test_the_guide_names_every_reader_and_layer_shipped():
    text = docs()
    for name in (*get_args(ReaderName), *get_args(Builtin)):
        assert f"`{name}`" in text, name
