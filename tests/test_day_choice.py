"""Typical days chosen from a year: known patterns, an independent clustering, energy, extremes."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from data.area_demand import read_area_demand
from data.demand_slots import hourly_means
from data.errors import InputError
from grid import typical_days
from grid.day_errors import day_errors
from grid.slices import slice_availability, slice_demand, slice_table
from grid.typical_days import choose_days, residual_load_mw, scaled_to
from tests.made_years import CAPACITY_MW, made_year, patterns

SHARED = Path(__file__).parents[2] / "shared" / "data" / "demand"
NO_FLEET = pd.Series(
    [], index=pd.MultiIndex.from_arrays([[], []], names=["area", "tech"]), dtype=float
)


@pytest.fixture(scope="module")
def year():
    return made_year()


@pytest.fixture(scope="module")
def chosen(year):
    return choose_days(year, CAPACITY_MW, 12)


def day_of(table, date):
    return table.loc[date].to_numpy(dtype=float)


def by_pattern(chosen, labels, first="2025-04-01"):
    """Days a year that each pattern is stood for."""
    name = dict(
        zip(pd.date_range(first, periods=len(labels)).strftime("%Y-%m-%d"), labels, strict=True)
    )
    kinds = chosen.kinds
    return kinds["days_per_year"].groupby(kinds["day"].map(name)).sum().to_dict()


def usual_days(year, chosen):
    """Hours of the days that are not forced, and their dates."""
    forced = chosen.kinds.loc[chosen.kinds["forced"] != "", "day"]
    usual = year[~pd.DatetimeIndex(year.index).strftime("%Y-%m-%d").isin(forced)]
    return usual, pd.DatetimeIndex(usual.index[::24]).strftime("%Y-%m-%d")


def in_mw(usual):
    """Days as vectors in MW, without the library: one row a day."""
    mw = {
        (area, quantity): usual[area, quantity]
        * (1.0 if quantity == "demand_mw" else CAPACITY_MW[area, quantity.removesuffix("_share")])
        for area, quantity in usual.columns
    }
    table = np.stack([column.to_numpy().reshape(-1, 24) for column in mw.values()], axis=1)
    return table.reshape(len(table), -1)


# --- known by head -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_three_patterns_are_found_with_their_counts(seed):
    labels = ["calm"] * 200 + ["cold"] * 120 + ["hot"] * 45
    np.random.default_rng(seed).shuffle(labels)
    chosen = choose_days(patterns(labels), NO_FLEET, 5)
    assert by_pattern(chosen, labels) == {"calm": 200, "cold": 120, "hot": 45}
    assert chosen.factors.tolist() == pytest.approx([1.0])
    table = patterns(labels)
    for day, own in chosen.days.groupby("day"):
        assert own["demand_mw"].to_numpy() == pytest.approx(day_of(table, day)[:, 0])


def test_days_apart_count_as_those_nearest_to_each_centre():
    """With patterns far apart a group is what lies nearest to its day, counted by distance."""
    labels = [("calm", "cold", "hot")[day % 7 // 3] for day in range(365)]
    noise = np.random.default_rng(3).normal(0, 20, 8760)
    table = patterns(labels) + noise[:, None]
    chosen = choose_days(table, NO_FLEET, 5)
    usual, dates = usual_days(table, chosen)
    days = usual.to_numpy().reshape(-1, 24)
    kinds = chosen.kinds[chosen.kinds["forced"] == ""]
    centres = np.stack([day_of(table, day)[:, 0] for day in kinds["day"]])
    nearest = ((days[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert np.bincount(nearest).tolist() == kinds["days_per_year"].tolist()
    assert len(dates) == 365 - (len(chosen.kinds) - len(kinds))


def test_a_series_without_more_days_than_asked_for_is_kept_as_it_is(year):
    week = year.iloc[: 7 * 24]
    chosen = choose_days(week, CAPACITY_MW, 12)
    assert chosen.kinds["days_per_year"].tolist() == [1.0] * 7
    assert chosen.factors.tolist() == pytest.approx([1.0] * 30)
    own = chosen.days.query("area == 'tokyo'")
    assert own["demand_mw"].tolist() == pytest.approx(week["tokyo", "demand_mw"].tolist())


def test_a_year_that_never_changes():
    same = patterns(["calm"] * 365) * 0 + 500
    chosen = choose_days(same, NO_FLEET, 4)
    assert chosen.kinds["days_per_year"].sum() == 365
    assert (chosen.days["demand_mw"] == 500).all()
    assert chosen.kinds["forced"].iloc[0] == "peak residual_peak residual_minimum"


# --- against another calculation -----------------------------------------------------------------


def test_groups_are_those_of_wards_rule_written_out(year):
    """Merge, again and again, the two groups whose union adds least to the squares within."""
    weeks = year.iloc[: 60 * 24]
    chosen = choose_days(weeks, CAPACITY_MW, 9)
    usual, dates = usual_days(weeks, chosen)
    days, kinds = in_mw(usual), chosen.kinds[chosen.kinds["forced"] == ""]
    groups = [[day] for day in range(len(days))]
    while len(groups) > len(kinds):
        groups = merged_by_ward(days, groups)
    found = {}
    for members in groups:
        off = cdist(days[members], days[members]).sum(axis=1)
        found[dates[members[off.argmin()]]] = float(len(members))
    assert found == dict(zip(kinds["day"], kinds["days_per_year"], strict=True))


def merged_by_ward(days, groups):
    def added(pair):
        one, other = (groups[place] for place in pair)
        apart = days[one].mean(axis=0) - days[other].mean(axis=0)
        return len(one) * len(other) / (len(one) + len(other)) * (apart @ apart)

    first, second = min(combinations(range(len(groups)), 2), key=added)
    kept = [group for place, group in enumerate(groups) if place not in (first, second)]
    return [*kept, sorted(groups[first] + groups[second])]


# --- what holds for every year -------------------------------------------------------------------


@pytest.mark.parametrize("count", [4, 12, 40])
def test_weights_energy_and_extremes(year, count):
    chosen = choose_days(year, CAPACITY_MW, count)
    kinds = chosen.kinds
    assert len(kinds) == count
    assert kinds["days_per_year"].sum() == 365
    assert kinds["day"].is_monotonic_increasing
    often = chosen.days["day"].map(kinds.set_index("day")["days_per_year"])
    for quantity in ("demand_mw", "solar_share", "wind_share"):
        total = (chosen.days[quantity] * often).groupby(chosen.days["area"]).sum()
        stated = year.xs(quantity, axis=1, level="quantity").sum()
        assert (total / stated - 1.0).abs().max() < 1e-12
    load = residual_load_mw(year, CAPACITY_MW)
    forced = {
        name: day
        for day, names in zip(kinds["day"], kinds["forced"], strict=True)
        for name in names.split()
    }
    assert forced == {
        "peak": f"{load['demand'].idxmax():%Y-%m-%d}",
        "residual_peak": f"{load['residual'].idxmax():%Y-%m-%d}",
        "residual_minimum": f"{load['residual'].idxmin():%Y-%m-%d}",
    }
    for day in set(forced.values()):
        own = chosen.days[chosen.days["day"] == day]
        assert kinds.set_index("day").at[day, "days_per_year"] == 1
        wide = own.pivot(index="hour", columns="area", values="wind_share")
        stated = year.loc[day].xs("wind_share", axis=1, level="quantity")
        assert wide[stated.columns].to_numpy() == pytest.approx(stated.to_numpy())


def test_the_order_of_areas_changes_nothing(year, chosen):
    turned = choose_days(year[year.columns[::-1]], CAPACITY_MW[::-1], 12)
    pd.testing.assert_frame_equal(turned.kinds, chosen.kinds)
    pd.testing.assert_frame_equal(turned.days, chosen.days)


def test_an_area_without_sun_has_none_in_its_days(year):
    chosen = choose_days(year.drop(columns=[("tokyo", "solar_share")]), CAPACITY_MW, 6)
    tokyo = chosen.days["area"] == "tokyo"
    assert chosen.days.loc[tokyo, "solar_share"].isna().all()
    assert chosen.days.loc[~tokyo, "solar_share"].notna().all()
    slices = slice_table(chosen.kinds, days=None, hours_per_slice=6)
    able = slice_availability(chosen.days, slices)
    assert able["tokyo", "solar"].isna().all()
    assert able["kyushu", "solar"].notna().all()
    assert slices["weight_days"].groupby(slices["day"]).first().sum() == 365
    mean = slice_demand(chosen.days, slices)
    hours = slices["hours"] * slices["weight_days"]
    assert (mean["tokyo"] * hours).sum() == pytest.approx(year["tokyo", "demand_mw"].sum())


def test_fewer_days_than_the_extremes_are_refused(year):
    with pytest.raises(InputError, match=r"typical_days: found 3, expected 4 or more"):
        choose_days(year, CAPACITY_MW, 3)


@given(
    arrays(int, (3, 4), elements=st.integers(0, 100)).map(lambda each: each / 100),
    arrays(float, 3, elements=st.integers(1, 90).map(float)),
    st.floats(0, 2),
)
def test_scaling_meets_the_sum_or_the_top(values, weights, times):
    before = float((values * weights[:, None]).sum())
    scaled = scaled_to(values, weights, times * before, top=1.0)
    after = float((scaled * weights[:, None]).sum())
    assert scaled.max() <= 1.0
    assert (scaled[values == 0] == 0).all()
    most = float(((values > 0) * weights[:, None]).sum())
    assert after == pytest.approx(min(times * before, most), rel=1e-6, abs=1e-9)


# --- errors --------------------------------------------------------------------------------------


def test_errors_are_those_counted_by_head():
    start = pd.date_range("2025-04-01", periods=5 * 24, freq="h", name="start")
    levels = np.repeat([10.0, 20.0, 30.0, 21.0, 19.0], 24)
    columns = pd.MultiIndex.from_tuples([("tokyo", "demand_mw")], names=["area", "quantity"])
    hours = pd.DataFrame({columns[0]: levels}, index=start).rename_axis(columns=columns.names)
    # 30 and 10 are the extremes; 20 is the day nearest to the mean of 20, 21, 19
    chosen = choose_days(hours, NO_FLEET, 3)
    assert chosen.kinds["days_per_year"].tolist() == [1, 3, 1]
    errors = day_errors(hours, chosen, NO_FLEET)
    assert errors.loc[("tokyo", "energy_gwh"), ["year", "typical"]].tolist() == [2.4, 2.4]
    assert errors.loc[("japan", "residual_minimum_mw")].tolist() == [10.0, 10.0, 0.0]
    assert errors.loc[("japan", "peak_mw"), "error_share"] == 0.0


def test_an_areas_own_peak_may_be_missed_and_is_said(year, chosen):
    errors = day_errors(year, chosen, CAPACITY_MW)
    peaks = errors.xs("peak_mw", level="figure")
    for area, row in peaks.drop("japan").iterrows():
        own = chosen.days.loc[chosen.days["area"] == area, "demand_mw"].max()
        assert row["typical"] == own
        assert row["error_share"] == pytest.approx(own / year[area, "demand_mw"].max() - 1)
    assert peaks["error_share"].drop("japan").min() < -0.005
    assert peaks.at["japan", "error_share"] == pytest.approx(0.0, abs=1e-12)


def test_the_real_days_of_2026():
    """155 days from 20 March to 21 August, demand alone: no year, but the same choice."""
    path = SHARED / "occto_area_demand_30min_2026.csv.gz"
    if not path.exists():
        pytest.skip("real data for tests are kept beside the checkout")
    hours = hourly_means(read_area_demand([str(path)]).table)
    clock = pd.DatetimeIndex(hours.index).tz_localize(None)
    keys = pd.MultiIndex.from_tuples([(a, "demand_mw") for a in hours], names=["area", "quantity"])
    table = hours.set_axis(keys, axis=1).set_axis(clock, axis=0)
    chosen = choose_days(table, NO_FLEET, 12)
    kinds = chosen.kinds.set_index("day")
    assert kinds["days_per_year"].sum() == 155
    # the highest hour of all areas and the lowest, known from the file itself
    assert kinds["forced"].to_dict()["2026-07-23"] == "peak residual_peak"
    assert kinds["forced"].to_dict()["2026-05-05"] == "residual_minimum"
    errors = day_errors(table, chosen, NO_FLEET)["error_share"]
    assert errors.xs("energy_gwh", level="figure").abs().max() < 1e-12
    assert errors.xs("peak_mw", level="figure").between(-0.08, 0.0).all()
    assert (chosen.factors - 1.0).abs().max() < 0.05
    assert typical_days.FORCED == ("peak", "residual_peak", "residual_minimum")
