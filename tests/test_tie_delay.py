"""Works on ties that come late."""

import pandas as pd
import pytest

from data.facts import read_fact
from grid.ties import tie_capacity_by_year

YEARS = range(2025, 2041)


def capacity(delay, reinforcements="planned"):
    found = tie_capacity_by_year(
        read_fact("ties"),
        read_fact("tie_capacity"),
        YEARS,
        reinforcements=reinforcements,
        delay_years=delay,
    )
    return found.known["capacity_mw"]


@pytest.mark.parametrize("delay", [1, 3])
def test_a_later_year_has_what_an_earlier_one_would_have_had(delay):
    now, late = capacity(0), capacity(delay)
    for (tie, direction, year), mw in late.items():
        if year - delay >= min(YEARS):
            assert mw == now.get((tie, direction, year - delay), mw)


def test_no_delay_and_today_are_as_before():
    pd.testing.assert_series_equal(capacity(7, "none"), capacity(0, "none"))
    first = capacity(5).xs(2026, level="fiscal_year")
    today = capacity(0, "none").xs(2026, level="fiscal_year")
    pd.testing.assert_series_equal(first, today)
    assert (capacity(5).reindex(capacity(0).index) < capacity(0)).any()
