"""Flexible draw of a scenario: from its fields to the problem, the pages, and what it is worth."""

import json
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from data.errors import InputError
from optimize.plan import choose_sites
from siting.assumed import list_assumptions
from siting.explain.flexible import rigid, worth_of_flexibility
from siting.explain.flexible_texts import worth_lines
from siting.explain.sites import settings_of
from siting.flexible_inputs import flexibility_of
from siting.posed import pose_study
from siting.report import report_html
from siting.report_flexible import flexible_view
from siting.run_files import plain
from siting.scenario_file import load_scenario
from siting.sources_used import list_sources
from siting.study import make_study
from siting.terminal_limits import limit_lines

SMALL = """\
format: 1
name: flexible
title: {ja: 小さな例, en: A small example}
years: {first: 2030, last: 2035, step: 5}
time: {days: [spring_minimum, summer_peak], hours_per_slice: 6}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2030: 50, 2035: 380}}
    inference: {kind: it_mw, load: inference, by_year: {2035: 20}}
candidates: {only: [buzen, kanda, mizushima]}
latency: {metros: {fukuoka: 1.0}}
limits: {forecast: null, reserve: null, carbon: null, spread: {min_sites: 1}}
assumptions: {lead_time_by_voltage_years: {220: 3}}
solver: {gap_share: 0.0001}
"""

ALL = (
    "flexibility.training_shift_share=0.3",
    "flexibility.training_move_share=0.4",
    "flexibility.curtail={share: 0.25, price_yen_per_kwh: 5, conditional_connection: true}",
)
"""Giving up is so cheap here that the plan does it."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The scenario above with values changed as by --set."""
    file = tmp_path_factory.mktemp("flexible") / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return lambda *sets: load_scenario(file, None, sets)


@pytest.fixture(scope="module")
def answered(small):
    """Studies by what is set, each made once, with one list of sources for all."""
    sources = list_sources()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.answer.list_sources", lambda: sources)
        yield cache(lambda *sets: make_study(small(*sets)))


@pytest.fixture(scope="module")
def told(answered):
    return plain(answered(*ALL).answer.summary)["flexibility"]


# --- into the problem -------------------------------------------------------------------------


def test_a_rigid_load_has_no_flexibility(small, answered):
    assert flexibility_of(small()) is None
    assert answered().answer.summary["flexibility"] is None
    assert rigid(answered().question.problem) is None


def test_fields_in_the_units_of_the_model(small):
    found = flexibility_of(small(*ALL))
    # 5 yen/kWh are 5,000 yen/MWh
    assert found.curtail_price_myen_per_mwh == 0.005
    assert found.curtail_share.to_dict() == {"training": 0.25}
    assert found.move_share.to_dict() == {"training": 0.4, "inference": 0.0}
    assert found.relief_share.to_dict() == {"training": 0.25}
    assert (found.curtail_hours_per_day, found.curtail_energy_share) == (3.0, 0.005)
    assert pd.isna(found.curtail_hours_per_year)


def test_headroom_is_relieved_only_where_the_connection_is_conditional(small):
    assert flexibility_of(small("flexibility.curtail={}")).relief_share["training"] == 0.0


def test_what_may_be_called_off_makes_a_place_larger(answered):
    rooms = {}
    for sets in ((), ALL):
        table = answered(*sets).candidates.table
        rooms[bool(sets)] = table.loc["buzen", ["headroom_mw", "max_mw"]]
    assert rooms[False]["max_mw"] == rooms[False]["headroom_mw"]
    assert rooms[True]["max_mw"] == pytest.approx(rooms[False]["headroom_mw"] / 0.75)


def test_nothing_is_called_off_altogether(small):
    with pytest.raises(InputError, match=r"flexibility\.curtail\.share: found 1, expected below 1"):
        small("flexibility.curtail={share: 1, conditional_connection: true}")


# --- what comes out ---------------------------------------------------------------------------


def test_energies_are_those_of_the_balance(answered, told):
    study = answered(*ALL)
    hours = study.question.problem.dispatch.hours_per_year()
    table = study.plan.balance.xs(2035, level="fiscal_year")
    weight = hours.reindex(table.index.get_level_values("slice")).to_numpy() / 1000.0
    last = told["years"][-1]
    for name in ("shifted", "moved"):
        gwh = (table[f"{name}_mw"].clip(lower=0.0) * weight).sum()
        assert gwh > 1.0
        assert last[f"{name}_gwh"] == pytest.approx(gwh)
    assert last["given_up_gwh"] == pytest.approx((table["given_up_mw"] * weight).sum())
    assert table["shifted_mw"].mul(weight).sum() == pytest.approx(0.0, abs=1e-6)


def test_draw_given_up_is_paid_and_a_cost_of_the_sites(answered, told):
    last, costs = told["years"][-1], answered(*ALL).answer.costs["myen"]
    assert last["given_up_gwh"] > 0.1
    # 5 yen/kWh: 5 M¥ a GWh
    assert last["paid_myen"] == pytest.approx(5.0 * last["given_up_gwh"])
    paid = costs.xs("given_up", level="item").xs(2035, level="fiscal_year")
    assert paid.sum() == pytest.approx(last["paid_myen"])


def test_relief_is_a_quarter_of_the_peak_of_training(answered, told):
    study = answered(*ALL)
    servers = study.plan.workloads["it_mw"].xs("training", level="workload")
    peak = 1.12 * study.question.problem.sites["pue_peak"]
    mw = (servers.xs(2035, level="fiscal_year") * peak).sum() / 4.0
    assert told["years"][-1]["relief_mw"] == pytest.approx(mw)
    assert sum(row["relief_mw"] for row in told["sites"]) == pytest.approx(mw)


def test_areas_sum_up_to_the_year(told):
    last = told["years"][-1]
    for key in ("shifted_gwh", "given_up_gwh"):
        assert sum(row[key] for row in told["areas"]) == pytest.approx(last[key])
    net = [row["moved_gwh"] for row in told["areas"]]
    assert sum(net) == pytest.approx(0.0, abs=0.05 * max(map(abs, net)))  # PUE differs by area


def test_more_flexibility_never_costs_more(answered):
    costs = []
    for share in (0.0, 0.1, 0.2, 0.3, 0.4):
        sets = (f"flexibility.training_shift_share={share}",)
        if share:
            sets += (f"flexibility.training_move_share={share}",)
        costs.append(answered(*sets).plan.record.cost_myen)
    for less, more in pairwise(costs):
        assert more <= less * (1 + 1e-4)  # the gap
    assert costs[-1] < costs[0] * (1 - 1e-3)


def test_assumptions_tell_what_nobody_publishes(small):
    fields = {row["field"]: row["value"] for row in list_assumptions(small(*ALL))}
    assert fields["flexibility.training_move_share"] == "0.4"
    assert "price_yen_per_kwh 5" in fields["flexibility.curtail"]
    assert not any(
        f.startswith("flexibility")
        for f in map(str, (r["field"] for r in list_assumptions(small())))
    )


def test_terminal_and_report_say_it_in_both_languages(answered):
    summary = plain(answered(*ALL).answer.summary)
    last = summary["flexibility"]["years"][-1]
    for lang, word in (("ja", "条件付き接続"), ("en", "conditional connection")):
        (line,) = [line for line in limit_lines(summary, lang) if word in line]
        assert f"{last['moved_gwh']:,.1f} GWh" in line
    page = report_html(summary)
    assert 'id="flexible"' in page
    assert "Draw that follows the grid" in page
    view = flexible_view(summary["flexibility"])
    assert len(view["allowed"]) == 3
    assert 'id="flexible"' not in report_html(plain(answered().answer.summary))


def test_a_load_that_only_shifts_is_told_without_the_rest(answered):
    told = plain(answered(ALL[0]).answer.summary)["flexibility"]
    view = flexible_view(told)
    assert (len(view["allowed"]), view["relief"], told["curtail"]) == (1, None, None)
    assert told["years"][-1]["moved_gwh"] == told["years"][-1]["relief_mw"] == 0.0


# --- what it is worth -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worth(small):
    posed = pose_study(small(*ALL))
    plan = choose_sites(
        posed.question.problem, settings_of(posed.scenario), base_cost_myen=posed.base.cost_myen
    )
    return posed, plan, worth_of_flexibility(posed, plan)


def test_worth_is_the_cost_of_the_rigid_plan_less_this_one(worth, answered):
    _, plan, told = worth
    stiff = answered().plan.record
    assert told["rigid"]["cost_myen"] == pytest.approx(stiff.cost_myen, rel=2e-4)
    saved = told["rigid"]["saves_myen"]
    assert saved == pytest.approx(told["rigid"]["cost_myen"] - plan.record.cost_myen)
    assert told["rigid"]["saves_at_least_myen"] <= saved <= told["rigid"]["saves_at_most_myen"]
    assert saved > 0


def test_at_the_same_sites_the_saving_is_no_less_than_against_the_best_rigid_plan(worth):
    told = worth[2]
    # a rigid plan may choose other sites: it costs no more than one that may not
    assert told["held"]["saves_myen"] >= told["rigid"]["saves_at_least_myen"] - 1e-6


def test_conditional_connection_makes_room(worth):
    posed, _, told = worth
    reach, sites = told["reach"], posed.question.problem.sites
    assert 0.0 < reach["more_it_mw"] <= reach["more_at_most_it_mw"] + 1e-6
    assert reach["most_it_mw"] <= (sites["max_mw"] / (1.12 * sites["pue_peak"])).sum() + 1e-6
    assert reach["sooner_years"] >= 0.0


def test_every_figure_is_said_in_both_languages(worth):
    lines = list(worth_lines(worth[2]))
    assert len(lines) == 3
    assert all(line["ja"] and line["en"] for line in lines)
    none = {"rigid": None, "held": None, "reach": {"most_it_mw": 10.0, "wait_years": 1.0}}
    assert "no plan" in json.dumps([line["en"] for line in worth_lines(none)])
