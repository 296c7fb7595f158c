"""Low headroom, waiting, network, queue and notices in summary, report and on the terminal."""

import json
import re
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from siting.report import report_html
from siting.report_figures import draw_figures
from siting.report_limits import robust_view, waiting_view
from siting.report_network import network_view
from siting.report_queue import bar_shares, left_range, queue_view
from siting.report_words import area_names, tie_names
from siting.robust_summary import robust_summary, waiting_summary
from siting.scenario_limits import WaitingLimit
from siting.terminal_limits import limit_lines
from tests.small_limits import (
    NOTICES,
    limited,
    make_line,
    make_network,
    make_queue,
    make_robust,
    make_waiting,
    make_zone,
)
from tests.small_problems import (
    cost_table,
    demand_of,
    headroom,
    low_ends,
    members,
    site_table,
    two_sites,
    wanted_by,
)
from tests.test_report import TABLES, build_summary

EXACT = SolverSettings(gap_share=1e-9)
SECTIONS = ("robust", "waiting", "network", "queue", "notices")
EMPTY = {"robust": None, "waiting": None, "network": None, "queue": None, "notices": []}
NAMES = {"a": {"ja": "甲", "en": "Alpha"}}


@pytest.fixture
def summary():
    return build_summary(json.loads(TABLES.read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def same_figures(monkeypatch):
    """The other figures of a report are drawn once: they take longest and are not looked at."""
    monkeypatch.setattr("siting.report.draw_figures", lambda run, areas, ties: drawn_once())


@cache
def drawn_once():
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    areas = area_names()
    return draw_figures(build_summary(tables), areas, tie_names(areas))


def answered(problem):
    return SimpleNamespace(problem=problem), choose_sites(problem, EXACT)


def scenario_with(limit):
    return SimpleNamespace(limits=SimpleNamespace(waiting=limit))


# --- summary, by head ------------------------------------------------------------------------


def two_groups(gamma, *, myen_at_a):
    """30 MW needed; `a` holds 20 MW (low end 8), `b` 100 MW for certain at 4 M¥/MW."""
    return two_sites(
        sites=site_table(a={}, b={}),
        costs=cost_table(a=(0, myen_at_a), b=(0, 4)),
        demand=demand_of(training={2026: 30.0}),
        groups=headroom({("a", 2026): 20.0, ("b", 2026): 100.0}),
        group_sites=members(a=["a"], b=["b"]),
        low_headroom=low_ends(gamma, {("a", 2026): 8.0, ("b", 2026): 100.0}),
    )


def test_the_worst_case_names_the_group_and_what_it_takes():
    # a MW at a earns 9, so a is full with 20; 12 of them may be lost, so b has 30 - 8 = 22
    question, plan = answered(two_groups(1, myen_at_a=-9))
    (row,) = robust_summary(question, plan, NAMES)
    figures = [row[f"{name}_it_mw"] for name in ("needed", "connected", "lost")]
    assert figures == pytest.approx([30.0, 42.0, 12.0])
    assert row["low_groups"] == [{"key": "a", "name_ja": "甲", "name_en": "Alpha"}]
    assert (row["fiscal_year"], row["gamma"]) == (2026, 1)


def test_a_plan_below_the_low_ends_loses_nothing():
    # a MW at a beyond 8 costs 1 and has to be bought again at b: a has 8
    question, plan = answered(two_groups(1, myen_at_a=1))
    (row,) = robust_summary(question, plan, NAMES)
    assert row["connected_it_mw"] == pytest.approx(30.0)
    assert (row["lost_it_mw"], row["low_groups"]) == (pytest.approx(0.0), [])


def test_without_gamma_there_is_nothing_to_say():
    question, plan = answered(two_groups(0, myen_at_a=1))
    assert robust_summary(question, plan, NAMES) is None
    assert waiting_summary(scenario_with(None), question, plan) is None


def test_the_mean_wait_is_the_late_megawatt_years_over_what_is_wanted():
    # 10 MW wanted from 2026, the only site is ready in 2028: 10 MW wait for two years
    problem = two_sites(
        years=(2026, 2028),
        sites=site_table(far={"first_fiscal_year": 2028}),
        costs=cost_table(far=(0, 1)),
        demand=demand_of(training={2028: 10.0}),
        waiting=wanted_by({2026: 10.0, 2028: 10.0}),
    )
    question, plan = answered(problem)
    limit = WaitingLimit(wanted="at_once", mean_years=3.0, full_from=2028)
    told = waiting_summary(scenario_with(limit), question, plan)
    assert told["mean_years"] == pytest.approx(2.0)
    assert (told["mean_years_limit"], told["full_from"]) == (3.0, 2028)
    assert [row["late_it_mw"] for row in told["years"]] == pytest.approx([10.0, 0.0])


# --- report ----------------------------------------------------------------------------------


def test_parts_that_nobody_asked_for_leave_no_trace(summary):
    page = report_html(summary)
    assert report_html(summary | EMPTY) == page
    assert not re.search(r'id="(?:robust|waiting|network|queue|notices)"', page)


def test_each_part_has_a_section_and_a_way_to_it(summary):
    page = report_html(limited(summary))
    for name in SECTIONS:
        assert page.count(f'<section id="{name}">') == page.count(f'href="#{name}"') == 1


@pytest.mark.parametrize("name", SECTIONS)
def test_each_part_stands_alone(summary, name):
    page = report_html(summary | {name: limited(summary)[name]})
    assert re.findall(r'<section id="(robust|waiting|network|queue|notices)">', page) == [name]


def test_text_of_a_network_or_queue_is_text(summary):
    bad = "<script>x</script>{{7*7}}"
    network = make_network(lines=[make_line(bad, bad, [[35, 135], [36, 136]], 0.9)])
    network["binding"][0] |= {"branch_name": bad, "outage_name": bad, "place": bad}
    network["refusals"][0] |= {"branch_name": bad, "outage_name": bad}
    zone = make_zone("z", bad, 1.0, 2.0, 1.0) | {"name_ja": bad, "name_en": bad}
    outside = [{"id": bad, "connection_point": bad, "contract_mw": 1.0, "reason": bad}]
    queue = make_queue(zones=[zone], outside=outside, count=bad)
    notices = [{"reason": bad, "ja": bad, "en": bad}]
    page = report_html(summary | {"network": network, "queue": queue, "notices": notices})
    assert "<script" not in page
    assert page.count("&lt;script&gt;x&lt;/script&gt;{{7*7}}") >= 15


def test_what_is_missing_in_the_worst_case_is_said_first():
    rows = make_robust()
    rows[3]["connected_it_mw"] -= 70.0  # 120 needed, 100 connected, 30 lost: 50 short
    told = robust_view(rows)
    assert told["short"]
    assert "FY2029 falls 50 MW short of the 120 MW" in told["sentence"]["en"]
    assert "30 MW lost at Inzai, Naka-Noto" in told["sentence"]["en"]
    assert "足りません" in told["sentence"]["ja"]
    assert not robust_view(make_robust())["short"]


def test_waiting_is_told_against_its_limit():
    told = waiting_view(make_waiting())
    # 100 + 75 + 50 + 25 MW-years over 100 MW
    assert told["sentence"]["en"].startswith("The IT power wanted waits 2.5 years on average")
    assert told["share"] == pytest.approx(2.5 / 4.0)
    assert told["sentence"]["en"].endswith("FY2026 (100 MW), the last of it in FY2029.")
    assert waiting_view(make_waiting(mean_years_limit=None))["share"] is None


def test_a_network_says_what_is_assumed_first_and_what_holds_sites_back(summary):
    page = report_html(limited(summary), language="en")
    section = page.split('<section id="network">')[1].split("</section>")[0]
    first = section.split('<p class="lead">')[1]
    assert first.startswith('<span class="mark mark-assumed">')
    assert "12 values of this network are assumed, ratings among them." in first
    assert "all 99,999 flows were checked: none is above its rating." in section
    others = page.split('<section id="others">')[1].split("</section>")[0]
    assert "東幹線1L is at its rating after the loss of 東幹線2L" in others


def test_an_overload_that_stays_is_not_hidden(summary):
    network = make_network()
    network["certificate"]["worst_over_mw"] = 2.5
    told = network_view(summary | {"network": network})
    assert told["over"]
    assert "2.50 MW above a rating remain" in told["sentence"]["en"]


def test_lines_stand_by_load_and_one_without_a_rating_has_none(summary):
    told = network_view(limited(summary))
    assert [line["share"] for line in told["lines"]] == [1.0, 0.85, 0.42, None]
    assert [line["state"] for line in told["lines"]] == ["low", "tight", "", ""]
    assert [line["others"] for line in told["lines"]] == [1, 0, 0, 0]
    assert told["lines"][0]["outage"] == "東幹線2L"


def test_a_site_with_room_is_not_said_to_be_held_back(summary):
    told = network_view(limited(summary))
    assert [row["site"] for row in told["held"]] == ["akita"]
    assert [row["site"] for row in told["roomy"]] == ["tsuruga"]
    network = make_network(refusals=make_network()["refusals"][1:])
    page = report_html(summary | {"network": network}, language="en")
    assert "The network holds back no site." in page
    assert "kept out" not in page


def test_zones_stand_by_what_is_held_and_say_what_is_left():
    told = queue_view(make_queue())
    assert [zone["left"] for zone in told["zones"][:6]] == [
        "0",  # 100 to 150 published, 400 held
        "≥ 801",  # 1,001 or more, 200 held
        "0–150",  # 100 to 300, 150 held
        "0",  # 150, 150 held
        "—",  # nothing published
        "150–250",  # 200 to 300, 50 held
    ]
    assert told["held_mw"] == 1030.0
    assert told["outside_mw"] == 60.0
    assert told["zones"][6]["name"]["en"] == "Joint limit of zones tokai"


def test_a_bar_shows_its_parts_to_scale():
    # 100 to 300 published, 60 held: 40 left for certain, 200 more at most
    row = make_zone("z", "free", 100.0, 300.0, 60.0)
    shares = {"held": 0.2, "left": 40 / 300, "perhaps": 200 / 300}
    assert dict(bar_shares(row)) == pytest.approx(shares)
    row = make_zone("z", "oversubscribed", 100.0, 150.0, 600.0)
    assert dict(bar_shares(row)) == pytest.approx({"held": 0.25, "over": 0.75})
    assert bar_shares(make_zone("z", "unknown", None, None, 60.0)) == []


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.booleans())
def test_a_bar_is_whole_and_is_red_only_beyond_the_published_figure(low, more, held, open_end):
    high = None if open_end else low + more
    parts = dict(bar_shares(make_zone("z", "free", low, high, held)))
    most = low if open_end else high
    assert not parts or sum(parts.values()) == pytest.approx(1.0)
    assert all(share > 0 for share in parts.values())
    assert ("over" in parts) == (most > 0 and held > most)


@given(st.floats(-1e4, 1e4), st.floats(0, 1e4))
def test_what_is_left_is_never_negative(low, more):
    assert "−" not in left_range(low, low + more)


# --- terminal --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_terminal_is_quiet_about_what_is_not_there(summary, lang):
    assert limit_lines(summary, lang) == limit_lines(summary | EMPTY, lang) == []
    assert len(limit_lines(limited(summary), lang)) == 5


def test_the_terminal_says_each_part_in_a_line_or_two(summary):
    low, waiting, network, held, queue = limit_lines(limited(summary), "en")
    assert "up to 2 groups at once, 90 MW IT lost in FY2035" in low
    assert "2.50 years on average (limit 4), most in FY2026: 100 MW IT" in waiting
    assert "99,999 flows checked, 0 MW above a rating" in network
    assert network.endswith("(ratings assumed)")
    assert held.endswith("Akita port (東幹線1L after the loss of 東幹線2L)")
    assert "12 applications, 1,030 MW held at zones, 2 of 6 zones full" in queue


def test_the_terminal_says_what_is_short_and_that_nothing_waits(summary):
    rows = make_robust()
    rows[3]["connected_it_mw"] -= 70.0
    waiting = make_waiting()
    for row in waiting["years"]:
        row["late_it_mw"] = 0.0
    lines = limit_lines(summary | {"robust": rows, "waiting": waiting}, "en")
    assert lines[0].startswith("Short if headroom turns out low: 50 MW IT in FY2029")
    assert lines[1] == "Wait for power: none"


# --- browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_every_part_reads_on_a_phone_in_either_language(summary, browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(report_html(limited(summary)), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(path.as_uri())
    for label, notice in (("show-ja", NOTICES[0]["ja"]), ("show-en", NOTICES[0]["en"])):
        page.click(f"label[for={label}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert notice in page.inner_text("#notices")
        assert page.locator("#queue .parts").first.bounding_box()["width"] > 200
    assert "申込み" not in page.inner_text("#queue h2")
    page.close()
