"""Scenarios without a plan, of every kind: each names its clash, and giving way there helps."""

from functools import cache

import pytest

from data.errors import InfeasibleError
from optimize.plan import choose_sites
from siting.explain.clashes import clash_summary
from siting.posed import pose_study
from siting.scenario_file import load_scenario

SMALL = """\
format: 1
name: none
title: {ja: 計画のない例, en: No plan}
years: {first: 2029, last: 2035, step: 3}
time: {days: [spring_minimum], hours_per_slice: 12}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2029: 20, 2035: 200}}
    inference: {kind: it_mw, load: inference, by_year: {2035: 40}}
candidates: {only: [buzen, kanda, tomakomai, inzai, sakai]}
latency: {metros: {tokyo: 1.0}}
limits: {forecast: null}
"""

LATE = "assumptions.lead_time_by_voltage_years"
EAST = "name: {ja: 東, en: East}, places: [inzai], low_mw: 0, high_mw: 60, note: made"
ONE = "limits.spread={largest_area_share: 1.0, min_sites: 1}"
KINDS = {
    "ramp": (
        ["facility.ramp_mw_per_year=10"],
        {"demand.workloads", "facility.ramp_mw_per_year"},
        ["facility.ramp_mw_per_year=60"],
    ),
    "size": (
        ["facility.largest_site_mw=70"],
        {"demand.workloads", "facility.largest_site_mw"},
        ["facility.largest_site_mw=300"],
    ),
    "headroom of a group": (
        ["candidates.only=[inzai]", f"assumptions.groups={{east: {{{EAST}}}}}", ONE],
        {"demand.workloads", "headroom"},
        ["assumptions.groups={}", "candidates.only=[inzai, tomakomai]"],
    ),
    "lead time": (
        ["contract_year=2029", "candidates.only=[buzen, kanda, inzai]"],
        {"demand.workloads", LATE},
        ["contract_year=2026", "candidates.only=[buzen, kanda, inzai, tomakomai]"],
    ),
    "number of sites": (
        ["limits.spread={max_sites: 1, min_sites: 1}", "facility.largest_site_mw=200"],
        {"demand.workloads", "headroom", "limits.spread.max_sites"},
        ["limits.spread={max_sites: 2, min_sites: 1}"],
    ),
    "fewest sites": (
        ["limits.spread.min_sites=6"],
        {"limits.spread.min_sites"},
        ["limits.spread.min_sites=5"],
    ),
    "share of an area": (
        ["limits.spread.largest_area_share=0.1"],
        {"demand.workloads", "limits.spread.largest_area_share"},
        ["limits.spread.largest_area_share=0.7"],
    ),
    "budget": (
        ["limits.spread.budget_myen=1000"],
        {"demand.workloads", "limits.spread.budget_myen"},
        ["limits.spread.budget_myen=150000"],
    ),
    "carbon": (
        ["limits.carbon.cap_kt_by_year={2035: 10}"],
        {"latency.bound_ms", "limits.carbon.cap_kt_by_year"},
        ["limits.carbon.cap_kt_by_year={2035: 230}"],
    ),
    "latency": (
        ["latency.bound_ms=5", "candidates.only=[tomakomai, buzen, kanda]"],
        {"latency.bound_ms"},
        ["latency.bound_ms=30"],
    ),
    "reserve": (
        ["limits.reserve={h3_share: 0.9, h1_share: 0.9}"],
        {"limits.reserve"},
        ["limits.reserve={h3_share: 0.08, h1_share: 0.03}"],
    ),
    "hourly clean power": (
        [
            "limits.clean={share_by_year: {2035: 1.0}, grid_counts: false}",
            "contracts.techs=[geothermal]",
        ],
        {"demand.workloads", "limits.clean.share_by_year"},
        ["limits.clean={share_by_year: {2035: 0.8}, grid_counts: false}"],
    ),
    "mean wait": (
        ["limits.waiting={mean_years: 0.1, wanted: at_once}"],
        {"headroom", "limits.waiting.mean_years", LATE},
        ["limits.waiting={mean_years: 3, wanted: at_once}"],
    ),
    "no wait from a year on": (
        ["limits.waiting={full_from: 2029, wanted: at_once}"],
        {"headroom", "limits.waiting.full_from", LATE},
        ["limits.waiting={full_from: 2035, wanted: at_once}"],
    ),
}


@pytest.fixture(scope="module")
def posed(tmp_path_factory):
    """The scenario above with values changed as by --set, ready to be solved."""
    file = tmp_path_factory.mktemp("none") / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return cache(lambda *sets: pose_study(load_scenario(file, None, sets)))


@pytest.fixture(scope="module")
def clash_of(posed):
    """What clashes in a kind of scenario, explained once for all tests of it."""
    return cache(lambda kind: clash_summary(posed(*KINDS[kind][0]), 30.0))


def test_as_it_stands_there_is_a_plan(posed):
    assert clash_summary(posed(), 30.0)["sets"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_clash_is_named_by_its_fields_and_giving_way_there_makes_a_plan(kind, posed, clash_of):
    sets, fields, instead = KINDS[kind]
    with pytest.raises(InfeasibleError):
        choose_sites(posed(*sets).question.problem)
    found = clash_of(kind)["sets"]
    assert fields in [set(each["fields"]) for each in found]
    for each in found:
        assert each["proven"]
        assert {row["field"] for row in each["relaxations"]} == set(each["fields"])
        assert all(row["by"] > 0 for row in each["relaxations"])
    changed = {text.partition("=")[0] for text in instead}
    kept = [text for text in sets if text.partition("=")[0] not in changed]
    assert choose_sites(posed(*kept, *instead).question.problem).record.gap_share <= 0.01


EXACTLY = {
    "budget": ("limits.spread.budget_myen", "limits.spread.budget_myen={}", 1000.0),
    "carbon": ("limits.carbon.cap_kt_by_year", "limits.carbon.cap_kt_by_year={{2035: {}}}", 10.0),
    "number of sites": ("limits.spread.max_sites", "limits.spread.max_sites={:.0f}", 1.0),
    "fewest sites": ("limits.spread.min_sites", "limits.spread.min_sites={:.0f}", 6.0),
}
"""Kinds whose field is one number: field, how it is set, and what it is."""


@pytest.mark.parametrize("kind", EXACTLY)
def test_the_least_relaxation_makes_a_plan_and_less_does_not(kind, posed, clash_of):
    field, setting, value = EXACTLY[kind]
    sets, _, _ = KINDS[kind]
    (by,) = [row["by"] for row in clash_of(kind)["alone"] if row["field"] == field]
    sign = -1.0 if kind == "fewest sites" else 1.0
    enough, less = value + sign * 1.001 * by, value + sign * 0.98 * by
    assert choose_sites(posed(*sets, setting.format(enough)).question.problem).record.rows > 0
    if by > 1.0:  # half a site cannot be asked for
        with pytest.raises(InfeasibleError):
            choose_sites(posed(*sets, setting.format(less)).question.problem)
