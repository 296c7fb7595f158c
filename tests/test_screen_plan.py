"""From screened sites to a plan: candidates, shared limits, costs, pruning."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.tables import CONTRACTS, check
from siting.candidates import NEEDLESS, find_candidates
from siting.cost import line_myen_per_year, site_costs
from siting.group_names import name_groups
from siting.question import pose
from siting.screen.as_places import KIND, screened_places
from siting.screen.homes import Homes
from siting.screen.run import run_screen
from siting.screened import without_needless
from siting.study import check_study, make_study
from siting.why import REASONS
from tests.small_screened import screened_scenario


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder whose cache the studies of this file share."""
    return tmp_path_factory.mktemp("chiba")


@pytest.fixture(scope="module")
def study(home):
    """The plan with the sites of its own screening, at an exact gap."""
    return study_of(home)


def study_of(home, *sets):
    scenario = screened_scenario(home, "solver.gap_share=0.000001", *sets)
    return make_study(scenario, homes=Homes(cache=home / "cache"))


@pytest.fixture(scope="module")
def screening(home, study):
    return run_screen(study.scenario, Homes(cache=home / "cache"))


def test_sites_become_candidates_with_what_was_found(study, screening):
    table, sites = study.candidates.table, screening.sites.table
    joined = screening.connections.table
    assert set(table.index) == set(sites.index)
    assert set(table["kind"]) == {KIND}
    assert table["voltage_kv"].equals(joined["voltage_kv"].reindex(table.index))
    assert table["connection_km"].equals(joined["connection_km"].reindex(table.index))
    assert table["score"].equals(sites["score"].reindex(table.index))
    # no layer tells what can be built on
    assert table["land_ha"].isna().all()
    assert table["max_mw"].notna().all()
    assert set(table["area"]) == {"tokyo"}


def test_sites_have_the_form_of_the_places_table(screening):
    places = screened_places(screening)
    assert len(check(places[[*CONTRACTS["places"].names]], "places", where="sites")) == 25


def test_land_that_can_be_built_on_limits_a_site(home, tmp_path):
    """4 ha can be built on: at 0.05 ha a MW a site holds 80 MW."""
    scenario = screened_scenario(home)
    found = run_screen(scenario, Homes(cache=home / "cache"))
    usable = found.sites.table.assign(usable_ha=4.0)
    known = replace(found, sites=replace(found.sites, table=usable))
    table = find_candidates(scenario, screened_places(known)).table
    assert table["land_ha"].tolist() == [4.0] * len(table)
    assert table["max_mw"].max() <= 4.0 / scenario.facility.land_ha_per_mw + 1e-9


def test_the_connection_costs_what_its_route_costs(study):
    scenario, usable = study.scenario, study.candidates.usable
    costs = site_costs(scenario, usable).xs("connection", level="item")["fixed_myen_per_year"]
    for site, row in usable.iterrows():
        fixed = dict(scenario.assumptions.connection_fixed_myen)[int(row["voltage_kv"])]
        per_km = dict(scenario.assumptions.connection_myen_per_km)[int(row["voltage_kv"])]
        paid = fixed + per_km * row["connection_km"]
        assert costs[site] == pytest.approx(line_myen_per_year(scenario, paid))


def test_sites_at_one_point_share_one_limit(study):
    groups, table = study.candidates.groups, study.candidates.table
    at_point = groups.members[groups.members["group"].str.startswith("point:")]
    counts = table["point"].value_counts()
    assert len(at_point) == counts[counts > 1].sum()
    for group, members in at_point.groupby("group")["place"]:
        assert set(members) == set(table.index[table["point"] == group.removeprefix("point:")])
        limit = groups.limits.xs(group, level="group")
        assert limit["high_mw"].unique() == table.loc[members, "high_mw"].max()
    used = study.plan.groups
    point = used[used.index.get_level_values("group").str.startswith("point:")]
    assert len(point)
    assert (point["used_mw"] <= point["headroom_mw"] + 1e-6).all()


def test_a_place_that_is_the_point_shares_its_limit(home):
    scenario = screened_scenario(home, "screen.sites.beside_places=true")
    found = run_screen(scenario, Homes(cache=home / "cache"))
    candidates = find_candidates(scenario, screened_places(found))
    members = candidates.groups.members.groupby("group")["place"].agg(set)
    points = [p for p in candidates.table["point"].unique() if p in candidates.usable.index]
    assert points
    for point in points:
        if candidates.table.loc[point, "basis"] == "assumed":
            assert point in members[f"point:{point}"]
    assert candidates.table["kind"].nunique() > 3


def test_pruning_does_not_change_the_cost(home, study):
    whole = study_of(home, "screen.sites.prune=false")
    pruned = study.candidates.table["reason"] == NEEDLESS
    assert pruned.sum() >= 5
    assert not (whole.candidates.table["reason"] == NEEDLESS).any()
    cost, bound = study.plan.record.cost_myen, study.plan.record.bound_myen
    assert cost == pytest.approx(whole.plan.record.cost_myen, rel=3e-6)
    assert bound <= whole.plan.record.cost_myen * (1 + 1e-6)
    # nothing chosen was left out, and those left out are told with their reason
    built = study.plan.sites["built"].groupby(level="site").any()
    assert not set(built[built].index) & set(study.candidates.table.index[pruned])
    told = pd.DataFrame(study.answer.summary["candidates"])
    assert set(study.candidates.table.index[pruned]) <= set(told["site"])


def test_only_screened_sites_are_left_out(home):
    scenario = screened_scenario(home, "screen.sites.beside_places=true")
    found = run_screen(scenario, Homes(cache=home / "cache"))
    candidates, _ = without_needless(scenario, find_candidates(scenario, screened_places(found)))
    left = candidates.table[candidates.table["reason"] == NEEDLESS]
    assert len(left)
    assert set(left["kind"]) == {KIND}


def test_what_is_left_out_is_no_part_of_the_problem(study):
    left = study.candidates.table.index[study.candidates.table["reason"] == NEEDLESS]
    problem = pose(study.scenario, study.candidates).problem
    assert not set(left) & {*problem.sites.index, *problem.group_sites["site"]}


def test_names_in_both_languages(study):
    table = study.candidates.table
    # one cell at the border is mostly Ibaraki
    assert table["name_ja"].str.match("千葉県|茨城県").all()
    assert table["name_en"].str.contains("Chiba|Ibaraki").all()
    names = name_groups(study.scenario, study.candidates)
    for group in study.candidates.groups.limits.index.get_level_values("group").unique():
        assert names[group]["ja"]
        assert names[group]["en"]
    assert set(REASONS[NEEDLESS]) == {"ja", "en"}
    assert set(table["reason"]) <= set(REASONS)


def test_a_scenario_without_the_section_has_no_screened_sites(home):
    scenario = screened_scenario(home).model_copy(update={"screen": None})
    table = find_candidates(scenario).table
    assert KIND not in set(table["kind"])
    assert table["connection_km"].isna().all()
    assert set(table["point"]) == {""}
    with pytest.raises(InputError) as refused:
        run_screen(scenario)
    assert "siting new japan_1km" in str(refused.value)


def test_sites_without_a_point_have_no_known_headroom(home):
    scenario = screened_scenario(home)
    found = run_screen(scenario, Homes(cache=home / "cache"))
    first = found.connections.table.index[0]
    table = found.connections.table.copy()
    table.loc[first, ["voltage_kv", "connection_km"]] = np.nan
    table.loc[first, "point"] = None
    cut = replace(found, connections=replace(found.connections, table=table))
    candidates = find_candidates(scenario, screened_places(cut)).table
    assert candidates.loc[first, "reason"] == "unknown_headroom"
    assert candidates.loc[first, "point"] == ""


def test_a_site_left_out_names_one_that_stands_in_for_it(study):
    rows = {row["site"]: row["pruned_by"] for row in study.screening["sites"]}
    table = study.candidates.table
    left = {site: stand_in for site, stand_in in rows.items() if stand_in is not None}
    assert set(left) == set(table.index[table["reason"] == NEEDLESS])
    assert set(left.values()).isdisjoint(left)
    same_point = [table.loc[site, "point"] == table.loc[one, "point"] for site, one in left.items()]
    assert all(same_point)


def test_a_check_needs_no_place_where_sites_will_be_found(home):
    only_sites = screened_scenario(home, "candidates.kinds=[screened]")
    assert check_study(only_sites) == []
    none = only_sites.model_copy(update={"screen": None})
    assert "no place that may be chosen" in str(check_study(none)[0])
