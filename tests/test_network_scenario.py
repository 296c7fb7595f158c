"""A network in the scenario: its section, its sites and buses, the plan it allows, its summary."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InfeasibleError, InputError
from optimize.base import base_dispatch
from optimize.explain import explain_clash
from optimize.explain_network import with_network
from optimize.plan import choose_sites
from optimize.prune import needless_sites
from optimize.solve import SolverSettings
from siting.candidates import find_candidates
from siting.lock import content_hash, lock_text
from siting.network_unknowns import network_unknowns
from siting.nodal_inputs import join_network, nodal_inputs
from siting.question import pose
from siting.scenario_file import find_problems, load_scenario, user_files
from siting.study import check_study, make_study
from siting.study_problems import find_study_problems
from tests.small_nodal import case_grid, ring, slice_grid
from tests.small_problems import (
    cost_table,
    headroom,
    members,
    random_problem,
    site_table,
    two_sites,
)

EXACT = SolverSettings(gap_share=1e-8)

# The sites buzen and kanda (kyushu) and shunan (chugoku); a ring of three buses, 100 ohm each way.
BUSES = """\
bus,name,kv,lat,lon,area,load_mw,is_slack,assumed
north,北変電所,500,33.79,130.99,kyushu,400,true,load_mw
east,東変電所,500,33.62,131.12,kyushu,100,false,false
west,西変電所,500,34.06,131.80,chugoku,300,false,
"""
BRANCHES = """\
branch,name,from_bus,to_bus,x_ohm,rating_mw,assumed
ne,北東線,north,east,100,{0},rating_mw
ew,東西線,east,west,100,{0},
wn,西北線,west,north,100,{0},true
"""
GENERATORS = """\
generator,bus,p_mw,max_mw,tech
coal,north,500,1500,coal
atom,north,100,600,nuclear
gas,west,200,200,gas
"""
SCENARIO = """\
format: 1
name: net
title: {{ja: 系統, en: A network}}
years: {{first: 2032, last: 2032}}
time: {{days: [spring_minimum, summer_peak], hours_per_slice: 24}}
demand:
  workloads:
    training: {{kind: it_mw, load: training, by_year: {{2032: 250}}}}
candidates: {{only: [buzen, kanda, shunan, tomakomai]}}
limits: {{reserve: null, carbon: null, forecast: null}}
solver: {{gap_share: 0.0001}}
network: {{file: network{0}}}
"""


def write(folder, more="", rating="9000", **files):
    home = folder / "network"
    home.mkdir(exist_ok=True)
    texts = {"buses": BUSES, "branches": BRANCHES.format(rating), "generators": GENERATORS}
    for name, text in (texts | files).items():
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.format(more), encoding="utf-8")
    return path


def scenario(folder, more="", **changes):
    return load_scenario(write(folder, more, **changes))


def inputs(asked):
    candidates, joined = join_network(asked, find_candidates(asked))
    return candidates, nodal_inputs(asked, joined, pose(asked, candidates).problem)


# --- the plan, by head ---------------------------------------------------------------------------


def test_the_plan_keeps_to_the_network():
    """A ring of 8 MW carries 8 of the 20 MW of `cheap` after an outage; the rest goes elsewhere."""
    plan = choose_sites(two_sites(), EXACT, network=case_grid(ring(3), 8.0, {"cheap": 1}))
    mw = plan.sites["contract_mw"].xs(2026, level="fiscal_year")
    assert mw["cheap"] == pytest.approx(8.0, abs=1e-3)
    assert mw["dear"] == pytest.approx(22.0, abs=1e-3)
    # 10 + 8 for the one, 10 + 3 x 22 for the other
    assert plan.record.cost_myen == pytest.approx(94.0, abs=1e-2)
    assert plan.network.places == (("peak", 2026),)
    # 2/3 of 8 MW take the direct way, 1/3 the other
    assert np.abs(plan.network.flow_mw[0]) == pytest.approx([16 / 3, 8 / 3, 8 / 3], abs=1e-3)
    assert (plan.limits["limit"] == "respect_network").any()


def test_a_network_that_never_binds_changes_nothing():
    free = choose_sites(two_sites(), EXACT)
    plan = choose_sites(two_sites(), EXACT, network=case_grid(ring(3), 900.0, {"cheap": 1}))
    assert plan.record.cost_myen == pytest.approx(free.record.cost_myen, rel=1e-9)
    assert plan.network.certificate.rows_added == 0
    assert plan.network.rows.empty
    assert free.network is None


def test_both_sides_of_a_clash_with_the_network_are_named():
    """Too much is asked of a ring of 4 MW and of a bank of 10 MW together."""
    problem = two_sites(
        groups=headroom({("bank", 2026): 10.0}), group_sites=members(bank=["cheap"])
    )
    network = case_grid(ring(3), 4.0, {"dear": 1})
    with pytest.raises(InfeasibleError) as caught:
        choose_sites(problem, EXACT, network=network)
    found = with_network(explain_clash(problem, network=network), caught.value)
    by = {clash.limit: clash for clash in found.clashes}
    # `cheap` has 10 MW of headroom and `dear` 4 MW of ring: 16 of 30 MW are missing ...
    assert by["demand.workloads"].relax_by == pytest.approx(16.0, abs=0.01)
    # ... and `cheap` may have 20 MW at most, so more headroom alone does not help
    assert "headroom" not in by
    assert by["network rating"].relax_by >= 16.0 - 0.01
    assert "after the outage of" in by["network rating"].where


def test_a_clash_without_the_network_is_explained_as_before():
    problem = two_sites(groups=headroom({("bank", 2026): 5.0}), group_sites=members(bank=["dear"]))
    found = explain_clash(problem, network=case_grid(ring(3), 900.0, {"cheap": 1}))
    plain = explain_clash(problem)
    assert [c.limit for c in found.clashes] == [c.limit for c in plain.clashes]
    assert [c.relax_by for c in found.clashes] == pytest.approx(
        [c.relax_by for c in plain.clashes], abs=1e-3
    )
    assert with_network(found, InfeasibleError("none")) is found


def test_the_base_dispatch_keeps_to_the_network_too():
    """What the network costs without any site is not a cost of the sites."""
    problem = random_problem(3, sites=3, years=(2026, 2028))
    network = slice_grid(3, problem, spare=(500.0, 600.0))
    assert base_dispatch(problem, network).cost_myen == pytest.approx(
        base_dispatch(problem).cost_myen, rel=1e-6
    )
    costs = []
    for rating in (200.0, 70.0, 40.0):  # ample, then supply has to move
        tight = replace(network, rating_mw=np.full(len(network.branches), rating))
        costs.append(base_dispatch(problem, tight).cost_myen)
    assert costs[0] < costs[1] < costs[2]


def test_only_sites_of_one_node_stand_in_for_each_other():
    problem = two_sites(
        sites=site_table(
            a={"min_mw": 10.0, "max_mw": 10.0},
            b={"min_mw": 10.0, "max_mw": 10.0},
        ),
        costs=cost_table(a=(10, 1), b=(20, 1)),
        groups=headroom({("bank", 2026): 10.0}),
        group_sites=members(bank=["a", "b"]),
    )
    assert needless_sites(problem, ["a", "b"]) == {"b": "a"}
    one = pd.Series({"a": "n1", "b": "n1"})
    assert needless_sites(problem, ["a", "b"], one) == {"b": "a"}
    assert needless_sites(problem, ["a", "b"], pd.Series({"a": "n1", "b": "n2"})) == {}
    assert needless_sites(problem, ["a", "b"], pd.Series({"b": "n2"})) == {}
    wetter = replace(problem, sites=problem.sites.assign(pue_annual=[1.0, 1.1]))
    assert needless_sites(wetter, ["a", "b"]) == {"b": "a"}
    assert needless_sites(wetter, ["a", "b"], one) == {}


# --- the section and its files -------------------------------------------------------------------


def test_sites_join_the_nearest_bus_of_their_area_or_the_stated_one(tmp_path):
    candidates, made = inputs(scenario(tmp_path, ", sites: {buzen: north}"))
    sites = made.joined.sites
    assert sites["bus"].to_dict() == {"buzen": "north", "kanda": "north", "shunan": "west"}
    assert sites["stated"].to_dict() == {"buzen": True, "kanda": False, "shunan": False}
    assert sites.at["shunan", "km"] < 1
    assert sites.at["buzen", "km"] == pytest.approx(22.4, abs=0.5)
    assert "tomakomai" in candidates.usable.index  # another area: the network does not see it


def test_a_site_far_from_every_bus_is_left_out(tmp_path):
    buses = BUSES.replace("33.62,131.12", "33.2,131.6").replace("33.79,130.99", "33.79,130.9")
    candidates, made = inputs(scenario(tmp_path, ", max_site_km: 15", buses=buses))
    assert candidates.table.at["buzen", "reason"] == "no_bus"
    assert "buzen" not in made.joined.sites.index
    assert made.joined.sites.at["kanda", "bus"] == "north"


def test_who_supplies_the_sites(tmp_path):
    """Room: 1000 of coal and 500 of nuclear at north, none at west: all at north, 1,500 MW."""
    _, made = inputs(scenario(tmp_path))
    assert made.grid.pickup_share.loc[""].to_dict() == {"north": 1.0, "east": 0.0, "west": 0.0}
    assert made.room_mw == pytest.approx(1500.0)
    _, slack = inputs(scenario(tmp_path, ", pickup: slack"))
    assert slack.room_mw == np.inf
    base = made.grid.base_mw.loc["network"].to_dict()
    assert base == pytest.approx({"north": 200.0, "east": -100.0, "west": -100.0})


def test_typical_days_spread_supply_and_demand(tmp_path):
    ties = "{chugoku-shikoku: west, kansai-chugoku: {chugoku: west}}"
    _, made = inputs(scenario(tmp_path, f", days: true, ties: {ties}"))
    grid = made.grid
    supply = {key: part.droplevel([0, 1]) for key, part in grid.supply_share.groupby(level=[0, 1])}
    assert grid.demand_share["kyushu"].to_dict() == pytest.approx({"north": 0.8, "east": 0.2})
    assert supply["kyushu", "nuclear"].to_dict() == {"north": 1.0}
    assert supply["chugoku", "gas"].to_dict() == {"west": 1.0}
    # no solar plant in the file: like the demand, and said so
    assert supply["kyushu", "solar"].to_dict() == pytest.approx({"north": 0.8, "east": 0.2})
    assert ("kyushu", "solar") in made.like_demand
    assert ("kyushu", "coal") not in made.like_demand
    assert grid.tie_node.to_dict() == {
        ("chugoku-shikoku", "chugoku"): "west",
        ("kansai-chugoku", "chugoku"): "west",
    }
    first = "/".join(made.like_demand[0])
    assert first in " ".join(text["en"] for text in network_unknowns(made))


def test_everything_wrong_is_one_list(tmp_path):
    more = (
        ", days: true, sites: {nowhere: north, buzen: nroth, tomakomai: west}, "
        "ties: {kanmon: west, chugoku-kyushu: west, chugoku-shikoku: far}"
    )
    buses = BUSES.replace(",300,false", ",0,false")
    generators = GENERATORS.replace("200,200", "200,")
    asked = scenario(tmp_path, more, buses=buses, generators=generators)
    text = "\n".join(map(str, find_study_problems(asked)))
    for part in (
        "site 'nowhere'",
        "bus 'nroth'",
        "Did you mean north?",
        "a site of hokkaido",
        "tie 'kanmon'",
        "lines inside are branches",
        "bus 'far'",
        "no bus for kansai-chugoku in chugoku",
        "no load_mw at the buses of chugoku",
        "generators.gas.max_mw",
    ):
        assert part in text, part
    assert [str(p) for p in check_study(asked)] == text.split("\n")


def test_faults_of_the_network_files_are_told_by_line(tmp_path):
    asked = scenario(
        tmp_path,
        buses=BUSES.replace("load_mw\n", "loud_mw\n"),
        branches=BRANCHES.format("-5"),
        generators=GENERATORS.replace("nuclear", "atomic"),
    )
    problems = list(find_study_problems(asked))
    assert {(p.file.rpartition("/")[2], p.line) for p in problems} >= {
        ("buses.csv", 2),
        ("branches.csv", 2),
        ("generators.csv", 3),
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (", stress: false", "the network would limit nothing"),
        (", draw_share: 2", "a number of 1 or less"),
        (", fiel: x", "fiel"),
    ],
)
def test_the_section_is_checked(tmp_path, more, said):
    assert said in "\n".join(map(str, find_problems(write(tmp_path, more))))


def test_the_folder_must_be_there_and_below_the_scenario(tmp_path):
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8")
    for file, said in (("netwrok", "a file or folder in"), ("../other", "below the scenario's")):
        path.write_text(text.replace("file: network", f"file: {file}"), encoding="utf-8")
        assert said in str(find_problems(path)[0])


def test_islands_and_networks_that_see_no_site_are_refused(tmp_path):
    no_area = BUSES.replace("kyushu", "").replace("chugoku", "")
    cut = BRANCHES.format("900").replace("ew,東西線", "# ").replace("wn,西北線", "# ")
    slacks = no_area.replace("300,false", "300,true")
    text = "\n".join(map(str, find_study_problems(scenario(tmp_path, buses=slacks, branches=cut))))
    assert "2 islands" in text
    assert "no site on any bus" in text


def test_the_hash_and_the_lock_follow_the_files_of_the_folder(tmp_path):
    asked = scenario(tmp_path)
    assert [p.name for p in user_files(asked)] == ["branches.csv", "buses.csv", "generators.csv"]
    first = content_hash(asked)
    lock = tmp_path / "again.yaml"
    lock.write_text(lock_text(asked), encoding="utf-8")
    assert content_hash(load_scenario(lock)) == first
    assert load_scenario(lock).network == asked.network
    (tmp_path / "network" / "README.md").write_text("words", encoding="utf-8")
    assert content_hash(asked) == first
    assert content_hash(scenario(tmp_path, rating="8000")) != first


def test_a_base_case_that_does_not_hold_names_branch_and_outage(tmp_path):
    """100 MW for east and 100 for west: with one way out the other carries all 200 MW."""
    with pytest.raises(InfeasibleError) as caught:
        inputs(scenario(tmp_path, rating="150"))
    text = str(caught.value)
    assert "before any site is added" in text
    assert "ne after the outage of wn" in text
    assert caught.value.clashes[0].relax_by == pytest.approx(50.0, abs=1e-6)
    assert caught.value.exit_code == 3
    inputs(scenario(tmp_path, ", n1: false", rating="150"))


def test_assumed_cells_are_told(tmp_path):
    _, made = inputs(scenario(tmp_path))
    table = made.joined.opened.network.assumed
    told = set(zip(table["table"], table["key"], table["column"], strict=True))
    assert told == {
        ("buses", "north", "load_mw"),
        ("branches", "ne", "rating_mw"),
        ("branches", "wn", "x_pu"),
        ("branches", "wn", "rating_mw"),
    }


# --- whole studies -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def free_study(tmp_path_factory):
    return make_study(scenario(tmp_path_factory.mktemp("free")))


@pytest.fixture(scope="module")
def tight_study(tmp_path_factory):
    """310 MW a way: 200 MW for today's loads at worst leave 110 MW at east and west together."""
    return make_study(scenario(tmp_path_factory.mktemp("tight"), rating="310"))


def drawn(study, *sites):
    mw = study.plan.sites["contract_mw"].xs(2032, level="fiscal_year")
    return float(mw.reindex(list(sites)).fillna(0.0).sum())


def test_ample_ratings_give_the_plan_without_a_network(free_study, tmp_path):
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("network: {file: network}", "network: null"), encoding="utf-8")
    plain = make_study(load_scenario(path))
    assert plain.plan.record.cost_myen == pytest.approx(free_study.plan.record.cost_myen, rel=1e-4)
    assert plain.answer.summary["network"] is None
    assert free_study.answer.summary["network"]["binding"] == []


def test_tight_ratings_hold_sites_back_and_say_where(tight_study):
    """After the loss of one way, what is drawn behind the other is at most 310 - 200 MW."""
    assert drawn(tight_study, "buzen", "shunan") <= 110.0 + 0.01
    network = tight_study.answer.summary["network"]
    refused = {row["site"]: row for row in network["refusals"]}
    left_out = refused["buzen"]  # at least 300 MW at 220 kV
    assert left_out["kept_out"]
    assert left_out["room_mw"] <= 110.0 + 0.01
    assert {left_out["branch"], left_out["outage"]} <= {"ne", "wn", "ew"}
    assert left_out["outage"] != ""
    assert left_out["branch_name"] in {"北東線", "西北線", "東西線"}
    assert network["certificate"]["worst_over_mw"] <= 0.002
    assert network["certificate"]["flows_checked"] == 3 * 4


def test_the_summary_says_what_the_network_is(tight_study):
    network = tight_study.answer.summary["network"]
    assert {k: network[k] for k in ("buses", "branches", "n1", "stress", "days", "assumed")} == {
        "buses": 3,
        "branches": 3,
        "n1": True,
        "stress": True,
        "days": False,
        "assumed": 4,
    }
    assert network["areas"] == ["kyushu", "chugoku"]
    assert network["assumed_columns"] == ["load_mw", "rating_mw", "x_pu"]
    lines = {row["branch"]: row for row in network["lines"]}
    for row in lines.values():
        assert row["coords"][0] != row["coords"][1]
        assert row["worst_share"] <= 1.0 + 1e-4
        assert abs(row["flow_mw"]) <= row["worst_share"] * row["rating_mw"] + 1e-6
    assert lines["ne"]["coords"] == [[33.79, 130.99], [33.62, 131.12]]
    said = " ".join(text["en"] for text in tight_study.answer.summary["unknowns"])
    assert "4 values of the network are not published but assumed" in said


def test_typical_days_on_the_network_answer(tmp_path):
    ties = "{chugoku-shikoku: west, kansai-chugoku: west}"
    study = make_study(scenario(tmp_path, f", stress: false, days: true, ties: {ties}"))
    network = study.answer.summary["network"]
    assert network["days"]
    assert "kyushu/solar" in network["like_demand"]
    # two slices, one year, 3 branches with none and each of 3 outages
    assert network["certificate"]["flows_checked"] == 2 * 3 * 4
    assert {row["place"] for row in network["lines"]} <= set(
        study.question.problem.dispatch.slices.index
    )


def test_days_that_overload_the_network_by_themselves_say_so(tmp_path):
    ties = "{chugoku-shikoku: west, kansai-chugoku: west}"
    asked = scenario(tmp_path, f", stress: false, days: true, ties: {ties}", rating="10")
    said = r"cannot carry today's demand.*after the outage of"
    with pytest.raises(InfeasibleError, match=said) as caught:
        make_study(asked)
    assert {clash.where.split(",")[0] for clash in caught.value.clashes} <= {"kyushu", "chugoku"}


def test_names_the_network_does_not_know_stop_a_run_too(tmp_path):
    with pytest.raises(InputError, match="nroth"):
        make_study(scenario(tmp_path, ", sites: {buzen: nroth}"))
