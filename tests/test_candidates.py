"""Candidate places with headroom, size, first year, and the reason to leave one out."""

import numpy as np
import pandas as pd
import pytest

from data.facts import read_fact
from siting.candidates import find_candidates, group_headroom_mw
from siting.why import REASONS
from tests.small_studies import PLACES, small_scenario


@pytest.fixture
def candidates(tmp_path):
    """Candidates of the small scenario with changes."""

    def find(*sets):
        return find_candidates(small_scenario(tmp_path, *sets))

    return find


@pytest.fixture
def everywhere(candidates):
    """Candidates when every place is looked at."""

    def find(*sets):
        return candidates("candidates.only=[]", *sets).table

    return find


def test_every_place_is_told_with_a_reason_known_in_both_languages(everywhere):
    table = everywhere()
    assert set(table.index) == set(read_fact("places")["place"])
    assert set(table["reason"]) <= set(REASONS)
    assert all(text["ja"] and text["en"] for text in REASONS.values())


def test_only_what_is_asked_for_may_be_chosen(candidates):
    found = candidates()
    assert set(found.usable.index) == set(PLACES)
    rest = found.table.drop(index=list(PLACES))
    assert set(rest["reason"]) == {"not_asked"}


def test_areas_kinds_and_exclusions(everywhere):
    table = everywhere("candidates.areas=[kyushu]", "candidates.exclude=[buzen]")
    assert table.loc["buzen", "reason"] == "excluded"
    assert set(table.loc[table["reason"] == "", "area"]) == {"kyushu"}
    kinds = everywhere("candidates.kinds=[hub]")
    assert set(kinds.loc[kinds["reason"] == "", "kind"]) == {"hub"}


def test_unknown_headroom_is_neither_zero_nor_endless(everywhere):
    table = everywhere("headroom.sources=[published, operator]")
    unknown = table[table["basis"] == "unknown"]
    assert len(unknown) > 50
    assert unknown[["low_mw", "high_mw", "headroom_mw", "max_mw"]].isna().all(axis=None)
    assert (unknown["reason"] == "unknown_headroom").all()


@pytest.mark.parametrize(("case", "mw"), [("low", 200), ("mid", 400), ("high", 600)])
def test_the_case_picks_a_point_of_the_range(candidates, case, mw):
    place = candidates(f"headroom.case={case}").table.loc["buzen"]
    assert (place["low_mw"], place["high_mw"], place["headroom_mw"]) == (200, 600, mw)
    assert place["basis"] == "assumed"
    assert place["headroom_confidence"] == "assumed"


def test_size_is_the_least_of_class_headroom_land_and_largest_site(everywhere):
    table = everywhere("facility.largest_site_mw=350", "headroom.case=high")
    known = table.dropna(subset="max_mw")
    assert known["max_mw"].max() == 350
    assert (known["max_mw"] <= known["headroom_mw"] + 1e-9).all()
    with_land = known.dropna(subset="land_ha")
    assert len(with_land) > 3
    assert (with_land["max_mw"] <= with_land["land_ha"] / 0.05 + 1e-9).all()


def works(**changes):
    option = {"group": "upper", "added_mw": 100, "lead_years": 1, "cost_myen": 1} | changes
    listed = ", ".join(f"{key}: {value}" for key, value in option.items())
    return f"reinforcements={{line: {{{listed}}}}}"


def test_works_that_lift_a_place_count_in_its_size(candidates):
    before = candidates().table["max_mw"]
    lifted = candidates(works(group="kanda")).table["max_mw"]
    with_more = candidates(works(also_lifts="[kanda]", added_mw=7)).table["max_mw"]
    assert lifted["kanda"] == before["kanda"] + 100
    assert with_more["kanda"] == before["kanda"] + 7
    assert lifted.drop("kanda").equals(before.drop("kanda"))


def test_smallest_size_is_that_of_the_class_but_at_most_a_year_of_ramp(candidates):
    classes = read_fact("voltage_classes").set_index("voltage_kv")["min_mw"]
    table = candidates("facility.ramp_mw_per_year=120").table
    assert table.loc["tsukuba", "min_mw"] == classes[66]
    assert table.loc["buzen", "min_mw"] == min(classes[220], 120)
    assert candidates("facility.smallest_site_mw=40").table.loc["tsukuba", "min_mw"] == 40


def test_a_place_below_the_smallest_connection_says_so(everywhere):
    table = everywhere("facility.smallest_site_mw=900")
    assert (table["reason"] == "below_smallest").any()
    left = table[table["reason"] == ""]
    assert (left["max_mw"] >= 900).all()


def test_power_comes_after_contract_and_lead_time(everywhere):
    table = everywhere("contract_year=2027")
    assumed = table[(table["basis"] == "assumed") & (table["voltage_kv"] == 66)]
    assert set(assumed["first_fiscal_year"]) == {2030}
    published = table[table["basis"] == "published"]
    assert len(published) > 0
    waited = 2027 + np.ceil(published["lead_years"])
    assert (published["first_fiscal_year"] == waited).all()


def test_an_operators_year_counts_as_stated(candidates):
    place = candidates("contract_year=2028").table.loc["tomakomai"]
    assert place["basis"] == "operator"
    assert place["first_fiscal_year"] == place["stated_first_fiscal_year"]
    assert place["first_fiscal_year"] < 2030


def test_too_late_is_a_reason(everywhere):
    table = everywhere("contract_year=2033")
    late = table[table["reason"] == "too_late"]
    assert len(late) > 0
    assert (late["first_fiscal_year"] > 2035).all()


def test_places_share_what_their_zones_share(candidates):
    found = candidates("candidates.only=[]", "candidates.areas=[hokuriku]")
    limits, members = found.groups.limits, found.groups.members
    shared = limits[limits["kind"] == "shared"]
    assert shared["high_mw"].max() <= 300
    group = shared.index.get_level_values("group")[0]
    inside = set(members.loc[members["group"] == group, "place"])
    assert inside == set(found.usable.index[found.usable["basis"] == "published"])


def test_groups_of_the_scenario_hold_their_places(tmp_path):
    scenario = small_scenario(tmp_path)
    found = find_candidates(scenario)
    members = found.groups.members
    assert set(members.loc[members["group"] == "inzai-shiroi", "place"]) == {"inzai", "shiroi"}
    headroom = group_headroom_mw(scenario, found.groups)
    assert set(headroom["inzai-shiroi"]) == {300.0}


def test_groups_of_prefectures_hold_all_their_places(candidates):
    group = (
        "assumptions.groups.east={name: {ja: 東, en: East}, prefectures: ['12', '09'], "
        "low_mw: 2500, high_mw: 5000, note: told}"
    )
    found = candidates("candidates.only=[]", group)
    inside = found.groups.members.loc[found.groups.members["group"] == "east", "place"]
    codes = found.usable["prefecture_code"]
    assert set(inside) == set(codes.index[codes.isin(["12", "09"])])
    assert len(inside) > 1


def test_groups_are_ours_and_vanish_without_assumed_headroom(candidates):
    found = candidates("headroom.sources=[published, operator]")
    assert "inzai-shiroi" not in found.groups.limits.index.get_level_values("group")


def test_climate_and_distance_are_those_of_the_nearest(everywhere):
    table = everywhere()
    assert table["pue_peak"].between(1.05, 1.6).all()
    assert (table["pue_annual"] <= table["pue_peak"]).all()
    assert table.loc["tomakomai", "station"] in {"sapporo", "tomakomai", "muroran"}
    assert table.loc["buzen", "ix_km"] == pytest.approx(420, abs=25)  # Dojima, great circle
    warm, cold = table.loc["buzen", "pue_annual"], table.loc["tomakomai", "pue_annual"]
    assert cold < warm


def test_cooling_decides_pue(candidates):
    liquid = candidates().usable["pue_annual"]
    air = candidates("facility.cooling=air_legacy").usable["pue_annual"]
    assert (air > liquid).all()


def test_the_order_of_a_users_rows_means_nothing(tmp_path):
    rows = read_fact("places").set_index("place").loc[["buzen", "kanda", "tsukuba"]].reset_index()
    tables = []
    for order in ([0, 1, 2], [2, 0, 1]):
        rows.iloc[order].to_csv(tmp_path / "mine.csv", index=False)
        scenario = small_scenario(tmp_path, "candidates.file=mine.csv", "candidates.only=[]")
        tables.append(find_candidates(scenario).table)
    pd.testing.assert_frame_equal(*tables)
