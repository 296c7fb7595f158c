import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grid.screening_n1 as screening
from grid.network_arrays import grid_of, operating_point
from grid.powerflow import bridges, dc_flow_mw, factors
from grid.screening_n1 import TOLERANCE_MW, screen_n1, worst_outages
from tests.made_networks import changed, cut, line, network, random_network, ring
from tests.pandapower_peer import ask, peer_case


def screened(net, added_mw):
    grid = grid_of(net)
    point = operating_point(grid, net)
    return screen_n1(grid, factors(grid), point, np.asarray(added_mw, dtype=float))


def solved_again(grid, injection_mw):
    """Flow after each outage by solving the network without the branch; NaN where it islands."""
    after = np.full((len(grid.branches), len(grid.branches)), np.nan)
    for out in np.flatnonzero(~bridges(grid)):
        left = cut(grid, out)
        at = [grid.branches.index(name) for name in left.branches]
        after[at, out] = dc_flow_mw(left, injection_mw)
    return after


def test_ring_by_head():
    found = screened(ring(), [[0, 0, 0], [0, 0, 60]])
    # 30 MW at b and 60 at c: without ac all 90 MW run over ab, 60 of them on over bc
    assert found.n0_mw[0].tolist() == pytest.approx([40, 10, 50])
    assert found.n1_mw[0].tolist() == pytest.approx([90, 60, 90])
    assert found.n1_outage[0].tolist() == [2, 2, 0]
    table = found.violations()
    assert table["placement"].tolist() == [1, 1, 1]
    assert table["branch"].tolist() == ["ab", "bc", "ac"]
    assert table["outage"].tolist() == ["ac", "ac", "ab"]
    assert table["flow_mw"].tolist() == pytest.approx([150, 120, 150])
    assert table["over_mw"].tolist() == pytest.approx([50, 20, 50])
    assert found.islandings().empty


def test_violation_with_all_in_service_has_no_outage():
    found = screened(changed(ring(), "branches", "ac", rating_mw=45.0), [[0, 0, 0]])
    first, second = found.violations().to_dict("records")
    assert (first["branch"], first["outage"], first["outages"]) == ("ac", "", 0)
    assert first["flow_mw"] == pytest.approx(50.0)
    # the outage of bc leaves 60 MW on ac, the one of ab puts 90 on it
    assert (second["outage"], second["outages"]) == ("ab", 2)


def test_flow_on_its_rating_is_no_violation():
    found = screened(changed(ring(), "branches", "ac", rating_mw=90.0), [[0, 0, 0]])
    assert found.violations().empty


def test_missing_rating_never_binds():
    net = ring()
    for name in net.branches.index:
        net = changed(net, "branches", name, rating_mw=np.nan)
    found = screened(net, [[0, 0, 1e6]])
    assert found.violations().empty
    assert found.n1_outage.tolist() == [[2, 2, 0]]


def test_radial_load_is_lost_not_overloaded():
    buses = [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 5.0}, {"bus": "c"}]
    branches = [line("ab", "a", "b"), line("bc", "b", "c")]
    found = screened(network(buses, branches), [[0, 0, 0], [0, 0, 20]])
    assert np.isnan(found.n1_mw).all()
    assert (found.n1_outage == -1).all()
    rows = found.islandings().to_dict("records")
    assert [(r["placement"], r["outage"], r["bus"]) for r in rows] == [
        (0, "ab", "b"),
        (1, "ab", "b"),
        (1, "bc", "c"),
    ]
    assert [r["lost_mw"] for r in rows] == pytest.approx([5.0, 25.0, 20.0])


def test_part_with_a_slack_of_its_own_loses_nothing():
    buses = [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 5.0, "is_slack": True}]
    assert screened(network(buses, [line("ab", "a", "b")]), [[0, 0]]).islandings().empty


@given(st.integers(0, 100_000))
@settings(max_examples=20, deadline=None)
def test_screening_is_what_solving_every_outage_gives(seed):
    net = random_network(seed)
    grid = grid_of(net)
    point = operating_point(grid, net)
    rng = np.random.default_rng(seed)
    added = rng.uniform(0, 100, (3, len(grid.buses))) * (rng.random((3, len(grid.buses))) < 0.4)
    found = screen_n1(grid, factors(grid), point, added)
    for case in range(3):
        injection_mw = point.injection_mw - added[case]
        base = dc_flow_mw(grid, injection_mw)
        np.testing.assert_allclose(found.n0_mw[case], base, rtol=1e-9, atol=1e-7)
        size = np.abs(solved_again(grid, injection_mw))
        most = np.nanmax(size, axis=1, initial=-1.0)
        mine = np.nan_to_num(np.abs(found.n1_mw[case]), nan=-1.0)
        np.testing.assert_allclose(mine, most, rtol=1e-8, atol=1e-5)
        over = size > grid.rating_mw[:, None] + TOLERANCE_MW
        assert found.n1_count[case].tolist() == over.sum(axis=1).tolist()


@pytest.mark.parametrize("numbers", [1, 7, 100])
def test_size_of_the_blocks_changes_nothing(monkeypatch, numbers):
    net = random_network(11)
    grid = grid_of(net)
    flow = np.random.default_rng(5).normal(0, 100, (13, len(grid.branches)))
    taken_up = factors(grid).lodf
    whole = worst_outages(flow, taken_up, grid.rating_mw)
    monkeypatch.setattr(screening, "NUMBERS_AT_ONCE", numbers)
    for mine, expected in zip(worst_outages(flow, taken_up, grid.rating_mw), whole, strict=True):
        np.testing.assert_array_equal(mine, expected)


def test_no_placements():
    found = screened(ring(), np.zeros((0, 3)))
    assert found.n0_mw.shape == found.n1_mw.shape == (0, 3)
    assert found.violations().empty


def test_118_buses_against_solving_some_outages_again():
    net = peer_case("case118")
    grid = grid_of(net)
    point = operating_point(grid, net)
    added = np.zeros((40, len(grid.buses)))
    added[np.arange(40), np.arange(0, 80, 2)] = 100.0
    found = screen_n1(grid, factors(grid), point, added)
    for case, branch in [(0, 7), (11, 40), (39, 100), (20, 185)]:
        left = cut(grid, found.n1_outage[case, branch])
        flow = dc_flow_mw(left, point.injection_mw - added[case])
        at = left.branches.index(grid.branches[branch])
        assert found.n1_mw[case, branch] == pytest.approx(flow[at], abs=1e-6)


OUTAGES = """
net = solved(asked["name"])
pp.create_load(net, asked["bus"], asked["mw"])
lines = len(net.line)

def flows():
    pp.rundcpp(net, numba=False)
    return [*net.res_line["p_from_mw"], *net.res_trafo["p_hv_mw"]]

found = {"": flows()}
for out in asked["outages"]:
    table, row = (net.line, out) if out < lines else (net.trafo, out - lines)
    table.at[table.index[row], "in_service"] = False
    found[str(out)] = np.nan_to_num(flows()).tolist()
    table.at[table.index[row], "in_service"] = True
answer(**found)
"""


def test_agrees_with_pandapower_without_each_branch():
    net = peer_case("case30")
    grid = grid_of(net)
    outs = np.flatnonzero(~bridges(grid)).tolist()
    solved = ask(OUTAGES, name="case30", bus=17, mw=25.0, outages=outs)
    added = np.zeros((1, len(grid.buses)))
    added[0, grid.bus_of["b17"]] = 25.0
    found = screen_n1(grid, factors(grid), operating_point(grid, net), added)
    np.testing.assert_allclose(found.n0_mw[0], solved[""], rtol=0, atol=1e-7)
    after = np.array([solved[str(out)] for out in outs])
    after[np.arange(len(outs)), outs] = 0.0
    most = np.abs(after).max(axis=0)
    np.testing.assert_allclose(np.abs(found.n1_mw[0]), most, rtol=0, atol=1e-7)
    over = np.abs(after) > grid.rating_mw + TOLERANCE_MW
    assert found.n1_count[0].tolist() == over.sum(axis=0).tolist()
    assert over.any()
