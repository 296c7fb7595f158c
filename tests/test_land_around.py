"""Open land around every cell: by hand, and against counting every pair of cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.lattice import equal_area_lattice, mesh_lattice
from grid.latency import great_circle_km
from siting.screen import land_around
from siting.screen.campus import Ground
from siting.screen.cells import Cells
from siting.screen.land_around import land_around_ha

CORNER = (140.0, 43.0, 140.1, 43.06)


def ground_of(lattice, ha):
    """Every cell with land is open."""
    ha = np.asarray(ha, dtype=float)
    cell = np.flatnonzero(ha > 0)
    text = np.full(len(cell), "")
    cells = Cells(lattice, cell, np.ones(len(cell)), text, text)
    return Ground(cells, np.arange(len(cell)), ha[cell], np.ones(len(cell)), diagonal=False)


def pairs_ha(ground, km):
    lon, lat = ground.cells.centre
    away = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    return (np.where(away <= km, ground.ha, 0)).sum(axis=1)


def test_circles_in_a_plane():
    lattice = equal_area_lattice((140.0, 36.0, 140.05, 36.04), 1000)
    ground = ground_of(lattice, np.full(lattice.rows * lattice.cols, 100.0))
    middle = np.flatnonzero(
        (ground.cells.row == lattice.rows // 2) & (ground.cells.col == lattice.cols // 2)
    )[0]
    sizes = {0.5: 100, 1.0: 500, 1.1: 500, 1.5: 900}
    for km, ha in sizes.items():
        assert land_around_ha(ground, km)[middle] == ha
    everything = 100 * len(ground)
    assert land_around_ha(ground, 30_000.0) == pytest.approx(everything)


def test_no_open_land():
    lattice = mesh_lattice(CORNER, 1000)
    ground = ground_of(lattice, np.zeros(lattice.rows * lattice.cols))
    assert land_around_ha(ground, 5.0).tolist() == []


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), km=st.floats(0.2, 12.0), band=st.sampled_from([1, 60, 10**6]))
def test_the_same_as_counting_every_pair(seed, km, band):
    rng = np.random.default_rng(seed)
    lattice = mesh_lattice(CORNER, 1000)
    size = lattice.rows * lattice.cols
    ground = ground_of(lattice, rng.uniform(0, 100, size) * (rng.random(size) < 0.7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(land_around, "MOST_NUMBERS", band)
        assert land_around_ha(ground, km) == pytest.approx(pairs_ha(ground, km))
