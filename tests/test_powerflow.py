from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.errors import InputError
from grid.network_arrays import grid_of, operating_point
from grid.outages import find_bridges
from grid.powerflow import bridges, dc_flow_mw, factors, lodf, ptdf
from tests.made_networks import changed, cut, line, network, random_network, ring, without
from tests.pandapower_peer import peer_answers

CLOSE = {"rtol": 0, "atol": 1e-9}
seeds = st.integers(0, 100_000)


def dense_ptdf(grid):
    """The same by the pseudo-inverse of the whole matrix: no reference node, nothing sparse."""
    incidence = np.zeros((len(grid.branches), len(grid.buses)))
    rows = np.arange(len(grid.branches))
    incidence[rows, grid.from_bus] = 1.0
    incidence[rows, grid.to_bus] = -1.0
    with_b = grid.susceptance_mw[:, None] * incidence
    same = grid.island[:, None] == grid.island
    moved = np.eye(len(grid.buses)) - np.where(same, grid.slack_share[:, None], 0.0)
    return with_b @ np.linalg.pinv(incidence.T @ with_b) @ moved, incidence


def dense_flow(grid, injection_mw):
    transfer, incidence = dense_ptdf(grid)
    pushed = grid.susceptance_mw * grid.shift_rad
    return transfer @ (injection_mw + incidence.T @ pushed) - pushed


def parts_without(grid, out):
    kept = np.arange(len(grid.branches)) != out
    ends = (grid.from_bus[kept], grid.to_bus[kept])
    graph = coo_array((np.ones(kept.sum()), ends), shape=(len(grid.buses),) * 2)
    return connected_components(graph, directed=False)


def test_ring_by_head():
    grid = grid_of(ring())
    flow = dc_flow_mw(grid, operating_point(grid, ring()).injection_mw)
    # equal reactances: 30 MW to b splits 2:1, 60 MW to c splits 2:1
    assert flow.tolist() == pytest.approx([20 + 20, 20 - 10, 10 + 40])
    third = 1 / 3
    expected = [[0, -2 * third, -third], [0, third, -third], [0, -third, -2 * third]]
    np.testing.assert_allclose(ptdf(grid), expected, **CLOSE)
    np.testing.assert_allclose(factors(grid).lodf, [[-1, -1, 1], [-1, -1, 1], [1, 1, -1]], **CLOSE)


def test_phase_shifter_by_head():
    net = ring(kind="transformer", shift_deg=np.rad2deg(0.03))
    for bus in ("b", "c"):
        net = changed(net, "buses", bus, load_mw=0.0)
    # around the ring 0.03 rad over three reactances of 1/1000: 10 MW against the shifter
    assert dc_flow_mw(grid_of(net), np.zeros(3)).tolist() == pytest.approx([-10.0, -10.0, 10.0])


@given(seeds, st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_flows_and_factors_are_those_of_the_dense_matrix(seed, islands):
    net = random_network(seed, islands)
    grid = grid_of(net)
    injection_mw = operating_point(grid, net).injection_mw
    np.testing.assert_allclose(ptdf(grid), dense_ptdf(grid)[0], **CLOSE)
    flow = dc_flow_mw(grid, injection_mw)
    np.testing.assert_allclose(flow, dense_flow(grid, injection_mw), rtol=1e-9, atol=1e-7)


@given(seeds, st.integers(1, 2))
@settings(max_examples=25, deadline=None)
def test_outage_is_what_a_network_without_the_branch_gives(seed, islands):
    net = random_network(seed, islands)
    grid = grid_of(net)
    injection_mw = operating_point(grid, net).injection_mw
    flow, taken_up = dc_flow_mw(grid, injection_mw), factors(grid).lodf
    for out in range(len(grid.branches)):
        if np.isnan(taken_up[0, out]):
            assert np.isnan(taken_up[:, out]).all()
            continue
        left = cut(grid, out)
        solved = dict(zip(left.branches, dc_flow_mw(left, injection_mw), strict=True))
        after = flow + taken_up[:, out] * flow[out]
        expected = [solved.get(branch, 0.0) for branch in grid.branches]
        np.testing.assert_allclose(after, expected, rtol=1e-9, atol=1e-6)


@given(seeds, st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_bridges_are_the_branches_that_split(seed, islands):
    grid = grid_of(random_network(seed, islands))
    splits = [parts_without(grid, k)[0] > islands for k in range(len(grid.branches))]
    assert bridges(grid).tolist() == splits
    found = find_bridges(grid)
    load_mw = np.random.default_rng(seed).uniform(1, 9, len(grid.buses))
    for at, k in enumerate(found.branch):
        label = parts_without(grid, k)[1]
        behind = found.nodes(at)
        assert len(set(label[behind])) == 1
        assert (label == label[behind[0]]).sum() == len(behind)
        share = grid.slack_share[behind].sum()
        assert share <= 0.5 + 1e-9 or grid.slack_share.max() < 0.5
        here = np.flatnonzero(grid.island == grid.island[behind[0]])
        rest = np.setdiff1d(here, behind)
        assert sorted(found.rest(at)) == rest.tolist()
        assert found.behind(load_mw)[at] == pytest.approx(load_mw[behind].sum())
        assert found.before(load_mw)[at] == pytest.approx(load_mw[rest].sum())


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_every_node_balances(seed):
    net = random_network(seed)
    grid = grid_of(net)
    injection_mw = operating_point(grid, net).injection_mw
    flow = dc_flow_mw(grid, injection_mw)
    leaving = np.bincount(grid.from_bus, flow, len(grid.buses))
    leaving -= np.bincount(grid.to_bus, flow, len(grid.buses))
    lack = -injection_mw.sum() * grid.slack_share
    np.testing.assert_allclose(leaving, injection_mw + lack, rtol=1e-9, atol=1e-7)
    assert np.abs(ptdf(grid) @ grid.slack_share).max() < 1e-9
    assert np.abs(ptdf(grid)).max() <= 1 + 1e-9


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_outage_factors_do_not_depend_on_the_slack(seed):
    grid = grid_of(random_network(seed))
    moved = replace(grid, slack_share=np.roll(grid.slack_share, 1))
    np.testing.assert_allclose(lodf(grid, ptdf(grid)), lodf(moved, ptdf(moved)), rtol=0, atol=1e-8)


def test_many_cases_at_once_are_the_same_as_one_by_one():
    grid = grid_of(random_network(7, 2))
    cases = np.random.default_rng(1).normal(0, 50, (30, len(grid.buses)))
    together = dc_flow_mw(grid, cases)
    np.testing.assert_allclose(together, [dc_flow_mw(grid, case) for case in cases], **CLOSE)


def test_large_ring_goes_through_several_blocks():
    size = 600
    buses = [{"bus": f"b{i}", "is_slack": i == 3} for i in range(size)]
    branches = [line(f"l{i}", f"b{i}", f"b{(i + 1) % size}") for i in range(size)]
    grid = grid_of(network(buses, branches, [{"generator": "g", "bus": "b0"}]))
    transfer = ptdf(grid)
    # from b103 the 100 branches back to the slack carry 500 / 600 of it, the others 100 / 600
    assert transfer[50, 103] == pytest.approx(-500 / 600, abs=1e-9)
    assert transfer[300, 103] == pytest.approx(100 / 600, abs=1e-9)
    np.testing.assert_allclose(lodf(grid, transfer), -np.ones((size, size)), rtol=0, atol=1e-8)


def test_network_without_branches():
    grid = grid_of(network([{"bus": "a", "is_slack": True, "load_mw": 5.0}], []))
    assert ptdf(grid).shape == (0, 1)
    assert dc_flow_mw(grid, np.array([-5.0])).shape == (0,)
    assert factors(grid).lodf.shape == (0, 0)


def test_reactances_that_cancel_are_refused_by_name():
    buses = [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 1.0}]
    ends = [line("1", "a", "b", x_pu=0.1), line("2", "a", "b", x_pu=-0.1)]
    with pytest.raises(InputError, match="island of bus a: found reactances that cancel"):
        ptdf(grid_of(network(buses, ends)))
    # a third one makes it regular, but not once it is out
    grid = grid_of(network(buses, [*ends, line("3", "a", "b")]))
    with pytest.raises(InputError, match="branch 3: found reactances that cancel"):
        factors(grid)


def test_negative_reactance_alone_is_computed():
    net = ring(x_pu=-0.05)
    grid = grid_of(net)
    np.testing.assert_allclose(ptdf(grid), dense_ptdf(grid)[0], **CLOSE)
    assert any("negative reactance" in note for note in grid.notes)


FIVE_BUS = [
    ("1", "2", 0.0281),
    ("1", "4", 0.0304),
    ("1", "5", 0.0064),
    ("2", "3", 0.0108),
    ("3", "4", 0.0297),
    ("4", "5", 0.0297),
]
"""PJM 5-bus system, F. Li and R. Bo, "Small Test Systems for Power System Economic Studies", IEEE
PES General Meeting 2010, reactances as in MATPOWER case5."""


def five_bus(slack):
    buses = [{"bus": f"{i}", "kv": 230.0, "is_slack": f"{i}" == slack} for i in range(1, 6)]
    branches = [line(f"{a}-{b}", a, b, x_pu=x) for a, b, x in FIVE_BUS]
    return grid_of(network(buses, branches, [{"generator": "g", "bus": "1"}]))


def test_published_transfer_factors_of_the_five_bus_system():
    # MATPOWER makePTDF, slack at bus 4, as printed in PowerNetworkMatrices.jl (NREL-Sienna),
    # test/testing_data.jl, S5_slackB4
    published = [
        [0.1939, -0.4759, -0.3490, 0, 0.1595],
        [0.4376, 0.2583, 0.1895, 0, 0.3600],
        [0.3685, 0.2176, 0.1595, 0, -0.5195],
        [0.1939, 0.5241, -0.3490, 0, 0.1595],
        [0.1939, 0.5241, 0.6510, 0, 0.1595],
        [-0.3685, -0.2176, -0.1595, 0, -0.4805],
    ]
    np.testing.assert_allclose(ptdf(five_bus("4")), published, rtol=0, atol=5.1e-5)


def test_published_transfer_factors_with_the_slack_at_bus_1():
    # six decimals, from a public test of zonal factors on the same reactances (Li and Bo, table I)
    published = {
        0: [0.0, -0.669811, -0.542906, -0.193917, -0.034379],
        2: [0.0, -0.150943, -0.208957, -0.368495, -0.888043],
        5: [0.0, 0.150943, 0.208957, 0.368495, -0.111957],
    }
    transfer = ptdf(five_bus("1"))
    for branch, row in published.items():
        np.testing.assert_allclose(transfer[branch], row, rtol=0, atol=1e-6)


def test_published_outage_factors_of_the_five_bus_system():
    # eight decimals, outages of 1-2, 1-4 and 1-5, from a public test on pglib_opf_case5_pjm (IEEE
    # PES Power Grid Library); 0.3447946513849093 also in PowerNetworkMatrices.jl, test/test_lodf.jl
    published = [
        [-1.0, 0.34479465, 0.30707071],
        [0.54285714, -1.0, 0.69292929],
        [0.45714286, 0.65520535, -1.0],
        [-1.0, 0.34479465, 0.30707071],
        [-1.0, 0.34479465, 0.30707071],
        [-0.45714286, -0.65520535, 1.0],
    ]
    taken_up = factors(five_bus("4")).lodf
    np.testing.assert_allclose(taken_up[:, :3], published, rtol=0, atol=1e-8)
    assert taken_up[0, 1] == pytest.approx(0.3447946513849093, abs=1e-12)


def fourteen_bus():
    """IEEE 14-bus case with its three taps, as in MATPOWER case14."""
    lines = """1-2 .05917|1-5 .22304|2-3 .19797|2-4 .17632|2-5 .17388|3-4 .17103|4-5 .04211
    |4-7 .20912 .978|4-9 .55618 .969|5-6 .25202 .932|6-11 .1989|6-12 .25581|6-13 .13027|7-8 .17615
    |7-9 .11001|9-10 .0845|9-14 .27038|10-11 .19207|12-13 .19988|13-14 .34802"""
    branches = []
    for text in lines.split("|"):
        name, x, *tap = text.split()
        values = {"x_pu": float(x), "ratio": float(*tap or [1]), "kind": "transformer"}
        branches.append(line(name, *name.split("-"), **values))
    buses = [{"bus": f"{i}", "is_slack": i == 1} for i in range(1, 15)]
    return grid_of(network(buses, branches, [{"generator": "g", "bus": "1"}]))


def test_published_transfer_factors_with_taps():
    # MATPOWER makePTDF on case14, PowerNetworkMatrices.jl test/testing_data.jl, S14_slackB1
    published = {
        "4-7": "0 .0030 .0113 .0186 -.0111 -.2075 -.6338 -.6338 -.4469 -.4043 -.3076 -.2264 -.2412",
        "4-9": "0 .0017 .0066 .0108 -.0065 -.1211 -.1658 -.1658 -.2608 -.2360 -.1795 -.1321 -.1408",
        "5-6": "0 -.0047 -.0179 -.0294 .0176 -.6714 -.2004 -.2004 -.2924 -.3597 -.5128 -.6415",
        "7-8": "0 0 0 0 0 0 0 -1 0 0 0 0 0",
    }
    grid = fourteen_bus()
    transfer = ptdf(grid)
    for name, row in published.items():
        printed = [float(text) for text in row.split()]
        mine = transfer[grid.branches.index(name), : len(printed)]
        np.testing.assert_allclose(mine, printed, rtol=0, atol=5.1e-5)
    assert bridges(grid).nonzero()[0].tolist() == [grid.branches.index("7-8")]


CASES = ("case9", "case30", "case39", "case118")


@pytest.fixture(scope="module")
def answers():
    return peer_answers(*CASES)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_pandapower(name, answers):
    net, flow_mw, transfer, taken_up = answers[name]
    grid = grid_of(net)
    mine = factors(grid)
    np.testing.assert_allclose(mine.ptdf, transfer, rtol=0, atol=1e-9)
    kept = ~bridges(grid)
    assert kept.sum() > 5
    np.testing.assert_allclose(mine.lodf[:, kept], taken_up[:, kept], rtol=0, atol=1e-9)
    point = operating_point(grid, net)
    np.testing.assert_allclose(dc_flow_mw(grid, point.injection_mw), flow_mw, rtol=0, atol=1e-7)


@pytest.mark.parametrize("seed", [3, 4, 5, 6, 8])
def test_cut_is_the_same_network_as_out_of_service(seed):
    net = random_network(seed)
    grid = grid_of(net)
    for out in np.flatnonzero(~bridges(grid))[:3]:
        again, smaller = grid_of(without(net, grid.branches[out])), cut(grid, out)
        assert again.branches == smaller.branches
        np.testing.assert_array_equal(again.susceptance_mw, smaller.susceptance_mw)
        np.testing.assert_array_equal(again.to_bus, smaller.to_bus)
