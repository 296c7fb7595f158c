"""Reinforcement options."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from grid.hosting import hosting_fixed
from grid.hosting_case import case_of
from grid.hosting_run import Run
from grid.hosting_works import WORK_COLUMNS, WorksQuestion, rank_works, with_work
from tests.hosting_brute import capacity, overloaded, random_case_network, two_buses
from tests.made_networks import ring

NAN = float("nan")


def options(*rows):
    table = pd.DataFrame(rows, columns=["option", *WORK_COLUMNS]).set_index("option")
    return table


SECOND = ("second", "new_circuit", NAN, "a", "b", 0.1, 100.0, 2000.0, 4.0)
WIDER = ("wider", "upgrade", "l0", NAN, NAN, NAN, 130.0, 300.0, 1.0)


def test_upgrade_and_new_circuit_by_head():
    table = rank_works(
        two_buses(100.0), options(SECOND, WIDER), ["b"], WorksQuestion(security="n0")
    )
    # 40 MW of load: 100 -> 130 MW for 300 Myen; two equal lines bear 200 MW for 2,000
    assert table["option"].tolist() == ["wider", "second"]
    assert table["gained_mw"].tolist() == pytest.approx([30, 100])
    assert table["mw_per_myen"].tolist() == pytest.approx([0.1, 0.05])
    assert table["before_mw"].tolist() == pytest.approx([60, 60])
    assert table["lead_years"].tolist() == [1.0, 4.0]


def test_a_radial_bus_gains_under_n1_only_from_a_second_circuit():
    table = rank_works(two_buses(100.0), options(SECOND, WIDER), ["b"]).set_index("option")
    assert table.loc["second", "gained_mw"] == pytest.approx(60)
    assert table.loc["wider", "gained_mw"] == 0


def test_redispatch_is_measured_too():
    asked = WorksQuestion(dispatch="redispatch", security="n0")
    table = rank_works(two_buses(100.0), options(WIDER), ["b"], asked)
    assert table.loc[0, "gained_mw"] == pytest.approx(30)


def test_a_circuit_can_take_capacity_away():
    # a short circuit from a to c draws the flow of c's load onto a 20 MW line
    weak = ("weak", "new_circuit", NAN, "a", "c", 0.02, 40.0, 100.0, 2.0)
    table = rank_works(ring(), options(weak), ["c"], WorksQuestion(security="n0"))
    assert table.loc[0, "gained_mw"] < 0


def test_unlimited_is_an_infinite_gain():
    free = ("free", "upgrade", "l0", NAN, NAN, NAN, NAN, 300.0, 1.0)
    net = two_buses(100.0, max_mw=NAN)
    table = rank_works(net, options(free), ["b", "a"], WorksQuestion(security="n0"))
    at = table.set_index("bus")
    assert np.isinf(at.loc["b", "gained_mw"])
    assert np.isnan(at.loc["b", "after_mw"])
    assert np.isnan(at.loc["a", "gained_mw"])


def test_every_fault_is_named():
    bad = options(
        ("x", "magic", NAN, NAN, NAN, NAN, 10.0, 1.0, 1.0),
        ("y", "upgrade", "l9", NAN, NAN, NAN, -10.0, 0.0, -1.0),
        ("l0", "new_circuit", NAN, "a", "a", NAN, 10.0, NAN, NAN),
        ("z", "new_circuit", NAN, "a", "q", 0.1, 10.0, 1.0, NAN),
        ("z", "new_circuit", NAN, "a", "b", 0.1, 10.0, 1.0, NAN),
    )
    with pytest.raises(InputError) as caught:
        rank_works(two_buses(100.0), bad, ["b", "nowhere"])
    where = [p.where for p in caught.value.problems]
    assert sorted(where) == sorted(
        ["options", "buses", "options.x.kind", "options.y.branch", "options.y.rating_mw",
         "options.y.cost_myen", "options.y.lead_years", "options", "options.l0.to_bus",
         "options.l0.x_pu", "options.l0.cost_myen", "options.z.to_bus"]
    )  # fmt: skip
    with pytest.raises(InputError, match="no such column"):
        rank_works(two_buses(100.0), bad.drop(columns="cost_myen"), ["b"])


def test_the_network_itself_is_left_alone():
    net = two_buses(100.0)
    before = net.branches.copy()
    work = options(SECOND, WIDER)
    assert with_work(net, work.loc["second"]).branches.index.tolist() == ["l0", "second"]
    assert with_work(net, work.loc["wider"]).branches.loc["l0", "rating_mw"] == 130.0
    pd.testing.assert_frame_equal(net.branches, before)


def test_finished_options_are_not_computed_again():
    net, work = two_buses(100.0), options(SECOND, WIDER)
    kept, steps = [], []
    whole = rank_works(net, work, ["b"], run=Run(lambda *step: steps.append(step), kept.append))
    assert len(kept) == 2
    assert steps[-1][0] == 1.0
    more = []
    again = rank_works(net, work, ["b"], run=Run(keep=more.append, done=kept[0]))
    assert len(more) == 1
    pd.testing.assert_frame_equal(again, whole)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_gain_is_the_difference_of_two_bisections(seed):
    net = random_case_network(seed, radial=False)
    first, last = net.buses.index[0], net.buses.index[-1]
    work = options(("new", "new_circuit", NAN, first, last, 0.05, 150.0, 500.0, 3.0))
    case, after = case_of(net), case_of(with_work(net, work.loc["new"]))
    if any(overloaded(c, c.injection_mw, security="n1") > -1e-6 for c in (case, after)):
        return
    expected = [capacity(c, c.grid.bus_of[last], security="n1") for c in (case, after)]
    table = rank_works(net, work, [last])
    assert table.loc[0, "gained_mw"] == pytest.approx(expected[1] - expected[0], abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_a_higher_rating_never_takes_capacity_away(seed):
    net = random_case_network(seed)
    name = net.branches.index[0]
    rating = float(np.nan_to_num(net.branches.loc[name, "rating_mw"], nan=100.0))
    net.branches.loc[name, "rating_mw"] = rating
    work = options(("up", "upgrade", name, NAN, NAN, NAN, rating * 2, 100.0, 1.0))
    table = rank_works(net, work, list(net.buses.index))
    gained = table["gained_mw"].dropna()
    assert (gained >= -1e-6).all()
    assert hosting_fixed(case_of(net))["n1_mw"].notna().sum() >= len(gained) - 1
