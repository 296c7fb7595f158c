"""Cells as the map carries them: bytes, larger cells, other projections."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.lattice import equal_area_lattice, mesh_lattice
from siting.screen.cells import Cells
from siting.screen.map_cells import as_bytes, map_cells
from siting.screen.rules import Exclusions
from siting.screen.score import Scores

N = np.nan
MESH = mesh_lattice((140.0, 36.0, 140.05, 36.0 + 4 / 120), 1000)
"""4 x 4 cells."""


@dataclass
class Found:
    """The parts of a screening that the map's cells are made of."""

    cells: Cells
    scores: Scores
    exclusions: Exclusions

    @property
    def score(self):
        return self.scores.total()


def found_of(lattice=MESH, cell=None, score=None, share=None, bits=None):
    """Rules `a` and `b`, one criterion."""
    cell = np.arange(lattice.rows * lattice.cols) if cell is None else np.asarray(cell)
    count = len(cell)
    text = np.full(count, "")
    share = np.ones(count) if share is None else np.asarray(share, dtype=float)
    score = np.full(count, 0.5) if score is None else score
    bits = np.zeros(count) if bits is None else bits
    return Found(
        Cells(lattice, cell, share, text, text),
        Scores(("only",), np.array([score], dtype=np.float32), np.array([2.0])),
        Exclusions(
            ("a", "b"), np.array(bits, dtype=np.uint32), np.zeros(count, np.uint32), np.uint32(1)
        ),
    )


@given(arrays(float, 20, elements=st.one_of(st.floats(0, 1), st.just(N))))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_bytes_hold_a_score_to_a_five_hundredth(score):
    byte = as_bytes(score)
    known = ~np.isnan(score)
    assert byte.dtype == np.uint8
    assert (byte[~known] == 255).all()
    assert (byte[known] <= 254).all()
    assert np.abs(byte[known] / 254 - score[known]).max(initial=0) <= 1 / 508 + 1e-12


def test_cells_of_the_mesh_stay_as_they_are():
    score = np.linspace(0, 1, 3)
    score[1] = N
    cells = map_cells(found_of(cell=[0, 5, 11], score=score, bits=[0b00, 0b11, 0b10]))
    assert (cells.row.tolist(), cells.col.tolist()) == ([0, 1, 2], [0, 1, 3])
    assert cells.score.tolist() == [0, 255, 254]
    assert cells.scores["only"].tolist() == [0, 255, 254]
    assert cells.rules.dtype == np.uint32
    assert cells.rules.tolist() == [0b00, 0b11, 0b10]
    assert (cells.west, cells.north) == (MESH.west, MESH.north)
    assert (cells.step_x, cells.step_y, cells.rows, cells.cols) == (1 / 80, 1 / 120, 4, 4)


def test_too_many_cells_become_larger_ones():
    score = np.full((4, 4), 0.5)
    score[:2, :2] = [[0.0, 1.0], [N, 1.0]]
    bits = np.zeros((4, 4))
    bits[:2, 2:] = [[1, 1], [0, 2]]  # half of the land by a, a quarter by b
    cells = map_cells(found_of(score=score.ravel(), bits=bits.ravel()), most=4)
    assert (cells.rows, cells.cols) == (2, 2)
    assert cells.step_x == pytest.approx(2 / 80)
    assert cells.step_y == pytest.approx(2 / 120)
    # (0 + 1 + 1) / 3 of what is known, rows differ in area by far less than a byte
    assert cells.score.tolist() == [round(254 * 2 / 3), 127, 127, 127]
    # rows further north are a little smaller: two of them are just below half
    assert cells.rules.tolist() in ([0, 1, 0, 0], [0, 0, 0, 0])


def test_means_and_rules_are_by_land():
    score = np.array([1.0, 0.0, 0.0, 0.0])
    found = found_of(
        cell=[0, 1, 4, 5], score=score, share=[1.0, 0.2, 0.2, 0.2], bits=[0b01, 0b10, 0b10, 0b10]
    )
    cells = map_cells(found, most=1)
    assert cells.score.tolist() == [round(254 / 1.6)]
    assert cells.rules.tolist() == [0b01]


def test_nothing_known_stays_unknown_in_larger_cells():
    cells = map_cells(found_of(score=np.full(16, N)), most=4)
    assert cells.score.tolist() == [255] * 4


def test_an_odd_number_of_rows_loses_nothing():
    lattice = mesh_lattice((140.0, 36.0, 140.0 + 5 / 80, 36.0 + 3 / 120), 1000)
    cells = map_cells(found_of(lattice), most=14)
    assert (lattice.shape, cells.rows, cells.cols) == ((3, 5), 2, 3)
    assert len(cells.row) == 6


@pytest.mark.parametrize("cell_m", [100, 300, 1000, 5000])
def test_a_study_in_a_projection_has_no_gaps(cell_m):
    side = 30 * cell_m / 111_000
    lattice = equal_area_lattice((10.0, 50.0, 10.0 + side, 50.0 + side), cell_m)
    found = found_of(lattice)
    cells = map_cells(found)
    shown = np.zeros((cells.rows, cells.cols), dtype=bool)
    shown[cells.row, cells.col] = True
    # the study may be turned a little against the degrees: its very edge does not count
    inner = shown[cells.row.min() + 1 : cells.row.max(), cells.col.min() + 1 : cells.col.max()]
    assert inner.size > 100
    assert inner.all()
    lon, lat = found.cells.centre
    east, south = cells.west + cells.cols * cells.step_x, cells.north - cells.rows * cells.step_y
    assert cells.west <= lon.min() <= lon.max() <= east
    assert south <= lat.min() <= lat.max() <= cells.north


def test_without_rules():
    found = found_of()
    none = Exclusions((), np.zeros(16, np.uint32), np.zeros(16, np.uint32), np.uint32(0))
    cells = map_cells(Found(found.cells, found.scores, none))
    assert cells.rules.tolist() == [0] * 16
    assert cells.rules.dtype == np.uint32
