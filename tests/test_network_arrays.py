import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from grid.network_arrays import grid_of, operating_point
from grid.powerflow import dc_flow_mw
from tests.made_networks import changed, line, network, random_network, ring, without

SLACK = {"bus": "a", "is_slack": True}


def note_about(grid, words):
    return [note for note in grid.notes if words in note]


def test_susceptance_and_shift_by_head():
    net = changed(ring(), "branches", "ab", kind="transformer", x_pu=0.2, ratio=0.95, shift_deg=30)
    grid = grid_of(net)
    # 100 MVA / (0.2 * 0.95) = 526.3 MW per radian; 30 degrees are pi / 6
    assert grid.susceptance_mw[0] == pytest.approx(526.3157894736842)
    assert grid.shift_rad[0] == pytest.approx(np.pi / 6)
    assert grid.susceptance_mw[1:].tolist() == pytest.approx([1000.0, 1000.0])


def test_links_join_buses_also_in_chains():
    buses = [SLACK, *({"bus": name, "load_mw": 1.0} for name in "bcd")]
    links = [line(f"k{i}", *ends, kind="link", x_pu=0.0) for i, ends in enumerate(["bc", "cd"])]
    grid = grid_of(network(buses, [line("ab", "a", "b"), line("ad", "a", "d"), *links]))
    assert grid.buses == ("a", "b")
    assert dict(grid.bus_of) == {"a": 0, "b": 1, "c": 1, "d": 1}
    assert grid.branches == ("ab", "ad")
    assert grid.to_bus.tolist() == [1, 1]
    assert note_about(grid, "link joined") == [
        "2 x link joined, its own rating not checked: k0, k1"
    ]


def test_open_link_joins_nothing():
    buses = [SLACK, {"bus": "b"}, {"bus": "c"}]
    link = line("k", "b", "c", kind="link", in_service=False)
    grid = grid_of(network(buses, [line("ab", "a", "b"), line("bc", "b", "c"), link]))
    assert len(grid.buses) == 3


def test_branch_beside_a_link_is_left_out_by_name():
    buses = [SLACK, {"bus": "b", "load_mw": 5.0}]
    grid = grid_of(network(buses, [line("k", "a", "b", kind="link"), line("ab", "a", "b")]))
    assert grid.branches == ()
    assert note_about(grid, "beside a link")[0].endswith(": ab")


def test_parallel_branches_stay_apart():
    grid = grid_of(network([SLACK, {"bus": "b"}], [line("1", "a", "b"), line("2", "b", "a")]))
    assert grid.branches == ("1", "2")
    assert grid.from_bus.tolist() == [0, 1]


def test_branch_at_a_dead_bus_goes_with_it():
    grid = grid_of(
        changed(changed(ring(), "buses", "b", in_service=False), "buses", "b", load_mw=0)
    )
    assert grid.branches == ("ac",)
    assert "b" not in grid.bus_of
    assert note_about(grid, "branch at a bus out of service")


def test_isolated_bus_with_nothing_is_left_out_by_name():
    grid = grid_of(
        network([SLACK, {"bus": "b", "load_mw": 5.0}, {"bus": "c"}], [line("ab", "a", "b")])
    )
    assert grid.buses == ("a", "b")
    assert note_about(grid, "island without slack, load and generator")[0].endswith(": c")


def test_isolated_bus_with_load_is_refused_by_name():
    net = network([SLACK, {"bus": "c", "load_mw": 5.0}], [])
    with pytest.raises(InputError, match="island of bus c"):
        grid_of(net)


def slack_pair(generators):
    buses = [SLACK, {"bus": "b", "is_slack": True}, {"bus": "c", "load_mw": 1.0}]
    return grid_of(network(buses, [line("ac", "a", "c"), line("bc", "b", "c")], generators))


def test_several_slacks_share_by_stated_size():
    made = [("a", 100.0), ("b", 200.0), ("b", 100.0), ("c", 900.0)]
    rows = [{"generator": f"g{i}", "bus": b, "max_mw": mw} for i, (b, mw) in enumerate(made)]
    assert slack_pair(rows).slack_share.tolist() == [0.25, 0.75, 0.0]


@pytest.mark.parametrize("max_mw", [np.nan, 0.0, np.inf])
def test_several_slacks_share_equally_where_a_size_is_not_stated(max_mw):
    rows = [{"generator": "g", "bus": "a", "max_mw": 100.0}]
    rows += [{"generator": "h", "bus": "b", "max_mw": max_mw}]
    assert slack_pair(rows).slack_share.tolist() == [0.5, 0.5, 0.0]
    assert slack_pair(rows[:1]).slack_share.tolist() == [0.5, 0.5, 0.0]


def test_largest_generator_is_taken_and_said():
    buses = [SLACK, *({"bus": name, "load_mw": 1.0} for name in "bcd")]
    sizes = {"c": 20.0, "d": 30.0}
    rows = [{"generator": f"g_{bus}", "bus": bus, "max_mw": mw} for bus, mw in sizes.items()]
    net = network(buses, [line("ab", "a", "b"), line("cd", "c", "d")], rows)
    with pytest.raises(InputError, match="island of bus c"):
        grid_of(net)
    grid = grid_of(net, take_largest=True)
    assert grid.slack_share.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert note_about(grid, "largest generator")[0].endswith(": g_d")


def test_missing_rating_is_nan_and_said():
    grid = grid_of(changed(ring(), "branches", "bc", rating_mw=np.nan))
    assert np.isnan(grid.rating_mw).tolist() == [False, True, False]
    assert note_about(grid, "without rating")[0].endswith(": bc")


def test_operating_point_counts_what_is_in_service():
    net = changed(ring(), "buses", "c", in_service=False)
    point = operating_point(grid_of(net), net)
    assert point.load_mw.tolist() == [0.0, 30.0]
    assert point.injection_mw.tolist() == [90.0, -30.0]


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_shares_sum_to_one_on_each_island(seed, islands):
    grid = grid_of(random_network(seed, islands))
    assert np.bincount(grid.island, grid.slack_share).tolist() == pytest.approx([1.0] * islands)
    assert (grid.island[grid.from_bus] == grid.island[grid.to_bus]).all()
    assert sorted(set(grid.bus_of.values())) == list(range(len(grid.buses)))


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_link_is_the_limit_of_a_small_reactance(seed):
    net = random_network(seed)
    first = net.branches.index[0]
    joined = changed(net, "branches", first, kind="link", shift_deg=0.0)
    short = changed(net, "branches", first, kind="line", x_pu=1e-9, ratio=1.0, shift_deg=0.0)
    flows = []
    for case in (joined, short):
        grid = grid_of(case)
        flow = dc_flow_mw(grid, operating_point(grid, case).injection_mw)
        flows.append(dict(zip(grid.branches, flow, strict=True)))
    for name, mw in flows[0].items():
        assert mw == pytest.approx(flows[1][name], abs=1e-3)


def test_out_of_service_branch_is_gone():
    assert grid_of(without(ring(), "bc")).branches == ("ab", "ac")
