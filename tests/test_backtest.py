"""Known hubs against the score: percentiles by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.lattice import mesh_lattice
from siting.screen.backtest import back_test, hub_places, land_percentile
from siting.screen.cells import Cells
from siting.screen.rules import Exclusions

N = np.nan
LATTICE = mesh_lattice((140.0, 36.0, 140.05, 36.0 + 1 / 120), 1000)
"""One row of four cells."""


def percentile(score, asked, land=None, known=None):
    score = np.asarray(score, dtype=np.float32)
    land = np.ones(score.shape) if land is None else np.asarray(land, dtype=float)
    known = ~np.isnan(score) if known is None else np.asarray(known)
    asked = pd.Series(np.asarray(asked, dtype=np.float32).astype(float))
    return land_percentile(score, land, known, asked).tolist()


def test_percent_of_the_land_below():
    assert percentile([0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.25]) == [87.5, 12.5, 50.0]


def test_land_with_the_same_score_counts_half():
    assert percentile([0.1, 0.5, 0.5, 0.9], [0.5]) == [50.0]
    assert percentile([0.5, 0.5], [0.5, 0.9, 0.1]) == [50.0, 100.0, 0.0]


def test_land_counts_not_cells():
    assert percentile([0.1, 0.9], [0.9], land=[3.0, 1.0]) == [87.5]


def test_closed_land_does_not_count():
    assert percentile([0.1, 0.2, 0.9], [0.2], known=[False, True, True]) == [25.0]


def test_unknown_stays_unknown():
    assert np.isnan(percentile([0.1, 0.2], [N])[0])
    assert np.isnan(percentile([N, N], [0.5])[0])


scores = arrays(np.float32, st.integers(1, 30), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]))


@given(scores, st.integers(0, 29))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_like_counting(score, which):
    mine = score[which % len(score)]
    counted = 100 * ((score < mine).sum() + (score == mine).sum() / 2) / len(score)
    assert percentile(score, [mine]) == pytest.approx([counted])


def test_hubs_with_score_percentile_and_rules():
    text = np.full(4, "")
    cells = Cells(LATTICE, np.array([0, 1, 3]), np.ones(3), text[:3], text[:3])
    bits = np.array([0b000, 0b101, 0b010], dtype=np.uint32)
    found = Exclusions(("steep", "flood", "park"), bits, bits * 0, np.uint32(0b101))
    lon = [140.001, 140.02, 140.03, 140.045, 150.0]
    names = ["open", "closed", "sea", "relaxed", "abroad"]
    places = pd.DataFrame({"lon": lon, "lat": [36.004] * 5}, index=pd.Index(names, name="place"))
    hubs = back_test(places, cells, found, np.array([0.2, 0.9, 0.8], dtype=np.float32))
    assert hubs.index.tolist() == ["open", "closed", "relaxed"]
    assert hubs["score"].round(3).tolist() == [0.2, 0.9, 0.8]
    # against the two open cells, 0.2 and 0.8; the closed one is told what it would be
    assert hubs["percentile"].tolist() == pytest.approx([25, 100, 75], abs=0.01)
    assert hubs["excluded_by"].tolist() == [[], ["steep", "park"], []]


def test_hubs_shipped():
    hubs = hub_places()
    assert {"inzai", "ishikari"} <= set(hubs.index)
    assert hubs[["lat", "lon"]].notna().all(axis=None)
