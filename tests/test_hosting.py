"""Hosting capacity at fixed dispatch."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from grid.hosting import hosting_fixed
from grid.hosting_base import base_overloads
from grid.hosting_case import Question, case_of
from grid.hosting_run import Run
from tests.hosting_brute import (
    capacity,
    cut_off,
    mesh,
    overloaded,
    random_case_network,
    two_buses,
    two_sources,
)
from tests.made_networks import changed, line, network, ring

NAN = float("nan")
SEEDS = st.integers(0, 100_000)


def test_radial_line_hosts_its_rating_but_nothing_after_an_outage():
    table = hosting_fixed(case_of(two_buses(100.0)))
    assert table.loc["b", "n0_mw"] == pytest.approx(60)
    assert table.loc["b", ["n0_branch", "n0_reason"]].tolist() == ["l0", "branch"]
    assert table.loc["b", ["n1_mw", "n1_branch", "n1_outage", "n1_reason"]].tolist() == [
        0.0, "l0", "l0", "cut_off"]  # fmt: skip


def test_excluded_islanding_outages_are_not_looked_at():
    table = hosting_fixed(case_of(two_buses(100.0), Question(islanding="excluded")))
    assert table.loc["b", "n1_mw"] == pytest.approx(60)
    assert table.loc["b", "n1_outage"] == ""


def test_parallel_lines_share_by_reactance():
    # l1 has half the reactance of l0, so it carries two thirds: (120 * 3/2) - 40 = 140 with both
    table = hosting_fixed(case_of(two_buses(100.0, 120.0, x_pu=(0.2, 0.1))))
    assert table.loc["b", "n0_mw"] == pytest.approx(140)
    assert table.loc["b", "n0_branch"] == "l1"
    # after the outage of l1 all runs over l0
    assert table.loc["b", "n1_mw"] == pytest.approx(60)
    assert table.loc["b", ["n1_branch", "n1_outage"]].tolist() == ["l0", "l1"]


def test_ring_by_head():
    # flows ab 40, bc 10, ac 50; load at c takes 2/3 by ac and 1/3 by ab
    table = hosting_fixed(case_of(ring()))
    assert table.loc["c", "n0_mw"] == pytest.approx(75)
    assert table.loc["c", "n1_mw"] == pytest.approx(10)
    # without ac everything runs over ab, without ab over ac: 90 MW each
    assert table.loc["c", ["n1_branch", "n1_outage"]].tolist() == ["ab", "ac"]
    assert table.loc["b", "n1_mw"] == pytest.approx(10)


def test_slack_hosts_without_limit_if_its_size_is_unknown():
    row = hosting_fixed(case_of(two_buses(100.0, 100.0, max_mw=NAN))).loc["a"]
    assert np.isnan(row["n0_mw"])
    assert np.isnan(row["n1_mw"])
    assert row[["n0_reason", "n1_reason", "n1_branch"]].tolist() == ["unlimited", "unlimited", ""]


def test_generation_is_the_limit_where_it_is_known():
    row = hosting_fixed(case_of(two_buses(100.0, 100.0, max_mw=70.0))).loc["b"]
    assert row["n0_mw"] == pytest.approx(30)
    assert row[["n0_reason", "n0_branch", "n1_reason"]].tolist() == ["generation", "", "generation"]


def test_slack_room_counts_what_the_set_points_leave_open():
    # 40 MW of load, 0 MW set: the slack makes 40 of its 70 MW
    unset = changed(two_buses(100.0, 100.0, max_mw=70.0), "generators", "g", p_mw=0.0)
    assert hosting_fixed(case_of(unset)).loc["b", "n0_mw"] == pytest.approx(30)


@pytest.mark.parametrize(
    ("rule", "expected_mw", "branch"),
    [
        ("slack", 10.0, "ab"),  # all over ab, 190 - 180
        ("room", 40.0, "ab"),  # a quarter over ab: 10 / 0.25; bc would bear 50 / 0.75
        ("capacity", 15.0, "ab"),  # two thirds over ab
    ],
)
def test_balancing_rules_by_head(rule, expected_mw, branch):
    row = hosting_fixed(case_of(two_sources(), Question(rule=rule))).loc["b"]
    assert row["n0_mw"] == pytest.approx(expected_mw)
    assert row["n0_branch"] == branch


def test_rules_that_need_a_maximum_name_each_generator_without():
    unknown = two_sources()
    unknown = changed(unknown, "generators", "ga", max_mw=NAN)
    unknown = changed(unknown, "generators", "gc", max_mw=NAN)
    with pytest.raises(InputError) as caught:
        case_of(unknown, Question(rule="room"))
    assert [p.where for p in caught.value.problems] == [
        "generators.ga.max_mw", "generators.gc.max_mw"]  # fmt: skip


def test_unknown_words_and_buses_are_refused():
    with pytest.raises(InputError, match="rule"):
        case_of(ring(), Question(rule="load"))
    with pytest.raises(InputError, match="islanding") as caught:
        case_of(ring(), Question(islanding="?", base="?"))
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="nowhere"):
        hosting_fixed(case_of(ring()), ["b", "nowhere"])


def test_overloaded_base_is_said_and_hosts_nothing():
    case = case_of(changed(ring(), "branches", "ac", rating_mw=45.0))
    said = base_overloads(case)
    assert said.iloc[0].tolist() == ["ac", "ab", 90.0, 45.0, 45.0]
    assert said.iloc[1].tolist() == ["ac", "", pytest.approx(50.0), 45.0, pytest.approx(5.0)]
    table = hosting_fixed(case)
    assert (table[["n0_mw", "n1_mw"]] == 0).all(axis=None)
    assert set(table["n0_reason"]) == {"base"}
    assert set(table["n1_branch"]) == {"ac"}


def test_base_that_holds_until_an_outage_hosts_with_all_in_service():
    case = case_of(changed(ring(), "branches", "ac", rating_mw=60.0))
    table = hosting_fixed(case)
    assert table.loc["b", "n0_mw"] == pytest.approx(30)
    assert table.loc["b", ["n1_mw", "n1_branch", "n1_outage", "n1_reason"]].tolist() == [
        0.0, "ac", "ab", "base"]  # fmt: skip


def test_an_overload_that_may_stay_must_not_grow():
    # ab carries 40 of 30 MW; a load at c adds to ab, at the slack to nothing
    case = case_of(changed(ring(), "branches", "ab", rating_mw=30.0), Question(base="no_worse"))
    table = hosting_fixed(case)
    assert table.loc["c", ["n0_mw", "n0_branch", "n0_reason"]].tolist() == [0.0, "ab", "base"]
    assert np.isnan(table.loc["a", "n0_mw"])


def test_an_overload_stops_only_its_own_island():
    both = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 40.0},
         {"bus": "c", "is_slack": True}, {"bus": "d", "load_mw": 40.0}],
        [line("ab", "a", "b", rating_mw=30.0), line("cd", "c", "d", rating_mw=100.0)],
        [{"generator": "g", "bus": "a"}, {"generator": "h", "bus": "c"}],
    )  # fmt: skip
    table = hosting_fixed(case_of(both))
    assert table["n0_mw"].loc[["a", "b"]].tolist() == [0.0, 0.0]
    assert table.loc["d", "n0_mw"] == pytest.approx(60)


def test_losing_a_radial_plant_moves_its_output_to_those_who_share():
    # plant p behind pb feeds 50 of the 60 MW at b; without it both lines from a carry 30 each
    net = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 60.0}, {"bus": "p"}],
        [line("l1", "a", "b", rating_mw=50.0), line("l2", "a", "b", rating_mw=50.0),
         line("pb", "p", "b", rating_mw=100.0)],
        [{"generator": "g", "bus": "a", "p_mw": 10.0},
         {"generator": "p", "bus": "p", "p_mw": 50.0}],
    )  # fmt: skip
    row = hosting_fixed(case_of(net)).loc["b"]
    # pb out: 60 + d over two lines of 50 MW; one line out: 10 + d over the other
    assert row["n1_mw"] == pytest.approx(40)
    doubled = changed(net, "generators", "p", p_mw=0.0)
    assert hosting_fixed(case_of(doubled)).loc["b", "n1_reason"] == "base"


def test_joined_buses_share_a_row():
    linked = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 40.0}, {"bus": "b2"}],
        [line("l1", "a", "b"), line("coupler", "b", "b2", kind="link", x_pu=0.0, rating_mw=NAN)],
        [{"generator": "g", "bus": "a"}],
    )
    table = hosting_fixed(case_of(linked))
    assert table.index.tolist() == ["a", "b", "b2"]
    assert table.loc["b2"].equals(table.loc["b"])


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans(), st.sampled_from(["slack", "room", "capacity"]))
def test_equals_removal_of_branches_and_bisection(seed, radial, rule):
    case = case_of(random_case_network(seed, radial=radial), Question(rule=rule))
    table = hosting_fixed(case)
    for security in ("n0", "n1"):
        if overloaded(case, case.injection_mw, security=security) > 1e-6:
            is_base = table[f"{security}_reason"] == "base"
            off = [security == "n1" and cut_off(case, case.grid.bus_of[b]) for b in table.index]
            assert (is_base | np.array(off)).all()
            continue
        expected = [capacity(case, case.grid.bus_of[b], security=security) for b in table.index]
        found = table[f"{security}_mw"].fillna(4096.0).clip(upper=4096.0)
        assert found.to_numpy() == pytest.approx(expected, abs=1e-4)


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.sampled_from(["strict", "no_worse"]))
def test_an_outage_never_helps_and_a_rating_never_hurts(seed, base):
    net = random_case_network(seed)
    wider = replace(net, branches=net.branches.assign(rating_mw=net.branches["rating_mw"] * 1.3))
    table = hosting_fixed(case_of(net, Question(base=base)))
    assert (table["n1_mw"].fillna(np.inf) <= table["n0_mw"].fillna(np.inf) + 1e-6).all()
    # an overload that may stay is a limit of its own, so only strict capacity grows with ratings
    if base == "strict":
        after = hosting_fixed(case_of(wider))
        for column in ("n0_mw", "n1_mw"):
            assert (after[column].fillna(np.inf) >= table[column].fillna(np.inf) - 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_binding_pair_is_at_its_rating(seed):
    case = case_of(random_case_network(seed))
    table = hosting_fixed(case)
    for bus, row in table[table["n1_reason"] == "branch"].iterrows():
        flow = case.flow_mw + case.influence[:, case.grid.bus_of[bus]] * row["n1_mw"]
        b = case.grid.branches.index(row["n1_branch"])
        if row["n1_outage"]:
            k = case.grid.branches.index(row["n1_outage"])
            flow = flow + case.outages.factor[:, k] * flow[k]
        assert abs(flow[b]) == pytest.approx(case.rating_mw[b])


def test_screening_leaves_out_no_pair_that_binds():
    """A network of 90 buses, so that blocks and bounds matter, against every pair divided."""
    case = case_of(mesh(9, 10))
    table = hosting_fixed(case)
    influence, factor = case.influence, case.outages.factor
    for bus in table.index[::7]:
        s = influence[:, case.grid.bus_of[bus]]
        flow, slope = case.flow_mw[:, None] + factor * case.flow_mw, s[:, None] + factor * s
        room = np.where(slope > 0, case.rating_mw[:, None] - flow, case.rating_mw[:, None] + flow)
        steep = np.abs(slope) > 1e-7
        least = (room[steep] / np.abs(slope[steep])).min(initial=np.inf)
        expected = min(least, table.loc[bus, "n0_mw"] if bus != "n0_0" else np.inf)
        found = table.loc[bus, "n1_mw"]
        assert (np.isinf(expected) and np.isnan(found)) or found == pytest.approx(expected)


class StoppedError(Exception):
    pass


def test_stopped_study_goes_on_where_it_stopped():
    case = case_of(mesh(9, 10))
    whole = hosting_fixed(case)
    kept, calls = [], []

    def stop(share, step):
        calls.append(share)
        if share > 0:
            raise StoppedError

    with pytest.raises(StoppedError):
        hosting_fixed(case, run=Run(progress=stop, keep=kept.append))
    done = pd.concat(kept)
    assert 0 < len(done) < len(whole)
    again = hosting_fixed(case, run=Run(done=done, keep=kept.append))
    assert sum(map(len, kept)) == len(whole)
    pd.testing.assert_frame_equal(again, whole, check_exact=False)


def test_all_rows_done_means_nothing_to_do():
    case = case_of(ring())
    whole = hosting_fixed(case)
    shares = []
    again = hosting_fixed(case, run=Run(lambda share, step: shares.append(share), done=whole))
    assert shares == [1.0]
    pd.testing.assert_frame_equal(again, whole)
