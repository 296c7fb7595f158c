"""Cases after a reinforcement from the case before it, against the same built anew."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.hosting_case import Question, case_of
from grid.hosting_work_case import case_with_work
from grid.hosting_works import WORK_COLUMNS, with_work
from grid.powerflow import angle_factors
from tests.hosting_brute import random_case_network
from tests.made_networks import line, network, random_network
from tests.pandapower_peer import peer_case

NAN = float("nan")
SEEDS = st.integers(0, 100_000)
ARRAYS = ("ptdf", "flow_mw", "rating_mw", "injection_mw")


def work(name, *values):
    return pd.Series(dict(zip(WORK_COLUMNS, values, strict=True)), name=name)


def circuit(start, end, x_pu=0.05, rating_mw=150.0):
    return work("new", "new_circuit", NAN, start, end, x_pu, rating_mw, 500.0, 3.0)


def upgrade(branch, x_pu=NAN, rating_mw=321.0):
    return work("up", "upgrade", branch, NAN, NAN, x_pu, rating_mw, 500.0, 3.0)


def assert_same(net, asked, question=None):
    case, after = case_of(net, question), with_work(net, asked)
    quick, anew = case_with_work(case, net, asked, after), case_of(after, question)
    assert quick.grid.branches == anew.grid.branches
    scale = 1 + np.abs(anew.flow_mw).max()
    for name in ARRAYS:
        mine, its = getattr(quick, name), getattr(anew, name)
        np.testing.assert_allclose(mine, its, rtol=1e-9, atol=1e-9 * scale, err_msg=name)
    np.testing.assert_allclose(quick.outages.factor, anew.outages.factor, rtol=1e-9, atol=1e-9)
    assert quick.outages.cut_off_by.tolist() == anew.outages.cut_off_by.tolist()
    assert quick.outages.islanding.tolist() == anew.outages.islanding.tolist()
    return quick


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(0.01, 0.5), st.sampled_from(["slack", "capacity"]))
def test_a_new_circuit_is_the_network_built_anew(seed, x_pu, rule):
    net = random_case_network(seed)
    first, last = net.buses.index[0], net.buses.index[-1]
    assert_same(net, circuit(first, last, x_pu), Question(rule=rule))


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(0.01, 0.5), st.integers(1, 2))
def test_an_upgrade_with_taps_shifts_and_islands_is_the_network_built_anew(seed, x_pu, islands):
    net = random_network(seed, islands)
    branch = net.branches.index[seed % len(net.branches)]
    quick = assert_same(net, upgrade(branch, x_pu))
    assert quick.rating_mw[quick.grid.branches.index(branch)] == 321.0


def test_a_rating_alone_shares_all_factors():
    net = random_case_network(3)
    case = case_of(net)
    asked = upgrade(net.branches.index[0])
    after = case_with_work(case, net, asked, with_work(net, asked))
    assert after.ptdf is case.ptdf
    assert after.outages is case.outages
    assert_same(net, asked)


def islands_and_link():
    """a - b and c - d apart; b2 behind a link at b; ab2 out of service."""
    buses = [{"bus": bus, "is_slack": bus in "ac", "load_mw": 5.0} for bus in ("a", "b", "c", "d")]
    lines = [line("ab", "a", "b"), line("cd", "c", "d"), line("ba", "a", "b", in_service=False)]
    coupler = line("bb2", "b", "b2", kind="link", x_pu=0.0, rating_mw=NAN)
    makes = [{"generator": f"g{bus}", "bus": bus, "p_mw": 5.0} for bus in "ac"]
    return network([*buses, {"bus": "b2"}], [*lines, coupler], makes)


@pytest.mark.parametrize(
    "asked",
    [
        circuit("a", "b2"),
        circuit("b", "b2"),
        upgrade("ba", 0.2),
        upgrade("bb2"),
        upgrade("cd", 0.3),
    ],
    ids=["over a link", "beside a link", "out of service", "a link", "in the second island"],
)
def test_works_that_are_no_change_of_one_branch_are_right_too(asked):
    assert_same(islands_and_link(), asked)


def test_a_circuit_between_islands_joins_them():
    quick = assert_same(islands_and_link(), circuit("b", "c"))
    assert set(quick.grid.island.tolist()) == {0}


def test_angle_factors_by_head():
    # a - b - c, 0.1 and 0.2 pu at 100 MVA: 1 MW into c over both, 0.001 + 0.002 rad
    chain = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b"}, {"bus": "c"}],
        [line("ab", "a", "b", x_pu=0.1), line("bc", "b", "c", x_pu=0.2)],
        [{"generator": "g", "bus": "a"}],
    )
    case = case_of(chain)
    assert angle_factors(case.grid, 2, 0) == pytest.approx([0.0, 0.001, 0.003])


def test_118_buses():
    net = peer_case("case118")
    assert_same(net, circuit("b11", "b90", 0.03))
    assert_same(net, upgrade("l50", 0.02))
