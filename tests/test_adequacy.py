import numpy as np
import pandas as pd
import pytest

from data.facts import read_fact
from grid.adequacy import adequacy_table

TERMS = {
    "seasons": ["summer", "winter"],
    "winter_peak_share": {"tokyo": 0.9, "kansai": 0.9, "hokkaido": 1.0},
    "h1_uplift_share": 0.05,
    "required_share": {"h3": 0.08, "h1": 0.03},
}


@pytest.fixture(scope="module")
def table():
    return adequacy_table(read_fact("area_peaks"), [2026, 2030], **TERMS)


@pytest.mark.parametrize(("area", "percent"), [("tokyo", 3.6), ("kansai", 4.7), ("hokkaido", 25.1)])
def test_own_margin_of_fiscal_2026(table, area, percent):
    row = table.loc[(area, "h3", "summer", 2026)]
    assert 100 * row["own_margin_share"] == pytest.approx(percent, abs=0.05)
    assert row["basis"] == "published"


def test_peak_beyond_the_table_is_held_and_marked(table):
    row = table.loc[("tokyo", "h3", "summer", 2030)]
    assert row["demand_mw"] == 55_010
    assert row["basis"] == "held"


def test_h1_is_h3_with_its_uplift_and_its_own_requirement(table):
    h3 = table.xs("h3", level="standard")
    h1 = table.xs("h1", level="standard")
    assert np.allclose(h1["demand_mw"], 1.05 * h3["demand_mw"], equal_nan=True)
    assert set(h1["margin_share"]) == {0.03}
    assert set(h3["margin_share"]) == {0.08}


def test_winter_of_an_area_without_a_share_is_unknown(table):
    assert np.isnan(table.loc[("kyushu", "h3", "winter", 2026), "demand_mw"])
    assert table.loc[("tokyo", "h3", "winter", 2026), "demand_mw"] == pytest.approx(0.9 * 55_010)


def test_a_users_later_year_is_interpolated():
    later = pd.DataFrame(
        {"area": ["tokyo"], "quantity": ["annual_peak"], "fiscal_year": [2035], "mw": [58_900.0]}
    )
    peaks = pd.concat([read_fact("area_peaks"), later])
    row = adequacy_table(peaks, [2030], **TERMS).loc[("tokyo", "h3", "summer", 2030)]
    assert row["demand_mw"] == pytest.approx(55_010 + 4 / 9 * 3_890)
    assert row["basis"] == "interpolated"
