"""Which side of a network lives on after an outage that splits it, and what it can then make."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from grid.balancing import generators_on
from grid.hosting import hosting_fixed
from grid.hosting_case import Question, case_of
from grid.hosting_joint import Way, joint_capacity
from grid.hosting_redispatch import hosting_redispatch
from grid.network_arrays import grid_of, operating_point
from grid.outages import living_sides
from tests.hosting_brute import (
    all_rows,
    capacity,
    cut_off,
    islanding,
    living,
    overloaded,
    random_case_network,
    reserve_rows,
)
from tests.made_networks import changed, line, network, random_network

NAN = float("nan")
SEEDS = st.integers(0, 100_000)


def two_areas(**buses):
    """West w1 = w2 and east e1 = e2, a tie between w2 and e1; loads and slacks by bus."""
    rows = [{"bus": bus} | buses.get(bus, {}) for bus in ("w1", "w2", "e1", "e2")]
    pairs = [("w", "w1", "w2"), ("v", "w1", "w2"), ("e", "e1", "e2"), ("f", "e1", "e2")]
    lines = [line(name, a, b, rating_mw=500.0) for name, a, b in pairs]
    return rows, [*lines, line("tie", "w2", "e1", rating_mw=500.0)]


def dark(net, bridge):
    """Buses without supply after the outage of a bridge."""
    grid = grid_of(net)
    point = operating_point(grid, net)
    sides = living_sides(grid, point.load_mw, point.supply_mw)
    at = list(sides.bridges.branch).index(grid.branches.index(bridge))
    return {grid.buses[node] for node in sides.dark(at)}


def plant(bus, max_mw, p_mw=0.0):
    return {"generator": f"g_{bus}", "bus": bus, "p_mw": p_mw, "max_mw": max_mw}


def test_a_radial_load_goes_dark():
    net = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 9.0}], [line("ab", "a", "b")]
    )
    assert dark(net, "ab") == {"b"}


def test_the_network_survives_the_loss_of_the_plant_that_is_its_slack():
    net = network(
        *two_areas(w1={"is_slack": True}, e2={"load_mw": 50.0}),
        [plant("w1", 100.0, 50.0), plant("e1", 80.0)],
    )
    assert dark(net, "tie") == set()
    # nobody but the slack can serve the east: it is lost
    alone = network(*two_areas(w1={"is_slack": True}, e2={"load_mw": 50.0}), [plant("w1", 100.0)])
    assert dark(alone, "tie") == {"e1", "e2"}


@pytest.mark.parametrize(
    ("west_load_mw", "east_max_mw", "lost"),
    [
        (60.0, 500.0, {"e1", "e2"}),  # west serves 60, east 50 of its 50 MW
        (40.0, 500.0, set()),  # east serves 50: it lives, and so does west, by its slack
        (40.0, 30.0, {"e1", "e2"}),  # east can make 30 of its 50 MW only
    ],
)
def test_the_side_that_serves_more_load_lives_and_so_does_a_slack(west_load_mw, east_max_mw, lost):
    buses = {"w1": {"is_slack": True, "load_mw": west_load_mw}, "e2": {"load_mw": 50.0}}
    net = network(*two_areas(**buses), [plant("w1", 500.0), plant("e1", east_max_mw)])
    assert dark(net, "tie") == lost


def test_a_radial_plant_is_lost_however_large():
    buses = {"w1": {"is_slack": True, "load_mw": 10.0}}
    net = network(*two_areas(**buses), [plant("w1", 20.0), plant("e2", 5000.0)])
    assert dark(net, "tie") == {"e1", "e2"}


def test_two_areas_with_a_slack_each_survive_their_tie():
    buses = {"w1": {"is_slack": True, "load_mw": 60.0}, "e2": {"is_slack": True, "load_mw": 40.0}}
    net = network(*two_areas(**buses), [plant("w1", 100.0, 90.0), plant("e2", 50.0, 10.0)])
    assert dark(net, "tie") == set()
    table = hosting_fixed(case_of(net))
    # the tie carries 30 MW; without it west has 100 - 60 and east 50 - 40 MW left
    # shares by size, 2 : 1: with all in service the first to be full is w1, 10 MW / (2/3)
    assert table.loc["w1", ["n1_mw", "n1_outage"]].tolist() == [pytest.approx(15), ""]
    assert table.loc["e1", ["n1_mw", "n1_outage", "n1_reason"]].tolist() == [
        pytest.approx(10), "tie", "generation"]  # fmt: skip


@given(SEEDS, st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_sides_and_lost_load_by_the_graph_alone(seed, islands):
    net = random_network(seed, islands)
    grid = grid_of(net)
    point = operating_point(grid, net)
    sides = living_sides(grid, point.load_mw, point.supply_mw)
    load_mw = point.load_mw + np.arange(len(grid.buses))
    case = _Bare(grid, generators_on(grid, net.generators), point.injection_mw)
    for at, bridge in enumerate(sides.bridges.branch):
        off = np.flatnonzero(~living(case, bridge))
        assert sorted(sides.dark(at)) == off.tolist()
        assert sides.lost_load_mw(load_mw)[at] == pytest.approx(load_mw[off].sum())


class _Bare:
    """What `living` needs of a case."""

    def __init__(self, grid, generators, injection_mw):
        self.grid, self.generators, self.injection_mw = grid, generators, injection_mw


def radial_plant(room_mw):
    """60 MW at b from plant p behind a single line, 50 MW, and over two lines from the slack a."""
    return network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 60.0}, {"bus": "p"}],
        [line("l1", "a", "b", rating_mw=500.0), line("l2", "a", "b", rating_mw=500.0),
         line("pb", "p", "b", rating_mw=100.0)],
        [plant("a", 10.0 + room_mw, 10.0), plant("p", 55.0, 50.0)],
    )  # fmt: skip


def test_what_a_lost_plant_gave_must_fit_within_the_others_maximum():
    row = hosting_fixed(case_of(radial_plant(80.0))).loc["b"]
    assert row["n0_mw"] == pytest.approx(80)
    assert row["n1_mw"] == pytest.approx(30)  # 80 MW of room less the plant's 50
    assert row[["n1_branch", "n1_outage", "n1_reason"]].tolist() == ["", "pb", "generation"]
    short = hosting_fixed(case_of(radial_plant(40.0))).loc["b"]
    assert short["n0_mw"] == pytest.approx(40)
    assert short[["n1_mw", "n1_outage", "n1_reason"]].tolist() == [0.0, "pb", "generation"]


def test_an_unknown_maximum_never_limits():
    net = changed(radial_plant(0.0), "generators", "g_a", max_mw=NAN)
    row = hosting_fixed(case_of(net)).loc["b"]
    # one line out: 500 MW over the other; plant out: 1000 MW over both
    assert row["n1_mw"] == pytest.approx(490)
    assert row["n1_reason"] == "branch"


def test_redispatch_keeps_what_a_lost_plant_gave():
    # 90 + 55 MW can be made; without the plant all must fit into the 90 MW of a
    case = case_of(radial_plant(80.0))
    row = hosting_redispatch(case).loc["b"]
    assert row["n0_mw"] == pytest.approx(85)
    assert row["n1_mw"] == pytest.approx(30)
    assert row[["n1_branch", "n1_outage", "n1_reason"]].tolist() == ["", "pb", "generation"]
    short = hosting_redispatch(case_of(radial_plant(40.0))).loc["b"]
    assert short["n0_mw"] == pytest.approx(45)
    assert short[["n1_mw", "n1_outage", "n1_reason"]].tolist() == [0.0, "pb", "generation"]


def test_several_buses_share_what_is_left_after_the_outage():
    case = case_of(radial_plant(80.0))
    for dispatch in ("fixed", "redispatch"):
        joint = joint_capacity(case, ["a", "b"], Way(dispatch))
        assert joint.total_mw == pytest.approx(30)
        assert (joint.outage, joint.reason) == ("pb", "generation")


def tight(seed, share):
    """A random network whose generators have little room above what is needed."""
    net = random_case_network(seed, rating=(500.0, 900.0))
    need_mw = net.buses["load_mw"].sum()
    table = net.generators
    most = np.maximum(table["p_mw"], need_mw * share)
    return type(net)(net.base_mva, net.buses, net.branches, table.assign(max_mw=most), net.credit)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.sampled_from(["slack", "room", "capacity"]), st.floats(0.4, 2.0))
def test_fixed_dispatch_holds_up_to_its_limit_and_not_beyond(seed, rule, share):
    """Bisection on an own simulation of every outage, with what each node then makes."""
    case = case_of(tight(seed, share), Question(rule=rule))
    assume(overloaded(case, case.injection_mw, security="n1") < -1e-6)
    table = hosting_fixed(case)
    expected = [capacity(case, case.grid.bus_of[bus], security="n1") for bus in table.index]
    found = table["n1_mw"].fillna(4096.0).clip(upper=4096.0)
    assert found.to_numpy() == pytest.approx(expected, abs=1e-4)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.sampled_from(["slack", "room"]), st.floats(0.7, 2.5))
def test_redispatch_equals_the_program_with_every_row_written_down(seed, rule, share):
    case = case_of(tight(seed, share), Question(rule=rule))
    assume(islanding(case.grid))
    g = case.generators
    table = hosting_redispatch(case)
    made = g.at_nodes(g.p_mw, len(case.grid.buses))
    for bus, row in table.iterrows():
        node = case.grid.bus_of[bus]
        if cut_off(case, node):
            assert row["n1_reason"] == "cut_off"
            continue
        of_x = [(node, -1.0), *((n, 1.0) for n in g.node)]
        matrix, zero, limit = all_rows(case, of_x, security="n1")
        more, most = reserve_rows(case, of_x)
        result = linprog(
            [-1.0, *np.zeros(len(g.node))],
            A_ub=np.vstack([matrix, -matrix, more]),
            b_ub=np.concatenate([limit - zero, limit + zero, most]),
            A_eq=[[-1.0, *np.ones(len(g.node))]],
            b_eq=[(made - case.injection_mw).sum()],
            bounds=[(0, None), *zip(g.min_mw, g.max_mw, strict=True)],
        )
        assert result.status in (0, 2)
        expected = -result.fun if result.status == 0 else 0.0
        assert row["n1_mw"] == pytest.approx(expected, abs=1e-4)
