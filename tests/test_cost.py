"""Cost of a site by item, by head."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.cost import annuity_share, line_myen_per_year, site_costs
from siting.scenario_file import build_scenario

SCENARIO = {
    "name": "cost",
    "title": {"ja": "費用", "en": "Cost"},
    "demand": {"workloads": {"t": {"kind": "it_mw", "load": "training", "by_year": {2030: 100.0}}}},
    "costs": {"discount_share": 0.05, "subsidy_myen": {"b": 10000.0}},
}
SITES = pd.DataFrame(
    {
        "area": ["tokyo", "hokkaido", "kyushu"],
        "voltage_kv": [275.0, 66.0, 220.0],
        "pue_peak": [1.25, 1.2, 1.2],
        "ix_km": [30.0, 800.0, 900.0],
        "basis": ["assumed", "operator", "published"],
        "zone_km": [float("nan"), float("nan"), 12.0],
    },
    index=pd.Index(["a", "b", "c"], name="place"),
)
BUILDING = 0.05 / (1 - 1.05**-20)
LINE = 0.05 / (1 - 1.05**-30)


@pytest.fixture
def costs():
    return site_costs(build_scenario(SCENARIO), SITES)


def fixed(costs, site, item):
    return costs.loc[(site, item), "fixed_myen_per_year"]


def per_mw(costs, site, item):
    return costs.loc[(site, item), "per_mw_myen_per_year"]


def test_construction_is_paid_per_mw_of_it_with_overhead(costs):
    assert per_mw(costs, "a", "construction") == pytest.approx(2272 / 1.25 * BUILDING)
    assert per_mw(costs, "b", "construction") == pytest.approx(2118 / 1.2 * BUILDING)
    assert fixed(costs, "a", "construction") == 0


def test_land_costs_its_interest(costs):
    assert per_mw(costs, "a", "land") == pytest.approx(800 * 0.05 * 0.05)


def test_connection_grows_with_voltage_and_with_the_way_to_a_zone(costs):
    assert fixed(costs, "a", "connection") == pytest.approx((6000 + 2 * 800) * LINE)
    assert fixed(costs, "b", "connection") == pytest.approx((800 + 2 * 200) * LINE)
    assert fixed(costs, "c", "connection") == pytest.approx((4000 + 12 * 600) * LINE)


def test_fibre_reaches_the_exchange(costs):
    assert fixed(costs, "b", "fibre") == pytest.approx(800 * 5 * LINE)


def test_a_subsidy_is_taken_off_where_it_is_paid(costs):
    assert fixed(costs, "b", "subsidy") == pytest.approx(-10000 * BUILDING)
    assert ("a", "subsidy") not in costs.index


def test_works_are_paid_off_like_a_line():
    # 2,200 oku yen over 30 years at 5 %
    assert line_myen_per_year(build_scenario(SCENARIO), 220_000) == pytest.approx(14311, abs=1)


@given(share=st.just(0.0) | st.floats(1e-12, 0.5), years=st.floats(1, 60))
def test_payments_return_the_sum_and_never_less(share, years):
    yearly = annuity_share(share, years)
    assert yearly * years >= 1 - 1e-9
    assert yearly >= share - 1e-12
