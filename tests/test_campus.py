"""Connected land by hand, against two independent programs, and what must always hold."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label

from data.lattice import Lattice, mesh_lattice
from grid.latency import great_circle_km
from siting.screen.campus import (
    Ground,
    component_ha,
    find_campuses,
    neighbour_pairs,
)
from siting.screen.cells import Cells

CORNERS_TOO = np.ones((3, 3), dtype=int)
some = settings(max_examples=40, deadline=None, derandomize=True)


def plane(rows, cols):
    """Cells of 1 km, 100 ha each, somewhere in Japan."""
    crs = "+proj=laea +lat_0=36 +lon_0=140 +ellps=GRS80 +units=m"
    return Lattice(crs, 0.0, 1000.0 * rows, 1000.0, 1000.0, rows, cols, 1000)


def ground_of(score, *, ha=None, diagonal=False):
    """Open land where a score stands; NaN = closed."""
    score = np.asarray(score, dtype=float)
    lattice = plane(*score.shape)
    cell = np.arange(score.size)
    text = np.full(score.size, "")
    cells = Cells(lattice, cell, np.ones(score.size), text, text)
    position = np.flatnonzero(~np.isnan(score.ravel()))
    land = np.full(score.shape, 100.0) if ha is None else np.asarray(ha, dtype=float)
    return Ground(cells, position, land.ravel()[position], score.ravel()[position], diagonal)


def found(ground, need_ha, *, most=100, spacing_km=0.0, **asked):
    """Campuses as lists of flat cells."""
    campuses = find_campuses(ground, need_ha, most=most, spacing_km=spacing_km, **asked)
    return [ground.position[campus.members].tolist() for campus in campuses]


N = np.nan
SHORE = [
    [0.9, 0.8, N, 0.5],
    [N, N, 0.6, 0.4],
    [0.7, N, N, 0.3],
]


def test_land_connected_by_edges():
    ground = ground_of(SHORE)
    # 0, 1 | 3, 6, 7, 11 | 8
    assert ground.position.tolist() == [0, 1, 3, 6, 7, 8, 11]
    assert component_ha(ground).tolist() == [200, 200, 400, 400, 400, 100, 400]


def test_land_connected_by_corners():
    # cells 1 and 6 share a corner, 8 touches nothing
    assert component_ha(ground_of(SHORE, diagonal=True)).tolist() == [600] * 5 + [100, 600]


def test_the_east_edge_does_not_touch_the_west():
    ground = ground_of([[N, N, 0.5], [0.5, N, N]], diagonal=True)
    assert component_ha(ground).tolist() == [100, 100]


def test_a_campus_grows_to_the_better_side_until_the_land_is_enough():
    row = [[0.2, 0.8, 0.9, 0.7, 0.6]]
    assert found(ground_of(row), 100.0, most=1) == [[2]]
    assert found(ground_of(row), 101.0, most=1) == [[2, 1]]
    assert found(ground_of(row), 300.0, most=1) == [[2, 1, 3]]
    # cell 1 is better than 3 and 4, cell 0 is not
    assert found(ground_of(row), 400.0, most=1) == [[2, 1, 3, 4]]


def test_land_counts_not_cells():
    ground = ground_of([[0.9, 0.8, 0.7]], ha=[[10.0, 10.0, 100.0]])
    assert found(ground, 100.0) == [[0, 1, 2]]


def test_the_best_come_first_and_equals_from_the_north_then_the_west():
    ground = ground_of([[0.5, N, 0.5], [N, N, N], [0.7, N, 0.5]])
    assert found(ground, 100.0) == [[6], [0], [2], [8]]
    assert found(ground, 100.0, most=2) == [[6], [0]]


def test_too_little_land_is_no_campus():
    assert found(ground_of(SHORE), 401.0) == []
    assert found(ground_of(SHORE), 200.0) == [[0, 1], [6, 7]]


def test_what_one_campus_takes_the_next_cannot_have():
    # the best campus cuts the row in two halves too small for another
    ground = ground_of([[0.5, 0.8, 0.9, 0.6, 0.5]])
    assert found(ground, 300.0) == [[2, 1, 3]]
    assert found(ground, 200.0) == [[2, 1], [3, 4]]


def test_spacing_is_between_seeds_and_may_be_met_exactly():
    ground = ground_of([[0.9, 0.8, 0.7, 0.6]])
    lon, lat = ground.cells.centre
    two_cells = float(great_circle_km(lat[0], lon[0], lat[2], lon[2]))
    assert found(ground, 100.0, spacing_km=1.5) == [[0], [2]]
    assert found(ground, 100.0, spacing_km=two_cells - 1e-6) == [[0], [2]]
    assert found(ground, 100.0, spacing_km=two_cells + 1e-6) == [[0], [3]]
    assert found(ground, 100.0, spacing_km=30000.0) == [[0]]


def test_a_seed_that_is_refused_may_still_be_land():
    ground = ground_of([[0.9, 0.8, 0.7]])
    asked = []

    def accept(seed):
        asked.append(seed)
        return seed != 0

    assert found(ground, 200.0, accept=accept) == [[1, 0]]
    # the last cell is left alone, where no campus can grow, and asked in vain
    assert asked == [0, 1, 2]


def test_only_campuses_that_came_about_are_told():
    told = []
    campuses = found(ground_of([[0.9, 0.8, 0.7]]), 200.0, taken=told.append)
    assert campuses == [[0, 1]]
    assert told == [0]


@pytest.mark.parametrize("diagonal", [False, True])
def test_no_open_land_at_all(diagonal):
    ground = ground_of([[N, N]], diagonal=diagonal)
    assert component_ha(ground).tolist() == []
    assert found(ground, 1.0) == []


def test_on_the_mesh_a_row_is_as_wide_as_the_study():
    """A window whose land does not begin at its corner."""
    lattice = mesh_lattice((140.0, 36.0, 140.05, 36.025), 1000)
    cell = np.array([1, 2, 5, 9])
    text = np.full(4, "")
    cells = Cells(lattice, cell, np.ones(4), text, text)
    ground = Ground(cells, np.arange(4), np.ones(4), np.ones(4), diagonal=False)
    assert lattice.shape == (3, 4)
    # 1-2, 1-5, 5-9
    assert component_ha(ground).tolist() == [4, 4, 4, 4]
    first, second = neighbour_pairs(ground)
    assert {frozenset(p) for p in zip(first.tolist(), second.tolist(), strict=True)} == {
        frozenset(p) for p in [(0, 1), (0, 2), (2, 3)]
    }


masks = arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@given(masks, st.booleans())
@some
def test_components_like_the_labels_of_image_analysis(mask, diagonal):
    labels, count = label(mask, CORNERS_TOO if diagonal else None)
    size = np.bincount(labels.ravel(), minlength=count + 1) * 100.0
    ground = ground_of(np.where(mask, 0.5, np.nan), diagonal=diagonal)
    assert component_ha(ground).tolist() == size[labels[mask]].tolist()


@st.composite
def grounds(draw):
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    score = draw(arrays(float, shape, elements=st.sampled_from([np.nan, 0.1, 0.5, 0.5, 0.9])))
    ha = draw(arrays(float, shape, elements=st.sampled_from([20.0, 60.0, 100.0])))
    return ground_of(score, ha=ha, diagonal=draw(st.booleans()))


def net_of(ground):
    net = nx.Graph()
    net.add_nodes_from(range(len(ground)))
    row, col = ground.cells.row[ground.position], ground.cells.col[ground.position]
    for a in range(len(ground)):
        for b in range(a):
            down, right = abs(row[a] - row[b]), abs(col[a] - col[b])
            near = max(down, right) == 1 if ground.diagonal else down + right == 1
            if near:
                net.add_edge(a, b)
    return net


@given(grounds(), st.sampled_from([50.0, 150.0, 300.0]), st.sampled_from([0.0, 1.2, 2.5]))
@some
def test_campuses_keep_every_promise(ground, need_ha, spacing_km):
    campuses = find_campuses(ground, need_ha, most=50, spacing_km=spacing_km)
    net, taken = net_of(ground), []
    lon, lat = (each[ground.position] for each in ground.cells.centre)
    for campus in campuses:
        members = campus.members.tolist()
        assert nx.is_connected(net.subgraph(members))
        assert ground.ha[members].sum() >= need_ha
        # the last cell was needed
        assert ground.ha[members[:-1]].sum() < need_ha
        # the best of what touches it is always taken next
        for i in range(1, len(members)):
            touching = set().union(*(net[one] for one in members[:i])) - {*taken, *members[:i]}
            assert ground.score[members[i]] == max(ground.score[one] for one in touching)
        taken += members
    assert len(taken) == len(set(taken))
    seeds = [campus.seed for campus in campuses]
    assert ground.score[seeds].tolist() == sorted(ground.score[seeds], reverse=True)
    for a in seeds:
        for b in seeds:
            km = float(great_circle_km(lat[a], lon[a], lat[b], lon[b]))
            assert a == b or km >= spacing_km - 1e-9
    _nothing_is_left(ground, net, need_ha, spacing_km, (taken, seeds))


def _nothing_is_left(ground, net, need_ha, spacing_km, used):
    """Every free cell with enough free land lies too near to a seed."""
    taken, seeds = used
    lon, lat = (each[ground.position] for each in ground.cells.centre)
    free = net.subgraph(set(net) - set(taken))
    for part in nx.connected_components(free):
        if ground.ha[list(part)].sum() >= need_ha:
            for one in part:
                km = [float(great_circle_km(lat[one], lon[one], lat[s], lon[s])) for s in seeds]
                assert min(km) < spacing_km
