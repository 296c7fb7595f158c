"""Capacity of several buses together."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InputError
from grid.hosting import hosting_fixed
from grid.hosting_case import Question, case_of
from grid.hosting_joint import Way, joint_capacity, taking_matrix
from grid.hosting_redispatch import hosting_redispatch
from tests.hosting_brute import all_rows, overloaded, random_case_network, two_sources, with_loads
from tests.made_networks import changed, line, network, ring

N0 = Way(security="n0")
SEEDS = st.integers(0, 100_000)


def chain():
    """a - b - c, slack at a, 100 MW on ab, 60 MW on bc."""
    return network(
        [{"bus": "a", "is_slack": True}, {"bus": "b"}, {"bus": "c"}],
        [line("ab", "a", "b", rating_mw=100.0), line("bc", "b", "c", rating_mw=60.0)],
        [{"generator": "g", "bus": "a", "max_mw": 500.0}],
    )


def test_chain_shares_its_first_line():
    joint = joint_capacity(case_of(chain()), ["b", "c"], N0)
    assert joint.total_mw == pytest.approx(100)
    assert joint.alone_mw.tolist() == pytest.approx([100, 60])
    assert joint.not_additive_mw == pytest.approx(60)
    assert (joint.branch, joint.outage, joint.reason) == ("ab", "", "branch")
    assert joint.placed_mw.sum() == pytest.approx(100)


def test_one_bus_takes_from_another_by_head():
    taken = taking_matrix(case_of(chain()), ["b", "c"], N0)
    # the first MW at b leaves c its 60; a MW at c takes one from b
    assert taken.loc["b"].tolist() == pytest.approx([1, 0], abs=1e-5)
    assert taken.loc["c"].tolist() == pytest.approx([1, 1], abs=1e-5)
    # 70 MW at b leave 30 of 60 at c
    block = taking_matrix(case_of(chain()), ["b", "c"], N0, block_mw=70.0)
    assert block.loc["b"].tolist() == pytest.approx([1, 30 / 70])
    assert block.loc["c"].isna().all()  # it cannot host 70 MW


def test_nothing_is_lost_between_islands():
    both = network(
        [
            {"bus": "a", "is_slack": True},
            {"bus": "b"},
            {"bus": "c", "is_slack": True},
            {"bus": "d"},
        ],
        [line("ab", "a", "b", rating_mw=30.0), line("cd", "c", "d", rating_mw=100.0)],
        [{"generator": "g", "bus": "a"}, {"generator": "h", "bus": "c"}],
    )
    case = case_of(both)
    assert joint_capacity(case, ["b", "d"], N0).not_additive_mw == pytest.approx(0, abs=1e-6)
    assert taking_matrix(case, ["b", "d"], N0).to_numpy() == pytest.approx(np.eye(2), abs=1e-5)


def relief():
    """Equal reactances; a load at a sends a third over ab towards a, a load at b towards b."""
    lines = [line("sa", "s", "a", rating_mw=500.0), line("sb", "s", "b", rating_mw=500.0)]
    return network(
        [{"bus": "s", "is_slack": True}, {"bus": "a"}, {"bus": "b"}],
        [*lines, line("ab", "a", "b", rating_mw=10.0)],
        [{"generator": "g", "bus": "s"}],
    )


def test_a_load_may_relieve_another():
    case = case_of(relief())
    taken = taking_matrix(case, ["a", "b"], N0)
    assert taken.to_numpy() == pytest.approx(np.array([[1.0, -1.0], [-1.0, 1.0]]), abs=1e-5)
    # the two keep each other in balance until the lines from the slack are full
    joint = joint_capacity(case, ["a", "b"], N0)
    assert joint.alone_mw.tolist() == pytest.approx([30, 30])
    assert joint.total_mw == pytest.approx(1000)


def test_redispatch_gives_the_joint_capacity_more():
    case = case_of(two_sources())
    fixed = joint_capacity(case, ["b", "c"], N0)
    moved = joint_capacity(case, ["b", "c"], Way("redispatch", "n0"))
    assert fixed.total_mw == pytest.approx(10)
    assert fixed.reason == "branch"
    # all 300 MW can be made and reach b or c
    assert moved.total_mw == pytest.approx(70)
    assert moved.total_mw > fixed.total_mw


def test_generation_caps_the_sum_not_each():
    case = case_of(changed(chain(), "generators", "g", max_mw=50.0))
    joint = joint_capacity(case, ["b", "c"], N0)
    assert joint.total_mw == pytest.approx(50)
    assert joint.alone_mw.tolist() == pytest.approx([50, 50])
    assert joint.reason == "generation"


def test_cut_off_buses_host_nothing_together():
    joint = joint_capacity(case_of(chain()), ["b", "c"])
    assert joint.total_mw == 0
    assert joint.reason == "blocked"


def test_overloaded_base_hosts_nothing_together():
    case = case_of(changed(ring(), "branches", "ac", rating_mw=45.0))
    assert joint_capacity(case, ["b", "c"], N0).reason == "blocked"


def test_bad_questions_are_refused():
    case = case_of(chain())
    with pytest.raises(InputError, match="b twice"):
        joint_capacity(case, ["b", "b"])
    with pytest.raises(InputError, match="at least one"):
        joint_capacity(case, [])
    with pytest.raises(InputError, match="nowhere"):
        joint_capacity(case, ["b", "nowhere"])
    with pytest.raises(InputError, match="block_mw"):
        taking_matrix(case, ["b"], block_mw=0.0)


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.sampled_from(["n0", "n1"]))
def test_fixed_joint_equals_all_rows_and_its_placement_holds(seed, security):
    case = case_of(random_case_network(seed, radial=False, rating=(150.0, 400.0)))
    buses = list(case.grid.buses[1:])
    joint = joint_capacity(case, buses, Way(security=security))
    if overloaded(case, case.injection_mw, security=security) > 1e-6:
        assert joint.total_mw == 0
        return
    node = [case.grid.bus_of[b] for b in buses]
    loads = [(n, -1.0) for n in node]
    matrix, zero, limit = all_rows(case, loads, security=security, start=case.injection_mw)
    result = linprog(
        -np.ones(len(node)),
        A_ub=np.vstack([matrix, -matrix, np.ones((1, len(node)))]),
        b_ub=[*(limit - zero), *(limit + zero), case.balancing.most_mw[node[0]]],
    )
    assert result.status == 0
    assert joint.total_mw == pytest.approx(-result.fun, abs=1e-4)
    placed = with_loads(case, dict(zip(node, joint.placed_mw, strict=True)))
    assert overloaded(case, placed, security=security) < 1e-4


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_alone_is_the_table_and_together_is_at_least_the_best_of_them(seed):
    case = case_of(random_case_network(seed, radial=False), Question(rule="room"))
    buses = list(case.grid.buses)
    for dispatch, table in (
        ("fixed", hosting_fixed(case)),
        ("redispatch", hosting_redispatch(case)),
    ):
        joint = joint_capacity(case, buses, Way(dispatch))
        expected = table.loc[buses, "n1_mw"].to_numpy()
        assert joint.alone_mw.to_numpy() == pytest.approx(expected, abs=1e-4, nan_ok=True)
        if dispatch == "fixed":
            assert joint.total_mw >= np.nanmax(expected) - 1e-4


def test_brute_force_on_a_grid_of_placements():
    case = case_of(changed(ring(), "branches", "ab", rating_mw=120.0))
    node = case.grid.bus_of
    joint = joint_capacity(case, ["b", "c"])
    best = max(
        b + c
        for b, c in itertools.product(np.arange(0, 61, 5.0), repeat=2)
        if overloaded(case, with_loads(case, {node["b"]: b, node["c"]: c}), security="n1") < 1e-9
    )
    assert best <= joint.total_mw + 1e-6
    assert joint.total_mw - best <= 5
