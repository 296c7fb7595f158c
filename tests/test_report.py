import json
import re
import shutil
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path

import pytest

from siting.report import report_html, write_report
from siting.report_alarms import find_alarms
from siting.report_answer import power_by_area, sentences
from siting.report_svg import inline_svg, new_axes, new_figure, put_label, round_step
from siting.report_view import (
    group_rows,
    margin_table,
    own_margin_share,
    power_by_basis,
    shown_years,
    tie_table,
)
from siting.report_words import area_names, both

TABLES = Path(__file__).parent / "inputs" / "report_tables.json"
YEARS = list(range(2026, 2036))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LONG = "とても長い地点名" * 30

browser = pytest.mark.browser
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture
def summary():
    return build_summary(json.loads(TABLES.read_text(encoding="utf-8")))


@pytest.fixture
def solve():
    return json.loads(TABLES.read_text(encoding="utf-8"))["solve"]


@pytest.fixture
def areas():
    return area_names()


def build_summary(tables):
    """A national plan, invented but plausible."""
    sites = tables["sites"]
    kpis = [make_kpi(sites, year) for year in YEARS]
    return tables["texts"] | {
        "years": YEARS,
        "kpis": kpis,
        "sites": [make_site(row, tables) for row in sites],
        "candidates": [make_head(row) | guessed_headroom() for row in tables["candidates"]],
        "areas": list(make_areas(tables)),
        "forecast": list(make_forecast(sites, list(tables["areas"]))),
        "groups": [row for group in tables["groups"] for row in make_group(group)],
        "ties": [make_tie(key, row, year) for key, row in tables["ties"].items() for year in YEARS],
        "carbon": [make_carbon(row) for row in kpis],
        "costs": [cost for row in kpis for cost in make_costs(row, tables)],
        "shortfall": [{"workload": "training", "fiscal_year": y, "unmet": 0.0} for y in YEARS],
    }


def power_mw(row, year):
    """Three years of ramp."""
    return round(row["full_mw"] * min(1.0, max(0, year - row["start_fiscal_year"] + 1) / 3))


def make_head(row):
    place = {"prefecture": "12", "lat": 35.8, "lon": 140.1, "precision_km": 2.0}
    return row | place | {"kind": "industrial", "confidence": "memory_high", "voltage_kv": 154}


def guessed_headroom():
    return {"headroom_low_mw": 50.0, "headroom_high_mw": 200.0, "headroom_basis": "assumed"}


def make_site(row, tables):
    power = {year: power_mw(row, year) for year in YEARS if year >= row["start_fiscal_year"]}
    prices = tables["cost_myen_per_mw"].items()
    kv = row["voltage_kv"]
    return make_head(row) | {
        "voltage_kv": kv,
        "by_year": [
            {"fiscal_year": y, "contract_mw": p, "it_mw": p / 1.2} for y, p in power.items()
        ],
        "costs": [{"item": i, "myen_per_year": row["full_mw"] * price} for i, price in prices],
        "binding": [tables["limits"][row["limit"]]],
        "next_best": {"site": "akita", "ja": "秋田港（+4.2億円）", "en": "Akita port (+¥0.42 bn)"},
        "why": {"ja": [f"{kv} kV変電所に近い"], "en": [f"Close to a {kv} kV substation"]},
        "sources": ["rikuden_zones", "project_geography"],
    }


def make_kpi(sites, year):
    mw, intensity = sum(power_mw(row, year) for row in sites), 0.41 - 0.012 * (year - 2026)
    gwh = mw * 8.76 * 0.8
    return {
        "fiscal_year": year,
        "contract_mw": mw,
        "it_mw": mw / 1.2,
        "sites": sum(power_mw(row, year) > 0 for row in sites),
        "energy_gwh": gwh,
        "co2_kt": gwh * intensity,
        "intensity_t_per_mwh": intensity,
        "cost_myen": mw * 171.3,
        "shortfall_mw": 0.0,
    }


def make_areas(tables):
    for area, row in tables["areas"].items():
        for year in YEARS:
            dc_mw = sum(power_mw(s, year) for s in tables["sites"] if s["area"] == area)
            for standard, required, uplift in (("h3", 0.08, 1.0), ("h1", 0.03, 1.05)):
                demand_mw = row["demand_mw"] * row["growth"] ** (year - 2026) * uplift
                load_mw = demand_mw + dc_mw
                wanted_mw = (1 + required) * load_mw - row["supply_mw"]
                import_mw = max(wanted_mw, min(row["import_mw"], 0))
                yield {
                    "area": area,
                    "fiscal_year": year,
                    "standard": standard,
                    "season": "summer",
                    "supply_mw": row["supply_mw"],
                    "demand_mw": demand_mw,
                    "dc_mw": dc_mw,
                    "net_import_mw": import_mw,
                    "margin_share": (row["supply_mw"] + import_mw) / load_mw - 1,
                    "required_share": required,
                }


def make_forecast(sites, areas):
    rest = [area for area in areas if area != "tokyo"]
    groups = [
        ("japan", areas, 720, 590),
        ("tokyo", ["tokyo"], 430, 350),
        ("rest-of-japan", rest, 290, 190),
    ]
    for group, members, first_mw, step_mw in groups:
        for year in YEARS:
            used_mw = sum(power_mw(row, year) for row in sites if row["area"] in members)
            limit_mw = first_mw + step_mw * (year - 2026)
            yield {
                "group": group,
                "fiscal_year": year,
                "used_mw": used_mw,
                "limit_mw": limit_mw,
                "over_mw": max(0.0, used_mw - limit_mw),
                "vintage": "2026-01",
            }


def make_group(group):
    room_mw = group["headroom_mw"]
    head = {key: group[key] for key in ("group", "name_ja", "name_en", "basis", "headroom_mw")}
    return [
        head | {"fiscal_year": year, "used_mw": min(room_mw, power_mw(group, year))}
        for year in YEARS
    ]


def make_tie(tie, row, year):
    first, last = row["first_share"], row["last_share"]
    grown_mw = {"tohoku-tokyo": 10280, "tokyo-chubu": 3000, "hokkaido-tohoku": 1200}.get(tie)
    forward_mw = grown_mw if grown_mw and year >= 2028 else row["capacity_forward_mw"]
    use = None if first is None else first + (last - first) * (year - 2026) / 9
    keep = {key: row[key] for key in ("capacity_reverse_mw", "mean_flow_mw")}
    new = {"capacity_forward_mw": forward_mw, "mean_use_share": use}
    return keep | new | {"tie": tie, "fiscal_year": year}


def make_carbon(row):
    cap_t = 6.3e6 if row["fiscal_year"] >= 2030 else None
    keep = {key: row[key] for key in ("fiscal_year", "intensity_t_per_mwh")}
    return keep | {"t": row["co2_kt"] * 1e3, "cap_t": cap_t}


def make_costs(row, tables):
    for item, price in tables["cost_myen_per_mw"].items():
        yield {
            "fiscal_year": row["fiscal_year"],
            "item": item,
            "myen": row["contract_mw"] * price,
        }


def break_limits(summary):
    """The same plan where limits break."""
    for row in summary["shortfall"][:2]:
        row |= {"unmet": 120.0, "unit": "MW"}
    summary["kpis"][-1]["shortfall_mw"] = 80.0
    for row in summary["carbon"]:
        row["cap_t"] = 6.0e6
    for row in summary["areas"]:
        if row["area"] == "tokyo" and row["fiscal_year"] > 2032:
            row["margin_share"] = row["required_share"] - 0.012
    return summary


class Page(HTMLParser):
    """What a browser would find: tags, attributes and text outside of style."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.ids, self.texts = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        if self.tags[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


# --- what the page says -------------------------------------------------------------------


def test_page_shows_the_figures_of_the_run(summary, solve):
    text = Page(report_html(summary, solve=solve)).text
    last = summary["kpis"][-1]
    for part in (
        f"{last['contract_mw']:,} MW",
        "strict-carbon",
        "2026-11-23",
        "182,340",
        "0.830 %",
    ):
        assert part in text
    for site in summary["sites"]:
        assert site["name_ja"] in text
        assert site["name_en"] in text


def test_three_sentences_with_the_numbers_of_the_run(summary, areas):
    told = sentences(summary, areas)
    assert len(told) == 3
    assert "2,690 MW" in told[0]["en"]
    assert "Hokkaido (820 MW, 30 %)" in told[0]["en"]
    assert "45 % of the 6,030 MW" in told[1]["en"]
    assert "600 MW in FY2031 (Other areas)" in told[1]["en"]
    assert "¥460.8 bn a year" in told[2]["en"]
    assert "4,608億円" in told[2]["ja"]


def test_sentences_follow_the_data(summary, areas):
    for row in summary["sites"][0]["by_year"]:
        row["contract_mw"] = 3000.0
    assert "Tokyo (3,000 MW" in sentences(summary, areas)[0]["en"]


def test_plan_without_sites_says_so(summary, solve):
    summary |= {"sites": [], "kpis": [], "carbon": [], "costs": [], "candidates": []}
    summary |= {"forecast": [], "groups": [], "ties": [], "areas": []}
    assert "No site is chosen" in Page(report_html(summary, solve=solve)).text
    summary["years"] = []
    assert "No site is chosen" in Page(report_html(summary, solve=solve)).text


def test_unknown_is_never_zero(summary):
    summary["kpis"][-1] |= {"co2_kt": float("nan"), "intensity_t_per_mwh": None}
    for row in summary["carbon"]:
        row |= {"t": None, "cap_t": None, "intensity_t_per_mwh": None}
    html = report_html(summary)
    assert "CO₂は— kt" in Page(html).text
    assert not re.search(r"\b(nan|None|inf)\b", html)


@pytest.mark.parametrize(
    "key", ["forecast", "groups", "ties", "areas", "candidates", "assumptions", "unknowns"]
)
def test_page_stands_without_a_table(summary, key):
    summary[key] = []
    assert summary["title"]["ja"] in Page(report_html(summary)).text


def test_every_assumption_is_marked(summary):
    html = report_html(summary)
    section = html[html.index('<section id="assumptions">') : html.index('<section id="unknowns">')]
    for row in summary["assumptions"]:
        assert row["field"] in section
    assert section.count("mark-assumed") == len(summary["assumptions"])
    assert "66: 10–50; 154: 50–200" in section


def test_long_runs_show_ten_years_and_say_so(summary):
    summary["years"] = list(range(2026, 2051))
    page = Page(report_html(summary))
    assert "sites.csv has all of them" in page.text


def test_same_run_gives_the_same_bytes(summary, solve, tmp_path):
    write_report(summary, tmp_path / "a.html", solve=solve)
    write_report(deepcopy(summary), tmp_path / "b.html", solve=dict(solve))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_language_that_opens_first(summary):
    assert 'id="show-en" checked' in report_html(summary, language="en")
    assert 'id="show-ja" checked' in report_html(summary)


# --- tables -------------------------------------------------------------------------------


def test_shown_years_keep_both_ends():
    assert shown_years(YEARS) == YEARS
    assert shown_years(range(2026, 2041), most=3) == [2026, 2033, 2040]


def test_power_adds_up_however_it_is_cut(summary):
    last = summary["kpis"][-1]["contract_mw"]
    assert sum(power_by_area(summary["sites"], 2035).values()) == last
    bases = power_by_basis(summary, 2035)
    assert sum(row["mw"] for row in bases) == last
    assert sum(row["share"] for row in bases) == pytest.approx(1.0)


def test_margin_table_takes_the_tighter_season(summary, areas):
    winter = [row | {"season": "winter"} for row in summary["areas"] if row["area"] == "hokkaido"]
    for row in winter:
        row["margin_share"] -= 0.05
    summary["areas"] += winter
    rows = margin_table(summary, "h3", YEARS, areas)
    assert [row["area"]["en"] for row in rows][:3] == ["Hokkaido", "Tohoku", "Tokyo"]
    assert rows[0]["cells"][0]["season"]["en"] == "winter"
    assert rows[0]["cells"][-1]["state"] == "low"


def test_margin_before_imports():
    row = {"supply_mw": 110.0, "demand_mw": 90.0, "dc_mw": 10.0}
    assert own_margin_share(row) == pytest.approx(0.1)
    assert own_margin_share(row | {"dc_mw": None}) is None


def test_tie_with_unknown_use_stays_unknown(summary, areas):
    rows = {row["name"]["en"]: row for row in tie_table(summary, YEARS, areas)}
    assert {cell["share"] for cell in rows["chugoku-shikoku"]["cells"]} == {None}


def test_groups_name_the_year_they_come_near_their_limit(summary):
    rows = {row["key"]: row for row in group_rows(summary)}
    assert (rows["east-kanto"]["share"], rows["east-kanto"]["near_from"]) == (1.0, 2031)
    assert rows["ishikawa"]["near_from"] is None


def test_group_of_withheld_headroom_is_not_shown_as_full(summary):
    summary["groups"] = [row | {"headroom_mw": None} for row in summary["groups"]]
    assert group_rows(summary) == []


# --- alarms -------------------------------------------------------------------------------


def test_unmet_demand_comes_first_and_before_the_answer(summary):
    html = report_html(break_limits(summary))
    assert html.index('class="alarm unmet"') < html.index('class="alarm bad"')
    assert html.index('class="alarm unmet"') < html.index('id="answer"')
    assert "FY2026 120 MW, FY2027 120 MW" in Page(html).text


def test_each_broken_limit_raises_its_alarm(summary, areas):
    titles = [alarm["title"]["en"] for alarm in find_alarms(break_limits(summary), areas)]
    assert [title.split()[0] for title in titles] == ["Demand", "Reserve", "CO₂", "The"]


def test_no_alarm_where_all_limits_hold(summary, areas):
    for row in summary["forecast"]:
        row["over_mw"] = 1e-7
    assert find_alarms(summary, areas) == []


def test_forecast_alarm_names_group_first_year_and_amount(summary, areas):
    (alarm,) = find_alarms(summary, areas)
    line = "Other areas: from FY2029, by up to 600 MW (FY2031, 2026-01 forecast)"
    assert [one["en"] for one in alarm["lines"]] == [line]


# --- figures ------------------------------------------------------------------------------


def test_ids_of_the_page_are_unique(summary, solve):
    ids = Page(report_html(summary, solve=solve)).ids
    assert len(ids) == len(set(ids))


def test_text_of_figures_stays_text_in_both_languages():
    figure = new_figure(100)
    axes = new_axes(figure, left=10, bottom=10, width=100, height=80)
    put_label(axes, 0, 0, both("石狩 $x^2$ <b>&", "Ishikari"))
    svg = inline_svg(figure, "test")
    assert '<g class="ja">' in svg
    assert "石狩 $x^2$ &lt;b&gt;&amp;" in svg
    assert "font-family" not in svg
    assert "<style" not in svg


@pytest.mark.parametrize(("rough", "step"), [(0.07, 0.1), (130, 200), (0.2, 0.2), (1, 1)])
def test_round_steps(rough, step):
    assert round_step(rough) == pytest.approx(step)


# --- hostile text -------------------------------------------------------------------------

ATTACKS = [
    "{{ 7*7 }}{% for x in y %}{# c #}",
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>'",
    "</style></title><iframe src=https://example.org>",
    "$\\frac{1}{0}$ \\alpha $",
    "=HYPERLINK(1)",
    "-->]]>&lt;b&gt;",
    LONG,
]
ATTACK = " ".join(ATTACKS)


def poison(value, key=""):
    """The same summary with an attack in every text that a user could have written."""
    if isinstance(value, dict):
        return {name: poison(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poison(item, key) for item in value]
    if isinstance(value, str) and key == "url":
        return "javascript:alert(4)"
    return f"{value} {ATTACK}" if isinstance(value, str) and key not in KEYS else value


KEYS = {"standard", "group", "site", "fiscal_year", "source", "sources", "status", "area"}


@pytest.fixture
def hostile(summary, solve):
    """Poisoned texts, and keys that no table knows."""
    bad = poison(summary)
    for place, row in enumerate(bad["areas"]):
        row["area"] = f"{ATTACK} {place % 3}"
    for place, row in enumerate(bad["ties"]):
        row["tie"] = f"{ATTACK} {place % 3}"
    for site in bad["sites"]:
        site["area"] = ATTACK
    for row in bad["costs"]:
        row["item"] = ATTACK
    bad["shortfall"][0] |= {"unmet": 5.0}
    return bad, poison(solve)


def test_hostile_text_is_only_text(hostile):
    bad, solve = hostile
    page = Page(report_html(bad, solve=solve))
    assert not {"script", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    targets = {value[:1] for _, name, value in page.attributes if name in ("href", "src")}
    assert targets <= {"#", "m", "d"}, "only anchors, map.html and the empty icon"
    assert "{{ 7*7 }}{% for x in y %}{# c #}" in page.text
    assert "$\\frac{1}{0}$ \\alpha $" in page.text


def test_links_lead_to_the_web_only(summary):
    links = re.findall(r'href="(https?:[^"]*)"', report_html(summary))
    assert len(links) == sum(bool(row["url"]) for row in summary["sources"])


@browser
@needs_chromium
@pytest.mark.parametrize("width", [1280, 375])
def test_hostile_page_does_nothing_in_a_browser(hostile, tmp_path, width):
    from playwright.sync_api import sync_playwright

    bad, solve = hostile
    write_report(bad, tmp_path / "report.html", solve=solve)
    heard = []
    with sync_playwright() as playwright:
        page = open_page(playwright, tmp_path / "report.html", heard, width=width)
        assert overflow_px(page) <= 0
        assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
    assert heard == []


@browser
@needs_chromium
@pytest.mark.parametrize("width", [1280, 768, 320])
def test_page_fits_its_window_and_switches_language(summary, solve, tmp_path, width):
    from playwright.sync_api import sync_playwright

    write_report(break_limits(summary), tmp_path / "report.html", solve=solve)
    heard = []
    with sync_playwright() as playwright:
        page = open_page(playwright, tmp_path / "report.html", heard, width=width)
        assert overflow_px(page) <= 0
        assert page.is_visible("text=結論")
        page.click("label[for=show-en]")
        assert overflow_px(page) <= 0
        assert page.is_hidden("text=結論")
        assert page.is_visible("h2:has-text('Chosen sites')")
        assert page.evaluate(SHOWN_JAPANESE) == 0
    assert heard == []


SHOWN_JAPANESE = """[...document.querySelectorAll('.ja')]
  .filter(element => element.getClientRects().length).length"""
WIDE_TABLES = """[...document.querySelectorAll('table')]
  .map(table => table.getBoundingClientRect().right - innerWidth).filter(px => px > 1)"""


@browser
@needs_chromium
def test_prints_on_a4(summary, solve, tmp_path):
    from playwright.sync_api import sync_playwright

    write_report(summary, tmp_path / "report.html", solve=solve)
    with sync_playwright() as playwright:
        page = open_page(playwright, tmp_path / "report.html", [], width=1280)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 703, "height": 1000})  # 186 mm between A4's margins
        assert page.evaluate(WIDE_TABLES) == []
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", pdf)


def open_page(playwright, path, heard, *, width):
    """The page in an offline browser; `heard` collects dialogs, messages, errors and requests."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    context = chromium.new_context(offline=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    for event in ("dialog", "console", "pageerror", "requestfailed"):
        page.on(event, lambda thing, event=event: heard.append((event, str(thing))))
    page.on(
        "request",
        lambda request: heard.append(request.url) if request.url != path.as_uri() else None,
    )
    page.goto(path.as_uri())
    return page


def overflow_px(page):
    """How far the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
