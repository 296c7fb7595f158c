"""Embodied carbon of servers and buildings: amounts, cap and price by head, and what is told."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InfeasibleError, InputError
from data.facts import read_fact
from optimize.alternative import next_best
from optimize.embodied import Embodied, embodied_t
from optimize.explain import explain_clash
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from siting.assumed import list_assumptions
from siting.embodied_inputs import amounts, embodied_of
from siting.report import report_html
from siting.report_embodied import embodied_view
from siting.run_files import plain
from siting.scenario_file import load_scenario
from siting.sources_used import list_sources
from siting.study import make_study
from siting.terminal_limits import limit_lines
from tests.small_problems import (
    carbon_table,
    cost_table,
    dispatch_of,
    everything,
    site_table,
    two_sites,
)
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "embodied"
STORED = ("cap_carbon", "count_embodied", "net_present_cost")
EXACT = SolverSettings(gap_share=1e-9)
GAS = (1000.0, 0.01, np.nan, 1.0)
HOURS = 8760.0
WEIGHTY = Embodied(100.0, 50.0)


def drawn(intensity=None, **changes):
    """30 MW on two sites of two areas; the north emits 0.5 t/MWh, the south 0.1."""
    dispatch = dispatch_of(
        [2026],
        demand={"north": [100.0, 100.0], "south": [100.0, 100.0]},
        supply={("north", "gas"): GAS, ("south", "gas"): GAS},
        intensity=intensity or {"north": [0.5, 0.5], "south": [0.1, 0.1]},
    )
    return two_sites(dispatch=dispatch, **changes)


# --- the model, by head -----------------------------------------------------------------------


def test_embodied_carbon_of_a_site_is_power_times_tonnes():
    index = pd.MultiIndex.from_tuples([("a", 2026)], names=["site", "fiscal_year"])
    sites = pd.DataFrame({"it_mw": [10.0], "contract_mw": [14.0]}, index=index)
    assert embodied_t(WEIGHTY, sites).loc["a", 2026].tolist() == [1000.0, 700.0]


@pytest.mark.parametrize(
    ("in_cap", "cheap_mw"),
    [
        # 10 MW at 0.5 and 20 MW at 0.1 t/MWh emit 8760 x 7 t, 30 MW at 150 t/MW embody 4500 t
        (True, 10.0),
        # the cap then leaves all 4500 t to the draw: 0.4 x 8760 t for each MW moved to the north
        (False, 10.0 + 4500 / (0.4 * HOURS)),
    ],
)
def test_cap_holds_embodied_carbon_beside_the_draw_where_asked_for(in_cap, cheap_mw):
    problem = drawn(
        carbon=carbon_table({2026: (7.0 * HOURS + 4500.0, 0.0)}),
        embodied=replace(WEIGHTY, in_cap=in_cap),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(cheap_mw)
    # what is reported as location-based stays the carbon of the draw alone
    emitted_t = HOURS * (0.1 * 30 + 0.4 * cheap_mw)
    assert plan.carbon.loc[2026, "emitted_t"] == pytest.approx(emitted_t)


def test_a_cap_below_what_must_be_embodied_forbids_every_plan_and_says_by_how_much():
    # even without any draw from the north: 30 MW x 0.1 x 8760 t drawn and 4500 t embodied
    least_t = 3.0 * HOURS + 4500.0
    problem = drawn(
        carbon=carbon_table({2026: (least_t - 1000.0, 0.0)}),
        embodied=replace(WEIGHTY, in_cap=True),
    )
    with pytest.raises(InfeasibleError):
        choose_sites(problem, EXACT)
    # 1000 t, the tonnes taken off above
    assert "limits.carbon.cap_kt_by_year (FY2026 by 1)" in str(explain_clash(problem, EXACT))
    wide = replace(problem, carbon=carbon_table({2026: (least_t + 1.0, 0.0)}))
    south = choose_sites(wide, EXACT).sites["contract_mw"]["dear", 2026]
    assert south == pytest.approx(30.0, abs=1e-3)


def test_price_is_paid_on_embodied_carbon_where_asked_for():
    priced = drawn(carbon=carbon_table({2026: (np.nan, 0.0001)}), embodied=WEIGHTY)
    told = choose_sites(priced, EXACT).record.cost_myen
    paid = choose_sites(replace(priced, embodied=replace(WEIGHTY, in_price=True)), EXACT)
    assert paid.record.cost_myen - told == pytest.approx(4500 * 0.0001)


BUILDING_ALONE = Embodied(0.0, 100.0, in_price=True)


def warm_or_cold(price):
    """30 MW: `cheap` needs 2 MW of contract a MW at 1 M¥, `dear` 1 MW at 2.1 M¥; same energy."""
    return drawn(
        intensity={"north": [0.0, 0.0], "south": [0.0, 0.0]},
        sites=site_table(cheap={"pue_peak": 2.0}, dear={"area": "south"}),
        costs=cost_table(cheap=(0, 1), dear=(0, 2.1)),
        carbon=carbon_table({2026: (np.nan, price)}),
        embodied=BUILDING_ALONE,
    )


@pytest.mark.parametrize(("price", "chosen"), [(0.0009, "cheap"), (0.0011, "dear")])
def test_price_on_buildings_favours_the_site_that_needs_less_contract_power(price, chosen):
    # 60 + 60 x 100 x price against 63 + 30 x 100 x price: equal at 0.001 M¥/t
    plan = choose_sites(warm_or_cold(price), EXACT)
    assert plan.sites["it_mw"][chosen, 2026] == pytest.approx(30.0)


def test_next_best_place_pays_for_its_building_too():
    problem = warm_or_cold(0.002)
    nearest = next_best(problem, choose_sites(problem, EXACT))
    assert nearest.loc["dear", "next_site"] == "cheap"
    # 60 + 12 against 63 + 6
    assert nearest.loc["dear", "extra_myen_per_year"] == pytest.approx(3.0)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_an_amount_that_is_none_is_refused(value):
    with pytest.raises(InputError) as error:
        two_sites(embodied=Embodied(value, 1.0))
    assert [problem.where for problem in error.value.problems] == ["embodied.servers_t_per_mw_year"]


@settings(max_examples=15)
@given(
    servers=st.floats(0, 500),
    building=st.floats(0, 500),
    in_cap=st.booleans(),
    in_price=st.booleans(),
)
def test_what_the_model_counts_is_what_is_reported(servers, building, in_cap, in_price):
    embodied = Embodied(servers, building, in_cap, in_price)
    problem = drawn(carbon=carbon_table({2026: (1e6, 0.001)}), embodied=embodied)
    model = build_model(problem)
    if not embodied.counts:
        assert not hasattr(model, "embodied_kt")
        return
    mw = {"cheap": (3.0, 4.0), "dear": (5.0, 7.0)}
    for site, (it_mw, contract_mw) in mw.items():
        model.it_mw[site, "training", 2026].set_value(it_mw)
        model.contract_mw[site, 2026].set_value(contract_mw)
    model.embodied_kt[2026].set_value(0.0)
    counted_t = 1000 * pyo.value(model.count_embodied[2026].body)
    table = pd.DataFrame.from_dict(mw, orient="index", columns=["it_mw", "contract_mw"])
    assert counted_t == pytest.approx(embodied_t(embodied, table).sum().sum(), abs=1e-9)


# --- the model, as stored ---------------------------------------------------------------------


def counting():
    return replace(everything(), embodied=Embodied(80.0, 60.0, in_cap=True, in_price=True))


@pytest.mark.parametrize("name", STORED)
def test_every_row_of_embodied_carbon_is_stated_as_stored(name):
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(lp_text(build_model(counting()), name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1:] == expected[1:]


def test_no_stored_file_is_left_over():
    assert {path.stem for path in EXPECTED.glob("*.lp")} == set(STORED)


@pytest.mark.parametrize("name", ["cap_carbon", "net_present_cost"])
def test_embodied_carbon_that_is_only_told_leaves_the_model_as_it_is(name):
    told = replace(everything(), embodied=WEIGHTY)
    text = lp_text(build_model(told), name)
    assert text == lp_text(build_model(everything()), name)
    assert "embodied" not in text


# --- facts and scenario -----------------------------------------------------------------------


def test_facts_follow_from_what_their_notes_say():
    facts = read_fact("embodied_carbon").set_index(["part", "case"])["t_per_mw"]
    board_t, host_t, server_mw, old_server_mw = 1.312, 2.5, 0.0102, 0.0065
    assert facts["servers", "low"] == pytest.approx(board_t / server_mw, abs=0.05)
    assert facts["servers", "mid"] == pytest.approx((board_t + host_t) / server_mw, abs=0.05)
    high = (host_t + 8 * 0.15) / old_server_mw
    assert facts["servers", "high"] == pytest.approx(high, abs=0.05)
    first = (1 - 0.9) / (1 - 0.6)
    assert facts["building", "low"] == pytest.approx(facts["building", "high"] * first)
    halfway = (facts["building", "low"] + facts["building", "high"]) / 2
    assert facts["building", "mid"] == pytest.approx(halfway, abs=50)


def test_no_assumed_amount_has_a_publisher():
    facts = read_fact("embodied_carbon")
    assumed = facts["confidence"] == "assumed"
    assert set(facts[assumed]["source"]) == {"project_assumption"}
    assert "project_assumption" not in set(facts[~assumed]["source"])


SMALL = """\
format: 1
name: embodied
title: {ja: 小さな例, en: A small example}
years: {first: 2030, last: 2035, step: 5}
time: {days: [spring_weekday, winter_peak], hours_per_slice: 8}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2030: 50, 2035: 150}}
candidates: {only: [buzen, kanda]}
limits: {forecast: null, reserve: null}
assumptions: {lead_time_by_voltage_years: {220: 3}}
solver: {gap_share: 0.0001}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The scenario above with values changed as by --set."""
    file = tmp_path_factory.mktemp("embodied") / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")

    def scenario(*sets, **embodied):
        asks = [f"limits.carbon.embodied={json.dumps(embodied)}"] if embodied else []
        return load_scenario(file, None, (*asks, *sets))

    return scenario


@pytest.fixture(scope="module")
def told(small):
    """Studies by what is asked for, each made once, with one list of sources for all."""
    sources = list_sources()

    @cache
    def study(case, in_price=False):
        asked = {} if case is None else {"case": case, "counts_in_price": in_price}
        return make_study(small(**asked))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.answer.list_sources", lambda: sources)
        yield study


def test_nothing_is_told_unless_asked_for(told):
    study = told(None)
    summary = study.answer.summary
    assert study.question.problem.embodied is None
    assert summary["embodied"] is None
    assert 'id="embodied"' not in report_html(summary)
    assert not [line for line in limit_lines(summary, "en") if "mbodied" in line]
    assert not [row for row in summary["assumptions"] if "embodied" in row["field"]]
    assert not [row for row in summary["unknowns"] if "mbodied" in row["en"]]


def test_years_are_the_power_that_stands_over_its_life(told):
    study = told("mid")
    embodied = plain(study.answer.summary)["embodied"]
    power = study.plan.sites.groupby(level="fiscal_year").sum()
    for row in embodied["years"]:
        own = power.loc[row["fiscal_year"]]
        assert row["servers_t"] == pytest.approx(own["it_mw"] * 373.7 / 5)
        assert row["building_t"] == pytest.approx(own["contract_mw"] * 2800 / 40)
        assert row["t"] == pytest.approx(row["servers_t"] + row["building_t"])
        assert row["t_per_mwh"] == pytest.approx(row["t"] / (own["energy_gwh"] * 1000))
        standing_t = own["it_mw"] * 373.7 + own["contract_mw"] * 2800
        assert row["standing_t"] == pytest.approx(standing_t)
        assert row["capped_t"] is None
    assert [row["fiscal_year"] for row in embodied["years"]] == [2030, 2035]
    assert power.loc[2030, "it_mw"] >= 50 - 1e-6
    assert power.loc[2035, "it_mw"] >= 150 - 1e-6


def test_what_is_only_told_changes_no_plan(told):
    with_it, without = told("mid"), told(None)
    assert with_it.plan.record.cost_myen == pytest.approx(without.plan.record.cost_myen)
    pd.testing.assert_frame_equal(with_it.plan.sites, without.plan.sites)
    carbon = [plain(study.answer.summary)["carbon"] for study in (with_it, without)]
    assert carbon[0] == carbon[1]


def test_price_on_embodied_carbon_is_an_item_of_the_cost(told):
    study = told("mid", in_price=True)
    summary = study.answer.summary
    paid = {
        row["fiscal_year"]: row["myen"]
        for row in summary["costs"]
        if row["item"] == "embodied_carbon"
    }
    tonnes = {row["fiscal_year"]: row["t"] for row in summary["embodied"]["years"]}
    assert paid == pytest.approx({year: t * 1913 / 1e6 for year, t in tonnes.items()})
    free = {row["fiscal_year"]: row["cost_myen"] for row in told("mid").answer.summary["kpis"]}
    whole = {row["fiscal_year"]: row["cost_myen"] for row in summary["kpis"]}
    assert whole == pytest.approx({year: free[year] + paid[year] for year in free}, rel=1e-6)
    items = [cost["item"] for site in summary["sites"] for cost in site["costs"]]
    assert "embodied_carbon" in items


def test_an_own_figure_takes_the_place_of_the_fact_and_says_so(small):
    scenario = small(server_t_per_mw=500.0, server_life_years=4.0, case="high")
    parts = amounts(scenario.limits.carbon.embodied)
    assert (parts["servers"].t_per_mw, parts["servers"].source) == (500.0, "")
    assert (parts["building"].t_per_mw, parts["building"].source) == (4500.0, "currie_brown_2024")
    assert embodied_of(scenario) == Embodied(500 / 4, 4500 / 40)
    fields = {row["field"]: row["value"] for row in list_assumptions(scenario)}
    assert fields["limits.carbon.embodied.server_t_per_mw"] == "500"
    assert fields["limits.carbon.embodied.case"] == "4500"


@pytest.mark.parametrize(
    ("sets", "field"),
    [
        (("limits.carbon.embodied={counts_in_cap: true}",), "counts_in_cap"),
        (
            (
                "limits.carbon.price_yen_per_t_by_year={}",
                "limits.carbon.embodied={counts_in_price: true}",
            ),
            "counts_in_price",
        ),
        (("limits.carbon.embodied={server_life_years: 0}",), "server_life_years"),
        (("limits.carbon.embodied={case: middle}",), "case"),
    ],
)
def test_what_would_silently_count_nowhere_is_refused(small, sets, field):
    with pytest.raises(InputError) as error:
        small(*sets)
    assert [problem.where for problem in error.value.problems] == [
        f"limits.carbon.embodied.{field}"
    ]


# --- what is told -----------------------------------------------------------------------------


def servers_kt(study):
    """Of the last year, from the plan's servers."""
    it_mw = study.plan.sites["it_mw"].groupby(level="fiscal_year").sum()
    return f"{it_mw[2035] * 373.7 / 5 / 1000:,.1f}"


def test_terminal_tells_it_apart_from_the_draw(told):
    for lang, apart in (("en", "apart from that of the draw"), ("ja", "使用電力のCO2とは別")):
        lines = [line for line in limit_lines(told("mid").answer.summary, lang) if apart in line]
        assert len(lines) == 1
        assert "FY2035" in lines[0] or "2035年度" in lines[0]
        assert servers_kt(told("mid")) in lines[0]


def test_report_tells_it_in_a_section_of_its_own(told):
    summary = told("mid").answer.summary
    page = report_html(summary)
    section = page.partition('id="embodied"')[2].partition("</section>")[0]
    assert "Estimating the Carbon Footprint of BLOOM" in section
    assert "Currie" not in section  # the source of the high case only
    assert "neither against the cap" in section
    assert ">assumed<" in section
    assert servers_kt(told("mid")) in section
    assert "which the bars leave out" not in page
    capped = plain(summary)
    capped["embodied"]["in_cap"] = True
    assert "which the bars leave out" in report_html(capped)


@pytest.mark.parametrize(
    ("in_cap", "in_price", "said"),
    [
        (False, False, "neither"),
        (True, False, "no carbon price"),
        (False, True, "does not count against the cap"),
        (True, True, "carbon price is paid"),
    ],
)
def test_report_says_where_it_counts(in_cap, in_price, said):
    row = {
        "fiscal_year": 2030, "servers_t": 3000.0, "building_t": 1000.0, "t": 4000.0,
        "t_per_mwh": None, "standing_t": 55000.0, "capped_t": 9000.0 if in_cap else None,
        "cap_t": None,
    }  # fmt: skip
    embodied = {"in_cap": in_cap, "in_price": in_price, "parts": [], "years": [row]}
    view = embodied_view(embodied, [{"fiscal_year": 2030, "t": 5000.0}], [])
    assert said in view["counts"]["en"]
    assert "80 %" in view["sentence"]["en"]
    assert view["rows"][0]["capped_kt"] == (9.0 if in_cap else None)
    assert embodied_view(None, [], []) is None
