"""The answer of a small study: every part of the summary, and what it says in words."""

import json

import numpy as np
import pandas as pd
import pytest

from data.facts import read_fact
from siting.answer import chosen_sites
from siting.map_content import map_content
from siting.run_files import plain
from siting.scenario_assumptions import Assumptions
from siting.site_table import site_table
from siting.study import make_study
from siting.why import BASES, LIMITS, binding_texts, next_best_text, why_chosen
from tests.small_studies import PLACES, small_scenario

PARTS = {
    "format", "name", "title", "variant", "created", "years", "kpis", "sites", "candidates",
    "areas", "forecast", "groups", "works", "ties", "zones", "carbon", "costs", "shortfall",
    "assumptions", "unknowns", "sources", "net_present_cost", "robust", "waiting", "network",
    "queue", "notices", "clean", "draw", "flexibility", "embodied", "servers", "own_year",
}  # fmt: skip


@pytest.fixture(scope="module")
def summary(small_study):
    return small_study.answer.summary


def test_summary_has_all_parts_and_is_json(summary):
    assert set(summary) == PARTS
    assert json.loads(json.dumps(plain(summary), allow_nan=False))["years"] == [2029, 2032, 2035]


def test_cost_of_all_years_is_the_plans_with_its_proof(small_study, summary):
    record, whole = small_study.plan.record, summary["net_present_cost"]
    assert whole["myen"] == record.cost_myen
    assert whole["bound_myen"] <= whole["myen"]
    gap_share = (whole["myen"] - whole["bound_myen"]) / whole["myen"]
    assert whole["gap_share"] == pytest.approx(gap_share, abs=1e-9)
    assert whole["gap_share"] <= small_study.scenario.solver.gap_share


def test_sites_come_largest_first_with_every_year(small_study, summary):
    sizes = [site["by_year"][-1]["contract_mw"] for site in summary["sites"]]
    assert sizes == sorted(sizes, reverse=True)
    assert [site["site"] for site in summary["sites"]] == chosen_sites(small_study.plan)
    for site in summary["sites"]:
        assert [row["fiscal_year"] for row in site["by_year"]] == summary["years"]
        first = next(row for row in site["by_year"] if row["contract_mw"] > 0)
        assert site["start_fiscal_year"] == first["fiscal_year"]


def test_site_table_has_a_row_for_every_year_with_power(small_study, summary):
    table = site_table(
        small_study.candidates, small_study.question, small_study.answer, small_study.plan
    )
    asked = [
        (site["site"], row["fiscal_year"], row["contract_mw"])
        for site in summary["sites"]
        for row in site["by_year"]
        if row["contract_mw"] > 0
    ]
    rows = table[["site", "fiscal_year", "contract_mw"]].itertuples(index=False, name=None)
    assert sorted(rows) == sorted(asked)


def test_costs_of_the_sites_sum_to_the_years(small_study, summary):
    costs = small_study.answer.costs["myen"]
    assert costs.notna().all()
    by_year = costs.groupby(level="fiscal_year").sum()
    for row in summary["kpis"]:
        assert row["cost_myen"] == pytest.approx(by_year[row["fiscal_year"]])
    last = {
        site["site"]: sum(c["myen_per_year"] for c in site["costs"]) for site in summary["sites"]
    }
    own = costs.xs(2035, level="fiscal_year").groupby(level="site").sum()
    assert last == pytest.approx({site: own[site] for site in last})


def test_a_place_that_is_not_chosen_costs_nothing(small_study, summary):
    chosen = {site["site"] for site in summary["sites"]}
    costs = small_study.answer.costs["myen"]
    others = costs[~costs.index.get_level_values("site").isin(chosen)]
    assert others.abs().max() == pytest.approx(0, abs=1e-6)


def test_a_subsidy_is_a_cost_below_zero(summary):
    for site in summary["sites"]:
        items = {cost["item"]: cost["myen_per_year"] for cost in site["costs"]}
        paid = site["site"] in {"tomakomai", "sakai"}
        assert ("subsidy" in items) == paid
        assert items.get("subsidy", -1.0) < 0
        assert {"construction", "connection", "land", "fibre", "energy"} <= set(items)


def test_key_figures_hang_together(summary):
    for row in summary["kpis"]:
        assert row["co2_kt"] == pytest.approx(row["energy_gwh"] * row["intensity_t_per_mwh"])
        assert row["energy_gwh"] < row["contract_mw"] * 8.76
        assert row["it_mw"] < row["contract_mw"]
        assert row["shortfall_mw"] == 0


def test_candidates_left_aside_say_why(summary):
    chosen = {site["site"] for site in summary["sites"]}
    others = {row["site"]: row for row in summary["candidates"]}
    left = set(PLACES) - chosen
    assert left
    assert {others[place]["status"] for place in left} == {"not_chosen"}
    assert {row["status"] for key, row in others.items() if key not in PLACES} == {"excluded"}


def test_groups_are_those_that_places_share(summary):
    for row in summary["groups"]:
        assert row["name_ja"]
        assert row["name_en"]
        assert row["used_mw"] <= row["headroom_mw"] + 1e-3
    names = {row["group"]: row["name_en"] for row in summary["groups"]}
    assert names["inzai-shiroi"] == "Inzai and Shiroi"


def test_ties_carry_no_more_than_they_can(summary):
    known = set(read_fact("ties")["tie"])
    for row in summary["ties"]:
        assert row["tie"] in known
        if row["capacity_forward_mw"] == row["capacity_forward_mw"]:
            assert row["mean_flow_mw"] <= row["capacity_forward_mw"] + 1e-6
        assert 0 <= row["mean_use_share"] <= 1 + 1e-9


def test_assumptions_are_all_there_in_both_languages(summary):
    fields = {row["field"] for row in summary["assumptions"]}
    assert {f"assumptions.{name}" for name in Assumptions.model_fields} <= fields
    for row in summary["assumptions"]:
        assert row["value"] != "" or row["field"] == "assumptions.groups"
        assert row["ja"].strip()
        assert row["en"].strip()


def test_unknowns_count_what_this_run_does_not_know(small_study, summary):
    land = small_study.candidates.table["land_ha"]
    said = "\n".join(row["en"] for row in summary["unknowns"])
    assert f"Land is unknown at {land.isna().sum()} of {len(land)} places" in said
    assert all(row["ja"].strip() for row in summary["unknowns"])


def test_shortfall_is_told_in_the_unit_of_the_demand(tmp_path):
    programme = (
        "demand.workloads.programme={kind: eflops, precision: fp16, hardware: gb200, "
        "load: training, by_year: {2029: 100000}}"
    )
    answer = make_study(small_scenario(tmp_path, programme, "demand.shortfall.allowed=true")).answer
    units = {row["workload"]: row["unit"] for row in answer.summary["shortfall"]}
    assert units["programme"] == "EFLOPS"
    assert set(units.values()) <= {"EFLOPS", "MW"}


def test_the_map_draws_the_zones_the_study_used(tmp_path):
    zones = (
        read_fact("zones")
        .query("area == 'hokuriku'")
        .head(1)
        .assign(asset_name="私の変電所", name_en="My substation", lat=37.0, lon=136.9)
    )
    zones.to_csv(tmp_path / "zones.csv", index=False)
    study = make_study(small_scenario(tmp_path, "headroom.zones_file=zones.csv"))
    drawn = map_content(study.answer.summary).zones
    assert [zone["name_en"] for zone in drawn] == ["My substation"]


# --- words -------------------------------------------------------------------------------------


def test_binding_limits_are_named_once_dearest_first():
    rows = pd.DataFrame(
        [
            ("a", "ramp_up", "a", 1.0),
            ("a", "respect_headroom", "east", -9.0),
            ("a", "respect_headroom", "a", 3.0),
            ("b", "cap_carbon", "2035", 5.0),
        ],
        columns=["site", "limit", "key", "price_myen"],
    )
    texts = binding_texts(rows, "a", {"east": {"ja": "東", "en": "East"}})
    assert [text["limit"] for text in texts] == ["respect_headroom", "ramp_up"]
    assert texts[0]["en"] == "headroom (East)"
    assert texts[0]["ja"] == "空き容量の上限 (東)"


def test_words_exist_for_every_limit_that_can_hold_a_site(small_study):
    limits = set(small_study.plan.limits["limit"])
    bearing = {"respect_headroom", "size_at_most", "size_at_least", "ramp_up", "wait_for_power",
               "zone_cap", "largest_area_share", "stay_in_forecast", "keep_reserve"}  # fmt: skip
    assert bearing <= set(LIMITS)
    assert (limits & bearing) <= set(LIMITS)


@pytest.mark.parametrize("basis", ["published", "operator", "assumed"])
def test_why_tells_whose_word_the_headroom_is(small_study, basis):
    place = small_study.candidates.table.loc["buzen"].to_dict() | {
        "basis": basis, "low_mw": 200.0, "high_mw": np.nan,
    }  # fmt: skip
    figures = {
        "unit_cost_myen_per_mw": 145.2, "median_myen_per_mw": 148.0, "intensity_t_per_mwh": 0.287,
    }  # fmt: skip
    why = why_chosen(place, figures)
    assert why["en"][0] == f"Headroom 200-… MW ({BASES[basis]['en']})"
    assert BASES[basis]["ja"] in why["ja"][0]
    assert len(why["ja"]) == len(why["en"])


def test_next_best_names_place_and_price():
    names = pd.DataFrame({"name_ja": ["菊陽"], "name_en": ["Kikuyo"]}, index=["kikuyo"])
    text = next_best_text(names, "kikuyo", 1234.4)
    assert text["site"] == "kikuyo"
    assert "Kikuyo (+1,234 M¥" in text["en"]
    assert "菊陽" in text["ja"]
    assert next_best_text(names, float("nan"), float("nan")) is None
