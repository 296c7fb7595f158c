"""Power of applications by year, weights and what is counted, against their definitions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts_loads import STAGES
from grid.areas import AREAS
from grid.pipeline import (
    CASES,
    case_weights,
    counted_in,
    full_power_year,
    load_by_year_mw,
    pipeline_by_stage,
    realised_share,
    sum_by_group,
)

YEARS = tuple(range(2024, 2036))
VINTAGES = ("2024-01", "2025-01", "2026-01")


def loads(*rows):
    """Rows (contract power, first year, ramp)."""
    return pd.DataFrame(rows, columns=["contract_mw", "supply_start", "ramp"])


def served_mw(contract_mw, start, ramp, year):
    """Power in service in a fiscal year, said again without arrays."""
    if year < start:
        return 0.0
    if ramp is None:
        return contract_mw
    if ramp.startswith("rate:"):
        return min(contract_mw, float(ramp[5:]) * (year - start + 1))
    shares = [float(part) for part in ramp[len("steps:") :].split(";")]
    return contract_mw * (shares[year - start] if year - start < len(shares) else shares[-1])


RAMPS = st.one_of(
    st.none(),
    st.integers(1, 900).map(lambda mw: f"rate:{mw}"),
    st.lists(st.integers(0, 9), max_size=4).map(
        lambda tenths: "steps:" + ";".join([*(f"0.{t}" for t in sorted(tenths)), "1"])
    ),
)
LOADS = st.lists(st.tuples(st.integers(1, 3000), st.integers(2015, 2045), RAMPS), min_size=1)


def test_five_hundred_megawatts_at_once():
    power_mw = load_by_year_mw(loads((500.0, 2029, None)), YEARS)
    assert power_mw.tolist() == [[0.0] * 5 + [500.0] * 7]


def test_three_ramps_by_head():
    table = loads((90.0, 2030, "steps:0.3;0.6;1"), (90.0, 2030, "rate:40"), (90.0, 2022, None))
    power_mw = load_by_year_mw(table, [2029, 2030, 2031, 2032, 2033])
    assert power_mw[0].tolist() == pytest.approx([0, 27, 54, 90, 90])
    assert power_mw[1].tolist() == [0, 40, 80, 90, 90]
    assert power_mw[2].tolist() == [90.0] * 5


def test_a_ramp_that_began_before_the_first_year_goes_on():
    table = loads((100.0, 2022, "steps:0.1;0.2;0.3;1"), (100.0, 2022, "rate:20"))
    assert load_by_year_mw(table, [2024, 2025]).tolist() == [[30.0, 100.0], [60.0, 80.0]]


@given(LOADS)
def test_power_in_service_by_its_definition(rows):
    table = loads(*((float(mw), start, ramp) for mw, start, ramp in rows))
    expected = [[served_mw(*row, year) for year in YEARS] for row in rows]
    assert load_by_year_mw(table, YEARS).tolist() == [pytest.approx(row) for row in expected]


@given(LOADS)
def test_the_year_of_full_power_is_the_first_with_all_of_it(rows):
    table = loads(*((float(mw), start, ramp) for mw, start, ramp in rows))
    for row, year in zip(rows, full_power_year(table), strict=True):
        assert served_mw(*row, year) == pytest.approx(row[0])
        assert served_mw(*row, year - 1) < row[0]


def test_full_power_beyond_every_forecast_and_in_exact_parts():
    table = loads((100.0, 2040, "steps:0.5;1"), (0.3, 2030, "rate:0.1"))
    assert full_power_year(table).tolist() == [2041, 2032]


def test_an_own_chance_wins_also_when_it_is_nothing():
    table = pd.DataFrame(
        {"stage": ["study", "applied", "contract"], "probability": [0.0, np.nan, 0.9]}
    )
    chance = realised_share(table, dict.fromkeys(STAGES, 0.5))
    assert chance.tolist() == [0.0, 0.5, 0.9]


def test_weights_of_the_three_cases():
    table = pd.DataFrame({"stage": STAGES})
    weights = case_weights(table, pd.Series([0.04, 0.38, 0.7, 1.0, 1.0]))
    assert tuple(weights) == CASES
    assert weights["contracted"].tolist() == [0, 0, 0, 1, 1]
    assert weights["weighted"].tolist() == [0.04, 0.38, 0.7, 1, 1]
    assert weights["all"].tolist() == [1] * 5
    # with every signed contract certain, more is looked at from case to case
    assert (weights["contracted"] <= weights["weighted"]).all()
    assert (weights["weighted"] <= weights["all"]).all()


@pytest.mark.parametrize(
    ("stated", "stage", "held_by"),
    [
        ("yes", "study", VINTAGES),
        ("no", "supplied", ()),
        ("2025-01", "applied", ("2025-01", "2026-01")),
        ("2025-07", "contract", ("2026-01",)),
        ("2026-07", "contract", ()),
        (None, "contract", ("2026-01",)),
        (None, "supplied", ("2026-01",)),
        (None, "accepted", ()),
    ],
)
def test_what_a_forecast_holds(stated, stage, held_by):
    table = pd.DataFrame({"counted": [stated], "stage": [stage]})
    held = counted_in(table, VINTAGES, newest="2026-01")
    assert tuple(held.columns[held.iloc[0]]) == held_by


def test_a_signed_contract_moves_with_the_newest_forecast():
    table = pd.DataFrame({"counted": [None], "stage": ["contract"]})
    held = counted_in(table, [*VINTAGES, "2027-01"], newest="2027-01")
    assert held.iloc[0].tolist() == [False, False, False, True]


@given(st.lists(st.tuples(st.sampled_from([*AREAS, "elsewhere"]), st.integers(0, 99)), min_size=1))
def test_sums_by_group_are_sums(rows):
    groups = pd.Series([area for area, _ in rows])
    values = np.array([[mw, 2 * mw] for _, mw in rows], dtype=float)
    half = sum_by_group(values, groups, AREAS, np.full(len(rows), 0.5))
    for place, area in enumerate(AREAS):
        total = sum(mw for name, mw in rows if name == area)
        assert half[place].tolist() == [total / 2, total]


STAGED = st.lists(
    st.tuples(
        st.sampled_from(AREAS),
        st.sampled_from(STAGES),
        st.integers(1, 500),
        st.integers(2024, 2038),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(STAGED)
def test_the_pipeline_holds_every_load_once_in_its_area_and_once_in_japan(rows):
    table = pd.DataFrame(rows, columns=["area", "stage", "contract_mw", "supply_start"])
    load_mw = load_by_year_mw(table.assign(ramp=None), YEARS)
    stacked = pipeline_by_stage(table, load_mw, YEARS)
    told = {(r.area, r.fiscal_year, r.stage): r.mw for r in stacked.itertuples()}
    assert len(told) == len(stacked)
    expected = {}
    for area, stage, mw, start in rows:
        for year in range(start, YEARS[-1] + 1):
            for group in (area, "japan"):
                key = (group, year, stage)
                expected[key] = expected.get(key, 0.0) + mw
    assert told == pytest.approx(expected)


def test_stages_stack_in_their_order():
    table = pd.DataFrame({"area": "tokyo", "stage": STAGES[::-1]})
    stacked = pipeline_by_stage(table, np.ones((5, 1)), [2030])
    assert stacked.query("area == 'tokyo'")["stage"].tolist() == list(STAGES)
