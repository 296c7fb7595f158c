"""Draws against every outcome of short lists, closed forms, and numpy on the raw draws."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts_loads import STAGES
from data.facts import read_fact
from grid import forecast_draws
from grid.allowance import Forecasts, allowances, named_areas
from grid.areas import AREAS
from grid.forecast_check import GROUPS, Loads, members_of
from grid.forecast_draws import Chances, draw_additions_mw, exceed_shares, percentiles
from grid.pipeline import CASES

YEARS = (2029, 2030)
FORECASTS = Forecasts(read_fact("forecast_national"), read_fact("forecast_area"))
ALLOWANCE = allowances(FORECASTS, ("2025-01", "2026-01"), YEARS)
SIGMAS = 4.5
"""Standard errors a share of the draws may be off by; the seeds are fixed."""


def loads_of(rows):
    """Rows (area, MW, stage); in service from FY2030 on."""
    table = pd.DataFrame(rows, columns=["area", "mw", "stage"])
    mw = table["mw"].to_numpy(dtype=float)
    return Loads(
        applications=table,
        years=YEARS,
        load_mw=np.stack([np.zeros(len(mw)), mw], axis=1),
        peak_share=np.ones(len(mw)),
        load_factor=np.ones(len(mw)),
        weights=pd.DataFrame(1.0, index=table.index, columns=list(CASES)),
        counted=pd.DataFrame(False, index=table.index, columns=["2025-01", "2026-01"]),
    )


def chances_of(own, **corners):
    """Chances of the applications (None: its stage's); corners by stage, else 0.5."""
    by_stage = {stage: corners.get(stage, (0.5, 0.5, 0.5)) for stage in STAGES}
    table = pd.DataFrame.from_dict(by_stage, orient="index", columns=["low", "value", "high"])
    return Chances(table, pd.Series(own, dtype=float))


def drawn_of(rows, chances, draws, seed=7):
    return draw_additions_mw(loads_of(rows), chances, draws=draws, seed=seed)


def outcomes(sizes, shares):
    """MW and probability of every subset that may be built."""
    for built in itertools.product((0, 1), repeat=len(sizes)):
        likely = [p if b else 1 - p for p, b in zip(shares, built, strict=True)]
        yield float(np.dot(sizes, built)), math.prod(likely)


def near(exact, draws):
    """A share of the draws that has this expectation."""
    return pytest.approx(exact, abs=SIGMAS * math.sqrt(exact * (1 - exact) / draws) + 1e-12)


def test_shares_of_all_outcomes_of_a_short_list():
    sizes, shares = [100, 200, 400, 800, 1600], [0.1, 0.35, 0.5, 0.75, 0.9]
    rows = [("tokyo", mw, "applied") for mw in sizes]
    drawn = drawn_of(rows, chances_of(shares), 60_000)[:, AREAS.index("tokyo"), 1]
    for mw, likely in outcomes(sizes, shares):  # every subset has a sum of its own
        assert (drawn == mw).mean() == near(likely, 60_000)
    assert len(np.unique(drawn)) == 32


def test_chance_of_exceeding_against_all_outcomes():
    """Tokyo 2,520, Japan 4,200 MW in January 2026; what the forecasts hold is in the sums too."""
    places = ["tokyo", "tokyo", "tokyo", "kyushu", "hokkaido", "okinawa"]
    sizes, shares = [1500, 1000, 300, 900, 1200, 500], [0.8, 0.6, 0.3, 0.5, 0.7, 0.25]
    rows = list(zip(places, sizes, ["accepted"] * 6, strict=True))
    drawn = drawn_of(rows, chances_of(shares), 50_000)
    found = exceed_shares(drawn, YEARS, ALLOWANCE, FORECASTS)
    told = found.set_index(["area", "fiscal_year", "vintage"])["exceed_share"]
    groups = [("tokyo", "2026-01", 2520), ("japan", "2026-01", 4200), ("japan", "2025-01", 5380)]
    groups += [("rest-of-japan", "2026-01", 1680), ("okinawa", "2025-01", 0)]
    for group, vintage, limit_mw in groups:
        inside = members_of(group, named_areas(FORECASTS, vintage))
        own = [k for k, place in enumerate(places) if place in inside]
        exact = sum(
            likely
            for mw, likely in outcomes([sizes[k] for k in own], [shares[k] for k in own])
            if mw > limit_mw
        )
        assert 0 < exact < 1
        assert told[group, 2030, vintage] == near(exact, 50_000), group
        assert told[group, 2029, vintage] == 0
    assert np.isnan(told["kyushu", 2030, "2026-01"])


def test_chance_of_exceeding_against_the_raw_draws():
    generator = np.random.default_rng(11)
    drawn = generator.integers(0, 1500, size=(400, len(AREAS), 2)).astype(np.float32)
    found = exceed_shares(drawn, YEARS, ALLOWANCE, FORECASTS)
    assert list(dict.fromkeys(found["area"])) == list(GROUPS)
    for row in found.itertuples():
        inside = members_of(row.area, named_areas(FORECASTS, row.vintage))
        limit_mw = ALLOWANCE.loc[(row.vintage, row.area, row.fiscal_year), "allowance_mw"]
        columns = [AREAS.index(area) for area in inside]
        total = drawn[:, columns, YEARS.index(row.fiscal_year)].astype(float).sum(axis=1)
        if np.isnan(limit_mw):
            assert np.isnan(row.exceed_share)
        else:
            assert row.exceed_share == (total > limit_mw).mean()


def test_exactly_the_allowance_does_not_exceed_it():
    rows = [("hokkaido", 4200.0, "applied")]
    found = exceed_shares(drawn_of(rows, chances_of([1.0]), 10), YEARS, ALLOWANCE, FORECASTS)
    japan = found[(found["area"] == "japan") & (found["vintage"] == "2026-01")]
    assert japan["exceed_share"].tolist() == [0, 0]


def test_percentiles_are_those_of_the_raw_draws():
    generator = np.random.default_rng(3)
    rows = [
        (AREAS[k % 10], float(mw), "applied") for k, mw in enumerate(generator.integers(1, 90, 60))
    ]
    drawn = drawn_of(rows, chances_of([None] * 60, applied=(0.1, 0.4, 0.9)), 3000)
    told = percentiles(drawn, YEARS).set_index(["area", "fiscal_year"])
    raw = {area: drawn[:, k].astype(float) for k, area in enumerate(AREAS)}
    raw["japan"] = drawn.astype(float).sum(axis=1)
    assert set(told.index.get_level_values("area")) == set(raw)
    for area, values in raw.items():
        for place, year in enumerate(YEARS):
            expected = np.percentile(values[:, place], [10, 50, 90])
            row = told.loc[(area, year)]
            assert row[["p10_mw", "p50_mw", "p90_mw"]].tolist() == pytest.approx(expected, abs=0.01)
            assert row["mean_mw"] == pytest.approx(values[:, place].mean(), abs=0.01)


def test_mean_and_variance_of_independent_applications():
    sizes = np.arange(1.0, 61.0)
    shares = np.linspace(0.05, 0.95, 60)
    rows = [("kansai", mw, "study") for mw in sizes]
    draws = 40_000
    drawn = drawn_of(rows, chances_of(shares), draws)[:, AREAS.index("kansai"), 1].astype(float)
    mean, variance = (sizes * shares).sum(), (sizes**2 * shares * (1 - shares)).sum()
    assert drawn.mean() == pytest.approx(mean, abs=SIGMAS * math.sqrt(variance / draws))
    assert drawn.var() == pytest.approx(variance, rel=SIGMAS * math.sqrt(2 / draws))


def test_the_chance_of_a_stage_is_drawn_from_its_triangle():
    """With very many small applications the built share of a draw is the stage's chance."""
    count, draws, (low, mode, high) = 4000, 2000, (0.2, 0.3, 0.7)
    rows = [("tokyo", 1.0, "applied")] * count
    drawn = drawn_of(rows, chances_of([None] * count, applied=(low, mode, high)), draws)
    share = drawn[:, AREAS.index("tokyo"), 1] / count
    for level in (0.25, 0.3, 0.4, 0.5, 0.6):
        if level <= mode:
            below = (level - low) ** 2 / ((high - low) * (mode - low))
        else:
            below = 1 - (high - level) ** 2 / ((high - low) * (high - mode))
        assert (share <= level).mean() == pytest.approx(below, abs=0.05)
    assert share.mean() == pytest.approx((low + mode + high) / 3, abs=0.01)


def test_one_stage_shares_its_luck_across_areas_and_two_stages_do_not():
    count = 2000
    rows = [("tokyo", 1.0, "applied")] * count + [("kyushu", 1.0, "applied")] * count
    rows += [("kansai", 1.0, "study")] * count
    wide = {"applied": (0.1, 0.5, 0.9), "study": (0.1, 0.5, 0.9)}
    drawn = drawn_of(rows, chances_of([None] * 3 * count, **wide), 1000)[:, :, 1]
    tokyo, kyushu, kansai = (drawn[:, AREAS.index(a)] for a in ("tokyo", "kyushu", "kansai"))
    assert np.corrcoef(tokyo, kyushu)[0, 1] > 0.98
    assert abs(np.corrcoef(tokyo, kansai)[0, 1]) < SIGMAS / math.sqrt(1000)


def test_a_chance_of_its_own_does_not_follow_the_stage():
    rows = [("tokyo", 1.0, "applied")] * 500
    drawn = drawn_of(rows, chances_of([0.5] * 500, applied=(0.0, 0.0, 0.0)), 200)
    assert drawn[:, AREAS.index("tokyo"), 1].mean() == pytest.approx(250, abs=5)


def test_chances_of_nothing_and_of_everything():
    rows = [("tokyo", 100.0, "contract"), ("tokyo", 10.0, "study"), ("tokyo", 1.0, "applied")]
    chances = chances_of([None, None, 1.0], contract=(1, 1, 1), study=(0, 0, 0))
    drawn = drawn_of(rows, chances, 300)
    assert np.unique(drawn[:, AREAS.index("tokyo"), 1]).tolist() == [101]
    assert np.unique(drawn[:, AREAS.index("tokyo"), 0]).tolist() == [0]
    others = [k for k, area in enumerate(AREAS) if area != "tokyo"]
    assert not drawn[:, others].any()


def made(count, seed):
    generator = np.random.default_rng(seed)
    rows = [
        (AREAS[area], float(mw), STAGES[stage])
        for area, mw, stage in zip(
            generator.integers(0, 10, count),
            generator.integers(1, 500, count),
            generator.integers(0, 5, count),
            strict=True,
        )
    ]
    own = np.where(generator.random(count) < 0.2, generator.random(count).round(2), np.nan)
    corners = {stage: (0.1 * k, 0.15 * k + 0.1, 0.2 * k + 0.2) for k, stage in enumerate(STAGES)}
    return rows, chances_of(own, **corners)


@pytest.mark.parametrize("numbers", [1, 97, 1000, 10**9])
def test_the_draws_are_the_same_whatever_is_held_at_once(monkeypatch, numbers):
    rows, chances = made(300, 5)
    once = drawn_of(rows, chances, 150)
    monkeypatch.setattr(forecast_draws, "BLOCK_NUMBERS", numbers)
    assert np.array_equal(drawn_of(rows, chances, 150), once)


def test_the_seed_decides():
    rows, chances = made(300, 5)
    assert np.array_equal(drawn_of(rows, chances, 50, seed=1), drawn_of(rows, chances, 50, seed=1))
    assert not np.array_equal(
        drawn_of(rows, chances, 50, seed=1), drawn_of(rows, chances, 50, seed=2)
    )


def test_progress_rises_to_one():
    rows, chances = made(30, 1)
    told = []
    draw_additions_mw(loads_of(rows), chances, draws=5, seed=1, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_single_precision_keeps_a_long_list():
    """Sums of 20,000 applications of 0.1 MW steps stay right to 0.01 MW a GW."""
    sizes = np.random.default_rng(8).integers(1, 9, 20_000) / 10
    shares = np.ones(20_000)
    shares[0] = 0.0  # so that the draws are summed one by one
    drawn = drawn_of([("tokyo", mw, "applied") for mw in sizes], chances_of(shares), 3)
    assert drawn[:, AREAS.index("tokyo"), 1] == pytest.approx(sizes[1:].sum(), rel=1e-5)


SMALL = st.lists(
    st.tuples(st.integers(1, 3000), st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=25)
@given(SMALL)
def test_short_lists_against_all_their_outcomes(pairs):
    sizes, shares = [mw for mw, _ in pairs], [share for _, share in pairs]
    drawn = drawn_of([("tokyo", mw, "applied") for mw in sizes], chances_of(shares), 4000)
    found = exceed_shares(drawn, YEARS, ALLOWANCE, FORECASTS)
    told = found.set_index(["area", "fiscal_year", "vintage"])["exceed_share"]
    exact = sum(likely for mw, likely in outcomes(sizes, shares) if mw > 2520)
    assert told["tokyo", 2030, "2026-01"] == pytest.approx(exact, abs=0.05)
    possible = {mw for mw, likely in outcomes(sizes, shares) if likely > 0}
    assert set(np.unique(drawn[:, AREAS.index("tokyo"), 1]).tolist()) <= possible
